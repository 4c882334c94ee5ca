//! Knows one way to build an image: which recipe runs it, with which context and arguments, and what lies on that machine by then.
//! Refuses to know how the command line is written, and what the Dockerfile makes of it.

use super::context::{HostContext, join};
use super::dockerfile::Build;
use super::files::{File, Files, Found};
use super::makefile::Machine;
use super::path::Path;
use super::trace::{CopyFrom, EventKind, GoRun, Hop, HopKind, Trace};
use super::value::{Text, Value};
use crate::kind::MAKEFILES;
use crate::source::{Checkout, FileId, Sources, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A run of `docker build` and its kin on a Linux machine (amd64, a C compiler, glibc) by a plain `make GOAL`.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// What make is asked for.
    pub goal: String,
    /// The goal's own recipe builds the image.
    pub direct: bool,
    /// The command; where the goal only makes what the image is built from, the command that made it.
    pub span: Span,
    /// It runs a builder, and is not only what the context is made by.
    pub builds: bool,
    /// The Dockerfile's path in the checkout.
    pub dockerfile: String,
    /// The context's directory in the checkout.
    pub context: String,
    /// `--build-arg`, in order.
    pub arguments: Vec<(String, Value)>,
    /// `--platform`, each as `os/arch`; empty where it is not given.
    pub platforms: Vec<String>,
    /// `--target`.
    pub target: Option<String>,
    /// What the image is called, as far as that is known.
    pub tags: Vec<Text>,
    /// No branch decides whether it runs, and every option is known.
    pub certain: bool,
    /// What lies on the machine.
    pub files: Arc<Files>,
    /// What the Makefile does on that machine.
    pub trace: Arc<Trace>,
    /// The Makefile that make reads first.
    pub makefile: FileId,
}

impl Invocation {
    /// What the recipes put into the context, by path from its root.
    pub fn made(&self) -> Vec<(String, File)> {
        let root = Path::in_checkout(&self.context);
        let made = self.files.certain_files().into_iter().filter_map(|(path, file)| {
            let inside = path.relative_to(&root)?.as_literal()?.to_string();
            (!inside.is_empty()).then_some((inside, file))
        });
        made.collect()
    }

    /// The Go programs among them: where each was built, and how it is linked.
    fn programs(&self) -> Vec<String> {
        let made = self.made().into_iter();
        made.filter_map(|(path, file)| {
            let program = file.program?;
            Some(format!("{path} {:?} {:?}", program.linkage.kind, program.platform))
        })
        .collect()
    }

    /// Whether it tells more of the image than the Dockerfile alone does.
    pub fn tells(&self) -> bool {
        self.certain && (!self.arguments.is_empty() || !self.platforms.is_empty() || !self.programs().is_empty())
    }

    /// Whether an image built this way is the same as one built the other way.
    pub fn same_image(&self, other: &Invocation) -> bool {
        let call = |i: &Invocation| {
            (i.dockerfile.clone(), i.context.clone(), i.arguments.clone(), i.platforms.clone(), i.target.clone())
        };
        call(self) == call(other) && self.programs() == other.programs()
    }

    /// The sources of a Dockerfile's COPYs that are not in the context: neither the checkout has them, nor did this goal or any other
    /// put anything there, as far as all that they run is followed. Not asked where the goal makes no program.
    pub fn unmade(&self, build: &Build, checkout: &dyn Checkout, ends: impl FnOnce() -> Vec<Files>) -> Vec<Path> {
        let host = HostContext { checkout };
        let place = |path: &Path| path.as_literal().map(|path| Path::in_checkout(&join(&self.context, path)));
        let lacks = |files: &Files, path: &Path| place(path).is_some_and(|place| files.lacks(&place, &host));
        let mut unmade: Vec<Path> = wanted(build).filter(|path| lacks(&self.files, path)).cloned().collect();
        if !unmade.is_empty() && self.made().iter().any(|(_, file)| file.program.is_some()) {
            let ends = ends();
            unmade.retain(|path| ends.iter().all(|files| lacks(files, path)));
            return unmade;
        }
        Vec::new()
    }

