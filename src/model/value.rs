//! Knows what a variable, word or path may hold: text with named holes, nothing, or something we cannot know.
//! Refuses to know files, commands and where a value is used.

use crate::source::Span;
use ecow::EcoString;
use smallvec::{SmallVec, smallvec};
use std::fmt;
use std::sync::Arc;

/// What a variable or a word holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Set, perhaps to nothing.
    Text(Text),
    /// Not set. Expands to nothing, but is not Unknown.
    Unset,
    /// Whether it is set, or to what, is not known.
    Unknown(Why),
}

/// The reason why something is not known, and the place that made it so.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Why {
    /// One clause.
    pub reason: Arc<str>,
    /// The place that made it so, where a file shows it.
    pub span: Option<Span>,
}

impl Why {
    /// A reason that no place shows.
    pub fn new(reason: impl Into<Arc<str>>) -> Why {
        Why { reason: reason.into(), span: None }
    }

    /// A reason, and where it is to be seen.
    pub fn at(reason: impl Into<Arc<str>>, span: Span) -> Why {
        Why { reason: reason.into(), span: Some(span) }
    }
}

/// Text whose parts are literals or symbols. Normal form: no empty literal, no two literals side by side. Copies share
/// their literals until one of them grows.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Text {
    parts: SmallVec<[Part; 1]>,
}

/// Most texts have one part, and are copied more often than anything else is done to them.
impl Clone for Text {
    fn clone(&self) -> Text {
        match self.parts.as_slice() {
            [only] => Text { parts: smallvec![only.clone()] },
            parts => Text { parts: parts.into() },
        }
    }
}

/// A piece of a [`Text`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    Literal(EcoString),
    Symbol(Symbol),
}

/// A text we cannot see but can recognise: `ARG VERSION` without default, `$TARGETARCH`, one `$(shell git describe)`.
/// Two symbols are the same text exactly if their names are equal. A symbol may be empty and may hold slashes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub Arc<str>);

/// Longer text is not followed: what doubles itself line by line would not end. Linux hands no program a word of twice this length.
const LENGTH: usize = 64 << 10;

/// Text in the making.
#[derive(Default)]
pub struct Growing {
    text: Text,
    size: usize,
}

impl Growing {
    /// Appends, where that is still followed.
    pub fn push(&mut self, other: Text) -> Result<(), Why> {
        self.size += other.size();
        if self.size > LENGTH {
            return Err(Why::new("its text is too long"));
        }
        match self.text.is_empty() {
            true => self.text = other,
            false => self.text.push(&other),
        }
        Ok(())
    }

    /// All of it.
    pub fn done(self) -> Text {
        self.text
    }
}

/// How two texts compare over all bindings of their symbols.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// Equal whatever the symbols hold.
    Equal,
    /// No binding makes them equal.
    Different,
    Undecided,
}

impl Text {
    /// Text without symbols.
    pub fn literal(text: impl Into<EcoString>) -> Text {
        let text = text.into();
        if text.is_empty() { Text::default() } else { Text { parts: smallvec![Part::Literal(text)] } }
    }

    /// One symbol and nothing else.
    pub fn symbol(name: impl Into<Arc<str>>) -> Text {
        Text { parts: smallvec![Part::Symbol(Symbol(name.into()))] }
    }

    /// In order; none for the empty text.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Appends a literal.
    pub fn push_str(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.parts.last_mut() {
            Some(Part::Literal(last)) => last.push_str(text),
            _ => self.parts.push(Part::Literal(text.into())),
        }
    }

    /// Appends a text.
    pub fn push(&mut self, other: &Text) {
        if self.parts.is_empty() {
            *self = other.clone();
            return;
        }
        for part in &other.parts {
            match part {
                Part::Literal(text) => self.push_str(text),
                Part::Symbol(_) => self.parts.push(part.clone()),
            }
        }
    }

    /// With another text behind it.
    pub fn concat(mut self, other: &Text) -> Text {
        self.push(other);
        self
    }

