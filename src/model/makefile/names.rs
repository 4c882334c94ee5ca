//! Knows how make reads the names of files in a rule: `./` falls away, `~` and patterns are replaced, `\\:` is a colon.
//! Refuses to know what the files are for.

use super::Make;
use super::expand::join_words;
use crate::model::matching;
use crate::model::value::{Part, Text};
use crate::source::Entry;

/// The suffixes that rules like `.c.o` are made of.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Suffixes {
    /// make's own are among them.
    own: bool,
    more: Vec<String>,
}

impl Default for Suffixes {
    fn default() -> Suffixes {
        Suffixes { own: true, more: Vec::new() }
    }
}

impl Suffixes {
    pub fn clear(&mut self) {
        *self = Suffixes { own: false, more: Vec::new() };
    }

    pub fn extend(&mut self, more: impl Iterator<Item = String>) {
        self.more.extend(more);
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let own = if self.own { &SUFFIXES[..] } else { &[] };
        own.iter().copied().chain(self.more.iter().map(String::as_str))
    }

    /// Whether a name may begin with one of them.
    fn may_begin(&self, name: &str) -> bool {
        self.own && name.starts_with('.') || self.more.iter().any(|suffix| name.starts_with(suffix.as_str()))
    }

    /// A name without the suffix that it ends with, if it ends with one.
    pub fn strip(&self, name: &Text) -> Option<Text> {
        let end = name.literal_suffix();
        // make's own begin with their only dot.
        let own = end.rfind('.').and_then(|dot| SUFFIXES.iter().find(|suffix| self.own && **suffix == &end[dot..]));
        let fitting = own.copied().into_iter().chain(self.more.iter().map(String::as_str));
        let fitting = fitting.filter_map(|suffix| name.strip_suffix(suffix));
        fitting.min_by_key(|stem| stem.to_string().len())
    }
}

/// make's own.
const SUFFIXES: [&str; 36] = [
    ".out", ".a", ".ln", ".o", ".c", ".cc", ".C", ".cpp", ".p", ".f", ".F", ".m", ".r", ".y", ".l", ".ym", ".yl", ".s",
    ".S", ".mod", ".sym", ".def", ".h", ".info", ".dvi", ".tex", ".texinfo", ".texi", ".txinfo", ".w", ".ch", ".web",
    ".sh", ".elc", ".el", ".lm",
];

