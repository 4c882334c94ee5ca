//! Knows when go links a program statically: cgo's default, needs among the imports, link flags, build modes.
//! Refuses to know where the program goes. Facts 74 to 91.

use super::arguments::words;
use super::settings::{failure, get, prefix};
use super::{Call, CgoState, Facts, Failure, FailureKind, Flag, Imports, Libc, LinkKind, Linkage, Need};
use crate::model::tri::Tri;
use crate::model::value::{Part, Text, Value, Why};

/// Whether cgo is on: exactly `1` and `0` decide, else the default (facts 74, 75).
pub(super) fn cgo(call: &Call, facts: &Facts) -> CgoState {
    let setting = get(call, "CGO_ENABLED");
    match &setting {
        Value::Unknown(why) => return CgoState::Unknown(format!("CGO_ENABLED is not known: {}", why.reason)),
        Value::Text(text) => match text.as_literal() {
            Some("1") => return CgoState::On("CGO_ENABLED=1".into()),
            Some("0") => return CgoState::Off("CGO_ENABLED=0".into()),
            Some(_) => {}
            None => return CgoState::Unknown(format!("CGO_ENABLED is {text}")),
        },
        Value::Unset => {}
    }
    let compiler = compiler_named(call).or(call.c_compiler);
    let native = match (facts.version.at_least(20), compiler) {
        (Tri::No, _) => CgoState::On("before Go 1.20 cgo is on by default".into()),
        (_, Tri::Yes) if compiler_named(call).is_yes() => CgoState::On("CC is set".into()),
        (_, Tri::Yes) => CgoState::On("gcc is on PATH".into()),
        (Tri::Yes, Tri::No) => CgoState::Off("there is no C compiler on PATH".into()),
        (Tri::Yes, Tri::Unknown) => CgoState::Unknown("whether gcc is on PATH is not known".into()),
        (Tri::Unknown, _) => CgoState::Unknown("there is no C compiler, and which Go runs is not known".into()),
    };
    match (facts.cross, native) {
        (Tri::Yes, _) => CgoState::Off("cross-compiling turns cgo off".into()),
        (Tri::Unknown, CgoState::On(_)) => CgoState::Unknown("whether this cross-compiles is not known".into()),
        (_, native) => native,
    }
}

/// CC counts by being set, existing or not, and only in the environment (fact 75).
fn compiler_named(call: &Call) -> Tri {
    match (call.env)("CC") {
        Value::Unknown(_) => Tri::Unknown,
        value if value.is_nothing() => Tri::No,
        _ => Tri::Yes,
    }
}

/// Whether the compiler that go will call is there, and what it links.
fn compiler(call: &Call) -> (Tri, Libc) {
    let cc = match get(call, "CC") {
        Value::Unset => return (call.c_compiler, call.libc),
        Value::Text(text) => text.to_string(),
        Value::Unknown(_) => return (Tri::Unknown, Libc::Unknown),
    };
    let program = cc.split(' ').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    match program {
        "gcc" => (call.c_compiler, call.libc),
        "cc" | "clang" => (Tri::Unknown, call.libc),
        _ if cc.contains("musl") => (Tri::Unknown, Libc::Musl),
        _ if program.ends_with("-linux-gnu-gcc") => (Tri::Unknown, Libc::Glibc),
        _ => (Tri::Unknown, Libc::Unknown),
    }
}

/// What the ldflags that count ask of the linker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct LinkFlags {
    pub external: Tri,
    pub internal: Tri,
    pub r#static: Tri,
    pub static_pie: Tri,
}

