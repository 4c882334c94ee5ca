//! Knows one realm's file system as far as the text shows it: what was put where, by which hop, and what may be anywhere.
//! Refuses to know commands; and says Unknown wherever something we cannot read may have written.

use super::go::Output;
use super::images::Image;
use super::path::Path;
use super::trace::HopId;
use super::tri::Tri;
use super::value::{Relation, Text, Why};
use std::sync::Arc;

/// Permission bits, where known.
pub type Mode = Option<u32>;

/// A regular file.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// The step that put it here.
    pub hop: HopId,
    pub mode: Mode,
    /// `user:group` as given to chown; `None` where not known. Root is `0:0`.
    pub owner: Option<Text>,
    /// What go built, if go built it.
    pub program: Option<Arc<Output>>,
    /// The checkout's file it is a copy of.
    pub origin: Option<String>,
}

/// Files of the checkout below one directory, as the build context has them.
#[derive(Clone, PartialEq, Debug)]
pub struct Tree {
    /// Path in the checkout, `""` for its root.
    pub directory: String,
    /// The checkout directory that is the build context's root.
    pub context: String,
    pub hop: HopId,
}

#[derive(Clone, PartialEq, Debug)]
enum Node {
    File(File),
    Dir,
    /// Points at an absolute path.
    Link {
        target: Path,
        hop: HopId,
    },
    Tree(Tree),
    Gone,
    /// Something is or is not there, depending on a branch.
    Maybe(Why),
}

#[derive(Clone, PartialEq, Debug)]
struct Slot {
    path: Path,
    node: Node,
    /// Orders writes.
    at: u32,
}

/// Something that we cannot look into may have written below `below` (and `below` itself).
#[derive(Clone, PartialEq, Debug)]
struct Taint {
    below: Path,
    why: Why,
    at: u32,
    /// Only programs in the system's directories: a package manager ran.
    packages: bool,
}

/// What a realm was born with.
#[derive(Clone, PartialEq, Debug)]
pub enum Base {
    /// `scratch`.
    Empty,
    Image(Arc<Image>),
    /// Any file may be there.
    Unknown(Why),
    /// A person's or a CI's machine: any file may be there, but no directory in the way of a program.
    Machine,
}

/// What is at a path.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// A file. `doubt` is set where something later may have changed or replaced it.
    File {
        file: File,
        path: Path,
        doubt: Option<Why>,
    },
    Dir,
    /// A file or directory that the base image or the context brings; we know no more of it.
    Exists,
    /// Nothing can have put it there.
    Missing,
    /// Nothing put it there but the build context might: the repository has no such path.
    NotInCheckout {
        context_path: String,
    },
    Unknown(Why),
}

impl Found {
    pub fn file(&self) -> Option<&File> {
        match self {
            Found::File { file, .. } => Some(file),
            _ => None,
        }
    }
}

/// How the file system asks about the build context.
pub trait Context {
    /// What the context has at a checkout path: `Found::Exists` for a file, `Dir`, `NotInCheckout`, `Missing` where .dockerignore
    /// hides it.
    fn find(&self, tree: &Tree, checkout_path: &str) -> Found;
    /// Whether the checkout's file is executable.
    fn executable(&self, checkout_path: &str) -> bool;
}

/// A realm's files.
#[derive(Clone, PartialEq, Debug)]
pub struct Files {
    pub base: Base,
    slots: Vec<Slot>,
    taints: Vec<Taint>,
    /// Programs that packages brought, by name.
    programs: Vec<&'static str>,
    /// Somebody made directories that we could not name.
    unknown_directories: bool,
    clock: u32,
}

const LINKS: usize = 8;

impl Files {
    pub fn new(base: Base) -> Files {
        Files {
            base,
            slots: Vec::new(),
            taints: Vec::new(),
            programs: Vec::new(),
            unknown_directories: false,
            clock: 0,
        }
    }

    fn tick(&mut self) -> u32 {
        self.clock += 1;
        self.clock
    }

