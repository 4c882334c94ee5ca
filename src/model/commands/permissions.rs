//! Knows chmod, chown and chgrp: which files they change, and to what.
//! Refuses to know which users and groups there are ([`crate::model::accounts`] does).

use super::options::{Parsed, options};
use crate::model::access::user_of;
use crate::model::accounts::Account;
use crate::model::files::{Context, File, Found, Mode};
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, EventKind, HopKind, PermissionKind, PermissionRun, PermissionTarget};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::World;
use crate::source::Span;

pub fn chmod(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    // `-x` and `-w` are modes, not options.
    let is_option = |a: &&Argument| {
        a.value.as_literal().is_some_and(|t| {
            t.starts_with("--")
                || t.len() > 1 && t.starts_with('-') && t[1..].chars().all(|c| matches!(c, 'R' | 'v' | 'f' | 'c'))
        })
    };
    let options: Vec<&Argument> = arguments.iter().filter(is_option).collect();
    let operands: Vec<&Argument> = arguments.iter().filter(|a| !is_option(a)).collect();
    change(shell, world, PermissionKind::Mode, &options, &operands, Vec::new(), span);
}

pub fn chown(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    let Parsed { mut operands, raw, .. } = options(arguments, "");
    let Some(given) = operands.first().copied() else { return };
    let given = Argument { value: owner(world, name, &given.value, shell.context), ..given.clone() };
    operands[0] = &given;
    let unknown_names = world.missing_accounts(given.value.as_literal().unwrap_or_default(), shell.context);
    if let Some((account, name)) = unknown_names.first() {
        shell.fail(span, format!("there is no {} `{name}`", account.noun()));
    }
    change(shell, world, PermissionKind::Owner, &raw, &operands, unknown_names, span);
}

/// `user:group` of chown's or chgrp's first operand; of chgrp's `:group`. Where no user is called `user.group`, a dot is as good as the
/// colon (GNU's and busybox's chown, tried).
fn owner(world: &World, name: &str, given: &Value, context: &dyn Context) -> Value {
    let Value::Text(text) = given else { return given.clone() };
    let joined = |user: &Text, group: &Text| Value::Text(user.clone().concat(&Text::literal(":")).concat(group));
    if name == "chgrp" {
        return joined(&Text::default(), text);
    }
    let Some((user, group)) = text.split_once('.').filter(|_| text.split_once(':').is_none()) else {
        return given.clone();
    };
    match text.as_literal().map_or(Tri::Unknown, |name| world.has_account(Account::User, name, context)) {
        Tri::Yes => given.clone(),
        Tri::No => joined(&user, &group),
        Tri::Unknown => Value::unknown(format!("whether a user is called `{text}`")),
    }
}

fn change(
    shell: &mut Shell,
    world: &mut World,
    kind: PermissionKind,
    options: &[&Argument],
    operands: &[&Argument],
    unknown_names: Vec<(Account, String)>,
    span: Span,
) {
    let Some((what, targets)) = operands.split_first() else { return };
    let has = |letter: char, long: &str| {
        options.iter().any(|o| {
            o.value
                .as_literal()
                .is_some_and(|t| t == long || t.starts_with('-') && !t.starts_with("--") && t.contains(letter))
        })
    };
    let recursive = has('R', "--recursive");
    let other_flags = options
        .iter()
        .any(|o| !matches!(o.value.as_literal(), Some("-R" | "--recursive" | "-v" | "--verbose" | "-Rv" | "-vR")));
    let mut seen = Vec::new();
    for target in targets {
        let path = world.path(&target.value).ok();
        let found = path.as_ref().map_or_else(
            || Found::Unknown(Why::at("the path is not known", target.span)),
            |path| world.files.find(path, shell.context),
        );
        let mode_before = found.file().and_then(|f| f.mode);
        let mode_after = match kind {
            PermissionKind::Mode => what.value.as_literal().and_then(|text| apply(text, mode_before)),
            PermissionKind::Owner => mode_before.map(|mode| mode & !0o6000),
        };
        match (&path, &found) {
            (Some(_), Found::File { file, path, .. }) => set(shell, world, kind, what, path, file, mode_after, span),
            (Some(path), _) if recursive => {
                world.files.change_below(path);
                for (path, file) in world.files.below(path) {
                    let mode = match kind {
                        PermissionKind::Mode => what.value.as_literal().and_then(|text| apply(text, file.mode)),
                        PermissionKind::Owner => file.mode.map(|mode| mode & !0o6000),
                    };
                    set(shell, world, kind, what, &path, &file, mode, span);
                }
            }
            (Some(path), _) if target.glob => {
                let directory = path.parent();
                world.files.change_below(&directory);
                for (path, file) in world.files.below(&directory) {
                    set(shell, world, kind, what, &path, &File { mode: None, owner: None, ..file }, None, span);
                }
            }
            (Some(path), _) => world.files.change_directory(path),
            (None, _) => world.files.change_directory(&Path::root()),
        }
        seen.push(PermissionTarget {
            argument: (*target).clone(),
            path,
            found,
            mode_before,
            mode_after,
            removed: false,
        });
    }
    shell.event(
        span,
        EventKind::Permission(Box::new(PermissionRun {
            kind,
            what: (*what).clone(),
            recursive,
            targets: seen,
            command: span,
            other_flags,
            unknown_names,
        })),
    );
}

