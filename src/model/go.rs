//! Knows where a `go` command puts which binary, with which error it fails, and whether what it links is static.
//! Refuses to know files and stages: the caller says what the environment, the directories and the packages are.
//!
//! Fact numbers in the comments are those of the collected ground truth: each was settled by running Go 1.15 to 1.27.

mod arguments;
mod destination;
mod linkage;
mod names;
mod needs;
mod operands;
pub mod platforms;
mod settings;
#[cfg(test)]
mod tests;
mod version;

pub use names::{StdNeed, executable, is_std, std_need};
pub use needs::{Imports, Need};
pub use operands::is_local;
pub use version::GoVersion;

use super::images::Libc;
use super::path::Path;
use super::tri::Tri;
use super::value::{Text, Value, Why};

/// One run of `go`, or of a program that stands for it.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The release of the go program itself; GOTOOLCHAIN may have another one run.
    pub version: GoVersion,
    /// The process environment.
    pub env: &'a dyn Fn(&str) -> Value,
    /// The settings file that `go env -w` writes; Unset where there is none. Asked only where GOENV is not `off`.
    pub settings: &'a dyn Fn(&str) -> Value,
    /// All words after `go`.
    pub args: &'a [Value],
    pub cwd: &'a Path,
    /// The platform that the go program itself was built for. Symbols such as `${BUILDARCH}` are welcome.
    pub host: &'a Platform,
    /// Whether `gcc` is on PATH.
    pub c_compiler: Tri,
    /// What that compiler links, and what the toolchain's own archives were built with.
    pub libc: Libc,
    /// Where that is glibc: the N of its release 2.N, if known.
    pub glibc: Option<u32>,
    pub packages: &'a dyn Packages,
    /// Whether a path is a directory already.
    pub is_dir: &'a dyn Fn(&Path) -> Tri,
}

/// GOOS and GOARCH.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Platform {
    pub os: Value,
    pub arch: Value,
}

impl Platform {
    /// A platform whose names are known.
    pub fn new(os: &str, arch: &str) -> Platform {
        Platform { os: Value::literal(os), arch: Value::literal(arch) }
    }
}

/// What build constraints see. `None` where it is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selection {
    pub os: Option<String>,
    pub arch: Option<String>,
    pub tags: Option<Vec<String>>,
    pub cgo: Tri,
    pub version: GoVersion,
    /// Whether a go.work above counts.
    pub workspace: Tri,
}

/// Turns package arguments into packages.
pub trait Packages {
    /// `argument` as written, `.` where there is none: a directory, an import path, `x/...`, `m@v`, `tool`.
    fn resolve(&self, cwd: &Path, argument: &Text, selection: &Selection) -> Resolved;
    /// Packages of `.go` file arguments, taken as one package.
    fn files(&self, cwd: &Path, files: &[Text], selection: &Selection) -> Resolved;
    /// What the main module or workspace demands of the toolchain by its `go` line, and by its `toolchain` line where that
    /// counts; and the file that does. `None` where not known.
    fn required(&self, cwd: &Path, toolchain_counts: bool) -> Option<(GoVersion, &'static str)>;
    /// Whether a `go.mod` or `go.work` governs this directory.
    fn in_module(&self, cwd: &Path) -> Tri;
    /// Whether there is a go.mod directly in this directory.
    fn has_go_mod(&self, dir: &Path) -> Tri;
}

/// What an argument names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolved {
    /// All that match; possibly none.
    Packages(Vec<Package>),
    /// go refuses the argument; its error text.
    Refused(FailureKind, String),
    Unknown(Why),
}

/// One package that an argument names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    pub import_path: Option<String>,
    /// What go names the executable, without `.exe`.
    pub name: Value,
    /// `None` where it lies in no directory that is known.
    pub dir: Option<Path>,
    pub is_main: Tri,
    pub imports: Imports,
}

