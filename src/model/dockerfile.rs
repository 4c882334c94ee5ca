//! Knows how a Dockerfile is built: stages, global and stage variables, each instruction's effect on its stage's world.
//! Refuses to know shells (it starts them) and whether a result is a fault.

mod from;
mod run;
pub mod start;
mod transfer;

use super::accounts::Account;
use super::context::BuildContext;
use super::expand::{modify, speaks_of_unset};
use super::go::Outcome;
use super::images::Image;
use super::shell::Shell;
use super::trace::{Break, Cause, Event, EventKind, Place, Trace};
use super::tri::Tri;
use super::value::{Part, Text, Value, Why};
use super::world::World;
use crate::source::{Sources, Span};
use crate::syntax::dockerfile::expand::{self, Piece};
use crate::syntax::dockerfile::{Assignment, Command, Dockerfile, Instruction, Kind, Word, Words};
use crate::syntax::fold::Folded;
use start::{Loaders, Start};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a Dockerfile builds.
#[derive(Clone, Debug)]
pub struct Build {
    pub document: Arc<Dockerfile>,
    pub stages: Vec<Stage>,
    pub starts: Vec<Start>,
    /// What the HEALTHCHECKs start.
    pub checks: Vec<Start>,
    pub trace: Trace,
    /// The same on machines of their own, where what go writes hangs on the machine.
    pub bound: Vec<Bound>,
    /// ARGs whose default takes the place of what BuildKit would pass.
    pub shadows: Vec<Shadow>,
}

/// An ARG whose default takes the place of what BuildKit would pass.
#[derive(Clone, Debug)]
pub struct Shadow {
    pub name: String,
    /// The default after expansion.
    pub value: String,
    /// `name=default`.
    pub span: Span,
}

/// A build for one architecture on a machine of one architecture.
#[derive(Clone, Debug)]
pub struct Bound {
    pub machine: Machine,
    pub trace: Trace,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Machine {
    pub builder: &'static str,
    pub target: &'static str,
}

/// What people build on, and what for.
const MACHINES: &[Machine] = &[
    Machine { builder: "amd64", target: "amd64" },
    Machine { builder: "amd64", target: "arm64" },
    Machine { builder: "arm64", target: "arm64" },
];

/// One stage, as it is at its end.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The name after AS, as written.
    pub name: Option<String>,
    /// The FROM instruction's image word.
    pub from: Span,
    /// The image reference after expansion.
    pub reference: Value,
    pub base: StageBase,
    /// Indexes of its instructions, FROM first.
    pub instructions: std::ops::Range<usize>,
    /// It runs where the build runs, whatever the image is for: `FROM --platform=$BUILDPLATFORM`.
    pub on_builder: bool,
    pub world: World,
    pub config: Config,
    /// No later stage is built FROM it, so an image can come out of it.
    pub leaf: bool,
    /// Whether each C library's loader is there at its end.
    pub loaders: Loaders,
    /// An image that somebody runs: the last stage, or one that says how to start and that no other stage takes from.
    pub shipped: bool,
    /// Stages that it is built from, copies from or mounts.
    pub needs: Vec<usize>,
    /// The USER at its end, with the place of the name, where the image certainly has no such user.
    pub missing_user: Option<(String, Span)>,
}

impl Stage {
    /// The program that runs shell forms.
    pub fn shell(&self) -> &str {
        self.config.shell.as_ref().and_then(|shell| shell.first()).map_or("/bin/sh", String::as_str)
    }

    /// How a message may call it.
    pub fn title(&self, index: usize) -> String {
        match &self.name {
            Some(name) => format!("stage `{name}`"),
            None => format!("stage {index}"),
        }
    }
}

/// What a stage is built on.
#[derive(Clone, PartialEq, Debug)]
pub enum StageBase {
    Scratch,
    Stage(usize),
    Image(Box<Image>),
    Unknown(Why),
}

/// What the image's configuration will say of how to start.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub entrypoint: Option<Startable>,
    pub cmd: Option<Startable>,
    /// HEALTHCHECK: the instruction's index and its command.
    pub healthcheck: Option<(usize, Command)>,
    /// The SHELL instruction's elements, `["/bin/sh", "-c"]` by default.
    pub shell: Option<Vec<String>>,
}

/// An ENTRYPOINT or CMD.
#[derive(Clone, Debug)]
pub enum Startable {
    /// Index of the instruction, which may stand in an earlier stage.
    Written { instruction: usize, command: Command },
    /// Inherited from the base image.
    Inherited(Vec<String>),
    /// What the base image says is not known.
    Unknown(Why),
}

