//! Knows whole small projects and what the tool says of them: the report, each binary's road, and the fixes.
//! Refuses to know single rules. `BLESS=1 cargo test --test fixtures` rewrites `expected/`; read the diff like code.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gobin_lint::finding::{Applicability, Severity};
use gobin_lint::kind::Kind;
use gobin_lint::lint::{self, Options};
use gobin_lint::model::{self, Model};
use gobin_lint::report::flow::FlowFormat;
use gobin_lint::report::{self, Format, Look, View};
use gobin_lint::rules::RULES;
use gobin_lint::source::{FileId, MemoryCheckout, Sources};

fn projects() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut out: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    out.retain(|path| path.is_dir());
    out.sort();
    out
}

/// Every file of a project but what is expected of it, with its path in the project.
fn files(project: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut dirs = vec![project.to_path_buf()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path == project.join("expected") {
                continue;
            } else if path.is_dir() {
                dirs.push(path);
            } else {
                let name = path.strip_prefix(project).unwrap().to_str().unwrap().replace('\\', "/");
                out.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    out.sort();
    out
}

struct Project {
    sources: Sources,
    documents: Vec<FileId>,
}

fn open(files: &[(String, String)]) -> Project {
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files.iter().cloned())));
    let named = files.iter().filter(|(path, _)| Kind::of_path(path).is_some());
    let documents = named.map(|(path, text)| sources.add(path.clone(), text.clone())).collect();
    Project { sources, documents }
}

fn human(project: &Project) -> String {
    let report = lint::lint(&project.sources, &project.documents, &Options::default());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let rules: Vec<_> = RULES.iter().map(|rule| (rule.id, rule.page)).collect();
    let look = Look { color: false, unicode: true, width: 120 };
    let shown = |path: &str| path.to_string();
    let view = View {
        report: &report,
        sources: &project.sources,
        rules: &rules,
        shown: &shown,
        look,
        overrides: &[],
        show_allowed: false,
        fails: &|d| d.severity >= Severity::Warning,
        closing: None,
    };
    let text = report::render(Format::Human, &view);
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn flow(project: &Project, format: FlowFormat) -> String {
    let model = Model::build(&project.sources, &project.documents);
    report::flow::render(format, &model::flow::flows(&model), &project.sources, &|path| path.to_string())
}

/// The diff of all fixes, and the files after them.
fn fixed(files: &[(String, String)], allowed: Applicability) -> (String, Vec<(String, String)>) {
    let project = open(files);
    let fixed = lint::fix(&project.sources, &project.documents, &Options::default(), allowed, &|_| true);
    assert!(fixed.report.problems.is_empty(), "{:?}", fixed.report.problems);
    assert!(fixed.withheld.is_empty(), "{:?}", fixed.withheld);
    let mut diff = String::new();
    let mut after = files.to_vec();
    for (path, text) in &mut after {
        if let Some(before) = fixed.before.get(path) {
            let id = fixed.sources.load(path).unwrap();
            *text = fixed.sources.get(id).text.clone();
            diff.push_str(&report::diff::unified(path, before, text));
        }
    }
    (diff, after)
}

#[test]
fn projects_are_as_expected() {
    let bless = std::env::var_os("BLESS").is_some_and(|v| v == "1");
    let mut wrong = String::new();
    for path in projects() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let files = files(&path);
        let project = open(&files);
        let answers = [
            ("report.txt", human(&project)),
            ("flow.txt", flow(&project, FlowFormat::Text)),
            ("flow.mmd", flow(&project, FlowFormat::Mermaid)),
            ("flow.dot", flow(&project, FlowFormat::Dot)),
            ("fixed.diff", fixed(&files, Applicability::Safe).0),
            ("fixed-unsafe.diff", fixed(&files, Applicability::Unsafe).0),
        ];
        for (file, answer) in answers {
            let expected = path.join("expected").join(file);
            if bless {
                std::fs::create_dir_all(expected.parent().unwrap()).unwrap();
                std::fs::write(&expected, &answer).unwrap();
            }
            let stored = std::fs::read_to_string(&expected).unwrap_or_default();
            if stored != answer {
                let diff = similar::TextDiff::from_lines(&stored, &answer);
                wrong.push_str(&format!("fixtures/{name}/expected/{file}:\n{}\n", diff.unified_diff()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn fixing_twice_is_fixing_once() {
    for path in projects() {
        for allowed in [Applicability::Safe, Applicability::Unsafe] {
            let (_, once) = fixed(&files(&path), allowed);
            let (again, twice) = fixed(&once, allowed);
            assert_eq!(once, twice, "{}:\n{again}", path.display());
        }
    }
}

#[test]
fn clean_projects_are_silent() {
    for name in ["clean-service", "operator", "monorepo"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        assert_eq!(human(&open(&files(&path))), "", "{name}");
    }
}

#[test]
fn the_broken_project_has_a_fault_of_each_family() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/broken-service");
    let project = open(&files(&path));
    let report = lint::lint(&project.sources, &project.documents, &Options::default());
    let found: Vec<&str> = report.diagnostics.iter().map(|d| d.rule).collect();
    for family in [
        &["implicit-gobin", "relative-gobin", "unexported-gobin"][..],
        &["entrypoint-not-found", "relative-entrypoint"],
        &["whole-bin-copy"],
        &["chmod-after-copy", "chown-after-copy"],
        &["non-atomic-install"],
        &["implicit-cgo", "dynamic-binary-without-loader", "libc-mismatch"],
    ] {
        assert!(family.iter().any(|rule| found.contains(rule)), "none of {family:?} in {found:?}");
    }
}
