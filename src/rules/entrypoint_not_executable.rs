//! Asks: which program does an image start that nobody may execute?

use super::edit;
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::{Program, Resolution};
use crate::model::files::File;
use crate::model::trace::{EventKind, HopKind, Place};
use crate::syntax::dockerfile::Kind;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        let programs = build.starts.iter().flat_map(|start| &start.programs);
        out.extend(programs.filter_map(|program| finding(model, build, program)));
    }
    out
}

fn finding(model: &Model, build: &Build, program: &Program) -> Option<Finding> {
    let Resolution::NotExecutable { path, file, bare } = &program.resolution else { return None };
    let message = match file.mode {
        Some(mode) => format!("`{path}` has mode {mode:04o}: nobody may execute it"),
        None => format!("nobody may execute `{path}`"),
    };
    let here =
        if *bare { "files without an x bit are passed over on PATH" } else { "`permission denied` at the start" };
    let mut finding = Finding::new(program.span, message).here(here).help("give it an x bit: mode 0755");
    for hop in build.trace.road(file.hop) {
        let text = match hop.kind {
            HopKind::Mode => "its mode is set here".to_string(),
            HopKind::Written => "written here, without an x bit".to_string(),
            HopKind::FromContext => "comes from the build context, where it is not executable".to_string(),
            _ if hop.path == *path => format!("put here as `{path}`"),
            _ => continue,
        };
        finding = finding.label(hop.span, text);
    }
    if let Some(edits) = with_mode(model, build, file) {
        finding = finding.fix("copy it with mode 0755", Applicability::Safe, edits);
    }
    Some(finding)
}

/// `--chmod=0755` on the COPY that brought this file alone, or in place of the mode that it gives.
fn with_mode(model: &Model, build: &Build, file: &File) -> Option<Vec<Edit>> {
    let arrival = build.trace.get(file.hop);
    let Place::Stage { instruction, .. } = arrival.place else { return None };
    let copy = build.document.instructions.get(instruction)?;
    let (Kind::Copy(transfer) | Kind::Add(transfer)) = &copy.kind else { return None };
    let alone = match (transfer.sources.as_slice(), transfer.heredocs.as_slice()) {
        ([_], []) => build.trace.events.iter().any(|event| match &event.kind {
            EventKind::Copy(run) if event.span == copy.span => {
                run.sources.iter().all(|s| s.landed.as_ref() == Some(&arrival.path) && !s.argument.glob)
            }
            _ => false,
        }),
        ([], [_]) => true,
        _ => false,
    };
    alone.then(|| match copy.flag("chmod").and_then(|flag| flag.value.as_ref()) {
        Some(value) if model.text(value.span).starts_with('0') => vec![edit::replace(value.span, "0755")],
        Some(value) => vec![edit::replace(value.span, "755")],
        None => vec![edit::add_flag(copy, "--chmod=0755")],
    })
}
