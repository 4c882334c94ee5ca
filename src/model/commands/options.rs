//! Knows how getopt splits arguments into options and operands.
//! Refuses to know what any option means.

use crate::model::path::Path;
use crate::model::trace::Argument;
use crate::model::value::{Text, Value};
use crate::source::Span;

/// Arguments split as getopt does.
pub(super) struct Parsed<'a> {
    pub(super) flags: Vec<Flag>,
    pub(super) operands: Vec<&'a Argument>,
    /// The words that are options or their values, as written.
    pub(super) raw: Vec<&'a Argument>,
}

/// An option as it was given.
pub(super) struct Flag {
    /// Its letter or long name.
    pub(super) name: String,
    /// The word that is its value, or the end of its own word.
    pub(super) value: Option<Argument>,
}

impl Flag {
    /// One without a value.
    pub(super) fn alone(name: String) -> Flag {
        Flag { name, value: None }
    }

    /// Whether it has one of these names.
    pub(super) fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }
}

/// Splits arguments into options and operands; `with_value` lists the short options that take one.
pub(super) fn options<'a>(arguments: &'a [Argument], with_value: &str) -> Parsed<'a> {
    long_options(arguments, with_value, &[])
}

/// The same where long options take a value that may be a word of its own.
pub(super) fn long_options<'a>(arguments: &'a [Argument], with_value: &str, long_with_value: &[&str]) -> Parsed<'a> {
    let mut out = Parsed { flags: Vec::new(), operands: Vec::new(), raw: Vec::new() };
    let mut only_operands = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = match &argument.value {
            Value::Text(text) if !only_operands && text.literal_prefix().starts_with('-') && !is_dash(text) => text,
            _ => {
                out.operands.push(argument);
                continue;
            }
        };
        out.raw.push(argument);
        if text.as_literal() == Some("--") {
            only_operands = true;
            continue;
        }
        let (name, glued, takes_value) = match text.literal_prefix().strip_prefix("--") {
            Some(long) => {
                let name = long.split('=').next().unwrap_or_default();
                (name.to_string(), text.strip_prefix(&format!("--{name}=")), long_with_value.contains(&name))
            }
            None => {
                let letters = &text.literal_prefix()[1..];
                let (at, letter) = match letters.char_indices().find(|(_, letter)| with_value.contains(*letter)) {
                    Some((at, letter)) => (at, Some(letter)),
                    None => (letters.len(), None),
                };
                out.flags.extend(letters[..at].chars().map(|flag| Flag::alone(flag.to_string())));
                let Some(letter) = letter else { continue };
                let glued = text.strip_prefix(&text.literal_prefix()[..1 + at + letter.len_utf8()]);
                (letter.to_string(), glued.filter(|glued| !glued.is_empty()), true)
            }
        };
        let word = if takes_value && glued.is_none() { rest.next() } else { None };
        out.raw.extend(word);
        let value = glued.map(|text| end_of(argument, text)).or_else(|| word.cloned());
        out.flags.push(Flag { name, value });
    }
    out
}

/// The end of a word. Where the file does not hold exactly the word, its place is that of the whole.
fn end_of(word: &Argument, end: Text) -> Argument {
    let length = end.as_literal().filter(|_| word.exact).map(|text| text.len() as u32);
    let start = length.map_or(word.span.start, |length| word.span.end - length);
    Argument { value: Value::Text(end), span: Span { start, ..word.span }, exact: length.is_some(), glob: word.glob }
}

/// Whether it is `-`, which stands for a stream.
fn is_dash(text: &Text) -> bool {
    text.as_literal() == Some("-")
}

/// `directory/name` where the name is that of `source`.
pub(super) fn inside(directory: &Path, source: &Argument) -> Option<Path> {
    let Value::Text(text) = &source.value else { return None };
    let name: Text = text.split('/').into_iter().rfind(|c| !c.is_empty())?;
    Some(directory.child(&name))
}
