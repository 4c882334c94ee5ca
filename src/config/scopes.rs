//! Knows which configuration governs which path of the checkout: the nearest at or above it.
//! Refuses to know what lies where, and how configurations are found.

use super::{Config, FailOn, Level};
use crate::model::assumptions::{Assumptions, NOTHING};

/// Where a configuration stands: the directory that its globs begin in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In the checkout, or at its root, which is `""`.
    Below(String),
    /// Above the root, which is called so from there.
    Above(String),
}

impl Place {
    /// A path of the checkout as it is called from here.
    fn relative(&self, path: &str) -> Option<String> {
        match self {
            Place::Below(dir) if dir.is_empty() => Some(path.to_string()),
            Place::Below(dir) => Some(path.strip_prefix(dir.as_str())?.strip_prefix('/')?.to_string()),
            Place::Above(root) => Some(format!("{root}/{path}")),
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
struct Scope {
    /// The directory of the checkout that it governs.
    dir: String,
    place: Place,
    /// The file, as a person here names it.
    file: String,
    config: Config,
}

/// All configurations of a run.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Configs(Vec<Scope>);

impl Configs {
    /// Adds a file that was found in a directory of the checkout or above.
    pub fn add(&mut self, place: Place, file: String, config: Config) {
        let dir = match &place {
            Place::Below(dir) => dir.clone(),
            Place::Above(_) => String::new(),
        };
        self.0.push(Scope { dir, place, file, config });
    }

    /// One file for the whole checkout, wherever its globs begin.
    pub fn only(place: Place, file: String, config: Config) -> Configs {
        Configs(vec![Scope { dir: String::new(), place, file, config }])
    }

    /// The files, as a person here names them.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|scope| scope.file.as_str())
    }

    fn of(&self, path: &str) -> Option<&Scope> {
        let above = |dir: &str| dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
        self.0.iter().filter(|scope| above(&scope.dir)).max_by_key(|scope| scope.dir.len())
    }

    /// How grave the findings of a rule are in a file; `None` for as they are.
    pub fn level(&self, rule: &str, path: &str) -> Option<Level> {
        let scope = self.of(path)?;
        scope.config.level(rule, scope.place.relative(path).as_deref())
    }

    /// The one level that a rule has in all files, as far as no glob says otherwise.
    pub fn level_everywhere(&self, rule: &str) -> Option<Level> {
        let whole = self.0.iter().find(|scope| scope.dir.is_empty())?.config.level(rule, None)?;
        self.0.iter().all(|scope| scope.config.level(rule, None) == Some(whole)).then_some(whole)
    }

    /// Whether the findings of a rule are wanted anywhere.
    pub fn want(&self, rule: &str) -> bool {
        let whole = self.0.iter().any(|scope| scope.dir.is_empty());
        !whole || self.0.iter().any(|scope| scope.config.wants(rule))
    }

    /// What makes the exit code 1 for findings in a file, where the configuration that governs it says so.
    pub fn fail_on(&self, path: &str) -> Option<FailOn> {
        self.of(path)?.config.fail_on
    }

    /// What the configuration that governs a file says of the world outside.
    pub fn assumptions(&self, path: &str) -> &Assumptions {
        self.of(path).map_or(&NOTHING, |scope| &scope.config.assumptions)
    }

    /// Whether a file is linted although its name says nothing.
    pub fn include(&self, path: &str) -> bool {
        let scope = self.of(path);
        scope
            .is_some_and(|scope| scope.place.relative(path).is_some_and(|path| scope.config.include.name(&path, false)))
    }

    /// Whether a file is left out, or a directory above it, each by what governs the directory that it lies in.
    pub fn exclude(&self, path: &str) -> bool {
        let dirs = path.match_indices('/').map(|(at, _)| (&path[..at], true));
        dirs.chain([(path, false)]).any(|(path, is_dir)| self.exclude_one(path, is_dir))
    }

    /// Whether a path itself is left out, whatever is above it.
    pub fn exclude_one(&self, path: &str, is_dir: bool) -> bool {
        let scope = self.of(path);
        let relative = scope.and_then(|scope| scope.place.relative(path));
        scope.zip(relative).is_some_and(|(scope, path)| scope.config.exclude.name(&path, is_dir))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(text).unwrap()
    }

    fn below(dir: &str) -> Place {
        Place::Below(dir.to_string())
    }

    #[test]
    fn the_nearest_file_replaces_those_above() {
        let mut configs = Configs::default();
        configs.add(below(""), String::new(), config("fail-on = 'note'\n[rules]\nglued-path = 'off'\n"));
        configs.add(below("a/b"), String::new(), config("[rules]\nsyntax-error = 'note'\n"));
        assert_eq!(configs.level("glued-path", "a/Makefile"), Some(Level::Off));
        assert_eq!(configs.level("glued-path", "a/b/Makefile"), None);
        assert_eq!(configs.level("syntax-error", "a/b/c/Makefile"), Some(Level::Note));
        assert_eq!(configs.level("syntax-error", "a/bc/Makefile"), None);
        assert_eq!((configs.fail_on("x"), configs.fail_on("a/b/x")), (Some(FailOn::Note), None));
        assert!(configs.want("glued-path"));
    }

    #[test]
    fn a_directory_that_is_left_out_stays_so_whatever_lies_in_it() {
        let mut configs = Configs::default();
        configs.add(below(""), String::new(), config("exclude = ['legacy/', '*.mk']\n"));
        configs.add(below("legacy"), String::new(), config(""));
        configs.add(below("own"), String::new(), config(""));
        assert!(configs.exclude("legacy/Makefile") && configs.exclude("a/x.mk"));
        assert!(!configs.exclude("own/x.mk") && !configs.exclude("Makefile"));
    }

    #[test]
    fn globs_begin_where_the_file_stands() {
        let mut configs = Configs::default();
        configs.add(Place::Above("work/app".to_string()), String::new(), config("exclude = ['/work/app/a/']\n"));
        assert!(configs.exclude("a/Makefile") && !configs.exclude("b/a/Makefile"));
        let configs =
            Configs::only(below("sub"), String::new(), config("exclude = ['/x/']\ninclude = ['/*.docker']\n"));
        assert!(configs.exclude("sub/x/Makefile") && !configs.exclude("x/Makefile"));
        assert!(configs.include("sub/a.docker") && !configs.include("sub/b/a.docker"));
    }
}
