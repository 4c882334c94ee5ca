use std::sync::Arc;

use super::*;
use crate::finding::{Applicability, Edit, Finding, Severity};
use crate::lint::{Diagnostic, Problem};
use crate::source::MemoryCheckout;

const DOCKERFILE: &str = "FROM golang:1.24 AS build\nRUN go build -o /out/äpp .\n# a\n# b\n# c\n# d\nFROM scratch\n\
                          COPY --from=build /out/app /app\nENTRYPOINT [\"/app\"]\n";
const MAKEFILE: &str = "image:\n\tdocker build -t x . 100%, fast\n";

fn page(title: &str) -> Page {
    Page::parse(&format!(
        "---\ntitle: {title}\nseverity: error\nfix: safe\nsince: 0.1.0\n---\nIt breaks.\n\n## Why it matters\n\nIt [does].\n\n\
         ## Bad\n\n### One\n\n```dockerfile Dockerfile.x\nFROM x\n# ^^^ m\n```\n"
    ))
}

const LOOK: Look = Look { color: false, unicode: true, width: 100 };

/// One error with a cause here, a cause in the Makefile and a fix; one note with nothing.
fn shown(format: Format) -> String {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let (docker, make) = (sources.add("deploy/Dockerfile", DOCKERFILE), sources.add("Makefile", MAKEFILE));
    let at = |file, text: &str| {
        let start = sources.get(file).text.find(text).unwrap();
        Span::new(file, start, start + text.len())
    };
    let span = at(docker, "/out/app");
    let first = Finding::new(span, "the stage has no `/out/app`")
        .here("copied here")
        .label(at(docker, "/out/äpp"), "built [here]")
        .label(at(make, "docker build"), "started here")
        .help("copy `/out/äpp`")
        .fix("copy what was built", Applicability::Safe, vec![Edit { span, text: "/out/äpp".into() }]);
    let second = Finding::new(at(make, "100%, fast"), "two\nlines, 100% sure");
    let report = Report {
        diagnostics: vec![
            Diagnostic { rule: "note-worthy", severity: Severity::Note, finding: second },
            Diagnostic { rule: "copy-source-missing", severity: Severity::Error, finding: first },
        ],
        allowed: Vec::new(),
        files: 14,
        problems: vec![Problem { rule: Some("other"), message: "panicked: x".into() }],
    };
    let view = View {
        report: &report,
        sources: &sources,
        rules: &[
            ("copy-source-missing", &LazyLock::new(|| page("The copied path does not exist"))),
            ("note-worthy", &LazyLock::new(|| page("Worth a note"))),
        ],
        shown: &|path| format!("../{path}"),
        look: LOOK,
        overrides: &[],
        show_allowed: false,
        fails: &|d| d.severity >= Severity::Warning,
        closing: Some(Closing { elapsed: Duration::from_millis(12), mended: None }),
    };
    render(format, &view)
}

