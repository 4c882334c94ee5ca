//! Asks: where does go refuse -race because cgo is off?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::go::{FailureKind, Outcome};
use crate::model::trace::EventKind;
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for (_, event) in model.events() {
        let EventKind::Go(run) = &event.kind else { continue };
        let Outcome::Fails(failure) = &run.outcome else { continue };
        if failure.kind != FailureKind::RaceWithoutCgo {
            continue;
        }
        // Where nobody turned cgo off, what is missing is the compiler.
        let off = run.settings.iter().any(|s| s.name == "CGO_ENABLED" && s.value.as_literal() == Some("0"));
        if !off && run.facts.cross != Tri::Yes {
            continue;
        }
        let span = failure.argument.and_then(|i| run.words.get(i + 1)).map_or(event.span, |word| word.span);
        let mut finding = Finding::new(span, "go refuses `-race` while cgo is off")
            .here(failure.text.clone())
            .help("the race detector is written in C: build with CGO_ENABLED=1, or without -race");
        if let Some(setting) = run.settings.iter().find(|s| s.name == "CGO_ENABLED")
            && let (Some(at), Some("0")) = (setting.span, setting.value.as_literal())
        {
            finding = finding.label(at, "cgo is turned off here");
            // Only an assignment in front of this very command: elsewhere other commands count on it.
            if event.span.contains(at) && model.text(at) == "CGO_ENABLED=0" {
                finding = finding.fix(
                    "turn cgo on for this command",
                    Applicability::Safe,
                    vec![edit::replace(at, "CGO_ENABLED=1")],
                );
            }
        }
        out.push(finding);
    }
    out
}
