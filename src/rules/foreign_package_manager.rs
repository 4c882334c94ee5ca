//! Asks: which RUN calls the package manager of another distribution than its image is made of?

use crate::finding::Finding;
use crate::model::Model;
use crate::model::dockerfile::{Build, StageBase};
use crate::model::images::PackageManager;
use crate::model::trace::{Event, EventKind};
use crate::model::tri::Tri;

pub fn check(model: &Model) -> Vec<Finding> {
    model.build_events().filter_map(|(build, event)| finding(model, build, event)).collect()
}

fn finding(model: &Model, build: &Build, event: &Event) -> Option<Finding> {
    let EventKind::PackageManager(run) = &event.kind else { return None };
    // A condition or `||` around it tells one distribution from another.
    if event.conditional || !run.absent {
        return None;
    }
    let index = event.place.stage()?;
    let stage = build.base(index);
    // Who builds another stage than the last may name another image for it.
    let last = build.stages.len() - 1;
    if model.text(stage.from).contains('$') && !build.needed_for(last)[index] {
        return None;
    }
    let StageBase::Image(image) = &stage.base else { return None };
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
