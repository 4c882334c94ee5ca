//! Asks: where does go need a C compiler that the image does not have?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::{Build, Stage, StageBase};
use crate::model::go::{FailureKind, Outcome};
use crate::model::images::PackageManager;
use crate::model::trace::{Event, EventKind, GoRun};
use crate::model::tri::Tri;
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    let of_stage = |(build, event): (&Build, &Event)| {
        let (EventKind::Go(run), Some(stage)) = (&event.kind, event.place.stage()) else { return None };
        finding(build, &build.stages[stage], run, event.span)
    };
    model.build_events().filter_map(of_stage).collect()
}

fn finding(build: &Build, stage: &Stage, run: &GoRun, command: Span) -> Option<Finding> {
    let Outcome::Fails(failure) = &run.outcome else { return None };
    let setting = run.setting("CGO_ENABLED");
    let off = setting.as_ref().is_some_and(|s| s.value.as_literal() == Some("0"));
    let needs_compiler = match failure.kind {
        FailureKind::CgoWithoutCompiler => true,
        // Since Go 1.20 cgo is off where there is no compiler, and then -race is refused.
        FailureKind::RaceWithoutCgo => !off && run.facts.cross != Tri::Yes && run.c_compiler == Tri::No,
        _ => false,
    };
    if !needs_compiler {
        return None;
    }
    let mut finding = Finding::new(command, "go needs a C compiler, and the image has none")
        .here(failure.text.lines().last().unwrap_or_default().to_string())
        .label(stage.from, "no gcc in this image, and nothing installs it");
    if let Some(at) = setting.and_then(|s| s.span) {
        finding = finding.label(at, "cgo is turned on here");
    }
    let apk = matches!(&stage.base, StageBase::Image(image) if image.package_manager == PackageManager::Apk);
    if !apk {
        return Some(finding.help("install gcc and the C library's headers, or build with CGO_ENABLED=0"));
    }
    let from = build.document.instructions.get(stage.instructions.start)?;
    Some(finding.help("install it: `RUN apk add --no-cache gcc musl-dev`, or build with CGO_ENABLED=0").fix(
        "install gcc and musl-dev",
        Applicability::Unsafe,
        vec![edit::after(from.span, "\nRUN apk add --no-cache gcc musl-dev")],
    ))
}
