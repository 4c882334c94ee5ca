//! Knows which programs a `go install` brings, by their names, and when only the caller says where.
//! Refuses to know who looks for them, and where.

use crate::model::go::{self, Outcome};
use crate::model::trace::{Event, EventKind, GoRun};
use crate::model::value::{Text, Value};

/// A program, and the command that installs it.
pub struct Installed<'e> {
    pub name: String,
    pub event: &'e Event,
    pub run: &'e GoRun,
}

/// The programs of a `go install`, or of a `go get` that still installs.
pub fn programs(event: &Event) -> Vec<Installed<'_>> {
    let EventKind::Go(run) = &event.kind else { return Vec::new() };
    let installs = match run.subcommand.as_str() {
        "install" => !matches!(run.outcome, Outcome::Fails(_)),
        // Since Go 1.18 it only edits go.mod.
        "get" => !run.facts.version.at_least(18).is_yes(),
        _ => false,
    };
    if !installs {
        return Vec::new();
    }
    // `go get go@1.24` and `toolchain@go1.24.1` write a line of go.mod.
    let is_release = |path: &str| run.subcommand == "get" && matches!(path, "go" | "toolchain");
    let names = run.facts.packages.iter().filter_map(|(_, value)| {
        let Value::Text(text) = value else { return None };
        let path = match text.as_literal() {
            Some(text) => text.split('@').next().unwrap_or(text).to_string(),
            // `…/stringer@$(VERSION)`
            None => text.literal_prefix().split_once('@')?.0.to_string(),
        };
        if is_release(&path) {
            return None;
        }
        let name = go::executable(path.trim_end_matches('/')).to_string();
        (!name.is_empty() && !name.starts_with('.')).then_some(Installed { name, event, run })
    });
    names.collect()
}

/// Whether a symbol stands for the caller's GOPATH, or for the first entry of it.
pub fn is_gopath(symbol: &str) -> bool {
    matches!(symbol, "GOPATH" | "$(go env GOPATH)")
        || symbol.starts_with("$(firstword $(subst :, ,") && symbol.contains("GOPATH")
}

/// Whether the command sees only the caller's GOBIN and GOPATH.
pub fn is_where_the_caller_says(run: &GoRun) -> bool {
    let of_caller = |name: &str| run.setting(name).is_some_and(|s| s.value == Value::Text(Text::symbol(name)));
    of_caller("GOBIN") && of_caller("GOPATH")
}
