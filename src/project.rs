//! Knows the disk: which files a checkout has, which of them are documents, and how to replace files without losing one.
//! Refuses to know what is in them; nothing else in gobin-lint touches the disk.

mod checkout;
mod configs;
mod git_index;
mod write;

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::Gitignore;

pub use checkout::DiskCheckout;
pub use configs::Choice;
pub use write::write_output;

use crate::config::{self, Broken, Configs};
use crate::kind::Kind;
use crate::source::{FileId, Sources, foreign_directory};

/// No Dockerfile or Makefile written by a person is larger.
const LARGEST: u64 = 8 << 20;

/// Hidden directories in which people keep documents. Others belong to tools.
const HIDDEN: &[&str] = &[".buildkite", ".ci", ".circleci", ".devcontainer", ".docker", ".github", ".gitlab"];

/// Why something could not be done, with the file and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Why a checkout cannot be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    Disk(Error),
    Config(Vec<Broken>),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Disk(error)
    }
}

/// How documents are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    pub config: Choice<'a>,
    /// What the configuration excludes is left out even where it was named.
    pub force_exclude: bool,
}

/// A checkout on disk with the documents to lint.
pub struct Project {
    root: PathBuf,
    /// Where the user stands; paths are shown from here.
    here: PathBuf,
    pub sources: Sources,
    /// What the user named, from the root of the file system.
    named: Vec<PathBuf>,
    pub documents: Vec<FileId>,
    pub config: Configs,
    /// Files that were found but could not be read as text, and why.
    pub skipped: Vec<Error>,
}

