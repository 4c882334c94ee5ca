//! Knows literal text: how it is put together, which characters of it are holes, and the escapes of `$'…'`.
//! Refuses to know expansions, and where a literal begins or ends.

use super::super::fold::hole;
use super::{Parts, WordPart};
use ecow::EcoString;
use std::ops::Range;

/// Appends literal text and holes to a word, joining what is quoted alike.
pub(super) struct Literals<'p> {
    parts: &'p mut Parts,
}

impl<'p> Literals<'p> {
    pub(super) fn new(parts: &'p mut Parts) -> Literals<'p> {
        Literals { parts }
    }

    pub(super) fn char(&mut self, c: char, quoted: bool) {
        if let Some(index) = hole(c) {
            self.parts.push(WordPart::Hole { index, quoted });
            return;
        }
        if let Some(WordPart::Literal { text, quoted: before }) = self.parts.last_mut()
            && *before == quoted
        {
            text.push(c);
        } else {
            self.parts.push(WordPart::Literal { text: c.into(), quoted });
        }
    }

    /// Adds text that has no holes.
    pub(super) fn run(&mut self, run: &str, quoted: bool) {
        match self.parts.last_mut() {
            Some(WordPart::Literal { text, quoted: before }) if *before == quoted => text.push_str(run),
            _ => self.parts.push(WordPart::Literal { text: run.into(), quoted }),
        }
    }

    /// Adds quoted text, even where it is empty: `''` is a word.
    pub(super) fn quoted(&mut self, text: &str) {
        if text.is_empty() {
            self.parts.push(WordPart::Literal { text: EcoString::new(), quoted: true });
        }
        for c in text.chars() {
            self.char(c, true);
        }
    }
}

/// Cuts continuations (backslash-newline) off both ends of a word's range; shuck counts them in.
pub(super) fn without_continuations(text: &str, mut range: Range<usize>) -> Range<usize> {
    while text[range.clone()].starts_with("\\\n") {
        range.start += 2;
    }
    while let Some(before) = text[range.clone()].strip_suffix("\\\n")
        && before.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0
    {
        range.end -= 2;
    }
    range
}

/// Decodes the inside of `$'…'` up to its closing quote; gives the text and the length with that quote.
pub(super) fn ansi_c(inside: &str) -> (String, usize) {
    let mut out = String::new();
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => return (out, at + 1),
            '\\' => {}
            c => {
                out.push(c);
                continue;
            }
        }
        let Some((_, c)) = chars.next() else { break };
        let mut number = |first: u32, radix: u32, most: usize| {
            let mut value = first;
            for _ in 0..most {
                let Some(digit) = chars.peek().and_then(|(_, c)| c.to_digit(radix)) else { break };
                value = value.wrapping_mul(radix).wrapping_add(digit);
                chars.next();
            }
            char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        let decoded = match c {
            'a' => '\x07',
            'b' => '\x08',
            'e' | 'E' => '\x1b',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '\\' | '\'' | '"' | '?' => c,
            'x' => number(0, 16, 2),
            'u' => number(0, 16, 4),
            'U' => number(0, 16, 8),
            '0'..='7' => number(c as u32 - '0' as u32, 8, 2),
            c => {
                out.push('\\');
                c
            }
        };
        out.push(decoded);
    }
    (out, inside.len())
}
