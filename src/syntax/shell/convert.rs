//! Knows how shuck's statements become our nodes, with exact ranges where shuck's own run too far.
//! Refuses to know what is inside words.

use super::super::SyntaxError;
use super::super::fold::Folded;
use super::words::Tilde;
use super::{Arm, Branch, Connector, Node, Redirect, Script, Word};
use shuck_ast::{
    BinaryCommand, BinaryOp, CaseCommand, Command, CompoundCommand, ForCommand, ForSyntax, FunctionDef, IfCommand,
    IfSyntax, Stmt, StmtSeq, StmtTerminator,
};
use shuck_parser::parser::{ParseDiagnostic, ParseResult, Parser};
use std::cell::Cell;
use std::ops::Range;
use std::panic;
use std::sync::Once;

/// How deep substitutions are followed. Each level is parsed once more than the one around it.
const LEVELS: usize = 12;

/// Reads a whole text.
pub(super) fn script(text: &Folded) -> Script {
    Reader::of(text).script()
}

/// What to do about an error, by a part of its message.
const HELP: [(&str, &str); 9] = [
    ("double quote", "close the `\"`, or write `\\\"` for a literal one"),
    ("single quote", "close the `'`; no backslash works inside single quotes"),
    ("backtick", "close the backtick, or write `$(…)`"),
    ("command substitution", "close the `$(` with `)`"),
    ("subshell", "close the `(` with `)`"),
    ("brace group", "close the `{` with `; }`"),
    ("'esac'", "end every `case … in` with `esac`"),
    ("'fi'", "end every `if …; then` with `fi`"),
    ("'done'", "end every loop's `do` with `done`"),
];

/// One text and the way from shuck's offsets to it.
pub(super) struct Reader<'t> {
    text: &'t Folded,
    level: usize,
}

/// A node and where it lies in the text.
pub(super) type Placed = (Node, Range<usize>);

impl<'t> Reader<'t> {
    /// A whole text.
    pub(super) fn of(text: &'t Folded) -> Reader<'t> {
        Reader { text, level: 0 }
    }
}

impl Reader<'_> {
    fn script(&self) -> Script {
        self.plain().unwrap_or_else(|| self.parsed())
    }

    /// As shuck reads it.
    pub(super) fn parsed(&self) -> Script {
        let Some(parsed) = parse(self.source()) else {
            return Script { commands: vec![self.opaque(0..self.source().len()).0], errors: Vec::new() };
        };
        let mut script = Script { commands: self.nodes(&parsed.file.body), errors: Vec::new() };
        let limits: Vec<&ParseDiagnostic> =
            parsed.diagnostics.iter().filter(|d| is_limit(d) || self.is_glued_brace(d)).collect();
        if limits.is_empty() {
            script.errors = parsed.diagnostics.into_iter().map(|d| self.error(d)).collect();
        } else {
            // What follows the place where the parser gave up may only look wrong.
            script.commands.extend(limits.into_iter().map(|d| self.opaque(self.range(d.span)).0));
        }
        script
    }

    /// `a}` is one word to every shell; shuck ends the word there and rejects the brace.
    fn is_glued_brace(&self, diagnostic: &ParseDiagnostic) -> bool {
        let at = self.range(diagnostic.span).start;
        let before = self.source()[..at].chars().next_back();
        self.source()[at..].starts_with('}') && before.is_some_and(|c| !c.is_whitespace() && !";&|()".contains(c))
    }

    fn error(&self, diagnostic: ParseDiagnostic) -> SyntaxError {
        let message = diagnostic.message;
        let text = message.strip_prefix("syntax error: ").unwrap_or(&message);
        let help = HELP.iter().find(|(sign, _)| text.contains(sign)).map(|(_, help)| help.to_string());
        SyntaxError {
            span: self.text.span(self.range(diagnostic.span)),
            message: format!("shell syntax error: {text}"),
            help,
        }
    }

    pub(super) fn text(&self) -> &Folded {
        self.text
    }

    pub(super) fn source(&self) -> &str {
        &self.text.text
    }

    /// A range of the text, on character boundaries whatever shuck says.
    pub(super) fn range(&self, span: shuck_ast::Span) -> Range<usize> {
        let start = self.source().floor_char_boundary(span.start.offset());
        let end = self.source().floor_char_boundary(span.end.offset());
        start..end.max(start)
    }

