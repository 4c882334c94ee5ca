//! Knows how a Dockerfile ends: the build stops, the container does not start, it runs, or nobody can tell.
//! Refuses to know rules: it reads the model alone, and is what the recorded outcomes are compared with.

use super::dockerfile::loaders::Loaders;
use super::dockerfile::start::{Form, Program};
use super::dockerfile::{Build, Stage, StageBase, Startable};
use super::files::{Content, File, Found};
use super::go::LinkKind;
use super::images::Libc;
use super::lookup::Resolution;
use super::trace::{Cause, EventKind};
use super::tri::Tri;
use crate::source::Span;
use crate::syntax::dockerfile::Command;

/// How a Dockerfile ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    pub end: End,
    /// One clause.
    pub reason: String,
    pub span: Option<Span>,
}

/// What becomes of a build and of the container that is started from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    BuildFails(BuildFailure),
    StartFails(StartFailure),
    Runs,
    Undecided,
}

/// What a build fails at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuildFailure {
    /// What BuildKit does not read.
    Syntax,
    /// An instruction fails, or a command of a RUN.
    Step(Cause),
}

/// What a start fails with, by the runtime's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StartFailure {
    /// `no command specified`
    NoCommand,
    /// `unable to find user`
    NoUser,
    /// `stat …: no such file or directory`
    NotFound,
    /// `executable file not found in $PATH`
    NotOnPath,
    /// `cannot run executable found relative to current directory`
    RelativeEntry,
    /// `stat …: not a directory`
    BehindFile,
    /// `is a directory`
    Directory,
    /// `permission denied`
    NotExecutable,
    /// `exec …: no such file or directory`: the loader, or a script's interpreter, is missing.
    NoInterpreter,
    /// `exec format error`: a script that names no interpreter.
    Format,
    /// ``version `GLIBC_2.34' not found``
    OldLibrary,
    /// The base image's ENTRYPOINT takes the program for its argument.
    Inherited,
}

impl Verdict {
    fn new(end: End, reason: impl Into<String>, span: Span) -> Verdict {
        Verdict { end, reason: reason.into(), span: Some(span) }
    }

    fn start_fails(failure: StartFailure, reason: impl Into<String>, span: Span) -> Verdict {
        Verdict::new(End::StartFails(failure), reason, span)
    }

    fn undecided(reason: impl Into<String>, span: Option<Span>) -> Verdict {
        Verdict { end: End::Undecided, reason: reason.into(), span }
    }
}

/// How the image of the last stage ends. `None` for a file without stages.
pub fn of(build: &Build) -> Option<Verdict> {
    if let Some(error) = build.document.errors.first() {
        return Some(Verdict::new(End::BuildFails(BuildFailure::Syntax), error.message.clone(), error.span));
    }
    let last = build.stages.len().checked_sub(1)?;
    let needed = build.needed_for(last);
    let mut doubt = None;
    for event in &build.trace.events {
        if !event.place.stage().is_some_and(|stage| needed[stage]) {
            continue;
        }
        match &event.kind {
            EventKind::Break(stop) => {
                let end = End::BuildFails(BuildFailure::Step(stop.cause));
                return Some(Verdict::new(end, stop.reason.clone(), event.span));
            }
            EventKind::Copy(copy) => {
                let unknown = copy.sources.iter().find_map(|source| match &source.found {
                    Found::Unknown(why) if !source.argument.glob => {
                        Some((why.reason.to_string(), source.argument.span))
                    }
                    Found::NotInCheckout { context_path } => {
                        Some((format!("the repository has no `{context_path}`"), source.argument.span))
                    }
                    _ => None,
                });
                doubt = doubt.or(unknown);
            }
            _ => {}
        }
    }
    let verdict = start(build, last);
    Some(match (verdict.end, doubt) {
        (End::Runs, Some((reason, span))) => Verdict::undecided(reason, Some(span)),
        _ => verdict,
    })
}

