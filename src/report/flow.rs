//! Knows the formats that binaries' roads are shown in, and what all of them need: steps with the lines they stand on.
//! Refuses to know how a road was found.

mod dot;
mod graph;
mod json;
mod mermaid;
mod text;

pub use json::schema;

use super::Texts;
use super::lines::Position;
use crate::model::flow::{End, Flow, StepKind};
use crate::model::trace::HopKind;
use crate::source::{Sources, Span};

/// How roads are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum FlowFormat {
    /// Each road step by step, for people
    Text,
    /// A Mermaid flowchart, for a README or a pull request
    Mermaid,
    /// A Graphviz digraph: `gobin-lint flow --format dot . | dot -Tsvg`
    Dot,
    /// Everything, as one versioned document
    Json,
}

/// What a renderer of roads is given.
struct Roads<'a> {
    flows: &'a [Flow],
    texts: Texts,
    /// How a person in this directory names a path of the checkout.
    shown: &'a dyn Fn(&str) -> String,
}

impl Roads<'_> {
    fn place(&self, span: Span) -> (String, Position) {
        self.texts.place(self.shown, span)
    }
}

/// The roads in a format, ready to be written.
pub fn render(format: FlowFormat, flows: &[Flow], sources: &Sources, shown: &dyn Fn(&str) -> String) -> String {
    let lost = |flow: &Flow| match &flow.end {
        End::Lost(why) => why.span,
        _ => None,
    };
    let spans = flows.iter().flat_map(|flow| flow.steps.iter().map(|step| step.span).chain(lost(flow)));
    let roads = Roads { flows, texts: Texts::under(sources, spans), shown };
    match format {
        FlowFormat::Text => text::render(&roads),
        FlowFormat::Mermaid => mermaid::render(&roads),
        FlowFormat::Dot => dot::render(&roads),
        FlowFormat::Json => json::render(&roads),
    }
}

/// What a step does to the path behind it.
fn verb(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Started => "started as",
        StepKind::Hop(HopKind::Built) => "built as",
        StepKind::Hop(HopKind::FromContext) => "taken from the build context as",
        StepKind::Hop(HopKind::Copied) => "copied to",
        StepKind::Hop(HopKind::Moved) => "moved to",
        StepKind::Hop(HopKind::Linked) => "linked as",
        StepKind::Hop(HopKind::Mode) => "mode changed at",
        StepKind::Hop(HopKind::Owner) => "owner changed at",
        StepKind::Hop(HopKind::Written) => "written at",
    }
}

fn mark(end: &End) -> &'static str {
    match end {
        End::Runs => "✓",
        End::Rests => "·",
        End::Breaks(_) => "✗",
        End::Lost(_) => "?",
    }
}

#[cfg(test)]
mod tests;
