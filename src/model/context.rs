//! Knows a Dockerfile's build context: which directory of the checkout it is, and what .dockerignore hides.
//! Refuses to know what is not in the repository: a file that is missing there may be built before the image is.

use super::files::{Context, File, Found, Tree};
use super::invocation::Invocation;
use super::matching::Ignore;
use super::path::{Path, components};
use super::trace::HopId;
use super::value::Why;
use crate::kind::{MAKEFILES, is_default_dockerfile};
use crate::source::{Checkout, Entry};
use crate::syntax::dockerfile::{self as syntax, Command, Dockerfile, Instruction, Kind, Transfer};
use crate::syntax::goreleaser;

/// The build context of one Dockerfile.
pub struct BuildContext<'a> {
    checkout: &'a dyn Checkout,
    /// Its directory in the checkout, where it can be told.
    pub root: Option<String>,
    /// Every directory that it may be.
    candidates: Vec<Candidate>,
    /// Nothing speaks for them: a command with `-f` that is not seen may name any other, or build a copy elsewhere.
    elsewhere: bool,
    /// Sources that are started where they are copied to: programs, also where the repository has a directory of that name.
    programs: Vec<String>,
    /// The run of `docker build` that it is the context of, where one is followed.
    invocation: Option<&'a Invocation>,
}

struct Candidate {
    root: String,
    ignore: Option<Ignore>,
}

impl Candidate {
    /// Whether a file there stays behind.
    fn hides(&self, checkout_path: &str) -> bool {
        let relative = self.relative(checkout_path);
        !relative.is_empty() && self.ignore.as_ref().is_some_and(|ignore| ignore.ignores(relative))
    }

    /// Whether a directory there stays behind with all that is in it: a `!` may let some of it in again.
    fn hides_all_of(&self, checkout_path: &str) -> bool {
        let relative = self.relative(checkout_path);
        self.hides(checkout_path) && self.ignore.as_ref().is_some_and(|ignore| !ignore.may_let_in_below(relative))
    }

    fn relative<'p>(&self, checkout_path: &'p str) -> &'p str {
        match self.root.as_str() {
            "" => checkout_path,
            root => checkout_path.strip_prefix(root).map_or(checkout_path, |rest| rest.trim_start_matches('/')),
        }
    }

    /// What a path from its directory is in the repository, where that reaches the builder.
    fn sends(&self, checkout: &dyn Checkout, relative: &str) -> Option<Entry> {
        let path = join(&self.root, relative);
        checkout.entry(&path).filter(|entry| match entry {
            Entry::Dir => !self.hides_all_of(&path),
            _ => !self.hides(&path),
        })
    }
}

impl<'a> BuildContext<'a> {
    /// Finds the context of a Dockerfile at `path`: the one directory from its own up to the checkout's root
    /// that has what its COPY and ADD instructions name, and a Makefile where make runs in all of it. Where two fit equally
    /// well, the one that go can build in; else it is not told. `told` are the directories that recipes, compose
    /// files and CI name: they decide, but for those that have less of what is copied.
    pub fn infer(checkout: &'a dyn Checkout, path: &str, dockerfile: &Dockerfile, told: &[&str]) -> BuildContext<'a> {
        let own = path.rsplit_once('/').map_or("", |(dir, _)| dir);
        let beside = ignored_beside(checkout, path);
        let candidate = |root: &str| candidate(checkout, beside.as_deref(), root);
        let mut candidates = vec![candidate(own)];
        let mut at = own;
        while !at.is_empty() {
            at = at.rsplit_once('/').map_or("", |(dir, _)| dir);
            candidates.push(candidate(at));
        }
        let sources = context_sources(dockerfile);
        let programs = started_sources(dockerfile);
        let needs_makefile = needs_makefile(dockerfile);
        let score = |candidate: &Candidate| {
            let speaks = |source: &&String| match candidate.sends(checkout, source) {
                Some(Entry::Dir) => !programs.contains(source),
                sent => sent.is_some(),
            };
            let named = sources.iter().filter(speaks).count();
            let makefile = || MAKEFILES.iter().any(|name| candidate.sends(checkout, name).is_some());
            named + usize::from(needs_makefile && makefile())
        };
        let scores: Vec<usize> = candidates.iter().map(score).collect();
        let best = scores.iter().copied().max().unwrap_or(0);
        let told = told.iter().map(|root| candidate(root));
        let told: Vec<Candidate> = told.filter(|candidate| score(candidate) >= best).collect();
        let is_told = !told.is_empty();
        let candidates = match is_told {
            true => told,
            false => candidates.into_iter().zip(scores).filter(|(_, score)| *score == best).map(|(it, _)| it).collect(),
        };
        let root = match candidates.as_slice() {
            [only] => Some(only.root.clone()),
            several => module_root(checkout, several, dockerfile),
        };
        // What a .dockerignore hides and the checkout does not have, somebody puts beside the Dockerfile in another directory.
        let put_elsewhere = |candidate: &Candidate| {
            let mut paths = sources.iter().map(|source| join(&candidate.root, source));
            candidate.root != own && paths.any(|path| checkout.entry(&path).is_none() && candidate.hides(&path))
        };
        let elsewhere = !is_told && (best == 0 && !is_default_dockerfile(path) || candidates.iter().any(put_elsewhere));
        BuildContext { checkout, root, candidates, elsewhere, programs, invocation: None }
    }

    /// The context that a run of `docker build` names, with what lies in it by then.
    pub fn of(checkout: &'a dyn Checkout, path: &str, invocation: &'a Invocation) -> BuildContext<'a> {
        let root = invocation.context.clone();
        let candidates = vec![candidate(checkout, ignored_beside(checkout, path).as_deref(), &root)];
        BuildContext {
            checkout,
            root: Some(root),
            candidates,
            elsewhere: false,
            programs: Vec::new(),
            invocation: Some(invocation),
        }
    }