/// What the command does to the file system, as far as binaries go.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    Writes(Vec<Output>),
    Fails(Failure),
    /// It succeeds, or fails for reasons outside this model, and writes no binary.
    Nothing,
    /// `go env -w` and `-u`: settings to keep for later commands; `None` removes one.
    Settings(Vec<(String, Option<Value>)>),
    /// It writes no binary itself, but runs a program that may: `go run`, `go generate`, `go tool`.
    Opaque(Why),
    /// Whether it fails, or which files it writes where, is not known.
    Unknown(Why),
}

impl Outcome {
    /// The failure, where it is of this kind.
    pub fn fails_by(&self, kind: FailureKind) -> Option<&Failure> {
        match self {
            Outcome::Fails(failure) if failure.kind == kind => Some(failure),
            _ => None,
        }
    }
}

/// One file, mode 0777 without the umask's bits, so 0755; libraries 0644.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    /// Err where the name is not known. For patterns that we cannot list it stands for any number of programs.
    pub path: Result<Path, Why>,
    /// The directory that holds it, where that is known although `path` may not be.
    pub dir: Option<Path>,
    /// Import path, or the argument that named the package.
    pub package: String,
    /// Whether the package is certainly a program.
    pub is_program: Tri,
    pub linkage: Linkage,
    pub platform: Platform,
    pub mode: u32,
    /// Whether it does not build, or not as it should, with cgo off.
    pub needs_cgo: Tri,
    /// An import that makes it so.
    pub cgo_import: Option<String>,
}

/// What a program asks of the system that starts it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LinkKind {
    /// It starts without a loader.
    Static,
    DynamicGlibc,
    DynamicMusl,
    /// It needs a loader; of which C library is not known.
    Dynamic,
    /// Not a program: an archive or a shared library.
    Library,
    Unknown,
}

/// How a file is linked, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Linkage {
    pub kind: LinkKind,
    /// One clause for a label: `imports net/http and cgo is on: gcc is on PATH`.
    pub why: String,
    /// It certainly does not start with a glibc older than 2.N.
    pub glibc: Option<u32>,
}

/// Why go refuses, as far as rules ask.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FailureKind {
    /// GOBIN is no absolute path.
    RelativeGobin,
    /// `go install` for another platform while GOBIN is set.
    CrossGobin,
    /// `go install -o`.
    InstallOutputFlag,
    /// `-race` while cgo is off.
    RaceWithoutCgo,
    /// cgo is on, a package needs it, and there is no C compiler.
    CgoWithoutCompiler,
    /// `import "C"` only, and cgo is off.
    CgoRequired,
    /// `-linkmode external`, c-shared or plugin while cgo is off.
    ExternalWithoutCgo,
    /// `-o file` and several programs.
    MultipleToFile,
    /// No go.mod above, where one is needed.
    NotAModule,
    /// A GOOS and a GOARCH that do not go together.
    UnsupportedPair,
    /// An entry of GOPATH is no absolute path.
    GopathRelative,
    /// No GOBIN, no GOPATH, no HOME; or a build mode without a place.
    NoInstallLocation,
    /// The output is an existing directory.
    OutputIsDirectory,
    /// `-o dir/` and no main package.
    NoMainPackages,
    /// `go install ./x@v`, or `@v` where go cannot take it.
    VersionedArgument,
    /// `cmd/x` where `./cmd/x` is meant: not in the standard library.
    NotInStd,
    /// A flag that this command or this release does not have, or a value it refuses.
    BadFlag,
    /// GOTOOLCHAIN=local and the module demands a newer Go.
    ToolchainTooOld,
    /// A go.mod directly in GOPATH's first entry, up to 1.21.
    GopathModule,
}

/// go prints `text` and exits non-zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    pub kind: FailureKind,
    /// go's own words where the release is known, without a trailing newline.
    pub text: String,
    /// The word of [`Call::args`] that did it.
    pub argument: Option<usize>,
}

/// Which setting decided the directory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Destination {
    /// GOBIN.
    Gobin,
    /// `bin` of GOPATH's first entry.
    Gopath,
    /// `$HOME/go/bin`: neither GOBIN nor GOPATH is set.
    Home,
    /// `-o`.
    OutputFlag,
    /// `go build` without `-o`.
    WorkingDirectory,
    Unknown,
}

/// Whether cgo is on, each with the reason in one clause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CgoState {
    On(String),
    Off(String),
    Unknown(String),
}

