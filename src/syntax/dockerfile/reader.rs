//! Knows how a file becomes instructions, one logical line at a time, and what is wrong with their order.
//! Refuses to know how lines are put together and what an instruction's arguments look like.

use super::directives::{self, Directives};
use super::heredoc::{self, Terminators};
use super::instructions::Arguments;
use super::json::{self, Json};
use super::lines::{Lines, Logical};
use super::names;
use super::words::Part;
use super::{Directive, Dockerfile, Flag, Heredoc, Instruction, Kind, Transfer, expand, flags};
use crate::source::{FileId, Span};
use crate::syntax::SyntaxError;
use std::collections::BTreeSet;

/// Reads a whole file.
pub(super) fn read(file: FileId, text: &str) -> Dockerfile {
    let mut lines = Lines::new(file, text);
    let Directives { all, escape, errors } = directives::read(file, &mut lines);
    let unread = |directives| Dockerfile { file, directives, escape, instructions: Vec::new(), errors: Vec::new() };
    if all.iter().any(is_of_another_frontend) {
        return unread(all);
    }
    let mut reader =
        Reader { lines, escape, errors, terminators: None, unknown_until: None, template: false, in_stage: false };
    let mut instructions = Vec::new();
    while let Some(line) = reader.lines.logical(escape) {
        instructions.extend(reader.instruction(file, &line));
    }
    if reader.template || has_base_to_fill_in(&instructions) {
        return unread(all);
    }
    let mut errors = reader.errors;
    errors.extend(misplaced(file, &instructions, errors.is_empty()));
    errors.extend(too_long(file, text));
    errors.sort_by_key(|e| e.span.start);
    Dockerfile { file, directives: all, escape, instructions, errors }
}

/// Whether a directive names a frontend that reads another language: YAML, for most (`# syntax=ghcr.io/project-dalec/dalec/frontend`).
/// Those for Dockerfiles are called so: `docker/dockerfile-upstream:master`.
fn is_of_another_frontend(directive: &Directive) -> bool {
    let name = directive.value.rsplit('/').next().unwrap_or_default();
    directive.name == "syntax" && !name.contains("dockerfile")
}

struct Reader<'t> {
    lines: Lines<'t>,
    escape: char,
    errors: Vec<SyntaxError>,
    /// Made when the first here-document asks for it.
    terminators: Option<Terminators<'t>>,
    /// Where the line after an unknown instruction starts.
    unknown_until: Option<usize>,
    /// A placeholder stands where an instruction begins, or in an image's name or a path.
    template: bool,
    /// A FROM stands above.
    in_stage: bool,
}

/// A logical line, taken apart as far as all instructions are alike.
struct Head<'l> {
    word: Part<'l>,
    keyword: Option<&'static str>,
    flags: Vec<Flag>,
    rest: Part<'l>,
}

