//! Asks: which CMD becomes an argument of the base image's ENTRYPOINT, though it was meant as the program?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::verdict;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        let leaves = (0..build.stages.len()).filter(|index| build.stages[*index].leaf);
        out.extend(leaves.filter_map(|index| finding(build, index)));
    }
    out
}

fn finding(build: &Build, index: usize) -> Option<Finding> {
    let inherited = verdict::inherited(build, index)?;
    let command = build.document.instructions.get(inherited.instruction)?;
    let entrypoint = inherited.entrypoint.join(" ");
    let program = &inherited.program;
    Some(
        Finding::new(inherited.span, format!("`{program}` becomes an argument of the base image's ENTRYPOINT"))
            .here(format!("runs as `{entrypoint} {program}`"))
            .label(build.stages[index].from, format!("this image has ENTRYPOINT `{entrypoint}`"))
            .help("make it the ENTRYPOINT, or write `ENTRYPOINT []` in front of CMD")
            .fix("make it the ENTRYPOINT", Applicability::Safe, vec![edit::replace(command.keyword, "ENTRYPOINT")]),
    )
}
