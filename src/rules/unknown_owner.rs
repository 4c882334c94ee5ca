//! Asks: where is a user or group named that the image does not have?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::accounts::Account;
use crate::model::dockerfile::Build;
use crate::model::images::usual_id;
use crate::model::trace::{CopyRun, Event, EventKind};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        out.extend(build.trace.events.iter().filter_map(|event| match &event.kind {
            EventKind::Copy(copy) => copied(model, build, event, copy),
            EventKind::Permission(run) => changed(model, build, event, &run.unknown_names, run.what.span),
            _ => None,
        }));
        let shipped = build.stages.iter().enumerate().filter(|(_, stage)| stage.shipped);
        out.extend(shipped.filter_map(|(index, stage)| {
            let (name, span) = stage.missing_user.as_ref()?;
            let missing = [(Account::User, name.clone())];
            Some(numbered(
                model,
                *span,
                &missing,
                Finding::new(*span, format!("the image has no user `{name}`"))
                    .here("looked up when the container starts")
                    .label(stage.from, format!("{} begins here", stage.title(index)))
                    .help("name the user by number: a number needs no entry in /etc/passwd"),
            ))
        }));
    }
    out
}

fn list(names: &[(Account, String)]) -> Option<String> {
    let words: Vec<String> = names.iter().map(|(account, name)| format!("{} `{name}`", account.noun())).collect();
    (!words.is_empty()).then(|| words.join(" and no "))
}

fn copied(model: &Model, build: &Build, event: &Event, copy: &CopyRun) -> Option<Finding> {
    let names = list(&copy.unknown_names)?;
    let index = event.place.stage()?;
    let stage = &build.stages[index];
    let span = copy.chown.as_ref()?.span;
    let finding = Finding::new(span, format!("{} has no {names}", stage.title(index)))
        .label(stage.from, format!("{} begins here", stage.title(index)))
        .help("give the owner as numbers, or create the user before this COPY");
    let finding = numbered(model, span, &copy.unknown_names, finding);
    Some(match copy.first {
        true => finding.here("`invalid user index: -1`: the image is still empty"),
        false => finding.severity(Severity::Warning).here("BuildKit takes root instead, other builders stop"),
    })
}

fn changed(model: &Model, build: &Build, event: &Event, missing: &[(Account, String)], span: Span) -> Option<Finding> {
    let names = list(missing)?;
    let index = event.place.stage()?;
    let stage = &build.stages[index];
    let finding = Finding::new(span, format!("{} has no {names}", stage.title(index)))
        .here("the command fails")
        .label(stage.from, format!("{} begins here", stage.title(index)))
        .help("use a name that is there, or a number");
    Some(numbered(model, span, missing, finding))
}

/// Writes the number in the place of each missing name, where every image that has the name has the same one.
fn numbered(model: &Model, span: Span, missing: &[(Account, String)], finding: Finding) -> Finding {
    let written = model.text(span);
    let number =
        |(account, part): (Account, &str)| match missing.iter().any(|(of, name)| *of == account && name == part) {
            true => usual_id(account, part).map(|id| id.to_string()),
            false => Some(part.to_string()),
        };
    let accounts = [Account::User, Account::Group];
    let parts: Option<Vec<String>> = accounts.into_iter().zip(written.split(':')).map(number).collect();
    match parts.map(|parts| parts.join(":")) {
        Some(numbers) if numbers != written => {
            finding.fix(format!("write `{numbers}`"), Applicability::Safe, vec![edit::replace(span, numbers)])
        }
        _ => finding,
    }
}
