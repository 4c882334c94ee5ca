//! Knows how a shell runs: scripts, simple commands with their assignments and redirections, functions.
//! Refuses to know what commands do: [`super::commands`] does.

mod compound;
mod words;

use compound::join_ends;
pub use words::{deciding_words, may_read_arguments, runtime_variables, runtime_words};

use super::commands;
use super::files::{Content, Context, File, Found};
use super::invocation::Invocation;
use super::makefile::Builds;
use super::mounts::ContainerRun;
use super::parsed::Parsed;
use super::path::Path;
use super::trace::{Argument, CommandRun, Event, EventKind, Hop, HopId, HopKind, Place, Trace};
use super::value::{Growing, Value, Why};
use super::world::World;
use crate::source::{FileId, Span};
use crate::syntax::fold::Folded;
use crate::syntax::shell::{Node, Redirect, Script, Simple, Word};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How deep scripts, functions and `sh -c` may nest before the model gives up on them.
const DEPTH: usize = 8;

/// At how many places one text may end early before the model gives up on what it leaves.
const ENDS: usize = 16;

/// How many commands of one document are followed.
const COMMANDS: usize = 20_000;

/// How many makes of one document are followed where recipes start them on a person's machine.
const MAKES: usize = 24;

/// What a command does to the commands after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    Next,
    /// `exit`, `return`, `exec`: nothing after it in this shell runs.
    Stop,
}

/// Runs shell texts in a [`World`] and writes down what happens.
pub struct Shell<'a> {
    pub sources: &'a Parsed<'a>,
    pub context: &'a dyn Context,
    /// What has happened so far.
    pub trace: Trace,
    /// Where the commands that run now stand.
    pub place: Place,
    /// What the holes of the text that is being run stand for.
    pub holes: Vec<Value>,
    /// Variables that a running make was given, which the makes that it starts are given too.
    pub make_variables: Vec<(String, Value, Span)>,
    /// The images that recipes build, in order, as far as their command lines are known.
    pub invocations: Vec<Invocation>,
    /// The containers that are started with something mounted.
    pub container_runs: Vec<ContainerRun>,
    /// Whether a recipe builds an image, in whatever way.
    pub builds_images: Builds,
    /// What make was asked for.
    pub goal: String,
    /// How many commands are followed before the model gives up.
    pub commands_left: usize,
    /// How many makes that recipes start on a person's machine are followed.
    pub makes_left: usize,
    /// The last command certainly failed. What comes after it is still followed, as it will be once that is mended.
    pub failure: Option<Failure>,
    /// `set -e` is on.
    pub errexit: bool,
    functions: BTreeMap<String, Vec<Node>>,
    /// How the text or function that runs now may have ended early, and well: `exit 0` in a branch.
    ends: Vec<World>,
    depth: usize,
    /// How many branches, loops and guards stand around the command that runs.
    conditions: usize,
    /// In `[ -z … ]`, which asks whether something is set.
    asking: bool,
}

/// A command that certainly ends with another status than 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The command.
    pub span: Span,
    /// One clause.
    pub reason: String,
}

impl<'a> Shell<'a> {
    /// A shell that has run nothing, and that writes into a trace of its own. It stands where no target has been made yet.
    pub fn new(sources: &'a Parsed<'a>, context: &'a dyn Context) -> Shell<'a> {
        Shell {
            sources,
            context,
            trace: Trace::default(),
            place: Place::Recipe { target: Default::default(), line: 0 },
            holes: Vec::new(),
            make_variables: Vec::new(),
            invocations: Vec::new(),
            container_runs: Vec::new(),
            builds_images: Builds::default(),
            goal: String::new(),
            commands_left: COMMANDS,
            makes_left: MAKES,
            failure: None,
            errexit: false,
            functions: BTreeMap::new(),
            ends: Vec::new(),
            depth: 0,
            conditions: 0,
            asking: false,
        }
    }

    /// Whether a branch, a loop or a guard decides that the command runs.
    pub fn is_conditional(&self) -> bool {
        self.conditions > 0
    }

    /// Writes down what happens now, and whether a condition decides it.
    pub fn event(&mut self, span: Span, kind: EventKind) {
        let conditional = self.is_conditional();
        self.trace.events.push(Event { place: self.place.clone(), span, conditional, kind });
    }

    /// The command that runs now certainly fails.
    pub fn fail(&mut self, span: Span, reason: impl Into<String>) {
        self.failure = Some(Failure { span, reason: reason.into() });
    }

    /// Writes down a step of a file's road.
    pub fn hop(&mut self, kind: HopKind, span: Span, path: &Path, previous: Option<HopId>) -> HopId {
        self.trace.hop(Hop { kind, span, path: path.clone(), place: self.place.clone(), previous })
    }

    /// Something is put into a directory: writes it down where that certainly is not there.
    pub fn needs_directory(&mut self, world: &World, directory: &Path, span: Span) {
        if world.files.lacks_directory(directory, self.context) {
            self.event(span, EventKind::MissingDirectory(directory.clone()));
        }
    }

    /// Starts a shell on a text: exports, `cd` and functions end with it, files stay.
    pub fn start(&mut self, world: &mut World, text: &Folded) {
        let script = self.sources.script(text);
        self.start_script(world, &script);
    }

    /// As [`Shell::start`], for a text that is parsed already.
    pub fn start_script(&mut self, world: &mut World, script: &Script) {
        let (env, cwd) = (world.env.clone(), world.cwd.clone());
        let functions = std::mem::take(&mut self.functions);
        (self.failure, self.errexit) = (None, false);
        self.script(world, script);
        self.functions = functions;
        (world.env, world.cwd) = (env, cwd);
    }

    /// Runs a text one level deeper, in the shell that is running. `false` where that would be too deep.
    pub fn nested(&mut self, world: &mut World, text: &Folded) -> bool {
        let script = self.sources.script(text);
        self.deeper(|shell| shell.script(world, &script)).is_some()
    }

    /// As [`Shell::nested`], for a script of the checkout.
    pub fn nested_file(&mut self, world: &mut World, file: FileId) -> bool {
        let script = self.sources.shell_file(file);
        self.deeper(|shell| shell.script(world, &script)).is_some()
    }

    /// Does something one level deeper, where no text of this level is at hand. `None` where that would be too deep.
    pub fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH {
            return None;
        }
        self.depth += 1;
        let holes = std::mem::take(&mut self.holes);
        let out = run(self);
        self.holes = holes;
        self.depth -= 1;
        Some(out)
    }

