//! Knows Graphviz' language.
//! Refuses to know how roads become a graph.

use std::fmt::Write;

use super::Roads;
use super::graph::{self, Class};

pub fn render(roads: &Roads) -> String {
    let graph = graph::of(roads);
    let mut out = String::from("digraph flow {\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (number, cluster) in graph.clusters.iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_{number} {{\n    label=\"{}\";", escaped(&cluster.title));
        for node in &cluster.nodes {
            let label: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
            let style = match node.class {
                Class::Passed => "",
                Class::Runs => ", color=green, penwidth=2",
                Class::Rests => ", style=dashed",
                Class::Breaks => ", color=red, penwidth=3",
                Class::Lost => ", color=orange, style=dashed, penwidth=2",
            };
            let _ = writeln!(out, "    n{} [label=\"{}\"{style}];", node.id, label.join("\\n"));
        }
        out.push_str("  }\n");
    }
    for (from, to) in &graph.edges {
        let _ = writeln!(out, "  n{from} -> n{to};");
    }
    out.push_str("}\n");
    out
}

/// For a quoted string. Graphviz reads HTML's entities in it, too.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
