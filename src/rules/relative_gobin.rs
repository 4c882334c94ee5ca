//! Asks: where does go refuse to install because GOBIN is relative?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::go::FailureKind;
use crate::model::path::Path;
use crate::model::trace::{Event, GoRun};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    model.go_runs().filter_map(|(event, run)| finding(model, event, run)).collect()
}

fn finding(model: &Model, event: &Event, run: &GoRun) -> Option<Finding> {
    let failure = run.outcome.fails_by(FailureKind::RelativeGobin)?;
    let setting = run.setting("GOBIN")?;
    let value = setting.value.to_string();
    // Quotes that make leaves in it are another fault.
    if value.starts_with(['"', '\'']) {
        return None;
    }
    let at = setting.span.unwrap_or(event.span);
    let mut finding =
        Finding::new(at, format!("go refuses to install into the relative GOBIN `{value}`")).here(failure.text.clone());
    if !at.contains(event.span) && !event.span.contains(at) {
        finding = finding.label(event.span, "go install runs here");
    }
    let in_recipe = event.place.stage().is_none();
    finding = finding.help(if in_recipe {
        "make it absolute: `$(abspath …)` or `$(CURDIR)/…`"
    } else {
        "make it absolute"
    });
    if let Some((span, text)) = absolute(model, run, at, &value, in_recipe) {
        finding = finding.fix("make GOBIN absolute", Applicability::Safe, vec![edit::replace(span, text)]);
    }
    Some(finding)
}

/// The value's place in the assignment, and the absolute path that was meant.
fn absolute(model: &Model, run: &GoRun, at: Span, value: &str, in_recipe: bool) -> Option<(Span, String)> {
    let span = edit::only_place(model, at, value)?;
    let relative = value.trim_start_matches("./");
    if relative.starts_with("..") || value.starts_with('~') {
        return None;
    }
    // A recipe or a script that a stage runs may serve others too, and elsewhere.
    if !in_recipe && !model.dockerfiles.iter().any(|build| build.document.file == at.file) {
        return None;
    }
    if in_recipe {
        // Behind a `cd`, make's own directory is another.
        let file = model.sources.get(at.file).path.clone();
        let directory = Path::in_checkout(file.rsplit_once('/').map_or("", |(directory, _)| directory));
        return (run.directory.as_ref() == Ok(&directory)).then(|| (span, format!("$(abspath {value})")));
    }
    let directory = run.directory.as_ref().ok()?.as_literal()?;
    Some((span, format!("{}/{relative}", directory.trim_end_matches('/'))))
}
