//! Knows in which order the documents of a project are followed, and what one tells of another: Makefiles, compose files and CI say
//! how Dockerfiles are built, and recipes what lies in their contexts by then.
//! Refuses to know how any one of them is followed.

use super::Model;
use super::assumptions::{self, Assumptions};
use super::builders::Builders;
use super::context::join;
use super::dockerfile::{self, Build};
use super::invocation::{self, Invocation};
use super::makefile::{self, Images, Machine, on_machine};
use super::mounts::Mounts;
use super::parsed::Parsed;
use crate::kind::Kind;
use crate::source::{Checkout, Entry, FileId, Sources};
use crate::syntax::makefile::Makefile;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// In how many ways one Dockerfile is followed as recipes build it.
const INVOCATIONS: usize = 6;

/// What the project says of each path's surroundings.
type Assumed<'s> = dyn Fn(&str) -> &'s Assumptions + Sync + 's;

impl<'a> Model<'a> {
    /// Follows every document, and keeps all of it.
    pub fn build(sources: &'a Sources, documents: &[FileId]) -> Model<'a> {
        Model::build_under(sources, documents, &|_| &assumptions::NOTHING, &|_, _| {})
    }

    /// As [`Model::build`], given what the project says of each path's surroundings. `tell` hears what it does of [`Model::each`].
    pub fn build_under(
        sources: &'a Sources,
        documents: &[FileId],
        assumed: &Assumed,
        tell: &(dyn Fn(usize, usize) + Sync),
    ) -> Model<'a> {
        let mut whole = Model::nothing(sources);
        for part in Model::each(sources, documents, assumed, tell, &|part| part) {
            whole.dockerfiles.extend(part.dockerfiles);
            whole.makefiles.extend(part.makefiles);
            whole.invoked.extend(part.invoked);
            (whole.assigned, whole.builders) = (part.assigned, part.builders);
        }
        whole
    }

