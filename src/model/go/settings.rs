//! Knows go's settings: environment before `go env -w`, the target platform, GOPATH entries, the install directory.
//! Refuses to know flags and packages.

use super::platforms::is_built_for;
use super::{Call, Destination, Failure, FailureKind, GoVersion, Platform};
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::{Relation, Text, Value, Why};

/// A setting: the environment if non-empty, else the settings file, else nothing (fact 5).
pub(super) fn get(call: &Call, key: &str) -> Value {
    let own = (call.env)(key);
    if !own.is_nothing() {
        return own;
    }
    let goenv = (call.env)("GOENV");
    let stored = match goenv.as_literal() {
        Some("off") => Value::Unset,
        _ if goenv.is_nothing() => (call.settings)(key),
        _ => Value::unknown("GOENV names another settings file"),
    };
    if stored.is_nothing() { Value::Unset } else { stored }
}

pub(super) fn failure(kind: FailureKind, text: impl Into<String>) -> Failure {
    Failure { kind, text: text.into(), argument: None }
}

/// `go: ` from 1.18 on, `go build: ` before (facts 29, 43, 87).
pub(super) fn prefix(version: GoVersion, subcommand: &str) -> String {
    if version.at_least(18).is_no() { format!("go {subcommand}: ") } else { "go: ".to_string() }
}

pub(super) fn target(call: &Call) -> Platform {
    let or_host = |key: &str, host: &Value| match get(call, key) {
        Value::Unset => host.clone(),
        value => value,
    };
    Platform { os: or_host("GOOS", &call.host.os), arch: or_host("GOARCH", &call.host.arch) }
}

/// Whether GOOS or GOARCH differ from the go program's own; GOARM and the like never count (fact 27).
pub(super) fn cross(target: &Platform, host: &Platform) -> Tri {
    let differs = |a: &Value, b: &Value| match (a, b) {
        (Value::Text(a), Value::Text(b)) => match a.compare(b) {
            Relation::Equal => Tri::No,
            Relation::Different => Tri::Yes,
            Relation::Undecided => Tri::Unknown,
        },
        _ => Tri::Unknown,
    };
    differs(&target.os, &host.os).or(differs(&target.arch, &host.arch))
}

/// A pair of which one half is no platform that any Go from 1.15 to 1.27 lists (fact 32).
pub(super) fn unsupported(target: &Platform, version: GoVersion) -> Option<Failure> {
    let (os, arch) = (target.os.as_literal()?, target.arch.as_literal()?);
    if is_built_for(os, arch) {
        return None;
    }
    let by = if version.at_least(18).is_no() { "cmd/go" } else { "go" };
    Some(failure(FailureKind::UnsupportedPair, format!("{by}: unsupported GOOS/GOARCH pair {os}/{arch}")))
}

/// Where GOPATH points, as far as installing goes.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Gopath {
    /// The first entry, and how many there are.
    First(Path, Destination),
    /// Neither GOPATH nor HOME gives one.
    None,
    Unknown(Why),
}

/// The first GOPATH entry; Err where go refuses the value (facts 7 to 10).
pub(super) fn gopath(call: &Call) -> Result<Gopath, Failure> {
    let text = match get(call, "GOPATH") {
        Value::Text(text) => text,
        Value::Unknown(why) => return Ok(Gopath::Unknown(why)),
        Value::Unset => {
            return Ok(match (call.env)("HOME") {
                Value::Text(home) if home.literal_prefix().starts_with('/') => Path::root()
                    .join(&home.concat(&"/go".into()))
                    .map_or(Gopath::None, |path| Gopath::First(path, Destination::Home)),
                Value::Text(home) if home.literal_prefix().is_empty() && !home.is_empty() => {
                    Gopath::Unknown(Why::new(format!("HOME is {home}")))
                }
                Value::Unknown(why) => Gopath::Unknown(why),
                _ => Gopath::None,
            });
        }
    };
    for entry in text.split(':') {
        let literal = entry.literal_prefix();
        if literal.starts_with('~') {
            let text = format!("go: GOPATH entry cannot start with shell metacharacter '~': \"{entry}\"");
            return Err(failure(FailureKind::GopathRelative, text));
        }
        if !literal.is_empty() && !literal.starts_with('/') {
            let text = format!(
                "go: GOPATH entry is relative; must be absolute path: \"{entry}\".\n\
                 For more details see: 'go help gopath'"
            );
            return Err(failure(FailureKind::GopathRelative, text));
        }
    }
    let first = text.split(':').swap_remove(0);
    Ok(match first.literal_prefix() {
        "" if first.is_empty() => Gopath::None,
        "" => Gopath::Unknown(Why::new(format!("GOPATH is {text}"))),
        _ => Path::root().join(&first).map_or(Gopath::None, |path| Gopath::First(path, Destination::Gopath)),
    })
}

