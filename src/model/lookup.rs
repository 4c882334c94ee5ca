//! Knows where a program is found by path or by name, at the start of a container and in a shell, and why it is not.
//! Refuses to know who asks for it, and what the program needs to run.

use super::files::{Context, File, Found};
use super::images::DEFAULT_PATH;
use super::path::Path;
use super::value::{Text, Value, Why};
use super::world::World;

/// Where a program is, or why it is nowhere.
#[derive(Clone, PartialEq, Debug)]
pub enum Resolution {
    /// A file is there.
    Found {
        path: Path,
        found: Found,
    },
    Directory(Path),
    /// Nothing is there. `looked` holds the path, or for a bare name every directory of PATH.
    Missing {
        looked: Vec<Path>,
        bare: bool,
    },
    /// A part of the path is a file.
    BehindFile {
        path: Path,
        file: Path,
    },
    /// Nobody may execute it, root included. A bare name passes such files over.
    NotExecutable {
        path: Path,
        file: Box<File>,
        bare: bool,
    },
    /// A relative entry of PATH leads to it, which runc refuses.
    RelativeEntry {
        path: Path,
        entry: String,
    },
    Unknown(Why),
}

/// Who looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// runc, when the container starts: PATH of the image's configuration, relative entries refused.
    Runtime,
    /// A command in the world itself.
    Command,
}

/// Where a program is: by path from the working directory, or by name on PATH, never by name in the working directory.
///
/// Source: runc's `exec.LookPath` after chdir; candidates on PATH without an x bit are passed over.
pub fn find_program(text: &str, by: By, world: &World, context: &dyn Context) -> Resolution {
    if by == By::Runtime && text.ends_with(".wasm") {
        return Resolution::Unknown(Why::new("another runtime starts WebAssembly, and finds it in its own way"));
    }
    if text.contains('/') {
        return match world.path(&Value::literal(text)) {
            Ok(path) => by_path(path, world, context),
            Err(why) => Resolution::Unknown(why),
        };
    }
    let search = match by {
        By::Runtime => world.env.runtime("PATH"),
        By::Command => world.env.exported("PATH"),
    };
    let search = if search == Value::Unset { Value::literal(DEFAULT_PATH) } else { search };
    match search.expand() {
        Ok(search) => by_name(text, &search, by, world, context),
        Err(why) => Resolution::Unknown(why),
    }
}

fn by_path(path: Path, world: &World, context: &dyn Context) -> Resolution {
    match world.files.find(&path, context) {
        Found::File { file, doubt: None, .. } if not_executable(&file) => {
            Resolution::NotExecutable { path, file: Box::new(file), bare: false }
        }
        found @ (Found::File { .. } | Found::Exists) => Resolution::Found { path, found },
        Found::Dir => match world.files.doubt_of(&path) {
            Some(why) => Resolution::Unknown(why),
            None => Resolution::Directory(path),
        },
        Found::Missing => match file_above(&path, world, context) {
            Some(file) => Resolution::BehindFile { path, file },
            None => Resolution::Missing { looked: vec![path], bare: false },
        },
        Found::NotInCheckout { .. } => Resolution::Unknown(Why::new("the build context may bring it")),
        Found::Unknown(why) => Resolution::Unknown(why),
    }
}

fn by_name(text: &str, search: &Text, by: By, world: &World, context: &dyn Context) -> Resolution {
    let mut looked = Vec::new();
    let mut passed_over = None;
    let mut unknown = None;
    for entry in search.split(':').iter().filter(|d| !d.is_empty()) {
        let absolute = entry.literal_prefix().starts_with('/');
        let directory = if absolute { Path::root().join(entry) } else { world.path(&Value::Text(entry.clone())).ok() };
        let Some(directory) = directory else {
            unknown = unknown.or(Some(Why::new("PATH has an entry that is not a known absolute directory")));
            continue;
        };
        let path = directory.child(&text.into());
        match world.files.find(&path, context) {
            Found::File { file, doubt: None, .. } if not_executable(&file) => {
                passed_over = passed_over.or(Some((path.clone(), file)));
            }
            Found::File { file, .. } if not_executable(&file) => {
                unknown = unknown.or(Some(Why::new(format!("whether `{path}` is executable is not known"))));
            }
            found @ (Found::File { .. } | Found::Exists) if unknown.is_none() => {
                return match (absolute, by) {
                    (false, By::Runtime) => Resolution::RelativeEntry { path, entry: entry.to_string() },
                    _ => Resolution::Found { path, found },
                };
            }
            found @ (Found::File { .. } | Found::Exists) if absolute => return Resolution::Found { path, found },
            Found::Dir => unknown = unknown.or_else(|| world.files.doubt_of(&path)),
            Found::File { .. } | Found::Exists | Found::Missing => {}
            Found::NotInCheckout { .. } => unknown = unknown.or(Some(Why::new("the build context may bring it"))),
            Found::Unknown(why) => unknown = unknown.or(Some(why)),
        }
        looked.push(path);
    }
    match (unknown, passed_over) {
        (Some(why), _) => Resolution::Unknown(why),
        (None, Some((path, file))) => Resolution::NotExecutable { path, file: Box::new(file), bare: true },
        (None, None) => Resolution::Missing { looked, bare: true },
    }
}

fn not_executable(file: &File) -> bool {
    file.mode.is_some_and(|mode| mode & 0o111 == 0)
}

/// The nearest part above a path that is a file.
fn file_above(path: &Path, world: &World, context: &dyn Context) -> Option<Path> {
    let mut at = path.parent();
    while !at.is_root() {
        if matches!(world.files.find(&at, context), Found::File { doubt: None, .. }) {
            return Some(at);
        }
        at = at.parent();
    }
    None
}
