//! Asks: which chown comes behind the chmod of the same file, and takes away a setuid or setgid bit it has set?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::trace::{Event, EventKind, HopKind, PermissionKind, PermissionRun, PermissionTarget, Trace};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    model.events().filter_map(|(trace, event)| finding(model, trace, event)).collect()
}

fn finding(model: &Model, trace: &Trace, event: &Event) -> Option<Finding> {
    let EventKind::Permission(run) = &event.kind else { return None };
    if run.kind != PermissionKind::Owner {
        return None;
    }
    let changed = |target: &&PermissionTarget| {
        target.found.file().is_some_and(|file| trace.get(file.hop).kind == HopKind::Mode)
            && target.mode_before.is_some()
    };
    let target = run.targets.iter().find(changed)?;
    let hop = trace.get(target.found.file()?.hop);
    let path = target.path.as_ref()?;
    let finding = match target.mode_before? {
        mode if mode & 0o6000 != 0 => {
            let bit = if mode & 0o4000 != 0 { "setuid" } else { "setgid" };
            Finding::new(run.command, format!("chown clears the {bit} bit that chmod has just set on `{path}`"))
                .here("the kernel clears it, for root too")
                .severity(Severity::Error)
        }
        _ => Finding::new(run.command, format!("the owner of `{path}` is changed after its mode"))
            .here("chown clears setuid and setgid, as soon as the mode has them"),
    };
    let mut finding = finding.label(hop.span, "the mode is set here").help("chown first, then chmod");
    // Both stand in one shell, one behind the other: they change places.
    let chmod = trace.events.iter().find_map(|e| match &e.kind {
        EventKind::Permission(chmod) if chmod.command == hop.span => Some(chmod),
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

/// Only `&&`, `;`, blanks, line ends and the RUN of a next line stand between them.
fn swappable(model: &Model, chmod: &PermissionRun, chown: &PermissionRun) -> bool {
    let (a, b) = (chmod.command, chown.command);
    if a.file != b.file || a.end > b.start {
        return false;
    }
    let between = model.text(Span::new(a.file, a.end as usize, b.start as usize));
    let next_run = between.trim().eq_ignore_ascii_case("RUN") && between.starts_with(['\r', '\n']);
    next_run || between.chars().all(|c| matches!(c, '&' | ';' | ' ' | '\t' | '\\' | '\r' | '\n'))
}