impl CgoState {
    /// The same without its reason.
    pub fn tri(&self) -> Tri {
        match self {
            CgoState::On(_) => Tri::Yes,
            CgoState::Off(_) => Tri::No,
            CgoState::Unknown(_) => Tri::Unknown,
        }
    }

    /// The reason without the answer.
    pub fn why(&self) -> &str {
        match self {
            CgoState::On(why) | CgoState::Off(why) | CgoState::Unknown(why) => why,
        }
    }
}

/// A flag as it was given.
#[derive(Clone, PartialEq, Debug)]
pub struct Flag {
    /// Without dashes.
    pub name: String,
    /// `true` for a boolean flag without one.
    pub value: Value,
    /// The word of [`Call::args`]; `None` where GOFLAGS gave it.
    pub argument: Option<usize>,
}

/// What was worked out on the way to the outcome.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `build`, `install`, `env`, …
    pub subcommand: Option<String>,
    /// Which setting decided the directory of the outputs.
    pub destination: Destination,
    pub cgo: CgoState,
    /// Whether the target is another platform than the go program's own.
    pub cross: Tri,
    pub target: Platform,
    /// Flags of this command, GOFLAGS first, then the command line; the last of a name wins.
    pub flags: Vec<Flag>,
    /// Packages or files, and the words of [`Call::args`] they are.
    pub packages: Vec<(usize, Value)>,
    /// A word may hold further flags, or GOFLAGS is not known.
    pub open_flags: Option<Why>,
    /// `-C` applied.
    pub cwd: Path,
    /// The release that runs, after GOTOOLCHAIN and the module's demand.
    pub version: GoVersion,
    /// `-extldflags` asks for `-static` in the ldflags that count.
    pub extldflags_static: Tri,
    /// `-linkmode external` in the ldflags that count.
    pub linkmode_external: Tri,
    /// `-race` is given.
    pub race: Tri,
}

impl Facts {
    /// The flag of this name that counts.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name == name)
    }
}

/// What one run of go comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    pub outcome: Outcome,
    pub facts: Facts,
}

/// What the command does.
pub fn run(call: &Call) -> Answer {
    let mut facts = Facts {
        subcommand: None,
        destination: Destination::Unknown,
        cgo: CgoState::Unknown("not asked".into()),
        cross: Tri::Unknown,
        target: settings::target(call),
        flags: Vec::new(),
        packages: Vec::new(),
        open_flags: None,
        cwd: call.cwd.clone(),
        version: call.version,
        extldflags_static: Tri::No,
        linkmode_external: Tri::No,
        race: Tri::No,
    };
    let outcome = evaluate(call, &mut facts);
    Answer { outcome, facts }
}

