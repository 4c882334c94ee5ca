//! Knows how make runs recipes: prerequisites first, one shell a line.
//! Refuses to know what the commands do, what their environment holds, and which prerequisites are up to date: each is taken to be made anew.

use super::Make;
use super::expand::{Automatic, Scoped};
use super::images::Goals;
use super::lines::{prefix_length, script, shells};
use super::machine::anybody;
use super::names::is_suffix_rule;
use super::rules::{Match, Rule, Step, fill};
use crate::model::context::HostContext;
use crate::model::files::Tree;
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Event, EventKind, Hop, HopId, HopKind, Place};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::{Env, Rest, World};
use crate::source::Span;
use crate::syntax::fold::Folded;
use foldhash::HashSet;

/// How deep prerequisites are followed, how many recipes run for others' sake, and how many names of one rule are made.
const DEPTH: usize = 8;
pub(super) const RUNS: usize = 2_000;
const RUNS_IN_REALM: usize = 200;
const NAMES: usize = 16;

impl<'a> Make<'a> {
    pub(super) fn context(&self) -> HostContext<'a> {
        HostContext { checkout: self.sources.checkout() }
    }

    /// The realm that make runs in, else a machine: a checkout, the caller's environment, and nothing else that is known.
    pub(super) fn world(&self) -> World {
        if let Some(realm) = &self.realm {
            return realm.world.clone();
        }
        if self.plain {
            return self.plain_world();
        }
        let rest = match &self.state.open {
            Some(why) => Rest::Unknown(why.clone()),
            None => Rest::Caller,
        };
        anybody(Env::new(rest), self.cwd())
    }

    /// Runs goals, each on a machine of its own.
    pub(super) fn run(&mut self, shell: &mut Shell<'a>, start: Span, goals: Goals) {
        let place = shell.place.clone();
        let hop =
            shell.trace.hop(Hop { kind: HopKind::FromContext, span: start, path: self.cwd(), place, previous: None });
        let rules = self.state.rules.clone();
        let fresh = self.checkout_world(hop);
        for rule in rules.iter().filter(|rule| !rule.recipe.is_empty()) {
            let suffixes = |target: &Text| target.as_literal().is_some_and(|t| is_suffix_rule(t, &self.state.suffixes));
            if rule.prerequisites.is_empty() && rule.targets.iter().any(suffixes) {
                let why = "which files a rule for suffixes makes is not known";
                shell.trace.started.push(Err(Why::at(why, rule.span)));
                continue;
            }
            for target in names(rule).into_iter().filter(|target| goals.has(rule, target)) {
                let mut world = fresh.clone();
                shell.goal = target.to_string();
                let before = std::mem::take(&mut shell.builds_images);
                let mut run = Run::fresh(shell);
                let makers = self.makers(&rules, &target, &world);
                let alone = matches!(makers.as_slice(), [only] if std::ptr::eq(only.rule, rule.as_ref()));
                match alone {
                    true => self.goal(&mut run, &mut world, &target, &makers[0]),
                    false => {
                        run.begin(&target);
                        let own = rule.matches(&target).unwrap_or(Match { rule, stem: Text::symbol("$*") });
                        self.target(&mut run, &mut world, &target, &own, 0);
                    }
                }
                if shell.commands_left == 0 || self.runs >= RUNS {
                    shell.builds_images.add(Tri::Unknown);
                }
                self.images.entry(rule.span).or_default().join(&shell.builds_images);
                shell.builds_images.join(&before);
                if goals.keeps(&target) {
                    self.ends.push((target.to_string(), world.files));
                }
            }
        }
        if !matches!(goals, Goals::WithRecipe) {
            self.gather(shell, &fresh, goals);
        }
    }

    /// Goals without a recipe, which only have others made.
    fn gather(&mut self, shell: &mut Shell<'a>, fresh: &World, goals: Goals) {
        let rules = self.state.rules.clone();
        for rule in rules.iter().filter(|rule| rule.recipe.is_empty() && !rule.is_pattern()) {
            for target in rule.targets.iter().take(NAMES).filter(|target| goals.gathers(target)) {
                let mut world = fresh.clone();
                if !self.makers(&rules, target, &world).is_empty() {
                    continue;
                }
                shell.goal = target.to_string();
                self.needed(&mut Run::fresh(shell), &mut world, target, false, 0);
                if goals.keeps(target) {
                    self.ends.push((target.to_string(), world.files));
                }
            }
        }
    }

    fn checkout_world(&self, hop: HopId) -> World {
        let mut world = self.world();
        if let Some(directory) = &self.directory {
            let tree = Tree { directory: String::new(), context: Some(String::new()), hop };
            world.files.put_tree(&Path::in_checkout(""), tree);
            world.files.make_dir(directory);
        }
        world
    }

    pub(super) fn target(
        &mut self,
        run: &mut Run<'_, 'a>,
        world: &mut World,
        target: &Text,
        own: &Match,
        depth: usize,
    ) {
        let outer = self.scope.len();
        self.enter(target);
        let inherited = self.scope.iter().any(|scoped| !scoped.private);
        let (prerequisites, order_only) = self.wanted(target, own);
        for prerequisite in prerequisites.iter().chain(&order_only) {
            self.needed(run, world, prerequisite, inherited, depth + 1);
        }
        let due = match own.rule.double_colon && prerequisites.is_empty() {
            true => Tri::Yes,
            false => self.due(run, target, &prerequisites, world),
        };
        let stem = match own.rule.is_pattern() || own.rule.static_pattern.is_some() {
            true => own.stem.clone(),
            false => self.state.suffixes.strip(target).unwrap_or_default(),
        };
        let prerequisites = self.searched(run, prerequisites, world);
        self.automatic = Some(Automatic { target: target.clone(), prerequisites, order_only, stem });
        match due {
            Tri::Yes => {
                run.made.insert(target.clone());
                if own.rule.is_pattern() && own.rule.targets.len() > 1 {
                    // One run of the recipe makes them all.
                    let made: Vec<Text> = own.rule.targets.iter().map(|pattern| fill(pattern, &own.stem)).collect();
                    run.done.extend(made.iter().cloned());
                    run.made.extend(made);
                }
                self.recipe(run, world, target, own.rule);
            }
            Tri::No => {}
            Tri::Unknown => {
                let mut copy = world.clone();
                let from = run.shell.trace.started.len();
                self.recipe(run, &mut copy, target, own.rule);
                run.doubt(from, "whether its target is up to date is not known");
                *world = world.join(&copy);
            }
        }
        self.automatic = None;
        self.scope.truncate(outer);
    }

    pub(super) fn prerequisite(
        &mut self,
        run: &mut Run<'_, 'a>,
        world: &mut World,
        name: &Text,
        scoped: bool,
        depth: usize,
    ) {
        if !run.begin(name) {
            return;
        }
        self.make(run, world, name, scoped, depth);
        run.pending.pop();
    }

    fn make(&mut self, run: &mut Run<'_, 'a>, world: &mut World, name: &Text, scoped: bool, depth: usize) {
        let rules = self.state.rules.clone();
        let makers = self.makers(&rules, name, world);
        if makers.is_empty() {
            // No recipe, but perhaps prerequisites of its own.
            let next: Vec<Text> = rules
                .naming(name)
                .filter(|r| r.recipe.is_empty())
                .flat_map(|r| r.prerequisites.iter().chain(&r.order_only).cloned())
                .collect();
            if self.may_be_built_in(name, world) {
                run.unseen(world, Why::new(format!("one of make's own rules may make `{name}`")));
            }
            let outer = self.scope.len();
            self.enter(name);
            let scoped = scoped || self.scope[outer..].iter().any(|variable| !variable.private);
            for prerequisite in next.iter().filter(|_| depth < DEPTH) {
                self.needed(run, world, prerequisite, scoped, depth + 1);
            }
            self.scope.truncate(outer);
            self.without_recipe(run, name, &next, world);
            return;
        }
        let most = if self.realm.is_some() { RUNS_IN_REALM } else { RUNS };
        if depth >= DEPTH || self.runs >= most {
            run.cut |= depth >= DEPTH;
            run.unseen(world, Why::new(format!("`{name}` is made first, which is not followed")));
            return;
        }
        self.runs += 1;
        // Private variables are not for prerequisites.
        let hidden: Vec<Scoped> = self.scope.clone();
        self.scope.retain(|variable| !variable.private);
        let outer = self.automatic.take();
        let (seen, started) = (run.shell.trace.events.len(), run.shell.trace.started.len());
        let mut ends: Vec<World> = Vec::new();
        // Double-colon rules run one after the other; of others one is the target's.
        let each = makers.iter().all(|maker| maker.rule.double_colon && !maker.rule.maybe);
        if makers.len() > 1 {
            run.road = None;
        }
        for maker in &makers {
            let mut copy = if each { ends.pop().unwrap_or_else(|| world.clone()) } else { world.clone() };
            self.target(run, &mut copy, name, maker, depth);
            ends.push(copy);
        }
        if makers.len() > 1 && !each {
            run.doubt(started, "which rule makes it is not known");
        }
        // The target has its own turn; what it does under another's variables is news.
        if !scoped && self.realm.is_none() && !self.plain {
            run.shell.trace.events.truncate(seen);
            run.shell.trace.started.truncate(started);
        }
        self.automatic = outer;
        self.scope = hidden;
        world.end_as(ends);
    }

    fn recipe(&mut self, run: &mut Run<'_, 'a>, world: &mut World, target: &Text, rule: &Rule) {
        let outer = world.env.clone();
        self.environment(world);
        self.shells(run, world, target, rule);
        world.env = outer;
    }

    fn shells(&mut self, run: &mut Run<'_, 'a>, world: &mut World, target: &Text, rule: &Rule) {
        // A shell that a condition decides, or that holds the caller's PATH, is taken for one that we can read.
        let shell = self.variable("SHELL").ok().and_then(|text| text.as_literal().map(str::to_string));
        let posix = ["sh", "bash", "dash", "ash", "zsh", "ksh"];
        let is_posix = |word: &str| posix.contains(&word.rsplit('/').next().unwrap_or(word));
        if shell.is_some_and(|shell| !shell.split_whitespace().any(is_posix)) {
            run.unseen(world, Why::at("the recipe's shell is not followed", rule.span));
            return;
        }
        let mut line = 0;
        if self.state.one_shell {
            self.one_shell(run, world, target, rule);
            return;
        }
        self.steps(run, world, target, &rule.recipe, &mut line);
    }

    fn steps(&mut self, run: &mut Run<'_, 'a>, world: &mut World, target: &Text, steps: &[Step], line: &mut usize) {
        for step in steps {
            match step {
                Step::Line(recipe) => {
                    let (text, holes) = self.fold_from(recipe, Vec::new());
                    let before = std::mem::take(&mut run.shell.builds_images);
                    for text in shells(&text) {
                        start(run, world, target, &text, &holes, *line);
                        *line += 1;
                    }
                    if self.realm.is_none() && !self.plain {
                        run.shell.builds_images.settle(|| self.may_build(&recipe.text));
                    }
                    run.shell.builds_images.join(&before);
                }
                Step::Either(branches) => {
                    let mut ends = Vec::new();
                    let from = run.shell.trace.started.len();
                    for branch in branches {
                        let mut copy = world.clone();
                        self.steps(run, &mut copy, target, branch, line);
                        ends.push(copy);
                    }
                    run.doubt(from, "a condition decides whether it runs");
                    world.end_as(ends);
                }
            }
        }
    }

    /// `.ONESHELL`: all lines in one shell. Lines of an undecided condition are left out.
    fn one_shell(&mut self, run: &mut Run<'_, 'a>, world: &mut World, target: &Text, rule: &Rule) {
        let (mut all, mut holes): (Option<Folded>, Vec<Value>) = (None, Vec::new());
        for step in &rule.recipe {
            let Step::Line(recipe) = step else { continue };
            let (text, own) = self.fold_from(recipe, holes);
            holes = own;
            let from = prefix_length(&text.text);
            match &mut all {
                None => all = Some(text.slice(from..text.text.len())),
                Some(all) => {
                    all.push_for("\n", recipe.span.range().start..recipe.span.range().start);
                    all.append(&text, from..text.text.len());
                }
            }
        }
        if let Some(all) = all {
            start(run, world, target, &all, &holes, 0);
        }
    }
}

