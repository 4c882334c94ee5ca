//! Knows the shell language of RUN bodies, recipe lines and scripts, as a small tree of our own over shuck-parser.
//! Refuses to know what commands do, and keeps shuck's types to itself.

mod convert;
mod literal;
mod nesting;
mod plain;
mod simple;
mod words;

use super::SyntaxError;
use super::fold::Folded;
use crate::source::Span;
use ecow::EcoString;
use smallvec::SmallVec;

/// A shell text after parsing.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Commands separated by newlines, `;` or `&`, in order.
    pub commands: Vec<Node>,
    pub errors: Vec<SyntaxError>,
}

/// One command of any shape.
#[derive(Clone, Debug)]
pub enum Node {
    Simple(Simple),
    /// `a | b | c`
    Pipeline {
        commands: Vec<Node>,
        span: Span,
    },
    /// `a && b || c`: left to right.
    List {
        first: Box<Node>,
        rest: Vec<(Connector, Node)>,
        span: Span,
    },
    /// `a &`
    Background {
        command: Box<Node>,
        span: Span,
    },
    /// `! a`
    Not {
        command: Box<Node>,
        span: Span,
    },
    /// `{ …; }`
    Group {
        body: Vec<Node>,
        redirects: Vec<Redirect>,
        span: Span,
    },
    /// `( … )`
    Subshell {
        body: Vec<Node>,
        redirects: Vec<Redirect>,
        span: Span,
    },
    If {
        branches: Vec<Branch>,
        otherwise: Option<Vec<Node>>,
        span: Span,
    },
    /// `while` and `until`.
    While {
        condition: Vec<Node>,
        body: Vec<Node>,
        span: Span,
    },
    /// `for name in words`; `words` is `None` for `"$@"`.
    For {
        name: String,
        words: Option<Vec<Word>>,
        body: Vec<Node>,
        span: Span,
    },
    Case {
        subject: Word,
        arms: Vec<Arm>,
        span: Span,
    },
    Function {
        name: String,
        body: Vec<Node>,
        span: Span,
    },
    /// `[[ … ]]`, `(( … ))`, `select`, `coproc`: tests or constructs that the model does not look into.
    Opaque {
        span: Span,
    },
}

impl Node {
    /// From the first word to the last.
    pub fn span(&self) -> Span {
        match self {
            Node::Simple(s) => s.span,
            Node::Pipeline { span, .. }
            | Node::List { span, .. }
            | Node::Background { span, .. }
            | Node::Not { span, .. }
            | Node::Group { span, .. }
            | Node::Subshell { span, .. }
            | Node::If { span, .. }
            | Node::While { span, .. }
            | Node::For { span, .. }
            | Node::Case { span, .. }
            | Node::Function { span, .. }
            | Node::Opaque { span } => *span,
        }
    }
}

/// What stands between two commands of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// `if condition; then body` or an `elif` of it.
#[derive(Clone, Debug)]
pub struct Branch {
    pub condition: Vec<Node>,
    pub body: Vec<Node>,
}

/// `a|b) body ;;`
#[derive(Clone, Debug)]
pub struct Arm {
    pub patterns: Vec<Word>,
    pub body: Vec<Node>,
}

/// `A=1 cmd args >file`. With no words, the assignments are the shell's own.
#[derive(Clone, Debug)]
pub struct Simple {
    pub assigns: Vec<Assign>,
    pub words: Vec<Word>,
    pub redirects: Vec<Redirect>,
    /// Everything, assignments and redirects included.
    pub span: Span,
}

/// `NAME=value` in front of a command or on its own.
#[derive(Clone, Debug)]
pub struct Assign {
    pub name: String,
    pub name_span: Span,
    pub value: Word,
    /// `+=`
    pub append: bool,
    pub span: Span,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `>|`, `<>`, `>&`, `<&`, `&>`, `<<`, `<<-`, `<<<`; `&>>f` is `>>f` and `2>&1`.
    pub op: &'static str,
    /// The number in front, where one is written.
    pub fd: Option<u32>,
    /// The file; for a here-document its delimiter.
    pub target: Word,
    /// The text of a here-document, without the tabs that `<<-` drops; nothing in it is expanded yet.
    pub heredoc: Option<Folded>,
    pub span: Span,
}

/// A word before expansion.
#[derive(Clone, Debug)]
pub struct Word {
    pub parts: Parts,
    pub span: Span,
    /// The whole word lies in the file byte for byte (no expanded make variable, no continuation inside).
    pub exact: bool,
}

/// The pieces of a word; most words have one.
pub type Parts = SmallVec<[WordPart; 1]>;

/// A piece of a word.
#[derive(Clone, Debug)]
pub enum WordPart {
    /// Text after quote removal. `quoted`: no glob, no splitting.
    Literal { text: EcoString, quoted: bool },
    /// `$x`, `${x}`, `${x:-y}`, `$1`, `$@`.
    Variable { name: EcoString, modifier: Option<Box<Modifier>>, quoted: bool, span: Span },
    /// `$( … )` or backticks.
    Substitution { script: Box<Script>, quoted: bool, span: Span },
    /// `~` at the start of a word.
    Tilde,
    /// A hole of the folded text (see [`super::fold::HOLE`]).
    Hole { index: usize, quoted: bool },
    /// Arithmetic, arrays, process substitution, indirection: not followed.
    Opaque { span: Span },
}

/// `${name<op>word}`: `:-` `-` `:=` `=` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`; for `/` the word is `pattern`
/// and `replacement`.
#[derive(Clone, Debug)]
pub struct Modifier {
    pub op: &'static str,
    pub word: Word,
    pub replacement: Option<Word>,
}

impl Word {
    /// The text where the word is wholly literal.
    pub fn literal(&self) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                WordPart::Literal { text, .. } => out.push_str(text),
                _ => return None,
            }
        }
        Some(out)
    }

    /// Whether an unquoted `*`, `?` or `[` makes it a pattern.
    pub fn is_glob(&self) -> bool {
        self.parts
            .iter()
            .any(|p| matches!(p, WordPart::Literal { text, quoted: false } if text.contains(['*', '?', '['])))
    }
}

/// Reads a shell text. Never fails; what bash would reject is in `errors`, and what can be read around it is kept.
///
/// Where a text nests or chains deeper than is followed, a [`Node::Opaque`] stands for what was left out. Compound commands
/// with redirects are a [`Node::Group`] around the command; `time a` is `a`; `for ((…))` is a `while`.
pub fn parse(text: &Folded) -> Script {
    convert::script(text)
}

#[cfg(test)]
mod tests;
