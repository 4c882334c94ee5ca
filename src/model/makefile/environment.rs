//! Knows the variables of targets, and what the shells of a recipe find in their environment.
//! Refuses to know what recipes do.

use super::Make;
use super::expand::Scoped;
use super::rules::{TargetVariable, has_percent, stem};
use super::variables::{Definition, Export, Origin, append, is_always_set, is_read_by_go, is_shell_name};
use crate::model::value::{Text, Value, Why};
use crate::model::world::{Rest, World};
use crate::source::Span;
use crate::syntax::makefile::Op;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What becomes of a variable in the environment of a recipe's shells; with the place that set it.
enum Passing {
    No,
    Yes(Option<Span>),
    /// Where make found it in its own environment.
    IfInherited(Option<Span>),
    /// Nobody can say.
    Maybe(Option<Span>),
}

impl Make<'_> {
    /// The variables that the file gives this target, pattern-specific ones first.
    pub(super) fn enter(&mut self, target: &Text) {
        let of_pattern = |v: &&Arc<TargetVariable>| has_percent(&v.target) && stem(&v.target, target).is_some();
        let of_target = |v: &&Arc<TargetVariable>| v.target == *target;
        // Of patterns the longest has the last word.
        let all = &self.state.target_variables;
        let mut fitting: Vec<Arc<TargetVariable>> = all.iter().filter(of_pattern).cloned().collect();
        fitting.sort_by_key(|variable| variable.target.size());
        fitting.extend(all.iter().filter(of_target).cloned());
        for variable in fitting {
            if !variable.overrides && self.state.table.get(&variable.name).is_some_and(|v| v.origin == Origin::Caller) {
                continue;
            }
            let definition = match variable.op {
                Op::Default if self.current(&variable.name, variable.span).is_some() => continue,
                Op::Append => {
                    let before = self.current(&variable.name, variable.span).unwrap_or(Definition::Outside);
                    let simple = self.expand_part(&variable.value, variable.value.part());
                    append(&before, &simple, &variable.value)
                }
                _ => variable.definition.clone(),
            };
            let export = match (variable.export, variable.unexport) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                _ => None,
            };
            let (name, private) = (variable.name.clone(), variable.private);
            self.scope.push(Scoped { name, definition, export, private, span: variable.span });
        }
    }

    fn current(&mut self, name: &str, span: Span) -> Option<Definition> {
        let scoped = self.scope.iter().rev().find(|scoped| scoped.name == name).map(|scoped| scoped.definition.clone());
        let known = scoped.or_else(|| self.state.table.get(name).map(|v| v.definition.clone()));
        known.or_else(|| self.inherited(name, span))
    }

    /// What the shells of a recipe find in their environment.
    pub(super) fn environment(&mut self, world: &mut World) {
        if !self.scope.is_empty() {
            self.pass_on(world);
            return;
        }
        if let Some((_, known)) = self.memory().environment.as_ref().filter(|(env, _)| env.is_untouched(&world.env)) {
            world.env = known.clone();
            return;
        }
        let before = world.env.clone();
        let ((), holds) = self.apart(|make| make.pass_on(world));
        if holds {
            self.memory().environment = Some((before, world.env.clone()));
        }
    }

    fn pass_on(&mut self, world: &mut World) {
        if let (Some(_), Some(why)) = (&self.realm, self.state.open.clone()) {
            // The file that is not read may assign and export what go reads.
            let held: Vec<String> = world.env.names().map(|(name, _)| name.clone()).collect();
            for name in held.iter().filter(|name| is_read_by_go(name)) {
                world.env.set(name, Value::Unknown(why.clone()), true, None);
            }
            world.env.rest = Rest::Unknown(why);
        }
        for (name, passing) in self.passed_on() {
            match passing {
                Passing::No => world.env.unset(&name),
                Passing::Yes(span) => self.put(world, &name, span),
                Passing::IfInherited(span) => {
                    if self.in_environment(&name).is_yes() {
                        self.put(world, &name, span);
                    } else if !self.in_environment(&name).is_no() {
                        let why = Why { span, ..Why::new(format!("whether make passes `{name}` on is not known")) };
                        world.env.set(&name, Value::Unknown(why), true, None);
                    }
                }
                Passing::Maybe(span) => {
                    let reason = format!("make passes `{name}` on only where the environment has it already");
                    let why = Why { span, ..Why::new(reason) };
                    world.env.set(&name, Value::Unknown(why), true, None);
                }
            }
        }
    }

    /// The variables about which make tells a recipe's shells something, by name.
    fn passed_on(&self) -> BTreeMap<String, Passing> {
        let (table, scope) = (&self.state.table, &self.scope);
        let names = table.names().chain(table.export_names()).chain(scope.iter().map(|scoped| scoped.name.as_str()));
        let passing = |name: &str| {
            let mut own = scope.iter().rev().filter(|scoped| scoped.name == *name).peekable();
            let scoped = own.peek().map(|scoped| scoped.span);
            let export = match own.find_map(|scoped| scoped.export) {
                Some(true) => Export::Yes,
                Some(false) => Export::No,
                None => table.exported(name),
            };
            let variable = table.get(name);
            let span = scoped.or(variable.and_then(|v| v.assignments.last().copied()));
            let assigned = scoped.is_some() || variable.is_some();
            match export {
                Export::No => Some(Passing::No),
                Export::Yes if assigned => Some(Passing::Yes(span)),
                _ if variable.is_some_and(|v| v.origin == Origin::Caller) => Some(Passing::Yes(span)),
                Export::Unsaid if self.realm.is_some() => {
                    (assigned && !self.in_environment(name).is_no()).then_some(Passing::IfInherited(span))
                }
                Export::Unsaid if self.plain && !is_always_set(name) => None,
                Export::Unsaid if assigned && is_always_set(name) => Some(Passing::Yes(span)),
                Export::Unsaid | Export::Maybe if assigned && (is_read_by_go(name) || export == Export::Maybe) => {
                    Some(Passing::Maybe(span))
                }
                _ => None,
            }
        };
        let told = names.filter_map(|name| Some((name, passing(name)?)));
        told.filter(|(name, _)| is_shell_name(name) && *name != "SHELL")
            .map(|(name, p)| (name.to_string(), p))
            .collect()
    }

    fn put(&mut self, world: &mut World, name: &str, span: Option<Span>) {
        let value = match self.variable(name) {
            Ok(text) => Value::Text(text),
            Err(why) => Value::Unknown(Why { span: why.span.or(span), ..why }),
        };
        world.env.set(name, value, true, span);
    }
}
