//! Knows what a project wants of gobin-lint: `gobin-lint.toml` as a value, and which file governs which path.
//! Refuses to know disks, and whether the command line says otherwise.

mod commented;
mod file;
mod globs;
mod images;
mod read;
mod scopes;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

pub use commented::commented;
pub use file::schema;
pub use globs::Globs;
pub use scopes::{Configs, Place};

use crate::finding::Severity;
use crate::model::assumptions::Assumptions;

/// What the file may be called. Two in one directory are a mistake.
pub const NAMES: [&str; 2] = ["gobin-lint.toml", ".gobin-lint.toml"];

/// How grave the findings of a rule are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Off,
    Note,
    Warning,
    Error,
}

impl Level {
    /// `None` for findings that nobody is told of.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Note => Some(Severity::Note),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// The mildest finding that makes the exit code 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, serde::Serialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// The mildest severity that fails a run.
    pub fn threshold(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}

/// What one file says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Config {
    include: Globs,
    exclude: Globs,
    select: Option<BTreeSet<&'static str>>,
    fail_on: Option<FailOn>,
    rules: BTreeMap<&'static str, Level>,
    overrides: Vec<(Globs, BTreeMap<&'static str, Level>)>,
    assumptions: Assumptions,
}

/// Something in a file that cannot be meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// In bytes.
    pub place: Range<usize>,
    pub message: String,
    /// The words under the place; may be empty.
    pub here: String,
    pub help: Option<String>,
}

/// A file that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// As a person here names it.
    pub path: String,
    pub text: String,
    /// In order of their places.
    pub wrongs: Vec<Wrong>,
}

impl Config {
    /// What the text of a file says, or everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Config, Vec<Wrong>> {
        read::read(text)
    }

    /// How grave the findings of a rule are in a file, by its path from the directory of the configuration; `None` for as they are.
    fn level(&self, rule: &str, path: Option<&str>) -> Option<Level> {
        if self.select.as_ref().is_some_and(|ids| !ids.contains(rule)) {
            return Some(Level::Off);
        }
        let covering = |(files, _): &&(Globs, _)| path.is_some_and(|path| files.cover(path));
        let overridden = self.overrides.iter().rev().filter(covering).find_map(|(_, rules)| rules.get(rule));
        overridden.or_else(|| self.rules.get(rule)).copied()
    }

    /// Whether the findings of a rule are wanted anywhere.
    fn wants(&self, rule: &str) -> bool {
        let all = std::iter::once(&self.rules).chain(self.overrides.iter().map(|(_, rules)| rules));
        let on = all.filter_map(|rules| rules.get(rule)).any(|level| *level != Level::Off);
        on || self.level(rule, None) != Some(Level::Off)
    }
}

#[cfg(test)]
mod tests;
