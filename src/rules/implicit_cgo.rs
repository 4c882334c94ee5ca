//! Asks: which program's linkage hangs on what it imports, while the image could run only a static one?

use super::linked::{self, Shipped};
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::go::{CgoState, LinkKind};
use crate::model::tri::Tri;
use crate::model::value::Value;

pub fn check(model: &Model) -> Vec<Finding> {
    linked::findings(model, finding)
}

fn finding(build: &Build, shipped: &Shipped) -> Option<Finding> {
    let run = shipped.run?;
    let chosen = run.settings.iter().any(|s| s.name == "CGO_ENABLED" && s.value != Value::Unset);
    let (LinkKind::Unknown, CgoState::On(cgo), false) = (shipped.output.linkage.kind, &run.facts.cgo, chosen) else {
        return None;
    };
    // Whoever asks for a static program by tags or linker flags has thought of it.
    let tags = run.facts.flag("tags").map(|flag| flag.value.to_string()).unwrap_or_default();
    if tags.contains("netgo") || run.facts.extldflags_static.is_yes() || run.facts.linkmode_external.is_yes() {
        return None;
    }
    let toolchain = &build.stages[run_stage(build, shipped)?].world.toolchain;
    if shipped.loaders.of(toolchain.libc) != Tri::No {
        return None;
    }
    let path = &shipped.path;
    let mut finding =
        Finding::new(shipped.built, format!("whether `{path}` needs a C library hangs on what it imports"))
            .here(format!("cgo is on ({cgo}), and {}", shipped.output.linkage.why))
            .label(build.stages[shipped.stage].from, "this image runs static programs only")
            .help("say it: CGO_ENABLED=0");
    if let Some(edits) = shipped.without_cgo() {
        finding = finding.fix("build with CGO_ENABLED=0", Applicability::Safe, edits);
    }
    Some(finding)
}

/// The stage that built it.
fn run_stage(build: &Build, shipped: &Shipped) -> Option<usize> {
    build.trace.hops.iter().find(|hop| hop.span == shipped.built).and_then(|hop| hop.place.stage())
}
