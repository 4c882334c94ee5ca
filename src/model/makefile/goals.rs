//! Knows make as a command: what it finds in the realm that it runs in, which goals it makes, and which of them nothing makes.
//! Refuses to know how its arguments are written, and what recipes do.

use super::Make;
use super::include::INCLUDES;
use super::names;
use super::own::is_own;
use super::realm::{Asked, Realm};
use super::recipes::Run;
use super::rules::has_percent;
use super::variables::{Definition, Expansion, Origin};
use crate::model::files::Found;
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, MakeRun};
use crate::model::tri::Tri;
use crate::model::value::{Part, Relation, Text, Value, Why};
use crate::model::world::{Env, Rest, World};
use crate::source::Span;
use crate::syntax::makefile::Makefile;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many commands one make may run.
const COMMANDS: usize = 2_000;

/// One run of make.
#[derive(Clone)]
pub struct Call {
    pub document: Arc<Makefile>,
    /// The Makefile as make was given it or found it.
    pub name: String,
    /// Where make runs.
    pub directory: Path,
    /// `NAME=value`, from the makes that started this one too.
    pub variables: Vec<(String, Value, Span)>,
    /// In the order in which they are made; none for the first target.
    pub goals: Vec<Argument>,
    /// `--eval`: read before the Makefile.
    pub evals: Vec<Text>,
    /// `-I`: where else files to include are looked for.
    pub includes: Vec<Text>,
    /// `-B`: nothing counts as up to date.
    pub always: bool,
    /// `-e`: the environment wins over the file.
    pub environment: bool,
}

/// Runs make in a world: the recipes of its goals, prerequisites first.
pub fn run<'a>(shell: &mut Shell<'a>, world: &mut World, call: &Call) -> MakeRun {
    let mut make = Make::read_in(shell, world, call);
    let (env, cwd) = (world.env.clone(), std::mem::replace(&mut world.cwd, Ok(call.directory.clone())));
    let variables = std::mem::replace(&mut shell.make_variables, call.variables.clone());
    let place = shell.place.clone();
    let allowed = shell.commands_left.min(COMMANDS);
    let rest = shell.commands_left - allowed;
    shell.commands_left = allowed;
    let unknown = make.goals(shell, world, &call.goals);
    shell.commands_left += rest;
    (shell.make_variables, shell.place) = (variables, place);
    (world.env, world.cwd) = (env, cwd);
    make.summary(shell, call, unknown)
}

/// What a run of make on a person's machine can be told of before it runs: whether anything makes its first goal.
pub fn asked<'a>(shell: &mut Shell<'a>, world: &World, call: &Call) -> MakeRun {
    let written = |goal: &Argument| goal.value.expand().is_ok_and(|goal| is_written(shell, world, call, &goal));
    if call.goals.first().is_none_or(written) {
        let makefile = shell.sources.get(call.document.file).path.clone();
        return MakeRun { unknown: None, makefile, targets: Vec::new() };
    }
    let open = Rest::Unknown(Why::new("the caller's environment may set it"));
    let here = World { env: Env::new(open), cwd: Ok(call.directory.clone()), ..world.clone() };
    let make = Make::read_in(shell, &here, call);
    let nothing_makes = |goal: &&Argument| {
        goal.value.expand().is_ok_and(|target| matches!(make.plan(&names::bare(&target), &here), Plan::NoRule))
    };
    let unknown = call.goals.first().filter(nothing_makes).cloned();
    make.summary(shell, call, unknown)
}