    /// The run of `docker build` that it is the context of.
    pub fn invocation(&self) -> Option<&'a Invocation> {
        self.invocation
    }

    /// What recipes put into a directory of the context, by path from that directory.
    pub fn made_below(&self, relative: &str) -> Vec<(String, File)> {
        let (Some(invocation), [only]) = (self.invocation, self.candidates.as_slice()) else { return Vec::new() };
        let below = join("", relative);
        let inside = |path: &str| match below.as_str() {
            "" => Some(path.to_string()),
            below => path.strip_prefix(below)?.strip_prefix('/').map(str::to_string),
        };
        let made = invocation.made().into_iter().filter(|(path, _)| !only.hides(&join(&only.root, path)));
        made.filter_map(|(path, file)| Some((inside(&path)?, file))).collect()
    }

    /// What recipes put at a path of the context that the checkout does not have.
    fn made(&self, relative: &str) -> Option<Found> {
        let (invocation, [only]) = (self.invocation?, self.candidates.as_slice()) else { return None };
        let path = join(&only.root, relative);
        if only.hides(&path) {
            return None;
        }
        let host = HostContext { checkout: self.checkout };
        match invocation.files.find(&Path::in_checkout(&path), &host) {
            found @ (Found::Dir | Found::File { doubt: None, .. }) => Some(found),
            _ => None,
        }
    }

    /// What the context has at a path relative to its root. Where several directories may be the context: what all of them say.
    pub fn look(&self, relative: &str) -> Found {
        let mut answers = self.candidates.iter().map(|candidate| self.at(candidate, &join(&candidate.root, relative)));
        let Some(first) = answers.next() else { return unknown_context() };
        if self.candidates.len() == 1 {
            return match first {
                absent @ Found::NotInCheckout { .. } => self.made(relative).unwrap_or(absent),
                first => first,
            };
        }
        let absent = |found: &Found| matches!(found, Found::Missing | Found::NotInCheckout { .. });
        let rest: Vec<Found> = answers.collect();
        match first {
            Found::Dir if rest.iter().all(|found| *found == Found::Dir) => Found::Dir,
            first if absent(&first) && rest.iter().all(absent) => {
                Found::NotInCheckout { context_path: relative.to_string() }
            }
            _ => unknown_context(),
        }
    }

    /// A directory of the context as a part of a file system.
    pub fn tree(&self, relative: &str, hop: HopId) -> Tree {
        match &self.root {
            Some(root) => Tree { directory: join(root, relative), context: Some(root.clone()), hop },
            None => Tree { directory: join("", relative), context: None, hop },
        }
    }

    /// Names directly below a directory of the context, where it is known.
    pub fn list(&self, relative: &str) -> Vec<String> {
        self.root.as_ref().map(|root| self.checkout.list(&join(root, relative))).unwrap_or_default()
    }

    fn goreleaser(&self) -> bool {
        goreleaser::NAMES.iter().any(|name| self.checkout.entry(name).is_some())
    }

    /// The text of a file of the checkout.
    pub fn read(&self, path: &str) -> Option<String> {
        self.checkout.read(path)
    }

    fn at(&self, candidate: &Candidate, path: &str) -> Found {
        if components(path).any(|part| part == "..") {
            return Found::Unknown(Why::new("the path leaves the build context"));
        }
        let entry = self.checkout.entry(path);
        let hidden = match entry {
            Some(Entry::File | Entry::Symlink(_)) => candidate.hides(path),
            // goreleaser builds from a directory of its own, where this .dockerignore does not count.
            None if self.elsewhere || self.goreleaser() => false,
            Some(Entry::Dir) | None => candidate.hides_all_of(path),
        };
        if hidden {
            return if self.elsewhere { unknown_context() } else { Found::Missing };
        }
        match entry {
            Some(Entry::File) => Found::Exists,
            Some(Entry::Dir) if self.programs.iter().any(|it| it == candidate.relative(path)) && self.goreleaser() => {
                Found::Unknown(Why::new("goreleaser puts a program of that name beside the Dockerfile"))
            }
            Some(Entry::Dir) => Found::Dir,
            Some(Entry::Symlink(_)) => Found::Unknown(Why::new("a symbolic link in the build context")),
            None => Found::NotInCheckout { context_path: path.to_string() },
        }
    }
}