    /// The script of a substitution whose inside is at `range`; `None` where they nest too deep.
    pub(super) fn nested(&self, range: Range<usize>) -> Option<Script> {
        self.below(&self.text.slice(range))
    }

    /// The script whose inside is at `range` between backticks, where it has one more layer of escapes.
    pub(super) fn backticks(&self, range: Range<usize>, quoted: bool) -> Option<Script> {
        let inner = &self.source()[range.clone()];
        if !inner.contains('\\') {
            return self.nested(range);
        }
        let mut unescaped = Folded::new(self.text.file());
        let mut from = 0;
        let mut chars = inner.char_indices();
        while let Some((at, c)) = chars.next() {
            if c != '\\' {
                continue;
            }
            let Some((_, next)) = chars.next() else { break };
            if matches!(next, '$' | '`' | '\\') || (quoted && next == '"') {
                unescaped.append(self.text, range.start + from..range.start + at);
                from = at + 1;
            }
        }
        unescaped.append(self.text, range.start + from..range.end);
        self.below(&unescaped)
    }

    fn below(&self, text: &Folded) -> Option<Script> {
        (self.level < LEVELS).then(|| Reader { text, level: self.level + 1 }.script())
    }

    fn nodes(&self, seq: &StmtSeq) -> Vec<Node> {
        seq.iter().map(|stmt| self.stmt(stmt).0).collect()
    }

    fn stmt(&self, stmt: &Stmt) -> Placed {
        let whole = self.range(stmt.span);
        let (node, range) = match &stmt.command {
            Command::Binary(binary) if matches!(binary.op, BinaryOp::And | BinaryOp::Or) => self.list(binary),
            Command::Binary(binary) => self.pipeline(binary),
            Command::Compound(compound) => self.compound(compound, whole.clone()),
            Command::Function(function) => self.function(function),
            Command::AnonymousFunction(function) => self.opaque(self.range(function.span)),
            Command::Simple(_) | Command::Builtin(_) | Command::Decl(_) => self.simple(stmt),
        };
        let is_simple = matches!(stmt.command, Command::Simple(_) | Command::Builtin(_) | Command::Decl(_));
        let (node, range) =
            if is_simple || stmt.redirects.is_empty() { (node, range) } else { self.redirected(node, range, stmt) };
        let (node, range) = if stmt.negated {
            let range = whole.start.min(range.start)..range.end;
            (Node::Not { command: Box::new(node), span: self.text.span(range.clone()) }, range)
        } else {
            (node, range)
        };
        if !matches!(stmt.terminator, Some(StmtTerminator::Background(_))) {
            return (node, range);
        }
        let end = stmt.terminator_span.map_or(range.end, |span| self.range(span).end.max(range.end));
        let range = range.start..end;
        (Node::Background { command: Box::new(node), span: self.text.span(range.clone()) }, range)
    }

    fn opaque(&self, range: Range<usize>) -> Placed {
        (Node::Opaque { span: self.text.span(range.clone()) }, range)
    }

    /// A compound command with its redirects.
    fn redirected(&self, node: Node, range: Range<usize>, stmt: &Stmt) -> Placed {
        let mut placed = self.redirects(&stmt.redirects);
        let range = placed.iter().fold(range, |range, (_, at)| cover(range, at));
        let span = self.text.span(range.clone());
        let added: Vec<Redirect> = placed.drain(..).map(|(redirect, _)| redirect).collect();
        let node = match node {
            Node::Group { body, redirects, .. } if redirects.is_empty() => Node::Group { body, redirects: added, span },
            Node::Subshell { body, redirects, .. } if redirects.is_empty() => {
                Node::Subshell { body, redirects: added, span }
            }
            node => Node::Group { body: vec![node], redirects: added, span },
        };
        (node, range)
    }

    fn list(&self, binary: &BinaryCommand) -> Placed {
        let mut links = Vec::new();
        let mut at = binary;
        let first = loop {
            let connector = if at.op == BinaryOp::And { Connector::And } else { Connector::Or };
            links.push((connector, &*at.right));
            match inner_binary(&at.left) {
                Some(left) if matches!(left.op, BinaryOp::And | BinaryOp::Or) => at = left,
                _ => break self.stmt(&at.left),
            }
        };
        let (first, mut range) = first;
        let mut rest = Vec::with_capacity(links.len());
        for (connector, stmt) in links.into_iter().rev() {
            let (node, at) = self.stmt(stmt);
            range = cover(range, &at);
            rest.push((connector, node));
        }
        (Node::List { first: Box::new(first), rest, span: self.text.span(range.clone()) }, range)
    }

