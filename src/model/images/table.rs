//! Knows the rows of the image table: one constant an image, and how tags change it.
//! Refuses to know golang's tags and how references are written.

use super::files::Layouts;
use super::golang::SUITES;
use super::reference::Reference;
use super::{DEFAULT_PATH, Fact, Family, GoImage, Ids, Image, Libc, Os, PackageManager, ROOT};
use crate::model::go::GoVersion;
use crate::model::tri::Tri;
use crate::model::value::{Part, Text};
use Fact::Known;
use Tri::{No, Yes};

const GLIBC_LOADERS: &[&str] = &["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];
const MUSL_LOADERS: &[&str] = &["/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"];
const CERT_FILE: &[(&str, Fact<&str>)] = &[("SSL_CERT_FILE", Known("/etc/ssl/certs/ca-certificates.crt"))];
/// apko's default, in its own order (apko).
const APKO_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/bin:/usr/sbin:/sbin:/bin";

/// Nothing known but the name.
const OPAQUE: Image = Image {
    name: "",
    family: Family::Unknown,
    os: Os::Linux,
    libc: Libc::Unknown,
    loaders: Fact::Unknown,
    shell: Fact::Unknown,
    bin_sh: Tri::Unknown,
    bash: Tri::Unknown,
    user: Fact::Unknown,
    workdir: Fact::Unknown,
    path: Fact::Unknown,
    env: &[],
    env_complete: false,
    entrypoint: Fact::Unknown,
    cmd: Fact::Unknown,
    c_compiler: Tri::Unknown,
    make: Tri::Unknown,
    git: Tri::Unknown,
    package_manager: PackageManager::Unknown,
    usr_merged: Tri::Unknown,
    users: ROOT,
    groups: ROOT,
    ids_complete: false,
    wheel: Tri::Unknown,
    ca_certificates: Tri::Unknown,
    tzdata: Tri::Unknown,
    go: None,
    glibc_version: Fact::Unknown,
    layouts: Layouts::OPAQUE,
};

/// Empty; BuildKit and the classic builder write PATH even here (buildkit, run).
const SCRATCH: Image = Image {
    name: "scratch",
    family: Family::Scratch,
    libc: Libc::None,
    loaders: Known(&[]),
    shell: Known(None),
    bin_sh: No,
    bash: No,
    user: Known(""),
    workdir: Known("/"),
    path: Known(DEFAULT_PATH),
    env_complete: true,
    entrypoint: Known(&[]),
    cmd: Known(&[]),
    c_compiler: No,
    make: No,
    git: No,
    package_manager: PackageManager::None,
    usr_merged: No,
    users: &[],
    groups: &[],
    ids_complete: true,
    wheel: No,
    ca_certificates: No,
    tzdata: No,
    layouts: Layouts::SCRATCH,
    ..OPAQUE
};

pub(super) const ALPINE: Image = Image {
    name: "alpine",
    family: Family::Alpine,
    libc: Libc::Musl,
    loaders: Known(MUSL_LOADERS),
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    bash: No,
    user: Known(""),
    workdir: Known("/"),
    path: Known(DEFAULT_PATH),
    env_complete: true,
    entrypoint: Known(&[]),
    cmd: Known(&["/bin/sh"]),
    c_compiler: No,
    make: No,
    git: No,
    package_manager: PackageManager::Apk,
    usr_merged: Tri::Unknown,
    users: ALPINE_USERS,
    groups: ALPINE_GROUPS,
    wheel: Yes,
    tzdata: No,
    layouts: Layouts::ALPINE,
    ..OPAQUE
};
const ALPINE_USERS: Ids = &[("root", 0), ("nobody", 65534), ("guest", 405)];
const ALPINE_GROUPS: Ids = &[("root", 0), ("wheel", 10)];

pub(super) const DEBIAN: Image = Image {
    name: "debian",
    family: Family::Debian,
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    bash: Yes,
    user: Known(""),
    workdir: Known("/"),
    path: Known(DEFAULT_PATH),
    env_complete: true,
    entrypoint: Known(&[]),
    cmd: Known(&["bash"]),
    c_compiler: No,
    make: No,
    git: No,
    package_manager: PackageManager::Apt,
    users: &[("root", 0), ("www-data", 33), ("nobody", 65534)],
    groups: &[("root", 0), ("www-data", 33), ("staff", 50), ("users", 100), ("nogroup", 65534)],
    wheel: No,
    ca_certificates: No,
    layouts: Layouts::DEBIAN,
    ..OPAQUE
};

const UBUNTU: Image = Image {
    name: "ubuntu",
    family: Family::Ubuntu,
    env_complete: false,
    cmd: Fact::Unknown,
    workdir: Fact::Unknown,
    tzdata: No,
    layouts: Layouts::UBUNTU,
    ..DEBIAN
};

/// busybox:glibc carries libc and loader, the other flavours a static busybox and no loader at all (busybox, run).
const BUSYBOX: Image = Image {
    name: "busybox",
    family: Family::Busybox,
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    bash: No,
    cmd: Known(&["sh"]),
    package_manager: PackageManager::None,
    usr_merged: No,
    users: &[("root", 0), ("www-data", 33), ("nobody", 65534)],
    groups: &[("root", 0), ("wheel", 10)],
    wheel: Yes,
    ca_certificates: No,
    tzdata: No,
    layouts: Layouts::BUSYBOX,
    ..ALPINE
};

const DISTROLESS_STATIC: Image = Image {
    name: "distroless static",
    family: Family::Distroless,
    user: Known("0"),
    env: CERT_FILE,
    usr_merged: Tri::Unknown,
    users: &[("root", 0), ("nobody", 65534), ("nonroot", 65532)],
    groups: &[("root", 0), ("tty", 5), ("staff", 50), ("nobody", 65534), ("nonroot", 65532)],
    ca_certificates: Yes,
    tzdata: Yes,
    layouts: Layouts::DISTROLESS,
    ..SCRATCH
};
const DISTROLESS_BASE: Image =
    Image { name: "distroless base", libc: Libc::Glibc, loaders: Known(GLIBC_LOADERS), ..DISTROLESS_STATIC };
const DISTROLESS_NOSSL: Image = Image { name: "distroless base-nossl", ..DISTROLESS_BASE };
const DISTROLESS_CC: Image = Image { name: "distroless cc", ..DISTROLESS_BASE };
const DISTROLESS_PYTHON: Image = Image {
    name: "distroless python3",
    env_complete: false,
    entrypoint: Fact::Unknown,
    layouts: Layouts::DISTROLESS_RUNTIME,
    ..DISTROLESS_CC
};
const DISTROLESS_NODE: Image =
    Image { name: "distroless nodejs", entrypoint: Known(&["/nodejs/bin/node"]), ..DISTROLESS_PYTHON };
const DISTROLESS_JAVA: Image = Image { name: "distroless java", ..DISTROLESS_PYTHON };

/// Runs as 65532 by default, unlike distroless (chainguard).
const WOLFI_STATIC: Image = Image {
    name: "Chainguard static",
    family: Family::Wolfi,
    user: Known("65532"),
    path: Known(APKO_PATH),
    env: CERT_FILE,
    usr_merged: Yes,
    users: &[("root", 0), ("nonroot", 65532)],
    groups: &[("root", 0), ("wheel", 10)],
    ids_complete: false,
    wheel: Yes,
    ca_certificates: Yes,
    tzdata: Yes,
    layouts: Layouts::WOLFI_STATIC,
    ..SCRATCH
};
const WOLFI_GLIBC: Image = Image {
    name: "Chainguard glibc-dynamic",
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    tzdata: No,
    ..WOLFI_STATIC
};
const WOLFI_BUSYBOX: Image = Image {
    name: "Chainguard busybox",
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    cmd: Fact::Unknown,
    entrypoint: Fact::Unknown,
    layouts: Layouts::WOLFI_SHELL,
    ..WOLFI_GLIBC
};
const WOLFI_BASE: Image = Image {
    name: "wolfi-base",
    user: Known("0"),
    cmd: Known(&["/bin/sh", "-l"]),
    entrypoint: Known(&[]),
    package_manager: PackageManager::Apk,
    ..WOLFI_BUSYBOX
};
/// `go install` lands in /root/go/bin, which is not on PATH (chainguard).
const WOLFI_GO: Image = Image {
    name: "Chainguard go",
    user: Known("0"),
    workdir: Fact::Unknown,
    env: &[
        ("SSL_CERT_FILE", Known("/etc/ssl/certs/ca-certificates.crt")),
        ("GODEBUG", Known("tarinsecurepath=0,zipinsecurepath=0")),
        ("GOTOOLCHAIN", Known("local+auto")),
    ],
    entrypoint: Known(&["/usr/bin/go"]),
    cmd: Known(&["help"]),
    bash: Tri::Unknown,
    c_compiler: Yes,
    make: Tri::Unknown,
    git: Yes,
    package_manager: PackageManager::Unknown,
    go: Some(GoImage { version: GoVersion::UNKNOWN, goroot: Fact::Unknown }),
    layouts: Layouts::OPAQUE,
    ..WOLFI_BUSYBOX
};

const UBI: Image = Image {
    name: "UBI",
    family: Family::Ubi,
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    bash: Yes,
    user: Known(""),
    path: Known(DEFAULT_PATH),
    package_manager: PackageManager::Dnf,
    usr_merged: Yes,
    layouts: Layouts::RPM,
    ..OPAQUE
};
const UBI_MINIMAL: Image = Image {
    name: "UBI minimal",
    bash: Tri::Unknown,
    user: Fact::Unknown,
    package_manager: PackageManager::Microdnf,
    ca_certificates: Yes,
    ..UBI
};
const UBI_MICRO: Image =
    Image { name: "UBI micro", package_manager: PackageManager::None, ca_certificates: No, ..UBI_MINIMAL };
/// Runs as uid 1001 with HOME=/opt/app-root/src (s2i, ubiissues).
const GO_TOOLSET: Image = Image {
    name: "UBI go-toolset",
    user: Known("1001"),
    workdir: Known("/opt/app-root/src"),
    path: Fact::Unknown,
    env: &[("HOME", Known("/opt/app-root/src")), ("APP_ROOT", Known("/opt/app-root"))],
    entrypoint: Known(&["container-entrypoint"]),
    bash: Tri::Unknown,
    go: Some(GoImage { version: GoVersion::UNKNOWN, goroot: Fact::Unknown }),
    layouts: Layouts::OPAQUE,
    ..UBI
};

const FEDORA: Image =
    Image { name: "fedora", family: Family::Fedora, cmd: Known(&["/bin/bash"]), workdir: Known("/"), ..UBI };
const ROCKY: Image = Image {
    name: "rockylinux",
    family: Family::Rocky,
    package_manager: PackageManager::Unknown,
    ca_certificates: Yes,
    tzdata: Yes,
    ..FEDORA
};
const AMAZON: Image =
    Image { name: "amazonlinux", family: Family::Amazon, package_manager: PackageManager::Unknown, ..FEDORA };
/// Its group wheel is gid 28, not 10 (photon).
const PHOTON: Image = Image {
    name: "photon",
    family: Family::Photon,
    package_manager: PackageManager::Tdnf,
    usr_merged: Tri::Unknown,
    wheel: Yes,
    groups: &[("root", 0), ("wheel", 28)],
    ..FEDORA
};

const MICROSOFT_GO: Image = Image {
    name: "Microsoft build of Go",
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    user: Known(""),
    workdir: Known("/go"),
    env: &[("GOPATH", Known("/go"))],
    go: Some(GoImage { version: GoVersion::UNKNOWN, goroot: Known("/usr/local/go") }),
    ..OPAQUE
};
/// An ENTRYPOINT is inherited: `CMD ["app"]` runs `tini -- /entrypoint.sh app` (gorelcross).
const GORELEASER_CROSS: Image = Image {
    name: "goreleaser-cross",
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    user: Known(""),
    entrypoint: Known(&["/usr/bin/tini", "--", "/entrypoint.sh"]),
    c_compiler: Yes,
    go: Some(GoImage { version: GoVersion::UNKNOWN, goroot: Known("/usr/local/go") }),
    ..OPAQUE
};
/// FROM scratch with `/usr/bin/xx-*`, used as `COPY --from=tonistiigi/xx / /` (xx).
const XX: Image = Image {
    name: "tonistiigi/xx",
    libc: Libc::None,
    loaders: Known(&[]),
    shell: Known(None),
    bin_sh: No,
    bash: No,
    layouts: Layouts::XX,
    ..OPAQUE
};
const KANIKO: Image = Image {
    name: "kaniko",
    libc: Libc::None,
    loaders: Known(&[]),
    user: Known(""),
    workdir: Known("/workspace"),
    path: Known("/usr/local/bin:/kaniko"),
    env: &[("HOME", Known("/root")), ("USER", Known("root")), ("SSL_CERT_DIR", Known("/kaniko/ssl/certs"))],
    entrypoint: Known(&["/kaniko/executor"]),
    ..OPAQUE
};
/// Built on a distroless static image; entrypoint and user were not readable (k8sgorunner).
const GO_RUNNER: Image = Image {
    name: "go-runner",
    family: Family::Distroless,
    libc: Libc::None,
    loaders: Known(&[]),
    shell: Known(None),
    bin_sh: No,
    bash: No,
    c_compiler: No,
    package_manager: PackageManager::None,
    ..OPAQUE
};

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
        "scratch" => SCRATCH,
        "alpine" => alpine(tag.as_ref()),
        "debian" => debian(tag.as_ref()),
        "ubuntu" => ubuntu(tag.as_ref()),
        "busybox" => busybox(tag.as_ref()),
        "fedora" | "registry.fedoraproject.org/fedora" | "quay.io/fedora/fedora" => FEDORA,
        "rockylinux" | "rockylinux/rockylinux" | "quay.io/rockylinux/rockylinux" => ROCKY,
        "amazonlinux" | "public.ecr.aws/amazonlinux/amazonlinux" => amazon(tag.as_ref()),
        "photon" => PHOTON,
        "mcr.microsoft.com/oss/go/microsoft/golang" => MICROSOFT_GO,
        "ghcr.io/goreleaser/goreleaser-cross" | "goreleaser/goreleaser-cross" | "troian/golang-cross" => {
            GORELEASER_CROSS
        }
        "tonistiigi/xx" => XX,
        "gcr.io/kaniko-project/executor" | "gcr.io/kaniko-project/warmer" => KANIKO,
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
    let glibc_version = if is("20.04", "focal") {
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

fn amazon(tag: Option<&Text>) -> Image {
    let literal = tag.and_then(Text::as_literal).unwrap_or_default();
    let (package_manager, glibc_version) = match literal.split(['.', '-']).next() {
        Some("2") => (PackageManager::Yum, Known("2.26")),
        Some("2023" | "latest") => (PackageManager::Dnf, Known("2.34")),
        _ => (PackageManager::Unknown, Fact::Unknown),
    };
    Image { package_manager, glibc_version, ..AMAZON }
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
    let row = match base {
        "static" => DISTROLESS_STATIC,
        "base" => DISTROLESS_BASE,
        "base-nossl" => DISTROLESS_NOSSL,
        "cc" => DISTROLESS_CC,
        "python3" => DISTROLESS_PYTHON,
        _ if base.starts_with("nodejs") => DISTROLESS_NODE,
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
