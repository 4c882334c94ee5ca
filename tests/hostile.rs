//! Knows what a text can do to its reader: double itself, nest, turn in circles, name what is elsewhere. Each of these ends, and in the
//! memory that a test has.
//! Refuses to know how long that takes; `benches/linear.py` shows it.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use gobin_lint::kind::Kind;
use gobin_lint::lint::{self, Options};
use gobin_lint::source::{MemoryCheckout, Sources};

/// Lints a checkout; nothing in it may make a rule or the model fail.
fn ends(files: &[(&str, String)]) {
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files.iter().cloned())));
    let documents = files.iter().filter(|(path, _)| Kind::of_path(path).is_some());
    let documents: Vec<_> = documents.filter_map(|(path, _)| sources.load(path)).collect();
    assert!(!documents.is_empty());
    let report = lint::lint(&sources, &documents, &Options::default());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

fn many(n: usize, line: impl Fn(usize) -> String) -> String {
    (1..=n).map(line).collect()
}

#[test]
fn values_that_double_line_by_line() {
    let env = many(60, |i| format!("ENV A{i}=$A{}$A{}\n", i - 1, i - 1));
    ends(&[("Dockerfile", format!("FROM golang\nENV A0=xx\n{env}RUN go build -o $A60\nENTRYPOINT [\"$A60\"]\n"))]);
    let arg = many(60, |i| format!("ARG A{i}=$A{}$A{}\n", i - 1, i - 1));
    ends(&[("Dockerfile", format!("ARG A0=xx\n{arg}FROM $A60\nCOPY $A60 /\n"))]);
    let shell = many(60, |i| format!("; A{i}=$A{}$A{}; A0=$A0$A0; B+=$A{i}", i - 1, i - 1));
    ends(&[("Dockerfile", format!("FROM golang\nRUN A0=xx{shell}; go build -o $A60\n"))]);
    let make = many(60, |i| format!("A{i} = $(A{}) $(A{})\n", i - 1, i - 1));
    ends(&[("Makefile", format!("A0 = x x\n{make}all:\n\tgo build -o $(A60) .\n"))]);
    let once = many(60, |i| format!("A{i} := $(A{}) $(A{})\n", i - 1, i - 1));
    ends(&[("Makefile", format!("A0 := x x\n{once}all: $(A60)\n\tgo build -o $(A60) .\n"))]);
}

#[test]
fn loops_in_loops() {
    let nested = |n| {
        let open = many(n, |i| format!("for a{i} in 1 2 3 4 5 6 7 8 9 0; do "));
        format!("{open}go build -o /x$a1$a2;{} done", " done;".repeat(n - 1))
    };
    ends(&[("Dockerfile", format!("FROM golang\nRUN {}\n", nested(10)))]);
    ends(&[("Makefile", format!("all:\n\t{}\n", nested(10).replace('$', "$$")))]);
    let letters = many(8, |i| format!("$(foreach a{i},1 2 3 4 5 6 7 8 9 0,"));
    ends(&[("Makefile", format!("X := {letters}$(a1){}\nall:\n\techo $(X)\n", ")".repeat(8)))]);
}

#[test]
fn what_ends_in_many_places() {
    let exits = many(2_000, |i| format!("if [ \"$X\" = {i} ]; then touch /f{i}; exit 0; fi\n"));
    let dockerfile = "FROM debian:12\nARG X\nCOPY run.sh /run.sh\nRUN /run.sh\nCMD [\"/f1\"]\n".to_string();
    ends(&[("Dockerfile", dockerfile), ("run.sh", format!("#!/bin/sh\n{exits}"))]);
}

#[test]
fn stages_that_start_from_the_one_above() {
    ends(&[("Dockerfile", format!("FROM alpine AS a\n{}", many(20_000, |_| "FROM a AS a\n".into())))]);
}

#[test]
fn what_calls_itself() {
    ends(&[("Makefile", "A = $(B)\nB = $(A)\nall: $(A)\n\t$(A) $(B)\n".into())]);
    ends(&[("Makefile", "define E\n$(eval $(E))\n$(eval $(E))\nendef\n$(eval $(E))\nall:\n\techo\n".into())]);
    ends(&[("Makefile", "N = $(eval N += $$(N) $$(N))$(N)\nall: $(N)\n\techo $(N)\n".into())]);
    ends(&[("Makefile", "f = $(call f,$(1)x) $(call f,$(1)y)\nall:\n\t$(call f,a)\n".into())]);
    ends(&[("Makefile", "%.a: %.b\n\techo\n%.b: %.a\n\techo\nx.a:\n".into())]);
    ends(&[
        ("Makefile", "include Makefile a.mk\nall:\n\techo\n".into()),
        ("a.mk", "include a.mk\ninclude Makefile\n".into()),
    ]);
    let makes = many(100, |i| {
        format!("t{i}:\n\t$(MAKE) t{}\n\t$(MAKE) -C . t{}\n\tdocker build .\n", i * 7 % 100, i * 3 % 100)
    });
    ends(&[("Makefile", makes), ("Dockerfile", "FROM golang\nCOPY . .\nRUN make\n".into())]);
    ends(&[("Dockerfile", "FROM golang\nRUN f() { f; g; f; }; g() { f; g; f; }; f\n".into())]);
    let script = "#!/bin/sh\n./a.sh\n. ./a.sh\n./a.sh; sh -c './a.sh; ./a.sh'\n";
    ends(&[("Dockerfile", "FROM golang\nCOPY . .\nRUN sh ./a.sh\n".into()), ("a.sh", script.into())]);
    ends(&[(
        "Dockerfile",
        "FROM a AS a\nONBUILD ONBUILD RUN x\nFROM a AS a\nCOPY --from=a / /\nCOPY --from=a / /\n".into(),
    )]);
}

