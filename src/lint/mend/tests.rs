use std::sync::Arc;

use super::*;
use crate::finding::{Edit, Finding};
use crate::lint::{dedupe, sort};
use crate::source::{MemoryCheckout, Span};

fn sources(text: &str) -> Sources {
    let sources = Sources::new(Arc::new(MemoryCheckout::new([("extra.mk", "one\n")])));
    sources.add("Makefile", text);
    sources
}

/// Finds every word of `words`; its fix writes the word's replacement.
fn look(words: &'static [(&'static str, &'static str)]) -> impl Fn(&Sources) -> Standing + Sync {
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
        sort(sources, &mut report.diagnostics, |d| d);
        dedupe(&mut report.diagnostics, |d| d);
        Standing { report, ..Standing::default() }
    }
}

fn mender<'a>(look: &'a (dyn Fn(&Sources) -> Standing + Sync)) -> Mender<'a> {
    Mender { look, wanted: &|_| true, may_write: &|path| path == "Makefile", allowed: Applicability::Safe }
}

fn mend(text: &str, words: &'static [(&'static str, &'static str)]) -> (String, Fixed) {
    let fixed = mender(&look(words)).mend(&sources(text));
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
    let withheld = Withheld {
        path: "Makefile".into(),
        rule: "words",
        message: "`bad`".into(),
        reason: "would bring \"`worse`\" (words)".into(),
    };
    assert_eq!(fixed.withheld, [withheld]);
}

#[test]
fn a_fix_that_does_not_remove_its_finding_is_withheld() {
    let (text, fixed) = mend("loop\n", &[("loop", "loop ")]);
    assert_eq!((text.as_str(), fixed.before.len()), ("loop\n", 0));
    assert_eq!(fixed.withheld[0].reason, "does not remove its finding");
}

#[test]
fn two_fixes_that_undo_each_other_end() {
    let (text, fixed) = mend("tick tock\n", &[("tick", "tock"), ("tock", "tick")]);
    assert_eq!((text.as_str(), fixed.count), ("tick tock\n", 0));
    assert_eq!(fixed.withheld.len(), 2);
}

#[test]
fn a_file_that_nobody_named_is_not_changed() {
    let look = look(&[("one", "two")]);
    let look = |sources: &Sources| {
        sources.load("extra.mk");
        look(sources)
    };
    let fixed = mender(&look).mend(&sources("include extra.mk\n"));
    assert!(fixed.before.is_empty());
    assert_eq!(fixed.withheld[0].reason, "also changes extra.mk, which was not named");
    let fixed = Mender { may_write: &|_| true, ..mender(&look) }.mend(&sources("include extra.mk\n"));
    assert_eq!(fixed.before.keys().collect::<Vec<_>>(), ["extra.mk"]);
}

#[test]
fn a_fix_that_leaves_a_text_unreadable_is_withheld() {
    let words = look(&[("good", "`")]);
    let look = |sources: &Sources| {
        let mut standing = words(sources);
        let text = &sources.get(sources.load("Makefile").unwrap()).text;
        standing.errors.insert(("Makefile".into(), "odd".into()), text.matches('`').count());
        standing
    };
    let fixed = mender(&look).mend(&sources("good\n"));
    assert_eq!((fixed.count, fixed.withheld[0].reason.as_str()), (0, "would leave Makefile unreadable: odd"));
}

#[test]
fn a_fix_that_changes_what_an_image_starts_is_withheld() {
    let words = look(&[("good", "fine")]);
    let image = ("Dockerfile".to_string(), 0);
    let start = |word: &str| Started { program: Some(word.into()), arguments: vec![word.into()], user: "0".into() };
    let look = |sources: &Sources| {
        let mut standing = words(sources);
        let text = &sources.get(sources.load("Makefile").unwrap()).text;
        standing.images.insert(image.clone(), start(text));
        standing
    };
    let fixed = mender(&look).mend(&sources("good\n"));
    assert_eq!(fixed.withheld[0].reason, "would change what the image of Dockerfile starts");
    let other_arguments = Started { arguments: Vec::new(), ..start("a") };
    assert!(!same_start(&start("a"), &other_arguments, true));
    assert!(same_start(&start("a"), &other_arguments, false));
    assert!(!same_start(&start("a"), &Started { user: "1".into(), ..start("a") }, false));
}
