//! Asks: where does a build count on a directory of `go install` that nothing in sight decides?

use super::edit;
use super::installed::{self, Installed};
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::go::{Destination, Outcome};
use crate::model::makefile::Recipes;
use crate::model::path::Path;
use crate::model::trace::{Argument, CopyFrom, Event, EventKind, GoRun, Place, TransferKind};
use crate::model::value::{Part, Symbol, Text, Value};
use crate::source::{FileId, Span};
use std::collections::BTreeSet;

pub fn check(model: &Model) -> Vec<Finding> {
    let makefiles = model.makefiles.iter().flat_map(|recipes| of_makefile(model, recipes));
    makefiles.chain(model.dockerfiles.iter().flat_map(|build| of_dockerfile(build))).collect()
}

/// A word or an assignment that looks for a program in one of the places that `go install` may use.
struct Counted {
    span: Span,
    place: Text,
    name: String,
}

fn of_makefile(model: &Model, recipes: &Recipes) -> Vec<Finding> {
    // Another file may decide GOBIN.
    if recipes.open {
        return Vec::new();
    }
    let mut installed: Vec<Installed> = recipes.trace.events.iter().flat_map(installed::programs).collect();
    installed.retain(|program| installed::is_where_the_caller_says(program.run));
    let mut seen = BTreeSet::new();
    let mut found: Vec<(Counted, &Installed)> = Vec::new();
    for counted in words(recipes).chain(variables(model, recipes)) {
        if let Some(install) = installed.iter().find(|i| i.name == counted.name)
            && seen.insert(counted.name.clone())
        {
            found.push((counted, install));
        }
    }
    let fix = project_gobin(model, recipes, &found);
    let finding = |(counted, install): (Counted, &Installed)| {
        let Counted { span, place, name } = counted;
        let mut finding = Finding::new(span, format!("nothing decides that go puts `{name}` at `{place}`"))
            .here("another GOBIN or GOPATH, and it is not there")
            .label(install.event.span, "go installs it where this machine's GOBIN, GOPATH or HOME says")
            .help("give the project its own directory: `GOBIN ?= $(abspath ./bin)` and `export GOBIN`");
        if let Some(edits) = &fix {
            finding = finding.fix("install into ./bin", Applicability::Unsafe, edits.clone());
        }
        finding
    };
    found.into_iter().map(finding).collect()
}

/// The programs that recipes run or copy from such a place.
fn words(recipes: &Recipes) -> impl Iterator<Item = Counted> {
    let used = |event: &Event| -> Vec<Argument> {
        match &event.kind {
            EventKind::Command(run) => run.words.first().cloned().into_iter().collect(),
            EventKind::Transfer(run) if run.kind != TransferKind::Link => run.sources.clone(),
            _ => Vec::new(),
        }
    };
    recipes.trace.events.iter().flat_map(used).filter_map(|word| {
        let Value::Text(place) = word.value else { return None };
        let name = program_at(&place)?;
        Some(Counted { span: word.span, place, name })
    })
}

/// Tool variables that point to such a place in one branch of a condition, and that recipes run.
fn variables(model: &Model, recipes: &Recipes) -> impl Iterator<Item = Counted> {
    let text = model.sources.get(recipes.document.file).text.clone();
    let runs = move |name: &str| {
        [format!("$({name})"), format!("${{{name}}}")].iter().any(|reference| {
            text.lines().any(|line| {
                line.strip_prefix('\t')
                    .is_some_and(|line| line.trim_start_matches(['@', '-', '+', ' ', '\t']).starts_with(reference))
            })
        })
    };
    recipes.variables.iter().filter(|(_, known)| known.candidates.len() > 1).filter_map(move |(variable, known)| {
        let (place, name) = known.candidates.iter().find_map(|text| Some((text.clone(), program_at(text)?)))?;
        let span = known.assignments.iter().copied().find(|span| model.text(*span).contains("/"))?;
        runs(variable).then_some(Counted { span, place, name })
    })
}

/// The name of a program in `$GOBIN`, `$GOPATH/bin` or `~/go/bin` of the caller.
fn program_at(place: &Text) -> Option<String> {
    let [Part::Symbol(Symbol(root)), Part::Literal(rest)] = place.parts() else { return None };
    let below = match root.as_ref() {
        "GOBIN" | "$(go env GOBIN)" => "/",
        "HOME" => "/go/bin/",
        root if installed::is_gopath(root) => "/bin/",
        _ => return None,
    };
    let name = rest.strip_prefix(below)?;
    (!name.is_empty() && !name.contains(['/', ' '])).then(|| name.to_string())
}

