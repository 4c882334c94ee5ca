//! Knows what base images bring: libc, loader, shell, PATH, user, compiler, files, and what packages add to them.
//! Refuses to know stages, instructions, and images that no table row names.
//!
//! Source ids in the comments (`offimg`, `debart`, `distroless`, …) are those of the collected image facts: the images'
//! own Dockerfiles, package lists and configurations. What no source says is Unknown, never No.

mod files;
mod golang;
mod own;
mod packages;
mod programs;
mod reference;
mod table;
mod tags;

pub use own::{Described, Meaning, Mistake, OwnImages};
pub use packages::{Package, package_brings};
pub use reference::Reference;

use super::accounts::Account;
use super::go::GoVersion;
use super::tri::{Fact, Tri};
use super::value::{Text, Value};
use files::Layouts;

/// What BuildKit, the classic builder, dockerd, containerd and buildah use where an image's configuration has no PATH.
pub const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The distribution that an image is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    Scratch,
    Alpine,
    Debian,
    Ubuntu,
    Busybox,
    /// Google's images without a package manager.
    Distroless,
    /// Chainguard's images.
    Wolfi,
    /// Red Hat's universal base images.
    Ubi,
    Fedora,
    Rocky,
    Amazon,
    Photon,
    Windows,
    /// Known by name only, or undecided between several.
    Unknown,
}

/// The kernel that its programs are made for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Os {
    Linux,
    Windows,
}

/// The C library that dynamic programs find, or that a C compiler links. Without one only static programs run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Libc {
    Glibc,
    Musl,
    None,
    #[serde(skip)]
    Unknown,
}

impl Libc {
    /// What two ways of getting here agree on.
    pub fn join(self, other: Libc) -> Libc {
        if self == other { self } else { Libc::Unknown }
    }
}

/// The program by which an image gets more packages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PackageManager {
    Apk,
    Apt,
    Dnf,
    Microdnf,
    Yum,
    Tdnf,
    None,
    #[serde(skip)]
    Unknown,
}

/// Names and numbers from `/etc/passwd` or `/etc/group`.
pub type Ids = &'static [(&'static str, u32)];

/// The Go toolchain of a builder image.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GoImage {
    pub version: GoVersion,
    pub goroot: Fact<&'static str>,
}

/// What is known of one base image. Fields that tags make differ and the reference leaves open are Unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Image {
    /// How a message may call it: `golang`, `distroless static`.
    pub name: &'static str,
    /// The distribution; whether it is a Go builder says `go`.
    pub family: Family,
    pub os: Os,
    pub libc: Libc,
    /// Dynamic loaders that exist (amd64 and arm64 names); empty: only static programs run.
    pub loaders: Fact<&'static [&'static str]>,
    /// A POSIX shell's path, `None` where there is none.
    pub shell: Fact<Option<&'static str>>,
    /// Whether `/bin/sh` exists: what the shell form needs.
    pub bin_sh: Tri,
    /// Whether `/bin/bash` exists.
    pub bash: Tri,
    /// The configuration's User; `""` is root.
    pub user: Fact<&'static str>,
    /// The configuration's WorkingDir, `/` where unset.
    pub workdir: Fact<&'static str>,
    /// PATH as programs see it, [`DEFAULT_PATH`] where the configuration has none.
    pub path: Fact<&'static str>,
    /// Other variables of the configuration. See [`Image::variable`].
    pub env: &'static [(&'static str, Fact<&'static str>)],
    /// No other variable is set.
    pub env_complete: bool,
    /// The configuration's Entrypoint; empty where it has none.
    pub entrypoint: Fact<&'static [&'static str]>,
    /// The configuration's Cmd; empty where it has none.
    pub cmd: Fact<&'static [&'static str]>,
    /// Whether `gcc` is on PATH, which is what decides cgo.
    pub c_compiler: Tri,
    /// Whether `make` is on PATH.
    pub make: Tri,
    /// Whether `git` is on PATH.
    pub git: Tri,
    pub package_manager: PackageManager,
    /// Whether `/bin`, `/sbin` and `/lib` are links into `/usr`.
    pub usr_merged: Tri,
    pub users: Ids,
    pub groups: Ids,
    /// The two lists above name all there are.
    pub ids_complete: bool,
    /// Whether `chown root:wheel` works.
    pub wheel: Tri,
    /// `/etc/ssl/certs/ca-certificates.crt`.
    pub ca_certificates: Tri,
    /// `/usr/share/zoneinfo`.
    pub tzdata: Tri,
    /// The toolchain of a builder image.
    pub go: Option<GoImage>,
    /// The newest glibc symbol version that programs find, as `2.36`.
    pub glibc_version: Fact<&'static str>,
    layouts: Layouts,
    /// What a project says of it, where it is one of its own: it may have more than `layouts` tells.
    own: Option<&'static own::Own>,
}

/// The image a FROM names, where the table has it. The name may have a registry, a tag and a digest.
pub fn lookup(reference: &str) -> Option<Image> {
    lookup_text(&Text::literal(reference))
}

/// As [`lookup`], where symbols may stand in the tag: what the open tag leaves undecided is Unknown.
/// `None` where a symbol stands in the name.
pub fn lookup_text(reference: &Text) -> Option<Image> {
    let reference = Reference::parse(reference)?;
    if reference.name == "golang" {
        return golang::image(&reference);
    }
    tags::image(&reference)
}

