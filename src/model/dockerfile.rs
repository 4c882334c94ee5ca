//! Knows how a Dockerfile is built: stages, global and stage variables, each instruction's effect on its stage's world.
//! Refuses to know shells (it starts them) and whether a result is a fault.

mod arguments;
mod from;
pub mod loaders;
mod machines;
mod run;
pub mod start;
mod transfer;

use super::accounts::Account;
use super::assumptions::Assumptions;
use super::context::BuildContext;
use super::images::Image;
use super::invocation::Invocation;
use super::parsed::Parsed;
use super::path::Path;
use super::shell::Shell;
use super::trace::{Break, Cause, EventKind, GoRun, Hop, HopId, HopKind, Place, Trace};
use super::tri::Tri;
use super::value::{Text, Value, Why};
use super::world::World;
use crate::source::Span;
use crate::syntax::dockerfile::{Command, Dockerfile, Instruction, Kind, Words};
use arguments::expand_pieces;
pub use arguments::{PLATFORM_ARGS, Shadow};
use loaders::Loaders;
pub use machines::{Bound, Machine};
use start::Start;
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
    /// What happens in all stages, in file order.
    pub trace: Trace,
    /// The same on machines of their own, where what go writes hangs on the machine.
    pub bound: Vec<Bound>,
    /// ARGs whose default takes the place of what BuildKit would pass.
    pub shadows: Vec<Shadow>,
    /// The run of `docker build` that it is followed for; `None` for whoever builds it without arguments.
    pub invocation: Option<Arc<Invocation>>,
    /// The machine that it is followed for where this run of `docker build` has a `--platform`, by GOARCH's name: it starts the image.
    pub asked: Option<&'static str>,
    /// What its COPYs take from the context and nothing puts there, as far as the Makefile that builds it was asked.
    pub unmade: Vec<Path>,
    /// The directory of the checkout that is its build context, where it can be told.
    pub context: Option<String>,
}

impl Build {
    /// A stage and those below it that it is built FROM, the nearest first.
    pub fn ancestry(&self, stage: usize) -> impl Iterator<Item = usize> {
        ancestry(&self.stages, stage)
    }

    /// The stage whose FROM names what all of a stage is made of, which is no stage.
    pub fn base(&self, stage: usize) -> &Stage {
        &self.stages[self.ancestry(stage).last().unwrap_or(stage)]
    }

    /// By stage: whether the builder makes it for this one. It makes no others.
    pub fn needed_for(&self, stage: usize) -> Vec<bool> {
        let mut needed = vec![false; self.stages.len()];
        needed[stage] = true;
        for index in (0..=stage).rev() {
            if needed[index] {
                self.stages[index].needs.iter().for_each(|other| needed[*other] = true);
            }
        }
        needed
    }

    /// The run of go behind a hop: in a stage, or in the recipe that made what the context brings.
    pub fn go_run(&self, hop: &Hop) -> Option<&GoRun> {
        match hop.place {
            Place::Recipe { .. } => self.invocation.as_ref()?.go_run(hop),
            // A recipe may run in several places, and with other variables each time.
            Place::Stage { .. } => self.trace.events.iter().find_map(|event| match &event.kind {
                EventKind::Go(run) if event.span == hop.span && event.place == hop.place => {
                    run.wrote(&hop.path).then_some(&**run)
                }
                _ => None,
            }),
        }
    }
}

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
    /// What lies in it, and what its next command would see.
    pub world: World,
    pub config: Config,
    /// An image can come out of it: no later stage is built FROM it, and it is not where go builds what another stage takes.
    pub leaf: bool,
    /// Whether each C library's loader is there at its end; of a stage that nobody starts it is not asked.
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

fn ancestry(stages: &[Stage], stage: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(stage), |at| match stages[*at].base {
        StageBase::Stage(parent) => Some(parent),
        _ => None,
    })
}

