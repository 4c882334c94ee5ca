//! Knows reviewdog's `rdjson`, with suggestions that a reviewer takes by a click.
//! Refuses to know which service shows it.
//! The format: <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>.

use serde::Serialize;

use super::lines::{Lines, Position};
use super::{Texts, View, json};
use crate::finding::{Applicability, Fix, Severity};
use crate::lint::Diagnostic;
use crate::source::Span;

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    diagnostics: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Item<'a> {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code<'a>,
    /// One at most: several would each be offered alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<[Suggestion; 1]>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
}

#[derive(Serialize)]
struct Location {
    /// As seen from the working directory: reviewdog puts that before it.
    path: String,
    range: Range,
}

/// `end` lies behind the last byte.
#[derive(Serialize)]
struct Range {
    start: Point,
    end: Point,
}

/// Both from 1; columns count the bytes of UTF-8.
#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let diagnostics = view.report.diagnostics.iter().map(|d| item(view, &texts, d)).collect();
    json::pretty(&DiagnosticResult { source: Source { name: env!("CARGO_PKG_NAME") }, diagnostics })
}

fn item<'a>(view: &View, texts: &Texts, d: &'a Diagnostic) -> Item<'a> {
    let span = d.finding.primary.span;
    let lines = texts.at(span);
    let mut message = super::with_help(d);
    for label in d.finding.labels.iter().filter(|label| !label.text.is_empty()) {
        let lines = texts.at(label.span);
        let line = lines.position(label.span.range().start).line;
        message.push_str(&format!("\n{}:{line}: {}", (view.shown)(lines.path()), label.text));
    }
    Item {
        message,
        location: Location { path: (view.shown)(lines.path()), range: range(lines, span) },
        severity: match d.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        code: Code { value: d.rule },
        suggestions: d.finding.fix.as_ref().and_then(|fix| suggestion(texts, span, fix)).map(|one| [one]),
    }
}

/// All edits of a fix as one, with what stands between them. None where it changes another file, too: half a fix is none.
fn suggestion(texts: &Texts, here: Span, fix: &Fix) -> Option<Suggestion> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (first, last) = (edits.first()?, edits.last()?);
    if fix.applicability == Applicability::Manual || edits.iter().any(|edit| edit.span.file != here.file) {
        return None;
    }
    let lines = texts.at(here);
    let mut text = String::new();
    let mut at = first.span.range().start;
    for edit in &edits {
        text.push_str(lines.text().get(at..edit.span.range().start)?);
        text.push_str(&edit.text);
        at = edit.span.range().end;
    }
    let whole = Span::new(here.file, first.span.range().start, last.span.range().end);
    Some(Suggestion { range: range(lines, whole), text })
}

fn range(lines: &Lines, span: Span) -> Range {
    let point = |offset: usize| {
        let Position { line, column } = lines.bytes(offset);
        Point { line, column }
    };
    Range { start: point(span.range().start), end: point(span.range().end) }
}
