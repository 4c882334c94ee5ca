//! Knows which files `go build`, `go install` and `go test` write for the packages they were given.
//! Refuses to know linking and settings beyond asking for them. Facts 1 to 32 and 39 to 50.

use super::linkage::{self, is_library_mode};
use super::operands::{Named, Resolution, resolve};
use super::settings::{self, Bin, failure, get, prefix};
use super::{
    Call, Destination, Facts, Failure, FailureKind, Imports, LinkKind, Linkage, Need, Outcome, Output, Package,
};
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::{Value, Why};

/// `.exe` where the target is Windows. Err where that is open.
fn suffix(facts: &Facts) -> Result<&'static str, Why> {
    match facts.target.os.as_literal() {
        Some("windows") => Ok(".exe"),
        Some(_) => Ok(""),
        None => Err(Why::new(format!("GOOS is {}, and Windows programs end in .exe", facts.target.os))),
    }
}

fn buildmode(facts: &Facts) -> &str {
    facts.flag("buildmode").and_then(|flag| flag.value.as_literal()).unwrap_or("exe")
}

/// Certainly a program, and certainly of that name.
fn is_certain(package: &Package) -> bool {
    package.is_main.is_yes() && package.import_path.is_some()
}

fn named_file(facts: &Facts, package: &Package, dir: &Path) -> Result<Path, Why> {
    let suffix = match buildmode(facts) {
        "c-archive" => ".a",
        "plugin" => ".so",
        _ => suffix(facts)?,
    };
    let mut name = package.name.expand()?;
    name.push_str(suffix);
    if name.is_empty() {
        return Err(Why::new("the package has no name"));
    }
    Ok(dir.child(&name))
}

fn output(
    call: &Call,
    facts: &Facts,
    package: &Package,
    named: &Named,
    path: Result<Path, Why>,
    dir: Option<&Path>,
) -> Result<Output, Failure> {
    let linkage = if package.is_main.is_no() {
        Linkage { kind: LinkKind::Library, why: "the package is not a program".into(), glibc: None }
    } else {
        linkage::link(call, facts, &package.imports)?
    };
    let needs_cgo = package.imports.user_cgo.tri().or(package.imports.cgo_only.tri());
    let cgo_import = match (&package.imports.cgo_only, &package.imports.user_cgo) {
        (Need::Yes(by), _) | (_, Need::Yes(by)) => Some(by.clone()),
        _ => None,
    };
    let library = linkage.kind == LinkKind::Library || is_library_mode(buildmode(facts));
    let mode = if library { 0o644 } else { 0o755 };
    let is_program = if is_certain(package) { package.is_main } else { Tri::Unknown };
    let package = package.import_path.clone().unwrap_or_else(|| named.label.clone());
    let platform = facts.target.clone();
    Ok(Output { path, dir: dir.cloned(), package, is_program, linkage, platform, mode, needs_cgo, cgo_import })
}

