//! Asks: which program is built with cgo off although a package that it imports cannot do without?

use crate::finding::{Finding, Severity};
use crate::model::Model;
use crate::model::go::{CgoState, FailureKind, Outcome};
use crate::model::modules::cgo_module;
use crate::model::trace::{Event, GoRun};

pub fn check(model: &Model) -> Vec<Finding> {
    model.go_runs().filter_map(|(event, run)| finding(event, run)).collect()
}

fn finding(event: &Event, run: &GoRun) -> Option<Finding> {
    let CgoState::Off(why) = &run.facts.cgo else { return None };
    match &run.outcome {
        Outcome::Fails(failure) if failure.kind == FailureKind::CgoRequired => {
            let finding =
                Finding::new(event.span, "this cannot be built: a package in it has only cgo files, and cgo is off")
                    .here(failure.text.clone());
            Some(explained(finding, event, run, why))
        }
        Outcome::Writes(outputs) => {
            let output = outputs.iter().find(|output| output.cgo_import.is_some())?;
            let import = output.cgo_import.as_ref()?;
            let known = cgo_module(import)?;
            let finding = match known.stub {
                true => Finding::new(event.span, format!("`{import}` is a stub in this program: cgo is off"))
                    .here("it builds, and fails when the package is used"),
                false => Finding::new(event.span, format!("`{import}` cannot be built: cgo is off"))
                    .here("it binds a C library"),
            };
            let finding = explained(finding, event, run, why);
            // Who turns cgo off by hand may know that the driver is left out.
            let chosen = run.setting("CGO_ENABLED").is_some_and(|s| s.value.as_literal() == Some("0"));
            Some(if known.stub && chosen { finding.severity(Severity::Warning) } else { finding })
        }
        _ => None,
    }
}

fn explained(finding: Finding, event: &Event, run: &GoRun, why: &str) -> Finding {
    let setting = run.setting("CGO_ENABLED").and_then(|s| s.span);
    let finding = match setting {
        Some(at) if !event.span.contains(at) => finding.label(at, "cgo is turned off here"),
        Some(_) => finding,
        None => finding.label(event.span, format!("cgo is off: {why}")),
    };
    finding.help("build with CGO_ENABLED=1 and a C compiler, or take a package in pure Go")
}
