//! Knows what GNU make makes of a Makefile: its variables, its rules, and what every recipe does.
//! Refuses to know shells and go. What the caller's environment or command line decides is a symbol, never a guess.

mod assign;
pub mod database;
mod environment;
mod evaluate;
mod expand;
mod functions;
mod goals;
mod images;
mod include;
mod lines;
mod machine;
mod makers;
mod memory;
mod names;
mod own;
mod parts;
mod read;
mod readings;
mod realm;
mod recipes;
pub mod rules;
pub mod slips;
mod unmade;
pub mod variables;

use super::files::Files;
use super::mounts::Mounts;
use super::parsed::Parsed;
use super::path::Path;
use super::shell::Shell;
use super::trace::{EventKind, Trace};
use super::value::{Text, Value, Why};
use crate::kind::MAKEFILES;
use crate::source::Span;
use crate::syntax::makefile::Makefile;
use expand::{Automatic, Scoped};
pub use goals::{Call, asked, run};
use images::Goals;
pub use images::{Builds, Images};
pub use machine::{Machine, all_ends, host_world, on_machine, speaks_of_images};
use memory::Memory;
pub use parts::Parts;
use read::State;
pub use readings::Readings;
use realm::Realm;
use rules::Rules;
use slips::Slip;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
pub use unmade::Unmade;
use variables::{Definition, Expansion, Export, Origin, Table};

/// What a Makefile does.
#[derive(Clone, Debug)]
pub struct Recipes {
    pub document: Arc<Makefile>,
    /// The files it includes, as far as the repository has them.
    pub included: Vec<Arc<Makefile>>,
    pub trace: Trace,
    /// The variables as they are when the last line was read.
    pub variables: BTreeMap<String, Known>,
    /// The same, as make holds them.
    table: Table,
    pub rules: Arc<Rules>,
    /// References that make expands to what nobody means.
    pub slips: BTreeSet<Slip>,
    /// Variables of single targets.
    pub target_variables: Vec<Arc<rules::TargetVariable>>,
    /// Other files may assign and export what this one does not: one of them could not be read, or this one is made to be included.
    pub open: bool,
    /// A recipe builds an image, or starts a make that may.
    pub builds_images: bool,
    /// A recipe names a Dockerfile of the checkout, or builds where one lies.
    pub finds_dockerfile: bool,
    /// Which rules certainly build none.
    pub images: Images,
    /// What make stops for want of.
    pub unmade: Vec<Unmade>,
    /// What recipes mount into containers of the images that they build.
    pub mounts: Mounts,
}

/// A variable after the last line.
#[derive(Clone, Debug)]
pub struct Known {
    pub value: Value,
    /// Each value that it may have, as far as they can be told: several where a condition that is not known decides.
    pub candidates: Vec<Text>,
    pub exported: Export,
    pub origin: Origin,
    /// The assignments that the value may come from.
    pub assignments: Vec<Span>,
}

/// Follows a Makefile: reads it, then runs the recipe of every target, each on a machine of its own.
pub fn follow(sources: &Parsed, document: Arc<Makefile>) -> Recipes {
    let mut make = Make::read(sources, &document);
    let context = make.context();
    let mut shell = Shell::new(sources, &context);
    make.run(&mut shell, Span::new(document.file, 0, 0), Goals::WithRecipe);
    let builds_images = shell.builds_images.tells(document.file);
    let finds_dockerfile = !shell.invocations.is_empty();
    let mounts = Mounts::told(&shell.invocations, &shell.container_runs);
    let trace = shell.trace;
    let unmade = make.unmade(&document, &trace);
    // What is never used is never expanded.
    let slips = make.slips.iter().cloned().collect();
    let variables = make.known();
    let State { rules, target_variables, open, table, .. } = make.state;
    let (included, images, open) = (make.documents, Images::of(document.file, make.images), open.is_some());
    Recipes {
        document,
        included,
        trace,
        variables,
        table,
        rules,
        slips,
        target_variables,
        open,
        builds_images,
        finds_dockerfile,
        images,
        unmade,
        mounts,
    }
}

impl Recipes {
    /// Whether `export` or `unexport` names a variable, assigned or not.
    pub fn exported(&self, name: &str) -> Export {
        self.table.exported(name)
    }

    /// Whether a place lies in a command that does nothing but show its words.
    pub fn only_shows(&self, place: Span) -> bool {
        self.trace.events.iter().any(|event| match &event.kind {
            EventKind::Command(run) => {
                let program = run.words.first().and_then(|word| word.value.as_literal());
                matches!(program, Some("echo" | "printf")) && event.span.contains(place)
            }
            _ => false,
        })
    }
}