    /// Where a path really lies: on a usr-merged base `/bin`, `/sbin` and `/lib` are links into `/usr`.
    fn canonical(&self, path: &Path) -> Path {
        let Base::Image(image) = &self.base else { return path.clone() };
        if image.usr_merged != Tri::Yes {
            return path.clone();
        }
        for dir in ["bin", "sbin", "lib", "lib64"] {
            let link = Path::new(dir);
            if let Some(rest) = path.relative_to(&link) {
                return Path::new("usr").child(&Text::literal(dir)).join(&rest).unwrap_or_else(|| path.clone());
            }
        }
        path.clone()
    }

    fn put(&mut self, path: &Path, node: Node) {
        let path = self.canonical(path);
        let at = self.tick();
        self.slots.retain(|s| s.path != path || matches!(s.node, Node::Tree(_)));
        self.slots.push(Slot { path, node, at });
    }

    pub fn put_file(&mut self, path: &Path, file: File) {
        // A file written through a link that we made lands where the link points.
        let target = self.resolve_links(&self.canonical(path)).unwrap_or_else(|| path.clone());
        self.put(&target, Node::File(file));
    }

    /// Replaces whatever is there by a file, a link included (`mv`, `go build`).
    pub fn replace_file(&mut self, path: &Path, file: File) {
        self.put(path, Node::File(file));
    }

    pub fn make_dir(&mut self, path: &Path) {
        let path = self.canonical(path);
        if !self.slots.iter().any(|s| s.path == path && matches!(s.node, Node::Dir | Node::Tree(_))) {
            self.put(&path, Node::Dir);
        }
    }

    pub fn link(&mut self, path: &Path, target: Path, hop: HopId) {
        self.put(path, Node::Link { target, hop });
    }

    /// Lays a part of the checkout over a directory.
    pub fn put_tree(&mut self, path: &Path, tree: Tree) {
        let path = self.canonical(path);
        let at = self.tick();
        self.slots.push(Slot { path, node: Node::Tree(tree), at });
    }

    /// Whether a directory was made here and certainly holds nothing but directories.
    pub fn is_bare(&self, dir: &Path) -> bool {
        let dir = self.canonical(dir);
        let within = |slot: &&Slot| slot.path == dir || slot.path.is_below(&dir) != Relation::Different;
        let Some(made) = self.slots.iter().filter(within).map(|slot| slot.at).min() else { return false };
        self.slots.iter().filter(within).all(|slot| slot.node == Node::Dir)
            && self.taint_over(&dir, made).is_none()
            && self.trees_at(&dir).is_empty()
    }

    /// Directories were made whose names are not known.
    pub fn open_directories(&mut self) {
        self.unknown_directories = true;
    }

    /// Whether a directory certainly is not there.
    pub fn lacks_directory(&self, path: &Path, context: &dyn Context) -> bool {
        !self.unknown_directories && self.find(path, context) == Found::Missing
    }

    /// A directory that may have been made, where none is.
    pub fn maybe_dir(&mut self, path: &Path, why: Why, context: &dyn Context) {
        if self.find(path, context) == Found::Missing {
            self.doubt(path, why);
        }
    }

    /// Something may or may not be at a path.
    pub fn doubt(&mut self, path: &Path, why: Why) {
        self.put(path, Node::Maybe(why));
    }

    /// Anything below a directory may have been written.
    pub fn taint(&mut self, below: &Path, why: Why) {
        let (below, at) = (self.canonical(below), self.tick());
        self.taints.push(Taint { below, why, at, packages: false });
    }

    /// A package manager may have put programs and libraries into the system's directories.
    pub fn taint_packages(&mut self, why: Why) {
        let at = self.tick();
        self.taints.push(Taint { below: Path::root(), why, at, packages: true });
    }

