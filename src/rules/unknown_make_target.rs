//! Asks: which make, in a RUN or a recipe, is told to make a target that its Makefile does not have, and which rule needs one?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::makefile::{Recipes, Unmade};
use crate::model::trace::{EventKind, MakeRun};
use crate::model::value::Text;
use std::collections::BTreeSet;
use strsim::damerau_levenshtein;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out: Vec<Finding> =
        model.makefiles.iter().flat_map(|recipes| recipes.unmade.iter().map(|u| needed(recipes, u))).collect();
    for (_, event) in model.events() {
        // What only may run may ask first: `if make -n target`. Behind `|| true` it may fail.
        let (EventKind::Make(run), false) = (&event.kind, event.conditional) else { continue };
        let Some(goal) = &run.unknown else { continue };
        let target = goal.value.to_string();
        let mut finding = Finding::new(goal.span, format!("`{}` has no target `{target}`", run.makefile))
            .here(format!("make: *** No rule to make target '{target}'.  Stop."));
        finding = match (nearest(run.targets.iter().map(String::as_str), &target), same_name(run, &target)) {
            (Some(meant), _) => {
                let finding = finding.help(format!("make `{meant}`"));
                match goal.exact {
                    true => finding.fix(
                        format!("make `{meant}`"),
                        Applicability::Unsafe,
                        vec![edit::replace(goal.span, meant)],
                    ),
                    false => finding,
                }
            }
            (None, Some(moved)) => finding.help(format!("it has `{moved}`")),
            (None, None) => finding.help("name a target that it has, or add the rule"),
        };
        out.push(finding);
    }
    out
}

/// A prerequisite that nothing makes.
fn needed(recipes: &Recipes, unmade: &Unmade) -> Finding {
    let Unmade { name, target, span, exact } = unmade;
    let finding = Finding::new(*span, format!("nothing makes `{name}`, which `{target}` needs"))
        .here(format!("make: *** No rule to make target '{name}', needed by '{target}'.  Stop."));
    let targets = recipes.rules.iter().flat_map(|rule| &rule.targets).filter_map(Text::as_literal);
    let targets: BTreeSet<&str> = targets.filter(|other| other != target).collect();
    match nearest(targets, name) {
        Some(meant) => {
            let finding = finding.help(format!("name `{meant}`"));
            match exact {
                true => {
                    finding.fix(format!("name `{meant}`"), Applicability::Unsafe, vec![edit::replace(*span, meant)])
                }
                false => finding,
            }
        }
        None => finding.help("add the rule, or take the prerequisite away"),
    }
}

/// The only target that a slip of the fingers may have left.
fn nearest<'t>(targets: impl IntoIterator<Item = &'t str>, target: &str) -> Option<&'t str> {
    let near = |name: &&str| name.len() > 3 && (1..=2).contains(&damerau_levenshtein(name, target));
    let mut near = targets.into_iter().filter(near);
    near.next().filter(|_| near.next().is_none())
}

/// The only target that ends in the same name, in another directory.
fn same_name<'r>(run: &'r MakeRun, target: &str) -> Option<&'r str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_string();
    let mut same = run.targets.iter().filter(|other| name(other) == name(target));
    same.next_back().filter(|_| target.contains('/')).map(String::as_str)
}
