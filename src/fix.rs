//! Knows how to choose fixes that do not get in each other's way, and how to apply edits to texts.
//! Refuses to know rules, and whether a fix mends anything.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Edit, Fix};
use crate::source::{FileId, Sources, Span};

/// Which fixes of a list go together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// Indices of the fixes that can be applied at once, in order. The first of two that overlap wins, the other waits.
    pub chosen: Vec<usize>,
    /// Indices of fixes that nobody can apply: edits outside the text, inside a character, or overlapping each other.
    pub broken: Vec<usize>,
}

/// Chooses from `fixes`, the first in order first.
pub fn choose(sources: &Sources, fixes: &[&Fix]) -> Choice {
    let mut choice = Choice::default();
    let mut taken: BTreeMap<FileId, BTreeSet<&Edit>> = BTreeMap::new();
    for (index, fix) in fixes.iter().enumerate() {
        if fix.edits.is_empty() || !fits(sources, fix) {
            choice.broken.push(index);
        } else if fix.edits.iter().all(|edit| taken.get(&edit.span.file).is_none_or(|taken| goes_with(taken, edit))) {
            for edit in &fix.edits {
                taken.entry(edit.span.file).or_default().insert(edit);
            }
            choice.chosen.push(index);
        }
    }
    choice
}

/// The texts of the changed files after all edits of `fixes`, which must come from one [`choose`]. Equal edits are applied once.
pub fn apply(sources: &Sources, fixes: &[&Fix]) -> BTreeMap<FileId, String> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    let mut seen: BTreeSet<&Edit> = BTreeSet::new();
    for fix in fixes {
        let new: Vec<&Edit> = fix.edits.iter().filter(|edit| !seen.contains(edit)).collect();
        for edit in new {
            seen.insert(edit);
            by_file.entry(edit.span.file).or_default().push(edit);
        }
    }
    by_file.into_iter().map(|(file, edits)| (file, apply_edits(&sources.get(file).text, edits))).collect()
}

fn apply_edits(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let crlf = text.find('\n').is_some_and(|at| text[..at].ends_with('\r'));
    let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        let start = edit.span.range().start.max(first);
        let end = edit.span.range().end.max(start);
        out.push_str(&text[done..start]);
        if crlf {
            out.push_str(&edit.text.replace("\r\n", "\n").replace('\n', "\r\n"));
        } else {
            out.push_str(&edit.text);
        }
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// Whether every edit lies in its text between characters, and none overlaps another of the same fix.
fn fits(sources: &Sources, fix: &Fix) -> bool {
    let ids = sources.ids();
    let inside = |edit: &Edit| {
        let span = edit.span;
        ids.contains(&span.file) && sources.get(span.file).text.get(span.range()).is_some()
    };
    let apart = |(i, edit): (usize, &Edit)| fix.edits[..i].iter().all(|other| !overlap(edit.span, other.span));
    fix.edits.iter().all(inside) && fix.edits.iter().enumerate().all(apart)
}

/// Whether an edit is one of those chosen for its file already, or keeps clear of them all.
fn goes_with(taken: &BTreeSet<&Edit>, edit: &Edit) -> bool {
    taken.contains(edit)
        || taken.iter().all(|other| {
            let same_insertion = edit.span.is_empty() && edit.span == other.span;
            !same_insertion && !overlap(edit.span, other.span)
        })
}

/// Whether two spans share a byte, or one inserts inside the other. Touching is not overlapping.
fn overlap(a: Span, b: Span) -> bool {
    a.file == b.file
        && (a.start.max(b.start) < a.end.min(b.end)
            || (a.is_empty() && b.start < a.start && a.start < b.end)
            || (b.is_empty() && a.start < b.start && b.start < a.end))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::Applicability;
    use crate::source::MemoryCheckout;

    fn sources(text: &str) -> (Sources, FileId) {
        let sources = Sources::new(Arc::new(MemoryCheckout::default()));
        let file = sources.add("Dockerfile", text);
        (sources, file)
    }

    fn fix(file: FileId, edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits.iter().map(|(a, b, t)| Edit { span: Span::new(file, *a, *b), text: t.to_string() }).collect();
        Fix { title: String::new(), applicability: Applicability::Safe, edits }
    }

    fn applied(text: &str, edits: &[(usize, usize, &str)]) -> String {
        let (sources, file) = sources(text);
        let fix = fix(file, edits);
        assert_eq!(choose(&sources, &[&fix]).chosen, [0]);
        apply(&sources, &[&fix]).remove(&file).unwrap()
    }

    #[test]
    fn bytes_outside_the_edits_never_change() {
        assert_eq!(applied("a\r\nb\nc", &[(3, 4, "x")]), "a\r\nx\nc");
        assert_eq!(applied("\u{feff}a\nb", &[(3, 4, "x"), (6, 6, "!")]), "\u{feff}x\nb!");
    }

    #[test]
    fn inserted_lines_end_as_the_file_does() {
        assert_eq!(applied("a\r\nb\r\n", &[(3, 3, "x\ny\n")]), "a\r\nx\r\ny\r\nb\r\n");
        assert_eq!(applied("a\nb\n", &[(2, 2, "x\n")]), "a\nx\nb\n");
    }

    #[test]
    fn an_insertion_at_the_start_stays_behind_the_byte_order_mark() {
        assert_eq!(applied("\u{feff}a", &[(0, 0, "x\n")]), "\u{feff}x\na");
    }

    #[test]
    fn the_first_of_two_overlapping_fixes_wins() {
        let (sources, file) = sources("0123456789");
        let (a, b, c) = (fix(file, &[(0, 4, "a")]), fix(file, &[(3, 5, "b"), (8, 9, "b")]), fix(file, &[(8, 9, "c")]));
        let choice = choose(&sources, &[&a, &b, &c]);
        assert_eq!(choice.chosen, [0, 2]);
        assert_eq!(apply(&sources, &[&a, &c])[&file], "a4567c9");
    }

    #[test]
    fn equal_edits_are_applied_once_and_different_insertions_wait() {
        let (sources, file) = sources("ab");
        let (a, b, c) = (fix(file, &[(1, 1, "x")]), fix(file, &[(1, 1, "x"), (2, 2, "y")]), fix(file, &[(1, 1, "z")]));
        let choice = choose(&sources, &[&a, &b, &c]);
        assert_eq!(choice.chosen, [0, 1]);
        assert_eq!(apply(&sources, &[&a, &b])[&file], "axby");
    }

    #[test]
    fn a_fix_that_cannot_be_applied_is_broken() {
        let (sources, file) = sources("é");
        for edits in [&[(0, 1, "")][..], &[(0, 9, "")], &[(0, 2, "a"), (0, 2, "b")], &[]] {
            assert_eq!(choose(&sources, &[&fix(file, edits)]).broken, [0], "{edits:?}");
        }
    }
}
