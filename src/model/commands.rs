//! Knows what commands do to files and to the environment, and which commands do nothing that matters here.
//! Refuses to know shells and instructions. A command that nobody here knows may have written anywhere.

mod archives;
mod harmless;
mod image;
mod install;
mod installers;
mod make;
mod move_files;
mod options;
mod outputs;
mod packages;
mod permissions;
mod scripts;
mod toolchain;

use harmless::{is_harmless, only_looks, only_talks};
pub use image::BUILDERS;
pub use installers::piped;
pub use permissions::apply as apply_mode;

use super::files::{File, Found, Mode};
use super::path::Path;
use super::shell::{Control, Shell};
use super::trace::{Argument, HopKind};
use super::tri::Tri;
use super::value::{Part, Symbol, Text, Value, Why};
use super::world::World;
use crate::source::Span;

/// Runs one simple command; `words` holds the program's name first.
pub fn run(shell: &mut Shell, world: &mut World, words: &[Argument], span: Span) -> Control {
    let Some(program) = words.first() else { return Control::Next };
    let arguments = &words[1..];
    let Some(name) = program.value.as_literal().or_else(|| looked_up(&program.value)) else {
        if !is_named(&program.value) {
            shell.builds_images.add(Tri::Unknown);
        }
        opaque(world, &program.value.to_string(), span);
        return Control::Next;
    };
    match name.rsplit('/').next().unwrap_or(name) {
        "exit" | "return" => {
            if let Some(status) = arguments.first().and_then(|a| a.value.as_literal()).filter(|status| *status != "0") {
                shell.fail(span, format!("`{name} {status}`"));
            }
            return Control::Stop;
        }
        "set" => errexit(shell, arguments),
        "false" => shell.fail(span, "`false` fails"),
        "cd" | "pushd" => cd(world, arguments),
        "popd" => world.cwd = Err(Why::at("`popd` is not followed", span)),
        "export" | "declare" | "typeset" | "readonly" | "local" => export(world, name, arguments),
        "read" | "getopts" | "mapfile" | "readarray" => {
            let why = Why::at(format!("`{name}` sets it"), span);
            arguments.iter().filter_map(|a| a.value.as_literal()).for_each(|n| world.env.forget(n, &why));
        }
        "unset" => arguments.iter().filter_map(|a| a.value.as_literal()).for_each(|n| world.env.unset(n)),
        "env" | "nice" | "time" | "nohup" | "sudo" | "command" | "builtin" | "exec" | "doas" => {
            return wrapper(shell, world, name, arguments, span);
        }
        "sh" | "bash" | "ash" | "dash" | "busybox" | "source" | "." | "eval" => {
            scripts::interpreter(shell, world, name, arguments, span)
        }
        "cp" => move_files::copy(shell, world, arguments, span),
        "mv" => move_files::rename(shell, world, arguments, span),
        "ln" => move_files::link(shell, world, arguments, span),
        "install" => install::run(shell, world, arguments, span),
        "mkdir" => move_files::mkdir(world, arguments),
        "rm" | "rmdir" => move_files::remove(world, arguments),
        "touch" => move_files::touch(shell, world, arguments, span),
        "tee" => move_files::touch(shell, world, arguments, span),
        "chmod" => permissions::chmod(shell, world, arguments, span),
        "chown" | "chgrp" => permissions::chown(shell, world, name, arguments, span),
        "adduser" | "useradd" | "addgroup" | "groupadd" | "usermod" => {
            let operands = arguments.iter().filter(|a| !a.value.as_literal().is_some_and(|t| t.starts_with('-')));
            operands.for_each(|a| world.accounts.create(a.value.expand().ok().as_ref()));
            home(shell, world, arguments, span);
        }
        "go" => toolchain::run(shell, world, words, span),
        "xx-go" if toolchain::wraps(world, arguments) => {}
        program if BUILDERS.contains(&program) => image::run(shell, world, program, arguments, span),
        name @ ("dep" | "glide" | "godep" | "govendor") => installers::vendor(world, name, span),
        "make" | "gmake" => make::run(shell, world, arguments, span),
        "apk" | "apt" | "apt-get" | "dnf" | "microdnf" | "yum" | "tdnf" | "zypper" => {
            packages::run(shell, world, name, words, span)
        }
        "tar" | "bsdtar" => archives::tar(shell, world, name, arguments, span),
        "unzip" => archives::unzip(world, arguments, span),
        "curl" | "wget" => download(shell, world, name, arguments, span),
        "git" => git(world, arguments, span),
        "openssl" => outputs::openssl(shell, world, arguments, span),
        "gpg" | "gpg2" => outputs::gpg(shell, world, arguments, span),
        "sort" => outputs::sort(shell, world, arguments, span),
        "update-alternatives" | "alternatives" => outputs::alternatives(shell, world, arguments, span),
        "sed" | "strip" | "upx" | "setcap" | "patchelf" | "dos2unix" => alter(shell, world, arguments, span),
        "find" if !only_looks(arguments) => opaque(world, name, span),
        "xargs" => {
            let program = arguments.iter().filter_map(|a| a.value.as_literal()).find(|text| !text.starts_with('-'));
            if !program.is_none_or(is_harmless) {
                opaque(world, name, span);
            }
        }
        harmless if is_harmless(harmless) => {}
        _ if only_talks(arguments) => {}
        _ => scripts::script(shell, world, name, arguments, span),
    }
    Control::Next
}

