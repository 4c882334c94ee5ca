//! Knows Mermaid's flowchart syntax, as GitHub and GitLab draw it in Markdown.
//! Refuses to know how roads become a graph.

use std::fmt::Write;

use super::Roads;
use super::graph::{self, Class};

/// A colour for the border only, so that text is readable on light and dark pages.
const STYLES: &[(Class, &str)] = &[
    (Class::Runs, "stroke:green,stroke-width:2px"),
    (Class::Rests, "stroke-dasharray:4"),
    (Class::Breaks, "stroke:red,stroke-width:3px"),
    (Class::Lost, "stroke:orange,stroke-width:2px,stroke-dasharray:4"),
];

pub fn render(roads: &Roads) -> String {
    let graph = graph::of(roads);
    let mut out = String::from("flowchart TD\n");
    for (number, cluster) in graph.clusters.iter().enumerate() {
        let _ = writeln!(out, "  subgraph c{number}[\"{}\"]", escaped(&cluster.title));
        for node in &cluster.nodes {
            let label: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
            let class = if node.class == Class::Passed { String::new() } else { format!(":::{}", node.class.name()) };
            let _ = writeln!(out, "    n{}[\"{}\"]{class}", node.id, label.join("<br/>"));
        }
        out.push_str("  end\n");
    }
    for (from, to) in &graph.edges {
        let _ = writeln!(out, "  n{from} --> n{to}");
    }
    for (class, style) in STYLES {
        let _ = writeln!(out, "  classDef {} {style}", class.name());
    }
    out
}

/// For a quoted label. Everything that Mermaid, its Markdown or HTML could take for itself becomes a character number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | '%' | '*' | '_' | '\\' | ';' | '[' | ']' | '{' | '}' | '$' => {
                let _ = write!(out, "#{};", c as u32);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
