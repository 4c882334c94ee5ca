//! Asks: which chown takes away the setuid or setgid bit that chmod has just set?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::trace::{Event, EventKind, HopKind, PermissionKind, PermissionRun, Trace};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    model.events().filter_map(|(trace, event)| finding(model, trace, event)).collect()
}

fn finding(model: &Model, trace: &Trace, event: &Event) -> Option<Finding> {
    let EventKind::Permission(run) = &event.kind else { return None };
    if run.kind != PermissionKind::Owner {
        return None;
    }
    let target = run.targets.iter().find(|t| t.mode_before.is_some_and(|mode| mode & 0o6000 != 0))?;
    let file = target.found.file()?;
    let hop = trace.get(file.hop);
    if hop.kind != HopKind::Mode {
        return None;
    }
    let path = target.path.as_ref()?;
    let bit = if target.mode_before? & 0o4000 != 0 { "setuid" } else { "setgid" };
    let mut finding = Finding::new(run.command, format!("chown clears the {bit} bit that chmod has just set on `{path}`"))
        .here("the kernel clears it, for root too")
        .label(hop.span, format!("the {bit} bit is set here"))
        .help("chown first, then chmod");
    // Both stand in one shell, one behind the other: they change places.
    let chmod = trace.events.iter().find_map(|e| match &e.kind {
        EventKind::Permission(chmod) if chmod.command == hop.span && e.place == event.place => Some(chmod),
        _ => None,
    })?;
    if swappable(model, chmod, run) {
        let (first, second) = (model.text(chmod.command), model.text(run.command));
        finding = finding.fix(
            "chown first",
            Applicability::Safe,
            vec![edit::replace(chmod.command, second), edit::replace(run.command, first)],
        );
    }
    Some(finding)
}

/// Only `&&`, `;`, blanks and line ends stand between them.
fn swappable(model: &Model, chmod: &PermissionRun, chown: &PermissionRun) -> bool {
    let (a, b) = (chmod.command, chown.command);
    a.file == b.file && a.end <= b.start && {
        let between = model.text(Span::new(a.file, a.end as usize, b.start as usize));
        between.chars().all(|c| matches!(c, '&' | ';' | ' ' | '\t' | '\\' | '\r' | '\n'))
    }
}