    /// The run of go behind a hop of this machine.
    pub fn go_run(&self, hop: &Hop) -> Option<&GoRun> {
        self.trace.events.iter().find_map(|event| match &event.kind {
            EventKind::Go(run) if event.span == hop.span && event.place == hop.place && run.wrote(&hop.path) => {
                Some(&**run)
            }
            _ => None,
        })
    }
}

/// The ways to build one Dockerfile that tell something of it and differ. A goal that builds the image itself goes before those
/// that have it built.
pub fn different(invocations: &[Arc<Invocation>]) -> Vec<Arc<Invocation>> {
    let mut all: Vec<&Arc<Invocation>> = invocations.iter().filter(|invocation| invocation.tells()).collect();
    all.sort_by_key(|invocation| !invocation.direct);
    let mut out: Vec<Arc<Invocation>> = Vec::new();
    for invocation in all {
        if !out.iter().any(|other| other.same_image(invocation)) {
            out.push(invocation.clone());
        }
    }
    out
}

/// The Makefiles beside and above the Dockerfiles that are not among the documents.
pub fn makefiles_above(sources: &Sources, dockerfiles: &[FileId], documents: &[FileId]) -> Vec<FileId> {
    let paths: Vec<String> = dockerfiles.iter().map(|id| sources.get(*id).path.clone()).collect();
    let mut directories = BTreeSet::new();
    for path in &paths {
        let mut at = path.as_str();
        while !at.is_empty() {
            at = at.rsplit_once('/').map_or("", |(dir, _)| dir);
            if !directories.insert(at) {
                break;
            }
        }
    }
    // make reads the first that is there.
    let first = |dir: &&str| MAKEFILES.into_iter().find_map(|name| sources.load(&join(dir, name)));
    let mut out: Vec<FileId> = directories.iter().filter_map(first).filter(|id| !documents.contains(id)).collect();
    out.sort_unstable();
    out
}

/// Whether a goal's name says that what it makes is meant for an image.
pub fn is_for_images(goal: &str) -> bool {
    ["docker", "image", "container"].iter().any(|word| goal.contains(word))
}

/// The goal that makes all that a Dockerfile copies from its context and that the checkout does not have, where its name says that it
/// is meant for an image: `make docker`, and then somebody builds.
pub fn preparing(build: &Build, context: &str, dockerfile: &str, machines: &[Machine]) -> Option<Invocation> {
    let wanted: Vec<Path> =
        wanted(build).filter_map(|path| Some(Path::in_checkout(&join(context, path.as_literal()?)))).collect();
    for machine in machines.iter().filter(|machine| !machine.builds_images) {
        for (goal, files) in &machine.ends {
            let programs = files.go_programs();
            let made: Vec<&File> =
                wanted.iter().filter_map(|path| Some(&programs.iter().find(|(own, _)| own == path)?.1)).collect();
            let (Some(first), true) = (made.first(), made.len() == wanted.len()) else { continue };
            let road = machine.trace.road(first.hop);
            let built = road.iter().find(|hop| hop.kind == HopKind::Built)?;
            return Some(Invocation {
                goal: goal.clone(),
                direct: true,
                span: built.span,
                builds: false,
                dockerfile: dockerfile.to_string(),
                context: context.to_string(),
                arguments: Vec::new(),
                platforms: Vec::new(),
                target: None,
                tags: Vec::new(),
                certain: true,
                files: Arc::new(files.clone()),
                trace: machine.trace.clone(),
                makefile: machine.makefile,
            });
        }
    }
    None
}

/// What a Dockerfile's COPYs take from its context and the checkout does not have.
fn wanted(build: &Build) -> impl Iterator<Item = &Path> {
    let copies = build.trace.events.iter().filter_map(|event| match &event.kind {
        EventKind::Copy(copy) if copy.from == CopyFrom::Context => Some(&copy.sources),
        _ => None,
    });
    let missing = copies.flatten().filter(|source| matches!(source.found, Found::NotInCheckout { .. }));
    missing.filter_map(|source| source.path.as_ref())
}

#[cfg(test)]
mod tests;
