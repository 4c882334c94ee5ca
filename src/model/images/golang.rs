//! Knows the tags of the official golang image: Go version, Debian suite or Alpine release, and what each variant has.
//! Refuses to know other images. Rows: docker-library/golang, 4,215 tags of docker-library/official-images (offimg).

use super::files::Layouts;
use super::reference::Reference;
use super::table::{ALPINE, DEBIAN};
use super::tags::{alpine_merged, debian_glibc, debian_merged};
use super::{Fact, Family, GoImage, Image, Os, PackageManager, ROOT};
use crate::model::go::GoVersion;
use crate::model::tri::Tri;
use crate::model::value::{Part, Text};

/// PATH of both Linux variants (golang).
pub(super) const GO_PATH: &str =
    "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

type Env = &'static [(&'static str, Fact<&'static str>)];
/// GOTOOLCHAIN=local stands in images pushed since 2023-09-15, that is 1.21.1 and later (golang, offimg).
const ENV: Env = &[("GOPATH", Fact::Known("/go")), ("GOTOOLCHAIN", Fact::Known("local"))];
const ENV_OLD: Env = &[("GOPATH", Fact::Known("/go"))];
const ENV_UNSURE: Env = &[("GOPATH", Fact::Known("/go")), ("GOTOOLCHAIN", Fact::Unknown)];

/// First patch level on a newer Debian suite: (minor, patch, suite). Rows of one minor in order (offimg).
const DEBIAN_OF: &[(u32, u32, &str)] = &[
    (9, 0, "stretch"),
    (10, 0, "stretch"),
    (11, 0, "stretch"),
    (11, 12, "buster"),
    (12, 0, "stretch"),
    (12, 7, "buster"),
    (13, 0, "buster"),
    (14, 0, "buster"),
    (15, 0, "buster"),
    (16, 0, "buster"),
    (16, 7, "bullseye"),
    (17, 0, "bullseye"),
    (18, 0, "bullseye"),
    (19, 0, "bullseye"),
    (19, 10, "bookworm"),
    (20, 0, "bullseye"),
    (20, 5, "bookworm"),
    (21, 0, "bookworm"),
    (22, 0, "bookworm"),
    (23, 0, "bookworm"),
    (24, 0, "bookworm"),
    (24, 6, "trixie"),
    (25, 0, "trixie"),
    (26, 0, "trixie"),
    (27, 0, "trixie"),
];

/// First patch level on a newer Alpine: (minor, patch, Alpine 3.N) (offimg).
const ALPINE_OF: &[(u32, u32, u32)] = &[
    (9, 0, 6),
    (9, 7, 8),
    (10, 0, 7),
    (10, 3, 8),
    (10, 8, 9),
    (11, 0, 8),
    (11, 5, 9),
    (11, 11, 10),
    (12, 0, 9),
    (12, 6, 10),
    (12, 14, 11),
    (13, 0, 10),
    (13, 5, 11),
    (13, 12, 12),
    (14, 0, 11),
    (14, 4, 12),
    (14, 13, 13),
    (15, 0, 12),
    (15, 6, 13),
    (15, 13, 14),
    (16, 0, 13),
    (16, 5, 14),
    (16, 10, 15),
    (17, 0, 14),
    (17, 3, 15),
    (17, 10, 16),
    (18, 0, 15),
    (18, 2, 16),
    (18, 8, 17),
    (19, 0, 16),
    (19, 3, 17),
    (19, 9, 18),
    (20, 0, 17),
    (20, 4, 18),
    (20, 12, 19),
    (21, 0, 18),
    (21, 5, 19),
    (21, 10, 20),
    (22, 0, 19),
    (22, 3, 20),
    (22, 10, 21),
    (23, 0, 20),
    (23, 4, 21),
    (23, 9, 22),
    (24, 0, 21),
    (24, 3, 22),
    (24, 11, 23),
    (25, 0, 22),
    (25, 5, 23),
    (25, 11, 24),
    (26, 0, 23),
    (26, 4, 24),
    (27, 0, 24),
];

pub(super) const SUITES: &[&str] =
    &["wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky"];

/// The part of a tag behind the version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Variant<'a> {
    /// The suite, where the tag names it.
    Debian(Option<&'a str>),
    /// The N of Alpine 3.N, where the tag names it.
    Alpine(Option<u32>),
    Windows,
    Undecided,
}

pub(super) fn image(reference: &Reference) -> Option<Image> {
    let Some(tag) = reference.tag.clone().or_else(|| reference.deciding_tag()) else {
        let version = GoVersion::UNKNOWN;
        return Some(debian(version, None, true).join(&alpine(version, None, true)));
    };
    // Candidates were built before the release moved to its suite.
    let pinned = reference.digest || tag.literal_prefix().contains("rc") || tag.literal_prefix().contains("beta");
    let version = version(&tag, pinned);
    Some(match variant(&tag) {
        Variant::Debian(suite) => debian(version, suite, pinned),
        Variant::Alpine(release) => alpine(version, release, pinned),
        Variant::Windows => windows(version),
        Variant::Undecided => debian(version, None, true).join(&alpine(version, None, true)),
    })
}

/// Tags without a minor version move; none has stood below 1.20 since February 2023 (offimg).
const MOVING: GoVersion = GoVersion { minor: None, patch: None, at_least: 20 };

