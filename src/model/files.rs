//! Knows one realm's file system as far as the text shows it: what was put where, by which hop, and what may be anywhere.
//! Refuses to know commands; and says Unknown wherever something we cannot read may have written.

mod base;
mod directories;
mod find;
mod graft;
mod join;
mod links;

use super::go::Output;
use super::images::{Image, Libc};
use super::path::Path;
use super::trace::HopId;
use super::value::{Relation, Text, Why};
pub use directories::Directory;
pub use find::shell_of;
use links::BUSYBOX;
use std::sync::Arc;

/// Permission bits, where known.
pub type Mode = Option<u32>;

/// A regular file.
#[derive(Clone, PartialEq, Eq, Debug)]
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
    /// `None` where it is not known.
    pub content: Option<Content>,
}

/// What is known to be in a file that neither go built nor the checkout holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// The whole text.
    Text(Arc<str>),
    /// A program of an image's distribution, linked against its C library.
    Linked(Libc),
}

impl File {
    /// A file of which only the step that put it there is known.
    pub fn new(hop: HopId) -> File {
        File { hop, mode: None, owner: None, program: None, origin: None, content: None }
    }
}

/// Files of the checkout below one directory, as the build context has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    /// Path in the checkout, `""` for its root; in the build context where that one is open.
    pub directory: String,
    /// The checkout directory that is the build context's root; `None` where several may be.
    pub context: Option<String>,
    pub hop: HopId,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Node {
    File(File),
    /// With the mode and owner that COPY made it with, where they are not the usual ones.
    Dir(Option<Arc<Directory>>),
    /// Points at an absolute path.
    Link {
        target: Path,
        hop: HopId,
    },
    Tree(Tree),
    /// What an image has at and below a path of its own.
    Image {
        image: Arc<Image>,
        from: Path,
        hop: HopId,
    },
    Gone,
    /// Something is or is not there, depending on a branch.
    Maybe(Why),
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Slot {
    path: Path,
    node: Node,
    /// Orders writes.
    at: u32,
}

/// Something that we cannot look into may have written below `below` (and `below` itself).
#[derive(Clone, PartialEq, Eq, Debug)]
struct Taint {
    below: Path,
    why: Why,
    at: u32,
    reach: Reach,
}

/// Which paths below its directory a taint speaks of, and what may have become of them.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Reach {
    /// Anything may have been written.
    Anything,
    /// Only programs in the system's directories: a package manager ran.
    Packages,
    /// What the shell pattern matches is gone; nothing is new.
    Removed(Path),
    /// Only names directly below that match were written: `*.go`.
    Names(String),
}

/// What a realm was born with.
#[derive(Clone, PartialEq, Eq, Debug)]
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
#[derive(Clone, PartialEq, Eq, Debug)]
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

impl Node {
    fn is_dir(&self) -> bool {
        matches!(self, Node::Dir(_))
    }

    /// Stands for many files, and lies over what is there already.
    fn is_layer(&self) -> bool {
        matches!(self, Node::Tree(_) | Node::Image { .. })
    }
}

impl Found {
    /// The file, also where something may have changed it since.
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
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Files {
    pub base: Base,
    /// Shared by all copies until one of them changes.
    slots: Arc<Vec<Slot>>,
    taints: Arc<Vec<Taint>>,
    /// Programs that packages brought, by name.
    programs: Vec<&'static str>,
    /// Somebody made directories that we could not name.
    unknown_directories: bool,
    /// Where nothing can be written now.
    read_only: Vec<Path>,
    /// Directories below which modes or owners were changed of files that are not listed here.
    changed: Vec<(Path, u32)>,
    /// Directories whose own mode or owner may have changed.
    changed_directories: Vec<Path>,
    clock: u32,
}

impl Files {
    /// What the base has, and nothing put on it yet.
    pub fn new(base: Base) -> Files {
        Files {
            base,
            slots: Arc::default(),
            taints: Arc::default(),
            programs: Vec::new(),
            unknown_directories: false,
            read_only: Vec::new(),
            changed: Vec::new(),
            changed_directories: Vec::new(),
            clock: 0,
        }
    }

