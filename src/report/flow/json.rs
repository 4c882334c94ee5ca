//! Knows gobin-lint's own JSON of roads: one document, with a version that changes when a reader could break.
//! Refuses to know what the roads mean.

use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::Roads;
use crate::model::flow::{End, Flow, Step, StepKind, StepPlace};
use crate::model::trace::HopKind;
use crate::report::json::{Place, Tool, place, pretty};

/// What `gobin-lint flow --format json` prints. Fields may be added within a version; none is renamed, removed or given another meaning.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "gobin-lint flow")]
struct Document<'a> {
    /// Of this format, not of gobin-lint.
    version: u32,
    tool: Tool,
    /// Of each Dockerfile first, then of each Makefile. A step that two roads share is in both.
    flows: Vec<Road<'a>>,
}

/// One binary's road, or the attempt to start one that is not there.
#[derive(Serialize, JsonSchema)]
struct Road<'a> {
    end: Ending,
    /// For `breaks` and `lost`: how or why, in one clause.
    reason: Option<&'a str>,
    /// For `lost`: what made it so, where a file shows it.
    lost_at: Option<Place<'a>>,
    /// First step first; never empty.
    steps: Vec<Taken<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Ending {
    /// An image starts it.
    Runs,
    /// It is there, and nothing here starts it or takes it further.
    Rests,
    Breaks,
    Lost,
}

#[derive(Serialize, JsonSchema)]
struct Taken<'a> {
    kind: Kind,
    /// Where the binary is after the step; for `started` what is started, as written.
    binary: &'a str,
    realm: Realm<'a>,
    /// The words that do it.
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Built,
    FromContext,
    Copied,
    Moved,
    Linked,
    Mode,
    Owner,
    Written,
    Started,
}

/// What the step happens in.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Realm<'a> {
    /// `stage` counts the file's FROM instructions from 0; `name` is what stands behind AS.
    Stage { stage: usize, name: Option<&'a str> },
    /// A Makefile's target.
    Target { target: &'a str },
}

/// The shape of the document.
pub fn schema() -> Schema {
    schemars::generate::SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<Document>()
}

pub fn render(roads: &Roads) -> String {
    let flows = roads.flows.iter().filter(|flow| !flow.steps.is_empty()).map(|flow| road(roads, flow)).collect();
    pretty(&Document { version: 1, tool: Tool::OURS, flows })
}

fn road<'a>(roads: &'a Roads, flow: &'a Flow) -> Road<'a> {
    let (end, reason, lost_at) = match &flow.end {
        End::Runs => (Ending::Runs, None, None),
        End::Rests => (Ending::Rests, None, None),
        End::Breaks(how) => (Ending::Breaks, Some(how.as_str()), None),
        End::Lost(why) => (Ending::Lost, Some(&*why.reason), why.span),
    };
    Road {
        end,
        reason,
        lost_at: lost_at.map(|span| place(roads.texts.at(span), span)),
        steps: flow.steps.iter().map(|step| taken(roads, step)).collect(),
    }
}

fn taken<'a>(roads: &'a Roads, step: &'a Step) -> Taken<'a> {
    Taken {
        kind: match step.kind {
            StepKind::Started => Kind::Started,
            StepKind::Hop(HopKind::Built) => Kind::Built,
            StepKind::Hop(HopKind::FromContext) => Kind::FromContext,
            StepKind::Hop(HopKind::Copied) => Kind::Copied,
            StepKind::Hop(HopKind::Moved) => Kind::Moved,
            StepKind::Hop(HopKind::Linked) => Kind::Linked,
            StepKind::Hop(HopKind::Mode) => Kind::Mode,
            StepKind::Hop(HopKind::Owner) => Kind::Owner,
            StepKind::Hop(HopKind::Written) => Kind::Written,
        },
        binary: &step.path,
        realm: match &step.place {
            StepPlace::Stage { index, name } => Realm::Stage { stage: *index, name: name.as_deref() },
            StepPlace::Target(target) => Realm::Target { target },
        },
        place: place(roads.texts.at(step.span), step.span),
    }
}
