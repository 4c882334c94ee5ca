//! Asks: which COPY makes a file of what was meant as a directory?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::{Program, Resolution, Start};
use crate::model::trace::{Argument, CopyFrom, CopyRun, EventKind};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for event in &build.trace.events {
            if let EventKind::Copy(copy) = &event.kind {
                out.extend(several(build, copy).or_else(|| pattern(build, copy)));
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
    if copy.sources.len() < 2 || copy.sources.iter().any(|source| source.found.file().is_none() || source.argument.glob)
    {
        return None;
    }
    // Safe where the image starts something below it, which needs the directory.
    let landed = copy.sources.first()?.landed.as_ref()?;
    let programs = build.starts.iter().flat_map(|start| &start.programs);
    let below = |p: &Program| matches!(&p.resolution, Resolution::BehindFile { file, .. } if file == landed);
    let applicability = if programs.into_iter().any(below) { Applicability::Safe } else { Applicability::Unsafe };
    Some(onto_file(destination, "the last of these sources", applicability))
}

/// A pattern that matches several files, or everything among an image's programs.
fn pattern(build: &Build, copy: &CopyRun) -> Option<Finding> {
    let destination = copy.destination.as_ref().filter(|_| copy.onto_file)?;
    let [source] = copy.sources.as_slice() else { return None };
    match (&source.matched, &copy.from) {
        (Some(matched), CopyFrom::Stage(stage)) => {
            let files = build.stages[*stage].world.files.files();
            let all_files = matched.iter().all(|path| files.iter().any(|(file, _)| file == path));
            (matched.len() > 1 && all_files)
                .then(|| onto_file(destination, "the last one that matches", Applicability::Unsafe))
        }
        (None, from) if is_image(build, from) => {
            let (directory, everything) = source.path.as_ref()?.as_literal()?.rsplit_once('/')?;
            let programs = directory.rsplit('/').next().is_some_and(|name| matches!(name, "bin" | "sbin"));
            (programs && everything == "*").then(|| {
                onto_file(destination, "the last program that matches", Applicability::Unsafe)
                    .severity(Severity::Warning)
            })
        }
        _ => None,
    }
}

/// An image as it was pulled: by name, or by a stage that does nothing but name it.
fn is_image(build: &Build, from: &CopyFrom) -> bool {
    match from {
        CopyFrom::Image(_) => true,
        CopyFrom::Stage(stage) => build.stages[*stage].instructions.len() == 1,
        _ => false,
    }
}

fn onto_file(destination: &Argument, which: &str, applicability: Applicability) -> Finding {
    let text = &destination.value;
    let finding = Finding::new(destination.span, format!("`{text}` becomes a file: {which}"))
        .here("nothing makes it a directory")
        .help(format!("end the destination with a slash: `{text}/`"));
    match destination.exact {
        true => finding.fix("end it with a slash", applicability, vec![edit::after(destination.span, "/")]),
        false => finding,
    }
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
