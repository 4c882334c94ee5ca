use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::model::{Model, flow};
use crate::source::MemoryCheckout;

/// Two images from one build, an image whose program is not there, one whose program is lost, and names that no format takes as they are.
const DOCKERFILE: &str = r##"FROM golang:1.24 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o '/out/a"p\p <b>&#35;[x]%%{y}' ./cmd/app
RUN CGO_ENABLED=0 go build -o /out/app ./cmd/app

FROM scratch AS one
COPY --from=build /out/app /usr/bin/app
ENTRYPOINT ["app"]

FROM scratch AS two
COPY --from=build /out/app /app
ENTRYPOINT ["/ap\"p"]

FROM example.com/base:1
COPY --from=build /out/app /app
ENTRYPOINT ["/opt/other"]
"##;
const MAKEFILE: &str = "all:\n\tgo build -o bin/app ./cmd/app\n";

fn shown(format: FlowFormat) -> String {
    let files = [("Dockerfile", DOCKERFILE), ("Makefile", MAKEFILE), ("go.mod", "module m\n"), ("cmd/app/main.go", "")];
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files)));
    let ids = [sources.add("Dockerfile", DOCKERFILE), sources.add("Makefile", MAKEFILE)];
    let model = Model::build(&sources, &ids);
    render(format, &flow::flows(&model), &sources, &|path| format!("../{path}"))
}

/// The names that lines declare and the names that edges join.
fn names(text: &str, arrow: &str, label: &str) -> (Vec<String>, BTreeSet<String>) {
    let name = |text: &str| text.trim().trim_end_matches(';').to_string();
    let mut declared = Vec::new();
    let mut joined = BTreeSet::new();
    for line in text.lines() {
        match (line.split_once(label), line.split_once(arrow)) {
            (Some((id, _)), _) if id.trim().starts_with('n') && id.trim() != "node" => declared.push(name(id)),
            (None, Some((from, to))) => joined.extend([name(from), name(to)]),
            _ => {}
        }
    }
    (declared, joined)
}

fn are_unique_and_joined((declared, joined): (Vec<String>, BTreeSet<String>)) {
    let unique: BTreeSet<String> = declared.iter().cloned().collect();
    assert_eq!(unique.len(), declared.len(), "{declared:?}");
    assert!(!joined.is_empty() && joined.is_subset(&unique), "{joined:?} of {unique:?}");
}

#[test]
fn mermaid_is_balanced_and_escaped() {
    let text = shown(FlowFormat::Mermaid);
    assert!(text.starts_with("flowchart TD\n"));
    let lines = |start: &str| text.lines().filter(|line| line.trim_start().starts_with(start)).count();
    assert_eq!(lines("subgraph "), text.lines().filter(|line| line.trim() == "end").count());
    are_unique_and_joined(names(&text, " --> ", "[\""));
    for line in text.lines().filter(|line| line.contains("[\"")) {
        let (_, label) = line.split_once("[\"").unwrap();
        let (label, rest) = label.rsplit_once("\"]").unwrap();
        assert!(rest.is_empty() || rest.starts_with(":::"), "{line}");
        let plain = label.replace("<br/>", "");
        assert!(!plain.contains(['"', '<', '>', '`', '&', '%', '\\', '[', '{']), "{line}");
        for behind in plain.split('#').skip(1) {
            let number = behind.split_once(';').unwrap().0;
            assert!(number.parse::<u32>().is_ok(), "{line}");
        }
    }
    for class in ["runs", "rests", "breaks", "lost"] {
        assert!(
            text.contains(&format!(":::{class}")) && text.contains(&format!("classDef {class} ")),
            "{class}: {text}"
        );
    }
}

#[test]
fn dot_is_balanced_and_escaped() {
    let text = shown(FlowFormat::Dot);
    are_unique_and_joined(names(&text, " -> ", " [label="));
    // Outside of quoted strings brackets and braces close in order; inside, quotes are escaped.
    let (mut open, mut quoted, mut chars) = (Vec::new(), false, text.chars());
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '\\') => assert!(matches!(chars.next(), Some('"' | '\\' | 'n'))),
            (_, '"') => quoted = !quoted,
            (false, '{' | '[') => open.push(c),
            (false, '}') => assert_eq!(open.pop(), Some('{')),
            (false, ']') => assert_eq!(open.pop(), Some('[')),
            _ => {}
        }
    }
    assert!(!quoted && open.is_empty(), "{text}");
}

#[test]
fn a_shared_step_is_drawn_once_and_each_end_is_drawn() {
    let text = shown(FlowFormat::Dot);
    assert_eq!(text.matches("built as /out/app\\n").count(), 1, "{text}");
    for end in ["✓ started as app", "✗ started as /ap", "? started as /opt/other", "· built as ./bin/app"] {
        assert_eq!(text.matches(end).count(), 1, "{end}: {text}");
    }
}

#[test]
fn json_has_a_version_and_every_step() {
    let value: serde_json::Value = serde_json::from_str(&shown(FlowFormat::Json)).unwrap();
    assert_eq!(value["version"], 1);
    let flows = value["flows"].as_array().unwrap();
    let ends: Vec<&str> = flows.iter().map(|flow| flow["end"].as_str().unwrap()).collect();
    for end in ["runs", "rests", "breaks", "lost"] {
        assert!(ends.contains(&end), "{ends:?}");
    }
    let steps = flows[0]["steps"].as_array().unwrap();
    assert_eq!(steps[0]["kind"], "built");
    assert_eq!(steps[0]["binary"], "/out/app");
    assert_eq!(steps[0]["realm"], serde_json::json!({ "stage": 0, "name": "build" }));
    assert_eq!(steps[0]["path"], "Dockerfile");
    assert_eq!(steps[0]["start"]["line"], 5);
    assert_eq!(steps[2]["kind"], "started");
    let lost = flows.iter().find(|flow| flow["end"] == "lost").unwrap();
    assert!(lost["reason"].is_string() && lost["lost_at"]["start"]["line"] == 15, "{lost}");
    let made = flows.last().unwrap();
    assert_eq!(made["steps"][0]["realm"], serde_json::json!({ "target": "all" }));
}
