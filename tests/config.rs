//! Knows what `gobin-lint.toml` does to a run of the program.
//! Refuses to know which findings are right: cases/ and rules/ do.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn run_in(dir: &Path, args: &[&str], stdin: Option<&str>) -> Run {
    use std::io::Write;
    let mut command = Command::new(env!("CARGO_BIN_EXE_gobin-lint"));
    command.current_dir(dir).args(args);
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_ALL", "LC_CTYPE"] {
        command.env_remove(name);
    }
    command.env("LANG", "en_US.UTF-8").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(stdin.unwrap_or_default().as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn run(dir: &TempDir, args: &[&str]) -> Run {
    run_in(dir.path(), args, None)
}

/// The findings, a line each.
fn found(dir: &TempDir, args: &[&str]) -> Vec<String> {
    let ran = run(dir, &[&["--format", "concise", "--quiet"], args].concat());
    assert_ne!(ran.code, 2, "{}", ran.err);
    ran.out.lines().map(str::to_string).collect()
}

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

/// One error, `relative-gobin`.
const RELATIVE: &str = "tools:\n\tGOBIN=bin go install ./cmd/tool\n";

#[test]
fn without_a_file_and_with_an_empty_one_all_is_the_same() {
    let (bare, empty) = (tree(&[("Makefile", RELATIVE)]), tree(&[("Makefile", RELATIVE), ("gobin-lint.toml", "")]));
    let expected = found(&bare, &["."]);
    assert!(expected.len() == 1 && expected[0].contains("error") && expected[0].contains("[relative-gobin]"));
    assert_eq!(found(&empty, &["."]), expected);
    assert_eq!(run(&empty, &["-v"]).err.lines().next(), Some("gobin-lint: configuration: gobin-lint.toml"));
    assert_eq!(run(&bare, &["-v"]).err.lines().next(), Some("gobin-lint: configuration: none"));
}

#[test]
fn levels_are_those_of_the_file_in_every_format() {
    let files = |level| {
        [("Makefile", RELATIVE.to_string()), (".gobin-lint.toml", format!("[rules]\nrelative-gobin = '{level}'\n"))]
    };
    let with = |level| tree(&files(level).each_ref().map(|(path, text)| (*path, text.as_str())));
    let dir = with("note");
    assert_eq!(run(&dir, &["."]).code, 0);
    assert!(found(&dir, &["."])[0].contains("note"));
    let json: serde_json::Value = serde_json::from_str(&run(&dir, &["--format", "json"]).out).unwrap();
    assert_eq!(json["findings"][0]["severity"], "note");
    let sarif: serde_json::Value = serde_json::from_str(&run(&dir, &["--format", "sarif"]).out).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "note");
    assert_eq!(found(&with("off"), &["."]), [""; 0]);
    assert_eq!(run(&with("warning"), &["--fail-on", "error"]).code, 0);
    let off = with("off");
    assert!(run(&off, &["--diff", "--unsafe-fixes"]).out.is_empty(), "what is off is not fixed either");
}

#[test]
fn the_command_line_beats_the_file() {
    let config = "select = ['relative-gobin']\nfail-on = 'never'\n[rules]\nglued-path = 'off'\n[[overrides]]\n\
        files = ['*.mk']\nrules = { relative-gobin = 'off' }\n";
    let dir = tree(&[("Makefile", RELATIVE), ("more.mk", RELATIVE), ("gobin-lint.toml", config)]);
    assert_eq!(found(&dir, &["."]).len(), 1);
    assert_eq!(run(&dir, &["."]).code, 0);
    assert_eq!(run(&dir, &["--fail-on", "error"]).code, 1);
    assert_eq!(found(&dir, &["--select", "relative-gobin"]).len(), 2, "asked for by name");
    assert_eq!(found(&dir, &["--ignore", "relative-gobin"]).len(), 0);
    assert_eq!(found(&dir, &["--no-config"]).len(), 2);
    assert_eq!(run(&dir, &["--no-config"]).code, 1);
    assert_eq!(run(&dir, &["--no-config", "--config", "gobin-lint.toml"]).code, 2);
}

#[test]
fn a_nested_file_replaces_the_outer_one() {
    let dir = tree(&[
        ("gobin-lint.toml", "[rules]\nrelative-gobin = 'off'\n"),
        ("Makefile", RELATIVE),
        ("a/Makefile", RELATIVE),
        ("b/gobin-lint.toml", "fail-on = 'never'\n"),
        ("b/c/Makefile", RELATIVE),
    ]);
    let only = found(&dir, &["."]);
    assert!(only.len() == 1 && only[0].starts_with("b/c/Makefile:"), "{only:?}");
    assert_eq!(run(&dir, &["."]).code, 0, "the file that governs a finding says whether it fails");
    assert_eq!(found(&dir, &["a/Makefile"]).len(), 0, "upwards from a named file");
    let below = run_in(&dir.path().join("b/c"), &["--format", "concise", "-q", "Makefile", "../../a/Makefile"], None);
    assert!(below.code == 0 && below.out.lines().count() == 1, "{}{}", below.out, below.err);
    assert_eq!(
        run_in(&dir.path().join("b/c"), &["-v"], None).err.lines().next(),
        Some("gobin-lint: configuration: ../gobin-lint.toml")
    );
}