impl LinkFlags {
    const NONE: LinkFlags = LinkFlags { external: Tri::No, internal: Tri::No, r#static: Tri::No, static_pie: Tri::No };
    const OPEN: LinkFlags =
        LinkFlags { external: Tri::Unknown, internal: Tri::Unknown, r#static: Tri::Unknown, static_pie: Tri::Unknown };
}

/// Only the last `-ldflags` counts (fact 85).
pub(super) fn link_flags(flag: Option<&Flag>) -> LinkFlags {
    let text = match flag.map(|flag| &flag.value) {
        None | Some(Value::Unset) => return LinkFlags::NONE,
        Some(Value::Unknown(_)) => return LinkFlags::OPEN,
        Some(Value::Text(text)) => text,
    };
    let text = match text.literal_prefix().split_once('=') {
        Some(("all", _)) => text.strip_prefix("all=").unwrap_or_default(),
        // `pattern=flags` counts only where the pattern matches the program.
        Some((pattern, _)) if !pattern.starts_with(['-', '\'', '"', ' ']) && !pattern.is_empty() => {
            return LinkFlags::OPEN;
        }
        _ => text.clone(),
    };
    let mut out = LinkFlags::NONE;
    let mut list = words(&text).into_iter();
    while let Some(word) = list.next() {
        let prefix = word.literal_prefix();
        let Some(body) = prefix.strip_prefix("--").or_else(|| prefix.strip_prefix('-')) else {
            if matches!(word.parts().first(), Some(Part::Symbol(_))) {
                return LinkFlags::OPEN;
            }
            continue;
        };
        let (name, own) = match body.split_once('=') {
            Some((name, _)) => {
                let skip = prefix.len() - body.len() + name.len() + 1;
                (name, word.strip_prefix(&prefix[..skip]))
            }
            None => (body, None),
        };
        // The linker's flags that take the next word; all others stand alone.
        let takes_next = matches!(
            name,
            "X" | "extldflags" | "linkmode" | "buildid" | "extld" | "I" | "r" | "B" | "E" | "H" | "L" | "R" | "T" | "k"
        );
        let value = if takes_next { own.or_else(|| list.next()) } else { own };
        match (name, value) {
            ("linkmode", Some(value)) => {
                let known = value.as_literal();
                out.external = known.map_or(Tri::Unknown, |mode| Tri::of(mode == "external"));
                out.internal = known.map_or(Tri::Unknown, |mode| Tri::of(mode == "internal"));
            }
            ("extldflags", Some(value)) => {
                let tokens = words(&value);
                let says = |names: &[&str]| {
                    if tokens.iter().any(|t| t.as_literal().is_some_and(|t| names.contains(&t))) {
                        Tri::Yes
                    } else if tokens.iter().any(|t| t.literal_prefix().is_empty()) {
                        Tri::Unknown
                    } else {
                        Tri::No
                    }
                };
                out.r#static = says(&["-static", "--static"]);
                out.static_pie = says(&["-static-pie", "--static-pie"]);
            }
            _ => {}
        }
    }
    out
}

/// Build tags; `None` where they are not known. `-tags` takes commas, and blanks too (deprecated).
pub(super) fn tags(facts: &Facts) -> Option<Vec<String>> {
    if facts.open_flags.is_some() {
        return None;
    }
    match facts.flag("tags").map(|flag| &flag.value) {
        None | Some(Value::Unset) => Some(Vec::new()),
        Some(Value::Text(text)) => text
            .as_literal()
            .map(|list| list.split([',', ' ']).filter(|tag| !tag.is_empty()).map(str::to_string).collect()),
        Some(Value::Unknown(_)) => None,
    }
}

/// `-race`, `-msan` and `-asan` need cgo, except on darwin (fact 87).
pub(super) fn instrumented(facts: &Facts, subcommand: &str) -> Option<Failure> {
    let flag = ["race", "msan", "asan"].iter().find(|name| boolean(facts, name).is_yes())?;
    if !matches!(facts.cgo, CgoState::Off(_)) || facts.target.os.as_literal() != Some("linux") {
        return None;
    }
    let prefix = prefix(facts.version, subcommand);
    let help = if facts.cross.is_yes() { "" } else { "; enable cgo by setting CGO_ENABLED=1" };
    Some(Failure {
        kind: FailureKind::RaceWithoutCgo,
        text: format!("{prefix}-{flag} requires cgo{help}"),
        argument: facts.flag(flag).and_then(|flag| flag.argument),
    })
}

/// `-race` while cgo is on by CGO_ENABLED=1 and there is no compiler (fact 79).
///
/// Before Go 1.20 the official archives for glibc hold a standard library for `-race`; golang's Alpine images were built from
/// source and have none.
pub(super) fn instrumented_without_compiler(call: &Call, facts: &Facts) -> Option<Failure> {
    let instrumented = ["race", "msan", "asan"].iter().any(|name| boolean(facts, name).is_yes());
    let rebuilds = facts.version.at_least(20).is_yes() || call.libc == Libc::Musl;
    let missing = matches!(facts.cgo, CgoState::On(_)) && compiler(call).0.is_no() && rebuilds;
    (instrumented && missing).then(no_compiler)
}

fn no_compiler() -> Failure {
    failure(
        FailureKind::CgoWithoutCompiler,
        "cgo: C compiler \"gcc\" not found: exec: \"gcc\": executable file not found in $PATH",
    )
}

/// Whether a boolean flag is on.
pub(super) fn boolean(facts: &Facts, name: &str) -> Tri {
    match facts.flag(name).map(|flag| &flag.value) {
        None if facts.open_flags.is_some() => Tri::Unknown,
        None | Some(Value::Unset) => Tri::No,
        Some(value) => match value.as_literal() {
            Some("true" | "1" | "t" | "T" | "TRUE" | "True") => Tri::Yes,
            Some("false" | "0" | "f" | "F" | "FALSE" | "False") => Tri::No,
            _ => Tri::Unknown,
        },
    }
}

fn linkage(kind: LinkKind, why: impl Into<String>) -> Linkage {
    Linkage { kind, why: why.into(), glibc: None }
}

/// The first glibc whose pthread functions and `__libc_start_main` have a version of their own: what is linked against it, or a newer
/// one, asks for them.
const MERGED_PTHREAD: u32 = 34;

/// The glibc that a program asks for in which go builds runtime/cgo. Before Go 1.20 the release brought it, built on an old system.
///
/// Source: what Go 1.21.13, 1.24.11 and 1.27.3 link on glibc 2.36, inside and with gcc, asks for `pthread_create@GLIBC_2.34`.
fn asks_for_glibc(call: &Call, facts: &Facts) -> Option<u32> {
    let built_here = facts.version.at_least(20).is_yes();
    call.glibc.filter(|release| built_here && *release >= MERGED_PTHREAD).map(|_| MERGED_PTHREAD)
}

fn dynamic(libc: Libc, why: String) -> Linkage {
    match libc {
        Libc::Glibc => linkage(LinkKind::DynamicGlibc, why),
        Libc::Musl => linkage(LinkKind::DynamicMusl, why),
        Libc::None | Libc::Unknown => linkage(LinkKind::Dynamic, why),
    }
}

/// How go links one main package, or why it cannot.
pub(super) fn link(call: &Call, facts: &Facts, imports: &Imports) -> Result<Linkage, Failure> {
    // Fact 88, on every system.
    if let (CgoState::Off(_), Need::Yes(by)) = (&facts.cgo, &imports.cgo_only) {
        return Err(failure(FailureKind::CgoRequired, format!("package {by}: build constraints exclude all Go files")));
    }
    if let Some(other) = other_system(facts) {
        return Ok(other);
    }
    match &facts.cgo {
        CgoState::On(why) => with_cgo(call, facts, imports, why),
        CgoState::Off(why) => without_cgo(call, facts, why),
        CgoState::Unknown(why) => {
            // Where both ways agree, it does not matter which is taken.
            let on = with_cgo(call, facts, imports, why);
            let off = without_cgo(call, facts, why);
            match (on, off) {
                (Ok(on), Ok(off)) if on.kind == off.kind => Ok(on),
                (Err(on), Err(off)) if on.kind == off.kind => Err(on),
                _ => Ok(linkage(LinkKind::Unknown, why.clone())),
            }
        }
    }
}

/// Only Linux programs are followed; the others link as their system has it (fact 91).
fn other_system(facts: &Facts) -> Option<Linkage> {
    let os = facts.target.os.as_literal();
    match os {
        Some("linux") => None,
        Some("darwin" | "ios") => Some(linkage(LinkKind::Dynamic, "darwin programs always link libSystem")),
        Some(os) => Some(linkage(LinkKind::Unknown, format!("it is a program for {os}"))),
        None => Some(linkage(LinkKind::Unknown, format!("GOOS is {}", facts.target.os))),
    }
}

fn buildmode(facts: &Facts) -> Result<&str, Linkage> {
    match facts.flag("buildmode").map(|flag| &flag.value) {
        None => Ok("exe"),
        Some(value) => match value.as_literal() {
            Some("default" | "") => Ok("exe"),
            Some(mode) => Ok(mode),
            None => Err(linkage(LinkKind::Unknown, format!("the build mode is {value}"))),
        },
    }
}

pub(super) fn is_library_mode(mode: &str) -> bool {
    matches!(mode, "c-archive" | "c-shared" | "plugin" | "shared" | "archive")
}

fn without_cgo(call: &Call, facts: &Facts, why: &str) -> Result<Linkage, Failure> {
    let mode = match buildmode(facts) {
        Ok(mode) => mode,
        Err(unknown) => return Ok(unknown),
    };
    let version = facts.version;
    if facts.linkmode_external.is_yes() || matches!(mode, "c-shared" | "plugin" | "c-archive") {
        let written = facts.flag("ldflags").map(|flag| flag.value.to_string()).unwrap_or_default();
        let asked = match facts.linkmode_external {
            Tri::Yes if written.contains("-linkmode=external") => "-linkmode=external".to_string(),
            Tri::Yes => "-linkmode".to_string(),
            _ => format!("-buildmode={mode}"),
        };
        let external = mode != "c-archive";
        return match version.at_least(22) {
            Tri::Yes if external => Err(Failure {
                kind: FailureKind::ExternalWithoutCgo,
                text: format!("{asked} requires external (cgo) linking, but cgo is not enabled"),
                argument: facts
                    .flag(if facts.linkmode_external.is_yes() { "ldflags" } else { "buildmode" })
                    .and_then(|flag| flag.argument),
            }),
            _ if is_library_mode(mode) => Ok(linkage(LinkKind::Library, format!("-buildmode={mode}"))),
            Tri::No => Ok(external_link(compiler(call).1, facts, &Need::No, why)),
            _ => Ok(linkage(LinkKind::Unknown, "external linking without cgo differs between Go releases")),
        };
    }
    if is_library_mode(mode) {
        return Ok(linkage(LinkKind::Library, format!("-buildmode={mode}")));
    }
    if mode == "pie" {
        // Facts 83, 84: the interpreter is chosen by what the build machine has.
        let libc = match (call.libc, version.at_least(20)) {
            (Libc::Glibc, _) => Libc::Glibc,
            (Libc::Musl, Tri::Yes) => Libc::Musl,
            (_, Tri::No) => Libc::Glibc,
            _ => Libc::Unknown,
        };
        return Ok(dynamic(libc, "-buildmode=pie names a loader even without cgo".into()));
    }
    if mode != "exe" {
        return Ok(linkage(LinkKind::Unknown, format!("-buildmode={mode}")));
    }
    match &facts.open_flags {
        Some(open) => Ok(linkage(LinkKind::Unknown, open.reason.to_string())),
        None => Ok(linkage(LinkKind::Static, format!("cgo is off: {why}"))),
    }
}

/// Linked by the C compiler: `-static` counts here and only here (fact 81).
fn external_link(libc: Libc, facts: &Facts, user: &Need, why: &str) -> Linkage {
    let flags = link_flags(facts.flag("ldflags"));
    let pie = buildmode(facts) == Ok("pie");
    if flags.r#static.is_yes() && (!pie || user.tri().is_yes()) || pie && flags.static_pie.is_yes() {
        return linkage(LinkKind::Static, "-extldflags -static, and the C compiler links");
    }
    if flags.r#static == Tri::Unknown || flags.static_pie == Tri::Unknown || facts.open_flags.is_some() {
        return linkage(LinkKind::Unknown, "what -ldflags hold is not known");
    }
    if pie && (flags.r#static.is_yes() || flags.static_pie.is_yes()) {
        return linkage(LinkKind::Unknown, "-static with -buildmode=pie was not settled");
    }
    dynamic(libc, why.to_string())
}

