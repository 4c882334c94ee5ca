//! Knows `$(eval …)` and `$(shell …)`: texts that are made by expanding and then read as make or as shell.
//! Refuses to know places inside such texts: everything in them stands for the call.

use super::Make;
use super::lines::push;
use super::variables::Expansion;
use crate::model::commands;
use crate::model::files::Context;
use crate::model::shell::Shell;
use crate::model::value::{Text, Why};
use crate::source::Span;
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{self as syntax, Item};
use crate::syntax::shell::{self, Node};

/// How deep `eval` may call itself, and how long its text may be.
const DEPTH: usize = 8;
const LENGTH: usize = 64 * 1024;

impl Make<'_> {
    /// Reads a text as lines of a Makefile.
    pub(super) fn evaluate(&mut self, text: &Text, span: Span) {
        if self.evaluating >= DEPTH || text.size() > LENGTH {
            self.state.unread = true;
            return;
        }
        let lines = self.unexpanded(text, span).text;
        let parsed = self.sources.evaluated(span, lines);
        self.state.unread |= !parsed.errors.is_empty();
        self.evaluating += 1;
        self.items(&parsed.items);
        self.evaluating -= 1;
    }

    /// What the expansions of a line leave of it, which make reads as a rule.
    pub(super) fn left_over(&mut self, left: &Expansion, span: Span) {
        match left.as_ref().ok().and_then(Text::as_literal) {
            Some(text) if text.trim().is_empty() => {}
            // The recipe would be expanded once too often.
            Some(text) if !text.contains(['$', '\n']) => {
                let parsed = syntax::parse(span.file, text);
                match parsed.items.as_slice() {
                    [Item::Rule(_)] => self.evaluate(&Text::literal(text), span),
                    _ => self.state.unread = true,
                }
            }
            _ => {
                self.state.unread = true;
                self.state.first.get_or_insert_with(|| Err(Why::at("what this line becomes is not known", span)));
            }
        }
    }

    /// What a command prints, newlines turned into spaces: known for a few, else a symbol named after the command.
    ///
    /// make 4.3 does not pass exported variables to it.
    pub(super) fn shell_output(&mut self, command: &Text, span: Span) -> Expansion {
        if let Some(known) = self.outputs().get(command) {
            return Ok(known.clone());
        }
        let output = self.print(command, span);
        if let Some(realm) = &self.realm {
            realm.note(|asked| asked.printed(command, span, &output));
        }
        if let Ok(text) = &output {
            self.outputs().insert(command.clone(), text.clone());
        }
        output
    }

    pub(super) fn print(&mut self, command: &Text, span: Span) -> Expansion {
        let mut folded = Folded::new(span.file);
        let mut holes = Vec::new();
        push(&mut folded, &mut holes, command, span.range());
        let mut world = self.world();
        let script = self.sources.script(&folded);
        let host = self.context();
        let context = self.realm.as_ref().map_or(&host as &dyn Context, |realm| realm.context);
        let mut runner = Shell::new(self.sources, context);
        runner.holes = holes;
        let mut lower = false;
        let last = match script.commands.as_slice() {
            [Node::Simple(simple)] => Some(simple),
            // `uname -s | tr A-Z a-z`
            [Node::Pipeline { commands, .. }] => match commands.as_slice() {
                [Node::Simple(first), Node::Simple(last)] => {
                    lower = lowers(last);
                    Some(first).filter(|_| lower)
                }
                _ => None,
            },
            // `cd dir && pwd`
            [Node::List { first, rest, .. }] => match (first.as_ref(), rest.as_slice()) {
                (Node::Simple(cd), [(shell::Connector::And, Node::Simple(last))])
                    if cd.words.first().and_then(shell::Word::literal).as_deref() == Some("cd") =>
                {
                    let words = runner.arguments(&mut world, &cd.words);
                    commands::run(&mut runner, &mut world, &words, cd.span);
                    Some(last)
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(simple) = last.filter(|simple| simple.assigns.is_empty()) {
            let words = runner.arguments(&mut world, &simple.words);
            match commands::output(&world, &words).map(|value| value.expand()) {
                Some(Ok(text)) if lower => {
                    if let Some(text) = text.as_literal() {
                        return Ok(on_one_line(&Text::literal(text.to_lowercase())));
                    }
                }
                Some(value) => return value.map(|text| on_one_line(&text)),
                None => {}
            }
        }
        let name = format!("$({})", command.words().iter().map(Text::to_string).collect::<Vec<_>>().join(" "));
        if name.len() > 400 {
            Err(Why::at("what the command prints is not known", span))
        } else {
            Ok(Text::symbol(name))
        }
    }
}

/// What a command printed, as make takes it: no line breaks at the end, blanks instead of the others.
fn on_one_line(text: &Text) -> Text {
    let mut text = text.clone();
    while let Some(shorter) = text.strip_suffix("\n") {
        text = shorter;
    }
    super::expand::join_words(&text.split('\n'))
}

/// `tr A-Z a-z` and its other spellings.
fn lowers(simple: &shell::Simple) -> bool {
    let words: Vec<Option<String>> = simple.words.iter().map(shell::Word::literal).collect();
    let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or_default()).collect();
    matches!(words.as_slice(), ["tr", "A-Z" | "[A-Z]" | "[:upper:]", "a-z" | "[a-z]" | "[:lower:]"])
}
