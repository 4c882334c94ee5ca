//! Asks: which go command writes two programs to one path?

use crate::finding::Finding;
use crate::model::Model;
use crate::model::go::{self, Outcome, Output};
use crate::model::path::Path;
use crate::model::value::Text;
use std::collections::{BTreeMap, BTreeSet};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (event, run) in model.go_runs() {
        let Outcome::Writes(outputs) = &run.outcome else { continue };
        let mut places: BTreeMap<Path, BTreeSet<&str>> = BTreeMap::new();
        for output in outputs.iter().filter(|output| output.is_program.is_yes()) {
            if let Some(place) = place(output) {
                places.entry(place).or_default().insert(&output.package);
            }
        }
        let Some((path, packages)) = places.into_iter().find(|(_, packages)| packages.len() > 1) else { continue };
        if !seen.insert(event.span) {
            continue;
        }
        let names: Vec<&str> = packages.into_iter().collect();
        let finding =
            Finding::new(event.span, format!("go writes {} programs to `{path}`: only one stays", names.len()))
                .here(format!(
                    "`{}` and `{}` have the same name, and which one wins changes from run to run",
                    names[0], names[1]
                ))
                .help("build each with an `-o` of its own, or rename one directory");
        out.push(finding);
    }
    out
}

/// Where the program lands. Where only the suffix of the platform is open, that is the same for all of a command.
fn place(output: &Output) -> Option<Path> {
    match (&output.path, &output.dir) {
        (Ok(path), _) => Some(path.clone()),
        (Err(_), Some(dir)) => Some(dir.child(&Text::literal(go::executable(&output.package)))),
        (Err(_), None) => None,
    }
}
