//! Knows the rows of the image table: one constant an image.
//! Refuses to know names, tags, and golang's variants.

use super::files::Layouts;
use super::{DEFAULT_PATH, Fact, Family, GoImage, Ids, Image, Libc, Os, PackageManager, ROOT};
use crate::model::go::GoVersion;
use crate::model::tri::Tri;
use Fact::Known;
use Tri::{No, Yes};

pub(super) const GLIBC_LOADERS: &[&str] = &["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];
pub(super) const MUSL_LOADERS: &[&str] = &["/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"];
const CERT_FILE: &[(&str, Fact<&str>)] = &[("SSL_CERT_FILE", Known("/etc/ssl/certs/ca-certificates.crt"))];
/// apko's default, in its own order (apko).
const APKO_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/bin:/usr/sbin:/sbin:/bin";

/// Nothing known but the name.
pub(super) const OPAQUE: Image = Image {
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
    own: None,
};

/// Empty; BuildKit and the classic builder write PATH even here (buildkit, run).
pub(super) const SCRATCH: Image = Image {
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

/// Its history has an ADD and a CMD, and nothing else that a configuration holds (repoinfo).
pub(super) const UBUNTU: Image = Image {
    name: "ubuntu",
    family: Family::Ubuntu,
    cmd: Fact::Unknown,
    tzdata: No,
    layouts: Layouts::UBUNTU,
    ..DEBIAN
};

/// busybox:glibc carries libc and loader, the other flavours a static busybox and no loader at all (busybox, run).
pub(super) const BUSYBOX: Image = Image {
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

pub(super) const DISTROLESS_STATIC: Image = Image {
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
pub(super) const DISTROLESS_BASE: Image =
    Image { name: "distroless base", libc: Libc::Glibc, loaders: Known(GLIBC_LOADERS), ..DISTROLESS_STATIC };
pub(super) const DISTROLESS_NOSSL: Image = Image { name: "distroless base-nossl", ..DISTROLESS_BASE };
pub(super) const DISTROLESS_CC: Image = Image { name: "distroless cc", ..DISTROLESS_BASE };
pub(super) const DISTROLESS_PYTHON: Image = Image {
    name: "distroless python3",
    env_complete: false,
    entrypoint: Fact::Unknown,
    layouts: Layouts::DISTROLESS_RUNTIME,
    ..DISTROLESS_CC
};
pub(super) const DISTROLESS_NODE: Image =
    Image { name: "distroless nodejs", entrypoint: Known(&["/nodejs/bin/node"]), ..DISTROLESS_PYTHON };
pub(super) const DISTROLESS_JAVA: Image = Image { name: "distroless java", ..DISTROLESS_PYTHON };

/// Runs as 65532 by default, unlike distroless (chainguard).
pub(super) const WOLFI_STATIC: Image = Image {
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
pub(super) const WOLFI_GLIBC: Image = Image {
    name: "Chainguard glibc-dynamic",
    libc: Libc::Glibc,
    loaders: Known(GLIBC_LOADERS),
    tzdata: No,
    ..WOLFI_STATIC
};
pub(super) const WOLFI_BUSYBOX: Image = Image {
    name: "Chainguard busybox",
    shell: Known(Some("/bin/sh")),
    bin_sh: Yes,
    cmd: Fact::Unknown,
    entrypoint: Fact::Unknown,
    layouts: Layouts::WOLFI_SHELL,
    ..WOLFI_GLIBC
};
pub(super) const WOLFI_BASE: Image = Image {
    name: "wolfi-base",
    user: Known("0"),
    cmd: Known(&["/bin/sh", "-l"]),
    entrypoint: Known(&[]),
    package_manager: PackageManager::Apk,
    ..WOLFI_BUSYBOX
};
/// `go install` lands in /root/go/bin, which is not on PATH (chainguard).
pub(super) const WOLFI_GO: Image = Image {
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

pub(super) const UBI: Image = Image {
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
pub(super) const UBI_MINIMAL: Image = Image {
    name: "UBI minimal",
    bash: Tri::Unknown,
    user: Fact::Unknown,
    package_manager: PackageManager::Microdnf,
    ca_certificates: Yes,
    ..UBI
};
pub(super) const UBI_MICRO: Image =
    Image { name: "UBI micro", package_manager: PackageManager::None, ca_certificates: No, ..UBI_MINIMAL };
/// Runs as uid 1001 with HOME=/opt/app-root/src (s2i, ubiissues).
pub(super) const GO_TOOLSET: Image = Image {
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

pub(super) const FEDORA: Image = Image {
    name: "fedora",
    family: Family::Fedora,
    entrypoint: Known(&[]),
    cmd: Known(&["/bin/bash"]),
    workdir: Known("/"),
    ..UBI
};
pub(super) const ROCKY: Image = Image {
    name: "rockylinux",
    family: Family::Rocky,
    package_manager: PackageManager::Unknown,
    ca_certificates: Yes,
    tzdata: Yes,
    ..FEDORA
};
pub(super) const AMAZON: Image =
    Image { name: "amazonlinux", family: Family::Amazon, package_manager: PackageManager::Unknown, ..FEDORA };
/// Its group wheel is gid 28, not 10 (photon).
pub(super) const PHOTON: Image = Image {
    name: "photon",
    family: Family::Photon,
    package_manager: PackageManager::Tdnf,
    usr_merged: Tri::Unknown,
    wheel: Yes,
    groups: &[("root", 0), ("wheel", 28)],
    ..FEDORA
};

pub(super) const MICROSOFT_GO: Image = Image {
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
pub(super) const GORELEASER_CROSS: Image = Image {
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
pub(super) const XX: Image = Image {
    name: "tonistiigi/xx",
    libc: Libc::None,
    loaders: Known(&[]),
    shell: Known(None),
    bin_sh: No,
    bash: No,
    layouts: Layouts::XX,
    ..OPAQUE
};
pub(super) const KANIKO: Image = Image {
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
pub(super) const GO_RUNNER: Image = Image {
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
