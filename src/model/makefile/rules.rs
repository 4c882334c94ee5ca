//! Knows make's rules after reading: targets, prerequisites, recipes, variables of a target, and which rule makes what.
//! Refuses to know how a recipe runs.

use super::variables::Definition;
use crate::model::value::{Part, Text};
use crate::source::Span;
use crate::syntax::makefile::{Expression, Op};
use foldhash::HashMap;
use std::sync::Arc;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub targets: Vec<Text>,
    /// `bin/%` of `$(TOOLS): bin/%: cmd/%`.
    pub static_pattern: Option<Text>,
    pub prerequisites: Vec<Text>,
    pub order_only: Vec<Text>,
    pub double_colon: bool,
    pub recipe: Vec<Step>,
    /// Whether it is there depends on a condition that is not known.
    pub maybe: bool,
    /// The rule's line.
    pub span: Span,
}

/// A recipe line, or lines of which one branch runs.
#[derive(Clone, Debug)]
pub enum Step {
    Line(Line),
    /// One of these, depending on a condition that is not known.
    Either(Vec<Vec<Step>>),
}

/// A line of a recipe before it is expanded.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: Expression,
    /// The line, or its lines.
    pub span: Span,
}

/// `target: NAME = value`.
#[derive(Clone, Debug)]
pub struct TargetVariable {
    /// May be a pattern.
    pub target: Text,
    pub name: String,
    pub op: Op,
    /// The value; not known where only a condition sets it.
    pub definition: Definition,
    /// The value as written, for `+=`.
    pub value: Expression,
    pub export: bool,
    pub unexport: bool,
    pub private: bool,
    pub overrides: bool,
    pub span: Span,
}

/// Rules in the order in which make read them. Those that name a target are found without a look at the others.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    all: Vec<Arc<Rule>>,
    by_target: HashMap<Text, Vec<usize>>,
    patterns: Vec<usize>,
}

impl Rules {
    /// Adds a rule behind those that were read.
    pub fn push(&mut self, rule: Arc<Rule>) {
        let at = self.all.len();
        for target in &rule.targets {
            let named = self.by_target.entry(target.clone()).or_default();
            if named.last() != Some(&at) {
                named.push(at);
            }
        }
        if rule.is_pattern() {
            self.patterns.push(at);
        }
        self.all.push(rule);
    }

    /// Takes rules away.
    pub fn forget(&mut self, gone: impl Fn(&Rule) -> bool) {
        if self.all.iter().any(|rule| gone(rule)) {
            let all = std::mem::take(self).all;
            all.into_iter().filter(|rule| !gone(rule)).for_each(|rule| self.push(rule));
        }
    }

    /// In the order in which they were read.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Arc<Rule>> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether none was read.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those among whose targets is this very text.
    pub fn naming(&self, target: &Text) -> impl Iterator<Item = &Arc<Rule>> {
        self.by_target.get(target).into_iter().flatten().map(|at| &self.all[*at])
    }

    /// The pattern rules, in the order in which they were read.
    pub fn patterns(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.patterns.iter().map(|at| &self.all[*at])
    }
}

/// What a rule says of one target.
#[derive(Clone, Debug)]
pub struct Match<'r> {
    pub rule: &'r Rule,
    /// What `%` stands for; empty where the rule names the target.
    pub stem: Text,
}

impl Rule {
    /// Whether it speaks of any target that fits, not of those it names.
    pub fn is_pattern(&self) -> bool {
        self.static_pattern.is_none() && self.targets.iter().any(has_percent)
    }

    /// Whether the rule speaks of this target, and with which stem.
    pub fn matches(&self, target: &Text) -> Option<Match<'_>> {
        if let Some(pattern) = &self.static_pattern {
            return self
                .targets
                .contains(target)
                .then(|| Match { rule: self, stem: stem(pattern, target).unwrap_or_default() });
        }
        if self.targets.contains(target) {
            return Some(Match { rule: self, stem: Text::default() });
        }
        let pattern = self.targets.iter().filter(|t| has_percent(t)).find_map(|pattern| stem(pattern, target))?;
        Some(Match { rule: self, stem: pattern })
    }
}

impl Match<'_> {
    /// With the stem in the place of `%`.
    pub fn prerequisites(&self) -> Vec<Text> {
        self.rule.prerequisites.iter().map(|p| self.fill(p)).collect()
    }

    /// Those behind `|`, with the stem in the place of `%`.
    pub fn order_only(&self) -> Vec<Text> {
        self.rule.order_only.iter().map(|p| self.fill(p)).collect()
    }

    fn fill(&self, prerequisite: &Text) -> Text {
        if self.rule.static_pattern.is_some() || self.rule.is_pattern() {
            return fill(prerequisite, &self.stem);
        }
        prerequisite.clone()
    }
}

/// Whether a text is a pattern to make.
pub fn has_percent(text: &Text) -> bool {
    text.parts().iter().any(|part| matches!(part, Part::Literal(text) if text.contains('%')))
}

/// What `%` of a pattern stands for in a text that certainly fits.
pub fn stem(pattern: &Text, text: &Text) -> Option<Text> {
    let (prefix, suffix) = pattern.as_literal()?.split_once('%')?;
    if !text.literal_prefix().starts_with(prefix) || !text.literal_suffix().ends_with(suffix) {
        return None;
    }
    let rest = text.strip_prefix(prefix)?.strip_suffix(suffix)?;
    (!rest.is_empty()).then_some(rest)
}

/// A pattern with its first `%` replaced.
pub fn fill(pattern: &Text, stem: &Text) -> Text {
    let Some((before, behind)) = pattern.split_once('%') else { return pattern.clone() };
    before.concat(stem).concat(&behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_find_their_stem_and_take_it() {
        let (pattern, target) = (Text::literal("bin/%.exe"), Text::literal("bin/app.exe"));
        assert_eq!(stem(&pattern, &target), Some("app".into()));
        assert_eq!(stem(&pattern, &"out/app.exe".into()), None);
        assert_eq!(fill(&"cmd/%/main.go".into(), &"app".into()), "cmd/app/main.go".into());
        assert_eq!(fill(&"go.mod".into(), &"app".into()), "go.mod".into());
        assert_eq!(stem(&"%".into(), &Text::symbol("X")), Some(Text::symbol("X")));
    }
}