/// Ways to write such a place in a Makefile, up to the program's name.
const WRITTEN: &[&str] = &[
    "$(shell go env GOPATH)/bin/",
    "${shell go env GOPATH}/bin/",
    "$$(go env GOPATH)/bin/",
    "$(GOPATH)/bin/",
    "${GOPATH}/bin/",
    "$$GOPATH/bin/",
    "$(HOME)/go/bin/",
    "${HOME}/go/bin/",
    "$$HOME/go/bin/",
    "~/go/bin/",
    "$(shell go env GOBIN)/",
];

/// Decides GOBIN at the top, and makes every place that was counted on follow it. `None` where one of them cannot be rewritten.
fn project_gobin(model: &Model, recipes: &Recipes, found: &[(Counted, &Installed)]) -> Option<Vec<Edit>> {
    let file = recipes.document.file;
    let source = model.sources.get(file);
    if found.is_empty() || recipes.variables.contains_key("GOBIN") || !recipes.included.is_empty() {
        return None;
    }
    let mut edits = vec![top(file, &source.text)];
    for (counted, _) in found {
        if counted.place == Text::symbol("GOBIN").concat(&Text::literal(format!("/{}", counted.name))) {
            continue;
        }
        let before = edits.len();
        for written in WRITTEN {
            let wanted = format!("{written}{}", counted.name);
            for (at, _) in source.text.match_indices(&wanted) {
                let end = at + wanted.len();
                let longer = source.text[end..]
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
                if !longer {
                    edits.push(edit::replace(Span::new(file, at, at + written.len()), "$(GOBIN)/"));
                }
            }
        }
        if edits.len() == before {
            return None;
        }
    }
    Some(edits)
}

/// At the top; behind the comment that a file begins with, where a blank line parts it from what follows.
fn top(file: FileId, text: &str) -> Edit {
    let comment: usize = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).map(str::len).sum();
    let blank = |at: usize| text[at..].split_inclusive('\n').next().is_some_and(|line| line.trim().is_empty());
    let at = match comment > 0 && blank(comment) {
        true => comment + text[comment..].find('\n').map_or(0, |newline| newline + 1),
        false => 0,
    };
    let gap = if blank(at) { "" } else { "\n" };
    edit::replace(Span::new(file, at, at), format!("GOBIN ?= $(abspath ./bin)\nexport GOBIN\n{gap}"))
}

fn of_dockerfile(build: &Build) -> Vec<Finding> {
    let mut out = Vec::new();
    for event in &build.trace.events {
        let (EventKind::Go(run), Place::Stage { stage, .. }) = (&event.kind, &event.place) else { continue };
        if run.subcommand != "install" || run.facts.destination != Destination::Home {
            continue;
        }
        let Outcome::Writes(outputs) = &run.outcome else { continue };
        for path in outputs.iter().filter_map(|output| output.path.as_ref().ok()) {
            let Some(word) = build.trace.events.iter().find_map(|event| counts_on(event, *stage, path)) else {
                continue;
            };
            out.push(in_home(build, event, run, path, &word));
        }
    }
    out
}

fn in_home(build: &Build, event: &Event, run: &GoRun, path: &Path, word: &Argument) -> Finding {
    let directory = path.parent();
    let mut finding =
        Finding::new(word.span, format!("only the user's home directory decides that go puts a binary at `{path}`"))
            .here("this place is counted on")
            .label(event.span, "go installs it: no GOBIN and no GOPATH here")
            .help(format!("decide it: `GOBIN={directory} go install …`"));
    let own = |word: &&Argument| word.exact && word.span.file == build.document.file;
    if let (Some(go), Some(directory)) = (run.words.first().filter(own), directory.as_literal()) {
        let edit = edit::before(go.span, format!("GOBIN={directory} "));
        finding = finding.fix("decide GOBIN", Applicability::Unsafe, vec![edit]);
    }
    finding
}

/// The word by which an instruction takes or runs the file of a stage.
fn counts_on(event: &Event, stage: usize, path: &Path) -> Option<Argument> {
    match &event.kind {
        EventKind::Copy(run) if run.from == CopyFrom::Stage(stage) => {
            run.sources.iter().find(|source| source.path.as_ref() == Some(path)).map(|source| source.argument.clone())
        }
        EventKind::Command(run) if event.place.stage() == Some(stage) => {
            run.words.first().filter(|word| word.value.as_literal() == path.as_literal()).cloned()
        }
        _ => None,
    }
}
