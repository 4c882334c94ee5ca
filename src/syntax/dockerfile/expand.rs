//! Knows how the builder reads quotes, escapes and variables in a word: BuildKit's own small shell language.
//! Refuses to know what a variable holds; it only says what stands where.

use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::fold::Folded;

/// A part of a word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text without its quotes and escapes.
    Literal { text: String, span: Span },
    /// `$name`, `${name}` or `${name:-word}`. `$$`, `$?` and the other special parameters are names like any other,
    /// and nothing is ever in them.
    Variable { name: String, modifier: Option<Modifier>, span: Span },
}

/// What follows the name in `${name:-word}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Modifier {
    /// One of `-` `:-` `+` `:+` `?` `:?` `#` `##` `%` `%%` `/` `//`.
    pub op: &'static str,
    /// The default, the message or the pattern. A pattern keeps its escapes: `\*` is a star, `\/` and `\}` lose theirs.
    pub word: Vec<Piece>,
    /// What follows the second slash of `/` and `//`.
    pub replacement: Option<Vec<Piece>>,
}

/// Whether a word means what it says: nothing in it is expanded, quoted or escaped.
pub fn is_plain(word: &Folded, escape: char) -> bool {
    !word.text.bytes().any(|byte| matches!(byte, b'$' | b'\'' | b'"') || char::from(byte) == escape)
}

/// Reads a word. `escape` is the Dockerfile's escape character.
pub fn lex(word: &Folded, escape: char) -> Result<Vec<Piece>, SyntaxError> {
    Lexer::new(word, escape).until(None, false)
}

/// Reads the body of an unquoted here-document of COPY or ADD, where quotes are ordinary characters.
pub fn lex_document(body: &Folded, escape: char) -> Result<Vec<Piece>, SyntaxError> {
    Lexer { quotes: false, ..Lexer::new(body, escape) }.until(None, false)
}

const UNCLOSED: &str = "Close the ${…}, and put the word into double quotes if there is a blank in it. Write \\$ for a \
                        dollar sign that stands for itself.";

/// How deep one `${x:-…}` may stand in another.
const DEPTH: usize = 100;

/// Goes through a text.
pub(super) struct Lexer<'w> {
    word: &'w Folded,
    escape: char,
    at: usize,
    quotes: bool,
    keep_escapes: bool,
    depth: usize,
}

/// Pieces so far; literals that touch become one.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    literal: Option<(String, usize)>,
}

impl Pieces {
    fn push(&mut self, c: char, at: usize) {
        self.extend(c.encode_utf8(&mut [0; 4]), at);
    }

    fn extend(&mut self, text: &str, at: usize) {
        self.literal.get_or_insert_with(|| (String::new(), at)).0.push_str(text);
    }

    fn close(&mut self, word: &Folded, end: usize) {
        if let Some((text, start)) = self.literal.take() {
            self.done.push(Piece::Literal { text, span: word.span(start..end) });
        }
    }
}

