//! Knows what was worked out before and still holds: values of variables, what commands print, what recipes find in their
//! environment, and what having a prerequisite made does to a machine.
//! Refuses to know how any of it is worked out.

use super::Make;
use super::images::Builds;
use super::recipes::{RUNS, Run};
use super::slips::Slip;
use crate::model::invocation::Invocation;
use crate::model::value::{Text, Why};
use crate::model::world::{Env, World};
use std::collections::{BTreeSet, HashMap};
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
    done: BTreeSet<Text>,
    made: BTreeSet<Text>,
    /// Which of the trace's invocations came of it.
    invocations: Range<usize>,
    runs: usize,
    commands: usize,
    builds_images: Builds,
}

/// After how many prerequisites a machine is remembered.
const ROAD: usize = 8;

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

    /// Has a prerequisite of a target made, the target having no variables of its own: from memory, where another target began
    /// with the same.
    pub(super) fn made_before(&mut self, run: &mut Run<'_, 'a>, world: &mut World, name: &Text) {
        let road = run.road.take().filter(|road| road.len() < ROAD);
        let Some(mut road) = road else {
            self.prerequisite(run, world, name, false, 1);
            return;
        };
        road.push(name.clone());
        if self.recall(run, world, &road) {
            run.road = Some(road);
            return;
        }
        let (revision, runs, commands) = (self.revision, self.runs, run.shell.commands_left);
        let builds_images = std::mem::take(&mut run.shell.builds_images);
        let (events, started) = (run.shell.trace.events.len(), run.shell.trace.started.len());
        let invocations = run.shell.invocations.len();
        self.prerequisite(run, world, name, false, 1);
        let own = std::mem::replace(&mut run.shell.builds_images, builds_images);
        run.shell.builds_images.join(&own);
        // What left a mark on more than the machine has to be done again. Of the plain one nobody asks what happens twice.
        let trace = &run.shell.trace;
        let told = events != trace.events.len() || started != trace.started.len();
        let marked = told && !self.plain || revision != self.revision;
        let given_up = run.shell.commands_left == 0 || self.runs >= RUNS;
        if !(marked || given_up || run.circular) {
            let mut done = run.done.clone();
            done.remove(&run.target);
            let made = Made {
                world: world.clone(),
                done,
                made: run.made.clone(),
                invocations: invocations..run.shell.invocations.len(),
                runs: self.runs - runs,
                commands: commands - run.shell.commands_left,
                builds_images: own,
            };
            self.memory().made.insert(road.clone(), made);
            run.road = Some(road);
        }
    }

    fn recall(&mut self, run: &mut Run<'_, 'a>, world: &mut World, road: &[Text]) -> bool {
        let runs = self.runs;
        let known = self.memory().made.get(road).filter(|known| {
            let affordable = runs + known.runs < RUNS && known.commands < run.shell.commands_left;
            affordable && !known.done.contains(&run.target)
        });
        let Some(known) = known else { return false };
        *world = known.world.clone();
        run.done = known.done.clone();
        run.done.insert(run.target.clone());
        run.made = known.made.clone();
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
