//! Knows what happened while a document was followed: hops of binaries, and the events that rules ask about.
//! Refuses to know whether any of it is a fault.

use super::accounts::Account;
use super::files::{Found, Mode};
use super::go;
use super::path::Path;
use super::tri::Tri;
use super::value::{Text, Value, Why};
use super::world::Env;
use crate::source::Span;
use ecow::EcoString;
use std::sync::Arc;

/// Names one [`Hop`] of a [`Trace`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HopId(pub u32);

/// One step of a file's road.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    pub kind: HopKind,
    /// The words that did it: a command, a COPY source, a recipe line's command.
    pub span: Span,
    /// Where the file is after the step.
    pub path: Path,
    pub place: Place,
    /// The step before, if we saw it.
    pub previous: Option<HopId>,
}

/// What moves a file along.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HopKind {
    /// `go build`, `go install`.
    Built,
    /// Came from the build context.
    FromContext,
    /// COPY, ADD, `cp`, `install`.
    Copied,
    /// `mv`.
    Moved,
    /// `ln`.
    Linked,
    /// chmod: the file stays where it is.
    Mode,
    /// chown, chgrp: the file stays where it is.
    Owner,
    /// Written by something whose content we do not look into: a redirection, a download.
    Written,
}

/// Where an event happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a Dockerfile's stage.
    Stage {
        /// Index into [`super::dockerfile::Build::stages`].
        stage: usize,
        /// Index into the Dockerfile's instructions.
        instruction: usize,
    },
    /// In a recipe that a person or CI runs.
    Recipe {
        target: EcoString,
        /// Counts the shells that the recipe started, one a line.
        line: usize,
    },
}

impl Place {
    /// The stage; `None` in a recipe.
    pub fn stage(&self) -> Option<usize> {
        match self {
            Place::Stage { stage, .. } => Some(*stage),
            Place::Recipe { .. } => None,
        }
    }
}

/// Something that happened, in order.
#[derive(Clone, Debug)]
pub struct Event {
    pub place: Place,
    /// The command or instruction.
    pub span: Span,
    /// A branch, a loop or a `&&` behind a test decides whether it runs, or something else runs where it fails (`||`).
    pub conditional: bool,
    pub kind: EventKind,
}

/// What happens, with all that rules ask of it.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// Any simple command, before its effect.
    Command(CommandRun),
    /// A run of go, with what it does.
    Go(Box<GoRun>),
    /// COPY or ADD.
    Copy(Box<CopyRun>),
    /// chmod, chown, chgrp.
    Permission(Box<PermissionRun>),
    /// cp, mv, install, ln.
    Transfer(Box<TransferRun>),
    /// make, after what it did.
    Make(MakeRun),
    /// A variable was read that certainly nothing has set; not where a default stands behind it. `span` is the reference.
    Unset(String),
    /// A run of a package manager, whether the image has it or not.
    PackageManager(PackageManagerRun),
    /// A file is put into a directory that certainly is not there.
    MissingDirectory(Path),
    /// A script is started that is not in the checkout, and that nothing seen has made. `span` is the command, or the script's name.
    MissingScript(Path),
    /// The build stops here.
    Break(Break),
}

/// A run of apk, apt-get and the like.
#[derive(Clone, Debug)]
pub struct PackageManagerRun {
    /// As written.
    pub name: Argument,
    /// Whether it certainly is in none of the system's directories.
    pub absent: bool,
}

/// Why a build stops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Break {
    pub cause: Cause,
    /// One clause.
    pub reason: String,
}

/// What stops a build.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// A FROM whose image has no valid name.
    BadReference,
    /// RUN needs a shell, or names a program, that the stage does not have.
    NoProgram,
    /// The shell came from an image with another C library, whose loader is not here.
    ForeignShell,
    /// A command of a RUN fails, and nothing in it goes on after that.
    CommandFails,
    /// COPY: the source's realm has no such path.
    NoSource,
    /// COPY: no such stage.
    NoStage,
    /// COPY: a directory would have to take the place of a link or a file.
    NotADirectory,
    /// COPY: `--chown` with a name while the image is still empty.
    NoOwner,
}

