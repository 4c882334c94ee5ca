use std::sync::Arc;

use super::*;
use crate::finding::Edit;
use crate::source::{MemoryCheckout, Span};

const PAGE: &str = "---\ntitle: t\nseverity: error\nfix: no\nsince: 0.1.0\n---\n";

fn sources(text: &str) -> Sources {
    let sources = Sources::new(Arc::new(MemoryCheckout::new([("extra.mk", "one\n")])));
    sources.add("Makefile", text);
    sources
}

/// Finds every word of `words`; its fix writes the word's replacement.
fn look(words: &'static [(&'static str, &'static str)]) -> impl Fn(&Sources) -> Report + Sync {
    move |sources| {
        let mut report = Report::default();
        for id in sources.ids() {
            for (word, replacement) in words {
                for (at, _) in sources.get(id).text.match_indices(word) {
                    let span = Span::new(id, at, at + word.len());
                    let edit = Edit { span, text: replacement.to_string() };
                    let finding = Finding::new(span, format!("`{word}`")).fix("x", Applicability::Safe, vec![edit]);
                    report.diagnostics.push(Diagnostic { rule: "words", severity: Severity::Warning, finding });
                }
            }
        }
        sort(sources, &mut report.diagnostics);
        dedupe(&mut report.diagnostics);
        report
    }
}

fn mend(text: &str, words: &'static [(&'static str, &'static str)]) -> (String, Fixed) {
    let fixed = Mender { look: &look(words), wanted: &|_| true, allowed: Applicability::Safe }.mend(&sources(text));
    let id = fixed.sources.load("Makefile").unwrap();
    (fixed.sources.get(id).text.clone(), fixed)
}

#[test]
fn fixes_are_applied_until_nothing_is_left() {
    let (text, fixed) = mend("aba ab c\n", &[("ab", "x"), ("ba", "y")]);
    assert_eq!(text, "xa x c\n");
    assert_eq!((fixed.count, fixed.report.diagnostics.len(), fixed.report.problems.len()), (2, 0, 0));
    assert_eq!(fixed.before["Makefile"], "aba ab c\n");
}

#[test]
fn a_fix_that_brings_a_new_finding_is_withheld_and_the_others_are_kept() {
    let (text, fixed) = mend("good bad good good\n", &[("good", "fine"), ("bad", "worse"), ("worse", "worst")]);
    assert_eq!(text, "fine bad fine fine\n");
    assert_eq!(fixed.count, 3);
    assert_eq!(fixed.report.problems.len(), 1);
    assert_eq!(
        fixed.report.problems[0].message,
        "the fix for \"`bad`\" in Makefile would bring \"`worse`\" (words); it was left out"
    );
}

#[test]
fn a_fix_that_does_not_remove_its_finding_is_withheld() {
    let (text, fixed) = mend("loop\n", &[("loop", "loop ")]);
    assert_eq!((text.as_str(), fixed.before.len()), ("loop\n", 0));
    assert!(fixed.report.problems[0].message.contains("does not remove its finding"));
}

#[test]
fn two_fixes_that_undo_each_other_end() {
    let (text, fixed) = mend("tick tock\n", &[("tick", "tock"), ("tock", "tick")]);
    assert_eq!((text.as_str(), fixed.count), ("tick tock\n", 0));
    assert_eq!(fixed.report.problems.len(), 2);
}

#[test]
fn a_file_loaded_on_the_way_is_fixed_too() {
    let look = look(&[("one", "two")]);
    let look = |sources: &Sources| {
        sources.load("extra.mk");
        look(sources)
    };
    let fixed =
        Mender { look: &look, wanted: &|_| true, allowed: Applicability::Safe }.mend(&sources("include extra.mk\n"));
    assert_eq!(fixed.before.keys().collect::<Vec<_>>(), ["extra.mk"]);
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
        Rule::new("falls-over", PAGE, |_| panic!("index out of bounds")),
        Rule::new("stands", PAGE, |_| {
            let file = sources("x").ids()[0];
            vec![Finding::new(Span::new(file, 0, 1), "m"), Finding::new(Span::new(file, 0, 1), "m")]
        }),
    ];
    let sources = sources("x");
    let options = Options { rules: RULES, ..Options::default() };
    let report = lint(&sources, &sources.ids(), &options);
    assert_eq!(
        report.problems,
        [Problem { rule: Some("falls-over"), message: "panicked: index out of bounds".into(), fatal: true }]
    );
    assert_eq!(report.diagnostics.len(), 1, "said once");
    assert_eq!((report.diagnostics[0].rule, report.diagnostics[0].severity), ("stands", Severity::Error));
    let only = Options { select: Some(vec!["falls-over".into()]), ..options.clone() };
    assert_eq!(lint(&sources, &sources.ids(), &only).diagnostics, []);
    let without = Options { ignore: vec!["falls-over".into()], ..options };
    assert_eq!(lint(&sources, &sources.ids(), &without).problems, []);
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
    sort(&sources, &mut all);
    let order: Vec<(u32, &str)> = all.iter().map(|d| (d.finding.primary.span.start, d.rule)).collect();
    assert_eq!(order, [(2, "a"), (0, "a"), (0, "b"), (1, "z"), (1, "a")]);
}
