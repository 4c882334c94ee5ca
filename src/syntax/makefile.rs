//! Knows the Makefile language as GNU make reads it: a typed, spanned tree over makefile-lossless.
//! Refuses to know what a variable expands to and which branch of a conditional is taken.

mod convert;
mod directives;
mod errors;
mod placed;
mod references;
mod text;

pub use placed::parse_at;
pub use references::{Expression, Flavor, Piece, Unexpanded, Unterminated, is_function, unterminated};
pub use text::words;

use super::SyntaxError;
use super::fold::Folded;
use crate::source::{FileId, Span};
use std::collections::BTreeSet;

/// A Makefile after parsing.
#[derive(Clone, Debug)]
pub struct Makefile {
    pub file: FileId,
    /// None where it is written for another make.
    pub items: Vec<Item>,
    /// It has directives of nmake or of BSD's make.
    pub another_makes: bool,
    pub errors: Vec<SyntaxError>,
}

impl Makefile {
    /// The names of the variables that its lines assign, in whatever branch, as they are written.
    pub fn assigned(&self) -> BTreeSet<String> {
        fn names(items: &[Item], out: &mut BTreeSet<String>) {
            for item in items {
                match item {
                    Item::Variable(variable) if variable.targets.is_none() => {
                        out.insert(variable.name.text.clone());
                    }
                    Item::Conditional(conditional) => {
                        conditional.branches.iter().for_each(|(_, items)| names(items, out));
                    }
                    _ => {}
                }
            }
        }
        let mut out = BTreeSet::new();
        names(&self.items, &mut out);
        out
    }

    /// Whether a rule that stands under no condition names a target as it is written, be it by a pattern.
    pub fn names_target(&self, name: &str) -> bool {
        let fits = |target: &str| match target.split_once('%') {
            None => target == name,
            Some((before, behind)) => {
                let stem = name.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
                !target.contains('$') && stem.is_some_and(|stem| !stem.is_empty())
            }
        };
        !name.starts_with('.') && !name.contains(['%', '$', '\\']) && self.targets().any(fits)
    }

    /// The targets of rules that stand under no condition, as they are written.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        let targets = self.items.iter().filter_map(|item| match item {
            Item::Rule(rule) => Some(rule.targets.text.split_ascii_whitespace()),
            _ => None,
        });
        targets.flatten()
    }

    /// The names that it includes under no condition and as they are written.
    pub fn includes(&self) -> impl Iterator<Item = &str> {
        let paths = self.items.iter().filter_map(|item| match item {
            Item::Include { paths, .. } => Some(paths.text.split_ascii_whitespace()),
            _ => None,
        });
        paths.flatten().filter(|path| !path.contains(['$', '*', '?', '[', '\\', '~']))
    }
}

/// What a line, or several, of a Makefile are.
#[derive(Clone, Debug)]
pub enum Item {
    Variable(Variable),
    Rule(Rule),
    /// `undefine NAME`
    Undefine {
        name: Text,
        overrides: bool,
        span: Span,
    },
    /// `export`, `unexport` without a value; no names: all variables.
    Export {
        names: Vec<Text>,
        undo: bool,
        span: Span,
    },
    /// `include`; `-include` and `sinclude` where it is optional.
    Include {
        paths: Text,
        optional: bool,
        span: Span,
    },
    Conditional(Conditional),
    /// A bare expansion on a line of its own: `$(eval …)`, `$(call …)`, `$(error …)`.
    Expansion {
        text: Text,
        span: Span,
    },
}

/// Unexpanded text, continuations folded as make does (backslash-newline and blanks around it become one space).
pub type Text = Folded;

/// An assignment.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: Text,
    pub op: Op,
    pub value: Text,
    pub export: bool,
    pub unexport: bool,
    pub overrides: bool,
    pub private: bool,
    /// `target: VAR = value`; patterns keep their `%`.
    pub targets: Option<Text>,
    /// Written with `define … endef`.
    pub define: bool,
    /// From the first modifier or name to the end of the value.
    pub span: Span,
}

/// How a variable is assigned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// `=`
    Recursive,
    /// `:=`, `::=`
    Simple,
    /// `:::=`
    Immediate,
    /// `?=`
    Default,
    /// `+=`
    Append,
    /// `!=`
    Shell,
}

/// A rule with its recipe.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Unexpanded, as are the prerequisites.
    pub targets: Text,
    /// `a: %.o: %.c`: the target pattern of a static pattern rule.
    pub static_pattern: Option<Text>,
    pub prerequisites: Text,
    /// After `|`.
    pub order_only: Text,
    pub double_colon: bool,
    /// `&:`
    pub grouped: bool,
    pub recipe: Vec<RecipeItem>,
    /// The rule's own line, without its recipe.
    pub span: Span,
}

/// What stands in a recipe.
#[derive(Clone, Debug)]
pub enum RecipeItem {
    Line(RecipeLine),
    /// `ifeq` between recipe lines.
    Conditional(RecipeConditional),
}

/// One logical recipe line: make hands it to one shell.
#[derive(Clone, Debug)]
pub struct RecipeLine {
    /// Without the tab and the `@ - +` prefixes; unexpanded. Backslash-newline is kept, as make passes it to the shell, with the
    /// recipe prefix of the next line removed.
    pub text: Text,
    /// `@`, `-`, `+` in front.
    pub prefix: String,
    /// Written after `;` on the rule's line.
    pub inline: bool,
    pub span: Span,
}

/// A condition that decides which lines a recipe has.
#[derive(Clone, Debug)]
pub struct RecipeConditional {
    pub branches: Vec<(Option<Condition>, Vec<RecipeItem>)>,
    pub span: Span,
}

/// A condition that decides which lines make reads.
#[derive(Clone, Debug)]
pub struct Conditional {
    /// `if…`, `else if…`, and `None` for a plain `else`.
    pub branches: Vec<(Option<Condition>, Vec<Item>)>,
    pub span: Span,
}

/// `ifeq (a,b)`, `ifdef NAME` and their negations.
#[derive(Clone, Debug)]
pub enum Condition {
    Eq { left: Text, right: Text, negated: bool, span: Span },
    Defined { name: Text, negated: bool, span: Span },
}

/// Reads a Makefile. Never fails: what make would reject is in `errors`, and the rest is still read.
///
/// A recipe line that stands behind the `endif` of a conditional with rules is given to every rule it may belong to, where needed in a
/// [`RecipeConditional`]. `vpath` and `load` are left out. Nothing is read in what is written for nmake or BSD's make.
pub fn parse(file: FileId, text: &str) -> Makefile {
    convert::makefile(file, text)
}

#[cfg(test)]
mod tests;
