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
pub mod go;
pub mod images;
pub mod invocation;
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
use crate::syntax::makefile::Makefile;
use crate::syntax::{self, SyntaxError};
use assumptions::Assumptions;
use builders::Builders;
use invocation::Invocation;
use makefile::{Machine, on_machine};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use trace::{CopyRun, CopySource, Event, EventKind, Trace};

/// All flows, starts and worlds of a project.
pub struct Model<'a> {
    pub sources: &'a Sources,
    pub dockerfiles: Vec<dockerfile::Build>,
    pub makefiles: Vec<makefile::Recipes>,
    /// Dockerfiles once more, as recipes build them: with these arguments and with what lies in the context by then.
    pub invoked: Vec<dockerfile::Build>,
    /// What compose files, CI and goreleaser say.
    pub builders: Builders,
}

/// One source of a COPY.
#[derive(Clone, Copy)]
pub struct Copied<'m> {
    pub build: &'m dockerfile::Build,
    pub event: &'m Event,
    pub run: &'m CopyRun,
    pub source: &'m CopySource,
}

/// In how many ways one Dockerfile is followed as recipes build it.
const INVOCATIONS: usize = 6;

impl<'a> Model<'a> {
    /// Reads and follows every document: Makefiles first, since they may say how Dockerfiles are built.
    pub fn build(sources: &'a Sources, documents: &[FileId]) -> Model<'a> {
        Model::build_under(sources, documents, &|_| &assumptions::NOTHING)
    }

    /// As [`Model::build`], given what the project says of each path's surroundings.
    pub fn build_under<'s>(
        sources: &'a Sources,
        documents: &[FileId],
        assumed: &(dyn Fn(&str) -> &'s Assumptions + Sync),
    ) -> Model<'a> {
        let of_kind = |kind: Kind| {
            let is = move |id: &&FileId| Kind::of(&sources.get(**id).path, &sources.get(**id).text) == kind;
            documents.iter().filter(is).copied().collect::<Vec<FileId>>()
        };
        let makefile = |id: FileId| Arc::new(syntax::makefile::parse(id, &sources.get(id).text));
        let makefiles: Vec<makefile::Recipes> =
            of_kind(Kind::Makefile).into_par_iter().map(|id| makefile::follow(sources, makefile(id))).collect();
        let dockerfiles = of_kind(Kind::Dockerfile);
        let builders = match dockerfiles.is_empty() && !makefiles.iter().any(|m| m.builds_images) {
            true => Builders::default(),
            false => {
                let paths: Vec<String> = dockerfiles.iter().map(|id| sources.get(*id).path.clone()).collect();
                Builders::read(sources, &paths)
            }
        };
        let machine = |document: &Makefile| on_machine(sources, document, &builders.settings);
        let more = invocation::makefiles_above(sources, &dockerfiles, documents);
        let mut machines: Vec<Machine> = more.into_par_iter().filter_map(|id| machine(&makefile(id))).collect();
        let building = makefiles.par_iter().filter(|m| m.builds_images || !dockerfiles.is_empty());
        machines.par_extend(building.filter_map(|m| machine(&m.document)));
        let invocations: Vec<Arc<Invocation>> =
            machines.iter_mut().flat_map(|machine| std::mem::take(&mut machine.invocations)).map(Arc::new).collect();

        let parsed = |id: FileId| Arc::new(syntax::dockerfile::parse(id, &sources.get(id).text));
        let of = |id: FileId| {
            let path = sources.get(id).path.clone();
            invocations.iter().filter(move |invocation| invocation.dockerfile == path)
        };
        let dockerfiles: Vec<dockerfile::Build> = dockerfiles
            .into_par_iter()
            .map(|id| {
                let mut contexts: Vec<&str> = of(id).map(|invocation| invocation.context.as_str()).collect();
                let path = &sources.get(id).path;
                contexts.extend(builders.contexts.iter().filter(|(file, _)| file == path).map(|(_, at)| at.as_str()));
                contexts.sort_unstable();
                contexts.dedup();
                dockerfile::build(sources, parsed(id), &contexts, assumed(&sources.get(id).path))
            })
            .collect();
        let told: BTreeSet<&str> = invocations.iter().map(|invocation| invocation.dockerfile.as_str()).collect();
        let prepared = dockerfiles.iter().filter_map(|build| {
            let path = sources.get(build.document.file).path.clone();
            let context = build.context.as_ref().filter(|_| !told.contains(path.as_str()))?;
            invocation::preparing(build, context, &path, &machines)
        });
        let prepared: Vec<Arc<Invocation>> = prepared.map(Arc::new).collect();
        let invocations: Vec<Arc<Invocation>> = invocations.iter().cloned().chain(prepared).collect();
        let of = |id: FileId| {
            let path = sources.get(id).path.clone();
            invocations.iter().filter(move |invocation| invocation.dockerfile == path)
        };
        let mut invoked = BTreeSet::new();
        for invocation in &invocations {
            invoked.extend(sources.load(&invocation.dockerfile));
        }
        let invoked = invoked.into_par_iter().flat_map_iter(|id| {
            let ways = invocation::different(of(id));
            let document = parsed(id);
            ways.into_iter().take(INVOCATIONS).flat_map(move |way| {
                let assumed = assumed(&way.dockerfile);
                let wanted = way.platforms.iter().filter(|platform| assumed.builds_for(platform));
                let platforms: Vec<Option<&str>> = match way.platforms.is_empty() {
                    true => vec![None],
                    false => wanted.take(INVOCATIONS).map(|platform| Some(platform.as_str())).collect(),
                };
                let follow = |platform| dockerfile::build_for(sources, document.clone(), &way, platform, assumed);
                platforms.into_iter().map(follow).collect::<Vec<_>>()
            })
        });
        Model { sources, dockerfiles, makefiles, invoked: invoked.collect(), builders }
    }

    /// A Dockerfile as a recipe builds it that put a program into its context, where one does.
    pub fn with_what_recipes_made<'b>(&'b self, build: &'b dockerfile::Build) -> &'b dockerfile::Build {
        let same = self.invoked.iter().filter(|other| other.document.file == build.document.file);
        let mut made = same.filter(|other| {
            other.trace.hops.iter().any(|hop| hop.place.stage().is_none() && hop.kind == trace::HopKind::Built)
        });
        made.next().unwrap_or(build)
    }

    /// Only this Dockerfile, as one recipe builds it.
    pub fn invoked_alone(&self, build: &dockerfile::Build) -> Model<'a> {
        let sources = self.sources;
        Model {
            sources,
            dockerfiles: vec![build.clone()],
            makefiles: Vec::new(),
            invoked: Vec::new(),
            builders: Builders::default(),
        }
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
