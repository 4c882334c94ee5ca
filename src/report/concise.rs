//! Knows the format of one line a finding: `path:line:column: severity[rule] message`.
//! Refuses to know labels, help and fixes.

use super::{Texts, View};

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let line = |d: &crate::lint::Diagnostic| {
        let span = d.finding.primary.span;
        let lines = texts.at(span);
        let at = lines.position(span.range().start);
        let path = (view.shown)(lines.path());
        format!("{path}:{}:{}: {}[{}] {}\n", at.line, at.column, d.severity.name(), d.rule, d.finding.message)
    };
    view.report.diagnostics.iter().map(line).collect()
}
