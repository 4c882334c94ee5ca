//! Knows what must hold for any text and any project: no panic, places inside the text, silence where nothing is known.
//! Refuses to know what single rules find.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use gobin_lint::finding::Applicability;
use gobin_lint::kind::Kind;
use gobin_lint::lint::{self, Fixed, Options, Report};
use gobin_lint::model::{self, Model};
use gobin_lint::page::{Block, Page};
use gobin_lint::rules::{RULES, Rule};
use gobin_lint::source::{MemoryCheckout, Sources, Span};
use proptest::prelude::*;

/// Lints files, checks every place, draws every road. Gives the report.
fn look(files: &[(String, String)]) -> Report {
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files.iter().cloned())));
    let named = files.iter().filter(|(path, _)| Kind::of_path(path).is_some());
    let documents: Vec<_> = named.map(|(path, text)| sources.add(path.clone(), text.clone())).collect();
    let report = lint::lint(&sources, &documents, &Options::default());
    assert!(report.problems.is_empty(), "{:?}\n{files:?}", report.problems);
    let inside = |span: Span| {
        let text = &sources.get(span.file).text;
        let range = span.range();
        assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end), "{range:?} in {text:?}");
    };
    for diagnostic in &report.diagnostics {
        let finding = &diagnostic.finding;
        inside(finding.primary.span);
        finding.labels.iter().for_each(|label| inside(label.span));
        finding.fix.iter().flat_map(|fix| &fix.edits).for_each(|edit| inside(edit.span));
    }
    let model = Model::build(&sources, &documents);
    model::flow::flows(&model).iter().flat_map(|flow| &flow.steps).for_each(|step| inside(step.span));
    report
}

/// Every example of every page and case, as files.
fn examples() -> Vec<Vec<(String, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    for dir in ["rules", "tests/cases"] {
        for entry in std::fs::read_dir(root.join(dir)).unwrap() {
            let page = Page::parse(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
            for section in &page.sections {
                for example in &section.examples {
                    let files = example.blocks.iter().map(|block: &Block| (block.path.clone(), block.plain()));
                    out.push(files.collect());
                }
            }
        }
    }
    assert!(out.len() > 100, "the examples are found");
    out
}

/// The lines that Dockerfiles and Makefiles are made of, to be put together in any order.
static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut out: Vec<String> =
        examples().iter().flatten().flat_map(|(_, text)| text.lines().map(str::to_string)).collect();
    out.sort();
    out.dedup();
    out
});

/// The texts after all fixes, and what is left. Rules and documents are asked in the order given.
fn fixed(files: &[(String, String)], rules: &'static [Rule], turned: bool) -> (Vec<(String, String)>, Fixed) {
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files.iter().cloned())));
    let named = files.iter().filter(|(path, _)| Kind::of_path(path).is_some());
    let mut documents: Vec<_> = named.map(|(path, text)| sources.add(path.clone(), text.clone())).collect();
    if turned {
        documents.reverse();
    }
    let options = Options { rules, ..Options::default() };
    let fixed = lint::fix(&sources, &documents, &options, Applicability::Unsafe, &|_| true);
    assert!(fixed.report.problems.is_empty(), "{:?}\n{files:?}", fixed.report.problems);
    let text = |path: &String| fixed.sources.load(path).map(|id| fixed.sources.get(id).text.clone());
    let after = files.iter().map(|(path, text_before)| (path.clone(), text(path).unwrap_or(text_before.clone())));
    (after.collect(), fixed)
}

/// All rules, the last first.
static TURNED: LazyLock<Vec<Rule>> = LazyLock::new(|| RULES.iter().rev().copied().collect());

/// What must hold of every fix: a second time changes nothing, the order of rules and documents does not matter, the line ends
/// stay, and no text reads worse than before. Gives how many findings were fixed.
fn fix_and_look(files: &[(String, String)]) -> usize {
    let (after, first) = fixed(files, RULES, false);
    if first.count == 0 {
        return 0;
    }
    let (again, second) = fixed(&after, RULES, false);
    assert_eq!((&after, second.count), (&again, 0), "fixing twice is fixing once: {files:?}");
    assert_eq!(after, fixed(files, &TURNED, true).0, "the order does not matter: {files:?}");
    for ((path, before), (_, after)) in files.iter().zip(&after) {
        assert!(before == after || first.before.get(path) == Some(before), "{path} is told to have changed");
        if Kind::of_path(path) == Some(Kind::Dockerfile) && before != after {
            let errors = |text: &str| {
                let sources = Sources::new(Arc::new(MemoryCheckout::default()));
                let id = sources.add(path.clone(), text);
                gobin_lint::syntax::dockerfile::parse(id, text).errors.len()
            };
            assert!(errors(after) <= errors(before), "{before}\n{after}");
        }
    }
    first.count
}

