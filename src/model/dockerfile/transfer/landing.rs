//! Knows where BuildKit puts one source of a COPY: a file under its name or the destination's, a directory's contents below it.
//! Refuses to know wildcards ([`super::patterns`]) and which flags stand there.

use super::Stamp;
use crate::model::context::join;
use crate::model::dockerfile::Driver;
use crate::model::files::{Content, File, Found, shell_of};
use crate::model::path::Path;
use crate::model::trace::{Argument, CopyFrom, HopKind};
use crate::model::value::{Part, Text, Value, Why};
use crate::source::Span;
use std::sync::Arc;

impl Driver<'_> {
    /// Puts one source into the stage. Gives the file's path, or the directory that got the contents.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn land(
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
                    copy = File { mode: None, program: None, content: None, ..copy };
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
            Found::Missing if *from != CopyFrom::Context => {
                // The build stops here: what would have come is no further fault.
                self.stages[stage].world.files.doubt(&as_file, Why::at("what is copied here is missing", span));
                as_file
            }
            // Nobody writes a slash behind a file's name.
            Found::Unknown(_) | Found::NotInCheckout { .. } if ends_with_slash(argument) => {
                let files = &mut self.stages[stage].world.files;
                files.make_dir(target);
                files.taint(target, Why::at("what this copies is not known", span));
                target.clone()
            }
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
                let content = match from {
                    CopyFrom::Image(value) => {
                        self.image(value).and_then(|image| shell_of(&image, path)).map(Content::Linked)
                    }
                    _ => None,
                };
                let file = stamp.on(File { mode, content, origin: checkout_file, ..File::new(hop) });
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

    /// Puts what ADD downloads into the stage.
    ///
    /// Source: BuildKit's HTTP source writes it with mode 0600, under the last part of the address.
    pub(super) fn download(
        &mut self,
        stage: usize,
        argument: &Argument,
        name: &Text,
        target: &Path,
        slash: bool,
        stamp: &Stamp,
    ) -> Path {
        let files = &mut self.stages[stage].world.files;
        let places = match files.find(target, self.context) {
            _ if slash => vec![target.child(name)],
            Found::Dir => vec![target.child(name)],
            // It may be a directory that the base image brings.
            Found::Unknown(_) => vec![target.child(name), target.clone()],
            _ => vec![target.clone()],
        };
        let landed = places.last().unwrap_or(target).clone();
        let hop = self.shell.hop(HopKind::Written, argument.span, &landed, None);
        let file = stamp.on(File { mode: Some(0o600), owner: Some("0:0".into()), ..File::new(hop) });
        for place in places {
            files.put_file(&place, file.clone());
        }
        landed
    }

    /// Lays a directory's contents over the target.
    fn directory(&mut self, stage: usize, from: &CopyFrom, path: &Path, target: &Path, span: Span, stamp: &Stamp) {
        match from {
            CopyFrom::Context => {
                let hop = self.shell.hop(HopKind::FromContext, span, target, None);
                let Some(text) = path.as_literal() else { return };
                let tree = self.context.tree(text, hop);
                let files = &mut self.stages[stage].world.files;
                files.make_dir(target);
                files.put_tree(target, tree);
                if stamp.mode.is_some() {
                    files.change_below(target);
                }
                for (inside, file) in self.context.made_below(text.trim_start_matches('/')) {
                    if let Some(to) = target.join(&Text::literal(inside)) {
                        self.made_lands(stage, &to, file, span, stamp);
                    }
                }
            }
            CopyFrom::Stage(index) => {
                let other = self.stages[*index].world.files.clone();
                let base = self.shell.hop(HopKind::Copied, span, target, None);
                let shell = &mut self.shell;
                let mut hop_of = |to: &Path, file: &File| {
                    let hop = shell.hop(HopKind::Copied, span, to, Some(file.hop));
                    stamp.on(File { hop, ..file.clone() })
                };
                let files = &mut self.stages[stage].world.files;
                files.graft(&other, path, target, base, &mut hop_of);
                if stamp.mode.is_some() {
                    files.change_below(target);
                }
            }
            CopyFrom::Image(value) if self.image(value).is_some() => {
                let hop = self.shell.hop(HopKind::Copied, span, target, None);
                let image = self.image(value);
                let files = &mut self.stages[stage].world.files;
                if let Some(image) = image {
                    files.put_image(target, Arc::new(image), path.clone(), hop);
                }
                files.make_dir(target);
            }
            CopyFrom::Image(_) | CopyFrom::Later(_) | CopyFrom::NoIndex(_) => {
                let why = Why::at("copied from an image whose files are not all known", span);
                let files = &mut self.stages[stage].world.files;
                files.make_dir(target);
                files.taint(target, why);
            }
        }
    }

    pub(super) fn made_lands(&mut self, stage: usize, to: &Path, file: File, span: Span, stamp: &Stamp) {
        let file = self.made_here(file);
        let hop = self.shell.hop(HopKind::Copied, span, to, Some(file.hop));
        self.stages[stage].world.files.put_file(to, stamp.on(File { hop, ..file }));
    }
}

/// The name that a download gets in a directory. `None` where the address may be a git repository, or its end is not known.
pub(super) fn downloaded_name(address: &Text) -> Option<Text> {
    if !["http://", "https://"].iter().any(|scheme| address.literal_prefix().starts_with(scheme)) {
        return None;
    }
    let path = Path::root().join(&Text::literal("/").concat(address))?;
    let name = path.name()?;
    let plain = name.parts().iter().all(|part| match part {
        Part::Literal(text) => !text.contains(['?', '#']) && !text.contains(".git"),
        Part::Symbol(_) => true,
    });
    (plain && !name.literal_prefix().is_empty() && !address.literal_suffix().ends_with('/')).then_some(name)
}

fn ends_with_slash(argument: &Argument) -> bool {
    matches!(&argument.value, Value::Text(text) if text.literal_suffix().ends_with('/'))
}

/// Ends of names that directories have, too: `conf.d`, and where an import path begins (`perkeep.org`, `k8s.io`).
const DIRECTORIES: &[&str] = &["d", "com", "dev", "git", "in", "io", "net", "org"];

/// A name with an extension is a file's (`go.sum`, `config.yaml`): directories of a build context hardly have one.
fn looks_like_a_file(path: &Path) -> bool {
    let name = path.name();
    let name = name.as_ref().and_then(Text::as_literal).unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        let plain = !extension.is_empty() && extension.chars().all(char::is_alphabetic);
        !stem.is_empty() && plain && !DIRECTORIES.contains(&extension)
    })
}