#[test]
fn human_shows_causes_in_other_files() {
    let text = shown(Format::Human);
    println!("{text}");
    for part in [
        "copy-source-missing",
        "  × the stage has no `/out/app`",
        "[../deploy/Dockerfile:8:19]",
        "built [here]",
        "copied here",
        "in ../Makefile",
        "[../Makefile:2:2]",
        "started here",
        "  help: copy `/out/äpp`\n        --fix: copy what was built",
        "2 findings in 2 of 14 files (1 fixable with --fix) in 12 ms\n",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert!(!text.contains("# b"), "lines far from any label are left out");
}

/// How one finding in a text is drawn, in ASCII.
fn drawn(text: &str, finding: impl FnOnce(FileId) -> Finding, width: usize) -> String {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let file = sources.add("Makefile", text);
    let diagnostics = vec![Diagnostic { rule: "x", severity: Severity::Error, finding: finding(file) }];
    let report = Report { diagnostics, files: 1, ..Report::default() };
    let view = View {
        report: &report,
        sources: &sources,
        rules: &[],
        shown: &str::to_string,
        look: Look { color: false, unicode: false, width },
        overrides: &[],
        show_allowed: false,
        fails: &|_| true,
        closing: None,
    };
    render(Format::Human, &view)
}

#[test]
fn carets_stand_below_what_they_mean_at_any_width() {
    let line = "\tgo build -ldflags \"-X main.version=$(VERSION) -X main.commit=$(COMMIT)\" -o /out/app ./cmd/app && strip /out/app";
    let text = format!("app:\n{line}\n\techo done\n");
    let begin = text.find(line).unwrap();
    for width in [40, 60, 80, 160] {
        for (start, end) in (begin..begin + line.len()).flat_map(|start| [(start, start + 1), (start, start + 9)]) {
            let end = end.min(begin + line.len());
            let picture = drawn(&text, |file| Finding::new(Span::new(file, start, end), "m"), width);
            let lines: Vec<&str> = picture.lines().collect();
            let (above, carets) = lines.windows(2).map(|two| (two[0], two[1])).find(|two| two.1.contains('^')).unwrap();
            let (from, to) = (carets.find('^').unwrap(), carets.rfind('^').unwrap() + 1);
            assert_eq!(&above[from..to], text[start..end].replace('\t', "    "), "{width}\n{picture}");
            assert!(lines.iter().all(|line| line.len() <= width), "{width}\n{picture}");
            let column = start - begin + 1;
            assert!(picture.contains(&format!("[Makefile:2:{column}]")), "{picture}");
        }
    }
}

#[test]
fn a_wide_line_is_cut_around_what_is_said_of_it() {
    let text = "image:\n\tdocker build --pull --no-cache -f Dockerfile -t registry.example/team/app:$(date +%F) --label x=y . && docker push x\n";
    let start = text.find("$(date +%F)").unwrap();
    let finding = |file| Finding::new(Span::new(file, start, start + 11), "nothing").here("make expands this");
    let shown = [
        " 1 | image:",
        " 2 | ...istry.example/team/app:$(date +%F) --label x=y . ...",
        "   :                           ^^^^^|^^^^^",
        "   :                                `-- make expands this",
        "   `----",
    ];
    let picture = drawn(text, finding, 60);
    assert!(picture.contains(&shown.join("\n")), "{picture}");
}

#[test]
fn concise_is_one_line_a_finding_in_characters() {
    assert_eq!(
        shown(Format::Concise).lines().last(),
        Some("../deploy/Dockerfile:8:19: error[copy-source-missing] the stage has no `/out/app`")
    );
}

#[test]
fn github_puts_the_worst_first_and_escapes() {
    assert_eq!(
        shown(Format::Github),
        "::error file=deploy/Dockerfile,line=8,endLine=8,col=19,endColumn=27,title=copy-source-missing::the stage has no \
         `/out/app`%0Acopy `/out/äpp`\n\
         ::notice file=Makefile,line=2,endLine=2,col=22,endColumn=32,title=note-worthy::two%0Alines, 100%25 sure\n"
    );
}

#[test]
fn json_is_versioned_and_has_byte_offsets() {
    let json: serde_json::Value = serde_json::from_str(&shown(Format::Json)).unwrap();
    assert_eq!(json["version"], 1);
    let finding = &json["findings"][1];
    assert_eq!(
        (finding["path"].as_str(), finding["rule"].as_str()),
        (Some("deploy/Dockerfile"), Some("copy-source-missing"))
    );
    assert_eq!(
        finding["start"],
        serde_json::json!({ "line": 8, "column": 19, "offset": DOCKERFILE.find("/out/app").unwrap() })
    );
    assert_eq!(finding["labels"][1]["path"], "Makefile");
    assert_eq!(finding["fix"]["applicability"], "safe");
    assert_eq!(finding["fix"]["edits"][0]["text"], "/out/äpp");
    assert_eq!(json["problems"][0]["rule"], "other");
}

#[test]
fn sarif_has_all_that_github_and_reviewdog_want() {
    let json: serde_json::Value = serde_json::from_str(&shown(Format::Sarif)).unwrap();
    let run = &json["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["name"], "CopySourceMissing");
    assert_eq!(rule["fullDescription"]["text"], "It breaks.");
    assert_eq!(rule["properties"]["tags"], serde_json::json!(["dockerfile", "go"]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let result = &run["results"][1];
    assert_eq!(result["message"]["text"], "the stage has no `/out/app` ([built \\[here\\]](1), [started here](2))");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "deploy/Dockerfile");
    let flow = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert_eq!(
        flow.iter().map(|l| l["location"]["message"]["text"].as_str().unwrap()).collect::<Vec<_>>(),
        ["built [here]", "started here", "copied here"]
    );
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["deletedRegion"]["startColumn"], 19);
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "/out/äpp");
    let line_hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
    assert_eq!(line_hash, fingerprint::line_hashes(DOCKERFILE)[7]);
    assert!(result["partialFingerprints"]["gobinLint/v1"].as_str().unwrap().ends_with(":1"));
}

fn counted(rules: &[&'static str], closing: Option<Closing>) -> String {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let at = Span::new(sources.add("x", ""), 0, 0);
    let of = |rule: &&'static str| Diagnostic { rule, severity: Severity::Note, finding: Finding::new(at, "m") };
    let report = Report { diagnostics: rules.iter().map(of).collect(), files: 1, ..Report::default() };
    statistics(&View {
        report: &report,
        sources: &sources,
        rules: &[],
        shown: &str::to_string,
        look: LOOK,
        overrides: &[],
        show_allowed: false,
        fails: &|_| true,
        closing,
    })
}

#[test]
fn statistics_count_by_rule() {
    assert_eq!(counted(&["b", "a", "b"], None), "     2  b\n     1  a\n");
    let after = |ms, mended| counted(&[], Some(Closing { elapsed: Duration::from_millis(ms), mended }));
    assert_eq!(after(999, None), "no findings in 1 file in 999 ms\n");
    assert_eq!(after(26_665, None), "no findings in 1 file in 26.7 s\n");
    let nothing = Mended { how: How::Fixed, findings: 0, files: 0, withheld: &[] };
    assert_eq!(after(1, Some(nothing)), "nothing fixed; no findings left in 1 file in 1 ms\n");
}

#[test]
fn a_page_is_readable_without_markdown() {
    assert_eq!(
        super::page("x", &page("Title"), LOOK),
        "x: Title\nerror, fix: safe, since 0.1.0\n\nIt breaks.\n\nWHY IT MATTERS\n\nIt [does].\n\nBAD\n\nOne\n\n    \
         # Dockerfile.x\n    FROM x\n    # ^^^ m\n"
    );
}

#[test]
fn a_page_is_laid_into_the_lines_of_the_terminal() {
    let page = Page::parse(
        "---\ntitle: t\n---\none two three\nfour\n- five six seven\n- eight\n\n```text\na line of its own\n```\n",
    );
    assert_eq!(
        super::page("x", &page, Look { color: true, width: 9, ..LOOK }),
        "\u{1b}[1mx\u{1b}[0m: t\nwarning, no fix, since \n\none two\nthree\nfour\n- five\n  six\n  seven\n- eight\n\n    \
         a line of its own\n"
    );
}

#[test]
fn a_diff_keeps_line_ends_and_missing_newlines() {
    assert_eq!(
        diff::unified("a b", "1\r\n2\r3\n4", "1\r\n2\r5\n4"),
        "--- a/a b\t\n+++ b/a b\t\n@@ -1,3 +1,3 @@\n 1\r\n-2\r3\n+2\r5\n 4\n\\ No newline at end of file\n"
    );
    assert_eq!(diff::unified("x", "a", "a"), "");
    assert_eq!(
        diff::colored("@@ 1\n a\n-b\n+c"),
        "\u{1b}[36m@@ 1\u{1b}[0m\n a\n\u{1b}[31m-b\u{1b}[0m\n\u{1b}[32m+c\u{1b}[0m"
    );
}
