//! Knows what is at a path: what was put there, what the base has, and what may have changed it since.
//! Refuses to know who asks.

use super::base::{in_system_dirs, is_for_programs};
use super::links::BUSYBOX;
use super::{Base, Content, Context, File, Files, Found, Node, Reach, Slot, Taint, join_checkout};
use crate::model::images::{Family, Image, Libc};
use crate::model::matching;
use crate::model::path::Path;
use crate::model::trace::HopId;
use crate::model::tri::Tri;
use crate::model::value::{Relation, Text, Why};
use std::sync::Arc;

impl Files {
    /// What may have written to a path.
    pub(super) fn taint_over(&self, path: &Path, after: u32) -> Option<&Taint> {
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
    pub(super) fn removed_over(&self, path: &Path, after: u32) -> Option<&Taint> {
        self.taints
            .iter()
            .rev()
            .filter(|t| t.at > after)
            .find(|t| matches!(&t.reach, Reach::Removed(pattern) if may_match(pattern, path)))
    }

    /// Whether something directly in a directory may have been removed by a pattern.
    pub(super) fn removes_below(&self, dir: &Path) -> bool {
        self.taints.iter().any(|t| match &t.reach {
            Reach::Removed(pattern) => {
                may_match(pattern, dir) || pattern.is_below(dir) != Relation::Different || pattern.parent() == *dir
            }
            _ => false,
        })
    }

    /// What may have happened to something since it was put there.
    pub(super) fn doubt_over(&self, slot: &Slot) -> Option<&Taint> {
        self.taint_over(&slot.path, slot.at).or_else(|| self.removed_over(&slot.path, slot.at))
    }

    /// What is at a path, links followed.
    pub fn find(&self, path: &Path, context: &dyn Context) -> Found {
        let found = self.find_as_spelled(path, context);
        let from_elsewhere = matches!(found, Found::Dir | Found::Exists | Found::File { doubt: None, .. });
        if from_elsewhere {
            let real = self.canonical(path);
            if let Some(removed) = self.removed_over(&real, 0)
                && !self.slots.iter().any(|s| s.path == real)
            {
                return Found::Unknown(removed.why.clone());
            }
        }
        if matches!(found, Found::Missing)
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
        let Some(path) = self.resolve_links(path) else {
            return Found::Unknown(Why::new("too many symbolic links"));
        };
        let replaced = |s: &Slot| s.path.as_literal() == Some(BUSYBOX) && matches!(s.node, Node::File(_));
        let path = if self.is_applet(&path) && self.slots.iter().any(replaced) { Path::new(BUSYBOX) } else { path };
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
                Node::Dir(_) => return Found::Dir,
                Node::Maybe(why) => return Found::Unknown(why.clone()),
                Node::Link { .. } => return Found::Unknown(Why::new("a symbolic link that leads nowhere we know")),
                Node::Gone | Node::Tree(_) | Node::Image { .. } => {}
            }
        }
        let gone_at = self
            .slots
            .iter()
            .filter(|s| matches!(s.node, Node::Gone) && (s.path == path || path.is_below(&s.path) == Relation::Equal))
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
        if self.slots.iter().any(|s| {
            s.at > gone_at.unwrap_or(0) && !matches!(s.node, Node::Gone) && s.path.is_below(&path) == Relation::Equal
        }) || self.slots.iter().any(|s| s.path == path && s.node.is_layer())
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
            found @ Found::Unknown(_) if self.only_base_may_have(path, &found) => Tri::No,
            Found::Unknown(_) if is_for_programs(path) || self.lies_in_nothing(path, context) => Tri::No,
            Found::Unknown(_) if path.name().is_none_or(|name| is_dir_name(&name)) => Tri::Unknown,
            Found::Unknown(_) if self.base != Base::Machine => {
                // The same holds in a copy of the checkout, where the checkout has none either.
                let mut answers = self.dirs_of_trees(path, context).peekable();
                if answers.peek().is_none() || answers.any(|dir| dir) { Tri::Unknown } else { Tri::No }
            }
            _ => Tri::No,
        }
    }

    /// Whether all that makes a path unknown is an image of the project's own, and the one below it has no such path.
    fn only_base_may_have(&self, path: &Path, found: &Found) -> bool {
        let lacks = |image: &Image| path.as_literal().is_some_and(|path| image.base_lacks(path));
        matches!(&self.base, Base::Image(image) if lacks(image)) && self.find_in_base(path) == *found
    }

    /// Whether the directory in front of a path's first variable certainly is not there.
    fn lies_in_nothing(&self, path: &Path, context: &dyn Context) -> bool {
        let directory = path.text().literal_prefix().rsplit_once('/').map_or("", |(directory, _)| directory);
        let variable = path.as_literal().is_none();
        variable && !directory.is_empty() && self.find(&Path::new(directory), context) == Found::Missing
    }

    /// For each copy of the checkout above a path, whether it may have a directory there. Of a path with variables the part in front of
    /// the first one has to be missing.
    fn dirs_of_trees(&self, path: &Path, context: &dyn Context) -> impl Iterator<Item = bool> {
        let path = self.canonical(path);
        self.slots.iter().rev().filter_map(move |slot| {
            let (Node::Tree(tree), Some(rest)) = (&slot.node, path.relative_to(&slot.path)) else { return None };
            tree.context.as_ref()?;
            let known = match rest.as_literal() {
                Some(rest) => rest,
                None => rest.literal_prefix().rsplit_once('/').map_or("", |(directory, _)| directory),
            };
            Some(context.find(tree, &join_checkout(&tree.directory, known)) == Found::Dir)
        })
    }

    /// Whether a directory holds nothing but what [`Files::below`] lists: the base has nothing there, and nothing that we
    /// cannot look into wrote there.
    pub fn is_closed(&self, dir: &Path) -> bool {
        let dir = self.resolve_links(dir).unwrap_or_else(|| dir.clone());
        let other = dir.child(&Text::symbol("any other name"));
        let named = dir.child(&"any-other-name".into());
        self.trees_at(&dir).is_empty()
            && self.taint_over(&other, 0).is_none()
            && matches!(self.find_in_base(&named), Found::Missing)
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
}

/// Whether a shell pattern matches a path or a directory above it, or may.
pub(super) fn may_match(pattern: &Path, path: &Path) -> bool {
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
