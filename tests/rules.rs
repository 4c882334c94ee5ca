//! Knows that a rule's page is true: every Bad, Fixed and Good block of `rules/` and `tests/cases/` is linted and compared.
//! Refuses to know any rule by name. `BLESS=1 cargo test --test rules` rewrites caret lines and Fixed blocks in place.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gobin_lint::finding::{Applicability, Severity};
use gobin_lint::kind::Kind;
use gobin_lint::lint::{self, Fixed, Options, Report};
use gobin_lint::page::{Block, Example, Fixable, Page};
use gobin_lint::rules::RULES;
use gobin_lint::source::{FileId, MemoryCheckout, Sources};
use similar::TextDiff;

/// What a page's examples are shown to.
struct Ask<'a> {
    rule: &'a str,
    fixable: Fixable,
    one: &'a dyn Fn(&Sources, &[FileId]) -> Report,
    all: &'a dyn Fn(&Sources, &[FileId]) -> Report,
    fix: &'a dyn Fn(&Sources, &[FileId]) -> Fixed,
}

/// What is wrong with a page, and the page as it should stand.
#[derive(Default)]
struct Outcome {
    faults: Vec<String>,
    rewrites: Vec<(Range<usize>, String)>,
}

impl Outcome {
    fn fault(&mut self, line: usize, text: impl std::fmt::Display) {
        self.faults.push(format!("line {line}: {text}"));
    }

    /// `block` should hold `wanted`.
    fn expect(&mut self, block: &Block, wanted: String, what: &str) {
        if block.text != wanted {
            let diff = TextDiff::from_lines(&block.text, &wanted);
            let diff = diff.unified_diff().header("the page", "the rule").to_string();
            self.fault(block.line, format!("{what} (BLESS=1 takes the rule's side):\n{diff}"));
            self.rewrites.push((block.range.clone(), wanted));
        }
    }

    fn blessed(&self, text: &str) -> String {
        let mut out = text.to_string();
        let mut rewrites = self.rewrites.clone();
        rewrites.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, wanted) in rewrites {
            out.replace_range(range, &wanted);
        }
        out
    }
}

fn checkout(blocks: &[Block]) -> (Sources, Vec<FileId>) {
    let files = blocks.iter().map(|b| (b.path.clone(), b.plain()));
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files)));
    let is_document =
        |b: &&Block| Kind::of_path(&b.path).is_some() || matches!(b.language.as_str(), "dockerfile" | "makefile");
    let documents = blocks.iter().filter(is_document).filter_map(|b| sources.load(&b.path)).collect();
    (sources, documents)
}

fn prove(page: &Page, ask: &Ask) -> Outcome {
    let mut out = Outcome::default();
    for fault in &page.faults {
        out.fault(fault.line, &fault.message);
    }
    let fixed = page.examples("Fixed");
    for bad in page.examples("Bad") {
        prove_bad(bad, fixed.iter().find(|f| f.title == bad.title), ask, &mut out);
    }
    for example in fixed.iter().filter(|f| page.examples("Bad").iter().all(|b| b.title != f.title)) {
        out.fault(example.line, "this Fixed example has no Bad example of the same title");
    }
    for good in page.examples("Good") {
        let (sources, documents) = checkout(&good.blocks);
        let report = (ask.all)(&sources, &documents);
        problems(good.line, &report, &mut out);
        for d in report.diagnostics.iter().filter(|d| d.severity >= Severity::Warning) {
            let path = &sources.get(d.file()).path;
            let said = sources.text(d.finding.primary.span);
            out.fault(
                good.line,
                format!(
                    "a Good example must be silent, but {} says of `{said}` in {path}: {}",
                    d.rule, d.finding.message
                ),
            );
        }
    }
    out
}

fn prove_bad(bad: &Example, fixed: Option<&Example>, ask: &Ask, out: &mut Outcome) {
    let (sources, documents) = checkout(&bad.blocks);
    let report = (ask.one)(&sources, &documents);
    problems(bad.line, &report, out);
    if report.diagnostics.is_empty() {
        out.fault(bad.line, format!("{} finds nothing in this Bad example", ask.rule));
    }
    for block in &bad.blocks {
        let findings: Vec<(Range<usize>, &str)> = report
            .diagnostics
            .iter()
            .filter(|d| sources.get(d.file()).path == block.path)
            .map(|d| (d.finding.primary.span.range(), d.finding.message.as_str()))
            .collect();
        out.expect(block, block.with_carets(&findings), "the findings are others");
    }
    for applicability in report.diagnostics.iter().filter_map(|d| d.finding.fix.as_ref()).map(|fix| fix.applicability) {
        let kept = match ask.fixable {
            Fixable::Safe => applicability == Applicability::Safe,
            Fixable::Unsafe => applicability == Applicability::Unsafe,
            Fixable::No => applicability == Applicability::Manual,
            Fixable::Sometimes => true,
        };
        if !kept {
            out.fault(bad.line, format!("the page says `fix: {}`, this fix is {applicability:?}", ask.fixable.name()));
        }
    }
    if ask.fixable == Fixable::No {
        if let Some(fixed) = fixed {
            out.fault(fixed.line, "the page says `fix: no`, so it can have no Fixed example");
        }
        return;
    }
    prove_fixed(bad, fixed, &sources, &documents, ask, out);
}

