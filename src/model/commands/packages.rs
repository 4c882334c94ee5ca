//! Knows what package managers bring: compilers, loaders, programs.
//! Refuses to know packages that are in no table: those may bring any program into the system's directories.

use super::options::{Parsed, options};
use crate::model::files::Found;
use crate::model::images::{self, Libc, PackageManager};
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, EventKind, PackageManagerRun};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::World;
use crate::source::Span;

/// A package manager runs: `words` holds its name first.
pub fn run(shell: &mut Shell, world: &mut World, name: &str, words: &[Argument], span: Span) {
    let absent = !name.contains('/') && is_absent(shell, world, name);
    shell.event(span, EventKind::PackageManager(PackageManagerRun { name: words[0].clone(), absent }));
    match other_root(name, &words[1..]) {
        Some(root) => {
            let root = world.path(&root).unwrap_or_else(|_| Path::root());
            world.files.taint(&root, Why::at(format!("{name} installs packages there"), span));
        }
        None => install(world, name, &words[1..], span),
    }
}

/// The directory that is to become another root: `dnf --installroot /mnt/rootfs install …`, `apk add --root /out`.
fn other_root(name: &str, arguments: &[Argument]) -> Option<Value> {
    let options: &[&str] = match name {
        "apk" => &["--root", "-p"],
        _ => &["--installroot"],
    };
    arguments.iter().enumerate().find_map(|(at, argument)| {
        let Value::Text(text) = &argument.value else { return None };
        let glued = options.iter().find_map(|option| text.strip_prefix(&format!("{option}=")));
        let next = || arguments.get(at + 1).map(|next| next.value.clone());
        glued.map(Value::Text).or_else(|| next().filter(|_| options.iter().any(|o| text.as_literal() == Some(*o))))
    })
}

/// Whether none of the system's directories has a program.
fn is_absent(shell: &Shell, world: &World, name: &str) -> bool {
    // Package managers lie in the last ones.
    images::DEFAULT_PATH.rsplit(':').all(|directory| {
        let path = Path::new(directory).child(&Text::literal(name));
        matches!(world.files.find(&path, shell.context), Found::Missing | Found::Dir)
    })
}

fn install(world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    let manager = match name {
        "apk" => PackageManager::Apk,
        "apt" | "apt-get" => PackageManager::Apt,
        "microdnf" => PackageManager::Microdnf,
        "yum" => PackageManager::Yum,
        "tdnf" => PackageManager::Tdnf,
        _ => PackageManager::Dnf,
    };
    let Parsed { operands, .. } = options(arguments, if name == "apk" { "tpX" } else { "otc" });
    let Some((verb, packages)) = operands.split_first() else { return };
    if !matches!(
        verb.value.as_literal(),
        Some("add" | "install" | "groupinstall" | "upgrade" | "dist-upgrade" | "update")
    ) {
        return;
    }
    if matches!(verb.value.as_literal(), Some("update" | "upgrade")) && packages.is_empty() {
        return;
    }
    for package in packages {
        let Some(text) = package.value.as_literal() else {
            unknown(world, name, span);
            continue;
        };
        // `gcc=12.2`, `musl-dev~=1.2`, `build-base@edge` name a version.
        let bare = text.split(['=', '~', '>', '<', '@']).next().unwrap_or(text);
        if bare.starts_with('-') || bare.starts_with('.') && !bare.contains('/') {
            continue;
        }
        let Some(known) = images::package_brings(manager, bare) else {
            unknown(world, name, span);
            if bare.contains("musl") && !world.loader_shims.contains(&Libc::Musl) {
                world.loader_shims.push(Libc::Musl);
            }
            continue;
        };
        if known.gcc {
            world.toolchain.c_compiler = Tri::Yes;
        }
        if !known.closed {
            world
                .files
                .taint_packages(Why::at(format!("the package `{bare}` brings more than is known"), package.span));
        }
        if let Some(libc) = known.loader
            && !world.loader_shims.contains(&libc)
        {
            world.loader_shims.push(libc);
        }
        world.files.add_programs(known.programs);
    }
}

fn unknown(world: &mut World, manager: &str, span: Span) {
    world.files.taint_packages(Why::at(format!("a package that `{manager}` installs may bring it"), span));
    if world.toolchain.c_compiler == Tri::No {
        world.toolchain.c_compiler = Tri::Unknown;
    }
}
