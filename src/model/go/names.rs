//! Knows what go calls an executable, and which import paths are the standard library's.
//! Refuses to know directories: only import paths name programs.

/// The last element of an import path; for a major version `vN`, the one before it (fact 19).
pub fn executable(import_path: &str) -> &str {
    let (before, last) = import_path.rsplit_once('/').unwrap_or(("", import_path));
    if before.is_empty() || !is_major_version(last) {
        return last;
    }
    before.rsplit('/').next().unwrap_or(before)
}

/// `v2` and up, without leading zeros.
fn is_major_version(element: &str) -> bool {
    let Some(digits) = element.strip_prefix('v') else { return false };
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0') && digits != "1"
}

/// First elements of the standard library's import paths in 1.15 to 1.27.
const STD: &[&str] = &[
    "archive",
    "arena",
    "bufio",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "uuid",
    "vendor",
    "weak",
];

/// Programs of the toolchain, `cmd/…`.
const COMMANDS: &[&str] = &[
    "addr2line",
    "api",
    "asm",
    "buildid",
    "cgo",
    "compile",
    "covdata",
    "cover",
    "dist",
    "distpack",
    "doc",
    "fix",
    "go",
    "gofmt",
    "internal",
    "link",
    "nm",
    "objdump",
    "pack",
    "pprof",
    "preprofile",
    "relnote",
    "test2json",
    "trace",
    "vendor",
    "vet",
];

/// Whether an import path's first element is the standard library's.
pub fn is_std(import_path: &str) -> bool {
    let mut elements = import_path.split('/');
    match elements.next() {
        Some("cmd") => elements.next().is_none_or(|name| COMMANDS.contains(&name)),
        Some(first) => STD.contains(&first),
        None => false,
    }
}

/// The base that makes a standard package need cgo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StdNeed {
    Net,
    OsUser,
    /// `plugin`, `runtime/cgo`.
    Always,
}

/// Which cgo package a standard package imports in the end (fact 77; `go list -deps` of 1.21, 1.24 and 1.27).
pub fn std_need(import_path: &str) -> Option<StdNeed> {
    Some(match import_path {
        "archive/tar" | "os/user" => StdNeed::OsUser,
        "plugin" | "runtime/cgo" => StdNeed::Always,
        "net/url" | "net/netip" => return None,
        "crypto/tls" | "crypto/x509" | "expvar" | "log/syslog" | "mime/multipart" | "net" => StdNeed::Net,
        _ if import_path.starts_with("net/") => StdNeed::Net,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_element_names_the_program_unless_it_is_a_major_version() {
        for (path, name) in [
            ("example.com/foo/v2", "foo"),
            ("example.com/v2", "example.com"),
            ("example.com/m/cmd/foo/v2", "foo"),
            ("example.com/foo/v2/v3", "v2"),
            ("example.com/foo/v1", "v1"),
            ("example.com/foo/v02", "v02"),
            ("example.com/foo/v10", "foo"),
            ("v2", "v2"),
            ("gopkg.in/yaml.v3", "yaml.v3"),
            ("example.com/foo.git", "foo.git"),
            ("example.com/Foo", "Foo"),
        ] {
            assert_eq!(executable(path), name, "{path}");
        }
    }

    #[test]
    fn standard_packages_that_need_cgo() {
        assert_eq!(std_need("net/http"), Some(StdNeed::Net));
        assert_eq!(std_need("archive/tar"), Some(StdNeed::OsUser));
        for free in ["net/url", "net/netip", "database/sql", "html/template", "os/exec", "log/slog", "fmt"] {
            assert_eq!(std_need(free), None, "{free}");
        }
        assert!(is_std("cmd/gofmt") && !is_std("cmd/flux") && is_std("net/http") && !is_std("server"));
    }
}
