//! Knows what the Dockerfile parser owes to any text, and that parse-dockerfile agrees with it where that crate can read.
//! Refuses to know single rules of the language; the parser's own tests have those.

use gobin_lint::source::{FileId, MemoryCheckout, Sources, Span};
use gobin_lint::syntax::dockerfile::{
    Assignment, Command, Dockerfile, Flag, Heredoc, Instruction, JsonString, Kind, Path, Word, Words, expand, parse,
};
use gobin_lint::syntax::fold::Folded;
use parse_dockerfile as other;
use proptest::prelude::*;
use std::ops::Range;
use std::sync::Arc;

fn file() -> FileId {
    Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", "")
}

/// Looks at every place a reading names.
struct Places<'t> {
    text: &'t str,
    escape: char,
}

impl Places<'_> {
    fn file(&self, file: &Dockerfile) {
        file.directives.iter().for_each(|d| self.span(d.span));
        file.errors.iter().for_each(|e| self.span(e.span));
        file.instructions.iter().for_each(|i| self.instruction(i));
        let starts: Vec<u32> = file.instructions.iter().map(|i| i.span.start).collect();
        assert!(starts.is_sorted(), "{starts:?}");
    }

    fn span(&self, span: Span) {
        let range = span.range();
        assert!(range.start <= range.end && self.text.get(range.clone()).is_some(), "{range:?} in {:?}", self.text);
    }

    fn folded(&self, folded: &Folded) {
        self.span(folded.whole());
        for (at, c) in folded.text.char_indices() {
            let range = at..at + c.len_utf8();
            let place = folded.span(range.clone());
            self.span(place);
            if folded.is_exact(range.clone()) {
                assert_eq!(&self.text[place.range()], &folded.text[range]);
            }
        }
    }

    fn word(&self, word: &Word) {
        self.span(word.span);
        self.folded(&word.raw);
        if !word.raw.text.is_empty() {
            assert!(word.span.contains(word.raw.whole()), "{word:?}");
        }
        match expand::lex(&word.raw, self.escape) {
            Ok(pieces) => self.pieces(&pieces),
            Err(error) => self.span(error.span),
        }
    }

    fn pieces(&self, pieces: &[expand::Piece]) {
        for piece in pieces {
            match piece {
                expand::Piece::Literal { span, .. } => self.span(*span),
                expand::Piece::Variable { span, modifier, .. } => {
                    self.span(*span);
                    if let Some(modifier) = modifier {
                        self.pieces(&modifier.word);
                        modifier.replacement.iter().for_each(|r| self.pieces(r));
                    }
                }
            }
        }
    }

    fn instruction(&self, instruction: &Instruction) {
        self.span(instruction.span);
        self.span(instruction.keyword);
        assert!(instruction.span.contains(instruction.keyword));
        for Flag { value, span, .. } in &instruction.flags {
            self.span(*span);
            assert!(instruction.span.contains(*span));
            value.iter().for_each(|v| self.word(v));
        }
        match &instruction.kind {
            Kind::From { image, alias } => {
                self.word(image);
                alias.iter().for_each(|a| self.word(a));
            }
            Kind::Run(command) | Kind::Cmd(command) | Kind::Entrypoint(command) => self.command(command),
            Kind::Copy(transfer) | Kind::Add(transfer) => {
                for Path { word, .. } in transfer.sources.iter().chain(&transfer.destination) {
                    self.word(word);
                    assert!(instruction.span.contains(word.span));
                }
                self.heredocs(&transfer.heredocs);
            }
            Kind::Env(all) | Kind::Arg(all) | Kind::Label(all) => {
                for Assignment { name, value, span } in all {
                    self.span(*span);
                    self.word(name);
                    value.iter().for_each(|v| self.word(v));
                    assert!(instruction.span.contains(*span));
                }
            }
            Kind::Workdir(word) | Kind::User(word) | Kind::StopSignal(word) => self.word(word),
            Kind::Volume(Words::Plain(words)) | Kind::Expose(words) => words.iter().for_each(|w| self.word(w)),
            Kind::Volume(Words::Json { elements, span }) | Kind::Shell { elements, span } => self.json(elements, *span),
            Kind::Healthcheck(command) => command.iter().for_each(|c| self.command(c)),
            Kind::Onbuild(inner) => self.instruction(inner),
            Kind::Maintainer(name) => self.folded(name),
            Kind::Unknown => {}
        }
    }

    fn command(&self, command: &Command) {
        match command {
            Command::Exec { elements, span } => self.json(elements, *span),
            Command::Shell { text, heredocs, .. } => {
                self.folded(text);
                self.heredocs(heredocs);
            }
        }
    }

    fn json(&self, elements: &[JsonString], span: Span) {
        self.span(span);
        for element in elements {
            self.span(element.span);
            assert!(span.contains(element.span));
            let text = &self.text[element.span.range()];
            assert!(text.starts_with('"') && text.ends_with('"'), "{text}");
        }
    }

    fn heredocs(&self, heredocs: &[Heredoc]) {
        for heredoc in heredocs {
            self.span(heredoc.marker);
            assert!(self.text[heredoc.marker.range()].contains("<"));
            self.folded(&heredoc.body);
            if let Err(error) = expand::lex_document(&heredoc.body, self.escape) {
                self.span(error.span);
            }
        }
    }
}