fn start(build: &Build, last: usize) -> Verdict {
    let stage = &build.stages[last];
    if let Some(user) = &stage.missing_user {
        let reason = format!("the image has no user `{}`", user.0);
        return Verdict::start_fails(StartFailure::NoUser, reason, user.1);
    }
    let Some(start) = build.starts.iter().find(|start| start.stage == last) else { return without_start(build, stage) };
    if let Some((shell, resolution)) = &start.shell {
        let span = build.document.instructions.get(start.instruction).map_or(stage.from, |i| i.span);
        if let Some(verdict) = resolved(shell, resolution, stage.loaders, span) {
            return verdict;
        }
    }
    if start.programs.is_empty() {
        return Verdict::undecided("what the shell runs is not known", Some(stage.from));
    }
    if let (Form::Exec { .. }, [first, ..]) = (&start.form, start.programs.as_slice())
        && first.no_interpreter
    {
        let reason = format!("`{}` is a text that names no interpreter", first.text);
        return Verdict::start_fails(StartFailure::Format, reason, first.span);
    }
    for program in &start.programs {
        if let Some(verdict) = one(program, stage.loaders) {
            return verdict;
        }
    }
    Verdict { end: End::Runs, reason: "what it starts is there".into(), span: start.programs.last().map(|p| p.span) }
}

/// A stage that says nothing of how to start, or whose base image decides.
fn without_start(build: &Build, stage: &Stage) -> Verdict {
    if let Some(inherited) = build.stages.iter().position(|s| std::ptr::eq(s, stage)).and_then(|i| inherited(build, i))
    {
        let reason = format!("`{}` of the base image gets it as an argument", inherited.entrypoint.join(" "));
        return Verdict::start_fails(StartFailure::Inherited, reason, inherited.span);
    }
    match (&stage.config.entrypoint, &stage.config.cmd) {
        (None, None) if stage.base == StageBase::Scratch => {
            Verdict::start_fails(StartFailure::NoCommand, "nothing says what to start", stage.from)
        }
        _ => Verdict::undecided("the base image says what is started", Some(stage.from)),
    }
}

/// A CMD that was meant as the program, behind an ENTRYPOINT of the base image that takes it for something else.
pub struct Inherited {
    /// The base image's ENTRYPOINT.
    pub entrypoint: Vec<String>,
    /// The program's word in CMD.
    pub span: Span,
    /// The program in CMD, as written.
    pub program: String,
    /// The CMD.
    pub instruction: usize,
}

/// Whether a stage's CMD names a Go program that is there, and the base image's ENTRYPOINT is an interpreter of another language.
pub fn inherited(build: &Build, stage: usize) -> Option<Inherited> {
    let config = &build.stages[stage].config;
    let Some(Startable::Inherited(entrypoint)) = &config.entrypoint else { return None };
    let Some(Startable::Written { instruction, command: Command::Exec { elements, .. } }) = &config.cmd else {
        return None;
    };
    let interpreter = entrypoint.iter().rfind(|word| !word.starts_with('-'))?.rsplit('/').next()?;
    if !matches!(interpreter, "sh" | "go" | "node" | "java") && !interpreter.starts_with("python") {
        return None;
    }
    let program = elements.first()?;
    let there = build.stages[stage]
        .world
        .files
        .files()
        .into_iter()
        .any(|(path, file)| path.as_literal() == Some(program.value.as_str()) && file.program.is_some());
    there.then(|| Inherited {
        entrypoint: entrypoint.clone(),
        span: program.span,
        program: program.value.clone(),
        instruction: *instruction,
    })
}

/// Why a program does not start, or that it is not known. `None` where it does.
fn one(program: &Program, loaders: Loaders) -> Option<Verdict> {
    if let Some(verdict) = resolved(&program.text, &program.resolution, loaders, program.span) {
        return Some(verdict);
    }
    let (interpreter, resolution) = program.interpreter.as_ref()?;
    match resolved(interpreter, resolution, loaders, program.span)? {
        verdict if verdict.end == End::Undecided => Some(verdict),
        verdict => Some(Verdict { end: End::StartFails(StartFailure::NoInterpreter), ..verdict }),
    }
}

fn resolved(text: &str, resolution: &Resolution, loaders: Loaders, span: Span) -> Option<Verdict> {
    let fails = |failure, reason: String| Some(Verdict::start_fails(failure, reason, span));
    match resolution {
        Resolution::Missing { bare: true, .. } => {
            fails(StartFailure::NotOnPath, format!("`{text}` is in no directory of PATH"))
        }
        Resolution::Missing { .. } => fails(StartFailure::NotFound, format!("nothing put `{text}` there")),
        Resolution::Directory(path) => fails(StartFailure::Directory, format!("`{path}` is a directory")),
        Resolution::BehindFile { file, .. } => fails(StartFailure::BehindFile, format!("`{file}` is a file")),
        Resolution::NotExecutable { path, bare, .. } => {
            let failure = if *bare { StartFailure::NotOnPath } else { StartFailure::NotExecutable };
            fails(failure, format!("`{path}` is not executable"))
        }
        Resolution::RelativeEntry { path, .. } => {
            fails(StartFailure::RelativeEntry, format!("`{path}` is found through a relative entry of PATH"))
        }
        Resolution::Unknown(why) => Some(Verdict::undecided(why.reason.to_string(), why.span.or(Some(span)))),
        Resolution::Found { found: Found::File { doubt: Some(why), .. }, .. } => {
            Some(Verdict::undecided(why.reason.to_string(), why.span.or(Some(span))))
        }
        Resolution::Found { path, found: Found::File { file, .. } } => loads(file, &path.to_string(), loaders, span),
        Resolution::Found { .. } => None,
    }
}

