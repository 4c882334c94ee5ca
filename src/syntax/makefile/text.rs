//! Knows how make joins lines, drops the backslash of `\#` and splits words, and keeps the places of what is left.
//! Refuses to know what the text is for.

use super::super::fold::Folded;
use super::references::Closer;
use crate::source::{FileId, Span};
use std::ops::Range;

/// A Makefile's text behind its byte order mark.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    /// Where `text` starts in the file.
    pub(super) base: usize,
}

impl Source<'_> {
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start + self.base, range.end + self.base)
    }

    /// Text of a rule or directive: lines joined, no blanks around it.
    pub(super) fn line(&self, range: Range<usize>) -> Folded {
        trim(&without_escapes(self.joined(range)), true)
    }

    /// The value of an assignment: blanks at its end belong to it.
    pub(super) fn value(&self, range: Range<usize>) -> Folded {
        trim(&without_escapes(self.joined(self.before_comment(range))), false)
    }

    /// The backslashes in front of a comment stand for half as many.
    fn before_comment(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let backslashes =
            if self.text[range.end..].starts_with('#') { text.len() - text.trim_end_matches('\\').len() } else { 0 };
        range.start..range.end - backslashes.div_ceil(2)
    }

    /// The body of a `define`: lines joined, but `#` is no comment and blanks stay.
    pub(super) fn body(&self, range: Range<usize>) -> Folded {
        let raw = &self.text[range.clone()];
        let raw = raw.strip_suffix('\n').map_or(raw, |raw| raw.strip_suffix('\r').unwrap_or(raw));
        self.joined(range.start..range.start + raw.len())
    }

    /// Physical lines of a recipe as the shell gets them, backslash-newline included.
    pub(super) fn recipe(&self, lines: &[Range<usize>]) -> Folded {
        let mut out = Folded::new(self.file);
        for (i, line) in lines.iter().enumerate() {
            out.push(&self.text[line.clone()], self.base + line.start);
            if i + 1 < lines.len() {
                let newline = self.text[line.end..].find('\n').map_or(line.end, |at| line.end + at);
                out.push("\n", self.base + newline);
            }
        }
        if out.text.contains("\\\n") { joined_in_references(&out) } else { out }
    }

    /// Backslash-newline with the blanks around it becomes one space; of backslashes before it every second stays.
    fn joined(&self, range: Range<usize>) -> Folded {
        let mut out = Folded::new(self.file);
        let mut from = range.start;
        let mut at = range.start;
        while let Some(found) = self.text[at..range.end].find('\n') {
            let newline = at + found;
            at = newline + 1;
            let line = &self.text[from..newline];
            let line = line.strip_suffix('\r').unwrap_or(line);
            let kept = line.trim_end_matches('\\');
            let backslashes = line.len() - kept.len();
            let keep_to = from + kept.len() + backslashes / 2;
            if backslashes.is_multiple_of(2) {
                self.push(&mut out, from..keep_to);
                out.push_for("\n", self.base + keep_to..self.base + at);
                from = at;
                continue;
            }
            let blanks = |c| c == ' ' || c == '\t';
            let end = if backslashes == 1 { from + kept.trim_end_matches(blanks).len() } else { keep_to };
            let rest = &self.text[at..range.end];
            at += rest.len() - rest.trim_start_matches(blanks).len();
            self.push(&mut out, from..end);
            // Several continuations in a row make one space.
            if !(out.text.ends_with(' ') && end == from) {
                out.push_for(" ", self.base + end..self.base + at);
            }
            from = at;
        }
        self.push(&mut out, from..range.end);
        out
    }

    fn push(&self, out: &mut Folded, range: Range<usize>) {
        out.push(&self.text[range.clone()], self.base + range.start);
    }
}

/// A recipe in which the lines of every reference are joined; the shell gets only the others.
fn joined_in_references(text: &Folded) -> Folded {
    let bytes = text.text.as_bytes();
    let mut out = Folded::new(text.file());
    let mut closer = Closer::new(&text.text);
    let (mut from, mut at) = (0, 0);
    let blank = |at: usize| matches!(bytes.get(at), Some(b' ' | b'\t'));
    while let Some(before) = text.text[at..].find('$') {
        let mut inside = at + before + 1;
        let end = closer.behind(at + before);
        while let Some(found) = text.text.get(inside..end).and_then(|text| text.find("\\\n")) {
            let (mut left, mut right) = (inside + found, inside + found + 2);
            while left > from && blank(left - 1) {
                left -= 1;
            }
            while right < end && blank(right) {
                right += 1;
            }
            out.append(text, from..left);
            out.push_for(" ", text.span(left..right).range());
            (from, inside) = (right, right);
        }
        at = end;
    }
    out.append(text, from..text.text.len());
    out
}

/// The text without blanks in front and, if wanted, behind.
pub(super) fn trim(text: &Folded, end: bool) -> Folded {
    let blanks = [' ', '\t', '\r', '\n', '\x0b', '\x0c'];
    let front = text.text.len() - text.text.trim_start_matches(blanks).len();
    let rest = &text.text[front..];
    let len = if end { rest.trim_end_matches(blanks).len() } else { rest.len() };
    text.slice(front..front + len)
}

/// Drops the backslash of `\#` outside references.
fn without_escapes(text: Folded) -> Folded {
    if !text.text.contains("\\#") {
        return text;
    }
    let mut out = Folded::new(text.file());
    let bytes = text.text.as_bytes();
    let mut closer = Closer::new(&text.text);
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'$' => at = closer.behind(at),
            b'\\' => {
                let backslashes = bytes[at..].iter().take_while(|b| **b == b'\\').count();
                let end = at + backslashes;
                if bytes.get(end) == Some(&b'#') {
                    out.append(&text, from..at + backslashes / 2);
                    from = end;
                }
                at = end + 1;
            }
            _ => at += 1,
        }
    }
    out.append(&text, from..text.text.len());
    out
}

/// The ranges of the blank-separated words of unexpanded text; blanks inside references separate nothing.
pub fn words(text: &Folded) -> Vec<Range<usize>> {
    let bytes = text.text.as_bytes();
    let mut out = Vec::new();
    let mut closer = Closer::new(&text.text);
    let mut start: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() {
            out.extend(start.take().map(|start| start..at));
            at += 1;
            continue;
        }
        start.get_or_insert(at);
        at = match bytes[at] {
            b'$' => closer.behind(at),
            b'\\' => at + 2,
            _ => at + 1,
        };
    }
    out.extend(start.map(|start| start..bytes.len()));
    out
}
