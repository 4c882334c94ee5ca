//! Knows the Go modules of a checkout: which package a directory or import path is, what it imports in the end.
//! Refuses to know stages: the caller maps their paths to the checkout's and says which files they hold.

mod go_files;
mod imports;
mod third_party;

pub use go_files::GoFiles;
pub use third_party::{CgoModule, cgo_module};

use super::context::join;
use super::go::{
    FailureKind, GoVersion, Imports, Package, Packages, Resolved, Selection, executable, is_local, is_std,
};
use super::path::Path;
use super::tri::Tri;
use super::value::{Part, Text, Value, Why};
use crate::source::{Checkout, Entry};
use crate::syntax::gomod::GoMod;
use std::cell::RefCell;
use std::sync::Arc;

/// The checkout as it lies in one file system.
pub struct ModuleView<'a> {
    checkout: &'a dyn Checkout,
    /// The checkout's path of what lies at a path, `""` for its root; `None` for what is not from the checkout.
    map: &'a dyn Fn(&Path) -> Option<String>,
    /// Whether there is a file at a path, from the checkout or not.
    exists: &'a dyn Fn(&Path) -> Tri,
    /// What has been read of its Go files already.
    go_files: &'a GoFiles,
    /// What [`ModuleView::nearest`] found, for the time of one run of go.
    found: RefCell<Vec<(Path, &'static str, Nearest)>>,
}

/// A go.mod or go.work above a directory: where it lies, as the file system and as the checkout call it, and what it says.
type Nearest = Result<Option<(Path, String, Arc<GoMod>)>, Why>;

/// A module found above a directory.
struct Module {
    /// Where its go.mod lies, as the file system and as the checkout call it.
    root: Path,
    checkout_root: String,
    go_mod: Arc<GoMod>,
}

/// Directories that `...` never enters (`go help packages`).
fn is_skipped(name: &str) -> bool {
    name.starts_with(['.', '_']) || name == "testdata" || name == "vendor"
}

/// Directories that one `./...` may visit.
const MAX_DIRS: usize = 2_000;

