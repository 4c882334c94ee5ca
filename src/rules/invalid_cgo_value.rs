//! Asks: which go command sees a CGO_ENABLED that is neither 0 nor 1, and so does not count?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::go::{CgoState, Outcome};
use crate::model::trace::{Event, GoRun};
use crate::source::Span;
use std::collections::BTreeSet;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (event, run) in model.go_runs() {
        if let Some((at, finding)) = finding(model, event, run)
            && seen.insert(at)
        {
            out.push(finding);
        }
    }
    out
}

fn finding(model: &Model, event: &Event, run: &GoRun) -> Option<(Span, Finding)> {
    if !matches!(run.subcommand.as_str(), "build" | "install" | "run" | "test") {
        return None;
    }
    let setting = run.setting("CGO_ENABLED")?;
    let (value, at) = (setting.value.as_literal()?, setting.span?);
    if matches!(value, "" | "0" | "1") {
        return None;
    }
    let meant = meant(value);
    // What was asked for is what happens all the same, by luck.
    let lucky = matches!(
        (&run.facts.cgo, meant),
        (CgoState::Off(_), Some("0")) | (CgoState::On(_) | CgoState::Unknown(_), Some("1")) | (_, None)
    );
    let now = match &run.facts.cgo {
        CgoState::On(why) => format!("cgo is on: {why}"),
        CgoState::Off(why) => format!("cgo is off: {why}"),
        CgoState::Unknown(_) => "cgo is on wherever there is a C compiler".to_string(),
    };
    let mut finding = Finding::new(at, format!("go does not know CGO_ENABLED=`{value}`: only 0 and 1 count")).here(now);
    if !event.span.contains(at) {
        finding = finding.label(event.span, format!("go {} runs as if it were not set", run.subcommand));
    }
    if lucky {
        finding = finding.severity(Severity::Warning);
    }
    let Some(meant) = meant else { return Some((at, finding.help("write 0 or 1"))) };
    finding = finding.help(format!("write CGO_ENABLED={meant}"));
    if let Some(place) = edit::only_place(model, at, value) {
        let applicability = match needs_cgo(run) && meant == "0" {
            true => Applicability::Unsafe,
            false => Applicability::Safe,
        };
        finding = finding.fix(format!("write CGO_ENABLED={meant}"), applicability, vec![edit::replace(place, meant)]);
    }
    Some((at, finding))
}

/// What its author had in mind.
fn meant(value: &str) -> Option<&'static str> {
    match value.trim().to_ascii_lowercase().as_str() {
        "0" | "00" | "false" | "off" | "no" | "n" | "f" | "disabled" | "disable" => Some("0"),
        "1" | "01" | "true" | "on" | "yes" | "y" | "t" | "enabled" | "enable" => Some("1"),
        _ => None,
    }
}

/// A program that does not build, or not as it should, once cgo is really off.
fn needs_cgo(run: &GoRun) -> bool {
    matches!(&run.outcome, Outcome::Writes(outputs) if outputs.iter().any(|output| output.needs_cgo.is_yes()))
}
