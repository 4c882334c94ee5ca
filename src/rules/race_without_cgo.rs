//! Asks: where does go refuse -race because cgo is off?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::go::{CgoState, FailureKind};
use crate::model::trace::GoRun;
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for (event, run) in model.go_runs() {
        let argument = run.facts.flag("race").and_then(|flag| flag.argument);
        let (text, argument) = match run.outcome.fails_by(FailureKind::RaceWithoutCgo) {
            Some(failure) => (failure.text.clone(), failure.argument),
            // A recipe runs wherever somebody types it, and only macOS lets it pass.
            _ if event.place.stage().is_none() && refused_but_on_macos(run) => {
                ("-race requires cgo, but on macOS".to_string(), argument)
            }
            _ => continue,
        };
        // Where nobody turned cgo off, what is missing is the compiler.
        let setting = run.setting("CGO_ENABLED");
        let off = setting.as_ref().is_some_and(|s| s.value.as_literal() == Some("0"));
        if !off && run.facts.cross != Tri::Yes {
            continue;
        }
        let span = argument.and_then(|at| run.argument(at)).map_or(event.span, |word| word.span);
        let mut finding = Finding::new(span, "go refuses `-race` while cgo is off")
            .here(text)
            .help("the race detector is written in C: build with CGO_ENABLED=1, or without -race");
        if let Some(at) = setting.filter(|_| off).and_then(|setting| setting.span) {
            finding = finding.label(at, "cgo is turned off here");
            // Only an assignment in front of this very command: elsewhere other commands count on it.
            if event.span.contains(at) && model.text(at) == "CGO_ENABLED=0" {
                finding = finding.fix(
                    "turn cgo on for this command",
                    Applicability::Safe,
                    vec![edit::replace(at, "CGO_ENABLED=1")],
                );
            } else if let Some(go) = run.words.first().filter(|word| word.exact && word.span.start == event.span.start)
            {
                let edit = edit::before(go.span, "CGO_ENABLED=1 ");
                finding = finding.fix("turn cgo on for this command", Applicability::Safe, vec![edit]);
            }
        }
        out.push(finding);
    }
    out
}

fn refused_but_on_macos(run: &GoRun) -> bool {
    let platform_is_open = run.facts.target.os.as_literal().is_none();
    platform_is_open && run.facts.race == Tri::Yes && matches!(run.facts.cgo, CgoState::Off(_))
}
