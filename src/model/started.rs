//! Knows what each image certainly starts, told without places, so that two readings of a project can be compared.
//! Refuses to know whether anything is wrong with it.

use super::Model;
use super::dockerfile::start::{Form, Program, Resolution, Start};
use super::dockerfile::{Build, Stage, Startable};
use super::files::Found;
use super::shell::runtime_words;
use super::value::Value;
use crate::syntax::dockerfile::Command;
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
    Some(Started {
        program: identity(last),
        arguments: arguments(start, stage, last),
        user: stage.world.user.to_string(),
    })
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

/// The words behind the last program.
fn arguments(start: &Start, stage: &Stage, last: &Program) -> Vec<String> {
    let words: Vec<(String, bool)> = match &start.form {
        Form::Exec { .. } => {
            let written = [(&stage.config.entrypoint, !start.from_cmd), (&stage.config.cmd, true)];
            let commands = written.into_iter().filter_map(|(startable, counts)| match startable {
                Some(Startable::Written { command: Command::Exec { elements, .. }, .. }) if counts => Some(elements),
                _ => None,
            });
            commands.flatten().map(|element| (element.value.clone(), element.span == last.span)).collect()
        }
        Form::Shell { text, .. } => {
            let word = |value: &Value| value.as_literal().map_or_else(|| value.to_string(), str::to_string);
            runtime_words(text, &stage.world).iter().map(|w| (word(&w.value), w.span == last.span)).collect()
        }
    };
    words.into_iter().skip_while(|(_, is_program)| !is_program).skip(1).map(|(word, _)| word).collect()
}