fn prove_fixed(
    bad: &Example,
    example: Option<&Example>,
    sources: &Sources,
    documents: &[FileId],
    ask: &Ask,
    out: &mut Outcome,
) {
    let fixed = (ask.fix)(sources, documents);
    problems(bad.line, &fixed.report, out);
    for withheld in &fixed.withheld {
        out.fault(bad.line, format!("the fix {}, so nobody gets it", withheld.reason));
    }
    let text = |path: &str| fixed.sources.load(path).map(|id| fixed.sources.get(id).text.clone()).unwrap_or_default();
    let shown = |path: &str| example.is_some_and(|e| e.blocks.iter().any(|b| b.path == path));
    for path in fixed.before.keys().filter(|path| !shown(path)) {
        let text = text(path);
        out.fault(bad.line, format!("the fix changes {path}, but Fixed does not show it; it becomes:\n{text}"));
    }
    let Some(example) = example else {
        if fixed.before.is_empty() && ask.fixable != Fixable::Sometimes {
            out.fault(bad.line, format!("the page says `fix: {}`, but nothing is fixed here", ask.fixable.name()));
        }
        return;
    };
    if fixed.before.is_empty() {
        out.fault(example.line, "the fix changes nothing; leave this Fixed example out or mend the fix");
        return;
    }
    for block in &example.blocks {
        if bad.blocks.iter().any(|b| b.path == block.path) {
            out.expect(block, text(&block.path), "fixing Bad gives another text");
        } else {
            out.fault(block.line, format!("the Bad example has no {}", block.path));
        }
    }
    for d in &(ask.one)(&fixed.sources, documents).diagnostics {
        out.fault(
            example.line,
            format!("a Fixed example must be silent, but {} still says: {}", d.rule, d.finding.message),
        );
    }
}

fn problems(line: usize, report: &Report, out: &mut Outcome) {
    for problem in &report.problems {
        out.fault(line, format!("{}: {}", problem.rule.unwrap_or("the model"), problem.message));
    }
}