fn unknown_context() -> Found {
    Found::Unknown(Why::new("which directory is the build context is not known"))
}

impl Context for BuildContext<'_> {
    fn find(&self, tree: &Tree, checkout_path: &str) -> Found {
        match (&tree.context, self.candidates.as_slice()) {
            (Some(_), [only]) => self.at(only, checkout_path),
            _ => self.look(checkout_path),
        }
    }

    fn executable(&self, checkout_path: &str) -> bool {
        self.checkout.is_executable(checkout_path)
    }
}

/// The `.dockerignore` of one Dockerfile, which goes before that of the context.
fn ignored_beside(checkout: &dyn Checkout, path: &str) -> Option<String> {
    checkout.read(&format!("{path}.dockerignore"))
}

fn candidate(checkout: &dyn Checkout, beside: Option<&str>, root: &str) -> Candidate {
    let ignore = match beside {
        Some(text) => Some(Ignore::parse(text)),
        None => checkout.read(&join(root, ".dockerignore")).map(|text| Ignore::parse(&text)),
    };
    Candidate { root: root.to_string(), ignore }
}

/// Of several directories that fit: the only one with a go.mod, where go runs in the whole of the context.
/// Not where an instruction names that directory: then the context lies above it.
fn module_root(checkout: &dyn Checkout, fitting: &[Candidate], dockerfile: &Dockerfile) -> Option<String> {
    let is_module = |root: &&str| checkout.entry(&join(root, "go.mod")).is_some();
    let mut modules = fitting.iter().map(|candidate| candidate.root.as_str()).filter(is_module);
    let (Some(root), None) = (modules.next(), modules.next()) else { return None };
    let name = root.rsplit('/').next().unwrap_or_default();
    let (mut whole, mut runs_go) = (false, false);
    for instruction in &dockerfile.instructions {
        let text = match &instruction.kind {
            Kind::Copy(transfer) if instruction.flag("from").is_none() => {
                whole |= transfer.sources.iter().any(|s| matches!(s.word.raw.text.as_str(), "." | "./" | "/"));
                continue;
            }
            Kind::Run(Command::Shell { text, .. }) => {
                runs_go |= ["go build", "go install", "go mod"].iter().any(|go| text.text.contains(go));
                &text.text
            }
            Kind::Workdir(word) => &word.raw.text,
            _ => continue,
        };
        if !name.is_empty() && text.contains(name) {
            return None;
        }
    }
    (whole && runs_go).then(|| root.to_string())
}

/// The literal sources that COPY and ADD take from the context and that tell one directory from another.
fn context_sources(dockerfile: &Dockerfile) -> Vec<String> {
    from_context(dockerfile).flat_map(|transfer| &transfer.sources).filter_map(literal_source).collect()
}

