//! Asks: which Go variable does a Makefile assign that go never sees, because nothing exports it?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::makefile::Recipes;
use crate::model::makefile::variables::{Definition, Export};
use crate::model::trace::{Event, EventKind, GoRun, Place};
use crate::model::value::{Text, Value};
use crate::source::Span;

const VARIABLES: &[&str] = &["GOBIN", "GOFLAGS", "CGO_ENABLED", "GOOS", "GOARCH"];

/// An assignment that no go command sees.
struct Lost {
    name: &'static str,
    span: Span,
    value: Text,
    target: Option<Text>,
}

pub fn check(model: &Model) -> Vec<Finding> {
    model.makefiles.iter().flat_map(|recipes| of_makefile(model, recipes)).collect()
}

fn of_makefile(model: &Model, recipes: &Recipes) -> Vec<Finding> {
    // Another file may export it.
    if recipes.open {
        return Vec::new();
    }
    let mut out = Vec::new();
    for lost in VARIABLES.iter().flat_map(|name| unexported(recipes, name)) {
        if is_used(model, recipes, &lost) {
            continue;
        }
        let Some((event, run)) = recipes.trace.events.iter().find_map(|event| reader(event, &lost)) else { continue };
        let Lost { name, span, value, .. } = lost;
        let finding = Finding::new(span, format!("`{name}` is set here and go never sees it: it is not exported"))
            .here(format!("make keeps `{value}` to itself"))
            .label(event.span, format!("go {} runs without it", run.subcommand))
            .help(format!("export it: `export {name} …`"))
            .fix(format!("export `{name}`"), Applicability::Safe, vec![edit::before(span, "export ")]);
        out.push(finding);
    }
    out
}

/// The assignments of a name whose value is plain and that no `export` reaches.
fn unexported(recipes: &Recipes, name: &'static str) -> Vec<Lost> {
    let mut out = Vec::new();
    if let Some(known) = recipes.variables.get(name)
        && known.exported == Export::Unsaid
        && let (Value::Text(value), [span]) = (&known.value, known.assignments.as_slice())
    {
        out.push(Lost { name, span: *span, value: value.clone(), target: None });
    }
    // `export NAME` without a value holds for the variables of targets, too.
    let said = recipes.exported(name) != Export::Unsaid;
    for variable in recipes.target_variables.iter().filter(|v| v.name == name && !v.export && !v.unexport && !said) {
        if let Some(value) = plain(&variable.definition) {
            out.push(Lost { name, span: variable.span, value, target: Some(variable.target.clone()) });
        }
    }
    // What go says of itself, or what only the environment knows, is what go does anyway.
    out.retain(|lost| !lost.value.is_empty() && lost.value.as_literal().is_some());
    if name == "GOBIN" {
        // A relative one would be refused: exporting it mends nothing.
        out.retain(|lost| lost.value.literal_prefix().starts_with('/'));
    }
    out
}

fn plain(definition: &Definition) -> Option<Text> {
    match definition {
        Definition::Simple(Ok(text)) => Some(text.clone()),
        Definition::Recursive(parts) => match parts.as_slice() {
            [part] if !part.text.contains('$') => Some(Text::literal(part.text.as_str())),
            _ => None,
        },
        _ => None,
    }
}

/// A go command that would do otherwise if it saw the variable.
fn reader<'r>(event: &'r Event, lost: &Lost) -> Option<(&'r Event, &'r GoRun)> {
    let EventKind::Go(run) = &event.kind else { return None };
    let Place::Recipe { target, .. } = &event.place else { return None };
    if lost.target.as_ref().is_some_and(|own| own.to_string() != *target) {
        return None;
    }
    let asks = match lost.name {
        "GOBIN" => run.subcommand == "install",
        _ => matches!(run.subcommand.as_str(), "build" | "install"),
    };
    // A variable that the command has by other means was handed over.
    let missing = run.setting(lost.name).is_some_and(|s| matches!(s.value, Value::Unknown(_)) && s.span.is_none());
    (asks && missing).then_some((event, run))
}

/// Whether the Makefile hands the value on itself, or means it for something else.
fn is_used(model: &Model, recipes: &Recipes, lost: &Lost) -> bool {
    let documents = std::iter::once(&recipes.document).chain(&recipes.included);
    for document in documents {
        let text = &model.sources.get(document.file).text;
        for (at, _) in text.match_indices(lost.name) {
            let end = at + lost.name.len();
            let inside = lost.span.file == document.file && lost.span.range().contains(&at);
            let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let whole = !text[..at].ends_with(part_of_name) && !text[end..].starts_with(part_of_name);
            let comment = text[edit::line(text, at).start..at].trim_start().starts_with('#');
            if inside || !whole || comment {
                continue;
            }
            let reference = text[..at].ends_with(['(', '{']);
            // GOBIN is a place that recipes name, too; the others are for go alone.
            if lost.name != "GOBIN" || !reference || passes_on(&text[..at], lost.name) {
                return true;
            }
        }
    }
    false
}

/// `GOBIN=$(` or `GOBIN="$(` stands in front.
fn passes_on(before: &str, name: &str) -> bool {
    let before = before.trim_end_matches(['(', '{', '$', '"', '\'']);
    before.strip_suffix('=').is_some_and(|before| before.ends_with(name))
}
