//! Knows the comments by which a project keeps a finding: `# gobin-lint: allow <id>[, <id>] -- reason`.
//! Refuses to know rules: which ids there are, and what becomes of a comment that allows nothing, is asked elsewhere.

mod add;
mod read;

use std::collections::BTreeSet;
use std::ops::Range;

pub use add::additions;

use crate::finding::Edit;
use crate::source::{FileId, Sources, Span};

/// One comment that a person addressed to gobin-lint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allow {
    /// From `#` to the last word.
    pub comment: Span,
    /// What goes when the comment goes: the whole line, or the end of one.
    pub removal: Span,
    pub names: Vec<Name>,
    /// Behind `--`.
    pub reason: Option<String>,
    pub scope: Scope,
}

/// A rule's id as a comment names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    pub id: String,
    pub span: Span,
}

/// Where a comment counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    /// For findings that start in these bytes.
    Lines(Range<usize>),
    File,
    /// Nowhere.
    Nowhere(Slip),
}

/// Why a comment counts nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slip {
    /// Neither `allow` nor `allow-file`, or no id behind it.
    Unreadable,
    /// `allow-file` below the first line that is no comment.
    Late,
    /// Behind an instruction whose arguments no shell reads: for the builder this is another argument.
    Argument,
}

/// A comment, or one id of it, that allows nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Idle {
    pub span: Span,
    pub why: Why,
    /// What takes it away.
    pub removal: Edit,
}

/// Why an id allows nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// The rule was asked and has nothing to say there.
    Unused {
        id: String,
    },
    /// No rule is called so.
    Unknown {
        id: String,
        near: Option<&'static str>,
    },
    Slip(Slip),
}

/// All comments of some files, and which of their ids were needed.
pub struct Allows {
    all: Vec<Allow>,
    used: BTreeSet<(usize, usize)>,
}

impl Allows {
    /// Reads the comments of some files. `documents` are those of them that are linted: a Dockerfile and a Makefile have comments of their
    /// own kind.
    pub fn of(sources: &Sources, files: impl IntoIterator<Item = FileId>, documents: &[FileId]) -> Allows {
        let read = |file: FileId| read::allows(file, &sources.get(file), documents.contains(&file));
        Allows { all: files.into_iter().flat_map(read).collect(), used: BTreeSet::new() }
    }

    /// The comment that keeps a finding of this rule at this place. Every comment that does counts as needed.
    pub fn allowing(&mut self, rule: &str, place: Span) -> Option<&Allow> {
        let mut first = None;
        for (at, allow) in self.all.iter().enumerate().filter(|(_, allow)| allow.covers(place)) {
            for (name, _) in allow.names.iter().enumerate().filter(|(_, name)| name.id == rule) {
                self.used.insert((at, name));
                first = first.or(Some(at));
            }
        }
        first.map(|at| &self.all[at])
    }

    /// What allows nothing, given which rules were asked, which exist, and which of them is called almost so.
    pub fn idle(
        &self,
        asked: &dyn Fn(&str) -> bool,
        exists: &dyn Fn(&str) -> bool,
        nearest: &dyn Fn(&str) -> Option<&'static str>,
    ) -> Vec<Idle> {
        let mut out = Vec::new();
        for (at, allow) in self.all.iter().enumerate() {
            if let Scope::Nowhere(slip) = allow.scope {
                out.push(Idle { span: allow.comment, why: Why::Slip(slip), removal: allow.remove() });
                continue;
            }
            let why = |(index, name): (usize, &Name)| {
                let id = name.id.clone();
                match exists(&id) {
                    false => Some(Why::Unknown { near: nearest(&id), id }),
                    true => (asked(&id) && !self.used.contains(&(at, index))).then_some(Why::Unused { id }),
                }
            };
            let whys: Vec<Option<Why>> = allow.names.iter().enumerate().map(why).collect();
            let all = whys.iter().all(Option::is_some);
            for (index, why) in whys.into_iter().enumerate() {
                let removal = if all { allow.remove() } else { allow.remove_name(index) };
                out.extend(why.map(|why| Idle { span: allow.names[index].span, why, removal }));
            }
        }
        out
    }
}

impl Allow {
    fn covers(&self, place: Span) -> bool {
        place.file == self.comment.file
            && match &self.scope {
                Scope::Lines(lines) => lines.contains(&place.range().start),
                Scope::File => true,
                Scope::Nowhere(_) => false,
            }
    }

    fn remove(&self) -> Edit {
        Edit { span: self.removal, text: String::new() }
    }

    /// Takes one of several ids away, and the comma beside it.
    fn remove_name(&self, index: usize) -> Edit {
        let span = self.names[index].span;
        let span = match (index.checked_sub(1), self.names.get(index + 1)) {
            (Some(before), _) => Span { start: self.names[before].span.end, ..span },
            (None, Some(after)) => Span { end: after.span.start, ..span },
            (None, None) => span,
        };
        Edit { span, text: String::new() }
    }
}
