//! Asks: where does go refuse to install a program for another platform because GOBIN is set?

use super::{edit, platforms};
use crate::finding::{Applicability, Edit, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::{Bound, Build};
use crate::model::go::{Failure, FailureKind, Outcome};
use crate::model::trace::{Event, EventKind, GoRun};
use crate::model::value::CHECKOUT;
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    let dockerfiles = model.dockerfiles.iter().flat_map(|build| {
        let events = build.trace.events.iter();
        events.filter_map(|event| in_stage(build, event)).collect::<Vec<_>>()
    });
    let recipes = model.makefiles.iter().flat_map(|recipes| recipes.trace.events.iter().filter_map(in_recipe));
    dockerfiles.chain(recipes).collect()
}

fn in_stage(build: &Build, event: &Event) -> Option<Finding> {
    if let Some((run, failure)) = refused_at(event, event.span) {
        return Some(finding(event, run, failure, ""));
    }
    let fails = |bound: &&Bound| bound.build.trace.events.iter().any(|other| refused_at(other, event.span).is_some());
    let bound = build.bound.iter().find(fails)?;
    let (own, failure) = bound.build.trace.events.iter().find_map(|other| refused_at(other, event.span))?;
    let place = format!(", where the image is for linux/{}", bound.machine.target);
    // A platform that is written down works wherever the machine happens to be that one.
    let native = build.bound.iter().filter(fails).any(|bound| bound.machine.is_native());
    let finding = finding(event, own, failure, &place);
    Some(if native { finding.severity(Severity::Warning) } else { finding })
}

fn in_recipe(event: &Event) -> Option<Finding> {
    let EventKind::Go(run) = &event.kind else { return None };
    if let Some(failure) = refused(&run.outcome) {
        return Some(finding(event, run, failure, ""));
    }
    let failing: Vec<_> = run.elsewhere.iter().filter(|other| refused(&other.outcome).is_some()).collect();
    let first = failing.first()?;
    let failure = refused(&first.outcome)?;
    if failing.len() == run.elsewhere.len() {
        return Some(finding(event, run, failure, ""));
    }
    Some(finding(event, run, failure, &format!(", on {}", first.host)).severity(Severity::Warning))
}

fn refused(outcome: &Outcome) -> Option<&Failure> {
    outcome.fails_by(FailureKind::CrossGobin)
}

fn refused_at(event: &Event, span: Span) -> Option<(&GoRun, &Failure)> {
    match &event.kind {
        EventKind::Go(run) if event.span == span => Some((run, refused(&run.outcome)?)),
        _ => None,
    }
}

fn finding(event: &Event, run: &GoRun, failure: &Failure, place: &str) -> Finding {
    let target = &run.facts.target;
    let message = format!("go refuses to install a {}/{} program while GOBIN is set{place}", target.os, target.arch);
    let finding = Finding::new(event.span, message).here(failure.text.clone());
    let finding = platforms::set_here(finding, event.span, run, &["GOBIN", "GOOS", "GOARCH"]);
    if run.names_version() {
        return finding.help("unset GOBIN for this command, and take the program from `$GOPATH/bin/$GOOS_$GOARCH`");
    }
    let finding = finding.help("name the output: `go build -o DIR/ PACKAGES` does not look at GOBIN");
    match build_instead(event, run) {
        Some(edit) => finding.fix("build into that directory", Applicability::Unsafe, vec![edit]),
        None => finding,
    }
}

/// `go build -o` into GOBIN.
fn build_instead(event: &Event, run: &GoRun) -> Option<Edit> {
    let gobin = run.setting("GOBIN")?;
    let directory = gobin.value.as_literal()?;
    match event.place.stage() {
        Some(_) => edit::build_into(run, directory),
        None if !directory.contains(CHECKOUT) && !directory.contains(char::is_whitespace) => {
            edit::build_into(run, directory)
        }
        // The Makefile has a name for it.
        None if !event.span.contains(gobin.span?) => edit::build_into(run, "$(GOBIN)"),
        None => None,
    }
}
