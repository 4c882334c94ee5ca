//! Knows which row of the table a name means, and how its tag changes the row.
//! Refuses to know golang's tags and how references are written.

use super::files::Layouts;
use super::golang::{GO_PATH, SUITES};
use super::reference::Reference;
use super::table::*;
use super::{Fact, Family, Ids, Image, Libc, PackageManager};
use crate::model::tri::Tri;
use crate::model::value::{Part, Text};
use Fact::Known;
use Tri::{No, Yes};

pub(super) fn image(reference: &Reference) -> Option<Image> {
    let name = reference.name.as_str();
    if let Some(rest) = name.strip_prefix("gcr.io/distroless/") {
        return distroless(rest, reference);
    }
    if let Some(rest) = name.strip_prefix("cgr.dev/").and_then(|rest| rest.split_once('/')) {
        return chainguard(rest.1, reference);
    }
    if let Some(rest) = ["registry.access.redhat.com/", "registry.redhat.io/"].iter().find_map(|r| name.strip_prefix(r))
    {
        return ubi(rest);
    }
    let tag = reference.deciding_tag();
    Some(match name {
        "scratch" if reference.tag.is_none() => SCRATCH,
        "alpine" => alpine(tag.as_ref()),
        "debian" => debian(tag.as_ref()),
        "ubuntu" => ubuntu(tag.as_ref()),
        // The builds of 2014 had other users and another C library; nobody has read them.
        "busybox" if is_old_busybox(tag.as_ref()) => return None,
        "busybox" => busybox(tag.as_ref()),
        "fedora" => fedora(tag.as_ref()),
        "registry.fedoraproject.org/fedora" | "quay.io/fedora/fedora" => FEDORA,
        "rockylinux" | "rockylinux/rockylinux" | "quay.io/rockylinux/rockylinux" => rocky(tag.as_ref()),
        "amazonlinux" | "public.ecr.aws/amazonlinux/amazonlinux" => amazon(tag.as_ref()),
        "photon" => PHOTON,
        "mcr.microsoft.com/oss/go/microsoft/golang" => microsoft_go(tag.as_ref()),
        "ghcr.io/goreleaser/goreleaser-cross" | "goreleaser/goreleaser-cross" | "troian/golang-cross" => {
            GORELEASER_CROSS
        }
        "tonistiigi/xx" => XX,
        "gcr.io/kaniko-project/executor" | "gcr.io/kaniko-project/warmer" => kaniko(tag.as_ref()),
        "registry.k8s.io/build-image/go-runner" => GO_RUNNER,
        _ if name.starts_with("projects.registry.vmware.com/photon/photon") => PHOTON,
        _ => return None,
    })
}

/// Whether Alpine 3.N has merged /usr: not up to 3.22; announced, but not read, from 3.23 on (alpine, alpineusr).
pub(super) fn alpine_merged(release: Option<u32>) -> Tri {
    if release.is_some_and(|n| n <= 22) { No } else { Tri::Unknown }
}

fn alpine(tag: Option<&Text>) -> Image {
    let number = tag.and_then(Text::as_literal).and_then(|tag| tag.strip_prefix("3."));
    let release = number.and_then(|n| n.split('.').next()).and_then(|n| n.parse().ok());
    let moving = tag.and_then(Text::as_literal).is_some_and(|tag| matches!(tag, "latest" | "3" | "edge"));
    // The bundle came with 3.12; 3.10 has cert.pem only, 3.6 nothing.
    let ca_certificates = match release {
        Some(12..) => Yes,
        Some(0..=10) => No,
        Some(_) => Tri::Unknown,
        None if moving => Yes,
        None => Tri::Unknown,
    };
    Image { usr_merged: alpine_merged(release), ca_certificates, ..ALPINE }
}

const DEBIAN_NUMBERS: &[(&str, &str)] =
    &[("9", "stretch"), ("10", "buster"), ("11", "bullseye"), ("12", "bookworm"), ("13", "trixie"), ("14", "forky")];

/// glibc of Debian suites; bullseye and bookworm were read, the others are common knowledge.
pub(super) fn debian_glibc(suite: Option<&str>) -> Fact<&'static str> {
    match suite {
        Some("stretch") => Known("2.24"),
        Some("buster") => Known("2.28"),
        Some("bullseye") => Known("2.31"),
        Some("bookworm") => Known("2.36"),
        Some("trixie") => Known("2.41"),
        _ => Fact::Unknown,
    }
}

/// Official images are merged from bullseye on; older ones were not read (debart).
pub(super) fn debian_merged(suite: Option<&str>) -> Tri {
    if matches!(suite, Some("bullseye" | "bookworm" | "trixie" | "forky")) { Yes } else { Tri::Unknown }
}