/// What a stage is built on.
#[derive(Clone, PartialEq, Debug)]
pub enum StageBase {
    Scratch,
    /// FROM names a stage above.
    Stage(usize),
    /// An image that the table or the project knows.
    Image(Arc<Image>),
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
    /// Where VOLUME says that something is mounted when a container starts.
    pub volumes: Vec<Path>,
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

/// Follows a Dockerfile. `contexts` are the directories that recipes build it in, `mounts` the places at which its containers get
/// something else.
pub fn build(
    sources: &Parsed,
    document: Arc<Dockerfile>,
    contexts: &[&str],
    mounts: &[Path],
    assumed: &Assumptions,
) -> Build {
    let path = sources.get(document.file).path.clone();
    let context = BuildContext::infer(sources.checkout(), &path, &document, contexts);
    let mut build = follow(sources, document, &context, None, mounts, assumed);
    if build.trace.events.iter().any(machines::hangs_on_machine) {
        let bound = machines::building_under(assumed).into_iter().map(|machine| {
            let build = follow(sources, build.document.clone(), &context, Some(machine), mounts, assumed);
            Bound { machine, build }
        });
        build.bound = bound.collect();
    }
    build
}

/// Follows a Dockerfile for one run of `docker build`, and for one of the platforms that it asks for.
pub fn build_for(
    sources: &Parsed,
    document: Arc<Dockerfile>,
    invocation: &Arc<Invocation>,
    platform: Option<&str>,
    mounts: &[Path],
    assumed: &Assumptions,
) -> Build {
    let context = BuildContext::of(sources.checkout(), &invocation.dockerfile, invocation);
    let machine = platform.and_then(Machine::building_for);
    Build {
        invocation: Some(invocation.clone()),
        asked: machine.map(|machine| machine.target),
        ..follow(sources, document, &context, machine, mounts, assumed)
    }
}

fn follow(
    sources: &Parsed,
    document: Arc<Dockerfile>,
    context: &BuildContext,
    machine: Option<Machine>,
    mounts: &[Path],
    assumed: &Assumptions,
) -> Build {
    let mut shell = Shell::new(sources, context);
    shell.place = Place::Stage { stage: 0, instruction: 0 };
    let mut driver = Driver {
        document: &document,
        context,
        shell,
        globals: BTreeMap::new(),
        stages: Vec::new(),
        shadows: Vec::new(),
        taken_from: BTreeSet::new(),
        made: BTreeMap::new(),
        machine,
        maybe_windows: arguments::may_be_for_windows(&document),
        assumed,
    };
    for (index, instruction) in document.instructions.iter().enumerate() {
        if matches!(instruction.kind, Kind::From { .. }) && driver.is_done() {
            break;
        }
        driver.step(index, instruction);
    }
    let Driver { shell, mut stages, taken_from, shadows, .. } = driver;
    for stage in &mut stages {
        stage.missing_user = missing_user(&document, stage, context);
    }
    let trace = shell.trace;
    let base = |stage: &Stage| match stage.base {
        StageBase::Stage(index) => Some(index),
        _ => None,
    };
    let bases: BTreeSet<usize> = stages.iter().filter_map(base).collect();
    let built = trace.hops.iter().filter(|hop| hop.kind == HopKind::Built);
    let builders: BTreeSet<usize> = built.filter_map(|hop| hop.place.stage()).collect();
    for index in 0..stages.len() {
        let workshop = taken_from.contains(&index) && builders.contains(&index);
        stages[index].leaf = !bases.contains(&index) && !workshop;
        let says = |part: &Option<Startable>| matches!(part, Some(Startable::Written { .. }));
        let starts = says(&stages[index].config.entrypoint) || says(&stages[index].config.cmd);
        let last = index + 1 == stages.len();
        stages[index].shipped = stages[index].leaf && (last || starts && !taken_from.contains(&index));
    }
    let leaves = || start::leaves(&document, &stages, mounts, context);
    let starts: Vec<_> = leaves().filter_map(|leaf| leaf.start()).collect();
    let checks: Vec<_> = leaves().filter_map(|leaf| leaf.check()).collect();
    let started: BTreeSet<usize> = starts.iter().chain(&checks).map(|start| start.stage).collect();
    for (index, stage) in stages.iter_mut().enumerate() {
        if stage.shipped || started.contains(&index) {
            stage.loaders = loaders::of(stage, context);
        }
    }
    Build {
        document,
        stages,
        starts,
        checks,
        trace,
        shadows,
        bound: Vec::new(),
        invocation: None,
        asked: None,
        unmade: Vec::new(),
        context: context.root.clone(),
    }
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
    /// The hops of the machine that builds the image which stand in this trace, by their number there.
    made: BTreeMap<HopId, HopId>,
    /// The machine that it is followed for; `None` for all at once, with symbols for what differs.
    machine: Option<Machine>,
    /// Whether images for Windows are built from it, too.
    maybe_windows: bool,
    assumed: &'a Assumptions,
}

impl Driver<'_> {
    /// Whether the stage that `--target` names is built: the builder does nothing for those behind it.
    fn is_done(&self) -> bool {
        let target = self.context.invocation().and_then(|invocation| invocation.target.as_deref());
        let Some(last) = self.stages.last() else { return false };
        let name = last.name.as_deref().unwrap_or_default();
        target.is_some_and(|target| name.eq_ignore_ascii_case(target))
    }

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
                    let value = self.given(&name).or(value);
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

    fn in_stage(&mut self, stage: usize, index: usize, instruction: &Instruction) {
        match &instruction.kind {
            Kind::Arg(assignments) => {
                for assignment in assignments {
                    let name = assignment.name.raw.text.clone();
                    let value = match &assignment.value {
                        Some(word) => self.given(&name).unwrap_or_else(|| self.expand(stage, word)),
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
                let Stage { world, config, .. } = &mut self.stages[stage];
                for path in paths.iter().filter_map(|value| world.path(value).ok()).collect::<Vec<_>>() {
                    world.files.maybe_dir(&path, Why::at("a volume is mounted there", instruction.span), self.context);
                    config.volumes.push(path);
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

    /// The build stops here.
    fn stop(&mut self, span: Span, cause: Cause, reason: impl Into<String>) {
        self.shell.event(span, EventKind::Break(Break { cause, reason: reason.into() }));
    }

    /// The index of a stage by name, the latest first. Names compare without case.
    fn stage_named(&self, name: &str) -> Option<usize> {
        self.stages.iter().rposition(|s| s.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }
}
