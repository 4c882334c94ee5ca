//! Asks: which `export`, `cd` or assignment ends with its shell, or never leaves it, although a later go command counts on it?

use super::edit;
use crate::finding::{Applicability, Edit, Finding, Severity};
use crate::model::Model;
use crate::model::go::CgoState;
use crate::model::makefile::Recipes;
use crate::model::makefile::rules::TargetVariable;
use crate::model::makefile::variables::Export;
use crate::model::path::Path;
use crate::model::trace::{CommandRun, Event, EventKind, GoRun, Place, Trace};
use crate::model::value::{Text, Value};
use crate::source::Span;
use crate::syntax::dockerfile::{Dockerfile, Kind};

/// What go looks for in its environment, and nobody else.
const READ_BY_GO: &[&str] = &["CGO_ENABLED", "GOOS", "GOARCH", "GOBIN", "GOPATH", "GOFLAGS", "GO111MODULE"];

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        out.extend(of_trace(model, &build.trace, Some(&build.document), None));
    }
    for recipes in &model.makefiles {
        out.extend(of_trace(model, &recipes.trace, None, Some(recipes)));
    }
    out.sort_by_key(|finding| finding.primary.span);
    out.dedup_by_key(|finding| finding.primary.span);
    out
}

/// One shell: a RUN or a recipe line, with all that happened in it.
struct Line<'t> {
    place: &'t Place,
    events: Vec<&'t Event>,
}

impl<'t> Line<'t> {
    fn commands(&self) -> impl Iterator<Item = (&'t Event, &'t CommandRun)> {
        self.events.iter().filter_map(|event| match &event.kind {
            EventKind::Command(run) => Some((*event, run)),
            _ => None,
        })
    }
}

fn of_trace(model: &Model, trace: &Trace, dockerfile: Option<&Dockerfile>, recipes: Option<&Recipes>) -> Vec<Finding> {
    let mut lines: Vec<Line> = Vec::new();
    for event in &trace.events {
        match lines.last_mut() {
            Some(line) if *line.place == event.place => line.events.push(event),
            _ => lines.push(Line { place: &event.place, events: vec![event] }),
        }
    }
    let mut out = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let later = || lines[at + 1..].iter().take_while(|other| follows(line.place, other.place));
        let later: Vec<&Line> = later().collect();
        out.extend(not_exported(model, line, recipes));
        if only_prepares(line) {
            for (event, run) in line.commands() {
                out.extend(lost_export(model, event, run, &later, dockerfile));
            }
            out.extend(lost_directory(model, line, &later, dockerfile, recipes));
        }
    }
    out
}

/// The same stage, or the same target's recipe.
fn follows(place: &Place, later: &Place) -> bool {
    match (place, later) {
        (Place::Stage { stage: a, .. }, Place::Stage { stage: b, .. }) => a == b,
        (Place::Recipe { target: a, line: before }, Place::Recipe { target: b, line: after }) => {
            a == b && before < after
        }
        _ => false,
    }
}

/// The line does nothing but prepare: what it prepares ends with it.
fn only_prepares(line: &Line) -> bool {
    let prepares = |run: &CommandRun| match run.words.first().and_then(|word| word.value.as_literal()) {
        Some("export" | "cd") => true,
        Some(_) => false,
        None => run.words.is_empty() && !run.assigns.is_empty(),
    };
    line.commands().count() > 0
        && line.events.iter().all(|event| match &event.kind {
            EventKind::Command(run) => prepares(run),
            _ => false,
        })
}

/// `X=1; go build`: a variable of the shell, which go does not see.
fn not_exported(model: &Model, line: &Line, recipes: Option<&Recipes>) -> Vec<Finding> {
    let mut out = Vec::new();
    for (at, event) in line.events.iter().enumerate() {
        let EventKind::Command(set) = &event.kind else { continue };
        if !set.words.is_empty() {
            continue;
        }
        for (name, value, span) in set.assigns.iter().filter(|(name, ..)| READ_BY_GO.contains(&name.as_str())) {
            let reader = line.events[at + 1..].iter().find_map(|later| reader(later, line.place, name, recipes));
            let Some(Reader { event: reader, go, name: program }) = reader else { continue };
            if value.is_nothing() || is_used(model, line, name, *span) {
                continue;
            }
            let mut finding =
                Finding::new(*span, format!("`{name}` stays in the shell: {} does not see it", program.quoted()))
                    .here("not exported, and not in front of the command")
                    .label(reader.span, format!("{} runs without it", program.with_verb()))
                    .help(format!("put it in front: `{} {} …`", model.text(*span), program.with_verb()));
            if !go.is_some_and(|run| matters(run, name, value)) {
                finding = finding.severity(Severity::Warning);
            }
            if let Some(edit) = joined(model, *span, reader.span, set.assigns.len()) {
                finding = finding.fix("put it in front of the command", Applicability::Safe, vec![edit]);
            }
            out.push(finding);
        }
    }
    out
}

