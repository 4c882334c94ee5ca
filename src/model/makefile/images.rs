//! Knows which rules of a Makefile build images, and so which goals tell something of images.
//! Refuses to know how recipes run, and what the images are.

use super::Call;
use super::names;
use super::rules::{Rule, Rules};
use crate::model::invocation::is_for_images;
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::Text;
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Whether commands build an image, in whatever way, or start a make that may.
#[derive(Clone, Debug)]
pub struct Builds {
    /// Not known where a command is not.
    images: Tri,
    /// Goals of makes, with the Makefiles that they read: what these build, the goals build where somebody asks for them.
    goals: BTreeSet<(FileId, Text)>,
}

impl Default for Builds {
    fn default() -> Builds {
        Builds { images: Tri::No, goals: BTreeSet::new() }
    }
}

impl Builds {
    /// One more command.
    pub fn add(&mut self, images: Tri) {
        self.images = self.images.or(images);
    }

    /// One more make, on anybody's machine.
    pub fn add_make(&mut self, sources: &Sources, call: &Call) {
        let source = sources.get(call.document.file);
        let own = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let as_it_is = call.variables.is_empty() && call.evals.is_empty() && !call.environment;
        let goals: Option<Vec<Text>> = call.goals.iter().map(|goal| goal.value.expand().ok()).collect();
        match goals.filter(|goals| as_it_is && !goals.is_empty() && call.directory == Path::in_checkout(own)) {
            Some(goals) => self.goals.extend(goals.iter().map(|goal| (call.document.file, names::bare(goal)))),
            None => self.add(Tri::Yes),
        }
    }

    /// What other commands did.
    pub fn join(&mut self, other: &Builds) {
        self.add(other.images);
        self.goals.extend(other.goals.iter().cloned());
    }

    /// An image is built, or may be by a make that reads another Makefile than this one.
    pub fn is_certain(&self, makefile: FileId) -> bool {
        self.images.is_yes() || self.goals.iter().any(|(other, _)| *other != makefile)
    }
}

/// What a Makefile's rules, and all that they need, have done.
#[derive(Clone, Debug)]
pub struct Images {
    makefile: FileId,
    /// By the place of the rule. Of a rule that never ran nothing is known.
    rules: BTreeMap<Span, Builds>,
}

impl Images {
    /// Given what one run of each rule, and of all that it needs, came to.
    pub fn of(makefile: FileId, rules: BTreeMap<Span, Builds>) -> Images {
        Images { makefile, rules }
    }

    fn may_build(&self, rules: &Rules, rule: &Rule, seen: &mut BTreeSet<Text>) -> bool {
        let Some(builds) = self.rules.get(&rule.span) else { return true };
        let mut goals = builds.goals.iter();
        !builds.images.is_no()
            || goals.any(|(file, goal)| *file != self.makefile || self.may_be_built(rules, goal, seen))
    }

    /// Whether an image may be built where a target is made.
    fn may_be_built(&self, rules: &Rules, target: &Text, seen: &mut BTreeSet<Text>) -> bool {
        if !seen.insert(target.clone()) {
            return false;
        }
        let patterns = rules.patterns().filter(|rule| rule.matches(target).is_some());
        rules.naming(target).chain(patterns).any(|rule| match rule.recipe.is_empty() {
            true => rule.prerequisites.iter().chain(&rule.order_only).any(|name| self.may_be_built(rules, name, seen)),
            false => self.may_build(rules, rule, seen),
        })
    }
}

/// The goals that have a turn.
#[derive(Clone, Copy)]
pub(super) enum Goals<'i> {
    /// Every target that has a recipe.
    WithRecipe,
    /// Those that only have others made, too.
    All,
    /// Of all those that may build an image, or that are for images by their name.
    ForImages(&'i Images),
}

impl Goals<'_> {
    /// Whether a target is among them that has a recipe.
    pub fn has(self, rules: &Rules, rule: &Rule, target: &Text) -> bool {
        match self {
            Goals::WithRecipe | Goals::All => true,
            Goals::ForImages(images) => {
                is_for_images(&target.to_string()) || images.may_build(rules, rule, &mut BTreeSet::new())
            }
        }
    }

    /// Whether a target is among them that has none.
    pub fn gathers(self, rules: &Rules, target: &Text) -> bool {
        match self {
            Goals::WithRecipe => false,
            Goals::All => true,
            Goals::ForImages(images) => {
                is_for_images(&target.to_string()) || images.may_be_built(rules, target, &mut BTreeSet::new())
            }
        }
    }

    /// Whether what lies on the machine after a goal is asked for.
    pub fn keeps(self, target: &Text) -> bool {
        match self {
            Goals::WithRecipe => false,
            Goals::All => true,
            Goals::ForImages(_) => is_for_images(&target.to_string()),
        }
    }
}
