//! Knows one realm's file system as far as the text shows it: what was put where, by which hop, and what may be anywhere.
//! Refuses to know commands; and says Unknown wherever something we cannot read may have written.

mod base;
mod graft;
mod join;
mod links;

use super::go::Output;
use super::images::{Family, Image, Libc};
use super::matching;
use super::path::Path;
use super::trace::HopId;
use super::tri::Tri;
use super::value::{Relation, Text, Why};
use base::{in_system_dirs, is_for_programs};
use links::BUSYBOX;
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
    pub content: Option<Content>,
}

/// What is known to be in a file that neither go built nor the checkout holds.
#[derive(Clone, PartialEq, Debug)]
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
#[derive(Clone, PartialEq, Debug)]
pub struct Tree {
    /// Path in the checkout, `""` for its root; in the build context where that one is open.
    pub directory: String,
    /// The checkout directory that is the build context's root; `None` where several may be.
    pub context: Option<String>,
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
    reach: Reach,
}

/// Which paths below its directory a taint speaks of, and what may have become of them.
#[derive(Clone, PartialEq, Debug)]
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

impl Node {
    /// Stands for many files, and lies over what is there already.
    fn is_layer(&self) -> bool {
        matches!(self, Node::Tree(_) | Node::Image { .. })
    }
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
    /// Where nothing can be written now.
    read_only: Vec<Path>,
    /// Directories below which modes or owners were changed of files that are not listed here.
    changed: Vec<(Path, u32)>,
    clock: u32,
}

