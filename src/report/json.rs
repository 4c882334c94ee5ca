//! Knows gobin-lint's own JSON: one document, with a version that changes when a reader could break.
//! Refuses to know other tools' formats.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::lines::Lines;
use super::{Texts, View};
use crate::finding::{Applicability, Severity};
use crate::lint::Diagnostic;
use crate::source::Span;

/// What `gobin-lint --format json` prints. Fields may be added within a version; none is renamed, removed or given another meaning.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "gobin-lint report")]
struct Document<'a> {
    /// Of this format, not of gobin-lint.
    version: u32,
    tool: Tool,
    /// How many documents were read.
    files: usize,
    /// By path, place, severity and rule.
    findings: Vec<Finding<'a>>,
    /// Findings that comments allow; only where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<Allowed<'a>>,
    /// What went wrong in gobin-lint itself.
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub const OURS: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
    /// What this place has to do with it; may be empty.
    label: &'a str,
    /// Where each part came from, cause first; may lie in other files.
    labels: Vec<Label<'a>>,
    fix: Option<Fix<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Allowed<'a> {
    finding: Finding<'a>,
    comment: Place<'a>,
    reason: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Place<'a> {
    /// Relative to the root of the checkout, with `/` between its parts.
    path: &'a str,
    start: Point,
    /// Behind the last character.
    end: Point,
}

#[derive(Serialize, JsonSchema)]
struct Point {
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// From 0, in bytes.
    offset: u32,
}

#[derive(Serialize, JsonSchema)]
struct Label<'a> {
    text: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// All edits belong together; none may be applied without the others.
#[derive(Serialize, JsonSchema)]
struct Fix<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<Edit<'a>>,
}

/// Replaces the bytes of the place by `text`.
#[derive(Serialize, JsonSchema)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct Problem<'a> {
    rule: Option<&'a str>,
    message: &'a str,
}

/// The shape of the document.
pub fn schema() -> Schema {
    schemars::generate::SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<Document>()
}

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let document = Document {
        version: 1,
        tool: Tool::OURS,
        files: view.report.files,
        findings: view.report.diagnostics.iter().map(|d| finding(&texts, d)).collect(),
        allowed: view.allowed().iter().map(|a| allowed(&texts, a)).collect(),
        problems: view.report.problems.iter().map(|p| Problem { rule: p.rule, message: &p.message }).collect(),
    };
    pretty(&document)
}

/// A document as text.
pub(super) fn pretty(document: &impl Serialize) -> String {
    // Strings and numbers only: nothing here can fail to be written.
    let mut out = serde_json::to_string_pretty(document).unwrap_or_default();
    out.push('\n');
    out
}

fn allowed<'a>(texts: &'a Texts, allowed: &'a crate::lint::Allowed) -> Allowed<'a> {
    Allowed {
        finding: finding(texts, &allowed.diagnostic),
        comment: place(texts.at(allowed.comment), allowed.comment),
        reason: allowed.reason.as_deref(),
    }
}

fn finding<'a>(texts: &'a Texts, d: &'a Diagnostic) -> Finding<'a> {
    let edit = |edit: &'a crate::finding::Edit| Edit { place: place(texts.at(edit.span), edit.span), text: &edit.text };
    Finding {
        rule: d.rule,
        severity: d.severity,
        message: &d.finding.message,
        help: d.finding.help.as_deref(),
        place: place(texts.at(d.finding.primary.span), d.finding.primary.span),
        label: &d.finding.primary.text,
        labels: d
            .finding
            .labels
            .iter()
            .map(|l| Label { text: &l.text, place: place(texts.at(l.span), l.span) })
            .collect(),
        fix: d.finding.fix.as_ref().map(|fix| Fix {
            title: &fix.title,
            applicability: fix.applicability,
            edits: fix.edits.iter().map(edit).collect(),
        }),
    }
}

/// A span of a text.
pub(super) fn place(lines: &Lines, span: Span) -> Place<'_> {
    Place { path: lines.path(), start: point(lines, span.start), end: point(lines, span.end) }
}

fn point(lines: &Lines, offset: u32) -> Point {
    let at = lines.position(offset as usize);
    Point { line: at.line, column: at.column, offset }
}
