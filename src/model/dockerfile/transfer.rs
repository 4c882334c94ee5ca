//! Knows COPY and ADD: their flags, where each source comes from, and which directory or name it is for.
//! Refuses to know what the files are for.

mod landing;
mod patterns;

use super::Driver;
use crate::model::commands::apply_mode;
use crate::model::context::join;
use crate::model::files::{Base, Content, Directory, File, Files, Found};
use crate::model::images::Image;
use crate::model::path::Path;
use crate::model::trace::{Argument, Cause, CopyFrom, CopyRun, CopySource, EventKind, Hop, HopKind};
use crate::model::value::{Text, Value, Why};
use crate::syntax::dockerfile::{Instruction, Path as Word, Transfer};
use landing::downloaded_name;
use std::sync::Arc;

/// What the flags make of what arrives.
#[derive(Clone)]
struct Stamp {
    /// `--chmod`, where written; `Err` where what is written is not known.
    mode: Option<Result<String, ()>>,
    /// `--chown`, where written.
    owner: Option<Option<Text>>,
    /// From another stage or image: BuildKit keeps the owners of its files. The build context has none.
    keeps_owner: bool,
    /// `ADD --unpack`: an archive does not arrive as a file.
    unpacks: bool,
}

impl Stamp {
    fn numeric_mode(&self) -> Option<u32> {
        u32::from_str_radix(self.mode.as_ref()?.as_ref().ok()?, 8).ok()
    }

    fn on(&self, mut file: File) -> File {
        match &self.mode {
            // Symbolic modes are taken since BuildKit 0.20, refused by some releases before, and passed over by older ones.
            Some(Ok(mode)) => match u32::from_str_radix(mode, 8) {
                Ok(mode) => file.mode = Some(mode),
                Err(_) => file.mode = file.mode.filter(|before| apply_mode(mode, Some(*before)) == Some(*before)),
            },
            Some(Err(())) => file.mode = None,
            None => {}
        }
        match &self.owner {
            Some(owner) => file.owner = owner.clone(),
            None if self.keeps_owner => {}
            None => file.owner = Some("0:0".into()),
        }
        file
    }
}

