//! Knows the command lines of docker, podman, nerdctl and buildah that build an image, and which of their others may write here.
//! Refuses to know what a Dockerfile does.

use crate::model::files::Found;
use crate::model::invocation::Invocation;
use crate::model::mounts::ContainerRun;
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, Place};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::World;
use crate::source::Span;
use std::sync::Arc;

/// The programs that build images.
pub const BUILDERS: [&str; 4] = ["docker", "podman", "nerdctl", "buildah"];

/// Options of a build that stand alone.
const ALONE: &[&str] = &[
    "all",
    "check",
    "compress",
    "debug",
    "disable-content-trust",
    "force-rm",
    "load",
    "no-cache",
    "pull",
    "push",
    "quiet",
    "rm",
    "squash",
    "layers",
    "tls-verify",
];

/// Options of a build whose value decides nothing here.
const WITH_VALUE: &[&str] = &[
    "add-host",
    "allow",
    "annotation",
    "attest",
    "authfile",
    "builder",
    "cache-from",
    "cache-to",
    "cgroup-parent",
    "cpu-period",
    "cpu-quota",
    "cpu-shares",
    "cpuset-cpus",
    "cpuset-mems",
    "creds",
    "format",
    "iidfile",
    "isolation",
    "jobs",
    "label",
    "logfile",
    "manifest",
    "memory",
    "memory-swap",
    "metadata-file",
    "network",
    "no-cache-filter",
    "progress",
    "provenance",
    "sbom",
    "secret",
    "security-opt",
    "shm-size",
    "ssh",
    "ulimit",
    "volume",
];

pub fn run(shell: &mut Shell, world: &mut World, program: &str, words: &[Argument], span: Span) {
    let literal: Vec<&str> = words.iter().map_while(|word| word.value.as_literal()).collect();
    let (command, rest) = match literal.as_slice() {
        ["image" | "buildx" | "builder" | "container" | "compose" | "buildkit", command, ..] => (*command, &words[2..]),
        [command, ..] => (*command, &words[1..]),
        [] => {
            shell.builds_images.add(Tri::Unknown);
            return;
        }
    };
    match command {
        "build" | "b" | "bud" | "bake" | "buildx" => {
            shell.builds_images.add(Tri::Yes);
            if literal[0] == "compose" || command == "bake" {
                return;
            }
            if let (Some(call), Place::Recipe { .. }) = (parse(rest, world), &shell.place) {
                if call.writes {
                    doubt_programs(world, Why::at(format!("`{program} {command}` may write its output there"), span));
                }
                record(shell, world, program, call, span);
            }
        }
        "run" | "create" | "cp" | "exec" | "up" | "start" | "export" => {
            if matches!(command, "run" | "create") {
                shell
                    .container_runs
                    .extend(ContainerRun::read(rest.iter().filter_map(|word| word.value.expand().ok()).collect()));
            }
            doubt_programs(world, Why::at(format!("`{program} {command}` may write there"), span))
        }
        _ => {}
    }
}

/// A container may have the checkout mounted, and build there once more what was built before.
fn doubt_programs(world: &mut World, why: Why) {
    for (path, _) in world.files.go_programs() {
        world.files.taint(&path, why.clone());
    }
}

/// What the words of a build say.
#[derive(Default)]
struct Call {
    file: Option<Value>,
    context: Option<Value>,
    arguments: Vec<(String, Value)>,
    platform: Option<Value>,
    target: Option<Value>,
    tags: Vec<Text>,
    /// It writes what it built to this machine.
    writes: bool,
}

