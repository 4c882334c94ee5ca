//! Knows how make reads `$…` in unexpanded text: references, substitutions, calls of its functions, automatic variables.
//! Refuses to know what any of them expands to.

use super::super::fold::Folded;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

/// A text that is expanded again and again, with all that was read in it so far. Copies share it.
#[derive(Clone, Debug)]
pub struct Expression(Arc<Whole>);

#[derive(Debug)]
struct Whole {
    text: Folded,
    part: Unexpanded,
}

impl Expression {
    /// All of it.
    pub fn part(&self) -> &Unexpanded {
        &self.0.part
    }
}

impl From<Folded> for Expression {
    fn from(text: Folded) -> Expression {
        let part = Unexpanded::whole(&text);
        Expression(Arc::new(Whole { text, part }))
    }
}

impl Deref for Expression {
    type Target = Folded;

    fn deref(&self) -> &Folded {
        &self.0.text
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

/// A part of an unexpanded text, by its bytes. What is in it is read when somebody asks, and then known.
#[derive(Debug)]
pub struct Unexpanded {
    range: Range<usize>,
    pieces: OnceLock<Vec<Piece>>,
}

impl Unexpanded {
    /// These bytes of a text.
    pub fn new(range: Range<usize>) -> Unexpanded {
        Unexpanded { range, pieces: OnceLock::new() }
    }

    /// All of a text.
    pub fn whole(text: &Folded) -> Unexpanded {
        Unexpanded::new(0..text.text.len())
    }

    /// Where it stands in the text.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// As it is written.
    pub fn written<'t>(&self, text: &'t Folded) -> &'t str {
        &text.text[self.range.clone()]
    }

    /// What the text, which is the one that it is a part of, has there. What nothing closes is literal.
    pub fn pieces(&self, text: &Folded) -> &[Piece] {
        self.pieces.get_or_init(|| pieces(&text.text[..self.range.end], self.range.start))
    }
}

/// A piece of unexpanded text. Ranges are bytes of the whole text.
#[derive(Debug)]
pub enum Piece {
    Literal {
        range: Range<usize>,
    },
    /// `$$`
    Dollar {
        range: Range<usize>,
    },
    /// `$(X)`, `${X}`, `$X`, `$(X:from=to)`. The name may hold references itself, and be automatic (`$(@:.o=.c)`).
    Reference {
        name: Unexpanded,
        substitution: Option<Box<(Unexpanded, Unexpanded)>>,
        range: Range<usize>,
    },
    /// `$(function a,b)`. Arguments keep the blanks behind their commas.
    Call {
        function: &'static str,
        arguments: Vec<Unexpanded>,
        range: Range<usize>,
    },
    /// `$@`, `$(@)`, `$(@D)`
    Automatic {
        symbol: char,
        flavor: Option<Flavor>,
        range: Range<usize>,
    },
}

impl Piece {
    /// The bytes of the text that it covers.
    pub fn range(&self) -> Range<usize> {
        match self {
            Piece::Literal { range }
            | Piece::Dollar { range }
            | Piece::Reference { range, .. }
            | Piece::Call { range, .. }
            | Piece::Automatic { range, .. } => range.clone(),
        }
    }
}

/// Which part of each name an automatic variable gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavor {
    /// `$(@D)`: the directory.
    Directory,
    /// `$(@F)`: the file in it.
    File,
}

/// A `$(` or `${` that nothing closes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unterminated {
    pub range: Range<usize>,
    /// The function it calls.
    pub function: Option<String>,
    /// `)` or `}`
    pub missing: char,
}

/// How deep [`unterminated`] looks.
const DEPTH: usize = 64;

/// The functions of GNU make 4.3 and how many arguments each splits off at most; 0 is any number.
const FUNCTIONS: [(&str, usize); 36] = [
    ("abspath", 1),
    ("addprefix", 2),
    ("addsuffix", 2),
    ("and", 0),
    ("basename", 1),
    ("call", 0),
    ("dir", 1),
    ("error", 1),
    ("eval", 1),
    ("file", 2),
    ("filter", 2),
    ("filter-out", 2),
    ("findstring", 2),
    ("firstword", 1),
    ("flavor", 1),
    ("foreach", 3),
    ("if", 3),
    ("info", 1),
    ("join", 2),
    ("lastword", 1),
    ("notdir", 1),
    ("or", 0),
    ("origin", 1),
    ("patsubst", 3),
    ("realpath", 1),
    ("shell", 1),
    ("sort", 1),
    ("strip", 1),
    ("subst", 3),
    ("suffix", 1),
    ("value", 1),
    ("warning", 1),
    ("wildcard", 1),
    ("word", 2),
    ("wordlist", 3),
    ("words", 1),
];

