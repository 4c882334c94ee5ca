//! Knows where a Dockerfile, a Makefile and a script have comments, and which lines one stands above.
//! Refuses to know which findings there are.

use std::ops::Range;

use super::{Allow, Name, Scope, Slip};
use crate::kind::Kind;
use crate::source::{FileId, Source, Span};
use crate::syntax::dockerfile::{self, Command, Instruction};
use crate::syntax::makefile::{self, Item};

/// What every comment to gobin-lint begins with, behind `#`.
const ADDRESS: &str = "gobin-lint:";

/// A text by lines, with the statements that take several.
pub(super) struct Layout<'t> {
    pub(super) text: &'t str,
    pub(super) kind: Option<Kind>,
    /// Without line ends, in order.
    lines: Vec<Range<usize>>,
    /// Instructions, continued lines and `define … endef`.
    statements: Vec<Range<usize>>,
    /// Instructions whose last argument a shell reads.
    in_shell: Vec<Range<usize>>,
    /// Where the last directive of a Dockerfile ends.
    pub(super) directives: usize,
}

impl<'t> Layout<'t> {
    /// A document is what its name or its text says; other files that are followed are scripts, or Makefiles by name.
    pub(super) fn of(file: FileId, source: &'t Source, is_document: bool) -> Layout<'t> {
        let text = source.text.as_str();
        let kind = match is_document {
            true => Some(Kind::of(&source.path, text)),
            false => Kind::of_path(&source.path),
        };
        let mut at = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            at += line.len();
            at - line.len()..at - line.len() + line.trim_end_matches(['\n', '\r']).len()
        });
        let lines: Vec<Range<usize>> = lines.collect();
        let mut layout = Layout { text, kind, lines, statements: Vec::new(), in_shell: Vec::new(), directives: 0 };
        if kind == Some(Kind::Dockerfile) {
            let document = dockerfile::parse(file, text);
            layout.directives = document.directives.iter().map(|d| d.span.range().end).max().unwrap_or(0);
            layout.statements = document.instructions.iter().map(|i| i.span.range()).collect();
            let in_shell = document.instructions.iter().filter(|i| reads_shell(i));
            layout.in_shell = in_shell.map(|i| i.span.range()).collect();
            return layout;
        }
        if kind == Some(Kind::Makefile) {
            definitions(&makefile::parse(file, text).items, &mut layout.statements);
        }
        layout.statements.extend(layout.continued());
        layout
    }

    /// Lines that a backslash joins.
    fn continued(&self) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        let mut open: Option<usize> = None;
        for line in &self.lines {
            let content = &self.text[line.clone()];
            let backslashes = content.len() - content.trim_end_matches('\\').len();
            let continues = backslashes % 2 == 1;
            if let (Some(start), false) = (open, continues) {
                out.push(start..line.end);
            }
            open = if continues { open.or(Some(line.start)) } else { None };
        }
        out
    }

    /// The line that a byte stands in.
    fn line_of(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.start <= at).saturating_sub(1)
    }

    /// The statement of several lines around a byte.
    fn statement(&self, at: usize) -> Option<&Range<usize>> {
        self.statements.iter().find(|statement| statement.start <= at && at < statement.end)
    }

    /// Where the line of a byte starts, or what it continues.
    pub(super) fn start_of_statement(&self, at: usize) -> usize {
        let start = self.statement(at).map_or(at, |statement| statement.start);
        self.start_of_line(start)
    }

    pub(super) fn start_of_line(&self, at: usize) -> usize {
        self.lines.get(self.line_of(at)).map_or(0, |line| line.start)
    }

    /// Whether a line is one comment, as make, the builder or the shell of a recipe reads it.
    fn is_comment(&self, line: &Range<usize>) -> bool {
        self.before_comment(&self.text[line.clone()]).is_some()
    }

    /// What stands before the `#` of a line that is one comment.
    fn before_comment<'l>(&self, line: &'l str) -> Option<&'l str> {
        let mut rest = line.trim_start_matches('\u{feff}').trim_start();
        if self.kind == Some(Kind::Makefile) && line.starts_with('\t') {
            rest = rest.trim_start_matches(['@', '-', '+', ' ', '\t']);
        }
        rest.starts_with('#').then(|| &line[..line.len() - rest.len()])
    }

    /// The bytes that a comment on a line of its own speaks of: the next statement; inside a statement the next line.
    fn below(&self, comment: usize) -> Range<usize> {
        let is_code = |line: &&Range<usize>| !self.text[(*line).clone()].trim().is_empty() && !self.is_comment(line);
        let Some(next) = self.lines[comment + 1..].iter().find(is_code) else { return 0..0 };
        let inside = self.statement(self.lines[comment].start).is_some_and(|s| s.start < self.lines[comment].start);
        let content = next.end - self.text[next.clone()].trim_start().len();
        match self.statement(content).filter(|_| !inside) {
            Some(statement) => next.start..statement.end.max(next.end),
            None => next.start..next.end,
        }
    }

    fn is_at_top(&self, comment: usize) -> bool {
        self.lines[..comment].iter().all(|line| self.text[line.clone()].trim().is_empty() || self.is_comment(line))
    }
}

