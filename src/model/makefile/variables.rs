//! Knows make's variables: who assigned them, in which flavor, which of them recipes see, and what two branches agree on.
//! Refuses to know what a value expands to.

use crate::model::value::{Text, Why};
use crate::source::Span;
use crate::syntax::makefile::Expression;
use foldhash::HashMap;
use std::sync::Arc;

/// What a variable expands to: text with symbols, or the reason why nobody can say.
pub type Expansion = Result<Text, Why>;

/// How a variable holds its value.
#[derive(Clone, PartialEq, Debug)]
pub enum Definition {
    /// Expanded on every use; `+=` adds pieces, which a space joins.
    Recursive(Vec<Expression>),
    /// Expanded when it was assigned.
    Simple(Expansion),
    /// One of several, depending on conditions that are not known here.
    Alternatives(Vec<Definition>),
    /// Not assigned in a file: whatever the environment or make itself says.
    Outside,
}

impl Definition {
    /// Certainly nothing, as written.
    pub fn is_empty(&self) -> bool {
        match self {
            Definition::Recursive(pieces) => pieces.iter().all(|piece| piece.text.is_empty()),
            Definition::Simple(value) => value.as_ref().is_ok_and(Text::is_empty),
            Definition::Alternatives(_) | Definition::Outside => false,
        }
    }
}

/// The strongest assignment that a variable has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Origin {
    /// `?=`: the caller's environment wins.
    Default,
    /// `=`, `:=` and the like in a file.
    File,
    /// `make NAME=value`.
    Caller,
    /// `override` in a file.
    Override,
}

/// Whether recipes see a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Export {
    /// Nothing was said: only what came from the environment is passed on.
    Unsaid,
    Yes,
    No,
    /// Depends on a condition that is not known here.
    Maybe,
}

impl Export {
    fn join(self, other: Export) -> Export {
        if self == other { self } else { Export::Maybe }
    }
}

/// A variable that a Makefile, or a file it includes, assigns.
#[derive(Clone, PartialEq, Debug)]
pub struct Variable {
    pub definition: Definition,
    pub origin: Origin,
    /// The assignments that its value may come from, each from its first modifier or name to its end.
    pub assignments: Vec<Span>,
}

/// All variables of a Makefile at one point of its reading. Two branches share what neither of them assigns.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Table {
    variables: Arc<HashMap<Arc<str>, Arc<Variable>>>,
    exports: Arc<HashMap<String, Export>>,
    /// A bare `export`, `.EXPORT_ALL_VARIABLES`.
    all: Option<Export>,
}

/// How many different values of one variable are kept side by side.
const ALTERNATIVES: usize = 6;

impl Table {
    /// What the files say of a variable.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name).map(|variable| &**variable)
    }

    /// As [`Table::get`], to be kept while the table changes.
    pub fn hold(&self, name: &str) -> Option<Arc<Variable>> {
        self.variables.get(name).cloned()
    }

    /// Of every variable that a file assigns, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(|name| &**name)
    }

    /// Every variable that a file assigns, by name.
    pub fn sorted(&self) -> Vec<(&str, &Variable)> {
        let mut all: Vec<_> = self.variables.iter().map(|(name, variable)| (&**name, &**variable)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }

    /// An assignment that leaves nothing of the ones before.
    pub fn set(&mut self, name: &str, definition: Definition, origin: Origin, span: Span) {
        let variable = Variable { definition, origin, assignments: vec![span] };
        let variables = Arc::make_mut(&mut self.variables);
        match variables.get_mut(name) {
            Some(before) => match Arc::get_mut(before) {
                Some(own) => *own = variable,
                None => *before = Arc::new(variable),
            },
            None => _ = variables.insert(name.into(), Arc::new(variable)),
        }
    }

    /// `?=`: gives a value where there is none.
    pub fn set_default(&mut self, name: &str, definition: Definition, span: Span) {
        match Arc::make_mut(&mut self.variables).get_mut(name).map(Arc::make_mut) {
            None => self.set(name, definition, Origin::Default, span),
            Some(variable) => {
                if let Definition::Alternatives(list) = &mut variable.definition
                    && let Some(missing) = list.iter_mut().find(|d| **d == Definition::Outside)
                {
                    *missing = definition;
                    variable.assignments.push(span);
                }
            }
        }
    }

    /// `+=`: `simple` is the value for variables that were assigned with `:=`, `recursive` for all others.
    pub fn append(&mut self, name: &str, simple: &Expansion, recursive: &Expression, origin: Origin, span: Span) {
        match Arc::make_mut(&mut self.variables).get_mut(name).map(Arc::make_mut) {
            Some(variable) => {
                variable.definition = append(&variable.definition, simple, recursive);
                if origin == Origin::Override {
                    variable.origin = origin;
                }
                variable.assignments.push(span);
            }
            None => self.set(name, Definition::Recursive(vec![recursive.clone()]), origin, span),
        }
    }

    /// `undefine`.
    pub fn remove(&mut self, name: &str) {
        Arc::make_mut(&mut self.variables).remove(name);
    }

    /// `export NAME` or `unexport NAME`.
    pub fn export(&mut self, name: &str, export: Export) {
        Arc::make_mut(&mut self.exports).insert(name.to_string(), export);
    }

    /// A bare `export` or `unexport`.
    pub fn export_all(&mut self, export: Export) {
        self.all = Some(export);
    }

    /// Whether recipes see a variable of this name.
    pub fn exported(&self, name: &str) -> Export {
        match (self.exports.get(name), self.all) {
            (Some(own), _) => *own,
            (None, Some(all)) if is_shell_name(name) => match all {
                Export::No => Export::Unsaid,
                all => all,
            },
            _ => Export::Unsaid,
        }
    }

    /// The names that `export` was given, assigned or not, in no order.
    pub fn export_names(&self) -> impl Iterator<Item = &str> {
        self.exports.keys().map(String::as_str)
    }

    /// What two branches leave: what differs is kept as alternatives.
    pub fn join(&self, other: &Table) -> Table {
        let mut out = self.clone();
        let own = self.variables.iter().map(|(name, a)| (name, Some(a), other.variables.get(name)));
        let others = other.variables.iter().filter(|(name, _)| !self.variables.contains_key(*name));
        for (name, a, b) in own.chain(others.map(|(name, b)| (name, None, Some(b)))) {
            let shared = a.zip(b).is_some_and(|(a, b)| Arc::ptr_eq(a, b));
            if shared || a == b {
                continue;
            }
            let either =
                |variable: Option<&Arc<Variable>>| variable.map_or(Definition::Outside, |v| v.definition.clone());
            let mut assignments: Vec<Span> = a.iter().flat_map(|v| v.assignments.clone()).collect();
            assignments.extend(b.iter().flat_map(|v| v.assignments.clone()));
            assignments.sort();
            assignments.dedup();
            let origin = a.into_iter().chain(b).map(|v| v.origin).min().unwrap_or(Origin::File);
            let definition = alternatives(&[either(a), either(b)]);
            let variable = Variable { definition, origin, assignments };
            Arc::make_mut(&mut out.variables).insert(name.clone(), Arc::new(variable));
        }
        for name in self.exports.keys().chain(other.exports.keys()) {
            let unsaid = |table: &Table| table.exports.get(name).copied().unwrap_or(Export::Unsaid);
            Arc::make_mut(&mut out.exports).insert(name.clone(), unsaid(self).join(unsaid(other)));
        }
        if self.all != other.all {
            out.all = Some(Export::Maybe);
        }
        out
    }
}

