//! Asks: which program is linked against another C library than the image has?

use super::linked::{self, Shipped};
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::images::Libc;
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    linked::findings(model, finding)
}

fn finding(build: &Build, shipped: &Shipped) -> Option<Finding> {
    let library = shipped.library().filter(|_| !shipped.hangs_on_machine())?;
    let (own, other, name, there) = match library {
        Libc::Glibc => (shipped.loaders.glibc, shipped.loaders.musl, "glibc", "musl"),
        _ => (shipped.loaders.musl, shipped.loaders.glibc, "musl", "glibc"),
    };
    if let (Libc::Glibc, Tri::Yes) = (library, own) {
        return too_old(build, shipped);
    }
    if own != Tri::No || other != Tri::Yes {
        return None;
    }
    let path = &shipped.path;
    let mut finding =
        Finding::new(shipped.arrived, format!("`{path}` is linked against {name}, but the image has {there}"))
            .here(format!("`exec {path}: no such file or directory` at the start"))
            .label(shipped.built, shipped.output.linkage.why.clone())
            .label(build.stages[shipped.stage].from, format!("this image has {there}"))
            .help(if shipped.output.needs_cgo.is_yes() {
                format!("the program needs cgo: let both stages have the same C library ({name} or {there})")
            } else {
                format!("build it with CGO_ENABLED=0, or let both stages have the same C library ({name} or {there})")
            });
    // On Alpine somebody installed the compiler, and so wants cgo.
    if let (Libc::Glibc, Some((_, edits))) = (library, shipped.without_cgo(build)) {
        finding = finding.fix("build with CGO_ENABLED=0", Applicability::Unsafe, edits);
    }
    Some(finding)
}

/// glibc is there, and not the one that the program was linked against.
fn too_old(build: &Build, shipped: &Shipped) -> Option<Finding> {
    let asked = shipped.loaders.too_old_for(&shipped.output.linkage)?;
    let there = shipped.loaders.release?;
    let path = &shipped.path;
    let finding =
        Finding::new(shipped.arrived, format!("`{path}` asks for glibc 2.{asked}, but the image has 2.{there}"))
            .here(format!("``version `GLIBC_2.{asked}' not found`` at the start"))
            .label(shipped.built, shipped.output.linkage.why.clone())
            .label(build.stages[shipped.stage].from, format!("this image has glibc 2.{there}"));
    if shipped.output.needs_cgo.is_yes() {
        return Some(finding.help("build it in an image of the same release, or start it in a newer one"));
    }
    let finding =
        finding.help("build it with CGO_ENABLED=0 or in an image of the same release, or start it in a newer one");
    Some(match shipped.without_cgo(build) {
        Some((_, edits)) => finding.fix("build with CGO_ENABLED=0", Applicability::Unsafe, edits),
        None => finding,
    })
}