#[test]
fn the_search_ends_at_the_root_of_the_repository() {
    let outer = ("gobin-lint.toml", "[rules]\nrelative-gobin = 'off'\n");
    let dir = tree(&[outer, ("app/.git/HEAD", ""), ("app/Makefile", RELATIVE)]);
    assert_eq!(found(&dir, &["app"]).len(), 1);
    let dir = tree(&[outer, ("app/Makefile", RELATIVE)]);
    assert_eq!(found(&dir, &["app"]).len(), 0, "no repository: up to the root of the file system");
}

#[test]
fn globs_leave_out_and_take_in() {
    let dir = tree(&[
        (".git/HEAD", ""),
        ("gobin-lint.toml", "exclude = ['third_party/', '/gen.mk']\ninclude = ['build/*.docker']\n"),
        ("third_party/x/Makefile", RELATIVE),
        ("third_party/gobin-lint.toml", "this is broken, and nobody's business"),
        ("gen.mk", RELATIVE),
        ("a/gen.mk", RELATIVE),
        ("build/app.docker", "FROM scratch\nENTRYPOINT ['/app']\n"),
        ("build/README", "FROM x\n"),
    ]);
    let all = found(&dir, &["."]);
    let paths: Vec<&str> = all.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(paths, ["a/gen.mk", "build/app.docker"]);
    assert_eq!(found(&dir, &["gen.mk"]).len(), 1, "what is named is linted");
    assert_eq!(found(&dir, &["gen.mk", "--force-exclude"]).len(), 0);
    std::fs::write(dir.path().join("third_party/gobin-lint.toml"), "").unwrap();
    assert_eq!(found(&dir, &["third_party"]).len(), 1, "also by its directory");
    assert_eq!(found(&dir, &["third_party", "--force-exclude"]).len(), 0);
    let text = "all:\n\tCGO_ENABLED=false go build ./cmd/x\n";
    let stdin = |args: &[&str]| {
        run_in(dir.path(), &[&["--stdin-filename", "gen.mk", "--fix", "-q"], args].concat(), Some(text))
    };
    assert_eq!(stdin(&[]).out, text.replace("false", "0"));
    let left_out = stdin(&["--force-exclude"]);
    assert_eq!((left_out.out.as_str(), left_out.code), (text, 0));
}

#[test]
fn a_file_named_on_the_command_line_governs_everything() {
    let dir = tree(&[
        ("ci/lint.toml", "exclude = ['/a/']\n[rules]\nrelative-gobin = 'warning'\n"),
        ("gobin-lint.toml", "this is not read"),
        ("a/Makefile", RELATIVE),
        ("b/Makefile", RELATIVE),
    ]);
    let all = found(&dir, &["--config", "ci/lint.toml"]);
    assert!(all.len() == 1 && all[0].starts_with("b/Makefile:") && all[0].contains("warning"), "{all:?}");
    assert!(run(&dir, &["--config", "nothing.toml"]).err.contains("cannot read nothing.toml"));
    assert_eq!(run(&dir, &["flow", "--config", "nothing.toml"]).code, 2);
}

