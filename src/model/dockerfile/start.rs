//! Knows what a finished stage starts: ENTRYPOINT and CMD put together, and where runc finds the program.
//! Refuses to know what an orchestrator overrides.

mod programs;

use super::{Stage, StageBase, Startable, ancestry, expand_pieces};
use crate::model::context::BuildContext;
use crate::model::images::Os;
pub use crate::model::lookup::Resolution;
use crate::model::lookup::{By, find_program};
use crate::model::path::Path;
use crate::model::shell::{deciding_words, runtime_variables, runtime_words};
use crate::model::trace::Argument;
use crate::model::value::{Relation, Value, Why};
use crate::source::Span;
use crate::syntax::dockerfile::expand::{self, Piece};
use crate::syntax::dockerfile::{Command, Dockerfile};
use crate::syntax::fold::Folded;
pub use programs::Program;
use programs::{Word, in_shell};

/// What one stage's image starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// Index into [`super::Build::stages`].
    pub stage: usize,
    /// The instruction that names the first program; may stand in an earlier stage.
    pub instruction: usize,
    /// It is the CMD, since there is no ENTRYPOINT.
    pub from_cmd: bool,
    pub form: Form,
    /// The programs that have to be there, outermost first: `tini`, then what tini starts.
    pub programs: Vec<Program>,
    /// What the last of them gets, as far as it is written.
    pub arguments: Vec<String>,
    /// The shell that the shell form needs, and what is at its place.
    pub shell: Option<(String, Resolution)>,
    /// Variables that are written there and that nobody expands, or not to what was meant.
    pub unexpanded: Vec<Unexpanded>,
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

/// How a command is written.
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

/// A stage that can become an image.
pub struct Leaf<'a> {
    document: &'a Dockerfile,
    stages: &'a [Stage],
    index: usize,
    /// Where whoever starts it mounts something.
    mounts: &'a [Path],
    context: &'a BuildContext<'a>,
}

/// Every stage that can become an image.
pub fn leaves<'a>(
    document: &'a Dockerfile,
    stages: &'a [Stage],
    mounts: &'a [Path],
    context: &'a BuildContext<'a>,
) -> impl Iterator<Item = Leaf<'a>> {
    let leaves = stages.iter().enumerate().filter(|(_, stage)| stage.leaf);
    leaves.map(move |(index, _)| Leaf { document, stages, index, mounts, context })
}

impl Leaf<'_> {
    /// What its image starts, where the Dockerfile says so.
    pub fn start(&self) -> Option<Start> {
        let stage = self.stage();
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
        let behind = cmd.filter(|_| !from_cmd).map_or_else(Vec::new, |(_, command)| self.as_arguments(command));
        let mut out = self.run(instruction, command, behind, &|text, malformed_json, _| match malformed_json {
            true => Vec::new(),
            false => runtime_words(text, &stage.world),
        })?;
        out.from_cmd = from_cmd;
        out.unexpanded = match &out.form {
            Form::Exec { .. } => {
                out.programs.iter().flat_map(|program| literal_variables(program, stage, self.document)).collect()
            }
            Form::Shell { malformed_json: true, .. } => Vec::new(),
            Form::Shell { text, .. } => lost_arguments(text, stage, self.document),
        };
        for variable in &mut out.unexpanded {
            variable.program |= out.programs.iter().any(|program| program.span == variable.word);
        }
        for program in &mut out.programs {
            program.unexpanded = out.unexpanded.iter().any(|variable| variable.word == program.span);
        }
        Some(out)
    }

    /// What its HEALTHCHECK starts.
    ///
    /// Source: the daemon runs it in the container as `docker exec` would: as USER, in WORKDIR, with the image's PATH.
    pub fn check(&self) -> Option<Start> {
        let stage = self.stage();
        let (instruction, command) = stage.config.healthcheck.as_ref()?;
        self.run(*instruction, command, Vec::new(), &|text, _, shell| match shell {
            Resolution::Found { .. } => deciding_words(text, &stage.world),
            // Without a shell nothing of it is reached.
            _ => Vec::new(),
        })
    }

    fn stage(&self) -> &Stage {
        &self.stages[self.index]
    }

    /// What a command starts with these words behind it. `words` gives those of a shell form, by whether it was meant as JSON and by
    /// what is at the shell's place. `None` for Windows images, which are not followed.
    fn run(
        &self,
        instruction: usize,
        command: &Command,
        behind: Vec<Word>,
        words: &dyn Fn(&Folded, bool, &Resolution) -> Vec<Argument>,
    ) -> Option<Start> {
        self.document.instructions.get(instruction)?;
        if base_os(self.stages, self.index) == Os::Windows {
            return None;
        }
        let stage = self.stage();
        let (form, shell, argv) = match command {
            Command::Exec { elements, span } => {
                let argv: Vec<Word> = elements.iter().map(Word::json).chain(behind).collect();
                (Form::Exec { span: *span }, None, argv)
            }
            Command::Shell { text, malformed_json, .. } => {
                let there = find_program(stage.shell(), By::Runtime, &stage.world, self.context);
                let argv = in_shell(&words(text, *malformed_json, &there));
                let form = Form::Shell { text: text.clone(), malformed_json: *malformed_json };
                (form, Some((stage.shell().to_string(), there)), argv)
            }
        };
        let (mut programs, arguments) = programs::of(&argv, &stage.world, self.context);
        for program in &mut programs {
            let volumes = || stage.config.volumes.iter().chain(self.mounts);
            let mounted = |path: &Path| volumes().any(|volume| path.is_below(volume) != Relation::Different);
            if matches!(&program.resolution, Resolution::Missing { looked, bare: false } if looked.iter().any(mounted))
            {
                program.resolution = Resolution::Unknown(Why::new("a volume that is mounted there may bring it"));
            }
        }
        Some(Start {
            stage: self.index,
            instruction,
            from_cmd: false,
            form,
            programs,
            arguments,
            shell,
            unexpanded: Vec::new(),
        })
    }

    /// CMD behind an ENTRYPOINT. A shell form comes with its shell.
    fn as_arguments(&self, command: &Command) -> Vec<Word> {
        match command {
            Command::Exec { elements, .. } => elements.iter().map(Word::json).collect(),
            Command::Shell { text, .. } => {
                let span = text.whole();
                [self.stage().shell(), "-c", &text.text].map(|word| Word::implied(word, span)).into()
            }
        }
    }
}

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
    let is_argument = |name: &str| document.instructions.iter().any(|instruction| instruction.declares(name));
    // An ENV may be empty only because the argument is.
    let is_kept = |name: &str| env.binding(name).is_some_and(|binding| !binding.argument);
    let is_lost = |name: &str| env.runtime(name).is_nothing() && is_argument(name) && !is_kept(name);
    let lost = runtime_variables(text).into_iter().filter(|(name, ..)| is_lost(name));
    lost.map(|(name, span, word)| {
        let argument = env.binding(&name).is_some_and(|b| b.argument);
        Unexpanded { meant: env.get(&name), name, span, word, program: false, argument }
    })
    .collect()
}

fn base_os(stages: &[Stage], index: usize) -> Os {
    let base = ancestry(stages, index).last().map(|stage| &stages[stage].base);
    match base {
        Some(StageBase::Image(image)) => image.os,
        _ => Os::Linux,
    }
}