/// Splits what a text has from a place on.
fn pieces(text: &str, from: usize) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut at = from;
    // No `$(` behind a place where one was found open can be closed either, if it opens alike.
    let mut open = Opens::default();
    while at < text.len() {
        let Some(found) = text[at..].find('$') else {
            literal(&mut out, at..text.len());
            break;
        };
        if found > 0 {
            literal(&mut out, at..at + found);
        }
        at += found;
        let (piece, end) = reference(text, at, &mut open);
        match piece {
            Some(piece) => out.push(piece),
            None => literal(&mut out, at..end),
        }
        at = end;
    }
    out
}

/// The first reference in the text, at any depth, that nothing closes.
pub fn unterminated(text: &Folded) -> Option<Unterminated> {
    match is_balanced(&text.text) {
        true => None,
        false => unterminated_below(text, &Unexpanded::whole(text), 0),
    }
}

/// Whether every reference is certainly closed: all open alike, and what they open with is closed wherever it stands.
fn is_balanced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut kinds = [false; 2];
    let mut depths = [0i64; 2];
    let mut fell = [false; 2];
    let mut behind_dollar = false;
    for byte in bytes {
        let (kind, step) = match byte {
            b'(' => (0, 1),
            b'{' => (1, 1),
            b')' => (0, -1),
            b'}' => (1, -1),
            byte => {
                behind_dollar = *byte == b'$' && !behind_dollar;
                continue;
            }
        };
        kinds[kind] |= behind_dollar && step == 1;
        depths[kind] += step;
        fell[kind] |= depths[kind] < 0;
        behind_dollar = false;
    }
    let closed = |kind: usize| depths[kind] == 0 && !fell[kind];
    match kinds {
        [false, false] => true,
        [true, false] => closed(0),
        [false, true] => closed(1),
        [true, true] => false,
    }
}

fn unterminated_below(text: &Folded, part: &Unexpanded, depth: usize) -> Option<Unterminated> {
    if depth == DEPTH {
        return None;
    }
    for piece in part.pieces(text) {
        let inner: Vec<&Unexpanded> = match piece {
            Piece::Literal { range } => match unclosed(&text.text[..part.range.end], range.clone()) {
                Some(found) => return Some(found),
                None => continue,
            },
            Piece::Reference { name, substitution, .. } => {
                let both = substitution.iter().flat_map(|both| [&both.0, &both.1]);
                std::iter::once(name).chain(both).collect()
            }
            Piece::Call { arguments, .. } => arguments.iter().collect(),
            Piece::Dollar { .. } | Piece::Automatic { .. } => continue,
        };
        let found = inner.into_iter().filter(|inner| inner.written(text).contains('$'));
        if let Some(found) = found.filter_map(|inner| unterminated_below(text, inner, depth + 1)).next() {
            return Some(found);
        }
    }
    None
}

fn unclosed(text: &str, range: Range<usize>) -> Option<Unterminated> {
    let literal = &text[range.clone()];
    let at = literal.find("$(").into_iter().chain(literal.find("${")).min()?;
    let missing = if literal[at..].starts_with("$(") { ')' } else { '}' };
    let start = range.start + at;
    let function = function(&text[start + 2..]).map(|(name, _)| name.to_string());
    Some(Unterminated { range: start..text.len(), function, missing })
}

/// Finds where references end, giving up where too many do not.
pub(super) struct Closer<'t> {
    text: &'t str,
    open: usize,
}

impl Closer<'_> {
    pub(super) fn new(text: &str) -> Closer<'_> {
        Closer { text, open: 0 }
    }

    /// Where the text goes on behind the `$…` at `at`; behind the sign alone where nothing closes it.
    pub(super) fn behind(&mut self, at: usize) -> usize {
        let sign = match self.text[at + 1..].chars().next() {
            Some(sign @ ('(' | '{')) => sign,
            other => return at + 1 + other.map_or(0, char::len_utf8),
        };
        if self.open == OPENS {
            return at + 2;
        }
        match matching(self.text, at + 2, sign as u8) {
            Some(end) => end + 1,
            None => {
                self.open += 1;
                at + 2
            }
        }
    }
}

/// The sign that closes `open`, counting only its own kind, as make does.
fn matching(text: &str, from: usize, open: u8) -> Option<usize> {
    let close = if open == b'(' { b')' } else { b'}' };
    let mut depth = 0usize;
    for (i, byte) in text.bytes().enumerate().skip(from) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(i),
            }
        }
    }
    None
}

fn literal(out: &mut Vec<Piece>, range: Range<usize>) {
    if let Some(Piece::Literal { range: before }) = out.last_mut()
        && before.end == range.start
    {
        before.end = range.end;
    } else {
        out.push(Piece::Literal { range });
    }
}

/// How many references of a kind were found open, to stop looking for their ends.
#[derive(Default)]
struct Opens {
    parens: usize,
    braces: usize,
}

/// How many open references are looked at in full: each costs a look at the whole text.
const OPENS: usize = 16;

