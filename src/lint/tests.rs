use std::sync::{Arc, LazyLock};

use super::*;
use crate::page::Page;
use crate::source::{MemoryCheckout, Span};

static PAGE: LazyLock<Page> =
    LazyLock::new(|| Page::parse("---\ntitle: t\nseverity: error\nfix: no\nsince: 0.1.0\n---\n"));

fn sources(text: &str) -> Sources {
    let sources = Sources::new(Arc::new(MemoryCheckout::new([("extra.mk", "one\n")])));
    sources.add("Makefile", text);
    sources
}

#[test]
fn unsafe_fixes_wait_to_be_asked_for_and_manual_ones_are_never_applied() {
    let file = sources("x").ids()[0];
    let with = |applicability| Diagnostic {
        rule: "words",
        severity: Severity::Note,
        finding: Finding::new(Span::new(file, 0, 1), "m").fix("x", applicability, vec![]),
    };
    assert!(with(Applicability::Unsafe).fix(Applicability::Safe).is_none());
    assert!(with(Applicability::Unsafe).fix(Applicability::Unsafe).is_some());
    assert!(with(Applicability::Manual).fix(Applicability::Manual).is_none());
}

#[test]
fn a_panic_in_one_rule_names_it_and_keeps_the_rest() {
    static RULES: &[Rule] = &[
        Rule::new("falls-over", &PAGE, |_| panic!("index out of bounds")),
        Rule::new("stands", &PAGE, |_| {
            let file = sources("x").ids()[0];
            vec![Finding::new(Span::new(file, 0, 1), "m"), Finding::new(Span::new(file, 0, 1), "m")]
        }),
    ];
    let sources = sources("x");
    let options = Options { rules: RULES, ..Options::default() };
    let report = lint(&sources, &sources.ids(), &options);
    assert_eq!(
        report.problems,
        [Problem { rule: Some("falls-over"), message: "panicked: index out of bounds".into() }]
    );
    assert_eq!(report.diagnostics.len(), 1, "said once");
    assert_eq!((report.diagnostics[0].rule, report.diagnostics[0].severity), ("stands", Severity::Error));
    let only = Options { select: Some(vec!["falls-over".into()]), ..options.clone() };
    assert_eq!(lint(&sources, &sources.ids(), &only).diagnostics, []);
    let without = Options { ignore: vec!["falls-over".into()], ..options };
    assert_eq!(lint(&sources, &sources.ids(), &without).problems, []);
}

#[test]
fn of_what_several_documents_run_the_gravest_is_said() {
    static RULES: &[Rule] = &[Rule::new("words", &PAGE, |model| {
        let shared = model.sources.load("extra.mk").unwrap();
        let finding = |message| Finding::new(Span::new(shared, 0, 1), message);
        match model.makefiles.is_empty() {
            true => vec![finding("an image has it"), finding("and runs it").severity(Severity::Note)],
            false => vec![finding("a desk has it").severity(Severity::Warning)],
        }
    })];
    let sources = sources("all:\n");
    sources.add("Dockerfile", "FROM scratch\n");
    let options = Options { rules: RULES, ..Options::default() };
    let report = lint(&sources, &sources.ids(), &options);
    let said: Vec<&str> = report.diagnostics.iter().map(|d| d.finding.message.as_str()).collect();
    assert_eq!(said, ["an image has it", "and runs it"]);
}

#[test]
fn findings_are_sorted_by_path_place_severity_and_rule() {
    let sources = sources("abc");
    let first = sources.add("A.mk", "abc");
    let second = sources.ids()[0];
    let at = |file, start, severity, rule| Diagnostic {
        rule,
        severity,
        finding: Finding::new(Span::new(file, start, start + 1), "m"),
    };
    let mut all = vec![
        at(second, 1, Severity::Note, "a"),
        at(second, 1, Severity::Error, "z"),
        at(second, 0, Severity::Note, "b"),
        at(second, 0, Severity::Note, "a"),
        at(first, 2, Severity::Note, "a"),
    ];
    sort(&sources, &mut all, |d| d);
    let order: Vec<(u32, &str)> = all.iter().map(|d| (d.finding.primary.span.start, d.rule)).collect();
    assert_eq!(order, [(2, "a"), (0, "a"), (0, "b"), (1, "z"), (1, "a")]);
}

#[test]
fn what_a_foreign_script_does_is_told_where_its_directory_is_named() {
    static RULES: &[Rule] = &[Rule::new("scripts", &PAGE, |model| {
        let paths = [".github/vendor/x/run.sh", "third_party/run.sh", "vendored/run.sh", "vendor"];
        let files = paths.iter().filter_map(|path| model.sources.load(path));
        files.map(|file| Finding::new(Span::new(file, 0, 1), "m")).collect()
    })];
    let text =
        [("third_party/run.sh", "x"), (".github/vendor/x/run.sh", "x"), ("vendored/run.sh", "x"), ("vendor", "x")];
    let sources = Sources::new(Arc::new(MemoryCheckout::new(text)));
    let own = sources.add("Makefile", "x");
    let named = sources.add(".github/vendor/y/Makefile", "x");
    let options = Options { rules: RULES, ..Options::default() };
    let told = |documents: &[FileId]| {
        let report = lint(&sources, documents, &options);
        report.diagnostics.iter().map(|d| sources.get(d.file()).path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&[own]), ["vendor", "vendored/run.sh"]);
    assert_eq!(told(&[own, named]), [".github/vendor/x/run.sh", "vendor", "vendored/run.sh"]);
}
