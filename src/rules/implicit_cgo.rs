//! Asks: which program's linkage hangs on what it imports, while the image could run only a static one?

use super::linked::{self, Shipped};
use crate::finding::Finding;
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::go::{CgoState, LinkKind};
use crate::model::tri::Tri;
use crate::model::value::Value;

pub fn check(model: &Model) -> Vec<Finding> {
    linked::findings(model, finding)
}

fn finding(build: &Build, shipped: &Shipped) -> Option<Finding> {
    if shipped.hangs_on_machine() {
        return on_a_machine(build, shipped);
    }
    let run = shipped.run?;
    let chosen = run.setting("CGO_ENABLED").is_some_and(|s| s.value != Value::Unset);
    let (LinkKind::Unknown, CgoState::On(cgo), false) = (shipped.output.linkage.kind, &run.facts.cgo, chosen) else {
        return None;
    };
    // What is not known may ask for a static program.
    if run.words.iter().any(|word| matches!(word.value, Value::Unknown(_))) {
        return None;
    }
    // Whoever asks for a static program by tags or linker flags has thought of it.
    let tags = run.facts.flag("tags").map(|flag| flag.value.to_string()).unwrap_or_default();
    if tags.contains("netgo") || run.facts.extldflags_static.is_yes() || run.facts.linkmode_external.is_yes() {
        return None;
    }
    let toolchain = &build.stages[shipped.built_in?].world.toolchain;
    if shipped.loaders.of(toolchain.libc) != Tri::No {
        return None;
    }
    let path = &shipped.path;
    let mut finding =
        Finding::new(shipped.built, format!("whether `{path}` needs a C library hangs on what it imports"))
            .here(format!("cgo is on ({cgo}), and {}", shipped.output.linkage.why))
            .label(build.stages[shipped.stage].from, "this image runs static programs only")
            .help("say it: CGO_ENABLED=0");
    if let Some((applicability, edits)) = shipped.without_cgo(build) {
        finding = finding.fix("build with CGO_ENABLED=0", applicability, edits);
    }
    Some(finding)
}

/// A recipe built it: with glibc where a C compiler is at hand and nothing is cross-compiled, static elsewhere.
fn on_a_machine(build: &Build, shipped: &Shipped) -> Option<Finding> {
    let library = shipped.library()?;
    if shipped.loaders.of(library) != Tri::No {
        return None;
    }
    let (path, stage) = (&shipped.path, &build.stages[shipped.stage]);
    let there = if shipped.loaders.musl.is_yes() { "this image has musl" } else { "no dynamic loader in this image" };
    let mut finding =
        Finding::new(shipped.built, format!("whether `{path}` starts hangs on the machine that builds it"))
            .here(format!("on Linux with gcc it needs glibc: {}", shipped.output.linkage.why))
            .label(shipped.arrived, format!("`exec {path}: no such file or directory` at the start"))
            .label(stage.from, there)
            .help("say it: CGO_ENABLED=0");
    if let Some((applicability, edits)) = shipped.without_cgo(build) {
        finding = finding.fix("build with CGO_ENABLED=0", applicability, edits);
    }
    Some(finding)
}