/// make at work on one Makefile.
struct Make<'a> {
    sources: &'a Parsed<'a>,
    /// The directory of the checkout that make runs in, where it can be told.
    directory: Option<Path>,
    state: State,
    /// In a branch that may not be taken.
    maybe: bool,
    /// Names that were used and that nothing defines.
    undefined: BTreeSet<String>,
    /// References that expand to what nobody means, as often as they were expanded.
    slips: Vec<Slip>,
    /// Variables of the targets being made, the innermost last.
    scope: Vec<Scoped>,
    /// Variables of `foreach`.
    locals: Vec<(String, Expansion)>,
    /// Arguments of `call`.
    frames: Vec<Vec<Expansion>>,
    automatic: Option<Automatic>,
    /// How many frames have to be the same for what is being worked out to hold: none where `$@` was taken.
    reach: usize,
    /// How often a line was read, so that the state may be another.
    revision: usize,
    memory: Memory,
    /// Whether files may be looked for elsewhere, as so many texts say.
    searches: Cell<Option<(usize, bool)>>,
    /// Recursive variables being expanded.
    expanding: Vec<String>,
    /// What evaluated texts refer to by number.
    symbols: Vec<Text>,
    including: Vec<String>,
    documents: Vec<Arc<Makefile>>,
    realm: Option<Realm<'a>>,
    /// It runs on one machine that is known, where nobody set a variable.
    plain: bool,
    /// Settings of go that CI makes there.
    decided: Vec<&'static str>,
    /// Which of the rules that were run build images.
    images: BTreeMap<Span, Builds>,
    /// What lies on that machine after the goals of which that is asked.
    ends: Vec<(String, Files)>,
    included: usize,
    evaluating: usize,
    depth: usize,
    steps_left: usize,
    runs: usize,
}

impl<'a> Make<'a> {
    fn new(sources: &'a Parsed<'a>, directory: Option<Path>) -> Make<'a> {
        Make {
            sources,
            directory,
            state: State::default(),
            maybe: false,
            undefined: BTreeSet::new(),
            slips: Vec::new(),
            scope: Vec::new(),
            locals: Vec::new(),
            frames: Vec::new(),
            automatic: None,
            reach: usize::MAX,
            revision: 0,
            memory: Memory::default(),
            searches: Cell::new(None),
            expanding: Vec::new(),
            symbols: Vec::new(),
            including: Vec::new(),
            documents: Vec::new(),
            realm: None,
            plain: false,
            decided: Vec::new(),
            images: BTreeMap::new(),
            ends: Vec::new(),
            included: 0,
            evaluating: 0,
            depth: 0,
            steps_left: Make::budget(),
            runs: 0,
        }
    }

    /// Reads a file as make does on a machine of which nothing but the checkout is known.
    fn read(sources: &'a Parsed<'a>, document: &Makefile) -> Make<'a> {
        Make::beside(sources, document)
            .unwrap_or_else(|| {
                let path = &sources.get(document.file).path;
                let mut make = Make::new(sources, None);
                make.state.open = Some(Why::new(format!("`{path}` is included by other files, which may set it")));
                make
            })
            .reading(document)
    }

    /// make in the directory of the file that it is to read. `None` for `rules.mk` and `Makefile.common`, and for what a Makefile above
    /// includes: they are read from another directory, by a file that sets more.
    fn beside(sources: &'a Parsed<'a>, document: &Makefile) -> Option<Make<'a>> {
        let source = sources.get(document.file);
        let (directory, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let stands_alone = MAKEFILES.contains(&name) && !sources.parts.has(sources, document.file, directory);
        stands_alone.then(|| Make::new(sources, Some(Path::in_checkout(directory))))
    }

    fn reading(mut self, document: &Makefile) -> Make<'a> {
        let source = self.sources.get(document.file);
        self.state.makefiles.extend(source.path.rsplit('/').next().map(str::to_string));
        self.including.push(source.path.clone());
        self.items(&document.items);
        self
    }

    fn known(&mut self) -> BTreeMap<String, Known> {
        let table = self.state.table.clone();
        let mut out = BTreeMap::new();
        for (name, variable) in table.sorted() {
            let value = match self.variable(name) {
                Ok(text) => Value::Text(text),
                Err(why) => Value::Unknown(why),
            };
            let candidates = match &variable.definition {
                Definition::Alternatives(list) => list.iter().filter_map(|d| self.value_of(name, d).ok()).collect(),
                _ => value.expand().into_iter().collect(),
            };
            let exported = table.exported(name);
            let assignments = variable.assignments.clone();
            out.insert(name.to_string(), Known { value, candidates, exported, origin: variable.origin, assignments });
        }
        out
    }
}

#[cfg(test)]
mod tests;
