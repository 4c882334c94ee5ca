//! Knows texts that are plain commands, alone or joined by `&&` and `||`: their words end at blanks, so that no parser has to find them.
//! Refuses to know what is inside words, and every text with another operator, a keyword, an escape or a substitution.

use super::convert::{Placed, Reader, cover};
use super::words::Tilde;
use super::{Assign, Connector, Node, Script, Simple};
use std::ops::Range;

/// What shuck reads apart in the place of a command's name.
const READ_APART: [&str; 29] = [
    "[[", "break", "case", "continue", "coproc", "declare", "do", "done", "elif", "else", "esac", "exit", "export",
    "fi", "for", "function", "if", "in", "let", "local", "readonly", "return", "select", "then", "time", "typeset",
    "until", "while", "always",
];

impl Reader<'_> {
    /// The script, where it is no more than plain commands.
    pub(super) fn plain(&self) -> Option<Script> {
        let (first, rest) = commands(self.source())?;
        let (first, mut range) = self.plain_command(&first)?;
        let mut list = Vec::with_capacity(rest.len());
        for (connector, words) in rest {
            let (node, at) = self.plain_command(&words)?;
            range = cover(range, &at);
            list.push((connector, node));
        }
        let command = match list.is_empty() {
            true => first,
            false => Node::List { first: Box::new(first), rest: list, span: self.text().span(range) },
        };
        Some(Script { commands: vec![command], errors: Vec::new() })
    }

    fn plain_command(&self, ranges: &[Range<usize>]) -> Option<Placed> {
        let named = |range: &&Range<usize>| assigned(&self.source()[range.start..range.end]).is_some();
        let (assigns, words) = ranges.split_at(ranges.iter().take_while(named).count());
        if let Some(name) = words.first().map(|range| &self.source()[range.clone()])
            && (READ_APART.contains(&name) || name.contains('='))
        {
            return None;
        }
        let range = ranges.first()?.start..ranges.last()?.end;
        let assigns = assigns.iter().filter_map(|range| self.plain_assignment(range.clone())).collect();
        let words = words.iter().map(|range| self.scanned(range.clone(), Tilde::Start)).collect();
        let simple = Simple { assigns, words, redirects: Vec::new(), span: self.text().span(range.clone()) };
        Some((Node::Simple(simple), range))
    }

    fn plain_assignment(&self, range: Range<usize>) -> Option<Assign> {
        let (name, append, sign) = assigned(&self.source()[range.clone()])?;
        let value = range.start + name.len() + sign..range.end;
        Some(Assign {
            name: name.to_string(),
            name_span: self.text().span(range.start..range.start + name.len()),
            value: self.scanned(value, Tilde::Value),
            append,
            span: self.text().span(range),
        })
    }
}

/// The name that a word assigns, whether it appends, and how long the sign behind it is.
fn assigned(word: &str) -> Option<(&str, bool, usize)> {
    let (before, _) = word.split_once('=')?;
    let name = before.strip_suffix('+').unwrap_or(before);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some((name, name.len() < before.len(), before.len() - name.len() + 1))
}

/// Words by their ranges.
type Words = Vec<Range<usize>>;

/// The words of each command, with what stands in front of all but the first. `None` where anything else is in the text.
fn commands(text: &str) -> Option<(Words, Vec<(Connector, Words)>)> {
    let bytes = text.as_bytes();
    let mut done: Vec<(Connector, Words)> = Vec::new();
    let mut first: Option<Words> = None;
    let mut connector = Connector::And;
    let (mut words, mut start, mut at) = (Words::new(), None, 0);
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b' ' | b'\t' => {
                words.extend(start.take().map(|start| start..at));
                at += 1;
                continue;
            }
            b'&' | b'|' if bytes.get(at + 1) == Some(byte) => {
                words.extend(start.take().map(|start| start..at));
                match first {
                    None => first = Some(std::mem::take(&mut words)),
                    Some(_) => done.push((connector, std::mem::take(&mut words))),
                }
                connector = if *byte == b'&' { Connector::And } else { Connector::Or };
                at += 2;
                continue;
            }
            b'\'' => at + 2 + quoted_length(&bytes[at + 1..])?,
            b'"' => behind_double_quotes(bytes, at)?,
            b'$' => behind_reference(bytes, at)?,
            byte if is_ordinary(*byte) => at + 1,
            _ => return None,
        };
        start.get_or_insert(at);
        at = end;
    }
    words.extend(start.map(|start| start..at));
    match first {
        None => Some((words, done)),
        Some(first) => {
            done.push((connector, words));
            Some((first, done))
        }
    }
}

