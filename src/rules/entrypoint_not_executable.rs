//! Asks: which program does an image start that nobody, or not the user who starts it, or not another user may execute?

use super::edit;
use crate::finding::{Applicability, Edit, Finding, Severity};
use crate::model::Model;
use crate::model::access::Access;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::{Program, Resolution};
use crate::model::files::{File, Found};
use crate::model::path::Path;
use crate::model::trace::{EventKind, HopKind, Place};
use crate::model::value::Text;
use crate::syntax::dockerfile::Kind;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        let programs = build.starts.iter().flat_map(|start| &start.programs);
        out.extend(programs.filter_map(|program| finding(model, build, program)));
        let checks = build.checks.iter().flat_map(|check| &check.programs);
        out.extend(checks.filter_map(|program| unhealthy(model, build, program)));
    }
    out
}

/// What a HEALTHCHECK starts. The container runs without it.
fn unhealthy(model: &Model, build: &Build, program: &Program) -> Option<Finding> {
    let Resolution::NotExecutable { path, file, bare } = &program.resolution else { return None };
    let mut finding = by_nobody(model, build, program, path, file, *bare);
    finding.message = format!("HEALTHCHECK fails always: {}", finding.message);
    Some(finding.severity(Severity::Warning).here("the container never becomes healthy"))
}

fn finding(model: &Model, build: &Build, program: &Program) -> Option<Finding> {
    match &program.resolution {
        Resolution::NotExecutable { path, file, bare } => Some(by_nobody(model, build, program, path, file, *bare)),
        Resolution::Found { path, found: Found::File { file, .. } } => by_few(model, build, program, path, file),
        _ => None,
    }
}

fn by_nobody(model: &Model, build: &Build, program: &Program, path: &Path, file: &File, bare: bool) -> Finding {
    let message = match file.mode {
        Some(mode) => format!("`{path}` has mode {mode:04o}: nobody may execute it"),
        None => format!("nobody may execute `{path}`"),
    };
    let here = if bare { "files without an x bit are passed over on PATH" } else { "`permission denied` at the start" };
    let finding = Finding::new(program.span, message).here(here).help("give it an x bit: mode 0755");
    let finding = with_road(build, finding, path, file);
    match with_mode(model, build, file, 0o755) {
        Some(edits) => finding.fix("copy it with mode 0755", Applicability::Safe, edits),
        None => finding,
    }
}

/// Its x bits are for some users only.
fn by_few(model: &Model, build: &Build, program: &Program, path: &Path, file: &File) -> Option<Finding> {
    let user = &program.user;
    let (severity, message, here) = match (&program.access, file.mode) {
        (Access::Refused(owner), Some(mode)) => (
            Severity::Warning,
            format!("`{path}` has mode {mode:04o}: only {} may execute it, and `{user}` starts it", named(owner)),
            REFUSED,
        ),
        (Access::Behind { directory, owner, made: None }, _) => (
            Severity::Warning,
            format!("`{path}` lies in `{directory}`, which only {} may enter, and `{user}` starts it", named(owner)),
            REFUSED,
        ),
        (Access::Behind { directory, owner, made: Some(made) }, _) => (
            Severity::Warning,
            format!(
                "`{path}` lies in `{directory}`, which since Docker 28.1 gets mode {:04o}: only {} may enter it, and `{user}` starts it",
                made.mode,
                named(owner)
            ),
            "`permission denied` for a script, under podman, and where capabilities are dropped",
        ),
        (Access::OwnerAlone(owner), Some(mode)) => (
            Severity::Note,
            format!("`{path}` has mode {mode:04o}: nobody but {} may execute it", named(owner)),
            "`permission denied` where the container is started as another user",
        ),
        _ => return None,
    };
    let finding = Finding::new(program.span, message).severity(severity).here(here);
    let finding = with_road(build, finding, path, file);
    if let Access::Behind { directory, made, .. } = &program.access {
        return Some(match made {
            None => finding.help("put it into a directory that everybody may enter, such as `/usr/local/bin`"),
            Some(made) => finding
                .label(made.chmod, format!("makes `{directory}` with this mode too; before Docker 28.1 with 0755"))
                .help(format!(
                    "make `{directory}` before this COPY, with WORKDIR or with a COPY without `--chmod`, or use `--chmod=0755`"
                )),
        });
    }
    let mode = file.mode?;
    // What the owner may read and execute, all may.
    let open = mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6;
    let finding = finding.help(format!("let everybody execute it: mode {open:04o}"));
    Some(match with_mode(model, build, file, open) {
        Some(edits) => finding.fix(format!("copy it with mode {open:04o}"), Applicability::Unsafe, edits),
        None => finding,
    })
}

fn named(owner: &Text) -> String {
    if owner.as_literal() == Some("0") { "root".to_string() } else { format!("`{owner}`") }
}

const REFUSED: &str = "`permission denied` under podman, Docker before 25, and where capabilities are dropped";

fn with_road(build: &Build, mut finding: Finding, path: &Path, file: &File) -> Finding {
    let not_executable = file.mode.is_some_and(|mode| mode & 0o111 == 0);
    for hop in build.trace.road(file.hop) {
        let text = match hop.kind {
            HopKind::Mode => "its mode is set here".to_string(),
            HopKind::Owner => "its owner is set here".to_string(),
            HopKind::Written if not_executable => "written here, without an x bit".to_string(),
            HopKind::FromContext if not_executable => {
                "comes from the build context, where it is not executable".to_string()
            }
            _ if hop.path == *path => format!("put here as `{path}`"),
            _ => continue,
        };
        finding = finding.label(hop.span, text);
    }
    finding
}

/// `--chmod=0755` on the COPY that brought this file alone, or in place of the mode that it gives.
fn with_mode(model: &Model, build: &Build, file: &File, mode: u32) -> Option<Vec<Edit>> {
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
        Some(value) if model.text(value.span).starts_with('0') => {
            vec![edit::replace(value.span, format!("{mode:04o}"))]
        }
        Some(value) => vec![edit::replace(value.span, format!("{mode:03o}"))],
        None => vec![edit::add_flag(copy, &format!("--chmod={mode:04o}"))],
    })
}
