//! Knows tar and unzip: where an archive's files land, and which archive is written.
//! Refuses to know what an archive holds: all below its target may be new.

use super::{opaque, written};
use crate::model::shell::Shell;
use crate::model::trace::Argument;
use crate::model::value::{Value, Why};
use crate::model::world::World;
use crate::source::Span;

pub fn run(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    if name != "unzip" && packs(arguments) {
        match archive(arguments).map(|value| (value.as_literal() == Some("-"), world.path(&value))) {
            Some((true, _)) => {}
            Some((false, Ok(path))) => written(shell, world, &path, Some(0o644), span),
            Some((false, Err(_))) | None => opaque(world, name, span),
        }
        return;
    }
    let target = arguments.windows(2).find(|pair| {
        pair[0].value.as_literal().is_some_and(|flag| match name {
            "unzip" => flag == "-d",
            _ => {
                flag == "--directory"
                    || flag.starts_with('-') && !flag.starts_with("--") && flag.ends_with('C')
                    || flag == "-C"
            }
        })
    });
    let directory = match target {
        Some(pair) => world.path(&pair[1].value),
        None => world.cwd.clone(),
    };
    match directory {
        Ok(directory) => {
            world.files.make_dir(&directory);
            world.files.taint(&directory, Why::at(format!("`{name}` unpacks an archive there"), span));
        }
        Err(_) => opaque(world, name, span),
    }
}

/// tar's short options of one word: `-czf`, or `czf` as the first word.
fn tar_letters(index: usize, argument: &Argument) -> Option<&str> {
    let text = argument.value.as_literal()?;
    match text.strip_prefix('-') {
        Some(letters) => (!letters.starts_with('-')).then_some(letters),
        None => (index == 0).then_some(text),
    }
}

/// Whether tar writes an archive rather than reading one.
fn packs(arguments: &[Argument]) -> bool {
    let long = |name: &str| arguments.iter().any(|a| a.value.as_literal() == Some(name));
    let short = |letter: char| {
        let words = arguments.iter().enumerate();
        words.filter_map(|(i, a)| tar_letters(i, a)).any(|letters| letters.contains(letter))
    };
    (long("--create") || short('c')) && !(long("--extract") || long("--get") || short('x') || short('t'))
}

/// The archive's path.
fn archive(arguments: &[Argument]) -> Option<Value> {
    arguments.iter().enumerate().find_map(|(i, argument)| {
        let next = || arguments.get(i + 1).map(|a| a.value.clone());
        match (&argument.value, argument.value.as_literal()) {
            (_, Some("--file")) => next(),
            (Value::Text(text), _) if text.literal_prefix().starts_with("--file=") => {
                text.strip_prefix("--file=").map(Value::Text)
            }
            _ => match tar_letters(i, argument)?.split_once('f')? {
                (_, "") => next(),
                // `-czfapp.tar`; in the old style the letters behind it are options too.
                (_, glued) => match argument.value.as_literal()?.starts_with('-') {
                    true => Some(Value::literal(glued)),
                    false => next(),
                },
            },
        }
    })
}
