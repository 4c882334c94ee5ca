//! Asks: which flags ask for a static program and change nothing?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::go::{CgoState, LinkKind, Outcome};
use crate::model::trace::{Argument, Event, GoRun};
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    let both = |(event, run)| linker_flag(event, run).into_iter().chain(install_suffix(model, run));
    model.go_runs().flat_map(both).collect()
}

/// `-extldflags -static` where go links by itself: the C compiler that would read it is never called.
fn linker_flag(event: &Event, run: &GoRun) -> Option<Finding> {
    let Outcome::Writes(outputs) = &run.outcome else { return None };
    let facts = &run.facts;
    if !facts.extldflags_static.is_yes() || facts.linkmode_external != Tri::No || facts.open_flags.is_some() {
        return None;
    }
    let is_dynamic =
        |kind: LinkKind| matches!(kind, LinkKind::Dynamic | LinkKind::DynamicGlibc | LinkKind::DynamicMusl);
    let output = outputs.iter().find(|output| is_dynamic(output.linkage.kind))?;
    if !matches!(facts.cgo, CgoState::On(_)) || facts.target.os.as_literal() != Some("linux") {
        return None;
    }
    let flag = facts.flag("ldflags").and_then(|flag| flag.argument).and_then(|at| run.argument(at));
    let span = flag.map_or(event.span, |word| word.span);
    let finding = Finding::new(span, "`-extldflags -static` does not make this program static: go links it by itself");
    let finding = finding.here(output.linkage.why.clone()).help(match output.needs_cgo {
        Tri::No => "CGO_ENABLED=0 makes it static; so does `-linkmode external` where the static C library is there",
        _ => "add `-linkmode external`: then the C compiler links, and takes the flag",
    });
    let first = run.words.first().filter(|word| word.exact);
    let free = run.setting("CGO_ENABLED").is_some_and(|s| s.value.is_nothing());
    Some(match first {
        Some(go) if free && output.needs_cgo.is_no() && facts.race.is_no() && facts.flag("buildmode").is_none() => {
            let edit = edit::before(go.span, "CGO_ENABLED=0 ");
            finding.fix("build with CGO_ENABLED=0", Applicability::Safe, vec![edit])
        }
        _ => finding,
    })
}

/// `-a -installsuffix cgo`: since Go 1.10 the build cache keeps what was built with and without cgo apart.
fn install_suffix(model: &Model, run: &GoRun) -> Option<Finding> {
    if !matches!(run.subcommand.as_str(), "build" | "install") || run.facts.version.at_least(10).is_no() {
        return None;
    }
    let suffix = run.facts.flag("installsuffix")?;
    if !matches!(suffix.value.as_literal(), Some("cgo" | "nocgo" | "static" | "netgo")) {
        return None;
    }
    let word = run.argument(suffix.argument?)?;
    let rebuild = run.facts.flag("a").and_then(|flag| flag.argument).and_then(|at| run.argument(at));
    let flags = if rebuild.is_some() { "`-a -installsuffix`" } else { "`-installsuffix`" };
    let mut finding = Finding::new(word.span, format!("{flags} has done nothing for the program since Go 1.10"))
        .severity(Severity::Note)
        .help("drop it: the build cache keeps what was built with and without cgo apart");
    finding = match rebuild {
        Some(_) => finding.here("and `-a` compiles every package anew, each time"),
        None => finding.here("it names a directory that nothing is put into"),
    };
    let glued = word.value.as_literal().is_some_and(|text| text.contains('='));
    let value = run.argument(suffix.argument? + 1).filter(|_| !glued);
    let words: Vec<&Argument> = rebuild.into_iter().chain([word]).chain(value).collect();
    Some(match edit::drop_words(model, &words) {
        Some(edits) => finding.fix("drop the flags", Applicability::Safe, edits),
        None => finding,
    })
}
