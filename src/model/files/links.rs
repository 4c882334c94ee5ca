//! Knows links: those that were made, those of a usr-merged base, and busybox' commands.
//! Refuses to know what lies where they lead.

use super::{Base, Files, Node};
use crate::model::images::Family;
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::Relation;

const LINKS: usize = 8;

/// What a usr-merged base has in `/usr`, and as links at its root.
const MERGED: &[&str] = &["bin", "sbin", "lib", "lib64"];

/// Some of busybox' applets, where Alpine up to 3.22 has them.
const APPLETS: &[&str] = &[
    "/bin/ash",
    "/bin/cat",
    "/bin/chgrp",
    "/bin/chmod",
    "/bin/chown",
    "/bin/cp",
    "/bin/date",
    "/bin/echo",
    "/bin/grep",
    "/bin/hostname",
    "/bin/kill",
    "/bin/ln",
    "/bin/login",
    "/bin/ls",
    "/bin/mkdir",
    "/bin/mv",
    "/bin/ping",
    "/bin/ps",
    "/bin/pwd",
    "/bin/rm",
    "/bin/sed",
    "/bin/sh",
    "/bin/sleep",
    "/bin/stat",
    "/bin/su",
    "/bin/sync",
    "/bin/tar",
    "/bin/touch",
    "/bin/true",
    "/bin/uname",
    "/bin/watch",
    "/usr/bin/awk",
    "/usr/bin/env",
    "/usr/bin/find",
    "/usr/bin/head",
    "/usr/bin/id",
    "/usr/bin/install",
    "/usr/bin/less",
    "/usr/bin/nc",
    "/usr/bin/sort",
    "/usr/bin/tail",
    "/usr/bin/test",
    "/usr/bin/time",
    "/usr/bin/top",
    "/usr/bin/traceroute",
    "/usr/bin/tr",
    "/usr/bin/unzip",
    "/usr/bin/vi",
    "/usr/bin/wc",
    "/usr/bin/wget",
    "/usr/bin/which",
    "/usr/bin/xargs",
];
pub(super) const BUSYBOX: &str = "/bin/busybox";

/// `/bin/sh` for `/usr/bin/sh`: what a usr-merged base has under both names. `/usr/share` has one.
pub(super) fn outside_usr(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/usr")?;
    let first = rest.strip_prefix('/')?.split('/').next()?;
    MERGED.contains(&first).then_some(rest)
}

impl Files {
    /// Where a path really lies: on a usr-merged base `/bin`, `/sbin` and `/lib` are links into `/usr`.
    pub(super) fn canonical(&self, path: &Path) -> Path {
        let Base::Image(image) = &self.base else { return path.clone() };
        let prefix = path.text().literal_prefix();
        let merged = |dir: &&str| match prefix[1..].strip_prefix(*dir) {
            Some("") => path.as_literal().is_some(),
            Some(rest) => rest.starts_with('/'),
            None => false,
        };
        if image.usr_merged != Tri::Yes || !MERGED.iter().any(merged) {
            return path.clone();
        }
        path.relative_to(&Path::root()).and_then(|rest| Path::new("/usr").join(&rest)).unwrap_or_else(|| path.clone())
    }

    /// `/bin/ls` and the like on Alpine, which are links to `/bin/busybox` as long as nothing replaced them.
    pub(super) fn is_applet(&self, path: &Path) -> bool {
        let Base::Image(image) = &self.base else { return false };
        image.family == Family::Alpine
            && image.usr_merged == Tri::No
            && path.as_literal().is_some_and(|path| APPLETS.contains(&path))
            && self.programs.is_empty()
            && self.taint_over(path, 0).is_none()
            && !self.slots.iter().any(|s| {
                s.path == *path
                    || (s.node.is_layer() || matches!(s.node, Node::Gone)) && path.is_below(&s.path) == Relation::Equal
            })
    }

    /// Where a path leads, all links on the way followed. `None` where they never end.
    pub(super) fn resolve_links(&self, path: &Path) -> Option<Path> {
        let mut at = self.canonical(path);
        for _ in 0..LINKS {
            let step = self.slots.iter().rev().find_map(|s| match &s.node {
                Node::Link { target, .. } => {
                    let rest = at.relative_to(&s.path)?;
                    target.join(&rest)
                }
                _ => None,
            });
            match step {
                Some(next) if next != at => at = self.canonical(&next),
                _ => return Some(at),
            }
        }
        None
    }

    /// `/usr/bin/x` for `/bin/x` and the reverse, on a base that may or may not be usr-merged.
    pub(super) fn possible_twin(&self, path: &Path) -> Option<Path> {
        let Base::Image(image) = &self.base else { return None };
        if image.usr_merged != Tri::Unknown {
            return None;
        }
        let usr = Path::new("/usr");
        let inner = path
            .relative_to(&usr)
            .map(|rest| Path::root().join(&rest))
            .unwrap_or_else(|| usr.join(&path.relative_to(&Path::root())?));
        let inner = inner?;
        let merged = |p: &Path| MERGED.iter().any(|dir| p.is_below(&Path::new(dir)) == Relation::Equal);
        let short = if path.is_below(&usr) == Relation::Equal { &inner } else { path };
        merged(short).then_some(inner)
    }
}
