//! Asks: which reference in a Makefile is meant for the shell, but names a make variable that nothing sets?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::makefile::slips::{Slip, SlipKind};
use crate::syntax::makefile::is_function;
use std::collections::BTreeSet;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for recipes in &model.makefiles {
        for slip in &recipes.slips {
            if seen.insert(slip.span) && !recipes.only_shows(slip.span) {
                out.extend(finding(model, slip));
            }
        }
    }
    out
}

fn finding(model: &Model, slip: &Slip) -> Option<Finding> {
    // Another Makefile of the project may hand it on.
    let own = |name: &str| model.makefiles.iter().any(|recipes| recipes.variables.contains_key(name));
    let set = |name: &str| model.assigned.contains(name) || own(name);
    match &slip.kind {
        SlipKind::Command(command) if !set(command) => {
            let written = model.text(slip.span);
            let (first, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
            let (what, instead, or_else) = match first.trim_end_matches(':') {
                function if is_function(function) => {
                    ("calls no function", format!("$({function} {rest})"), String::new())
                }
                own if set(own) => ("calls no function", format!("$(call {own},{rest})"), String::new()),
                _ => {
                    let own = command == "pwd";
                    let instead = if own { "$(CURDIR)".to_string() } else { format!("$(shell {command})") };
                    ("runs no command", instead, format!("; in a recipe `$${}` asks the shell", &written[1..]))
                }
            };
            let finding = Finding::new(slip.span, format!("make {what} here: `{written}` expands to nothing"))
                .here("to make this is a variable, and nothing sets it")
                .help(format!("write `{instead}`{or_else}"));
            Some(finding.fix(
                format!("write `{instead}`"),
                Applicability::Unsafe,
                vec![edit::replace(slip.span, instead)],
            ))
        }
        SlipKind::OneLetter(name) if !set(&name[..1]) => {
            let (letter, rest) = name.split_at(1);
            let finding =
                Finding::new(slip.span, format!("make reads `${name}` as `$({letter}){rest}`: here it says `{rest}`"))
                    .here(format!("without parentheses the name is `{letter}` alone, and nothing sets it"))
                    .help(format!("write `$({name})`"));
            let edit = edit::replace(slip.span, format!("$({name})"));
            Some(finding.fix(format!("write `$({name})`"), Applicability::Unsafe, vec![edit]))
        }
        SlipKind::Command(_) | SlipKind::OneLetter(_) | SlipKind::Glued => None,
    }
}
