//! Knows simple commands: assignments in front, words, redirects, and the builtins that shuck reads apart.
//! Refuses to know compound commands and what any word means.

use super::super::fold::Folded;
use super::convert::{Placed, Reader, cover};
use super::literal::without_continuations;
use super::words::Tilde;
use super::{Assign, Node, Parts, Redirect, Simple, Word, WordPart};
use shuck_ast::{
    Assignment, AssignmentValue, BuiltinCommand, Command, DeclOperand, Heredoc, RedirectKind, RedirectTarget, Stmt,
};
use smallvec::smallvec;
use std::ops::Range;

impl Reader<'_> {
    /// A simple command, whatever shuck takes it for.
    pub(super) fn simple(&self, stmt: &Stmt) -> Placed {
        let mut all = Covering::default();
        let mut words: Vec<Word> = Vec::new();
        let assignments: &[Assignment] = match &stmt.command {
            Command::Simple(command) => {
                words.reserve_exact(command.args.len() + 1);
                let name = Some(&command.name).filter(|name| !self.range(name.span).is_empty());
                words.extend(name.into_iter().chain(&command.args).map(|word| all.with(self.ranged(word))));
                &command.assignments
            }
            Command::Builtin(command) => {
                let builtin = Builtin::of(command);
                let operands: Vec<&shuck_ast::Word> = builtin.first.into_iter().chain(builtin.rest).collect();
                let before = builtin.assignments.last().map(|a| self.range(a.span).end);
                let start = before.unwrap_or(0).max(self.range(builtin.span).start);
                let end = operands.first().map_or(self.source().len(), |w| self.range(w.span).start).max(start);
                if let Some(at) = self.source()[start..end].find(builtin.name) {
                    let range = start + at..start + at + builtin.name.len();
                    words.push(all.with((self.scanned(range.clone(), Tilde::No), range)));
                } else {
                    let part = WordPart::Literal { text: builtin.name.into(), quoted: false };
                    words.push(all.with((self.finish(smallvec![part], start..start), start..start)));
                }
                words.extend(operands.into_iter().map(|word| all.with(self.ranged(word))));
                builtin.assignments
            }
            Command::Decl(command) => {
                let name = self.range(command.variant_span);
                words.push(all.with((self.scanned(name.clone(), Tilde::No), name)));
                words.extend(command.operands.iter().map(|operand| all.with(self.operand_of(operand))));
                &command.assignments
            }
            _ => &[],
        };
        let assigns = assignments.iter().map(|a| all.with(self.assign(a))).collect();
        let redirects = stmt.redirects.iter().map(|redirect| all.with(self.redirect(redirect))).collect();
        let range = all.range.unwrap_or_else(|| self.range(stmt.span));
        let simple = Simple { assigns, words, redirects, span: self.text().span(range.clone()) };
        (Node::Simple(simple), range)
    }

    fn ranged(&self, word: &shuck_ast::Word) -> (Word, Range<usize>) {
        let range = self.word_range(word);
        (self.scanned(range.clone(), Tilde::Start), range)
    }

    /// The redirects of a command and their ranges.
    pub(super) fn redirects(&self, redirects: &[shuck_ast::Redirect]) -> Vec<(Redirect, Range<usize>)> {
        redirects.iter().map(|redirect| self.redirect(redirect)).collect()
    }

    fn redirect(&self, redirect: &shuck_ast::Redirect) -> (Redirect, Range<usize>) {
        let at = without_continuations(self.source(), self.range(redirect.span));
        let (target, end, heredoc) = match &redirect.target {
            RedirectTarget::Word(word) => {
                let range = self.word_range(word);
                if at.contains(&range.start) && !range.is_empty() {
                    (self.word(word), range.end, None)
                } else {
                    // `2>&1`: the descriptor has no place of its own.
                    let text = word.render(self.source());
                    let start = at.end.saturating_sub(text.len()).max(at.start);
                    let range =
                        if self.source().get(start..at.end) == Some(&text) { start..at.end } else { at.clone() };
                    let part = WordPart::Literal { text: text.into(), quoted: false };
                    (self.finish(smallvec![part], range), at.end, None)
                }
            }
            RedirectTarget::Heredoc(heredoc) => {
                let target = self.word(&heredoc.delimiter.raw);
                (target, self.word_range(&heredoc.delimiter.raw).end, Some(self.heredoc(heredoc)))
            }
        };
        let start = redirect.fd_var_span.map_or(at.start, |span| self.range(span).start.saturating_sub(1));
        let range = start.min(at.start)..end.max(at.start);
        let redirect = Redirect {
            op: operator(redirect.kind),
            fd: redirect.fd.and_then(|fd| u32::try_from(fd).ok()),
            target,
            heredoc,
            span: self.text().span(range.clone()),
        };
        (redirect, range)
    }

    fn heredoc(&self, heredoc: &Heredoc) -> Folded {
        let range = self.range(heredoc.body.span);
        if !heredoc.delimiter.strip_tabs {
            return self.text().slice(range);
        }
        let mut body = Folded::new(self.text().file());
        let mut at = range.start;
        for line in self.source()[range.clone()].split_inclusive('\n') {
            let tabs = line.len() - line.trim_start_matches('\t').len();
            body.append(self.text(), at + tabs..at + line.len());
            at += line.len();
        }
        if body.text.is_empty() { self.text().slice(range.start..range.start) } else { body }
    }

    fn assign(&self, assignment: &Assignment) -> (Assign, Range<usize>) {
        let whole = self.range(assignment.span);
        let name_range = self.range(assignment.target.name_span);
        let (value, end) = self.assigned(assignment, &whole);
        let range = whole.start..end;
        let assign = Assign {
            name: assignment.target.name.as_str().to_string(),
            name_span: self.text().span(name_range),
            value,
            append: assignment.append,
            span: self.text().span(range.clone()),
        };
        (assign, range)
    }

    /// What is assigned, and where it ends. Arrays and their elements are not followed.
    fn assigned(&self, assignment: &Assignment, whole: &Range<usize>) -> (Word, usize) {
        let sign = if assignment.append { "+=" } else { "=" };
        let name_end = self.range(assignment.target.name_span).end;
        let from = name_end + sign.len();
        let scalar = matches!(assignment.value, AssignmentValue::Scalar(_)) && assignment.target.subscript.is_none();
        if scalar && self.source()[name_end..].starts_with(sign) && from <= whole.end {
            let range = without_continuations(self.source(), from..whole.end);
            return (self.scanned(range.clone(), Tilde::Value), range.end);
        }
        let span = self.text().span(whole.clone());
        (self.finish(smallvec![WordPart::Opaque { span }], whole.clone()), whole.end)
    }

    /// An operand of `export`, `local`, … as the ordinary word it is.
    fn operand_of(&self, operand: &DeclOperand) -> (Word, Range<usize>) {
        match operand {
            DeclOperand::Flag(word) | DeclOperand::Dynamic(word) => self.ranged(word),
            DeclOperand::Name(reference) => {
                let range = self.range(reference.span);
                (self.scanned(range.clone(), Tilde::No), range)
            }
            DeclOperand::Assignment(assignment) => {
                let whole = self.range(assignment.span);
                let (value, end) = self.assigned(assignment, &whole);
                let name = assignment.target.name.as_str();
                let sign = if assignment.append { "+=" } else { "=" };
                let mut parts: Parts =
                    smallvec![WordPart::Literal { text: format!("{name}{sign}").into(), quoted: false }];
                for part in value.parts {
                    match (parts.last_mut(), part) {
                        (
                            Some(WordPart::Literal { text, quoted: false }),
                            WordPart::Literal { text: more, quoted: false },
                        ) => text.push_str(&more),
                        (_, part) => parts.push(part),
                    }
                }
                (self.finish(parts, whole.start..end), whole.start..end)
            }
        }
    }
}