/// The piece whose `$` is at `at`, and where it ends. `None` is literal text.
fn reference(text: &str, at: usize, opens: &mut Opens) -> (Option<Piece>, usize) {
    let Some(sign) = text[at + 1..].chars().next() else {
        return (None, at + 1);
    };
    if !matches!(sign, '(' | '{') {
        let range = at..at + 1 + sign.len_utf8();
        let end = range.end;
        let piece = match sign {
            '$' => Piece::Dollar { range },
            sign if is_automatic(sign) => Piece::Automatic { symbol: sign, flavor: None, range },
            _ => Piece::Reference { name: Unexpanded::new(at + 1..end), substitution: None, range },
        };
        return (Some(piece), end);
    }
    let found = if sign == '(' { &mut opens.parens } else { &mut opens.braces };
    if *found == OPENS {
        return (None, at + 2);
    }
    let inner = at + 2;
    let called = function(&text[inner..]);
    let close = if sign == '(' { ')' } else { '}' };
    // A name without references ends at the first closing sign, whatever opened in it; so does one that never closes.
    let first = text[inner..].find(close).map(|len| inner + len);
    let plain = called.is_none() && first.is_some_and(|first| !text[inner..first].contains('$'));
    let end = if plain || first.is_none() {
        first
    } else {
        let counted = matching(text, inner, sign as u8);
        *found += usize::from(counted.is_none());
        if called.is_some() { counted } else { counted.or(first) }
    };
    let Some(end) = end else {
        *found += usize::from(first.is_none());
        return (None, at + 2);
    };
    let range = at..end + 1;
    let piece = match called {
        Some((name, most)) => {
            let arguments = arguments(text, inner + name.len()..end, sign as u8, most);
            Piece::Call { function: name, arguments, range }
        }
        None => named(text, inner..end, range),
    };
    (Some(piece), end + 1)
}

fn named(text: &str, name: Range<usize>, range: Range<usize>) -> Piece {
    let inner = &text[name.clone()];
    let mut chars = inner.chars();
    if let Some(symbol) = chars.next().filter(|c| is_automatic(*c)) {
        let flavor = match chars.as_str() {
            "" => return Piece::Automatic { symbol, flavor: None, range },
            "D" => Some(Flavor::Directory),
            "F" => Some(Flavor::File),
            _ => None,
        };
        if flavor.is_some() {
            return Piece::Automatic { symbol, flavor, range };
        }
    }
    let outside = |wanted: u8, from: usize| {
        let bytes = text.as_bytes();
        let mut closer = Closer::new(&text[..name.end]);
        let mut at = from;
        while at < name.end {
            match bytes[at] {
                b'$' => at = closer.behind(at),
                byte if byte == wanted => return Some(at),
                _ => at += 1,
            }
        }
        None
    };
    let split = outside(b':', name.start).and_then(|colon| Some((colon, outside(b'=', colon + 1)?)));
    match split {
        Some((colon, equals)) => {
            let (from, to) = (Unexpanded::new(colon + 1..equals), Unexpanded::new(equals + 1..name.end));
            let name = Unexpanded::new(name.start..colon);
            Piece::Reference { name, substitution: Some(Box::new((from, to))), range }
        }
        None => Piece::Reference { name: Unexpanded::new(name), substitution: None, range },
    }
}

/// The function that a text behind `$(` calls: its name must be followed by a blank or the end.
fn function(inner: &str) -> Option<(&'static str, usize)> {
    let len = inner.bytes().take_while(|b| b.is_ascii_lowercase() || *b == b'-').count();
    if inner[len..].chars().next().is_some_and(|c| !c.is_ascii_whitespace()) {
        return None;
    }
    known(&inner[..len])
}

fn known(name: &str) -> Option<(&'static str, usize)> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).copied()
}

/// Whether make has a function of that name.
pub fn is_function(name: &str) -> bool {
    known(name).is_some()
}

fn arguments(text: &str, range: Range<usize>, open: u8, most: usize) -> Vec<Unexpanded> {
    let close = if open == b'(' { b')' } else { b'}' };
    let bytes = text.as_bytes();
    let blanks = bytes[range.clone()].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let mut out = Vec::new();
    let mut start = range.start + blanks;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().take(range.end).skip(start) {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.saturating_sub(1);
        } else if byte == b',' && depth == 0 && (most == 0 || out.len() + 1 < most) {
            out.push(Unexpanded::new(start..at));
            start = at + 1;
        }
    }
    out.push(Unexpanded::new(start..range.end));
    out
}

fn is_automatic(symbol: char) -> bool {
    matches!(symbol, '@' | '%' | '<' | '?' | '^' | '+' | '|' | '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use proptest::prelude::*;

    const PIECES: &[&str] = &["$", "$$", "(", ")", "{", "}", "$(", "${", "a", ":", "=", ",", " ", "subst ", "if ", "@"];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn nothing_in_a_balanced_text_is_unterminated(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..16)) {
            let file = Sources::new(std::sync::Arc::new(MemoryCheckout::default())).add("f", "");
            let mut text = Folded::new(file);
            text.push(&pieces.concat(), 0);
            if !is_balanced(&text.text) { return Ok(()); }
            prop_assert_eq!(unterminated_below(&text, &Unexpanded::whole(&text), 0), None, "{:?}", text.text);
        }
    }
}
