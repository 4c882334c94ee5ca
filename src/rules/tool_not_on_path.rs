//! Asks: which program does go install into a directory that is not on the PATH by which a later command looks for it?

use super::edit;
use super::installed::{self, Installed};
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::go::Outcome;
use crate::model::makefile::rules::{Rule, Step};
use crate::model::makefile::{Known, Recipes};
use crate::model::path::Path;
use crate::model::trace::{Argument, Event, EventKind, Place};
use crate::model::value::{Part, Relation, Symbol, Text, Value};
use crate::source::{FileId, Span};
use std::collections::BTreeSet;

pub fn check(model: &Model) -> Vec<Finding> {
    let makefiles = model.makefiles.iter().flat_map(|recipes| of_makefile(model, recipes));
    makefiles.chain(model.dockerfiles.iter().flat_map(|build| of_dockerfile(build))).collect()
}

/// A command whose first word is a bare name.
struct Call<'t> {
    event: &'t Event,
    word: &'t Argument,
    name: &'t str,
    search: &'t Text,
}

fn calls(events: &[Event]) -> impl Iterator<Item = Call<'_>> {
    events.iter().filter(|event| !event.conditional).filter_map(|event| {
        let EventKind::Command(run) = &event.kind else { return None };
        let word = run.words.first()?;
        let name = word.value.as_literal().filter(|name| !name.contains('/'))?;
        let Value::Text(search) = &run.search else { return None };
        let own_path = run.assigns.iter().any(|(name, ..)| name == "PATH");
        (!own_path).then_some(Call { event, word, name, search })
    })
}

/// Where a recipe's `go install` puts its programs.
enum Where {
    /// A directory of the checkout.
    Project(Path),
    /// GOBIN, GOPATH or HOME of whoever runs make.
    Caller,
}

fn of_makefile(model: &Model, recipes: &Recipes) -> Vec<Finding> {
    // Another file may set PATH; the recipe's shell may; so may direnv.
    let shell = recipes.variables.get("SHELL").is_some_and(|known| match &known.value {
        Value::Text(text) => text.to_string().contains("PATH"),
        _ => true,
    });
    let direnv = model.sources.checkout().read(".envrc").is_some_and(|text| text.contains("PATH"));
    if recipes.open || shell || direnv {
        return Vec::new();
    }
    let events = &recipes.trace.events;
    let installed: Vec<Installed> =
        events.iter().filter(|event| !event.conditional).flat_map(installed::programs).collect();
    let mut seen = BTreeSet::new();
    let (mut out, mut note) = (Vec::new(), None::<Finding>);
    for call in calls(events) {
        // A script that installs the program itself does not count on another one that does.
        let mut named = installed.iter().filter(|install| install.name == call.name);
        let beside = named.clone().find(|install| install.event.span.file == call.event.span.file);
        let Some(install) = beside.or_else(|| named.next()) else { continue };
        let Some(place) = place_of(recipes, install) else { continue };
        let (Place::Recipe { target, .. }, Place::Recipe { target: maker, .. }) =
            (&call.event.place, &install.event.place)
        else {
            continue;
        };
        if seen.contains(call.name) || may_find(call.search, &place) || is_looked_up(model, recipes, &call, install) {
            continue;
        }
        // A script is its own affair: what the Makefile knows of directories says nothing of it.
        let in_script =
            [call.event, install.event].iter().any(|event| files(recipes).all(|file| file != event.span.file));
        let severity = match place {
            Where::Project(_) => Severity::Warning,
            Where::Caller if names_directory(recipes) && !in_script => Severity::Warning,
            Where::Caller if comes_first(recipes, target, maker, &call, install) => Severity::Note,
            Where::Caller => continue,
        };
        seen.insert(call.name);
        if severity > Severity::Note {
            out.push(in_recipe(recipes, &call, install, &place).severity(severity));
            continue;
        }
        // Who wants to know of one wants to know of all.
        note = Some(match note {
            Some(finding) => finding.label(call.word.span, format!("and so is `{}`", call.name)),
            None => in_recipe(recipes, &call, install, &place).severity(severity),
        });
    }
    out.extend(note);
    out
}

