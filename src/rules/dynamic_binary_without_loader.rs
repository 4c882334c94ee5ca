//! Asks: which dynamic program lies in an image that has no loader at all for it?

use super::linked::{self, Shipped};
use crate::finding::Finding;
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::images::Libc;
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    linked::findings(model, finding)
}

fn finding(build: &Build, shipped: &Shipped) -> Option<Finding> {
    let library = shipped.library().filter(|_| !shipped.hangs_on_machine())?;
    let other = if library == Libc::Glibc { Libc::Musl } else { Libc::Glibc };
    if shipped.loaders.of(library) != Tri::No || shipped.loaders.of(other) != Tri::No {
        return None;
    }
    let path = &shipped.path;
    let mut finding = Finding::new(shipped.arrived, format!("`{path}` is dynamic, and the image has no loader for it"))
        .here(format!("`exec {path}: no such file or directory` at the start"))
        .label(shipped.built, shipped.output.linkage.why.clone())
        .label(build.stages[shipped.stage].from, "no dynamic loader in this image")
        .help(if shipped.output.needs_cgo.is_yes() {
            "the program needs cgo: start from an image with the C library it is linked against"
        } else {
            "build it with CGO_ENABLED=0, or start from an image with the C library it is linked against"
        });
    if let Some((applicability, edits)) = shipped.without_cgo(build) {
        finding = finding.fix("build with CGO_ENABLED=0", applicability, edits);
    }
    Some(finding)
}
