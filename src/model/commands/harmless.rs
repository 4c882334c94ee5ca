//! Knows which commands change nothing that a build goes on to use.
//! Refuses to know those that do: anything not named here may have written.

use crate::model::trace::Argument;

/// Commands that write no program and change no variable.
pub(super) fn is_harmless(name: &str) -> bool {
    const HARMLESS: &[&str] = &[
        ":",
        "true",
        "false",
        "echo",
        "printf",
        "test",
        "[",
        "[[",
        "ls",
        "cat",
        "grep",
        "egrep",
        "fgrep",
        "head",
        "tail",
        "wc",
        "uniq",
        "cut",
        "tr",
        "awk",
        "find",
        "which",
        "type",
        "hash",
        "sleep",
        "date",
        "id",
        "whoami",
        "uname",
        "hostname",
        "set",
        "shopt",
        "trap",
        "wait",
        "ulimit",
        "umask",
        "read",
        "shift",
        "break",
        "continue",
        "passwd",
        "chpasswd",
        "update-ca-certificates",
        "ldconfig",
        "ldd",
        "file",
        "strings",
        "nm",
        "readelf",
        "objdump",
        "du",
        "df",
        "stat",
        "sha256sum",
        "sha512sum",
        "md5sum",
        "getcap",
        "gofmt",
        "golangci-lint",
        "staticcheck",
        "govulncheck",
        "diff",
        "cmp",
        "sync",
        "ps",
        "kill",
        "pkill",
        "base64",
        "tput",
        "clear",
        "jq",
        "yq",
        "getent",
        "realpath",
        "readlink",
        "basename",
        "dirname",
        "pwd",
        "nproc",
        "arch",
        "dpkg-query",
        "dpkg-architecture",
        "seq",
        "expr",
        "let",
        "alias",
        "ssh-keyscan",
        "apt-key",
        "add-apt-repository",
        "apt-mark",
        "apt-cache",
        "rpm-query",
        "localedef",
        "locale-gen",
        "kubectl",
        "open",
    ];
    HARMLESS.contains(&name)
}

/// `find` without an action that changes something.
pub(super) fn only_looks(arguments: &[Argument]) -> bool {
    !arguments.iter().any(|a| {
        a.value
            .as_literal()
            .is_none_or(|text| matches!(text, "-exec" | "-execdir" | "-delete" | "-ok" | "-okdir" | "-fprint"))
    })
}

/// `app version`, `app --help`: whatever the program is, it prints and writes nothing.
pub(super) fn only_talks(arguments: &[Argument]) -> bool {
    let [only] = arguments else { return false };
    matches!(only.value.as_literal(), Some("version" | "--version" | "-version" | "-V" | "help" | "--help" | "-help"))
}