/// A command that would do otherwise if it saw the variable.
struct Reader<'t> {
    event: &'t Event,
    go: Option<&'t GoRun>,
    name: Program,
}

enum Program {
    Go(String),
    Other(String),
}

impl Program {
    fn quoted(&self) -> String {
        match self {
            Program::Go(_) => "go".to_string(),
            Program::Other(name) => format!("`{name}`"),
        }
    }

    fn with_verb(&self) -> String {
        match self {
            Program::Go(subcommand) => format!("go {subcommand}"),
            Program::Other(name) => name.clone(),
        }
    }
}

/// Programs that do nothing but start go, or tell others to.
const RUN_GO: &[&str] = &["gmake", "gomobile", "goreleaser", "gotestsum", "gox", "ko", "mage", "make", "promu"];

fn reader<'t>(event: &'t Event, place: &Place, name: &str, recipes: Option<&Recipes>) -> Option<Reader<'t>> {
    match &event.kind {
        EventKind::Go(run) if misses(run, name) => {
            Some(Reader { event, go: Some(run), name: Program::Go(run.subcommand.clone()) })
        }
        EventKind::Command(run) => {
            // Where the environment has the variable already, the shell passes its own value on.
            let Place::Recipe { target, .. } = place else { return None };
            let recipes = recipes.filter(|recipes| !recipes.open && recipes.exported(name) == Export::Unsaid)?;
            let of_target = |v: &TargetVariable| v.name == name && v.target.to_string() == *target;
            if recipes.target_variables.iter().any(|v| of_target(v)) || run.assigns.iter().any(|(own, ..)| own == name)
            {
                return None;
            }
            let Value::Text(text) = &run.words.first()?.value else { return None };
            let program = text.split('/').pop()?.as_literal()?.to_string();
            RUN_GO.contains(&program.as_str()).then_some(Reader { event, go: None, name: Program::Other(program) })
        }
        _ => None,
    }
}

/// A go command for which the variable counts, and which does not have it.
fn misses(run: &GoRun, name: &str) -> bool {
    if !matches!(run.subcommand.as_str(), "build" | "install" | "run" | "test") {
        return false;
    }
    if matches!(name, "GOBIN") && run.subcommand != "install" {
        return false;
    }
    run.setting(name)
        .is_some_and(|s| s.span.is_none() && (s.value == Value::Unset || s.value == Value::Text(Text::symbol(name))))
}

/// Whether the loss certainly makes something else of the program.
fn matters(run: &GoRun, name: &str, value: &Value) -> bool {
    let differs = |own: &Value| own.as_literal().is_some() && value.as_literal().is_some() && own != value;
    match name {
        "CGO_ENABLED" => value.as_literal() == Some("0") && matches!(run.facts.cgo, CgoState::On(_)),
        "GOOS" => differs(&run.facts.target.os),
        "GOARCH" => differs(&run.facts.target.arch),
        "GOBIN" => true,
        _ => false,
    }
}

/// The shell uses the variable itself, or exports all it has.
fn is_used(model: &Model, line: &Line, name: &str, own: Span) -> bool {
    let texts: Vec<String> =
        line.events.iter().filter(|event| event.span.file == own.file).map(|e| model.text(e.span)).collect();
    let exports_all = line.commands().any(|(_, run)| {
        let literal: Vec<&str> = run.words.iter().filter_map(|word| word.value.as_literal()).collect();
        matches!(
            literal.as_slice(),
            ["set", ..] | ["export" | "declare" | "typeset", ..] | ["eval" | "." | "source", ..]
        ) && (literal[0] != "set" || literal.iter().any(|word| word.contains('a')))
    });
    let reads = |text: &String| {
        [format!("${name}"), format!("${{{name}")].iter().any(|reference| text.contains(reference.as_str()))
    };
    exports_all || texts.iter().any(reads)
}

/// Takes out what stands between an assignment and its command, where that is nothing but a separator.
fn joined(model: &Model, assign: Span, command: Span, assigns: usize) -> Option<Edit> {
    if assign.file != command.file || assign.end > command.start || assigns != 1 {
        return None;
    }
    let between = Span::new(assign.file, assign.end as usize, command.start as usize);
    let text = model.text(between);
    let separator: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
    let rest = text.trim_start_matches([' ', '\t']).trim_start_matches([';', '&']);
    let rest = if rest.trim().is_empty() { " " } else { rest };
    matches!(separator.as_str(), ";" | "&&").then(|| edit::replace(between, rest))
}

