//! Knows tar and unzip: where an archive's files land, and which archive is written.
//! Refuses to know what an archive holds: all below its target may be new.

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
    let has = |names: &[&str]| options.iter().any(|(option, _)| names.contains(&option.as_str()));
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
    let options = options(arguments, "dP");
    let only_looks = ["c", "l", "p", "t", "v", "z", "Z"];
    if !options.iter().any(|(option, _)| only_looks.contains(&option.as_str())) {
        unpack(world, "unzip", values(&options, &["d"]), span);
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

/// An option by its letter or long name, with its value.
type Set = (String, Option<Value>);

/// The values that were given to an option, which may have several names.
fn values<'a>(options: &'a [Set], names: &[&str]) -> impl Iterator<Item = &'a Value> {
    let of = options.iter().filter(move |(option, _)| names.contains(&option.as_str()));
    of.filter_map(|(_, value)| value.as_ref())
}

/// tar's options. Those of a first word without a dash take their values from the words behind it, in the order of the letters:
/// `xzCf /opt app.tgz`.
fn tar_options(arguments: &[Argument]) -> Vec<Set> {
    let Some((first, rest)) = arguments.split_first() else { return Vec::new() };
    let letters = first.value.as_literal().filter(|word| !word.starts_with('-'));
    let Some(letters) = letters else { return options(arguments, TAR_VALUES) };
    let mut rest = rest.iter();
    let mut out: Vec<Set> = letters
        .chars()
        .map(|letter| {
            let value = if TAR_VALUES.contains(letter) { rest.next() } else { None };
            (letter.to_string(), value.map(|argument| argument.value.clone()))
        })
        .collect();
    out.extend(options(rest.as_slice(), TAR_VALUES));
    out
}

/// Options as getopt reads them, also where a variable is in a value that is glued to its option: `-C${DIR}`, `--directory=${DIR}`.
fn options(arguments: &[Argument], with_value: &str) -> Vec<Set> {
    let mut out = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Value::Text(text) = &argument.value else { continue };
        let word = text.literal_prefix();
        if let Some(long) = word.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or_default();
            let glued = text.strip_prefix(&format!("--{name}=")).map(Value::Text);
            let value = glued.or_else(|| match name {
                "directory" | "file" => rest.next().map(|argument| argument.value.clone()),
                _ => None,
            });
            out.push((name.to_string(), value));
            continue;
        }
        let Some(letters) = word.strip_prefix('-') else { continue };
        for (at, letter) in letters.char_indices() {
            if !with_value.contains(letter) {
                out.push((letter.to_string(), None));
                continue;
            }
            let glued = text.strip_prefix(&word[..1 + at + letter.len_utf8()]).filter(|rest| !rest.is_empty());
            let value = glued.map(Value::Text).or_else(|| rest.next().map(|argument| argument.value.clone()));
            out.push((letter.to_string(), value));
            break;
        }
    }
    out
}