/// Follows a Dockerfile.
pub fn build(sources: &Sources, document: Arc<Dockerfile>) -> Build {
    let mut build = follow(sources, document, None);
    let hangs_on_machine = |event: &Event| match &event.kind {
        EventKind::Go(run) if run.subcommand == "install" && run.facts.cross == Tri::Unknown => true,
        EventKind::Go(run) => names_platform(&run.outcome),
        _ => false,
    };
    if build.trace.events.iter().any(hangs_on_machine) {
        let bound = MACHINES.iter().map(|machine| {
            let trace = follow(sources, build.document.clone(), Some(*machine)).trace;
            Bound { machine: *machine, trace }
        });
        build.bound = bound.collect();
    }
    build
}

/// Whether a program's path holds the platform that it is built for.
fn names_platform(outcome: &Outcome) -> bool {
    let Outcome::Writes(outputs) = outcome else { return false };
    let symbol = |part: &Part| matches!(part, Part::Symbol(symbol) if PLATFORM_ARGS.contains(&&*symbol.0));
    outputs.iter().filter_map(|output| output.path.as_ref().ok()).any(|path| path.text().parts().iter().any(symbol))
}

fn follow(sources: &Sources, document: Arc<Dockerfile>, machine: Option<Machine>) -> Build {
    let path = sources.get(document.file).path.clone();
    let context = BuildContext::infer(sources.checkout(), &path, &document);
    let place = Place::Stage { stage: 0, instruction: 0 };
    let mut driver = Driver {
        document: &document,
        context: &context,
        shell: Shell::new(sources, &context, place),
        globals: BTreeMap::new(),
        stages: Vec::new(),
        shadows: Vec::new(),
        taken_from: BTreeSet::new(),
        machine,
    };
    for (index, instruction) in document.instructions.iter().enumerate() {
        driver.step(index, instruction);
    }
    let Driver { shell, mut stages, taken_from, shadows, .. } = driver;
    for stage in &mut stages {
        stage.missing_user = missing_user(&document, stage, &context);
    }
    for index in 0..stages.len() {
        stages[index].leaf = !stages.iter().any(|s| s.base == StageBase::Stage(index));
        let says = |part: &Option<Startable>| matches!(part, Some(Startable::Written { .. }));
        let starts = says(&stages[index].config.entrypoint) || says(&stages[index].config.cmd);
        stages[index].loaders = start::loaders(&stages[index], &context);
        let last = index + 1 == stages.len();
        stages[index].shipped = stages[index].leaf && (last || starts && !taken_from.contains(&index));
    }
    let trace = shell.trace;
    let starts = start::resolve(&document, &stages, &context);
    let checks = start::checks(&document, &stages, &context);
    Build { document, stages, starts, checks, trace, shadows, bound: Vec::new() }
}

/// Source: runc looks a name up in the image's /etc/passwd when the container starts, and takes a number as it is.
fn missing_user(document: &Dockerfile, stage: &Stage, context: &BuildContext) -> Option<(String, Span)> {
    let own = &document.instructions[stage.instructions.clone()];
    let word = own.iter().rev().find_map(|i| if let Kind::User(word) = &i.kind { Some(word) } else { None })?;
    let user = stage.world.user.as_literal()?.split(':').next()?;
    let missing = !user.is_empty() && stage.world.has_account(Account::User, user, context) == Tri::No;
    missing.then(|| (user.to_string(), word.span))
}

struct Driver<'a> {
    document: &'a Dockerfile,
    context: &'a BuildContext<'a>,
    shell: Shell<'a>,
    /// ARGs before the first FROM.
    globals: BTreeMap<String, Value>,
    stages: Vec<Stage>,
    shadows: Vec<Shadow>,
    /// Stages that another one copies from or mounts.
    taken_from: BTreeSet<usize>,
    /// The machine that it is followed for; `None` for all at once, with symbols for what differs.
    machine: Option<Machine>,
}

