//! Knows the names of operating systems and architectures: which go gives a meaning, and which it builds for.
//! Refuses to know which pairs of them exist.

/// What go takes for an operating system in file names and build tags, whether go builds for it, and whether `unix` stands for it.
///
/// Source: `internal/syslist` of Go 1.27; what is built for: `go tool dist list` of every Go from 1.15 on (fact 32).
const SYSTEMS: &[(&str, bool, bool)] = &[
    ("aix", true, true),
    ("android", true, true),
    ("darwin", true, true),
    ("dragonfly", true, true),
    ("freebsd", true, true),
    ("hurd", false, true),
    ("illumos", true, true),
    ("ios", true, true),
    ("js", true, false),
    ("linux", true, true),
    ("nacl", false, false),
    ("netbsd", true, true),
    ("openbsd", true, true),
    ("plan9", true, false),
    ("solaris", true, true),
    ("wasip1", true, false),
    ("windows", true, false),
    ("zos", false, false),
];

/// The same of architectures.
const ARCHITECTURES: &[(&str, bool)] = &[
    ("386", true),
    ("amd64", true),
    ("amd64p32", false),
    ("arm", true),
    ("armbe", false),
    ("arm64", true),
    ("arm64be", false),
    ("loong64", true),
    ("mips", true),
    ("mipsle", true),
    ("mips64", true),
    ("mips64le", true),
    ("mips64p32", false),
    ("mips64p32le", false),
    ("ppc", false),
    ("ppc64", true),
    ("ppc64le", true),
    ("riscv", false),
    ("riscv64", true),
    ("s390", false),
    ("s390x", true),
    ("sparc", false),
    ("sparc64", false),
    ("wasm", true),
];

/// Whether go takes the name for a GOOS, in a variable and in the name of a file.
pub fn is_system(name: &str) -> bool {
    SYSTEMS.iter().any(|(system, ..)| *system == name)
}

/// Whether go takes the name for a GOARCH.
pub fn is_architecture(name: &str) -> bool {
    ARCHITECTURES.iter().any(|(architecture, _)| *architecture == name)
}

/// Whether the tag `unix` stands for it.
pub fn is_unix(name: &str) -> bool {
    SYSTEMS.iter().any(|(system, _, unix)| *system == name && *unix)
}

/// Whether any Go from 1.15 to 1.27 builds for both halves.
pub fn is_built_for(os: &str, arch: &str) -> bool {
    SYSTEMS.iter().any(|(system, built, _)| *system == os && *built)
        && ARCHITECTURES.iter().any(|(architecture, built)| *architecture == arch && *built)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_a_meaning_and_no_program() {
        assert!(is_system("zos") && !is_built_for("zos", "s390x"));
        assert!(is_architecture("sparc64") && !is_built_for("linux", "sparc64"));
        assert!(is_built_for("linux", "riscv64") && !is_built_for("linux", "x86_64"));
        assert!(is_unix("hurd") && is_unix("linux") && !is_unix("plan9") && !is_unix("posix"));
    }
}
