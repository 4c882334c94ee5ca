//! Knows which rule makes a target: explicit rules first, of patterns the one with the shortest stem whose prerequisites there are.
//! Refuses to know what recipes do.

use super::Make;
use super::recipes::Run;
use super::rules::{Match, Rule, Rules, has_percent};
use crate::model::tri::Tri;
use crate::model::value::Text;
use crate::model::world::World;
use std::sync::Arc;

impl<'a> Make<'a> {
    /// The rules whose recipes may make a target: the last certain one, and those under a condition behind it; else a pattern's.
    pub(super) fn makers<'r>(&self, rules: &'r Rules, target: &Text, world: &World) -> Vec<Match<'r>> {
        let mut out: Vec<Match> = Vec::new();
        for rule in rules.naming(target).filter(|rule| !rule.recipe.is_empty() && !rule.is_pattern()) {
            let Some(found) = rule.matches(target) else { continue };
            if !rule.maybe && !rule.double_colon {
                out.clear();
            }
            out.push(found);
        }
        // make looks for no pattern where a target is phony.
        if out.is_empty() && !self.state.phony.contains(target) {
            out.extend(self.patterns(rules, target, world));
        }
        out
    }

    fn patterns<'r>(&self, rules: &'r Rules, target: &Text, world: &World) -> Vec<Match<'r>> {
        let fitting = rules.patterns().filter(|rule| !rule.recipe.is_empty());
        let mut fitting: Vec<Match> = fitting.filter_map(|rule| rule.matches(target)).collect();
        if fitting.len() < 2 {
            return fitting;
        }
        fitting.sort_by_key(|found| found.stem.size());
        let mut out = Vec::new();
        for found in fitting {
            let there = self.obtainable(&found, world);
            if there != Tri::No {
                let sure = there.is_yes() && !found.rule.maybe;
                out.push(found);
                if sure {
                    break;
                }
            }
        }
        out
    }

    /// Whether all prerequisites of a pattern are files, or are named by a rule.
    fn obtainable(&self, found: &Match, world: &World) -> Tri {
        let mut out = Tri::Yes;
        for wanted in found.prerequisites().iter().chain(&found.order_only()) {
            let rules = &self.state.rules;
            if rules.naming(wanted).next().is_some() || rules.iter().any(|rule| rule.prerequisites.contains(wanted)) {
                continue;
            }
            let made = rules.patterns().any(|rule| rule.matches(wanted).is_some());
            match self.lies(wanted, world) {
                Tri::Yes => {}
                Tri::No if !made && !self.built_in(wanted, world) => return Tri::No,
                _ => out = Tri::Unknown,
            }
        }
        out
    }

    /// The prerequisites of a target, those behind `|` apart: its own rule's, and what other rules of it add.
    pub(super) fn wanted(&self, target: &Text, own: &Match) -> (Vec<Text>, Vec<Text>) {
        let (mut prerequisites, mut order_only) = (own.prerequisites(), own.order_only());
        if own.rule.double_colon {
            return (prerequisites, order_only);
        }
        let others = self.state.rules.naming(target).filter(|rule| !std::ptr::eq(rule.as_ref(), own.rule));
        for other in others.filter(|rule| !rule.is_pattern() && !rule.double_colon) {
            // Of two recipes under conditions one is there.
            if !other.recipe.is_empty() && (other.maybe || own.rule.maybe) {
                continue;
            }
            if let Some(found) = other.matches(target) {
                prerequisites.extend(found.prerequisites());
                order_only.extend(found.order_only());
            }
        }
        (prerequisites, order_only)
    }

    /// Prerequisites where `VPATH` and `vpath` may let make find files elsewhere.
    pub(super) fn searched(&self, run: &Run<'_, 'a>, prerequisites: Vec<Text>, world: &World) -> Vec<Text> {
        if !self.searches() {
            return prerequisites;
        }
        let lies = |name: &Text| match self.realm {
            Some(_) => self.lies(name, world),
            None => self.has(name),
        };
        let found = |name: Text| {
            let here = run.made.contains(&name) || lies(&name).is_yes();
            if here { name } else { Text::symbol(format!("$(vpath {name})")) }
        };
        prerequisites.into_iter().map(found).collect()
    }

    /// Whether one of make's own rules may make it: from `name.c`, `name.sh` and their kin, be they made themselves.
    pub(super) fn built_in(&self, target: &Text, world: &World) -> bool {
        const OTHERS: [&str; 2] = [",v", ".txinfo"];
        let whole = Some(target.clone());
        let stems = [whole, self.state.suffixes.strip(target)];
        stems.iter().flatten().any(|stem| {
            self.state.suffixes.iter().chain(OTHERS).any(|suffix| {
                let from = stem.clone().concat(&Text::literal(suffix));
                let rules = &self.state.rules;
                let fits = |rule: &Arc<Rule>| {
                    rule.targets.iter().any(|t| t.as_literal() != Some("%")) && rule.matches(&from).is_some()
                };
                let makes = || rules.naming(&from).any(|rule| !rule.is_pattern()) || rules.patterns().any(fits);
                from != *target && (self.lies(&from, world) != Tri::No || makes())
            })
        })
    }

    /// Whether a rule names the target itself.
    pub(super) fn is_named(&self, target: &Text) -> bool {
        !has_percent(target) && self.state.rules.naming(target).next().is_some()
    }
}
