//! Asks: which RUN chown in a shipped stage only stores again what COPY has just put there?

use super::{edit, layer};
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::trace::PermissionKind;

pub fn check(model: &Model) -> Vec<Finding> {
    layer::repeated(model, PermissionKind::Owner)
        .into_iter()
        .filter_map(|again| {
            let path = &again.path;
            let mut finding = Finding::new(again.run.command, format!("this chown stores `{path}` in the image a second time"))
                .here("a new layer with the whole file")
                .label(again.copied_at, "the file arrives here");
            let owner = again.run.what.value.as_literal()?;
            // A bare number in `--chown` sets the group too; chown leaves root's.
            let bare_number = !owner.is_empty() && owner.chars().all(|c| c.is_ascii_digit());
            let owner = if bare_number { format!("{owner}:0") } else { owner.to_string() };
            // BuildKit takes root for a name that does not exist yet when COPY runs.
            if !again.owner_exists_before_copy(&owner) {
                return None;
            }
            finding = finding.help(format!("set the owner where the file arrives: `--chown={owner}`"));
            let removed = edit::remove_command(model, again.instruction, again.run.command);
            if let (Some(removed), true) = (removed, again.flag_can_be_set("chown")) {
                let flag = edit::add_flag(again.copy, &format!("--chown={owner}"));
                finding = finding.fix("copy with `--chown` and drop the chown", Applicability::Safe, vec![flag, removed]);
            }
            Some(finding)
        })
        .collect()
}
