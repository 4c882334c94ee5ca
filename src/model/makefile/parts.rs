//! Knows which Makefiles are parts of another: the Makefile of a directory above reads them, beside all that it sets.
//! Refuses to know what that leaves open.

use super::Make;
use crate::kind::MAKEFILES;
use crate::model::parsed::Parsed;
use crate::source::FileId;
use crate::syntax::makefile::Item;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

/// What the Makefile of each directory includes, as far as it was asked.
#[derive(Default)]
pub struct Parts(RwLock<BTreeMap<String, Arc<Included>>>);

#[derive(Default)]
struct Included {
    files: BTreeSet<FileId>,
    /// There may be others.
    open: bool,
}

impl Parts {
    /// Whether a Makefile of a directory above includes a file.
    pub(super) fn has(&self, sources: &Parsed, file: FileId, directory: &str) -> bool {
        above(directory).any(|above| self.of(sources, above).files.contains(&file))
    }

    /// Whether a Makefile of a directory above includes what is not known.
    pub(super) fn may_have(&self, sources: &Parsed, directory: &str) -> bool {
        above(directory).any(|above| self.of(sources, above).open)
    }

    fn of(&self, sources: &Parsed, directory: &str) -> Arc<Included> {
        if let Some(known) = self.0.read().unwrap_or_else(|e| e.into_inner()).get(directory) {
            return known.clone();
        }
        let place = |name: &str| if directory.is_empty() { name.to_string() } else { format!("{directory}/{name}") };
        let makefile = MAKEFILES.into_iter().find_map(|name| sources.load(&place(name)));
        let included = makefile.map(|id| sources.makefile(id)).filter(|document| may_include_makefile(&document.items));
        let read = included.map(|document| {
            let make = Make::read(sources, &document);
            let files = make.documents.iter().map(|document| document.file).collect();
            Included { files, open: make.state.open.is_some() }
        });
        let new = Arc::new(read.unwrap_or_default());
        self.0.write().unwrap_or_else(|e| e.into_inner()).entry(directory.to_string()).or_insert(new).clone()
    }
}

/// The directories above, the nearest first.
fn above(directory: &str) -> impl Iterator<Item = &str> {
    let above = directory.rmatch_indices('/').map(|(at, _)| &directory[..at]);
    above.chain((!directory.is_empty()).then_some(""))
}

/// Whether a line includes a file that may have the name by which make looks for one.
fn may_include_makefile(items: &[Item]) -> bool {
    let may_be = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        MAKEFILES.contains(&name) || name.contains(['$', ')', '}', '*', '?', '['])
    };
    items.iter().any(|item| match item {
        Item::Include { paths, .. } => paths.text.split_ascii_whitespace().any(may_be),
        Item::Conditional(conditional) => conditional.branches.iter().any(|(_, items)| may_include_makefile(items)),
        _ => false,
    })
}