fn debian(tag: Option<&Text>) -> Image {
    let literal = tag.and_then(Text::as_literal);
    let first = literal.and_then(|tag| tag.split('-').next()).unwrap_or_default();
    let number = first.split('.').next().unwrap_or_default();
    let by_number = DEBIAN_NUMBERS.iter().find(|(n, _)| *n == number).map(|(_, suite)| *suite);
    let suite = by_number.or_else(|| SUITES.iter().find(|suite| **suite == first).copied());
    let moving = matches!(first, "latest" | "stable" | "oldstable" | "testing" | "unstable" | "sid");
    Image {
        usr_merged: if moving { Yes } else { debian_merged(suite) },
        tzdata: if matches!(suite, Some("bullseye" | "bookworm")) { Yes } else { Tri::Unknown },
        glibc_version: debian_glibc(suite),
        ..DEBIAN
    }
}

fn ubuntu(tag: Option<&Text>) -> Image {
    let literal = tag.and_then(Text::as_literal).unwrap_or_default();
    let is = |number: &str, name: &str| literal.starts_with(number) || literal.starts_with(name);
    let glibc_version = if is("18.04", "bionic") {
        Known("2.27")
    } else if is("20.04", "focal") {
        Known("2.31")
    } else if is("22.04", "jammy") {
        Known("2.35")
    } else if is("24.04", "noble") {
        Known("2.39")
    } else {
        Fact::Unknown
    };
    let old = is("14.", "trusty") || is("16.", "xenial") || is("18.", "bionic") || literal.is_empty();
    // 24.04 and newer bring a user `ubuntu` with uid 1000 (ubuntuiss).
    let users: Ids = if is("24.04", "noble") {
        &[("root", 0), ("www-data", 33), ("nobody", 65534), ("ubuntu", 1000)]
    } else {
        DEBIAN.users
    };
    Image { usr_merged: if old { Tri::Unknown } else { Yes }, glibc_version, users, ..UBUNTU }
}

fn is_old_busybox(tag: Option<&Text>) -> bool {
    let literal = tag.and_then(Text::as_literal).unwrap_or_default();
    literal.starts_with("buildroot-") || literal.starts_with("ubuntu-")
}

fn busybox(tag: Option<&Text>) -> Image {
    let bare = Image { libc: Libc::None, loaders: Known(&[]), ..BUSYBOX };
    let Some(tag) = tag else { return BUSYBOX.join(&bare) };
    let says = |word: &str| tag.parts().iter().any(|part| matches!(part, Part::Literal(text) if text.contains(word)));
    if says("musl") || says("uclibc") {
        bare
    } else if tag.as_literal().is_some() || says("glibc") {
        BUSYBOX
    } else {
        BUSYBOX.join(&bare)
    }
}

/// From 35 on the histories have these three variables and no other; older ones were not read (repoinfo).
fn fedora(tag: Option<&Text>) -> Image {
    let literal = tag.and_then(Text::as_literal).unwrap_or_default();
    let read = matches!(literal, "latest" | "rawhide") || literal.parse::<u32>().is_ok_and(|release| release >= 35);
    Image {
        env: &[("DISTTAG", Fact::Unknown), ("FGC", Fact::Unknown), ("FBR", Fact::Unknown)],
        env_complete: read,
        ..FEDORA
    }
}

fn amazon(tag: Option<&Text>) -> Image {
    let literal = tag.and_then(Text::as_literal).unwrap_or_default();
    let (package_manager, glibc_version) = match literal.split(['.', '-']).next() {
        Some("2") => (PackageManager::Yum, Known("2.26")),
        Some("2023" | "latest") => (PackageManager::Dnf, Known("2.34")),
        _ => (PackageManager::Unknown, Fact::Unknown),
    };
    // Neither 2 nor 2023 sets a variable; older ones were not read (repoinfo).
    Image { package_manager, glibc_version, env_complete: package_manager != PackageManager::Unknown, ..AMAZON }
}

/// The minimal flavour has microdnf, the others dnf. Its releases are Red Hat's (rocky).
fn rocky(tag: Option<&Text>) -> Image {
    let Some(literal) = tag.and_then(Text::as_literal) else { return ROCKY };
    let package_manager = if literal.contains("minimal") { PackageManager::Microdnf } else { PackageManager::Dnf };
    let glibc_version = match literal.split(['.', '-']).next() {
        Some("8") => Known("2.28"),
        Some("9") => Known("2.34"),
        _ => Fact::Unknown,
    };
    Image { package_manager, glibc_version, ..ROCKY }
}

/// The variants on Debian put GOPATH and GOROOT in front of its PATH; what the others stand on sets one of its own (msgo).
fn microsoft_go(tag: Option<&Text>) -> Image {
    let says = |suite: &str| tag.and_then(Text::as_literal).is_some_and(|tag| tag.contains(suite));
    let Some(suite) = ["bullseye", "bookworm"].into_iter().find(|suite| says(suite)) else { return MICROSOFT_GO };
    let (path, package_manager) = (Known(GO_PATH), PackageManager::Apt);
    Image {
        family: Family::Debian,
        path,
        package_manager,
        wheel: No,
        usr_merged: debian_merged(Some(suite)),
        glibc_version: debian_glibc(Some(suite)),
        ..MICROSOFT_GO
    }
}

