//! Knows how a word's own text is read: quotes and backslashes gone, expansions typed, every place mapped to the file.
//! Refuses to know commands, and shuck's parts of a word: their places drift behind escapes in double quotes.

use super::convert::Reader;
use super::literal::{Literals, ansi_c, without_continuations};
use super::nesting::{closing_backtick, closing_paren};
use super::{Modifier, Parts, Word, WordPart};
use crate::syntax::fold::HOLE;
use ecow::EcoString;
use std::ops::Range;

/// The first byte of every hole, and of all characters behind them.
const FIRST_OF_HOLE: u8 = 0xF0 | (HOLE >> 18) as u8;

/// How deep quotes and `${…}` may nest in one word.
const DEPTH: usize = 40;

impl Reader<'_> {
    /// A word where the shell expects one.
    pub(super) fn word(&self, word: &shuck_ast::Word) -> Word {
        self.scanned(self.word_range(word), Tilde::Start)
    }

    /// The word at a range of the text.
    pub(super) fn scanned(&self, range: Range<usize>, tilde: Tilde) -> Word {
        let mut parts = Parts::new();
        Scan { reader: self, at: range.start, end: range.end, depth: 0 }
            .section(&mut parts, Section { quoted: false, stop: Stop::End, tilde });
        self.finish(parts, range)
    }

    /// Where a word lies in the text, without continuations around it.
    pub(super) fn word_range(&self, word: &shuck_ast::Word) -> Range<usize> {
        without_continuations(self.source(), self.range(word.span))
    }

    /// A word of these parts at this place of the text.
    pub(super) fn finish(&self, parts: Parts, range: Range<usize>) -> Word {
        let exact = self.text().is_exact(range.clone()) && !self.source()[range.clone()].contains("\\\n");
        Word { parts, span: self.text().span(range), exact }
    }
}

/// Where `~` stands for the home directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tilde {
    No,
    /// At the start of a word.
    Start,
    /// At the start of an assigned value and behind its colons.
    Value,
}

/// What ends a section of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    End,
    Quote,
    /// `}`
    Brace,
    /// `/` or `}`: the pattern of `${x/a/b}`.
    Slash,
}

#[derive(Clone, Copy)]
struct Section {
    quoted: bool,
    stop: Stop,
    tilde: Tilde,
}

