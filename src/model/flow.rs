//! Knows each binary's road, hop by hop, put together from what a Dockerfile's trace holds.
//! Refuses to know how a road is drawn.

use super::Model;
use super::dockerfile::start::{Program, Resolution, Start};
use super::dockerfile::{Build, Stage};
use super::trace::{Hop, HopId, HopKind, Place, Trace};
use super::value::Why;
use crate::source::Span;
use std::collections::HashSet;
use std::fmt;

/// One binary's road, or the attempt to start one that is not there.
#[derive(Clone, Debug)]
pub struct Flow {
    pub steps: Vec<Step>,
    pub end: End,
}

/// One station of a road.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Step {
    pub kind: StepKind,
    /// Where the file is after the step, or what is started.
    pub path: String,
    pub place: StepPlace,
    pub span: Span,
}

/// The stage or target that a step happens in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum StepPlace {
    Stage {
        index: usize,
        /// The name after AS, as written.
        name: Option<String>,
    },
    Target(String),
}

impl fmt::Display for StepPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepPlace::Stage { name: Some(name), .. } => write!(f, "stage `{name}`"),
            StepPlace::Stage { index, name: None } => write!(f, "stage {index}"),
            StepPlace::Target(target) => write!(f, "target `{target}`"),
        }
    }
}

/// What brings the binary to a station.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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

/// Every road of a project: of each Dockerfile first, then of each Makefile. A road that rests is told once, and not where
/// another one goes on from its end: a recipe runs for several goals, and an image may take what it leaves behind.
pub fn flows(model: &Model) -> Vec<Flow> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        of_build(model.with_what_recipes_made(build), &mut out);
    }
    for makefile in &model.makefiles {
        out.extend(
            ends(&makefile.trace)
                .into_iter()
                .map(|id| road(&makefile.trace, id, &|place| step_place(place, &[]), End::Rests)),
        );
    }
    let told: Vec<bool> = {
        let beginnings = out.iter().flat_map(|flow| (1..flow.steps.len()).map(|len| &flow.steps[..len]));
        let mut told: HashSet<&[Step]> = beginnings.collect();
        out.iter().map(|flow| flow.end == End::Rests && !told.insert(&flow.steps)).collect()
    };
    let mut told = told.into_iter();
    out.retain(|_| told.next() == Some(false));
    out
}

fn of_build(build: &Build, out: &mut Vec<Flow>) {
    let name = |place: &Place| step_place(place, &build.stages);
    let starts = build.starts.iter().flat_map(|start| start.programs.iter().map(move |program| (start, program)));
    out.extend(starts.map(|(start, program)| of_start(build, start, program, &name)));
    out.extend(ends(&build.trace).into_iter().map(|id| road(&build.trace, id, &name, End::Rests)));
}

fn of_start(build: &Build, start: &Start, program: &Program, name: &dyn Fn(&Place) -> StepPlace) -> Flow {
    let step = Step {
        kind: StepKind::Started,
        path: program.text.clone(),
        place: StepPlace::Stage { index: start.stage, name: build.stages[start.stage].name.clone() },
        span: program.span,
    };
    let (mut flow, end) = match &program.resolution {
        Resolution::Found { found, .. } => match found.file() {
            Some(file) => (road(&build.trace, file.hop, name, End::Runs), End::Runs),
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

fn step_place(place: &Place, stages: &[Stage]) -> StepPlace {
    match place {
        Place::Recipe { target, .. } => StepPlace::Target(target.to_string()),
        Place::Stage { stage, .. } => {
            StepPlace::Stage { index: *stage, name: stages.get(*stage).and_then(|stage| stage.name.clone()) }
        }
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

fn road(trace: &Trace, id: HopId, name: &dyn Fn(&Place) -> StepPlace, end: End) -> Flow {
    let step = |hop: &Hop| Step {
        kind: StepKind::Hop(hop.kind),
        path: hop.path.to_string(),
        place: name(&hop.place),
        span: hop.span,
    };
    Flow { steps: trace.road(id).into_iter().map(step).collect(), end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    /// Each road as its steps, in no order.
    fn roads(makefile: &str) -> Vec<String> {
        let checkout =
            MemoryCheckout::new([("Makefile", makefile), ("go.mod", "module m\n"), ("main.go", "package main\n")]);
        let sources = Sources::new(Arc::new(checkout));
        let document = sources.load("Makefile").unwrap();
        let model = Model::build(&sources, &[document]);
        let step = |step: &Step| format!("{} {}", step.place, step.path);
        let road = |flow: &Flow| flow.steps.iter().map(step).collect::<Vec<_>>().join(" > ");
        let mut roads: Vec<String> = flows(&model).iter().map(road).collect();
        roads.sort();
        roads
    }

    #[test]
    fn what_goals_leave_behind_does_not_hang_on_the_order_of_their_rules() {
        let rules = [
            "app: main.go\n\tgo build -o app .\n",
            "dist: app\n\tcp app dist-app\n",
            "image: dist other\n\tcp dist-app image-app\n",
            "other: app\n\tgo build -o other .\n",
            "ring: round dist\n\tcp dist-app ring-app\n\tcp round-app odd-app\n",
            "round: ring\n\tcp ring-app round-app\n",
            "mine: TAGS = x\nmine: dist\n\tcp dist-app mine-app\n",
            "late: round\n\tcp round-app late-app\n",
            "all: image mine round\n",
        ];
        let expected = roads(&rules.concat());
        let built = "target `app` ./app > target `dist` ./dist-app";
        let late = "ring` ./ring-app > target `round` ./round-app > target `late` ./late-app";
        for end in ["image` ./image-app", "mine` ./mine-app", late] {
            assert!(expected.contains(&format!("{built} > target `{end}")), "{end}: {expected:#?}");
        }
        // make leaves out what would turn in a circle: nobody has made `round` before `ring` is.
        assert!(!expected.iter().any(|road| road.contains("odd-app")), "{expected:#?}");
        for first in 0..rules.len() {
            let mut turned = rules;
            turned.rotate_left(first);
            assert_eq!(roads(&turned.concat()), expected, "{first} first");
            turned.reverse();
            assert_eq!(roads(&turned.concat()), expected, "{first} last");
        }
    }
}
