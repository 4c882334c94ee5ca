//! Asks: which directory got an owner in a build stage that COPY does not carry over, although the image's user needs it?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::dockerfile::{Build, Stage, StageBase};
use crate::model::files::Found;
use crate::model::path::Path;
use crate::model::trace::{CopyFrom, EventKind, PermissionKind, PermissionRun, Place};
use crate::model::value::Relation;
use crate::model::{Copied, Model};
use crate::syntax::dockerfile::{Instruction, Kind};

pub fn check(model: &Model) -> Vec<Finding> {
    model.copy_sources().filter_map(finding).collect()
}

fn finding(Copied { build, event, run: copy, source }: Copied) -> Option<Finding> {
    let (CopyFrom::Stage(from), Some(index)) = (&copy.from, event.place.stage()) else { return None };
    let (stage, origin) = (&build.stages[index], &build.stages[*from]);
    let (path, landed) = (source.path.as_ref()?, source.landed.as_ref()?);
    // COPY makes a directory that is not there yet, as root's; one that is there stays as it is.
    if !stage.shipped || copy.chown.is_some() || source.found != Found::Dir || !source.new {
        return None;
    }
    let user = stage.world.user.as_literal().filter(|user| !is_root(user))?;
    // Files in it keep their owner. Only an empty directory is there for nothing but to be written to.
    if !origin.world.files.is_bare(path) {
        return None;
    }
    let given = changes(build, *from, path, true)
        .filter(|run| run.what.value.as_literal().is_some_and(|o| serves(o, user)))
        .last()?;
    let owner = given.what.value.as_literal()?;
    if changes(build, index, landed, false).next().is_some() {
        return None;
    }
    let mut finding =
        Finding::new(source.argument.span, format!("`{landed}` belongs to root: COPY does not carry its owner over"))
            .here("the directory itself is made anew")
            .label(given.command, format!("`{owner}` owned it here"))
            .help(format!("give it to the user again: `--chown={user}`"));
    if let Some(instruction) = user_instruction(build, stage) {
        finding = finding.label(instruction.span, format!("`{user}` cannot write there"));
    }
    let by_number = user.split(':').all(|part| part.chars().all(|c| c.is_ascii_digit()));
    let nameless = stage.base == StageBase::Scratch && !by_number;
    let Place::Stage { instruction, .. } = event.place else { return None };
    let here = build.document.instructions.get(instruction)?;
    if copy.sources.len() > 1 || nameless {
        return Some(finding);
    }
    let edits = vec![edit::add_flag(here, &format!("--chown={user}"))];
    Some(finding.fix("give the directory to the user", Applicability::Safe, edits))
}

/// Every chown of this directory in a stage and those it was built on: those that certainly reach it, or all that may.
fn changes<'m>(build: &'m Build, stage: usize, path: &Path, certain: bool) -> impl Iterator<Item = &'m PermissionRun> {
    let stages: Vec<usize> = build.ancestry(stage).collect();
    build.trace.events.iter().filter_map(move |event| match &event.kind {
        EventKind::Permission(run) if run.kind == PermissionKind::Owner => {
            let inside = event.place.stage().is_some_and(|at| stages.contains(&at));
            let below = |t: &Path| match path.is_below(t) {
                Relation::Equal => true,
                Relation::Undecided => !certain,
                Relation::Different => false,
            };
            let covers = run.targets.iter().any(|target| match &target.path {
                Some(t) => t == path || run.recursive && below(t),
                None => !certain,
            });
            (inside && covers).then_some(&**run)
        }
        _ => None,
    })
}

fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("" | "0" | "root"))
}

/// Whether an owner may be the user who runs the image: a name and a number may mean the same.
fn serves(owner: &str, user: &str) -> bool {
    let name = |text: &str| text.split([':', '.']).next().unwrap_or_default().to_string();
    let (owner, user) = (name(owner), name(user));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    !is_root(&owner) && (owner == user || is_number(&owner) != is_number(&user))
}

fn user_instruction<'m>(build: &'m Build, stage: &Stage) -> Option<&'m Instruction> {
    let own = build.document.instructions.get(stage.instructions.clone())?;
    own.iter().rev().find(|i| matches!(i.kind, Kind::User(_)))
}
