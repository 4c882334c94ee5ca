//! Knows by which names and first lines a Dockerfile and a Makefile are recognised.
//! Refuses to know their syntax, and where files come from.

/// The languages that gobin-lint reads on their own account (scripts and the like are followed from these).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Kind {
    Dockerfile,
    Makefile,
}

/// Extensions behind `Dockerfile.` or `Makefile.` that mean something else: a template, what automake reads, a page about Dockerfiles,
/// a program called Dockerfile.
const NOT_A_VARIANT: &[&str] = &[
    "adoc",
    "am",
    "bak",
    "bat",
    "c",
    "cfg",
    "cmd",
    "conf",
    "cpp",
    "css",
    "csv",
    "diff",
    "dockerignore",
    "ejs",
    "erb",
    "gif",
    "go",
    "golden",
    "gotmpl",
    "hbs",
    "hcl",
    "html",
    "in",
    "j2",
    "java",
    "jinja",
    "jinja2",
    "jpg",
    "js",
    "json",
    "jsonnet",
    "lock",
    "log",
    "lua",
    "m4",
    "md",
    "mdx",
    "mustache",
    "orig",
    "patch",
    "pdf",
    "php",
    "pl",
    "png",
    "ps1",
    "py",
    "pyc",
    "rb",
    "rego",
    "rej",
    "rs",
    "rst",
    "sh",
    "snap",
    "sql",
    "svg",
    "swp",
    "t",
    "template",
    "tf",
    "tmpl",
    "toml",
    "tpl",
    "ts",
    "tsx",
    "txt",
    "vim",
    "xml",
    "yaml",
    "yml",
    "zip",
];

/// The names that make looks for, in its order.
pub const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

impl Kind {
    /// What a file is by its name alone; discovery takes exactly these.
    pub fn of_path(path: &str) -> Option<Kind> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if is_variant(name, &["Dockerfile", "dockerfile", "Containerfile", "containerfile"], &['.', '-', '_']) {
            return Some(Kind::Dockerfile);
        }
        if is_variant(name, &MAKEFILES, &['.']) {
            return Some(Kind::Makefile);
        }
        match name.rsplit_once('.')? {
            ("", _) => None,
            (_, "Dockerfile" | "dockerfile" | "Containerfile" | "containerfile") => Some(Kind::Dockerfile),
            (_, "mk" | "make" | "mak") => Some(Kind::Makefile),
            _ => None,
        }
    }

    /// What a file is that somebody named: by its name, else a Dockerfile where a line starts with `FROM`, else a Makefile.
    pub fn of(path: &str, text: &str) -> Kind {
        Kind::of_path(path).unwrap_or_else(|| {
            let is_from = |line: &str| {
                let line = line.trim_start_matches('\u{feff}').trim_start();
                line.get(..5)
                    .is_some_and(|word| word.eq_ignore_ascii_case("from ") || word.eq_ignore_ascii_case("from\t"))
            };
            if text.lines().any(is_from) { Kind::Dockerfile } else { Kind::Makefile }
        })
    }
}

/// Whether docker or podman takes it where nobody names another.
pub fn is_default_dockerfile(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("Dockerfile" | "dockerfile" | "Containerfile"))
}

/// `stem`, or `stem` with one of `separators` and a rest whose extension does not mean something else.
fn is_variant(name: &str, stems: &[&str], separators: &[char]) -> bool {
    stems.iter().filter_map(|stem| name.strip_prefix(stem)).any(|rest| {
        if rest.is_empty() {
            return true;
        }
        let Some(variant) = rest.strip_prefix(separators).filter(|v| !v.is_empty()) else { return false };
        let dotted = rest.starts_with('.') || variant.contains('.');
        let extension = variant.rsplit('.').next().unwrap_or(variant).to_ascii_lowercase();
        let other = dotted && NOT_A_VARIANT.contains(&extension.as_str());
        // automake's input has parts of its own: `Makefile.am.include`.
        let automake = rest.starts_with('.') && variant.split('.').any(|part| part == "am");
        !other && !automake && !variant.ends_with('~')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_and_makefiles_by_name() {
        for name in [
            "Dockerfile",
            "dockerfile",
            "Dockerfile.prod",
            "Dockerfile-arm",
            "Dockerfile_x",
            "app.Dockerfile",
            "app.dockerfile",
            "Containerfile",
            "Containerfile.dev",
            "app.Containerfile",
            "build/ci/Dockerfile.linux.arm64",
            "Dockerfile-go",
        ] {
            assert_eq!(Kind::of_path(name), Some(Kind::Dockerfile), "{name}");
        }
        for name in ["Makefile", "makefile", "GNUmakefile", "Makefile.common", "build/rules.mk", "x.make"] {
            assert_eq!(Kind::of_path(name), Some(Kind::Makefile), "{name}");
        }
        for name in [
            "Dockerfile.dockerignore",
            "Dockerfile.md",
            "dockerfile.go",
            "dockerfile.json.golden",
            "Dockerfile.tmpl",
            "Dockerfile.j2",
            "Dockerfile-x.template",
            "Dockerfile.in",
            "dockerfile.ejs.t",
            "Makefile.am",
            "Makefile.am.in",
            "Makefile.am.include",
            "dockerfile.mdx",
            "dockerfile-context.mdx",
            "Dockerfile.",
            "Dockerfile~",
            "Dockerfile.bak",
            "Dockerfiles",
            ".mk",
            "main.go",
            "makefile_test.go",
            "Makefile.py",
        ] {
            assert_eq!(Kind::of_path(name), None, "{name}");
        }
    }

    #[test]
    fn a_named_file_is_told_by_its_text() {
        assert_eq!(Kind::of("image.txt", "# x\nfrom alpine\n"), Kind::Dockerfile);
        assert_eq!(Kind::of("rules.txt", "all:\n\techo from\n"), Kind::Makefile);
        assert_eq!(Kind::of("Makefile", "FROM alpine\n"), Kind::Makefile);
    }
}
