//! Knows GitHub's workflow commands: `::error file=…,line=…::message`.
//! Refuses to know GitHub's limit of ten annotations a kind; the worst come first, so that those are shown.

use std::cmp::Reverse;

use super::{Texts, View};
use crate::finding::Severity;
use crate::lint::Diagnostic;

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let mut diagnostics: Vec<&Diagnostic> = view.report.diagnostics.iter().collect();
    diagnostics.sort_by_key(|d| Reverse(d.severity));
    diagnostics.into_iter().map(|d| command(&texts, d)).collect()
}

fn command(texts: &Texts, d: &Diagnostic) -> String {
    let span = d.finding.primary.span;
    let lines = texts.at(span);
    let (start, end) = (lines.position(span.range().start), lines.position(span.range().end));
    let kind = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut place = format!("file={},line={},endLine={}", property(lines.path()), start.line, end.line);
    if start.line == end.line {
        // GitHub rejects columns of a place over several lines.
        place.push_str(&format!(",col={},endColumn={}", start.column, end.column));
    }
    format!("::{kind} {place},title={}::{}\n", property(d.rule), data(&super::with_help(d)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
