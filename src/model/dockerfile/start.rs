//! Knows what a finished stage starts: ENTRYPOINT and CMD put together, and where runc finds the program.
//! Refuses to know what an orchestrator overrides.

use super::{Stage, StageBase, Startable, expand_pieces};
use crate::model::access::{self, Access};
use crate::model::context::BuildContext;
use crate::model::files::{Base, Content, Found};
use crate::model::go::Linkage;
use crate::model::images::{Libc, Os, PackageManager};
pub use crate::model::lookup::Resolution;
use crate::model::lookup::{By, find_program};
use crate::model::path::Path;
use crate::model::shell::{deciding_words, runtime_variables, runtime_words};
use crate::model::trace::Argument;
use crate::model::tri::Tri;
use crate::model::value::Value;
use crate::model::world::World;
use crate::source::Span;
use crate::syntax::dockerfile::expand::{self, Piece};
use crate::syntax::dockerfile::{Command, Dockerfile, Kind};
use crate::syntax::fold::Folded;

/// What one stage's image starts.
#[derive(Clone, Debug)]
pub struct Start {
    pub stage: usize,
    /// The instruction that names the first program; may stand in an earlier stage.
    pub instruction: usize,
    /// It is the CMD, since there is no ENTRYPOINT.
    pub from_cmd: bool,
    pub form: Form,
    /// The programs that have to be there, outermost first: `tini`, then what tini starts.
    pub programs: Vec<Program>,
    /// The shell that the shell form needs, and what is at its place.
    pub shell: Option<(String, Resolution)>,
    /// Variables that are written there and that nobody expands, or not to what was meant.
    pub unexpanded: Vec<Unexpanded>,
}

impl Start {
    /// A start of nothing yet. `None` for Windows images, which are not followed.
    fn empty(document: &Dockerfile, stages: &[Stage], stage: usize, instruction: usize) -> Option<Start> {
        let span = document.instructions.get(instruction)?.span;
        (base_os(stages, stage) != Os::Windows).then(|| Start {
            stage,
            instruction,
            from_cmd: false,
            form: Form::Exec { span },
            programs: Vec::new(),
            shell: None,
            unexpanded: Vec::new(),
        })
    }
}

/// A variable in a start.
#[derive(Clone, Debug)]
pub struct Unexpanded {
    pub name: String,
    /// The reference in a shell form; the whole element of an exec form.
    pub span: Span,
    /// The word it stands in.
    pub word: Span,
    /// The word names a program that is to be started.
    pub program: bool,
    /// It is an ARG of the stage.
    pub argument: bool,
    /// The word with the values that the variables have while the image is built.
    pub meant: Value,
}

#[derive(Clone, Debug)]
pub enum Form {
    Exec {
        span: Span,
    },
    /// `malformed_json`: it was meant as the exec form.
    Shell {
        text: Folded,
        malformed_json: bool,
    },
}

/// A program that is to be started.
#[derive(Clone, Debug)]
pub struct Program {
    /// As written, after expansion where a shell expands it.
    pub text: String,
    pub span: Span,
    /// The file holds exactly this text (in JSON: the whole element).
    pub exact: bool,
    /// A JSON element: an edit has to quote it.
    pub json: bool,
    pub resolution: Resolution,
    /// For a script of the repository: the interpreter that its first line names, and what is at its place.
    pub interpreter: Option<(String, Resolution)>,
    /// A variable stands in its name that is not what was meant.
    pub unexpanded: bool,
    /// Who starts it: USER, or whom su-exec or gosu names.
    pub user: Value,
    /// Whether that user may.
    pub access: Access,
}

/// Whether an image can load a dynamic program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loaders {
    pub glibc: Tri,
    pub musl: Tri,
    /// The N of the glibc's release 2.N, where it certainly is the base image's own.
    pub release: Option<u32>,
}

impl Loaders {
    pub(super) const UNKNOWN: Loaders = Loaders { glibc: Tri::Unknown, musl: Tri::Unknown, release: None };

