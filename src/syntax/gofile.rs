//! Knows the header of a Go file: build constraint, package clause, imports, `import "C"` and its `#cgo` lines.
//! Refuses to know what stands below the imports, and whether a constraint holds.

/// The header of one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Header {
    pub package: Option<String>,
    /// Import paths in order, without `C`.
    pub imports: Vec<String>,
    pub imports_c: bool,
    /// A `#cgo LDFLAGS` line has a word `-static`.
    pub cgo_static: bool,
    /// `//go:build`.
    pub constraint: Option<Constraint>,
    /// Only the old `// +build` form stands there; whether it counts depends on the release and go.mod.
    pub old_constraint: bool,
}

/// A build constraint as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Constraint {
    Tag(String),
    Not(Box<Constraint>),
    And(Box<Constraint>, Box<Constraint>),
    Or(Box<Constraint>, Box<Constraint>),
    /// Does not parse.
    Broken,
}

/// Constraints nested deeper than this are taken as broken.
const DEPTH: usize = 32;
/// So are longer ones; real ones have some ten words.
const WORDS: usize = 500;

/// Reads the header; stops at the first declaration that is no import.
pub fn parse(text: &str) -> Header {
    let mut out = Header::default();
    let mut lexer = Lexer { rest: text.strip_prefix('\u{feff}').unwrap_or(text), comment: String::new() };
    let mut in_block = false;
    let mut importing = false;
    while let Some(token) = lexer.next(&mut out) {
        match token {
            Token::Word("package") if out.package.is_none() => match lexer.next(&mut out) {
                Some(Token::Word(name)) => out.package = Some(name.to_string()),
                _ => return out,
            },
            Token::Word("import") if out.package.is_some() && !in_block => importing = true,
            Token::Open if importing => in_block = true,
            Token::Close if in_block => (in_block, importing) = (false, false),
            // A name before the path: `_ "net/http/pprof"`.
            Token::Word(_) | Token::Dot if importing => {}
            Token::Text(path) if importing => {
                if path == "C" {
                    out.imports_c = true;
                    out.cgo_static |= asks_for_static(&lexer.comment);
                } else {
                    out.imports.push(path.to_string());
                }
                lexer.comment.clear();
                importing = in_block;
            }
            Token::Semicolon => {}
            _ => return out,
        }
    }
    out
}

fn asks_for_static(preamble: &str) -> bool {
    preamble
        .lines()
        .filter(|line| line.trim_start().starts_with("#cgo"))
        .any(|line| line.contains("LDFLAGS") && line.split_whitespace().any(|word| word == "-static"))
}

enum Token<'a> {
    Word(&'a str),
    Text(&'a str),
    Open,
    Close,
    Dot,
    Semicolon,
    Other,
}

struct Lexer<'a> {
    rest: &'a str,
    /// Comments since the last import: cgo's preamble.
    comment: String,
}

impl<'a> Lexer<'a> {
    fn next(&mut self, header: &mut Header) -> Option<Token<'a>> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("//") {
                let end = comment.find('\n').unwrap_or(comment.len());
                if header.package.is_none() {
                    if let Some(constraint) = comment[..end].strip_prefix("go:build ") {
                        header.constraint = Some(constraint_of(constraint));
                        header.old_constraint = false;
                    } else if comment[..end].trim_start().starts_with("+build ") && header.constraint.is_none() {
                        header.old_constraint = true;
                    }
                }
                self.comment.push_str(&comment[..end]);
                self.comment.push('\n');
                self.rest = &comment[end..];
            } else if let Some(comment) = self.rest.strip_prefix("/*") {
                let end = comment.find("*/")?;
                self.comment.push_str(&comment[..end]);
                self.comment.push('\n');
                self.rest = &comment[end + 2..];
            } else {
                break;
            }
        }
        let first = self.rest.chars().next()?;
        if let '"' | '`' = first {
            let inner = &self.rest[1..];
            let end = inner.find(first)?;
            self.rest = &inner[end + 1..];
            return Some(Token::Text(&inner[..end]));
        }
        if first.is_alphanumeric() || first == '_' {
            let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Some(Token::Word(word));
        }
        self.rest = &self.rest[first.len_utf8()..];
        Some(match first {
            '(' => Token::Open,
            ')' => Token::Close,
            '.' => Token::Dot,
            ';' => Token::Semicolon,
            _ => Token::Other,
        })
    }
}