/// The name behind `$(which go)`: wherever it lies, it is that program.
fn looked_up(program: &Value) -> Option<&str> {
    let Value::Text(text) = program else { return None };
    let [Part::Symbol(Symbol(name))] = text.parts() else { return None };
    let asked = name.strip_prefix("$(")?.strip_suffix(')')?;
    let name = ["which ", "command -v ", "type -P "].iter().find_map(|lookup| asked.strip_prefix(lookup))?.trim();
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).then_some(name)
}

/// Whether a program's name is known, as in `$(BIN)/controller-gen`, wherever it lies.
fn is_named(program: &Value) -> bool {
    let Value::Text(text) = program else { return false };
    matches!(text.parts().last(), Some(Part::Literal(end)) if end.contains('/') && !end.ends_with('/'))
}

/// What a command prints, where that is knowable: `pwd`, `go env X`, `basename`, `dirname`, `echo`.
pub fn output(world: &World, words: &[Argument]) -> Option<Value> {
    let literal: Vec<Option<&str>> = words.iter().map(|w| w.value.as_literal()).collect();
    let text = |path: &Result<Path, Why>| match path {
        Ok(path) => Value::Text(path.text().clone()),
        Err(why) => Value::Unknown(why.clone()),
    };
    match literal.as_slice() {
        [Some("pwd"), ..] => Some(text(&world.cwd)),
        [Some("go"), Some("env"), Some(name)] => Some(toolchain::setting(world, name)),
        [Some("echo"), Some(text)] if !text.contains('\\') => Some(Value::literal(*text)),
        [Some("echo"), None] => Some(words[1].value.clone()),
        [Some("printf"), Some(format)] => printf(format).map(Value::literal),
        [Some("uname")] | [Some("uname"), Some("-s")] => {
            world.toolchain.platform.os.as_literal().and_then(|os| match os {
                "linux" => Some(Value::literal("Linux")),
                _ => None,
            })
        }
        [Some("uname"), Some("-m")] => match world.toolchain.platform.arch.as_literal()? {
            "amd64" => Some(Value::literal("x86_64")),
            "arm64" => Some(Value::literal("aarch64")),
            _ => None,
        },
        [Some("basename"), Some(path)] => {
            Some(Value::literal(path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)))
        }
        [Some("dirname"), Some(path)] => Some(Value::literal(match path.trim_end_matches('/').rsplit_once('/') {
            Some(("", _)) => "/",
            Some((dir, _)) => dir,
            None => ".",
        })),
        [Some("realpath" | "readlink"), .., _] => match world.path(&words[words.len() - 1].value) {
            Ok(path) => Some(Value::Text(path.text().clone())),
            Err(why) => Some(Value::Unknown(why)),
        },
        _ => None,
    }
}

/// What printf makes of a format without conversions.
fn printf(format: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        match c {
            '%' => return None,
            '\\' => out.push(match rest.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' => '\\',
                _ => return None,
            }),
            _ => out.push(c),
        }
    }
    Some(out)
}

