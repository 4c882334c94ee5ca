//! Asks: where is a user or group named that the image does not have?

use crate::finding::{Finding, Severity};
use crate::model::Model;
use crate::model::accounts::Account;
use crate::model::dockerfile::Build;
use crate::model::trace::{CopyRun, Event, EventKind};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        out.extend(build.trace.events.iter().filter_map(|event| match &event.kind {
            EventKind::Copy(copy) => copied(build, event, copy),
            EventKind::Permission(run) => changed(build, event, &run.unknown_names, run.what.span),
            _ => None,
        }));
        let shipped = build.stages.iter().enumerate().filter(|(_, stage)| stage.shipped);
        out.extend(shipped.filter_map(|(index, stage)| {
            let (name, span) = stage.missing_user.as_ref()?;
            Some(
                Finding::new(*span, format!("the image has no user `{name}`"))
                    .here("looked up when the container starts")
                    .label(stage.from, format!("{} begins here", stage.title(index)))
                    .help("name the user by number: a number needs no entry in /etc/passwd"),
            )
        }));
    }
    out
}

fn list(names: &[(Account, String)]) -> Option<String> {
    let words: Vec<String> = names.iter().map(|(account, name)| format!("{} `{name}`", account.noun())).collect();
    (!words.is_empty()).then(|| words.join(" and no "))
}

fn copied(build: &Build, event: &Event, copy: &CopyRun) -> Option<Finding> {
    let names = list(&copy.unknown_names)?;
    let index = event.place.stage()?;
    let stage = &build.stages[index];
    let finding = Finding::new(copy.chown.as_ref()?.span, format!("{} has no {names}", stage.title(index)))
        .label(stage.from, format!("{} begins here", stage.title(index)))
        .help("give the owner as numbers, or create the user before this COPY");
    Some(match copy.first {
        true => finding.here("`invalid user index: -1`: the image is still empty"),
        false => finding.severity(Severity::Warning).here("BuildKit takes root instead, other builders stop"),
    })
}

fn changed(build: &Build, event: &Event, names: &[(Account, String)], span: crate::source::Span) -> Option<Finding> {
    let names = list(names)?;
    let index = event.place.stage()?;
    let stage = &build.stages[index];
    Some(
        Finding::new(span, format!("{} has no {names}", stage.title(index)))
            .here("the command fails")
            .label(stage.from, format!("{} begins here", stage.title(index)))
            .help("use a name that is there, or a number"),
    )
}