    /// Follows every document and shows each by itself, a Dockerfile with the ways in which recipes build it. What `look` makes of
    /// it is kept, in the order of the documents, Makefiles first; the rest is forgotten. Dockerfiles that are no documents come
    /// last, where recipes build them. `tell` hears from any thread how many documents are done, of how many.
    pub fn each<T: Send>(
        sources: &'a Sources,
        documents: &[FileId],
        assumed: &Assumed,
        tell: &(dyn Fn(usize, usize) + Sync),
        look: &(dyn Fn(Model<'a>) -> T + Sync),
    ) -> Vec<T> {
        let of_kind = |kind: Kind| {
            let is = move |id: &&FileId| Kind::of(&sources.get(**id).path, &sources.get(**id).text) == kind;
            documents.iter().filter(is).copied().collect::<Vec<FileId>>()
        };
        let parsed = Parsed::of(sources);
        let (makefiles, dockerfiles) = (of_kind(Kind::Makefile), of_kind(Kind::Dockerfile));
        // A Makefile is followed by itself, and once more as it runs on a plain machine.
        let of = 2 * makefiles.len() + dockerfiles.len();
        let steps = Steps { done: AtomicUsize::new(0), of, documents: documents.len(), tell };
        let names: BTreeSet<String> =
            makefiles.par_iter().flat_map_iter(|id| parsed.makefile(*id).assigned()).collect();
        let assigned = Arc::new(names);

        let speaks = |id: &FileId| makefile::speaks_of_images(&sources.get(*id).text);
        let builders = match dockerfiles.is_empty() && !makefiles.iter().any(speaks) {
            true => Arc::default(),
            false => {
                let paths: Vec<String> = dockerfiles.iter().map(|id| sources.get(*id).path.clone()).collect();
                Arc::new(Builders::read(&parsed, &paths))
            }
        };
        // Without a Dockerfile nothing is told by how images are built.
        let elsewhere = LazyLock::new(|| has_dockerfile(sources.checkout(), ""));
        let machine = |document: &Makefile, images: &Images| on_machine(&parsed, document, images, &builders.settings);
        let followed = makefiles.into_par_iter().map(|id| {
            let mut recipes = makefile::follow(&parsed, parsed.makefile(id));
            let mounts = std::mem::take(&mut recipes.mounts);
            steps.one_more();
            let tells = match dockerfiles.is_empty() {
                true => recipes.builds_images && (recipes.finds_dockerfile || *elsewhere),
                false => recipes.builds_images || recipes.speaks_of_images(sources),
            };
            let on_it = if tells { machine(&recipes.document, &recipes.images) } else { None };
            steps.one_more();
            let alone = Model { makefiles: vec![recipes], assigned: assigned.clone(), ..Model::nothing(sources) };
            (look(alone), (on_it, mounts))
        });
        let (mut out, (machines, mounts)): (Vec<T>, (Vec<_>, Vec<_>)) = followed.unzip();
        let more = invocation::makefiles_above(sources, &dockerfiles, documents);
        let more =
            more.into_par_iter().filter_map(|id| machine(&parsed.makefile(id), &Images::of(id, BTreeMap::new())));
        let mut machines: Vec<Machine> = more.chain(machines.into_par_iter().flatten()).collect();
        let invocations = Invocations::told(&mut machines);
        let of_machines = machines.iter_mut().map(|machine| std::mem::take(&mut machine.mounts));
        let mounts = mounts.into_iter().chain(of_machines).fold(builders.mounts.clone(), Mounts::join);
        // Only the few are asked for again that a RUN or a context needs.
        parsed.forget_makefiles();

        let part = |dockerfiles: Vec<Arc<Build>>, id: FileId, ways: &[Arc<Invocation>]| Model {
            dockerfiles,
            invoked: as_built(&parsed, id, ways, &builders, &mounts, assumed),
            builders: builders.clone(),
            assigned: assigned.clone(),
            ..Model::nothing(sources)
        };
        let builds = dockerfiles.par_iter().map(|id| {
            let path = &sources.get(*id).path;
            let mut ways = invocations.of(path).to_vec();
            let told = ways.iter().map(|invocation| invocation.context.as_str());
            let said = builders.contexts.iter().filter(|(file, _)| file == path).map(|(_, at)| at.as_str());
            let mut contexts: Vec<&str> = told.chain(said).collect();
            contexts.sort_unstable();
            contexts.dedup();
            let build =
                Arc::new(dockerfile::build(&parsed, parsed.dockerfile(*id), &contexts, mounts.of(path), assumed(path)));
            if let (true, Some(context)) = (ways.is_empty(), &build.context) {
                ways.extend(invocation::preparing(&build, context, path, &machines).map(Arc::new));
            }
            look(part(vec![build], *id, &ways))
        });
        out.par_extend(builds.inspect(|_| steps.one_more()));

        let mut others: Vec<(FileId, &[Arc<Invocation>])> = invocations.all(sources);
        others.retain(|(id, _)| !dockerfiles.contains(id));
        out.par_extend(others.into_par_iter().map(|(id, ways)| look(part(Vec::new(), id, ways))));
        out
    }

    fn nothing(sources: &'a Sources) -> Model<'a> {
        let (dockerfiles, makefiles, invoked) = (Vec::new(), Vec::new(), Vec::new());
        Model { sources, dockerfiles, makefiles, invoked, builders: Arc::default(), assigned: Arc::default() }
    }

    /// Only this Dockerfile, as one recipe builds it.
    pub fn invoked_alone(&self, build: &Arc<Build>) -> Model<'a> {
        Model { dockerfiles: vec![build.clone()], assigned: self.assigned.clone(), ..Model::nothing(self.sources) }
    }
}

/// Whether a directory of the checkout, or one below it, has a file that is a Dockerfile by its name.
fn has_dockerfile(checkout: &dyn Checkout, directory: &str) -> bool {
    checkout.list(directory).iter().any(|name| {
        let path = join(directory, name);
        match checkout.entry(&path) {
            Some(Entry::Dir) => has_dockerfile(checkout, &path),
            Some(_) => Kind::of_path(&path) == Some(Kind::Dockerfile),
            None => false,
        }
    })
}

/// A Dockerfile in each way that recipes build it.
fn as_built(
    parsed: &Parsed,
    id: FileId,
    ways: &[Arc<Invocation>],
    builders: &Builders,
    mounts: &Mounts,
    assumed: &Assumed,
) -> Vec<Arc<Build>> {
    let different = invocation::different(ways).into_iter().take(INVOCATIONS);
    let builds = different.flat_map(|way| {
        let assumed = assumed(&way.dockerfile);
        let wanted = way.platforms.iter().filter(|platform| assumed.builds_for(platform));
        let platforms: Vec<Option<&str>> = match way.platforms.is_empty() {
            true => vec![None],
            false => wanted.take(INVOCATIONS).map(|platform| Some(platform.as_str())).collect(),
        };
        let follow = |platform| {
            let mut build = dockerfile::build_for(
                parsed,
                parsed.dockerfile(id),
                &way,
                platform,
                mounts.of(&way.dockerfile),
                assumed,
            );
            let ends = || makefile::all_ends(parsed, &parsed.makefile(way.makefile), &builders.settings);
            build.unmade = way.unmade(&build, parsed.checkout(), ends);
            Arc::new(build)
        };
        platforms.into_iter().map(follow).collect::<Vec<_>>()
    });
    builds.collect()
}

/// The ways in which recipes build images, by the Dockerfile.
struct Invocations {
    by_dockerfile: BTreeMap<String, Vec<Arc<Invocation>>>,
}

impl Invocations {
    /// Takes them from the machines.
    fn told(machines: &mut [Machine]) -> Invocations {
        let mut by_dockerfile: BTreeMap<String, Vec<Arc<Invocation>>> = BTreeMap::new();
        for invocation in machines.iter_mut().flat_map(|machine| std::mem::take(&mut machine.invocations)) {
            by_dockerfile.entry(invocation.dockerfile.clone()).or_default().push(Arc::new(invocation));
        }
        Invocations { by_dockerfile }
    }

    fn of(&self, dockerfile: &str) -> &[Arc<Invocation>] {
        self.by_dockerfile.get(dockerfile).map_or(&[], Vec::as_slice)
    }

    /// Those of Dockerfiles that can be read.
    fn all(&self, sources: &Sources) -> Vec<(FileId, &[Arc<Invocation>])> {
        let read = self.by_dockerfile.iter().filter_map(|(path, all)| Some((sources.load(path)?, all.as_slice())));
        let mut all: Vec<_> = read.collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }
}

/// Counts the steps, and tells how many documents that makes.
struct Steps<'t> {
    done: AtomicUsize,
    of: usize,
    documents: usize,
    tell: &'t (dyn Fn(usize, usize) + Sync),
}

impl Steps<'_> {
    fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.tell)(done * self.documents / self.of, self.documents);
    }
}