fn constraint_of(text: &str) -> Constraint {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' | '!' => 1,
            '&' if rest.starts_with("&&") => 2,
            '|' if rest.starts_with("||") => 2,
            c if c.is_alphanumeric() || matches!(c, '_' | '.') => {
                rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len())
            }
            _ if rest.starts_with("//") => break,
            _ => return Constraint::Broken,
        };
        if tokens.len() == WORDS {
            return Constraint::Broken;
        }
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    let mut at = 0;
    match any_of(&tokens, &mut at, 0) {
        Some(constraint) if at == tokens.len() => constraint,
        _ => Constraint::Broken,
    }
}

fn any_of(tokens: &[&str], at: &mut usize, depth: usize) -> Option<Constraint> {
    let mut left = all_of(tokens, at, depth)?;
    while tokens.get(*at) == Some(&"||") {
        *at += 1;
        left = Constraint::Or(Box::new(left), Box::new(all_of(tokens, at, depth)?));
    }
    Some(left)
}

fn all_of(tokens: &[&str], at: &mut usize, depth: usize) -> Option<Constraint> {
    let mut left = one_of(tokens, at, depth)?;
    while tokens.get(*at) == Some(&"&&") {
        *at += 1;
        left = Constraint::And(Box::new(left), Box::new(one_of(tokens, at, depth)?));
    }
    Some(left)
}

fn one_of(tokens: &[&str], at: &mut usize, depth: usize) -> Option<Constraint> {
    if depth > DEPTH {
        return None;
    }
    let token = *tokens.get(*at)?;
    *at += 1;
    match token {
        "!" => Some(Constraint::Not(Box::new(one_of(tokens, at, depth + 1)?))),
        "(" => {
            let inner = any_of(tokens, at, depth + 1)?;
            let closed = tokens.get(*at) == Some(&")");
            *at += 1;
            closed.then_some(inner)
        }
        ")" | "&&" | "||" => None,
        tag => Some(Constraint::Tag(tag.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_ends_where_the_imports_end() {
        let text = "// Copyright\n\n//go:build linux && (cgo || !arm64)\n\n/* doc */ package main // x\n\nimport \"fmt\"\n\
                    import (\n\t_ \"net/http/pprof\" // side effect\n\talias `os/user`\n\t. \"strings\"; \"io\"\n)\n\n\
                    func main() { println(\"import\") }\nimport \"late\"\n";
        let header = parse(text);
        assert_eq!(header.package.as_deref(), Some("main"));
        assert_eq!(header.imports, ["fmt", "net/http/pprof", "os/user", "strings", "io"]);
        let tag = |name: &str| Box::new(Constraint::Tag(name.into()));
        let expected = Constraint::And(
            tag("linux"),
            Box::new(Constraint::Or(tag("cgo"), Box::new(Constraint::Not(tag("arm64"))))),
        );
        assert_eq!(header.constraint, Some(expected));
    }

    #[test]
    fn cgo_and_its_preamble() {
        let header =
            parse("package a\n\n/*\n#cgo LDFLAGS: -lx -static\n#include <x.h>\n*/\nimport \"C\"\nimport \"fmt\"");
        assert!(header.imports_c && header.cgo_static);
        assert_eq!(header.imports, ["fmt"]);
        assert!(!parse("package a\n// #cgo LDFLAGS: -lx\nimport \"C\"").cgo_static);
    }

    #[test]
    fn any_text_has_a_header() {
        for text in ["", "/*", "package", "import \"x", "//go:build (", "package a import (", "\u{feff}package é\n"] {
            parse(text);
        }
        assert_eq!(parse("//go:build (a\npackage a").constraint, Some(Constraint::Broken));
        assert_eq!(parse(&format!("//go:build {}\n", "!".repeat(9999))).constraint, Some(Constraint::Broken));
        assert!(parse("// +build linux\n\npackage a").old_constraint);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(text in "(?s)([a-z \\n\\t\"`/*(){};=>!&|.]|package|import|//go:build|.){0,60}") {
            parse(&text);
        }
    }
}
