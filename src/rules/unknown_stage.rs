//! Asks: which COPY --from names a stage that does not exist, or not yet?

use crate::finding::{Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::{Build, Stage};
use crate::model::trace::{CopyFrom, CopyRun, EventKind};
use crate::source::Span;
use std::collections::HashSet;
use strsim::damerau_levenshtein;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for event in &build.trace.events {
            let (EventKind::Copy(copy), Some(stage)) = (&event.kind, event.place.stage()) else { continue };
            let Some(span) = copy.from_span else { continue };
            if copy.from_variable {
                // By this name it is podman's, which expands them.
                let path = &model.sources.get(build.document.file).path;
                if path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().contains("containerfile")) {
                    continue;
                }
                out.push(
                    Finding::new(span, "Docker expands no variable in `--from`")
                        .severity(Severity::Warning)
                        .here("taken as it is written; only podman and buildah put the value here")
                        .help("give the image a stage of its own, `FROM $NAME AS source`, and copy from that stage"),
                );
                continue;
            }
            out.extend(match &copy.from {
                CopyFrom::NoIndex(index) => Some(
                    Finding::new(span, format!("there is no stage {index} before this one"))
                        .here("stages are counted from 0")
                        .help("name the stage with AS, and copy from that name"),
                ),
                CopyFrom::Later(itself) => Some(
                    Finding::new(span, format!("{} copies from itself", build.stages[*itself].title(*itself)))
                        .here("a stage can only take from stages before it"),
                ),
                CopyFrom::Image(value) => value.as_literal().and_then(|name| named(build, stage, name, span, copy)),
                CopyFrom::Context | CopyFrom::Stage(_) => None,
            });
        }
    }
    out
}

fn named(build: &Build, stage: usize, name: &str, span: Span, copy: &CopyRun) -> Option<Finding> {
    let stages = || build.stages.iter().enumerate().filter_map(|(i, s)| Some((i, s.name.as_deref()?, s)));
    if let Some((_, _, later)) = stages().find(|(i, n, _)| *i > stage && n.eq_ignore_ascii_case(name)) {
        return Some(
            Finding::new(span, format!("stage `{name}` stands below this one"))
                .here("a stage can only take from stages before it")
                .label(later.from, format!("`{name}` begins here"))
                .help("move that stage up"),
        );
    }
    // An image's name has a registry, a tag or a path; a plain word close to a stage's name is a slip, and so is one in place of a
    // stage that makes what is asked for and that nothing takes from.
    if name.contains(['/', ':', '.', '@']) {
        return None;
    }
    let (_, meant, near) = stages()
        .filter(|(i, n, _)| {
            *i < stage && (1..=2).contains(&damerau_levenshtein(&n.to_lowercase(), &name.to_lowercase())) && n.len() > 3
        })
        .min_by_key(|(_, n, _)| damerau_levenshtein(n, name))
        .or_else(|| {
            let used: HashSet<usize> = build.stages.iter().flat_map(|s| s.needs.iter().copied()).collect();
            let mut meant = stages().filter(|(i, _, s)| *i < stage && !used.contains(i) && makes(s, copy));
            meant.next().filter(|_| meant.next().is_none())
        })?;
    Some(
        Finding::new(span, format!("no stage is called `{name}`, so an image of that name is pulled"))
            .here(format!("`{meant}` is meant?"))
            .label(near.from, format!("`{meant}` begins here"))
            .help(format!("copy from `{meant}`")),
    )
}

/// Whether a stage makes a Go program at a path that a COPY takes.
fn makes(stage: &Stage, copy: &CopyRun) -> bool {
    stage.world.files.go_programs().iter().any(|(path, _)| copy.sources.iter().any(|s| s.path.as_ref() == Some(path)))
}
