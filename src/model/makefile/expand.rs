//! Knows how make expands text: references, substitutions, automatic variables, variables of targets and calls.
//! Refuses to know files and rules. What only the caller's environment knows becomes a symbol of its own.

use super::Make;
use super::functions::Arguments;
use super::variables::{Definition, Expansion, is_always_set, is_environment};
use crate::model::value::{Growing, Part, Text, Why};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{Flavor, Piece, Unexpanded};

/// How deep references may nest, and how many pieces one Makefile may cost.
const DEPTH: usize = 32;
const STEPS: usize = 400_000;

/// Begins the names by which an evaluated text refers to symbols.
pub(super) const EVALUATED: char = '\u{e001}';

/// What `$@`, `$<` and their kin are in a running recipe.
#[derive(Clone, Debug, Default)]
pub(super) struct Automatic {
    pub target: Text,
    pub prerequisites: Vec<Text>,
    pub order_only: Vec<Text>,
    pub stem: Text,
}

/// A variable of the target that is being made, or of one that wants it made.
#[derive(Clone, Debug)]
pub(super) struct Scoped {
    pub name: String,
    pub definition: Definition,
    pub export: Option<bool>,
    pub private: bool,
    pub span: crate::source::Span,
}

impl Make<'_> {
    /// Expands a text. Where one part is not known, later calls still run, for the sake of `eval`.
    pub(super) fn expand(&mut self, text: &Folded) -> Expansion {
        self.expand_part(text, &Unexpanded::whole(text))
    }

    /// A name that nothing defines, and nothing else.
    pub(super) fn is_undefined(&self, value: &Text) -> bool {
        matches!(value.parts(), [Part::Symbol(symbol)] if self.undefined.contains(symbol.0.as_ref()))
    }

    /// As [`Make::expand`], for a part of a text.
    pub(super) fn expand_part(&mut self, text: &Folded, part: &Unexpanded) -> Expansion {
        if self.depth >= DEPTH {
            return Err(Why::new("it nests too deep"));
        }
        let written = part.written(text);
        if !written.contains('$') {
            let mut out = Growing::default();
            out.push(Text::literal(written))?;
            return Ok(out.done());
        }
        let mut out = Growing::default();
        self.depth += 1;
        let mut unknown = None;
        let mut before = None;
        for piece in part.pieces(text) {
            if unknown.is_some() && !matches!(piece, Piece::Call { .. }) {
                continue;
            }
            match self.piece(text, piece) {
                Ok(part) => {
                    self.look(text, before.as_ref(), piece, &part);
                    let refers = matches!(piece, Piece::Reference { .. } | Piece::Call { .. });
                    before = refers.then(|| (piece, part.clone()));
                    if let Err(why) = out.push(part) {
                        unknown = Some(why);
                        break;
                    }
                }
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        self.depth -= 1;
        match unknown {
            Some(why) => Err(why),
            None => Ok(out.done()),
        }
    }

    /// Expands one piece of a text.
    pub(super) fn piece(&mut self, text: &Folded, piece: &Piece) -> Expansion {
        self.steps_left = self.steps_left.saturating_sub(1);
        if self.steps_left == 0 {
            return Err(Why::new("the Makefile is too large to follow"));
        }
        match piece {
            Piece::Literal { range } => Ok(Text::literal(&text.text[range.clone()])),
            Piece::Dollar { .. } => Ok(Text::literal("$")),
            Piece::Automatic { symbol, flavor, .. } => self.automatic(*symbol, *flavor),
            Piece::Reference { name, substitution, range } => {
                let written = name.written(text);
                let made = match written.contains('$') {
                    true => Some(self.expand_part(text, name)?),
                    false => None,
                };
                let name = match &made {
                    None => written,
                    Some(made) => made.as_literal().ok_or_else(|| {
                        Why::at(format!("which variable `{made}` names is not known"), text.span(range.clone()))
                    })?,
                };
                let value = match automatic(name) {
                    Some((symbol, flavor)) => self.automatic(symbol, flavor)?,
                    None => self.variable(name.trim())?,
                };
                match substitution.as_deref() {
                    None => Ok(value),
                    Some((from, to)) => {
                        let (from, to) = (self.expand_part(text, from)?, self.expand_part(text, to)?);
                        self.substitute_reference(&value, &from, &to)
                    }
                }
            }
            Piece::Call { function, arguments, range } => {
                self.function(function, &Arguments { text, range: range.clone(), parts: arguments })
            }
        }
    }

    fn substitute_reference(&mut self, value: &Text, from: &Text, to: &Text) -> Expansion {
        let percent: Text = "%".into();
        if from.split('%').len() > 1 {
            return super::functions::patsubst(from, to, value);
        }
        super::functions::patsubst(&percent.clone().concat(from), &percent.concat(to), value)
    }

    /// What a variable expands to here.
    pub(super) fn variable(&mut self, name: &str) -> Expansion {
        if let Some(index) = name.strip_prefix(EVALUATED) {
            let symbol = index.parse().ok().and_then(|index: usize| self.symbols.get(index));
            return symbol.cloned().ok_or_else(|| Why::new("a symbol that is not known"));
        }
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) {
            self.reach = self.reach.min(self.frames.len());
            let index: usize = name.parse().unwrap_or(usize::MAX);
            let value = self.frames.last().and_then(|frame| frame.get(index)).cloned();
            return value.unwrap_or_else(|| Ok(Text::default()));
        }
        if let Some((_, value)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return value.clone();
        }
        // Of a text that is evaluated no slips are told.
        if !self.scope.is_empty() || !self.locals.is_empty() || self.evaluating > 0 {
            return self.worked_out(name);
        }
        match self.state.table.get(name).map(|variable| &variable.definition) {
            Some(Definition::Simple(value)) => return value.clone(),
            Some(_) => {}
            None => return self.outside(name),
        }
        if let Some((value, slips)) = self.memory().values.get(name) {
            let (value, slips) = (value.clone(), slips.clone());
            self.slips.extend(slips);
            return Ok(value);
        }
        let (revision, seen) = (self.revision, self.slips.len());
        let (value, holds) = self.apart(|make| make.worked_out(name));
        if let (Ok(text), true) = (&value, holds && revision == self.revision) {
            let slips = self.slips.get(seen..).unwrap_or_default().to_vec();
            self.memory().values.insert(name.to_string(), (text.clone(), slips));
        }
        value
    }

    fn worked_out(&mut self, name: &str) -> Expansion {
        let scoped = self.scope.iter().rev().find(|scoped| scoped.name == name).map(|scoped| scoped.definition.clone());
        if let Some(definition) = scoped {
            return self.value_of(name, &definition);
        }
        match self.state.table.hold(name) {
            Some(variable) => self.value_of(name, &variable.definition),
            None => self.outside(name),
        }
    }

    pub(super) fn value_of(&mut self, name: &str, definition: &Definition) -> Expansion {
        match definition {
            Definition::Simple(value) => value.clone(),
            Definition::Outside => self.outside(name),
            Definition::Recursive(parts) => {
                if self.expanding.iter().any(|open| open == name) {
                    return Err(Why::new(format!("`{name}` refers to itself")));
                }
                self.expanding.push(name.to_string());
                let mut out = Ok(Text::default());
                for (i, part) in parts.iter().enumerate() {
                    let part = self.expand_part(part, part.part());
                    out = match (out, part) {
                        (Ok(text), Ok(part)) if i == 0 => Ok(text.concat(&part)),
                        (Ok(text), Ok(part)) => Ok(text.concat(&" ".into()).concat(&part)),
                        (Err(why), _) | (_, Err(why)) => Err(why),
                    };
                }
                self.expanding.pop();
                out
            }
            Definition::Alternatives(list) => {
                let values: Vec<Text> = list.iter().map(|d| self.value_of(name, d)).collect::<Result<_, _>>()?;
                let Some(first) = values.first() else { return Ok(Text::default()) };
                if values.iter().all(|v| v == first) {
                    return Ok(first.clone());
                }
                // `Q = @` or nothing: whether make shows the command.
                let prefix = |v: &Text| v.as_literal().is_some_and(|t| t.trim_matches(['@', '-', '+', ' ']).is_empty());
                let written = |v: &Text| v.literal_prefix().contains(['@', '-', '+']);
                if values.iter().any(|v| prefix(v) && written(v))
                    && values.iter().all(|v| prefix(v) || self.is_undefined(v))
                {
                    return Ok(Text::literal("@"));
                }
                let span = self.state.table.get(name).and_then(|v| v.assignments.first().copied());
                Err(Why { span, ..Why::new(format!("`{name}` depends on a condition that is not known")) })
            }
        }
    }

    /// A variable that no file assigns: make's own, or the environment's.
    pub(super) fn outside(&mut self, name: &str) -> Expansion {
        if self.realm.is_some() {
            return self.in_realm(name);
        }
        let text = match name {
            "CURDIR" | "PWD" => return Ok(self.cwd().text().clone()),
            "MAKE" => "make",
            "MAKEFILE_LIST" => return Ok(Text::literal(self.state.makefiles.join(" "))),
            _ => {
                if let Some(own) = self.brought(name) {
                    return Ok(own.into());
                }
                if self.state.posix && self.is_brought(name) {
                    return Err(Why::new("`.POSIX` decides what it is"));
                }
                if let Some(why) = &self.state.open {
                    return Err(why.clone());
                }
                if self.plain && !is_always_set(name) && !name.starts_with(['.', 'M']) {
                    return Ok(Text::default());
                }
                if !is_environment(name) {
                    self.undefined.insert(name.to_string());
                }
                return Ok(Text::symbol(name));
            }
        };
        Ok(Text::literal(text))
    }

    /// What `ifdef` asks. `None` where only the caller's environment knows.
    pub(super) fn is_defined(&mut self, name: &str) -> Option<bool> {
        fn written(definition: &Definition) -> Option<bool> {
            match definition {
                Definition::Recursive(parts) => Some(parts.iter().any(|part| !part.text.is_empty())),
                Definition::Simple(Ok(text)) => match text.is_empty() {
                    true => Some(false),
                    false => {
                        text.parts().iter().any(|p| matches!(p, crate::model::value::Part::Literal(_))).then_some(true)
                    }
                },
                Definition::Simple(Err(_)) | Definition::Outside => None,
                Definition::Alternatives(list) => {
                    let first = written(list.first()?)?;
                    list.iter().all(|d| written(d) == Some(first)).then_some(first)
                }
            }
        }
        match self.state.table.get(name) {
            Some(variable) => written(&variable.definition),
            None if self.is_brought(name) || matches!(name, "PATH" | "HOME") => Some(true),
            None if self.realm.is_some() || self.plain => written(&Definition::Simple(self.outside(name))),
            None => None,
        }
    }

    fn automatic(&mut self, symbol: char, flavor: Option<Flavor>) -> Expansion {
        self.reach = 0;
        let Some(automatic) = &self.automatic else { return Ok(Text::default()) };
        let list: Vec<Text> = match symbol {
            '@' => vec![automatic.target.clone()],
            '<' => automatic.prerequisites.first().cloned().into_iter().collect(),
            '^' => {
                let mut out: Vec<Text> = Vec::new();
                for prerequisite in &automatic.prerequisites {
                    if !out.contains(prerequisite) {
                        out.push(prerequisite.clone());
                    }
                }
                out
            }
            '+' => automatic.prerequisites.clone(),
            '|' => {
                let mut out: Vec<Text> = Vec::new();
                for prerequisite in &automatic.order_only {
                    if !out.contains(prerequisite) && !automatic.prerequisites.contains(prerequisite) {
                        out.push(prerequisite.clone());
                    }
                }
                out
            }
            '*' => vec![automatic.stem.clone()],
            '?' => return Err(Why::new("which prerequisites are newer is not known")),
            _ => Vec::new(),
        };
        let list = join_words(&list);
        match flavor {
            None => Ok(list),
            Some(Flavor::File) => super::functions::notdir(&list),
            Some(Flavor::Directory) => {
                let dirs = super::functions::dir(&list)?;
                let bare = |dir: &Text| match dir.as_literal() {
                    Some("/") => dir.clone(),
                    _ => dir.strip_suffix("/").unwrap_or_else(|| dir.clone()),
                };
                Ok(join_words(&dirs.words().iter().map(bare).collect::<Vec<_>>()))
            }
        }
    }

    pub(super) fn budget() -> usize {
        STEPS
    }
}

/// `@`, `<D`: the automatic variable of a name.
fn automatic(name: &str) -> Option<(char, Option<Flavor>)> {
    let mut chars = name.chars();
    let symbol = chars.next().filter(|c| matches!(c, '@' | '%' | '<' | '?' | '^' | '+' | '|' | '*'))?;
    match chars.as_str() {
        "" => Some((symbol, None)),
        "D" => Some((symbol, Some(Flavor::Directory))),
        "F" => Some((symbol, Some(Flavor::File))),
        _ => None,
    }
}

pub(super) fn join_words(list: &[Text]) -> Text {
    Text::joined(list, " ")
}