/// Whether the Makefile, or one that it includes, names a goal under no condition, or one that it may be as far as it is known.
fn is_written(shell: &Shell, world: &World, call: &Call, goal: &Text) -> bool {
    let plain = |target: &str| !target.starts_with('.') && !target.contains(['%', '$', '\\', '*', '?', '[', '~', '(']);
    let may_be = |target: &str| plain(target) && Text::literal(target).compare(goal) != Relation::Different;
    let mut seen = BTreeSet::from([call.document.file]);
    let mut open = vec![call.document.clone()];
    while let Some(makefile) = open.pop() {
        let named = match goal.as_literal() {
            Some(goal) => makefile.names_target(goal),
            None => makefile.targets().any(may_be),
        };
        if named {
            return true;
        }
        for name in makefile.includes().take(INCLUDES) {
            let path = call.directory.join(&name.into());
            let origin = path.and_then(|path| world.files.origin(&path, shell.context));
            let included = origin.and_then(|origin| shell.sources.load(&origin));
            open.extend(included.filter(|id| seen.insert(*id)).map(|id| shell.sources.makefile(id)));
        }
    }
    false
}

/// What make does about one goal.
enum Plan {
    Make,
    /// A file that no rule speaks of.
    Nothing,
    NoRule,
    Unknown(Why),
}

impl<'a> Make<'a> {
    fn summary(&self, shell: &Shell<'a>, call: &Call, unknown: Option<Argument>) -> MakeRun {
        let rules = unknown.iter().flat_map(|_| self.state.rules.iter());
        let targets = rules.flat_map(|rule| &rule.targets).filter(|target| !has_percent(target));
        let targets: BTreeSet<String> = targets.filter_map(|target| target.as_literal().map(str::to_string)).collect();
        let makefile = shell.sources.get(call.document.file).path.clone();
        MakeRun { unknown, makefile, targets: targets.into_iter().collect() }
    }

