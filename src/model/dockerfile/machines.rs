//! Knows the machines that a Dockerfile is followed for: what people build on, and what for.
//! Refuses to know what differs between them.

use super::{Build, PLATFORM_ARGS};
use crate::model::assumptions::Assumptions;
use crate::model::go::{CgoState, Outcome};
use crate::model::trace::{Event, EventKind};
use crate::model::tri::Tri;
use crate::model::value::Part;

/// A build for one architecture on a machine of one architecture.
#[derive(Clone, Debug)]
pub struct Bound {
    pub machine: Machine,
    /// It has no `bound` of its own.
    pub build: Build,
}

/// A machine of Linux that builds an image, and what the image is for, each by GOARCH's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Machine {
    /// Where the build runs: `BUILDARCH`.
    pub builder: &'static str,
    /// What the image is for: `TARGETARCH`.
    pub target: &'static str,
}

impl Machine {
    /// It builds for its own platform.
    pub fn is_native(self) -> bool {
        self.builder == self.target
    }

    /// A machine for amd64 that builds for `linux/ARCH`; `None` for what is not built for here.
    pub(super) fn building_for(platform: &str) -> Option<Machine> {
        const TARGETS: &[&str] = &["amd64", "arm64", "386", "ppc64le", "s390x", "riscv64"];
        let arch = platform.strip_prefix("linux/")?;
        let arch = arch.strip_suffix("/v8").unwrap_or(arch);
        TARGETS.iter().find(|target| **target == arch).map(|target| Machine { builder: "amd64", target })
    }
}

/// What people build on, and what for.
const MACHINES: &[Machine] = &[
    Machine { builder: "amd64", target: "amd64" },
    Machine { builder: "amd64", target: "arm64" },
    Machine { builder: "arm64", target: "arm64" },
];

/// Where a project is built that says what it builds for.
pub(super) fn building_under(assumed: &Assumptions) -> Vec<Machine> {
    let usual = |machine: &&Machine| assumed.builds_for(&format!("linux/{}", machine.target));
    let mut out: Vec<Machine> = MACHINES.iter().filter(usual).copied().collect();
    for machine in assumed.platforms.iter().flatten().filter_map(|platform| Machine::building_for(platform)) {
        if out.iter().all(|other| other.target != machine.target) {
            out.push(machine);
        }
    }
    out
}

/// Whether what go writes, or whether it writes, differs from machine to machine.
pub(super) fn hangs_on_machine(event: &Event) -> bool {
    let EventKind::Go(run) = &event.kind else { return false };
    if matches!(run.outcome, Outcome::Nothing | Outcome::Settings(_) | Outcome::Opaque(_)) {
        return false;
    }
    let open = run.subcommand == "install" || matches!(run.facts.cgo, CgoState::Unknown(_));
    run.facts.cross == Tri::Unknown && open || names_platform(&run.outcome)
}

/// Whether a program's path holds the platform that it is built for.
fn names_platform(outcome: &Outcome) -> bool {
    let Outcome::Writes(outputs) = outcome else { return false };
    let symbol = |part: &Part| matches!(part, Part::Symbol(symbol) if PLATFORM_ARGS.contains(&&*symbol.0));
    outputs.iter().filter_map(|output| output.path.as_ref().ok()).any(|path| path.text().parts().iter().any(symbol))
}
