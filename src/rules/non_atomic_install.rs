//! Asks: which recipe puts a program in its place first, and gives it mode and owner in later steps?

use super::edit;
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::trace::{
    Argument, Event, EventKind, PermissionKind, PermissionRun, PermissionTarget, Place, TransferKind, TransferRun,
};
use crate::model::value::{CHECKOUT, Part, Relation, Symbol, Text, Value};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    let traces = model.makefiles.iter().map(|recipes| &recipes.trace);
    traces.flat_map(|trace| (0..trace.events.len()).filter_map(|at| finding(model, &trace.events[at..]))).collect()
}

/// A later step on the file.
struct Step<'e> {
    event: &'e Event,
    run: &'e PermissionRun,
    target: &'e PermissionTarget,
}

fn finding(model: &Model, events: &[Event]) -> Option<Finding> {
    let (event, later) = events.split_first()?;
    let EventKind::Transfer(run) = &event.kind else { return None };
    let Place::Recipe { target, line } = &event.place else { return None };
    let (TransferKind::Copy | TransferKind::Move) = run.kind else { return None };
    let landed = landed(run).filter(is_installed)?;
    let mut steps = Vec::new();
    for event in later {
        match (&event.place, &event.kind) {
            (Place::Recipe { target: other, .. }, _) if other != target => break,
            (Place::Recipe { line: other, .. }, EventKind::Permission(run)) if other != line => {
                let target =
                    run.targets.iter().find(|t| text_of(t).is_some_and(|t| t.compare(&landed) == Relation::Equal));
                steps.extend(target.map(|target| Step { event, run, target }));
            }
            _ => {}
        }
    }
    // What has no x bit is no program: a secret, a unit file.
    steps.iter().find(|step| step.run.kind == PermissionKind::Mode && makes_executable(step))?;
    let what = match steps.iter().any(|step| step.run.kind == PermissionKind::Owner) {
        true => "its mode and owner",
        false => "its mode",
    };
    let mut finding = Finding::new(run.command, format!("`{landed}` is in place before it has {what}"))
        .here("whoever starts it now gets it as it is");
    for step in &steps {
        let what = if step.run.kind == PermissionKind::Mode { "mode" } else { "owner" };
        finding = finding.label(step.run.command, format!("the {what} comes here, in a step of its own"));
    }
    if run.kind == TransferKind::Move {
        return Some(finding.help("set mode and owner first, then mv"));
    }
    finding = finding.help("`install -m MODE -o OWNER -g GROUP` does it in one step, in the right order");
    if let Some(edits) = install(model, run, *line, &steps) {
        finding = finding.fix("use install", Applicability::Safe, edits);
    }
    Some(finding)
}

/// Where the one source lands, as text: a path that the caller may move (`$(DESTDIR)…`) is no [`crate::model::path::Path`].
fn landed(run: &TransferRun) -> Option<Text> {
    let ([source], Value::Text(destination)) = (run.sources.as_slice(), &run.destination.value) else { return None };
    if source.glob {
        return None;
    }
    if let Some(Some(path)) = run.landed.first() {
        return Some(path.text().clone());
    }
    if !destination.literal_suffix().ends_with('/') {
        return Some(destination.clone());
    }
    let Value::Text(source) = &source.value else { return None };
    let name = source.split('/').pop().filter(|name| !name.is_empty())?;
    Some(destination.clone().concat(&name))
}

