//! Knows who else builds images of the checkout: what its compose files, its CI and its goreleaser configuration say.
//! Refuses to know their formats, and which of several builds is the one that counts.

use super::commands::BUILDERS;
use super::context::{HostContext, join, starts};
use super::invocation::Invocation;
use super::makefile::host_world;
use super::mounts::{ContainerRun, Mounts, of_volume};
use super::parsed::Parsed;
use super::path::Path;
use super::shell::Shell;
use super::value::{Text, Value};
use crate::source::{Checkout, FileId, Span};
use crate::syntax::fold::{Folded, hole_char};
use crate::syntax::goreleaser::{self, ReleaseImage};
use crate::syntax::image_builds::{self, ImageBuild, Step};
use crate::syntax::yaml;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Where workflows lie, and where GitLab has its own.
pub const WORKFLOWS: &str = ".github/workflows";
pub const GITLAB: &str = ".gitlab-ci.yml";
/// One of them is in every file that says something of images.
const WORDS: &[&str] = &["build", "docker", "make"];
/// How many files are read.
const FILES: usize = 200;
/// The settings by which go links that make hands on from its environment.
const SETTINGS: &[&str] = &["CGO_ENABLED", "GOFLAGS", "CC"];

/// All that they say.
#[derive(Clone, Debug, Default)]
pub struct Builders {
    /// Dockerfiles and their contexts, as paths of the checkout.
    pub contexts: BTreeSet<(String, String)>,
    /// What is mounted into containers of the images.
    pub mounts: Mounts,
    /// The settings of go that CI decides where it runs make.
    pub settings: BTreeSet<&'static str>,
    releases: Vec<Release>,
}

/// A Dockerfile as goreleaser builds it.
#[derive(Clone, Debug)]
pub struct Release {
    /// The entry's first line.
    pub span: Span,
    pub image: ReleaseImage,
}

/// A file that says something of images.
enum File {
    Compose(String),
    Workflow(String),
    Gitlab(String),
}

impl Builders {
    /// Reads the compose files in and above the directories of `dockerfiles`, and what the checkout's root has.
    pub fn read(sources: &Parsed, dockerfiles: &[String]) -> Builders {
        let files = files(sources.checkout(), dockerfiles);
        let mut out =
            files.par_iter().take(FILES).map(|file| said(sources, file)).reduce(Builders::default, |a, b| Builders {
                contexts: a.contexts.into_iter().chain(b.contexts).collect(),
                settings: a.settings.into_iter().chain(b.settings).collect(),
                mounts: a.mounts.join(b.mounts),
                releases: Vec::new(),
            });
        if !dockerfiles.is_empty() {
            out.releases = releases(sources);
        }
        out
    }

    /// How goreleaser builds a Dockerfile, entry by entry.
    pub fn releases_of<'b>(&'b self, dockerfile: &'b str) -> impl Iterator<Item = &'b Release> {
        self.releases.iter().filter(move |release| release.image.dockerfile.trim_start_matches("./") == dockerfile)
    }

    /// Whether something but goreleaser says how a Dockerfile is built.
    pub fn names(&self, dockerfile: &str) -> bool {
        self.contexts.iter().any(|(named, _)| named == dockerfile)
    }
}

fn said(sources: &Parsed, file: &File) -> Builders {
    let (File::Compose(path) | File::Workflow(path) | File::Gitlab(path)) = file;
    let Some(text) = sources.checkout().read(path).filter(|text| WORDS.iter().any(|word| text.contains(word))) else {
        return Builders::default();
    };
    let Some(yaml) = yaml::parse(&text) else { return Builders::default() };
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut out = Builders::default();
    let steps = match file {
        File::Compose(_) => {
            for build in image_builds::of_compose(&yaml) {
                let Some(named) = resolved(directory, &build.context, &build) else { continue };
                out.mounts.add(&named.0, build.volumes.iter().filter_map(|volume| of_volume(&Text::literal(volume))));
                out.contexts.insert(named);
            }
            Vec::new()
        }
        File::Workflow(_) => {
            let builds = image_builds::of_workflow(&yaml).into_iter();
            out.contexts.extend(builds.filter_map(|build| resolved("", "", &build)));
            image_builds::scripts_of_workflow(&yaml)
        }
        File::Gitlab(_) => image_builds::scripts_of_gitlab(&yaml),
    };
    let (mut invocations, mut runs) = (Vec::new(), Vec::new());
    for step in &steps {
        out.settings.extend(decided(step));
        let (built, started) = followed(sources, path, step);
        invocations.extend(built);
        runs.extend(started);
    }
    out.mounts = out.mounts.join(Mounts::told(&invocations, &runs));
    out.contexts.extend(invocations.into_iter().map(|invocation| (invocation.dockerfile, invocation.context)));
    out
}