/// COPY and ADD instructions that take from the context.
fn from_context(dockerfile: &Dockerfile) -> impl Iterator<Item = &Transfer> {
    dockerfile.instructions.iter().filter_map(|instruction| match &instruction.kind {
        Kind::Copy(transfer) | Kind::Add(transfer) if instruction.flag("from").is_none() => Some(transfer),
        _ => None,
    })
}

fn literal_source(source: &syntax::Path) -> Option<String> {
    let text = unquoted(source).trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    let literal = !text.contains(['$', '*', '?', '[']) && !text.contains("://");
    (literal && !text.is_empty() && text != ".").then(|| text.to_string())
}

fn unquoted(path: &syntax::Path) -> &str {
    path.word.raw.text.trim_matches(['"', '\''])
}

/// The sources that an ENTRYPOINT or a CMD starts where they are copied to: `COPY app /bin/app`, `ENTRYPOINT ["/bin/app"]`.
fn started_sources(dockerfile: &Dockerfile) -> Vec<String> {
    let program = |instruction: &Instruction| match &instruction.kind {
        Kind::Entrypoint(Command::Exec { elements, .. }) | Kind::Cmd(Command::Exec { elements, .. }) => {
            elements.first().map(|element| element.value.clone())
        }
        _ => None,
    };
    let started: Vec<String> = dockerfile.instructions.iter().filter_map(program).collect();
    let alone = from_context(dockerfile).filter_map(|transfer| match transfer.sources.as_slice() {
        [only] => Some((literal_source(only)?, unquoted(transfer.destination.as_ref()?))),
        _ => None,
    });
    let is_started = |(source, destination): &(String, &str)| {
        let name = source.rsplit('/').next().unwrap_or(source);
        let path = match destination.strip_suffix('/') {
            Some(directory) => format!("{directory}/{name}"),
            None => destination.to_string(),
        };
        started.iter().any(|program| may_be_same(program, &path))
    };
    alone.filter(is_started).map(|(source, _)| source).collect()
}

/// Whether two paths of an image may be the same: one that is relative starts in a WORKDIR.
fn may_be_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim_start_matches("./"), b.trim_start_matches("./"));
    let ends_with = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|above| above.ends_with('/'));
    match (a.starts_with('/'), b.starts_with('/')) {
        (true, false) => ends_with(a, b),
        (false, true) => ends_with(b, a),
        _ => a == b,
    }
}

/// Whether make runs in a context that is copied whole, which then has to hold a Makefile.
fn needs_makefile(dockerfile: &Dockerfile) -> bool {
    let copied_whole = |instruction: &Instruction| match &instruction.kind {
        Kind::Copy(transfer) | Kind::Add(transfer) => {
            let dot = |text: &str| matches!(text.trim_matches(['"', '\'']), "." | "./" | "/");
            instruction.flag("from").is_none() && transfer.sources.iter().any(|source| dot(&source.word.raw.text))
        }
        _ => false,
    };
    let runs_make = |instruction: &Instruction| match &instruction.kind {
        Kind::Run(Command::Shell { text, .. }) => starts(&text.text, "make"),
        _ => false,
    };
    dockerfile.instructions.iter().any(copied_whole) && dockerfile.instructions.iter().any(runs_make)
}

/// Whether a word stands where a command begins.
pub(super) fn starts(text: &str, program: &str) -> bool {
    let mut at_start = true;
    for word in text.split_whitespace() {
        if at_start && word == program {
            return true;
        }
        let assigns = at_start && word.contains('=');
        at_start = assigns || word.ends_with(['&', '|', ';', '(', '{']) || matches!(word, "then" | "do" | "else");
    }
    false
}

/// A checkout path below another; `""` is the checkout's root.
pub fn join(root: &str, relative: &str) -> String {
    let mut relative = relative;
    // Asked for each path of a context: `trim_start_matches` prepares a search each time.
    while let Some(rest) = relative.strip_prefix("./") {
        relative = rest;
    }
    match (root, relative.trim_matches('/')) {
        ("", relative) => relative.to_string(),
        (root, "" | ".") => root.to_string(),
        (root, relative) => [root, relative].join("/"),
    }
}

/// The context of texts that run in the checkout itself: recipes on a developer's machine.
pub struct HostContext<'a> {
    pub checkout: &'a dyn Checkout,
}

