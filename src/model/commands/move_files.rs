//! Knows cp, mv, ln, mkdir, rm, touch: where each operand lands.
//! Refuses to know permissions beyond those a copy keeps.

use super::options::{Flag, Parsed, inside, long_options, options};
use super::{opaque, written};
use crate::model::files::{File, Found};
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, EventKind, HopKind, TransferKind, TransferRun};
use crate::model::tri::Tri;
use crate::model::value::Why;
use crate::model::world::World;
use crate::source::Span;

/// Sources and destination of cp, mv, ln and install, with `-t DIR` and `-T` applied.
pub(super) struct Operands<'a> {
    pub sources: Vec<&'a Argument>,
    pub destination: Argument,
    /// The destination is certainly the directory to put things in (`-t`).
    pub into: bool,
    /// The destination is certainly the name itself (`-T`).
    pub as_name: bool,
}

impl<'a> Operands<'a> {
    pub fn read(flags: &[Flag], operands: Vec<&'a Argument>) -> Option<Operands<'a>> {
        let as_name = flags.iter().any(|flag| flag.is(&["T", "no-target-directory"]));
        let directory = flags.iter().find(|flag| flag.is(&["t", "target-directory"]));
        if let Some(directory) = directory.and_then(|flag| flag.value.clone()) {
            return Some(Operands { sources: operands, destination: directory, into: true, as_name });
        }
        let mut sources = operands;
        let destination = sources.pop()?.clone();
        if sources.is_empty() {
            return None;
        }
        Some(Operands { sources, destination, into: false, as_name })
    }

    /// What was done, for the log.
    pub fn run(
        &self,
        kind: TransferKind,
        landed: Vec<Option<Path>>,
        mode: Option<Argument>,
        options: &[&Argument],
        command: Span,
    ) -> TransferRun {
        TransferRun {
            kind,
            sources: self.sources.iter().map(|source| (*source).clone()).collect(),
            destination: self.destination.clone(),
            landed,
            command,
            mode,
            options: options.iter().map(|option| (*option).clone()).collect(),
        }
    }

    /// The directory that has to be there. One directory may be put to a name that is not there yet, with a slash behind it, too.
    pub fn directory(&self, world: &World, may_be_directory: bool) -> Option<Path> {
        let destination = world.path(&self.destination.value).ok()?;
        let [source] = self.sources.as_slice() else { return Some(destination) };
        let slash = self.destination.value.as_literal().is_some_and(|text| text.ends_with('/'));
        match self.into || slash && !may_be_directory {
            true => Some(destination),
            // How many files match is not known: with one, the destination may be a name.
            false if source.glob && !slash => None,
            false => Some(destination.parent()),
        }
    }

    /// Where a source lands. `Err` where it depends on something not known.
    pub fn target(&self, shell: &Shell, world: &World, source: &Argument) -> Result<Path, Why> {
        let destination = world.path(&self.destination.value)?;
        if self.as_name {
            return Ok(destination);
        }
        let slash =
            self.destination.value.as_literal().is_some_and(|t| t.ends_with('/') || t == "." || t.ends_with("/."));
        let unknown_name = || Why::new("the name of the source is not known");
        if self.into || slash || self.sources.len() > 1 {
            return inside(&destination, source).ok_or_else(unknown_name);
        }
        match world.files.is_dir(&destination, shell.context) {
            Tri::Yes => inside(&destination, source).ok_or_else(unknown_name),
            Tri::Unknown => Err(Why::new(format!("whether `{destination}` is a directory is not known"))),
            Tri::No => Ok(destination),
        }
    }
}

/// The long options of cp, mv and ln whose value may be a word of its own.
const LONG_WITH_VALUE: [&str; 2] = ["suffix", "target-directory"];

/// `cp -r` and the like. An option that we do not know may mean it, too.
fn takes_directories(options: &[&Argument]) -> bool {
    options
        .iter()
        .any(|option| option.value.as_literal().is_none_or(|t| t.starts_with("--") || t.contains(['r', 'R', 'a'])))
}

/// What a file becomes when a command of this realm copies it.
fn carried(found: &Found, hop: crate::model::trace::HopId) -> File {
    match found {
        Found::File { file, doubt: None, .. } => File { hop, ..file.clone() },
        _ => File::new(hop),
    }
}

pub fn copy(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    let Parsed { flags, operands, raw } = long_options(arguments, "tS", &LONG_WITH_VALUE);
    let Some(operands) = Operands::read(&flags, operands) else { return };
    transfer(shell, world, &operands, TransferKind::Copy, &raw, span);
}

pub fn rename(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    let Parsed { flags, operands, raw } = long_options(arguments, "tS", &LONG_WITH_VALUE);
    let Some(operands) = Operands::read(&flags, operands) else { return };
    transfer(shell, world, &operands, TransferKind::Move, &raw, span);
}

fn transfer(
    shell: &mut Shell,
    world: &mut World,
    operands: &Operands,
    kind: TransferKind,
    raw: &[&Argument],
    span: Span,
) {
    if let Some(directory) = operands.directory(world, takes_directories(raw) || kind == TransferKind::Move) {
        shell.needs_directory(world, &directory, span);
    }
    let mut landed = Vec::new();
    for source in &operands.sources {
        let target = operands.target(shell, world, source);
        landed.push(target.as_ref().ok().cloned());
        let (Ok(from), Ok(to)) = (world.path(&source.value), target) else {
            opaque_destination(world, &operands.destination, span);
            continue;
        };
        if source.glob {
            world.files.taint(&to.parent(), Why::at("files that match a pattern are put there", span));
            continue;
        }
        let found = world.files.find(&from, shell.context);
        match &found {
            Found::Dir => {
                let copy = world.files.clone();
                let hop = shell.hop(HopKind::Copied, span, &to, None);
                world.files.graft(&copy, &from, &to, hop, &mut |_, file| file.clone());
            }
            Found::Missing => {}
            _ => {
                let hop_kind = if kind == TransferKind::Move { HopKind::Moved } else { HopKind::Copied };
                let hop = shell.hop(hop_kind, span, &to, found.file().map(|f| f.hop));
                let mut file = carried(&found, hop);
                if kind == TransferKind::Copy {
                    file.owner = world.owner();
                    world.files.put_file(&to, file);
                } else {
                    world.files.replace_file(&to, file);
                }
            }
        }
        if kind == TransferKind::Move {
            world.files.remove(&from);
        }
    }
    let run = operands.run(kind, landed, None, raw, span);
    shell.event(span, EventKind::Transfer(Box::new(run)));
}

/// Something lands at or below a destination, but not where we can say.
pub(super) fn opaque_destination(world: &mut World, destination: &Argument, span: Span) {
    match world.path(&destination.value) {
        Ok(path) => world.files.taint(&path, Why::at("something is put there whose name is not known", span)),
        Err(_) => opaque(world, "a copy to a place that is not known", span),
    }
}

pub fn link(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    let Parsed { flags, operands, raw } = long_options(arguments, "tS", &LONG_WITH_VALUE);
    let Some(operands) = Operands::read(&flags, operands) else { return };
    let symbolic = flags.iter().any(|flag| flag.is(&["s", "symbolic"]));
    let mut landed = Vec::new();
    for source in &operands.sources {
        let target = operands.target(shell, world, source);
        landed.push(target.as_ref().ok().cloned());
        let Ok(to) = target else {
            opaque_destination(world, &operands.destination, span);
            continue;
        };
        // A symbolic link's text is relative to where the link lies.
        let points_at = match (&source.value, symbolic) {
            (crate::model::value::Value::Text(text), true) => to.parent().join(text),
            (value, _) => world.path(value).ok(),
        };
        let Some(points_at) = points_at else {
            world.files.doubt(&to, Why::at("a link to a place that is not known", span));
            continue;
        };
        let hop = shell.hop(HopKind::Linked, span, &to, None);
        world.files.link(&to, points_at, hop);
    }
    let run = operands.run(TransferKind::Link, landed, None, &raw, span);
    shell.event(span, EventKind::Transfer(Box::new(run)));
}

pub fn mkdir(world: &mut World, arguments: &[Argument]) {
    let Parsed { operands, .. } = options(arguments, "m");
    for operand in operands {
        match world.path(&operand.value) {
            Ok(path) => world.files.make_dir(&path),
            Err(_) => world.files.open_directories(),
        }
        // `mkdir -p /out/{bin,lib}`: bash makes two of it.
        if operand.value.to_string().contains('{') {
            world.files.open_directories();
        }
    }
}

pub fn remove(world: &mut World, arguments: &[Argument]) {
    let Parsed { operands, .. } = options(arguments, "");
    for operand in operands {
        match world.path(&operand.value) {
            Ok(path) if operand.glob => {
                world.files.remove_matching(&path, Why::at("files that match a pattern are removed", operand.span));
            }
            Ok(path) => world.files.remove(&path),
            Err(_) => {}
        }
    }
}

/// touch and tee: a file is there afterwards.
pub fn touch(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    let Parsed { operands, .. } = options(arguments, "dtr");
    for operand in operands {
        let Ok(path) = world.path(&operand.value) else { continue };
        match world.files.find(&path, shell.context) {
            Found::File { .. } | Found::Exists | Found::Dir => {}
            Found::Missing | Found::NotInCheckout { .. } => written(shell, world, &path, Some(0o644), span),
            Found::Unknown(_) => written(shell, world, &path, None, span),
        }
    }
}
