//! Knows the format of one line a finding: `path:line:column: severity[rule] message`.
//! Refuses to know labels, help and fixes.

use super::{Texts, View};
use crate::lint::Diagnostic;

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let findings = view.report.diagnostics.iter().map(|d| line(view, &texts, d) + "\n");
    findings.chain([allowed(view, &texts)]).collect()
}

/// The findings that comments allow, one line each with the comment's line and its reason.
pub(super) fn allowed(view: &View, texts: &Texts) -> String {
    let line = |allowed: &crate::lint::Allowed| {
        let (_, comment) = texts.place(view.shown, allowed.comment);
        let reason = allowed.reason.as_deref().unwrap_or("without a reason");
        format!("{} (allowed in line {}: {reason})\n", line(view, texts, &allowed.diagnostic), comment.line)
    };
    view.allowed().iter().map(line).collect()
}

fn line(view: &View, texts: &Texts, d: &Diagnostic) -> String {
    let (path, at) = texts.place(view.shown, d.finding.primary.span);
    format!("{path}:{}:{}: {}[{}] {}", at.line, at.column, d.severity.name(), d.rule, d.finding.message)
}
