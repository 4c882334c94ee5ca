//! Asks: which RUN calls the package manager of another distribution than its image is made of?

use crate::finding::Finding;
use crate::model::Model;
use crate::model::dockerfile::{Build, Stage, StageBase};
use crate::model::images::{Image, PackageManager};
use crate::model::trace::{Event, EventKind};
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    let of_build = |build: &'_ Build| build.trace.events.iter().filter_map(|e| finding(build, e)).collect::<Vec<_>>();
    model.dockerfiles.iter().flat_map(|build| of_build(build)).collect()
}

fn finding(build: &Build, event: &Event) -> Option<Finding> {
    let EventKind::PackageManager(run) = &event.kind else { return None };
    // A condition or `||` around it tells one distribution from another.
    if event.conditional || run.there != Tri::No {
        return None;
    }
    let (stage, image) = image(build, &build.stages[event.place.stage()?])?;
    let own = command(image.package_manager)?;
    let name = run.name.value.as_literal()?;
    if image.bin_sh != Tri::Yes {
        return None;
    }
    Some(
        Finding::new(run.name.span, format!("`{name}` is not in this image, whose package manager is `{own}`"))
            .here(format!("`{name}: not found`"))
            .label(stage.from, format!("{} has `{own}`", image.name))
            .help(format!("install with `{own}`, or start from an image that has `{name}`")),
    )
}

/// The image below a stage, and the stage whose FROM names it.
fn image<'m>(build: &'m Build, stage: &'m Stage) -> Option<(&'m Stage, &'m Image)> {
    match &stage.base {
        StageBase::Image(known) => Some((stage, known)),
        StageBase::Stage(parent) => image(build, &build.stages[*parent]),
        StageBase::Scratch | StageBase::Unknown(_) => None,
    }
}

fn command(manager: PackageManager) -> Option<&'static str> {
    match manager {
        PackageManager::Apk => Some("apk"),
        PackageManager::Apt => Some("apt-get"),
        PackageManager::Dnf => Some("dnf"),
        PackageManager::Microdnf => Some("microdnf"),
        PackageManager::Yum => Some("yum"),
        PackageManager::Tdnf => Some("tdnf"),
        PackageManager::None | PackageManager::Unknown => None,
    }
}
