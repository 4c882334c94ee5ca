//! Knows texts that are plain commands, alone or joined by `;`, `&&`, `||` and `|`, with redirects to files: their words end at blanks,
//! so that no parser has to find them.
//! Refuses to know what is inside words, arrays, and every text with a group, a keyword, a heredoc or a substitution.

use super::convert::{Placed, Reader, cover};
use super::words::Tilde;
use super::{Assign, Connector, Node, Redirect, Script, Simple};
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
        let commands = commands(self.source())?;
        let statements = commands.split_inclusive(|command| command.behind == Behind::Semicolon);
        let commands = statements.map(|statement| Some(self.plain_list(statement)?.0)).collect::<Option<_>>()?;
        Some(Script { commands, errors: Vec::new() })
    }

    fn plain_list(&self, commands: &[Plain]) -> Option<Placed> {
        let mut pipelines = commands.split_inclusive(|command| matches!(command.behind, Behind::Connector(_)));
        let first = pipelines.next()?;
        let (node, mut range) = self.plain_pipeline(first)?;
        let mut rest = Vec::new();
        let mut before = first;
        for pipeline in pipelines {
            let Behind::Connector(connector) = before.last()?.behind else { return None };
            let (node, at) = self.plain_pipeline(pipeline)?;
            range = cover(range, &at);
            rest.push((connector, node));
            before = pipeline;
        }
        if rest.is_empty() {
            return Some((node, range));
        }
        Some((Node::List { first: Box::new(node), rest, span: self.text().span(range.clone()) }, range))
    }

    fn plain_pipeline(&self, commands: &[Plain]) -> Option<Placed> {
        if let [only] = commands {
            return self.plain_command(only);
        }
        let placed: Vec<Placed> = commands.iter().map(|command| self.plain_command(command)).collect::<Option<_>>()?;
        let range = placed.iter().map(|(_, at)| at.clone()).reduce(|range, at| cover(range, &at))?;
        let commands = placed.into_iter().map(|(node, _)| node).collect();
        Some((Node::Pipeline { commands, span: self.text().span(range.clone()) }, range))
    }

    fn plain_command(&self, command: &Plain) -> Option<Placed> {
        let named = |range: &&Range<usize>| assigned(&self.source()[range.start..range.end]).is_some();
        let (assigns, words) = command.words.split_at(command.words.iter().take_while(named).count());
        if let Some(name) = words.first().map(|range| &self.source()[range.clone()])
            && (READ_APART.contains(&name) || name.contains('=') || name.find('[').is_some_and(|at| at > 0))
        {
            return None;
        }
        let words_range = command.words.first()?.start..command.words.last()?.end;
        let range = command.redirects.iter().fold(words_range, |range, redirect| cover(range, &redirect.range()));
        let assigns = assigns.iter().filter_map(|range| self.plain_assignment(range.clone())).collect();
        let words = words.iter().map(|range| self.scanned(range.clone(), Tilde::Start)).collect();
        let redirects = command.redirects.iter().map(|redirect| self.plain_redirect(redirect)).collect();
        let simple = Simple { assigns, words, redirects, span: self.text().span(range.clone()) };
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

    fn plain_redirect(&self, redirect: &Redirection) -> Redirect {
        Redirect {
            op: redirect.op,
            fd: redirect.fd,
            target: self.scanned(redirect.target.clone(), Tilde::Start),
            heredoc: None,
            span: self.text().span(redirect.range()),
        }
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

/// A command by the ranges of its words.
struct Plain {
    words: Vec<Range<usize>>,
    redirects: Vec<Redirection>,
    behind: Behind,
}

struct Redirection {
    start: usize,
    op: &'static str,
    fd: Option<u32>,
    target: Range<usize>,
}

impl Redirection {
    fn range(&self) -> Range<usize> {
        self.start..self.target.end
    }
}

/// What stands behind a command.
#[derive(PartialEq)]
enum Behind {
    Connector(Connector),
    Pipe,
    Semicolon,
    Nothing,
}

/// The commands of a text. `None` where anything else is in it.
fn commands(text: &str) -> Option<Vec<Plain>> {
    let mut scan = Scan {
        bytes: text.as_bytes(),
        at: 0,
        done: Vec::new(),
        words: Vec::new(),
        redirects: Vec::new(),
        start: None,
        pending: None,
    };
    while let Some(byte) = scan.bytes.get(scan.at) {
        scan.step(*byte)?;
    }
    scan.word();
    if !(scan.words.is_empty() && scan.redirects.is_empty()) {
        scan.command(Behind::Nothing)?;
    }
    let complete = scan.pending.is_none()
        && scan.done.last().is_none_or(|last| matches!(last.behind, Behind::Semicolon | Behind::Nothing));
    complete.then_some(scan.done)
}

/// Where the reading of a text stands.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    done: Vec<Plain>,
    words: Vec<Range<usize>>,
    redirects: Vec<Redirection>,
    /// Where the word began that is being read.
    start: Option<usize>,
    /// A redirect that waits for its target: where it starts, its sign and its descriptor.
    pending: Option<(usize, &'static str, Option<u32>)>,
}

impl Scan<'_> {
    fn step(&mut self, byte: u8) -> Option<()> {
        let next = self.bytes.get(self.at + 1).copied();
        let blank = match byte {
            b' ' | b'\t' => 1,
            b'\\' if next == Some(b'\n') && self.start.is_none() => 2,
            _ => 0,
        };
        if blank > 0 {
            self.word();
            self.at += blank;
            return Some(());
        }
        let end = match byte {
            b'&' if next == Some(b'&') => return self.operator(Behind::Connector(Connector::And), 2),
            b'|' if next == Some(b'|') => return self.operator(Behind::Connector(Connector::Or), 2),
            b'|' if next != Some(b'&') => return self.operator(Behind::Pipe, 1),
            b';' => return self.operator(Behind::Semicolon, 1),
            b'<' | b'>' => return self.redirect(byte, next?),
            b'#' if self.start.is_none() => return self.comment(),
            b'\'' => self.at + 2 + quoted_length(&self.bytes[self.at + 1..])?,
            b'"' => behind_double_quotes(self.bytes, self.at)?,
            b'$' => behind_reference(self.bytes, self.at)?,
            b'\\' if next.is_some_and(|next| !next.is_ascii_control()) => self.at + 2,
            byte if is_ordinary(byte) => self.at + 1,
            _ => return None,
        };
        self.start.get_or_insert(self.at);
        self.at = end;
        Some(())
    }

    /// Ends the word that is being read.
    fn word(&mut self) {
        let Some(start) = self.start.take() else { return };
        let word = start..self.at;
        match self.pending.take() {
            Some((start, op, fd)) => self.redirects.push(Redirection { start, op, fd, target: word }),
            None => self.words.push(word),
        }
    }

    fn operator(&mut self, behind: Behind, len: usize) -> Option<()> {
        self.word();
        self.at += len;
        self.command(behind)
    }

    fn command(&mut self, behind: Behind) -> Option<()> {
        let (words, redirects) = (std::mem::take(&mut self.words), std::mem::take(&mut self.redirects));
        let complete = !words.is_empty() && self.pending.is_none();
        self.done.push(Plain { words, redirects, behind });
        complete.then_some(())
    }

    /// `>`, `>>`, `<`, and `>&` with the descriptor's digit; a digit in front is the descriptor that it is about.
    fn redirect(&mut self, sign: u8, next: u8) -> Option<()> {
        let digit =
            |at: usize| self.bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'));
        let number = match self.start {
            Some(start) if start + 1 == self.at => digit(start),
            // Which descriptors there may be, the parser knows.
            Some(start) if self.bytes[start..self.at].iter().all(u8::is_ascii_digit) => return None,
            _ => None,
        };
        let (op, len) = match (sign, next) {
            (b'>', b'>') => (">>", 2),
            (b'>', b'&') => (">&", 2),
            (b'>', b'|' | b'(') | (b'<', b'<' | b'>' | b'&' | b'(') => return None,
            (b'>', _) => (">", 1),
            _ => ("<", 1),
        };
        let duplicates = op == ">&";
        if duplicates && digit(self.at + len).is_none() {
            return None;
        }
        let start = match number {
            Some(_) => self.start.take()?,
            None => {
                self.word();
                self.at
            }
        };
        // The parser writes out the descriptor of `>&` alone.
        let fd = number.or(duplicates.then_some(1));
        if self.pending.replace((start, op, fd)).is_some() {
            return None;
        }
        self.at += len;
        if duplicates {
            self.start = Some(self.at);
            self.at += 1;
            if self.bytes.get(self.at).is_some_and(|byte| !b" \t;|&".contains(byte)) {
                return None;
            }
            self.word();
        }
        Some(())
    }

    /// A comment runs to the end of its line, which has to be the text's.
    fn comment(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        self.at = self.bytes.len();
        (!rest.contains(&b'\n')).then_some(())
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
            b'`' => return None,
            b'\\' if bytes.get(at + 1).is_some_and(|byte| !byte.is_ascii_control()) => at + 2,
            b'\\' => return None,
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
            "cd x; go list ./... | grep -v \"\\\"a\\$\" 2>/dev/null >> out; # done",
            "go test ./... \\\n\t-count=1 \\\n  2>&1 | tee log",
            "find . -name \\*.go -exec gofmt -l * \\;",
            "# nothing",
            "",
            " ",
        ] {
            let (plain, parsed) = both(text);
            assert_eq!(format!("{:?}", plain.expect(text)), format!("{parsed:?}"), "{text}");
        }
        for text in [
            ";",
            "a;;b",
            "a | & b",
            "a |& b",
            "a | ",
            "a >",
            "a > > b",
            "a >| b",
            "a <> b",
            "a >& b",
            "a << b",
            "a <(b)",
            "a &> b",
            "> b",
            "a # b\nc",
            "a\\\nb",
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
            "\"a\\\"",
            "$'a'",
            "a\nb",
        ] {
            assert!(both(text).0.is_none(), "{text}");
        }
    }

    const PIECES: &[&str] = &[
        "a",
        "go",
        "if",
        "in",
        "[",
        "]",
        "[[",
        "time",
        "export",
        "A=",
        "_b+=1",
        "=",
        "-o",
        "./x",
        "~",
        "~u",
        ":~",
        "*",
        "?",
        "$A",
        "$1",
        "$@",
        "${B}",
        "$",
        "\"",
        "'",
        "\"a b\"",
        "'&& $'",
        "\"$C d\"",
        " ",
        " ",
        "\t",
        "&&",
        "||",
        "&",
        "|",
        ",",
        "%",
        "@",
        ":",
        "é",
        "}",
        "!",
        "#",
        "\\",
        "\n",
        ";",
        "(",
        "<",
        "`",
        ">",
        ">>",
        "2",
        ">&",
        "2>&1",
        " \\\n",
        " | ",
        "; ",
        " > ",
        "\"\\\"\\$\\x\"",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_plain_reads_as_the_parser_has_it(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14), hole in 0usize..20) {
            let mut text = pieces.concat();
            if text.is_char_boundary(hole) {
                text.insert(hole, hole_char(1));
            }
            // To every shell `]a` is a word, and `[[` behind `>` a file; shuck ends the one and rejects the other.
            let mut words = text.split([' ', '\t', '&', '|', ';', '<', '>', '\n']);
            let mistaken = words.any(|word| word.starts_with(']') && word.len() > 1 || word == "[[");
            let (plain, parsed) = both(&text);
            if let Some(plain) = plain.filter(|_| !mistaken) {
                prop_assert_eq!(format!("{:?}", plain), format!("{:?}", parsed), "{:?}", text);
            }
        }
    }
}
