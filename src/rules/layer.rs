//! Knows which chmod and chown of a shipped stage change nothing but a file that COPY put into that same stage.
//! Refuses to know what to say about it.

use crate::model::Model;
use crate::model::dockerfile::{Build, StageBase};
use crate::model::path::Path;
use crate::model::trace::{CommandRun, EventKind, HopKind, PermissionKind, PermissionRun, PermissionTarget, Place};
use crate::model::tri::Tri;
use crate::source::Span;
use crate::syntax::dockerfile::{Instruction, Kind};

/// A file that is stored twice.
pub struct Again<'m> {
    build: &'m Build,
    stage: usize,
    pub run: &'m PermissionRun,
    pub target: &'m PermissionTarget,
    pub path: Path,
    /// The RUN.
    pub instruction: &'m Instruction,
    /// The COPY or ADD that brought the file.
    pub copy: &'m Instruction,
    copy_index: usize,
    /// The source in it.
    pub copied_at: Span,
}

/// Every RUN that does so. Not where any of its targets is something else: a directory, a link, a file that RUN made.
pub fn repeated<'m>(model: &'m Model, kind: PermissionKind) -> Vec<Again<'m>> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for event in &build.trace.events {
            let (EventKind::Permission(run), Place::Stage { stage, instruction }) = (&event.kind, &event.place) else { continue };
            if run.kind != kind || run.recursive || !build.stages[*stage].shipped {
                continue;
            }
            let again: Option<Vec<Again>> =
                run.targets.iter().map(|target| one(build, *stage, *instruction, run, target)).collect();
            if let Some([first]) = again.as_deref().map(|a| &a[..a.len().min(1)]) {
                out.push(Again { build, path: first.path.clone(), ..*first });
            }
        }
    }
    out
}

fn one<'m>(
    build: &'m Build,
    stage: usize,
    instruction: usize,
    run: &'m PermissionRun,
    target: &'m PermissionTarget,
) -> Option<Again<'m>> {
    let file = target.found.file()?;
    // The change before this one may be another chmod or chown of the same RUN.
    let road = build.trace.road(file.hop);
    let arrival = road.iter().rev().find(|hop| !matches!(hop.kind, HopKind::Mode | HopKind::Owner))?;
    let Place::Stage { stage: at, instruction: copy_index } = arrival.place else { return None };
    let copy = build.document.instructions.get(copy_index)?;
    if at != stage || copy_index == instruction || !matches!(copy.kind, Kind::Copy(_) | Kind::Add(_)) {
        return None;
    }
    Some(Again {
        build,
        stage,
        run,
        target,
        path: arrival.path.clone(),
        instruction: build.document.instructions.get(instruction)?,
        copy,
        copy_index,
        copied_at: arrival.span,
    })
}

impl Again<'_> {
    /// The COPY brings this file alone and says nothing of the matter yet, and the RUN changes this file alone.
    pub fn flag_can_be_set(&self, flag: &str) -> bool {
        let (Kind::Copy(transfer) | Kind::Add(transfer)) = &self.copy.kind else { return false };
        transfer.sources.len() + transfer.heredocs.len() == 1
            && self.run.targets.len() == 1
            && !self.run.other_flags
            && self.copy.flag(flag).is_none()
            && self.target.argument.value.as_literal().is_some()
            && !self.target.argument.glob
    }

    /// Whether `user:group` are names that the image has, or that a RUN before the COPY creates.
    pub fn owner_exists_before_copy(&self, owner: &str) -> bool {
        owner.split(':').enumerate().all(|(i, name)| {
            name.chars().all(|c| c.is_ascii_digit()) || self.base_has(self.stage, i == 0, name) || self.created(name)
        })
    }

    fn base_has(&self, stage: usize, user: bool, name: &str) -> bool {
        match &self.build.stages[stage].base {
            StageBase::Image(image) if user => image.has_user(name) == Tri::Yes,
            StageBase::Image(image) => image.has_group(name) == Tri::Yes,
            StageBase::Stage(parent) => self.base_has(*parent, user, name),
            StageBase::Scratch | StageBase::Unknown(_) => false,
        }
    }

    fn created(&self, name: &str) -> bool {
        self.build.trace.events.iter().any(|event| {
            let EventKind::Command(CommandRun { words, .. }) = &event.kind else { return false };
            let Place::Stage { instruction, .. } = event.place else { return false };
            let creates = words
                .first()
                .and_then(|w| w.value.as_literal())
                .is_some_and(|program| matches!(program, "adduser" | "addgroup" | "useradd" | "groupadd"));
            instruction < self.copy_index && creates && words.iter().skip(1).any(|w| w.value.as_literal() == Some(name))
        })
    }
}
