//! Asks: where is `go install` given -o, which it does not have?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::go::FailureKind;
use crate::model::trace::{Event, GoRun};

pub fn check(model: &Model) -> Vec<Finding> {
    model.go_runs().filter_map(|(event, run)| finding(event, run)).collect()
}

fn finding(event: &Event, run: &GoRun) -> Option<Finding> {
    let failure = run.outcome.fails_by(FailureKind::InstallOutputFlag)?;
    let span = failure.argument.and_then(|at| run.argument(at)).map_or(event.span, |word| word.span);
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
