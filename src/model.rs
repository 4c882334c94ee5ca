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
pub mod parsed;
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
use crate::syntax::SyntaxError;
use crate::syntax::makefile::Makefile;
use assumptions::Assumptions;
use builders::Builders;
use invocation::Invocation;
use makefile::{Machine, on_machine};
use parsed::Parsed;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use trace::{CopyRun, CopySource, Event, EventKind, GoRun, Trace};

/// All flows, starts and worlds of a project.
pub struct Model<'a> {
    pub sources: &'a Sources,
    /// As whoever knows nothing of the recipes builds them.
    pub dockerfiles: Vec<Arc<dockerfile::Build>>,
    /// Each target in its turn, on a machine that nobody knows.
    pub makefiles: Vec<makefile::Recipes>,
    /// Dockerfiles once more, as recipes build them: with these arguments and with what lies in the context by then.
    pub invoked: Vec<Arc<dockerfile::Build>>,
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

/// The ways in which recipes build images, by the Dockerfile.
#[derive(Default)]
struct Invocations {
    by_dockerfile: BTreeMap<String, Vec<Arc<Invocation>>>,
}

impl Invocations {
    fn add(&mut self, invocation: Invocation) {
        self.by_dockerfile.entry(invocation.dockerfile.clone()).or_default().push(Arc::new(invocation));
    }

    fn of(&self, dockerfile: &str) -> &[Arc<Invocation>] {
        self.by_dockerfile.get(dockerfile).map_or(&[], Vec::as_slice)
    }
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
        let parsed = Parsed::of(sources);
        let makefiles: Vec<makefile::Recipes> =
            of_kind(Kind::Makefile).into_par_iter().map(|id| makefile::follow(&parsed, parsed.makefile(id))).collect();
        let dockerfiles = of_kind(Kind::Dockerfile);
        let builders = match dockerfiles.is_empty() && !makefiles.iter().any(|m| m.builds_images) {
            true => Builders::default(),
            false => {
                let paths: Vec<String> = dockerfiles.iter().map(|id| sources.get(*id).path.clone()).collect();
                Builders::read(&parsed, &paths)
            }
        };
        let machine = |document: &Makefile| on_machine(&parsed, document, &builders.settings);
        let more = invocation::makefiles_above(sources, &dockerfiles, documents);
        let mut machines: Vec<Machine> = more.into_par_iter().filter_map(|id| machine(&parsed.makefile(id))).collect();
        let building =
            makefiles.par_iter().filter(|m| m.builds_images || !dockerfiles.is_empty() && m.speaks_of_images(sources));
        machines.par_extend(building.filter_map(|m| machine(&m.document)));
        let mut invocations = Invocations::default();
        for machine in &mut machines {
            std::mem::take(&mut machine.invocations).into_iter().for_each(|one| invocations.add(one));
        }

        let dockerfiles: Vec<Arc<dockerfile::Build>> = dockerfiles
            .into_par_iter()
            .map(|id| {
                let path = &sources.get(id).path;
                let told = invocations.of(path).iter().map(|invocation| invocation.context.as_str());
                let said = builders.contexts.iter().filter(|(file, _)| file == path).map(|(_, at)| at.as_str());
                let mut contexts: Vec<&str> = told.chain(said).collect();
                contexts.sort_unstable();
                contexts.dedup();
                let assumed = assumed(&sources.get(id).path);
                Arc::new(dockerfile::build(&parsed, parsed.dockerfile(id), &contexts, assumed))
            })
            .collect();
        let untold = dockerfiles.iter().filter_map(|build| {
            let path = sources.get(build.document.file).path.clone();
            let context = build.context.as_ref().filter(|_| invocations.of(&path).is_empty())?;
            invocation::preparing(build, context, &path, &machines)
        });
        let untold: Vec<Invocation> = untold.collect();
        untold.into_iter().for_each(|one| invocations.add(one));
        let mut invoked: Vec<(FileId, &[Arc<Invocation>])> = invocations
            .by_dockerfile
            .iter()
            .filter_map(|(path, all)| Some((sources.load(path)?, all.as_slice())))
            .collect();
        invoked.sort_unstable_by_key(|(id, _)| *id);
        let invoked = invoked.into_par_iter().flat_map_iter(|(id, all)| {
            let document = parsed.dockerfile(id);
            let (parsed, assumed) = (&parsed, &assumed);
            invocation::different(all).into_iter().take(INVOCATIONS).flat_map(move |way| {
                let assumed = assumed(&way.dockerfile);
                let wanted = way.platforms.iter().filter(|platform| assumed.builds_for(platform));
                let platforms: Vec<Option<&str>> = match way.platforms.is_empty() {
                    true => vec![None],
                    false => wanted.take(INVOCATIONS).map(|platform| Some(platform.as_str())).collect(),
                };
                let follow =
                    |platform| Arc::new(dockerfile::build_for(parsed, document.clone(), &way, platform, assumed));
                platforms.into_iter().map(follow).collect::<Vec<_>>()
            })
        });
        let invoked = invoked.collect();
        Model { sources, dockerfiles, makefiles, invoked, builders }
    }

    /// A Dockerfile as a recipe builds it that put a program into its context, where one does.
    pub fn with_what_recipes_made<'b>(&'b self, build: &'b Arc<dockerfile::Build>) -> &'b Arc<dockerfile::Build> {
        let same = self.invoked.iter().filter(|other| other.document.file == build.document.file);
        let mut made = same.filter(|other| {
            other.trace.hops.iter().any(|hop| hop.place.stage().is_none() && hop.kind == trace::HopKind::Built)
        });
        made.next().unwrap_or(build)
    }

    /// Only this Dockerfile, as one recipe builds it.
    pub fn invoked_alone(&self, build: &Arc<dockerfile::Build>) -> Model<'a> {
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