    fn tick(&mut self) -> u32 {
        self.clock += 1;
        self.clock
    }

    fn put(&mut self, path: &Path, node: Node) {
        let path = self.canonical(path);
        let at = self.tick();
        Arc::make_mut(&mut self.slots).retain(|s| s.path != path || s.node.is_layer());
        Arc::make_mut(&mut self.slots).push(Slot { path, node, at });
    }

    /// Writes a file, through a link that is in its place.
    pub fn put_file(&mut self, path: &Path, file: File) {
        // A file written through a link that we made lands where the link points.
        let target = self.resolve_links(path).unwrap_or_else(|| path.clone());
        let target = if self.is_applet(&target) { Path::new(BUSYBOX) } else { target };
        self.put(&target, Node::File(file));
    }

    /// Replaces whatever is there by a file, a link included (`mv`, `go build`).
    pub fn replace_file(&mut self, path: &Path, file: File) {
        self.put(path, Node::File(file));
    }

    /// Puts a link in the place of whatever is there.
    pub fn link(&mut self, path: &Path, target: Path, hop: HopId) {
        self.put(path, Node::Link { target, hop });
    }

    /// Lays a part of the checkout over a directory.
    pub fn put_tree(&mut self, path: &Path, tree: Tree) {
        let path = self.canonical(path);
        self.forget_modes_below(&path);
        let at = self.tick();
        Arc::make_mut(&mut self.slots).push(Slot { path, node: Node::Tree(tree), at });
    }

    /// Something may or may not be at a path.
    pub fn doubt(&mut self, path: &Path, why: Why) {
        self.put(path, Node::Maybe(why));
    }

    /// Anything below a directory may have been written.
    pub fn taint(&mut self, below: &Path, why: Why) {
        let (below, at) = (self.canonical(below), self.tick());
        match Arc::make_mut(&mut self.taints).last_mut() {
            Some(last) if last.reach == Reach::Anything && last.below == below && last.why == why => last.at = at,
            _ => Arc::make_mut(&mut self.taints).push(Taint { below, why, at, reach: Reach::Anything }),
        }
    }

    /// Files whose names match a pattern may have been written into a directory.
    pub fn taint_names(&mut self, below: &Path, names: &str, why: Why) {
        let (below, at) = (self.canonical(below), self.tick());
        Arc::make_mut(&mut self.taints).push(Taint { below, why, at, reach: Reach::Names(names.to_string()) });
    }

    /// A package manager may have put programs and libraries into the system's directories.
    pub fn taint_packages(&mut self, why: Why) {
        let at = self.tick();
        Arc::make_mut(&mut self.taints).push(Taint { below: Path::root(), why, at, reach: Reach::Packages });
    }

    /// `rm -r` of a shell pattern: what it matches is gone.
    pub fn remove_matching(&mut self, pattern: &Path, why: Why) {
        let at = self.tick();
        let below = self.canonical(&pattern.parent());
        Arc::make_mut(&mut self.taints).push(Taint { below, why, at, reach: Reach::Removed(pattern.clone()) });
    }

