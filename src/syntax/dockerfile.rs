//! Knows the Dockerfile language as BuildKit reads it: directives, instructions, flags, words, JSON, heredocs.
//! Refuses to know what an instruction does, or what a variable holds.

mod directives;
pub mod expand;
mod flags;
mod heredoc;
mod instructions;
mod json;
mod lines;
mod names;
mod reader;
mod words;

#[cfg(test)]
mod tests;

use super::SyntaxError;
use super::fold::Folded;
use crate::source::{FileId, Span};

/// A Dockerfile after parsing.
#[derive(Clone, Debug)]
pub struct Dockerfile {
    pub file: FileId,
    /// `# syntax=`, `# escape=`, `# check=` at the very top, names in lower case.
    pub directives: Vec<Directive>,
    /// The line-continuation and escape character, `\` or a backtick.
    pub escape: char,
    /// In file order. Instructions under ONBUILD are inside [`Kind::Onbuild`].
    pub instructions: Vec<Instruction>,
    pub errors: Vec<SyntaxError>,
}

/// A parser directive: `# syntax=…`, `# escape=…`, `# check=…`.
#[derive(Clone, Debug)]
pub struct Directive {
    pub name: String,
    pub value: String,
    pub span: Span,
}

/// One instruction, over all lines that it is continued on.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// From the keyword to the last byte of the last line (or heredoc terminator), without the final newline.
    pub span: Span,
    /// The keyword as written; [`Kind`] says which it is.
    pub keyword: Span,
    pub flags: Vec<Flag>,
    pub kind: Kind,
}

/// `--name=value` or `--name` before the arguments.
///
/// BuildKit takes quotes and escapes off a flag before anything else looks at it, also off `'$X'`, so the value has none.
#[derive(Clone, Debug)]
pub struct Flag {
    pub name: String,
    pub value: Option<Word>,
    /// The whole flag, dashes included.
    pub span: Span,
}

/// One argument as written, quotes, escapes and `$` kept; the model expands it.
#[derive(Clone, Debug)]
pub struct Word {
    /// The raw text with continuations folded away, and its places.
    pub raw: Folded,
    pub span: Span,
}

/// One element of a JSON array.
#[derive(Clone, Debug)]
pub struct JsonString {
    /// After JSON unescaping.
    pub value: String,
    /// With its quotes.
    pub span: Span,
}

/// Arguments that may be a JSON array or words.
#[derive(Clone, Debug)]
pub enum Words {
    Plain(Vec<Word>),
    Json { elements: Vec<JsonString>, span: Span },
}

/// The argument of RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD.
#[derive(Clone, Debug)]
pub enum Command {
    /// A JSON array of strings. `span` covers the brackets.
    Exec { elements: Vec<JsonString>, span: Span },
    /// Text for the shell, continuations folded and comment lines dropped. `malformed_json` is set where it starts with `[`
    /// and so was probably meant as the exec form: not for `[ -f x ] && …` and `[[ … ]]`, which are the shell's tests.
    Shell { text: Folded, heredocs: Vec<Heredoc>, malformed_json: bool },
}

/// A here-document that follows an instruction.
#[derive(Clone, Debug)]
pub struct Heredoc {
    /// The word after `<<`, without quotes.
    pub name: String,
    /// Quoted delimiter: the body is not expanded. For RUN also `<<\EOF`, which only a shell takes for quoted.
    /// (A RUN whose whole text is one marker has a script as its body, quoted or not.)
    pub quoted: bool,
    /// `<<-`: leading tabs are stripped.
    pub strip_tabs: bool,
    /// The body (tabs stripped where asked), each line with its newline.
    pub body: Folded,
    /// `<<EOF` on the instruction's line.
    pub marker: Span,
}

/// `name=value` of ENV, LABEL; `name` or `name=default` of ARG. An ENV or LABEL without value is an error.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub name: Word,
    /// `None` where no `=` stands behind the name.
    pub value: Option<Word>,
    pub span: Span,
}

