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
                    CopyFrom::Context => from_context(source),
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

/// A program of the same name, or beside it one whose name is longer or shorter by a suffix or prefix (`tool-linux`).
fn likely(candidate: &Path, asked: &Path) -> bool {
    let (Some(own), Some(wanted)) = (candidate.name(), asked.name()) else { return false };
    if own == wanted {
        return true;
    }
    let (own, wanted) = (own.to_string(), wanted.to_string());
    candidate.parent() == asked.parent() && (own.contains(&wanted) || wanted.contains(&own))
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
