//! Asks: which image starts a program that nothing put there?

use super::{edit, platforms};
use crate::finding::{Applicability, Finding, Severity};
use crate::model::Model;
use crate::model::dockerfile::start::{Form, Program, Resolution, Start};
use crate::model::dockerfile::{Build, Machine, StageBase};
use crate::model::files::File;
use crate::model::path::Path;
use crate::model::trace::HopKind;
use crate::syntax::dockerfile::Kind;

pub fn check(model: &Model) -> Vec<Finding> {
    let of = |build: &Build| {
        let is_base = is_base(&model.sources.get(build.document.file).path);
        platforms::findings(build, &|build, machine| of_build(build, machine, is_base))
    };
    model.dockerfiles.iter().flat_map(|build| of(build)).collect()
}

/// Whether a Dockerfile's own name, or its directory's, says that other images stand on it: `Dockerfile.base`, `base/Dockerfile`. They
/// bring what it starts.
fn is_base(path: &str) -> bool {
    let own = path.rsplit('/').take(2);
    own.flat_map(|name| name.split(|c: char| !c.is_ascii_alphanumeric())).any(|word| word.eq_ignore_ascii_case("base"))
}

fn of_build(build: &Build, machine: Option<Machine>, is_base: bool) -> Vec<Finding> {
    let mut out = Vec::new();
    for start in &build.starts {
        // A stage that nothing was built in or copied to is run with its program mounted in.
        let files = build.stages[start.stage].world.files.files();
        if files.iter().all(|(_, file)| build.trace.get(file.hop).kind == HopKind::Written) {
            continue;
        }
        out.extend(start.programs.iter().filter_map(|program| finding(build, start, program, is_base)));
    }
    for check in &build.checks {
        out.extend(check.programs.iter().filter_map(|program| unhealthy(build, check, program)));
    }
    if machine.is_some() {
        // The path that is right on one machine is wrong on another.
        out.iter_mut().for_each(|finding| finding.fix = None);
    }
    out
}

/// What a HEALTHCHECK starts. The container runs without it.
fn unhealthy(build: &Build, check: &Start, program: &Program) -> Option<Finding> {
    let (message, _) = missing(build, check, program)?;
    let finding = Finding::new(program.span, format!("HEALTHCHECK fails always: {message}"))
        .severity(Severity::Warning)
        .here("the container never becomes healthy");
    let same: Vec<Path> = candidates(build, check, program).into_iter().map(|(path, _)| path).collect();
    let found = same.iter().filter_map(|path| path.as_literal()).find(|path| same_name(path, &program.text));
    Some(match found {
        Some(path) => finding.help(format!("run `{path}`")),
        None => finding
            .label(build.stages[check.stage].from, format!("no `{}` in this image", program.text))
            .help(format!("install `{}`, or run a program that is there", program.text)),
    })
}

/// What is wrong with a program that is not there, and what it comes to.
fn missing(build: &Build, start: &Start, program: &Program) -> Option<(String, String)> {
    // One argument that holds a whole command line is a fault of its own, and so is a variable that nobody expands.
    if program.unexpanded || program.text.contains(char::is_whitespace) {
        return None;
    }
    Some(match &program.resolution {
        Resolution::Missing { bare: true, .. } => (
            format!("`{}` is in no directory of PATH", program.text),
            "only the directories of PATH are searched".to_string(),
        ),
        Resolution::Missing { looked, .. } => {
            let path = looked.first()?;
            let message = if program.text.starts_with('/') {
                format!("nothing put `{path}` into the image")
            } else {
                format!("nothing put `{path}` into the image, which is what `{}` means here", program.text)
            };
            (message, "the container cannot start".to_string())
        }
        Resolution::Directory(path) => {
            (format!("`{path}` is a directory"), "a directory cannot be started".to_string())
        }
        // Where a COPY made the file, its destination is the fault.
        Resolution::BehindFile { path, file } if !copied(build, start, file) => {
            (format!("`{path}` cannot be there: `{file}` is a file"), "the container cannot start".to_string())
        }
        Resolution::RelativeEntry { path, entry } => (
            format!("`{}` is found only through `{entry}`, a relative entry of PATH: `{path}`", program.text),
            "`cannot run executable found relative to current directory` at the start".to_string(),
        ),
        Resolution::Found { .. }
        | Resolution::BehindFile { .. }
        | Resolution::NotExecutable { .. }
        | Resolution::Unknown(_) => return None,
    })
}

