//! Knows the texts under inspection, byte positions in them, and which files the repository has.
//! Refuses to know disks, syntax, and lines or columns (renderers work those out).

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// Names one [`Source`] inside one [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(u32);

/// A half-open byte range in one source. Positions stay bytes until a renderer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Span {
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// Behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`, in bytes.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        debug_assert!(start <= end);
        Span { file, start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers both; `self` where they lie in different files.
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes as a range, to slice the source's text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies inside.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Whether it covers no byte, and so stands between two.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// One file's path and text. The path is relative to the checkout's root, with `/` between its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    pub path: String,
    pub text: String,
}

/// Directories of other people's code: part of the checkout, but nobody here can mend it. And what tests read, faults included: go passes
/// `testdata` over, too, and `testfiles` is where docker's parser, and each that was made of it, has what it must reject.
const FOREIGN: &[&str] = &[
    "Godeps",
    "node_modules",
    "testdata",
    "testfiles",
    "testfiles-negative",
    "third-party",
    "third_party",
    "thirdparty",
    "vendor",
];

/// The outermost directory of other people's code, or of tests' data, that a path lies in.
pub fn foreign_directory(path: &str) -> Option<&str> {
    let mut end = 0;
    let (parents, _) = path.rsplit_once('/')?;
    parents.split('/').find_map(|name| {
        let whole = &path[..end + name.len()];
        end += name.len() + 1;
        FOREIGN.contains(&name).then_some(whole)
    })
}

/// What a path of the checkout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A regular file.
    File,
    Dir,
    /// A symbolic link and the text it holds.
    Symlink(String),
}

/// The repository as checked out: positive knowledge only.
///
/// A path that is missing here may still exist when the image is built (generated, downloaded, built beforehand),
/// so absence never proves anything. Paths are relative to the root, `/`-separated, without `./`; the root is `""`.
pub trait Checkout: Send + Sync {
    /// What `path` is, or `None` where the repository has no such path.
    fn entry(&self, path: &str) -> Option<Entry>;
    /// Whether a regular file's owner may execute it (git keeps only that bit).
    fn is_executable(&self, path: &str) -> bool;
    /// Names directly below `dir`, sorted; empty where it is not a directory.
    fn list(&self, dir: &str) -> Vec<String>;
    /// The text of a file; `None` where it is missing, unreadable, too large or not UTF-8.
    fn read(&self, path: &str) -> Option<String>;
}

/// A checkout held in memory: blocks of a rule page, an editor's buffers, tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryCheckout {
    files: BTreeMap<String, String>,
}

impl MemoryCheckout {
    /// From paths and texts.
    pub fn new<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> MemoryCheckout {
        let mut checkout = MemoryCheckout::default();
        for (path, text) in files {
            checkout.insert(path, text);
        }
        checkout
    }

    /// Adds a file. A text that starts with `#!` is taken as executable, as git would have it for a script.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }
}

impl Checkout for MemoryCheckout {
    fn entry(&self, path: &str) -> Option<Entry> {
        if self.files.contains_key(path) {
            return Some(Entry::File);
        }
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.files.keys().any(|p| p.starts_with(&prefix)).then_some(Entry::Dir)
    }

    fn is_executable(&self, path: &str) -> bool {
        self.files.get(path).is_some_and(|text| text.starts_with("#!"))
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let mut names: Vec<String> = self
            .files
            .keys()
            .filter_map(|p| p.strip_prefix(&prefix))
            .map(|rest| rest.split('/').next().unwrap_or(rest).to_string())
            .filter(|name| !name.is_empty())
            .collect();
        names.dedup();
        names
    }

    fn read(&self, path: &str) -> Option<String> {
        self.files.get(path).cloned()
    }
}

/// Texts in the order they were added, and by path.
#[derive(Clone, Default)]
struct Texts {
    files: Vec<Arc<Source>>,
    by_path: BTreeMap<String, FileId>,
}

impl Texts {
    fn push(&mut self, source: Arc<Source>) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.by_path.insert(source.path.clone(), id);
        self.files.push(source);
        id
    }
}

/// All texts of one run, and the checkout they come from. Grows while the model follows scripts and included files.
pub struct Sources {
    texts: RwLock<Texts>,
    checkout: Arc<dyn Checkout>,
}

impl Sources {
    /// No text yet.
    pub fn new(checkout: Arc<dyn Checkout>) -> Sources {
        Sources { texts: RwLock::default(), checkout }
    }

    /// What the repository has, read or not.
    pub fn checkout(&self) -> &dyn Checkout {
        &*self.checkout
    }

    /// A copy in which some texts are replaced; ids and checkout stay the same.
    pub fn overlay(&self, texts: BTreeMap<FileId, String>) -> Sources {
        let mut all = self.texts.read().unwrap_or_else(|e| e.into_inner()).clone();
        for (id, text) in texts {
            if let Some(file) = all.files.get_mut(id.0 as usize) {
                *file = Arc::new(Source { path: file.path.clone(), text });
            }
        }
        Sources { texts: RwLock::new(all), checkout: self.checkout.clone() }
    }

    /// Adds a text under a path, replacing what the checkout says of it. The same path gives the same id.
    pub fn add(&self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let source = Arc::new(Source { path: path.into(), text: text.into() });
        let mut texts = self.texts.write().unwrap_or_else(|e| e.into_inner());
        if let Some(id) = texts.by_path.get(&source.path).copied() {
            texts.files[id.0 as usize] = source;
            return id;
        }
        texts.push(source)
    }

    /// The source at a path of the checkout, read on first use.
    pub fn load(&self, path: &str) -> Option<FileId> {
        if let Some(id) = self.texts.read().unwrap_or_else(|e| e.into_inner()).by_path.get(path) {
            return Some(*id);
        }
        let text = self.checkout.read(path)?;
        let mut texts = self.texts.write().unwrap_or_else(|e| e.into_inner());
        if let Some(id) = texts.by_path.get(path) {
            return Some(*id);
        }
        Some(texts.push(Arc::new(Source { path: path.to_string(), text })))
    }

    /// The source of an id, as it was when it was added last.
    pub fn get(&self, id: FileId) -> Arc<Source> {
        self.texts.read().unwrap_or_else(|e| e.into_inner()).files[id.0 as usize].clone()
    }

    /// The text a span covers.
    pub fn text(&self, span: Span) -> String {
        self.get(span.file).text.get(span.range()).unwrap_or_default().to_string()
    }

    /// The ids of all sources so far, in the order they were added.
    pub fn ids(&self) -> Vec<FileId> {
        (0..self.texts.read().unwrap_or_else(|e| e.into_inner()).files.len() as u32).map(FileId).collect()
    }
}
