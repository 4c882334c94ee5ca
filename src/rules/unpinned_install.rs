//! Asks: which program does a build install at whatever version is the newest that day?

use crate::finding::{Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::go;
use crate::model::trace::{Argument, Event, EventKind, HopKind, Place};
use crate::source::Span;
use std::collections::BTreeSet;

/// Queries that name no version, and the branches that people call their main one.
const MOVING: &[&str] = &["latest", "upgrade", "patch", "main", "master", "develop", "dev", "trunk", "HEAD"];

pub fn check(model: &Model) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (build, event) in model.build_events() {
        for (word, query) in unpinned(event).filter(|(word, _)| written(model, word)) {
            if seen.insert(word.span) {
                out.push(in_stage(build, event, word, query));
            }
        }
    }
    out.extend(model.makefiles.iter().filter_map(|recipes| in_recipes(model, &recipes.trace.events)));
    out
}

/// One note a Makefile: who installs one tool so installs all.
fn in_recipes(model: &Model, events: &[Event]) -> Option<Finding> {
    let mut seen = BTreeSet::new();
    let mut out: Option<Finding> = None;
    for (word, query) in events.iter().flat_map(unpinned).filter(|(word, _)| written(model, word)) {
        // Who only sets a desk up may want the newest; the project's own recipes count on the tool.
        let Some(used) = events.iter().find_map(|later| runs(later, word)) else { continue };
        if !seen.insert(word.span) {
            continue;
        }
        out = Some(match out {
            None => finding(word, query).label(used, "it is run here").severity(Severity::Note),
            Some(first) => first.label(word.span, "so does this"),
        });
    }
    out
}

/// The packages of a `go install` that stand at a moving version.
fn unpinned(event: &Event) -> impl Iterator<Item = (&Argument, &'static str)> {
    let run = match &event.kind {
        EventKind::Go(run) if run.subcommand == "install" => Some(run),
        _ => None,
    };
    run.into_iter().flat_map(|run| {
        run.facts.packages.iter().filter_map(|(at, value)| {
            let (_, version) = value.as_literal()?.rsplit_once('@')?;
            let query = MOVING.iter().find(|query| **query == version)?;
            Some((run.argument(*at)?, *query))
        })
    })
}

/// The file says so itself: not the default of a variable that somebody may set.
fn written(model: &Model, word: &Argument) -> bool {
    let text = model.text(word.span);
    !text.contains('$') && text.contains('@')
}

fn in_stage(build: &Build, event: &Event, word: &Argument, query: &str) -> Finding {
    let finding = finding(word, query);
    match used(build, event, word) {
        Some((span, how)) => finding.label(span, how),
        None => finding.severity(Severity::Note),
    }
}

fn finding(word: &Argument, query: &str) -> Finding {
    let package = word.value.as_literal().and_then(|text| text.rsplit_once('@')).map_or("", |(package, _)| package);
    let what = match query {
        "latest" | "upgrade" | "patch" => "whatever version is the newest that day".to_string(),
        branch => format!("whatever stands on `{branch}` that day"),
    };
    Finding::new(word.span, format!("this installs {what}"))
        .here("the same file gives another program tomorrow")
        .help(format!("name a version: `{package}@v1.2.3`"))
}

/// What the build does with the program: ships it, or runs it.
fn used(build: &Build, event: &Event, word: &Argument) -> Option<(Span, &'static str)> {
    let Place::Stage { stage, .. } = event.place else { return None };
    for start in &build.starts {
        for (_, file) in build.stages[start.stage].world.files.go_programs() {
            let road = build.trace.road(file.hop);
            if road.first().is_some_and(|hop| hop.kind == HopKind::Built && hop.span == event.span)
                && let Some(arrived) = road.last().filter(|arrived| arrived.span != event.span)
            {
                return Some((arrived.span, "the program is shipped in this image"));
            }
        }
    }
    let in_stage = build.trace.events.iter().filter(|later| later.place.stage() == Some(stage));
    Some((in_stage.into_iter().find_map(|later| runs(later, word))?, "the build runs it"))
}

/// The name by which a command runs the program of a package.
fn runs(event: &Event, word: &Argument) -> Option<Span> {
    let EventKind::Command(run) = &event.kind else { return None };
    let package = word.value.as_literal()?.split('@').next()?;
    let first = run.words.first()?;
    let program = first.value.as_literal()?.rsplit('/').next()?;
    (go::executable(package) == program).then_some(first.span)
}