impl Context for HostContext<'_> {
    fn find(&self, _tree: &Tree, checkout_path: &str) -> Found {
        let mut above = checkout_path.match_indices('/').map(|(at, _)| &checkout_path[..at]);
        match self.checkout.entry(checkout_path) {
            Some(Entry::File) => Found::Exists,
            Some(Entry::Dir) => Found::Dir,
            None if !above.any(|above| matches!(self.checkout.entry(above), Some(Entry::Symlink(_)))) => {
                Found::NotInCheckout { context_path: checkout_path.to_string() }
            }
            None | Some(Entry::Symlink(_)) => Found::Unknown(Why::new("a symbolic link in the checkout")),
        }
    }

    fn executable(&self, checkout_path: &str) -> bool {
        self.checkout.is_executable(checkout_path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn infer(files: &[(&str, &str)], path: &str) -> Option<String> {
        let checkout = MemoryCheckout::new(files.iter().copied());
        let sources = Sources::new(Arc::new(checkout.clone()));
        let text = checkout.read(path).unwrap();
        let id = sources.add(path, text.clone());
        let dockerfile = crate::syntax::dockerfile::parse(id, &text);
        BuildContext::infer(&checkout, path, &dockerfile, &[]).root
    }

    #[test]
    fn where_several_directories_may_be_the_context_what_all_of_them_say_holds() {
        let build = "FROM golang\nCOPY . .\n";
        let files = [
            ("svc/Dockerfile", build),
            ("svc/cmd/main.go", ""),
            ("svc/go.mod", ""),
            ("cmd/main.go", ""),
            ("api/x.go", ""),
        ];
        let checkout = MemoryCheckout::new(files);
        let sources = Sources::new(Arc::new(checkout.clone()));
        let dockerfile = crate::syntax::dockerfile::parse(sources.add("svc/Dockerfile", build), build);
        let context = BuildContext::infer(&checkout, "svc/Dockerfile", &dockerfile, &[]);
        assert_eq!(context.root, None);
        assert_eq!(context.look("cmd"), Found::Dir);
        assert_eq!(context.look("app"), Found::NotInCheckout { context_path: "app".into() });
        for open in ["api", "go.mod", "cmd/main.go"] {
            assert!(matches!(context.look(open), Found::Unknown(_)), "{open}");
        }
    }

    #[test]
    fn the_context_is_the_directory_that_has_what_is_copied() {
        let build = "FROM golang\nCOPY go.mod ./\nCOPY cmd ./cmd\n";
        assert_eq!(infer(&[("Dockerfile", build), ("go.mod", "")], "Dockerfile").as_deref(), Some(""));
        let files = [("build/Dockerfile", build), ("go.mod", ""), ("cmd/main.go", "")];
        assert_eq!(infer(&files, "build/Dockerfile").as_deref(), Some(""));
        let own = [("svc/Dockerfile", build), ("svc/go.mod", ""), ("svc/cmd/main.go", ""), ("go.mod", "")];
        assert_eq!(infer(&own, "svc/Dockerfile").as_deref(), Some("svc"));
        let either = [("svc/Dockerfile", "FROM golang\nCOPY . .\n"), ("svc/go.mod", ""), ("go.mod", "")];
        assert_eq!(infer(&either, "svc/Dockerfile"), None);
        let whole = "FROM golang\nCOPY . .\nRUN apk add make && \\\n  make app\n";
        let makes = [("cmd/app/Dockerfile", whole), ("cmd/app/main.go", ""), ("Makefile", ""), ("go.mod", "")];
        assert_eq!(infer(&makes, "cmd/app/Dockerfile").as_deref(), Some(""));
        let only_installs = "FROM golang\nCOPY . .\nRUN apk add git make\n";
        assert_eq!(infer(&[("x/Dockerfile", only_installs), ("Makefile", "")], "x/Dockerfile"), None);
        let module = "FROM golang\nWORKDIR /src\nCOPY . .\nRUN go build -o app .\n";
        assert_eq!(infer(&[("svc/Dockerfile", module), ("svc/go.mod", "")], "svc/Dockerfile").as_deref(), Some("svc"));
        let above = "FROM golang\nWORKDIR /src\nCOPY . .\nRUN cd svc && go build -o app .\n";
        assert_eq!(infer(&[("svc/Dockerfile", above), ("svc/go.mod", "")], "svc/Dockerfile"), None);
    }
}
