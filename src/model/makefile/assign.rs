//! Knows what the lines do that assign, `undefine` and `export` variables, for the file and for single targets.
//! Refuses to know what a value expands to.

use super::Make;
use super::rules::TargetVariable;
use super::variables::{Definition, Export, Origin, alternatives, append, is_always_set, is_read_by_go};
use crate::model::tri::Tri;
use crate::model::value::{Text, Why};
use crate::source::Span;
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{Expression, Op, Variable};
use std::sync::Arc;

impl Make<'_> {
    pub(super) fn assign(&mut self, variable: &Variable) {
        let Some(name) = self.literal(&variable.name) else { return };
        if let Some(targets) = &variable.targets {
            self.assign_for_targets(variable, &name, targets);
            return;
        }
        let export = match (variable.export, variable.unexport) {
            (true, _) => Some(Export::Yes),
            (_, true) => Some(Export::No),
            _ => None,
        };
        if let Some(export) = export {
            self.state.table.export(&name, export);
        }
        let origin = if variable.overrides { Origin::Override } else { Origin::File };
        if self.state.table.get(&name).is_some_and(|v| v.origin > Origin::File) && !variable.overrides {
            return;
        }
        let environment = self.realm.as_ref().is_some_and(|realm| realm.environment) && !variable.overrides;
        match environment.then(|| self.in_environment(&name)) {
            Some(Tri::Yes) => return,
            Some(Tri::Unknown) => {
                let why = Why::at(format!("whether the environment has `{name}` is not known"), variable.span);
                self.state.table.set(&name, Definition::Simple(Err(why)), origin, variable.span);
                return;
            }
            Some(Tri::No) | None => {}
        }
        match variable.op {
            Op::Append => {
                let value = Expression::from(variable.value.clone());
                let read = is_read_by_go(&name) && !self.plain;
                let caller = self.realm.is_none() && (is_always_set(&name) || read);
                if self.state.table.get(&name).is_none() {
                    let before = match self.brought(&name) {
                        // What the environment holds stays in front.
                        None if caller => {
                            let held = self.unexpanded(&Text::symbol(name.as_str()), variable.span);
                            Some(Definition::Recursive(vec![held.into()]))
                        }
                        _ => self.inherited(&name, variable.span),
                    };
                    if let Some(before) = before {
                        let definition = append(&before, &self.expand_part(&value, value.part()), &value);
                        self.state.table.set(&name, definition, origin, variable.span);
                        return;
                    }
                }
                let simple = self.expand_part(&value, value.part());
                self.state.table.append(&name, &simple, &value, origin, variable.span);
            }
            Op::Default => {
                let definition = Definition::Recursive(vec![variable.value.clone().into()]);
                match (self.state.table.get(&name), self.in_environment(&name)) {
                    (None, Tri::Yes) => {}
                    // make's own value is there already.
                    (None, _) if self.is_brought(&name) => {}
                    (None, Tri::Unknown) => {
                        let either = alternatives(&[Definition::Outside, definition]);
                        self.state.table.set(&name, either, Origin::Default, variable.span);
                    }
                    _ => self.state.table.set_default(&name, definition, variable.span),
                }
            }
            op => {
                let definition = self.definition(op, &variable.value);
                if name == ".DEFAULT_GOAL" && definition.is_empty() {
                    // The next target is the first again.
                    let undecided = || Err(Why::at("a condition decides which target is the first", variable.span));
                    self.state.first = self.maybe.then(undecided);
                }
                self.state.table.set(&name, definition, origin, variable.span);
            }
        }
    }

    pub(super) fn undefine(&mut self, name: &Folded, overrides: bool, span: Span) {
        let Some(name) = self.literal(name) else { return };
        if self.state.table.get(&name).is_some_and(|v| v.origin > Origin::File) && !overrides {
            return;
        }
        if self.in_environment(&name).is_no() && !self.is_brought(&name) {
            self.state.table.remove(&name);
        } else {
            let gone = Definition::Simple(Err(Why::at("it is undefined here", span)));
            self.state.table.set(&name, gone, Origin::File, span);
        }
    }

    fn definition(&mut self, op: Op, value: &Folded) -> Definition {
        match op {
            Op::Simple | Op::Immediate => Definition::Simple(self.expand(value)),
            Op::Shell => {
                let output = self.expand(value).and_then(|command| self.shell_output(&command, value.whole()));
                match output {
                    Ok(text) => Definition::Recursive(vec![self.unexpanded(&text, value.whole()).into()]),
                    Err(why) => Definition::Simple(Err(why)),
                }
            }
            Op::Recursive | Op::Default | Op::Append => Definition::Recursive(vec![value.clone().into()]),
        }
    }

    fn assign_for_targets(&mut self, variable: &Variable, name: &str, targets: &Folded) {
        let Ok(targets) = self.expand(targets).map(|targets| self.file_names(&targets)) else { return };
        let definition = match self.maybe {
            true => Definition::Simple(Err(Why::at("it is set only under a condition", variable.span))),
            false => self.definition(variable.op, &variable.value),
        };
        for target in targets {
            self.state.target_variables.push(Arc::new(TargetVariable {
                target,
                name: name.to_string(),
                op: variable.op,
                definition: definition.clone(),
                value: variable.value.clone().into(),
                export: variable.export,
                unexport: variable.unexport,
                private: variable.private,
                overrides: variable.overrides,
                span: variable.span,
            }));
        }
    }

    pub(super) fn export(&mut self, names: &[Folded], undo: bool) {
        let export = if undo { Export::No } else { Export::Yes };
        if names.is_empty() {
            self.state.table.export_all(export);
        }
        for name in names {
            match self.expand(name) {
                Ok(text) if text.as_literal().is_some() => {
                    for name in text.words() {
                        self.state.table.export(&name.to_string(), export);
                    }
                }
                _ => self.state.table.export_all(Export::Maybe),
            }
        }
    }
}
