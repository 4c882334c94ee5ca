//! Knows what a few installers write that people pipe from the network into a shell, and where the tools before modules put code.
//! Refuses to know any other script from the network: it may have written anywhere.

use super::{opaque, written};
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::Argument;
use crate::model::value::{Text, Value, Why};
use crate::model::world::World;
use crate::source::Span;
use crate::syntax::shell::{Node, Simple, WordPart};

/// A part of the script's address, the program that it installs, and where it does so unless `-b DIR` says otherwise.
const INSTALLERS: &[(&str, &str, Place)] = &[
    ("/golangci/golangci-lint/", "golangci-lint", Place::Option("bin")),
    ("golangci-lint.run/install.sh", "golangci-lint", Place::Option("bin")),
    ("install.goreleaser.com/github.com/golangci/golangci-lint.sh", "golangci-lint", Place::Option("bin")),
    ("/golang/dep/", "dep", Place::GoBin),
];

#[derive(Clone, Copy)]
enum Place {
    /// `$BINDIR`, else below the working directory.
    Option(&'static str),
    /// `$INSTALL_DIRECTORY`, else `$GOPATH/bin`.
    GoBin,
}

/// `curl ADDRESS | sh -s -- -b DIR`. `false` for anything else, and where it is not known where the program comes to lie.
pub fn piped(shell: &mut Shell, world: &mut World, commands: &[Node]) -> bool {
    let [Node::Simple(download), Node::Simple(runner)] = commands else { return false };
    let downloads = matches!(download.words.first().and_then(|w| w.literal()).as_deref(), Some("curl" | "wget"));
    let Some((_, program, place)) = INSTALLERS.iter().find(|(part, ..)| addresses(download, part)) else {
        return false;
    };
    if !downloads || !runner.assigns.is_empty() || !runner.redirects.is_empty() {
        return false;
    }
    let words = shell.arguments(&mut world.clone(), &runner.words);
    let Some(given) = given(&words) else { return false };
    let directory = match (place, given) {
        (Place::Option(_), Some(directory)) => world.path(&directory).ok(),
        (Place::Option(_), None) if world.env.exported("BINDIR") != Value::Unset => None,
        (Place::Option(default), None) => world.path(&Value::literal(*default)).ok(),
        (Place::GoBin, _) => go_bin(world),
    };
    let Some(directory) = directory else { return false };
    world.files.make_dir(&directory);
    written(shell, world, &directory.child(&Text::literal(*program)), Some(0o755), runner.span);
    true
}

/// Whether a word of a command holds a part of an address; what is expanded in it may hold anything.
fn addresses(download: &Simple, part: &str) -> bool {
    download.words.iter().any(|word| {
        let text = word.parts.iter().map(|part| match part {
            WordPart::Literal { text, .. } => text.as_str(),
            _ => "*",
        });
        text.collect::<String>().contains(part)
    })
}

/// The value of `-b` in `sh -s -- -b DIR VERSION`. The outer `None`: it is no shell that reads a script from its input.
fn given(words: &[Argument]) -> Option<Option<Value>> {
    let (name, rest) = words.split_first()?;
    if !matches!(name.value.as_literal()?.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash")) {
        return None;
    }
    let mut own = rest.iter();
    let mut reads = rest.is_empty();
    while let Some(word) = own.next() {
        match word.value.as_literal() {
            Some("-b") if reads => return own.next().map(|word| Some(word.value.clone())),
            Some("-s") => reads = true,
            Some("--" | "-x" | "-e" | "-ex" | "-") => {}
            _ if reads => {}
            _ => return None,
        }
    }
    (reads || rest.iter().all(|word| word.value.as_literal().is_some_and(|text| text.starts_with('-')))).then_some(None)
}

fn go_bin(world: &World) -> Option<Path> {
    if world.env.exported("INSTALL_DIRECTORY") != Value::Unset {
        return None;
    }
    let Value::Text(path) = world.env.exported("GOPATH") else { return None };
    let first = path.split(':').swap_remove(0);
    first
        .literal_prefix()
        .starts_with('/')
        .then(|| Path::root().join(&first))
        .flatten()
        .map(|at| at.child(&"bin".into()))
}

/// `dep ensure`, `glide install`: code of others below `vendor`, a lock file beside it, and a cache.
pub(super) fn vendor(world: &mut World, name: &str, span: Span) {
    let (Ok(cwd), Value::Text(path)) = (world.cwd.clone(), world.env.exported("GOPATH")) else {
        opaque(world, name, span);
        return;
    };
    let why = Why::at(format!("`{name}` writes there"), span);
    let vendor = cwd.child(&"vendor".into());
    world.files.make_dir(&vendor);
    for own in ["vendor", ".vendor-new", "Gopkg.lock", "Gopkg.toml", "glide.lock", "Godeps"] {
        world.files.taint(&cwd.child(&own.into()), why.clone());
    }
    if let Some(cache) = Path::root().join(&path.concat(&"/pkg".into())) {
        world.files.taint(&cache, why.clone());
    }
    if let Ok(home) = world.path(&world.env.exported("HOME")) {
        world.files.taint(&home.child(&".glide".into()), why);
    }
}

#[cfg(test)]
mod tests {
    use crate::model::assumptions::Assumptions;
    use crate::model::dockerfile;
    use crate::model::files::Found;
    use crate::model::parsed::Parsed;
    use crate::model::path::Path;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    /// Whether a stage has `/src/app`, and `path`, after a command.
    fn found(run: &str, path: &str) -> (bool, bool) {
        let text = format!("FROM golang:1.24\nWORKDIR /src\nRUN {run}\n");
        let sources = Sources::new(Arc::new(MemoryCheckout::new([("Dockerfile", text.as_str())])));
        let id = sources.load("Dockerfile").unwrap();
        let parsed = Parsed::of(&sources);
        let build = dockerfile::build(&parsed, parsed.dockerfile(id), &[], &[], &Assumptions::default());
        let context = crate::model::context::HostContext { checkout: sources.checkout() };
        let find = |path: &str| build.stages[0].world.files.find(&Path::new(path), &context);
        (find("/src/app") == Found::Missing, find(path).file().is_some())
    }