impl Make<'_> {
    /// The names of files in an expanded text.
    pub(super) fn file_names(&mut self, text: &Text) -> Vec<Text> {
        let mut out: Vec<Text> = Vec::new();
        let mut open: Option<Text> = None;
        for word in text.words() {
            let word = match open.take() {
                Some(before) => join_words(&[before, word]),
                None => word,
            };
            // `\ ` is a blank of the name.
            match word.strip_suffix("\\").filter(|rest| !rest.literal_suffix().ends_with('\\')) {
                Some(before) => open = Some(before),
                None => self.file_name(word, &mut out),
            }
        }
        out.extend(open);
        out
    }

    /// As [`Make::file_names`], for prerequisites.
    pub(super) fn wanted_names(&mut self, text: &Text) -> Vec<Text> {
        let names = self.file_names(text);
        let again = |name: &Text| match name.as_literal() {
            Some(literal) if literal.contains('$') => Text::symbol(format!("$({literal})")),
            _ => name.clone(),
        };
        if self.state.twice { names.iter().map(again).collect() } else { names }
    }

    fn file_name(&mut self, mut word: Text, out: &mut Vec<Text>) {
        let plain = |name: &str| !name.starts_with(['.', '~']) && !name.contains(['*', '?', '[', '\\']);
        if word.as_literal().is_some_and(plain) {
            out.push(word);
            return;
        }
        if let Some(rest) = word.strip_prefix("~/").filter(|_| word.literal_prefix().starts_with("~/")) {
            let home = self.variable("HOME").unwrap_or_else(|_| Text::symbol("HOME"));
            word = home.concat(&"/".into()).concat(&rest);
        }
        match word.as_literal() {
            Some(pattern) if pattern.contains(['*', '?', '[']) => {
                let found = self.matching_files(pattern);
                if found.is_empty() {
                    out.push(Text::symbol(format!("$(wildcard {pattern})")));
                }
                out.extend(found.into_iter().map(|name| bare(&Text::literal(name))));
            }
            _ => out.push(bare(&unescaped(&word))),
        }
    }

    /// Files that a pattern names, as far as they come from the checkout.
    pub(super) fn matching_files(&self, pattern: &str) -> Vec<String> {
        let mut found = vec![String::new()];
        for part in pattern.split_inclusive('/') {
            let name = part.trim_end_matches('/');
            if !name.contains(['*', '?', '[']) {
                found.iter_mut().for_each(|path| path.push_str(part));
                continue;
            }
            let fits =
                |n: &String| matching::matches(name, n) == Some(true) && (!n.starts_with('.') || name.starts_with('.'));
            let below = |dir: &String| {
                let names = self.names_in(dir).into_iter().filter(fits);
                names.map(|n| format!("{dir}{n}{}", &part[name.len()..])).collect::<Vec<_>>()
            };
            found = found.iter().flat_map(below).collect();
        }
        // With a slash at its end it names directories only.
        let directory = pattern.ends_with('/');
        found
            .retain(|name| self.has(&Text::literal(name.as_str())).is_yes() && (!directory || self.is_directory(name)));
        found.sort();
        found
    }

    fn is_directory(&self, name: &str) -> bool {
        let path = self.cwd().join(&Text::literal(name));
        let below = path.and_then(|path| self.checkout_dir(&path));
        below
            .is_some_and(|below| matches!(self.sources.checkout().entry(below.trim_end_matches('/')), Some(Entry::Dir)))
    }

    fn names_in(&self, directory: &str) -> Vec<String> {
        let Some(path) = self.cwd().join(&Text::literal(directory)) else { return Vec::new() };
        self.checkout_dir(&path).map_or_else(Vec::new, |below| self.sources.checkout().list(&below))
    }
}

/// A name as make compares it: without `./` in front.
pub(super) fn bare(name: &Text) -> Text {
    let mut name = name.clone();
    while let Some(rest) = name.strip_prefix("./").filter(|rest| !rest.is_empty()) {
        let slashes = rest.literal_prefix().len() - rest.literal_prefix().trim_start_matches('/').len();
        name = rest.strip_prefix(&"/".repeat(slashes)).unwrap_or(rest);
    }
    name
}

fn unescaped(name: &Text) -> Text {
    let mut out = Text::default();
    for part in name.parts() {
        match part {
            Part::Literal(text) => out.push_str(&text.replace("\\:", ":")),
            Part::Symbol(symbol) => out.push(&Text::symbol(symbol.0.clone())),
        }
    }
    out
}

/// `.x.y`, `.x`: a rule that makes files of one suffix from files of another.
pub(super) fn is_suffix_rule(target: &str, suffixes: &Suffixes) -> bool {
    let known = |suffix: &str| suffixes.iter().any(|own| own == suffix);
    suffixes.may_begin(target)
        && (known(target) || target.char_indices().skip(1).any(|(at, _)| known(&target[..at]) && known(&target[at..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_a_dot_in_front() {
        for (name, expected) in [("./a", "a"), ("././/a/./b", "a/./b"), ("./", "./"), (".", "."), ("../a", "../a")] {
            assert_eq!(bare(&name.into()), expected.into());
        }
        assert_eq!(bare(&Text::literal("./").concat(&Text::symbol("X"))), Text::symbol("X"));
    }

    #[test]
    fn suffixes_make_rules() {
        let own = Suffixes::default();
        assert!(is_suffix_rule(".c.o", &own) && is_suffix_rule(".sh", &own));
        assert!(!is_suffix_rule(".env", &own) && !is_suffix_rule(".c.x", &own) && !is_suffix_rule("a.c", &own));
    }
}