/// One definition out of several, without doubles.
pub fn alternatives(definitions: &[Definition]) -> Definition {
    let mut out: Vec<Definition> = Vec::new();
    for definition in definitions {
        let each = match definition {
            Definition::Alternatives(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        for definition in each {
            if !out.contains(definition) {
                out.push(definition.clone());
            }
        }
    }
    if out.len() > ALTERNATIVES {
        return Definition::Simple(Err(Why::new("it is set in many branches")));
    }
    if out.len() == 1 { out.swap_remove(0) } else { Definition::Alternatives(out) }
}

/// A definition with more behind it. What is empty brings no blank.
pub fn append(definition: &Definition, simple: &Expansion, recursive: &Expression) -> Definition {
    match definition {
        Definition::Recursive(pieces) => {
            let all = pieces.iter().chain([recursive]);
            Definition::Recursive(all.filter(|piece| !piece.text.is_empty()).cloned().collect())
        }
        Definition::Simple(before) => Definition::Simple(match (before, simple) {
            (Ok(before), Ok(after)) if before.is_empty() => Ok(after.clone()),
            (Ok(before), Ok(after)) if after.is_empty() => Ok(before.clone()),
            (Ok(before), Ok(after)) => Ok(before.clone().concat(&" ".into()).concat(after)),
            (Err(why), _) | (_, Err(why)) => Err(why.clone()),
        }),
        Definition::Alternatives(list) => {
            Definition::Alternatives(list.iter().map(|d| append(d, simple, recursive)).collect())
        }
        Definition::Outside => Definition::Recursive(vec![recursive.clone()]),
    }
}

/// make exports such names only: a shell could not use others.
pub fn is_shell_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Set in every environment, so that make passes its own value on without `export`.
pub fn is_always_set(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "USER" | "LOGNAME" | "PWD" | "TERM" | "LANG" | "SHLVL")
}

/// Read by go, or by what go starts.
pub fn is_read_by_go(name: &str) -> bool {
    name.starts_with("GO") || name.starts_with("CGO_") || matches!(name, "CC" | "CXX" | "AR" | "FC" | "PKG_CONFIG")
}

/// A name that environments usually know, so that a reference to it is not a slip.
pub fn is_environment(name: &str) -> bool {
    is_always_set(name)
        || is_read_by_go(name)
        || matches!(name, "CI" | "TMPDIR" | "EDITOR" | "VERSION" | "DESTDIR" | "PREFIX" | "OS" | "V" | "SUDO_USER")
        || ["GITHUB_", "XDG_", "DOCKER_", "AWS_", "KUBE", "LC_"].iter().any(|prefix| name.starts_with(prefix))
}
