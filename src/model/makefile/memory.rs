//! Knows what was worked out before and still holds: values of variables, what commands print, what recipes find in their
//! environment, and what having a prerequisite made does to a machine.
//! Refuses to know how any of it is worked out.

use super::Make;
use super::images::Builds;
use super::recipes::{RUNS, Run};
use super::rules::Match;
use super::slips::Slip;
use crate::model::invocation::Invocation;
use crate::model::value::{Text, Why};
use crate::model::world::{Env, World};
use foldhash::{HashMap, HashSet};
use std::ops::Range;

/// What holds for as long as no line of a Makefile is read.
#[derive(Default)]
pub(super) struct Memory {
    /// How many lines had been read when it was worked out.
    revision: usize,
    /// Variables whose values hold wherever they are used, with the slips in them.
    pub values: HashMap<String, (Text, Vec<Slip>)>,
    /// An environment, and what it is for the recipes of targets without variables of their own.
    pub environment: Option<(Env, Env)>,
    /// What is done to a fresh machine by having these made, one after the other.
    made: HashMap<Vec<Text>, Made>,
    /// What commands print, for as long as the same is known of the files that are read.
    outputs: HashMap<Text, Text>,
    open: Option<Why>,
}

struct Made {
    world: World,
    done: HashSet<Text>,
    made: HashSet<Text>,
    /// Which of the trace's invocations came of it.
    invocations: Range<usize>,
    runs: usize,
    commands: usize,
    builds_images: Builds,
    /// Prerequisites were too deep to be followed.
    cut: bool,
}

/// How things stood when something began.
struct Start {
    revision: usize,
    runs: usize,
    commands: usize,
    events: usize,
    started: usize,
    invocations: usize,
    circular: usize,
    cut: bool,
    builds_images: Builds,
}

/// After how many prerequisites a machine is remembered.
const ROAD: usize = 8;
/// How deep the prerequisites of a goal are. What is cut off below one of them is cut off alike for all goals.
const DIRECT: usize = 1;

impl<'a> Make<'a> {
    pub(super) fn memory(&mut self) -> &mut Memory {
        if self.memory.revision != self.revision {
            let (outputs, open) = (std::mem::take(&mut self.memory.outputs), self.memory.open.take());
            self.memory = Memory { revision: self.revision, outputs, open, ..Memory::default() };
        }
        &mut self.memory
    }

    pub(super) fn outputs(&mut self) -> &mut HashMap<Text, Text> {
        if self.memory.open != self.state.open {
            self.memory.open = self.state.open.clone();
            self.memory.outputs.clear();
        }
        &mut self.memory.outputs
    }

    /// Works something out. Whether it holds elsewhere too: it does where it took no argument of a `call` around it, and no `$@`.
    pub(super) fn apart<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let outer = std::mem::replace(&mut self.reach, usize::MAX);
        let out = work(self);
        let holds = self.reach > self.frames.len();
        self.reach = self.reach.min(outer);
        (out, holds)
    }

    /// Makes a goal on a fresh machine. What that does to the machine is remembered for those that need it, and on the plain machine
    /// taken from memory: there nobody asks what happens twice.
    pub(super) fn goal(&mut self, run: &mut Run<'_, 'a>, world: &mut World, target: &Text, own: &Match) {
        if self.plain {
            return self.needed(run, world, target, false, 0);
        }
        let start = self.start(run);
        run.begin(target);
        self.target(run, world, target, own, 0);
        run.pending.pop();
        if let Some(made) = self.end(run, world, start, 0) {
            self.memory().made.insert(vec![target.clone()], made);
        }
    }

    /// Has a target made that another one, or somebody, asks for: from memory, where the same was made before in the same order.
    pub(super) fn needed(&mut self, run: &mut Run<'_, 'a>, world: &mut World, name: &Text, scoped: bool, depth: usize) {
        let plain_road = |road: &Vec<Text>| !scoped && road.len() < ROAD;
        let road = run.road.take().filter(|road| plain_road(road) && self.scope.is_empty());
        let Some(before) = road else {
            self.prerequisite(run, world, name, scoped, depth);
            return;
        };
        if run.done.contains(name) {
            run.begin(name);
            run.road = Some(before);
            return;
        }
        let road: Vec<Text> = before.iter().chain([name]).cloned().collect();
        if self.recall(run, world, &road, depth) {
            run.road = Some(road);
            return;
        }
        let start = self.start(run);
        run.road = Some(before);
        self.prerequisite(run, world, name, false, depth);
        // What left a mark on more than the machine has to be done again.
        let trace = &run.shell.trace;
        let marked = !self.plain && (start.events, start.started) != (trace.events.len(), trace.started.len());
        let made = self.end(run, world, start, depth).filter(|_| !marked);
        run.road = made.map(|made| {
            self.memory().made.insert(road.clone(), made);
            road
        });
    }

    fn start(&self, run: &mut Run<'_, 'a>) -> Start {
        Start {
            revision: self.revision,
            runs: self.runs,
            commands: run.shell.commands_left,
            events: run.shell.trace.events.len(),
            started: run.shell.trace.started.len(),
            invocations: run.shell.invocations.len(),
            circular: std::mem::replace(&mut run.circular, usize::MAX),
            cut: std::mem::take(&mut run.cut),
            builds_images: std::mem::take(&mut run.shell.builds_images),
        }
    }

    /// What was done since, where it is the same whoever asks for it.
    fn end(&mut self, run: &mut Run<'_, 'a>, world: &World, start: Start, depth: usize) -> Option<Made> {
        let builds_images = std::mem::replace(&mut run.shell.builds_images, start.builds_images);
        run.shell.builds_images.join(&builds_images);
        let alone = run.circular >= run.pending.len();
        run.circular = if alone { start.circular } else { start.circular.min(run.circular) };
        let cut = run.cut;
        run.cut |= start.cut;
        let given_up = run.shell.commands_left == 0 || self.runs >= RUNS;
        let same = alone && !given_up && start.revision == self.revision && (!cut || depth == DIRECT);
        same.then(|| Made {
            world: world.clone(),
            done: run.done.iter().filter(|done| !run.pending.contains(done)).cloned().collect(),
            made: run.made.clone(),
            invocations: start.invocations..run.shell.invocations.len(),
            runs: self.runs - start.runs,
            commands: start.commands - run.shell.commands_left,
            builds_images,
            cut,
        })
    }

    fn recall(&mut self, run: &mut Run<'_, 'a>, world: &mut World, road: &[Text], depth: usize) -> bool {
        let runs = self.runs;
        let known = self.memory().made.get(road).filter(|known| {
            let affordable = runs + known.runs < RUNS && known.commands < run.shell.commands_left;
            let waits = run.pending.iter().any(|pending| known.done.contains(pending));
            affordable && !waits && (!known.cut || depth == DIRECT)
        });
        let Some(known) = known else { return false };
        *world = known.world.clone();
        run.done = known.done.clone();
        run.done.extend(run.pending.iter().cloned());
        run.made = known.made.clone();
        run.cut |= known.cut;
        run.shell.commands_left -= known.commands;
        run.shell.builds_images.join(&known.builds_images);
        let (invocations, runs) = (known.invocations.clone(), known.runs);
        let goal = &run.shell.goal;
        let again =
            run.shell.invocations[invocations].iter().map(|one| Invocation { goal: goal.clone(), ..one.clone() });
        let again: Vec<Invocation> = again.collect();
        run.shell.invocations.extend(again);
        self.runs += runs;
        true
    }
}
