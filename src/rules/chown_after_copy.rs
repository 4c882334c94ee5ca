//! Asks: which RUN chown in a shipped stage only stores again what COPY has just put there?

use super::{edit, layer};
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::trace::PermissionKind;

pub fn check(model: &Model) -> Vec<Finding> {
    layer::repeated(model, PermissionKind::Owner).iter().filter_map(|again| finding(model, again)).collect()
}

fn finding(model: &Model, again: &layer::Again) -> Option<Finding> {
    let owner = again.run.what.value.as_literal()?;
    // A bare number in `--chown` sets the group too; chown leaves root's.
    let bare_number = !owner.is_empty() && owner.chars().all(|c| c.is_ascii_digit());
    let owner = match owner.strip_prefix(':') {
        // COPY gives the file to root, where it says nothing else.
        Some(group) if again.files.iter().all(|file| file.copy.flag("chown").is_none()) => format!("0:{group}"),
        Some(_) => return None,
        None if bare_number => format!("{owner}:0"),
        None => owner.to_string(),
    };
    // BuildKit takes root for a name that does not exist yet when COPY runs.
    if !again.owner_exists_before_copy(&owner) {
        return None;
    }
    if let Some(user) = owner.strip_suffix(':') {
        let help = format!(
            "set the owner where the file arrives: `--chown={user}:…`, with the group that `{user}` logs in with"
        );
        return Some(again.finding(model, "chown").help(help));
    }
    let help = format!("set the owner where the file arrives: `--chown={owner}`");
    let mut finding = again.finding(model, "chown").help(help);
    let removed = edit::remove_command(model, again.instruction(), again.run.command);
    if let (Some(flags), Some(removed)) = (again.flags("chown", &owner), removed) {
        let edits = flags.into_iter().chain([removed]).collect();
        finding = finding.fix("copy with `--chown` and drop the chown", Applicability::Safe, edits);
    }
    Some(finding)
}
