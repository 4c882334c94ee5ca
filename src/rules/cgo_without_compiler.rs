//! Asks: where does go need a C compiler that the image does not have?

use crate::finding::Finding;
use crate::model::Model;
use crate::model::go::{FailureKind, Outcome};
use crate::model::trace::EventKind;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for event in &build.trace.events {
            let (EventKind::Go(run), Some(stage)) = (&event.kind, event.place.stage()) else { continue };
            let Outcome::Fails(failure) = &run.outcome else { continue };
            if failure.kind != FailureKind::CgoWithoutCompiler {
                continue;
            }
            let mut finding = Finding::new(event.span, "cgo is on, but the image has no C compiler")
                .here(failure.text.lines().last().unwrap_or_default().to_string())
                .label(build.stages[stage].from, "no gcc in this image, and nothing installs it")
                .help("install it (`apk add --no-cache gcc musl-dev`), or build with CGO_ENABLED=0");
            if let Some(at) = run.settings.iter().find(|s| s.name == "CGO_ENABLED").and_then(|s| s.span) {
                finding = finding.label(at, "cgo is turned on here");
            }
            out.push(finding);
        }
    }
    out
}