/// Reads a text and looks at every place in what comes out.
pub fn check(text: &str) -> Dockerfile {
    let read = parse(file(), text);
    Places { text, escape: read.escape }.file(&read);
    read
}

/// An instruction as both parsers see it: keyword, flags and arguments by their places.
#[derive(Debug, PartialEq)]
struct Row {
    keyword: Range<usize>,
    flags: Vec<Range<usize>>,
    arguments: Vec<Range<usize>>,
    documents: Vec<String>,
}

/// A range without blanks and continuations at its ends, where the two parsers have different customs.
fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let blank = |c: char| c.is_whitespace() || c == '\\' || c == '`';
    let end = range.start + part.trim_end_matches(blank).len();
    end - part.trim_end_matches(blank).trim_start_matches(blank).len()..end
}

fn ours(text: &str, instruction: &Instruction) -> Vec<Row> {
    let words = |all: &[Word]| all.iter().map(|w| w.span.range()).collect::<Vec<_>>();
    let json = |all: &[JsonString]| all.iter().map(|e| e.span.range()).collect::<Vec<_>>();
    let command = |c: &Command| match c {
        Command::Exec { elements, .. } => (json(elements), vec![]),
        Command::Shell { text: shell, heredocs, .. } if heredocs.is_empty() => (vec![shell.whole().range()], vec![]),
        Command::Shell { heredocs, .. } => (vec![], heredocs.iter().map(|h| h.body.text.clone()).collect()),
    };
    let (arguments, documents) = match &instruction.kind {
        Kind::From { image, alias } => {
            ([Some(image), alias.as_ref()].into_iter().flatten().map(|w| w.span.range()).collect(), vec![])
        }
        Kind::Run(c) | Kind::Cmd(c) | Kind::Entrypoint(c) | Kind::Healthcheck(Some(c)) => command(c),
        Kind::Copy(t) | Kind::Add(t) => (
            t.sources.iter().chain(&t.destination).map(|p| p.word.span.range()).collect(),
            t.heredocs.iter().map(|h| h.body.text.clone()).collect(),
        ),
        Kind::Env(all) | Kind::Arg(all) | Kind::Label(all) => {
            (all.iter().map(|a| a.span).reduce(Span::to).into_iter().map(Span::range).collect(), vec![])
        }
        Kind::Workdir(w) | Kind::User(w) | Kind::StopSignal(w) => (words(std::slice::from_ref(w)), vec![]),
        Kind::Volume(Words::Plain(all)) | Kind::Expose(all) => (words(all), vec![]),
        Kind::Volume(Words::Json { elements, .. }) | Kind::Shell { elements, .. } => (json(elements), vec![]),
        Kind::Maintainer(name) => (vec![name.whole().range()], vec![]),
        Kind::Onbuild(_) | Kind::Healthcheck(None) | Kind::Unknown => (vec![], vec![]),
    };
    let mut rows = vec![Row {
        keyword: instruction.keyword.range(),
        flags: instruction.flags.iter().map(|f| f.span.range()).collect(),
        arguments: arguments.into_iter().map(|r| trim(text, r)).collect(),
        documents,
    }];
    if let Kind::Onbuild(inner) = &instruction.kind {
        rows.extend(ours(text, inner));
    }
    rows
}

/// The other parser leaves a JSON string's quotes out.
fn quoted(text: &str, range: Range<usize>) -> Range<usize> {
    let json = text[..range.start].ends_with('"') && text[range.end..].starts_with('"');
    if json { range.start - 1..range.end + 1 } else { range }
}