/// A byte that means nothing to a shell outside quotes, but for globs and `~`, which words know.
fn is_ordinary(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./:=@%+,*?[]~".contains(&byte) || byte >= 0x80
}

/// How much single quotes hold; several lines are left to the parser.
fn quoted_length(inside: &[u8]) -> Option<usize> {
    let end = inside.iter().position(|byte| *byte == b'\'' || byte.is_ascii_control() && *byte != b'\t')?;
    (inside[end] == b'\'').then_some(end)
}

fn behind_double_quotes(bytes: &[u8], quote: usize) -> Option<usize> {
    let mut at = quote + 1;
    loop {
        at = match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'$' => behind_reference(bytes, at)?,
            b'\\' | b'`' => return None,
            byte if byte.is_ascii_control() && *byte != b'\t' => return None,
            _ => at + 1,
        };
    }
}

/// Where `$name`, `${name}`, `$1`, `$@`, `$*` or `$?` ends.
fn behind_reference(bytes: &[u8], dollar: usize) -> Option<usize> {
    let name = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
    };
    match bytes.get(dollar + 1)? {
        b'{' => {
            let named = bytes.get(dollar + 2).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
            let end = name(dollar + 2);
            (named && bytes.get(end) == Some(&b'}')).then_some(end + 1)
        }
        b'0'..=b'9' | b'@' | b'*' | b'?' => Some(dollar + 2),
        byte if byte.is_ascii_alphabetic() || *byte == b'_' => Some(name(dollar + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use crate::syntax::fold::{Folded, hole_char};
    use proptest::prelude::*;
    use std::sync::Arc;

    /// What both ways of reading make of a text.
    fn both(text: &str) -> (Option<Script>, Script) {
        let file = Sources::new(Arc::new(MemoryCheckout::default())).add("f", "");
        let mut folded = Folded::new(file);
        folded.push(text, 3);
        let reader = Reader::of(&folded);
        (reader.plain(), reader.parsed())
    }

    #[test]
    fn plain_commands_are_told_from_others() {
        for text in [
            "go build -o bin/app ./...",
            "\tCGO_ENABLED=0 GOFLAGS+= go test '-run=a b' \"$X\" ${Y}z $1 ~/*.go ",
            "cd x && A=1 || echo \"it's; a | b > c\" && [ -d $HOME ]",
        ] {
            let (plain, parsed) = both(text);
            assert_eq!(format!("{:?}", plain.expect(text)), format!("{parsed:?}"), "{text}");
        }
        for text in [
            "",
            " ",
            "a;b",
            "a | b",
            "a > b",
            "a # b",
            "a \\ b",
            "`a`",
            "$(a)",
            "${a:-b}",
            "{ a; }",
            "(a)",
            "! a",
            "a &",
            "if a",
            "export A=~",
            "[[ a ]]",
            "a[1]=b",
            "a &&",
            "&& a",
            "a &&& b",
            "\"a",
            "'a",
            "\"a\\\"\"",
            "$'a'",
            "a\nb",
        ] {
            assert!(both(text).0.is_none(), "{text}");
        }
    }

    const PIECES: &[&str] = &[
        "a", "go", "if", "in", "[", "]", "[[", "time", "export", "A=", "_b+=1", "=", "-o", "./x", "~", "~u", ":~", "*",
        "?", "$A", "$1", "$@", "${B}", "$", "\"", "'", "\"a b\"", "'&& $'", "\"$C d\"", " ", " ", "\t", "&&", "||",
        "&", "|", ",", "%", "@", ":", "é", "}", "!", "#", "\\", "\n", ";", "(", "<", "`",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_plain_reads_as_the_parser_has_it(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14), hole in 0usize..20) {
            let mut text = pieces.concat();
            if text.is_char_boundary(hole) {
                text.insert(hole, hole_char(1));
            }
            // To every shell `]a` is a word; shuck ends it behind the bracket.
            let glued = text.split([' ', '\t', '&', '|']).any(|word| word.starts_with(']') && word.len() > 1);
            let (plain, parsed) = both(&text);
            if let Some(plain) = plain.filter(|_| !glued) {
                prop_assert_eq!(format!("{:?}", plain), format!("{:?}", parsed), "{:?}", text);
            }
        }
    }
}
