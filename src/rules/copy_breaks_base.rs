//! Asks: which COPY cannot go, or goes where it breaks the base image?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::path::Path;
use crate::model::trace::{CopyRun, CopySource, Event, EventKind};

const BUSYBOX: &str = "/bin/busybox";

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for (build, event) in model.build_events() {
        let EventKind::Copy(copy) = &event.kind else { continue };
        out.extend(link(model, build, event, copy));
        out.extend(copy.sources.iter().filter_map(|source| applet(build, event, copy, source)));
    }
    out
}

/// A directory, or a tree of its own, in the place of a link.
fn link(model: &Model, build: &Build, event: &Event, copy: &CopyRun) -> Option<Finding> {
    let link = copy.over_links.first()?;
    let stage = &build.stages[event.place.stage()?];
    let destination = copy.destination.as_ref()?;
    let base = format!("here `{link}` is a link to `/usr{link}`");
    Some(match copy.link {
        true => {
            let finding =
                Finding::new(destination.span, format!("`--link` puts a directory in the place of the link `{link}`"))
                    .severity(Severity::Warning)
                    .here("builders that merge layers lose every program in it")
                    .label(stage.from, base)
                    .help(format!("copy to `/usr{link}`, or without --link"));
            let behind = format!("/usr{}", model.text(destination.span));
            match model.text(destination.span).starts_with(&link.to_string()) {
                true => finding.fix(
                    format!("copy to `{behind}`"),
                    Applicability::Unsafe,
                    vec![edit::replace(destination.span, behind)],
                ),
                false => finding,
            }
        }
        false => Finding::new(destination.span, format!("a directory cannot take the place of the link `{link}`"))
            .here("`cannot copy to non-directory`")
            .label(stage.from, base)
            .help(format!("copy the contents of each directory: to `/usr{link}/`, and so on")),
    })
}

/// A file that is written through one of busybox' links.
fn applet(build: &Build, event: &Event, copy: &CopyRun, source: &CopySource) -> Option<Finding> {
    let landed = source.landed.as_ref()?;
    let file = source.found.file()?;
    let stage = &build.stages[event.place.stage()?];
    let busybox = Path::new(BUSYBOX);
    let replaced = stage.world.files.files().into_iter().find(|(path, _)| *path == busybox)?.1;
    let through = build.trace.road(replaced.hop).last().is_some_and(|hop| hop.span == source.argument.span);
    if *landed == busybox || !through || build.trace.get(replaced.hop).previous != Some(file.hop) {
        return None;
    }
    Some(
        Finding::new(copy.destination.as_ref()?.span, format!("`{landed}` is a link, so this replaces `{BUSYBOX}`"))
            .here("the shell and every other command of the image are this program now")
            .label(stage.from, format!("here `{landed}` is a link to `{BUSYBOX}`"))
            .help("copy it to `/usr/local/bin/`"),
    )
}
