//! Knows how a go command runs in a world: what it sees of it, and where its outputs go.
//! Refuses to know Go's own rules ([`crate::model::go`] does).

use super::{opaque, taint_cwd, written};
use crate::model::files::{File, Found};
use crate::model::go::{self, Call, Outcome, Platform};
use crate::model::lookup::{By, Resolution, find_program};
use crate::model::modules::ModuleView;
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, Elsewhere, EventKind, GoRun, HopKind};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::{Rest, World};
use crate::source::Span;
use std::sync::Arc;

/// The machines that run recipes: those of CI, and those on desks.
const HOSTS: &[(&str, &str, &str)] = &[("linux/amd64", "linux", "amd64"), ("darwin/arm64", "darwin", "arm64")];

pub fn run(shell: &mut Shell, world: &mut World, words: &[Argument], span: Span) {
    let there = find_program("go", By::Command, world, shell.context);
    if matches!(there, Resolution::Missing { .. } | Resolution::NotExecutable { .. }) {
        shell.fail(span, "`go` is in no directory of PATH");
    }
    let arguments: Vec<Value> = words[1..].iter().map(|a| a.value.clone()).collect();
    let Some(subcommand) = arguments.first().and_then(Value::as_literal).map(str::to_string) else { return };
    let directory = world.cwd.clone();
    let cwd = directory.clone().unwrap_or_else(|_| Path::root());
    let (go::Answer { outcome, facts }, elsewhere) = {
        let files = &world.files;
        let map = |path: &Path| files.checkout_dir(path);
        let exists = |path: &Path| match files.find(path, shell.context) {
            Found::File { .. } | Found::Dir | Found::Exists => Tri::Yes,
            Found::Missing => Tri::No,
            Found::NotInCheckout { .. } | Found::Unknown(_) => Tri::Unknown,
        };
        let packages = ModuleView::new(shell.sources.checkout(), &map, &exists, &shell.sources.go_files);
        let call = Call {
            version: world.toolchain.go,
            env: &|name| world.env.exported(name),
            settings: &|name| world.settings.get(name).cloned().unwrap_or_else(|| world.settings_rest.clone()),
            args: &arguments,
            cwd: &cwd,
            host: &world.toolchain.platform,
            c_compiler: world.toolchain.c_compiler,
            libc: world.toolchain.libc,
            glibc: world.toolchain.glibc,
            packages: &packages,
            is_dir: &|path| files.is_dir(path, shell.context),
        };
        let answer = go::run(&call);
        // A recipe runs on whatever machine somebody has.
        let open = subcommand == "install" && answer.facts.cross == Tri::Unknown && call.host.os.as_literal().is_none();
        let elsewhere = HOSTS.iter().filter(|_| open).map(|(host, os, arch)| {
            let platform = Platform::new(os, arch);
            Elsewhere { host, outcome: go::run(&Call { host: &platform, ..call }).outcome }
        });
        (answer, elsewhere.collect::<Vec<_>>())
    };
    let outcome = match (&directory, outcome) {
        (Err(why), Outcome::Writes(_)) if subcommand == "build" => Outcome::Unknown(why.clone()),
        (_, outcome) => outcome,
    };
    match &outcome {
        Outcome::Writes(outputs) => {
            for output in outputs {
                match &output.path {
                    Ok(path) if path.as_literal() == Some("/dev/null") => {}
                    Ok(path) if world.files.is_read_only(path) => {
                        shell.fail(span, format!("`{path}` lies in a mount that is read-only"));
                    }
                    Ok(path) => {
                        let hop = shell.hop(HopKind::Built, span, path, None);
                        let program = Some(Arc::new(output.clone()));
                        let file = File { mode: Some(0o755), owner: world.owner(), program, ..File::new(hop) };
                        world.files.replace_file(path, file);
                    }
                    Err(why) => {
                        let below = output.dir.clone().unwrap_or_else(Path::root);
                        world.files.taint(&below, Why { span: why.span.or(Some(span)), ..why.clone() });
                    }
                }
            }
        }
        Outcome::Unknown(why) => {
            let why = Why { span: why.span.or(Some(span)), ..why.clone() };
            world.files.taint(&Path::root(), why);
        }
        Outcome::Settings(pairs) => {
            for (name, value) in pairs {
                world.settings.insert(name.clone(), value.clone().unwrap_or(Value::Unset));
            }
        }
        Outcome::Opaque(_) if subcommand == "generate" => {
            taint_cwd(world, "`go generate` may write there".into(), span)
        }
        Outcome::Opaque(_) => opaque(world, &format!("go {subcommand}"), span),
        // What the build would have had behind this command, nobody will see.
        Outcome::Fails(failure) => {
            shell.fail(span, failure.text.clone());
            world.files.taint(&Path::root(), Why::at("this go command fails", span));
        }
        Outcome::Nothing if subcommand == "test" => tested(shell, world, &facts, &arguments, span),
        Outcome::Nothing => {}
    }
    keep(shell, world, &facts, &arguments, span);
    shell.event(
        span,
        EventKind::Go(Box::new(GoRun {
            words: words.into(),
            subcommand,
            outcome,
            facts: Box::new(facts),
            directory,
            environment: world.env.clone(),
            c_compiler: world.toolchain.c_compiler,
            elsewhere,
        })),
    );
}

