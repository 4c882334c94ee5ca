//! Asks: where is a directory of the project given to go without `./`, so that go takes it for the standard library's?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::go::{FailureKind, Outcome};
use crate::model::path::Path;
use crate::model::trace::{Event, EventKind};
use crate::model::value::Text;
use crate::source::Entry;

pub fn check(model: &Model) -> Vec<Finding> {
    let in_stages = model.dockerfiles.iter().flat_map(|build| {
        let place = |event: &Event, path: &Path| in_stage(build, event, path);
        build.trace.events.iter().filter_map(move |event| finding(model, event, &place)).collect::<Vec<_>>()
    });
    let in_recipes = model.makefiles.iter().flat_map(|recipes| {
        let place = |_: &Event, path: &Path| path.checkout_path();
        recipes.trace.events.iter().filter_map(move |event| finding(model, event, &place)).collect::<Vec<_>>()
    });
    in_stages.chain(in_recipes).collect()
}

fn in_stage(build: &Build, event: &Event, path: &Path) -> Option<String> {
    build.stages[event.place.stage()?].world.files.checkout_dir(path)
}

fn finding(model: &Model, event: &Event, place: &dyn Fn(&Event, &Path) -> Option<String>) -> Option<Finding> {
    let EventKind::Go(run) = &event.kind else { return None };
    let Outcome::Fails(failure) = &run.outcome else { return None };
    if failure.kind != FailureKind::NotInStd {
        return None;
    }
    let word = run.words.get(failure.argument? + 1)?;
    let package = word.value.as_literal()?;
    // Only where the directory that is meant is there.
    let meant = run.facts.cwd.join(&Text::literal(package))?;
    let place = place(event, &meant)?;
    if model.sources.checkout().entry(&place) != Some(Entry::Dir) {
        return None;
    }
    let finding = Finding::new(word.span, format!("go looks for `{package}` in the standard library"))
        .here(failure.text.clone())
        .help(format!("the directory is `./{package}`"));
    Some(match word.exact && model.text(word.span) == package {
        true => finding.fix("name the directory", Applicability::Safe, vec![edit::before(word.span, "./")]),
        false => finding,
    })
}
