//! Asks: where is a directory of the project given to go without `./`, so that go takes it for the standard library's?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::go::FailureKind;
use crate::model::path::Path;
use crate::model::trace::{Event, EventKind};
use crate::model::value::Text;
use crate::source::Entry;

pub fn check(model: &Model) -> Vec<Finding> {
    let in_stages = model.build_events().filter_map(|(build, event)| {
        let place = |path: &Path| build.stages[event.place.stage()?].world.files.checkout_dir(path);
        finding(model, event, &place)
    });
    let recipes = model.makefiles.iter().flat_map(|recipes| &recipes.trace.events);
    let in_recipes = recipes.filter_map(|event| finding(model, event, &Path::checkout_path));
    in_stages.chain(in_recipes).collect()
}

fn finding(model: &Model, event: &Event, place: &dyn Fn(&Path) -> Option<String>) -> Option<Finding> {
    let EventKind::Go(run) = &event.kind else { return None };
    let failure = run.outcome.fails_by(FailureKind::NotInStd)?;
    let word = run.argument(failure.argument?)?;
    let package = word.value.as_literal()?;
    // Only where the directory that is meant is there.
    let meant = run.facts.cwd.join(&Text::literal(package))?;
    let place = place(&meant)?;
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