    /// Bytes, and one for each symbol.
    pub fn size(&self) -> usize {
        self.parts.iter().map(|part| if let Part::Literal(text) = part { text.len() } else { 1 }).sum()
    }

    /// The text, where no symbol is in it.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Certainly empty.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The literal it begins with, `""` where it begins with a symbol.
    pub fn literal_prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// The literal it ends with, `""` where it ends with a symbol.
    pub fn literal_suffix(&self) -> &str {
        match self.parts.last() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// Splits at every occurrence of `separator` in the literals. Never empty.
    pub fn split(&self, separator: char) -> Vec<Text> {
        self.split_where(|c| c == separator)
    }

    fn split_where(&self, separates: impl Fn(char) -> bool) -> Vec<Text> {
        if self.as_literal().is_some_and(|text| !text.contains(&separates)) {
            return vec![self.clone()];
        }
        let mut out = Vec::new();
        let mut open = Text::default();
        for part in &self.parts {
            match part {
                Part::Symbol(_) => open.parts.push(part.clone()),
                Part::Literal(text) => {
                    let mut pieces = text.split(&separates);
                    open.push_str(pieces.next().unwrap_or_default());
                    out.extend(pieces.map(|piece| std::mem::replace(&mut open, Text::literal(piece))));
                }
            }
        }
        out.push(open);
        out
    }

    /// What stands before and behind the first `separator` in the literals.
    pub fn split_once(&self, separator: char) -> Option<(Text, Text)> {
        let (at, found) = self.parts.iter().enumerate().find_map(|(at, part)| match part {
            Part::Literal(text) => Some((at, text.split_once(separator)?)),
            Part::Symbol(_) => None,
        })?;
        let (mut before, mut behind) = (Text { parts: self.parts[..at].into() }, Text::literal(found.1));
        before.push_str(found.0);
        behind.parts.extend(self.parts[at + 1..].iter().cloned());
        Some((before, behind))
    }

    /// What stands between blanks and line ends in the literals.
    pub fn words(&self) -> Vec<Text> {
        let mut pieces = self.split_where(|c| matches!(c, ' ' | '\t' | '\n'));
        pieces.retain(|piece| !piece.is_empty());
        pieces
    }

    /// Several texts with the same between each two.
    pub fn joined(list: &[Text], between: &str) -> Text {
        let mut out = Text::default();
        for (i, text) in list.iter().enumerate() {
            if i > 0 {
                out.push_str(between);
            }
            out.push(text);
        }
        out
    }

    /// Without a literal prefix, where it certainly begins with it.
    pub fn strip_prefix(&self, prefix: &str) -> Option<Text> {
        if prefix.is_empty() {
            return Some(self.clone());
        }
        let rest = self.literal_prefix().strip_prefix(prefix)?;
        let mut out = Text::literal(rest);
        out.parts.extend(self.parts.iter().skip(1).cloned());
        Some(out)
    }

    /// Without a literal suffix, where it certainly ends with it.
    pub fn strip_suffix(&self, suffix: &str) -> Option<Text> {
        if suffix.is_empty() {
            return Some(self.clone());
        }
        let rest = self.literal_suffix().strip_suffix(suffix)?;
        let mut out = Text { parts: self.parts[..self.parts.len() - 1].into() };
        out.push_str(rest);
        Some(out)
    }

    /// Whether it certainly begins with `prefix`, certainly does not, or may.
    pub fn starts_with(&self, prefix: &Text) -> Relation {
        let (mut own, mut other) = (self.parts.as_slice(), prefix.parts.as_slice());
        while let (Some(a), Some(b)) = (own.first(), other.first()) {
            if a == b {
                (own, other) = (&own[1..], &other[1..]);
                continue;
            }
            return match (a, b) {
                (Part::Literal(a), Part::Literal(b)) => {
                    if other.len() == 1 && a.starts_with(b.as_str()) {
                        Relation::Equal
                    } else if own.len() > 1 && b.starts_with(a.as_str()) || a.starts_with(b.as_str()) {
                        Relation::Undecided
                    } else {
                        Relation::Different
                    }
                }
                _ => Relation::Undecided,
            };
        }
        match (own, other) {
            (_, []) => Relation::Equal,
            ([], [Part::Literal(_), ..]) => Relation::Different,
            _ => Relation::Undecided,
        }
    }

    /// Whether two texts are equal, whatever their symbols hold.
    pub fn compare(&self, other: &Text) -> Relation {
        if let (Some(a), Some(b)) = (self.as_literal(), other.as_literal()) {
            return if a == b { Relation::Equal } else { Relation::Different };
        }
        if self == other {
            return Relation::Equal;
        }
        // Common parts at both ends cancel out.
        let (mut a, mut b) = (self.parts.as_slice(), other.parts.as_slice());
        while let (Some(x), Some(y)) = (a.first(), b.first())
            && x == y
        {
            (a, b) = (&a[1..], &b[1..]);
        }
        while let (Some(x), Some(y)) = (a.last(), b.last())
            && x == y
        {
            (a, b) = (&a[..a.len() - 1], &b[..b.len() - 1]);
        }
        let conflict = |x: Option<&Part>, y: Option<&Part>, clash: fn(&str, &str) -> bool| matches!((x, y), (Some(Part::Literal(x)), Some(Part::Literal(y))) if clash(x, y));
        let ends_clash = conflict(a.first(), b.first(), |x, y| !x.starts_with(y) && !y.starts_with(x))
            || conflict(a.last(), b.last(), |x, y| !x.ends_with(y) && !y.ends_with(x));
        let is_text = |parts: &[Part]| parts.iter().any(|p| matches!(p, Part::Literal(_)));
        let only_literals = |parts: &[Part]| parts.iter().all(|p| matches!(p, Part::Literal(_)));
        let length = |parts: &[Part]| -> usize {
            parts.iter().map(|p| if let Part::Literal(t) = p { t.len() } else { 0 }).sum()
        };
        // One side is fixed and too short for the other's literals.
        let too_short = (only_literals(a) && is_text(b) && length(a) < length(b))
            || (only_literals(b) && is_text(a) && length(b) < length(a));
        if ends_clash || too_short { Relation::Different } else { Relation::Undecided }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::literal(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::literal(text)
    }
}

/// The directory that the checkout lies in on the machine that runs make or a CI step. Nobody knows its real name, but it is
/// absolute, and no path that somebody writes down is it. Shown as `.`.
pub const CHECKOUT: &str = "/\u{e000}";

/// As a person would write it: symbols as `${NAME}`, the checkout as `.`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Literal(text) if text.contains(CHECKOUT) => f.write_str(&text.replace(CHECKOUT, "."))?,
                Part::Literal(text) => f.write_str(text)?,
                // A command substitution is its own name.
                Part::Symbol(Symbol(name)) if name.starts_with(['$', '`']) => f.write_str(name)?,
                Part::Symbol(Symbol(name)) => write!(f, "${{{name}}}")?,
            }
        }
        Ok(())
    }
}

