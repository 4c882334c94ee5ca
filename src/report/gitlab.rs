//! Knows GitLab's code quality report: an array of issues, as `artifacts:reports:codequality` takes it.
//! Refuses to know labels and fixes, which GitLab does not show.
//! The format: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use super::{Texts, View, fingerprint, json};
use crate::finding::Severity;
use crate::lint::Diagnostic;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    /// The same in the next run although lines moved, and another for each finding: GitLab compares branches by it.
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    /// Relative to the root of the checkout, without `./`: GitLab drops others.
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let mut seen = fingerprint::Fingerprints::default();
    let issues: Vec<Issue> = view.report.diagnostics.iter().map(|d| issue(view, &texts, &mut seen, d)).collect();
    json::pretty(&issues)
}

fn issue<'a>(view: &View, texts: &'a Texts, seen: &mut fingerprint::Fingerprints, d: &'a Diagnostic) -> Issue<'a> {
    let span = d.finding.primary.span;
    let lines = texts.at(span);
    Issue {
        description: super::with_help(d),
        check_name: d.rule,
        fingerprint: seen.next(d, &view.sources.get(span.file)),
        severity: match d.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location {
            path: lines.path(),
            lines: Lines { begin: lines.position(span.range().start).line, end: lines.position(span.range().end).line },
        },
    }
}
