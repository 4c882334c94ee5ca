//! Knows which packages the operands of `go build`, `go install` and `go test` name, and which go refuses.
//! Refuses to know where their programs go ([`super::destination`] does). Facts 14 and 31.

use super::linkage;
use super::settings::{failure, module_mode};
use super::{Call, Facts, Failure, FailureKind, Imports, Outcome, Package, Resolved, Selection};
use crate::model::tri::Tri;
use crate::model::value::{Part, Text, Value, Why};

/// How the packages of a command were named.
pub(super) struct Named {
    pub(super) packages: Vec<Package>,
    /// `.go` files: no cross rules for them (fact 31).
    pub(super) files: bool,
    /// `m@v`: programs only (fact 14).
    pub(super) versioned: bool,
    pub(super) label: String,
}

pub(super) enum Resolution {
    Named(Named),
    Outcome(Outcome),
}

fn selection(call: &Call, facts: &Facts) -> Selection {
    // `-mod=mod` and a workspace exclude each other.
    let vendor_or_mod = facts.flag("mod").is_some_and(|flag| flag.value.as_literal() != Some("readonly"));
    let workspace = match super::settings::get(call, "GOWORK") {
        _ if vendor_or_mod => Tri::Unknown,
        value if value.as_literal() == Some("off") => Tri::No,
        value if value.as_literal().is_some_and(|path| !path.is_empty() && path != "auto") => Tri::Unknown,
        _ => Tri::Yes,
    };
    Selection {
        workspace,
        os: facts.target.os.as_literal().map(str::to_string),
        arch: facts.target.arch.as_literal().map(str::to_string),
        tags: linkage::tags(facts),
        cgo: facts.cgo.tri(),
        version: facts.version,
    }
}

fn words(facts: &Facts) -> Result<Vec<Text>, Why> {
    facts.packages.iter().map(|(_, value)| value.expand()).collect()
}

fn is_go_file(text: &Text) -> bool {
    text.literal_suffix().ends_with(".go")
}

/// `m@v`, not `./x@v`.
fn is_versioned(text: &Text) -> bool {
    text.parts().iter().any(|part| matches!(part, Part::Literal(literal) if literal.contains('@')))
}

/// A path of the file system, not an import path.
pub fn is_local(text: &Text) -> bool {
    let literal = text.literal_prefix();
    literal.starts_with('/')
        || literal == "."
        || literal == ".."
        || literal.starts_with("./")
        || literal.starts_with("../")
}

pub(super) fn resolve(call: &Call, facts: &Facts, subcommand: &str) -> Resolution {
    let unknown = |why: Why| Resolution::Outcome(Outcome::Unknown(why));
    let fails = |failure: Failure| Resolution::Outcome(Outcome::Fails(failure));
    let arguments = match words(facts) {
        Ok(arguments) => arguments,
        Err(why) => return unknown(why),
    };
    let label = arguments.iter().map(Text::to_string).collect::<Vec<_>>().join(" ");
    let selection = selection(call, facts);
    let cwd = &facts.cwd;
    if !arguments.is_empty() && arguments.iter().all(is_go_file) {
        return match call.packages.files(cwd, &arguments, &selection) {
            Resolved::Packages(packages) => Resolution::Named(Named { packages, files: true, versioned: false, label }),
            Resolved::Refused(kind, text) => fails(failure(kind, text)),
            Resolved::Unknown(why) => unknown(why),
        };
    }
    let position = |index: usize| facts.packages.get(index).map(|(at, _)| *at);
    for (index, argument) in arguments.iter().enumerate() {
        if argument.literal_prefix().starts_with('-') {
            let text = format!("malformed import path \"{argument}\": leading dash");
            return fails(Failure { kind: FailureKind::BadFlag, text, argument: position(index) });
        }
    }
    let versioned = arguments.iter().position(is_versioned);
    if let Some(index) = versioned {
        if let Some(found) = refused_version(call, facts, subcommand, &arguments[index]) {
            return fails(Failure { argument: position(index), ..found });
        }
    } else if module_mode(call).is_no() {
        // GOPATH mode: only directories below the entries count, and names may come from directories.
        if arguments.iter().any(|argument| !is_local(argument)) {
            return unknown(Why::new("GO111MODULE=off looks packages up in GOPATH"));
        }
    } else if call.packages.in_module(cwd).is_no() && facts.version.at_least(16) != Tri::No {
        if arguments.len() == 1 && arguments[0].as_literal() == Some("tool") {
            return Resolution::Outcome(Outcome::Nothing);
        }
        // Alone of all commands `go get` looks up missing modules outside a module (modget.go, up to 1.17).
        let fetches = subcommand == "get" && !arguments.is_empty() && !arguments.iter().any(is_local);
        let std = |argument: &Text| {
            argument.as_literal().is_some_and(|path| super::is_std(path) || path == "std" || path == "cmd")
        };
        if !fetches && (arguments.is_empty() || !arguments.iter().all(std)) {
            let text = if subcommand == "install" && arguments.iter().any(|argument| !is_local(argument)) {
                format!(
                    "go: 'go install' requires a version when current directory is not in a module\n\
                     \tTry 'go install {}@latest' to install the latest version",
                    arguments[0]
                )
            } else {
                "go: go.mod file not found in current directory or any parent directory; see 'go help modules'".into()
            };
            return fails(Failure { kind: FailureKind::NotAModule, text, argument: position(0) });
        }
    }
    let mut packages: Vec<Package> = Vec::new();
    let given = if arguments.is_empty() { vec![Text::literal(".")] } else { arguments };
    for (index, argument) in given.iter().enumerate() {
        match call.packages.resolve(cwd, argument, &selection) {
            Resolved::Packages(found) => {
                for package in found {
                    if package.import_path.is_none() || !packages.iter().any(|p| p.import_path == package.import_path) {
                        packages.push(package);
                    }
                }
            }
            Resolved::Refused(kind, text) => return fails(Failure { kind, text, argument: position(index) }),
            Resolved::Unknown(why) => {
                // One explicit argument is one package, whatever it is called.
                if given.len() == 1 && !argument.to_string().contains("...") && argument.as_literal() != Some("tool") {
                    packages.push(Package {
                        import_path: None,
                        name: Value::Unknown(why.clone()),
                        dir: None,
                        is_main: Tri::Unknown,
                        imports: Imports::unknown(why),
                    });
                } else {
                    return Resolution::Outcome(Outcome::Unknown(why));
                }
            }
        }
    }
    let label = if label.is_empty() { ".".to_string() } else { label };
    Resolution::Named(Named { packages, files: false, versioned: versioned.is_some(), label })
}

/// Fact 14.
fn refused_version(call: &Call, facts: &Facts, subcommand: &str, argument: &Text) -> Option<Failure> {
    let kind = FailureKind::VersionedArgument;
    if is_local(argument) {
        let place = facts.cwd.join(argument)?;
        return Some(failure(kind, format!("stat {place}: directory not found")));
    }
    if facts.version.at_least(16).is_no() {
        return Some(failure(kind, "can only use path@version syntax with 'go get'"));
    }
    if !matches!(subcommand, "install" | "get") {
        return Some(failure(
            kind,
            format!(
                "package {argument}: can only use path@version syntax with 'go get' and 'go install' in module-aware mode"
            ),
        ));
    }
    if module_mode(call).is_no() {
        return Some(failure(kind, "go: modules disabled by GO111MODULE=off; see 'go help modules'"));
    }
    let vendor = facts.flag("mod").and_then(|flag| flag.value.as_literal()) == Some("vendor");
    vendor.then(|| failure(kind, "cannot query module due to -mod=vendor"))
}
