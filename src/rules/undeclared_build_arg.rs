//! Asks: which stage reads a build argument that it did not declare, and so gets nothing?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::{Build, PLATFORM_ARGS};
use crate::model::trace::{EventKind, Place};
use crate::model::value::{Text, Value};
use crate::source::Span;
use crate::syntax::dockerfile::{Assignment, Instruction, Kind};
use std::collections::BTreeSet;

/// What a RUN has without ARG: the proxies that the builder passes on, and what shells set themselves.
const ALWAYS: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "SOURCE_DATE_EPOCH",
    "PATH",
    "HOME",
    "PWD",
    "OLDPWD",
    "HOSTNAME",
    "SHELL",
    "USER",
    "LOGNAME",
    "TERM",
    "UID",
    "EUID",
    "IFS",
    "RANDOM",
    "SECONDS",
    "HOSTTYPE",
    "MACHTYPE",
    "OSTYPE",
    "OPTARG",
    "OPTIND",
];

pub fn check(model: &Model) -> Vec<Finding> {
    model.dockerfiles.iter().flat_map(|build| of_build(model, build)).collect()
}

/// An ARG that stands somewhere in the file.
struct Declared<'m> {
    assignment: &'m Assignment,
    /// Before the first FROM, for all stages to take.
    global: bool,
    instruction: usize,
}

fn of_build(model: &Model, build: &Build) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for event in &build.trace.events {
        let (EventKind::Unset(name), Place::Stage { stage, instruction }) = (&event.kind, &event.place) else {
            continue;
        };
        let own = event.span.file == build.document.file;
        if own && !ALWAYS.contains(&name.to_uppercase().as_str()) && seen.insert((*stage, name)) {
            out.extend(finding(model, build, *stage, *instruction, name, event.span));
        }
    }
    out
}

fn finding(model: &Model, build: &Build, stage: usize, instruction: usize, name: &str, span: Span) -> Option<Finding> {
    let platform = PLATFORM_ARGS.contains(&name);
    let here = &build.stages[stage];
    let declared = declared(build, name);
    let below = declared.iter().find(|d| here.instructions.contains(&d.instruction));
    let nearest = below.or(declared.iter().find(|d| d.global)).or(declared.first());
    if !platform && nearest.is_none() {
        return None;
    }
    let reader = build.document.instructions.get(instruction)?;
    let mut finding = Finding::new(span, format!("`{name}` is empty here: {} does not declare it", here.title(stage)))
        .here(if below.is_some() { "ARG comes only below" } else { "no ARG in this stage" });
    if let Some(nearest) = nearest {
        let text = match (below, nearest.global) {
            (Some(_), _) => "declared here, too late",
            (None, true) => "declared for FROM lines only: each stage has to ask for it",
            (None, false) => "declared here, for another stage",
        };
        finding = finding.label(nearest.assignment.span, text);
    } else {
        finding = finding.label(here.from, "the stage begins here");
    }
    // A stage that runs on the platform it builds for needs no GOARCH; a label is only text.
    let arch = &here.world.toolchain.platform.arch;
    let native = name.starts_with("TARGET") && *arch == Value::Text(Text::symbol("TARGETARCH"));
    if native && is_for_go(build, reader, span) || matches!(reader.kind, Kind::Label(_)) {
        finding = finding.severity(Severity::Warning);
    }
    if is_only_shown(model, build, span) {
        finding = finding.severity(Severity::Note);
    }
    // The default of another stage's ARG has to come along.
    let foreign = nearest.filter(|d| below.is_none() && !d.global && d.assignment.value.is_some());
    let (text, applicability) = match foreign {
        Some(other) => {
            let assignment = other.assignment;
            let default = assignment.value.as_ref().map_or("", |value| value.raw.text.as_str());
            (format!("ARG {name}={default}"), Applicability::Unsafe)
        }
        None => (format!("ARG {name}"), Applicability::Safe),
    };
    finding = finding.help(format!("declare it in the stage, above this line: `{text}`"));
    if below.is_some_and(|d| d.assignment.value.is_some()) {
        return Some(finding);
    }
    Some(finding.fix("declare it in the stage", applicability, vec![edit::before(reader.span, format!("{text}\n"))]))
}

/// Whether a reference stands in `GOOS=…` or `GOARCH=…`, which go takes for its own platform where they are empty.
fn is_for_go(build: &Build, reader: &Instruction, span: Span) -> bool {
    let for_go = |name: &str| matches!(name, "GOOS" | "GOARCH" | "GOARM");
    let in_env = match &reader.kind {
        Kind::Env(all) => all.iter().any(|a| for_go(&a.name.raw.text) && a.span.contains(span)),
        _ => false,
    };
    in_env
        || build.trace.events.iter().any(|event| match &event.kind {
            EventKind::Command(run) => run.assigns.iter().any(|(name, _, at)| for_go(name) && at.contains(span)),
            _ => false,
        })
}

/// Whether a reference stands in what `echo` or `printf` write for whoever watches the build.
fn is_only_shown(model: &Model, build: &Build, span: Span) -> bool {
    build.trace.events.iter().any(|event| {
        let EventKind::Command(run) = &event.kind else { return false };
        let Some((name, rest)) = run.words.split_first() else { return false };
        let Some(last) = rest.last().filter(|_| rest.iter().any(|word| word.span.contains(span))) else { return false };
        let behind = &model.sources.get(span.file).text[last.span.range().end..];
        let end = behind.find(['&', ';', '\n']).unwrap_or(behind.len());
        // Not into a file, or another command.
        matches!(name.value.as_literal(), Some("echo" | "printf")) && !behind[..end].contains(['>', '|', ')', '`'])
    })
}

/// Every ARG of the name, in file order.
fn declared<'m>(build: &'m Build, name: &str) -> Vec<Declared<'m>> {
    let first_from = build.stages.first().map_or(usize::MAX, |stage| stage.instructions.start);
    let mut out = Vec::new();
    for (index, instruction) in build.document.instructions.iter().enumerate() {
        let Kind::Arg(assignments) = &instruction.kind else { continue };
        let named = assignments.iter().filter(|a| a.name.raw.text == name);
        out.extend(named.map(|assignment| Declared { assignment, global: index < first_from, instruction: index }));
    }
    out
}
