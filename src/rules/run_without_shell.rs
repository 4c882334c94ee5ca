//! Asks: which RUN needs a shell, or a program, that its stage does not have?

use crate::finding::Finding;
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::trace::{Cause, Event, EventKind};

pub fn check(model: &Model) -> Vec<Finding> {
    model.build_events().filter_map(|(build, event)| finding(build, event)).collect()
}

fn finding(build: &Build, event: &Event) -> Option<Finding> {
    let EventKind::Break(stop) = &event.kind else { return None };
    if stop.cause != Cause::NoProgram {
        return None;
    }
    let index = event.place.stage()?;
    let stage = &build.stages[index];
    Some(
        Finding::new(event.span, format!("RUN cannot run in {}: {}", stage.title(index), stop.reason))
            .here("the build stops here")
            .label(stage.from, "this image has no such program")
            .help("do it in the stage that builds, and copy the result; COPY sets modes and owners with --chmod and --chown"),
    )
}
