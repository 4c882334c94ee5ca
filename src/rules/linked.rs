//! Knows which dynamic, or perhaps dynamic, Go programs lie in a shipped image, and what turns cgo off for them.
//! Refuses to know what to say about it.

use super::{edit, platforms};
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::dockerfile::loaders::Loaders;
use crate::model::dockerfile::{Build, Stage, StageBase};
use crate::model::go::{CgoState, LinkKind, Output};
use crate::model::images::Libc;
use crate::model::path::Path;
use crate::model::trace::{GoRun, HopKind};
use crate::model::tri::Tri;
use crate::model::value::Value;
use crate::source::Span;
use std::sync::Arc;

/// A Go program in an image that is started.
pub struct Shipped<'m> {
    pub stage: usize,
    pub path: Path,
    pub output: Arc<Output>,
    pub loaders: Loaders,
    /// Where go built it.
    pub built: Span,
    /// The stage that go ran in; `None` for a recipe that ran before.
    pub built_in: Option<usize>,
    pub run: Option<&'m GoRun>,
    /// Where it came into the image.
    pub arrived: Span,
}

/// What a question has to say of every Go program that is shipped.
pub fn findings(model: &Model, question: fn(&Build, &Shipped) -> Option<Finding>) -> Vec<Finding> {
    let of_build = |build: &Build, _| shipped(build).iter().filter_map(|shipped| question(build, shipped)).collect();
    model.dockerfiles.iter().flat_map(|build| platforms::findings(build, &of_build)).collect()
}

/// The Go programs of every image that somebody starts.
fn shipped(build: &Build) -> Vec<Shipped<'_>> {
    let mut out = Vec::new();
    for (index, stage) in build.stages.iter().enumerate().filter(|(index, stage)| is_started(build, *index, stage)) {
        for (path, file) in stage.world.files.go_programs() {
            let Some(output) = file.program else { continue };
            let road = build.trace.road(file.hop);
            let Some(origin) = road.iter().find(|hop| hop.kind == HopKind::Built) else { continue };
            let built = origin.span;
            let arrived = road.last().map_or(built, |hop| hop.span);
            let run = build.go_run(origin);
            // The same copy, where its destination may be a directory.
            out.retain(|other: &Shipped| (other.stage, other.arrived, &other.path.parent()) != (index, arrived, &path));
            out.push(Shipped {
                stage: index,
                path,
                output,
                loaders: stage.loaders,
                built,
                built_in: origin.place.stage(),
                run,
                arrived,
            });
        }
    }
    out
}

/// It says how, or it is made of an image without a shell: there only the programs that were put there can be meant.
/// Any other image that says nothing may be there to be unpacked, or to copy its files somewhere.
fn is_started(build: &Build, index: usize, stage: &Stage) -> bool {
    let bare = matches!(&stage.base, StageBase::Image(image) if image.bin_sh == Tri::No);
    build.starts.iter().any(|start| start.stage == index) || stage.shipped && bare
}

impl Shipped<'_> {
    /// The C library it is linked against, where it certainly is dynamic.
    pub fn library(&self) -> Option<Libc> {
        match self.output.linkage.kind {
            LinkKind::DynamicGlibc => Some(Libc::Glibc),
            LinkKind::DynamicMusl => Some(Libc::Musl),
            _ => None,
        }
    }

    /// A recipe built it before the image was built, and nothing says whether cgo is on: another machine links it otherwise.
    pub fn hangs_on_machine(&self) -> bool {
        let unsaid = |run: &GoRun| run.setting("CGO_ENABLED").is_none_or(|s| s.value == Value::Unset);
        self.built_in.is_none() && self.run.is_none_or(|run| unsaid(run) && !run.facts.race.is_yes())
    }

    /// Turns cgo off for the command that built it, where that makes it static: cgo is on by default, and nothing asks for it.
    /// Safe only in the Dockerfile itself: a recipe or a script may build other programs too, and for other images.
    pub fn without_cgo(&self, build: &Build) -> Option<(Applicability, Vec<Edit>)> {
        let run = self.run?;
        // Any other value than 0 and 1 counts as unset.
        let asked = run.setting("CGO_ENABLED").is_some_and(|s| match &s.value {
            Value::Text(text) => text.as_literal().is_none_or(|t| matches!(t, "0" | "1")),
            Value::Unset => false,
            Value::Unknown(_) => true,
        });
        let by_default = matches!(run.facts.cgo, CgoState::On(_)) && !asked;
        let needed =
            run.facts.race.is_yes() || run.facts.linkmode_external.is_yes() || run.facts.flag("buildmode").is_some();
        let first = run.words.first()?;
        let own = first.span.file == build.document.file;
        let applicability = if own { Applicability::Safe } else { Applicability::Unsafe };
        (by_default && !needed && first.exact && !self.output.needs_cgo.is_yes())
            .then(|| (applicability, vec![edit::before(first.span, "CGO_ENABLED=0 ")]))
    }
}