/// An evaluated word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Argument {
    pub value: Value,
    pub span: Span,
    /// Holds an unquoted `*`, `?` or `[`.
    pub glob: bool,
    /// The file holds exactly this word, so that a fix may replace it.
    pub exact: bool,
}

/// A simple command with its words evaluated.
#[derive(Clone, Debug)]
pub struct CommandRun {
    /// The program's name first; none for a command that only assigns.
    pub words: Arc<[Argument]>,
    /// Names assigned in front of the command, or on their own, with their values.
    pub assigns: Vec<(String, Value, Span)>,
    /// The PATH by which the shell finds its program.
    pub search: Value,
}

/// A run of the go command.
#[derive(Clone, Debug)]
pub struct GoRun {
    /// The program's name first.
    pub words: Arc<[Argument]>,
    pub subcommand: String,
    pub outcome: go::Outcome,
    /// What was worked out on the way to the outcome.
    pub facts: Box<go::Facts>,
    /// The environment that it ran in.
    pub environment: Env,
    /// Directory it ran in.
    pub directory: Result<Path, super::value::Why>,
    /// Whether gcc was there.
    pub c_compiler: Tri,
    /// What it does on machines that are likely to run it, where that hangs on the machine.
    pub elsewhere: Vec<Elsewhere>,
}

/// The settings that a finding may want to point at.
const SETTINGS: &[&str] = &["GOBIN", "GOPATH", "GOFLAGS", "CGO_ENABLED", "GOOS", "GOARCH", "CC", "GO111MODULE"];

impl GoRun {
    /// One of the settings that decide, as go saw it; `None` for any other variable.
    pub fn setting(&self, name: &str) -> Option<Setting> {
        let environment = &self.environment;
        SETTINGS.contains(&name).then(|| Setting {
            name: name.to_string(),
            value: environment.exported(name),
            span: environment.exported_span(name),
        })
    }

    /// A word by its place in [`go::Call::args`], which begin behind `go`.
    pub fn argument(&self, at: usize) -> Option<&Argument> {
        self.words.get(at + 1)
    }

    /// Whether go is given `package@version`.
    pub fn names_version(&self) -> bool {
        self.facts.packages.iter().any(|(_, value)| value.to_string().contains('@'))
    }

    /// Whether it put a program at a path.
    pub fn wrote(&self, path: &Path) -> bool {
        matches!(&self.outcome, go::Outcome::Writes(outputs) if outputs.iter().any(|o| o.path.as_ref() == Ok(path)))
    }
}

/// The same command on a machine of a certain kind.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// `linux/amd64`.
    pub host: &'static str,
    pub outcome: go::Outcome,
}

/// A run of make whose Makefile was followed.
#[derive(Clone, Debug)]
pub struct MakeRun {
    /// The goal that certainly no rule makes and no file answers; make stops there.
    pub unknown: Option<Argument>,
    /// The Makefile's path in the checkout.
    pub makefile: String,
    /// The targets that its rules name, where one was not found among them.
    pub targets: Vec<String>,
}

/// An environment variable as a command saw it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    pub name: String,
    pub value: Value,
    /// Where it was set, if in a file we read.
    pub span: Option<Span>,
}

