//! Knows what a COPY source with a wildcard brings: the matches that are known, and what else may match.
//! Refuses to know where one file or directory lands ([`super::landing`]).

use super::Stamp;
use crate::model::context::join;
use crate::model::dockerfile::Driver;
use crate::model::files::{File, Found};
use crate::model::matching;
use crate::model::path::Path;
use crate::model::trace::{Argument, CopyFrom, CopySource, HopKind};
use crate::model::tri::Tri;
use crate::model::value::{Text, Why};
use crate::source::Span;

impl Driver<'_> {
    /// A source with a wildcard: what is known to match lands, and more may. A directory that matches gives its contents.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn pattern(
        &mut self,
        stage: usize,
        from: &CopyFrom,
        argument: Argument,
        path: Path,
        target: &Path,
        slash: bool,
        stamp: &Stamp,
    ) -> CopySource {
        let span = argument.span;
        let new = self.stages[stage].world.files.find(target, self.context) == Found::Missing;
        let mut matched = None;
        if let (CopyFrom::Stage(index), Some(pattern)) = (from, path.as_literal()) {
            let other = &self.stages[*index].world.files;
            let matching = |path: &Path| path.as_literal().is_some_and(|p| matching::matches(pattern, p) == Some(true));
            let directory = path.parent();
            let plain = directory.as_literal().is_some_and(|text| !text.contains(['*', '?', '[', '\\']));
            let entries = if plain { other.entries(&directory) } else { None };
            let complete = entries.is_some();
            let paths: Vec<Path> = match entries {
                Some(entries) => entries.into_iter().filter(|path| matching(path)).collect(),
                None => other.files().into_iter().map(|(path, _)| path).filter(|path| matching(path)).collect(),
            };
            // Several sources go one after the other to the same place, which only a slash makes a directory.
            for path in &paths {
                let found = self.look(from, path);
                self.land(stage, from, &argument, path, &found, target, slash || !complete, stamp);
            }
            matched = complete.then_some(paths);
        }
        if matched.is_some() {
            let found = Found::Unknown(Why::at("whatever matches the pattern is copied", span));
            return CopySource { argument, path: Some(path), found, landed: Some(target.clone()), new, matched };
        }
        let why = Why::at("whatever matches the pattern is copied", span);
        let files = &mut self.stages[stage].world.files;
        // Without a slash a file that alone matches becomes the target itself, where nothing makes that a directory.
        let directory = slash || files.is_dir(target, self.context) == Tri::Yes;
        if directory {
            files.make_dir(target);
        }
        let names = path.name().and_then(|name| name.as_literal().map(str::to_string));
        match names.filter(|names| directory && *from == CopyFrom::Context && names.contains('.')) {
            Some(names) => {
                // Directories have no such names: what matches are files, and the repository shows most of them.
                self.matching_files(stage, &path, &names, target, span, stamp);
                self.stages[stage].world.files.taint_names(target, &names, why.clone());
            }
            None => self.stages[stage].world.files.taint(target, why.clone()),
        }
        if let (CopyFrom::Context, Some(pattern)) = (from, path.as_literal()) {
            let directory = path.parent();
            let directory = directory.as_literal().unwrap_or("/").trim_start_matches('/');
            for (name, file) in self.context.made_below(directory) {
                let whole = format!("/{}", join(directory, &name));
                if !name.contains('/') && matching::matches(pattern, &whole) == Some(true) {
                    self.made_lands(stage, &target.child(&Text::literal(name)), file, span, stamp);
                }
            }
        }
        let found = Found::Unknown(why);
        CopySource { argument, path: Some(path), found, landed: Some(target.clone()), new, matched }
    }

    /// The context's files that match a pattern of names.
    fn matching_files(&mut self, stage: usize, path: &Path, names: &str, target: &Path, span: Span, stamp: &Stamp) {
        let Some(directory) = path.parent().as_literal().map(|dir| dir.trim_start_matches('/').to_string()) else {
            return;
        };
        for name in self.context.list(&directory) {
            let inside = join(&directory, &name);
            if matching::matches(names, &name) != Some(true) || self.context.look(&inside) != Found::Exists {
                continue;
            }
            let Some(origin) = self.context.root.as_ref().map(|root| join(root, &inside)) else { return };
            let to = target.child(&Text::literal(name));
            let hop = self.shell.hop(HopKind::FromContext, span, &to, None);
            let mode = if crate::model::files::Context::executable(self.context, &origin) { 0o755 } else { 0o644 };
            let file = File { mode: Some(mode), origin: Some(origin), ..File::new(hop) };
            self.stages[stage].world.files.put_file(&to, stamp.on(file));
        }
    }
}
