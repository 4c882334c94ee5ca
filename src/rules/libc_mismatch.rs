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
