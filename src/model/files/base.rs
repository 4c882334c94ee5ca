//! Knows what lies at a path that no instruction wrote: what the base image and its packages bring.
//! Refuses to know what was written since.

use super::{Base, Files, Found, links};
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::{Relation, Text, Why};

impl Files {
    pub(super) fn find_in_base(&self, path: &Path) -> Found {
        if path.is_root() {
            return Found::Dir;
        }
        if !self.programs.is_empty() && in_system_dirs(path) {
            let name = path.name();
            let name = name.as_ref().and_then(Text::as_literal).unwrap_or_default();
            if self.programs.contains(&name) {
                return Found::Exists;
            }
            // Which packages bring a loader is known of each; those of which it is not are taints.
            if !in_program_dirs(path) && !name.starts_with("ld-linux") && !name.starts_with("ld-musl") {
                return Found::Unknown(Why::new("an installed package may bring it"));
            }
        }
        match &self.base {
            Base::Empty => Found::Missing,
            Base::Unknown(why) => Found::Unknown(why.clone()),
            Base::Machine if path.as_literal().is_some_and(is_standard_dir) => Found::Dir,
            Base::Machine => Found::Unknown(Why::new("what this machine has is not known")),
            Base::Image(image) => {
                let Some(text) = path.as_literal() else {
                    return Found::Unknown(Why::new("the path is not known part by part"));
                };
                // On a merged base both spellings are the same file, and the table may know either.
                let other = links::outside_usr(text).filter(|_| image.usr_merged == Tri::Yes);
                let answer = match (image.has(text), other.map(|other| image.has(other))) {
                    (Tri::Unknown, Some(answer)) => answer,
                    (answer, _) => answer,
                };
                match answer {
                    Tri::No => Found::Missing,
                    Tri::Yes if is_standard_dir(text) => Found::Dir,
                    Tri::Yes => Found::Exists,
                    Tri::Unknown => Found::Unknown(Why::new(format!("{} may bring it", image.name))),
                }
            }
        }
    }
}

/// Where package managers put programs and libraries.
pub(super) fn in_system_dirs(path: &Path) -> bool {
    if let Some(text) = path.as_literal() {
        let first = text[1..].split('/').next();
        // Alpine's s6-overlay brings `/init`.
        let system = matches!(first, Some("bin" | "sbin" | "usr" | "lib" | "lib64" | "etc" | "opt" | "var" | "init"));
        return system && !text.starts_with("/usr/local/");
    }
    ["/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc", "/opt", "/var"].iter().any(|dir| {
        let dir = Path::new(dir);
        *path == dir || path.is_below(&dir) != Relation::Different
    }) && path.is_below(&Path::new("/usr/local")) != Relation::Equal
}

/// Directly in a directory where only programs lie.
fn in_program_dirs(path: &Path) -> bool {
    matches!(path.parent().as_literal(), Some("/bin" | "/sbin" | "/usr/bin" | "/usr/sbin"))
}

/// Directly in a directory that people and go put programs into.
pub(super) fn is_for_programs(path: &Path) -> bool {
    in_program_dirs(path)
        || matches!(path.parent().as_literal(), Some("/usr/local/bin" | "/usr/local/sbin" | "/go/bin"))
}

/// Directories of the file system hierarchy that every distribution has.
fn is_standard_dir(path: &str) -> bool {
    const DIRS: &[&str] = &[
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/sys",
        "/tmp",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/local/lib",
        "/usr/local/sbin",
        "/usr/local/share",
        "/usr/sbin",
        "/usr/share",
        "/var",
        "/go",
        "/go/bin",
        "/go/src",
        "/usr/local/go",
        "/usr/local/go/bin",
        "/etc/ssl",
        "/etc/ssl/certs",
        "/home/nonroot",
        "/var/lib",
        "/var/log",
        "/usr/share/zoneinfo",
    ];
    DIRS.contains(&path)
}