/// `export X=1` on a line of its own.
fn lost_export(
    model: &Model,
    event: &Event,
    run: &CommandRun,
    later: &[&Line],
    dockerfile: Option<&Dockerfile>,
) -> Vec<Finding> {
    let mut out = Vec::new();
    let exported = run.words.iter().skip(1).filter(|_| run.words[0].value.as_literal() == Some("export"));
    for word in exported {
        let Value::Text(text) = &word.value else { continue };
        let Some((name, _)) = text.literal_prefix().split_once('=') else { continue };
        let Some(value) = text.strip_prefix(&format!("{name}=")) else { continue };
        let reader = later.iter().flat_map(|line| &line.events).find_map(|event| match &event.kind {
            EventKind::Go(go) if READ_BY_GO.contains(&name) && misses(go, name) => Some((event, go)),
            _ => None,
        });
        let Some((reader, go)) = reader else { continue };
        let what = if dockerfile.is_some() { "RUN" } else { "recipe line" };
        let value = Value::Text(value);
        let mut finding = Finding::new(event.span, format!("`{name}` is gone at the end of this {what}"))
            .here("each one is a shell of its own")
            .label(reader.span, format!("go {} runs without it", go.subcommand));
        if !matters(go, name, &value) {
            finding = finding.severity(Severity::Warning);
        }
        finding = finding.help(match dockerfile {
            Some(_) => format!("`ENV {name}={value}` lasts"),
            None => format!("put it in front of the command, or give the target `export {name}`"),
        });
        if let Some(edit) = dockerfile.and_then(|d| as_instruction(model, d, event.span, "export", "ENV")) {
            finding = finding.fix("make it ENV", Applicability::Unsafe, vec![edit]);
        }
        out.push(finding);
    }
    out
}

/// `cd` on a line of its own, and go runs somewhere else.
fn lost_directory(
    model: &Model,
    line: &Line,
    later: &[&Line],
    dockerfile: Option<&Dockerfile>,
    recipes: Option<&Recipes>,
) -> Option<Finding> {
    let cds: Vec<_> = line
        .commands()
        .filter(|(_, run)| run.words[..].first().and_then(|w| w.value.as_literal()) == Some("cd"))
        .collect();
    let [(event, run)] = cds.as_slice() else { return None };
    let target = run.words.get(1)?;
    let wanted = target.value.as_literal().filter(|text| !matches!(*text, "" | "-" | "." | "./"))?;
    // The next command of the stage or recipe that goes by the directory.
    let next = later.first()?.events.iter().find_map(|event| match &event.kind {
        EventKind::Go(go) => Some((*event, go)),
        _ => None,
    });
    let (reader, go) = next?;
    let ran = go.directory.as_ref().ok()?;
    let base = if wanted.starts_with('/') { Path::root() } else { ran.clone() };
    let meant = base.join(&Text::literal(wanted))?;
    if meant == *ran || recipes.is_some_and(|recipes| recipes.open) {
        return None;
    }
    let what = if dockerfile.is_some() { "RUN" } else { "recipe line" };
    let mut finding = Finding::new(event.span, format!("`cd {wanted}` ends with this {what}"))
        .here("each one is a shell of its own")
        .label(reader.span, format!("go {} runs in `{ran}`", go.subcommand))
        .severity(Severity::Warning)
        .help(match dockerfile {
            Some(_) => format!("`WORKDIR {wanted}` lasts"),
            None => format!("go on in the same line: `cd {wanted} && …`"),
        });
    if let Some(edit) = dockerfile.and_then(|d| as_instruction(model, d, event.span, "cd", "WORKDIR")) {
        finding = finding.fix("make it WORKDIR", Applicability::Unsafe, vec![edit]);
    }
    Some(finding)
}

/// A RUN that holds one command, as the instruction that does the same and lasts.
fn as_instruction(model: &Model, document: &Dockerfile, command: Span, word: &str, keyword: &str) -> Option<Edit> {
    let instruction = document.instructions.iter().find(|instruction| instruction.span.contains(command))?;
    let text = model.text(command);
    let rest = text.strip_prefix(word)?.trim();
    let alone =
        matches!(instruction.kind, Kind::Run(_)) && instruction.flags.is_empty() && instruction.span.end == command.end;
    let plain = !rest.is_empty() && !rest.contains(['$', '`', '\\', '~']) && !rest.starts_with('-');
    (alone && plain && model.text(instruction.span).split_whitespace().nth(1) == Some(word))
        .then(|| edit::replace(instruction.span, format!("{keyword} {rest}")))
}
