//! Knows how make reads a file from top to bottom: its lines in order, conditions, rules, and what is left behind.
//! Refuses to know what functions compute and how recipes run.

use super::Make;
use super::names;
use super::rules::{Line, Rule, Rules, Step, TargetVariable, has_percent};
use super::variables::{Expansion, Export, Table};
use crate::model::path::Path;
use crate::model::value::{CHECKOUT, Part, Relation, Text, Why};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{self as syntax, Condition, Conditional, Item, RecipeItem};
use foldhash::HashSet;
use std::sync::Arc;

/// What reading leaves behind.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub table: Table,
    pub rules: Arc<Rules>,
    pub target_variables: Vec<Arc<TargetVariable>>,
    pub phony: Arc<HashSet<Text>>,
    pub one_shell: bool,
    /// A file was included that we cannot read: it may assign and export anything.
    pub open: Option<Why>,
    /// As `open`, for a file that has to be there: one that may be absent does not say what make makes first.
    pub open_first: Option<Why>,
    /// There may be rules that were not read: an expansion that is not known, a line that cannot be read.
    pub unread: bool,
    /// What make makes where it is told nothing else: the first target.
    pub first: Option<Expansion>,
    /// `.DEFAULT` makes whatever no rule makes.
    pub default_rule: bool,
    /// `.POSIX` changes what make brings itself.
    pub posix: bool,
    /// `.SECONDEXPANSION` expands prerequisites once more.
    pub twice: bool,
    /// What `.SUFFIXES` lists.
    pub suffixes: names::Suffixes,
    /// The files read so far, as make names them.
    pub makefiles: Vec<String>,
}

