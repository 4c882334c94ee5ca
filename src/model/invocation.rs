//! Knows one way to build an image: which recipe runs it, with which context and arguments, and what lies on that machine by then.
//! Refuses to know how the command line is written, and what the Dockerfile makes of it.

use super::files::{File, Files};
use super::path::Path;
use super::trace::{EventKind, GoRun, Hop, Trace};
use super::value::Value;
use crate::source::{FileId, Sources, Span};
use std::sync::Arc;

/// A run of `docker build` and its kin on a Linux machine (amd64, a C compiler, glibc) by a plain `make GOAL`.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// What make is asked for.
    pub goal: String,
    /// The goal's own recipe builds the image.
    pub direct: bool,
    /// The command; where no recipe builds the image, the command that builds its program.
    pub span: Span,
    /// The Dockerfile's path in the checkout.
    pub dockerfile: String,
    /// The context's directory in the checkout.
    pub context: String,
    pub arguments: Vec<(String, Value)>,
    /// `--platform`, each as `os/arch`; empty where it is not given.
    pub platforms: Vec<String>,
    /// `--target`.
    pub target: Option<String>,
    /// No branch decides whether it runs, and every option is known.
    pub certain: bool,
    /// What lies on the machine.
    pub files: Arc<Files>,
    /// What the Makefile does on that machine.
    pub trace: Arc<Trace>,
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

    /// The run of go behind a hop of this machine.
    pub fn go_run(&self, hop: &Hop) -> Option<&GoRun> {
        self.trace.events.iter().find_map(|event| match &event.kind {
            EventKind::Go(run) if event.span == hop.span && event.place == hop.place && run.wrote(&hop.path) => {
                Some(run)
            }
            _ => None,
        })
    }
}

/// The ways to build one Dockerfile that tell something of it and differ. A goal that builds the image itself goes before those
/// that have it built.
pub fn different<'i>(invocations: impl Iterator<Item = &'i Arc<Invocation>>) -> Vec<Arc<Invocation>> {
    let mut all: Vec<&Arc<Invocation>> = invocations.filter(|invocation| invocation.tells()).collect();
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
    let mut out = Vec::new();
    for id in dockerfiles {
        let path = sources.get(*id).path.clone();
        let mut at = path.as_str();
        while !at.is_empty() {
            at = at.rsplit_once('/').map_or("", |(dir, _)| dir);
            let names = ["GNUmakefile", "makefile", "Makefile"].into_iter();
            // make reads the first that is there.
            let first = names.map(|name| super::context::join(at, name)).find_map(|path| sources.load(&path));
            out.extend(first.filter(|id| !documents.contains(id)));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}