/// The Makefile and the files that it includes.
fn files(recipes: &Recipes) -> impl Iterator<Item = FileId> {
    std::iter::once(&recipes.document).chain(&recipes.included).map(|document| document.file)
}

fn place_of(recipes: &Recipes, install: &Installed) -> Option<Where> {
    let says_go = |known: &Known| !known.candidates.is_empty() && known.candidates.iter().all(is_bin);
    if installed::is_where_the_caller_says(install.run) || recipes.variables.get("GOBIN").is_some_and(says_go) {
        return Some(Where::Caller);
    }
    let setting = |name: &str| install.run.setting(name).map(|s| s.value);
    // `unexport GOBIN`
    if setting("GOBIN") == Some(Value::Unset) && setting("GOPATH") == Some(Value::Text(Text::symbol("GOPATH"))) {
        return Some(Where::Caller);
    }
    let Some(Value::Text(text)) = setting("GOBIN") else { return None };
    let path = Path::root().join(&text)?;
    path.checkout_path().is_some().then_some(Where::Project(path))
}

fn in_recipe(recipes: &Recipes, call: &Call, install: &Installed, place: &Where) -> Finding {
    let name = call.name;
    let finding = match place {
        Where::Project(path) => {
            Finding::new(call.word.span, format!("`{name}` is not on PATH: go installs it into `{path}`"))
                .here("looked for on PATH")
                .label(install.event.span, "go installs it here")
                .help(format!("name the directory, or put it on PATH: `export PATH := {path}:$(PATH)`"))
        }
        Where::Caller => {
            Finding::new(call.word.span, format!("`{name}` is found only where go's bin directory is on PATH"))
                .here("looked for on PATH")
                .label(install.event.span, "go installs it into GOBIN, or into `bin` of GOPATH")
                .help("give the project its own: `GOBIN=$(CURDIR)/bin go install …`, and call `$(CURDIR)/bin/…`")
        }
    };
    if recipes.variables.contains_key("GOBIN") && call.word.exact {
        let edit = edit::before(call.word.span, "$(GOBIN)/");
        return finding.fix("call it from $(GOBIN)", Applicability::Unsafe, vec![edit]);
    }
    finding
}

/// Whether the directory may be in a list of directories; whoever runs make has his own, in which a project's directory is not.
fn may_find(search: &Text, place: &Where) -> bool {
    match place {
        _ if *search == Text::symbol("PATH") => false,
        Where::Caller => true,
        Where::Project(path) => search.split(':').iter().any(|entry| {
            let start = entry.literal_prefix();
            if !start.is_empty() && !start.starts_with('/') {
                // `.bin`: from wherever the command runs.
                return path.to_string().ends_with(entry.to_string().trim_start_matches("./"));
            }
            *entry != Text::symbol("PATH")
                && Path::root().join(entry).is_none_or(|entry| entry.text().compare(path.text()) != Relation::Different)
        }),
    }
}

/// Whether the recipe installs the program before it calls it, itself or by a prerequisite.
fn comes_first(recipes: &Recipes, target: &str, maker: &str, call: &Call, install: &Installed) -> bool {
    if target == maker {
        return install.event.span.start < call.event.span.start;
    }
    let mut wanted: Vec<String> = vec![target.to_string()];
    let mut at = 0;
    while let Some(name) = wanted.get(at).cloned() {
        at += 1;
        for rule in recipes.rules.iter().filter(|rule| rule.targets.iter().any(|own| own.to_string() == name)) {
            let names = rule.prerequisites.iter().chain(&rule.order_only).map(Text::to_string);
            let new: Vec<String> = names.filter(|name| !wanted.contains(name)).collect();
            wanted.extend(new);
        }
    }
    wanted.iter().any(|name| name == maker)
}

/// Whether the Makefile tells elsewhere where go puts programs: then it does not count on PATH.
fn names_directory(recipes: &Recipes) -> bool {
    recipes.variables.values().any(|known| known.candidates.iter().any(is_bin))
}