#[test]
fn a_file_without_a_name() {
    ends(&[("/", "\n".into()), ("Makefile", "all:\n\t$(MAKE) A=\n".into())]);
}

#[test]
fn what_is_nested_and_what_is_long() {
    for (open, close) in [("(", ")"), ("$(", ")"), ("{ ", "; }"), ("if true; then ", "; fi"), ("\"$(", ")\"")] {
        ends(&[("Dockerfile", format!("FROM golang\nRUN {}x{}\n", open.repeat(2000), close.repeat(2000)))]);
    }
    ends(&[("Makefile", format!("X = {}x{}\nall:\n\techo $(X)\n", "$(if ".repeat(2000), ")".repeat(2000)))]);
    ends(&[("Makefile", many(800, |i| format!("t{i}: t{} t{}\n\techo\n", i + 1, i + 2)))]);
    let stages =
        many(200, |i| format!("FROM golang AS s{i}\nCOPY --from=s{} / /\nCOPY --from=s{} /b /b{i}\n", i - 1, i - 1));
    ends(&[("Dockerfile", format!("FROM golang AS s0\nRUN go build -o /b/x .\n{stages}"))]);
    let stars = "*a".repeat(40);
    let text =
        format!("FROM golang\nCOPY {stars} /x/\nRUN rm -rf {stars}; A={}; echo ${{A#{stars}b}} \n", "a".repeat(3000));
    ends(&[("Dockerfile", text), (&format!("{}b", "a".repeat(200)), String::new())]);
    let aliases = many(24, |i| format!("a{i}: &a{i} [*a{}, *a{}]\n", i - 1, i - 1));
    let compose = format!("a0: &a0 [x, x]\n{aliases}services:\n  x:\n    build: *a24\n");
    ends(&[("Dockerfile", "FROM golang\nCOPY a b\n".into()), ("docker-compose.yml", compose)]);
    let deep = format!("services: {}", "[".repeat(100_000));
    ends(&[("Dockerfile", "FROM golang\nCOPY a b\n".into()), ("docker-compose.yml", deep)]);
}

fn run(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gobin-lint")).args(args).current_dir(dir).output().unwrap()
}

/// A checkout whose links lead in circles and out of it, beside a directory that only is called a Dockerfile.
#[cfg(unix)]
#[test]
fn what_a_disk_can_hold() {
    use std::fs;
    use std::os::unix::fs::symlink;

    let outside = tempfile::tempdir().unwrap();
    let makefile = outside.path().join("Makefile");
    fs::write(&makefile, "all:\n\tgo install .\n\tapp\n").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    fs::create_dir_all(at(".git")).unwrap();
    fs::create_dir_all(at("a/Dockerfile")).unwrap();
    fs::create_dir_all(at("b")).unwrap();
    symlink("..", at("a/up")).unwrap();
    symlink("self", at("self")).unwrap();
    symlink("Dockerfile", at("b/Dockerfile")).unwrap();
    symlink(&makefile, at("b/Makefile")).unwrap();
    fs::write(at("Dockerfile"), "FROM golang\nCOPY a/up/a/up/a/up b self ../../etc/passwd /x/\nRUN make -C b\n")
        .unwrap();
    fs::write(at("broken.mk"), b"all:\n\techo \xff\xfe\n").unwrap();
    for args in [&["."][..], &["--fix", "--unsafe-fixes", "."], &["flow", "."]] {
        let output = run(dir.path(), args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {said}");
        assert!(said.contains("broken.mk") && said.contains("not UTF-8"), "{args:?}: {said}");
    }
    assert_eq!(fs::read_to_string(&makefile).unwrap(), "all:\n\tgo install .\n\tapp\n", "a file outside was changed");
    // Named outright, what cannot be read is an error.
    let output = run(dir.path(), &["a/Dockerfile", "b/Dockerfile"]);
    assert_ne!(output.status.code(), None);
}