    /// A package that we know put these programs into the system's directories, and other files we do not list.
    pub fn add_programs(&mut self, programs: &[&'static str]) {
        self.programs.extend(programs);
        if self.programs.is_empty() {
            // A package without programs still brings files.
            self.programs.push("");
        }
    }

    /// `rm -r`.
    pub fn remove(&mut self, path: &Path) {
        let path = self.canonical(path);
        self.slots.retain(|s| s.path != path && s.path.is_below(&path) != Relation::Equal);
        self.put(&path, Node::Gone);
    }

    fn resolve_links(&self, path: &Path) -> Option<Path> {
        let mut at = path.clone();
        for _ in 0..LINKS {
            let step = self.slots.iter().rev().find_map(|s| match &s.node {
                Node::Link { target, .. } => {
                    let rest = at.relative_to(&s.path)?;
                    target.join(&rest)
                }
                _ => None,
            });
            match step {
                Some(next) if next != at => at = self.canonical(&next),
                _ => return Some(at),
            }
        }
        None
    }

    fn taint_over(&self, path: &Path, after: u32) -> Option<&Taint> {
        self.taints.iter().rev().filter(|t| t.at > after).find(|t| {
            if t.packages {
                return in_system_dirs(path);
            }
            t.below.is_root()
                || t.below.compare(path) != Relation::Different
                || path.is_below(&t.below) != Relation::Different
        })
    }

    /// What is at a path, links followed.
    pub fn find(&self, path: &Path, context: &dyn Context) -> Found {
        let found = self.find_as_spelled(path, context);
        if found == Found::Missing
            && let Some(twin) = self.possible_twin(path)
            && !matches!(self.find_as_spelled(&twin, context), Found::Missing)
        {
            return Found::Unknown(Why::new(format!(
                "`{twin}` may be the same path: whether the base is usr-merged is not known"
            )));
        }
        found
    }

    /// `/usr/bin/x` for `/bin/x` and the reverse, on a base that may or may not be usr-merged.
    fn possible_twin(&self, path: &Path) -> Option<Path> {
        let Base::Image(image) = &self.base else { return None };
        if image.usr_merged != Tri::Unknown {
            return None;
        }
        let usr = Path::new("/usr");
        let inner = path
            .relative_to(&usr)
            .map(|rest| Path::root().join(&rest))
            .unwrap_or_else(|| usr.join(&path.relative_to(&Path::root())?));
        let inner = inner?;
        let merged = |p: &Path| {
            ["/bin", "/sbin", "/lib", "/lib64"].iter().any(|dir| p.is_below(&Path::new(dir)) == Relation::Equal)
        };
        let short = if path.is_below(&usr) == Relation::Equal { &inner } else { path };
        merged(short).then_some(inner)
    }

    fn find_as_spelled(&self, path: &Path, context: &dyn Context) -> Found {
        let Some(path) = self.resolve_links(&self.canonical(path)) else {
            return Found::Unknown(Why::new("too many symbolic links"));
        };
        let mut undecided = None;
        let mut exact = None;
        for slot in self.slots.iter().rev() {
            match slot.path.compare(&path) {
                Relation::Equal if !matches!(slot.node, Node::Tree(_)) => {
                    exact = exact.or(Some(slot));
                }
                Relation::Undecided if !matches!(slot.node, Node::Gone) => undecided = undecided.or(Some(slot)),
                _ => {}
            }
        }
        if let Some(slot) = exact {
            let doubt = self.taint_over(&path, slot.at).map(|t| t.why.clone());
            match &slot.node {
                Node::File(file) => return Found::File { file: file.clone(), path, doubt },
                Node::Dir => return Found::Dir,
                Node::Maybe(why) => return Found::Unknown(why.clone()),
                Node::Link { .. } => return Found::Unknown(Why::new("a symbolic link that leads nowhere we know")),
                Node::Gone | Node::Tree(_) => {}
            }
        }
        let gone_at = self
            .slots
            .iter()
            .filter(|s| s.node == Node::Gone && (s.path == path || path.is_below(&s.path) == Relation::Equal))
            .map(|s| s.at)
            .max();
        if let Some(taint) = self.taint_over(&path, gone_at.unwrap_or(0)) {
            return Found::Unknown(taint.why.clone());
        }
        let mut absent = None;
        for slot in self.slots.iter().rev().filter(|s| s.at > gone_at.unwrap_or(0)) {
            let Node::Tree(tree) = &slot.node else { continue };
            let Some(rest) = path.relative_to(&slot.path) else {
                if path.is_below(&slot.path) == Relation::Undecided {
                    return Found::Unknown(Why::new("the path is not known part by part"));
                }
                continue;
            };
            let Some(rest) = rest.as_literal() else {
                return Found::Unknown(Why::new("the path is not known part by part"));
            };
            match context.find(tree, &join_checkout(&tree.directory, rest)) {
                Found::Exists => {
                    let file = File {
                        hop: tree.hop,
                        mode: Some(if context.executable(&join_checkout(&tree.directory, rest)) {
                            0o755
                        } else {
                            0o644
                        }),
                        owner: Some("0:0".into()),
                        program: None,
                        origin: Some(join_checkout(&tree.directory, rest)),
                    };
                    return Found::File { file, path, doubt: None };
                }
                found @ (Found::NotInCheckout { .. } | Found::Missing) => {
                    absent = absent.or(Some(found));
                }
                found => return found,
            }
        }
        if self
            .slots
            .iter()
            .any(|s| s.at > gone_at.unwrap_or(0) && s.node != Node::Gone && s.path.is_below(&path) == Relation::Equal)
            || self.slots.iter().any(|s| s.path == path && matches!(s.node, Node::Tree(_)))
        {
            return Found::Dir;
        }
        if let Some(slot) = undecided {
            return Found::Unknown(Why::new(format!("`{}` may be the same path", slot.path)));
        }
        if gone_at.is_some() {
            return absent.unwrap_or(Found::Missing);
        }
        let from_base = self.find_in_base(&path);
        match (from_base, absent) {
            (Found::Missing, Some(absent)) => absent,
            (found, _) => found,
        }
    }

    /// Whether a directory is at a path. On a machine that we do not know, nobody has one where a program is to be put, unless its
    /// name is that of a directory.
    pub fn is_dir(&self, path: &Path, context: &dyn Context) -> Tri {
        match self.find(path, context) {
            Found::Dir => Tri::Yes,
            Found::Unknown(_) if self.base != Base::Machine || path.name().is_none_or(|name| is_dir_name(&name)) => {
                Tri::Unknown
            }
            _ => Tri::No,
        }
    }

    fn find_in_base(&self, path: &Path) -> Found {
        if path.is_root() {
            return Found::Dir;
        }
        if !self.programs.is_empty() && in_system_dirs(path) {
            let name = path.name();
            let name = name.as_ref().and_then(Text::as_literal).unwrap_or_default();
            if self.programs.contains(&name) {
                return Found::Exists;
            }
            if !in_program_dirs(path) {
                return Found::Unknown(Why::new("an installed package may bring it"));
            }
        }
        match &self.base {
            Base::Empty => Found::Missing,
            Base::Unknown(why) => Found::Unknown(why.clone()),
            Base::Machine if path.as_literal().is_some_and(is_standard_dir) => Found::Dir,
            Base::Machine => Found::Unknown(Why::new("what this machine has is not known")),
            Base::Image(image) => {
                let Some(text) = path.as_literal() else {
                    return Found::Unknown(Why::new("the path is not known part by part"));
                };
                // On a merged base both spellings are the same file, and the table may know either.
                let other = text.strip_prefix("/usr").filter(|_| image.usr_merged == Tri::Yes);
                let answer = match (image.has(text), other.map(|other| image.has(other))) {
                    (Tri::Unknown, Some(answer)) => answer,
                    (answer, _) => answer,
                };
                match answer {
                    Tri::No => Found::Missing,
                    Tri::Yes if is_standard_dir(text) => Found::Dir,
                    Tri::Yes => Found::Exists,
                    Tri::Unknown => Found::Unknown(Why::new(format!("{} may bring it", image.name))),
                }
            }
        }
    }

    /// The files at or below a path that we saw put there, with the path each has. Does not list the checkout's.
    pub fn below(&self, dir: &Path) -> Vec<(Path, File)> {
        let real = self.resolve_links(&self.canonical(dir)).unwrap_or_else(|| dir.clone());
        let mut out: Vec<(Path, File)> = Vec::new();
        for slot in &self.slots {
            if let Node::File(file) = &slot.node
                && slot.path.is_below(&real) == Relation::Equal
                && let Some(path) = slot.path.relative_to(&real).and_then(|rest| dir.join(&rest))
            {
                out.push((path, file.clone()));
            }
        }
        out
    }

    /// What go built, where nothing later may have replaced it.
    pub fn go_programs(&self) -> Vec<(Path, File)> {
        self.certain_files().into_iter().filter(|(_, file)| file.program.is_some()).collect()
    }

    /// The files that we saw put somewhere, where nothing later may have replaced or changed them.
    pub fn certain_files(&self) -> Vec<(Path, File)> {
        let certain = |slot: &Slot| match &slot.node {
            Node::File(file) if self.taint_over(&slot.path, slot.at).is_none() => {
                Some((slot.path.clone(), file.clone()))
            }
            _ => None,
        };
        self.slots.iter().filter_map(certain).collect()
    }

    /// All files that we saw put somewhere.
    pub fn files(&self) -> Vec<(Path, File)> {
        self.below(&Path::root())
    }

    /// The checkout trees laid at or above a path, latest first, with the checkout path that the path has in each.
    pub fn trees_at(&self, path: &Path) -> Vec<(Tree, String)> {
        let path = self.canonical(path);
        let mut out = Vec::new();
        for slot in self.slots.iter().rev() {
            let rest = path.relative_to(&slot.path);
            match (&slot.node, rest.as_ref().and_then(Text::as_literal)) {
                (Node::Tree(tree), Some(rest)) => out.push((tree.clone(), join_checkout(&tree.directory, rest))),
                (Node::File(File { origin: Some(origin), hop, .. }), Some("")) => {
                    out.push((Tree { directory: origin.clone(), context: String::new(), hop: *hop }, origin.clone()))
                }
                _ => {}
            }
        }
        out
    }

    /// The checkout directory behind a directory of this realm: from a tree, or from the origin of a file directly in it.
    pub fn checkout_dir(&self, path: &Path) -> Option<String> {
        if let Some((_, dir)) = self.trees_at(path).into_iter().next() {
            return Some(dir);
        }
        let path = self.canonical(path);
        self.slots.iter().rev().find_map(|s| match &s.node {
            Node::File(File { origin: Some(origin), .. }) if s.path.parent() == path => {
                Some(origin.rsplit_once('/').map_or(String::new(), |(dir, _)| dir.to_string()))
            }
            _ => None,
        })
    }

    /// Everything at or below `from` in another realm, laid at `to` here: COPY of a directory.
    pub fn graft(&mut self, other: &Files, from: &Path, to: &Path, hop_of: &mut dyn FnMut(&Path, &File) -> File) {
        let from = other.resolve_links(&other.canonical(from)).unwrap_or_else(|| from.clone());
        match other.find_in_base(&from) {
            Found::Missing => {}
            Found::Unknown(why) => self.taint(to, why),
            _ => self.taint(to, Why::new("copied from a base image whose files are not all known")),
        }
        // Taints come among the files as they came there.
        let mut taints = other.taints.iter().peekable();
        for slot in &other.slots {
            while let Some(taint) = taints.next_if(|taint| taint.at < slot.at) {
                self.graft_taint(taint, &from, to);
            }
            self.graft_slot(slot, &from, to, hop_of);
        }
        for taint in taints {
            self.graft_taint(taint, &from, to);
        }
        self.make_dir(to);
    }

    fn graft_slot(&mut self, slot: &Slot, from: &Path, to: &Path, hop_of: &mut dyn FnMut(&Path, &File) -> File) {
        let Some(rest) = slot.path.relative_to(from) else {
            if let (Node::Tree(tree), Some(inner)) = (&slot.node, from.relative_to(&slot.path))
                && let Some(inner) = inner.as_literal()
            {
                let directory = join_checkout(&tree.directory, inner);
                self.put_tree(to, Tree { directory, ..tree.clone() });
            }
            return;
        };
        let Some(path) = to.join(&rest) else { return };
        match &slot.node {
            Node::File(file) => {
                let file = hop_of(&path, file);
                self.put(&path, Node::File(file));
            }
            Node::Tree(tree) => self.put_tree(&path, tree.clone()),
            Node::Dir => self.make_dir(&path),
            Node::Link { target, hop } => self.put(&path, Node::Link { target: target.clone(), hop: *hop }),
            Node::Maybe(why) => self.put(&path, Node::Maybe(why.clone())),
            Node::Gone => {}
        }
    }

    fn graft_taint(&mut self, taint: &Taint, from: &Path, to: &Path) {
        if taint.packages && !(in_system_dirs(from) || from.is_root()) {
            return;
        }
        if taint.below == *from || from.is_below(&taint.below) != Relation::Different || taint.below.is_root() {
            self.taint(to, taint.why.clone());
        } else if let Some(rest) = taint.below.relative_to(from)
            && let Some(path) = to.join(&rest)
        {
            self.taint(&path, taint.why.clone());
        }
    }

    /// Forgets what happened at and below a directory since `before`: a mount that ends with its RUN.
    pub fn restore_below(&mut self, dir: &Path, before: &Files) {
        let dir = self.canonical(dir);
        let inside = |path: &Path| *path == dir || path.is_below(&dir) == Relation::Equal;
        self.slots.retain(|s| !inside(&s.path));
        self.slots.extend(before.slots.iter().filter(|s| inside(&s.path)).cloned());
        self.slots.sort_by_key(|s| s.at);
        self.taints.retain(|t| !inside(&t.below));
        self.taints.extend(before.taints.iter().filter(|t| inside(&t.below)).cloned());
        self.taints.sort_by_key(|t| t.at);
    }

    /// What two branches agree on.
    pub fn join(&self, other: &Files) -> Files {
        if self == other {
            return self.clone();
        }
        let mut out = self.clone();
        out.clock = self.clock.max(other.clock);
        out.unknown_directories |= other.unknown_directories;
        for slot in &other.slots {
            match out.slots.iter().find(|s| s.path == slot.path && same_kind(&s.node, &slot.node)) {
                Some(same) if same.node == slot.node => {}
                Some(_) if matches!(slot.node, Node::Tree(_)) => out.slots.push(slot.clone()),
                _ => out.doubt_slot(&slot.path),
            }
        }
        for slot in &self.slots {
            if !other.slots.iter().any(|s| s.path == slot.path && same_kind(&s.node, &slot.node)) {
                out.doubt_slot(&slot.path);
            }
        }
        for program in &other.programs {
            if !out.programs.contains(program) {
                out.programs.push(program);
            }
        }
        for taint in &other.taints {
            if !out.taints.contains(taint) {
                out.taints.push(taint.clone());
            }
        }
        out
    }

    fn doubt_slot(&mut self, path: &Path) {
        self.put(path, Node::Maybe(Why::new("only one of the branches that lead here puts it there")));
    }
}

fn same_kind(a: &Node, b: &Node) -> bool {
    matches!(a, Node::Tree(_)) == matches!(b, Node::Tree(_))
}

/// What builds call the directories that they fill.
fn is_dir_name(name: &Text) -> bool {
    const DIRS: &[&str] =
        &["bin", "sbin", "build", "dist", "out", "output", "release", "target", "tmp", "libexec", "artifacts", "tools"];
    name.as_literal().is_none_or(|name| DIRS.contains(&name.trim_start_matches(['.', '_'])))
}

/// Where package managers put programs and libraries.
fn in_system_dirs(path: &Path) -> bool {
    ["/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc", "/opt", "/var"].iter().any(|dir| {
        let dir = Path::new(dir);
        *path == dir || path.is_below(&dir) != Relation::Different
    }) && path.is_below(&Path::new("/usr/local")) != Relation::Equal
}

/// Directly in a directory where only programs lie.
fn in_program_dirs(path: &Path) -> bool {
    ["/bin", "/sbin", "/usr/bin", "/usr/sbin"].iter().any(|dir| path.parent() == Path::new(dir))
}

/// Directories of the file system hierarchy that every distribution has.
fn is_standard_dir(path: &str) -> bool {
    const DIRS: &[&str] = &[
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/sys",
        "/tmp",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/local/lib",
        "/usr/local/sbin",
        "/usr/local/share",
        "/usr/sbin",
        "/usr/share",
        "/var",
        "/go",
        "/go/bin",
        "/go/src",
        "/usr/local/go",
        "/usr/local/go/bin",
        "/etc/ssl",
        "/etc/ssl/certs",
        "/home/nonroot",
        "/var/lib",
        "/var/log",
        "/usr/share/zoneinfo",
    ];
    DIRS.contains(&path)
}

fn join_checkout(directory: &str, rest: &str) -> String {
    match (directory, rest) {
        ("", rest) => rest.to_string(),
        (directory, "") => directory.to_string(),
        (directory, rest) => format!("{directory}/{rest}"),
    }
}

#[cfg(test)]
mod tests;