impl<'w> Lexer<'w> {
    pub fn new(word: &'w Folded, escape: char) -> Lexer<'w> {
        Lexer { word, escape, at: 0, quotes: true, keep_escapes: false, depth: 0 }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn peek(&self) -> Option<char> {
        self.word.text[self.at..].chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn error(&self, start: usize, message: impl Into<String>, help: &str) -> SyntaxError {
        SyntaxError { span: self.word.span(start..self.at), message: message.into(), help: Some(help.to_string()) }
    }

    /// Reads up to a character, which is eaten, or to the end of the text.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool) -> Result<Vec<Piece>, SyntaxError> {
        let outer = std::mem::replace(&mut self.keep_escapes, keep_escapes);
        let start = self.at;
        let mut pieces = Pieces::default();
        let mut stopped = stop.is_none();
        while let Some(c) = self.peek() {
            let at = self.at;
            if stop == Some(c) {
                pieces.close(self.word, at);
                self.at += c.len_utf8();
                stopped = true;
                break;
            }
            match c {
                '$' => self.dollar(&mut pieces)?,
                '\'' if self.quotes => self.single_quoted(&mut pieces)?,
                '"' if self.quotes => self.double_quoted(&mut pieces)?,
                c if c == self.escape => {
                    self.next();
                    if self.keep_escapes {
                        pieces.push(c, at);
                    }
                    if let Some(escaped) = self.next() {
                        pieces.push(escaped, at);
                    }
                }
                _ => self.plain(&mut pieces, stop),
            }
        }
        pieces.close(self.word, self.at);
        self.keep_escapes = outer;
        match stop {
            Some(stop) if !stopped => Err(self.error(start, format!("syntax error: missing '{stop}'"), UNCLOSED)),
            _ => Ok(pieces.done),
        }
    }

    /// Takes a character as it is, and all behind it that can mean nothing here.
    fn plain(&mut self, pieces: &mut Pieces, stop: Option<char>) {
        let rest = &self.word.text[self.at..];
        let means = |c: char| matches!(c, '$' | '\'' | '"') || c == self.escape || Some(c) == stop;
        let end = rest.char_indices().skip(1).find(|(_, c)| means(*c)).map_or(rest.len(), |(end, _)| end);
        pieces.extend(&rest[..end], self.at);
        self.at += end;
    }

    fn single_quoted(&mut self, pieces: &mut Pieces) -> Result<(), SyntaxError> {
        let start = self.at;
        self.next();
        loop {
            let at = self.at;
            match self.next() {
                Some('\'') => return Ok(()),
                Some(c) => pieces.push(c, at),
                None => {
                    return Err(self.error(
                        start,
                        "unexpected end of statement while looking for matching single-quote",
                        "Add the closing ', or put the text into double quotes if it holds an apostrophe.",
                    ));
                }
            }
        }
    }

    fn double_quoted(&mut self, pieces: &mut Pieces) -> Result<(), SyntaxError> {
        let start = self.at;
        self.next();
        loop {
            let at = self.at;
            match self.peek() {
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('$') => self.dollar(pieces)?,
                Some(mut c) if c == self.escape => {
                    self.next();
                    if self.keep_escapes {
                        pieces.push(c, at);
                    }
                    match self.peek() {
                        Some(escaped) if escaped == '"' || escaped == '$' || escaped == c => {
                            self.next();
                            c = escaped;
                        }
                        Some(_) => {}
                        None => continue,
                    }
                    pieces.push(c, at);
                }
                Some(_) => self.plain(pieces, None),
                None => {
                    return Err(self.error(
                        start,
                        "unexpected end of statement while looking for matching double-quote",
                        "Add the closing \".",
                    ));
                }
            }
        }
    }

    /// Eats a quoted text and gives what is between the quotes; variables in it by their names.
    pub fn quoted(&mut self) -> Result<String, SyntaxError> {
        let mut pieces = Pieces::default();
        if self.peek() == Some('\'') {
            self.single_quoted(&mut pieces)?;
        } else {
            self.double_quoted(&mut pieces)?;
        }
        pieces.close(self.word, self.at);
        Ok(pieces
            .done
            .into_iter()
            .map(|p| match p {
                Piece::Literal { text, .. } => text,
                Piece::Variable { name, .. } => format!("${name}"),
            })
            .collect())
    }

    /// Eats a variable and says whether it has a modifier.
    pub fn skip_reference(&mut self) -> Result<bool, SyntaxError> {
        let mut pieces = Pieces::default();
        self.dollar(&mut pieces)?;
        Ok(matches!(pieces.done.as_slice(), [Piece::Variable { modifier: Some(_), .. }]))
    }

    fn dollar(&mut self, pieces: &mut Pieces) -> Result<(), SyntaxError> {
        let start = self.at;
        self.next();
        if self.depth == DEPTH {
            return Err(self.error(start, "variables are nested too deeply", "Give the inner ones a name with ARG."));
        }
        let (name, modifier) = if self.eat('{') {
            self.depth += 1;
            let inside = self.braced(start)?;
            self.depth -= 1;
            inside
        } else {
            let name = self.name();
            if name.is_empty() {
                pieces.push('$', start);
                return Ok(());
            }
            (name, None)
        };
        pieces.close(self.word, start);
        pieces.done.push(Piece::Variable { name, modifier, span: self.word.span(start..self.at) });
        Ok(())
    }

    /// What stands behind `${`, the closing brace included.
    fn braced(&mut self, start: usize) -> Result<(String, Option<Modifier>), SyntaxError> {
        if let Some('{' | '}' | ':') = self.peek() {
            self.next();
            return Err(self.error(
                start,
                "syntax error: bad substitution",
                "A variable's name belongs behind `${`. Write \\$ for a dollar sign that stands for itself.",
            ));
        }
        let name = self.name();
        let before = self.at;
        let op = match self.next() {
            Some('}') => return Ok((name, None)),
            Some(':') => match self.next() {
                Some('-') => ":-",
                Some('+') => ":+",
                Some('?') => ":?",
                _ => return Err(self.unsupported(start, before)),
            },
            Some('-') => "-",
            Some('+') => "+",
            Some('?') => "?",
            Some('#') if self.eat('#') => "##",
            Some('#') => "#",
            Some('%') if self.eat('%') => "%%",
            Some('%') => "%",
            Some('/') if self.eat('/') => "//",
            Some('/') => "/",
            Some(_) => return Err(self.unsupported(start, before)),
            None => {
                return Err(self.error(start, "syntax error: missing '}'", UNCLOSED));
            }
        };
        let modifier = match op {
            "/" | "//" => {
                let word = self.until(Some('/'), true);
                if word.is_err() && self.peek().is_none() {
                    return Err(self.error(
                        start,
                        "syntax error: missing '/' in ${}",
                        "Write ${name/pattern/text}, and ${name/pattern/} where nothing takes the pattern's place.",
                    ));
                }
                let word = word?;
                Modifier { op, word, replacement: Some(self.until(Some('}'), true)?) }
            }
            _ => Modifier { op, word: self.until(Some('}'), op.starts_with(['#', '%']))?, replacement: None },
        };
        Ok((name, Some(modifier)))
    }

    fn unsupported(&self, start: usize, before: usize) -> SyntaxError {
        self.error(
            start,
            format!("unsupported modifier ({}) in substitution", &self.word.text[before..self.at]),
            "The builder knows ${x:-word}, ${x:+word}, ${x:?message}, the same without the colon, ${x#pattern}, \
             ${x%pattern} and ${x/pattern/text}. Do anything else in a RUN, where the shell expands.",
        )
    }

    fn name(&mut self) -> String {
        let start = self.at;
        match self.peek() {
            Some(c) if c.is_numeric() => {
                while self.peek().is_some_and(char::is_numeric) {
                    self.next();
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => {
                self.next();
            }
            _ => {
                while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    self.next();
                }
            }
        }
        self.word.text[start..self.at].to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn folded(text: &str) -> Folded {
        let mut word = Folded::new(Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text));
        word.push(text, 0);
        word
    }

    /// The pieces in a short form: literals as they are, variables as `<name op[word][replacement]>`.
    fn show(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|p| match p {
                Piece::Literal { text, .. } => text.clone(),
                Piece::Variable { name, modifier: None, .. } => format!("<{name}>"),
                Piece::Variable { name, modifier: Some(m), .. } => {
                    let replacement = m.replacement.as_ref().map(|r| format!("[{}]", show(r))).unwrap_or_default();
                    format!("<{name}{}[{}]{replacement}>", m.op, show(&m.word))
                }
            })
            .collect()
    }

    fn read(text: &str) -> String {
        lex(&folded(text), '\\').map_or_else(|e| e.message, |p| show(&p))
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(read(r#"a'$b'"c$d""#), "a$bc<d>");
        assert_eq!(read(r"a\$b\'c\\d\ne"), r"a$b'c\dne");
        assert_eq!(read(r#""a\"b\$c\\d\we'f""#), r#"a"b$c\d\we'f"#);
        assert_eq!(read(r"'a\b'"), r"a\b");
        assert_eq!(read(r#""""#), "");
        assert_eq!(read("a\\"), "a");
        assert_eq!(show(&lex(&folded(r"C:\x`$y`'"), '`').unwrap()), r"C:\x$y'");
    }

    #[test]
    fn variables_and_modifiers() {
        assert_eq!(read("$a-${b}/$c_d.e"), "<a>-<b>/<c_d>.e");
        assert_eq!(read("$1a $$ $( $"), "<1>a <$> $( $");
        for op in ["-", ":-", "+", ":+", "?", ":?", "#", "##", "%", "%%"] {
            assert_eq!(read(&format!("${{x{op}w}}")), format!("<x{op}[w]>"));
        }
        assert_eq!(read(r"${x/\//-}"), r"<x/[\/][-]>");
        assert_eq!(read("${x//a/}"), "<x//[a][]>");
        assert_eq!(read("${x:-a${y:-b$z}'}'}c"), "<x:-[a<y:-[b<z>]>}]>c");
        assert_eq!(read(r"${x:-a\}b}"), "<x:-[a}b]>");
        assert_eq!(read(r"${x#a\*}"), r"<x#[a\*]>");
        assert_eq!(read(r#"${X:+"y"}"#), "<X:+[y]>");
    }

    #[test]
    fn what_the_builder_cannot_read_is_an_error() {
        assert_eq!(read("${x^^}"), "unsupported modifier (^) in substitution");
        assert_eq!(read("${x:1:2}"), "unsupported modifier (:1) in substitution");
        assert_eq!(read("${x:#y}"), "unsupported modifier (:#) in substitution");
        assert_eq!(read("${#x}"), "unsupported modifier (x) in substitution");
        assert_eq!(read("${}"), "syntax error: bad substitution");
        assert_eq!(read("${{x}}"), "syntax error: bad substitution");
        for text in ["${", "${x", "${x:-y", "${x/a/b"] {
            assert_eq!(read(text), "syntax error: missing '}'", "{text}");
        }
        for text in ["${x/a}", "${x//.}", "\"${x//.}\""] {
            assert_eq!(read(text), "syntax error: missing '/' in ${}", "{text}");
        }
        assert_eq!(read("it's"), "unexpected end of statement while looking for matching single-quote");
        assert_eq!(read("a\"b"), "unexpected end of statement while looking for matching double-quote");
        assert_eq!(read(&"${x:-".repeat(100_000)), "variables are nested too deeply");
    }

    #[test]
    fn errors_and_pieces_have_their_places() {
        let text = "ab${x^^}";
        let error = lex(&folded(text), '\\').unwrap_err();
        assert_eq!(&text[error.span.range()], "${x^");
        let text = r#"a"b"$c'd'"#;
        let spans: Vec<&str> = lex(&folded(text), '\\')
            .unwrap()
            .iter()
            .map(|p| match p {
                Piece::Literal { span, .. } | Piece::Variable { span, .. } => &text[span.range()],
            })
            .collect();
        assert_eq!(spans, [r#"a"b""#, "$c", "d'"]);
    }

    #[test]
    fn quotes_are_ordinary_in_a_document() {
        assert_eq!(show(&lex_document(&folded("it's \"$x\" \\$y\n"), '\\').unwrap()), "it's \"<x>\" $y\n");
    }
}
