//! Knows prerequisites for want of which make stops: no rule makes them, no file has their name, and nothing speaks of making them.
//! Refuses to know names that may be a file's: somebody may put that there by hand.

use super::Make;
use super::rules::Rule;
use crate::kind::Kind;
use crate::model::builders::{GITLAB, WORKFLOWS};
use crate::model::context::join;
use crate::model::trace::{Hop, HopKind, Trace};
use crate::model::value::Text;
use crate::source::Span;
use crate::syntax::makefile::Makefile;
use std::collections::BTreeMap;

/// Where more names than these have no rule, the rules are elsewhere.
const MOST: usize = 100;

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmade {
    pub name: String,
    /// The rule's target.
    pub target: String,
    /// The name in the rule's line; the line where a variable brings it.
    pub span: Span,
    pub exact: bool,
}

impl Make<'_> {
    /// The prerequisites of a Makefile that is read to its end and run. None where a rule may not have been read.
    pub(super) fn unmade(&self, document: &Makefile, trace: &Trace) -> Vec<Unmade> {
        let Some(directory) = self.directory.as_ref().and_then(|directory| directory.checkout_path()) else {
            return Vec::new();
        };
        let documents = || self.documents.iter().map(|included| &**included).chain([document]);
        let may_be_part = self.sources.parts.may_have(self.sources, &directory);
        if may_be_part
            || self.searches()
            || documents().any(|document| document.another_makes || !document.errors.is_empty())
        {
            return Vec::new();
        }
        // By name, with the first rule that needs it.
        let mut wanted: BTreeMap<&str, (&Rule, &str)> = BTreeMap::new();
        for rule in self.state.rules.iter().filter(|rule| !rule.maybe && !rule.is_pattern()) {
            let Some(target) = rule.targets.iter().find_map(Text::as_literal) else { continue };
            let names = rule.prerequisites.iter().chain(&rule.order_only).filter_map(Text::as_literal);
            for name in names.filter(|name| is_plain(name) && !self.is_target(name)) {
                wanted.entry(name).or_insert((rule, target));
            }
            if wanted.len() > MOST {
                return Vec::new();
            }
        }
        let is_made = |name: &str| {
            let built = |hop: &Hop| hop.kind == HopKind::Built && hop.path.text().literal_suffix().ends_with(name);
            trace.hops.iter().any(built)
                || self.hidden_maker(&Text::literal(name)).is_some()
                || self.is_spoken_of(name, documents())
                || self.may_lie(&directory, name)
        };
        let unmade = wanted.into_iter().filter_map(|(name, (rule, target))| {
            let source = self.sources.get(rule.span.file);
            let line = &source.text[rule.span.range()];
            // What lies elsewhere others read, too. What is expanded twice is no name yet.
            let is_own =
                directory.is_empty() || source.path.strip_prefix(&directory).is_some_and(|rest| rest.starts_with('/'));
            if !is_own || line.contains("$$") || is_made(name) {
                return None;
            }
            let behind = line.find(':').map_or(0, |at| at + 1);
            let at = words(&line[behind..])
                .find(|(_, word)| *word == name)
                .map(|(at, _)| rule.span.start as usize + behind + at);
            let span = at.map_or(rule.span, |at| Span::new(rule.span.file, at, at + name.len()));
            Some(Unmade { name: name.to_string(), target: target.to_string(), span, exact: at.is_some() })
        });
        unmade.collect()
    }

    fn is_target(&self, name: &str) -> bool {
        let name = Text::literal(name);
        self.state.phony.contains(&name) || self.state.rules.naming(&name).next().is_some()
    }

    /// Whether any line but a rule's own names it: a recipe may make it, a comment say who does.
    fn is_spoken_of<'d>(&self, name: &str, mut documents: impl Iterator<Item = &'d Makefile>) -> bool {
        documents.any(|document| {
            let text = &self.sources.get(document.file).text;
            let mut rules: Vec<Span> =
                self.state.rules.iter().map(|rule| rule.span).filter(|span| span.file == document.file).collect();
            rules.sort_unstable_by_key(|span| span.start);
            let mut at = 0;
            let mut said = false;
            for rule in rules {
                said |= has_word(&text[at.min(rule.start as usize)..rule.start as usize], name);
                at = at.max(rule.end as usize);
            }
            said || has_word(&text[at..], name)
        })
    }

    /// Whether a file may have the name, or make a rule of its own for it: one of its name with an ending is there, git ignores it, or CI
    /// or an image speaks of it.
    fn may_lie(&self, directory: &str, name: &str) -> bool {
        let checkout = self.sources.checkout();
        let own =
            |other: &String| other.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let says = |path: &str| checkout.read(path).is_some_and(|text| has_word(&text, name));
        let ignores = |directory: &str| says(&join(directory, ".gitignore"));
        // CI brings files, and an image takes them.
        let is_taken = || {
            let workflows = checkout.list(WORKFLOWS).into_iter().map(|file| join(WORKFLOWS, &file));
            let beside = checkout.list(directory).into_iter().map(|file| join(directory, &file));
            let dockerfiles = beside.filter(|path| Kind::of_path(path) == Some(Kind::Dockerfile));
            workflows.chain([GITLAB.to_string()]).chain(dockerfiles).any(|path| says(&path))
        };
        checkout.list(directory).iter().any(own) || ignores(directory) || ignores("") || is_taken()
    }
}

/// A word that only a target has for a name, as far as a name tells.
fn is_plain(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|c| is_of_word(c) && !c.is_ascii_uppercase()) && !name.starts_with('-')
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// The words of a text, each with the byte that it begins at.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(|c| !is_of_word(c)).scan(0, |at, word| {
        let start = *at;
        // What parts them may be longer than a byte, and is not a word's.
        *at += word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        Some((start, word))
    })
}

fn has_word(text: &str, name: &str) -> bool {
    words(text).any(|(_, word)| word == name)
}
