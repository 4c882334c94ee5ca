//! Asks: which COPY names something that its stage, or the build context, does not have?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::files::{File, Found};
use crate::model::path::Path;
use crate::model::trace::{CopyFrom, CopySource, EventKind, HopKind};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for event in &build.trace.events {
            let EventKind::Copy(copy) = &event.kind else { continue };
            for source in copy.sources.iter().filter(|s| !s.argument.glob) {
                out.extend(match copy.from {
                    CopyFrom::Stage(stage) => from_stage(build, stage, source),
                    CopyFrom::Context => from_context(source).or_else(|| not_made(model, build, source)),
                    _ => None,
                });
            }
        }
    }
    out
}

fn from_context(source: &CopySource) -> Option<Finding> {
    let (Found::Missing, Some(path)) = (&source.found, &source.path) else { return None };
    let path = path.to_string();
    let path = path.trim_start_matches('/');
    Some(
        Finding::new(source.argument.span, format!("`.dockerignore` hides `{path}` from the build"))
            .here("the build context has no such path")
            .help(format!("let it in again: add `!{path}` at the end of .dockerignore")),
    )
}

/// A recipe makes a program of nearly that name and then builds the image, and nothing makes what is asked for.
fn not_made(model: &Model, build: &Build, source: &CopySource) -> Option<Finding> {
    let (Found::NotInCheckout { .. }, Some(path)) = (&source.found, &source.path) else { return None };
    let invocation = build.invocation.as_ref()?;
    let asked = path.to_string();
    let asked = asked.trim_start_matches('/');
    if !invocation.nothing_makes(asked, model.sources.checkout()) {
        return None;
    }
    let mut akin = invocation
        .made()
        .into_iter()
        .filter(|(made, file)| file.program.is_some() && likely(&Path::new(made), path) && made != asked);
    let (Some((made, file)), None) = (akin.next(), akin.next()) else { return None };
    let road = invocation.trace.road(file.hop);
    let finding = Finding::new(source.argument.span, format!("nothing puts `{asked}` into the build context"))
        .severity(Severity::Warning)
        .here("neither the repository nor a recipe puts it there")
        .label(road.first()?.span, format!("built here as `{made}`"))
        .help(format!("copy `{made}`, or build `{asked}`"));
    Some(finding)
}

fn from_stage(build: &Build, stage: usize, source: &CopySource) -> Option<Finding> {
    let path = source.path.as_ref()?;
    let candidates = candidates(build, stage, path);
    let proved = match &source.found {
        Found::Missing => true,
        // The context might bring it, but go builds a program of that name elsewhere.
        Found::NotInCheckout { .. } if candidates.iter().any(|(p, f)| f.program.is_some() && likely(p, path)) => false,
        _ => return None,
    };
    let from = &build.stages[stage];
    let mut finding = Finding::new(source.argument.span, format!("{} has no `{path}`", from.title(stage)))
        .here("nothing puts it there");
    if !proved {
        finding = finding.severity(Severity::Warning).here("neither the repository nor the stage puts it there");
    }
    for (candidate, file) in candidates.iter().take(3) {
        let hop = build.trace.get(file.hop);
        let verb = if hop.kind == HopKind::Built { "built" } else { "put" };
        finding = finding.label(hop.span, format!("{verb} here as `{candidate}`"));
    }
    if candidates.is_empty() {
        finding = finding.label(from.from, format!("{} begins here", from.title(stage)));
    }
    match candidates.as_slice() {
        [] => finding = finding.help(format!("build it as `{path}`, or copy it from where it is")),
        [(candidate, file)] => {
            finding = finding.help(format!("copy `{candidate}`"));
            let same_place = candidate.name() == path.name();
            if let (true, true, Some(text)) = (source.argument.exact, same_place, candidate.as_literal()) {
                let applicability = if file.program.is_some() { Applicability::Safe } else { Applicability::Unsafe };
                finding = finding.fix(
                    format!("copy `{candidate}`"),
                    applicability,
                    vec![edit::replace(source.argument.span, text)],
                );
            }
        }
        several => {
            let list: Vec<String> = several.iter().take(5).map(|(path, _)| format!("`{path}`")).collect();
            finding = finding.help(format!("the stage has {}", list.join(", ")));
        }
    }
    Some(finding)
}

/// A program of the same name, or one in the same directory whose name holds the other's or is held by it: `app`, `app-amd64`.
fn likely(candidate: &Path, asked: &Path) -> bool {
    let (Some(own), Some(name)) = (candidate.name(), asked.name()) else { return false };
    let (built, wanted) = (own.to_string(), name.to_string());
    let akin = built.contains(&wanted) || wanted.contains(&built);
    own == name || akin && !wanted.contains('.') && candidate.parent() == asked.parent()
}

/// Files of that name in the stage, else what go built there.
fn candidates(build: &Build, stage: usize, path: &Path) -> Vec<(Path, File)> {
    let files = build.stages[stage].world.files.files();
    let named: Vec<(Path, File)> = files.iter().filter(|(p, _)| p.name() == path.name()).cloned().collect();
    if !named.is_empty() {
        return named;
    }
    files.into_iter().filter(|(_, file)| file.program.is_some()).collect()
}
