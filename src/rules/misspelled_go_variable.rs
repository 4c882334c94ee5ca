//! Asks: which variable is set for a go command, is read by nothing, and is one slip away from a variable that go reads?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::model::trace::GoRun;
use crate::model::value::{Text, Value};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};
use strsim::damerau_levenshtein;

/// What go and its programs read, and what is read by those that build Go. None of these is a slip.
const KNOWN: &[&str] = &[
    "AR",
    "CC",
    "CGO_CFLAGS",
    "CGO_CFLAGS_ALLOW",
    "CGO_CFLAGS_DISALLOW",
    "CGO_CPPFLAGS",
    "CGO_CPPFLAGS_ALLOW",
    "CGO_CPPFLAGS_DISALLOW",
    "CGO_CXXFLAGS",
    "CGO_CXXFLAGS_ALLOW",
    "CGO_CXXFLAGS_DISALLOW",
    "CGO_ENABLED",
    "CGO_FFLAGS",
    "CGO_FFLAGS_ALLOW",
    "CGO_FFLAGS_DISALLOW",
    "CGO_LDFLAGS",
    "CGO_LDFLAGS_ALLOW",
    "CGO_LDFLAGS_DISALLOW",
    "CXX",
    "FC",
    "GCCGO",
    "GCCGOTOOLDIR",
    "GO111MODULE",
    "GO386",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOARM64",
    "GOAUTH",
    "GOBIN",
    "GOCACHE",
    "GOCACHEPROG",
    "GOCOVERDIR",
    "GODEBUG",
    "GOENV",
    "GOEXE",
    "GOEXPERIMENT",
    "GOFIPS140",
    "GOFLAGS",
    "GOGC",
    "GOGCCFLAGS",
    "GOHOSTARCH",
    "GOHOSTOS",
    "GOINSECURE",
    "GOMAXPROCS",
    "GOMEMLIMIT",
    "GOMIPS",
    "GOMIPS64",
    "GOMOD",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMCHECK",
    "GONOSUMDB",
    "GOOS",
    "GOPATH",
    "GOPPC64",
    "GOPRIVATE",
    "GOPROXY",
    "GORACE",
    "GORISCV64",
    "GOROOT",
    "GOROOT_BOOTSTRAP",
    "GOROOT_FINAL",
    "GOSUMDB",
    "GOTELEMETRY",
    "GOTELEMETRYDIR",
    "GOTMPDIR",
    "GOTOOLCHAIN",
    "GOTOOLDIR",
    "GOTRACEBACK",
    "GOVCS",
    "GOVERSION",
    "GOWASM",
    "GOWORK",
    "GO_EXTLINK_ENABLED",
    "GO_GCFLAGS",
    "GO_LDFLAGS",
    "PKG_CONFIG",
];

/// What a build sets by hand, and where a slip stays without a word. Short names are too near to anybody's own.
const MEANT: &[&str] = &[
    "CGO_CFLAGS",
    "CGO_CXXFLAGS",
    "CGO_ENABLED",
    "CGO_LDFLAGS",
    "GO111MODULE",
    "GOARCH",
    "GOCACHE",
    "GOEXPERIMENT",
    "GOFLAGS",
    "GOINSECURE",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOTOOLCHAIN",
];

pub fn check(model: &Model) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut slips: BTreeMap<&str, Option<&'static str>> = BTreeMap::new();
    let mut out = Vec::new();
    for (event, run) in model.go_runs() {
        for (name, _, at) in run.environment.passed_on() {
            let Some(meant) = *slips.entry(name).or_insert_with(|| meant(name)) else { continue };
            if has(run, meant) || !seen.insert(at) || is_read(model, name) {
                continue;
            }
            out.push(finding(model, name, meant, at, event.span, run));
        }
    }
    out
}

