//! Asks: which command puts a file into a directory that nothing has made?

use super::edit;
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::path::Path;
use crate::model::trace::{EventKind, Place};
use crate::source::Span;
use crate::syntax::dockerfile::{Command, Kind};

pub fn check(model: &Model) -> Vec<Finding> {
    model.dockerfiles.iter().flat_map(|build| of_build(build)).collect()
}

fn of_build(build: &Build) -> Vec<Finding> {
    let mut seen: Vec<(usize, &Path)> = Vec::new();
    let mut out = Vec::new();
    for event in &build.trace.events {
        let (EventKind::MissingDirectory(path), Place::Stage { stage, instruction }) = (&event.kind, &event.place)
        else {
            continue;
        };
        // What only may run may never do so.
        if event.conditional || seen.contains(&(*stage, path)) {
            continue;
        }
        seen.push((*stage, path));
        out.push(finding(build, *stage, *instruction, path, event.span));
    }
    out
}

fn finding(build: &Build, stage: usize, instruction: usize, path: &Path, span: Span) -> Finding {
    let here = &build.stages[stage];
    let finding = Finding::new(span, format!("`{path}` is not there: nothing has made this directory"))
        .here("fails, since it does not make directories")
        .label(here.from, format!("{} begins here, without `{path}`", here.title(stage)))
        .help(format!("make it first: `mkdir -p {path}`"));
    if span.file != build.document.file {
        // A recipe or a script may run elsewhere, too, where the directory is there.
        let run = build.document.instructions.get(instruction).map(|instruction| instruction.keyword);
        return run.into_iter().fold(finding, |finding, run| finding.label(run, "this instruction runs it"));
    }
    match (path.as_literal(), make(build, instruction, path)) {
        (Some(_), Some(made)) => finding.fix("make the directory first", Applicability::Safe, vec![made]),
        _ => finding,
    }
}

/// `mkdir -p` in front of everything that the RUN does.
fn make(build: &Build, instruction: usize, path: &Path) -> Option<Edit> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    if !path.as_literal()?.chars().all(plain) {
        return None;
    }
    let Kind::Run(Command::Shell { text, heredocs, .. }) = &build.document.instructions.get(instruction)?.kind else {
        return None;
    };
    match heredocs.first() {
        Some(heredoc) if text.text.trim_start().starts_with("<<") && !heredoc.body.text.starts_with("#!") => {
            Some(edit::before(heredoc.body.whole(), format!("mkdir -p {path}\n")))
        }
        Some(_) => None,
        None => Some(edit::before(text.whole(), format!("mkdir -p {path} && "))),
    }
}