impl Value {
    /// A known value.
    pub fn literal(text: impl Into<EcoString>) -> Value {
        Value::Text(Text::literal(text))
    }

    /// A value that nobody can tell, for a reason that no place shows.
    pub fn unknown(reason: impl Into<Arc<str>>) -> Value {
        Value::Unknown(Why::new(reason))
    }

    /// The text, where it is known without symbols. Unset gives `None`.
    pub fn as_literal(&self) -> Option<&str> {
        match self {
            Value::Text(text) => text.as_literal(),
            _ => None,
        }
    }

    /// What it expands to: Unset is empty.
    pub fn expand(&self) -> Result<Text, Why> {
        self.clone().into_expansion()
    }

    /// As [`Value::expand`], of a value that nobody needs any more.
    pub fn into_expansion(self) -> Result<Text, Why> {
        match self {
            Value::Text(text) => Ok(text),
            Value::Unset => Ok(Text::default()),
            Value::Unknown(why) => Err(why),
        }
    }

    /// Unset or certainly empty: what go takes as "not set".
    pub fn is_nothing(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::Unset => true,
            Value::Unknown(_) => false,
        }
    }

    /// What two ways of getting here agree on. Commutative, associative, idempotent.
    pub fn join(&self, other: &Value) -> Value {
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Value::Unknown(a), Value::Unknown(b)) => Value::Unknown(a.min(b).clone()),
            (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(why.clone()),
            _ => Value::unknown("differs between the branches that lead here"),
        }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        Value::Text(text)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => text.fmt(f),
            Value::Unset => Ok(()),
            Value::Unknown(_) => f.write_str("…"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(parts: &[&str]) -> Text {
        let mut out = Text::default();
        for p in parts {
            match p.strip_prefix('$') {
                Some(name) => out.push(&Text::symbol(name)),
                None => out.push_str(p),
            }
        }
        out
    }

    #[test]
    fn equal_part_by_part_or_different_whatever_the_symbols_hold() {
        use Relation::*;
        for (a, b, expected) in [
            (t(&["/out/app"]), t(&["/out/app"]), Equal),
            (t(&["/out/app"]), t(&["/out/api"]), Different),
            (t(&["/out/", "$BIN"]), t(&["/out/", "$BIN"]), Equal),
            (t(&["/out/", "$BIN"]), t(&["/out/app"]), Undecided),
            (t(&["/out/", "$BIN"]), t(&["/app/bin"]), Different),
            (t(&["$DIR", "/app"]), t(&["/x/api"]), Different),
            (t(&["$DIR", "/app"]), t(&["/x/app"]), Undecided),
            (t(&["/out/", "$A"]), t(&["/out/", "$B"]), Undecided),
            (t(&["/a/", "$X", "/app"]), t(&["/a/"]), Different),
        ] {
            assert_eq!(a.compare(&b), expected, "{a} {b}");
            assert_eq!(b.compare(&a), expected, "{b} {a}");
        }
    }

    #[test]
    fn prefixes_are_decided_where_they_can_be() {
        use Relation::*;
        assert_eq!(t(&["/src/cmd"]).starts_with(&t(&["/src/"])), Equal);
        assert_eq!(t(&["/src"]).starts_with(&t(&["/src/"])), Different);
        assert_eq!(t(&["/out/", "$X", "/b"]).starts_with(&t(&["/out/", "$X", "/"])), Equal);
        assert_eq!(t(&["$X"]).starts_with(&t(&["/out"])), Undecided);
        assert_eq!(t(&["/go"]).starts_with(&t(&["/out"])), Different);
    }

    #[test]
    fn the_checkout_is_shown_as_a_dot() {
        assert_eq!(Text::literal(format!("{CHECKOUT}/bin/app")).to_string(), "./bin/app");
        assert_eq!(Text::literal(format!("{CHECKOUT}/bin")).compare(&"/usr/bin".into()), Relation::Different);
    }

    #[test]
    fn joining_forgets_what_differs() {
        let (a, b) = (Value::literal("a"), Value::literal("b"));
        assert_eq!(a.join(&a), a);
        assert!(matches!(a.join(&b), Value::Unknown(_)));
        assert_eq!(a.join(&b), b.join(&a));
        assert!(matches!(a.join(&Value::Unset), Value::Unknown(_)));
    }

    #[test]
    fn stripping_keeps_symbols() {
        assert_eq!(t(&["/a/", "$X", ".exe"]).strip_suffix(".exe"), Some(t(&["/a/", "$X"])));
        assert_eq!(t(&["/a/", "$X"]).strip_prefix("/a/"), Some(t(&["$X"])));
        assert_eq!(t(&["a/b/", "$X", "/c"]).split('/'), [t(&["a"]), t(&["b"]), t(&["$X"]), t(&["c"])]);
    }
}
