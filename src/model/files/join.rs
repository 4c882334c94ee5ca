//! Knows what two branches that lead to the same step agree on.
//! Refuses to know what made them differ.

use super::{Files, Node};
use crate::model::path::Path;
use crate::model::value::Why;
use std::sync::Arc;

impl Files {
    /// What two branches agree on.
    pub fn join(&self, other: &Files) -> Files {
        if self == other {
            return self.clone();
        }
        let mut out = self.clone();
        out.clock = self.clock.max(other.clock);
        out.unknown_directories |= other.unknown_directories;
        let more = other.changed.iter().filter(|change| !self.changed.contains(change));
        out.changed.extend(more.cloned());
        for slot in other.slots.iter() {
            match out.slots.iter().find(|s| s.path == slot.path && same_kind(&s.node, &slot.node)) {
                Some(same) if same.node == slot.node => {}
                Some(_) if slot.node.is_layer() => Arc::make_mut(&mut out.slots).push(slot.clone()),
                _ => out.doubt_slot(&slot.path),
            }
        }
        for slot in self.slots.iter() {
            if !other.slots.iter().any(|s| s.path == slot.path && same_kind(&s.node, &slot.node)) {
                out.doubt_slot(&slot.path);
            }
        }
        for program in &other.programs {
            if !out.programs.contains(program) {
                out.programs.push(program);
            }
        }
        for taint in other.taints.iter() {
            if !out.taints.contains(taint) {
                Arc::make_mut(&mut out.taints).push(taint.clone());
            }
        }
        out
    }

    fn doubt_slot(&mut self, path: &Path) {
        self.put(path, Node::Maybe(Why::new("only one of the branches that lead here puts it there")));
    }
}

fn same_kind(a: &Node, b: &Node) -> bool {
    a.is_layer() == b.is_layer()
}
