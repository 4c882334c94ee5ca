//! Knows COPY and ADD: where each source comes from, and where BuildKit puts it.
//! Refuses to know what the files are for.

use super::Driver;
use crate::model::context::join;
use crate::model::files::{File, Files, Found, Tree};
use crate::model::images;
use crate::model::matching;
use crate::model::path::Path;
use crate::model::trace::{Argument, CopyFrom, CopyRun, CopySource, EventKind, HopKind};
use crate::model::value::{Text, Value, Why};
use crate::source::Span;
use crate::syntax::dockerfile::{Instruction, Path as Word, Transfer};
use std::sync::Arc;

/// What the flags make of every file that arrives.
#[derive(Clone)]
struct Stamp {
    /// `--chmod`, where written: the mode, or `None` where it is not a plain octal number.
    mode: Option<Option<u32>>,
    /// `--chown`, where written.
    owner: Option<Option<Text>>,
}

impl Stamp {
    fn on(&self, mut file: File) -> File {
        if let Some(mode) = self.mode {
            file.mode = mode;
        }
        file.owner = match &self.owner {
            Some(owner) => owner.clone(),
            // COPY gives everything to root, whatever USER says and whoever owned it before.
            None => Some("0:0".into()),
        };
        file
    }
}

impl Driver<'_> {
    pub(super) fn transfer(&mut self, stage: usize, instruction: &Instruction, transfer: &Transfer, add: bool) {
        let flag = |name: &str| instruction.flag(name).and_then(|f| f.value.as_ref());
        let argument = |driver: &Self, name: &str| {
            flag(name).map(|word| Argument {
                value: driver.expand(stage, word),
                span: word.span,
                glob: false,
                exact: word.raw.is_exact(0..word.raw.text.len()),
            })
        };
        let (chmod, chown) = (argument(self, "chmod"), argument(self, "chown"));
        let stamp = Stamp {
            mode: chmod.as_ref().map(|a| a.value.as_literal().and_then(|t| u32::from_str_radix(t, 8).ok())),
            owner: chown.as_ref().map(|a| a.value.expand().ok()),
        };
        let from = self.copy_from(stage, argument(self, "from"));
        if let CopyFrom::Stage(index) = from {
            self.taken_from.insert(index);
        }
        let destination = transfer.destination.as_ref().map(|word| self.argument(stage, word));
        let target = destination.as_ref().map(|d| self.stages[stage].world.path(&d.value));
        let several = transfer.sources.len() + transfer.heredocs.len() > 1;
        let slash = destination.as_ref().is_some_and(|d| match &d.value {
            Value::Text(text) => {
                text.literal_suffix().ends_with('/') || matches!(text.as_literal(), Some("" | "." | "./" | ".."))
            }
            _ => false,
        }) || several;
        let parents = instruction.flag("parents").is_some();
        let mut sources = Vec::new();
        for word in &transfer.sources {
            let argument = self.argument(stage, word);
            let source = self.one_source(stage, &from, argument, target.as_ref(), slash, &stamp, add, parents);
            sources.push(source);
        }
        for heredoc in &transfer.heredocs {
            let Some(Ok(target)) = &target else { continue };
            let path = if slash { target.child(&Text::literal(heredoc.name.clone())) } else { target.clone() };
            let hop = self.shell.hop(HopKind::Written, heredoc.marker, &path, None);
            let file = File { hop, mode: Some(0o644), owner: None, program: None, origin: None };
            self.stages[stage].world.files.put_file(&path, stamp.on(file));
        }
        if let Some(Err(why)) = &target {
            self.stages[stage].world.files.taint(&Path::root(), why.clone());
        }
        let event = CopyRun { from, from_span: flag("from").map(|word| word.span), sources, destination, chmod, chown };
        self.shell.event(instruction.span, EventKind::Copy(event));
    }

    fn argument(&self, stage: usize, word: &Word) -> Argument {
        let raw = &word.word.raw;
        Argument {
            value: self.expand_folded(stage, raw),
            span: word.word.span,
            glob: raw.text.contains(['*', '?', '[']),
            exact: !word.json && raw.is_exact(0..raw.text.len()),
        }
    }

    fn copy_from(&self, stage: usize, from: Option<Argument>) -> CopyFrom {
        let Some(from) = from else { return CopyFrom::Context };
        let Some(name) = from.value.as_literal() else { return CopyFrom::Image(from.value) };
        if let Some(index) =
            self.stages[..stage].iter().rposition(|s| s.name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)))
        {
            return CopyFrom::Stage(index);
        }
        if let Ok(index) = name.parse::<usize>() {
            return if index < stage { CopyFrom::Stage(index) } else { CopyFrom::NoIndex(index) };
        }
        if self.stages[stage].name.as_ref().is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return CopyFrom::Later(stage);
        }
        CopyFrom::Image(from.value)
    }

    #[allow(clippy::too_many_arguments)]
    fn one_source(
        &mut self,
        stage: usize,
        from: &CopyFrom,
        argument: Argument,
        target: Option<&Result<Path, Why>>,
        slash: bool,
        stamp: &Stamp,
        add: bool,
        parents: bool,
    ) -> CopySource {
        let unknown = |argument: Argument, why: Why| CopySource {
            argument,
            path: None,
            found: Found::Unknown(why),
            landed: None,
            new: false,
        };
        let text = match &argument.value {
            Value::Text(text) => text.clone(),
            Value::Unset => Text::default(),
            Value::Unknown(why) => {
                let why = why.clone();
                self.taint_target(stage, target, &why);
                return unknown(argument, why);
            }
        };
        let remote = add
            && ["http://", "https://", "git@", "git://", "ssh://"].iter().any(|p| text.literal_prefix().starts_with(p));
        let archive = add
            && [".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst"]
                .iter()
                .any(|s| text.literal_suffix().ends_with(s));
        if remote || archive || parents {
            let why = Why::at("what this brings is not listed", argument.span);
            self.taint_target(stage, target, &why);
            return unknown(argument, why);
        }
        // A source is always taken from the root of where it comes from.
        let Some(path) = Path::root().join(&Text::literal("/").concat(&text)) else {
            let why = Why::at("the source's path is not known", argument.span);
            self.taint_target(stage, target, &why);
            return unknown(argument, why);
        };
        let Some(Ok(target)) = target.cloned() else {
            return CopySource { found: self.look(from, &path), argument, path: Some(path), landed: None, new: false };
        };
        if argument.glob {
            return self.pattern(stage, from, argument, path, &target, stamp);
        }
        let found = self.look(from, &path);
        let new = self.stages[stage].world.files.find(&target, self.context) == Found::Missing;
        let landed = self.land(stage, from, &argument, &path, &found, &target, slash, stamp);
        CopySource { argument, path: Some(path), found, landed: Some(landed), new }
    }

    fn look(&self, from: &CopyFrom, path: &Path) -> Found {
        match from {
            CopyFrom::Stage(index) => self.stages[*index].world.files.find(path, self.context),
            CopyFrom::Context => match path.as_literal() {
                Some(text) => self.context.look(text.trim_start_matches('/')),
                None => Found::Unknown(Why::new("the source's path is not known")),
            },
            CopyFrom::Image(value) => match value.expand().ok().and_then(|text| images::lookup_text(&text)) {
                Some(image) => Files::new(crate::model::files::Base::Image(Arc::new(image))).find(path, self.context),
                None => Found::Unknown(Why::new(format!("what the image `{value}` holds is not known"))),
            },
            CopyFrom::Later(_) | CopyFrom::NoIndex(_) => Found::Unknown(Why::new("there is no such stage")),
        }
    }

    /// Puts one source into the stage. Gives the file's path, or the directory that got the contents.
    #[allow(clippy::too_many_arguments)]
    fn land(
        &mut self,
        stage: usize,
        from: &CopyFrom,
        argument: &Argument,
        path: &Path,
        found: &Found,
        target: &Path,
        slash: bool,
        stamp: &Stamp,
    ) -> Path {
        let span = argument.span;
        let into_directory = slash || matches!(self.stages[stage].world.files.find(target, self.context), Found::Dir);
        let as_file = match path.name() {
            Some(name) if into_directory => target.child(&name),
            _ => target.clone(),
        };
        let place_unknown =
            matches!(self.stages[stage].world.files.find(target, self.context), Found::Unknown(_)) && !slash;
        match found {
            Found::File { file, doubt, .. } => {
                let hop = self.shell.hop(HopKind::Copied, span, &as_file, Some(file.hop));
                let mut copy = File { hop, ..file.clone() };
                if doubt.is_some() {
                    copy = File { mode: None, program: None, ..copy };
                }
                let files = &mut self.stages[stage].world.files;
                if place_unknown {
                    // It may be a directory that the base image brings.
                    if let Some(name) = path.name() {
                        files.put_file(&target.child(&name), stamp.on(copy.clone()));
                    }
                }
                files.put_file(&as_file, stamp.on(copy));
                as_file
            }
            Found::Dir => {
                self.directory(stage, from, path, target, span, stamp);
                target.clone()
            }
            Found::Missing if *from != CopyFrom::Context => as_file,
            // A file or a directory that we see nothing of.
            _ => {
                let checkout_file = match (from, found, path.as_literal()) {
                    (CopyFrom::Context, Found::Exists, Some(text)) => {
                        self.context.root.as_ref().map(|root| join(root, text.trim_start_matches('/')))
                    }
                    _ => None,
                };
                let hop_kind = if *from == CopyFrom::Context { HopKind::FromContext } else { HopKind::Copied };
                let hop = self.shell.hop(hop_kind, span, &as_file, None);
                let mode = checkout_file.as_ref().map(|path| {
                    if crate::model::files::Context::executable(self.context, path) { 0o755 } else { 0o644 }
                });
                let is_file = checkout_file.is_some() || looks_like_a_file(path);
                let file = stamp.on(File { hop, mode, owner: None, program: None, origin: checkout_file });
                let files = &mut self.stages[stage].world.files;
                if !is_file {
                    let why = Why::at("what this copies is not known", span);
                    files.taint(if into_directory { target } else { &as_file }, why);
                }
                files.put_file(&as_file, file);
                as_file
            }
        }
    }

    /// Lays a directory's contents over the target.
    fn directory(&mut self, stage: usize, from: &CopyFrom, path: &Path, target: &Path, span: Span, stamp: &Stamp) {
        match from {
            CopyFrom::Context => {
                let hop = self.shell.hop(HopKind::FromContext, span, target, None);
                let (Some(root), Some(text)) = (&self.context.root, path.as_literal()) else { return };
                let tree = Tree { directory: join(root, text), context: root.clone(), hop };
                let files = &mut self.stages[stage].world.files;
                files.make_dir(target);
                files.put_tree(target, tree);
            }
            CopyFrom::Stage(index) => {
                let other = self.stages[*index].world.files.clone();
                let shell = &mut self.shell;
                let mut hop_of = |to: &Path, file: &File| {
                    let hop = shell.hop(HopKind::Copied, span, to, Some(file.hop));
                    stamp.on(File { hop, ..file.clone() })
                };
                self.stages[stage].world.files.graft(&other, path, target, &mut hop_of);
            }
            CopyFrom::Image(_) | CopyFrom::Later(_) | CopyFrom::NoIndex(_) => {
                let why = Why::at("copied from an image whose files are not all known", span);
                let files = &mut self.stages[stage].world.files;
                files.make_dir(target);
                files.taint(target, why);
            }
        }
    }

    /// A source with a wildcard: what is known to match lands, and more may.
    fn pattern(
        &mut self,
        stage: usize,
        from: &CopyFrom,
        argument: Argument,
        path: Path,
        target: &Path,
        stamp: &Stamp,
    ) -> CopySource {
        let span = argument.span;
        if let (CopyFrom::Stage(index), Some(pattern)) = (from, path.as_literal()) {
            let matching: Vec<(Path, File)> = self.stages[*index]
                .world
                .files
                .files()
                .into_iter()
                .filter(|(path, _)| path.as_literal().is_some_and(|p| matching::matches(pattern, p) == Some(true)))
                .collect();
            for (path, file) in matching {
                let Some(name) = path.name() else { continue };
                let to = target.child(&name);
                let hop = self.shell.hop(HopKind::Copied, span, &to, Some(file.hop));
                self.stages[stage].world.files.put_file(&to, stamp.on(File { hop, ..file }));
            }
        }
        let why = Why::at("whatever matches the pattern is copied", span);
        self.stages[stage].world.files.make_dir(target);
        self.stages[stage].world.files.taint(target, why.clone());
        CopySource { argument, path: Some(path), found: Found::Unknown(why), landed: Some(target.clone()), new: false }
    }

    fn taint_target(&mut self, stage: usize, target: Option<&Result<Path, Why>>, why: &Why) {
        if let Some(Ok(target)) = target {
            self.stages[stage].world.files.taint(target, why.clone());
        }
    }
}

/// A name with an extension is a file's (`go.sum`, `config.yaml`): directories of a build context hardly have one.
fn looks_like_a_file(path: &Path) -> bool {
    let name = path.name();
    let name = name.as_ref().and_then(Text::as_literal).unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && !extension.is_empty() && extension.chars().all(char::is_alphabetic) && extension != "d"
    })
}
