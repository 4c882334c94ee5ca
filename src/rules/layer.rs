//! Knows which chmod and chown of a shipped stage change nothing but a file that COPY put into that same stage.
//! Refuses to know what to do about it.

use super::edit;
use crate::finding::{Edit, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::{Build, StageBase};
use crate::model::path::Path;
use crate::model::trace::{CommandRun, EventKind, HopKind, PermissionKind, PermissionRun, PermissionTarget, Place};
use crate::model::tri::Tri;
use crate::model::value::Relation;
use crate::source::Span;
use crate::syntax::dockerfile::{Instruction, Kind};

/// How many bytes may be stored again without harm.
const SMALL: usize = 64 << 10;

/// A command that stores files again.
pub struct Again<'m> {
    build: &'m Build,
    stage: usize,
    pub run: &'m PermissionRun,
    /// Which instruction the RUN is.
    instruction: usize,
    /// Every file it changes; never empty.
    pub files: Vec<Arrived<'m>>,
}

/// A file that COPY or ADD brought.
pub struct Arrived<'m> {
    pub target: &'m PermissionTarget,
    pub path: Path,
    pub copy: &'m Instruction,
    copy_index: usize,
    /// The source in it.
    pub at: Span,
}

/// Every command that does so. Not where any of its targets is something else: a directory, a link, a file that RUN made
/// or takes away again.
pub fn repeated<'m>(model: &'m Model, kind: PermissionKind) -> Vec<Again<'m>> {
    let mut out = Vec::new();
    for (build, event) in model.build_events() {
        let (EventKind::Permission(run), Place::Stage { stage, instruction }) = (&event.kind, &event.place) else {
            continue;
        };
        if run.kind == kind && !run.recursive && build.stages[*stage].shipped {
            out.extend(again(build, *stage, *instruction, run));
        }
    }
    out
}

fn again<'m>(build: &'m Build, stage: usize, instruction: usize, run: &'m PermissionRun) -> Option<Again<'m>> {
    let files =
        run.targets.iter().map(|target| arrived(build, stage, instruction, target)).collect::<Option<Vec<_>>>()?;
    if files.is_empty() || files.iter().any(|file| has_capabilities(build, stage, instruction, &file.path)) {
        return None;
    }
    Some(Again { build, stage, run, instruction, files })
}

/// What happens in one RUN, or in a script that it starts.
fn in_run(build: &Build, stage: usize, instruction: usize) -> impl Iterator<Item = &EventKind> {
    let place = Place::Stage { stage, instruction };
    build.trace.events.iter().filter(move |event| event.place == place).map(|event| &event.kind)
}

/// Whether the same RUN gives the file capabilities, which COPY cannot, so that the layer holds it all the same.
fn has_capabilities(build: &Build, stage: usize, instruction: usize, path: &Path) -> bool {
    let mut words = in_run(build, stage, instruction).filter_map(|event| match event {
        EventKind::Command(run) => run.words.split_first(),
        _ => None,
    });
    words.any(|(name, rest)| {
        name.value.as_literal() == Some("setcap")
            && rest.iter().any(|word| word.value.as_literal().is_some_and(|word| path.as_literal() == Some(word)))
    })
}

fn arrived<'m>(
    build: &'m Build,
    stage: usize,
    instruction: usize,
    target: &'m PermissionTarget,
) -> Option<Arrived<'m>> {
    let file = target.found.file().filter(|_| !target.removed)?;
    // The change before this one may be another chmod or chown of the same RUN.
    let road = build.trace.road(file.hop);
    let arrival = road.iter().rev().find(|hop| !matches!(hop.kind, HopKind::Mode | HopKind::Owner))?;
    let Place::Stage { stage: at, instruction: copy_index } = arrival.place else { return None };
    let copy = build.document.instructions.get(copy_index)?;
    if at != stage || copy_index == instruction || !matches!(copy.kind, Kind::Copy(_) | Kind::Add(_)) {
        return None;
    }
    Some(Arrived { target, path: arrival.path.clone(), copy, copy_index, at: arrival.span })
}