#[test]
fn every_prefix_of_every_example_is_read() {
    for files in examples() {
        let Some((path, text)) = files.iter().find(|(path, _)| Kind::of_path(path).is_some()) else { continue };
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)).step_by(7) {
            let mut cut = files.clone();
            cut.retain(|(other, _)| other != path);
            cut.push((path.clone(), text[..end].to_string()));
            look(&cut);
        }
    }
}

/// Rules that ask what a base image has or lacks.
const NEED_THE_IMAGE: &[&str] = &[
    "entrypoint-not-found",
    "entrypoint-needs-shell",
    "copy-source-missing",
    "dynamic-binary-without-loader",
    "libc-mismatch",
    "implicit-cgo",
    "cgo-without-compiler",
];

#[test]
fn an_unknown_base_image_yields_no_finding() {
    for files in examples() {
        let mut stages: Vec<String> = Vec::new();
        let unknown: Vec<(String, String)> = files
            .iter()
            .filter(|(path, _)| path != ".dockerignore")
            .map(|(path, text)| {
                let line = |line: &str| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    if words.first().is_none_or(|word| !word.eq_ignore_ascii_case("from")) {
                        return line.to_string();
                    }
                    let at = words.iter().skip(1).position(|word| !word.starts_with("--")).map_or(1, |i| i + 1);
                    let image = words.get(at).copied().unwrap_or_default();
                    if let [.., keyword, name] = words.as_slice()
                        && keyword.eq_ignore_ascii_case("as")
                    {
                        stages.push((*name).to_string());
                    }
                    if stages.iter().any(|stage| stage == image) {
                        return line.to_string();
                    }
                    line.replacen(image, "registry.example/made/by/somebody:1", 1)
                };
                (path.clone(), text.lines().map(line).collect::<Vec<_>>().join("\n"))
            })
            .collect();
        for diagnostic in look(&unknown).diagnostics {
            // What the Dockerfile makes a directory is one on any image.
            let directory = diagnostic.finding.message.ends_with("is a directory");
            // Nor does the build context lie in an image.
            let context = diagnostic.finding.message.ends_with("into the build context");
            // Nor does what a script says of itself hang on one.
            let script = diagnostic.finding.message.ends_with("names no interpreter");
            assert!(
                directory || context || script || !NEED_THE_IMAGE.contains(&diagnostic.rule),
                "{}: {}\n{unknown:?}",
                diagnostic.rule,
                diagnostic.finding.message
            );
        }
    }
}

#[test]
fn a_command_nobody_knows_silences_what_it_may_have_done() {
    for files in examples() {
        let opaque: Vec<(String, String)> = files
            .iter()
            .map(|(path, text)| {
                let mut out = String::new();
                for line in text.lines() {
                    let word = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
                    // Before anything looks for a file: in every stage, last of all.
                    if matches!(word.as_str(), "COPY" | "ENTRYPOINT" | "CMD")
                        && Kind::of_path(path) == Some(Kind::Dockerfile)
                    {
                        out.push_str("RUN /opt/vendor/do-everything\n");
                    }
                    out.push_str(line);
                    out.push('\n');
                }
                (path.clone(), out)
            })
            .collect();
        for diagnostic in look(&opaque).diagnostics {
            // `.dockerignore` hides what it hides.
            let hidden = diagnostic.finding.message.contains(".dockerignore");
            assert!(
                hidden
                    || !matches!(
                        diagnostic.rule,
                        "entrypoint-not-found" | "dynamic-binary-without-loader" | "libc-mismatch"
                    ),
                "{}: {}\n{opaque:?}",
                diagnostic.rule,
                diagnostic.finding.message
            );
        }
    }
}

#[test]
fn every_example_is_fixed_once_and_for_all() {
    for files in examples() {
        if fix_and_look(&files) == 0 {
            continue;
        }
        let crlf = |text: &str| text.replace('\n', "\r\n");
        let windows: Vec<(String, String)> = files.iter().map(|(path, text)| (path.clone(), crlf(text))).collect();
        for (path, text) in fixed(&windows, RULES, false).0 {
            assert_eq!(text, crlf(&text.replace("\r\n", "\n")), "{path}: every line ends as the file's lines do");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(dockerfile in any::<String>(), makefile in any::<String>()) {
        look(&[("Dockerfile".into(), dockerfile), ("Makefile".into(), makefile)]);
    }

    #[test]
    fn any_lines_in_any_order_are_read(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..40)) {
        let text: String = picks.iter().map(|pick| format!("{}\n", pick.get(&LINES))).collect();
        look(&[("Dockerfile".into(), text.clone()), ("Makefile".into(), text.clone()), ("build.sh".into(), text)]);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_in_any_order_are_fixed_once_and_for_all(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..25)) {
        let text: String = picks.iter().map(|pick| format!("{}\n", pick.get(&LINES))).collect();
        fix_and_look(&[("Dockerfile".into(), format!("FROM golang:1.24 AS build\n{text}")), ("Makefile".into(), text)]);
    }
}
