//! Asks: which RUN chmod in a shipped stage only stores again what COPY has just put there?

use super::{edit, layer};
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::trace::PermissionKind;

pub fn check(model: &Model) -> Vec<Finding> {
    layer::repeated(model, PermissionKind::Mode)
        .into_iter()
        .map(|again| {
            let what = &again.run.what.value;
            let path = &again.path;
            let mut finding = Finding::new(again.run.command, format!("this chmod stores `{path}` in the image a second time"))
                .here("a new layer with the whole file")
                .label(again.copied_at, "the file arrives here");
            let (before, after) = (again.target.mode_before, again.target.mode_after);
            // `+x` on a file whose mode is not known: what a program usually has.
            let (mode, certain) = match (after, what.as_literal()) {
                (Some(mode), _) => (Some(mode), true),
                (None, Some("+x" | "a+x" | "ugo+x" | "u+x" | "a+rx" | "+rx")) => (Some(0o755), false),
                _ => (None, false),
            };
            let redundant = before.is_some() && before == after;
            finding = if redundant {
                finding.help("drop it: the mode is so already")
            } else if let Some(mode) = mode {
                finding.help(format!("set the mode where the file arrives: `--chmod={mode:04o}` (needs BuildKit)"))
            } else {
                finding.help("set the mode where the file arrives, with `--chmod` (needs BuildKit)")
            };
            let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
            let removed = edit::remove_command(model, again.instruction, again.run.command);
            let edits: Option<Vec<Edit>> = match (removed, again.flag_can_be_set("chmod"), mode) {
                (Some(removed), _, _) if redundant => Some(vec![removed]),
                (Some(removed), true, Some(mode)) => {
                    Some(vec![edit::add_flag(again.copy, &format!("--chmod={mode:04o}")), removed])
                }
                _ => None,
            };
            if let Some(edits) = edits {
                let title = if redundant { "drop the chmod" } else { "copy with `--chmod` and drop the chmod" };
                finding = finding.fix(title, applicability, edits);
            }
            finding
        })
        .collect()
}