/// Whether a source puts something at its destination, and not what an archive holds. A pattern may match nothing.
fn certainly_arrives(source: &CopySource) -> bool {
    let download = source.path.is_none() && source.landed.is_some();
    let listed = matches!(source.found, Found::File { .. } | Found::Exists | Found::Dir | Found::NotInCheckout { .. });
    download || listed && !source.argument.glob
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
        let from = self.copy_from(stage, argument(self, "from"));
        let stamp = Stamp {
            mode: chmod.as_ref().map(|a| a.value.as_literal().map(str::to_string).ok_or(())),
            owner: chown.as_ref().map(|a| a.value.expand().ok()),
            keeps_owner: from != CopyFrom::Context,
            unpacks: instruction.flag("unpack").is_some(),
        };
        let from_variable = flag("from").is_some_and(|word| word.raw.text.contains('$'));
        if from_variable {
            self.stop(instruction.span, Cause::NoStage, "variables are not expanded in `--from`");
        }
        match from {
            CopyFrom::Stage(index) => {
                self.taken_from.insert(index);
                self.stages[stage].needs.push(index);
            }
            CopyFrom::NoIndex(index) => {
                self.stop(instruction.span, Cause::NoStage, format!("there is no stage {index}"))
            }
            CopyFrom::Later(_) => self.stop(instruction.span, Cause::NoStage, "a stage copies from itself"),
            CopyFrom::Context | CopyFrom::Image(_) => {}
        }
        let first = self.stages[stage].world.files.is_empty();
        let owner = chown.as_ref().and_then(|a| a.value.as_literal()).unwrap_or_default();
        let mut unknown_names = self.stages[stage].world.missing_accounts(owner, self.context);
        // BuildKit takes `root` for 0 without looking it up (client/llb/fileop.go, parseUID).
        unknown_names.retain(|(_, name)| name != "root");
        if let (true, Some(chown), [_, ..]) = (first, &chown, unknown_names.as_slice()) {
            let reason = format!("the image is still empty and has no user or group `{owner}`");
            self.stop(chown.span, Cause::NoOwner, reason);
        }
        let link = instruction.flag("link").is_some_and(|f| {
            f.value.as_ref().is_none_or(|word| self.expand(stage, word).as_literal() != Some("false"))
        });
        let destination = transfer.destination.as_ref().map(|word| self.argument(stage, word));
        let target = destination.as_ref().map(|d| self.stages[stage].world.path(&d.value));
        let several = transfer.sources.len() + transfer.heredocs.len() > 1;
        let slash = destination.as_ref().is_some_and(|d| match &d.value {
            Value::Text(text) => {
                text.literal_suffix().ends_with('/') || matches!(text.as_literal(), Some("" | "." | "./" | ".."))
            }
            _ => false,
        });
        // BuildKit writes several sources one over the other where nothing says that the destination is a directory.
        let missing = |path: &Path| self.stages[stage].world.files.find(path, self.context) == Found::Missing;
        let bare = !slash && matches!(&target, Some(Ok(path)) if missing(path));
        let slash = slash || several && !bare;
        let parents = instruction.flag("parents").is_some();
        let new_directories = match &target {
            Some(Ok(target)) if !parents => self.missing_directories(stage, target, slash),
            _ => Vec::new(),
        };
        let mut over_links = Vec::new();
        if link && let Some(Ok(target)) = &target {
            over_links.extend(self.stages[stage].world.files.link_above(target, slash));
        }
        let mut sources = Vec::new();
        for word in &transfer.sources {
            let argument = self.argument(stage, word);
            let source = self.one_source(stage, &from, argument, target.as_ref(), slash, &stamp, add, parents);
            if let (Found::Dir, Some(path), Some(Ok(target)), false) = (&source.found, &source.path, &target, parents)
                && let Some(link) = self.in_the_way(stage, &from, path, target)
            {
                let reason = format!("`{link}` is a link in the base image, and `{path}` has a directory of that name");
                self.stop(source.argument.span, Cause::NotADirectory, reason);
                over_links.push(link);
            }
            sources.push(source);
        }
        let onto_file = bare && (several || sources.iter().any(|source| source.argument.glob));
        for heredoc in &transfer.heredocs {
            let Some(Ok(target)) = &target else { continue };
            let path = if slash { target.child(&Text::literal(heredoc.name.clone())) } else { target.clone() };
            let hop = self.shell.hop(HopKind::Written, heredoc.marker, &path, None);
            let text = (!heredoc.body.text.contains('$')).then(|| Content::Text(heredoc.body.text.as_str().into()));
            let file = File { mode: Some(0o644), content: text, ..File::new(hop) };
            self.stages[stage].world.files.put_file(&path, stamp.on(file));
        }
        if let Some(Err(why)) = &target {
            self.stages[stage].world.files.taint(&Path::root(), why.clone());
        }
        let arrives = !transfer.heredocs.is_empty() || sources.iter().any(certainly_arrives);
        if let (true, Some(chmod), Some(mode)) = (arrives, &chmod, stamp.numeric_mode()) {
            let owner = stamp.owner.clone().unwrap_or_else(|| Some("0:0".into()));
            for path in &new_directories {
                let directory = Directory { mode, owner: owner.clone(), chmod: chmod.span };
                self.stages[stage].world.files.made_by_copy(path, directory);
            }
        }
        let event = CopyRun {
            from,
            from_span: flag("from").map(|word| word.span),
            from_variable,
            sources,
            destination,
            chmod,
            chown,
            link,
            unknown_names,
            first,
            onto_file,
            over_links,
        };
        self.shell.event(instruction.span, EventKind::Copy(Box::new(event)));
    }

    /// The directories that a COPY to a path has to make first.
    fn missing_directories(&self, stage: usize, target: &Path, slash: bool) -> Vec<Path> {
        let files = &self.stages[stage].world.files;
        let mut at = if slash { target.clone() } else { target.parent() };
        let mut out = Vec::new();
        while !at.is_root() && files.lacks_directory(&at, self.context) {
            out.push(at.clone());
            at = at.parent();
        }
        out
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
            matched: None,
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
        if let (true, Some(name), Some(Ok(target))) = (remote && !stamp.unpacks, downloaded_name(&text), target) {
            let landed = self.download(stage, &argument, &name, target, slash, stamp);
            let found = Found::Unknown(Why::at("a download", argument.span));
            return CopySource { argument, path: None, found, landed: Some(landed), new: false, matched: None };
        }
        if remote || archive {
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
            return CopySource {
                found: self.look_in(from, &path),
                argument,
                path: Some(path),
                landed: None,
                new: false,
                matched: None,
            };
        };
        // `--parents` keeps the source's directories below the destination.
        let (target, slash) = match parents {
            true => match path.relative_to(&Path::root()).and_then(|rest| target.join(&rest)) {
                Some(target) if !argument.glob => (target, false),
                _ => {
                    let why = Why::at("what this brings is not listed", argument.span);
                    self.taint_target(stage, Some(&Ok(target)), &why);
                    return unknown(argument, why);
                }
            },
            false => (target, slash),
        };
        if argument.glob {
            return self.pattern(stage, from, argument, path, &target, slash, stamp);
        }
        let found = self.look_in(from, &path);
        let new = self.stages[stage].world.files.find(&target, self.context) == Found::Missing;
        if found == Found::Missing {
            self.stop(argument.span, Cause::NoSource, format!("`{path}` is not there"));
        }
        let landed = self.land(stage, from, &argument, &path, &found, &target, slash, stamp);
        CopySource { argument, path: Some(path), found, landed: Some(landed), new, matched: None }
    }

    /// A directory whose `bin` would have to replace the link that a usr-merged base has there.
    fn in_the_way(&self, stage: usize, from: &CopyFrom, path: &Path, target: &Path) -> Option<Path> {
        let files = &self.stages[stage].world.files;
        match from {
            CopyFrom::Stage(index) => files.link_in_the_way(&self.stages[*index].world.files, path, target),
            CopyFrom::Context => {
                let text = path.as_literal()?;
                let mut source = Files::new(Base::Empty);
                let has = |name: &str| self.context.look(&join(text, name)) == Found::Dir;
                let directories = ["bin", "sbin", "lib", "lib64"].into_iter().filter(|name| has(name));
                directories.for_each(|name| source.make_dir(&Path::new(name)));
                files.link_in_the_way(&source, &Path::root(), target)
            }
            _ => None,
        }
    }

    /// What is at a path of where a COPY takes from, with its road before the build.
    fn look_in(&mut self, from: &CopyFrom, path: &Path) -> Found {
        match (self.look(from, path), from) {
            (Found::File { file, path, doubt }, CopyFrom::Context) => {
                Found::File { file: self.made_here(file), path, doubt }
            }
            (found, _) => found,
        }
    }

    /// A file that a recipe put into the context: its road becomes a part of this trace.
    fn made_here(&mut self, file: File) -> File {
        let Some(invocation) = self.context.invocation() else { return file };
        let mut road = vec![file.hop];
        while let Some(previous) = road.last().and_then(|hop| invocation.trace.get(*hop).previous) {
            road.push(previous);
        }
        let mut previous = None;
        for there in road.into_iter().rev() {
            let here = match self.made.get(&there) {
                Some(here) => *here,
                None => self.shell.trace.hop(Hop { previous, ..invocation.trace.get(there).clone() }),
            };
            self.made.insert(there, here);
            previous = Some(here);
        }
        File { hop: previous.unwrap_or(file.hop), ..file }
    }

    /// What is known of the image that a reference names.
    fn image(&self, reference: &Value) -> Option<Image> {
        self.assumed.images.lookup(&reference.expand().ok()?)
    }

    fn look(&self, from: &CopyFrom, path: &Path) -> Found {
        match from {
            CopyFrom::Stage(index) => self.stages[*index].world.files.find(path, self.context),
            CopyFrom::Context => match path.as_literal() {
                Some(text) => self.context.look(text.trim_start_matches('/')),
                None => Found::Unknown(Why::new("the source's path is not known")),
            },
            CopyFrom::Image(value) => match self.image(value) {
                Some(image) => Files::new(Base::Image(Arc::new(image))).find(path, self.context),
                None => Found::Unknown(Why::new(format!("what the image `{value}` holds is not known"))),
            },
            CopyFrom::Later(_) | CopyFrom::NoIndex(_) => Found::Unknown(Why::new("there is no such stage")),
        }
    }

    fn taint_target(&mut self, stage: usize, target: Option<&Result<Path, Why>>, why: &Why) {
        if let Some(Ok(target)) = target {
            self.stages[stage].world.files.taint(target, why.clone());
        }
    }
}