/// COPY or ADD.
#[derive(Clone, Debug)]
pub struct CopyRun {
    pub from: CopyFrom,
    /// The value of `--from`, if written.
    pub from_span: Option<Span>,
    /// It has a variable, which BuildKit does not expand; buildah does.
    pub from_variable: bool,
    pub sources: Vec<CopySource>,
    pub destination: Option<Argument>,
    /// The value of `--chmod`.
    pub chmod: Option<Argument>,
    /// The value of `--chown`.
    pub chown: Option<Argument>,
    /// `--link`: into a tree of its own, without a look at what is there.
    pub link: bool,
    /// The names in `chown` that the stage certainly does not have.
    pub unknown_names: Vec<(Account, String)>,
    /// Nothing was in the stage before.
    pub first: bool,
    /// Several sources, or a pattern, and a destination that nothing makes a directory: each replaces the one before.
    pub onto_file: bool,
    /// Directories of the base image that are links, and that this would have to replace.
    pub over_links: Vec<Path>,
}

/// What `--from` names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyFrom {
    Context,
    Stage(usize),
    /// An image, a named context, or something that has no such name: the text.
    Image(Value),
    /// A stage that stands later in the file, or the stage itself.
    Later(usize),
    /// An index that no stage has.
    NoIndex(usize),
}

/// One source of a COPY or ADD.
#[derive(Clone, Debug)]
pub struct CopySource {
    pub argument: Argument,
    /// In the source's realm; `None` where the text is not known.
    pub path: Option<Path>,
    /// What is there in the source's realm.
    pub found: Found,
    /// What was put into the stage: the file, or the directory that received the contents.
    pub landed: Option<Path>,
    /// Nothing was at the destination before.
    pub new: bool,
    /// For a pattern: what it matches, where that is all known.
    pub matched: Option<Vec<Path>>,
}

/// What a command changes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PermissionKind {
    Mode,
    Owner,
}

/// A run of chmod, chown or chgrp.
#[derive(Clone, Debug)]
pub struct PermissionRun {
    pub kind: PermissionKind,
    /// `0755`, `+x`, `app:app`; of chgrp `:app`.
    pub what: Argument,
    /// `-R`.
    pub recursive: bool,
    pub targets: Vec<PermissionTarget>,
    /// The whole simple command.
    pub command: Span,
    /// Flags other than `-R` were given.
    pub other_flags: bool,
    /// The names of an owner that the realm certainly does not have.
    pub unknown_names: Vec<(Account, String)>,
}

/// One file or directory of it.
#[derive(Clone, Debug)]
pub struct PermissionTarget {
    pub argument: Argument,
    /// `None` where the text is not known.
    pub path: Option<Path>,
    /// What was there before.
    pub found: Found,
    pub mode_before: Mode,
    pub mode_after: Mode,
    /// A later command of the same RUN takes it away again.
    pub removed: bool,
}

/// Which program puts files somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TransferKind {
    Copy,
    Move,
    Install,
    Link,
}

/// A run of cp, mv, install or ln.
#[derive(Clone, Debug)]
pub struct TransferRun {
    pub kind: TransferKind,
    pub sources: Vec<Argument>,
    pub destination: Argument,
    /// Where each source landed, where known.
    pub landed: Vec<Option<Path>>,
    /// The whole simple command.
    pub command: Span,
    /// The value of install's `-m`.
    pub mode: Option<Argument>,
    /// Options as written, without the sources and the destination.
    pub options: Vec<Argument>,
}

/// The log of one document.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub hops: Vec<Hop>,
    pub events: Vec<Event>,
    /// The scripts that recipes handed to shells, in order; an error stands for any number of them.
    pub started: Vec<Result<Text, Why>>,
}

impl Trace {
    /// Adds a hop, and gives it its name.
    pub fn hop(&mut self, hop: Hop) -> HopId {
        self.hops.push(hop);
        HopId(self.hops.len() as u32 - 1)
    }

    /// The hop of a name; names of another trace are not for this one.
    pub fn get(&self, id: HopId) -> &Hop {
        &self.hops[id.0 as usize]
    }

    /// The road that led to a hop, first step first.
    pub fn road(&self, id: HopId) -> Vec<&Hop> {
        let mut out = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let hop = self.get(id);
            out.push(hop);
            at = hop.previous;
        }
        out.reverse();
        out
    }
}
