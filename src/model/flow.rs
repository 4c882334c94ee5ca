//! Knows each binary's road, hop by hop, put together from what a Dockerfile's trace holds.
//! Refuses to know how a road is drawn.

use super::Model;
use super::dockerfile::Build;
use super::dockerfile::start::{Program, Resolution, Start};
use super::trace::{Hop, HopId, HopKind, Place, Trace};
use super::value::Why;
use crate::source::Span;

/// One binary's road, or the attempt to start one that is not there.
#[derive(Clone, Debug)]
pub struct Flow {
    pub steps: Vec<Step>,
    pub end: End,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub kind: StepKind,
    /// Where the file is after the step, or what is started.
    pub path: String,
    /// The stage or target it happens in.
    pub place: String,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    Hop(HopKind),
    Started,
}

/// Where a road ends.
#[derive(Clone, PartialEq, Debug)]
pub enum End {
    /// An image starts it.
    Runs,
    /// It is there, and nothing here starts it or takes it further.
    Rests,
    /// It breaks, and how.
    Breaks(String),
    /// It is lost out of sight, and why.
    Lost(Why),
}

/// Every road of a project: of each Dockerfile first, then of each Makefile.
pub fn flows(model: &Model) -> Vec<Flow> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        of_build(model.with_what_recipes_made(build), &mut out);
    }
    for makefile in &model.makefiles {
        out.extend(
            ends(&makefile.trace).into_iter().map(|id| road(&makefile.trace, id, &|place| target(place), End::Rests)),
        );
    }
    out
}

fn of_build(build: &Build, out: &mut Vec<Flow>) {
    let name = |place: &Place| match place {
        Place::Stage { stage, .. } => build.stages.get(*stage).map_or_else(String::new, |s| s.title(*stage)),
        Place::Recipe { .. } => target(place),
    };
    let mut started = Vec::new();
    for start in &build.starts {
        for program in &start.programs {
            out.push(of_start(build, start, program, &name, &mut started));
        }
    }
    let rest = ends(&build.trace).into_iter().filter(|id| !started.contains(id));
    out.extend(rest.map(|id| road(&build.trace, id, &name, End::Rests)));
}

fn of_start(
    build: &Build,
    start: &Start,
    program: &Program,
    name: &dyn Fn(&Place) -> String,
    started: &mut Vec<HopId>,
) -> Flow {
    let step = Step {
        kind: StepKind::Started,
        path: program.text.clone(),
        place: build.stages[start.stage].title(start.stage),
        span: program.span,
    };
    let (mut flow, end) = match &program.resolution {
        Resolution::Found { found, .. } => match found.file() {
            Some(file) => {
                started.push(file.hop);
                (road(&build.trace, file.hop, name, End::Runs), End::Runs)
            }
            None => (Flow { steps: Vec::new(), end: End::Runs }, End::Runs),
        },
        Resolution::Directory(path) => {
            (Flow { steps: Vec::new(), end: End::Runs }, End::Breaks(format!("`{path}` is a directory")))
        }
        Resolution::Missing { bare: true, .. } => (
            Flow { steps: Vec::new(), end: End::Runs },
            End::Breaks(format!("`{}` is in no directory of PATH", program.text)),
        ),
        Resolution::Missing { looked, .. } => {
            let path = looked.first().map_or_else(|| program.text.clone(), ToString::to_string);
            (Flow { steps: Vec::new(), end: End::Runs }, End::Breaks(format!("nothing put `{path}` there")))
        }
        Resolution::BehindFile { file, .. } => {
            (Flow { steps: Vec::new(), end: End::Runs }, End::Breaks(format!("`{file}` is a file, not a directory")))
        }
        Resolution::NotExecutable { path, file, .. } => {
            started.push(file.hop);
            (road(&build.trace, file.hop, name, End::Runs), End::Breaks(format!("`{path}` is not executable")))
        }
        Resolution::RelativeEntry { path, entry } => (
            Flow { steps: Vec::new(), end: End::Runs },
            End::Breaks(format!("`{path}` is found only through `{entry}`, a relative entry of PATH")),
        ),
        Resolution::Unknown(why) => (Flow { steps: Vec::new(), end: End::Runs }, End::Lost(why.clone())),
    };
    flow.steps.push(step);
    flow.end = end;
    flow
}

fn target(place: &Place) -> String {
    match place {
        Place::Recipe { target, .. } => format!("target `{target}`"),
        Place::Stage { stage, .. } => format!("stage {stage}"),
    }
}

/// The last hops of every road that go began.
fn ends(trace: &Trace) -> Vec<HopId> {
    let mut continued = vec![false; trace.hops.len()];
    for hop in &trace.hops {
        if let Some(HopId(previous)) = hop.previous {
            continued[previous as usize] = true;
        }
    }
    let ids = (0..trace.hops.len() as u32).map(HopId);
    ids.filter(|id| !continued[id.0 as usize] && trace.road(*id).first().is_some_and(|hop| hop.kind == HopKind::Built))
        .collect()
}

fn road(trace: &Trace, id: HopId, name: &dyn Fn(&Place) -> String, end: End) -> Flow {
    let step = |hop: &Hop| Step {
        kind: StepKind::Hop(hop.kind),
        path: hop.path.to_string(),
        place: name(&hop.place),
        span: hop.span,
    };
    Flow { steps: trace.road(id).into_iter().map(step).collect(), end }
}