impl Image {
    /// What programs find in a variable before any ENV.
    pub fn variable(&self, name: &str) -> Value {
        if name == "PATH" {
            return self.path.known().map_or_else(|| self.unsaid("PATH"), Value::literal);
        }
        if name == "GOLANG_VERSION"
            && let Some(go) = self.go
            && self.env_complete
        {
            return match (go.version.minor, go.version.patch) {
                // Go 1.20 and older left out a zero patch level.
                (Some(minor), Some(0)) if minor <= 20 => Value::literal(format!("1.{minor}")),
                (Some(minor), Some(patch)) => Value::literal(format!("1.{minor}.{patch}")),
                _ => self.unsaid(name),
            };
        }
        match self.env.iter().find(|(key, _)| *key == name) {
            Some((_, Fact::Known(value))) => Value::literal(*value),
            Some((_, Fact::Unknown)) => self.unsaid(name),
            None if self.env_complete => Value::Unset,
            None => self.unsaid(name),
        }
    }

    fn unsaid(&self, name: &str) -> Value {
        Value::unknown(format!("what {} sets {name} to is not known", self.name))
    }

    /// The N of its glibc's release 2.N.
    pub fn glibc_release(&self) -> Option<u32> {
        self.glibc_version.known()?.strip_prefix("2.")?.parse().ok()
    }

    /// Whether `/etc/passwd` has this user.
    pub fn has_user(&self, name: &str) -> Tri {
        self.has_id(self.users, name)
    }

    /// Whether `/etc/group` has this group.
    pub fn has_group(&self, name: &str) -> Tri {
        if name == "wheel" { self.wheel } else { self.has_id(self.groups, name) }
    }

    fn has_id(&self, ids: Ids, name: &str) -> Tri {
        if ids.iter().any(|(known, _)| *known == name) {
            Tri::Yes
        } else if self.own.is_some() {
            Tri::Unknown
        } else if self.ids_complete || !self.layouts.is_opaque() && !programs::is_common_id(name) {
            Tri::No
        } else {
            Tri::Unknown
        }
    }

    /// Whether the image certainly has, or certainly lacks, an absolute path.
    pub fn has(&self, path: &str) -> Tri {
        files::has(self, path)
    }

    /// Whether the image that one of the project's own is based on lacks a path of which nothing is said. What was added since may be
    /// a file there, hardly a directory.
    pub fn base_lacks(&self, path: &str) -> bool {
        files::base_lacks(self, path)
    }

    /// What holds for both: for tags that leave open which of two images is meant.
    /// Commutative, associative and idempotent in all but `name`.
    pub fn join(&self, other: &Image) -> Image {
        let go = match (self.go, other.go) {
            (Some(a), Some(b)) => Some(GoImage { version: a.version.join(b.version), goroot: a.goroot.join(b.goroot) }),
            _ => None,
        };
        let same_env = self.env == other.env && self.env_complete == other.env_complete;
        let same_ids = self.users == other.users && self.groups == other.groups;
        Image {
            name: self.name.min(other.name),
            family: if self.family == other.family { self.family } else { Family::Unknown },
            os: if self.os == other.os { self.os } else { Os::Linux },
            libc: self.libc.join(other.libc),
            loaders: self.loaders.join(other.loaders),
            shell: self.shell.join(other.shell),
            bin_sh: self.bin_sh.join(other.bin_sh),
            bash: self.bash.join(other.bash),
            user: self.user.join(other.user),
            workdir: self.workdir.join(other.workdir),
            path: self.path.join(other.path),
            env: if same_env { self.env } else { &[] },
            env_complete: same_env && self.env_complete,
            entrypoint: self.entrypoint.join(other.entrypoint),
            cmd: self.cmd.join(other.cmd),
            c_compiler: self.c_compiler.join(other.c_compiler),
            make: self.make.join(other.make),
            git: self.git.join(other.git),
            package_manager: if self.package_manager == other.package_manager {
                self.package_manager
            } else {
                PackageManager::Unknown
            },
            usr_merged: self.usr_merged.join(other.usr_merged),
            users: if same_ids { self.users } else { ROOT },
            groups: if same_ids { self.groups } else { ROOT },
            ids_complete: same_ids && self.ids_complete && other.ids_complete,
            wheel: self.wheel.join(other.wheel),
            ca_certificates: self.ca_certificates.join(other.ca_certificates),
            tzdata: self.tzdata.join(other.tzdata),
            go,
            glibc_version: self.glibc_version.join(other.glibc_version),
            layouts: match self.own == other.own {
                true => self.layouts.union(other.layouts),
                false => Layouts::OPAQUE,
            },
            own: self.own.filter(|own| other.own == Some(own)),
        }
    }
}

const ROOT: Ids = &[("root", 0)];

/// The number that a user or group has in every image that has it. `www-data` and `wheel` have several.
pub fn usual_id(account: Account, name: &str) -> Option<u32> {
    match (account, name) {
        (_, "root") => Some(0),
        (Account::User, "nobody") | (Account::Group, "nobody" | "nogroup") => Some(65534),
        (_, "nonroot") => Some(65532),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
