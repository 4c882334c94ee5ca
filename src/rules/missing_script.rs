//! Asks: which recipe starts a script that the repository does not have?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::makefile::Recipes;
use crate::model::trace::{EventKind, Place};
use crate::source::{Checkout, Entry, Span};
use std::collections::BTreeMap;
use strsim::damerau_levenshtein;

/// How many scripts of one Makefile are told.
const MOST: usize = 200;

pub fn check(model: &Model) -> Vec<Finding> {
    model.makefiles.iter().filter(|recipes| !recipes.open).flat_map(|recipes| of_makefile(model, recipes)).collect()
}

fn of_makefile(model: &Model, recipes: &Recipes) -> Vec<Finding> {
    let checkout = model.sources.checkout();
    let own = &model.sources.get(recipes.document.file).text;
    // Where each script is started.
    let mut started: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for event in &recipes.trace.events {
        let (EventKind::MissingScript(path), Place::Recipe { .. }) = (&event.kind, &event.place) else { continue };
        let Some(path) = path.checkout_path().filter(|path| path.ends_with(".sh")) else { continue };
        if event.conditional || event.span.file != recipes.document.file {
            continue;
        }
        let Some(span) = word(&model.text(event.span), path.rsplit('/').next().unwrap_or(&path), event.span) else {
            continue;
        };
        let spans = started.entry(path).or_default();
        if !spans.contains(&span) {
            spans.push(span);
        }
    }
    started
        .iter()
        .take(MOST)
        .filter_map(|(path, spans)| {
            let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
            let is_there = directory.is_empty() || matches!(checkout.entry(directory), Some(Entry::Dir));
            // What else speaks of it may make it.
            let only_started = own.matches(name).count() == spans.len();
            (is_there && only_started && !is_ignored(checkout, directory, name))
                .then(|| finding(model, checkout, directory, name, spans))
        })
        .collect()
}

/// The word of a command that ends in a name.
fn word(command: &str, name: &str, place: Span) -> Option<Span> {
    let end = command.find(name)? + name.len();
    let start = command[..end].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let word = Span::new(place.file, place.start as usize + start, place.start as usize + end);
    (command.len() == place.range().len()).then_some(word)
}

fn is_ignored(checkout: &dyn Checkout, directory: &str, name: &str) -> bool {
    let ignores = |path: String| checkout.read(&path).is_some_and(|text| text.contains(name) || text.contains("*.sh"));
    ignores(".gitignore".to_string()) || ignores(format!("{directory}/.gitignore"))
}

fn finding(model: &Model, checkout: &dyn Checkout, directory: &str, name: &str, spans: &[Span]) -> Finding {
    let written = model.text(spans[0]);
    let mut finding = Finding::new(
        spans[0],
        format!("the repository has no `{}`", [directory, name].join("/").trim_start_matches('/')),
    )
    .severity(Severity::Warning)
    .here("No such file or directory");
    for span in &spans[1..] {
        finding = finding.label(*span, "and here");
    }
    let names = checkout.list(directory);
    let mut near =
        names.iter().filter(|other| (1..=2).contains(&damerau_levenshtein(other, name)) && other.ends_with(".sh"));
    match (near.next(), near.next()) {
        (Some(meant), None) if written.ends_with(name) => {
            let meant = format!("{}{meant}", &written[..written.len() - name.len()]);
            let edits = spans
                .iter()
                .filter(|span| model.text(**span) == written)
                .map(|span| edit::replace(*span, meant.clone()));
            let help = format!("start `{meant}`");
            finding.help(help.clone()).fix(help, Applicability::Unsafe, edits.collect())
        }
        _ => finding.help("name the script that is there, or take the line away"),
    }
}