impl<'a> ModuleView<'a> {
    /// The checkout in a file system of which `map` and `exists` tell.
    pub fn new(
        checkout: &'a dyn Checkout,
        map: &'a dyn Fn(&Path) -> Option<String>,
        exists: &'a dyn Fn(&Path) -> Tri,
        go_files: &'a GoFiles,
    ) -> ModuleView<'a> {
        ModuleView { checkout, map, exists, go_files, found: RefCell::default() }
    }

    /// The module that governs a directory. Err where that is not known, None where there is none.
    fn module(&self, dir: &Path) -> Result<Option<Module>, Why> {
        let found = self.nearest(dir, "go.mod")?;
        Ok(found.map(|(root, checkout_root, go_mod)| Module { root, checkout_root, go_mod }))
    }

    /// The workspace above a directory: its root and file.
    fn workspace(&self, dir: &Path) -> Result<Option<(Path, Arc<GoMod>)>, Why> {
        Ok(self.nearest(dir, "go.work")?.map(|(root, _, go_work)| (root, go_work)))
    }

    /// The first file of a name in a directory or above it, with its directory here and in the checkout.
    fn nearest(&self, dir: &Path, name: &'static str) -> Nearest {
        let known = |(at, of, _): &&(Path, &str, Nearest)| at == dir && *of == name;
        if let Some((_, _, found)) = self.found.borrow().iter().find(known) {
            return found.clone();
        }
        let found = self.look_above(dir, name);
        self.found.borrow_mut().push((dir.clone(), name, found.clone()));
        found
    }

    fn look_above(&self, dir: &Path, name: &str) -> Nearest {
        let mut root = dir.clone();
        // A nearer one that the repository does not show is not to be expected; that there is none at all is not proved.
        let mut unknown = None;
        loop {
            let file = root.child(&Text::literal(name));
            if let Some(checkout_root) = (self.map)(&root)
                && let Some(read) = self.go_files.module(self.checkout, &join(&checkout_root, name))
            {
                return Ok(Some((root, checkout_root, read)));
            }
            match (self.exists)(&file) {
                Tri::No => {}
                Tri::Yes => return Err(Why::new(format!("what {file} holds is not known"))),
                Tri::Unknown => {
                    unknown = unknown.or_else(|| Some(Why::new(format!("whether there is a {file} is not known"))));
                }
            }
            if root.is_root() {
                return unknown.map_or(Ok(None), Err);
            }
            root = root.parent();
        }
    }

    /// The modules that import paths may name from here: the one above, those of the workspace, local replacements.
    fn local_modules(&self, cwd: &Path) -> Vec<Module> {
        let mut out: Vec<Module> = self.module(cwd).ok().flatten().into_iter().collect();
        let mut dirs: Vec<Path> = Vec::new();
        if let Ok(Some((root, work))) = self.workspace(cwd) {
            dirs.extend(work.uses.iter().filter_map(|word| root.join(&Text::literal(word.text.as_str()))));
        }
        for module in &out {
            let local = module.go_mod.replaces.iter().filter(|replace| replace.to.text.starts_with(['.', '/']));
            dirs.extend(local.filter_map(|replace| module.root.join(&Text::literal(replace.to.text.as_str()))));
        }
        for dir in dirs {
            if let Ok(Some(module)) = self.module(&dir)
                && !out.iter().any(|known| known.root == module.root)
            {
                out.push(module);
            }
        }
        out
    }

    /// Why go run from `cwd` may refuse a directory although it has a module: that one is no main module of it.
    fn stranger(&self, cwd: &Path, dir: &Path, selection: &Selection) -> Option<Why> {
        let of_dir = self.module(dir).ok()?;
        let workspace = self.workspace(cwd).ok()?.filter(|_| !selection.workspace.is_no());
        let Some((root, work)) = workspace else {
            let of_cwd = self.module(cwd).ok()?;
            let Some(of_dir) = of_dir else {
                return of_cwd.map(|_| Why::new(format!("{dir} is in no module")));
            };
            let replaced = |module: &Module| {
                let local = module.go_mod.replaces.iter().filter_map(|r| module.root.join(&Text::literal(&*r.to.text)));
                local.into_iter().any(|root| root == of_dir.root)
            };
            let own = of_cwd.is_some_and(|module| module.root == of_dir.root || replaced(&module));
            return (!own).then(|| Why::new(format!("the module in {} is not the one that go is run in", of_dir.root)));
        };
        if selection.workspace == Tri::Unknown {
            return Some(Why::new("whether the go.work above counts is not known"));
        }
        let mut own = false;
        for used in &work.uses {
            let Some(used) = root.join(&Text::literal(used.text.as_str())) else { continue };
            let module = self.module(&used).ok()?.filter(|module| module.root == used);
            let Some(module) = module else {
                return Some(Why::new(format!("go.work uses {used}, where no module is")));
            };
            let line =
                |file: &GoMod| file.go.as_ref().and_then(|word| GoVersion::parse(&word.text)).and_then(|v| v.minor);
            if line(&module.go_mod) > line(&work) {
                return Some(Why::new(format!("the module in {used} demands a newer go than go.work")));
            }
            own |= of_dir.as_ref().is_some_and(|of_dir| of_dir.root == module.root);
        }
        (!own).then(|| Why::new(format!("go.work uses no module that {dir} is in")))
    }

    fn import_path(module: &Module, dir: &Path) -> Option<String> {
        let path = &module.go_mod.module.as_ref()?.text;
        let below = dir.relative_to(&module.root)?;
        let below = below.as_literal()?;
        Some(if below.is_empty() { path.clone() } else { format!("{path}/{below}") })
    }

    /// Without a module path the directory names the program, where it is certainly below the module's root.
    /// A directory deeper than one level is taken to be that; one right here may be a module of its own.
    fn name_of_dir(&self, dir: &Path, cwd: &Path) -> Value {
        let open = || Value::unknown(format!("the module path names the program in {dir}"));
        let below = dir.relative_to(cwd).unwrap_or_default();
        let pieces = below.split('/');
        let is_root = (self.exists)(&dir.child(&Text::literal("go.mod")));
        match pieces.as_slice() {
            [] => open(),
            [only] if only.is_empty() || !is_root.is_no() => open(),
            [.., parent, last] if last.as_literal().is_some_and(is_major) => Value::Text(parent.clone()),
            [.., last] if last.as_literal().is_some_and(is_major) => open(),
            [.., last] => Value::Text(last.clone()),
        }
    }

    /// The package in a directory, as far as it is visible.
    fn in_dir(&self, cwd: &Path, dir: &Path, selection: &Selection) -> Package {
        let module = self.module(dir);
        let import_path = match &module {
            Ok(Some(module)) => Self::import_path(module, dir),
            _ => None,
        };
        let name = match (&import_path, &module) {
            (Some(path), _) => Value::literal(executable(path)),
            (None, _) => self.name_of_dir(dir, cwd),
        };
        let place = (self.map)(dir).filter(|place| self.checkout.entry(place) == Some(Entry::Dir));
        let (is_main, imports) = match place {
            Some(place) => {
                let label = import_path.clone().unwrap_or_else(|| dir.to_string());
                imports::of_dir(self, &self.local_modules(dir), &place, &label, selection)
            }
            None => (Tri::Unknown, Imports::unknown(Why::new(format!("the sources in {dir} are not visible")))),
        };
        Package { import_path, name, dir: Some(dir.clone()), is_main, imports }
    }

    /// All packages below a directory, without nested modules.
    fn below(&self, cwd: &Path, dir: &Path, selection: &Selection) -> Result<Vec<Package>, Why> {
        let invisible = || Why::new(format!("which packages lie below {dir} is not known"));
        let top = (self.map)(dir).ok_or_else(invisible)?;
        if self.checkout.entry(&top) != Some(Entry::Dir) {
            return Err(invisible());
        }
        self.module(dir)?.ok_or_else(invisible)?;
        if dir.name().is_some_and(|name| name.as_literal().is_some_and(is_skipped)) {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        let mut pending = vec![(top, dir.clone())];
        let mut visited = 0;
        while let Some((place, at)) = pending.pop() {
            visited += 1;
            if visited > MAX_DIRS {
                return Err(Why::new(format!("there are more than {MAX_DIRS} directories below {dir}")));
            }
            let names = self.checkout.list(&place);
            if names.iter().any(|name| name.ends_with(".go")) {
                // A package without a file for this platform is dropped by patterns (fact 38).
                match imports::has_go_files(self, &place, selection) {
                    Tri::Yes => out.push(self.in_dir(cwd, &at, selection)),
                    Tri::No => {}
                    Tri::Unknown => return Err(Why::new(format!("whether {at} is built is not known"))),
                }
            }
            for name in names.iter().rev().filter(|name| !is_skipped(name)) {
                let inner = join(&place, name);
                if self.checkout.entry(&inner) == Some(Entry::Dir)
                    && self.checkout.entry(&join(&inner, "go.mod")).is_none()
                {
                    pending.push((inner, at.child(&Text::literal(name.as_str()))));
                }
            }
        }
        Ok(out)
    }

    fn by_import_path(&self, cwd: &Path, path: &str, selection: &Selection) -> Resolved {
        let library = |path: &str| Package {
            import_path: Some(path.to_string()),
            name: Value::literal(executable(path)),
            dir: None,
            is_main: Tri::No,
            imports: Imports::none(),
        };
        let modules = self.local_modules(cwd);
        let own = modules.iter().find_map(|module| {
            let name = &module.go_mod.module.as_ref()?.text;
            let below = path.strip_prefix(name.as_str())?;
            if below.is_empty() {
                return Some(module.root.clone());
            }
            module.root.join(&Text::literal(below.strip_prefix('/')?))
        });
        if let Some(dir) = own {
            return Resolved::Packages(vec![self.in_dir(cwd, &dir, selection)]);
        }
        if is_std(path) {
            if path.starts_with("cmd/") {
                return Resolved::Unknown(Why::new("programs of the toolchain go to GOROOT"));
            }
            return Resolved::Packages(vec![library(path)]);
        }
        let first = path.split('/').next().unwrap_or(path);
        let required = |path: &str| {
            modules.iter().any(|module| {
                let requires = module.go_mod.requires.iter().map(|(word, _)| &word.text);
                let replaces = module.go_mod.replaces.iter().map(|replace| &replace.path.text);
                requires.chain(replaces).any(|known| path == known || path.starts_with(&format!("{known}/")))
            })
        };
        if !first.contains('.') && !required(path) {
            // go.mod decides what paths without a dot may name; without it nothing does (fact 51).
            return match self.module(cwd) {
                Ok(Some(_)) => {
                    let root = if selection.version.at_least(21).is_no() { "GOROOT" } else { "std" };
                    let text = format!("package {path} is not in {root}");
                    Resolved::Refused(FailureKind::NotInStd, text)
                }
                Ok(None) => Resolved::Unknown(Why::new(format!("which module {path} belongs to is not known"))),
                Err(why) => Resolved::Unknown(why),
            };
        }
        Resolved::Packages(vec![Package {
            is_main: Tri::Unknown,
            imports: third_party::imports(path),
            ..library(path)
        }])
    }
}