/// `debug` adds busybox, and a link to it as /bin/sh; the others have no shell (kaniko).
fn kaniko(tag: Option<&Text>) -> Image {
    match tag.and_then(Text::as_literal) {
        Some(tag) if tag.contains("debug") => Image { shell: Known(Some("/bin/sh")), bin_sh: Yes, ..KANIKO },
        Some(_) => Image { shell: Known(None), bin_sh: No, bash: No, package_manager: PackageManager::None, ..KANIKO },
        None => KANIKO,
    }
}

fn ubi(rest: &str) -> Option<Image> {
    let (release, flavour) = match rest.split_once('/') {
        Some((release, flavour)) => (release, flavour.strip_prefix("ubi-").unwrap_or(flavour)),
        None => rest.split_once('-').unwrap_or((rest, "ubi")),
    };
    let glibc_version = match release {
        "ubi8" => Known("2.28"),
        "ubi9" => Known("2.34"),
        "ubi10" => Fact::Unknown,
        // The toolset is also published under rhel names.
        _ if flavour == "go-toolset" => Fact::Unknown,
        _ => return None,
    };
    let image = match flavour {
        "ubi" => UBI,
        "minimal" => UBI_MINIMAL,
        "micro" => UBI_MICRO,
        "go-toolset" => GO_TOOLSET,
        _ => return None,
    };
    Some(Image { glibc_version, ..image })
}

fn distroless(rest: &str, reference: &Reference) -> Option<Image> {
    let (base, suite) = match rest.rsplit_once("-debian") {
        Some((base, number)) => (base, Some(number)),
        None => (rest, None),
    };
    let python = |entrypoint| Image { entrypoint, ..DISTROLESS_PYTHON };
    let row = match base {
        "static" => DISTROLESS_STATIC,
        "base" => DISTROLESS_BASE,
        "base-nossl" => DISTROLESS_NOSSL,
        "cc" => DISTROLESS_CC,
        // The newest has the suffix and none; the interpreter's version is Debian's.
        "python3" if matches!(suite, Some("13")) => python(Known(&["/usr/bin/python3.13"])),
        "python3" if suite.is_none() && !reference.digest => python(Known(&["/usr/bin/python3.13"])),
        "python3" => DISTROLESS_PYTHON,
        _ if base.starts_with("nodejs") => DISTROLESS_NODE,
        "java-base" => Image { entrypoint: Known(&[]), ..DISTROLESS_JAVA },
        _ if base.starts_with("java") => DISTROLESS_JAVA,
        _ => return None,
    };
    // debian12's base-files ships a real /bin, debian13's a link; a name without a suffix changed on 2026-01-30.
    let (usr_merged, glibc) = match suite {
        Some("13") => (Yes, Known("2.41")),
        Some("12") => (No, Known("2.36")),
        Some("11") => (Tri::Unknown, Known("2.31")),
        _ => (Tri::Unknown, Fact::Unknown),
    };
    let glibc_version = if row.libc == Libc::Glibc { glibc } else { Fact::Unknown };
    let latest = Image { usr_merged, glibc_version, ..row };
    let nonroot = |image: Image| Image { user: Known("65532"), workdir: Known("/home/nonroot"), ..image };
    let debug = Image {
        shell: Known(Some("/busybox/sh")),
        entrypoint: Known(&["/busybox/sh"]),
        path: Known("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/busybox"),
        layouts: latest.layouts.union(Layouts::DISTROLESS_DEBUG).without(Layouts::DISTROLESS),
        ..latest
    };
    let tag = reference.deciding_tag().or_else(|| reference.tag.clone());
    // An architecture may follow: `nonroot-arm64`.
    let literal = tag.as_ref().and_then(Text::as_literal).map(|tag| {
        ["-amd64", "-arm64", "-arm", "-s390x", "-ppc64le", "-riscv64"]
            .iter()
            .find_map(|arch| tag.strip_suffix(arch))
            .unwrap_or(tag)
    });
    Some(match literal {
        Some("latest") => latest,
        Some("nonroot") => nonroot(latest),
        Some("debug") => debug,
        Some("debug-nonroot") => nonroot(debug),
        _ => [nonroot(latest), debug, nonroot(debug)].iter().fold(latest, |all, one| all.join(one)),
    })
}

fn chainguard(name: &str, reference: &Reference) -> Option<Image> {
    let row = match name {
        "static" => WOLFI_STATIC,
        "glibc-dynamic" => WOLFI_GLIBC,
        "busybox" => WOLFI_BUSYBOX,
        "wolfi-base" => WOLFI_BASE,
        "go" => WOLFI_GO,
        _ => return None,
    };
    // Other tags (`-dev`, a version, a digest) were not read: a shell and a package manager may be there.
    if reference.deciding_tag() == Some(Text::literal("latest")) || name == "wolfi-base" {
        return Some(row);
    }
    Some(Image {
        shell: row.shell.join(Known(Some("/bin/sh"))),
        bin_sh: row.bin_sh.join(Yes),
        bash: Tri::Unknown,
        git: row.git.join(Yes),
        package_manager: PackageManager::Unknown,
        layouts: Layouts::OPAQUE,
        ..row
    })
}
