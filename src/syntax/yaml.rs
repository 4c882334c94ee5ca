//! Knows YAML texts as trees of text: mappings, sequences, scalars as written, aliases and merges followed.
//! Refuses to know types and tags, and what is too large, too deep or not YAML: that says nothing.

use saphyr_parser::{Event, Parser};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a text, how deep a tree and how many nodes and merged entries are read. Files by hand have far less.
const LARGEST: usize = 512 * 1024;
const DEPTH: usize = 32;
const NODES: usize = 50_000;
/// How many elements of one collection are looked at: aliases let a short text have very long ones.
const ELEMENTS: usize = 1_000;

/// One value and the line that it begins at, counted from 1.
#[derive(Clone, Debug)]
pub struct Yaml {
    pub line: usize,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Scalar(String),
    Sequence(Vec<Arc<Yaml>>),
    Mapping(Vec<(String, Arc<Yaml>)>),
    /// An alias of nothing that came before.
    Unknown,
}

impl Yaml {
    /// What a key of a mapping has.
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        self.entries().find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    /// A scalar, whatever its type: `1`, `true`, `text`.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a sequence; of anything else, none.
    pub fn elements(&self) -> impl Iterator<Item = &Yaml> {
        let elements = match &self.value {
            Value::Sequence(elements) => elements.as_slice(),
            _ => &[],
        };
        elements.iter().take(ELEMENTS).map(Arc::as_ref)
    }

    /// The entries of a mapping, its own before those that it merges; of anything else, none.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Yaml)> {
        let entries = match &self.value {
            Value::Mapping(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().take(ELEMENTS).map(|(key, value)| (key.as_str(), value.as_ref()))
    }

    /// One text, or each text of a sequence.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.text().into_iter().chain(self.elements().filter_map(Yaml::text))
    }
}

/// A collection that is being read.
struct Open {
    anchor: usize,
    node: Yaml,
    /// The key whose value comes next.
    key: Option<String>,
}

/// The first document of a text.
pub fn parse(text: &str) -> Option<Yaml> {
    if text.len() > LARGEST {
        return None;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: BTreeMap<usize, Arc<Yaml>> = BTreeMap::new();
    let mut left = NODES;
    for event in Parser::new_from_str(text) {
        let (event, place) = event.ok()?;
        let node = |value| Yaml { line: place.start.line(), value };
        left = left.checked_sub(1)?;
        let (anchor, done) = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEPTH => return None,
            Event::SequenceStart(anchor, _) => {
                open.push(Open { anchor, node: node(Value::Sequence(Vec::new())), key: None });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open { anchor, node: node(Value::Mapping(Vec::new())), key: None });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { anchor, node, .. } = open.pop()?;
                (anchor, Arc::new(node))
            }
            Event::Scalar(text, _, anchor, _) => (anchor, Arc::new(node(Value::Scalar(text.into_owned())))),
            Event::Alias(anchor) => {
                (0, anchors.get(&anchor).cloned().unwrap_or_else(|| Arc::new(node(Value::Unknown))))
            }
            Event::DocumentEnd => return None,
            _ => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, done.clone());
        }
        let Some(outer) = open.last_mut() else { return Some(Arc::unwrap_or_clone(done)) };
        match (&mut outer.node.value, outer.key.take()) {
            (Value::Sequence(elements), _) => elements.push(done),
            (Value::Mapping(entries), Some(key)) if key == "<<" => merge(entries, &done, &mut left)?,
            (Value::Mapping(entries), Some(key)) => {
                // Looking for the key costs as much as there is.
                left = left.checked_sub(entries.len() / 64)?;
                // Its own entries go before what it merges.
                match entries.iter().position(|(own, _)| *own == key) {
                    Some(at) => entries[at].1 = done,
                    None => entries.push((key, done)),
                }
            }
            (_, _) => outer.key = Some(done.text().unwrap_or_default().to_string()),
        }
    }
    None
}

