//! Knows the machines that run recipes: anybody's, and one of them, Linux on amd64 with a C compiler and glibc, where somebody types
//! `make GOAL` and nothing else.
//! Refuses to know other machines; what holds on this one is said of this one.

use super::images::{Goals, Images};
use super::{Make, Recipes};
use crate::model::commands::BUILDERS;
use crate::model::files::{Base, Files, Tree};
use crate::model::go::{GoVersion, Platform};
use crate::model::images::Libc;
use crate::model::invocation::Invocation;
use crate::model::mounts::Mounts;
use crate::model::parsed::Parsed;
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{EventKind, Hop, HopKind, Trace};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::{Env, Rest, Toolchain, World};
use crate::source::{FileId, Sources, Span};
use crate::syntax::makefile::Makefile;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a Makefile does there.
pub struct Machine {
    pub makefile: FileId,
    pub invocations: Vec<Invocation>,
    /// A recipe builds an image, in whatever way.
    pub builds_images: bool,
    /// What lies there after each goal that is for images by its name.
    pub ends: Vec<(String, Files)>,
    pub trace: Arc<Trace>,
    pub mounts: Mounts,
}

/// Follows on that machine what of a Makefile may tell something of images, but for `decided`: settings of go that CI makes there.
/// `None` where nothing does, and for a Makefile that others include: which directory it runs in is not known.
pub fn on_machine(
    sources: &Parsed,
    document: &Makefile,
    images: &Images,
    decided: &BTreeSet<&'static str>,
) -> Option<Machine> {
    let mut make = Make::on_plain(sources, document, decided)?;
    let context = make.context();
    let mut shell = Shell::new(sources, &context);
    let building = images.targets(&make.state.rules);
    make.run(&mut shell, Span::new(document.file, 0, 0), Goals::ForImages(&building));
    // Nobody asks for more of it than where things come from, and which runs of go made them.
    let mut trace = shell.trace;
    trace.events.retain(|event| matches!(event.kind, EventKind::Go(_)));
    trace.events.shrink_to_fit();
    trace.started = Vec::new();
    let trace = Arc::new(trace);
    let builds_images = shell.builds_images.tells(document.file);
    let ends = if builds_images { Vec::new() } else { make.ends };
    let mounts = Mounts::told(&shell.invocations, &shell.container_runs);
    let mut invocations = shell.invocations;
    if invocations.is_empty() && ends.is_empty() {
        return None;
    }
    for invocation in &mut invocations {
        (invocation.trace, invocation.makefile) = (trace.clone(), document.file);
    }
    Some(Machine { makefile: document.file, invocations, builds_images, ends, trace, mounts })
}

/// What lies on that machine after each goal of a Makefile.
pub fn all_ends(sources: &Parsed, document: &Makefile, decided: &BTreeSet<&'static str>) -> Vec<Files> {
    let Some(mut make) = Make::on_plain(sources, document, decided) else { return Vec::new() };
    let context = make.context();
    let mut shell = Shell::new(sources, &context);
    make.run(&mut shell, Span::new(document.file, 0, 0), Goals::All);
    make.ends.into_iter().map(|(_, files)| files).collect()
}

/// Words without which, and without a builder's name, no recipe builds an image, and no goal says that it makes what an image takes.
const WORDS: [&str; 2] = ["image", "container"];

/// Whether a Makefile's text has such a word or name.
pub fn speaks_of_images(text: &str) -> bool {
    WORDS.iter().chain(&BUILDERS).any(|word| text.contains(word))
}

impl Recipes {
    /// Whether the machine may tell something of images.
    pub fn speaks_of_images(&self, sources: &Sources) -> bool {
        let files = self.included.iter().map(|included| included.file).chain([self.document.file]);
        self.builds_images || files.into_iter().any(|file| speaks_of_images(&sources.get(file).text))
    }
}

impl<'a> Make<'a> {
    fn on_plain(sources: &'a Parsed<'a>, document: &Makefile, decided: &BTreeSet<&'static str>) -> Option<Make<'a>> {
        let mut make = Make::beside(sources, document)?;
        make.plain = true;
        make.decided = decided.iter().copied().collect();
        Some(make.reading(document))
    }

    pub(super) fn plain_world(&self) -> World {
        let mut env = Env::new(match &self.state.open {
            Some(why) => Rest::Unknown(why.clone()),
            None => Rest::Unset,
        });
        for name in &self.decided {
            env.set(name, Value::unknown("CI sets it where it runs make"), true, None);
        }
        for name in ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG"] {
            env.set(name, Value::Text(Text::symbol(name)), true, None);
        }
        linux(env, self.cwd())
    }
}

/// Any machine that runs recipes, whoever's it is.
pub(super) fn anybody(env: Env, cwd: Path) -> World {
    let host = |name: &str| Value::Text(Text::symbol(format!("$(go env {name})")));
    World {
        files: Files::new(Base::Machine),
        env,
        cwd: Ok(cwd),
        user: Value::unknown("the user who runs make is not known"),
        toolchain: Toolchain {
            go: GoVersion::UNKNOWN,
            c_compiler: Tri::Unknown,
            libc: Libc::Unknown,
            glibc: None,
            platform: Platform { os: host("GOHOSTOS"), arch: host("GOHOSTARCH") },
        },
        settings: Default::default(),
        settings_rest: Value::unknown("what `go env -w` has stored on this machine is not known"),
        loader_shims: Vec::new(),
        accounts: Default::default(),
    }
}

fn linux(env: Env, cwd: Path) -> World {
    let machine = anybody(env, cwd);
    let platform = Platform::new("linux", "amd64");
    let toolchain = Toolchain { c_compiler: Tri::Yes, libc: Libc::Glibc, platform, ..machine.toolchain };
    World { toolchain, settings_rest: Value::Unset, ..machine }
}

/// That machine with the checkout on it, where a script of CI starts in one of its directories. What else CI sets is not known.
pub fn host_world(shell: &mut Shell, script: FileId, directory: &str) -> World {
    let cwd = Path::in_checkout(directory);
    let start = Span::new(script, 0, 0);
    let place = shell.place.clone();
    let hop = Hop { kind: HopKind::FromContext, span: start, path: cwd.clone(), place, previous: None };
    let hop = shell.trace.hop(hop);
    let mut world = linux(Env::new(Rest::Unknown(Why::new("CI may set it"))), cwd);
    let tree = Tree { directory: String::new(), context: Some(String::new()), hop };
    world.files.put_tree(&Path::in_checkout(""), tree);
    world
}
