//! Asks: which COPY makes a file of what was meant as a directory?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::{Program, Resolution, Start};
use crate::model::trace::{CopyRun, EventKind};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for event in &build.trace.events {
            if let EventKind::Copy(copy) = &event.kind {
                out.extend(several(build, copy));
            }
        }
        for start in &build.starts {
            out.extend(start.programs.iter().filter_map(|program| behind(build, start, program)));
        }
    }
    out
}

fn several(build: &Build, copy: &CopyRun) -> Option<Finding> {
    let destination = copy.destination.as_ref().filter(|_| copy.onto_file)?;
    // What a directory or a pattern brings makes a directory of the destination.
    if copy.sources.iter().any(|source| source.found.file().is_none() || source.argument.glob) {
        return None;
    }
    let text = &destination.value;
    // Safe where the image starts something below it, which needs the directory.
    let landed = copy.sources.first()?.landed.as_ref()?;
    let programs = build.starts.iter().flat_map(|start| &start.programs);
    let below = |p: &Program| matches!(&p.resolution, Resolution::BehindFile { file, .. } if file == landed);
    let applicability = if programs.into_iter().any(below) { Applicability::Safe } else { Applicability::Unsafe };
    let finding = Finding::new(destination.span, format!("`{text}` becomes a file: the last of these sources"))
        .here("nothing makes it a directory")
        .help(format!("end the destination with a slash: `{text}/`"));
    Some(if destination.exact {
        finding.fix("end it with a slash", applicability, vec![edit::after(destination.span, "/")])
    } else {
        finding
    })
}

/// A file where the started program's directory would have to be.
fn behind(build: &Build, start: &Start, program: &Program) -> Option<Finding> {
    let Resolution::BehindFile { path, file } = &program.resolution else { return None };
    let copy = build.trace.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Copy(copy) if event.place.stage() == Some(start.stage) => {
            let here = copy.sources.iter().any(|source| source.landed.as_ref() == Some(file));
            (here && !copy.onto_file).then_some(copy)
        }
        _ => None,
    })?;
    let destination = copy.destination.as_ref()?;
    let source = copy.sources.first()?.path.as_ref()?.name()?;
    let finding = Finding::new(destination.span, format!("this makes `{file}` a file, not a directory"))
        .here("there is no such directory to put the file into")
        .label(program.span, format!("so `{path}` cannot be there"))
        .help(format!("end the destination with a slash: `{}/`", destination.value));
    let mended = file.child(&source) == *path && copy.sources.len() == 1;
    Some(if mended && destination.exact {
        finding.fix("end it with a slash", Applicability::Safe, vec![edit::after(destination.span, "/")])
    } else {
        finding
    })
}
