//! Knows the transitive imports of visible packages, under one choice of platform, tags and cgo.
//! Refuses to know other modules' sources; what they may import stays Unknown.

use super::{Module, ModuleView, join, third_party};
use crate::model::go::{Imports, Need, Selection, StdNeed, is_std, platforms, std_need};
use crate::model::tri::Tri;
use crate::model::value::Why;
use crate::source::Entry;
use crate::syntax::gofile::{Constraint, Header};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Go files that one question may read.
const MAX_FILES: usize = 2_000;

fn tag(name: &str, selection: &Selection) -> Tri {
    let is = |chosen: &Option<String>| chosen.as_ref().map_or(Tri::Unknown, |chosen| Tri::of(chosen == name));
    let given = selection.tags.as_ref().map_or(Tri::Unknown, |tags| Tri::of(tags.iter().any(|tag| tag == name)));
    let own = match name {
        "cgo" => selection.cgo,
        "gc" => Tri::Yes,
        "unix" => selection.os.as_ref().map_or(Tri::Unknown, |os| Tri::of(platforms::is_unix(os))),
        "linux" if selection.os.as_deref() == Some("android") => Tri::Yes,
        _ if platforms::is_system(name) => is(&selection.os),
        _ if platforms::is_architecture(name) => is(&selection.arch),
        _ => match name.strip_prefix("go1.").and_then(|minor| minor.parse().ok()) {
            Some(minor) => selection.version.at_least(minor),
            None => Tri::No,
        },
    };
    own.or(given)
}

fn holds(constraint: &Constraint, selection: &Selection) -> Tri {
    match constraint {
        Constraint::Tag(name) => tag(name, selection),
        Constraint::Not(inner) => !holds(inner, selection),
        Constraint::And(a, b) => holds(a, selection).and(holds(b, selection)),
        Constraint::Or(a, b) => holds(a, selection).or(holds(b, selection)),
        Constraint::Broken => Tri::Unknown,
    }
}

/// `x_linux.go`, `x_amd64.go`, `x_linux_amd64.go`.
fn name_fits(file: &str, selection: &Selection) -> Tri {
    let stem = file.strip_suffix(".go").unwrap_or(file);
    let Some((_, rest)) = stem.split_once('_') else { return Tri::Yes };
    let parts: Vec<&str> = rest.split('_').collect();
    match parts.as_slice() {
        [.., os, arch] if platforms::is_system(os) && platforms::is_architecture(arch) => {
            tag(os, selection).and(tag(arch, selection))
        }
        [.., last] if platforms::is_system(last) || platforms::is_architecture(last) => tag(last, selection),
        _ => Tri::Yes,
    }
}

fn is_source(name: &str) -> bool {
    name.ends_with(".go") && !name.ends_with("_test.go") && !name.starts_with(['_', '.'])
}

/// Whether a file is built: constraint, name, and cgo where it imports "C".
fn is_built(name: &str, header: &Header, selection: &Selection) -> Tri {
    let constraint = header.constraint.as_ref().map_or(Tri::Yes, |constraint| holds(constraint, selection));
    let old = if header.old_constraint { Tri::Unknown } else { Tri::Yes };
    let cgo = if header.imports_c { selection.cgo } else { Tri::Yes };
    name_fits(name, selection).and(constraint).and(old).and(cgo)
}

/// Whether a directory has a Go file for this choice.
pub(super) fn has_go_files(view: &ModuleView, place: &str, selection: &Selection) -> Tri {
    let names = view.checkout.list(place);
    names.iter().filter(|name| is_source(name)).fold(Tri::No, |found, name| {
        let header = view.go_files.header(view.checkout, &join(place, name));
        found.or(header.map_or(Tri::Unknown, |header| is_built(name, &header, selection)))
    })
}

struct Walk<'a> {
    view: &'a ModuleView<'a>,
    modules: &'a [Module],
    selection: &'a Selection,
    /// Import paths met so far, and whether they are certainly imported.
    seen: BTreeMap<String, Tri>,
    /// Directories still to read, their import paths, and whether those are certainly imported.
    pending: Vec<(String, String, Tri)>,
    files: usize,
    imports: Imports,
}

/// Whether the package in a directory of the checkout is `main`, and its transitive imports.
pub(super) fn of_dir(
    view: &ModuleView,
    modules: &[Module],
    place: &str,
    import_path: &str,
    selection: &Selection,
) -> (Tri, Imports) {
    let mut walk = Walk::new(view, modules, selection);
    let is_main = walk.dir(place, import_path, Tri::Yes);
    (is_main, walk.finish())
}

/// The same for files given by name, which are built whatever their names say.
pub(super) fn of_files(
    view: &ModuleView,
    modules: &[Module],
    places: &[String],
    selection: &Selection,
) -> (Tri, Imports) {
    let mut walk = Walk::new(view, modules, selection);
    let mut is_main = Tri::Unknown;
    for place in places {
        let name = place.rsplit('/').next().unwrap_or(place);
        if let Some(package) =
            walk.file(place, name, "command-line-arguments", Some(Tri::Yes)).and_then(|header| header.package.clone())
        {
            is_main = Tri::of(package == "main");
        }
    }
    (is_main, walk.finish())
}