#[allow(clippy::too_many_arguments)]
fn set(
    shell: &mut Shell,
    world: &mut World,
    kind: PermissionKind,
    what: &Argument,
    path: &Path,
    file: &File,
    mode: Mode,
    span: Span,
) {
    let hop_kind = if kind == PermissionKind::Mode { HopKind::Mode } else { HopKind::Owner };
    let hop = shell.hop(hop_kind, span, path, Some(file.hop));
    let owner = match (&what.value, kind) {
        (Value::Text(text), PermissionKind::Owner) => match text.split_once(':') {
            // `:group` leaves the user.
            Some((user, _)) if user.is_empty() => file.owner.as_ref().map(|owner| user_of(owner).concat(text)),
            _ => Some(text.clone()),
        },
        (_, PermissionKind::Owner) => None,
        _ => file.owner.clone(),
    };
    world.files.replace_file(path, File { hop, mode, owner, ..file.clone() });
}

/// What chmod makes of a mode: octal, or symbolic clauses on a known mode. `None` where it is not known.
///
/// Source: POSIX chmod; a clause without `ugoa` is taken with a umask of 022.
pub fn apply(text: &str, before: Mode) -> Mode {
    if !text.is_empty() && text.chars().all(|c| c.is_digit(8)) {
        return u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    let mut mode = before;
    for clause in text.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, rest) = clause.split_at(at);
        let operator = rest.chars().next()?;
        let mut bits = 0;
        for permission in rest[1..].chars() {
            bits |= match permission {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' => mode.filter(|m| m & 0o111 != 0).map_or(0, |_| 0o111),
                's' => 0o6000,
                't' => 0o1000,
                _ => return None,
            };
        }
        let mut mask = 0;
        for class in who.chars() {
            mask |= match class {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o1007,
                'a' => 0o7777,
                _ => return None,
            };
        }
        if who.is_empty() {
            mask = if operator == '+' || operator == '=' {
                0o7777 & !(if bits & 0o222 != 0 { 0o022 } else { 0 })
            } else {
                0o7777
            };
        }
        // What sets all bits needs to know none.
        let now = if bits & mask & 0o777 == 0o777 && operator != '-' { mode.unwrap_or(0) } else { mode? };
        mode = Some(match operator {
            '+' => now | (bits & mask),
            '-' => now & !(bits & mask),
            _ => (now & !(mask & 0o777)) | (bits & mask),
        });
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn modes_as_chmod_makes_them() {
        for (text, before, after) in [
            ("0755", None, Some(0o755)),
            ("+x", Some(0o644), Some(0o755)),
            ("u+x", Some(0o644), Some(0o744)),
            ("a+rx,u+w", Some(0o600), Some(0o755)),
            ("u=rwx,go=rx", Some(0), Some(0o755)),
            ("4755", Some(0o644), Some(0o4755)),
            ("u+s", Some(0o755), Some(0o4755)),
            ("o-w", Some(0o777), Some(0o775)),
            ("+x", None, None),
            ("a+rwx", None, Some(0o777)),
            ("ugo=rwx", None, Some(0o777)),
            ("o+rwx", None, None),
            ("0955", Some(0o644), None),
        ] {
            assert_eq!(apply(text, before), after, "{text}");
        }
    }
}
