//! Knows which paths base images certainly have and certainly lack.
//! Refuses to know what instructions add: these are the images as they were pulled.

use super::programs::{self, Certain};
use super::{Image, Libc, Os};
use crate::model::path::components;
use crate::model::tri::{Fact, Tri};

/// The file trees an image may consist of: one bit each, several where a tag leaves it open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Layouts(u32);

impl Layouts {
    pub(super) const OPAQUE: Layouts = Layouts(1);
    pub(super) const SCRATCH: Layouts = Layouts(1 << 1);
    pub(super) const ALPINE: Layouts = Layouts(1 << 2);
    pub(super) const DEBIAN: Layouts = Layouts(1 << 3);
    pub(super) const UBUNTU: Layouts = Layouts(1 << 4);
    pub(super) const BUSYBOX: Layouts = Layouts(1 << 5);
    pub(super) const DISTROLESS: Layouts = Layouts(1 << 6);
    pub(super) const DISTROLESS_DEBUG: Layouts = Layouts(1 << 7);
    /// With Python, Node or a Java runtime.
    pub(super) const DISTROLESS_RUNTIME: Layouts = Layouts(1 << 8);
    pub(super) const WOLFI_STATIC: Layouts = Layouts(1 << 9);
    pub(super) const WOLFI_SHELL: Layouts = Layouts(1 << 10);
    pub(super) const RPM: Layouts = Layouts(1 << 11);
    pub(super) const XX: Layouts = Layouts(1 << 12);
    pub(super) const GO_DEBIAN: Layouts = Layouts(1 << 13);
    pub(super) const GO_ALPINE: Layouts = Layouts(1 << 14);

    pub(super) fn union(self, other: Layouts) -> Layouts {
        Layouts(self.0 | other.0)
    }

    pub(super) fn without(self, other: Layouts) -> Layouts {
        Layouts(self.0 & !other.0)
    }

    /// Nothing is known of some of the trees.
    pub(super) fn is_opaque(self) -> bool {
        self.0 & (Self::OPAQUE.0 | Self::XX.0) != 0
    }

    fn each(self) -> impl Iterator<Item = Layouts> {
        (0..u32::BITS).map(|bit| Layouts(1 << bit)).filter(move |one| self.0 & one.0 != 0)
    }
}

/// Directories of the file hierarchy standard that base images may have at the top.
const TOP: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "lost+found",
    "afs",
];
/// Those that Alpine, Debian and Ubuntu certainly have.
const TOP_CERTAIN: &[&str] = &[
    "bin", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "sys", "tmp",
    "usr", "var",
];
/// What distributions may have directly below `/usr` (FHS 3.0, chapter 4, and what Red Hat and apko add).
const USR: &[&str] = &[
    "X11R6",
    "bin",
    "etc",
    "games",
    "glibc-compat",
    "include",
    "java",
    "lib",
    "lib32",
    "lib64",
    "libexec",
    "libx32",
    "local",
    "sbin",
    "share",
    "src",
    "tmp",
];
/// What there may be in `/usr/local` before anybody puts something there (FHS 3.0, 4.9.2, and what Red Hat adds).
const USR_LOCAL: &[&str] =
    &["bin", "etc", "games", "include", "lib", "lib32", "lib64", "libexec", "man", "sbin", "share", "src"];
/// What the container runtime mounts whatever the image has.
const MOUNTED: &[&str] = &["/dev", "/proc", "/sys", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];
const SYSTEM_BIN: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin"];

pub(super) fn has(image: &Image, path: &str) -> Tri {
    if image.os == Os::Windows {
        return Tri::Unknown;
    }
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return Tri::Yes;
    }
    if !path.starts_with('/') || components(&path[1..]).any(|part| matches!(part, "" | "." | "..")) {
        return Tri::Unknown;
    }
    if let Some(own) = image.own {
        let told = own.has(image, path).or_else(|| loader(image, path));
        return told.unwrap_or_else(|| match in_trees(image, path) {
            // It may have been added.
            Tri::No => Tri::Unknown,
            answer => answer,
        });
    }
    in_trees(image, path)
}