fn theirs(text: &str, instruction: &other::Instruction) -> Vec<Row> {
    use other::Instruction as I;
    type Parts<'a> = (&'a other::Keyword, &'a [other::Flag<'a>], Vec<Range<usize>>, Vec<String>);
    let strings = |all: &[other::UnescapedString]| all.iter().map(|s| quoted(text, s.span.clone())).collect::<Vec<_>>();
    let command = |c: &other::Command| match c {
        other::Command::Exec(all) => strings(&all.value),
        other::Command::Shell(shell) => vec![shell.span.clone()],
        _ => vec![],
    };
    let paths = |sources: &[other::Source], destination: &other::UnescapedString| {
        let mut spans: Vec<Range<usize>> = sources
            .iter()
            .filter_map(|s| if let other::Source::Path(p) = s { Some(quoted(text, p.span.clone())) } else { None })
            .collect();
        spans.push(quoted(text, destination.span.clone()));
        let documents = sources
            .iter()
            .filter_map(|s| if let other::Source::HereDoc(d) = s { Some(d.value.to_string()) } else { None })
            .collect();
        (spans, documents)
    };
    let one = |s: &other::UnescapedString| vec![s.span.clone()];
    let (keyword, flags, arguments, documents): Parts = match instruction {
        I::Add(i) => {
            let (spans, documents) = paths(&i.src, &i.dest);
            (&i.add, &i.options, spans, documents)
        }
        I::Copy(i) => {
            let (spans, documents) = paths(&i.src, &i.dest);
            (&i.copy, &i.options, spans, documents)
        }
        I::Arg(i) => (&i.arg, &[], one(&i.arguments), vec![]),
        I::Env(i) => (&i.env, &[], one(&i.arguments), vec![]),
        I::Label(i) => (&i.label, &[], one(&i.arguments), vec![]),
        I::Cmd(i) => (&i.cmd, &[], command(&i.arguments), vec![]),
        I::Entrypoint(i) => (&i.entrypoint, &[], command(&i.arguments), vec![]),
        I::Run(i) => {
            let documents: Vec<String> = i.here_docs.iter().map(|d| d.value.to_string()).collect();
            // The line that opens a document is lost there.
            (&i.run, &i.options, if documents.is_empty() { command(&i.arguments) } else { vec![] }, documents)
        }
        I::From(i) => {
            let alias = i.as_.iter().map(|(_, alias)| alias.span.clone());
            (&i.from, &i.options, one(&i.image).into_iter().chain(alias).collect(), vec![])
        }
        I::Healthcheck(i) => match &i.arguments {
            other::HealthcheckArguments::Cmd { arguments, .. } => {
                (&i.healthcheck, &i.options, command(arguments), vec![])
            }
            _ => (&i.healthcheck, &i.options, vec![], vec![]),
        },
        I::Expose(i) => (&i.expose, &[], strings(&i.arguments), vec![]),
        I::Maintainer(i) => (&i.maintainer, &[], one(&i.name), vec![]),
        I::Shell(i) => (&i.shell, &[], strings(&i.arguments), vec![]),
        I::Stopsignal(i) => (&i.stopsignal, &[], one(&i.arguments), vec![]),
        I::User(i) => (&i.user, &[], one(&i.arguments), vec![]),
        I::Volume(i) => match &i.arguments {
            other::JsonOrStringArray::Json(all) => (&i.volume, &[], strings(&all.value), vec![]),
            other::JsonOrStringArray::String(all) => (&i.volume, &[], strings(all), vec![]),
        },
        I::Workdir(i) => (&i.workdir, &[], one(&i.arguments), vec![]),
        I::Onbuild(i) => (&i.onbuild, &[], vec![], vec![]),
        _ => panic!("an instruction that this test does not know"),
    };
    let mut rows = vec![Row {
        keyword: keyword.span.clone(),
        flags: flags.iter().map(other::Flag::span).collect(),
        arguments: arguments.into_iter().map(|r| trim(text, r)).collect(),
        documents,
    }];
    if let I::Onbuild(i) = instruction {
        rows.extend(theirs(text, &i.instruction));
    }
    rows
}