/// `xx-go --wrap` writes the platform that the image is for, and the compilers for it that are there, to the file of `go env -w`, in the
/// place of what stood there; `--unwrap` takes the file away. Whether it was one of them.
///
/// Source: tonistiigi/xx, src/xx-go and src/xx-info.
pub fn wraps(world: &mut World, arguments: &[Argument]) -> bool {
    let wrap = match arguments.first().and_then(|argument| argument.value.as_literal()) {
        Some("--wrap") => true,
        Some("--unwrap") => false,
        _ => return false,
    };
    world.settings.clear();
    world.settings_rest = Value::Unset;
    if wrap {
        let (os, arch) = target(world);
        let open = || Value::unknown("xx-go names the compiler for the target, where one is installed");
        let all = [("GOOS", os), ("GOARCH", arch), ("CC", open()), ("CXX", open()), ("AR", open())];
        world.settings.extend(all.map(|(name, value)| (name.to_string(), value)));
    }
    true
}

/// What the image is for, as far as the stage asked for the arguments that say so; else what the stage runs on.
fn target(world: &World) -> (Value, Value) {
    let own = &world.toolchain.platform;
    match world.env.exported("TARGETPLATFORM") {
        Value::Text(text) if text == Text::symbol("TARGETPLATFORM") => {
            (own.os.clone(), Value::Text(Text::symbol("TARGETARCH")))
        }
        Value::Text(text) => match text.split('/').as_slice() {
            [os, arch, ..] => (Value::Text(os.clone()), Value::Text(arch.clone())),
            _ => {
                let open = Value::unknown("xx-go takes it from TARGETPLATFORM");
                (open.clone(), open)
            }
        },
        Value::Unknown(why) => (Value::Unknown(why.clone()), Value::Unknown(why)),
        Value::Unset => {
            let said = |name: &str, own: &Value| match world.env.exported(name) {
                Value::Unset => own.clone(),
                said => said,
            };
            (said("TARGETOS", &own.os), said("TARGETARCH", &own.arch))
        }
    }
}

/// The flags of `go test` that name a file to write, from `-outputdir` or the working directory.
const PROFILES: &[&str] = &["blockprofile", "coverprofile", "cpuprofile", "memprofile", "mutexprofile", "trace"];

/// What tests leave behind: what the flags name, and anything where they are told more.
fn tested(shell: &mut Shell, world: &mut World, facts: &go::Facts, arguments: &[Value], span: Span) {
    let told = facts.open_flags.is_some() || arguments.iter().any(|word| word.as_literal() == Some("-args"));
    if told {
        return opaque(world, "go test", span);
    }
    let place = |flag: &go::Flag, below: &Path| flag.value.expand().ok().and_then(|text| below.join(&text));
    let directory = match facts.flag("outputdir") {
        Some(flag) => place(flag, &facts.cwd),
        None => Some(facts.cwd.clone()),
    };
    for flag in PROFILES.iter().filter_map(|name| facts.flag(name)) {
        match directory.as_ref().and_then(|directory| place(flag, directory)) {
            Some(path) if path.as_literal() == Some("/dev/null") => {}
            Some(path) => written(shell, world, &path, Some(0o644), span),
            None => opaque(world, "go test", span),
        }
    }
}

