//! Asks: which go install is given an empty GOBIN, as if that would clear what `go env -w` has stored?

use crate::finding::Finding;
use crate::model::Model;
use crate::model::value::{Text, Value};
use crate::source::FileId;
use std::collections::{BTreeMap, BTreeSet};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    // One note a file.
    let mut out: BTreeMap<FileId, Finding> = BTreeMap::new();
    for (event, run) in model.go_runs() {
        if run.subcommand != "install" || event.place.stage().is_some() {
            continue;
        }
        let Some(gobin) = run.setting("GOBIN") else { continue };
        let off = run.environment.passed_on().any(|(name, ..)| name == "GOENV");
        let (Value::Text(text), Some(at)) = (&gobin.value, gobin.span) else { continue };
        // What a variable brings may be something else elsewhere.
        let written = !model.text(at).contains('$');
        if *text != Text::default() || !written || off || !seen.insert(at) {
            continue;
        }
        if let Some(finding) = out.remove(&at.file) {
            out.insert(at.file, finding.label(at, "nor does this one"));
            continue;
        }
        let mut finding = Finding::new(at, "an empty GOBIN does not clear the one that `go env -w` has stored")
            .here("to go this is the same as none")
            .help("to be sure of the place, name it: `GOBIN=$(CURDIR)/bin go install …`; `GOENV=off` ignores what is stored");
        if !event.span.contains(at) {
            finding = finding.label(event.span, "go installs here");
        }
        out.insert(at.file, finding);
    }
    out.into_values().collect()
}