/// `$(go env GOBIN)`, `$(go env GOPATH)/bin` and their kin, or something below.
fn is_bin(text: &Text) -> bool {
    match text.parts() {
        [Part::Symbol(Symbol(root))] => root.as_ref() == "$(go env GOBIN)",
        [Part::Symbol(Symbol(root)), Part::Literal(rest)] => {
            installed::is_gopath(root) && (rest == "/bin" || rest.starts_with("/bin/"))
        }
        _ => false,
    }
}

/// Whether the file asks for the program before it counts on it: `command -v`, `which`, `hash`, `type`.
fn is_looked_up(model: &Model, recipes: &Recipes, call: &Call, install: &Installed) -> bool {
    let (Place::Recipe { target, .. }, Place::Recipe { target: maker, .. }) = (&call.event.place, &install.event.place)
    else {
        return false;
    };
    let files: BTreeSet<FileId> = files(recipes).chain([call.event.span.file, install.event.span.file]).collect();
    let mut asked = files.into_iter().flat_map(|file| {
        let text = model.sources.get(file).text.clone();
        let ends = |at: usize| !text[at..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let mut asked = Vec::new();
        for word in ["command -v ", "which ", "hash ", "type ", "type -p ", "type -P "] {
            let wanted = format!("{word}{}", call.name);
            let found = text.match_indices(&wanted).map(|(at, _)| at).filter(|at| ends(at + wanted.len()));
            asked.extend(found.map(|at| Span::new(file, at, at + wanted.len())));
        }
        asked
    });
    asked.any(|asked| {
        match recipes.rules.iter().find(|rule| recipe_span(rule).is_some_and(|span| span.contains(asked))) {
            // What another target asks before its own commands says nothing of these.
            Some(rule) => rule.targets.iter().any(|own| [target, maker].contains(&&own.to_string().into())),
            None => true,
        }
    })
}

/// From the first line of a recipe to its last.
fn recipe_span(rule: &Rule) -> Option<Span> {
    fn lines<'s>(steps: &'s [Step], out: &mut Vec<&'s Span>) {
        for step in steps {
            match step {
                Step::Line(line) => out.push(&line.span),
                Step::Either(branches) => branches.iter().for_each(|steps| lines(steps, out)),
            }
        }
    }
    let mut all = Vec::new();
    lines(&rule.recipe, &mut all);
    let end = all.iter().map(|span| span.end).max()?;
    Some(Span::new(rule.span.file, rule.span.start as usize, end as usize))
}

fn of_dockerfile(build: &Build) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    let events = &build.trace.events;
    for (at, event) in events.iter().enumerate() {
        let (EventKind::Go(run), Place::Stage { stage, .. }, false) = (&event.kind, &event.place, event.conditional)
        else {
            continue;
        };
        let (Outcome::Writes(outputs), "install") = (&run.outcome, run.subcommand.as_str()) else { continue };
        for path in outputs.iter().filter_map(|output| output.path.as_ref().ok()) {
            let Some(name) = path.name().and_then(|name| name.as_literal().map(str::to_string)) else { continue };
            let directory = path.parent();
            let lacks = |search: &Text| {
                let is_it = |entry: &Text| {
                    Path::root().join(entry).is_none_or(|e| e.text().compare(directory.text()) != Relation::Different)
                };
                search.as_literal().is_some() && !search.split(':').iter().any(is_it)
            };
            let missing =
                |call: &Call| call.event.place.stage() == Some(*stage) && call.name == name && lacks(call.search);
            let Some(call) = calls(&events[at + 1..]).find(missing) else { continue };
            if seen.insert(call.word.span) {
                let finding =
                    Finding::new(call.word.span, format!("`{name}` is not on PATH: go installs it into `{directory}`"))
                        .here("looked for on PATH")
                        .label(event.span, "go installs it here")
                        .help(format!("`ENV PATH={directory}:$PATH`, or `GOBIN=/usr/local/bin go install …`"));
                out.push(finding);
            }
        }
    }
    out
}
