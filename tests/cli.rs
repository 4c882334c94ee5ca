//! Knows the program from outside: flags, formats, exit codes, and what it does to files.
//! Refuses to know any rule by name: inputs that must have findings are taken from the rules' own pages.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use gobin_lint::page::{Block, Example, Fixable, Page};
use gobin_lint::rules::RULES;
use tempfile::TempDir;

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run_with(dir: &Path, args: &[&str], env: &[(&str, &str)], stdin: Option<&str>) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gobin-lint"));
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG"] {
        command.env_remove(name);
    }
    command.current_dir(dir).args(args).envs(env.iter().copied());
    command
        .stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    if let Some(text) = stdin {
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(dir: &TempDir, args: &[&str]) -> Ran {
    run_with(dir.path(), args, &[], None)
}

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        if text.starts_with("#!") {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    dir
}

/// What is said, a line a finding, of a Dockerfile that comes from stdin and has nothing around it.
fn said_of(dockerfile: &str) -> String {
    let args = ["--format", "concise", "--stdin-filename", "Dockerfile", "-"];
    run_with(tree(&[]).path(), &args, &[], Some(dockerfile)).out
}

/// An example as a checkout on disk, each text changed by `variant`.
fn checkout(example: &Example, variant: impl Fn(&Block) -> String) -> TempDir {
    let files: Vec<(&str, String)> = example.blocks.iter().map(|b| (b.path.as_str(), variant(b))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    tree(&files)
}

/// Each rule whose page shows a fix, with the first such example before and after.
fn fixable() -> Vec<(&'static str, Example, Example)> {
    let pair = |page: &Page| {
        let after = page.examples("Fixed").first()?.clone();
        let before = page.examples("Bad").iter().find(|bad| bad.title == after.title)?.clone();
        Some((before, after))
    };
    RULES.iter().filter_map(|rule| pair(rule.page).map(|(before, after)| (rule.id, before, after))).collect()
}

fn read(dir: &TempDir, path: &str) -> String {
    std::fs::read_to_string(dir.path().join(path)).unwrap()
}

/// Whether there is such a program; without it the patches are compared with nothing.
fn has(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    let found = asked.is_ok_and(|status| status.success());
    if !found {
        eprintln!("{program} is not on PATH: whether it takes the diffs was not tested");
    }
    found
}

/// Feeds a diff to a program that has to take it.
fn apply(dir: &TempDir, program: &str, args: &[&str], diff: &str) {
    let mut command = Command::new(program);
    command.current_dir(dir.path()).args(args).stdin(Stdio::piped()).stdout(Stdio::null());
    // Without a repository above, git takes paths as they are.
    command.env("GIT_CEILING_DIRECTORIES", dir.path().parent().unwrap());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(diff.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{program} does not take\n{diff}");
}

fn git_apply(dir: &TempDir, diff: &str) {
    apply(dir, "git", &["apply", "--whitespace=nowarn", "-"], diff);
}

#[test]
fn a_diff_applies_and_says_what_fix_does() {
    if !has("git") {
        return;
    }
    let patch = has("patch");
    for (id, before, after) in fixable() {
        let args = |mode| ["--select", id, "--unsafe-fixes", mode, "--quiet", "."];
        let (patched, fixed) = (checkout(&before, Block::plain), checkout(&before, Block::plain));
        let diff = run(&patched, &args("--diff"));
        assert_eq!(diff.code, 1, "{id}: {}", diff.err);
        for block in &before.blocks {
            assert_eq!(read(&patched, &block.path), block.plain(), "{id}: --diff writes nothing");
        }
        git_apply(&patched, &diff.out);
        if patch {
            let tree = checkout(&before, Block::plain);
            apply(&tree, "patch", &["-p1"], &diff.out);
            for block in &after.blocks {
                assert_eq!(read(&tree, &block.path), block.text, "{id}");
            }
        }
        let ran = run(&fixed, &args("--fix"));
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{id}: {}", ran.err);
        for block in &after.blocks {
            assert_eq!(read(&patched, &block.path), block.text, "{id}");
            assert_eq!(read(&fixed, &block.path), block.text, "{id}");
        }
        let again = run(&fixed, &args("--diff"));
        assert_eq!((again.code, again.out.as_str()), (0, ""), "{id}: fixing twice is fixing once");
    }
}

#[test]
fn line_ends_byte_order_marks_and_missing_newlines_are_kept() {
    if !has("git") {
        return;
    }
    let variants: [fn(&Block) -> String; 3] = [
        |b| b.plain().replace('\n', "\r\n"),
        |b| format!("\u{feff}{}", b.plain()),
        |b| b.plain().trim_end_matches('\n').to_string(),
    ];
    for (i, (id, before, _)) in fixable().into_iter().enumerate() {
        let variant = variants[i % variants.len()];
        let args = |mode| ["--select", id, "--unsafe-fixes", mode, "--quiet", "."];
        let (patched, fixed) = (checkout(&before, variant), checkout(&before, variant));
        let diff = run(&patched, &args("--diff"));
        if !diff.out.is_empty() {
            git_apply(&patched, &diff.out);
        }
        run(&fixed, &args("--fix"));
        for block in &before.blocks {
            let (old, new) = (variant(block), read(&fixed, &block.path));
            assert_eq!(read(&patched, &block.path), new, "{id}");
            assert_eq!(old.starts_with('\u{feff}'), new.starts_with('\u{feff}'), "{id}");
            let bare = |text: &str| text.replace("\r\n", "").contains('\n');
            assert!(!old.contains("\r\n") || !bare(&new), "{id}: {new:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_named_and_nothing_is_written() {
    use std::os::unix::fs::PermissionsExt;
    for (id, before, _) in fixable().into_iter().take(3) {
        let dir = checkout(&before, Block::plain);
        for block in &before.blocks {
            std::fs::set_permissions(dir.path().join(&block.path), std::fs::Permissions::from_mode(0o444)).unwrap();
        }
        let ran = run(&dir, &["--select", id, "--fix", "--unsafe-fixes", "."]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{id}");
        assert!(ran.err.contains("it is read-only"), "{id}: {}", ran.err);
        assert!(before.blocks.iter().all(|b| read(&dir, &b.path) == b.plain()), "{id}");
    }
}

#[test]
fn every_format_tells_the_same_findings_with_the_same_exit_code() {
    let Some((id, before, _)) = fixable().into_iter().next() else { return };
    let dir = checkout(&before, Block::plain);
    let shown = |format| run(&dir, &["--select", id, "--fail-on", "note", "--format", format, "."]);
    let concise = shown("concise");
    let count = concise.out.lines().count();
    assert!(concise.out.lines().all(|line| line.contains(&format!("[{id}] "))), "{}", concise.out);
    let json: serde_json::Value = serde_json::from_str(&shown("json").out).unwrap();
    assert_eq!(json["findings"].as_array().unwrap().len(), count);
    let sarif: serde_json::Value = serde_json::from_str(&shown("sarif").out).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), count);
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), RULES.len());
    assert_eq!(shown("github").out.lines().filter(|line| line.starts_with("::")).count(), count);
    assert_eq!(shown("human").out.lines().filter(|line| *line == id).count(), count);
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson"] {
        assert_eq!(shown(format).code, 1, "{format}");
    }
    assert_eq!(run(&dir, &["--select", id, "--fail-on", "never", "."]).code, 0);
    assert_eq!(run(&dir, &["--ignore", id, "--select", id, "."]).code, 0);
    assert_eq!(
        run(&dir, &["--select", id, "--fail-on", "note", "--fail-on", "never", "."]).code,
        0,
        "the last one counts"
    );
    assert_eq!(run(&dir, &["--select", id, "--statistics", "--quiet", "."]).out, format!("{count:>6}  {id}\n"));
    let output = run(&dir, &["--select", id, "--format", "json", "--output", "report.json", "."]);
    assert_eq!((output.code, output.out.as_str()), (concise.code, ""));
    assert!(read(&dir, "report.json").contains(id));
}

#[test]
fn stdin_is_linted_under_the_path_it_belongs_to() {
    let Some((id, before, _)) = fixable().into_iter().find(|(_, before, _)| before.blocks.len() == 1) else { return };
    let (dir, block) = (tempfile::tempdir().unwrap(), &before.blocks[0]);
    let args = ["--select", id, "--format", "concise", "--fail-on", "note", "--stdin-filename", &block.path, "-"];
    let ran = run_with(dir.path(), &args, &[], Some(&block.plain()));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.starts_with(&format!("{}:", block.path)), "{}", ran.out);
    let elsewhere = format!("not/yet/{}", block.path);
    let args = ["--select", id, "--format", "concise", "--stdin-filename", &elsewhere, "-"];
    let ran = run_with(dir.path(), &args, &[], Some(&block.plain()));
    assert!(ran.out.starts_with(&format!("{elsewhere}:")), "{}", ran.out);
}

#[test]
fn a_hidden_platform_is_as_grave_as_what_it_costs() {
    for (argument, severity) in
        [("TARGETARCH=amd64", "error"), ("TARGETVARIANT=v6", "error"), ("TARGETVARIANT=", "note")]
    {
        let text = format!("FROM --platform=$BUILDPLATFORM golang:1.24\nARG {argument}\nRUN go env\n");
        let said = said_of(&text);
        assert!(said.contains(&format!("{severity}[shadowed-platform-arg]")), "{argument}: {said}");
    }
}

#[test]
fn an_argument_that_is_only_shown_is_a_note() {
    for (command, severity) in [
        ("echo \"for $TARGETVARIANT\" && true", "note"),
        ("printf '%s' \"$TARGETVARIANT\" > /variant", "error"),
        ("echo $TARGETVARIANT | tee /variant", "error"),
        ("make VARIANT=$TARGETVARIANT", "error"),
    ] {
        let text = format!("FROM golang:1.24\nRUN {command}\n");
        let said = said_of(&text);
        assert!(said.contains(&format!("{severity}[undeclared-build-arg]")), "{command}: {said}");
    }
}

#[test]
fn a_whole_bin_with_one_program_in_it_is_a_note() {
    let tool = |name: &str| format!("RUN go install example.com/{name}@v1.0.0\n");
    for (installs, severity) in [(tool("a"), "note"), (tool("a") + &tool("b"), "warning")] {
        let text =
            format!("FROM golang:1.24 AS tools\n{installs}FROM golang:1.24\nCOPY --from=tools /go/bin/* /go/bin/\n");
        let said = said_of(&text);
        assert!(said.contains(&format!("{severity}[whole-bin-copy]")), "{installs}: {said}");
    }
}

#[test]
fn what_is_stored_twice_is_a_note_where_it_is_a_script() {
    for (copy, severity) in [
        ("COPY app /app", "warning"),
        ("COPY hack/app.sh /app.sh", "note"),
        ("COPY --from=example.com/tools /app.sh /", "note"),
        ("COPY <<EOF /app\n#!/bin/sh\nEOF", "note"),
    ] {
        let path = if copy.contains(".sh") { "/app.sh" } else { "/app" };
        let text = format!("FROM alpine:3.22\n{copy}\nRUN chmod 0755 {path}\n");
        let said = said_of(&text);
        assert!(said.contains(&format!("{severity}[chmod-after-copy]")), "{copy}: {said}");
    }
}

#[test]
fn a_text_from_stdin_is_fixed_to_stdout_and_nothing_is_written() {
    for (id, before, after) in fixable().into_iter().filter(|(_, before, _)| before.blocks.len() == 1) {
        let (dir, block) = (tempfile::tempdir().unwrap(), &before.blocks[0]);
        let args = ["--select", id, "--fix", "--unsafe-fixes", "--stdin-filename", &block.path, "-"];
        let ran = run_with(dir.path(), &args, &[], Some(&block.plain()));
        assert_eq!((ran.code, ran.out.as_str()), (0, after.blocks[0].text.as_str()), "{id}: {}", ran.err);
        assert!(ran.err.contains("fixed 1 finding in 1 file") || ran.err.contains("findings in 1 file"), "{}", ran.err);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{id}");
    }
    let dir = tree(&[]);
    let ran = run_with(dir.path(), &["--fix", "--stdin-filename", "Makefile", "-"], &[], Some("all:\n\techo\n"));
    assert_eq!((ran.code, ran.out.as_str()), (0, "all:\n\techo\n"), "what needs no fix comes out as it went in");
}

#[test]
fn what_nobody_can_fix_is_told_with_the_reason() {
    let by_hand = |rule: &gobin_lint::rules::Rule| {
        let page = rule.page;
        let bad = page.examples("Bad").first().filter(|_| page.fix == Fixable::No)?;
        Some((rule.id, bad, page.by_hand.as_deref()?))
    };
    let (id, bad, why) = RULES.iter().find_map(by_hand).expect("some rule has no fix");
    let ran = run(&checkout(bad, Block::plain), &["--select", id, "--fix", "."]);
    assert!(ran.out.contains(&format!("by hand:\n  1 {id}: {why}\n")), "{}", ran.out);
}

#[test]
fn color_follows_the_flag_then_the_environment() {
    let Some((id, before, _)) = fixable().into_iter().next() else { return };
    let dir = checkout(&before, Block::plain);
    let colored = |flag: &str, env: &[(&str, &str)]| {
        run_with(dir.path(), &["--select", id, "--color", flag, "."], env, None).out.contains('\u{1b}')
    };
    assert!(!colored("auto", &[]));
    assert!(colored("auto", &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored("auto", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored("always", &[("NO_COLOR", "1")]));
    assert!(!colored("never", &[("CLICOLOR_FORCE", "1")]));
    let unicode = |locale| !run_with(dir.path(), &["--select", id, "."], &[("LANG", locale)], None).out.contains(",-[");
    assert!(unicode("en_US.UTF-8") && !unicode("C"));
}

#[test]
fn a_clean_tree_is_zero_and_counts_its_files() {
    let dir = tree(&[("Makefile", "all:\n\techo\n"), ("x/Dockerfile", "FROM scratch\n"), ("README.md", "")]);
    let ran = run(&dir, &["--fail-on", "never"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains(" 2 files") || ran.out.contains("of 2 files"), "{}", ran.out);
    assert_eq!(run(&dir, &["--select", "", "."]).code, 2);
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_not_taken_to_be_absent() {
    let makefile = "check:\n\t./hack/check.sh\n\t./linked/lint.sh\nlint:\n\t$(MAKE) rules\n";
    let dir = tree(&[("Makefile", makefile), ("hack/lint.sh", "#!/bin/sh\n")]);
    assert!(run(&dir, &["."]).out.contains("missing-script"));
    assert!(run(&dir, &["."]).out.contains("unknown-make-target"));
    std::os::unix::fs::symlink("lint.sh", dir.path().join("hack/check.sh")).unwrap();
    std::os::unix::fs::symlink("hack", dir.path().join("linked")).unwrap();
    std::os::unix::fs::symlink("hack", dir.path().join("rules")).unwrap();
    let ran = run(&dir, &["."]);
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn what_somebody_ignores_in_all_repositories_is_left_out() {
    let excludes = "[core]\n\texcludesFile = ~/mine\n";
    let cases = [
        ("home/.gitconfig", "[core]\n\teditor = vi\n", "", false),
        ("home/.gitconfig", excludes, "", true),
        ("home/.config/git/config", excludes, "", true),
        ("home/.config/git/ignore", "own/\n", "", true),
        ("repo/of-ci", excludes, "", false),
        ("repo/of-ci", excludes, "of-ci", true),
    ];
    for (path, text, global, left_out) in cases {
        let documents = [("repo/Dockerfile", "FROM scratch\n"), ("repo/own/Dockerfile", "FROM scratch\n")];
        let dir = tree(&[&documents[..], &[("home/mine", "own/\n"), (path, text)]].concat());
        let home = dir.path().join("home");
        let env = [("HOME", home.to_str().unwrap()), ("XDG_CONFIG_HOME", ""), ("GIT_CONFIG_GLOBAL", global)];
        let ran = run_with(&dir.path().join("repo"), &["."], &env, None);
        let expected = if left_out { "no findings in 1 file " } else { "no findings in 2 files " };
        assert!(ran.out.starts_with(expected), "{path} {global}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn what_cannot_run_is_two_with_the_reason() {
    let dir = tree(&[("Makefile", "all:\n")]);
    for (args, reason) in [
        (&["nothing.mk"][..], "cannot read nothing.mk"),
        (&["--select", "no-such-rule-at-all"], "there is no rule `no-such-rule-at-all`"),
        (&["--format", "xml"], "invalid value 'xml'"),
        (&["flow", "--format", "sarif"], "invalid value 'sarif'"),
        (&["-", "Makefile"], "name no other path beside it"),
        (&["explain", "no-such-rule-at-all"], "there is no rule"),
        (&["--output", "no/such/dir/x.json"], "cannot write no/such/dir/x.json"),
        (&["explian"], "did you mean the command `explain`?"),
        (&["--add-allow", "not yet"], "a reason is written `--add-allow=\"not yet\"`"),
        (&["--statistics", "--format", "json"], "cannot be used with '--format"),
    ] {
        let ran = run(&dir, args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(reason), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_misspelled_rule_brings_the_nearest_name() {
    let Some(rule) = RULES.first() else { return };
    let ran = run(&tree(&[]), &["--select", &format!("{}x", rule.id)]);
    assert!(ran.err.contains(&format!("did you mean `{}`?", rule.id)), "{}", ran.err);
    let shouted = rule.id.to_uppercase().replace('-', "_");
    let ran = run(&tree(&[]), &["explain", &shouted]);
    assert!(ran.err.contains(&format!("did you mean `{}`?", rule.id)), "{}", ran.err);
}

#[test]
fn an_empty_place_and_a_file_that_is_not_text_are_said_aloud() {
    let dir = tree(&[]);
    let ran = run(&dir, &[]);
    assert!(ran.code == 0 && ran.err.contains("no Dockerfile or Makefile here"), "{}", ran.err);
    std::fs::write(dir.path().join("Dockerfile"), b"FROM \xFF\n").unwrap();
    let ran = run(&dir, &[]);
    assert!(ran.code == 0 && ran.err.contains("Dockerfile:1: not UTF-8"), "{}", ran.err);
    assert_eq!(run(&dir, &["Dockerfile"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_read_is_said_aloud() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tree(&[("Makefile", "all:\n"), ("shut/Dockerfile", "FROM scratch\n")]);
    let mode = |mode| {
        std::fs::set_permissions(dir.path().join("shut"), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0);
    if std::fs::read_dir(dir.path().join("shut")).is_ok() {
        mode(0o755);
        return eprintln!("root reads everything: whether a closed directory is told of was not tested");
    }
    let (all, named) = (run(&dir, &["."]), run(&dir, &["shut"]));
    mode(0o755);
    assert_eq!((all.code, named.code), (0, 2), "{}", named.err);
    assert!(all.err.contains("warning: cannot read shut: permission denied"), "{}", all.err);
    assert!(named.err.contains("error: cannot read shut: permission denied"), "{}", named.err);
}

#[test]
fn a_diff_is_for_where_it_was_asked() {
    let Some((id, before, _)) = fixable().into_iter().find(|(_, before, _)| before.blocks.len() == 1) else { return };
    let (block, dir) = (&before.blocks[0], tempfile::tempdir().unwrap());
    std::fs::create_dir_all(dir.path().join("sub/deep")).unwrap();
    std::fs::write(dir.path().join("sub").join(&block.path), block.plain()).unwrap();
    let from = |here: &str, path: &str| {
        let args = ["--select", id, "--unsafe-fixes", "--diff", path];
        let diff = run_with(&dir.path().join(here), &args, &[], None).out;
        diff.lines().next().unwrap_or_default().trim_end().to_string()
    };
    let path = &block.path;
    assert_eq!(from("", "."), format!("--- a/sub/{path}"));
    assert_eq!(from("", "sub"), format!("--- a/sub/{path}"), "without a repository, too");
    assert_eq!(from("sub", "."), format!("--- a/{path}"));
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    assert_eq!(from("sub", "."), format!("--- a/{path}"));
    assert_eq!(from("sub/deep", ".."), format!("--- a/sub/{path}"), "nobody takes a path that leads up");
}

#[test]
fn a_flow_that_shows_nothing_says_why() {
    let dir = tree(&[("none/README.md", ""), ("Makefile", "all:\n\techo\n")]);
    let (nothing, no_road) = (run(&dir, &["flow", "none"]), run(&dir, &["flow", "."]));
    assert!(nothing.code == 0 && nothing.err.contains("no Dockerfile or Makefile here"), "{}", nothing.err);
    assert!(no_road.code == 0 && no_road.err.contains("no Go program is built"), "{}", no_road.err);
}

#[test]
fn a_dash_is_stdout() {
    let dir = tree(&[("Makefile", "all:\n")]);
    let json = run(&dir, &["--format", "json", "--output", "-"]);
    assert!(json.out.starts_with('{') && !dir.path().join("-").exists(), "{}", json.err);
}

#[test]
fn explain_shows_every_page_and_a_path_of_that_name_can_still_be_linted() {
    let dir = tree(&[("explain/Makefile", "all:\n")]);
    let list = run(&dir, &["explain"]);
    assert_eq!((list.code, list.out.lines().count()), (0, RULES.len()));
    for rule in RULES {
        let page = run(&dir, &["explain", rule.id]).out;
        assert!(page.starts_with(&format!("{}: {}\n", rule.id, rule.page.title)) && !page.contains("```"), "{page}");
    }
    assert!(run(&dir, &["./explain", "--fail-on", "never"]).out.contains("1 file"));
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let dir = tree(&[("Makefile", "all:\n")]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_gobin-lint"));
    let output = command
        .current_dir(dir.path())
        .args(["--format", "json"])
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = output.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_ne!(output.status.code(), Some(2));
}

#[test]
fn the_first_minute() {
    let dir = tempfile::tempdir().unwrap();
    let dockerfile = "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/api ./cmd/api\n\n\
        FROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /out/api /usr/local/bin/api\nENTRYPOINT [\"/api\"]\n";
    std::fs::write(dir.path().join("Dockerfile"), dockerfile).unwrap();
    let found = run(&dir, &["."]);
    assert_eq!(found.code, 1, "{}", found.err);
    for place in ["nothing put `/api` into the image", "put here as `/usr/local/bin/api`", "built here as `/out/api`"] {
        assert!(found.out.contains(place), "{place} is not in\n{}", found.out);
    }
    let road = run(&dir, &["flow", "."]);
    assert_eq!(road.code, 0);
    assert!(road.out.contains("✗ started as /api"), "{}", road.out);
    assert!(road.out.contains("copied to /usr/local/bin/api"), "{}", road.out);
    for (format, part) in [
        ("text", "✗ started as /api"),
        ("mermaid", "--> n"),
        ("dot", "digraph flow {"),
        ("json", "\"end\": \"breaks\""),
    ] {
        let road = run(&dir, &["flow", "--format", format, "."]);
        assert!(road.code == 0 && road.out.contains(part), "{format}: {}", road.out);
    }
    assert_eq!(run(&dir, &["--fix", "."]).code, 0);
    assert_eq!(
        std::fs::read_to_string(dir.path().join("Dockerfile")).unwrap(),
        dockerfile.replace("[\"/api\"]", "[\"/usr/local/bin/api\"]")
    );
    let clean = run(&dir, &["."]);
    assert_eq!(clean.code, 0, "{}", clean.out);
    assert!(run(&dir, &["flow", "."]).out.contains("✓ started as /usr/local/bin/api"));
}