fn text_of(target: &PermissionTarget) -> Option<Text> {
    match (&target.path, &target.argument.value) {
        (Some(path), _) => Some(path.text().clone()),
        (None, Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// A place that others use, not one that the build fills.
fn is_installed(landed: &Text) -> bool {
    let cache = |rest: Option<&Part>| matches!(rest, Some(Part::Literal(text)) if text.starts_with("/.cache/"));
    match landed.parts() {
        [Part::Literal(text), ..] => {
            text.len() > 1 && text.starts_with('/') && !text.starts_with(CHECKOUT) && !text.starts_with("/tmp/")
        }
        [Part::Symbol(Symbol(name)), rest @ ..] => match name.to_ascii_lowercase().as_str() {
            "destdir" | "prefix" | "bindir" | "sbindir" => true,
            "home" => !cache(rest.first()),
            _ => false,
        },
        [] => false,
    }
}

fn makes_executable(step: &Step) -> bool {
    let Some(text) = step.run.what.value.as_literal() else { return false };
    match u32::from_str_radix(text, 8) {
        Ok(mode) => mode & 0o111 != 0,
        Err(_) => text.contains(['+', '=']) && text.contains(['x', 's']),
    }
}

/// `cp` becomes `install`, and the lines of the later steps go.
fn install(model: &Model, run: &TransferRun, line: usize, steps: &[Step]) -> Option<Vec<Edit>> {
    let plain = run.options.iter().all(|o| matches!(o.value.as_literal(), Some("-f" | "-v" | "-fv" | "-vf")));
    let source = run.sources.first().filter(|_| plain)?;
    let (mut mode, mut owner, mut edits) = (None, String::new(), Vec::new());
    for (i, step) in steps.iter().enumerate() {
        let Place::Recipe { line: at, .. } = &step.event.place else { return None };
        if *at != line + i + 1 || step.run.targets.len() != 1 || step.run.recursive || step.run.other_flags {
            return None;
        }
        match step.run.kind {
            PermissionKind::Mode => mode = Some(mode_written(model, step)?),
            PermissionKind::Owner => owner = owner_flags(model, &step.run.what)?,
        }
        edits.push(whole_line(model, step.run.command)?);
    }
    let front = Span::new(run.command.file, run.command.start as usize, source.span.start as usize);
    let text = model.text(front);
    let at = text.split_inclusive(char::is_whitespace).scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some((start, word.trim_end()))
    });
    let (at, _) = at.into_iter().find(|(_, word)| *word == "cp")?;
    let words = Span::new(front.file, front.start as usize + at, front.end as usize);
    edits.push(edit::replace(words, format!("install -m {}{owner} ", mode?)));
    Some(edits)
}

/// The mode as install takes it, with the variable that it was given by.
fn mode_written(model: &Model, step: &Step) -> Option<String> {
    let octal = u32::from_str_radix(step.run.what.value.as_literal()?, 8).ok();
    match model.text(step.run.what.span) {
        written if octal.is_some() && written.contains('$') => Some(written),
        _ => Some(format!("{:04o}", step.target.mode_after.or(octal)?)),
    }
}

/// `root:adm` as install takes it, with the variables that it was given by. install has no `root:`, which is root's own group.
fn owner_flags(model: &Model, what: &Argument) -> Option<String> {
    let owner = what.value.as_literal().filter(|owner| !owner.ends_with(':'))?;
    let (user, group) = owner.split_once(':').unwrap_or((owner, ""));
    if group.contains(':') || user.contains('.') {
        return None;
    }
    let written = model.text(what.span);
    let (user, group) = match (written.contains('$'), user, group) {
        (false, user, group) => (user, group),
        (true, _, "") => (written.as_str(), ""),
        (true, "", _) if !written.starts_with(':') => ("", written.as_str()),
        (true, ..) => written.split_once(':')?,
    };
    // What the colon parts must be whole: no end of a quote or of `$(NAME:.in=)`.
    let is_whole =
        |name: &str| !name.contains(['"', '\'', ':']) && name.matches('(').count() == name.matches(')').count();
    let flag = |flag: &str, name: &str| if name.is_empty() { String::new() } else { format!(" {flag} {name}") };
    (is_whole(user) && is_whole(group)).then(|| flag("-o", user) + &flag("-g", group))
}

/// Removes the recipe line of a command that is alone on it.
fn whole_line(model: &Model, command: Span) -> Option<Edit> {
    let text = &model.sources.get(command.file).text;
    let (start, end) = (command.start as usize, command.end as usize);
    let (first, last) = (edit::line(text, start), edit::line(text, end));
    let alone = text[first.start..start].chars().all(|c| matches!(c, '\t' | ' ' | '@' | '-' | '+'))
        && text[end..last.end].trim().is_empty();
    alone.then(|| edit::remove_lines(model, command))
}
