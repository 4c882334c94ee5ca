//! Knows which files `include` reads, and what one that is not there leaves open.
//! Refuses to know what their lines do.

use super::Make;
use crate::model::tri::Tri;
use crate::model::value::{Text, Why};
use crate::source::Span;
use crate::syntax::fold::Folded;

/// How many files one Makefile may include, and how deep.
pub(super) const INCLUDES: usize = 64;
const INCLUDE_DEPTH: usize = 8;

impl Make<'_> {
    pub(super) fn include(&mut self, paths: &Folded, optional: bool, span: Span) {
        let open = |why: Why| Some(Why { span: why.span.or(Some(span)), ..why });
        let paths = match self.expand(paths) {
            Ok(paths) => paths.words(),
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
}