fn files(checkout: &dyn Checkout, dockerfiles: &[String]) -> Vec<File> {
    let mut out = Vec::new();
    if checkout.entry(GITLAB).is_some() {
        out.push(File::Gitlab(GITLAB.to_string()));
    }
    out.extend(yaml_files(checkout, WORKFLOWS, |_| true).map(File::Workflow));
    let mut directories: BTreeSet<&str> = BTreeSet::new();
    for path in dockerfiles {
        directories.extend(std::iter::once("").chain(path.match_indices('/').map(|(at, _)| &path[..at])));
    }
    let is_compose = |name: &str| {
        ["docker-compose", "compose"]
            .iter()
            .any(|start| name.strip_prefix(start).is_some_and(|n| n.starts_with(['.', '-'])))
    };
    out.extend(directories.into_iter().flat_map(|dir| yaml_files(checkout, dir, is_compose)).map(File::Compose));
    out
}

fn yaml_files(checkout: &dyn Checkout, directory: &str, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
    let names = checkout.list(directory).into_iter();
    let yaml = names.filter(move |name| (name.ends_with(".yml") || name.ends_with(".yaml")) && wanted(name));
    yaml.map(move |name| join(directory, &name))
}

/// The Dockerfile and the context of a build whose paths start at `directory`, a Dockerfile's at `from` below it.
fn resolved(directory: &str, from: &str, build: &ImageBuild) -> Option<(String, String)> {
    let below = |start: &Path, path: &str| start.join(&Text::literal(path));
    let root = Path::in_checkout(directory);
    let context = below(&root, &build.context)?;
    let dockerfile = match &build.dockerfile {
        Some(path) => below(&below(&root, from)?, path)?,
        None => context.child(&Text::literal("Dockerfile")),
    };
    Some((dockerfile.checkout_path()?, context.checkout_path()?))
}

/// The settings of go that are not the caller's where a script runs make.
fn decided(step: &Step) -> impl Iterator<Item = &'static str> {
    let makes = step.script.lines().any(|line| starts(line, "make"));
    let sets = move |name: &&&str| {
        makes && (step.variables.iter().any(|own| own == **name) || step.script.contains(&format!("{name}=")))
    };
    SETTINGS.iter().filter(sets).copied()
}

/// What the line of a script says that builds an image, or starts a container with something mounted.
const WITH_IMAGES: &[&str] = &["build", " -v", "--volume", "--mount"];

/// The images that a script itself builds, and the containers that it starts.
fn followed(sources: &Parsed, path: &str, step: &Step) -> (Vec<Invocation>, Vec<ContainerRun>) {
    let speaks = |line: &str| WITH_IMAGES.iter().any(|word| line.contains(word)) && !line.trim_start().starts_with('#');
    let Some(file) = step
        .script
        .lines()
        .any(|line| speaks(line) && BUILDERS.iter().any(|builder| line.contains(builder)))
        .then(|| sources.load(path))
        .flatten()
    else {
        return Default::default();
    };
    let context = HostContext { checkout: sources.checkout() };
    let mut shell = Shell::new(sources, &context);
    let mut world = host_world(&mut shell, file, &step.directory);
    let (text, holes) = folded(file, &step.script);
    shell.holes = holes;
    shell.start(&mut world, &text);
    (shell.invocations, shell.container_runs)
}

/// A script with holes for what the runner fills in: `${{ … }}`.
fn folded(file: FileId, script: &str) -> (Folded, Vec<Value>) {
    let (mut out, mut holes) = (Folded::new(file), Vec::new());
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("${{").and_then(|(b, a)| Some((b, a.split_once("}}")?.1))) {
        out.push_for(before, 0..0);
        out.push_for(&hole_char(holes.len()).to_string(), 0..0);
        holes.push(Value::unknown("the workflow's runner fills it in"));
        rest = after;
    }
    out.push_for(rest, 0..0);
    (out, holes)
}