    fn script(&mut self, world: &mut World, script: &Script) -> Control {
        for error in &script.errors {
            let why = Why::at("a part of the script cannot be read", error.span);
            world.env.open(&why);
            world.files.taint(&Path::root(), why);
        }
        self.run_out(world, &script.commands)
    }

    /// Runs a text or a function to whichever of its ends: what they agree on is known behind it.
    fn run_out(&mut self, world: &mut World, nodes: &[Node]) -> Control {
        let outer = std::mem::take(&mut self.ends);
        let control = self.body(world, nodes);
        let early = std::mem::replace(&mut self.ends, outer);
        if !early.is_empty() {
            // Where it was stopped, each end is one of those, or a failure.
            let last = (control == Control::Next).then(|| world.clone());
            world.end_as(early.into_iter().chain(last));
            self.failure = self.failure.take().filter(|_| control == Control::Next);
        }
        control
    }

    fn body(&mut self, world: &mut World, nodes: &[Node]) -> Control {
        let mut ended = None;
        let mut control = Control::Next;
        for node in nodes {
            control = self.node(world, node);
            if self.errexit {
                ended = ended.or(self.failure.clone());
            }
            if control == Control::Stop {
                break;
            }
        }
        self.failure = ended.or(self.failure.take());
        control
    }

    fn node(&mut self, world: &mut World, node: &Node) -> Control {
        match node {
            Node::Simple(simple) => self.simple(world, simple),
            Node::List { first, rest, .. } => self.list(world, first, rest),
            Node::Pipeline { commands, .. } => {
                // What an installer writes is known where the script itself is not.
                let known = usize::from(commands::piped(self, world, commands));
                for command in &commands[..commands.len() - known] {
                    self.failure = None;
                    self.subshell(world, std::slice::from_ref(command));
                }
                Control::Next
            }
            Node::Background { command, .. } => {
                self.subshell(world, std::slice::from_ref(command));
                self.failure = None;
                Control::Next
            }
            Node::Not { command, .. } => {
                self.guarded(world, std::slice::from_ref(command));
                self.failure = None;
                Control::Next
            }
            Node::Group { body, redirects, .. } => {
                self.redirects(world, redirects, None);
                self.body(world, body)
            }
            Node::Subshell { body, redirects, .. } => {
                self.redirects(world, redirects, None);
                self.subshell(world, body);
                Control::Next
            }
            Node::If { branches, otherwise, .. } => {
                let mut ends = Vec::new();
                for branch in branches {
                    self.guarded(world, &branch.condition);
                    ends.push(self.branch(world, &branch.body));
                }
                ends.push(match otherwise {
                    Some(body) => self.branch(world, body),
                    None => Some(world.clone()),
                });
                self.failure = None;
                join_ends(world, ends)
            }
            Node::While { condition, body, .. } => {
                self.guarded(world, condition);
                let ends = vec![Some(world.clone()), self.branch(world, body)];
                self.failure = None;
                join_ends(world, ends)
            }
            Node::For { name, words, body, .. } => self.for_loop(world, name, words.as_deref(), body),
            Node::Case { subject, arms, .. } => self.case(world, subject, arms),
            Node::Function { name, body, .. } => {
                self.functions.insert(name.clone(), body.clone());
                Control::Next
            }
            Node::Opaque { .. } => Control::Next,
        }
    }