/// The comments of a file that are addressed to gobin-lint.
pub(super) fn allows(file: FileId, source: &Source, is_document: bool) -> Vec<Allow> {
    if !source.text.contains(ADDRESS) {
        return Vec::new();
    }
    let layout = Layout::of(file, source, is_document);
    (0..layout.lines.len()).filter_map(|line| allow(file, &layout, line)).collect()
}

fn allow(file: FileId, layout: &Layout, index: usize) -> Option<Allow> {
    let line = layout.lines[index].clone();
    let content = &layout.text[line.clone()];
    let (hash, said) = content.match_indices(ADDRESS).find_map(|(at, _)| {
        let before = content[..at].trim_end_matches([' ', '\t']).strip_suffix('#')?;
        Some((before.len(), at + ADDRESS.len()))
    })?;
    let before = &content[..hash];
    let alone = layout.before_comment(content).is_some_and(|b| b.len() == hash);
    let behind_code = before.ends_with([' ', '\t']) && closed(before);
    if !(alone || behind_code) {
        return None;
    }
    let end = content.trim_end().trim_end_matches('\\').trim_end().len().max(said);
    let removal = match alone {
        true => line.start..layout.lines.get(index + 1).map_or(layout.text.len(), |next| next.start),
        false => line.start + before.trim_end().len()..line.start + content.trim_end().len(),
    };
    let span = |range: Range<usize>| Span::new(file, line.start + range.start, line.start + range.end);
    let (ids, reason) = match content[said..end].split_once("--") {
        Some((ids, reason)) => (said..said + ids.len(), Some(reason.trim().to_string()).filter(|r| !r.is_empty())),
        None => (said..end, None),
    };
    let mut words = words(content, ids);
    let whole_file = match words.first().map(|word| &content[word.clone()]) {
        Some("allow") => Some(false),
        Some("allow-file") => Some(true),
        _ => None,
    };
    let names: Vec<Name> =
        words.drain(..).skip(1).map(|word| Name { id: content[word.clone()].to_string(), span: span(word) }).collect();
    let in_shell = || layout.in_shell.iter().any(|instruction| instruction.contains(&(line.start + hash)));
    let scope = match whole_file {
        _ if !alone && layout.kind == Some(Kind::Dockerfile) && !in_shell() => Scope::Nowhere(Slip::Argument),
        None => Scope::Nowhere(Slip::Unreadable),
        Some(_) if names.is_empty() => Scope::Nowhere(Slip::Unreadable),
        Some(true) if alone && layout.is_at_top(index) => Scope::File,
        Some(true) => Scope::Nowhere(Slip::Late),
        Some(false) if alone => Scope::Lines(layout.below(index)),
        Some(false) => Scope::Lines(line.clone()),
    };
    Some(Allow { comment: span(hash..end), removal: Span::new(file, removal.start, removal.end), names, reason, scope })
}

/// The words of a range, commas and blanks between them.
fn words(content: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, c) in content[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)) {
        let inside = !(c.is_whitespace() || c == ',');
        match out.last_mut().filter(|_| open && inside) {
            Some(word) => word.end = at + c.len_utf8(),
            None if inside => out.push(at..at + c.len_utf8()),
            None => {}
        }
        open = inside;
    }
    out
}

/// Whether no quote is open behind a part of a line.
fn closed(part: &str) -> bool {
    let mut quote = None;
    let mut chars = part.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some('\''), '\\') => {}
            (_, '\\') => drop(chars.next()),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    quote.is_none()
}

fn reads_shell(instruction: &Instruction) -> bool {
    match &instruction.kind {
        dockerfile::Kind::Run(command) | dockerfile::Kind::Cmd(command) | dockerfile::Kind::Entrypoint(command) => {
            matches!(command, Command::Shell { malformed_json: false, .. })
        }
        dockerfile::Kind::Onbuild(inner) => reads_shell(inner),
        _ => false,
    }
}

/// The spans of `define … endef`, whose lines may end up anywhere.
fn definitions(items: &[Item], out: &mut Vec<Range<usize>>) {
    for item in items {
        match item {
            Item::Variable(variable) if variable.define => out.push(variable.span.range()),
            Item::Conditional(conditional) => {
                conditional.branches.iter().for_each(|(_, items)| definitions(items, out));
            }
            _ => {}
        }
    }
}