    /// Reads a file as make does in a world; what an equal make has read is not read again.
    pub(super) fn read_in(shell: &Shell<'a>, world: &World, call: &Call) -> Make<'a> {
        let mut make = Make::new(shell.sources, None);
        let here = World { cwd: Ok(call.directory.clone()), ..world.clone() };
        make.realm = Some(Realm {
            world: here,
            context: shell.context,
            pwd: world.cwd.clone().map(|cwd| cwd.text().clone()),
            goals: call.goals.iter().filter_map(|goal| goal.value.expand().ok()).collect(),
            includes: call.includes.clone(),
            always: call.always,
            environment: call.environment,
            plain: call.variables.is_empty() && call.evals.is_empty() && !call.environment,
            asked: RefCell::default(),
        });
        if shell.sources.readings.recall(&mut make, call) {
            return make;
        }
        let write_down = |make: &mut Make, asked| make.realm.as_mut().and_then(|realm| realm.asked.replace(asked));
        write_down(&mut make, Some(Asked::default()));
        for (name, value, span) in &call.variables {
            let definition = match value.expand() {
                Ok(text) => Definition::Recursive(vec![make.unexpanded(&text, *span).into()]),
                Err(why) => Definition::Simple(Err(why)),
            };
            make.state.table.set(name, definition, Origin::Caller, *span);
        }
        make.state.makefiles.push(call.name.clone());
        make.including.push(shell.sources.get(call.document.file).path.clone());
        make.state.unread = call.document.another_makes || !call.document.errors.is_empty();
        for text in &call.evals {
            make.evaluate(text, Span::new(call.document.file, 0, 0));
        }
        make.items(&call.document.items);
        if let Some(asked) = write_down(&mut make, None) {
            shell.sources.readings.keep(&make, call, asked);
        }
        make
    }

    /// Makes every goal. Gives the one that certainly nothing makes, where make stops.
    pub(super) fn goals(&mut self, shell: &mut Shell<'a>, world: &mut World, goals: &[Argument]) -> Option<Argument> {
        let mut run = Run::of(shell);
        let wanted: Vec<(Option<&Argument>, Expansion)> = match goals {
            [] => vec![(None, self.default_goal())],
            goals => {
                goals.iter().map(|goal| (Some(goal), goal.value.expand().map(|goal| names::bare(&goal)))).collect()
            }
        };
        for (argument, target) in wanted {
            match target.as_ref().map_or_else(|why| Plan::Unknown(why.clone()), |target| self.plan(target, world)) {
                Plan::Make => self.prerequisite(&mut run, world, &target.unwrap_or_default(), true, 0),
                Plan::Nothing => {}
                Plan::NoRule => {
                    run.unseen(world, Why::new("make stops for want of a rule"));
                    return argument.cloned();
                }
                Plan::Unknown(why) => run.unseen(world, why),
            }
        }
        None
    }

    pub(super) fn default_goal(&mut self) -> Expansion {
        if self.state.table.get(".DEFAULT_GOAL").is_some() {
            let goal = self.variable(".DEFAULT_GOAL")?;
            if !goal.is_empty() {
                return Ok(goal);
            }
        }
        self.state.first.clone().unwrap_or_else(|| Err(Why::new("the Makefile has no target of its own")))
    }

    fn plan(&self, target: &Text, world: &World) -> Plan {
        let rules = &self.state.rules;
        if rules.naming(target).next().is_some() || !self.makers(rules, target, world).is_empty() {
            return Plan::Make;
        }
        if let Some(why) = self.hidden_maker(target) {
            return Plan::Unknown(why);
        }
        match self.lies(target, world) {
            Tri::Yes => Plan::Nothing,
            Tri::No if !self.built_in(target, world) && !self.searches() => Plan::NoRule,
            _ => Plan::Unknown(Why::new(format!("what makes `{target}` is not known"))),
        }
    }

    /// Why a target that no rule names may have one all the same.
    pub(super) fn hidden_maker(&self, target: &Text) -> Option<Why> {
        let state = &self.state;
        let undecided = |rule: &super::rules::Rule| {
            let pattern = |wanted: &Text| has_percent(wanted) && wanted.as_literal().is_none();
            rule.targets.iter().any(|wanted| pattern(wanted) || wanted.compare(target) == Relation::Undecided)
        };
        let pattern = |rule: &super::rules::Rule| rule.is_pattern() && rule.matches(target).is_some();
        if let Some(why) = &state.open {
            return Some(why.clone());
        }
        let open =
            state.unread || state.default_rule || state.rules.iter().any(|rule| undecided(rule) || pattern(rule));
        open.then(|| Why::new(format!("which rule makes `{target}` is not known")))
    }

    /// Whether a file or directory of that name is where make runs. What the repository does not have is taken to be absent.
    pub(super) fn lies(&self, target: &Text, world: &World) -> Tri {
        let (Some(realm), Some(path)) = (&self.realm, self.cwd().join(target)) else { return Tri::Unknown };
        match world.files.find(&path, realm.context) {
            Found::File { doubt: None, .. } | Found::Dir | Found::Exists => Tri::Yes,
            Found::Missing | Found::NotInCheckout { .. } => Tri::No,
            Found::Unknown(_) if world.files.lacks(&path, realm.context) => Tri::No,
            Found::File { .. } | Found::Unknown(_) => Tri::Unknown,
        }
    }

    /// `VPATH` and `vpath` let files lie elsewhere.
    pub(super) fn searches(&self) -> bool {
        let read = self.including.len() + self.documents.len();
        if let Some((before, known)) = self.searches.get()
            && before == read
        {
            return known;
        }
        let texts = self.including.iter().filter_map(|path| self.sources.load(path));
        let said = texts.chain(self.documents.iter().map(|d| d.file)).any(|id| {
            let text = &self.sources.get(id).text;
            text.contains("vpath") || text.contains("VPATH")
        });
        self.searches.set(Some((read, said)));
        said
    }

    /// Whether make runs the recipe of a target whose prerequisites have had their turn.
    pub(super) fn due(&self, run: &Run<'_, 'a>, target: &Text, prerequisites: &[Text], world: &World) -> Tri {
        let Some(realm) = &self.realm else { return Tri::Yes };
        if realm.always || self.state.phony.contains(target) || prerequisites.iter().any(|p| run.made.contains(p)) {
            return Tri::Yes;
        }
        // What was made lies there still, whatever else has run since.
        let was_made = || {
            let path = self.cwd().join(target);
            path.is_some_and(|path| world.files.find(&path, realm.context).file().is_some())
        };
        match (self.lies(target, world).is_yes() || was_made(), prerequisites) {
            (false, _) => Tri::Yes,
            (true, []) => Tri::No,
            (true, _) => Tri::Unknown,
        }
    }

    /// Whether make may have a rule of its own for what no rule has a recipe for.
    pub(super) fn may_be_built_in(&self, name: &Text, world: &World) -> bool {
        let plain = self.realm.is_some() && !self.state.phony.contains(name) && !lists_files(name);
        plain && (self.is_named(name) || !self.lies(name, world).is_yes()) && self.built_in(name, world)
    }

    /// A prerequisite that has no recipe: a target that only has others made, a file, or something that we do not see being made.
    pub(super) fn without_recipe(&self, run: &mut Run<'_, 'a>, name: &Text, own: &[Text], world: &mut World) {
        if self.realm.is_none() {
            return;
        }
        let named = self.is_named(name);
        if self.may_be_built_in(name, world) {
            run.unseen(world, Why::new(format!("one of make's own rules may make `{name}`")));
        } else if named {
            let lies = self.lies(name, world).is_yes() && !self.state.phony.contains(name);
            if !lies || own.iter().any(|own| run.made.contains(own)) {
                run.made.insert(name.clone());
            }
        } else if lists_files(name) {
            run.shell.trace.started.push(Err(Why::new(format!("which files `{name}` names is not known"))));
        } else if !self.lies(name, world).is_yes()
            && let Some(why) = self.hidden_maker(name)
        {
            run.unseen(world, why);
        }
    }

    /// A variable that no file assigns, in a realm: make's own, or the environment's.
    pub(super) fn in_realm(&mut self, name: &str) -> Expansion {
        let Some(realm) = &self.realm else { return Ok(Text::default()) };
        match name {
            "CURDIR" => return Ok(self.cwd().text().clone()),
            "PWD" => {
                if let Some(pwd) = self.pwd() {
                    return pwd;
                }
            }
            "MAKE" => return Ok("make".into()),
            "SHELL" => return Ok("/bin/sh".into()),
            "MAKEFILE_LIST" => return Ok(Text::literal(self.state.makefiles.join(" "))),
            "MAKECMDGOALS" => return Ok(super::expand::join_words(self.wanted_goals().unwrap_or_default())),
            "MAKEFLAGS" | "MFLAGS" if realm.plain => return Ok(Text::default()),
            "MAKEOVERRIDES" if realm.plain => return Ok(Text::default()),
            _ => {}
        }
        if let Some(why) = &self.state.open {
            return Err(why.clone());
        }
        if let Some(value) = self.environment_value(name) {
            return value;
        }
        match self.brought(name) {
            Some(own) => Ok(own.into()),
            None if self.state.posix && self.is_brought(name) => Err(Why::new("`.POSIX` decides what it is")),
            None if self.is_brought(name) || is_own(name) => Ok(Text::symbol(name)),
            None => Ok(Text::default()),
        }
    }
}

/// Functions of make that make other names of those in a list.
const RENAMING: &[&str] =
    &["addprefix", "addsuffix", "basename", "call", "foreach", "join", "notdir", "patsubst", "subst"];

/// What a command printed, such as `$(shell find . -name '*.go')`, or a pattern names: taken for files that are there. Not so where make
/// gives them other names: those may be targets.
fn lists_files(name: &Text) -> bool {
    let [Part::Symbol(symbol)] = name.parts() else { return false };
    let call = symbol.0.strip_prefix("$(").map(|call| call.split(' ').next().unwrap_or(call));
    call.is_some_and(|function| !RENAMING.contains(&function))
}

#[cfg(test)]
mod tests;