#[test]
fn a_broken_file_is_shown_with_all_that_is_wrong_and_nothing_is_linted() {
    let text = "exclude = ['a{']\n\n[rules]\nentrypoint-not-fond = 'off'\n\n[[overrides]]\nfiles = ['x']\nrules = { glued-paths = 'note' }\n";
    let dir = tree(&[("Makefile", RELATIVE), ("gobin-lint.toml", text)]);
    for args in [&["."][..], &["flow"], &["--fix"], &["--stdin-filename", "Makefile"]] {
        let ran = run(&dir, args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        for part in [
            "gobin-lint: error: the configuration cannot be used",
            "gobin-lint.toml:4:1",
            "4 │ entrypoint-not-fond = 'off'",
            "· ─────────",
            "did you mean `entrypoint-not-found`?",
            "did you mean `glued-path`?",
            "`a{` is no glob",
        ] {
            assert!(ran.err.contains(part), "{part} is not in\n{}", ran.err);
        }
    }
    let dir = tree(&[("Makefile", RELATIVE), ("gobin-lint.toml", "exlude = []\n")]);
    let ran = run(&dir, &["."]);
    assert!(ran.code == 2 && ran.err.contains("did you mean `exclude`?"), "{}", ran.err);
    let dir = tree(&[("Makefile", RELATIVE), ("gobin-lint.toml", ""), (".gobin-lint.toml", "")]);
    let ran = run(&dir, &["."]);
    assert!(ran.code == 2 && ran.err.contains("keep one of them"), "{}", ran.err);
    let dir = tree(&[("Makefile", RELATIVE), ("gobin-lint.toml/x", "")]);
    assert_eq!(run(&dir, &["."]).code, 2);
}

const OWN: &str = "FROM registry.example/go:1 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /out/app ./cmd/app\n\n\
    FROM registry.example/runtime:1\nCOPY --from=build /out/app /usr/local/bin/app\nENTRYPOINT [\"/usr/local/bin/app\"]\n";

#[test]
fn own_images_are_what_the_file_says() {
    let with = |config: &str| tree(&[("Dockerfile", OWN), ("gobin-lint.toml", config)]);
    assert_eq!(found(&with(""), &["."]), [""; 0], "nobody knows them");
    let told = found(
        &with(
            "[images.'registry.example/go']\nbased-on = 'golang:1.24'\n\
            [images.'registry.example/runtime:*']\nlibc = 'none'\nshell = 'none'\npackage-manager = 'none'\n",
        ),
        &["."],
    );
    assert!(told.iter().any(|line| line.contains("implicit-cgo") || line.contains("loader")), "{told:?}");
    let mirrored =
        found(&with("[images.'registry.example/*']\nsame-as = 'gcr.io/distroless/static-debian12'\n"), &["."]);
    assert!(mirrored.iter().all(|line| !line.contains("entrypoint")), "{mirrored:?}");
    let shell = "FROM registry.example/runtime:1\nCOPY app /app\nENTRYPOINT /app\n";
    let dir = tree(&[
        ("Dockerfile", shell),
        ("app", ""),
        ("gobin-lint.toml", "[images.'registry.example/runtime']\nshell = 'none'\n"),
    ]);
    assert!(found(&dir, &["."]).iter().any(|line| line.contains("[entrypoint-needs-shell]")));
}

#[test]
fn what_an_own_image_has_and_lacks_reaches_the_model() {
    let dockerfile = "FROM registry.example/base AS tools\nFROM registry.example/base\n\
        COPY --from=tools /opt/tool /opt/tool2\nENTRYPOINT [\"tool\"]\n";
    let said = |facts: &str| {
        let config = format!("[images.'registry.example/base']\nbased-on = 'alpine:3.22'\n{facts}\n");
        found(&tree(&[("Dockerfile", dockerfile), ("gobin-lint.toml", &config)]), &["--fail-on", "never"])
    };
    let has = |lines: &[String], rule: &str| lines.iter().any(|line| line.contains(&format!("[{rule}]")));
    assert_eq!(said(""), [""; 0], "more may be there than in alpine");
    assert_eq!(said("has = ['/opt/tool', 'tool']"), [""; 0]);
    assert!(has(&said("lacks = ['/opt/tool']"), "copy-source-missing"));
    assert!(has(&said("lacks = ['tool']"), "entrypoint-not-found"));
    assert!(has(&said("path = '/own'\nlacks = ['/own']"), "entrypoint-not-found"));
}

#[test]
fn an_own_entrypoint_reaches_the_model() {
    let dockerfile = "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/app ./cmd/app\n\n\
        FROM registry.example/base:2\nCOPY --from=build /out/app /app\nCMD [\"/app\"]\n";
    let with = |facts: &str| {
        let config = format!("[images.'registry.example/base:*']\nbased-on = 'alpine:3.22'\n{facts}\n");
        found(&tree(&[("Dockerfile", dockerfile), ("gobin-lint.toml", &config)]), &["--fail-on", "never"])
    };
    assert_eq!(with(""), [""; 0]);
    assert!(with("entrypoint = ['/bin/sh']")[0].contains("[inherited-entrypoint]"));
}

/// It goes where it is looked for on machines of one platform only.
const CROSS: &str = "FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nARG TARGETARCH\n\
    RUN CGO_ENABLED=0 GOARCH=$TARGETARCH go install ./cmd/app\n\nFROM scratch\nCOPY --from=build /go/bin/app /app\nENTRYPOINT [\"/app\"]\n";

#[test]
fn what_holds_on_other_platforms_only_is_silent() {
    let with = |config: &str| tree(&[("Dockerfile", CROSS), ("gobin-lint.toml", config)]);
    let usual = found(&with(""), &["."]);
    assert!(usual.iter().any(|line| line.contains("linux/arm64")), "{usual:?}");
    assert_eq!(found(&with("platforms = ['linux/amd64']\n"), &["."]), [""; 0]);
    assert!(!found(&with("platforms = ['linux/amd64', 'linux/arm64/v8']\n"), &["."]).is_empty());
    assert!(found(&with("platforms = ['linux/s390x']\n"), &["."]).iter().any(|line| line.contains("s390x")));
}

#[test]
fn a_comment_and_a_baseline_know_the_configured_findings() {
    let dir = tree(&[
        ("Makefile", &format!("# gobin-lint: allow relative-gobin -- so it is\n{RELATIVE}")),
        ("gobin-lint.toml", "[rules]\nunused-allow = 'error'\n"),
    ]);
    assert_eq!(run(&dir, &["."]).code, 1, "it allows the target's line only");
    let dir = tree(&[("Makefile", RELATIVE), ("gobin-lint.toml", "fail-on = 'never'\n")]);
    assert_eq!(run(&dir, &["--add-allow=x", "."]).code, 0);
    assert!(std::fs::read_to_string(dir.path().join("Makefile")).unwrap().contains("allow relative-gobin -- x"));
}

#[test]
fn init_writes_a_file_that_changes_nothing_and_never_a_second_one() {
    let dir = tree(&[("Makefile", RELATIVE)]);
    let before = found(&dir, &["."]);
    assert_eq!(run(&dir, &["init"]).code, 0);
    assert_eq!(found(&dir, &["."]), before);
    let text = std::fs::read_to_string(dir.path().join("gobin-lint.toml")).unwrap();
    std::fs::write(dir.path().join("gobin-lint.toml"), "# mine\n").unwrap();
    let again = run(&dir, &["init"]);
    assert!(again.code == 2 && again.err.contains("is there already"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(dir.path().join("gobin-lint.toml")).unwrap(), "# mine\n");
    assert_eq!(run(&tree(&[(".gobin-lint.toml", "")]), &["init"]).code, 2);
    assert_eq!(text, gobin_lint::config::commented());
}

/// TOML as the JSON that the schema speaks of.
fn json(text: &str) -> serde_json::Value {
    toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The blocks of TOML in a page.
fn blocks(page: &str) -> Vec<String> {
    page.split("```toml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_string())).collect()
}

#[test]
fn the_schema_takes_every_example_and_refuses_what_the_program_refuses() {
    let printed = run_in(Path::new("."), &["schema", "config"], None);
    let schema: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let examples: String = gobin_lint::config::commented()
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_string() + "\n")
        .collect();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let shown = blocks(&readme);
    assert!(!shown.is_empty());
    for text in shown.iter().chain([&examples]) {
        let errors: Vec<String> = schema.iter_errors(&json(text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{text}");
    }
    for text in &shown {
        gobin_lint::config::Config::parse(text).unwrap_or_else(|wrongs| panic!("{wrongs:?}\n{text}"));
    }
    for text in [
        "exlude = []\n",
        "exclude = 'x'\n",
        "select = ['glued-paths']\n",
        "fail-on = 'info'\n",
        "[rules]\nglued-paths = 'off'\n",
        "[rules]\nglued-path = 'warn'\n",
        "[rules]\nglued-path = true\n",
        "[[overrides]]\nfiles = ['x']\n",
        "[images.x]\nlibc = 'gnu'\n",
        "[images.x]\nusers = { app = 'x' }\n",
    ] {
        assert!(!schema.is_valid(&json(text)), "{text}");
        assert!(gobin_lint::config::Config::parse(text).is_err(), "{text}");
    }
}

#[test]
fn sarif_tells_what_the_project_and_the_run_made_of_the_rules() {
    let config = "[rules]\nrelative-gobin = 'note'\nglued-path = 'off'\nunknown-stage = 'off'\n[[overrides]]\nfiles = ['*.mk']\nrules = { implicit-cgo = 'error' }\n";
    let dir = tree(&[("Makefile", RELATIVE), ("gobin-lint.toml", config)]);
    let overrides = |args: &[&str]| {
        let sarif: serde_json::Value =
            serde_json::from_str(&run(&dir, &[&["--format", "sarif"], args].concat()).out).unwrap();
        let overrides = sarif["runs"][0]["invocations"][0]["ruleConfigurationOverrides"].clone();
        let one = |o: &serde_json::Value| format!("{}: {}", o["descriptor"]["id"], o["configuration"]).replace('"', "");
        overrides.as_array().into_iter().flatten().map(one).collect::<Vec<_>>()
    };
    assert_eq!(
        overrides(&["--ignore", "implicit-gobin", "."]),
        [
            "implicit-gobin: {enabled:false}",
            "relative-gobin: {level:note}",
            "glued-path: {enabled:false}",
            "unknown-stage: {enabled:false}"
        ]
    );
    assert_eq!(overrides(&["--no-config", "."]), Vec::<String>::new());
    let only = overrides(&["--select", "glued-path", "."]);
    assert!(
        !only.iter().any(|o| o.starts_with("glued-path")) && only.contains(&"syntax-error: {enabled:false}".into())
    );
}
