//! Asks: which program may everybody on its system overwrite?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::Resolution;
use crate::model::files::File;
use crate::model::path::Path;
use crate::model::trace::{Argument, Event, EventKind, Hop, PermissionKind, Place, TransferKind};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        in_images(build, &mut out);
    }
    for recipes in &model.makefiles {
        out.extend(recipes.trace.events.iter().filter_map(in_recipe));
    }
    out
}

/// The bit that lets others write.
const OTHERS: u32 = 0o002;

/// The word that gave a file its mode, and whether it may be another one without changing anything else.
struct Given<'m> {
    mode: &'m Argument,
    alone: bool,
}

/// Programs as they are in finished images.
fn in_images(build: &Build, out: &mut Vec<Finding>) {
    let mut seen = Vec::new();
    for (index, stage) in build.stages.iter().enumerate().filter(|(_, stage)| stage.shipped) {
        for (path, file) in stage.world.files.certain_files() {
            let Some(mode) = file.mode.filter(|mode| mode & OTHERS != 0) else { continue };
            if !is_program(build, index, &path, &file, mode) {
                continue;
            }
            let Some(given) = given(build, &build.trace.road(file.hop)) else { continue };
            if !seen.contains(&given.mode.span) {
                seen.push(given.mode.span);
                out.push(finding(&path, mode, &given));
            }
        }
    }
}

/// What go built, what the image starts, and what lies among programs and is executable.
fn is_program(build: &Build, stage: usize, path: &Path, file: &File, mode: u32) -> bool {
    let started = build.starts.iter().filter(|start| start.stage == stage).flat_map(|start| &start.programs).any(
        |program| matches!(&program.resolution, Resolution::Found { found, .. } if found.file().is_some_and(|f| f.hop == file.hop)),
    );
    file.program.is_some() || mode & 0o111 != 0 && (started || is_among_programs(path))
}

fn is_among_programs(path: &Path) -> bool {
    ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
        .iter()
        .any(|dir| path.parent() == Path::new(dir))
}

/// The step that gave the mode: the last chmod, `COPY --chmod` or `install -m` on the road.
fn given<'m>(build: &'m Build, road: &[&Hop]) -> Option<Given<'m>> {
    road.iter().rev().find_map(|hop| build.trace.events.iter().find_map(|event| sets_mode(event, hop)))
}

fn sets_mode<'m>(event: &'m Event, hop: &Hop) -> Option<Given<'m>> {
    match &event.kind {
        EventKind::Permission(run) if run.kind == PermissionKind::Mode && run.command == hop.span => Some(Given {
            mode: &run.what,
            alone: !run.recursive && run.targets.len() == 1 && !run.targets[0].argument.glob,
        }),
        EventKind::Copy(copy) if copy.sources.iter().any(|source| source.argument.span == hop.span) => {
            let alone = copy.sources.len() == 1 && !copy.sources[0].argument.glob;
            copy.chmod.as_ref().map(|mode| Given { mode, alone })
        }
        EventKind::Transfer(run) if run.command == hop.span => {
            run.mode.as_ref().map(|mode| Given { mode, alone: true })
        }
        _ => None,
    }
}

/// A recipe's chmod of what go built, or its `install -m` of a program.
fn in_recipe(event: &Event) -> Option<Finding> {
    let Place::Recipe { .. } = &event.place else { return None };
    match &event.kind {
        EventKind::Permission(run) if run.kind == PermissionKind::Mode && !run.recursive => {
            let written = |mode: Option<u32>| mode.filter(|mode| mode & OTHERS != 0);
            let target = run.targets.iter().find(|target| {
                written(target.mode_after).is_some() && target.found.file().is_some_and(|file| file.program.is_some())
            })?;
            let given = Given { mode: &run.what, alone: run.targets.len() == 1 };
            Some(finding(target.path.as_ref()?, target.mode_after?, &given))
        }
        EventKind::Transfer(run) if run.kind == TransferKind::Install => {
            let mode = run.mode.as_ref()?;
            let bits = u32::from_str_radix(mode.value.as_literal()?, 8).ok()?;
            let path = run.landed.first()?.as_ref()?;
            (bits & OTHERS != 0 && bits & 0o111 != 0).then(|| finding(path, bits, &Given { mode, alone: true }))
        }
        _ => None,
    }
}

fn finding(path: &Path, mode: u32, given: &Given) -> Finding {
    let finding = Finding::new(given.mode.span, format!("everybody may overwrite the program `{path}`"))
        .here(format!("mode {mode:04o}"))
        .help("0755 lets everybody start it, and its owner replace it");
    if !given.alone || !given.mode.exact {
        return finding;
    }
    let text = format!("{:o}", mode & 0o7000 | 0o755);
    let zero = if given.mode.value.as_literal().is_some_and(|t| t.starts_with('0')) { "0" } else { "" };
    finding.fix(
        "let only the owner write",
        Applicability::Safe,
        vec![edit::replace(given.mode.span, format!("{zero}{text}"))],
    )
}
