//! Knows make's command line: directories, files, variables and goals, and which Makefile it finds in a realm.
//! Refuses to know what the Makefile says ([`crate::model::makefile`] does).

use super::opaque;
use crate::kind::MAKEFILES;
use crate::model::files::Found;
use crate::model::makefile::{self, Call};
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, EventKind};
use crate::model::value::{Part, Text, Value, Why};
use crate::model::world::{Rest, World};
use crate::source::Span;

/// Options that take a value, glued or as the next word.
const WITH_VALUE: &str = "CfIoWE";
/// Options that take a number, glued or as the next word, or nothing.
const WITH_NUMBER: &str = "jl";

/// What the words say.
#[derive(Default)]
struct Arguments<'w> {
    directories: Vec<Value>,
    file: Option<Value>,
    variables: Vec<(String, Value, Span)>,
    goals: Vec<&'w Argument>,
    /// `--eval`
    evals: Vec<Value>,
    /// `-I`
    includes: Vec<Value>,
    always: bool,
    /// `-e`
    environment: bool,
    /// It only shows or tells something.
    idle: bool,
}

pub fn run(shell: &mut Shell, world: &mut World, words: &[Argument], span: Span) {
    let Some(arguments) = parse(words) else {
        opaque(world, "make", span);
        return;
    };
    if arguments.idle {
        return;
    }
    let on_host = shell.place.stage().is_none();
    let followed = match call(shell, world, arguments) {
        Ok(call) if on_host && world.env.rest == Rest::Caller => {
            // Too much hangs on what the caller has set, and each target has a turn of its own: only the goals are looked at.
            if !shell.is_conditional() && !ignores_failure(shell, span) {
                let asked = makefile::asked(shell, world, &call);
                if asked.unknown.is_some() {
                    shell.fail(span, "make has no rule for what it is to make");
                }
                shell.event(span, EventKind::Make(asked));
            }
            shell.builds_images.add_make(shell.sources, &call);
            opaque(world, "make", span);
            return;
        }
        Ok(_) if on_host && shell.makes_left == 0 => Err(Why::new("more makes are started than are followed")),
        Ok(call) => {
            shell.makes_left -= usize::from(on_host);
            shell.deeper(|shell| makefile::run(shell, world, &call)).ok_or_else(|| Why::new("make is nested too deep"))
        }
        Err(why) => Err(why),
    };
    match followed {
        Ok(made) => shell.event(span, EventKind::Make(made)),
        Err(why) => {
            opaque(world, "make", span);
            world.files.taint(&Path::root(), Why { span: why.span.or(Some(span)), ..why });
        }
    }
}

/// Whether a recipe line goes on where the command fails: `-make x`.
pub(super) fn ignores_failure(shell: &Shell, span: Span) -> bool {
    let source = shell.sources.get(span.file);
    let before = &source.text[..span.range().start.min(source.text.len())];
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_start_matches(['@', '+', ' ', '\t']).starts_with('-')
}

/// `None` where an option is not followed.
fn parse(words: &[Argument]) -> Option<Arguments<'_>> {
    let mut out = Arguments::default();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next() {
        let Value::Text(text) = &word.value else { return None };
        let prefix = text.literal_prefix();
        if let Some(option) = prefix.strip_prefix("--").filter(|option| !option.is_empty()) {
            let (name, glued) = match option.split_once('=') {
                Some((name, _)) => (name, Some(Value::Text(text.strip_prefix(&format!("--{name}="))?))),
                None => (text.as_literal()?.strip_prefix("--")?, None),
            };
            match name {
                "directory" => out.directories.push(glued.or_else(|| Some(rest.next()?.value.clone()))?),
                "file" | "makefile" if out.file.is_none() => {
                    out.file = Some(glued.or_else(|| Some(rest.next()?.value.clone()))?);
                }
                "always-make" => out.always = true,
                "environment-overrides" => out.environment = true,
                "eval" => out.evals.push(glued.or_else(|| Some(rest.next()?.value.clone()))?),
                "include-dir" => out.includes.push(glued.or_else(|| Some(rest.next()?.value.clone()))?),
                "just-print" | "dry-run" | "recon" | "question" | "version" | "help" => out.idle = true,
                "jobs"
                | "load-average"
                | "max-load"
                | "output-sync"
                | "silent"
                | "quiet"
                | "no-silent"
                | "keep-going"
                | "print-directory"
                | "no-print-directory"
                | "no-builtin-rules"
                | "no-builtin-variables"
                | "trace"
                | "warn-undefined-variables"
                | "ignore-errors"
                | "debug" => {}
                _ => return None,
            }
        } else if prefix.len() > 1 && prefix.starts_with('-') {
            bundle(text, &mut rest, &mut out)?;
        } else if let Some((name, _)) = prefix.split_once('=') {
            let (name, value) = assignment(name, text)?;
            out.variables.push((name, value, word.span));
        } else if text.as_literal() == Some("--") {
        } else if matches!(text.parts().first(), Some(Part::Symbol(_))) || word.glob {
            // It may hold anything: goals, options, variables.
            return None;
        } else {
            out.goals.push(word);
        }
    }
    Some(out)
}