impl Project {
    /// Finds and reads the documents that `paths` name: files whatever their name, directories by discovery.
    pub fn open(here: &Path, paths: &[PathBuf], request: Request) -> Result<Project, Failure> {
        let targets = paths.iter().map(|path| Target::of(here, path)).collect::<Result<Vec<Target>, Error>>()?;
        let mut project = Project::at(here, common_root(&targets)?);
        let checkout = DiskCheckout::new(project.root.clone());
        // What `.ignore` names is part of the checkout, but nobody wants to be told of it.
        let (ignored, _) = Gitignore::new(project.root.join(".ignore"));
        let left_out = |path: &str| ignored.matched_path_or_any_parents(path, false).is_ignore();
        let mut finder = configs::Finder::new(&project, request.config);
        let mut found: Vec<(String, bool)> = Vec::new();
        let mut unread: Vec<(String, Error)> = Vec::new();
        for target in &targets {
            let dir = match target {
                Target::File(path) => {
                    let path = project.relative(path);
                    if !(request.force_exclude && finder.leaves_out(&path, "")) {
                        finder.follow(&path);
                        found.push((path, true));
                    }
                    continue;
                }
                Target::Dir(dir) => project.relative(dir),
            };
            let before = unread.len();
            let below = checkout.below(&dir, |path, error| unread.push(cannot_read(&project, path, error)));
            if let Some((_, error)) = unread[before..].iter().find(|(path, _)| *path == dir) {
                return Err(error.clone().into());
            }
            let named = if request.force_exclude { "" } else { dir.as_str() };
            let is_config = |path: &str| config::NAMES.contains(&path.rsplit('/').next().unwrap_or(path));
            for path in below.iter().filter(|path| is_config(path) && is_open(&dir, path)) {
                finder.leaves_out(path, named);
            }
            let wanted = |path: &String| {
                let discovered = is_open(&dir, path) && Kind::of_path(path).is_some();
                (discovered && !left_out(path) || finder.includes(path)) && !finder.leaves_out(path, named)
            };
            found.extend(below.into_iter().filter(wanted).map(|path| (path, false)));
        }
        let config = finder.finish()?;
        project.config = config;
        project.skipped.extend(unread.into_iter().map(|(_, error)| error));
        project.sources = Sources::new(Arc::new(checkout));
        project.named = targets.into_iter().map(Target::path).collect();
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|(path, _)| seen.insert(path.clone()));
        for (path, named) in found {
            match read_text(&project.root.join(&path), &project.shown(&path)) {
                Ok(text) => project.documents.push(project.sources.add(path, text)),
                Err(error) if named => return Err(error.into()),
                Err(error) => project.skipped.push(error),
            }
        }
        Ok(project)
    }

    /// One text that is not on disk, under the path it would have. It is no document where it is left out.
    pub fn of_text(here: &Path, path: &Path, text: String, request: Request) -> Result<Project, Failure> {
        let whole = normalize(&here.join(path));
        let above = whole.ancestors().skip(1).find(|dir| dir.is_dir()).unwrap_or(here);
        let dir = above.canonicalize().map_err(|e| cannot("read", above, &e))?;
        let root = repository(&dir).unwrap_or(dir.clone());
        let mut project = Project::at(here, root);
        let whole = dir.join(whole.strip_prefix(above).unwrap_or(path));
        let path = project.relative(&whole);
        let mut finder = configs::Finder::new(&project, request.config);
        let left_out = request.force_exclude && finder.leaves_out(&path, "");
        finder.follow(&path);
        project.config = finder.finish()?;
        project.named.push(whole);
        let document = project.sources.add(path, text);
        project.documents.extend((!left_out).then_some(document));
        Ok(project)
    }

    fn at(here: &Path, root: PathBuf) -> Project {
        let sources = Sources::new(Arc::new(DiskCheckout::new(root.clone())));
        let here = here.canonicalize().unwrap_or(here.to_path_buf());
        Project {
            root,
            here,
            sources,
            named: Vec::new(),
            documents: Vec::new(),
            config: Configs::default(),
            skipped: Vec::new(),
        }
    }

    /// How the user, from where they stand, names a path of the checkout.
    pub fn shown(&self, path: &str) -> String {
        let whole = self.root.join(path);
        if let Ok(below) = whole.strip_prefix(&self.here) {
            return slashes(below);
        }
        match self.here.strip_prefix(&self.root) {
            Ok(down) => {
                let shared = down.components().zip(Path::new(path).components()).take_while(|(a, b)| a == b).count();
                let up = "../".repeat(down.components().count() - shared);
                up + &slashes(&Path::new(path).components().skip(shared).collect::<PathBuf>())
            }
            Err(_) => slashes(&whole),
        }
    }

    /// Replaces the texts of files, all or none: `(path, text before, text after)`.
    pub fn write(&self, changes: &[(String, String, String)]) -> Result<(), Vec<Error>> {
        let prepared: Vec<Result<write::Prepared, Error>> = changes
            .iter()
            .map(|(path, before, after)| write::prepare(&self.root.join(path), &self.shown(path), before, after))
            .collect();
        let (ready, failed): (Vec<_>, Vec<_>) = prepared.into_iter().partition(Result::is_ok);
        if !failed.is_empty() {
            return Err(failed.into_iter().filter_map(Result::err).collect());
        }
        for (done, file) in ready.into_iter().flatten().enumerate() {
            if let Err(error) = file.commit() {
                return Err(std::iter::once(error).chain(self.take_back(&changes[..done])).collect());
            }
        }
        Ok(())
    }

    /// Puts the texts before in their places again; what could not be is told.
    fn take_back(&self, changes: &[(String, String, String)]) -> Vec<Error> {
        let back = changes.iter().map(|(path, before, after)| {
            write::prepare(&self.root.join(path), &self.shown(path), after, before)?.commit()
        });
        back.filter_map(Result::err).collect()
    }

    /// Whether the user named a path of the checkout, or a directory above it.
    pub fn was_named(&self, path: &str) -> bool {
        let path = self.root.join(path);
        self.named.iter().any(|named| path.starts_with(named))
    }

    fn relative(&self, path: &Path) -> String {
        slashes(path.strip_prefix(&self.root).unwrap_or(path))
    }
}

/// What a path on the command line is, from the root of the file system.
enum Target {
    /// Its directory without symbolic links; the file itself may be one.
    File(PathBuf),
    Dir(PathBuf),
}

impl Target {
    fn of(here: &Path, path: &Path) -> Result<Target, Error> {
        let whole = here.join(path);
        let fail = |e: std::io::Error| cannot("read", path, &e);
        if fs::metadata(&whole).map_err(fail)?.is_dir() {
            return Ok(Target::Dir(whole.canonicalize().map_err(fail)?));
        }
        let whole = normalize(&whole);
        let (Some(parent), Some(name)) = (whole.parent(), whole.file_name()) else {
            return Err(Error(format!("{}: not a file", path.display())));
        };
        Ok(Target::File(parent.canonicalize().map_err(fail)?.join(name)))
    }