fn finding(model: &Model, name: &str, meant: &str, at: Span, command: Span, run: &GoRun) -> Finding {
    let mut finding = Finding::new(at, format!("nothing reads `{name}`: go's variable is `{meant}`"))
        .here(format!("go {} runs as if this were not there", run.subcommand))
        .help(format!("write `{meant}`"));
    if !command.contains(at) {
        finding = finding.label(command, "go runs here");
    }
    match edit::only_place(model, at, name) {
        Some(place) => finding.fix(format!("write `{meant}`"), Applicability::Safe, vec![edit::replace(place, meant)]),
        None => finding,
    }
}

/// How many letters of the one the other lacks: a slip changes one at most, so there are as many slips or more.
fn letters_apart(name: &str, meant: &str) -> usize {
    let mut count = [0i8; 128];
    for byte in meant.bytes() {
        count[usize::from(byte & 127)] += 1;
    }
    let mut lacking = 0;
    for byte in name.bytes() {
        let left = &mut count[usize::from(byte & 127)];
        *left -= 1;
        lacking += usize::from(*left < 0);
    }
    lacking
}

/// The variable that a name is one slip away from: letters swapped, doubled, left out, added or mistaken.
fn meant(name: &str) -> Option<&'static str> {
    if KNOWN.contains(&name) || name.chars().any(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let plain = |text: &str| text.replace('_', "");
    let is_slip = |meant: &&&'static str| {
        let most = if meant.len() >= 10 && meant.len() == name.len() { 2 } else { 1 };
        if name.len().abs_diff(meant.len()) > most {
            return false;
        }
        // `GOFLAGS` and `GO_FLAGS` are two variables, and so are `GOARCH` and `GOARCHS`, `CGO_CFLAGS` and `GO_CFLAGS`.
        let own = !meant.starts_with("CGO_") && plain(name) == plain(meant)
            || name.starts_with(**meant)
            || name.starts_with("GO_") && meant.ends_with("FLAGS");
        // In a short name only swapped or doubled letters are a slip for certain.
        let short = meant.len() < 8 && !is_swapped(name, meant) && !is_doubled(name, meant);
        !own && letters_apart(name, meant) <= most && damerau_levenshtein(name, meant) <= most && !short
    };
    let found: Vec<_> = MEANT.iter().filter(is_slip).collect();
    let nearest = found.iter().map(|meant| damerau_levenshtein(name, meant)).min()?;
    let mut nearest = found.into_iter().filter(|meant| damerau_levenshtein(name, meant) == nearest);
    // Between two there is no telling.
    match (nearest.next(), nearest.next()) {
        (Some(meant), None) => Some(meant),
        _ => None,
    }
}

/// The same letters, two neighbours in the other order.
fn is_swapped(name: &str, meant: &str) -> bool {
    name.len() == meant.len() && damerau_levenshtein(name, meant) == 1 && {
        let (mut a, mut b): (Vec<u8>, Vec<u8>) = (name.bytes().collect(), meant.bytes().collect());
        a.sort_unstable();
        b.sort_unstable();
        a == b
    }
}

/// One letter twice.
fn is_doubled(name: &str, meant: &str) -> bool {
    let bytes = name.as_bytes();
    let without = |at: usize| [&name[..at], &name[at + 1..]].concat();
    name.is_ascii() && (1..bytes.len()).any(|at| bytes[at] == bytes[at - 1] && without(at) == meant)
}

/// Whether the variable that is meant is set as well: then the other one is no slip.
fn has(run: &GoRun, name: &str) -> bool {
    run.environment.passed_on().any(|(passed, ..)| passed == name)
        || run.setting(name).is_some_and(|s| s.value != Value::Unset && s.value != Value::Text(Text::symbol(name)))
}

/// Whether anything does more with the variable than set it: the documents, what they include, and the scripts that they run.
fn is_read(model: &Model, name: &str) -> bool {
    model.sources.ids().into_iter().any(|id| is_read_in(&model.sources.get(id).text, name))
}

fn is_read_in(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let whole = !before.ends_with(part_of_name) && !after.starts_with(part_of_name);
        let set =
            after.trim_start_matches([' ', '\t', ':', '?', '+']).starts_with('=') && !before.ends_with(['$', '{', '(']);
        let declared = ["export ", "ARG ", "ENV "].iter().any(|word| before.ends_with(word));
        whole && !set && !declared
    })
}
