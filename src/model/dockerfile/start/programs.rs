//! Knows which programs a command line starts: the first word, and behind a wrapper the next.
//! Refuses to know where the words come from.

use crate::model::access::{self, Access};
use crate::model::context::BuildContext;
use crate::model::files::{Content, Found};
use crate::model::lookup::{By, Resolution, find_program};
use crate::model::trace::Argument;
use crate::model::value::Value;
use crate::model::world::World;
use crate::source::Span;
use crate::syntax::dockerfile::JsonString;

/// A program that is to be started.
#[derive(Clone, Debug)]
pub struct Program {
    /// As written, after expansion where a shell expands it.
    pub text: String,
    /// The word that names it; the whole command where that only implies it.
    pub span: Span,
    /// The file holds exactly this text (in JSON: the whole element).
    pub exact: bool,
    /// A JSON element: an edit has to quote it.
    pub json: bool,
    pub resolution: Resolution,
    /// For a script of the repository: the interpreter that its first line names, and what is at its place.
    pub interpreter: Option<(String, Resolution)>,
    /// It is a text, and no first line names an interpreter: a shell would read it, the kernel does not start it.
    pub no_interpreter: bool,
    /// A variable stands in its name that is not what was meant.
    pub unexpanded: bool,
    /// Who starts it: USER, or whom su-exec or gosu names.
    pub user: Value,
    /// Whether that user may.
    pub access: Access,
}

/// Programs that start the program behind them. Each with the options that take a value and the operands in front.
const WRAPPERS: &[(&str, &[&str], usize)] = &[
    ("tini", &["-p", "-e"], 0),
    ("tini-static", &["-p", "-e"], 0),
    ("docker-init", &["-p", "-e"], 0),
    ("catatonit", &[], 0),
    ("dumb-init", &["-r", "--rewrite"], 0),
    ("su-exec", &[], 1),
    ("gosu", &[], 1),
    ("exec", &[], 0),
];

/// The words that a shell starts a program with. None where the shell runs them itself.
pub(super) fn in_shell(words: &[Argument]) -> Vec<Word> {
    if words.first().and_then(|word| word.value.as_literal()).is_some_and(|name| BUILTINS.contains(&name)) {
        return Vec::new();
    }
    let word = |word: &Argument| {
        let (text, known) = match word.value.as_literal() {
            Some(text) => (text.to_string(), true),
            None => (word.value.to_string(), false),
        };
        Word { text, span: word.span, exact: word.exact, json: false, known }
    };
    words.iter().map(word).collect()
}

/// Commands of dash, busybox' ash and bash for which no program is looked up. `exec` starts one.
const BUILTINS: &[&str] = &[
    ".", ":", "[", "[[", "alias", "bg", "break", "builtin", "cd", "chdir", "command", "continue", "declare", "echo",
    "eval", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help", "history", "jobs", "kill", "let",
    "local", "mapfile", "printf", "pwd", "read", "readonly", "return", "set", "shift", "shopt", "source", "test",
    "time", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

/// A word of a command line.
pub(super) struct Word {
    text: String,
    span: Span,
    exact: bool,
    json: bool,
    known: bool,
}

impl Word {
    pub(super) fn json(element: &JsonString) -> Word {
        Word { text: element.value.clone(), span: element.span, exact: true, json: true, known: true }
    }

    /// One that stands in no file.
    pub(super) fn implied(text: &str, span: Span) -> Word {
        Word { text: text.to_string(), span, exact: false, json: false, known: true }
    }
}

/// The first word is a program; behind a wrapper comes another. With the words behind the last one.
pub(super) fn of(argv: &[Word], world: &World, context: &BuildContext) -> (Vec<Program>, Vec<String>) {
    let known = &argv[..argv.iter().take_while(|word| word.known).count()];
    let mut out = Vec::new();
    let (mut at, mut behind) = (0, 0);
    let mut user = world.user.clone();
    while let Some(word) = known.get(at) {
        let resolution = find_program(&word.text, By::Runtime, world, context);
        let name = word.text.rsplit('/').next().unwrap_or_default();
        let wrapper = WRAPPERS.iter().find(|(wrapper, ..)| *wrapper == name);
        if word.text != "exec" {
            let script = text_of(&resolution, context);
            let interpreter = script.as_deref().and_then(|text| interpreter(text, world, context));
            let no_interpreter = script.as_deref().is_some_and(names_nothing);
            let (text, span, exact, json) = (word.text.clone(), word.span, word.exact, word.json);
            let access = access::to(&resolution, &user, &world.files);
            behind = at + 1;
            out.push(Program {
                text,
                span,
                exact,
                json,
                resolution,
                interpreter,
                no_interpreter,
                unexpanded: false,
                user: user.clone(),
                access,
            });
        }
        let Some((_, with_value, operands)) = wrapper else { break };
        at += 1;
        while let Some(option) = known.get(at).map(|w| w.text.as_str()).filter(|t| t.starts_with('-')) {
            at += if with_value.contains(&option) { 2 } else { 1 };
            if option == "--" {
                break;
            }
        }
        if *operands > 0 {
            user = known.get(at).map_or(Value::Unset, |word| Value::literal(word.text.clone()));
        }
        at += operands;
    }
    (out, argv[behind..].iter().map(|word| word.text.clone()).collect())
}

/// A program's text, where it is one.
fn text_of(resolution: &Resolution, context: &BuildContext) -> Option<String> {
    let Resolution::Found { found: Found::File { file, doubt: None, .. }, .. } = resolution else { return None };
    match &file.content {
        Some(Content::Text(text)) => Some(text.to_string()),
        _ => context.read(file.origin.as_deref()?),
    }
}

/// Whether the kernel says `exec format error` to a text. A repository has pointers in the place of large files.
fn names_nothing(text: &str) -> bool {
    let pointer = text.starts_with("version https://git-lfs") || text.starts_with("/annex/");
    !text.starts_with("#!") && !text.trim().is_empty() && !text.contains('\0') && !pointer
}

/// What the kernel starts for a script: the program behind `#!`; behind `env`, the name that env looks up on PATH.
fn interpreter(text: &str, world: &World, context: &BuildContext) -> Option<(String, Resolution)> {
    // A carriage return before the line's end belongs to the name.
    let line = text.split('\n').next()?.strip_prefix("#!")?.trim_start_matches([' ', '\t']);
    let mut words = line.split([' ', '\t']).filter(|w| !w.is_empty());
    let program = words.next()?;
    let wanted = match program.rsplit('/').next() {
        Some("env") => words.find(|w| !w.starts_with('-') && !w.contains('='))?,
        _ => program,
    };
    Some((wanted.to_string(), find_program(wanted, By::Runtime, world, context)))
}
