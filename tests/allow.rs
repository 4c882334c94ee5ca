//! Knows how a project keeps findings: comments and `--add-allow`.
//! Refuses to know how the rules come to their findings.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use gobin_lint::lint::{self, Options, Report};
use gobin_lint::source::{MemoryCheckout, Sources};
use tempfile::TempDir;

/// An image that starts what nothing put there; `#` lines go in front of the last line.
const BROKEN: &str = "FROM scratch\nCOPY go.mod /\nENTRYPOINT [\"/api\"]\n";

fn look(path: &str, text: &str) -> Report {
    let files = [(path, text), ("go.mod", "module example.com/m\n")];
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files)));
    let document = sources.load(path).unwrap();
    lint::lint(&sources, &[document], &Options::default())
}

/// Ids of what is reported, and of what is allowed.
fn ids(path: &str, text: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let report = look(path, text);
    let allowed = report.allowed.iter().map(|allowed| allowed.diagnostic.rule).collect();
    (report.diagnostics.iter().map(|d| d.rule).collect(), allowed)
}

fn nothing_but(id: &'static str) -> (Vec<&'static str>, Vec<&'static str>) {
    (Vec::new(), vec![id])
}

const NOT_FOUND: &str = "entrypoint-not-found";

#[test]
fn a_comment_counts_for_the_statement_below_it() {
    assert_eq!(ids("Dockerfile", BROKEN), (vec![NOT_FOUND], vec![]));
    let with = |comment: &str| BROKEN.replace("ENTRYPOINT", &format!("{comment}\nENTRYPOINT"));
    for comment in [
        "# gobin-lint: allow entrypoint-not-found -- a volume brings it",
        "#gobin-lint: allow entrypoint-not-found",
        "  # gobin-lint:allow entrypoint-not-found",
        "# gobin-lint: allow entrypoint-not-found\n\n# more of it",
    ] {
        assert_eq!(ids("Dockerfile", &with(comment)), nothing_but(NOT_FOUND), "{comment}");
    }
    let crlf = with("# gobin-lint: allow entrypoint-not-found").replace('\n', "\r\n");
    assert_eq!(ids("Dockerfile", &crlf), nothing_but(NOT_FOUND));
    let report = look("Dockerfile", &with("# gobin-lint: allow entrypoint-not-found -- a volume -- or so"));
    assert_eq!(report.allowed[0].reason.as_deref(), Some("a volume -- or so"));
    let too_early = BROKEN.replace("COPY", "# gobin-lint: allow entrypoint-not-found\nCOPY");
    assert_eq!(ids("Dockerfile", &too_early), (vec!["unused-allow", NOT_FOUND], vec![]));
}

#[test]
fn allow_file_counts_at_the_top_only() {
    let comment = "# gobin-lint: allow-file entrypoint-not-found\n";
    assert_eq!(ids("Dockerfile", &format!("# syntax=docker/dockerfile:1\n{comment}{BROKEN}")), nothing_but(NOT_FOUND));
    assert_eq!(ids("Dockerfile", &format!("{BROKEN}{comment}")).0, [NOT_FOUND, "unused-allow"]);
}

/// `go install` refuses such a GOBIN.
const TOOLS: &str = "tools:\n\tGOBIN=bin go install ./cmd/api\n\techo done\n";

#[test]
fn recipes_take_comments_of_make_and_of_the_shell() {
    let (found, _) = ids("Makefile", TOOLS);
    assert_eq!(found, ["relative-gobin"]);
    for (from, to) in [
        ("\tGOBIN=bin go install ./cmd/api", "# gobin-lint: allow relative-gobin\n\tGOBIN=bin go install ./cmd/api"),
        ("\tGOBIN=bin go install ./cmd/api", "\t# gobin-lint: allow relative-gobin\n\tGOBIN=bin go install ./cmd/api"),
        ("\tGOBIN=bin go install ./cmd/api", "\t@# gobin-lint: allow relative-gobin\n\tGOBIN=bin go install ./cmd/api"),
        (
            "\tGOBIN=bin go install ./cmd/api",
            "\tGOBIN=bin go install ./cmd/api # gobin-lint: allow relative-gobin -- ours",
        ),
        (
            "\tGOBIN=bin go install ./cmd/api",
            "\ttrue && \\\n\t# gobin-lint: allow relative-gobin \\\n\tGOBIN=bin go install ./cmd/api",
        ),
        (
            "\tGOBIN=bin go install ./cmd/api",
            "# gobin-lint: allow relative-gobin\n\ttrue && \\\n\tGOBIN=bin go install ./cmd/api",
        ),
    ] {
        assert_eq!(ids("Makefile", &TOOLS.replace(from, to)), nothing_but("relative-gobin"), "{to}");
    }
    let quoted = TOOLS.replace("install ./cmd/api", "install ./cmd/api ' # gobin-lint: allow relative-gobin'");
    assert!(!ids("Makefile", &quoted).1.contains(&"relative-gobin"));
}