impl<'a> Walk<'a> {
    fn new(view: &'a ModuleView<'a>, modules: &'a [Module], selection: &'a Selection) -> Walk<'a> {
        let (seen, pending) = (BTreeMap::new(), Vec::new());
        Walk { view, modules, selection, seen, pending, files: 0, imports: Imports::none() }
    }

    fn finish(mut self) -> Imports {
        while let Some((place, path, certain)) = self.pending.pop() {
            self.dir(&place, &path, certain);
        }
        self.imports
    }

    fn add(&mut self, imports: Imports) {
        let own = std::mem::replace(&mut self.imports, Imports::none());
        self.imports = own.with(imports);
    }

    /// Reads one package; whether it is `main`.
    fn dir(&mut self, place: &str, path: &str, certain: Tri) -> Tri {
        let mut is_main = Tri::Unknown;
        let (mut any, mut any_without_cgo) = (Tri::No, Tri::No);
        let without = Selection { cgo: Tri::No, ..self.selection.clone() };
        for name in self.view.checkout.list(place).iter().filter(|name| is_source(name)) {
            let Some(header) = self.file_of(&join(place, name), name, path, certain) else {
                any = any.or(Tri::Unknown);
                continue;
            };
            any = any.or(Tri::Yes);
            any_without_cgo = any_without_cgo.or(is_built(name, &header, &without));
            if is_built(name, &header, self.selection) != Tri::No
                && let Some(package) = &header.package
                && package != "documentation"
            {
                is_main = Tri::of(package == "main");
            }
        }
        if any.is_yes() && any_without_cgo.is_no() && self.selection.cgo != Tri::Yes {
            let need = maybe(certain, Need::Yes(path.to_string()), path);
            self.add(Imports { cgo_only: need, ..Imports::none() });
        }
        is_main
    }

    fn file_of(&mut self, place: &str, name: &str, path: &str, certain: Tri) -> Option<Arc<Header>> {
        self.file(place, name, path, if certain.is_yes() { None } else { Some(certain) })
    }

    /// Reads one file. `built` overrules what its name and constraint say.
    fn file(&mut self, place: &str, name: &str, path: &str, built: Option<Tri>) -> Option<Arc<Header>> {
        self.files += 1;
        if self.files > MAX_FILES {
            self.add(Imports::unknown(Why::new(format!("the program has more than {MAX_FILES} files"))));
            self.pending.clear();
            return None;
        }
        let Some(header) = self.view.go_files.header(self.view.checkout, place) else {
            self.add(Imports::unknown(Why::new(format!("{place} cannot be read"))));
            return None;
        };
        let own = is_built(name, &header, self.selection);
        let built = match built {
            Some(Tri::Yes) => Tri::Yes,
            Some(certain) => own.and(certain),
            None => own,
        };
        if built.is_no() {
            return Some(header);
        }
        if header.imports_c && self.selection.cgo != Tri::No {
            if header.cgo_static {
                self.add(Imports::unknown(Why::new(format!("#cgo LDFLAGS in {place} ask for -static"))));
            }
            let need = maybe(built, Need::Yes(format!("\"C\" in {path}")), place);
            self.add(Imports { user_cgo: need, ..Imports::none() });
        }
        for import in &header.imports {
            let found = self.import(import, built);
            let weaken = |need| maybe(built, need, place);
            self.add(Imports {
                net: weaken(found.net),
                os_user: weaken(found.os_user),
                plugin: weaken(found.plugin),
                user_cgo: weaken(found.user_cgo),
                cgo_only: weaken(found.cgo_only),
            });
        }
        Some(header)
    }

    /// What one import brings by itself; visible packages are queued.
    fn import(&mut self, path: &str, certain: Tri) -> Imports {
        if let Some(need) = std_need(path) {
            let yes = Need::Yes(path.to_string());
            return match need {
                StdNeed::Net => Imports { net: yes, ..Imports::none() },
                StdNeed::OsUser => Imports { os_user: yes, ..Imports::none() },
                StdNeed::Always => Imports { plugin: yes, ..Imports::none() },
            };
        }
        if matches!(self.seen.get(path), Some(met) if met.is_yes() || *met == certain) {
            return Imports::none();
        }
        self.seen.insert(path.to_string(), certain);
        if let Some(place) = self.place(path) {
            self.pending.push((place, path.to_string(), certain));
            return Imports::none();
        }
        if is_std(path) { Imports::none() } else { third_party::imports(path) }
    }

    /// The checkout's directory of an import path: in a visible module, or vendored.
    fn place(&self, path: &str) -> Option<String> {
        let is_dir = |place: &String| self.view.checkout.entry(place) == Some(Entry::Dir);
        for module in self.modules {
            let Some(name) = &module.go_mod.module else { continue };
            let below = match path.strip_prefix(name.text.as_str()) {
                Some("") => Some(module.checkout_root.clone()),
                Some(rest) => rest.strip_prefix('/').map(|rest| join(&module.checkout_root, rest)),
                None => None,
            };
            let vendored = join(&module.checkout_root, &format!("vendor/{path}"));
            if let Some(place) = below.into_iter().chain([vendored]).find(is_dir) {
                return Some(place);
            }
        }
        None
    }
}

/// A need of a file that may not be built.
fn maybe(built: Tri, need: Need, place: &str) -> Need {
    match (built, need) {
        (Tri::Yes, need) => need,
        (_, Need::No) => Need::No,
        _ => Need::Unknown(Why::new(format!("whether {place} is built is not known"))),
    }
}
