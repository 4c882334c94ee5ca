//! Asks: where is `go install` given -o, which it does not have?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::go::{FailureKind, Outcome};
use crate::model::trace::{Event, EventKind};

pub fn check(model: &Model) -> Vec<Finding> {
    model.events().filter_map(|(_, event)| finding(event)).collect()
}

fn finding(event: &Event) -> Option<Finding> {
    let EventKind::Go(run) = &event.kind else { return None };
    let Outcome::Fails(failure) = &run.outcome else { return None };
    if failure.kind != FailureKind::InstallOutputFlag {
        return None;
    }
    let span = failure.argument.and_then(|i| run.words.get(i + 1)).map_or(event.span, |word| word.span);
    let finding = Finding::new(span, "`go install` has no flag `-o`")
        .here(failure.text.lines().next().unwrap_or_default().to_string());
    let versioned = run.words.iter().any(|word| word.value.to_string().contains('@'));
    if versioned {
        return Some(finding.help("say where with GOBIN: `GOBIN=/dir go install …`"));
    }
    let finding = finding.help("`go build -o` writes to a file; `GOBIN=/dir go install` writes into a directory");
    let install = run.words.get(1).filter(|word| word.exact && word.value.as_literal() == Some("install"));
    Some(match install {
        Some(word) => finding.fix("build it", Applicability::Unsafe, vec![edit::replace(word.span, "build")]),
        None => finding,
    })
}