/// What go leaves behind beside programs: the files of `go mod` and `go work`, checksums, the module cache and the build cache.
fn keep(shell: &mut Shell, world: &mut World, facts: &go::Facts, arguments: &[Value], span: Span) {
    let Some(subcommand) = facts.subcommand.as_deref() else { return };
    let mut words = arguments.iter().filter_map(Value::as_literal).skip_while(|word| *word != subcommand).skip(1);
    let verb = words.find(|word| !word.starts_with('-')).unwrap_or_default();
    let below = |dir: &Path, name: &str| dir.child(&Text::literal(name));
    match (subcommand, verb) {
        ("env" | "version" | "help" | "fmt" | "fix" | "doc" | "bug" | "clean", _) => return,
        ("mod" | "work", "init") => {
            let path = below(&facts.cwd, if subcommand == "mod" { "go.mod" } else { "go.work" });
            if world.files.find(&path, shell.context).file().is_none() {
                written(shell, world, &path, Some(0o644), span);
            }
        }
        ("mod" | "work", "vendor") => {
            let vendor = below(&facts.cwd, "vendor");
            world.files.make_dir(&vendor);
            world.files.taint(&vendor, Why::at(format!("`go {subcommand} vendor` fills it"), span));
        }
        _ => {}
    }
    let module = std::iter::successors(Some(facts.cwd.clone()), |dir| (!dir.is_root()).then(|| dir.parent()))
        .find(|dir| !matches!(world.files.find(&below(dir, "go.mod"), shell.context), Found::Missing));
    for sums in ["go.sum", "go.work.sum"] {
        let path = below(module.as_ref().unwrap_or(&facts.cwd), sums);
        if matches!(world.files.find(&path, shell.context), Found::Missing | Found::NotInCheckout { .. }) {
            world.files.doubt(&path, Why::at("go may write it", span));
        }
    }
    let caches = [("GOPATH", "pkg"), ("GOMODCACHE", ""), ("GOCACHE", "")];
    for (name, inner) in caches {
        let Value::Text(place) = setting(world, name) else { continue };
        let first = place.split(':').swap_remove(0);
        if !first.literal_prefix().starts_with('/') {
            continue;
        }
        if let Some(directory) = Path::root().join(&first.concat(&Text::literal(format!("/{inner}")))) {
            world.files.make_dir(&directory);
            world.files.taint(&directory, Why::at("go keeps modules and build results there", span));
        }
    }
}

/// What `go env NAME` prints here. For the caller's environment a symbol of its own.
pub fn setting(world: &World, name: &str) -> Value {
    let own = match world.env.exported(name) {
        own if own.is_nothing() => world.settings.get(name).cloned().unwrap_or(own),
        own => own,
    };
    let below = |value: Value, inner: &str| match value {
        Value::Text(text) => Value::Text(text.concat(&inner.into())),
        other => other,
    };
    match (&own, name) {
        (Value::Unset, "GOPATH") => match world.env.exported("HOME") {
            Value::Text(home) => Value::Text(home.concat(&"/go".into())),
            Value::Unset => Value::literal("/root/go"),
            unknown => unknown,
        },
        (Value::Unset, "GOMODCACHE") => below(setting(world, "GOPATH"), "/pkg/mod"),
        (Value::Unset, "GOCACHE") => below(world.env.exported("HOME"), "/.cache/go-build"),
        (Value::Unset, "GOHOSTOS") => world.toolchain.platform.os.clone(),
        (Value::Unset, "GOHOSTARCH") => world.toolchain.platform.arch.clone(),
        (Value::Unset, "GOOS") => world.toolchain.platform.os.clone(),
        (Value::Unset, "GOARCH") => world.toolchain.platform.arch.clone(),
        (Value::Unset, "GOBIN" | "GOFLAGS") => Value::Text(Text::default()),
        (Value::Text(text), _) if world.env.rest == Rest::Caller && world.env.binding(name).is_none() => {
            debug_assert!(!text.is_empty());
            Value::Text(Text::symbol(format!("$(go env {name})")))
        }
        (Value::Unset, _) => Value::unknown(format!("`go env {name}` is not known")),
        _ => own,
    }
}