    fn path(self) -> PathBuf {
        match self {
            Target::File(path) | Target::Dir(path) => path,
        }
    }

    fn dir(&self) -> &Path {
        match self {
            Target::File(path) => path.parent().unwrap_or(path),
            Target::Dir(path) => path,
        }
    }
}

/// The checkout that all targets lie in: their repository, or without one the directory they share.
fn common_root(targets: &[Target]) -> Result<PathBuf, Error> {
    let mut root: Option<(PathBuf, bool)> = None;
    for target in targets {
        let repository = repository(target.dir());
        let in_repository = repository.is_some();
        let new = repository.unwrap_or_else(|| target.dir().to_path_buf());
        root = Some(match root {
            None => (new, in_repository),
            Some((old, true)) if old == new => (old, true),
            Some((old, false)) if !in_repository => {
                let shared = old.components().zip(new.components()).take_while(|(a, b)| a == b).map(|(a, _)| a);
                (shared.collect(), false)
            }
            Some((old, _)) => {
                return Err(Error(format!(
                    "{} and {} are different repositories; run gobin-lint once for each",
                    old.display(),
                    new.display()
                )));
            }
        });
    }
    Ok(root.map_or_else(PathBuf::new, |(root, _)| root))
}

/// The nearest directory at or above `dir` that has a `.git`.
fn repository(dir: &Path) -> Option<PathBuf> {
    dir.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_path_buf)
}

/// Whether no directory between `dir` and a file below it is a tool's own, or other people's.
fn is_open(dir: &str, path: &str) -> bool {
    let below = path.strip_prefix(dir).unwrap_or(path).trim_start_matches('/');
    let open = |name: &str| HIDDEN.contains(&name) || !name.starts_with('.');
    foreign_directory(below).is_none() && below.split('/').rev().skip(1).all(open)
}

/// The text of a file that belongs to gobin-lint and not to the checkout.
pub fn read_input(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|e| cannot("read", path, &e))
}

/// Writes a file of gobin-lint that must not be there yet.
pub fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    let open = fs::OpenOptions::new().write(true).create_new(true).open(path);
    open.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Error(format!("{} is there already; it was not changed", path.display())),
        _ => cannot("write", path, &e),
    })
}

/// The text of a file, or an error that says what to do.
fn read_text(path: &Path, shown: &str) -> Result<String, Error> {
    let shown = Path::new(shown);
    let size = fs::metadata(path).map_err(|e| cannot("read", shown, &e))?.len();
    if size > LARGEST {
        return Err(Error(format!(
            "{}: skipped, {} MiB is more than any Dockerfile or Makefile has",
            shown.display(),
            size >> 20
        )));
    }
    let bytes = fs::read(path).map_err(|e| cannot("read", shown, &e))?;
    String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..good].iter().filter(|b| **b == b'\n').count() + 1;
        Error(format!(
            "{}:{line}: not UTF-8 (byte 0x{:02X}), so the file was not read; convert it with `iconv -f ISO-8859-1 -t UTF-8`",
            shown.display(),
            e.as_bytes()[good]
        ))
    })
}

/// A directory, by its path from the root of the checkout, and what a person here is told of it.
fn cannot_read(project: &Project, path: &Path, error: &std::io::Error) -> (String, Error) {
    let path = project.relative(path);
    let shown = Some(project.shown(&path)).filter(|shown| !shown.is_empty());
    let error = cannot("read", Path::new(shown.as_deref().unwrap_or(".")), error);
    (path, error)
}

fn cannot(act: &str, path: &Path, error: &std::io::Error) -> Error {
    let advice = match error.kind() {
        std::io::ErrorKind::NotFound => "; check the path",
        std::io::ErrorKind::PermissionDenied => "; check who may read and write it",
        _ => "",
    };
    Error(format!("cannot {act} {}: {error}{advice}", path.display()))
}

/// `a/./b/../c` as `a/c`.
fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

#[cfg(test)]
mod tests;