fn head(line: Part<'_>, escape: char) -> Head<'_> {
    let (word, arguments) = line.trim().split_first();
    let (flags, rest) = flags::take(arguments, escape);
    Head { word, keyword: names::keyword(word.text()), flags, rest }
}

impl<'t> Reader<'t> {
    /// Reads the instruction on a line and the here-documents below it. A line that only continues has none.
    fn instruction(&mut self, file: FileId, line: &Logical) -> Option<Instruction> {
        let whole = Part::of(&line.text);
        if whole.trim().is_empty() {
            self.errors.push(SyntaxError {
                span: Span::new(file, line.start, line.end),
                message: "unknown instruction: nothing follows the line continuation".to_string(),
                help: Some(format!("Remove the {}, or write the instruction behind it.", self.escape)),
            });
            return None;
        }
        let outer = head(whole, self.escape);
        let inner = (outer.keyword == Some("ONBUILD") && !outer.rest.is_empty()).then(|| head(outer.rest, self.escape));
        let (heredocs, end) = self.heredocs(whole, inner.as_ref().unwrap_or(&outer));
        let end = end.unwrap_or(line.end);
        if outer.keyword != Some("ONBUILD") {
            return Some(self.simple(file, outer, line.start, heredocs, end));
        }
        let place = outer.word.span();
        flags::check("ONBUILD", &outer.flags, &mut self.errors);
        let kind = match inner {
            Some(inner) => Kind::Onbuild(Box::new(self.trigger(file, inner, heredocs, end))),
            None => {
                self.errors.push(SyntaxError {
                    span: place,
                    message: "ONBUILD requires at least one argument".to_string(),
                    help: Some("Write the instruction that child images are to run behind ONBUILD.".to_string()),
                });
                Kind::Unknown
            }
        };
        Some(Instruction { span: Span::new(file, line.start, end), keyword: place, flags: outer.flags, kind })
    }

    /// The instruction behind ONBUILD.
    fn trigger(&mut self, file: FileId, head: Head, heredocs: Vec<Heredoc>, end: usize) -> Instruction {
        let span = head.word.span();
        let (message, help) = match head.keyword {
            Some("ONBUILD") => {
                ("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_string(), "Write ONBUILD once.")
            }
            Some(keyword @ ("FROM" | "MAINTAINER")) => {
                (format!("{keyword} isn't allowed as an ONBUILD trigger"), "Remove the line, or ONBUILD.")
            }
            _ => return self.simple(file, head, span.range().start, heredocs, end),
        };
        self.errors.push(SyntaxError { span, message, help: Some(help.to_string()) });
        if head.keyword == Some("ONBUILD") {
            let whole = Span::new(file, span.range().start, end);
            return Instruction { span: whole, keyword: span, flags: head.flags, kind: Kind::Unknown };
        }
        self.simple(file, head, span.range().start, heredocs, end)
    }

    /// Any instruction but ONBUILD.
    fn simple(&mut self, file: FileId, head: Head, start: usize, heredocs: Vec<Heredoc>, end: usize) -> Instruction {
        let span = Span::new(file, start, end);
        self.template |= match head.keyword {
            Some("FROM") => has_placeholder(head.rest.text()),
            // Not where programs get such text for their own engines: `CMD ["app", "--format={{.Name}}"]`.
            Some("COPY" | "ADD" | "WORKDIR") => has_marks(head.rest.text()),
            _ => false,
        };
        let place = head.word.span();
        let Some(keyword) = head.keyword else {
            self.unknown(&head);
            return Instruction { span, keyword: place, flags: head.flags, kind: Kind::Unknown };
        };
        flags::check(keyword, &head.flags, &mut self.errors);
        let errors = &mut self.errors;
        let kind = Arguments { keyword, place, rest: head.rest, heredocs, escape: self.escape, errors }.read();
        self.in_stage |= matches!(kind, Kind::From { .. });
        self.check_expansions(&kind);
        Instruction { span, keyword: place, flags: head.flags, kind }
    }

    /// Words that the builder will not be able to expand.
    fn check_expansions(&mut self, kind: &Kind) {
        let words = match kind {
            // Names are expanded in stages only.
            Kind::Arg(all) if !self.in_stage => all.iter().filter_map(|argument| argument.value.as_ref()).collect(),
            kind => kind.expanded_words(),
        };
        for word in words.into_iter().filter(|word| !expand::is_plain(&word.raw, self.escape)) {
            self.errors.extend(expand::lex(&word.raw, self.escape).err());
        }
        if let Kind::Copy(Transfer { heredocs, .. }) | Kind::Add(Transfer { heredocs, .. }) = kind {
            for document in heredocs.iter().filter(|d| !d.quoted) {
                self.errors.extend(expand::lex_document(&document.body, self.escape).err().map(|e| SyntaxError {
                    help: Some(format!("Write <<'{}' if nothing in the file is to be expanded.", document.name)),
                    ..e
                }));
            }
        }
    }

    /// The here-documents of a line whose instruction may have them, and where the last one ends.
    fn heredocs(&mut self, line: Part, head: &Head) -> (Vec<Heredoc>, Option<usize>) {
        let Some(keyword @ ("RUN" | "COPY" | "ADD")) = head.keyword else { return (vec![], None) };
        if !line.text().contains("<<") || matches!(json::array(head.rest), Json::Strings(_)) {
            return (vec![], None);
        }
        let markers = heredoc::markers(line, keyword == "RUN");
        if markers.is_empty() {
            return (vec![], None);
        }
        let terminators = self.terminators.get_or_insert_with(|| Terminators::ahead_of(&self.lines));
        heredoc::bodies(markers, &mut self.lines, terminators, &mut self.errors)
    }

    /// Complains of a keyword that is none; of lines below each other that look like a torn command, only once.
    fn unknown(&mut self, head: &Head) {
        let word = head.word.text();
        let span = head.word.span();
        self.template |= is_placeholder(word);
        let letters = word.trim_end_matches(|c: char| !c.is_ascii());
        let split = word.split(|c: char| c.is_whitespace() || c == '\u{200b}' || c == ':').next().unwrap_or(word);
        let mut torn = false;
        let help = if let Some(keyword) = names::keyword(split).or_else(|| names::keyword(letters)) {
            format!("The builder splits at ordinary blanks only: type the blank behind {keyword} again.")
        } else if let Some(meant) = names::meant(word) {
            format!("Did you mean {meant}?")
        } else if word.starts_with("//") {
            "A comment starts with #.".to_string()
        } else {
            torn = true;
            format!("If this belongs to the line above, end that line with {}.", self.escape)
        };
        let follows = self.unknown_until == Some(span.range().start);
        self.unknown_until = torn.then(|| self.next_word());
        if !(torn && follows) {
            self.errors.push(SyntaxError { span, message: format!("unknown instruction: {word}"), help: Some(help) });
        }
    }

    /// Where the next line's first word starts, if that line is not blank.
    fn next_word(&self) -> usize {
        let at = self.lines.at();
        self.lines.peek().map_or(at, |l| l.end() - l.text.trim_start().len())
    }
}

/// What sed, envsubst, Go, Jinja, ERB or a reader still has to fill in: `__CROSS_BUILD_COPY__`, `__CROSS__COPY`, `@INSTALL@`, `${LABELS}`,
/// `{{ if … }}`, `...`.
fn is_placeholder(word: &str) -> bool {
    let named = |mark: &str| {
        let (name, rest) = word.strip_prefix(mark)?.split_once(mark)?;
        is_name(name).then_some(rest)
    };
    named("__").is_some_and(|rest| rest.is_empty() || is_name(rest))
        || named("@") == Some("")
        || ["{{", "{%", "<%", "$", "..."].iter().any(|mark| word.starts_with(mark))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether a template engine is to put something there.
fn has_marks(text: &str) -> bool {
    ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark))
}

/// Whether a FROM names an image that a template engine or a reader has still to fill in: `golang:{{ .Version }}`, `{your image}`,
/// `alpine:__VERSION__`.
fn has_placeholder(image: &str) -> bool {
    let mut pieces = image.split(['/', ':', '@', '-', ' ']);
    has_marks(image) || image.starts_with('{') || pieces.any(|piece| piece.starts_with("__") && is_placeholder(piece))
}

/// Whether a FROM names what sed has still to replace: `BASEIMAGE`, `ARCH/alpine`, where no ARG is called so. No image has such a name.
fn has_base_to_fill_in(instructions: &[Instruction]) -> bool {
    let bases = instructions.iter().filter_map(|instruction| match &instruction.kind {
        Kind::From { image, .. } => Some(image.raw.text.as_str()),
        _ => None,
    });
    let capitals = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    let names = bases.flat_map(|base| base.split([':', '@']).next().unwrap_or_default().split('/'));
    let mut to_fill_in = names.filter(capitals).peekable();
    if to_fill_in.peek().is_none() {
        return false;
    }
    let names = instructions.iter().flat_map(|instruction| match &instruction.kind {
        Kind::Arg(all) => all.iter().map(|argument| argument.name.raw.text.as_str()).collect(),
        Kind::From { alias: Some(alias), .. } => vec![alias.raw.text.as_str()],
        _ => Vec::new(),
    });
    let declared: BTreeSet<String> = names.map(str::to_ascii_uppercase).collect();
    to_fill_in.any(|name| !declared.contains(name))
}

/// The longest physical line that BuildKit's scanner holds, line end included.
const LONGEST_LINE: usize = 65_536;

/// The first line that BuildKit gives up at.
fn too_long(file: FileId, text: &str) -> Option<SyntaxError> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.len() > LONGEST_LINE {
            return Some(SyntaxError {
                span: Span::new(file, start, start + line.trim_end_matches(['\r', '\n']).len()),
                message: format!("dockerfile line greater than max allowed size of {}", LONGEST_LINE - 1),
                help: Some("Put the text into a file of its own and COPY it, or break the line.".to_string()),
            });
        }
        start += line.len();
    }
    None
}

/// What is wrong with the instructions' order.
fn misplaced(file: FileId, instructions: &[Instruction], readable: bool) -> Option<SyntaxError> {
    let from = instructions.iter().position(|i| matches!(i.kind, Kind::From { .. }));
    let before = &instructions[..from.unwrap_or(instructions.len())];
    let wrong = before.iter().find(|i| !matches!(i.kind, Kind::Arg(_) | Kind::Unknown));
    let (span, message, help) = if let Some(wrong) = wrong {
        (wrong.keyword, "no build stage in current context", "Begin with FROM; only ARG may stand before it.")
    } else if !readable || from.is_some() {
        return None;
    } else if let Some(last) = instructions.last() {
        (last.keyword, "dockerfile contains no stages to build", "Add a FROM.")
    } else {
        (Span::new(file, 0, 0), "file with no instructions", "Begin with FROM.")
    };
    Some(SyntaxError { span, message: message.to_string(), help: Some(help.to_string()) })
}