/// The range from the first of several things to the end of the last.
#[derive(Default)]
struct Covering {
    range: Option<Range<usize>>,
}

impl Covering {
    /// Takes one more in, and gives it back without its place.
    fn with<T>(&mut self, (thing, at): (T, Range<usize>)) -> T {
        self.range = Some(self.range.take().map_or_else(|| at.clone(), |all| cover(all, &at)));
        thing
    }
}

/// `exit`, `return`, `break` and `continue`, as shuck keeps them.
struct Builtin<'a> {
    name: &'static str,
    first: Option<&'a shuck_ast::Word>,
    rest: &'a [shuck_ast::Word],
    assignments: &'a [Assignment],
    span: shuck_ast::Span,
}

impl Builtin<'_> {
    fn of(command: &BuiltinCommand) -> Builtin<'_> {
        let (name, first, rest, assignments, span) = match command {
            BuiltinCommand::Break(c) => ("break", &c.depth, &c.extra_args, &c.assignments, c.span),
            BuiltinCommand::Continue(c) => ("continue", &c.depth, &c.extra_args, &c.assignments, c.span),
            BuiltinCommand::Return(c) => ("return", &c.code, &c.extra_args, &c.assignments, c.span),
            BuiltinCommand::Exit(c) => ("exit", &c.code, &c.extra_args, &c.assignments, c.span),
        };
        Builtin { name, first: first.as_ref(), rest, assignments, span }
    }
}

fn operator(kind: RedirectKind) -> &'static str {
    match kind {
        RedirectKind::Output => ">",
        RedirectKind::Clobber => ">|",
        RedirectKind::Append => ">>",
        RedirectKind::Input => "<",
        RedirectKind::ReadWrite => "<>",
        RedirectKind::HereDoc => "<<",
        RedirectKind::HereDocStrip => "<<-",
        RedirectKind::HereString => "<<<",
        RedirectKind::DupOutput => ">&",
        RedirectKind::DupInput => "<&",
        RedirectKind::OutputBoth => "&>",
    }
}
