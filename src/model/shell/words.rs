//! Knows what words become: expansion, splitting, substitution, and what a shell form reads when the container runs.
//! Refuses to know control flow.

use super::{Control, Shell};
use crate::model::commands;
use crate::model::expand;
use crate::model::trace::{Argument, EventKind};
use crate::model::value::{Growing, Part, Text, Value, Why};
use crate::model::world::World;
use crate::source::Span;
use crate::syntax::fold::Folded;
use crate::syntax::shell::{Connector, Node, Script, Simple, Word, WordPart};

impl Shell<'_> {
    /// The arguments that words become: quotes removed, variables expanded, unquoted text split.
    pub fn arguments(&mut self, world: &mut World, words: &[Word]) -> Vec<Argument> {
        let mut out = Vec::new();
        for word in words {
            let exact = word.exact;
            let splits = word.parts.iter().any(|p| {
                matches!(
                    p,
                    WordPart::Variable { quoted: false, .. }
                        | WordPart::Substitution { quoted: false, .. }
                        | WordPart::Hole { quoted: false, .. }
                )
            });
            let value = self.value(world, word);
            let only_expansion = splits && word.parts.len() == 1;
            match &value {
                Value::Unset if only_expansion => {}
                Value::Text(text) if only_expansion && text.is_empty() => {}
                Value::Text(text)
                    if splits
                        && text
                            .parts()
                            .iter()
                            .any(|p| matches!(p, Part::Literal(t) if t.contains([' ', '\t', '\n']))) =>
                {
                    for piece in text.words() {
                        let glob =
                            piece.parts().iter().any(|p| matches!(p, Part::Literal(t) if t.contains(['*', '?', '['])));
                        out.push(Argument { value: Value::Text(piece), span: word.span, glob, exact: false });
                    }
                }
                _ => out.push(Argument { value, span: word.span, glob: word.is_glob(), exact }),
            }
        }
        out
    }

    /// What a word holds, without splitting.
    pub fn value(&mut self, world: &mut World, word: &Word) -> Value {
        let mut out = Growing::default();
        for part in &word.parts {
            let value = match part {
                WordPart::Literal { text, .. } => Value::literal(text.clone()),
                WordPart::Variable { name, modifier, span, .. } => {
                    let value = self.variable(world, name, *span);
                    let defaulted = modifier.as_ref().is_some_and(|m| expand::speaks_of_unset(m.op));
                    if value == Value::Unset && !defaulted && !self.asking {
                        self.event(*span, EventKind::Unset(name.to_string()));
                    }
                    match modifier {
                        None => value,
                        Some(modifier) => {
                            let word = self.value(world, &modifier.word);
                            let replacement = modifier.replacement.as_ref().map(|w| self.value(world, w));
                            let value = expand::modify(&value, modifier.op, &word, replacement.as_ref(), name);
                            if modifier.op.ends_with('=') {
                                world.env.assign(name, value.clone(), Some(*span));
                            }
                            value
                        }
                    }
                }
                WordPart::Substitution { script, span, .. } => self.substitution(world, script, *span),
                WordPart::Tilde => match world.env.get("HOME") {
                    Value::Unset => Value::literal("~"),
                    home => home,
                },
                WordPart::Hole { index, .. } => self
                    .holes
                    .get(*index)
                    .cloned()
                    .unwrap_or_else(|| Value::unknown("a make variable that is not known")),
                WordPart::Opaque { span } => Value::Unknown(Why::at("this expansion is not followed", *span)),
            };
            if let Err(why) = value.into_expansion().and_then(|text| out.push(text)) {
                return Value::Unknown(why);
            }
        }
        Value::Text(out.done())
    }

    fn variable(&mut self, world: &World, name: &str, span: Span) -> Value {
        match name {
            "PWD" if world.env.binding("PWD").is_none() => match &world.cwd {
                Ok(path) => Value::Text(path.text().clone()),
                Err(why) => Value::Unknown(why.clone()),
            },
            "@" | "*" | "#" | "?" | "!" | "$" | "-" | "0" if world.env.binding(name).is_none() => {
                Value::Unknown(Why::at(format!("`${name}` is not known"), span))
            }
            _ if name.chars().all(|c| c.is_ascii_digit()) && world.env.binding(name).is_none() => {
                Value::Unknown(Why::at(format!("the script's argument `${name}` is not known"), span))
            }
            _ => world.env.get(name),
        }
    }

    fn substitution(&mut self, world: &mut World, script: &Script, span: Span) -> Value {
        if let [Node::Simple(simple)] = script.commands.as_slice()
            && simple.assigns.is_empty()
        {
            let words = self.arguments(world, &simple.words);
            if let Some(value) = commands::output(world, &words) {
                return value;
            }
        }
        // `cd dir && pwd` prints what its last command prints.
        if let [Node::List { first, rest, .. }] = script.commands.as_slice()
            && let Some(((Connector::And, Node::Simple(last)), before)) = rest.split_last()
            && last.assigns.is_empty()
            && before.iter().all(|(connector, _)| *connector == Connector::And)
        {
            let mut inner = world.clone();
            let first = std::iter::once(first.as_ref());
            let ran = first
                .chain(before.iter().map(|(_, node)| node))
                .all(|node| matches!(node, Node::Simple(_)) && self.node(&mut inner, node) == Control::Next);
            let words = self.arguments(&mut inner, &last.words);
            if let (true, Some(value)) = (ran, commands::output(&inner, &words)) {
                world.files = inner.files;
                return value;
            }
        }
        // What it does to files still counts; what it prints is a text of its own.
        let mut inner = world.clone();
        self.body(&mut inner, &script.commands);
        world.files = inner.files;
        Value::Text(Text::symbol(self.sources.text(span)))
    }
}

