//! Knows where configurations lie: upwards from each file to the root of its repository, or of the file system where there is none.
//! Refuses to know what they say.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::{Error, Failure, Project, read_text, repository, slashes};
use crate::config::{Broken, Config, Configs, NAMES, Place};

/// Which configuration a run follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Choice<'a> {
    /// The nearest to each file.
    #[default]
    Nearest,
    /// This file for all; its globs begin where the user stands.
    File(&'a Path),
    None,
}

/// Looks for configurations on the way to files.
pub(super) struct Finder<'p> {
    project: &'p Project,
    configs: Configs,
    /// Directories that were looked into; `None` where nothing is looked for.
    visited: Option<BTreeSet<String>>,
    broken: Vec<Broken>,
    errors: Vec<Error>,
}

impl<'p> Finder<'p> {
    pub fn new(project: &'p Project, choice: Choice) -> Finder<'p> {
        let mut finder =
            Finder { project, configs: Configs::default(), visited: None, broken: Vec::new(), errors: Vec::new() };
        match choice {
            Choice::None => {}
            Choice::File(file) => {
                let whole = project.here.join(file);
                let place = finder.place(&project.here);
                if let Some(config) = finder.read(&whole, file.display().to_string()) {
                    finder.configs = Configs::only(place, file.display().to_string(), config);
                }
            }
            Choice::Nearest => {
                finder.visited = Some(BTreeSet::new());
                finder.visit("");
                if finder.configs.files().next().is_none() && repository(&project.root).is_none() {
                    let above = project.root.ancestors().skip(1);
                    let _ = above.into_iter().any(|dir| finder.look_into(dir));
                }
            }
        }
        finder
    }

    /// All configurations that were found, or what is wrong with them.
    pub fn finish(self) -> Result<Configs, Failure> {
        if let Some(error) = self.errors.into_iter().next() {
            return Err(Failure::Disk(error));
        }
        if self.broken.is_empty() { Ok(self.configs) } else { Err(Failure::Config(self.broken)) }
    }

    /// Reads what governs a file, whether it is left out or not.
    pub fn follow(&mut self, path: &str) {
        path.match_indices('/').for_each(|(at, _)| self.visit(&path[..at]));
    }

    /// Whether a file is left out, or a directory between `named` and it. What lies in one that is left out is not read.
    pub fn leaves_out(&mut self, path: &str, named: &str) -> bool {
        for (at, _) in path.match_indices('/') {
            if at > named.len() && self.configs.exclude_one(&path[..at], true) {
                return true;
            }
            self.visit(&path[..at]);
        }
        self.configs.exclude_one(path, false)
    }

    pub fn includes(&self, path: &str) -> bool {
        self.configs.include(path)
    }

    fn visit(&mut self, dir: &str) {
        if self.visited.as_mut().is_some_and(|visited| visited.insert(dir.to_string())) {
            self.look_into(&self.project.root.join(dir));
        }
    }

    /// Whether the directory has a configuration.
    fn look_into(&mut self, dir: &Path) -> bool {
        let there: Vec<&str> = NAMES.into_iter().filter(|name| dir.join(name).symlink_metadata().is_ok()).collect();
        let Some(name) = there.first() else { return false };
        let shown = |name: &str| seen_from(&self.project.here, &dir.join(name));
        if there.len() > 1 {
            let error = format!("{} and {} lie side by side; keep one of them", shown(there[0]), shown(there[1]));
            self.errors.push(Error(error));
            return true;
        }
        let (file, place) = (shown(name), self.place(dir));
        if let Some(config) = self.read(&dir.join(name), file.clone()) {
            self.configs.add(place, file, config);
        }
        true
    }

    fn read(&mut self, path: &Path, shown: String) -> Option<Config> {
        let text = match read_text(path, &shown) {
            Ok(text) => text,
            Err(error) => {
                self.errors.push(error);
                return None;
            }
        };
        match Config::parse(&text) {
            Ok(config) => Some(config),
            Err(wrongs) => {
                self.broken.push(Broken { path: shown, text, wrongs });
                None
            }
        }
    }

    /// Where a directory lies, from the root of the checkout.
    fn place(&self, dir: &Path) -> Place {
        let root = &self.project.root;
        match (dir.strip_prefix(root), root.strip_prefix(dir)) {
            (Ok(below), _) => Place::Below(slashes(below)),
            (_, Ok(root)) => Place::Above(slashes(root)),
            // Somewhere else: its globs reach nothing here.
            _ => Place::Above("..".to_string()),
        }
    }
}

/// How somebody who stands `here` names a file; from the root of the file system where they share nothing.
fn seen_from(here: &Path, file: &Path) -> String {
    let shared = here.components().zip(file.components()).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let shared: Vec<Component> = shared.collect();
    if shared.iter().all(|part| !matches!(part, Component::Normal(_))) {
        return slashes(file);
    }
    let up = "../".repeat(here.components().count() - shared.len());
    up + &slashes(&file.components().skip(shared.len()).collect::<std::path::PathBuf>())
}
