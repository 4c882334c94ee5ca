//! Knows roads as one graph: a step that several roads share is one node, and steps of one stage or target lie together.
//! Refuses to know how a graph is written.

use std::collections::BTreeSet;

use super::{Roads, mark, verb};
use crate::model::flow::{End, Flow, Step};

/// Where no character but a letter and digits is needed, names are these: `n3`, `c1`.
pub struct Graph {
    pub clusters: Vec<Cluster>,
    /// From a node to the next one of a road.
    pub edges: Vec<(usize, usize)>,
}

/// The steps that happen in one stage, or in one target.
pub struct Cluster {
    pub title: String,
    pub nodes: Vec<Node>,
}

pub struct Node {
    pub id: usize,
    /// What happens, where it stands, and how it ends.
    pub lines: Vec<String>,
    pub class: Class,
}

/// What a node is shown as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Passed,
    Runs,
    Rests,
    Breaks,
    Lost,
}

impl Class {
    pub fn name(self) -> &'static str {
        match self {
            Class::Passed => "passed",
            Class::Runs => "runs",
            Class::Rests => "rests",
            Class::Breaks => "breaks",
            Class::Lost => "lost",
        }
    }

    fn of(end: &End) -> Class {
        match end {
            End::Runs => Class::Runs,
            End::Rests => Class::Rests,
            End::Breaks(_) => Class::Breaks,
            End::Lost(_) => Class::Lost,
        }
    }
}

/// Puts the roads together.
pub fn of(roads: &Roads) -> Graph {
    let mut steps: Vec<(&Step, Option<&Flow>)> = Vec::new();
    let mut edges = BTreeSet::new();
    for flow in roads.flows {
        let mut previous = None;
        for (i, step) in flow.steps.iter().enumerate() {
            let ends = (i + 1 == flow.steps.len()).then_some(flow);
            // A road's end is a node of its own where another road goes on from there.
            let known = steps.iter().position(|(other, end)| *other == step && (end.is_none() && ends.is_none()));
            let node = known.unwrap_or_else(|| {
                steps.push((step, ends));
                steps.len() - 1
            });
            edges.extend(previous.map(|previous| (previous, node)));
            previous = Some(node);
        }
    }
    let mut clusters: Vec<Cluster> = Vec::new();
    for (id, (step, ends)) in steps.into_iter().enumerate() {
        let (path, at) = roads.place(step.span);
        let title = format!("{path}, {}", step.place);
        let mut lines = vec![format!("{} {}", verb(step.kind), step.path), format!("line {}", at.line)];
        if let Some(flow) = ends {
            lines[0] = format!("{} {}", mark(&flow.end), lines[0]);
            lines.extend(match &flow.end {
                End::Breaks(how) => Some(how.clone()),
                End::Lost(why) => Some(why.reason.to_string()),
                End::Runs | End::Rests => None,
            });
        }
        let node = Node { id, lines, class: ends.map_or(Class::Passed, |flow| Class::of(&flow.end)) };
        match clusters.iter_mut().find(|cluster| cluster.title == title) {
            Some(cluster) => cluster.nodes.push(node),
            None => clusters.push(Cluster { title, nodes: vec![node] }),
        }
    }
    Graph { clusters, edges: edges.into_iter().collect() }
}
