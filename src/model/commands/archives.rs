//! Knows tar and unzip: where an archive's files land, and which archive is written.
//! Refuses to know what an archive holds: all below its target may be new.

use super::options::{Flag, Parsed, long_options, options};
use super::{opaque, written};
use crate::model::shell::Shell;
use crate::model::trace::Argument;
use crate::model::value::{Value, Why};
use crate::model::world::World;
use crate::source::Span;

/// tar's short options that take a value: of GNU tar, bsdtar and busybox.
const TAR_VALUES: &str = "bCfFgHIKLNTVX";

pub fn tar(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    let options = tar_options(arguments);
    let has = |names: &[&str]| options.iter().any(|option| option.is(names));
    if has(&["t", "list"]) {
        return;
    }
    if has(&["c", "create"]) {
        let archive = values(&options, &["f", "file"]).next();
        match archive.map(|value| (value.as_literal() == Some("-"), world.path(value))) {
            Some((true, _)) => {}
            Some((false, Ok(path))) => written(shell, world, &path, Some(0o644), span),
            Some((false, Err(_))) | None => opaque(world, name, span),
        }
        return;
    }
    if has(&["P", "absolute-names"]) {
        return opaque(world, name, span);
    }
    unpack(world, name, values(&options, &["C", "directory"]), span);
}

pub fn unzip(world: &mut World, arguments: &[Argument], span: Span) {
    let Parsed { flags, .. } = options(arguments, "dP");
    if !flags.iter().any(|flag| flag.is(&["c", "l", "p", "t", "v", "z", "Z"])) {
        unpack(world, "unzip", values(&flags, &["d"]), span);
    }
}

/// Below each of the directories, or where none is named below the working directory, any file may be new.
fn unpack<'a>(world: &mut World, name: &str, directories: impl Iterator<Item = &'a Value>, span: Span) {
    let mut directories: Vec<_> = directories.map(|directory| world.path(directory)).collect();
    if directories.is_empty() {
        directories.push(world.cwd.clone());
    }
    for directory in directories {
        match directory {
            Ok(directory) => {
                world.files.make_dir(&directory);
                world.files.taint(&directory, Why::at(format!("`{name}` unpacks an archive there"), span));
            }
            Err(_) => opaque(world, name, span),
        }
    }
}

/// The values that were given to an option, which may have several names.
fn values<'a>(options: &'a [Flag], names: &[&str]) -> impl Iterator<Item = &'a Value> {
    options.iter().filter(move |option| option.is(names)).filter_map(|option| Some(&option.value.as_ref()?.value))
}

/// tar's options. Those of a first word without a dash take their values from the words behind it, in the order of the letters:
/// `xzCf /opt app.tgz`.
fn tar_options(arguments: &[Argument]) -> Vec<Flag> {
    let read = |arguments| long_options(arguments, TAR_VALUES, &["directory", "file"]).flags;
    let Some((first, rest)) = arguments.split_first() else { return Vec::new() };
    let Some(letters) = first.value.as_literal().filter(|word| !word.starts_with('-')) else { return read(arguments) };
    let mut rest = rest.iter();
    let mut out: Vec<Flag> = letters.chars().map(|letter| Flag::alone(letter.to_string())).collect();
    for option in out.iter_mut().filter(|option| TAR_VALUES.contains(&option.name)) {
        option.value = rest.next().cloned();
    }
    out.extend(read(rest.as_slice()));
    out
}