/// `set -e`, `set -o errexit` and their opposites.
fn errexit(shell: &mut Shell, arguments: &[Argument]) {
    let words: Vec<&str> = arguments.iter().filter_map(|a| a.value.as_literal()).collect();
    for (i, word) in words.iter().enumerate() {
        let long = |sign: &str| *word == sign && words.get(i + 1) == Some(&"errexit");
        if word.starts_with('-') && word.contains('e') || long("-o") {
            shell.errexit = true;
        } else if word.starts_with('+') && word.contains('e') || long("+o") {
            shell.errexit = false;
        }
    }
}

/// Anything may have been written anywhere.
fn opaque(world: &mut World, name: &str, span: Span) {
    if world.toolchain.c_compiler == Tri::No {
        world.toolchain.c_compiler = Tri::Unknown;
    }
    world.files.taint(&Path::root(), Why::at(format!("`{name}` is not followed and may write anywhere"), span));
}

/// Puts a file that nothing here looks into.
fn written(shell: &mut Shell, world: &mut World, path: &Path, mode: Mode, span: Span) {
    let hop = shell.hop(HopKind::Written, span, path, None);
    world.files.put_file(path, File { mode, owner: Some("0:0".into()), ..File::new(hop) });
}

/// Commands that change files in place: the same program, mode and owner, in a new version.
fn alter(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    for argument in arguments.iter().filter(|a| !a.glob) {
        let Ok(path) = world.path(&argument.value) else { continue };
        if let Found::File { file, path, doubt: None } = world.files.find(&path, shell.context) {
            let hop = shell.hop(HopKind::Written, span, &path, Some(file.hop));
            world.files.replace_file(&path, File { hop, origin: None, content: None, ..file });
        }
    }
}

fn cd(world: &mut World, arguments: &[Argument]) {
    let target = arguments.iter().find(|a| !a.value.as_literal().is_some_and(|t| t.starts_with('-') && t.len() > 1));
    world.cwd = match target {
        Some(target) if target.value.as_literal() == Some("-") => Err(Why::at("`cd -` is not followed", target.span)),
        Some(target) => world.path(&target.value).map_err(|why| Why { span: why.span.or(Some(target.span)), ..why }),
        None => world.path(&world.env.get("HOME")),
    };
}

fn export(world: &mut World, name: &str, arguments: &[Argument]) {
    let exports = name == "export"
        || name != "local"
            && arguments.iter().any(|a| a.value.as_literal().is_some_and(|t| t.starts_with('-') && t.contains('x')));
    for argument in arguments {
        let Value::Text(text) = &argument.value else { continue };
        let prefix = text.literal_prefix();
        if prefix.starts_with('-') {
            continue;
        }
        match prefix.split_once('=') {
            Some((variable, _)) => {
                let variable = variable.to_string();
                let value = text.strip_prefix(&format!("{variable}=")).map_or(Value::Unset, Value::Text);
                if exports {
                    world.env.set(&variable, value, true, Some(argument.span));
                } else {
                    world.env.assign(&variable, value, Some(argument.span));
                }
            }
            None if exports => world.env.export(prefix),
            None => {}
        }
    }
}

/// `env A=1 command`, `sudo -E command`, `time command`: the command behind the wrapper.
fn wrapper(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) -> Control {
    let mut rest = arguments;
    let outer = world.env.clone();
    let takes_value: &[&str] = match name {
        "env" => &["-u", "--unset", "-C", "--chdir", "-S"],
        "sudo" | "doas" => &["-u", "-g", "-h", "-p", "-C", "-D", "-R"],
        "nice" => &["-n"],
        _ => &[],
    };
    while let Some(first) = rest.first() {
        let Value::Text(text) = &first.value else { break };
        let prefix = text.literal_prefix();
        if prefix.starts_with('-') && prefix.len() > 1 {
            if name == "env" && matches!(prefix, "-i" | "--ignore-environment" | "-") {
                world.env = super::world::Env::new(super::world::Rest::Unset);
            }
            if name == "command" && matches!(prefix, "-v" | "-V") {
                world.env = outer;
                return Control::Next;
            }
            let skip = if takes_value.contains(&prefix) { 2 } else { 1 };
            rest = &rest[skip.min(rest.len())..];
        } else if let (true, Some((variable, _))) = (matches!(name, "env" | "sudo" | "doas"), prefix.split_once('=')) {
            let variable = variable.to_string();
            let value = text.strip_prefix(&format!("{variable}=")).map_or(Value::Unset, Value::Text);
            world.env.set(&variable, value, true, Some(first.span));
            rest = &rest[1..];
        } else {
            break;
        }
    }
    let control = run(shell, world, rest, span);
    world.env = outer;
    if name == "exec" && !rest.is_empty() { Control::Stop } else { control }
}

