//! Knows the variables that make itself brings, what the environment adds to them, and `origin` and `flavor` of each.
//! Refuses to know what the files assign.

use super::Make;
use super::expand::EVALUATED;
use super::variables::{Definition, Expansion, Origin};
use crate::model::tri::Tri;
use crate::model::value::{Part, Text, Value};
use crate::source::Span;
use crate::syntax::fold::Folded;

/// What make defines before it reads anything, as far as it holds no references: `?=` does not change it.
const DEFAULTS: [(&str, &str); 24] = [
    ("AR", "ar"),
    ("ARFLAGS", "rv"),
    ("AS", "as"),
    ("CC", "cc"),
    ("CO", "co"),
    ("CTANGLE", "ctangle"),
    ("CWEAVE", "cweave"),
    ("CXX", "g++"),
    ("FC", "f77"),
    ("GET", "get"),
    ("LD", "ld"),
    ("LEX", "lex"),
    ("LINT", "lint"),
    ("M2C", "m2c"),
    ("MAKEINFO", "makeinfo"),
    ("OBJC", "cc"),
    ("PC", "pc"),
    ("RM", "rm -f"),
    ("SHELL", "/bin/sh"),
    ("TANGLE", "tangle"),
    ("TEX", "tex"),
    ("TEXI2DVI", "texi2dvi"),
    ("WEAVE", "weave"),
    ("YACC", "yacc"),
];

/// Variables that make itself, or the shell that started it, sets.
pub(super) fn is_own(name: &str) -> bool {
    const OWN: &[&str] = &["COFLAGS", "CPP", "F77", "HOSTNAME", "OLDPWD", "SHLVL", "SUFFIXES", "TERM", "_"];
    name.starts_with(['.', '-']) || name.starts_with("MAKE") || name.contains('.') || OWN.contains(&name)
}

impl Make<'_> {
    /// What make itself defines a name as. Only the environment and assignments come before it.
    pub(super) fn brought(&self, name: &str) -> Option<&'static str> {
        // `.POSIX` and versions change some.
        if self.state.posix || name == "ARFLAGS" {
            return None;
        }
        DEFAULTS.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// Whether `?=` leaves a name that no file has assigned as it is, for make brings it.
    pub(super) fn is_brought(&self, name: &str) -> bool {
        DEFAULTS.iter().any(|(own, _)| *own == name) || matches!(name, "MAKE" | "CURDIR" | "CPP" | "F77" | "COFLAGS")
    }

    /// Text that expands to `text`: symbols stand for themselves, `$` begins references.
    pub(super) fn unexpanded(&mut self, text: &Text, span: Span) -> Folded {
        let mut out = Folded::new(span.file);
        for part in text.parts() {
            match part {
                Part::Literal(text) => out.push_for(text, span.range()),
                Part::Symbol(symbol) => {
                    let symbol = Text::symbol(symbol.0.clone());
                    let index = self.symbols.iter().position(|known| *known == symbol).unwrap_or_else(|| {
                        self.symbols.push(symbol);
                        self.symbols.len() - 1
                    });
                    out.push_for(&format!("$({EVALUATED}{index})"), span.range());
                }
            }
        }
        out
    }

    /// What `+=` finds where no file has assigned a name: the value of the environment, or make's own.
    pub(super) fn inherited(&mut self, name: &str, span: Span) -> Option<Definition> {
        let held = match self.in_environment(name) {
            Tri::Yes => Some(self.exported(name).expand()),
            Tri::Unknown => Some(self.outside(name)),
            Tri::No => self.brought(name).map(|own| Ok(own.into())),
        };
        Some(match held? {
            Ok(text) => Definition::Recursive(vec![self.unexpanded(&text, span).into()]),
            Err(why) => Definition::Simple(Err(why)),
        })
    }

    /// The environment's value of a name, expanded as make does with all that it was not told to take as it is.
    pub(super) fn environment_value(&mut self, name: &str) -> Option<Expansion> {
        let text = match self.exported(name) {
            Value::Unset => return None,
            Value::Unknown(why) => return Some(Err(why)),
            Value::Text(text) => text,
        };
        if !text.parts().iter().any(|part| matches!(part, Part::Literal(text) if text.contains('$'))) {
            return Some(Ok(text));
        }
        let file = self.sources.ids().first().copied()?;
        let text = self.unexpanded(&text, Span::new(file, 0, 0));
        Some(self.value_of(name, &Definition::Recursive(vec![text.into()])))
    }

    /// `$(origin name)`, where it can be told.
    pub(super) fn origin(&self, name: &str) -> Option<&'static str> {
        if self.is_passing(name) {
            return None;
        }
        match self.state.table.get(name) {
            Some(variable) if definitions(&variable.definition).contains(&&Definition::Outside) => None,
            Some(variable) => match variable.origin {
                Origin::Default => self.realm.is_some().then_some("file"),
                Origin::File => Some("file"),
                Origin::Caller => Some("command line"),
                Origin::Override => Some("override"),
            },
            None => match self.in_environment(name) {
                Tri::Yes => Some("environment"),
                Tri::Unknown => None,
                Tri::No if name == "CURDIR" => Some("file"),
                Tri::No if self.is_brought(name) => self.realm.is_some().then_some("default"),
                Tri::No => self.is_nothing(name).then_some("undefined"),
            },
        }
    }

    /// `$(flavor name)`, where it can be told.
    pub(super) fn flavor(&self, name: &str) -> Option<&'static str> {
        if self.is_passing(name) {
            return None;
        }
        let Some(variable) = self.state.table.get(name) else {
            return match self.in_environment(name) {
                Tri::Yes => Some("recursive"),
                Tri::Unknown => None,
                Tri::No if name == "CURDIR" => Some("simple"),
                Tri::No if self.is_brought(name) => Some("recursive"),
                Tri::No => self.is_nothing(name).then_some("undefined"),
            };
        };
        // `make NAME:=value` and `make NAME=value` look alike here.
        if variable.origin == Origin::Caller {
            return None;
        }
        let mut flavors = definitions(&variable.definition).into_iter().map(|definition| match definition {
            Definition::Recursive(_) => Some("recursive"),
            Definition::Simple(Ok(_)) => Some("simple"),
            _ => None,
        });
        let first = flavors.next()??;
        flavors.all(|flavor| flavor == Some(first)).then_some(first)
    }

    /// A target or a `foreach` defines it for a while.
    pub(super) fn is_passing(&self, name: &str) -> bool {
        self.scope.iter().any(|scoped| scoped.name == name) || self.locals.iter().any(|(local, _)| local == name)
    }

    /// Nothing defines it: no file, no environment, not make.
    fn is_nothing(&self, name: &str) -> bool {
        self.realm.is_some() && self.state.open.is_none() && !is_own(name) && !self.is_automatic(name)
    }

    fn is_automatic(&self, name: &str) -> bool {
        name.len() <= 2 && name.starts_with(['@', '<', '^', '+', '?', '|', '*', '%'])
            || name.chars().all(|c| c.is_ascii_digit())
    }
}

fn definitions(definition: &Definition) -> Vec<&Definition> {
    match definition {
        Definition::Alternatives(list) => list.iter().collect(),
        one => vec![one],
    }
}
