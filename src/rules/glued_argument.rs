//! Asks: which program's name holds a whole command line?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::start::{Program, Resolution};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for start in &build.starts {
            out.extend(start.programs.iter().filter_map(finding));
        }
    }
    out
}

fn finding(program: &Program) -> Option<Finding> {
    if !program.json || matches!(program.resolution, Resolution::Found { .. }) {
        return None;
    }
    let words: Vec<&str> = program.text.split_whitespace().collect();
    let [first, rest @ ..] = words.as_slice() else { return None };
    // Where the base image is not known, only an option behind the name proves that it is a command line.
    let certain =
        matches!(program.resolution, Resolution::Missing { .. }) || rest.iter().any(|word| word.starts_with('-'));
    if rest.is_empty() || !certain {
        return None;
    }
    let finding = Finding::new(
        program.span,
        format!("one argument holds a whole command line: no file is called `{}`", program.text),
    )
    .here("the exec form splits nothing")
    .help(format!("give every word its own element, `{first}` first"));
    if program.text.contains(['"', '\'', '\\', '$', '`', '|', '&', ';', '>', '<', '*']) {
        return Some(finding.help("give every word its own element, or start a shell: [\"/bin/sh\", \"-c\", \"…\"]"));
    }
    let elements: Vec<String> = words.iter().map(|word| edit::json(word)).collect();
    Some(finding.fix(
        "give every word its own element",
        Applicability::Safe,
        vec![edit::replace(program.span, elements.join(", "))],
    ))
}
