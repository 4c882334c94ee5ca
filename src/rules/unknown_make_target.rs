//! Asks: which make, in a RUN or a recipe, is told to make a target that its Makefile does not have?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::trace::{EventKind, MakeRun};
use strsim::damerau_levenshtein;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for (_, event) in model.events() {
        // What only may run may ask first: `if make -n target`. Behind `|| true` it may fail.
        let (EventKind::Make(run), false) = (&event.kind, event.conditional) else { continue };
        let Some(goal) = &run.unknown else { continue };
        let target = goal.value.to_string();
        let mut finding = Finding::new(goal.span, format!("`{}` has no target `{target}`", run.makefile))
            .here(format!("make: *** No rule to make target '{target}'.  Stop."));
        finding = match (meant(run, &target), same_name(run, &target)) {
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

/// The only target that a slip of the fingers may have left.
fn meant<'r>(run: &'r MakeRun, target: &str) -> Option<&'r str> {
    let near = |name: &&String| name.len() > 3 && (1..=2).contains(&damerau_levenshtein(name, target));
    let mut near = run.targets.iter().filter(near);
    near.next().filter(|_| near.next().is_none()).map(String::as_str)
}

/// The only target that ends in the same name, in another directory.
fn same_name<'r>(run: &'r MakeRun, target: &str) -> Option<&'r str> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_string();
    let mut same = run.targets.iter().filter(|other| name(other) == name(target));
    same.next_back().filter(|_| target.contains('/')).map(String::as_str)
}