/// One top-level target on its machine.
pub(super) struct Run<'s, 'a> {
    pub shell: &'s mut Shell<'a>,
    /// Targets whose turn has come.
    pub done: HashSet<Text>,
    /// Targets that were made anew.
    pub made: HashSet<Text>,
    /// Of the targets whose turn has come those that wait for their prerequisites, each for the one behind it.
    pub pending: Vec<Text>,
    /// The outermost of them that something behind it needs in its turn, by its number.
    pub circular: usize,
    /// Prerequisites were too deep to be followed.
    pub cut: bool,
    /// What has been made on the fresh machine so far, where nothing else has been done to it.
    pub road: Option<Vec<Text>>,
}

impl<'s, 'a> Run<'s, 'a> {
    /// On a machine where nothing has been done yet.
    pub fn fresh(shell: &'s mut Shell<'a>) -> Run<'s, 'a> {
        Run { road: Some(Vec::new()), ..Run::of(shell) }
    }

    pub fn of(shell: &'s mut Shell<'a>) -> Run<'s, 'a> {
        let (done, made, pending) = (HashSet::default(), HashSet::default(), Vec::new());
        Run { shell, done, made, pending, circular: usize::MAX, cut: false, road: None }
    }

    /// A target has its turn, unless it had it already.
    pub fn begin(&mut self, target: &Text) -> bool {
        let new = self.done.insert(target.clone());
        if new {
            self.pending.push(target.clone());
        } else if let Some(at) = self.pending.iter().position(|pending| pending == target) {
            self.circular = self.circular.min(at);
        }
        new
    }