/// Whether the kernel can load a file that is there.
fn loads(file: &File, path: &str, loaders: Loaders, span: Span) -> Option<Verdict> {
    if file.mode.is_none() {
        return Some(Verdict::undecided(format!("whether `{path}` is executable is not known"), Some(span)));
    }
    let library = match (&file.program, &file.content) {
        (Some(output), _) => match output.linkage.kind {
            LinkKind::Static => return None,
            LinkKind::DynamicGlibc => Libc::Glibc,
            LinkKind::DynamicMusl => Libc::Musl,
            LinkKind::Dynamic if loaders.glibc == Tri::No && loaders.musl == Tri::No => Libc::Glibc,
            LinkKind::Dynamic | LinkKind::Library | LinkKind::Unknown => {
                return Some(Verdict::undecided(output.linkage.why.clone(), Some(span)));
            }
        },
        (None, Some(Content::Linked(library))) => *library,
        (None, Some(Content::Text(_))) => return None,
        (None, None) if file.origin.is_some() => return None,
        (None, None) => return Some(Verdict::undecided(format!("what `{path}` is is not known"), Some(span))),
    };
    if let Some(asked) = file.program.as_ref().and_then(|output| loaders.too_old_for(&output.linkage)) {
        let reason = format!("`{path}` asks for glibc 2.{asked}, and the image's is older");
        return Some(Verdict::start_fails(StartFailure::OldLibrary, reason, span));
    }
    match loaders.of(library) {
        Tri::Yes => None,
        Tri::No => {
            let reason = format!("`{path}` is dynamic, and its loader is not in the image");
            Some(Verdict::start_fails(StartFailure::NoInterpreter, reason, span))
        }
        Tri::Unknown => Some(Verdict::undecided("whether the image has the loader is not known", Some(span))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn end(dockerfile: &str) -> End {
        let checkout =
            MemoryCheckout::new([("Dockerfile", dockerfile), ("go.mod", "module m\n"), ("main.go", "package main\n")]);
        let sources = Sources::new(Arc::new(checkout));
        let id = sources.add("Dockerfile", dockerfile);
        of(&Model::build(&sources, &[id]).dockerfiles[0]).unwrap().end
    }

    #[test]
    fn a_run_fails_as_its_last_command_or_its_list_does() {
        let fails = End::BuildFails(BuildFailure::Step(Cause::CommandFails));
        for (run, stops) in [
            ("false", true),
            ("false && true", true),
            ("false; true", false),
            ("set -e; false; true", true),
            ("set -e; set +e; false; true", false),
            ("false || true", false),
            ("false || exit 1", true),
            ("grep x y || exit 1", false),
            ("if true; then false; fi", false),
            ("! false", false),
            ("false | true", false),
            ("true | false", true),
            ("(false)", true),
            ("false &", false),
            ("sh -c 'set -e; false; true'", true),
            ("sh -c 'set -e'; false; true", false),
            ("chown root:wheel /etc/hostname || true", false),
            ("PATH=/opt go version", true),
            ("PATH=$PATH:/opt; go version", false),
        ] {
            let text = format!("FROM golang:1.24-bookworm\nRUN {run}\n");
            assert_eq!(end(&text) == fails, stops, "{run}");
        }
    }

    #[test]
    fn a_stage_that_the_last_one_does_not_need_stops_nothing() {
        let text = "FROM debian:bookworm AS a\nRUN false\nFROM alpine:3.22\nENTRYPOINT [\"/bin/sh\"]\n";
        assert_eq!(end(text), End::Runs);
        let text =
            "FROM debian:bookworm AS a\nRUN false\nFROM alpine:3.22\nCOPY --from=a /etc/hosts /h\nCMD [\"/bin/sh\"]\n";
        assert_eq!(end(text), End::BuildFails(BuildFailure::Step(Cause::CommandFails)));
    }
}