/// Whether the other parser accepts a text; then both must have read the same. A line that ends in two backslashes is
/// left out: that crate joins the next line to it, the builder does not.
pub fn agrees(text: &str) -> Result<bool, String> {
    let torn = text.lines().any(|l| l.ends_with("\\\\"));
    let Some(their) = other::parse(text).ok().filter(|_| !torn) else { return Ok(false) };
    let our: Vec<Row> = check(text).instructions.iter().flat_map(|i| ours(text, i)).collect();
    let their: Vec<Row> = their.instructions.iter().flat_map(|i| theirs(text, i)).collect();
    for (a, b) in our.iter().zip(&their) {
        if a != b {
            let at = |r: &Range<usize>| format!("{:?}", &text[r.clone()]);
            let show = |r: &Row| {
                format!("{:?} {:?} {:?}", r.arguments.iter().map(at).collect::<Vec<_>>(), r.flags, r.documents)
            };
            return Err(format!("{}\n  ours   {}\n  theirs {}", at(&a.keyword), show(a), show(b)));
        }
    }
    if our.len() == their.len() { Ok(true) } else { Err(format!("{} and {} instructions", our.len(), their.len())) }
}

fn samples() -> Vec<&'static str> {
    include_str!("dockerfile_parser/samples.txt").split_terminator("\n=== next ===\n").collect()
}

#[test]
fn samples_are_read_without_errors() {
    for text in samples() {
        let errors = check(text).errors;
        assert!(errors.is_empty(), "{errors:?} in\n{text}");
    }
}

#[test]
fn parse_dockerfile_agrees_on_the_samples_it_accepts() {
    let mut accepted = 0;
    for text in samples() {
        accepted += usize::from(agrees(text).unwrap_or_else(|e| panic!("{e}\nin\n{text}")));
    }
    assert!(accepted * 2 > samples().len(), "only {accepted}");
}

/// A file with everything in it.
const RICH: &str = include_str!("dockerfile_parser/rich.dockerfile");

#[test]
fn any_prefix_can_be_read() {
    for text in samples().into_iter().chain([RICH]) {
        for end in (0..=text.len()).filter(|&i| text.is_char_boundary(i)) {
            check(&text[..end]);
        }
    }
}

#[test]
fn one_broken_line_does_not_hide_the_rest() {
    let whole = check(RICH).instructions.len();
    for (i, line) in RICH.lines().enumerate() {
        if ["COPY", "USER", "ENV"].iter().any(|k| line.starts_with(k)) && !line.contains("<<") && !line.ends_with('\\')
        {
            let broken: Vec<&str> =
                RICH.lines().enumerate().map(|(j, l)| if i == j { "CPOY ${ \" [" } else { l }).collect();
            let read = check(&broken.join("\n"));
            assert_eq!(read.instructions.len(), whole, "{line}");
            assert_eq!(read.errors.len(), 1, "{:?}", read.errors);
        }
    }
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_heap_of_pieces_can_be_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_change_of_a_line_can_be_read(
        at in 0..RICH.len(), length in 0..40_usize, piece in prop::sample::select(PIECES), crlf in any::<bool>()
    ) {
        let boundary = |i: usize| (i..=RICH.len()).find(|&i| RICH.is_char_boundary(i)).unwrap_or(RICH.len());
        let (start, end) = (boundary(at), boundary((at + length).min(RICH.len())));
        let text = format!("{}{piece}{}", &RICH[..start], &RICH[end..]);
        check(&if crlf { text.replace('\n', "\r\n") } else { text });
    }
}

/// What a Dockerfile is made of, and what breaks one.
const PIECES: &[&str] = &[
    "FROM ",
    "RUN ",
    "COPY ",
    "ADD ",
    "ENV ",
    "ARG ",
    "LABEL ",
    "CMD ",
    "ONBUILD ",
    "HEALTHCHECK ",
    "SHELL ",
    "VOLUME ",
    "NONE ",
    "CMD ",
    "AS ",
    "# escape=`\n",
    "# syntax=dockerfile\n",
    "#",
    "\n",
    "\n",
    "\r\n",
    "\\\n",
    "\\ \t\n",
    "`\n",
    "\\",
    "`",
    " ",
    " ",
    "\t",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
    "é",
    "😀",
    "a",
    "b=c",
    "=",
    "--from=x ",
    "--link ",
    "--",
    "--x=\"",
    "'",
    "\"",
    "[",
    "]",
    ",",
    "[\"a\", ",
    "\"b\"]",
    "\\u00e9",
    "\\ud83d",
    "$",
    "${",
    "}",
    "${a:-",
    "${b/c/",
    ":",
    "/",
    "<<EOF",
    "<<-'E F' ",
    "<<",
    "<",
    "EOF\n",
    "\tE F\n",
    "0",
];