fn with_cgo(call: &Call, facts: &Facts, imports: &Imports, why: &str) -> Result<Linkage, Failure> {
    let mode = match buildmode(facts) {
        Ok(mode) => mode,
        Err(unknown) => return Ok(unknown),
    };
    if is_library_mode(mode) {
        return Ok(linkage(LinkKind::Library, format!("-buildmode={mode}")));
    }
    if !matches!(mode, "exe" | "pie") {
        return Ok(linkage(LinkKind::Unknown, format!("-buildmode={mode}")));
    }
    let tags = tags(facts);
    let freed = |tag: &str| tags.as_ref().map_or(Tri::Unknown, |tags| Tri::of(tags.iter().any(|t| t == tag)));
    let unless = |need: &Need, tag: &str| match (need, freed(tag)) {
        (Need::No, _) | (_, Tri::Yes) => Need::No,
        (need, Tri::No) => need.clone(),
        (_, Tri::Unknown) => Need::Unknown(Why::new("the build tags are not known")),
    };
    let instrumented = match ["race", "msan", "asan"].map(|name| boolean(facts, name)) {
        list if list.iter().any(|on| on.is_yes()) => Need::Yes("the race detector's runtime".into()),
        list if list.contains(&Tri::Unknown) => Need::Unknown(Why::new("whether -race is given is not known")),
        _ => Need::No,
    };
    let std_needs = unless(&imports.net, "netgo")
        .with(unless(&imports.os_user, "osusergo"))
        .with(imports.plugin.clone())
        .with(instrumented);
    let user = &imports.user_cgo;
    let (compiler, libc) = compiler(call);
    let needed = std_needs.clone().with(user.clone());
    if let Some(failure) = instrumented_without_compiler(call, facts) {
        return Err(failure);
    }
    let flags = link_flags(facts.flag("ldflags"));
    if compiler.is_no()
        && let Some(answer) = without_compiler(facts, &std_needs, user, flags.external, libc, why)
    {
        return answer;
    }
    let sanitizer = boolean(facts, "msan").or(boolean(facts, "asan"));
    let external = user.tri().and(!flags.internal).or(flags.external).or(sanitizer);
    let reason = match &needed {
        Need::Yes(by) => format!("imports {by} and cgo is on: {why}"),
        _ if flags.external.is_yes() => format!("-linkmode external, and cgo is on: {why}"),
        _ => format!("cgo is on: {why}"),
    };
    if cgo_ldflags_static(call) != Tri::No && needed.tri() != Tri::No {
        return Ok(match (user, cgo_ldflags_static(call)) {
            (Need::Yes(_), Tri::Yes) => linkage(LinkKind::Static, "CGO_LDFLAGS=-static"),
            _ => linkage(LinkKind::Unknown, "CGO_LDFLAGS may ask for -static"),
        });
    }
    let asking = |linkage: Linkage| match linkage.kind {
        LinkKind::DynamicGlibc => Linkage { glibc: asks_for_glibc(call, facts), ..linkage },
        _ => linkage,
    };
    match external {
        Tri::Yes => Ok(asking(external_link(libc, facts, user, &reason))),
        // Internal linking ignores -extldflags -static (fact 81).
        Tri::No if mode == "pie" => Ok(dynamic(libc, format!("-buildmode=pie, and cgo is on: {why}"))),
        Tri::No => Ok(match &needed {
            Need::Yes(_) => asking(dynamic(libc, reason)),
            Need::No if facts.open_flags.is_none() => {
                linkage(LinkKind::Static, "nothing among its imports needs cgo".to_string())
            }
            Need::No => linkage(LinkKind::Unknown, "what flags are given is not known"),
            Need::Unknown(unknown) => linkage(LinkKind::Unknown, unknown.reason.to_string()),
        }),
        Tri::Unknown => {
            let outside = external_link(libc, facts, user, &reason);
            let inside = match (&needed, mode) {
                (Need::Yes(_), _) | (_, "pie") => dynamic(libc, reason.clone()).kind,
                (Need::No, _) => LinkKind::Static,
                (Need::Unknown(_), _) => LinkKind::Unknown,
            };
            Ok(if outside.kind == inside {
                outside
            } else {
                let open = match (&facts.open_flags, user, &needed) {
                    (Some(why), _, _) | (None, Need::Unknown(why), _) | (None, _, Need::Unknown(why)) => {
                        why.reason.to_string()
                    }
                    _ => "what -ldflags hold is not known".to_string(),
                };
                linkage(LinkKind::Unknown, open)
            })
        }
    }
}