/// Variables that BuildKit passes to every build; a stage sees them only if it declares them.
pub const PLATFORM_ARGS: &[&str] = &[
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

impl Driver<'_> {
    fn step(&mut self, index: usize, instruction: &Instruction) {
        if let Kind::From { image, alias } = &instruction.kind {
            self.from(index, instruction, image, alias.as_ref());
            return;
        }
        let Some(stage) = self.stages.len().checked_sub(1) else {
            if let Kind::Arg(assignments) = &instruction.kind {
                for assignment in assignments {
                    let name = assignment.name.raw.text.clone();
                    let value = assignment.value.as_ref().map(|word| self.expand_global(word));
                    self.shadow(assignment, value.as_ref());
                    self.globals.insert(name.clone(), value.unwrap_or_else(|| self.build_argument(&name)));
                }
            }
            return;
        };
        self.stages[stage].instructions.end = index + 1;
        self.shell.place = Place::Stage { stage, instruction: index };
        self.log_unset(stage, instruction);
        self.in_stage(stage, index, instruction);
    }

    /// Writes down which variables the builder itself looks up in vain.
    fn log_unset(&mut self, stage: usize, instruction: &Instruction) {
        let flags = ["chown", "chmod"].into_iter().filter_map(|name| instruction.flag(name)?.value.as_ref());
        let own: Vec<&str> = match &instruction.kind {
            Kind::Arg(all) => all.iter().map(|a| a.name.raw.text.as_str()).collect(),
            _ => Vec::new(),
        };
        for word in instruction.kind.expanded_words().into_iter().chain(flags) {
            let Ok(pieces) = expand::lex(&word.raw, self.document.escape) else { continue };
            for piece in &pieces {
                let Piece::Variable { name, modifier, span } = piece else { continue };
                let defaulted = modifier.as_ref().is_some_and(|m| speaks_of_unset(m.op));
                let unset = self.stages[stage].world.env.get(name) == Value::Unset;
                // `ARG A=1 B=$A`: the names of one line come one after the other.
                if unset && !defaulted && !own.contains(&name.as_str()) {
                    self.shell.event(*span, EventKind::Unset(name.clone()));
                }
            }
        }
    }

    fn in_stage(&mut self, stage: usize, index: usize, instruction: &Instruction) {
        match &instruction.kind {
            Kind::Arg(assignments) => {
                for assignment in assignments {
                    let name = assignment.name.raw.text.clone();
                    let value = match &assignment.value {
                        Some(word) => self.expand(stage, word),
                        None => match self.globals.get(&name) {
                            Some(value) => value.clone(),
                            None => self.build_argument(&name),
                        },
                    };
                    self.shadow(assignment, assignment.value.as_ref().map(|_| &value));
                    let world = &mut self.stages[stage].world;
                    // ENV wins over an ARG of the same name.
                    if world.env.binding(&name).is_none_or(|b| b.argument) {
                        world.env.set_argument(&name, value, assignment.span);
                    }
                }
            }
            Kind::Env(assignments) => {
                // One ENV line sees the values from before the line.
                let values: Vec<(String, Value, Span)> = assignments
                    .iter()
                    .map(|a| {
                        let value =
                            a.value.as_ref().map_or(Value::Text(Text::default()), |word| self.expand(stage, word));
                        (a.name.raw.text.clone(), value, a.span)
                    })
                    .collect();
                for (name, value, span) in values {
                    self.stages[stage].world.env.set(&name, value, true, Some(span));
                }
            }
            Kind::Workdir(word) => {
                let value = self.expand(stage, word);
                let world = &mut self.stages[stage].world;
                world.cwd = world.path(&value);
                if let Ok(cwd) = world.cwd.clone() {
                    world.files.make_dir(&cwd);
                }
            }
            Kind::Volume(words) => {
                let paths: Vec<Value> = match words {
                    Words::Plain(words) => words.iter().map(|word| self.expand(stage, word)).collect(),
                    Words::Json { elements, .. } => elements.iter().map(|e| Value::literal(e.value.clone())).collect(),
                };
                let world = &mut self.stages[stage].world;
                for path in paths.iter().filter_map(|value| world.path(value).ok()).collect::<Vec<_>>() {
                    world.files.maybe_dir(&path, Why::at("a volume is mounted there", instruction.span), self.context);
                }
            }
            Kind::User(word) => {
                let value = self.expand(stage, word);
                self.stages[stage].world.user = value;
            }
            Kind::Shell { elements, .. } => {
                self.stages[stage].config.shell = Some(elements.iter().map(|e| e.value.clone()).collect());
            }
            Kind::Entrypoint(command) => {
                let config = &mut self.stages[stage].config;
                config.entrypoint = Some(Startable::Written { instruction: index, command: command.clone() });
                // A new ENTRYPOINT clears an inherited CMD, not one of this stage.
                let first = self.stages[stage].instructions.start;
                let config = &mut self.stages[stage].config;
                let own = matches!(&config.cmd, Some(Startable::Written { instruction, .. }) if *instruction > first);
                if !own {
                    config.cmd = None;
                }
            }
            Kind::Cmd(command) => {
                self.stages[stage].config.cmd =
                    Some(Startable::Written { instruction: index, command: command.clone() });
            }
            Kind::Healthcheck(command) => {
                self.stages[stage].config.healthcheck = command.clone().map(|command| (index, command));
            }
            Kind::Run(command) => self.run(stage, instruction, command),
            Kind::Copy(transfer) => self.transfer(stage, instruction, transfer, false),
            Kind::Add(transfer) => self.transfer(stage, instruction, transfer, true),
            _ => {}
        }
    }

    /// Writes down where a default certainly is another value than the one that BuildKit passes.
    fn shadow(&mut self, assignment: &Assignment, default: Option<&Value>) {
        let name = &assignment.name.raw.text;
        let Some(value) = default.and_then(Value::as_literal) else { return };
        if PLATFORM_ARGS.contains(&name.as_str()) && self.build_argument(name).as_literal() != Some(value) {
            self.shadows.push(Shadow { name: name.clone(), value: value.to_string(), span: assignment.span });
        }
    }

    /// The build stops here.
    fn stop(&mut self, span: Span, cause: Cause, reason: impl Into<String>) {
        self.shell.event(span, EventKind::Break(Break { cause, reason: reason.into() }));
    }

    /// The index of a stage by name, the latest first. Names compare without case.
    fn stage_named(&self, name: &str) -> Option<usize> {
        self.stages.iter().rposition(|s| s.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }

    fn expand_global(&self, word: &Word) -> Value {
        let lookup = |name: &str| match self.globals.get(name) {
            Some(value) => value.clone(),
            None if PLATFORM_ARGS.contains(&name) => self.build_argument(name),
            None => Value::Unset,
        };
        expand_with(&word.raw, self.document.escape, &lookup)
    }

    /// A build argument without a default: whatever `--build-arg` gives, the same in every stage.
    /// The builder's own system is linux, and the target's too: Windows images are not followed.
    fn build_argument(&self, name: &str) -> Value {
        match (name, self.machine) {
            ("TARGETOS" | "BUILDOS", _) => Value::literal("linux"),
            ("TARGETARCH", Some(machine)) => Value::literal(machine.target),
            ("BUILDARCH", Some(machine)) => Value::literal(machine.builder),
            ("TARGETPLATFORM", Some(machine)) => Value::literal(format!("linux/{}", machine.target)),
            ("BUILDPLATFORM", Some(machine)) => Value::literal(format!("linux/{}", machine.builder)),
            ("TARGETVARIANT" | "BUILDVARIANT", Some(_)) => Value::literal(""),
            _ => Value::Text(Text::symbol(name)),
        }
    }

    fn expand(&self, stage: usize, word: &Word) -> Value {
        self.expand_folded(stage, &word.raw)
    }

    fn expand_folded(&self, stage: usize, text: &Folded) -> Value {
        let env = &self.stages[stage].world.env;
        expand_with(text, self.document.escape, &|name| env.get(name))
    }
}

/// Expands a word as BuildKit does.
fn expand_with(word: &Folded, escape: char, lookup: &dyn Fn(&str) -> Value) -> Value {
    match expand::lex(word, escape) {
        Ok(pieces) => expand_pieces(&pieces, lookup),
        Err(error) => Value::Unknown(Why::at(error.message, error.span)),
    }
}

fn expand_pieces(pieces: &[Piece], lookup: &dyn Fn(&str) -> Value) -> Value {
    let mut out = Text::default();
    for piece in pieces {
        let value = match piece {
            Piece::Literal { text, .. } => Value::literal(text.clone()),
            Piece::Variable { name, modifier, .. } => {
                let value = lookup(name);
                match modifier {
                    None => value,
                    Some(modifier) => {
                        let word = expand_pieces(&modifier.word, lookup);
                        let replacement = modifier.replacement.as_ref().map(|pieces| expand_pieces(pieces, lookup));
                        modify(&value, modifier.op, &word, replacement.as_ref(), name)
                    }
                }
            }
        };
        match value.expand() {
            Ok(text) => out.push(&text),
            Err(why) => return Value::Unknown(why),
        }
    }
    Value::Text(out)
}
