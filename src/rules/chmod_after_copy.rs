//! Asks: which RUN chmod in a shipped stage only stores again what COPY has just put there?

use super::{edit, layer};
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::trace::PermissionKind;

pub fn check(model: &Model) -> Vec<Finding> {
    let repeated = layer::repeated(model, PermissionKind::Mode);
    repeated.iter().filter(|again| !again.stored_anyway()).map(|again| finding(model, again)).collect()
}

fn finding(model: &Model, again: &layer::Again) -> Finding {
    let mut finding = again.finding(model, "chmod");
    let removed = edit::remove_command(model, again.instruction(), again.run.command);
    let targets = || again.files.iter().map(|file| file.target);
    if targets().all(|target| target.mode_before.is_some() && target.mode_before == target.mode_after) {
        let finding = finding.help("drop it: the mode is so already");
        return match removed {
            Some(removed) => finding.fix("drop the chmod", Applicability::Safe, vec![removed]),
            None => finding,
        };
    }
    // `+x` on a file whose mode is not known: what a program usually has.
    let usual = matches!(again.run.what.value.as_literal(), Some("+x" | "a+x" | "ugo+x" | "u+x" | "a+rx" | "+rx"));
    let modes: Vec<Option<u32>> = targets().map(|target| target.mode_after).collect();
    let (mode, applicability) = match modes.as_slice() {
        [Some(first), rest @ ..] if rest.iter().all(|mode| *mode == Some(*first)) => (*first, Applicability::Safe),
        modes if usual && modes.iter().all(Option::is_none) => (0o755, Applicability::Unsafe),
        _ => return finding.help("set the mode where the file arrives, with `--chmod` (needs BuildKit)"),
    };
    let value = format!("{mode:04o}");
    finding = finding.help(format!("set the mode where the file arrives: `--chmod={value}` (needs BuildKit)"));
    match (again.flags("chmod", &value), removed) {
        (Some(flags), Some(removed)) => {
            let edits: Vec<Edit> = flags.into_iter().chain([removed]).collect();
            finding.fix("copy with `--chmod` and drop the chmod", applicability, edits)
        }
        _ => finding,
    }
}
