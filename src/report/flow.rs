//! Knows how a binary's road is drawn as text: `✗` where it breaks, `?` where it is lost.
//! Refuses to know how the road was found.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use super::lines::Lines;
use crate::model::flow::{End, Flow, Step, StepKind};
use crate::model::trace::HopKind;
use crate::source::{FileId, Sources, Span};

/// Draws every road, grouped by the file it ends in.
pub fn text(flows: &[Flow], sources: &Sources, shown: &dyn Fn(&str) -> String) -> String {
    let mut files: HashMap<FileId, Lines> = HashMap::new();
    let mut place = |span: Span| {
        let lines = files.entry(span.file).or_insert_with(|| Lines::new(Arc::clone(&sources.get(span.file))));
        (shown(lines.path()), lines.position(span.range().start).line)
    };
    let mut out = String::new();
    let mut heading = None;
    for flow in flows {
        let Some(last) = flow.steps.last() else { continue };
        let (file, _) = place(last.span);
        if heading.as_ref() != Some(&file) {
            if heading.is_some() {
                out.push('\n');
            }
            let _ = writeln!(out, "{file}");
            heading = Some(file.clone());
        }
        let steps: Vec<(String, String)> = flow
            .steps
            .iter()
            .map(|step| {
                let (path, line) = place(step.span);
                let line = if path == file { format!("line {line}") } else { format!("{path}:{line}") };
                (verb(step), format!("{}, {line}", step.place))
            })
            .collect();
        let width = steps.iter().map(|(what, _)| what.chars().count()).max().unwrap_or(0);
        for (i, (what, at)) in steps.iter().enumerate() {
            let mark = if i + 1 == steps.len() { mark(&flow.end) } else { "│" };
            let pad = " ".repeat(width - what.chars().count());
            let _ = writeln!(out, "  {mark} {what}{pad}  {at}");
        }
        match &flow.end {
            End::Breaks(how) => drop(writeln!(out, "      {how}")),
            End::Lost(why) => {
                let at = why.span.map(|span| {
                    let (path, line) = place(span);
                    if path == file { format!(" (line {line})") } else { format!(" ({path}:{line})") }
                });
                let _ = writeln!(out, "      {}{}", why.reason, at.unwrap_or_default());
            }
            End::Runs | End::Rests => {}
        }
    }
    out
}

fn mark(end: &End) -> &'static str {
    match end {
        End::Runs => "✓",
        End::Rests => "·",
        End::Breaks(_) => "✗",
        End::Lost(_) => "?",
    }
}

fn verb(step: &Step) -> String {
    let verb = match step.kind {
        StepKind::Started => "started as",
        StepKind::Hop(HopKind::Built) => "built as",
        StepKind::Hop(HopKind::FromContext) => "taken from the build context as",
        StepKind::Hop(HopKind::Copied) => "copied to",
        StepKind::Hop(HopKind::Moved) => "moved to",
        StepKind::Hop(HopKind::Linked) => "linked as",
        StepKind::Hop(HopKind::Mode) => "mode changed at",
        StepKind::Hop(HopKind::Owner) => "owner changed at",
        StepKind::Hop(HopKind::Written) => "written at",
    };
    format!("{verb} {}", step.path)
}
