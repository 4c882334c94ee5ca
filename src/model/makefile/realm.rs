//! Knows the world that a make runs in as a command: what it asks there for its variables, names and files, and what it asked while it
//! read its Makefile.
//! Refuses to know what it makes of the answers.

use super::Make;
use super::variables::Expansion;
use crate::model::files::{Context, Found};
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::{Part, Text, Value};
use crate::model::world::World;
use crate::source::Span;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Where make runs as a command.
pub(super) struct Realm<'a> {
    /// The world as make finds it; `cwd` is where make runs.
    pub world: World,
    pub context: &'a dyn Context,
    /// What the shell that started make exports as PWD.
    pub pwd: Expansion,
    pub goals: Vec<Text>,
    pub includes: Vec<Text>,
    pub always: bool,
    pub environment: bool,
    /// It was given no variables.
    pub plain: bool,
    /// What was asked, while that is written down.
    pub asked: RefCell<Option<Asked>>,
}

/// Questions to a realm, with its answers.
#[derive(Debug, Default)]
pub(super) struct Asked {
    environment: BTreeMap<String, Tri>,
    values: BTreeMap<String, Value>,
    goals: Option<Vec<Text>>,
    pwd: Option<Option<Expansion>>,
    found: BTreeMap<Text, Tri>,
    files: BTreeMap<Path, Option<String>>,
    directories: BTreeMap<Path, Option<String>>,
    printed: BTreeMap<(Text, Span), Expansion>,
}

impl Asked {
    /// What a command prints.
    pub fn printed(&mut self, command: &Text, span: Span, output: &Expansion) {
        self.printed.insert((command.clone(), span), output.clone());
    }

    /// Whether another make's realm answers all of it the same way.
    pub fn holds(&self, make: &mut Make) -> bool {
        fn same<K, V: PartialEq>(known: &BTreeMap<K, V>, mut ask: impl FnMut(&K) -> V) -> bool {
            known.iter().all(|(question, answer)| ask(question) == *answer)
        }
        self.goals.as_ref().is_none_or(|goals| make.realm.as_ref().is_some_and(|realm| realm.goals == *goals))
            && self.pwd.as_ref().is_none_or(|pwd| make.pwd() == *pwd)
            && same(&self.environment, |name| make.in_environment(name))
            && same(&self.values, |name| make.exported(name))
            && same(&self.files, |path| make.file_at(path))
            && same(&self.directories, |path| make.checkout_dir(path))
            && same(&self.found, |name| make.has(name))
            && same(&self.printed, |(command, span)| make.print(command, *span))
    }
}

impl Realm<'_> {
    pub fn note(&self, write: impl FnOnce(&mut Asked)) {
        if let Some(asked) = self.asked.borrow_mut().as_mut() {
            write(asked);
        }
    }

    fn has(&self, path: &Path) -> Tri {
        match self.world.files.find(path, self.context) {
            Found::File { doubt: None, .. } | Found::Dir | Found::Exists => Tri::Yes,
            Found::Missing => Tri::No,
            Found::File { .. } | Found::NotInCheckout { .. } | Found::Unknown(_) => Tri::Unknown,
        }
    }

    fn holds(&self, name: &str) -> Tri {
        match self.world.env.exported(name) {
            Value::Unset => Tri::No,
            // An ARG without a default is set only where the caller gives it.
            Value::Text(text) if matches!(text.parts(), [Part::Symbol(_)]) => {
                let argument = self.world.env.binding(name).is_some_and(|binding| binding.argument);
                if argument && !name.starts_with("TARGET") && !name.starts_with("BUILD") {
                    Tri::Unknown
                } else {
                    Tri::Yes
                }
            }
            Value::Text(_) => Tri::Yes,
            Value::Unknown(_) => Tri::Unknown,
        }
    }
}

impl Make<'_> {
    /// Whether the environment that make finds has a variable.
    pub(super) fn in_environment(&self, name: &str) -> Tri {
        let Some(realm) = &self.realm else { return Tri::No };
        let answer = realm.holds(name);
        realm.note(|asked| {
            asked.environment.insert(name.to_string(), answer);
        });
        answer
    }

    /// What the environment that make finds holds.
    pub(super) fn exported(&self, name: &str) -> Value {
        let Some(realm) = &self.realm else { return Value::Unset };
        let answer = realm.world.env.exported(name);
        realm.note(|asked| {
            asked.values.insert(name.to_string(), answer.clone());
        });
        answer
    }

    /// The PWD that the shell brings which started make, where nothing else sets it.
    pub(super) fn pwd(&self) -> Option<Expansion> {
        let realm = self.realm.as_ref()?;
        let answer = realm.world.env.binding("PWD").is_none().then(|| realm.pwd.clone());
        realm.note(|asked| asked.pwd = Some(answer.clone()));
        answer
    }

    /// Whether make finds something under a name. In the checkout others may have put it there, so that it is never certainly absent.
    pub(super) fn has(&self, name: &Text) -> Tri {
        let Some(path) = self.cwd().join(name) else { return Tri::Unknown };
        let Some(realm) = &self.realm else {
            let entry = path.checkout_path().and_then(|path| self.sources.checkout().entry(&path));
            return entry.map_or(Tri::Unknown, |_| Tri::Yes);
        };
        let answer = realm.has(&path);
        realm.note(|asked| {
            asked.found.insert(name.clone(), answer);
        });
        answer
    }

    /// The checkout's file at a path.
    pub(super) fn file_at(&self, path: &Path) -> Option<String> {
        let Some(realm) = &self.realm else { return path.checkout_path() };
        let answer = realm.world.files.origin(path, realm.context);
        realm.note(|asked| {
            asked.files.insert(path.clone(), answer.clone());
        });
        answer
    }

    /// The checkout's directory at a path.
    pub(super) fn checkout_dir(&self, path: &Path) -> Option<String> {
        let Some(realm) = &self.realm else { return path.checkout_path() };
        let answer = realm.world.files.checkout_dir(path);
        realm.note(|asked| {
            asked.directories.insert(path.clone(), answer.clone());
        });
        answer
    }

    /// What make was asked for.
    pub(super) fn wanted_goals(&self) -> Option<&[Text]> {
        let realm = self.realm.as_ref()?;
        realm.note(|asked| asked.goals = Some(realm.goals.clone()));
        Some(&realm.goals)
    }
}