/// Fact 79. `None` where the program needs nothing of cgo.
fn without_compiler(
    facts: &Facts,
    std_needs: &Need,
    user: &Need,
    external: Tri,
    libc: Libc,
    why: &str,
) -> Option<Result<Linkage, Failure>> {
    // External linking asks for runtime/cgo, which is compiled anew, or at the latest for gcc to link.
    if user.tri().is_yes() || external.is_yes() {
        return Some(Err(no_compiler()));
    }
    match (std_needs, facts.version.at_least(20)) {
        (Need::Yes(_), Tri::Yes) => Some(Err(no_compiler())),
        (Need::Yes(by), Tri::No) if user.tri().is_no() => {
            let rebuilds = boolean(facts, "trimpath").or(boolean(facts, "a")).or(boolean(facts, "race"));
            if rebuilds.is_no() && facts.flag("gcflags").is_none() && facts.open_flags.is_none() {
                let why = format!("imports {by}, and the toolchain's own archives were built with cgo: {why}");
                return Some(Ok(dynamic(libc, why)));
            }
            Some(Ok(linkage(LinkKind::Unknown, "the standard library may have to be rebuilt without a C compiler")))
        }
        (Need::No, _) if user.tri().is_no() => None,
        _ => Some(Ok(linkage(LinkKind::Unknown, "cgo is on, there is no C compiler, and the imports are not known"))),
    }
}

/// Fact 86.
fn cgo_ldflags_static(call: &Call) -> Tri {
    match get(call, "CGO_LDFLAGS") {
        Value::Unset => Tri::No,
        Value::Unknown(_) => Tri::Unknown,
        Value::Text(text) => {
            let tokens: Vec<Text> = words(&text);
            if tokens.iter().any(|token| token.as_literal() == Some("-static")) {
                Tri::Yes
            } else if text.as_literal().is_some() {
                Tri::No
            } else {
                Tri::Unknown
            }
        }
    }
}
