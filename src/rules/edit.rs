//! Knows how edits are written so that a file keeps its own style.
//! Refuses to know why something is edited.

use crate::finding::Edit;
use crate::model::Model;
use crate::model::dockerfile::start::Program;
use crate::model::trace::{Argument, GoRun};
use crate::source::Span;
use crate::syntax::dockerfile::{Command, Instruction, Kind};
use crate::syntax::fold::Folded;
use crate::syntax::shell::{self, Connector, Node, WordPart};
use std::ops::Range;

/// A JSON string literal.
pub fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A JSON array of strings as Dockerfiles write it.
pub fn json_array<S: AsRef<str>>(elements: &[S]) -> String {
    let elements: Vec<String> = elements.iter().map(|e| json(e.as_ref())).collect();
    format!("[{}]", elements.join(", "))
}

pub fn replace(span: Span, text: impl Into<String>) -> Edit {
    Edit { span, text: text.into() }
}

/// Where a text stands in a span, as it is and only once.
pub fn only_place(model: &Model, span: Span, text: &str) -> Option<Span> {
    let all = model.text(span);
    let at = all.find(text).filter(|_| !text.is_empty() && all.matches(text).count() == 1)?;
    let start = span.start as usize + at;
    Some(Span::new(span.file, start, start + text.len()))
}

/// Another program in the place of the one that an image starts.
pub fn start(program: &Program, path: &str) -> Edit {
    replace(program.span, if program.json { json(path) } else { path.to_string() })
}

/// Inserts in front of a span.
pub fn before(span: Span, text: impl Into<String>) -> Edit {
    Edit { span: Span::new(span.file, span.start as usize, span.start as usize), text: text.into() }
}

/// Inserts behind a span.
pub fn after(span: Span, text: impl Into<String>) -> Edit {
    Edit { span: Span::new(span.file, span.end as usize, span.end as usize), text: text.into() }
}

/// Adds a flag behind those that an instruction has.
pub fn add_flag(instruction: &Instruction, flag: &str) -> Edit {
    let behind = instruction.flags.last().map_or(instruction.keyword, |f| f.span);
    after(behind, format!(" {flag}"))
}

/// `go build -o DIRECTORY/` for `go install`. `None` for a version, which go builds only to install it.
pub fn build_into(run: &GoRun, directory: &str) -> Option<Edit> {
    let word = run.words.get(1).filter(|word| word.exact && word.value.as_literal() == Some("install"))?;
    let plain = !directory.contains(char::is_whitespace) && !run.names_version();
    plain.then(|| replace(word.span, format!("build -o {}/", directory.trim_end_matches('/'))))
}

/// Removes the lines of an instruction.
pub fn remove_lines(model: &Model, span: Span) -> Edit {
    let text = &model.sources.get(span.file).text;
    let (first, last) = (line(text, span.start as usize), line(text, span.end as usize));
    replace(Span::new(span.file, first.start, last.end), "")
}

/// The line that a byte stands in, with its end.
pub fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    start..text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// Removes one command of a RUN: the whole instruction where it is the only one, else the command and its `&&`.
/// `None` where the command stands in a branch, a loop, a pipe or a here-document.
pub fn remove_command(model: &Model, instruction: &Instruction, command: Span) -> Option<Edit> {
    let (text, heredocs) = match &instruction.kind {
        Kind::Run(Command::Shell { text, heredocs, .. }) => (text, heredocs),
        Kind::Run(Command::Exec { .. }) if instruction.flags.is_empty() => {
            return Some(remove_lines(model, instruction.span));
        }
        _ => return None,
    };
    if !heredocs.is_empty() || !instruction.flags.is_empty() {
        return None;
    }
    let script = shell::parse(text);
    match script.commands.as_slice() {
        [Node::Simple(simple)] if simple.span == command => Some(remove_lines(model, instruction.span)),
        [Node::List { first, rest, .. }] if rest.iter().all(|(connector, _)| *connector == Connector::And) => {
            let spans: Vec<Span> =
                std::iter::once(first.span()).chain(rest.iter().map(|(_, node)| node.span())).collect();
            let at = spans.iter().position(|span| *span == command)?;
            let (start, end) = match at {
                0 => (spans[0].start, spans[1].start),
                _ => (spans[at - 1].end, spans[at].end),
            };
            Some(replace(Span::new(command.file, start as usize, end as usize), ""))
        }
        _ => None,
    }
}

/// Removes words of a command with the blanks behind each; a continued line that holds nothing else goes whole.
/// `None` where one is not written as it is read, or ends its command.
pub fn drop_words(model: &Model, words: &[&Argument]) -> Option<Vec<Edit>> {
    let file = words.first()?.span.file;
    let text = &model.sources.get(file).text;
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for word in words {
        let (start, end) = (word.span.start as usize, word.span.end as usize);
        let behind = text.get(end..)?;
        let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
        if !word.exact || blanks == 0 {
            return None;
        }
        match ranges.last_mut() {
            Some(last) if last.1 == start => last.1 = end + blanks,
            _ => ranges.push((start, end + blanks)),
        }
    }
    let edit = |(start, end): (usize, usize)| {
        let whole = line(text, start).start..line(text, end).end;
        let alone = text[whole.start..start].trim().is_empty() && matches!(text[end..whole.end].trim_end(), "\\" | "`");
        replace(if alone { Span::new(file, whole.start, whole.end) } else { Span::new(file, start, end) }, "")
    };
    Some(ranges.into_iter().map(edit).collect())
}

/// The words of one plain command without expansions, patterns and redirections.
pub fn plain_words(text: &Folded) -> Option<Vec<String>> {
    let script = shell::parse(text);
    let [Node::Simple(simple)] = script.commands.as_slice() else { return None };
    if !simple.assigns.is_empty() || !simple.redirects.is_empty() || !script.errors.is_empty() {
        return None;
    }
    let words = match simple.words.split_first() {
        Some((first, rest)) if first.literal().as_deref() == Some("exec") => rest,
        _ => &simple.words,
    };
    let plain =
        |word: &shell::Word| word.parts.iter().all(|p| matches!(p, WordPart::Literal { .. })) && !word.is_glob();
    (!words.is_empty() && words.iter().all(plain)).then(|| words.iter().filter_map(shell::Word::literal).collect())
}