/// `None` where an option is not known, or one that names other contexts.
fn parse(words: &[Argument], world: &World) -> Option<Call> {
    let mut out = Call::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let Value::Text(text) = &word.value else { return None };
        let prefix = text.literal_prefix();
        if prefix.is_empty() || prefix == "-" || !prefix.starts_with('-') {
            if out.context.replace(word.value.clone()).is_some() {
                return None;
            }
            continue;
        }
        let (name, glued) = match prefix.strip_prefix("--") {
            Some(long) => match long.split_once('=') {
                Some((name, _)) => (name, text.strip_prefix(&format!("--{name}="))),
                None => (text.as_literal()?.strip_prefix("--")?, None),
            },
            None => short(text)?,
        };
        if ALONE.contains(&name) {
            continue;
        }
        let value = match glued {
            Some(glued) => Value::Text(glued),
            None => rest.next()?.value.clone(),
        };
        match name {
            "file" => out.file = Some(value),
            "platform" => out.platform = Some(value),
            "target" => out.target = Some(value),
            "tag" => out.tags.extend(value.expand().ok()),
            "output" => out.writes = true,
            "build-arg" => out.arguments.extend(argument(&value, world)?),
            name if WITH_VALUE.contains(&name) => {}
            _ => return None,
        }
    }
    Some(out)
}

/// `-f`, `-t`, `-qt`: the name of the last one, and what is glued to it.
fn short(text: &Text) -> Option<(&'static str, Option<Text>)> {
    let prefix = text.literal_prefix();
    for (at, flag) in prefix.char_indices().skip(1) {
        let name = match flag {
            'q' | 'D' => continue,
            'f' => "file",
            't' => "tag",
            'o' => "output",
            'm' => "memory",
            'c' => "cpu-shares",
            'v' => "volume",
            _ => return None,
        };
        let glued = text.strip_prefix(&prefix[..at + 1]).filter(|glued| !glued.is_empty());
        return Some((name, glued.map(|glued| glued.strip_prefix("=").unwrap_or(glued))));
    }
    text.as_literal().map(|_| ("quiet", None))
}

/// `NAME=value`, or `NAME` for what the environment has. The outer `None`: which one is not known.
fn argument(value: &Value, world: &World) -> Option<Option<(String, Value)>> {
    let Value::Text(text) = value else { return None };
    match text.literal_prefix().split_once('=') {
        Some((name, _)) => {
            let value = text.strip_prefix(&format!("{name}="))?;
            Some(Some((name.to_string(), Value::Text(value))))
        }
        None => {
            let name = text.as_literal()?;
            let value = world.env.exported(name);
            Some((value != Value::Unset).then(|| (name.to_string(), value)))
        }
    }
}

fn record(shell: &mut Shell, world: &World, program: &str, call: Call, span: Span) {
    let inside = |value: &Value| {
        let text = value.expand().ok()?;
        let elsewhere = text.literal_prefix().contains("://") || text.literal_prefix().starts_with("git@");
        if elsewhere || text.as_literal() == Some("-") || text.is_empty() {
            return None;
        }
        world.path(value).ok()
    };
    let Some(context) = call.context.as_ref().and_then(inside) else { return };
    let names: &[&str] = match program {
        "podman" | "buildah" => &["Containerfile", "Dockerfile"],
        _ => &["Dockerfile"],
    };
    let candidates: Vec<Path> = match &call.file {
        Some(file) => inside(file).into_iter().collect(),
        None => names.iter().map(|name| context.child(&Text::literal(*name))).collect(),
    };
    // A Dockerfile that a command wrote is another one than the repository's.
    let of_checkout = |path: &Path| match world.files.find(path, shell.context) {
        Found::File { file, .. } => file.origin,
        Found::Unknown(_) => world.files.origin(path, shell.context),
        _ => None,
    };
    let (Some(dockerfile), Some(context)) = (candidates.iter().find_map(of_checkout), context.checkout_path()) else {
        return;
    };
    let literal = |value: &Option<Value>| value.as_ref().map(|value| value.as_literal().map(str::to_string));
    let (platform, target) = (literal(&call.platform), literal(&call.target));
    let known = platform != Some(None) && target != Some(None);
    let platforms = platform.flatten().unwrap_or_default();
    shell.invocations.push(Invocation {
        goal: shell.goal.clone(),
        direct: matches!(&shell.place, Place::Recipe { target, .. } if *target == shell.goal),
        span,
        builds: true,
        dockerfile,
        context,
        arguments: call.arguments,
        platforms: platforms.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_string).collect(),
        target: target.flatten().filter(|target| !target.is_empty()),
        tags: call.tags,
        certain: known && !shell.is_conditional(),
        files: Arc::new(world.files.clone()),
        trace: Arc::default(),
        makefile: span.file,
    });
}