    fn pipeline(&self, binary: &BinaryCommand) -> Placed {
        let mut links = Vec::new();
        let mut at = binary;
        let (first, mut range) = loop {
            links.push(&*at.right);
            match inner_binary(&at.left) {
                Some(left) if matches!(left.op, BinaryOp::Pipe | BinaryOp::PipeAll) => at = left,
                _ => break self.stmt(&at.left),
            }
        };
        let mut commands = vec![first];
        for stmt in links.into_iter().rev() {
            let (node, at) = self.stmt(stmt);
            range = cover(range, &at);
            commands.push(node);
        }
        (Node::Pipeline { commands, span: self.text.span(range.clone()) }, range)
    }

    fn compound(&self, compound: &CompoundCommand, whole: Range<usize>) -> Placed {
        let at = |start: shuck_ast::Span, end: Option<shuck_ast::Span>| {
            let range = self.range(start);
            let end = end.map_or(range.end, |end| self.range(end).end);
            range.start..end.max(range.start)
        };
        match compound {
            CompoundCommand::If(command) => self.conditional(command),
            CompoundCommand::For(command) => self.for_loop(command),
            CompoundCommand::Case(command) => self.case(command),
            CompoundCommand::While(command) => {
                self.while_loop(&command.condition, &command.body, at(command.span, command.done_span))
            }
            CompoundCommand::Until(command) => {
                self.while_loop(&command.condition, &command.body, at(command.span, command.done_span))
            }
            CompoundCommand::ArithmeticFor(command) => {
                let range = at(command.span, command.done_span);
                let header = at(command.left_paren_span, Some(command.right_paren_span));
                let condition = vec![self.opaque(header).0];
                let span = self.text.span(range.clone());
                (Node::While { condition, body: self.nodes(&command.body), span }, range)
            }
            CompoundCommand::Subshell(seq) => {
                let range = self.enclosed(seq, '(', ')');
                let span = self.text.span(range.clone());
                (Node::Subshell { body: self.nodes(seq), redirects: Vec::new(), span }, range)
            }
            CompoundCommand::BraceGroup(seq) => {
                let range = self.enclosed(seq, '{', '}');
                let span = self.text.span(range.clone());
                (Node::Group { body: self.nodes(seq), redirects: Vec::new(), span }, range)
            }
            CompoundCommand::Time(command) => match &command.command {
                Some(timed) => self.stmt(timed),
                None => self.opaque(self.range(command.span)),
            },
            CompoundCommand::Conditional(command) => {
                self.opaque(at(command.left_bracket_span, Some(command.right_bracket_span)))
            }
            CompoundCommand::Arithmetic(command) => {
                self.opaque(at(command.left_paren_span, Some(command.right_paren_span)))
            }
            CompoundCommand::Select(command) => self.opaque(at(command.span, Some(command.done_span))),
            CompoundCommand::Coproc(_)
            | CompoundCommand::Repeat(_)
            | CompoundCommand::Foreach(_)
            | CompoundCommand::Always(_) => self.opaque(whole),
        }
    }

    fn conditional(&self, command: &IfCommand) -> Placed {
        let end = match command.syntax {
            IfSyntax::ThenFi { fi_span, .. } => fi_span,
            IfSyntax::Brace { right_brace_span, .. } => right_brace_span,
        };
        let start = self.range(command.span).start;
        let range = start..self.range(end).end.max(start);
        let mut branches =
            vec![Branch { condition: self.nodes(&command.condition), body: self.nodes(&command.then_branch) }];
        for (condition, body) in &command.elif_branches {
            branches.push(Branch { condition: self.nodes(condition), body: self.nodes(body) });
        }
        let otherwise = command.else_branch.as_ref().map(|body| self.nodes(body));
        (Node::If { branches, otherwise, span: self.text.span(range.clone()) }, range)
    }

    fn while_loop(&self, condition: &StmtSeq, body: &StmtSeq, range: Range<usize>) -> Placed {
        let span = self.text.span(range.clone());
        (Node::While { condition: self.nodes(condition), body: self.nodes(body), span }, range)
    }