pub(super) fn base_lacks(image: &Image, path: &str) -> bool {
    let untold = |own: &super::own::Own| own.has(image, path).is_none();
    image.own.is_some_and(untold) && path.starts_with('/') && in_trees(image, path).is_no()
}

fn in_trees(image: &Image, path: &str) -> Tri {
    let mut answers = image.layouts.each().map(|layout| has_in(image, layout, path));
    let first = answers.next().unwrap_or(Tri::Unknown);
    answers.fold(first, Tri::join)
}

fn below<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    path.strip_prefix(dir)?.strip_prefix('/')
}

fn has_in(image: &Image, layout: Layouts, path: &str) -> Tri {
    if MOUNTED.iter().any(|mounted| path == *mounted || below(path, mounted).is_some()) {
        return Tri::Unknown;
    }
    match layout {
        Layouts::OPAQUE => Tri::Unknown,
        Layouts::SCRATCH => Tri::No,
        // The tree holds only usr/bin/xx-* and what they share (xx).
        Layouts::XX => {
            let usr = path == "/usr" || path == "/usr/bin" || below(path, "/usr").is_some();
            if usr { Tri::Unknown } else { Tri::No }
        }
        _ => in_distribution(image, layout, path),
    }
}

fn in_distribution(image: &Image, layout: Layouts, path: &str) -> Tri {
    let go = matches!(layout, Layouts::GO_DEBIAN | Layouts::GO_ALPINE);
    if go && let Some(answer) = in_go_tree(path) {
        return answer;
    }
    if let Some(answer) = loader(image, path) {
        return answer;
    }
    let full =
        matches!(layout, Layouts::ALPINE | Layouts::DEBIAN | Layouts::UBUNTU | Layouts::GO_DEBIAN | Layouts::GO_ALPINE);
    let (top, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    if rest.is_empty() {
        return match top {
            _ if full && TOP_CERTAIN.contains(&top) => Tri::Yes,
            "tmp" | "etc" | "usr" if layout != Layouts::BUSYBOX || top != "usr" => Tri::Yes,
            "busybox" if layout == Layouts::DISTROLESS_DEBUG => Tri::Yes,
            "nodejs" if layout == Layouts::DISTROLESS_RUNTIME => Tri::Unknown,
            "home" | "root" if distroless(layout) => Tri::Yes,
            _ if TOP.contains(&top) => Tri::Unknown,
            _ => Tri::No,
        };
    }
    match path {
        "/etc/passwd" | "/etc/group" => return Tri::Yes,
        "/etc/ssl/certs/ca-certificates.crt" => return image.ca_certificates,
        "/usr/share/zoneinfo" => return image.tzdata,
        "/home/nonroot" if distroless(layout) => return Tri::Yes,
        "/usr/bin" | "/usr/lib" | "/usr/share" if full => return Tri::Yes,
        "/usr/sbin" if full => return Tri::Yes,
        "/usr/local" | "/usr/local/bin" if full => return Tri::Yes,
        _ => {}
    }
    // The package manager owns none of these (FHS 3.0, 3.7, 3.13, 3.17 and 4.9): base images leave them empty.
    for empty in ["/usr/local/bin", "/usr/local/sbin", "/opt", "/srv", "/mnt", "/tmp"] {
        if below(path, empty).is_some() {
            return Tri::No;
        }
    }
    // Sources of the kernel come with packages that no base image has; Red Hat has directories for them.
    if below(path, "/usr/src").is_some() && layout != Layouts::RPM {
        return Tri::No;
    }
    let local = below(path, "/usr/local").map(|rest| rest.split('/').next().unwrap_or(rest));
    if local.is_some_and(|name| !USR_LOCAL.contains(&name)) {
        return Tri::No;
    }
    match top {
        "home" if rest.starts_with("nonroot/") || rest == "ubuntu" || rest.starts_with("ubuntu/") => Tri::Unknown,
        "home" => Tri::No,
        "root" if rest.starts_with('.') || layout == Layouts::RPM => Tri::Unknown,
        "root" => Tri::No,
        "usr" if !rest.split('/').next().is_some_and(|name| USR.contains(&name) || name.contains("-linux-")) => Tri::No,
        "busybox" if layout == Layouts::DISTROLESS_DEBUG => match rest {
            "sh" | "busybox" | "ls" | "cat" | "cp" | "chmod" | "mkdir" | "wget" => Tri::Yes,
            _ if programs::is_common(rest) => Tri::Unknown,
            _ => Tri::No,
        },
        _ if !TOP.contains(&top) => {
            if top == "nodejs" && layout == Layouts::DISTROLESS_RUNTIME {
                Tri::Unknown
            } else {
                Tri::No
            }
        }
        _ => SYSTEM_BIN
            .iter()
            .find_map(|dir| below(path, dir))
            .map_or(Tri::Unknown, |name| program(image, layout, path, name)),
    }
}

fn distroless(layout: Layouts) -> bool {
    matches!(layout, Layouts::DISTROLESS | Layouts::DISTROLESS_DEBUG | Layouts::DISTROLESS_RUNTIME)
}

/// `/go` and `/usr/local/go` of the golang images (golang).
fn in_go_tree(path: &str) -> Option<Tri> {
    match path {
        "/go" | "/go/bin" | "/go/src" => return Some(Tri::Yes),
        "/usr/local/go" | "/usr/local/go/bin" | "/usr/local/go/bin/go" | "/usr/local/go/bin/gofmt" => {
            return Some(Tri::Yes);
        }
        _ => {}
    }
    if below(path, "/go").is_some() || below(path, "/usr/local/go/bin").is_some() {
        return Some(Tri::No);
    }
    below(path, "/usr/local/go").map(|_| Tri::Unknown)
}

/// Loaders are asked for by the name of one architecture: there if the image has its platform's.
fn loader(image: &Image, path: &str) -> Option<Tri> {
    let libc = match path.rsplit('/').next() {
        Some(name) if name.starts_with("ld-linux") => Libc::Glibc,
        Some(name) if name.starts_with("ld-musl-") => Libc::Musl,
        _ => return None,
    };
    Some(match image.loaders {
        Fact::Unknown => Tri::Unknown,
        Fact::Known([]) => Tri::No,
        Fact::Known(loaders) if loaders.contains(&path) => Tri::Yes,
        Fact::Known(_) if image.libc == libc => Tri::Unknown,
        Fact::Known(_) if image.libc == Libc::Unknown => Tri::Unknown,
        Fact::Known(_) => Tri::No,
    })
}

fn program(image: &Image, layout: Layouts, path: &str, name: &str) -> Tri {
    type Lists = (&'static [Certain], &'static [&'static str]);
    let (certain, lacks): Lists = match layout {
        // tzdata brings one script (distroless).
        Layouts::DISTROLESS | Layouts::DISTROLESS_DEBUG | Layouts::WOLFI_STATIC if name != "tzconfig" => {
            return Tri::No;
        }
        Layouts::ALPINE | Layouts::GO_ALPINE => (&[programs::ALPINE], programs::ALPINE_LACKS),
        Layouts::DEBIAN | Layouts::UBUNTU => (&[programs::DEBIAN], programs::DEBIAN_LACKS),
        Layouts::GO_DEBIAN => (&[programs::DEBIAN, programs::GO_DEBIAN], programs::GO_DEBIAN_LACKS),
        Layouts::BUSYBOX => (&[programs::BUSYBOX], programs::BUSYBOX_LACKS),
        // What these bring besides was not read.
        Layouts::WOLFI_SHELL | Layouts::RPM if path == "/bin/sh" => return image.bin_sh,
        Layouts::WOLFI_SHELL => (&[], &[]),
        _ => return Tri::Unknown,
    };
    if name.contains('/') {
        return Tri::No;
    }
    let dir = &path[..path.len() - name.len() - 1];
    let merged = |dir: &str| if dir.ends_with("sbin") { "sbin" } else { "bin" };
    let there = certain.iter().flat_map(|lists| lists.iter()).any(|(in_dir, names)| {
        names.contains(&name) && (*in_dir == dir || image.usr_merged.is_yes() && merged(in_dir) == merged(dir))
    });
    if there {
        Tri::Yes
    } else if lacks.contains(&name) || !programs::is_common(name) {
        Tri::No
    } else {
        Tri::Unknown
    }
}