pub(super) fn build(call: &Call, facts: &mut Facts) -> Outcome {
    let given = facts.flag("o").cloned();
    let named = match resolve(call, facts, "build") {
        Resolution::Named(named) => named,
        // The set of packages is open, but they all land in one directory or file.
        Resolution::Outcome(Outcome::Unknown(why)) => return open_set(call, facts, given.map(|flag| flag.value), why),
        Resolution::Outcome(outcome) => return outcome,
    };
    let target = match &given {
        None => None,
        Some(flag) => match flag.value.expand() {
            Ok(text) if text.is_empty() => None,
            Ok(text) => Some(text),
            Err(why) => return Outcome::Unknown(why),
        },
    };
    let mains: Vec<&Package> = named.packages.iter().filter(|package| !package.is_main.is_no()).collect();
    let collected = match target {
        None => {
            facts.destination = Destination::WorkingDirectory;
            if given.is_none()
                && let Some(why) = &facts.open_flags
            {
                return Outcome::Unknown(why.clone());
            }
            let [package] = named.packages.as_slice() else { return Outcome::Nothing };
            if package.is_main.is_no() {
                return Outcome::Nothing;
            }
            let path = named_file(facts, package, &facts.cwd);
            if let Ok(path) = &path
                && is_certain(package)
                && (call.is_dir)(path).is_yes()
            {
                let name = path.name().unwrap_or_default();
                return Outcome::Fails(failure(
                    FailureKind::OutputIsDirectory,
                    format!(
                        "{}build output \"{name}\" already exists and is a directory",
                        prefix(facts.version, "build")
                    ),
                ));
            }
            vec![output(call, facts, package, &named, path, Some(&facts.cwd))]
        }
        Some(text) if text.as_literal() == Some("/dev/null") => return Outcome::Nothing,
        Some(text) => {
            facts.destination = Destination::OutputFlag;
            let place = facts.cwd.join(&text);
            let slash = text.literal_suffix().ends_with('/');
            if slash && facts.version.at_least(16).is_no() {
                return Outcome::Unknown(Why::new("Go 1.15 takes -o dir/ only where the directory exists"));
            }
            let directory = match &place {
                _ if slash => Tri::Yes,
                Some(place) => (call.is_dir)(place),
                None => Tri::Unknown,
            };
            let open = |why: String| Err::<Path, Why>(Why::new(why));
            match (directory, place) {
                (Tri::Yes, place) => {
                    if mains.is_empty() {
                        return Outcome::Fails(failure(
                            FailureKind::NoMainPackages,
                            format!("{}no main packages to build", prefix(facts.version, "build")),
                        ));
                    }
                    mains
                        .iter()
                        .map(|package| {
                            let path = match &place {
                                Some(dir) => named_file(facts, package, dir),
                                None => open(format!("the output is {text}")),
                            };
                            output(call, facts, package, &named, path, place.as_ref())
                        })
                        .collect()
                }
                (directory, _) if named.packages.len() > 1 => {
                    if directory == Tri::Unknown {
                        return Outcome::Unknown(Why::new(format!("whether {text} is a directory is not known")));
                    }
                    return Outcome::Fails(Failure {
                        kind: FailureKind::MultipleToFile,
                        text: format!(
                            "{}cannot write multiple packages to non-directory {text}",
                            prefix(facts.version, "build")
                        ),
                        argument: given.as_ref().and_then(|flag| flag.argument),
                    });
                }
                (Tri::No, Some(place)) => {
                    let parent = place.parent();
                    named
                        .packages
                        .iter()
                        .map(|package| output(call, facts, package, &named, Ok(place.clone()), Some(&parent)))
                        .collect()
                }
                (_, place) => named
                    .packages
                    .iter()
                    .map(|package| {
                        let why = format!("whether {text} is a directory is not known");
                        output(call, facts, package, &named, open(why), place.as_ref().map(Path::parent).as_ref())
                    })
                    .collect(),
            }
        }
    };
    collect(collected)
}

/// Outputs of packages we cannot list.
fn open_set(call: &Call, facts: &mut Facts, target: Option<Value>, why: Why) -> Outcome {
    let Some(target) = target else {
        facts.destination = Destination::WorkingDirectory;
        let cwd = facts.cwd.clone();
        return Outcome::Writes(vec![some_of(call, facts, cwd, why)]);
    };
    facts.destination = Destination::OutputFlag;
    let place = match target.expand() {
        Ok(text) if text.as_literal() == Some("/dev/null") => return Outcome::Nothing,
        Ok(text) => facts.cwd.join(&text).map(|place| (text.literal_suffix().ends_with('/'), place)),
        Err(_) => None,
    };
    match place {
        Some((slash, place)) if slash || (call.is_dir)(&place).is_yes() => {
            Outcome::Writes(vec![some_of(call, facts, place, why)])
        }
        _ => Outcome::Unknown(why),
    }
}

