//! Knows what a build does: follows files, variables and binaries through stages and recipes.
//! Refuses to know what is a fault: rules ask, the model answers.

pub mod access;
pub mod accounts;
pub mod assumptions;
pub mod builders;
pub mod commands;
pub mod context;
pub mod dockerfile;
pub mod expand;
pub mod files;
pub mod flow;
pub mod following;
pub mod go;
pub mod images;
pub mod invocation;
pub mod lookup;
pub mod makefile;
pub mod matching;
pub mod modules;
pub mod mounts;
pub mod parsed;
pub mod path;
pub mod shell;
pub mod started;
pub mod trace;
pub mod tri;
pub mod value;
pub mod verdict;
pub mod world;

use crate::kind::is_default_dockerfile;
use crate::source::{Sources, Span};
use crate::syntax::SyntaxError;
use crate::syntax::dockerfile::Dockerfile;
use builders::Builders;
use std::collections::BTreeSet;
use std::sync::Arc;
use trace::{CopyRun, CopySource, Event, EventKind, GoRun, Trace};

/// All flows, starts and worlds of a project, or of one of its documents.
pub struct Model<'a> {
    pub sources: &'a Sources,
    /// As whoever knows nothing of the recipes builds them.
    pub dockerfiles: Vec<Arc<dockerfile::Build>>,
    /// Each target in its turn, on a machine that nobody knows.
    pub makefiles: Vec<makefile::Recipes>,
    /// Dockerfiles once more, as recipes build them: with these arguments and with what lies in the context by then.
    pub invoked: Vec<Arc<dockerfile::Build>>,
    /// What compose files, CI and goreleaser say.
    pub builders: Arc<Builders>,
    /// The variables that some Makefile of the project assigns, as it is written.
    pub assigned: Arc<BTreeSet<String>>,
}

/// One source of a COPY.
#[derive(Clone, Copy)]
pub struct Copied<'m> {
    pub build: &'m dockerfile::Build,
    pub event: &'m Event,
    pub run: &'m CopyRun,
    pub source: &'m CopySource,
}

impl Model<'_> {
    /// A Dockerfile as a recipe builds it that put a program into its context, where one does.
    pub fn with_what_recipes_made<'b>(&'b self, build: &'b Arc<dockerfile::Build>) -> &'b Arc<dockerfile::Build> {
        let same = self.invoked.iter().filter(|other| other.document.file == build.document.file);
        let mut made = same.filter(|other| {
            other.trace.hops.iter().any(|hop| hop.place.stage().is_none() && hop.kind == trace::HopKind::Built)
        });
        made.next().unwrap_or(build)
    }

    /// What every document's own reader would reject. Not of what lacks a FROM under a name that docker looks for nowhere, nor of a
    /// file that somebody has still to write.
    pub fn syntax_errors(&self) -> impl Iterator<Item = &SyntaxError> {
        let is_whole =
            |document: &Dockerfile| document.is_whole(is_default_dockerfile(&self.sources.get(document.file).path));
        let whole = self.dockerfiles.iter().filter(move |build| is_whole(&build.document));
        let dockerfiles = whole.flat_map(|build| &build.document.errors);
        dockerfiles.chain(self.makefiles.iter().flat_map(|m| &m.document.errors))
    }

    /// Every document's log. Makefiles come first: what a stage runs by make is told, and mended, as the recipe that it is.
    pub fn traces(&self) -> impl Iterator<Item = &Trace> {
        self.makefiles.iter().map(|m| &m.trace).chain(self.dockerfiles.iter().map(|b| &b.trace))
    }

    /// Every event of every document, with the log it stands in.
    pub fn events(&self) -> impl Iterator<Item = (&Trace, &Event)> {
        self.traces().flat_map(|trace| trace.events.iter().map(move |event| (trace, event)))
    }

    /// Every run of go, with its event.
    pub fn go_runs(&self) -> impl Iterator<Item = (&Event, &GoRun)> {
        self.events().filter_map(|(_, event)| match &event.kind {
            EventKind::Go(run) => Some((event, &**run)),
            _ => None,
        })
    }

    /// Every event of every Dockerfile, with its build.
    pub fn build_events(&self) -> impl Iterator<Item = (&dockerfile::Build, &Event)> {
        self.dockerfiles.iter().flat_map(|build| build.trace.events.iter().map(move |event| (&**build, event)))
    }

    /// Every source of every COPY and ADD, with what it stands in.
    pub fn copy_sources(&self) -> impl Iterator<Item = Copied<'_>> {
        self.build_events().flat_map(|(build, event)| {
            let run = match &event.kind {
                EventKind::Copy(run) => Some(run),
                _ => None,
            };
            let sources = run.into_iter().flat_map(|run| run.sources.iter().map(move |source| (run, source)));
            sources.map(move |(run, source)| Copied { build, event, run, source })
        })
    }

    /// The text that a span covers.
    pub fn text(&self, span: Span) -> String {
        self.sources.text(span)
    }
}
