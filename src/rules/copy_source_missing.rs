//! Asks: which COPY names something that its stage, or the build context, does not have?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::builders::Release;
use crate::model::dockerfile::{Bound, Build};
use crate::model::files::{File, Found};
use crate::model::path::Path;
use crate::model::trace::{CopyFrom, CopyRun, CopySource, Event, EventKind, HopKind};
use crate::model::value::{Text, Value};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for (build, event) in model.build_events() {
        let EventKind::Copy(copy) = &event.kind else { continue };
        let split = split_by_space(build, copy);
        if split.is_some() {
            out.extend(split);
            continue;
        }
        for source in copy.sources.iter().filter(|s| !s.argument.glob) {
            out.extend(match copy.from {
                CopyFrom::Stage(stage) => {
                    from_stage(build, stage, source).or_else(|| on_some_machine(build, stage, source))
                }
                CopyFrom::Context => from_context(source)
                    .or_else(|| not_made(build, source))
                    .or_else(|| not_released(model, build, source)),
                _ => None,
            });
        }
    }
    out
}

/// Two sources that the stage does not have, and that without the space between them name a file of it.
fn split_by_space(build: &Build, copy: &CopyRun) -> Option<Finding> {
    let CopyFrom::Stage(stage) = copy.from else { return None };
    let files = build.stages[stage].world.files.files();
    copy.sources.windows(2).find_map(|pair| {
        let [first, second] = pair else { return None };
        let missing = |source: &CopySource| source.found == Found::Missing;
        let (Value::Text(head), Value::Text(tail)) = (&first.argument.value, &second.argument.value) else {
            return None;
        };
        let whole = Path::root().join(&Text::literal("/").concat(head).concat(tail))?;
        let (_, file) = files.iter().find(|(path, _)| *path == whole).filter(|_| missing(first) && missing(second))?;
        let span = first.argument.span.to(second.argument.span);
        let finding = Finding::new(span, format!("the space splits `{whole}` into two sources"))
            .here(format!("{} has neither of them", build.stages[stage].title(stage)))
            .label(build.trace.get(file.hop).span, format!("put here as `{whole}`"))
            .help("take the space out");
        Some(match (first.argument.exact && second.argument.exact, whole.as_literal()) {
            (true, Some(path)) => {
                finding.fix("take the space out", Applicability::Safe, vec![edit::replace(span, path)])
            }
            _ => finding,
        })
    })
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

/// A path that a build for one platform has and one for another has not. It works wherever the machine happens to be the right one.
fn on_some_machine(build: &Build, stage: usize, source: &CopySource) -> Option<Finding> {
    let is_missing = |event: &Event| match &event.kind {
        EventKind::Copy(copy) => {
            copy.sources.iter().any(|s| s.argument.span == source.argument.span && s.found == Found::Missing)
        }
        _ => false,
    };
    let missing = |bound: &&Bound| bound.build.trace.events.iter().any(is_missing);
    let first = build.bound.iter().find(missing)?;
    let path = source.path.as_ref()?;
    let mut finding = Finding::new(
        source.argument.span,
        format!(
            "{} has no `{path}`, where the image is for linux/{}",
            build.stages[stage].title(stage),
            first.machine.target
        ),
    )
    .here("nothing puts it there")
    .help("name the platform by the same variable as the command that builds it");
    for (candidate, file) in candidates(build, stage, path).iter().take(3) {
        finding = finding.label(build.trace.get(file.hop).span, format!("built here as `{candidate}`"));
    }
    let everywhere = build.bound.iter().filter(missing).count() == build.bound.len();
    Some(if everywhere { finding } else { finding.severity(Severity::Warning) })
}

/// A recipe makes a program of nearly that name and then builds the image, and nothing makes what is asked for.
fn not_made(build: &Build, source: &CopySource) -> Option<Finding> {
    let (Found::NotInCheckout { .. }, Some(path)) = (&source.found, &source.path) else { return None };
    if !build.unmade.contains(path) {
        return None;
    }
    let invocation = build.invocation.as_ref()?;
    let asked = path.to_string();
    let asked = asked.trim_start_matches('/');
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

/// Only goreleaser says how the image is built, and in none of its contexts lies what is asked for.
fn not_released(model: &Model, build: &Build, source: &CopySource) -> Option<Finding> {
    let (Found::NotInCheckout { .. }, Some(path)) = (&source.found, &source.path) else { return None };
    let dockerfile = &model.sources.get(build.document.file).path;
    let recipes = model.invoked.iter().any(|invoked| invoked.document.file == build.document.file);
    if recipes || model.builders.names(dockerfile) {
        return None;
    }
    let asked = path.as_literal()?.trim_start_matches('/');
    let releases: Vec<&Release> = model.builders.releases_of(dockerfile).collect();
    let first = releases.first()?;
    let lacks = |release: &&Release| release.image.has(asked) == Some(false);
    if !releases.iter().all(lacks) {
        return None;
    }
    let programs: Vec<String> = first.image.programs.iter().flatten().map(|name| format!("`{name}`")).collect();
    Some(
        Finding::new(source.argument.span, format!("goreleaser puts no `{asked}` into the build context"))
            .severity(Severity::Warning)
            .here("neither a program that it builds, nor one of the extra_files")
            .label(first.span, "the image is built here")
            .help(format!("copy {}, or name `{asked}` in extra_files", programs.join(" or "))),
    )
}

fn from_stage(build: &Build, stage: usize, source: &CopySource) -> Option<Finding> {
    if !matches!(source.found, Found::Missing | Found::NotInCheckout { .. }) {
        return None;
    }
    let path = source.path.as_ref()?;
    let candidates = candidates(build, stage, path);
    let proved = source.found == Found::Missing;
    // The context might bring it, unless go builds a program of that name elsewhere.
    if !proved && !candidates.iter().any(|(p, f)| f.program.is_some() && likely(p, path)) {
        return None;
    }
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