/// Stands for any number of programs below `dir`.
fn some_of(call: &Call, facts: &Facts, dir: Path, why: Why) -> Output {
    let imports = Imports::unknown(why.clone());
    let linkage = linkage::link(call, facts, &imports).unwrap_or_else(|failure| Linkage {
        kind: LinkKind::Unknown,
        why: failure.text,
        glibc: None,
    });
    let package = facts.packages.iter().map(|(_, value)| value.to_string()).collect::<Vec<_>>().join(" ");
    Output {
        path: Err(why),
        dir: Some(dir),
        package,
        is_program: Tri::Unknown,
        linkage,
        platform: facts.target.clone(),
        mode: 0o755,
        needs_cgo: Tri::Unknown,
        cgo_import: None,
    }
}

fn collect(outputs: Vec<Result<Output, Failure>>) -> Outcome {
    match outputs.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(outputs) if outputs.is_empty() => Outcome::Nothing,
        Ok(outputs) => Outcome::Writes(outputs),
        Err(failure) => Outcome::Fails(failure),
    }
}

pub(super) fn install(call: &Call, facts: &mut Facts, subcommand: &str) -> Outcome {
    let bin = match settings::bin(call, facts.version) {
        Ok(bin) => bin,
        Err(failure) => return Outcome::Fails(failure),
    };
    if let Bin::Dir(_, by) = &bin {
        facts.destination = *by;
    }
    let resolved = resolve(call, facts, subcommand);
    let named = match resolved {
        Resolution::Named(named) => named,
        Resolution::Outcome(Outcome::Unknown(why)) => {
            return match (bin, facts.cross) {
                (Bin::Dir(dir, _), Tri::No) => Outcome::Writes(vec![some_of(call, facts, dir, why)]),
                _ => Outcome::Unknown(why),
            };
        }
        Resolution::Outcome(outcome) => return outcome,
    };
    // Checked once all packages are loaded, for libraries too (fact 3).
    if let Bin::Nowhere(failure) = &bin
        && failure.kind == FailureKind::RelativeGobin
    {
        return Outcome::Fails(failure.clone());
    }
    let mains: Vec<&Package> = named.packages.iter().filter(|package| !package.is_main.is_no()).collect();
    if mains.is_empty() {
        return Outcome::Nothing;
    }
    // Fact 22.
    if is_library_mode(buildmode(facts)) {
        let place = mains[0].dir.as_ref().unwrap_or(&facts.cwd);
        let argument = facts.flag("buildmode").and_then(|flag| flag.argument);
        return Outcome::Fails(Failure { argument, ..settings::no_location(facts.version, place) });
    }
    let (dir, by) = match bin {
        Bin::Dir(dir, by) => (dir, by),
        Bin::Nowhere(_) => {
            let place = mains[0].dir.as_ref().unwrap_or(&facts.cwd);
            return Outcome::Fails(settings::no_location(facts.version, place));
        }
        Bin::Unknown(why) => {
            let outputs = mains.iter().map(|p| output(call, facts, p, &named, Err(why.clone()), None)).collect();
            return collect(outputs);
        }
    };
    if by == Destination::Gobin && !named.files && facts.cross.is_yes() {
        // Libraries alone would pass (fact 29); at a version they fail as well (fact 14).
        if mains.iter().any(|package| package.is_main.is_yes()) || named.versioned {
            return cross_gobin(facts);
        }
        return Outcome::Unknown(Why::new("GOBIN is set and this cross-compiles: it fails if there is a program"));
    }
    let place = match (facts.cross, named.files) {
        (_, true) | (Tri::No, _) => Ok(dir.clone()),
        (Tri::Yes, false) => match (facts.target.os.expand(), facts.target.arch.expand()) {
            (Ok(os), Ok(arch)) => Ok(dir.child(&os.concat(&"_".into()).concat(&arch))),
            (Err(why), _) | (_, Err(why)) => Err(why),
        },
        (Tri::Unknown, false) => Err(Why::new("whether this cross-compiles is not known")),
    };
    if place.is_err() && by == Destination::Gobin {
        return Outcome::Unknown(Why::new("it fails where this cross-compiles, since GOBIN is set"));
    }
    let outputs = mains
        .iter()
        .map(|package| {
            let path = place.clone().and_then(|dir| named_file(facts, package, &dir));
            if let Ok(path) = &path
                && is_certain(package)
                && (call.is_dir)(path).is_yes()
            {
                let text = format!("build output \"{path}\" already exists and is a directory");
                return Err(failure(FailureKind::OutputIsDirectory, text));
            }
            output(call, facts, package, &named, path, place.as_ref().ok())
        })
        .collect();
    collect(outputs)
}