impl Arrived<'_> {
    /// It is a text of the repository, in the Dockerfile itself, or a shell script by its name, of which a second one is no matter.
    fn is_small(&self, model: &Model) -> bool {
        let (Kind::Copy(transfer) | Kind::Add(transfer)) = &self.copy.kind else { return false };
        let script = self.path.name().is_some_and(|name| name.literal_suffix().ends_with(".sh"));
        if script || transfer.sources.is_empty() {
            return true;
        }
        let origin = self.target.found.file().and_then(|file| file.origin.as_deref());
        let text = origin.and_then(|origin| model.sources.checkout().read(origin));
        text.is_some_and(|text| text.len() <= SMALL)
    }

    /// The COPY brings this file alone and says nothing of the matter yet.
    fn takes_flag(&self, flag: &str) -> bool {
        let (Kind::Copy(transfer) | Kind::Add(transfer)) = &self.copy.kind else { return false };
        transfer.sources.len() + transfer.heredocs.len() == 1
            && self.copy.flag(flag).is_none()
            && self.target.argument.value.as_literal().is_some()
            && !self.target.argument.glob
    }
}

impl<'m> Again<'m> {
    /// The RUN.
    pub fn instruction(&self) -> &'m Instruction {
        &self.build.document.instructions[self.instruction]
    }

    /// A finding of it. What stores no more again than some small files of the repository, such as a script, is a note.
    pub fn finding(&self, model: &Model, verb: &str) -> Finding {
        let message = format!("this {verb} stores {} in the image a second time", self.what());
        let mut finding = Finding::new(self.run.command, message).here("a new layer with the whole file");
        for file in &self.files {
            finding = finding.label(file.at, format!("`{}` arrives here", file.path));
        }
        match self.files.iter().all(|file| file.is_small(model)) {
            true => finding.severity(Severity::Note),
            false => finding,
        }
    }

    /// `/a/b`, or `/a/b` and how many more.
    fn what(&self) -> String {
        match self.files.as_slice() {
            [only] => format!("`{}`", only.path),
            [first, rest @ ..] => format!("`{}` and {} more", first.path, rest.len()),
            [] => String::new(),
        }
    }

    /// One flag on each COPY, where every COPY takes it.
    pub fn flags(&self, flag: &str, value: &str) -> Option<Vec<Edit>> {
        let all = self.files.iter().all(|file| file.takes_flag(flag)) && !self.run.other_flags;
        all.then(|| self.files.iter().map(|file| edit::add_flag(file.copy, &format!("--{flag}={value}"))).collect())
    }

    /// Whether the same RUN gives every file an owner that COPY cannot be told, so that the layer holds them all the same.
    pub fn stored_anyway(&self) -> bool {
        let owners = in_run(self.build, self.stage, self.instruction).filter_map(|event| match event {
            EventKind::Permission(run) if run.kind == PermissionKind::Owner => Some(&**run),
            _ => None,
        });
        let owners: Vec<&PermissionRun> = owners.collect();
        let told = |run: &PermissionRun| {
            !run.recursive && run.what.value.as_literal().is_some_and(|owner| self.owner_exists_before_copy(owner))
        };
        let reaches = |run: &PermissionRun, path: &Path| {
            run.targets
                .iter()
                .filter_map(|target| target.path.as_ref())
                .any(|target| *target == *path || (run.recursive && path.is_below(target) == Relation::Equal))
        };
        self.files.iter().all(|file| owners.iter().any(|run| !told(run) && reaches(run, &file.path)))
    }

    /// Whether `user:group` are names that the image has, or that a RUN before every COPY creates.
    pub fn owner_exists_before_copy(&self, owner: &str) -> bool {
        owner.split(':').enumerate().all(|(i, name)| {
            name.chars().all(|c| c.is_ascii_digit()) || self.base_has(i == 0, name) || self.created(name)
        })
    }

    fn base_has(&self, user: bool, name: &str) -> bool {
        match &self.build.base(self.stage).base {
            StageBase::Image(image) if user => image.has_user(name) == Tri::Yes,
            StageBase::Image(image) => image.has_group(name) == Tri::Yes,
            _ => false,
        }
    }

    fn created(&self, name: &str) -> bool {
        let first_copy = self.files.iter().map(|file| file.copy_index).min().unwrap_or(0);
        self.build.trace.events.iter().any(|event| {
            let EventKind::Command(CommandRun { words, .. }) = &event.kind else { return false };
            let Place::Stage { instruction, .. } = event.place else { return false };
            let creates = words
                .first()
                .and_then(|w| w.value.as_literal())
                .is_some_and(|program| matches!(program, "adduser" | "addgroup" | "useradd" | "groupadd"));
            instruction < first_copy && creates && words.iter().skip(1).any(|w| w.value.as_literal() == Some(name))
        })
    }
}
