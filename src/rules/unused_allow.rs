//! Asks: which comments that allow a finding allow none?

use crate::allow::{Idle, Slip, Why};
use crate::finding::{Applicability, Edit, Finding};

pub fn check(idle: &[Idle]) -> Vec<Finding> {
    idle.iter().map(say).collect()
}

fn say(idle: &Idle) -> Finding {
    let remove =
        |finding: Finding| finding.fix("remove what allows nothing", Applicability::Safe, vec![idle.removal.clone()]);
    match &idle.why {
        Why::Unused { id } => remove(Finding::new(idle.span, format!("`{id}` finds nothing that this could allow"))),
        Why::Unknown { id, near } => {
            let finding = Finding::new(idle.span, format!("there is no rule `{id}`"));
            match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")).fix(
                    format!("write `{near}`"),
                    Applicability::Manual,
                    vec![Edit { span: idle.span, text: (*near).to_string() }],
                ),
                None => finding.help("`gobin-lint explain` lists all rules; a reason stands behind ` -- `"),
            }
        }
        Why::Slip(Slip::Unreadable) => Finding::new(idle.span, "this comment says nothing to gobin-lint")
            .help("write `# gobin-lint: allow <rule> -- reason`, or `allow-file` at the top of the file"),
        Why::Slip(Slip::Late) => Finding::new(idle.span, "`allow-file` counts only at the top of the file")
            .help("move it above the first line that is no comment, or write `allow` above the line it is for"),
        Why::Slip(Slip::Argument) => Finding::new(idle.span, "for the builder this is no comment but more arguments")
            .help("a Dockerfile has comments only on lines of their own; put this one on the line above"),
    }
}
