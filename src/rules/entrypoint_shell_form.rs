//! Asks: which ENTRYPOINT runs in a shell, so that arguments do not reach the program?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::start::{Form, Resolution, Start};
use crate::model::dockerfile::{Build, Startable};
use crate::model::shell::may_read_arguments;
use crate::syntax::dockerfile::Command;

pub fn check(model: &Model) -> Vec<Finding> {
    let of_build = |build: &'_ Build| build.starts.iter().filter_map(|start| finding(build, start)).collect::<Vec<_>>();
    model.dockerfiles.iter().flat_map(|build| of_build(build)).collect()
}

fn finding(build: &Build, start: &Start) -> Option<Finding> {
    let Form::Shell { text, malformed_json: false } = &start.form else { return None };
    // Without a shell it does not start at all; `exec` gets the signals, and whoever writes it knows of the shell.
    let shell = matches!(&start.shell, Some((_, Resolution::Found { .. })));
    let exec = text.text.split_whitespace().next() == Some("exec");
    if start.from_cmd || !shell || exec || may_read_arguments(text) {
        return None;
    }
    let span = text.whole();
    let mut finding =
        Finding::new(span, "this ENTRYPOINT runs in a shell, which drops CMD and the arguments of `docker run`")
            .here("`/bin/sh -c` takes this text and nothing else");
    let cmd = match &build.stages[start.stage].config.cmd {
        Some(Startable::Written { instruction, command }) if !is_empty(command) => {
            build.document.instructions.get(*instruction)
        }
        _ => None,
    };
    if let Some(cmd) = cmd {
        finding = finding.severity(Severity::Warning).label(cmd.span, "this never reaches the program");
    }
    let Some(words) = edit::plain_words(text) else {
        return Some(finding.help("put `exec` in front of the program that runs on: then signals reach it"));
    };
    let array = edit::json_array(&words);
    Some(finding.help(format!("use the exec form: `ENTRYPOINT {array}`")).fix(
        "use the exec form",
        Applicability::Unsafe,
        vec![edit::replace(span, array)],
    ))
}

fn is_empty(command: &Command) -> bool {
    match command {
        Command::Exec { elements, .. } => elements.is_empty(),
        Command::Shell { text, .. } => text.text.trim().is_empty(),
    }
}