/// A major version is no program's name.
fn is_major(element: &str) -> bool {
    executable(&format!("x/{element}")) != element
}

impl Packages for ModuleView<'_> {
    fn resolve(&self, cwd: &Path, argument: &Text, selection: &Selection) -> Resolved {
        let unknown = |what: String| Resolved::Unknown(Why::new(what));
        if matches!(argument.parts().first(), None | Some(Part::Symbol(_))) {
            return unknown(format!("which package {argument} is, is not known"));
        }
        if is_local(argument) {
            if let Some(base) = argument.strip_suffix("...") {
                let base = base.strip_suffix("/").unwrap_or(base);
                if base.to_string().contains("...") {
                    return unknown(format!("which packages match {argument} is not known"));
                }
                let dir = cwd.join(&base);
                if let Some(why) = dir.as_ref().and_then(|dir| self.stranger(cwd, dir, selection)) {
                    return Resolved::Unknown(why);
                }
                return match dir.map(|dir| self.below(cwd, &dir, selection)) {
                    Some(Ok(packages)) => Resolved::Packages(packages),
                    Some(Err(why)) => Resolved::Unknown(why),
                    None => unknown(format!("which packages match {argument} is not known")),
                };
            }
            let Some(dir) = cwd.join(argument) else {
                return unknown(format!("which package {argument} is, is not known"));
            };
            return match self.stranger(cwd, &dir, selection) {
                Some(why) => Resolved::Unknown(why),
                None => Resolved::Packages(vec![self.in_dir(cwd, &dir, selection)]),
            };
        }
        let path = argument.split('@').swap_remove(0);
        let versioned = path != *argument;
        if path.to_string().contains("...") || matches!(path.as_literal(), Some("all" | "work" | "cmd")) {
            return unknown(format!("which packages match {argument} is not known"));
        }
        match path.as_literal() {
            Some("std") => Resolved::Packages(Vec::new()),
            Some("tool") if !versioned && !selection.version.at_least(24).is_no() => match self.module(cwd) {
                Ok(Some(module)) => Resolved::Packages(
                    module
                        .go_mod
                        .tools
                        .iter()
                        .flat_map(|tool| match self.by_import_path(cwd, &tool.text, selection) {
                            Resolved::Packages(packages) => packages,
                            _ => Vec::new(),
                        })
                        .collect(),
                ),
                Ok(None) => Resolved::Packages(Vec::new()),
                Err(why) => Resolved::Unknown(why),
            },
            Some(path) if versioned => Resolved::Packages(vec![Package {
                import_path: Some(path.to_string()),
                name: Value::literal(executable(path)),
                dir: None,
                is_main: Tri::Unknown,
                imports: third_party::imports(path),
            }]),
            Some(path) => self.by_import_path(cwd, path, selection),
            None => {
                let name = path.split('/').pop().unwrap_or_default();
                let why = Why::new(format!("which package {argument} is, is not known"));
                let name = match name.as_literal() {
                    Some(name) if is_major(name) => Value::Unknown(why.clone()),
                    _ if name.is_empty() => Value::Unknown(why.clone()),
                    _ => Value::Text(name),
                };
                let imports = Imports::unknown(why);
                Resolved::Packages(vec![Package { import_path: None, name, dir: None, is_main: Tri::Unknown, imports }])
            }
        }
    }

    fn files(&self, cwd: &Path, files: &[Text], selection: &Selection) -> Resolved {
        let Some(first) = files.first() else { return Resolved::Packages(Vec::new()) };
        let name = first.split('/').pop().and_then(|name| name.strip_suffix(".go"));
        let name = match name {
            // `*.go` is the shell's to expand.
            Some(name) if !name.to_string().contains(['*', '?', '[']) && !name.is_empty() => Value::Text(name),
            _ => Value::unknown(format!("which file {first} is, is not known")),
        };
        let places: Option<Vec<String>> =
            files.iter().map(|file| cwd.join(file).and_then(|path| (self.map)(&path))).collect();
        let (is_main, imports) = match places {
            Some(places) if places.iter().all(|place| self.checkout.entry(place).is_some()) => {
                imports::of_files(self, &self.local_modules(cwd), &places, selection)
            }
            _ => (Tri::Unknown, Imports::unknown(Why::new(format!("what {first} imports is not known")))),
        };
        Resolved::Packages(vec![Package {
            import_path: Some("command-line-arguments".into()),
            name,
            dir: Some(cwd.clone()),
            is_main,
            imports,
        }])
    }

    fn required(&self, cwd: &Path, toolchain_counts: bool) -> Option<(GoVersion, &'static str)> {
        let module = self.module(cwd).ok()?.map(|module| (module.go_mod, "go.mod"));
        let workspace = self.workspace(cwd).ok()?.map(|(_, work)| (work, "go.work"));
        let mut most = (GoVersion::of(0), "go.mod");
        for (file, name) in module.into_iter().chain(workspace) {
            // A file without a go line demands nothing, which is the same as 1.0.
            let toolchain = file.toolchain.as_ref().filter(|word| toolchain_counts && word.text != "default");
            for word in file.go.iter().chain(toolchain) {
                let wanted = GoVersion::parse(&word.text)?;
                if (wanted.minor, wanted.patch) > (most.0.minor, most.0.patch) {
                    most = (wanted, name);
                }
            }
        }
        Some(most)
    }

    fn has_go_mod(&self, dir: &Path) -> Tri {
        let place = (self.map)(dir).map(|place| join(&place, "go.mod"));
        match place.and_then(|place| self.checkout.entry(&place)) {
            Some(Entry::File) => Tri::Yes,
            _ => (self.exists)(&dir.child(&Text::literal("go.mod"))),
        }
    }

    fn in_module(&self, cwd: &Path) -> Tri {
        match (self.module(cwd), self.workspace(cwd)) {
            (Ok(Some(_)), _) | (_, Ok(Some(_))) => Tri::Yes,
            (Ok(None), Ok(None)) => Tri::No,
            _ => Tri::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
