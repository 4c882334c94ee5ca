//! Knows what each image certainly starts, told without places, so that two readings of a project can be compared.
//! Refuses to know whether anything is wrong with it.

use super::Model;
use super::dockerfile::Build;
use super::dockerfile::start::{Program, Resolution, Start};
use super::files::Found;
use std::collections::BTreeMap;

/// An image: the checkout path of its Dockerfile, and the stage's index.
pub type Image = (String, usize);

/// What an image starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Started {
    /// What the program is, wherever it lies: the package that go built, the checkout's file, or the path that the base has it at.
    /// `None` where only that something is there is known.
    pub program: Option<String>,
    /// What the program gets.
    pub arguments: Vec<String>,
    /// USER as it is at the end of the stage.
    pub user: String,
}

/// Every image whose programs are all there, with a shell where the form needs one, and with its user.
pub fn started(model: &Model) -> BTreeMap<Image, Started> {
    let mut out = BTreeMap::new();
    for build in &model.dockerfiles {
        let path = &model.sources.get(build.document.file).path;
        for start in &build.starts {
            if let Some(started) = of_start(build, start) {
                out.insert((path.clone(), start.stage), started);
            }
        }
    }
    out
}

fn of_start(build: &Build, start: &Start) -> Option<Started> {
    let stage = build.stages.get(start.stage)?;
    if stage.missing_user.is_some() {
        return None;
    }
    if start.shell.as_ref().is_some_and(|(_, there)| !matches!(there, Resolution::Found { .. })) {
        return None;
    }
    if !start.programs.iter().all(|program| matches!(program.resolution, Resolution::Found { .. })) {
        return None;
    }
    let last = start.programs.last()?;
    Some(Started { program: identity(last), arguments: start.arguments.clone(), user: stage.world.user.to_string() })
}

fn identity(program: &Program) -> Option<String> {
    let Resolution::Found { path, found } = &program.resolution else { return None };
    match found {
        Found::File { file, doubt: None, .. } => {
            file.program.as_ref().map(|output| output.package.clone()).or_else(|| file.origin.clone())
        }
        Found::Exists => Some(path.to_string()),
        _ => None,
    }
}