    /// Something happens that is not seen.
    pub fn unseen(&mut self, world: &mut World, why: Why) {
        self.shell.trace.started.push(Err(why.clone()));
        world.files.taint(&Path::root(), why);
    }

    /// Takes back what was said of the shells that were started since.
    fn doubt(&mut self, from: usize, reason: &str) {
        for started in &mut self.shell.trace.started[from..] {
            *started = Err(Why::new(reason));
        }
    }
}

fn start(run: &mut Run<'_, '_>, world: &mut World, target: &Text, text: &Folded, holes: &[Value], line: usize) {
    if let Place::Recipe { .. } = run.shell.place {
        run.shell.place = Place::Recipe { target: target.to_string().into(), line };
    }
    run.shell.trace.started.push(script(&text.text, holes));
    run.shell.holes = holes.to_vec();
    let from = run.shell.trace.events.len();
    run.shell.start(world, text);
    if run.shell.place.stage().is_none() {
        // A make that stops in the middle of a line, or of a loop, ends nothing.
        let failed = run.shell.failure.as_ref().map(|failure| failure.span);
        let stops = |event: &Event| matches!(&event.kind, EventKind::Make(made) if made.unknown.is_some());
        let behind = run.shell.trace.events.split_off(from);
        let counts = behind.into_iter().filter(|event| !stops(event) || Some(event.span) == failed);
        run.shell.trace.events.extend(counts);
    }
}

/// The targets for which a rule is run: all of them only where its recipe asks which one it is.
fn names(rule: &Rule) -> Vec<Text> {
    let all = if rule.targets.is_empty() { return Vec::new() } else { &rule.targets };
    if rule.is_pattern() {
        return all.iter().take(1).map(|pattern| fill(pattern, &Text::symbol("$*"))).collect();
    }
    let most = if asks_for_target(&rule.recipe) || rule.static_pattern.is_some() { NAMES } else { 1 };
    all.iter().take(most).cloned().collect()
}

fn asks_for_target(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Line(line) => line.text.text.split('$').skip(1).any(|behind| {
            let name = behind.strip_prefix(['(', '{']).unwrap_or(behind);
            name.starts_with(['@', '*'])
        }),
        Step::Either(branches) => branches.iter().any(|steps| asks_for_target(steps)),
    })
}