    /// Whether one more command is followed. Where there were too many, anything may have happened.
    fn may_go_on(&mut self, world: &mut World) -> bool {
        let left = self.commands_left.checked_sub(1);
        match left {
            Some(left) => self.commands_left = left,
            None => world.files.taint(&Path::root(), Why::new("there is too much to follow")),
        }
        left.is_some()
    }

    fn simple(&mut self, world: &mut World, simple: &Simple) -> Control {
        if !self.may_go_on(world) {
            return Control::Next;
        }
        let failed_before = self.failure.take();
        let assigns: Vec<(String, Value, Span)> = simple
            .assigns
            .iter()
            .map(|a| {
                let value = self.value(world, &a.value);
                let value = if a.append { concat(&world.env.get(&a.name), &value) } else { value };
                (a.name.clone(), value, a.span)
            })
            .collect();
        self.asking = asks_whether_set(simple);
        let words: Arc<[Argument]> = self.arguments(world, &simple.words).into();
        self.asking = false;
        if words.is_empty() {
            for (name, value, span) in &assigns {
                world.env.assign(name, value.clone(), Some(*span));
            }
            self.redirects(world, &simple.redirects, None);
            self.event(simple.span, EventKind::Command(CommandRun { words, assigns, search: Value::Unset }));
            return Control::Next;
        }
        let run = CommandRun { words: words.clone(), assigns: assigns.clone(), search: world.env.exported("PATH") };
        self.event(simple.span, EventKind::Command(run));
        if let Some(name) = words[0].value.as_literal()
            && let Some(body) = self.functions.get(name).cloned()
        {
            if self.depth >= DEPTH {
                return Control::Next;
            }
            self.depth += 1;
            let outer = world.env.clone();
            world.env.set_parameters(None, &words[1..]);
            self.run_out(world, &body);
            world.env.restore_parameters(&outer);
            self.depth -= 1;
            self.redirects(world, &simple.redirects, None);
            return Control::Next;
        }
        // Assignments in front hold for this command alone.
        let outer: Vec<_> = assigns.iter().map(|(name, ..)| (name.clone(), world.env.binding(name).cloned())).collect();
        for (name, value, span) in &assigns {
            world.env.set(name, value.clone(), true, Some(*span));
        }
        self.failure = None;
        let printed = commands::output(world, &words);
        let control = commands::run(self, world, &words, simple.span);
        for (name, binding) in outer {
            world.env.restore(&name, binding);
        }
        // A bare `exit` ends with the status of the command before it.
        if matches!(&*words, [only] if only.value.as_literal() == Some("exit")) {
            self.failure = failed_before;
        }
        let printed = printed.as_ref().and_then(Value::as_literal);
        self.redirects(world, &simple.redirects, printed.filter(|_| simple.redirects.len() == 1));
        if control == Control::Stop && self.failure.is_none() && self.ends.len() < ENDS {
            let mut end = world.clone();
            if self.ends.len() + 1 == ENDS {
                end.files.taint(&Path::root(), Why::new("it may end in too many places"));
            }
            self.ends.push(end);
        }
        control
    }

    /// `printed` is what the command writes to its standard output, where that is known.
    fn redirects(&mut self, world: &mut World, redirects: &[Redirect], printed: Option<&str>) {
        for redirect in redirects.iter().filter(|r| matches!(r.op, ">" | ">>" | ">|" | "&>" | "&>>")) {
            let value = self.value(world, &redirect.target);
            if let Ok(path) = world.path(&value)
                && path.as_literal().is_none_or(|p| !p.starts_with("/dev/"))
            {
                self.needs_directory(world, &path.parent(), redirect.span);
                let hop = self.hop(HopKind::Written, redirect.span, &path, None);
                // A file that is there already keeps its mode and owner.
                let (mode, owner) = match world.files.find(&path, self.context) {
                    Found::File { file, doubt: None, .. } => (file.mode, file.owner),
                    Found::Missing => (Some(0o644), world.owner()),
                    _ => (None, None),
                };
                let content = printed.filter(|_| redirect.op == ">").map(|text| Content::Text(text.into()));
                world.files.put_file(&path, File { mode, owner, content, ..File::new(hop) });
            }
        }
    }
}

fn concat(a: &Value, b: &Value) -> Value {
    match (a.expand(), b.expand()) {
        (Ok(a), Ok(b)) => {
            let mut out = Growing::default();
            match out.push(a).and_then(|()| out.push(b)) {
                Ok(()) => Value::Text(out.done()),
                Err(why) => Value::Unknown(why),
            }
        }
        (Err(why), _) | (_, Err(why)) => Value::Unknown(why),
    }
}

/// `[ -z "$X" ]`, `test -n "$X"`.
fn asks_whether_set(simple: &Simple) -> bool {
    let word = |at: usize| simple.words.get(at).and_then(Word::literal);
    matches!(word(0).as_deref(), Some("[" | "test")) && matches!(word(1).as_deref(), Some("-z" | "-n"))
}
