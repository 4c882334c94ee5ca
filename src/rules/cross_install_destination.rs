//! Asks: which program that go installs for another platform is looked for in a directory where it is not?

use super::{edit, platforms};
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::Build;
use crate::model::files::Found;
use crate::model::go::{Outcome, Output};
use crate::model::path::Path;
use crate::model::trace::{CopyFrom, Event, EventKind, GoRun, Trace};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    model.dockerfiles.iter().flat_map(|build| of_build(build)).collect()
}

/// An installed program, and the word that looks for it one directory above.
struct Missed<'t> {
    install: &'t Event,
    run: &'t GoRun,
    looked: Span,
    path: Path,
    landed: Path,
}

fn of_build(build: &Build) -> Vec<Finding> {
    let certain: Vec<Missed> = missed(&build.trace);
    let mut out: Vec<Finding> = certain.iter().map(|missed| finding(build, missed, "")).collect();
    let mut told: Vec<Span> = certain.iter().map(|missed| missed.install.span).collect();
    for bound in &build.bound {
        for missed in missed(&bound.build.trace) {
            if told.contains(&missed.install.span) {
                continue;
            }
            told.push(missed.install.span);
            let place = format!(", where the image is for linux/{}", bound.machine.target);
            let finding = finding(build, &missed, &place);
            // A platform that is written down works wherever the machine happens to be that one.
            let native = build.bound.iter().any(|other| {
                other.machine.is_native()
                    && self::missed(&other.build.trace).iter().any(|m| m.install.span == missed.install.span)
            });
            out.push(if native { finding.severity(Severity::Warning) } else { finding });
        }
    }
    out
}

fn missed(trace: &Trace) -> Vec<Missed<'_>> {
    let mut out = Vec::new();
    for (at, install) in trace.events.iter().enumerate() {
        let EventKind::Go(run) = &install.kind else { continue };
        let (Outcome::Writes(outputs), "install", true) =
            (&run.outcome, run.subcommand.as_str(), run.facts.cross.is_yes())
        else {
            continue;
        };
        let Some(stage) = install.place.stage() else { continue };
        for (landed, above) in outputs.iter().filter_map(|output| one_above(run, output)) {
            let later = &trace.events[at + 1..];
            if let Some(looked) = later.iter().find_map(|event| looks_for(event, stage, &above)) {
                out.push(Missed { install, run, looked, path: above, landed });
                break;
            }
        }
    }
    out
}

/// Where the program is, and where it would be if this were its own platform.
fn one_above(run: &GoRun, output: &Output) -> Option<(Path, Path)> {
    let landed = output.path.as_ref().ok()?;
    let (os, arch) = (run.facts.target.os.as_literal()?, run.facts.target.arch.as_literal()?);
    let directory = landed.parent();
    let is_own = directory.name()?.as_literal() == Some(format!("{os}_{arch}").as_str());
    is_own.then(|| (landed.clone(), directory.parent().child(&landed.name().unwrap_or_default())))
}

/// The word by which an instruction takes a file that is certainly not there.
fn looks_for(event: &Event, stage: usize, path: &Path) -> Option<Span> {
    let EventKind::Copy(copy) = &event.kind else { return None };
    let source = copy.sources.iter().find(|source| source.path.as_ref() == Some(path))?;
    (copy.from == CopyFrom::Stage(stage) && source.found == Found::Missing).then_some(source.argument.span)
}

fn finding(build: &Build, missed: &Missed, place: &str) -> Finding {
    let (path, landed) = (&missed.path, &missed.landed);
    let finding = Finding::new(missed.install.span, format!("go installs this at `{landed}`, not at `{path}`{place}"))
        .here("for another platform than its own, go adds a directory")
        .label(missed.looked, "nothing is there to copy");
    let finding = platforms::set_here(finding, missed.install.span, missed.run, &["GOOS", "GOARCH"]);
    if missed.run.names_version() {
        return finding.help("have go install it as the builder's own program in a stage of the target's platform");
    }
    let finding = finding.help(format!("name the output: `go build -o {path} …` is the same on every machine"));
    // A recipe or a script may serve others too.
    let own = missed.install.span.file == build.document.file;
    match path.parent().as_literal().filter(|_| own).and_then(|directory| edit::build_into(missed.run, directory)) {
        Some(edit) => finding.fix("build it where it is looked for", Applicability::Unsafe, vec![edit]),
        None => finding,
    }
}
