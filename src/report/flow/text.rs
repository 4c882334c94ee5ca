//! Knows how a binary's road is written down for people: `✗` where it breaks, `?` where it is lost.
//! Refuses to know other formats.

use std::fmt::Write;

use super::{Roads, mark, verb};
use crate::model::flow::End;
use crate::source::Span;

/// Every road, grouped by the file it ends in.
pub fn render(roads: &Roads) -> String {
    let line = |span: Span| {
        let (path, at) = roads.place(span);
        (path, at.line)
    };
    let mut out = String::new();
    let mut heading = None;
    for flow in roads.flows {
        let Some(last) = flow.steps.last() else { continue };
        let (file, _) = line(last.span);
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
                let (path, line) = line(step.span);
                let line = if path == file { format!("line {line}") } else { format!("{path}:{line}") };
                (format!("{} {}", verb(step.kind), step.path), format!("{}, {line}", step.place))
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
                    let (path, line) = line(span);
                    if path == file { format!(" (line {line})") } else { format!(" ({path}:{line})") }
                });
                let _ = writeln!(out, "      {}{}", why.reason, at.unwrap_or_default());
            }
            End::Runs | End::Rests => {}
        }
    }
    out
}