fn finding(build: &Build, start: &Start, program: &Program, is_base: bool) -> Option<Finding> {
    let (message, here) = missing(build, start, program)?;
    let mut finding = Finding::new(program.span, message).here(here);
    let candidates = candidates(build, start, program);
    let bare = matches!(program.resolution, Resolution::Missing { bare: true, .. });
    let meant = |(path, file): &(Path, File)| {
        file.program.is_some() || path.as_literal().is_some_and(|path| same_name(path, &program.text))
    };
    let brought = is_base || bare && (is_argument(build, start.stage) || is_of_data(build, start, program));
    if brought && !candidates.iter().any(meant) {
        return None;
    }
    for (path, file) in candidates.iter().take(3) {
        for hop in build.trace.road(file.hop) {
            let text = match hop.kind {
                HopKind::Built => format!("built here as `{}`", hop.path),
                _ if hop.path == *path => format!("put here as `{path}`"),
                _ => continue,
            };
            finding = finding.label(hop.span, text);
        }
    }
    finding = match candidates.as_slice() {
        [] => finding.help(format!("copy the program to `{}`, or start the one that is there", program.text)),
        [(path, _)] => finding.help(format!("start `{path}`")),
        several => {
            let list: Vec<String> = several.iter().take(5).map(|(path, _)| format!("`{path}`")).collect();
            finding.help(format!("the image has {}: start the one that is meant", list.join(", ")))
        }
    };
    if let ([(path, file)], true) = (candidates.as_slice(), program.exact)
        && let Some(path) = path.as_literal()
    {
        let applicability = if file.program.is_some() || same_name(path, &program.text) {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        finding = finding.fix(format!("start `{path}`"), applicability, vec![edit::start(program, path)]);
    }
    Some(finding)
}

/// Whether an ARG alone names the image (`FROM $BASE`): who passes another one brings other programs along.
fn is_argument(build: &Build, stage: usize) -> bool {
    let from = build.document.instructions.get(build.base(stage).instructions.start);
    let Some(Kind::From { image, .. }) = from.map(|from| &from.kind) else { return false };
    let text = image.raw.text.strip_prefix('$').unwrap_or_default();
    match text.strip_prefix('{') {
        Some(braced) => braced.find('}') == Some(braced.len() - 1),
        None => !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
    }
}

/// Whether an image holds data only, and a word that is no file's name stands for a command, since docker makes no container without
/// one: `FROM scratch`, `CMD ["data-only"]`.
fn is_of_data(build: &Build, start: &Start, program: &Program) -> bool {
    let alone = matches!(start.form, Form::Exec { .. }) && start.programs.len() == 1 && start.arguments.is_empty();
    alone && build.base(start.stage).base == StageBase::Scratch && program.text.contains('-')
}

fn copied(build: &Build, start: &Start, file: &Path) -> bool {
    let files = build.stages[start.stage].world.files.files();
    files.iter().any(|(path, f)| path == file && build.trace.get(f.hop).kind == HopKind::Copied)
}

fn same_name(path: &str, text: &str) -> bool {
    path.rsplit('/').next() == text.rsplit('/').next()
}

/// What may have been meant: files of that name, else files below the directory, else what go built.
fn candidates(build: &Build, start: &Start, program: &Program) -> Vec<(Path, File)> {
    let world = &build.stages[start.stage].world;
    let executable = |file: &File| file.mode.is_none_or(|mode| mode & 0o111 != 0);
    let files: Vec<(Path, File)> = world.files.files().into_iter().filter(|(_, file)| executable(file)).collect();
    let pick = |wanted: &dyn Fn(&(Path, File)) -> bool| -> Vec<(Path, File)> {
        files.iter().filter(|entry| entry.0.as_literal().is_some() && wanted(entry)).cloned().collect()
    };
    let below = |path: &Path| match &program.resolution {
        Resolution::Directory(directory) => path.is_below(directory) == crate::model::value::Relation::Equal,
        _ => true,
    };
    let named = pick(&|(path, _)| below(path) && path.as_literal().is_some_and(|p| same_name(p, &program.text)));
    if !named.is_empty() {
        return named;
    }
    let built = pick(&|(path, file)| below(path) && file.program.is_some());
    if !built.is_empty() {
        return built;
    }
    // A single file that came along is most likely the program.
    let library = |path: &Path| path.as_literal().is_some_and(|path| path.ends_with(".so") || path.contains(".so."));
    let any = pick(&|(path, file)| below(path) && !library(path) && build.trace.get(file.hop).kind != HopKind::Written);
    if any.len() == 1 { any } else { Vec::new() }
}