/// Fact 29.
fn cross_gobin(facts: &Facts) -> Outcome {
    Outcome::Fails(failure(
        FailureKind::CrossGobin,
        format!("{}cannot install cross-compiled binaries when GOBIN is set", prefix(facts.version, "install")),
    ))
}

/// `go test -c` and `go test -o` keep the test program (fact 50).
pub(super) fn test(call: &Call, facts: &mut Facts) -> Outcome {
    let keeps = linkage::boolean(facts, "c");
    let given = facts.flag("o").map(|flag| flag.value.clone());
    if keeps != Tri::Yes && given.is_none() {
        if let Some(failure) = linkage::instrumented_without_compiler(call, facts) {
            return Outcome::Fails(failure);
        }
        return match (&facts.open_flags, keeps) {
            (Some(why), Tri::Unknown) => Outcome::Unknown(why.clone()),
            _ => Outcome::Nothing,
        };
    }
    let Some(Ok(text)) = given.map(|value| value.expand()) else {
        facts.destination = Destination::WorkingDirectory;
        return Outcome::Unknown(Why::new("the name of the test program follows from its package"));
    };
    facts.destination = Destination::OutputFlag;
    let why = || Why::new(format!("whether {text} is a directory is not known"));
    let path = facts.cwd.join(&text).ok_or_else(why).and_then(|place| {
        let file = !text.literal_suffix().ends_with('/') && (call.is_dir)(&place).is_no();
        if file { Ok(place) } else { Err(why()) }
    });
    let imports = Imports::unknown(Why::new("what the tests import is not known"));
    let linkage = match linkage::link(call, facts, &imports) {
        Ok(linkage) => linkage,
        Err(failure) => return Outcome::Fails(failure),
    };
    let package = facts.packages.first().map_or_else(|| ".".to_string(), |(_, value)| value.to_string());
    Outcome::Writes(vec![Output {
        path,
        dir: None,
        package,
        is_program: Tri::Unknown,
        linkage,
        platform: facts.target.clone(),
        mode: 0o755,
        needs_cgo: Tri::No,
        cgo_import: None,
    }])
}

/// `go env -w K=V …` and `-u K …`: what the settings file will hold.
pub(super) fn env(call: &Call, facts: &Facts) -> Outcome {
    let writes = linkage::boolean(facts, "w").is_yes();
    let removes = linkage::boolean(facts, "u").is_yes();
    if !writes && !removes {
        return Outcome::Nothing;
    }
    if get(call, "GOENV").as_literal() == Some("off") {
        return Outcome::Fails(failure(FailureKind::BadFlag, "go: GOENV can only be set using the OS environment"));
    }
    let mut settings = Vec::new();
    for (_, value) in &facts.packages {
        let text = match value.expand() {
            Ok(text) => text,
            Err(why) => return Outcome::Unknown(why),
        };
        let key = text.literal_prefix().split('=').next().unwrap_or_default().to_string();
        if removes {
            settings.push((key, None));
        } else {
            match text.strip_prefix(&format!("{key}=")) {
                Some(value) => settings.push((key, Some(Value::Text(value)))),
                None => return Outcome::Unknown(Why::new(format!("which setting {text} names is not known"))),
            }
        }
    }
    Outcome::Settings(settings)
}