impl Files {
    pub fn new(base: Base) -> Files {
        Files {
            base,
            slots: Vec::new(),
            taints: Vec::new(),
            programs: Vec::new(),
            unknown_directories: false,
            read_only: Vec::new(),
            changed: Vec::new(),
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
        self.slots.retain(|s| s.path != path || s.node.is_layer());
        self.slots.push(Slot { path, node, at });
    }

    pub fn put_file(&mut self, path: &Path, file: File) {
        // A file written through a link that we made lands where the link points.
        let target = self.resolve_links(&self.canonical(path)).unwrap_or_else(|| path.clone());
        let target = if self.is_applet(&target) { Path::new(BUSYBOX) } else { target };
        self.put(&target, Node::File(file));
    }

    /// Replaces whatever is there by a file, a link included (`mv`, `go build`).
    pub fn replace_file(&mut self, path: &Path, file: File) {
        self.put(path, Node::File(file));
    }

    pub fn make_dir(&mut self, path: &Path) {
        let path = self.canonical(path);
        if !self.slots.iter().any(|s| s.path == path && (s.node == Node::Dir || s.node.is_layer())) {
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
        match self.taints.last_mut() {
            Some(last) if last.reach == Reach::Anything && last.below == below && last.why == why => last.at = at,
            _ => self.taints.push(Taint { below, why, at, reach: Reach::Anything }),
        }
    }

    /// Files whose names match a pattern may have been written into a directory.
    pub fn taint_names(&mut self, below: &Path, names: &str, why: Why) {
        let (below, at) = (self.canonical(below), self.tick());
        self.taints.push(Taint { below, why, at, reach: Reach::Names(names.to_string()) });
    }

    /// A package manager may have put programs and libraries into the system's directories.
    pub fn taint_packages(&mut self, why: Why) {
        let at = self.tick();
        self.taints.push(Taint { below: Path::root(), why, at, reach: Reach::Packages });
    }

    /// `rm -r` of a shell pattern: what it matches is gone.
    pub fn remove_matching(&mut self, pattern: &Path, why: Why) {
        let at = self.tick();
        let below = self.canonical(&pattern.parent());
        self.taints.push(Taint { below, why, at, reach: Reach::Removed(pattern.clone()) });
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
        let at = self.tick();
        self.slots.push(Slot { path, node: Node::Image { image, from, hop }, at });
    }

    /// Modes or owners of files that are not listed here were changed at or below a path.
    pub fn change_below(&mut self, path: &Path) {
        let (path, at) = (self.canonical(path), self.tick());
        self.changed.push((path, at));
    }

    /// Nothing was ever put here, and the base is empty.
    pub fn is_empty(&self) -> bool {
        self.base == Base::Empty
            && self.slots.iter().all(|s| s.path.is_root() && s.node == Node::Dir)
            && self.taints.is_empty()
    }

    /// For the time of a mount: nothing can be written at or below a path.
    pub fn set_read_only(&mut self, below: &[Path]) {
        self.read_only = below.iter().map(|path| self.canonical(path)).collect();
    }

    pub fn is_read_only(&self, path: &Path) -> bool {
        let path = self.canonical(path);
        self.read_only.iter().any(|below| path == *below || path.is_below(below) == Relation::Equal)
    }

    /// `rm -r`.
    pub fn remove(&mut self, path: &Path) {
        let path = self.canonical(path);
        self.slots.retain(|s| s.path != path && s.path.is_below(&path) != Relation::Equal);
        self.put(&path, Node::Gone);
    }

    /// What may have written to a path.
    fn taint_over(&self, path: &Path, after: u32) -> Option<&Taint> {
        self.taints.iter().rev().filter(|t| t.at > after).find(|t| match &t.reach {
            Reach::Names(names) if spares(&t.below, names, path) => false,
            Reach::Anything | Reach::Names(_) => {
                t.below.is_root()
                    || t.below.compare(path) != Relation::Different
                    || path.is_below(&t.below) != Relation::Different
            }
            Reach::Packages => in_system_dirs(path),
            Reach::Removed(_) => false,
        })
    }

    /// What an image's directory that was laid over a path since has there, if it may have anything.
    fn laid_over(&self, path: &Path, since: u32) -> Option<Found> {
        let later = self.slots.iter().rev().filter(|s| s.at > since);
        later.into_iter().find_map(|slot| {
            let Node::Image { image, from, hop } = &slot.node else { return None };
            let rest = path.relative_to(&slot.path)?;
            match in_image(image, from, rest.as_literal()?, *hop) {
                Found::Missing => None,
                Found::File { file, .. } => Some(Found::File { file, path: path.clone(), doubt: None }),
                found => Some(found),
            }
        })
    }

    /// What may have removed a path, with all above it.
    fn removed_over(&self, path: &Path, after: u32) -> Option<&Taint> {
        self.taints
            .iter()
            .rev()
            .filter(|t| t.at > after)
            .find(|t| matches!(&t.reach, Reach::Removed(pattern) if may_match(pattern, path)))
    }

    /// Whether something directly in a directory may have been removed by a pattern.
    fn removes_below(&self, dir: &Path) -> bool {
        self.taints.iter().any(|t| match &t.reach {
            Reach::Removed(pattern) => {
                may_match(pattern, dir) || pattern.is_below(dir) != Relation::Different || pattern.parent() == *dir
            }
            _ => false,
        })
    }

    /// What may have happened to something since it was put there.
    fn doubt_over(&self, slot: &Slot) -> Option<&Taint> {
        self.taint_over(&slot.path, slot.at).or_else(|| self.removed_over(&slot.path, slot.at))
    }

    /// What is at a path, links followed.
    pub fn find(&self, path: &Path, context: &dyn Context) -> Found {
        let found = self.find_as_spelled(path, context);
        let from_elsewhere = matches!(found, Found::Dir | Found::Exists | Found::File { doubt: None, .. });
        if from_elsewhere
            && !self.slots.iter().any(|s| s.path == self.canonical(path))
            && let Some(removed) = self.removed_over(&self.canonical(path), 0)
        {
            return Found::Unknown(removed.why.clone());
        }
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

    fn find_as_spelled(&self, path: &Path, context: &dyn Context) -> Found {
        let Some(path) = self.resolve_links(&self.canonical(path)) else {
            return Found::Unknown(Why::new("too many symbolic links"));
        };
        let busybox = Path::new(BUSYBOX);
        let replaced = |s: &Slot| s.path == busybox && matches!(s.node, Node::File(_));
        let path = if self.is_applet(&path) && self.slots.iter().any(replaced) { busybox } else { path };
        let mut undecided = None;
        let mut exact = None;
        for slot in self.slots.iter().rev() {
            match slot.path.compare(&path) {
                Relation::Equal if !slot.node.is_layer() => {
                    exact = exact.or(Some(slot));
                }
                Relation::Undecided if !matches!(slot.node, Node::Gone) => undecided = undecided.or(Some(slot)),
                _ => {}
            }
        }
        if let Some(slot) = exact {
            let doubt = self.doubt_over(slot).map(|t| t.why.clone());
            if let Some(found) = self.laid_over(&path, slot.at) {
                return found;
            }
            match &slot.node {
                Node::File(file) => return Found::File { file: file.clone(), path, doubt },
                Node::Dir => return Found::Dir,
                Node::Maybe(why) => return Found::Unknown(why.clone()),
                Node::Link { .. } => return Found::Unknown(Why::new("a symbolic link that leads nowhere we know")),
                Node::Gone | Node::Tree(_) | Node::Image { .. } => {}
            }
        }
        let gone_at = self
            .slots
            .iter()
            .filter(|s| s.node == Node::Gone && (s.path == path || path.is_below(&s.path) == Relation::Equal))
            .map(|s| s.at)
            .max();
        let taint = self.taint_over(&path, gone_at.unwrap_or(0));
        let mut absent = None;
        for slot in self.slots.iter().rev().filter(|s| s.at > gone_at.unwrap_or(0)) {
            if !slot.node.is_layer() {
                continue;
            }
            // A file that a tree laid later brings is certain; what it lacks may have been there.
            if let Some(taint) = taint.filter(|taint| taint.at > slot.at) {
                return Found::Unknown(taint.why.clone());
            }
            let Some(rest) = path.relative_to(&slot.path) else {
                if path.is_below(&slot.path) == Relation::Undecided {
                    return Found::Unknown(Why::new("the path is not known part by part"));
                }
                continue;
            };
            let Some(rest) = rest.as_literal() else {
                return Found::Unknown(Why::new("the path is not known part by part"));
            };
            let tree = match &slot.node {
                Node::Tree(tree) => tree,
                Node::Image { image, from, hop } => match in_image(image, from, rest, *hop) {
                    Found::Missing => continue,
                    Found::File { file, .. } => return Found::File { file, path, doubt: None },
                    found => return found,
                },
                _ => continue,
            };
            match context.find(tree, &join_checkout(&tree.directory, rest)) {
                Found::Exists => {
                    let origin = join_checkout(&tree.directory, rest);
                    let changed = self.changed.iter().any(|(below, at)| {
                        *at > slot.at && (path == *below || path.is_below(below) != Relation::Different)
                    });
                    let mode = if context.executable(&origin) { 0o755 } else { 0o644 };
                    let file = File {
                        mode: (!changed).then_some(mode),
                        owner: (!changed).then(|| "0:0".into()),
                        origin: Some(origin),
                        ..File::new(tree.hop)
                    };
                    return Found::File { file, path, doubt: None };
                }
                found @ (Found::NotInCheckout { .. } | Found::Missing) => {
                    absent = absent.or(Some(found));
                }
                found if taint.is_none() => return found,
                _ => {}
            }
        }
        if let Some(taint) = taint {
            return Found::Unknown(taint.why.clone());
        }
        if self
            .slots
            .iter()
            .any(|s| s.at > gone_at.unwrap_or(0) && s.node != Node::Gone && s.path.is_below(&path) == Relation::Equal)
            || self.slots.iter().any(|s| s.path == path && s.node.is_layer())
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
    /// name is that of a directory; and nowhere does a directory lie where only programs do.
    pub fn is_dir(&self, path: &Path, context: &dyn Context) -> Tri {
        match self.find(path, context) {
            Found::Dir => Tri::Yes,
            Found::Unknown(_) if is_for_programs(path) => Tri::No,
            Found::Unknown(_) if path.name().is_none_or(|name| is_dir_name(&name)) => Tri::Unknown,
            Found::Unknown(_) if self.base != Base::Machine => {
                // The same holds in a copy of the checkout, where the checkout has none either.
                let trees = self.trees_at(path);
                let has_dir = trees.iter().any(|(tree, at)| context.find(tree, at) == Found::Dir);
                if trees.is_empty() || has_dir { Tri::Unknown } else { Tri::No }
            }
            _ => Tri::No,
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
            Node::File(file) if self.doubt_over(slot).is_none() => Some((slot.path.clone(), file.clone())),
            _ => None,
        };
        self.slots.iter().filter_map(certain).collect()
    }

    /// All files that we saw put somewhere.
    pub fn files(&self) -> Vec<(Path, File)> {
        self.below(&Path::root())
    }

    /// Whether a directory holds nothing but what [`Files::below`] lists: the base has nothing there, and nothing that we
    /// cannot look into wrote there.
    pub fn is_closed(&self, dir: &Path) -> bool {
        let dir = self.resolve_links(&self.canonical(dir)).unwrap_or_else(|| dir.clone());
        let other = dir.child(&Text::symbol("any other name"));
        let named = dir.child(&"any-other-name".into());
        self.trees_at(&dir).is_empty()
            && self.taint_over(&other, 0).is_none()
            && matches!(self.find_in_base(&named), Found::Missing)
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

    /// Whether a path lies in a copy of the checkout that has no such path, and nothing ran since that is not followed. What a base
    /// image may have had there is taken to be nothing.
    pub fn lacks(&self, path: &Path, context: &dyn Context) -> bool {
        let real = self.canonical(path);
        let laid =
            self.slots.iter().rev().find(|s| matches!(s.node, Node::Tree(_)) && real.relative_to(&s.path).is_some());
        laid.is_some_and(|tree| self.taint_over(&real, tree.at).is_none())
            && !self.slots.iter().any(|slot| slot.path.compare(&real) != Relation::Different)
            && self
                .trees_at(path)
                .iter()
                .all(|(tree, at)| matches!(context.find(tree, at), Found::NotInCheckout { .. } | Found::Missing))
    }

    /// What that is not followed may have changed a path since something was last put there.
    pub fn doubt_of(&self, path: &Path) -> Option<Why> {
        let path = self.canonical(path);
        let put = self.slots.iter().filter(|slot| slot.path == path).map(|slot| slot.at).max().unwrap_or(0);
        self.taint_over(&path, put).map(|taint| taint.why.clone())
    }

    /// Forgets what packages may have brought.
    pub fn without_packages(&self) -> Files {
        let mut out = self.clone();
        out.taints.retain(|taint| taint.reach != Reach::Packages);
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
        self.slots.retain(|s| !inside(&s.path));
        self.slots.extend(before.slots.iter().filter(|s| inside(&s.path)).cloned());
        self.slots.sort_by_key(|s| s.at);
        self.taints.retain(|t| !inside(&t.below));
        self.taints.extend(before.taints.iter().filter(|t| inside(&t.below)).cloned());
        self.taints.sort_by_key(|t| t.at);
    }
}

/// Whether a shell pattern matches a path or a directory above it, or may.
fn may_match(pattern: &Path, path: &Path) -> bool {
    let mut at = path.clone();
    while !at.is_root() {
        let spared = match (pattern.as_literal(), at.as_literal()) {
            (Some(pattern), Some(text)) => matching::matches(pattern, text) == Some(false),
            _ => false,
        };
        if !spared {
            return true;
        }
        at = at.parent();
    }
    false
}

/// What builds call the directories that they fill.
fn is_dir_name(name: &Text) -> bool {
    const DIRS: &[&str] =
        &["bin", "sbin", "build", "dist", "out", "output", "release", "target", "tmp", "libexec", "artifacts", "tools"];
    name.as_literal().is_none_or(|name| DIRS.contains(&name.trim_start_matches(['.', '_'])))
}

/// Whether a path cannot be among names that were written into a directory.
fn spares(directory: &Path, names: &str, path: &Path) -> bool {
    let first = path.relative_to(directory).map(|rest| rest.split('/').swap_remove(0));
    let first = first.as_ref().and_then(Text::as_literal).filter(|name| !name.is_empty());
    first.is_some_and(|name| matching::matches(names, name) == Some(false))
}

/// What an image has below one of its directories, as a file that came from there.
fn in_image(image: &Arc<Image>, from: &Path, rest: &str, hop: HopId) -> Found {
    let Some(path) = from.join(&Text::literal(rest)) else {
        return Found::Unknown(Why::new("the path is not known part by part"));
    };
    let found = Files::new(Base::Image(image.clone())).find_in_base(&path);
    if found != Found::Exists {
        return found;
    }
    let content = shell_of(image, &path).map(Content::Linked);
    Found::File { file: File { mode: Some(0o755), content, ..File::new(hop) }, path, doubt: None }
}

/// The C library that a distribution's shell is linked against, where a path is one of its shells.
pub fn shell_of(image: &Image, path: &Path) -> Option<Libc> {
    let dynamic = matches!(image.family, Family::Alpine | Family::Debian | Family::Ubuntu);
    let shells = ["/bin/sh", "/usr/bin/sh", "/bin/dash", "/usr/bin/dash", "/bin/bash", "/usr/bin/bash", "/bin/busybox"];
    let shell = path.as_literal().is_some_and(|path| shells.contains(&path));
    (dynamic && shell && image.libc != Libc::Unknown).then_some(image.libc)
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