/// What goreleaser builds, by the configuration that it reads first.
fn releases(sources: &Parsed) -> Vec<Release> {
    let mut found = goreleaser::NAMES.iter().filter_map(|name| sources.load(name));
    let Some((id, file)) = found.next().and_then(|id| Some((id, yaml::parse(&sources.get(id).text)?))) else {
        return Vec::new();
    };
    let text = &sources.get(id).text;
    let line = |number: usize| {
        let start = text.split_inclusive('\n').take(number.saturating_sub(1)).map(str::len).sum::<usize>();
        let line = text[start..].lines().next().unwrap_or_default();
        let indent = line.len() - line.trim_start_matches([' ', '-']).len();
        Span::new(id, start + indent, start + line.trim_end().len().max(indent))
    };
    let images = goreleaser::images(&file).into_iter();
    images.map(|image| Release { span: line(image.line), image }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn builders(files: &[(&str, &str)], dockerfiles: &[&str]) -> Builders {
        let sources = Sources::new(Arc::new(MemoryCheckout::new(files.iter().copied())));
        Builders::read(&Parsed::of(&sources), &dockerfiles.iter().map(|path| path.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn contexts() {
        let compose = "services:\n  app:\n    build:\n      context: .\n      dockerfile: build/app/Dockerfile\n";
        let beside = "services:\n  svc:\n    build:\n      context: ..\n      dockerfile: svc/Dockerfile\n";
        let image = "jobs:\n  image:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: ./tool\n      \
                     - run: |\n          cd app\n          docker build -f ../x/Dockerfile -t ${{ github.ref }} .\n      \
                     - run: docker build ${{ matrix.dir }}\n";
        let gitlab = "image:\n  script:\n    - docker build -t x -f y/Dockerfile y\n";
        let files = [
            ("docker-compose.yml", compose),
            ("svc/compose.yaml", beside),
            (".github/workflows/image.yml", image),
            (".gitlab-ci.yml", gitlab),
            ("build/app/Dockerfile", "FROM scratch\n"),
            ("x/Dockerfile", "FROM scratch\n"),
            ("app/main.go", ""),
            ("y/Dockerfile", "FROM scratch\n"),
        ];
        let told = builders(&files, &["build/app/Dockerfile", "svc/Dockerfile"]).contexts;
        let told: Vec<(&str, &str)> = told.iter().map(|(file, context)| (file.as_str(), context.as_str())).collect();
        let expected = [
            ("build/app/Dockerfile", ""),
            ("svc/Dockerfile", ""),
            ("tool/Dockerfile", "tool"),
            ("x/Dockerfile", "app"),
            ("y/Dockerfile", "y"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn settings_that_ci_decides_for_make() {
        let workflow = |step: &str| format!("env: {{CGO_ENABLED: 0}}\njobs:\n  x:\n    steps:\n      - {step}\n");
        for (step, settings) in [
            ("run: make docker", &["CGO_ENABLED"] as &[&str]),
            ("run: GOFLAGS=-v make docker", &["CGO_ENABLED", "GOFLAGS"]),
            ("run: go test ./...", &[]),
            ("run: apt-get install make", &[]),
        ] {
            let text = workflow(step);
            let said = builders(&[(".github/workflows/x.yaml", &text)], &[]).settings;
            assert_eq!(said.into_iter().collect::<Vec<_>>(), settings, "{step}");
        }
    }

    #[test]
    fn goreleaser_by_its_lines() {
        let config = "project_name: app\ndockers:\n  - dockerfile: ./x/Dockerfile\n    goos: linux\n";
        let all = builders(&[(".goreleaser.yml", config), ("x/Dockerfile", "FROM scratch\n")], &["x/Dockerfile"]);
        let spans: Vec<_> = all.releases_of("x/Dockerfile").map(|release| &config[release.span.range()]).collect();
        assert_eq!(spans, ["dockerfile: ./x/Dockerfile"]);
    }
}
