//! Knows what a directory on disk holds, as git would check it out: `.gitignore` respected but for what git tracks all the same,
//! symbolic links not followed.
//! Refuses to know which of its files are documents.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use foldhash::fast::RandomState;
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
    kinds: HashMap<String, Kind, RandomState>,
    /// Names below each directory, sorted.
    names: HashMap<String, Vec<String>, RandomState>,
    /// Directories that could not be read, by path from the root of the file system, and why.
    unread: Vec<(PathBuf, io::Error)>,
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

    /// All regular files below a directory, sorted. A directory that is ignored but named is walked on its own, as ripgrep does.
    /// `unread` is told of each directory that could not be read.
    pub fn below(&self, dir: &str, mut unread: impl FnMut(&Path, &io::Error)) -> Vec<String> {
        let whole = self.tree();
        let apart;
        let tree = if dir.is_empty() || whole.kinds.contains_key(dir) {
            whole
        } else {
            apart = walk(&self.root, &self.root.join(dir));
            &apart
        };
        let below = tree.unread.iter().filter(|(path, _)| path.starts_with(self.root.join(dir)));
        below.for_each(|(path, error)| unread(path, error));
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let files = tree.kinds.iter().filter(|(path, kind)| **kind == Kind::File && path.starts_with(&prefix));
        let mut out: Vec<String> = files.map(|(path, _)| path.clone()).collect();
        out.sort_unstable();
        out
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
        match self.tree().kinds.get(path)? {
            Kind::Dir => Some(Entry::Dir),
            Kind::File => Some(Entry::File),
            Kind::Symlink => Some(Entry::Symlink(slashes(&fs::read_link(self.root.join(path)).ok()?))),
        }
    }

    fn is_executable(&self, path: &str) -> bool {
        let is_file = self.tree().kinds.get(path) == Some(&Kind::File);
        is_file && fs::symlink_metadata(self.root.join(path)).is_ok_and(|metadata| is_executable(&metadata))
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
        .git_global(may_ignore_everywhere())
        .follow_links(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in walk.take(MOST) {
        let entry = match entry {
            Ok(entry) if entry.depth() > 0 => entry,
            Ok(_) => continue,
            Err(error) => {
                tree.unread.extend(of_directory(error));
                continue;
            }
        };
        let (Some(kind), Ok(path)) = (kind_of(&entry), entry.path().strip_prefix(root)) else { continue };
        // A name that is not UTF-8 cannot be written in a Dockerfile or Makefile either.
        if entry.file_name().to_str().is_some() {
            tree.add(&slashes(path), kind);
        }
    }
    tree.names.values_mut().for_each(|names| names.sort_unstable());
    tree
}

/// Whether somebody may have told git to ignore files in all repositories. Where certainly nobody has, `ignore` need not look for it,
/// which takes it longer than the walk through a small project.
fn may_ignore_everywhere() -> bool {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if set("GIT_CONFIG_GLOBAL").or(set("GIT_CONFIG_SYSTEM")).is_some() {
        return true;
    }
    const SETTING: &[u8] = b"excludesfile";
    let home = env::home_dir();
    let below_home = |path: &str| home.as_ref().map(|home| home.join(path));
    let config = set("XDG_CONFIG_HOME").map(PathBuf::from).or(below_home(".config"));
    let of_git = |name: &str| config.as_ref().map(|config| config.join("git").join(name));
    let settings = [below_home(".gitconfig"), of_git("config"), Some("/etc/gitconfig".into())];
    let speaks = |path: PathBuf| {
        fs::read(path).is_ok_and(|text| text.to_ascii_lowercase().windows(SETTING.len()).any(|name| name == SETTING))
    };
    of_git("ignore").is_some_and(|path| path.exists()) || settings.into_iter().flatten().any(speaks)
}

/// What could not be read, and why, where that is a directory.
fn of_directory(error: ignore::Error) -> Option<(PathBuf, io::Error)> {
    match error {
        ignore::Error::WithDepth { err, .. } => of_directory(*err),
        ignore::Error::WithPath { path, err } if path.is_dir() => Some((path, err.io_error()?.kind().into())),
        _ => None,
    }
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