fn version(tag: &Text, pinned: bool) -> GoVersion {
    let moving = if pinned { GoVersion::UNKNOWN } else { MOVING };
    let literal = tag.literal_prefix();
    let open = tag.as_literal().is_none();
    let first = literal.split('-').next().unwrap_or(literal);
    // `1.2${X}` may be 1.2 or 1.24: an open tag has a version only up to its dash.
    let complete = !open || literal.contains('-');
    if !complete {
        let minor =
            first.strip_prefix("1.").and_then(|rest| rest.split_once('.')).and_then(|(minor, _)| minor.parse().ok());
        return minor.map_or(GoVersion::UNKNOWN, GoVersion::of);
    }
    match first.strip_prefix("1.") {
        Some(rest) => GoVersion::parse(&format!("1.{rest}")).unwrap_or(GoVersion::UNKNOWN),
        None if first.is_empty() => GoVersion::UNKNOWN,
        None => moving,
    }
}

fn variant(tag: &Text) -> Variant<'_> {
    let literals = tag.parts().iter().filter_map(|part| match part {
        Part::Literal(text) => Some(text.as_str()),
        Part::Symbol(_) => None,
    });
    for text in literals {
        if let Some(at) = text.find("alpine") {
            let release = tag.literal_suffix() == text;
            let number = text[at + "alpine".len()..].strip_prefix("3.").filter(|_| release);
            return Variant::Alpine(number.and_then(|n| n.parse().ok()));
        }
        if text.contains("windowsservercore") || text.contains("nanoserver") {
            return Variant::Windows;
        }
        if let Some(suite) = SUITES.iter().find(|suite| text.contains(**suite)) {
            return Variant::Debian(Some(suite));
        }
    }
    match tag.as_literal() {
        Some(text) if !text.contains('-') || text.ends_with("-rc") => Variant::Debian(None),
        _ => Variant::Undecided,
    }
}

/// The last row of `table` that holds for a version; the last of its minor where the patch level is open.
fn row<T: Copy>(table: &[(u32, u32, T)], version: GoVersion) -> Option<T> {
    let minor = version.minor?;
    let patch = version.patch.unwrap_or(u32::MAX);
    table.iter().rev().find(|(m, first, _)| *m == minor && *first <= patch).map(|(_, _, value)| *value)
}

fn env(version: GoVersion, pinned: bool) -> Env {
    match (version.minor, version.patch) {
        (Some(0..=20), _) => ENV_OLD,
        (Some(21), Some(0)) => ENV_UNSURE,
        (Some(21), None) if pinned => ENV_UNSURE,
        (Some(_), _) => ENV,
        (None, _) if version.at_least >= 22 => ENV,
        (None, _) => ENV_UNSURE,
    }
}

fn debian(version: GoVersion, suite: Option<&str>, pinned: bool) -> Image {
    // A digest holds a moving tag at a moment we do not know.
    let settled = !pinned || version.patch.is_some();
    let suite = suite.or_else(|| row(DEBIAN_OF, version).filter(|_| settled));
    let usr_merged = match suite {
        Some("wheezy" | "jessie" | "stretch") => Tri::Unknown,
        Some(_) => Tri::Yes,
        // Every tag of 1.13 and later was built on buster or newer.
        None => version.at_least(13).and(Tri::Yes),
    };
    Image {
        name: "golang",
        family: Family::Debian,
        workdir: Fact::Known("/go"),
        path: Fact::Known(GO_PATH),
        env: env(version, pinned),
        c_compiler: Tri::Yes,
        make: Tri::Yes,
        git: Tri::Yes,
        ca_certificates: Tri::Yes,
        tzdata: Tri::Yes,
        usr_merged: if usr_merged == Tri::No { Tri::Unknown } else { usr_merged.or(debian_merged(suite)) },
        go: Some(GoImage { version, goroot: Fact::Known("/usr/local/go") }),
        glibc_version: debian_glibc(suite),
        layouts: Layouts::GO_DEBIAN,
        ..DEBIAN
    }
}

fn alpine(version: GoVersion, release: Option<u32>, pinned: bool) -> Image {
    let settled = !pinned || version.patch.is_some();
    let release = release.or_else(|| row(ALPINE_OF, version).filter(|_| settled));
    Image {
        name: "golang",
        workdir: Fact::Known("/go"),
        path: Fact::Known(GO_PATH),
        env: env(version, pinned),
        ca_certificates: Tri::Yes,
        usr_merged: alpine_merged(release),
        go: Some(GoImage { version, goroot: Fact::Known("/usr/local/go") }),
        layouts: Layouts::GO_ALPINE,
        ..ALPINE
    }
}

/// nanoserver and windowsservercore: nothing that this project follows is the same there (golang).
fn windows(version: GoVersion) -> Image {
    Image {
        name: "golang",
        family: Family::Windows,
        os: Os::Windows,
        libc: super::Libc::Unknown,
        loaders: Fact::Unknown,
        shell: Fact::Known(None),
        bin_sh: Tri::No,
        bash: Tri::Unknown,
        user: Fact::Unknown,
        workdir: Fact::Known("C:\\go"),
        path: Fact::Unknown,
        env: &[],
        env_complete: false,
        cmd: Fact::Unknown,
        make: Tri::Unknown,
        git: Tri::Unknown,
        package_manager: PackageManager::None,
        usr_merged: Tri::No,
        users: ROOT,
        groups: ROOT,
        ids_complete: false,
        wheel: Tri::Unknown,
        ca_certificates: Tri::Unknown,
        tzdata: Tri::Unknown,
        go: Some(GoImage { version, goroot: Fact::Known("C:\\Program Files\\Go") }),
        glibc_version: Fact::Unknown,
        layouts: Layouts::OPAQUE,
        ..DEBIAN
    }
}
