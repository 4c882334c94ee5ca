//! Knows what a build does: follows files, variables and binaries through stages and recipes.
//! Refuses to know what is a fault: rules ask, the model answers.

pub mod access;
pub mod accounts;
pub mod commands;
pub mod context;
pub mod dockerfile;
pub mod expand;
pub mod files;
pub mod flow;
pub mod go;
pub mod images;
pub mod lookup;
pub mod makefile;
pub mod matching;
pub mod modules;
pub mod path;
pub mod shell;
pub mod started;
pub mod trace;
pub mod tri;
pub mod value;
pub mod verdict;
pub mod world;

use crate::kind::Kind;
use crate::source::{FileId, Sources, Span};
use crate::syntax::{self, SyntaxError};
use rayon::prelude::*;
use std::sync::Arc;
use trace::{CopyRun, CopySource, Event, EventKind, Trace};

/// All flows, starts and worlds of a project.
pub struct Model<'a> {
    pub sources: &'a Sources,
    pub dockerfiles: Vec<dockerfile::Build>,
    pub makefiles: Vec<makefile::Recipes>,
}

/// One source of a COPY.
#[derive(Clone, Copy)]
pub struct Copied<'m> {
    pub build: &'m dockerfile::Build,
    pub event: &'m Event,
    pub run: &'m CopyRun,
    pub source: &'m CopySource,
}

enum Followed {
    Dockerfile(Box<dockerfile::Build>),
    Makefile(Box<makefile::Recipes>),
}

impl<'a> Model<'a> {
    /// Reads and follows every document, each on its own.
    pub fn build(sources: &'a Sources, documents: &[FileId]) -> Model<'a> {
        let followed: Vec<Followed> = documents
            .par_iter()
            .map(|&id| {
                let source = sources.get(id);
                match Kind::of(&source.path, &source.text) {
                    Kind::Dockerfile => {
                        let document = Arc::new(syntax::dockerfile::parse(id, &source.text));
                        Followed::Dockerfile(Box::new(dockerfile::build(sources, document)))
                    }
                    Kind::Makefile => {
                        let document = Arc::new(syntax::makefile::parse(id, &source.text));
                        Followed::Makefile(Box::new(makefile::follow(sources, document)))
                    }
                }
            })
            .collect();
        let mut model = Model { sources, dockerfiles: Vec::new(), makefiles: Vec::new() };
        for document in followed {
            match document {
                Followed::Dockerfile(build) => model.dockerfiles.push(*build),
                Followed::Makefile(recipes) => model.makefiles.push(*recipes),
            }
        }
        model
    }

    /// What every document's own reader would reject.
    pub fn syntax_errors(&self) -> impl Iterator<Item = &SyntaxError> {
        let dockerfiles = self.dockerfiles.iter().flat_map(|b| &b.document.errors);
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

    /// Every source of every COPY and ADD, with what it stands in.
    pub fn copy_sources(&self) -> impl Iterator<Item = Copied<'_>> {
        let events =
            self.dockerfiles.iter().flat_map(|build| build.trace.events.iter().map(move |event| (build, event)));
        events.flat_map(|(build, event)| {
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
