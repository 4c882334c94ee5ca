//! Knows commands that write where one of their options says.
//! Refuses to know what they write.

use super::{opaque, taint_cwd, written};
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, HopKind};
use crate::model::value::{Value, Why};
use crate::model::world::World;
use crate::source::Span;

/// Keys and certificates, where `-out` and its kin name them.
pub(super) fn openssl(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    write(shell, world, "openssl", arguments, &["-out", "-keyout", "-CAserial", "-writerand"], span);
    if arguments.iter().any(|argument| argument.value.as_literal() == Some("-CAcreateserial")) {
        taint_cwd(world, "`openssl` may write a serial there".into(), span);
    }
}

/// Keyrings and what was decrypted. What it is asked to make without the name of a file goes to its standard output or beside what it
/// reads.
pub(super) fn gpg(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    let names = ["-o", "--output", "--keyring", "--primary-keyring"];
    if !write(shell, world, "gpg", arguments, &names, span) {
        let makes = |text: &str| {
            ["--dearmor", "--enarmor", "--sign", "--detach-sign", "--encrypt", "--symmetric"].contains(&text)
        };
        if arguments.iter().any(|argument| argument.value.as_literal().is_some_and(makes)) {
            taint_cwd(world, "`gpg` may write there".into(), span);
        }
    }
}

/// Lines in order, where `-o` says.
pub(super) fn sort(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    write(shell, world, "sort", arguments, &["-o", "--output"], span);
}

/// `update-alternatives --install LINK NAME PATH PRIORITY`, and `--slave LINK NAME PATH` behind it.
pub(super) fn alternatives(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    for (at, option) in arguments.iter().enumerate() {
        let ("--install" | "--slave", [link, _, path, ..]) =
            (option.value.as_literal().unwrap_or_default(), &arguments[at + 1..])
        else {
            continue;
        };
        match (world.path(&link.value), world.path(&path.value)) {
            (Ok(link), Ok(path)) => {
                let hop = shell.hop(HopKind::Linked, span, &link, None);
                world.files.link(&link, path, hop);
            }
            _ => opaque(world, "update-alternatives", span),
        }
    }
}

/// Puts a file wherever an option says: `-o FILE`, `--output FILE`, `--output=FILE`. Whether one of them stands there.
fn write(
    shell: &mut Shell,
    world: &mut World,
    name: &str,
    arguments: &[Argument],
    options: &[&str],
    span: Span,
) -> bool {
    let mut found = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(path) = value(world, argument, &mut rest, options) else { continue };
        found = true;
        match path {
            Ok(path) => written(shell, world, &path, Some(0o600), span),
            Err(_) => opaque(world, name, span),
        }
    }
    found
}

/// The file that an option names, if one stands there.
fn value<'a>(
    world: &World,
    argument: &Argument,
    rest: &mut impl Iterator<Item = &'a Argument>,
    options: &[&str],
) -> Option<Result<Path, Why>> {
    if argument.value.as_literal().is_some_and(|text| options.contains(&text)) {
        return rest.next().map(|value| world.path(&value.value));
    }
    let Value::Text(text) = &argument.value else { return None };
    let mut long = options.iter().filter(|option| option.starts_with("--"));
    let glued = long.find_map(|option| text.strip_prefix(option)?.strip_prefix("="))?;
    Some(world.path(&Value::Text(glued)))
}
