//! Asks: which ENTRYPOINT or CMD names a variable that nobody expands, or that is gone when the container runs?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::{Form, Start, Unexpanded};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for start in &build.starts {
            // One finding for each word: what is to be done is the same for all variables in it.
            let mut words = Vec::new();
            for variable in &start.unexpanded {
                if !words.contains(&variable.word) {
                    words.push(variable.word);
                    out.push(match &start.form {
                        Form::Exec { .. } => literal(variable),
                        Form::Shell { .. } => gone(build, start, variable),
                    });
                }
            }
        }
    }
    out
}

/// In the exec form.
fn literal(variable: &Unexpanded) -> Finding {
    let name = &variable.name;
    let finding = Finding::new(variable.span, format!("`${name}` stays as it is: nothing expands the exec form"))
        .here("a file of exactly this name is looked for");
    match variable.meant.as_literal().filter(|text| !text.is_empty()) {
        Some(meant) => finding.help(format!("name the program: `{meant}`")).fix(
            "write the value",
            Applicability::Unsafe,
            vec![edit::replace(variable.span, edit::json(meant))],
        ),
        None => finding.help("copy the program to a name that is always the same, and start that"),
    }
}

/// In the shell form.
fn gone(build: &Build, start: &Start, variable: &Unexpanded) -> Finding {
    let name = &variable.name;
    let mut finding =
        Finding::new(variable.span, format!("`{name}` is an ARG, and those are gone when the container runs"))
            .here("empty, unless somebody starts it with `-e`");
    if !variable.program {
        finding = finding.severity(Severity::Warning);
    }
    let stage = &build.stages[start.stage];
    if let (true, Some(binding)) = (variable.argument, stage.world.env.binding(name))
        && let Some(span) = binding.span
    {
        finding = finding.label(span, "only the build sees this");
    }
    finding = finding.help(format!("keep it for the container: `ENV {name}=${name}`"));
    match build.document.instructions.get(start.instruction) {
        Some(instruction) if variable.argument && stage.instructions.contains(&start.instruction) => finding.fix(
            "keep the value in ENV",
            Applicability::Unsafe,
            vec![edit::before(instruction.span, format!("ENV {name}=${name}\n"))],
        ),
        _ => finding,
    }
}