/// Which instruction it is, with its arguments as typed.
#[derive(Clone, Debug)]
pub enum Kind {
    From {
        image: Word,
        /// The name after AS.
        alias: Option<Word>,
    },
    Run(Command),
    Cmd(Command),
    Entrypoint(Command),
    /// Sources and destination; inline files for `<<EOF` sources, in order of appearance.
    Copy(Transfer),
    Add(Transfer),
    /// `ENV a=b c=d` or the legacy `ENV a b`.
    Env(Vec<Assignment>),
    Arg(Vec<Assignment>),
    Label(Vec<Assignment>),
    Workdir(Word),
    User(Word),
    Volume(Words),
    Expose(Vec<Word>),
    StopSignal(Word),
    Shell {
        elements: Vec<JsonString>,
        span: Span,
    },
    /// `None` for HEALTHCHECK NONE.
    Healthcheck(Option<Command>),
    Onbuild(Box<Instruction>),
    Maintainer(Folded),
    /// A keyword that no Dockerfile frontend knows, or an instruction too broken to type; `errors` says why.
    Unknown,
}

/// COPY or ADD.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Without heredocs.
    pub sources: Vec<Path>,
    pub destination: Option<Path>,
    pub heredocs: Vec<Heredoc>,
    /// Written as a JSON array.
    pub json: bool,
}

/// A path argument of COPY or ADD.
#[derive(Clone, Debug)]
pub struct Path {
    /// In the JSON form this is the decoded string; places are then those of the whole element where they differ.
    pub word: Word,
    /// Of the words form: quotes and escapes are still to be processed. JSON strings keep only `$` expansion.
    pub json: bool,
}

impl Kind {
    /// The words in which the builder itself reads quotes, escapes and variables ([`expand::lex`]).
    pub fn expanded_words(&self) -> Vec<&Word> {
        match self {
            Kind::From { image, .. } => vec![image],
            Kind::Copy(transfer) | Kind::Add(transfer) => {
                transfer.sources.iter().chain(&transfer.destination).map(|p| &p.word).collect()
            }
            Kind::Env(all) | Kind::Label(all) | Kind::Arg(all) => {
                all.iter().flat_map(|a| [Some(&a.name), a.value.as_ref()]).flatten().collect()
            }
            Kind::Workdir(word) | Kind::User(word) | Kind::StopSignal(word) => vec![word],
            Kind::Volume(Words::Plain(words)) | Kind::Expose(words) => words.iter().collect(),
            _ => vec![],
        }
    }
}

impl Dockerfile {
    /// Whether it is one. `named`: docker looks for it under its name. What is called otherwise and has no FROM may be a part that something
    /// puts behind another Dockerfile, and is something else where no line of it is an instruction: arguments for a build, say.
    pub fn is_whole(&self, named: bool) -> bool {
        let has_from = self.instructions.iter().any(|i| matches!(i.kind, Kind::From { .. }));
        let unknown = |i: &Instruction| matches!(i.kind, Kind::Unknown);
        let part = self.errors.len() == 1 && !self.instructions.iter().any(unknown);
        let other = self.instructions.iter().all(unknown);
        !self.instructions.is_empty() && (named || has_from || !part && !other)
    }
}

impl Instruction {
    /// Whether it is an ARG of that name.
    pub fn declares(&self, argument: &str) -> bool {
        matches!(&self.kind, Kind::Arg(all) if all.iter().any(|declared| declared.name.raw.text == argument))
    }

    /// The first flag of a name.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|f| f.name == name)
    }
}

/// Reads a Dockerfile. Never fails: what BuildKit would reject is in `errors`, and the rest is still read. A template, with a placeholder
/// where an instruction begins, for an image or in a path, is no Dockerfile yet, and what `# syntax=` gives to a frontend for another
/// language is none: nothing is read in them.
pub fn parse(file: FileId, text: &str) -> Dockerfile {
    reader::read(file, text)
}
