//! Knows where a comment that allows a finding is written so that nobody but gobin-lint sees it.
//! Refuses to know whether it helps: that is looked at afterwards.

use std::collections::BTreeMap;

use super::Scope;
use super::read::{self, Layout};
use crate::finding::{Applicability, Edit, Fix};
use crate::kind::Kind;
use crate::source::{FileId, Sources, Span};

/// For each finding, by rule and place, the fix that allows it. Findings of one statement share one comment.
pub fn additions(
    sources: &Sources,
    documents: &[FileId],
    findings: &[(&str, Span)],
    reason: Option<&str>,
) -> Vec<Option<Fix>> {
    let mut by_file: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (index, (_, place)) in findings.iter().enumerate() {
        by_file.entry(place.file).or_default().push(index);
    }
    let mut out = vec![None; findings.len()];
    for (file, indices) in by_file {
        let source = sources.get(file);
        let is_document = documents.contains(&file);
        let layout = Layout::of(file, &source, is_document);
        let present = read::allows(file, &source, is_document);
        let mut by_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for index in indices {
            if let Some(start) = line_to_comment(&layout, findings[index].1) {
                by_line.entry(start).or_default().push(index);
            }
        }
        for (start, indices) in by_line {
            let mut ids: Vec<&str> = indices.iter().map(|index| findings[*index].0).collect();
            ids.sort_unstable();
            ids.dedup();
            let ids = ids.join(", ");
            let above = present.iter().find_map(|allow| match &allow.scope {
                Scope::Lines(lines) if lines.start == start && allow.comment.range().end <= start => allow.names.last(),
                _ => None,
            });
            let edit = match above {
                Some(last) => Edit { span: Span { start: last.span.end, ..last.span }, text: format!(", {ids}") },
                None => {
                    let reason = reason.map(|reason| format!(" -- {reason}")).unwrap_or_default();
                    let text = format!("{}# gobin-lint: allow {ids}{reason}\n", indentation(&layout, start));
                    Edit { span: Span::new(file, start, start), text }
                }
            };
            let title = format!("allow {ids} here");
            let fix = Fix { title, applicability: Applicability::Safe, edits: vec![edit] };
            indices.iter().for_each(|index| out[*index] = Some(fix.clone()));
        }
    }
    out
}

/// The line above which a comment changes nothing. The builder drops comments inside a continued line, but not in a heredoc; make and
/// the shell would end the line there.
fn line_to_comment(layout: &Layout, place: Span) -> Option<usize> {
    let at = place.range().start;
    let whole = layout.start_of_statement(at);
    let start = match layout.kind {
        Some(Kind::Dockerfile) if !layout.text[whole..place.range().end].contains("<<") => layout.start_of_line(at),
        _ => whole,
    };
    (start >= layout.directives).then_some(start)
}

/// As the line below; but what starts with a tab in a recipe would be printed, and given to a shell.
fn indentation<'t>(layout: &Layout<'t>, start: usize) -> &'t str {
    let line = layout.text[start..].lines().next().unwrap_or_default();
    let indentation = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    if layout.kind == Some(Kind::Makefile) && indentation.contains('\t') { "" } else { indentation }
}
