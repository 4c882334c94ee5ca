//! Knows directories: which are there, which certainly are not, and who may enter those that COPY made on its way.
//! Refuses to know what lies in them.

use super::{Context, Files, Found, Node, Reach, Slot};
use crate::model::path::Path;
use crate::model::value::{Relation, Text, Why};
use crate::source::Span;
use std::sync::Arc;

/// What COPY makes a directory that is not there with: 0755, and since BuildKit 0.21 (Docker 28.1) the mode of a numeric `--chmod`.
///
/// Source: fsutil's Copy, which gives the mode to MkdirAll.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directory {
    pub mode: u32,
    /// As a [`super::File`] has it.
    pub owner: Option<Text>,
    /// The flag's value.
    pub chmod: Span,
}

impl Files {
    /// `mkdir -p`: what is there stays.
    pub fn make_dir(&mut self, path: &Path) {
        let path = self.canonical(path);
        if !self.slots.iter().any(|s| s.path == path && (s.node.is_dir() || s.node.is_layer())) {
            self.put(&path, Node::Dir(None));
        }
    }

    /// Whether a directory was made here and certainly holds nothing but directories.
    pub fn is_bare(&self, dir: &Path) -> bool {
        let dir = self.canonical(dir);
        let within = |slot: &&Slot| slot.path == dir || slot.path.is_below(&dir) != Relation::Different;
        let Some(made) = self.slots.iter().filter(within).map(|slot| slot.at).min() else { return false };
        self.slots.iter().filter(within).all(|slot| slot.node.is_dir())
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

    /// A directory may have another mode or owner than it was made with.
    pub fn change_directory(&mut self, path: &Path) {
        let path = self.canonical(path);
        if !self.changed_directories.contains(&path) {
            self.changed_directories.push(path);
        }
    }

    /// Whether a directory of the base image certainly has the mode that it came with.
    pub fn has_own_mode(&self, path: &Path) -> bool {
        let path = self.canonical(path);
        let reaches = |below: &Path| path == *below || path.is_below(below) != Relation::Different;
        self.changed.iter().all(|(below, _)| !reaches(below))
            && self
                .changed_directories
                .iter()
                .all(|changed| changed.compare(&path) == Relation::Different && !changed.is_root())
            && self.taints.iter().all(|taint| taint.reach != Reach::Anything || !reaches(&taint.below))
            && self.slots.iter().all(|slot| slot.path != path || slot.node.is_layer() || slot.node.is_dir())
    }

    /// COPY made a directory that was not there.
    pub fn made_by_copy(&mut self, path: &Path, directory: Directory) {
        let path = self.canonical(path);
        let node = Node::Dir(Some(Arc::new(directory)));
        match Arc::make_mut(&mut self.slots).iter_mut().find(|slot| slot.path == path && slot.node.is_dir()) {
            Some(slot) => slot.node = node,
            None => self.put(&path, node),
        }
    }

    /// The directories above a path that COPY made, outermost first, where nothing may have changed their modes since.
    pub fn made_above(&self, path: &Path) -> Vec<(Path, &Directory)> {
        let path = self.canonical(path);
        let made =
            |slot: &Slot| matches!(&slot.node, Node::Dir(Some(_))) && path.is_below(&slot.path) == Relation::Equal;
        let mut out: Vec<(Path, &Directory)> = Vec::new();
        for slot in self.slots.iter().filter(|slot| made(slot) && self.has_own_mode(&slot.path)) {
            if let Node::Dir(Some(directory)) = &slot.node {
                out.push((slot.path.clone(), directory));
            }
        }
        out.sort_by_key(|(path, _)| path.text().split('/').len());
        out
    }

    /// What is laid over a directory brings its own directories' modes.
    pub(super) fn forget_modes_below(&mut self, dir: &Path) {
        for slot in Arc::make_mut(&mut self.slots) {
            if slot.node.is_dir() && slot.path.is_below(dir) != Relation::Different {
                slot.node = Node::Dir(None);
            }
        }
    }
}