/// `-C dir`, `-j4`, `-sC dir`.
fn bundle<'w>(
    text: &Text,
    rest: &mut std::iter::Peekable<impl Iterator<Item = &'w Argument>>,
    out: &mut Arguments<'w>,
) -> Option<()> {
    let prefix = text.literal_prefix();
    for (at, flag) in prefix.char_indices().skip(1) {
        let glued = text.strip_prefix(&prefix[..at + flag.len_utf8()]).filter(|glued| !glued.is_empty());
        if WITH_VALUE.contains(flag) {
            let value = glued.map(Value::Text).or_else(|| Some(rest.next()?.value.clone()))?;
            match flag {
                'C' => out.directories.push(value),
                'f' if out.file.is_none() => out.file = Some(value),
                'I' => out.includes.push(value),
                _ => return None,
            }
            return Some(());
        }
        if WITH_NUMBER.contains(flag) {
            let number = |word: &&Argument| match &word.value {
                Value::Text(text) => match text.parts() {
                    [Part::Literal(text)] => text.starts_with(|c: char| c.is_ascii_digit()),
                    // `-j $(nproc)`
                    parts => matches!(parts, [Part::Symbol(_), ..]),
                },
                _ => false,
            };
            if glued.is_none() {
                rest.next_if(|word| number(word));
            }
            return Some(());
        }
        match flag {
            'B' => out.always = true,
            'e' => out.environment = true,
            'n' | 'q' | 'v' | 'h' => out.idle = true,
            'k' | 's' | 'w' | 'i' | 'r' | 'R' | 'b' | 'm' | 'S' | 'd' => {}
            // `-Otarget`
            'O' => return Some(()),
            _ => return None,
        }
    }
    text.as_literal().map(|_| ())
}

/// `NAME=value`, `NAME:=value`. `None` for what appends or asks.
fn assignment(left: &str, text: &Text) -> Option<(String, Value)> {
    let name = left.trim_end_matches(':');
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let value = text.strip_prefix(&format!("{left}="))?;
    let expands = value.parts().iter().any(|part| matches!(part, Part::Literal(text) if text.contains('$')));
    (plain && !expands).then(|| (name.to_string(), Value::Text(value)))
}

fn call(shell: &mut Shell, world: &World, arguments: Arguments) -> Result<Call, Why> {
    let mut directory = world.cwd.clone()?;
    for value in &arguments.directories {
        let text = value.expand()?;
        directory = directory.join(&text).ok_or_else(|| Why::new("the directory that make runs in is not known"))?;
    }
    let names: Vec<Text> = match &arguments.file {
        Some(file) => vec![file.expand()?],
        None => MAKEFILES.map(Text::literal).to_vec(),
    };
    let mut found = None;
    for name in &names {
        let path = directory.join(name).ok_or_else(|| Why::new("which Makefile make reads is not known"))?;
        let origin = world.files.origin(&path, shell.context);
        if let Some(id) = origin.and_then(|origin| shell.sources.load(&origin)) {
            found = Some((name.to_string(), id));
            break;
        }
        if let found @ (Found::File { .. } | Found::Exists) = world.files.find(&path, shell.context) {
            let what = if found.file().is_some() { "was written by a command" } else { "is not the repository's" };
            return Err(Why::new(format!("the Makefile `{path}` {what}")));
        }
    }
    let (name, id) = found.ok_or_else(|| Why::new(format!("no Makefile is seen in `{directory}`")))?;
    // What the makes above this one were given, and then its own.
    let own = |name: &String| arguments.variables.iter().any(|(own, ..)| own == name);
    let inherited = shell.make_variables.iter().filter(|(name, ..)| !own(name)).cloned();
    let variables = inherited.chain(arguments.variables.iter().cloned()).collect();
    let texts = |values: &[Value]| values.iter().map(Value::expand).collect::<Result<Vec<_>, _>>();
    Ok(Call {
        document: shell.sources.makefile(id),
        name,
        directory,
        variables,
        goals: arguments.goals.into_iter().cloned().collect(),
        evals: texts(&arguments.evals)?,
        includes: texts(&arguments.includes)?,
        always: arguments.always,
        environment: arguments.environment,
    })
}
