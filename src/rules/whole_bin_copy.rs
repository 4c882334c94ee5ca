//! Asks: which COPY --from takes a whole bin directory along?

use super::edit;
use crate::finding::{Applicability, Finding, Severity};
use crate::model::dockerfile::{Build, StageBase};
use crate::model::files::Found;
use crate::model::images::{self, Image, Libc};
use crate::model::path::Path;
use crate::model::trace::CopyFrom;
use crate::model::tri::Tri;
use crate::model::value::Relation;
use crate::model::{Copied, Model};

/// Directories that hold more than one stage's own programs.
const BIN_DIRS: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/go/bin"];

pub fn check(model: &Model) -> Vec<Finding> {
    model.copy_sources().filter_map(finding).collect()
}

/// The image below a stage, where it is in the table.
fn image(build: &Build, stage: usize) -> Option<Image> {
    match &build.base(stage).base {
        StageBase::Image(image) => Some(**image),
        _ => None,
    }
}

fn finding(Copied { build, event, run: copy, source }: Copied) -> Option<Finding> {
    let path = source.path.as_ref()?;
    let (directory, pattern) = match path.as_literal()?.strip_suffix("/*") {
        Some(directory) => (Path::new(directory), true),
        None => (path.clone(), false),
    };
    if !BIN_DIRS.contains(&directory.as_literal()?)
        || !pattern && !matches!(source.found, Found::Dir | Found::Exists | Found::Unknown(_))
    {
        return None;
    }
    let origin = match &copy.from {
        CopyFrom::Stage(stage) => image(build, *stage)?,
        CopyFrom::Image(value) => images::lookup_text(&value.expand().ok()?)?,
        _ => return None,
    };
    // Where the base image has nothing, the stage filled the directory for the purpose of being copied.
    if directory == Path::new("/usr/local/bin") && origin.has("/usr/local/bin/any-other-name") == Tri::No {
        return None;
    }
    let here = event.place.stage()?;
    let what = if pattern { format!("everything in `{directory}`") } else { format!("the whole of `{directory}`") };
    let mut finding = Finding::new(source.argument.span, format!("COPY takes {what} along, not one program"));
    let binaries: Vec<(Path, u32)> = match &copy.from {
        CopyFrom::Stage(stage) => {
            let files = build.stages[*stage].world.files.below(&directory);
            files.into_iter().filter(|(_, f)| f.program.is_some()).map(|(path, file)| (path, file.hop.0)).collect()
        }
        _ => Vec::new(),
    };
    for (path, hop) in binaries.iter().take(4) {
        finding = finding.label(build.trace.hops[*hop as usize].span, format!("`{path}` is built here"));
    }
    let landed = source.landed.as_ref()?;
    if let Some(target) = image(build, here)
        && breaks(&origin, &target, &directory, landed)
    {
        finding = finding
            .severity(Severity::Error)
            .here(format!("puts the programs of {} over those of {}", origin.name, target.name))
            .label(build.stages[here].from, format!("{} has another C library", target.name));
    } else {
        finding = finding.here("whatever else the stage installs there is shipped too");
        // Nothing lies there but what this project built, or one program: it holds until somebody installs a tool there.
        if let CopyFrom::Stage(stage) = &copy.from
            && holds_what_is_meant(build, *stage, &directory)
        {
            finding = finding.severity(Severity::Note);
        }
    }
    let direct: Vec<&Path> = binaries.iter().map(|(path, _)| path).filter(|path| path.parent() == directory).collect();
    let names: Option<Vec<&str>> = direct.iter().map(|path| path.as_literal()).collect();
    finding = match names.as_deref() {
        Some([]) | None => finding.help("name the programs that the image needs"),
        Some(names) => {
            finding.help(format!("copy {}", names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")))
        }
    };
    let destination = copy.destination.as_ref()?;
    if let (Some(names @ [_, ..]), true, true, 1) =
        (names.as_deref(), source.argument.exact, destination.exact, copy.sources.len())
    {
        let mut edits = vec![edit::replace(source.argument.span, names.join(" "))];
        if !destination.value.as_literal()?.ends_with('/') {
            edits.push(edit::after(destination.span, "/"));
        }
        finding = finding.fix("copy the programs by name", Applicability::Safe, edits);
    }
    Some(finding)
}

/// Whether a directory certainly holds one program, or programs of this project alone: none that `go install x@version` fetched.
fn holds_what_is_meant(build: &Build, stage: usize, directory: &Path) -> bool {
    let files = &build.stages[stage].world.files;
    let below = files.below(directory);
    files.is_closed(directory)
        && below.iter().all(|(_, file)| {
            let built = build.trace.road(file.hop).first().and_then(|hop| build.go_run(hop));
            file.program.is_some() && built.is_some_and(|run| below.len() == 1 || !run.names_version())
        })
}

/// Whether programs of one C library replace the shell of an image with another.
fn breaks(origin: &Image, target: &Image, directory: &Path, landed: &Path) -> bool {
    let own = |path: &Path| ["/bin", "/usr/bin"].iter().any(|dir| path.compare(&Path::new(dir)) == Relation::Equal);
    let libraries = (origin.libc, target.libc);
    own(directory) && own(landed) && matches!(libraries, (Libc::Glibc, Libc::Musl) | (Libc::Musl, Libc::Glibc))
}
