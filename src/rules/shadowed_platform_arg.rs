//! Asks: which ARG gives a platform variable a default, and so hides what the builder passes?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::{Build, Shadow};

pub fn check(model: &Model) -> Vec<Finding> {
    let of_build = |build: &'_ Build| build.shadows.iter().map(|shadow| finding(build, shadow)).collect::<Vec<_>>();
    model.dockerfiles.iter().flat_map(|build| of_build(build)).collect()
}

fn finding(build: &Build, shadow: &Shadow) -> Finding {
    let name = &shadow.name;
    let mut finding = Finding::new(shadow.span, format!("this default hides the `{name}` that the builder passes"))
        .here(match shadow.value.as_str() {
            "" => "always empty".to_string(),
            value => format!("always `{value}`, whatever the build is for"),
        })
        .help(format!("declare it without a default: `ARG {name}`"));
    if name.starts_with("BUILD") {
        // Where the build runs matters only for its speed.
        finding = finding.here(format!("always `{}`, wherever the build runs", shadow.value)).severity(Severity::Note);
    } else if name == "TARGETVARIANT" && shadow.value.is_empty() {
        // The builder passes nothing else but for arm, where go then takes v7.
        finding = finding.severity(Severity::Note);
    } else if let Some(stage) = build.stages.iter().find(|stage| stage.on_builder) {
        // Somebody builds for other platforms, and gets this one.
        finding = finding.severity(Severity::Error).label(stage.from, "this stage builds for every platform from here");
    }
    finding.fix("drop the default", Applicability::Safe, vec![edit::replace(shadow.span, name.as_str())])
}