fn download(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    let flag = if name == "curl" { ("-o", "--output") } else { ("-O", "--output-document") };
    for (i, argument) in arguments.iter().enumerate() {
        let Some(text) = argument.value.as_literal() else { continue };
        // `-O-`, `-qO-`
        if name == "wget" && text.starts_with('-') && text.ends_with("O-") {
            return;
        }
        let bundled = text.starts_with('-') && !text.starts_with("--") && text.ends_with(&flag.0[1..]);
        let value = if bundled || text == flag.1 {
            arguments.get(i + 1).map(|a| a.value.clone())
        } else {
            text.strip_prefix(flag.1).and_then(|t| t.strip_prefix('=')).map(Value::literal)
        };
        let Some(value) = value else { continue };
        if value.as_literal() == Some("-") {
            return;
        }
        match world.path(&value) {
            Ok(path) => written(shell, world, &path, Some(0o644), span),
            Err(_) => opaque(world, name, span),
        }
        return;
    }
    let to_stdout = name == "curl"
        && !arguments.iter().any(|a| {
            a.value.as_literal().is_some_and(|t| t.starts_with('-') && !t.starts_with("--") && t.contains('O'))
        });
    if !to_stdout {
        taint_named(world, arguments, &Why::at(format!("`{name}` may download into it"), span));
        taint_cwd(world, format!("`{name}` downloads into it"), span);
    }
}

/// A new user may get a home directory: below /home, or where an option says.
fn home(shell: &Shell, world: &mut World, arguments: &[Argument], span: Span) {
    for text in arguments.iter().filter_map(|a| a.value.as_literal()) {
        let path = match text.rsplit_once('=').map_or(text, |(_, value)| value) {
            text if text.starts_with('/') => Path::new(text),
            text => Path::new("/home").child(&Text::literal(text)),
        };
        world.files.maybe_dir(&path, Why::at("it may be the home directory of a new user", span), shell.context);
    }
}

/// Directories that a command may make where an argument says so.
fn taint_named(world: &mut World, arguments: &[Argument], why: &Why) {
    for argument in arguments.iter().filter(|a| a.value.as_literal().is_some_and(|t| t.starts_with('/'))) {
        if let Ok(path) = world.path(&argument.value) {
            world.files.taint(&path, why.clone());
        }
    }
}

fn taint_cwd(world: &mut World, reason: String, span: Span) {
    match world.cwd.clone() {
        Ok(cwd) => world.files.taint(&cwd, Why::at(reason, span)),
        Err(_) => world.files.taint(&Path::root(), Why::at(reason, span)),
    }
}

fn git(world: &mut World, arguments: &[Argument], span: Span) {
    let literal = |i: usize| arguments.get(i).and_then(|a| a.value.as_literal());
    match literal(0) {
        Some("clone") => {
            // The directory is the last argument, or named after the repository: anything below here or there.
            taint_cwd(world, "`git clone` writes into it".into(), span);
            if let Some(last) = arguments.last()
                && let Ok(path) = world.path(&last.value)
            {
                world.files.taint(&path, Why::at("`git clone` writes into it", span));
            }
        }
        Some(
            "config" | "describe" | "rev-parse" | "log" | "status" | "--version" | "tag" | "diff" | "remote" | "show",
        ) => {}
        _ => {
            taint_cwd(world, "`git` changes it".into(), span);
            taint_named(world, arguments, &Why::at("`git` may write there", span));
        }
    }
}