fn evaluate(call: &Call, facts: &mut Facts) -> Outcome {
    let mut first = 0;
    // `go -C dir build` is read since 1.21 (fact 48).
    let mut chdir = None;
    match call.args.first().map(|word| (word, word.as_literal())) {
        Some((_, Some("-C"))) => {
            chdir = call.args.get(1).cloned();
            first = 2;
        }
        Some((word, Some(text))) if text.starts_with("-C=") => {
            chdir = word.expand().ok().and_then(|text| text.strip_prefix("-C=")).map(Value::Text);
            first = 1;
        }
        _ => {}
    }
    let Some(word) = call.args.get(first) else { return Outcome::Nothing };
    let Some(subcommand) = word.as_literal() else {
        return Outcome::Unknown(Why::new(format!("which command {word} is, is not known")));
    };
    facts.subcommand = Some(subcommand.to_string());
    let rest = &call.args[first + 1..];
    match subcommand {
        "build" | "install" | "get" | "run" | "test" | "env" | "generate" | "tool" => {}
        _ => return Outcome::Nothing,
    }
    if subcommand == "generate" {
        return Outcome::Opaque(Why::new("go generate runs the commands that sources name"));
    }
    if subcommand == "tool" {
        return Outcome::Opaque(Why::new("go tool runs a program"));
    }
    let arguments = if subcommand == "env" {
        arguments::parse_env(rest, first + 1)
    } else {
        arguments::parse(subcommand, rest, first + 1, call.version)
    };
    if subcommand == "env" {
        facts.flags = arguments.flags;
        facts.packages = arguments.packages;
        return match arguments.open {
            Some(why) => Outcome::Unknown(why),
            None => destination::env(call, facts),
        };
    }
    if let Some(failure) = arguments.failure {
        return Outcome::Fails(failure);
    }
    facts.packages = arguments.packages;
    facts.open_flags = arguments.open;
    match arguments::goflags(&settings::get(call, "GOFLAGS"), call.version) {
        // GOFLAGS=-o is obeyed by build alone (fact 16).
        Ok(flags) => facts.flags = flags.into_iter().filter(|f| f.name != "o" || subcommand == "build").collect(),
        Err(why) => facts.open_flags = facts.open_flags.take().or(Some(why)),
    }
    facts.flags.extend(arguments.flags);
    if let Some(dir) = facts.flag("C").map(|flag| flag.value.clone()).or(chdir) {
        match dir.expand().ok().and_then(|dir| call.cwd.join(&dir)) {
            Some(cwd) => facts.cwd = cwd,
            None => return Outcome::Unknown(Why::new(format!("the directory of -C is {dir}"))),
        }
    }
    if let Some(failure) = settings::unsupported(&facts.target, facts.version) {
        return Outcome::Fails(failure);
    }
    facts.cross = settings::cross(&facts.target, call.host);
    match settings::version(call, &facts.cwd) {
        Ok(version) => facts.version = version,
        Err(failure) if !facts.packages.iter().any(|(_, value)| value.to_string().contains('@')) => {
            return Outcome::Fails(failure);
        }
        Err(_) => {}
    }
    facts.cgo = linkage::cgo(call, facts);
    facts.race = linkage::boolean(facts, "race");
    let flags = linkage::link_flags(facts.flag("ldflags"));
    facts.extldflags_static = flags.r#static;
    facts.linkmode_external = flags.external;
    match settings::gopath(call) {
        Err(failure) => return Outcome::Fails(failure),
        // Fact 11: the golang images' WORKDIR is their GOPATH.
        Ok(settings::Gopath::First(dir, _))
            if facts.version.at_least(22).is_no()
                && settings::module_mode(call).is_yes()
                && call.packages.has_go_mod(&dir).is_yes() =>
        {
            let text = "$GOPATH/go.mod exists but should not";
            return Outcome::Fails(settings::failure(FailureKind::GopathModule, text));
        }
        Ok(_) => {}
    }
    if let Some(failure) = linkage::instrumented(facts, subcommand) {
        return Outcome::Fails(failure);
    }
    match subcommand {
        "build" => destination::build(call, facts),
        "install" => destination::install(call, facts, "install"),
        "test" => destination::test(call, facts),
        "run" => Outcome::Opaque(Why::new("go run runs a program")),
        _ => get(call, facts),
    }
}

/// Fact 15: up to 1.17 `go get` installs, from 1.18 on it does not. Without modules (`GO111MODULE=off`) it installs up to 1.21, and is
/// refused from 1.22 on.
fn get(call: &Call, facts: &mut Facts) -> Outcome {
    let modules = settings::module_mode(call);
    let first = if modules.is_no() { 22 } else { 18 };
    match facts.version.at_least(first) {
        Tri::Yes if modules.is_no() => {
            let text = "go: modules disabled by GO111MODULE=off; see 'go help modules'";
            Outcome::Fails(settings::failure(FailureKind::NotAModule, text))
        }
        Tri::Yes if modules == Tri::Unknown && !facts.version.at_least(22).is_yes() => {
            Outcome::Unknown(Why::new("whether GO111MODULE is off is not known, where go get still installs"))
        }
        Tri::Yes => Outcome::Nothing,
        Tri::No if linkage::boolean(facts, "d").is_no() => destination::install(call, facts, "get"),
        Tri::No => Outcome::Nothing,
        Tri::Unknown => {
            Outcome::Unknown(Why::new("go get installs programs up to Go 1.17 only, without modules up to 1.21"))
        }
    }
}
