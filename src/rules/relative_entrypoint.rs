//! Asks: which program is there, but only while WORKDIR stays as it is?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::start::Resolution;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for start in &build.starts {
            for program in &start.programs {
                let Resolution::Found { path, found } = &program.resolution else { continue };
                if program.text.starts_with('/') || !program.text.contains('/') {
                    continue;
                }
                let (Some(path), Some(file)) = (path.as_literal(), found.file()) else { continue };
                let mut finding =
                    Finding::new(program.span, format!("`{}` is found only while WORKDIR stays", program.text))
                        .here(format!("`{path}` today"))
                        .label(build.trace.get(file.hop).span, "the program is put here")
                        .help(format!("name it by its absolute path: `{path}`"));
                if program.exact {
                    finding = finding.fix(
                        "name the program by its absolute path",
                        Applicability::Safe,
                        vec![edit::start(program, path)],
                    );
                }
                out.push(finding);
            }
        }
    }
    out
}