/// `<<: *other`, `<<: [*one, *other]`: entries of keys that are not there yet. `None` where that is too much.
fn merge(entries: &mut Vec<(String, Arc<Yaml>)>, from: &Yaml, left: &mut usize) -> Option<()> {
    let (own, several) = match &from.value {
        Value::Mapping(own) => (own.as_slice(), [].as_slice()),
        Value::Sequence(several) => ([].as_slice(), several.as_slice()),
        _ => return Some(()),
    };
    let nested = several.iter().filter_map(|one| match &one.value {
        Value::Mapping(own) => Some(own.as_slice()),
        _ => None,
    });
    for (key, value) in std::iter::once(own).chain(nested).flatten() {
        *left = left.checked_sub(1 + entries.len() / 64)?;
        if !entries.iter().any(|(own, _)| own == key) {
            entries.push((key.clone(), value.clone()));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    #[test]
    fn mappings_sequences_and_scalars() {
        let text = "a: 1\nb:\n  - x\n  - 'y z'\nc: {d: true}\ne: |\n  one\n  two\n";
        let yaml = parse(text).unwrap();
        assert_eq!(yaml.get("a").and_then(Yaml::text), Some("1"));
        assert_eq!(yaml.get("b").map(|b| b.texts().collect::<Vec<_>>()), Some(vec!["x", "y z"]));
        assert_eq!(yaml.get("c").and_then(|c| c.get("d")).and_then(Yaml::text), Some("true"));
        assert_eq!(yaml.get("e").and_then(Yaml::text), Some("one\ntwo\n"));
        assert_eq!(yaml.get("c").map(|c| c.line), Some(5));
        assert!(yaml.get("f").is_none() && parse("").is_none() && parse("a: [\n").is_none());
    }

    #[test]
    fn aliases_and_merges() {
        let text = "base: &base {x: 1, y: 2}\nown:\n  y: 3\n  <<: *base\nfirst:\n  <<: [*base]\n  y: 4\nsame: *base\n";
        let yaml = parse(text).unwrap();
        let at = |name: &str, key: &str| yaml.get(name).and_then(|own| own.get(key)).and_then(Yaml::text);
        assert_eq!((at("own", "x"), at("own", "y")), (Some("1"), Some("3")));
        assert_eq!((at("first", "x"), at("first", "y"), at("same", "y")), (Some("1"), Some("4"), Some("2")));
    }

    #[test]
    fn hostile_texts_say_nothing_and_take_no_time() {
        let began = Instant::now();
        for open in ["[", "{a: ", "- ", "? ", "[{", "a:\n - ", "&a [", "!a ", "*a ", "'", "\"\\", "|\n", "%A\n", "a: "]
        {
            let _ = parse(&open.repeat(50_000));
        }
        for open in ["[", "{a: ", "- ", "[{"] {
            assert!(parse(&open.repeat(50_000)).is_none(), "{open}");
        }
        let deep: String = (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth % 200))).collect();
        let _ = parse(&deep);
        assert!(parse(&"a".repeat(LARGEST + 1)).is_none());
        assert!(parse(&"- a\n".repeat(NODES)).is_none());
        assert!(parse("a: &a [*a]\n").is_some());
        let doubling: String = (1..500).map(|i| format!("a{i}: &a{i} [*a{}, *a{}]\n", i - 1, i - 1)).collect();
        let doubled = parse(&format!("a0: &a0 x\n{doubling}")).unwrap();
        assert_eq!(doubled.get("a499").map(|last| last.elements().count()), Some(2));
        let wide: String = (0..10_000).map(|i| format!("  k{i}: v\n")).collect();
        let merging: String = (0..5_000).map(|i| format!("m{i}: {{<<: *w}}\n")).collect();
        assert!(parse(&format!("w: &w\n{wide}{merging}")).is_none());
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-a:{}\\[\\],&*!|>'\"%#?<@` \n\t~.0é]{0,200}") {
            let _ = parse(&text);
        }
    }
}