    #[test]
    fn what_is_known_of_installers() {
        const LINT: &str = "https://raw.githubusercontent.com/golangci/golangci-lint";
        for (run, path) in [
            (format!("curl -sfL {LINT}/master/install.sh | sh -s -- -b /go/bin v1.2.3"), "/go/bin/golangci-lint"),
            (format!("curl -sfL {LINT}/${{V}}/install.sh | sh -s v1.2.3"), "/src/bin/golangci-lint"),
            (
                format!("wget -O- -nv {LINT}/HEAD/install.sh | bash -s -- -b $(go env GOPATH)/bin"),
                "/go/bin/golangci-lint",
            ),
            ("curl https://raw.githubusercontent.com/golang/dep/master/install.sh | sh".into(), "/go/bin/dep"),
        ] {
            assert_eq!(found(&run, path), (true, true), "{run}");
        }
        for run in [
            format!("curl -sfL {LINT}/master/install.sh | sh -s -- -b $SOMEWHERE"),
            format!("curl -sfL {LINT}/master/install.sh | sh -s -- -b $(cat where)"),
            format!("curl -sfL {LINT}/master/install.sh | tee x | sh"),
            format!("curl -sfL {LINT}/master/install.sh | HOME=/x sh"),
            format!("curl -sfL {LINT}/master/install.sh | sh run.sh"),
            "curl https://example.com/install.sh | sh -s -- -b /go/bin".to_string(),
            "curl https://example.com/install.sh | sh".to_string(),
        ] {
            assert!(!found(&run, "/go/bin/x").0, "{run}");
        }
        assert!(found("dep ensure -vendor-only", "/x").0);
    }
}