impl Make<'_> {
    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            self.revision += 1;
            match item {
                Item::Variable(variable) => self.assign(variable),
                Item::Undefine { name, overrides, span } => self.undefine(name, *overrides, *span),
                Item::Export { names, undo, .. } => self.export(names, *undo),
                Item::Include { paths, optional, span } => self.include(paths, *optional, *span),
                Item::Conditional(conditional) => self.conditional(conditional),
                Item::Expansion { text, .. } => {
                    // What is left of it is read as a line, which is not followed.
                    let left = self.expand(text);
                    self.left_over(&left, text.whole());
                }
                Item::Rule(rule) => self.rule(rule),
            }
        }
        self.revision += 1;
    }

    /// The checkout's file that make finds under a name.
    pub(super) fn checkout_file(&self, name: &Text) -> Option<String> {
        self.file_at(&self.cwd().join(name)?)
    }

    fn conditional(&mut self, conditional: &Conditional) {
        let chosen = self.choose(conditional.branches.iter().map(|(condition, _)| condition.as_ref()));
        if let [Some(only)] = chosen.as_slice() {
            self.items(&conditional.branches[*only].1);
            return;
        }
        let before = self.state.clone();
        let outer = std::mem::replace(&mut self.maybe, true);
        let mut ends: Vec<State> = Vec::new();
        for branch in chosen {
            self.state = before.clone();
            if let Some(branch) = branch {
                self.items(&conditional.branches[branch].1);
            }
            ends.push(std::mem::take(&mut self.state));
        }
        self.maybe = outer;
        self.state = before.join(ends);
    }

    /// The branches that may be taken, `None` for none of them. Exactly one where the conditions are decided.
    pub(super) fn choose<'c>(&mut self, conditions: impl Iterator<Item = Option<&'c Condition>>) -> Vec<Option<usize>> {
        let mut out = Vec::new();
        for (index, condition) in conditions.enumerate() {
            match condition.map_or(Some(true), |condition| self.decide(condition)) {
                Some(true) => {
                    out.push(Some(index));
                    return out;
                }
                Some(false) => {}
                None => out.push(Some(index)),
            }
        }
        out.push(None);
        out
    }

    fn decide(&mut self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Eq { left, right, negated, .. } => {
                let (left, right) = (self.expand(left).ok()?, self.expand(right).ok()?);
                let equal = match left.compare(&right) {
                    Relation::Equal => true,
                    // The checkout's real name may be anything.
                    Relation::Different
                        if !left.is_empty() && !right.is_empty() && names_checkout(&[&left, &right]) =>
                    {
                        return None;
                    }
                    Relation::Different => false,
                    Relation::Undecided => return None,
                };
                Some(equal != *negated)
            }
            Condition::Defined { name, negated, .. } => {
                let name = self.literal(name)?;
                let defined = self.is_defined(&name)?;
                Some(defined != *negated)
            }
        }
    }

    fn rule(&mut self, rule: &syntax::Rule) {
        let raw = || vec![Text::symbol(rule.targets.text.as_str())];
        let targets = self.expand(&rule.targets).map_or_else(|_| raw(), |text| self.file_names(&text));
        let mut recipe = Vec::new();
        let mut list = |text: &Folded| match self.expand(text) {
            Ok(none) if none.is_empty() => Vec::new(),
            // `$(X)` may bring a recipe of its own.
            Ok(all) => match all.split_once(';') {
                Some((names, behind)) => {
                    let text = self.unexpanded(&behind, text.whole());
                    recipe.push(Step::Line(Line { span: text.whole(), text: text.into() }));
                    self.wanted_names(&names)
                }
                None => self.wanted_names(&all),
            },
            Err(_) => vec![Text::symbol(text.text.as_str())],
        };
        let (prerequisites, order_only) = (list(&rule.prerequisites), list(&rule.order_only));
        let static_pattern =
            rule.static_pattern.as_ref().and_then(|text| self.expand(text).ok()).map(|text| names::bare(&text));
        match targets.first().and_then(Text::as_literal) {
            Some(".PHONY") => Arc::make_mut(&mut self.state.phony).extend(prerequisites.iter().cloned()),
            Some(".EXPORT_ALL_VARIABLES") => self.state.table.export_all(Export::Yes),
            Some(".ONESHELL") => self.state.one_shell = true,
            Some(".DEFAULT") => self.state.default_rule = true,
            Some(".POSIX") => self.state.posix = true,
            Some(".SECONDEXPANSION") => self.state.twice = true,
            Some(".SUFFIXES") if prerequisites.is_empty() => self.state.suffixes.clear(),
            Some(".SUFFIXES") => self.state.suffixes.extend(prerequisites.iter().map(Text::to_string)),
            _ => {}
        }
        let special =
            |name: &str| name.starts_with('.') && name[1..].chars().all(|c| c.is_ascii_uppercase() || c == '_');
        if targets.first().and_then(Text::as_literal).is_some_and(special) {
            return;
        }
        let pattern = static_pattern.is_none() && targets.iter().any(has_percent);
        let hidden = |text: &Text| text.literal_prefix().starts_with('.') && !text.literal_prefix().contains('/');
        if let (None, false, Some(target)) = (&self.state.first, pattern, targets.iter().find(|target| !hidden(target)))
        {
            let undecided = self.maybe.then(|| Why::at("a condition decides which target is the first", rule.span));
            let why = self.state.open_first.clone().or(undecided);
            self.state.first = Some(why.map_or_else(|| Ok(target.clone()), Err));
        }
        recipe.extend(self.recipe_steps(&rule.recipe));
        let suffixes = &self.state.suffixes;
        let is_suffix =
            |target: &Text| target.as_literal().is_some_and(|target| names::is_suffix_rule(target, suffixes));
        self.state.unread |= prerequisites.is_empty() && !recipe.is_empty() && targets.iter().any(is_suffix);
        if pattern && !self.maybe {
            // The same pattern again takes the place of the first, or without a recipe takes it away.
            let same = |other: &Rule| other.targets == targets && other.prerequisites == prerequisites && !other.maybe;
            Arc::make_mut(&mut self.state.rules).forget(same);
        }
        Arc::make_mut(&mut self.state.rules).push(Arc::new(Rule {
            targets,
            static_pattern,
            prerequisites,
            order_only,
            double_colon: rule.double_colon,
            recipe,
            maybe: self.maybe,
            span: rule.span,
        }));
    }

    fn recipe_steps(&mut self, items: &[RecipeItem]) -> Vec<Step> {
        let mut out = Vec::new();
        for item in items {
            self.revision += 1;
            match item {
                RecipeItem::Line(line) => {
                    out.push(Step::Line(Line { span: line.span, text: line.text.clone().into() }))
                }
                RecipeItem::Conditional(conditional) => {
                    let chosen = self.choose(conditional.branches.iter().map(|(condition, _)| condition.as_ref()));
                    let mut branches = Vec::new();
                    for branch in chosen {
                        branches
                            .push(branch.map_or_else(Vec::new, |at| self.recipe_steps(&conditional.branches[at].1)));
                    }
                    match branches.len() {
                        1 => out.append(&mut branches[0]),
                        _ => out.push(Step::Either(branches)),
                    }
                }
            }
        }
        out
    }

    /// The directory that make runs in.
    pub(super) fn cwd(&self) -> Path {
        if let Some(Ok(cwd)) = self.realm.as_ref().map(|realm| &realm.world.cwd) {
            return cwd.clone();
        }
        match &self.directory {
            Some(directory) => directory.clone(),
            None => Path::root().child(&Text::symbol("CURDIR")),
        }
    }

    /// What a text expands to, where no symbol is in it.
    pub(super) fn literal(&mut self, text: &Folded) -> Option<String> {
        let text = self.expand(text).ok()?;
        text.as_literal().map(|t| t.trim().to_string())
    }
}

impl State {
    /// What several branches leave of a state that was the same before them.
    fn join(&self, ends: Vec<State>) -> State {
        let mut ends = ends.into_iter();
        let Some(mut out) = ends.next() else { return self.clone() };
        for end in ends {
            out.table = out.table.join(&end.table);
            let rules = Arc::make_mut(&mut out.rules);
            end.rules.iter().skip(self.rules.len()).for_each(|rule| rules.push(rule.clone()));
            out.target_variables.extend(end.target_variables.into_iter().skip(self.target_variables.len()));
            if end.phony.len() > self.phony.len() {
                Arc::make_mut(&mut out.phony).extend(end.phony.iter().cloned());
            }
            out.one_shell |= end.one_shell;
            out.unread |= end.unread;
            out.default_rule |= end.default_rule;
            out.posix |= end.posix;
            out.twice |= end.twice;
            out.first = match (out.first, end.first) {
                (Some(a), Some(b)) if a != b => Some(Err(Why::new("a condition decides which target is the first"))),
                (a, b) => a.or(b),
            };
            out.open = out.open.or(end.open);
            out.open_first = out.open_first.or(end.open_first);
            out.makefiles.extend(end.makefiles.into_iter().skip(self.makefiles.len()));
        }
        out
    }
}

fn names_checkout(texts: &[&Text]) -> bool {
    let mut parts = texts.iter().flat_map(|text| text.parts());
    parts.any(|part| matches!(part, Part::Literal(text) if text.contains(&CHECKOUT[1..])))
}
