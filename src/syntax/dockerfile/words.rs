//! Knows how a logical line falls apart: keyword, blank-separated words, quoted words.
//! Refuses to know which instruction splits its line in which way.

use super::Word;
use crate::source::Span;
use crate::syntax::fold::Folded;
use std::ops::Range;

/// A stretch of a logical line.
#[derive(Clone, Copy)]
pub(super) struct Part<'l> {
    line: &'l Folded,
    start: usize,
    end: usize,
}

/// What separates a keyword from its arguments and plain words from each other.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\x0b' | '\x0c' | '\r' | ' ')
}

impl<'l> Part<'l> {
    pub fn of(line: &'l Folded) -> Part<'l> {
        Part { line, start: 0, end: line.text.len() }
    }

    pub fn line(self) -> &'l Folded {
        self.line
    }

    pub fn text(self) -> &'l str {
        &self.line.text[self.start..self.end]
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// A part of this part; the range counts from its start.
    pub fn sub(self, range: Range<usize>) -> Part<'l> {
        Part { line: self.line, start: self.start + range.start, end: self.start + range.end }
    }

    pub fn from(self, start: usize) -> Part<'l> {
        self.sub(start..self.end - self.start)
    }

    pub fn to(self, other: Part<'l>) -> Part<'l> {
        Part { line: self.line, start: self.start, end: other.end }
    }

    /// A range of this part as one of the line.
    pub fn range(self, range: Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }

    pub fn span(self) -> Span {
        self.line.span(self.start..self.end)
    }

    pub fn folded(self) -> Folded {
        self.line.slice(self.start..self.end)
    }

    pub fn word(self) -> Word {
        Word { raw: self.folded(), span: self.span() }
    }

    pub fn trim(self) -> Part<'l> {
        let text = self.text();
        let start = text.len() - text.trim_start().len();
        self.sub(start..start + text.trim().len())
    }

    /// The first word and what follows the blanks behind it.
    pub fn split_first(self) -> (Part<'l>, Part<'l>) {
        let text = self.text();
        let end = text.find(is_blank).unwrap_or(text.len());
        let rest = end + text[end..].len() - text[end..].trim_start_matches(is_blank).len();
        (self.sub(0..end), self.from(rest))
    }

    /// Splits at the first `=`.
    pub fn split_assignment(self) -> (Part<'l>, Option<Part<'l>>) {
        match self.text().find('=') {
            Some(at) => (self.sub(0..at), Some(self.from(at + 1))),
            None => (self, None),
        }
    }

    /// Words between blanks; quotes do not hold them together.
    pub fn words(self) -> Vec<Part<'l>> {
        let mut words = Vec::new();
        let mut rest = self;
        while !rest.is_empty() {
            let first;
            (first, rest) = rest.split_first();
            if !first.is_empty() {
                words.push(first);
            }
        }
        words
    }

    /// Words between blanks where quotes and the escape character hold them together, as ENV, ARG and LABEL have them.
    /// An escape character at the very end belongs to no word.
    pub fn quoted_words(self, escape: char) -> Vec<Part<'l>> {
        let mut words = Vec::new();
        let text = self.text();
        let mut quote = None;
        let mut word = 0..0;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            let mut end = at + c.len_utf8();
            if quote.is_none() && c.is_whitespace() {
                if !word.is_empty() {
                    words.push(self.sub(word));
                }
                word = end..end;
                continue;
            }
            if c == escape && quote != Some('\'') {
                let Some((at, escaped)) = chars.next() else { break };
                end = at + escaped.len_utf8();
            } else if quote == Some(c) {
                quote = None;
            } else if quote.is_none() && matches!(c, '\'' | '"') {
                quote = Some(c);
            }
            word.end = end;
        }
        if !word.is_empty() {
            words.push(self.sub(word));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn line(text: &str) -> Folded {
        let mut line = Folded::new(Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text));
        line.push(text, 0);
        line
    }

    fn quoted(text: &str, escape: char) -> Vec<String> {
        Part::of(&line(text)).quoted_words(escape).into_iter().map(|p| p.text().to_string()).collect()
    }

    #[test]
    fn quotes_and_escapes_hold_a_word_together() {
        assert_eq!(quoted("a=b c='d e' f=\"g \\\" h\" i=j\\ k", '\\'), ["a=b", "c='d e'", "f=\"g \\\" h\"", "i=j\\ k"]);
        assert_eq!(quoted("a='b\\' c", '\\'), ["a='b\\'", "c"]);
        assert_eq!(quoted("a=b` c\\ d", '`'), ["a=b` c\\", "d"]);
        assert_eq!(quoted("a=\"b c", '\\'), ["a=\"b c"]);
        assert_eq!(quoted("a=b\\", '\\'), ["a=b"]);
        assert_eq!(quoted("  ", '\\'), [""; 0]);
    }

    #[test]
    fn plain_words_know_no_quotes() {
        let text = line("COPY \"a b\"\t\u{a0}c");
        let words: Vec<&str> = Part::of(&text).words().into_iter().map(|p| p.text()).collect();
        assert_eq!(words, ["COPY", "\"a", "b\"", "\u{a0}c"]);
    }
}