#[test]
fn comments_between_continued_lines_count_for_the_next_line() {
    let dockerfile = |between: &str| {
        format!(
            "FROM golang:1.24-alpine\nCOPY . .\nRUN true && \\\n{between}    CGO_ENABLED=0 go build -race -o /app .\n"
        )
    };
    let (found, _) = ids("Dockerfile", &dockerfile(""));
    let id = *found.first().expect("-race without cgo");
    let allow = format!("    # gobin-lint: allow {id}\n");
    assert!(ids("Dockerfile", &dockerfile(&allow)).1.contains(&id));
    let heredoc =
        format!("FROM golang:1.24-alpine\nCOPY . .\nRUN <<EOF\n{allow}CGO_ENABLED=0 go build -race -o /app .\nEOF\n");
    assert!(ids("Dockerfile", &heredoc).1.contains(&id));
}

#[test]
fn what_a_run_did_not_ask_is_not_called_unused() {
    let text = format!("# gobin-lint: allow-file implicit-gobin, {NOT_FOUND}\n{BROKEN}");
    let sources = Sources::new(Arc::new(MemoryCheckout::new([("Dockerfile", text.as_str())])));
    let document = sources.load("Dockerfile").unwrap();
    let asked = |select: &[&str], ignore: &[&str]| {
        let select = (!select.is_empty()).then(|| select.iter().map(ToString::to_string).collect());
        let ignore = ignore.iter().map(ToString::to_string).collect();
        let report = lint::lint(&sources, &[document], &Options { select, ignore, ..Options::default() });
        report.diagnostics.iter().map(|d| d.rule).collect::<Vec<_>>()
    };
    assert_eq!(asked(&[], &[]), ["unused-allow"]);
    assert_eq!(asked(&["unused-allow"], &[]), ["unused-allow"]);
    assert_eq!(asked(&[NOT_FOUND], &[]), [""; 0]);
    assert_eq!(asked(&[], &["implicit-gobin"]), [""; 0]);
}

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        std::fs::write(dir.path().join(path), text).unwrap();
    }
    dir
}

fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_gobin-lint")).current_dir(dir).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ran.status.code().unwrap(), text(ran.stdout), text(ran.stderr))
}

fn read(dir: &TempDir, path: &str) -> String {
    std::fs::read_to_string(dir.path().join(path)).unwrap()
}