    /// A package that we know put these programs into the system's directories, and other files we do not list.
    pub fn add_programs(&mut self, programs: &[&'static str]) {
        self.programs.extend(programs);
        if self.programs.is_empty() {
            // A package without programs still brings files.
            self.programs.push("");
        }
    }

    /// Lays what an image has at `from` over a directory.
    pub fn put_image(&mut self, path: &Path, image: Arc<Image>, from: Path, hop: HopId) {
        let path = self.canonical(path);
        self.forget_modes_below(&path);
        let at = self.tick();
        Arc::make_mut(&mut self.slots).push(Slot { path, node: Node::Image { image, from, hop }, at });
    }

    /// Modes or owners of files that are not listed here were changed at or below a path.
    pub fn change_below(&mut self, path: &Path) {
        let (path, at) = (self.canonical(path), self.tick());
        self.changed.push((path, at));
    }

    /// Nothing was ever put here, and the base is empty.
    pub fn is_empty(&self) -> bool {
        self.base == Base::Empty
            && self.slots.iter().all(|s| s.path.is_root() && s.node.is_dir())
            && self.taints.is_empty()
    }

    /// For the time of a mount: nothing can be written at or below a path.
    pub fn set_read_only(&mut self, below: &[Path]) {
        self.read_only = below.iter().map(|path| self.canonical(path)).collect();
    }

    /// Whether a mount keeps everybody from writing there now.
    pub fn is_read_only(&self, path: &Path) -> bool {
        let path = self.canonical(path);
        self.read_only.iter().any(|below| path == *below || path.is_below(below) == Relation::Equal)
    }

    /// `rm -r`.
    pub fn remove(&mut self, path: &Path) {
        let path = self.canonical(path);
        Arc::make_mut(&mut self.slots).retain(|s| s.path != path && s.path.is_below(&path) != Relation::Equal);
        self.put(&path, Node::Gone);
    }

    /// The files at or below a path that we saw put there, with the path each has. Does not list the checkout's.
    pub fn below(&self, dir: &Path) -> Vec<(Path, File)> {
        let real = self.resolve_links(dir).unwrap_or_else(|| dir.clone());
        let mut out: Vec<(Path, File)> = Vec::new();
        for slot in self.slots.iter() {
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
            Node::File(file) if self.doubt_over(slot).is_none() => Some((slot.path.clone(), file.clone())),
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
                (Node::Tree(tree), Some(rest)) if tree.context.is_some() => {
                    out.push((tree.clone(), join_checkout(&tree.directory, rest)))
                }
                (Node::File(File { origin: Some(origin), hop, .. }), Some("")) => {
                    let context = Some(String::new());
                    out.push((Tree { directory: origin.clone(), context, hop: *hop }, origin.clone()))
                }
                _ => {}
            }
        }
        out
    }

    /// The checkout's file at a path. Taken to be as the checkout has it, even where something ran since that is not followed.
    pub fn origin(&self, path: &Path, context: &dyn Context) -> Option<String> {
        match self.find(path, context) {
            Found::File { file, .. } => file.origin,
            Found::Unknown(_) => {
                let mut trees = self.trees_at(path).into_iter();
                trees.find(|(tree, at)| context.find(tree, at) == Found::Exists).map(|(_, at)| at)
            }
            _ => None,
        }
    }

    /// Forgets what packages may have brought.
    pub fn without_packages(&self) -> Files {
        let mut out = self.clone();
        Arc::make_mut(&mut out.taints).retain(|taint| taint.reach != Reach::Packages);
        out.programs.clear();
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

    /// Forgets what happened at and below a directory since `before`: a mount that ends with its RUN.
    pub fn restore_below(&mut self, dir: &Path, before: &Files) {
        let dir = self.canonical(dir);
        let inside = |path: &Path| *path == dir || path.is_below(&dir) == Relation::Equal;
        Arc::make_mut(&mut self.slots).retain(|s| !inside(&s.path));
        Arc::make_mut(&mut self.slots).extend(before.slots.iter().filter(|s| inside(&s.path)).cloned());
        Arc::make_mut(&mut self.slots).sort_by_key(|s| s.at);
        Arc::make_mut(&mut self.taints).retain(|t| !inside(&t.below));
        Arc::make_mut(&mut self.taints).extend(before.taints.iter().filter(|t| inside(&t.below)).cloned());
        Arc::make_mut(&mut self.taints).sort_by_key(|t| t.at);
    }
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