/// Facts 10 and 22.
pub(super) fn no_location(version: GoVersion, place: &Path) -> Failure {
    let prefix = prefix(version, "install");
    let text = format!(
        "{prefix}no install location for directory {place} outside GOPATH\n\tFor more details see: 'go help gopath'"
    );
    failure(FailureKind::NoInstallLocation, text)
}

/// Where `go install` puts programs.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Bin {
    Dir(Path, Destination),
    /// No place: an error as soon as there is a program to install.
    Nowhere(Failure),
    Unknown(Why),
}

/// GOBIN, else the first GOPATH entry's bin (fact 1). Err where go refuses before it looks at packages.
pub(super) fn bin(call: &Call, version: GoVersion) -> Result<Bin, Failure> {
    let gopath = gopath(call)?;
    let gobin = get(call, "GOBIN");
    if gopath == Gopath::None && version.at_least(18).is_no() && !module_mode(call).is_no() {
        return Err(failure(FailureKind::NoInstallLocation, "missing $GOPATH"));
    }
    Ok(match gobin {
        Value::Text(text) => match Path::root().join(&text) {
            Some(dir) if text.literal_prefix().starts_with('/') => Bin::Dir(dir, Destination::Gobin),
            // Fact 3: never a fallback.
            Some(_) => {
                Bin::Nowhere(failure(FailureKind::RelativeGobin, "cannot install, GOBIN must be an absolute path"))
            }
            None => Bin::Unknown(Why::new(format!("GOBIN is {text}"))),
        },
        Value::Unknown(why) => Bin::Unknown(why),
        Value::Unset if module_mode(call) != Tri::Yes => {
            Bin::Unknown(Why::new("GO111MODULE leaves the GOPATH entry to the package's place"))
        }
        Value::Unset => match gopath {
            Gopath::First(path, by) => Bin::Dir(path.child(&Text::literal("bin")), by),
            Gopath::Unknown(why) => Bin::Unknown(why),
            Gopath::None => Bin::Nowhere(no_location(version, call.cwd)),
        },
    })
}

/// Modules are on unless GO111MODULE says `off`; `auto` asks for a go.mod.
pub(super) fn module_mode(call: &Call) -> Tri {
    match get(call, "GO111MODULE") {
        Value::Unset => Tri::Yes,
        Value::Unknown(_) => Tri::Unknown,
        Value::Text(text) => match text.as_literal() {
            Some("on") => Tri::Yes,
            Some("off") => Tri::No,
            Some("auto") if call.packages.in_module(call.cwd).is_yes() => Tri::Yes,
            _ => Tri::Unknown,
        },
    }
}

/// The release that runs: GOTOOLCHAIN may take a newer one than the image's (facts 14, 95).
pub(super) fn version(call: &Call, cwd: &Path) -> Result<GoVersion, Failure> {
    let own = call.version;
    if own.at_least(21).is_no() {
        return Ok(own);
    }
    let local = get(call, "GOTOOLCHAIN").as_literal() == Some("local");
    let newer_wanted = match (call.packages.required(cwd), own.minor) {
        (Some(required), Some(minor)) => match (required.minor, required.patch.unwrap_or(0), own.patch) {
            (Some(wanted), _, _) if wanted < minor => Tri::No,
            (Some(wanted), _, _) if wanted > minor => Tri::Yes,
            (Some(_), 0, _) => Tri::No,
            (Some(_), patch, Some(own)) => Tri::of(patch > own),
            _ => Tri::Unknown,
        },
        _ => Tri::Unknown,
    };
    match (local, newer_wanted) {
        (_, Tri::No) => Ok(own),
        (true, Tri::Yes) if own.at_least(21).is_yes() => {
            let wanted = call.packages.required(cwd).map_or_else(String::new, |version| {
                let patch = version.patch.map_or_else(String::new, |patch| format!(".{patch}"));
                format!(" {}{patch}", version.minor.map_or_else(String::new, |minor| format!("1.{minor}")))
            });
            Err(failure(FailureKind::ToolchainTooOld, format!("go: go.mod requires go >={wanted}")))
        }
        (true, _) => Ok(own),
        (false, _) => Ok(GoVersion::from(own.at_least)),
    }
}