    fn for_loop(&self, command: &ForCommand) -> Placed {
        let end = match command.syntax {
            ForSyntax::InDoDone { done_span, .. } | ForSyntax::ParenDoDone { done_span, .. } => done_span,
            ForSyntax::InBrace { right_brace_span, .. } | ForSyntax::ParenBrace { right_brace_span, .. } => {
                right_brace_span
            }
            ForSyntax::InDirect { .. } | ForSyntax::ParenDirect { .. } => command.span,
        };
        let start = self.range(command.span).start;
        let range = start..self.range(end).end.max(start);
        let name = command.targets.first().map_or_else(String::new, |target| match &target.name {
            Some(name) => name.as_str().to_string(),
            None => self.source()[self.range(target.span)].to_string(),
        });
        let words: Option<Vec<Word>> =
            command.words.as_ref().map(|words| words.iter().map(|word| self.word(word)).collect());
        let body = self.nodes(&command.body);
        (Node::For { name, words, body, span: self.text.span(range.clone()) }, range)
    }

    fn case(&self, command: &CaseCommand) -> Placed {
        let start = self.range(command.span).start;
        let range = start..self.range(command.esac_span).end.max(start);
        let arms = command
            .cases
            .iter()
            .map(|item| Arm {
                patterns: item
                    .patterns
                    .iter()
                    .map(|pattern| self.scanned(self.range(pattern.span), Tilde::No))
                    .collect(),
                body: self.nodes(&item.body),
            })
            .collect();
        (Node::Case { subject: self.word(&command.word), arms, span: self.text.span(range.clone()) }, range)
    }

    fn function(&self, function: &FunctionDef) -> Placed {
        let name = function.header.entries.first().map_or_else(String::new, |entry| match &entry.static_name {
            Some(name) => name.as_str().to_string(),
            None => self.source()[self.word_range(&entry.word)].to_string(),
        });
        let (body, at) = self.stmt(&function.body);
        let start = self.range(function.span).start;
        let range = start.min(at.start)..at.end;
        let body = match body {
            Node::Group { body, redirects, .. } if redirects.is_empty() => body,
            other => vec![other],
        };
        (Node::Function { name, body, span: self.text.span(range.clone()) }, range)
    }

    /// The range of `{ … }` or `( … )` around its commands. Shuck's sequence starts behind the opening sign; it ends before
    /// a closing brace, and at the next token behind a closing parenthesis.
    fn enclosed(&self, seq: &StmtSeq, open: char, close: char) -> Range<usize> {
        let blank = [' ', '\t', '\n', '\\'];
        let inner = self.range(seq.span);
        let before = self.source()[..inner.start].trim_end_matches(blank);
        let start = before.strip_suffix(open).map_or(inner.start, str::len);
        if self.source()[inner.end..].starts_with(close) && close == '}' {
            return start..inner.end + 1;
        }
        start..self.source()[..inner.end].trim_end_matches(blank).len().max(start)
    }
}

/// The binary command that a left operand is, if nothing else hangs on it.
fn inner_binary(stmt: &Stmt) -> Option<&BinaryCommand> {
    match &stmt.command {
        Command::Binary(binary) if !stmt.negated && stmt.redirects.is_empty() && stmt.terminator.is_none() => {
            Some(binary)
        }
        _ => None,
    }
}

/// The smallest range over both.
pub(super) fn cover(range: Range<usize>, other: &Range<usize>) -> Range<usize> {
    range.start.min(other.start)..range.end.max(other.end)
}

thread_local! {
    static PARSING: Cell<bool> = const { Cell::new(false) };
}

/// What shuck makes of a text. `None` where it panics, of which nothing is printed: behind continuations in double quotes it looks for
/// substitutions in the wrong place, which may be the middle of a character.
fn parse(text: &str) -> Option<ParseResult> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !PARSING.get() {
                usual(panic);
            }
        }));
    });
    PARSING.set(true);
    let parsed = panic::catch_unwind(|| Parser::new(text).parse());
    PARSING.set(false);
    parsed.ok()
}

/// Whether the parser gave up for its own sake: the text may well be right.
fn is_limit(diagnostic: &ParseDiagnostic) -> bool {
    ["too deep", "fuel exhausted", "chained operators", "input too large"]
        .iter()
        .any(|sign| diagnostic.message.contains(sign))
}
