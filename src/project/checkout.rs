//! Knows what a directory on disk holds, as git would check it out: `.gitignore` respected but for what git tracks all the same,
//! symbolic links not followed.
//! Refuses to know which of its files are documents.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ignore::{DirEntry, WalkBuilder};

use super::{LARGEST, git_index, slashes};
use crate::source::{Checkout, Entry};

/// A walk ends here; what lies behind is unknown, which never proves anything. Only a home directory has more.
const MOST: usize = 500_000;

/// A directory on disk. It is walked once, when somebody first asks.
pub struct DiskCheckout {
    root: PathBuf,
    tree: OnceLock<Tree>,
}

/// The files and directories that are not ignored, by path from the root.
#[derive(Default)]
struct Tree {
    kinds: BTreeMap<String, Kind>,
    /// Names below each directory, sorted.
    names: BTreeMap<String, Vec<String>>,
}

impl Tree {
    /// `.gitignore` speaks of untracked files alone: what was added by force, or before it was ignored, is checked out.
    fn add_tracked(&mut self, root: &Path) {
        for path in git_index::tracked(root) {
            if self.kinds.contains_key(&path) {
                continue;
            }
            let Ok(metadata) = fs::symlink_metadata(root.join(&path)) else { continue };
            let kind = if metadata.is_symlink() { Kind::Symlink } else { Kind::File };
            if kind == Kind::Symlink || metadata.is_file() {
                self.add(&path, kind);
            }
        }
        self.names.values_mut().for_each(|names| names.sort_unstable());
    }

    fn add(&mut self, path: &str, kind: Kind) {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if self.kinds.insert(path.to_string(), kind).is_none() {
            self.names.entry(parent.to_string()).or_default().push(name.to_string());
        }
        if !parent.is_empty() && !self.kinds.contains_key(parent) {
            self.add(parent, Kind::Dir);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    File,
    Dir,
    Symlink,
}

impl DiskCheckout {
    /// The directory is read when it is first asked about.
    pub fn new(root: PathBuf) -> DiskCheckout {
        DiskCheckout { root, tree: OnceLock::new() }
    }

    /// All regular files below a directory. A directory that is ignored but named is walked on its own, as ripgrep does.
    pub fn below(&self, dir: &str) -> Vec<String> {
        let tree = self.tree();
        let apart;
        let kinds = if dir.is_empty() || tree.kinds.contains_key(dir) {
            &tree.kinds
        } else {
            apart = walk(&self.root, &self.root.join(dir));
            &apart.kinds
        };
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        kinds
            .iter()
            .filter(|(path, kind)| **kind == Kind::File && path.starts_with(&prefix))
            .map(|(path, _)| path.clone())
            .collect()
    }

    fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| {
            let mut tree = walk(&self.root, &self.root);
            tree.add_tracked(&self.root);
            tree
        })
    }
}

impl Checkout for DiskCheckout {
    fn entry(&self, path: &str) -> Option<Entry> {
        if path.is_empty() {
            return Some(Entry::Dir);
        }
        let whole = self.root.join(path);
        match self.tree().kinds.get(path)? {
            Kind::Dir => Some(Entry::Dir),
            Kind::File => Some(Entry::File { executable: is_executable(&fs::symlink_metadata(whole).ok()?) }),
            Kind::Symlink => Some(Entry::Symlink(slashes(&fs::read_link(whole).ok()?))),
        }
    }

    fn list(&self, dir: &str) -> Vec<String> {
        self.tree().names.get(dir).cloned().unwrap_or_default()
    }

    fn read(&self, path: &str) -> Option<String> {
        let whole = self.root.join(path);
        let is_file = self.tree().kinds.get(path) == Some(&Kind::File);
        let fits = is_file && fs::metadata(&whole).is_ok_and(|m| m.len() <= LARGEST);
        fits.then(|| fs::read_to_string(whole).ok()).flatten()
    }
}

fn walk(root: &Path, dir: &Path) -> Tree {
    let mut tree = Tree::default();
    let walk = WalkBuilder::new(dir)
        .hidden(false)
        .ignore(false)
        .parents(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in walk.flatten().filter(|entry| entry.depth() > 0).take(MOST) {
        let (Some(kind), Ok(path)) = (kind_of(&entry), entry.path().strip_prefix(root)) else { continue };
        // A name that is not UTF-8 cannot be written in a Dockerfile or Makefile either.
        if entry.file_name().to_str().is_some() {
            tree.add(&slashes(path), kind);
        }
    }
    tree.names.values_mut().for_each(|names| names.sort_unstable());
    tree
}

fn kind_of(entry: &DirEntry) -> Option<Kind> {
    let kind = entry.file_type()?;
    if kind.is_symlink() {
        Some(Kind::Symlink)
    } else if kind.is_dir() {
        Some(Kind::Dir)
    } else {
        kind.is_file().then_some(Kind::File)
    }
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

/// Elsewhere the file system does not say; a script's own first line is not asked for either.
#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}