    /// The N of glibc 2.N that a program asks for and that is certainly not there.
    pub fn too_old_for(self, linkage: &Linkage) -> Option<u32> {
        linkage.glibc.filter(|asked| self.release.is_some_and(|there| there < *asked))
    }

    /// Whether a program linked against a library finds its loader.
    pub fn of(self, libc: Libc) -> Tri {
        match libc {
            Libc::Glibc => self.glibc,
            Libc::Musl => self.musl,
            _ => Tri::Unknown,
        }
    }
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

/// What every stage that can become an image starts, where the Dockerfile says so.
pub fn resolve(document: &Dockerfile, stages: &[Stage], context: &BuildContext) -> Vec<Start> {
    let leaves = stages.iter().enumerate().filter(|(_, stage)| stage.leaf);
    leaves.filter_map(|(index, stage)| start(document, stages, index, stage, context)).collect()
}

fn start(
    document: &Dockerfile,
    stages: &[Stage],
    index: usize,
    stage: &Stage,
    context: &BuildContext,
) -> Option<Start> {
    let empty = |command: &Command| match command {
        Command::Exec { elements, .. } => elements.is_empty() || elements[0].value.is_empty(),
        Command::Shell { text, .. } => text.text.trim().is_empty(),
    };
    let entrypoint = match &stage.config.entrypoint {
        Some(Startable::Written { instruction, command }) if !empty(command) => Some((*instruction, command)),
        // The base image's ENTRYPOINT gets the CMD as its arguments, or may.
        Some(Startable::Inherited(_) | Startable::Unknown(_)) => return None,
        _ => None,
    };
    let cmd = match &stage.config.cmd {
        Some(Startable::Written { instruction, command }) if !empty(command) => Some((*instruction, command)),
        _ => None,
    };
    let from_cmd = entrypoint.is_none();
    let (instruction, command) = entrypoint.or(cmd)?;
    let mut out = Start::empty(document, stages, index, instruction)?;
    out.from_cmd = from_cmd;
    match command {
        Command::Exec { elements, span } => {
            out.form = Form::Exec { span: *span };
            let mut argv: Vec<Word> = elements.iter().map(|e| Word::json(e.value.clone(), e.span)).collect();
            if let (false, Some((_, Command::Exec { elements, .. }))) = (from_cmd, cmd) {
                argv.extend(elements.iter().map(|e| Word::json(e.value.clone(), e.span)));
            }
            out.programs = programs(&argv, &stage.world, context);
            out.unexpanded =
                out.programs.iter().flat_map(|program| literal_variables(program, stage, document)).collect();
        }
        Command::Shell { text, malformed_json, .. } => {
            out.form = Form::Shell { text: text.clone(), malformed_json: *malformed_json };
            let there = find_program(stage.shell(), By::Runtime, &stage.world, context);
            out.shell = Some((stage.shell().to_string(), there));
            if !malformed_json {
                let argv = in_shell(&runtime_words(text, &stage.world));
                out.programs = programs(&argv, &stage.world, context);
                out.unexpanded = lost_arguments(text, stage, document);
                for variable in &mut out.unexpanded {
                    variable.program = out.programs.iter().any(|program| program.span == variable.word);
                }
            }
        }
    }
    for program in &mut out.programs {
        program.unexpanded = out.unexpanded.iter().any(|variable| variable.word == program.span);
    }
    Some(out)
}

/// What the HEALTHCHECK of every stage that can become an image starts.
///
/// Source: the daemon runs it in the container as `docker exec` would: as USER, in WORKDIR, with the image's PATH.
pub fn checks(document: &Dockerfile, stages: &[Stage], context: &BuildContext) -> Vec<Start> {
    let leaves = stages.iter().enumerate().filter(|(_, stage)| stage.leaf);
    leaves.filter_map(|(index, stage)| healthcheck(document, stages, index, stage, context)).collect()
}

fn healthcheck(
    document: &Dockerfile,
    stages: &[Stage],
    index: usize,
    stage: &Stage,
    context: &BuildContext,
) -> Option<Start> {
    let (instruction, command) = stage.config.healthcheck.as_ref()?;
    let mut out = Start::empty(document, stages, index, *instruction)?;
    match command {
        Command::Exec { elements, span } => {
            out.form = Form::Exec { span: *span };
            let argv: Vec<Word> = elements.iter().map(|e| Word::json(e.value.clone(), e.span)).collect();
            out.programs = programs(&argv, &stage.world, context);
        }
        Command::Shell { text, malformed_json, .. } => {
            out.form = Form::Shell { text: text.clone(), malformed_json: *malformed_json };
            let there = find_program(stage.shell(), By::Runtime, &stage.world, context);
            // Without a shell nothing of it is reached.
            if matches!(there, Resolution::Found { .. }) {
                let argv = in_shell(&deciding_words(text, &stage.world));
                out.programs = programs(&argv, &stage.world, context);
            }
            out.shell = Some((stage.shell().to_string(), there));
        }
    }
    Some(out)
}

/// The words that a shell starts a program with, as far as they are known. None where the shell runs them itself.
fn in_shell(words: &[Argument]) -> Vec<Word> {
    if words.first().and_then(|word| word.value.as_literal()).is_some_and(|name| BUILTINS.contains(&name)) {
        return Vec::new();
    }
    let word = |word: &Argument| {
        let text = word.value.as_literal()?.to_string();
        Some(Word { text, span: word.span, exact: word.exact, json: false })
    };
    words.iter().map_while(word).collect()
}

/// Commands of dash, busybox' ash and bash for which no program is looked up. `exec` starts one.
const BUILTINS: &[&str] = &[
    ".", ":", "[", "[[", "alias", "bg", "break", "builtin", "cd", "chdir", "command", "continue", "declare", "echo",
    "eval", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help", "history", "jobs", "kill", "let",
    "local", "mapfile", "printf", "pwd", "read", "readonly", "return", "set", "shift", "shopt", "source", "test",
    "time", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

/// The variables in a program's name in an exec form, which nobody expands.
fn literal_variables(program: &Program, stage: &Stage, document: &Dockerfile) -> Vec<Unexpanded> {
    if matches!(program.resolution, Resolution::Found { .. }) {
        return Vec::new();
    }
    let mut word = Folded::new(program.span.file);
    word.push_for(&program.text, program.span.range());
    let Ok(pieces) = expand::lex(&word, document.escape) else { return Vec::new() };
    let meant = expand_pieces(&pieces, &|name| stage.world.env.get(name));
    let variable = |piece: &Piece| match piece {
        Piece::Variable { name, .. } if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
            Some(Unexpanded {
                name: name.clone(),
                span: program.span,
                word: program.span,
                program: true,
                argument: stage.world.env.binding(name).is_some_and(|b| b.argument),
                meant: meant.clone(),
            })
        }
        _ => None,
    };
    pieces.iter().filter_map(variable).collect()
}

/// The variables in a shell form that the file declares with ARG, and that nothing sets in the running container.
fn lost_arguments(text: &Folded, stage: &Stage, document: &Dockerfile) -> Vec<Unexpanded> {
    let env = &stage.world.env;
    let is_argument = |name: &str| {
        document.instructions.iter().any(|instruction| match &instruction.kind {
            Kind::Arg(all) => all.iter().any(|a| a.name.raw.text == name),
            _ => false,
        })
    };
    let lost =
        runtime_variables(text).into_iter().filter(|(name, ..)| env.runtime(name).is_nothing() && is_argument(name));
    lost.map(|(name, span, word)| {
        let argument = env.binding(&name).is_some_and(|b| b.argument);
        Unexpanded { meant: env.get(&name), name, span, word, program: false, argument }
    })
    .collect()
}

fn base_os(stages: &[Stage], index: usize) -> Os {
    match &stages[index].base {
        StageBase::Image(image) => image.os,
        StageBase::Stage(parent) => base_os(stages, *parent),
        StageBase::Scratch | StageBase::Unknown(_) => Os::Linux,
    }
}

struct Word {
    text: String,
    span: Span,
    exact: bool,
    json: bool,
}

impl Word {
    fn json(text: String, span: Span) -> Word {
        Word { text, span, exact: true, json: true }
    }
}

/// The first word is a program; behind a wrapper comes another.
fn programs(argv: &[Word], world: &World, context: &BuildContext) -> Vec<Program> {
    let mut out = Vec::new();
    let mut at = 0;
    let mut user = world.user.clone();
    while let Some(word) = argv.get(at) {
        let resolution = find_program(&word.text, By::Runtime, world, context);
        let name = word.text.rsplit('/').next().unwrap_or_default();
        let wrapper = WRAPPERS.iter().find(|(wrapper, ..)| *wrapper == name);
        if word.text != "exec" {
            let interpreter = interpreter(&resolution, world, context);
            let (text, span, exact, json) = (word.text.clone(), word.span, word.exact, word.json);
            let access = access::to(&resolution, &user, &world.files);
            out.push(Program {
                text,
                span,
                exact,
                json,
                resolution,
                interpreter,
                unexpanded: false,
                user: user.clone(),
                access,
            });
        }
        let Some((_, with_value, operands)) = wrapper else { break };
        at += 1;
        while let Some(option) = argv.get(at).map(|w| w.text.as_str()).filter(|t| t.starts_with('-')) {
            at += if with_value.contains(&option) { 2 } else { 1 };
            if option == "--" {
                break;
            }
        }
        if *operands > 0 {
            user = argv.get(at).map_or(Value::Unset, |word| Value::literal(word.text.clone()));
        }
        at += operands;
    }
    out
}

/// What the kernel starts for a script: the program behind `#!`; behind `env`, the name that env looks up on PATH.
fn interpreter(resolution: &Resolution, world: &World, context: &BuildContext) -> Option<(String, Resolution)> {
    let Resolution::Found { found: Found::File { file, doubt: None, .. }, .. } = resolution else { return None };
    let text = match &file.content {
        Some(Content::Text(text)) => text.to_string(),
        _ => context.read(file.origin.as_deref()?)?,
    };
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

/// Loader paths by C library, for the architectures that images are commonly built for.
const LOADERS: &[(Libc, &[&str])] = &[
    (
        Libc::Glibc,
        &[
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib/ld-linux-armhf.so.3",
            "/lib/ld-linux.so.2",
        ],
    ),
    (Libc::Musl, &["/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1", "/lib/ld-musl-armhf.so.1"]),
];

/// What a stage's world can load.
pub(super) fn loaders(stage: &Stage, context: &BuildContext) -> Loaders {
    Loaders {
        glibc: loader(&stage.world, context, Libc::Glibc),
        musl: loader(&stage.world, context, Libc::Musl),
        release: glibc_release(&stage.world),
    }
}

/// A newer glibc may come from another release's packages, or be copied.
fn glibc_release(world: &World) -> Option<u32> {
    let Base::Image(image) = &world.files.base else { return None };
    let own = world.files.without_packages();
    let untouched = |dir: &str| {
        let dir = Path::new(dir);
        own.below(&dir).is_empty() && own.doubt_of(&dir).is_none()
    };
    let libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/apt", "/etc/yum.repos.d"];
    image.glibc_release().filter(|_| libraries.into_iter().all(untouched))
}

/// Whether a world can load programs that are linked against a C library.
pub fn loader(world: &World, context: &BuildContext, libc: Libc) -> Tri {
    if world.loader_shims.contains(&libc) {
        return Tri::Yes;
    }
    let files = &world.files;
    // Packages of these families leave glibc's loader where it is, and musl comes under its own name.
    let settled = match &files.base {
        Base::Image(image) => !matches!(image.package_manager, PackageManager::Apk | PackageManager::Unknown),
        _ => false,
    };
    let files = if settled { &files.without_packages() } else { files };
    let mut out = Tri::No;
    for path in LOADERS.iter().filter(|(of, _)| *of == libc).flat_map(|(_, paths)| *paths) {
        match files.find(&Path::new(path), context) {
            Found::File { .. } | Found::Exists => return Tri::Yes,
            Found::Missing | Found::Dir => {}
            Found::Unknown(_) | Found::NotInCheckout { .. } => out = Tri::Unknown,
        }
    }
    out
}
