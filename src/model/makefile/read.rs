//! Knows how make reads a file from top to bottom: assignments, conditions, includes, rules.
//! Refuses to know what functions compute and how recipes run.

use super::Make;
use super::names;
use super::rules::{Rule, Rules, Step, TargetVariable, has_percent};
use super::variables::{
    Definition, Expansion, Export, Origin, Table, alternatives, append, is_always_set, is_read_by_go,
};
use crate::model::files::Found;
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::{CHECKOUT, Part, Relation, Text, Why};
use crate::source::Span;
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{self as syntax, Condition, Conditional, Item, Op, RecipeItem, RecipeLine, Variable};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What reading leaves behind.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub table: Table,
    pub rules: Arc<Rules>,
    pub target_variables: Vec<Arc<TargetVariable>>,
    pub phony: BTreeSet<Text>,
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

/// How many files one Makefile may include, and how deep.
const INCLUDES: usize = 64;
const INCLUDE_DEPTH: usize = 8;

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

    fn assign(&mut self, variable: &Variable) {
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
        match self.in_environment(&name) {
            Tri::Yes if environment => return,
            Tri::Unknown if environment => {
                let why = Why::at(format!("whether the environment has `{name}` is not known"), variable.span);
                self.state.table.set(&name, Definition::Simple(Err(why)), origin, variable.span);
                return;
            }
            _ => {}
        }
        match variable.op {
            Op::Append => {
                let read = is_read_by_go(&name) && !self.plain;
                let caller = self.realm.is_none() && (is_always_set(&name) || read);
                if self.state.table.get(&name).is_none() {
                    let before = match self.brought(&name) {
                        // What the environment holds stays in front.
                        None if caller => {
                            let held = self.unexpanded(&Text::symbol(name.as_str()), variable.span);
                            Some(Definition::Recursive(vec![held]))
                        }
                        _ => self.inherited(&name, variable.span),
                    };
                    if let Some(before) = before {
                        let definition = append(&before, &self.expand(&variable.value), &variable.value);
                        self.state.table.set(&name, definition, origin, variable.span);
                        return;
                    }
                }
                let simple = self.expand(&variable.value);
                self.state.table.append(&name, &simple, &variable.value, origin, variable.span);
            }
            Op::Default => {
                let definition = Definition::Recursive(vec![variable.value.clone()]);
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

    fn undefine(&mut self, name: &Folded, overrides: bool, span: Span) {
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
                    Ok(text) => Definition::Recursive(vec![self.unexpanded(&text, value.whole())]),
                    Err(why) => Definition::Simple(Err(why)),
                }
            }
            Op::Recursive | Op::Default | Op::Append => Definition::Recursive(vec![value.clone()]),
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
                value: variable.value.clone(),
                export: variable.export,
                unexport: variable.unexport,
                private: variable.private,
                overrides: variable.overrides,
                span: variable.span,
            }));
        }
    }

    fn export(&mut self, names: &[Folded], undo: bool) {
        let export = if undo { Export::No } else { Export::Yes };
        if names.is_empty() {
            self.state.table.export_all(export);
        }
        for name in names {
            match self.expand(name) {
                Ok(text) if text.as_literal().is_some() => {
                    for name in words(&text) {
                        self.state.table.export(&name.to_string(), export);
                    }
                }
                _ => self.state.table.export_all(Export::Maybe),
            }
        }
    }

    fn include(&mut self, paths: &Folded, optional: bool, span: Span) {
        let open = |why: Why| Some(Why { span: why.span.or(Some(span)), ..why });
        let paths = match self.expand(paths) {
            Ok(paths) => words(&paths),
            Err(why) => {
                self.state.open = open(why);
                self.state.open_first = self.state.open.clone();
                return;
            }
        };
        for path in paths {
            let Some(name) = path.as_literal() else {
                self.state.open = open(Why::new(format!("`{path}` is included and not known")));
                self.state.open_first = self.state.open.clone();
                continue;
            };
            let names = match name.contains(['*', '?', '[']) {
                true => self.matching_files(name),
                false => vec![name.to_string()],
            };
            for name in names {
                let found = self.included_file(&name);
                if found.as_ref().is_some_and(|file| self.including.contains(file)) {
                    continue;
                }
                let full = self.including.len() >= INCLUDE_DEPTH || self.included >= INCLUDES;
                match found.and_then(|file| Some((self.sources.load(&file)?, file))).filter(|_| !full) {
                    Some((id, file)) => {
                        self.included += 1;
                        self.state.makefiles.push(name);
                        let document = self.sources.makefile(id);
                        self.including.push(file);
                        self.items(&document.items);
                        self.including.pop();
                        self.documents.push(document);
                    }
                    None if optional && self.has(&Text::literal(name.as_str())) == Tri::No => {}
                    None => {
                        self.state.open = open(Why::new(format!("`{name}` is included and not in the repository")));
                        if !optional {
                            self.state.open_first = self.state.open.clone();
                        }
                    }
                }
            }
        }
    }

    /// The checkout's file that `include` finds under a name: where make runs, else where `-I` says.
    fn included_file(&self, name: &str) -> Option<String> {
        let text = Text::literal(name);
        let elsewhere = self.realm.iter().filter(|_| !name.starts_with('/')).flat_map(|realm| &realm.includes);
        let places = elsewhere.map(|directory| directory.clone().concat(&"/".into()).concat(&text));
        std::iter::once(text.clone()).chain(places).find_map(|place| self.checkout_file(&place))
    }

    /// The checkout's file that make finds under a name.
    pub(super) fn checkout_file(&self, name: &Text) -> Option<String> {
        let path = self.cwd().join(name)?;
        match &self.realm {
            None => path.checkout_path(),
            Some(realm) => realm.world.files.origin(&path, realm.context),
        }
    }

    /// Whether make finds something under a name. In the checkout others may have put it there, so that it is never certainly absent.
    pub(super) fn has(&self, name: &Text) -> Tri {
        let Some(path) = self.cwd().join(name) else { return Tri::Unknown };
        let Some(realm) = &self.realm else {
            let entry = path.checkout_path().and_then(|path| self.sources.checkout().entry(&path));
            return entry.map_or(Tri::Unknown, |_| Tri::Yes);
        };
        match realm.world.files.find(&path, realm.context) {
            Found::File { doubt: None, .. } | Found::Dir | Found::Exists => Tri::Yes,
            Found::Missing => Tri::No,
            Found::File { .. } | Found::NotInCheckout { .. } | Found::Unknown(_) => Tri::Unknown,
        }
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
            // `$(X)` may bring a recipe of its own.
            Ok(all) => match all.split(';').as_slice() {
                [names, _, ..] => {
                    let behind = super::expand::join_with(&all.split(';')[1..], ";");
                    let text = self.unexpanded(&behind, text.whole());
                    recipe.push(Step::Line(RecipeLine {
                        span: text.whole(),
                        text,
                        prefix: String::new(),
                        inline: true,
                    }));
                    self.wanted_names(names)
                }
                _ => self.wanted_names(&all),
            },
            Err(_) => vec![Text::symbol(text.text.as_str())],
        };
        let (prerequisites, order_only) = (list(&rule.prerequisites), list(&rule.order_only));
        let static_pattern =
            rule.static_pattern.as_ref().and_then(|text| self.expand(text).ok()).map(|text| names::bare(&text));
        match targets.first().and_then(Text::as_literal) {
            Some(".PHONY") => self.state.phony.extend(prerequisites.iter().cloned()),
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
                RecipeItem::Line(line) => out.push(Step::Line(line.clone())),
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
            out.phony.extend(end.phony);
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

/// The words of an expanded text.
pub(super) fn words(text: &Text) -> Vec<Text> {
    let pieces = text.split(' ').into_iter().flat_map(|t| t.split('\t')).flat_map(|t| t.split('\n'));
    pieces.filter(|t| !t.is_empty()).collect()
}
