//! Knows the texts that shells get of recipe lines: expanded, one for each line, with holes for what is not literal.
//! Refuses to know which lines run, and what the commands do.

use super::Make;
use super::rules::Line;
use crate::model::value::{Part, Text, Value, Why};
use crate::syntax::fold::{Folded, hole, hole_char};
use crate::syntax::makefile::Piece;
use std::ops::Range;

impl Make<'_> {
    /// A recipe line as the shell gets it. What an expansion brings stands for its reference; what is not literal is a hole.
    pub(super) fn fold_from(&mut self, line: &Line, mut holes: Vec<Value>) -> (Folded, Vec<Value>) {
        let text = &line.text;
        let mut out = Folded::new(text.file());
        let comment = text.text.starts_with('#');
        let mut before = None;
        for piece in text.part().pieces(text) {
            let value = self.piece(text, piece);
            if let (Ok(value), false) = (&value, comment) {
                self.look(text, before.as_ref(), piece, value);
            }
            if let Piece::Literal { range } = piece {
                before = None;
                out.append(text, range.clone());
                continue;
            }
            before = value.clone().ok().map(|value| (piece, value));
            let place = text.span(piece.range()).range();
            match value {
                Ok(value) => {
                    // make drops what nothing defines; in front of a command that is what a plain `make` runs.
                    if out.text.trim_start_matches(['@', '-', '+', ' ', '\t']).is_empty() && self.is_undefined(&value) {
                        continue;
                    }
                    push(&mut out, &mut holes, &value, place);
                }
                Err(why) => {
                    let span = why.span.or(Some(text.span(piece.range())));
                    push_hole(&mut out, &mut holes, Value::Unknown(Why { span, ..why }), place);
                }
            }
        }
        (out, holes)
    }
}

/// Adds a text for a shell; what is not literal in it becomes a hole.
pub(super) fn push(out: &mut Folded, holes: &mut Vec<Value>, text: &Text, place: Range<usize>) {
    for part in text.parts() {
        match part {
            Part::Literal(literal) => out.push_for(literal, place.clone()),
            Part::Symbol(symbol) => push_hole(out, holes, Value::Text(Text::symbol(symbol.0.clone())), place.clone()),
        }
    }
}

fn push_hole(out: &mut Folded, holes: &mut Vec<Value>, value: Value, place: Range<usize>) {
    out.push_for(&hole_char(holes.len()).to_string(), place);
    holes.push(value);
}

/// What the shell is given, with what its holes stand for.
pub(super) fn script(text: &str, holes: &[Value]) -> Result<Text, Why> {
    let mut out = Text::default();
    let mut behind = 0;
    for (at, c) in text.char_indices() {
        if let Some(value) = hole(c).and_then(|hole| holes.get(hole)) {
            out.push_str(&text[behind..at]);
            out.push(&value.expand()?);
            behind = at + c.len_utf8();
        }
    }
    out.push_str(&text[behind..]);
    Ok(out)
}

/// The shells that one expanded recipe line starts: a value with several lines starts several.
pub(super) fn shells(text: &Folded) -> Vec<Folded> {
    let mut out = Vec::new();
    let mut from = 0;
    let bytes = text.text.as_bytes();
    for end in text.text.match_indices('\n').map(|(at, _)| at).chain([bytes.len()]) {
        let escapes = bytes[from..end].iter().rev().take_while(|byte| **byte == b'\\').count();
        if end < bytes.len() && escapes % 2 == 1 {
            continue;
        }
        let start = from + prefix_length(&text.text[from..end]);
        if !text.text[start..end].trim().is_empty() {
            out.push(text.slice(start..end));
        }
        from = end + 1;
    }
    out
}

/// The `@`, `-`, `+` and blanks in front of a command.
pub(super) fn prefix_length(text: &str) -> usize {
    text.len() - text.trim_start_matches(['@', '-', '+', ' ', '\t']).len()
}
