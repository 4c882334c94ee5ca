//! Knows how a directory of one realm is laid over a directory of another, and what a pattern takes along.
//! Refuses to know which instruction or command asks for it.

use super::base::in_system_dirs;
use super::find::may_match;
use super::{Base, File, Files, Found, Node, Reach, Slot, Taint, Tree, join_checkout};
use crate::model::path::Path;
use crate::model::trace::HopId;
use crate::model::tri::Tri;
use crate::model::value::{Relation, Text, Why};

/// Something that happened to a realm, in order.
enum Write<'a> {
    Slot(&'a Slot),
    Changed(&'a Path),
    Taint(&'a Taint),
}

impl Files {
    /// Everything at or below `from` in another realm, laid at `to` here: COPY of a directory.
    pub fn graft(
        &mut self,
        other: &Files,
        from: &Path,
        to: &Path,
        base_hop: HopId,
        hop_of: &mut dyn FnMut(&Path, &File) -> File,
    ) {
        let from = other.resolve_links(from).unwrap_or_else(|| from.clone());
        // What the base has lies below everything that was written since.
        match (other.find_in_base(&from), &other.base) {
            (Found::Missing, _) => {}
            (Found::Unknown(why), _) => self.taint(to, why),
            (_, Base::Image(image)) => {
                self.put_image(to, image.clone(), from.clone(), base_hop);
                if !other.programs.is_empty() && in_system_dirs(&from) {
                    self.taint(to, Why::new("installed packages may have brought more"));
                }
            }
            _ => self.taint(to, Why::new("copied from a base image whose files are not all known")),
        }
        self.forget_modes_below(&self.canonical(to));
        let mut writes: Vec<(u32, Write)> = Vec::new();
        writes.extend(other.slots.iter().map(|slot| (slot.at, Write::Slot(slot))));
        writes.extend(other.changed.iter().map(|(below, at)| (*at, Write::Changed(below))));
        writes.extend(other.taints.iter().map(|taint| (taint.at, Write::Taint(taint))));
        writes.sort_by_key(|(at, _)| *at);
        for (_, write) in writes {
            match write {
                Write::Slot(slot) => self.graft_slot(other, slot, &from, to, hop_of),
                Write::Changed(below) => match below.relative_to(&from).and_then(|rest| to.join(&rest)) {
                    Some(path) => self.change_below(&path),
                    None if from.is_below(below) != Relation::Different => self.change_below(to),
                    None => {}
                },
                Write::Taint(taint) => self.graft_taint(taint, &from, to),
            }
        }
        self.make_dir(to);
    }

    fn graft_slot(
        &mut self,
        other: &Files,
        slot: &Slot,
        from: &Path,
        to: &Path,
        hop_of: &mut dyn FnMut(&Path, &File) -> File,
    ) {
        let Some(rest) = slot.path.relative_to(from) else {
            let Some(inner) = from.relative_to(&slot.path) else { return };
            let Some(inner) = inner.as_literal() else { return };
            match &slot.node {
                Node::Tree(tree) => {
                    let directory = join_checkout(&tree.directory, inner);
                    self.put_tree(to, Tree { directory, ..tree.clone() });
                }
                Node::Image { image, from, hop } => {
                    if let Some(from) = from.join(&Text::literal(inner)) {
                        self.put_image(to, image.clone(), from, *hop);
                    }
                }
                _ => {}
            }
            return;
        };
        let Some(path) = to.join(&rest) else { return };
        match &slot.node {
            Node::File(file) => {
                let file = hop_of(&path, file);
                self.put(&path, Node::File(file));
            }
            Node::Tree(tree) => self.put_tree(&path, tree.clone()),
            Node::Image { image, from, hop } => self.put_image(&path, image.clone(), from.clone(), *hop),
            Node::Dir(_) => self.make_dir(&path),
            Node::Link { target, hop } => self.put(&path, Node::Link { target: target.clone(), hop: *hop }),
            Node::Maybe(why) => self.put(&path, Node::Maybe(why.clone())),
            // What was removed there does not come along; what is here stays.
            Node::Gone if other.find_in_base(&slot.path) == Found::Missing => {}
            Node::Gone => self.put(&path, Node::Maybe(Why::new("it was removed where this is copied from"))),
        }
    }

    fn graft_taint(&mut self, taint: &Taint, from: &Path, to: &Path) {
        match &taint.reach {
            Reach::Packages if !(in_system_dirs(from) || from.is_root()) => return,
            Reach::Removed(pattern) => {
                match pattern.relative_to(from).and_then(|rest| to.join(&rest)) {
                    Some(pattern) => self.remove_matching(&pattern, taint.why.clone()),
                    None if may_match(pattern, from) => self.remove_matching(to, taint.why.clone()),
                    None => {}
                }
                return;
            }
            Reach::Packages | Reach::Anything | Reach::Names(_) => {}
        }
        let at_or_above =
            taint.below == *from || from.is_below(&taint.below) != Relation::Different || taint.below.is_root();
        if at_or_above {
            self.taint(to, taint.why.clone());
        } else if let Some(rest) = taint.below.relative_to(from)
            && let Some(path) = to.join(&rest)
        {
            self.taint(&path, taint.why.clone());
        }
    }

    /// Every name directly in a directory, where all of them are known.
    pub fn entries(&self, dir: &Path) -> Option<Vec<Path>> {
        let real = self.resolve_links(dir)?;
        let base = match &self.base {
            Base::Empty => Tri::No,
            Base::Unknown(_) | Base::Machine => return None,
            Base::Image(image) => image.has(real.as_literal()?),
        };
        if base != Tri::No || self.taint_over(&real, 0).is_some() || self.removes_below(&real) {
            return None;
        }
        let mut out: Vec<Path> = Vec::new();
        for slot in self.slots.iter() {
            let at_or_above = slot.path == real || real.is_below(&slot.path) != Relation::Different;
            if at_or_above && (slot.node.is_layer() || slot.node == Node::Gone && slot.path != real) {
                return None;
            }
            let Some(rest) = slot.path.relative_to(&real) else {
                if slot.path.is_below(&real) == Relation::Undecided {
                    return None;
                }
                continue;
            };
            let rest = rest.as_literal()?;
            let Some(first) = rest.split('/').next().filter(|first| !first.is_empty()) else { continue };
            let path = dir.child(&Text::literal(first));
            match &slot.node {
                Node::Gone if rest == first => out.retain(|other| *other != path),
                Node::Gone => {}
                Node::Maybe(_) => return None,
                _ if out.contains(&path) => {}
                _ => out.push(path),
            }
        }
        Some(out)
    }

    /// The link of a usr-merged base that a path leads through: `/bin` for `/bin/app`.
    pub fn link_above(&self, path: &Path, directory: bool) -> Option<Path> {
        let Base::Image(image) = &self.base else { return None };
        let links = ["/bin", "/sbin", "/lib", "/lib64"].into_iter().map(Path::new);
        let mut through = links.filter(|link| path.is_below(link) == Relation::Equal || directory && path == link);
        if image.usr_merged == Tri::Yes { through.next() } else { None }
    }

    /// A directory of another realm, with directories in it that here are links to directories: a copy that goes into such a
    /// directory does not follow the link.
    pub fn link_in_the_way(&self, other: &Files, from: &Path, to: &Path) -> Option<Path> {
        let Base::Image(image) = &self.base else { return None };
        if image.usr_merged != Tri::Yes || !to.is_root() {
            return None;
        }
        let from = other.resolve_links(from)?;
        ["bin", "sbin", "lib", "lib64"].into_iter().find_map(|name| {
            let link = Path::root().child(&Text::literal(name));
            let directory = from.child(&Text::literal(name));
            let real = other.canonical(&directory) == directory;
            let own = other.slots.iter().any(|slot| {
                let below = slot.path == directory && (slot.node.is_dir() || slot.node.is_layer())
                    || slot.path.is_below(&directory) == Relation::Equal;
                below && !matches!(slot.node, Node::Gone | Node::Maybe(_))
            });
            let gone = other.slots.iter().any(|slot| slot.node == Node::Gone && slot.path == directory);
            (real && own && !gone && !self.slots.iter().any(|s| s.path == link)).then_some(link)
        })
    }
}