#[test]
fn add_allow_keeps_everything_once() {
    let recipe = "all:\n\ttrue; \\\n\tGOBIN=bin go install ./cmd/api; \\\n\techo done\n";
    let dir = tree(&[("Dockerfile", BROKEN), ("Makefile", recipe), ("go.mod", "module example.com/m\n")]);
    let all = ["--fail-on", "note"];
    assert_eq!(run(dir.path(), &all).0, 1);
    let (code, diff, _) = run(dir.path(), &["--add-allow=later", "--diff", "--fail-on", "note"]);
    assert_eq!((code, read(&dir, "Dockerfile").as_str()), (1, BROKEN), "{diff}");
    let (code, out, err) = run(dir.path(), &["--add-allow=later", "--fail-on", "note"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("allowed 2 findings in 2 files; no findings left, 2 allowed"), "{out}");
    let comment = "# gobin-lint: allow entrypoint-not-found -- later\nENTRYPOINT";
    assert_eq!(read(&dir, "Dockerfile"), BROKEN.replace("ENTRYPOINT", comment));
    assert_eq!(read(&dir, "Makefile"), recipe.replace("\ttrue", "# gobin-lint: allow relative-gobin -- later\n\ttrue"));
    let before = (read(&dir, "Dockerfile"), read(&dir, "Makefile"));
    assert_eq!(run(dir.path(), &["--add-allow", "--fail-on", "note"]).0, 0);
    assert_eq!(run(dir.path(), &["--fix", "--unsafe-fixes", "--fail-on", "note"]).0, 0, "what is allowed is not fixed");
    assert_eq!((read(&dir, "Dockerfile"), read(&dir, "Makefile")), before);
    let (_, out, _) = run(dir.path(), &["--show-allowed", "--format", "concise"]);
    assert!(out.contains("Dockerfile:4:13: error[entrypoint-not-found]") && out.contains("(allowed in line 3: later)"));
    let (_, json, _) = run(dir.path(), &["--show-allowed", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["allowed"].as_array().unwrap().len(), json["findings"].as_array().unwrap().len()), (2, 0));
    let (_, sarif, _) = run(dir.path(), &["--show-allowed", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["suppressions"][0]["justification"], "later");
}

#[test]
fn add_allow_lengthens_the_comment_that_is_there() {
    let text = format!("FROM scratch\n# gobin-lint: allow {NOT_FOUND}\nENTRYPOINT [\"bin/api\"]\n");
    let dir = tree(&[("Dockerfile", &text)]);
    let (found, _) = ids("Dockerfile", &text);
    run(dir.path(), &["--add-allow", "--fail-on", "note"]);
    let after = read(&dir, "Dockerfile");
    assert_eq!(after.matches("gobin-lint").count(), 1, "{found:?}\n{after}");
    assert_eq!(after.lines().count(), text.lines().count());
}

#[test]
fn what_allows_nothing_is_taken_away_by_fix() {
    let text = "# gobin-lint: allow-file implicit-gobin, entrypoint-not-found, implicit-cgo -- why\nFROM scratch\nCOPY go.mod /\n\
        ENTRYPOINT [\"/api\"]\n# gobin-lint: allow syntax-error\n";
    let dir = tree(&[("Dockerfile", text), ("go.mod", "module example.com/m\n")]);
    let (code, out, _) = run(dir.path(), &["--fix"]);
    assert_eq!(
        (code, read(&dir, "Dockerfile")),
        (
            0,
            text.replace("implicit-gobin, ", "")
                .replace(", implicit-cgo", "")
                .replace("# gobin-lint: allow syntax-error\n", "")
        ),
        "{out}"
    );
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let dir = tree(&[("Dockerfile", BROKEN), ("go.mod", "module example.com/m\n")]);
    let (code, out, err) = run(dir.path(), &["--write-baseline", "b.json"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("1 accepted"), "{err}");
    let with = |args: &[&str]| run(dir.path(), &[&["--baseline", "b.json", "--format", "concise"], args].concat());
    assert_eq!(with(&[]), (0, String::new(), String::new()));
    let write = |text: &str| std::fs::write(dir.path().join("Dockerfile"), text).unwrap();
    write(&format!("# moved\n\n{BROKEN}"));
    assert_eq!(with(&[]), (0, String::new(), String::new()), "lines may move");
    write(&format!("{BROKEN}FROM scratch\nCOPY go.mod /\nENTRYPOINT [\"/new\"]\n"));
    let (code, out, _) = with(&[]);
    assert_eq!((code, out.lines().count()), (1, 1), "{out}");
    assert!(out.contains("`/new`"), "{out}");
    write(&format!("{BROKEN}FROM scratch\nCOPY go.mod /\nENTRYPOINT [\"/api\"]\n"));
    assert_eq!(with(&[]).1.lines().count(), 1, "a second one on an equal line is new");
    write("FROM scratch\nCOPY go.mod /\n");
    let (code, _, err) = with(&[]);
    assert!(code == 0 && err.contains("1 of b.json found no more"), "{err}");
    assert_eq!(with(&["--ignore", NOT_FOUND]).2, "", "what was not asked is not gone");
    for (text, reason) in [("{}", "missing field"), ("{\"version\":9,\"findings\":[]}", "version 9 is not known")] {
        std::fs::write(dir.path().join("b.json"), text).unwrap();
        let (code, _, err) = with(&[]);
        assert!(code == 2 && err.contains(reason) && err.contains("b.json"), "{err}");
    }
}
