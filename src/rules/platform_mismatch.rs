//! Asks: which program was built for another platform than that of the image that starts it?

use super::edit;
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::dockerfile::start::{Resolution, Start};
use crate::model::dockerfile::{Build, StageBase};
use crate::model::files::Found;
use crate::model::go::Output;
use crate::model::trace::{Hop, HopKind};
use crate::source::Span;

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        for start in build.starts.iter().filter(|start| is_known(build, start.stage)) {
            for program in &start.programs {
                if let Resolution::Found { found: Found::File { file, doubt: None, path }, .. } = &program.resolution
                    && let Some(output) = &file.program
                {
                    let road = build.trace.road(file.hop);
                    let built = road.iter().find(|hop| hop.kind == HopKind::Built);
                    out.extend(built.and_then(|built| {
                        finding(model, build, start, &path.to_string(), program.span, output, built)
                    }));
                }
            }
        }
    }
    out
}

/// An image that nobody knows may be one of Windows.
fn is_known(build: &Build, stage: usize) -> bool {
    !matches!(build.base(stage).base, StageBase::Unknown(_))
}

fn finding(
    model: &Model,
    build: &Build,
    start: &Start,
    path: &str,
    at: Span,
    output: &Output,
    built: &Hop,
) -> Option<Finding> {
    let stage = &build.stages[start.stage];
    // Beside the image there may be one for the machine that builds, such as for a debugger. Nobody builds that for another.
    if stage.on_builder && start.stage + 1 != build.stages.len() {
        return None;
    }
    let (own, image) = (&output.platform, &stage.world.toolchain.platform);
    let differs = |a: Option<&str>, b: Option<&str>| matches!((a, b), (Some(a), Some(b)) if a != b && !runs_on(a, b));
    let variable = if differs(own.os.as_literal(), image.os.as_literal()) {
        "GOOS"
    } else if differs(own.arch.as_literal(), image.arch.as_literal()) {
        "GOARCH"
    } else {
        return None;
    };
    let (built_for, wanted) = match variable {
        "GOOS" => (own.os.as_literal()?, image.os.as_literal()?),
        _ => (own.arch.as_literal()?, image.arch.as_literal()?),
    };
    // Whatever a FROM was pinned to, the image is started on the machine that the build asks for.
    if variable == "GOARCH" && build.asked.is_some_and(|asked| asked == built_for || runs_on(built_for, asked)) {
        return None;
    }
    let setting = build.go_run(built).and_then(|run| run.setting(variable));
    // Built natively by a recipe: on the machine that has the image's platform, the only one that is asked for, it fits.
    let native = setting.as_ref().is_none_or(|setting| setting.value.is_nothing());
    let several = build.invocation.as_ref().is_some_and(|invocation| invocation.platforms.len() > 1);
    if built.place.stage().is_none() && native && !several {
        return None;
    }
    let mut finding = Finding::new(at, format!("`{path}` is built for {built_for}, and the image is for {wanted}"))
        .here(format!("`exec {path}: exec format error` at the start"))
        .label(built.span, format!("built for {built_for} here"))
        .label(stage.from, format!("an image for {wanted}"));
    let written =
        setting.and_then(|setting| setting.span).filter(|span| model.text(*span) == format!("{variable}={built_for}"));
    if several {
        let argument = if variable == "GOOS" { "TARGETOS" } else { "TARGETARCH" };
        if built.place.stage().is_none() {
            return Some(finding.help("the image is built for several platforms: build a program for each of them"));
        }
        finding = finding.help(format!(
            "the image is built for several platforms: build it with {variable}=${argument}, below `ARG {argument}`"
        ));
        if let Some(edits) = written.and_then(|span| of_the_platform(build, span, variable, argument)) {
            finding = finding.fix("build for the platform of the image", Applicability::Unsafe, edits);
        }
        return Some(finding);
    }
    finding = finding.help(format!("build it with {variable}={wanted}"));
    if let Some(span) = written {
        let edits = vec![edit::replace(span, format!("{variable}={wanted}"))];
        finding = finding.fix(format!("build for {wanted}"), Applicability::Unsafe, edits);
    }
    Some(finding)
}

/// The variable from the builder's argument, which the stage declares if it did not.
fn of_the_platform(build: &Build, at: Span, variable: &str, argument: &str) -> Option<Vec<Edit>> {
    let instructions = &build.document.instructions;
    let index = instructions.iter().position(|instruction| instruction.span.contains(at))?;
    let stage = build.stages.iter().find(|stage| stage.instructions.contains(&index))?;
    let mut edits = vec![edit::replace(at, format!("{variable}=${argument}"))];
    if !instructions[stage.instructions.start..index].iter().any(|above| above.declares(argument)) {
        edits.insert(0, edit::before(instructions[index].span, format!("ARG {argument}\n")));
    }
    Some(edits)
}

/// Processors of 64 bits that run programs of 32.
fn runs_on(program: &str, machine: &str) -> bool {
    matches!((program, machine), ("386", "amd64") | ("arm", "arm64"))
}