fn pages(dir: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        entries.map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "md")).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Proves the files of `dir`; `id` says which rule a file belongs to.
fn prove_all(dir: &str, id: impl Fn(&Path, &Page) -> String) {
    let bless = std::env::var_os("BLESS").is_some_and(|v| v == "1");
    let mut wrong = String::new();
    for path in pages(dir) {
        let text = std::fs::read_to_string(&path).unwrap();
        let page = Page::parse(&text);
        let id = id(&path, &page);
        let shown = format!("{dir}/{}.md", stem(&path));
        let Some(rule) = RULES.iter().find(|rule| rule.id == id) else {
            writeln!(wrong, "{shown}: no rule `{id}` in src/rules.rs").unwrap();
            continue;
        };
        let only = Options { select: Some(vec![id.clone()]), ..Options::default() };
        // A page promises what its fix is; a case may also show where there is none.
        let fixable = match rule.page.fix {
            promised if page.rule.is_none() || promised == Fixable::No => promised,
            _ => Fixable::Sometimes,
        };
        let ask = Ask {
            rule: &id,
            fixable,
            one: &|sources, documents| lint::lint(sources, documents, &only),
            all: &|sources, documents| lint::lint(sources, documents, &Options::default()),
            fix: &|sources, documents| lint::fix(sources, documents, &only, Applicability::Unsafe, &|_| true),
        };
        let mut outcome = prove(&page, &ask);
        if bless && !outcome.rewrites.is_empty() {
            let blessed = outcome.blessed(&text);
            std::fs::write(&path, &blessed).unwrap();
            outcome = prove(&Page::parse(&blessed), &ask);
        }
        for fault in outcome.faults {
            writeln!(wrong, "{shown}, {fault}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn pages_are_true() {
    prove_all("rules", |path, _| stem(path));
}

#[test]
fn cases_are_true() {
    prove_all("tests/cases", |_, page| page.rule.clone().unwrap_or_default());
}

#[test]
fn rules_are_listed_once_and_named_in_kebab_case() {
    for (i, rule) in RULES.iter().enumerate() {
        assert!(RULES[..i].iter().all(|other| other.id != rule.id), "{} stands twice in RULES", rule.id);
        assert!(rule.id.split('-').all(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase())), "{}", rule.id);
        assert!(rule.page.rule.is_none(), "{}: a rule's page needs no `rule:`", rule.id);
    }
}

#[test]
fn the_readme_lists_every_rule_once() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let table: String = readme.lines().filter(|line| line.starts_with("| ")).collect();
    for rule in RULES {
        assert_eq!(table.matches(&format!("`{}`", rule.id)).count(), 1, "{}", rule.id);
    }
}

mod itself {
    use std::collections::BTreeMap;

    use gobin_lint::finding::{Edit, Finding};
    use gobin_lint::lint::Diagnostic;
    use gobin_lint::source::Span;

    use super::*;

    const PAGE: &str =
        "---\ntitle: t\nseverity: warning\nfix: safe\nsince: 0.1.0\n---\nNo bad words.\n\n## Why it matters\n\n## Bad\n
```dockerfile\nFROM bad\n#    ^^^ `bad` is bad\n```\n\n### Two files\n
```makefile\nall: bad\n#    ^^^ `bad` is bad\n```\n
```go main.go\npackage main\n```\n\n## Fixed\n
```dockerfile\nFROM good\n```\n\n### Two files\n
```makefile\nall: good\n```\n\n## Good\n
```dockerfile\nFROM good\n```\n";

    /// Finds the word `bad`, and mends it.
    fn look(sources: &Sources, _: &[FileId]) -> Report {
        let mut report = Report::default();
        for file in sources.ids() {
            for (at, word) in sources.get(file).text.match_indices("bad") {
                let span = Span::new(file, at, at + word.len());
                let edit = Edit { span, text: "good".into() };
                let finding = Finding::new(span, "`bad` is bad").fix("mend", Applicability::Safe, vec![edit]);
                report.diagnostics.push(Diagnostic { rule: "bad-word", severity: Severity::Warning, finding });
            }
        }
        report
    }

    fn mend(sources: &Sources, documents: &[FileId]) -> Fixed {
        let (mut texts, mut before) = (BTreeMap::new(), BTreeMap::new());
        for file in sources.ids() {
            let source = sources.get(file);
            if source.text.contains("bad") {
                before.insert(source.path.clone(), source.text.clone());
                texts.insert(file, source.text.replace("bad", "good"));
            }
        }
        let sources = sources.overlay(texts);
        Fixed { report: look(&sources, documents), sources, count: before.len(), before, withheld: Vec::new() }
    }

    fn outcome(page: &str) -> Outcome {
        let ask = Ask { rule: "bad-word", fixable: Page::parse(page).fix, one: &look, all: &look, fix: &mend };
        prove(&Page::parse(page), &ask)
    }

    #[test]
    fn a_true_page_passes() {
        assert_eq!(outcome(PAGE).faults, Vec::<String>::new());
    }

    #[test]
    fn what_drifted_is_shown_and_blessed() {
        let drifted = PAGE.replace("#    ^^^ `bad` is bad\n", "").replace("all: good", "all: god");
        let outcome = outcome(&drifted);
        assert_eq!(outcome.faults.len(), 3, "{:#?}", outcome.faults);
        assert!(outcome.faults[0].contains("+#    ^^^ `bad` is bad"), "{}", outcome.faults[0]);
        assert_eq!(outcome.blessed(&drifted), PAGE);
    }

    #[test]
    fn every_other_lie_is_caught() {
        let tell = |from: &str, to: &str| outcome(&PAGE.replace(from, to)).faults.join("\n");
        assert!(
            tell("## Good\n\n```dockerfile\nFROM good", "## Good\n\n```dockerfile\nFROM bad")
                .contains("must be silent")
        );
        assert!(tell("fix: safe", "fix: no").contains("can have no Fixed example"));
        assert!(tell("fix: safe", "fix: unsafe").contains("this fix is Safe"));
        assert!(tell("all: bad\n#    ^^^ `bad` is bad", "all: fine").contains("finds nothing"));
        assert!(
            tell("### Two files\n\n```makefile\nall: good", "### Other\n\n```makefile\nall: good")
                .contains("no Bad example")
        );
        assert!(tell("```makefile\nall: good", "```makefile x.mk\nall: good").contains("the fix changes Makefile"));
    }
}
