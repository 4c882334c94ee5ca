//! Asks: which image is started through a shell that it does not have?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::dockerfile::start::{Form, Program, Resolution, Start};
use crate::syntax::dockerfile::Kind;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for start in &build.starts {
            out.extend(finding(build, start));
            out.extend(nameless(build, start));
            out.extend(start.programs.iter().filter_map(|program| script(build, start, program)));
        }
        // The container runs without it.
        for check in &build.checks {
            let scripts = check.programs.iter().filter_map(|program| script(build, check, program));
            let own = finding(build, check).into_iter().chain(nameless(build, check));
            out.extend(own.chain(scripts).map(|f| f.severity(Severity::Warning)));
        }
    }
    out
}

fn finding(build: &Build, start: &Start) -> Option<Finding> {
    let Form::Shell { text, malformed_json: false } = &start.form else { return None };
    let (shell, Resolution::Missing { .. } | Resolution::Directory(_)) = start.shell.as_ref()? else { return None };
    let keyword = match build.document.instructions.get(start.instruction)?.kind {
        Kind::Cmd(_) => "CMD",
        Kind::Healthcheck(_) => "HEALTHCHECK",
        _ => "ENTRYPOINT",
    };
    let stage = &build.stages[start.stage];
    let mut finding = Finding::new(
        text.whole(),
        format!("the shell form of {keyword} needs `{shell}`, which the image does not have"),
    )
    .here(format!("runs as `{shell} -c …`"))
    .label(stage.from, "no shell in this image")
    .help(format!("write {keyword} as a JSON array: then no shell is needed"));
    if let Some(words) = edit::plain_words(text) {
        finding = finding.fix(
            "write it in the exec form",
            Applicability::Safe,
            vec![edit::replace(text.whole(), edit::json_array(&words))],
        );
    }
    Some(finding)
}

/// A script that says nowhere who reads it. Only a shell, and what asks one, would take it.
fn nameless(build: &Build, start: &Start) -> Option<Finding> {
    let (Form::Exec { .. }, [program, ..]) = (&start.form, start.programs.as_slice()) else { return None };
    let Resolution::Found { path, found } = &program.resolution else { return None };
    if !program.no_interpreter {
        return None;
    }
    let finding = Finding::new(program.span, format!("the first line of `{path}` names no interpreter"))
        .here(format!("`exec {path}: exec format error` at the start"))
        .help("let the script begin with `#!/bin/sh`, with nothing in front of it");
    Some(match found.file() {
        Some(file) => finding.label(build.trace.get(file.hop).span, "the script comes into the image here"),
        None => finding,
    })
}

/// A script whose interpreter the image does not have.
fn script(build: &Build, start: &Start, program: &Program) -> Option<Finding> {
    let (interpreter, Resolution::Missing { .. } | Resolution::Directory(_)) = program.interpreter.as_ref()? else {
        return None;
    };
    let shown = interpreter.replace('\r', "\\r");
    let Resolution::Found { path, found } = &program.resolution else { return None };
    let help = if interpreter.ends_with('\r') {
        "save the script with Unix line ends".to_string()
    } else {
        format!("install `{shown}`, or write the script for a shell that is there")
    };
    let finding =
        Finding::new(program.span, format!("the script `{path}` needs `{shown}`, which the image does not have"))
            .here(format!("`exec {path}: no such file or directory` at the start"));
    let finding = match found.file() {
        Some(file) => finding.label(build.trace.get(file.hop).span, "the script comes into the image here"),
        None => finding,
    };
    Some(finding.label(build.stages[start.stage].from, format!("no `{shown}` in this image")).help(help))
}