/// The words of the first command that a shell form starts, expanded with what the image sets at run time.
/// Empty where it is more than one plain command.
pub fn runtime_words(text: &Folded, world: &World) -> Vec<Argument> {
    let script = crate::syntax::shell::parse(text);
    let [Node::Simple(simple)] = script.commands.as_slice() else { return Vec::new() };
    words_of(simple, world)
}

/// The words of the command that decides a health check: of `a || exit 1`, and of `a` alone, those of `a`.
pub fn deciding_words(text: &Folded, world: &World) -> Vec<Argument> {
    let script = crate::syntax::shell::parse(text);
    match script.commands.as_slice() {
        [Node::Simple(simple)] => words_of(simple, world),
        [Node::List { first, rest, .. }] => match (&**first, rest.as_slice()) {
            (Node::Simple(simple), [(Connector::Or, Node::Simple(after))]) if gives_up(after) => {
                words_of(simple, world)
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// `exit 1`, `exit`, `false`.
fn gives_up(simple: &Simple) -> bool {
    let words: Option<Vec<String>> = simple.words.iter().map(Word::literal).collect();
    let words = words.unwrap_or_default();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["exit" | "false"] => true,
        ["exit", code] => *code != "0",
        _ => false,
    }
}

fn words_of(simple: &Simple, world: &World) -> Vec<Argument> {
    let mut words = Vec::new();
    for word in &simple.words {
        let mut value = Growing::default();
        let mut known = true;
        for part in &word.parts {
            match part {
                WordPart::Literal { text, .. } => known &= value.push(Text::literal(text)).is_ok(),
                WordPart::Variable { name, modifier: None, .. } => {
                    known &= world.env.runtime(name).expand().is_ok_and(|text| value.push(text).is_ok());
                }
                _ => known = false,
            }
        }
        let value =
            if known { Value::Text(value.done()) } else { Value::unknown("known only when the container runs") };
        words.push(Argument { value, span: word.span, glob: word.is_glob(), exact: word.exact });
    }
    words
}

/// The variables in the words of a shell form's one plain command, but those with a default: name, reference, word.
pub fn runtime_variables(text: &Folded) -> Vec<(String, Span, Span)> {
    let script = crate::syntax::shell::parse(text);
    let [Node::Simple(simple)] = script.commands.as_slice() else { return Vec::new() };
    let mut out = Vec::new();
    for word in &simple.words {
        for part in &word.parts {
            if let WordPart::Variable { name, modifier, span, .. } = part
                && modifier.as_ref().is_none_or(|m| !expand::speaks_of_unset(m.op))
            {
                out.push((name.to_string(), *span, word.span));
            }
        }
    }
    out
}

/// Whether a shell form may take arguments of its own: `$@`, `$0`, or anything but plain commands.
pub fn may_read_arguments(text: &Folded) -> bool {
    fn reads(node: &Node) -> bool {
        let positional = |name: &str| name.starts_with(|c: char| !c.is_ascii_alphabetic() && c != '_');
        match node {
            Node::Simple(simple) => simple.words.iter().flat_map(|word| &word.parts).any(|part| match part {
                WordPart::Literal { .. } | WordPart::Tilde => false,
                WordPart::Variable { name, .. } => positional(name),
                _ => true,
            }),
            Node::List { first, rest, .. } => reads(first) || rest.iter().any(|(_, node)| reads(node)),
            _ => true,
        }
    }
    crate::syntax::shell::parse(text).commands.iter().any(reads)
}