struct Scan<'r, 't> {
    reader: &'r Reader<'t>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Scan<'_, '_> {
    /// Reads up to what stops the section, and stands on it. Says whether it came.
    fn section(&mut self, out: &mut Parts, section: Section) -> bool {
        let Section { quoted, stop, tilde } = section;
        let start = self.at;
        while let Some(c) = self.peek(0) {
            match (c, stop) {
                ('"', Stop::Quote) | ('}', Stop::Brace | Stop::Slash) | ('/', Stop::Slash) => return true,
                _ => {}
            }
            let tilde_here = match tilde {
                Tilde::No => false,
                Tilde::Start => self.at == start,
                Tilde::Value => self.at == start || self.source()[start..self.at].ends_with(':'),
            };
            match c {
                '\\' => self.escape(out, quoted, stop),
                '\'' if !quoted => self.single_quotes(out),
                '"' => self.double_quotes(out),
                '`' => self.backticks(out, quoted),
                '$' => self.dollar(out, quoted),
                '<' | '>' if !quoted && stop == Stop::End && self.peek(1) == Some('(') => {
                    let close = closing_paren(self.source(), self.at + 2, self.end);
                    self.opaque(out, close.map_or(self.end, |close| close + 1));
                }
                '~' if tilde_here && !quoted => self.tilde(out, tilde),
                c => match self.plain(stop) {
                    0 => {
                        Literals::new(out).char(c, quoted);
                        self.at += c.len_utf8();
                    }
                    len => {
                        Literals::new(out).run(&self.rest()[..len], quoted);
                        self.at += len;
                    }
                },
            }
        }
        stop == Stop::End
    }

    /// How many bytes from here are certainly what they are wherever they stand: no holes, and nothing that [`Self::section`] asks about.
    fn plain(&self, stop: Stop) -> usize {
        let asked = |byte: u8| match byte {
            b'\\' | b'\'' | b'"' | b'`' | b'$' | b'<' | b'>' | b'~' | b'}' => true,
            b'/' => stop == Stop::Slash,
            byte => byte >= FIRST_OF_HOLE,
        };
        self.rest().bytes().position(asked).unwrap_or(self.end - self.at)
    }

    fn source(&self) -> &str {
        self.reader.source()
    }

    fn rest(&self) -> &str {
        &self.source()[self.at..self.end]
    }

    /// The character `n` bytes on; `n` is 0, or all between is ASCII.
    fn peek(&self, n: usize) -> Option<char> {
        self.source().get(self.at + n..self.end)?.chars().next()
    }

    fn opaque(&mut self, out: &mut Parts, end: usize) {
        out.push(WordPart::Opaque { span: self.reader.text().span(self.at..end) });
        self.at = end;
    }

    fn escape(&mut self, out: &mut Parts, quoted: bool, stop: Stop) {
        self.at += 1;
        let Some(next) = self.peek(0) else {
            return Literals::new(out).char('\\', quoted);
        };
        let special = !quoted || matches!(next, '$' | '`' | '"' | '\\') || (next == '}' && stop == Stop::Brace);
        if next == '\n' || special {
            self.at += next.len_utf8();
        }
        match next {
            '\n' => {}
            _ if special => Literals::new(out).char(next, true),
            _ => Literals::new(out).char('\\', true),
        }
    }

    fn single_quotes(&mut self, out: &mut Parts) {
        self.at += 1;
        let rest = self.rest();
        let len = rest.find('\'').unwrap_or(rest.len());
        Literals::new(out).quoted(&rest[..len]);
        self.at = (self.at + len + 1).min(self.end);
    }

    fn double_quotes(&mut self, out: &mut Parts) {
        if self.depth == DEPTH {
            return self.opaque(out, self.end);
        }
        self.at += 1;
        self.depth += 1;
        let before = out.len();
        self.section(out, Section { quoted: true, stop: Stop::Quote, tilde: Tilde::No });
        self.depth -= 1;
        if out.len() == before {
            Literals::new(out).quoted("");
        }
        self.at = (self.at + 1).min(self.end);
    }

    fn backticks(&mut self, out: &mut Parts, quoted: bool) {
        let inner = self.at + 1;
        let close = closing_backtick(self.source(), inner, self.end);
        let end = close.map_or(self.end, |close| close + 1);
        match self.reader.backticks(inner..close.unwrap_or(self.end), quoted) {
            Some(script) => {
                let span = self.reader.text().span(self.at..end);
                out.push(WordPart::Substitution { script: Box::new(script), quoted, span });
                self.at = end;
            }
            None => self.opaque(out, end),
        }
    }

    fn dollar(&mut self, out: &mut Parts, quoted: bool) {
        match self.peek(1) {
            Some('(') => self.parens(out, quoted),
            Some('{') => self.braces(out, quoted),
            Some('[') => {
                let end = self.rest().find(']').map_or(self.end, |len| self.at + len + 1);
                self.opaque(out, end);
            }
            Some('"') if !quoted => {
                self.at += 1;
                self.double_quotes(out);
            }
            Some('\'') if !quoted => {
                self.at += 2;
                let (text, len) = ansi_c(self.rest());
                Literals::new(out).quoted(&text);
                self.at += len;
            }
            _ => match parameter(&self.rest()[1..], false) {
                0 => {
                    Literals::new(out).char('$', quoted);
                    self.at += 1;
                }
                len => {
                    let name = self.rest()[1..=len].into();
                    let span = self.reader.text().span(self.at..self.at + 1 + len);
                    out.push(WordPart::Variable { name, modifier: None, quoted, span });
                    self.at += 1 + len;
                }
            },
        }
    }

    /// `$( … )` and `$(( … ))`.
    fn parens(&mut self, out: &mut Parts, quoted: bool) {
        let inner = self.at + 2;
        let Some(close) = closing_paren(self.source(), inner, self.end) else {
            return self.opaque(out, self.end);
        };
        let arithmetic = self.source()[inner..close].starts_with('(')
            && closing_paren(self.source(), inner + 1, close).is_some_and(|at| at + 1 == close);
        if arithmetic {
            return self.opaque(out, close + 1);
        }
        match self.reader.nested(inner..close) {
            Some(script) => {
                let span = self.reader.text().span(self.at..close + 1);
                out.push(WordPart::Substitution { script: Box::new(script), quoted, span });
                self.at = close + 1;
            }
            None => self.opaque(out, close + 1),
        }
    }

    /// `${ … }`
    fn braces(&mut self, out: &mut Parts, quoted: bool) {
        let start = self.at;
        if self.depth == DEPTH {
            return self.opaque(out, self.end);
        }
        self.depth += 1;
        self.at += 2;
        let len = parameter(self.rest(), true);
        let name = EcoString::from(&self.rest()[..len]);
        self.at += len;
        // The one array that scripts use to find themselves; its first element is what the bare name means.
        if name == "BASH_SOURCE" && self.rest().starts_with("[0]") {
            self.at += "[0]".len();
        }
        let modifier = if len == 0 { None } else { self.modifier(quoted) };
        if modifier.is_none() && !(len > 0 && self.peek(0) == Some('}')) {
            self.section(&mut Parts::new(), Section { quoted, stop: Stop::Brace, tilde: Tilde::No });
            let end = (self.at + 1).min(self.end);
            self.at = start;
            self.opaque(out, end);
        } else if self.peek(0) == Some('}') {
            self.at += 1;
            let span = self.reader.text().span(start..self.at);
            out.push(WordPart::Variable { name, modifier, quoted, span });
        } else {
            self.at = start;
            self.opaque(out, self.end);
        }
        self.depth -= 1;
    }

    /// The operator behind a name and its words; stands on the `}` then.
    fn modifier(&mut self, quoted: bool) -> Option<Box<Modifier>> {
        const OPERATORS: [&str; 14] = [":-", ":=", ":+", ":?", "-", "=", "+", "?", "##", "#", "%%", "%", "//", "/"];
        let op = OPERATORS.into_iter().find(|op| self.rest().starts_with(op))?;
        let anchored = matches!(self.peek(1), Some('#' | '%')) && op == "/";
        if anchored {
            return None;
        }
        self.at += op.len();
        let pattern = op.starts_with(['#', '%', '/']);
        let stop = if op.starts_with('/') { Stop::Slash } else { Stop::Brace };
        let tilde = if quoted || pattern { Tilde::No } else { Tilde::Start };
        let word = self.operand(Section { quoted: quoted && !pattern, stop, tilde });
        let replacement = (stop == Stop::Slash && self.peek(0) == Some('/')).then(|| {
            self.at += 1;
            self.operand(Section { quoted, stop: Stop::Brace, tilde: Tilde::No })
        });
        Some(Box::new(Modifier { op, word, replacement }))
    }

    fn operand(&mut self, section: Section) -> Word {
        let start = self.at;
        let mut parts = Parts::new();
        self.section(&mut parts, section);
        self.reader.finish(parts, start..self.at)
    }

    /// `~`, or `~user`, which is not followed.
    fn tilde(&mut self, out: &mut Parts, tilde: Tilde) {
        let after = &self.rest()[1..];
        let len = after.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.+".contains(c)).unwrap_or(after.len());
        let closed = match after[len..].chars().next() {
            None | Some('/') => true,
            Some(':') => tilde == Tilde::Value,
            Some('}') => true,
            Some(_) => false,
        };
        match (closed, len) {
            (false, _) => {
                Literals::new(out).char('~', false);
                self.at += 1;
            }
            (true, 0) => {
                out.push(WordPart::Tilde);
                self.at += 1;
            }
            (true, len) => self.opaque(out, self.at + 1 + len),
        }
    }
}

/// The length of the parameter's name that a text behind `$` or `${` starts with: a name, a number or a special
/// character. Without braces a number has one digit.
fn parameter(rest: &str, braces: bool) -> usize {
    let bytes = rest.as_bytes();
    let run = |keep: fn(&u8) -> bool| bytes.iter().take_while(|b| keep(b)).count();
    match bytes.first() {
        Some(b) if b.is_ascii_alphabetic() || *b == b'_' => run(|b| b.is_ascii_alphanumeric() || *b == b'_'),
        Some(b) if b.is_ascii_digit() && braces => run(u8::is_ascii_digit),
        Some(b) if b.is_ascii_digit() => 1,
        Some(b'#' | b'!') if braces && bytes.get(1).is_some_and(|b| *b != b'}') => 0,
        Some(b'@' | b'*' | b'#' | b'?' | b'-' | b'$' | b'!') => 1,
        _ => 0,
    }
}
