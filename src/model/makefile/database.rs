//! Knows what make holds behind the last line that it read, as `make -p` shows it.
//! Refuses to know what recipes do.

use super::images::Goals;
use super::rules::Match;
use super::variables::Expansion;
use super::{Call, Make};
use crate::model::parsed::Parsed;
use crate::model::shell::Shell;
use crate::model::value::{Text, Why};
use crate::model::world::World;
use crate::source::{FileId, Span};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::Makefile;

/// make behind the last line.
pub struct Database<'a> {
    make: Make<'a>,
    file: FileId,
}

impl<'a> Database<'a> {
    /// On a machine of which nothing but the checkout is known.
    pub fn of(sources: &'a Parsed<'a>, document: &Makefile) -> Database<'a> {
        Database { make: Make::read(sources, document), file: document.file }
    }

    /// As make finds it in a world.
    pub fn in_realm(shell: &Shell<'a>, world: &World, call: &Call) -> Database<'a> {
        Database { make: Make::read_in(shell, world, call), file: call.document.file }
    }

    /// The scripts that the recipes of the default goal start where no more is known than this make was read with, and those of every
    /// target's own turn. What only another target makes has its turn there.
    pub fn scripts(&mut self, shell: &mut Shell<'a>) -> [Vec<Result<Text, Why>>; 2] {
        let mut world = self.make.world();
        self.make.goals(shell, &mut world, &[]);
        let goal = std::mem::take(&mut shell.trace.started);
        self.make.run(shell, Span::new(self.file, 0, 0), Goals::WithRecipe);
        [goal, std::mem::take(&mut shell.trace.started)]
    }

    /// What `$(info text)` in a last line would print.
    pub fn expand(&mut self, text: &str) -> Expansion {
        let mut folded = Folded::new(self.file);
        folded.push(text, 0);
        self.make.expand(&folded)
    }

    /// What make makes where it is told nothing else.
    pub fn goal(&mut self) -> Expansion {
        self.make.default_goal()
    }

    /// The prerequisites that the rules of a target name, those behind `|` apart. `None` where the files that are read name no such
    /// target, or it cannot be told.
    pub fn prerequisites(&self, target: &Text) -> Option<(Vec<Text>, Vec<Text>)> {
        let state = &self.make.state;
        if state.open.is_some() || state.unread || state.rules.iter().any(|rule| rule.maybe) {
            return None;
        }
        let makers = self.make.makers(&state.rules, target, &self.make.world());
        let named = || state.rules.naming(target).next();
        match makers.as_slice() {
            [only] if !only.rule.is_pattern() => Some(self.make.wanted(target, only)),
            [] => named().map(|rule| {
                let bare = Match { rule, stem: Text::default() };
                self.make.wanted(target, &bare)
            }),
            _ => None,
        }
    }
}
