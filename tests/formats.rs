//! Knows that the formats made for other programs are read by a reader of that format, and say there what was found.
//! Refuses to know what the findings mean: they are those of the rule pages' own Bad examples.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gobin_lint::finding::{Applicability, Finding, Severity};
use gobin_lint::kind::Kind;
use gobin_lint::lint::{self, Diagnostic, Options, Report};
use gobin_lint::model::Model;
use gobin_lint::report::flow::FlowFormat;
use gobin_lint::report::{self, Format, Look, View};
use gobin_lint::rules::RULES;
use gobin_lint::source::{MemoryCheckout, Sources, Span};
use serde::Deserialize;

fn render(format: Format, report: &Report, sources: &Sources) -> String {
    let rules: Vec<_> = RULES.iter().map(|rule| (rule.id, rule.page)).collect();
    report::render(
        format,
        &View {
            report,
            sources,
            rules: &rules,
            shown: &|path| format!("sub/{path}"),
            look: Look { color: false, unicode: false, width: 80 },
            overrides: &[],
            show_allowed: false,
            fails: &|d| d.severity >= Severity::Warning,
            closing: None,
        },
    )
}

/// Every Bad example of every page: its files and what all rules say of them.
fn examples() -> Vec<(Sources, Report)> {
    let of = |example: &gobin_lint::page::Example| {
        let files = example.blocks.iter().map(|block| (block.path.clone(), block.plain()));
        let sources = Sources::new(Arc::new(MemoryCheckout::new(files)));
        let documents = example.blocks.iter().filter(|block| Kind::of_path(&block.path).is_some());
        let documents: Vec<_> = documents.filter_map(|block| sources.load(&block.path)).collect();
        let report = lint::lint(&sources, &documents, &Options::default());
        (sources, report)
    };
    let pages: Vec<_> = RULES.iter().map(|rule| rule.page).collect();
    pages.iter().flat_map(|page| page.examples("Bad")).map(of).collect()
}

/// A finding whose words hold all that XML, JSON and line protocols stumble over.
fn hostile() -> (Sources, Report) {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let file = sources.add("a \"b\"&<c>/Dockerfile", "FROM x\n");
    let words = "`]]>` & <x a=\"'\"> \u{0}\u{1b}[31m\u{b}\u{ffff} \u{1F600}\r\nsecond line";
    let finding = Finding::new(Span::new(file, 5, 6), words).help(words).here(words);
    let diagnostics = vec![Diagnostic { rule: "one-rule", severity: Severity::Error, finding }];
    (sources, Report { diagnostics, files: 1, ..Report::default() })
}

fn held_to(schema: &schemars::Schema, json: &str) {
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn our_own_json_is_what_its_schema_says() {
    for (sources, report) in examples().iter().chain([&hostile()]) {
        held_to(&report::schema(), &render(Format::Json, report, sources));
        let documents: Vec<_> =
            sources.ids().into_iter().filter(|id| Kind::of_path(&sources.get(*id).path).is_some()).collect();
        let model = Model::build(sources, &documents);
        let flows = gobin_lint::model::flow::flows(&model);
        held_to(&report::flow::schema(), &report::flow::render(FlowFormat::Json, &flows, sources, &str::to_string));
    }
    let schema = report::schema();
    let version = &schema.as_value()["properties"]["version"];
    assert_eq!(version["type"], "integer", "the schema says nothing of the document");
}

/// <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>
mod gitlab {
    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Issue {
        pub description: String,
        pub check_name: String,
        pub fingerprint: String,
        pub severity: String,
        pub location: Location,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Location {
        pub path: String,
        pub lines: Lines,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Lines {
        pub begin: usize,
        pub end: usize,
    }
}

#[test]
fn gitlab_tells_findings_apart_and_knows_them_again() {
    let read = |report: &Report, sources: &Sources| -> Vec<gitlab::Issue> {
        serde_json::from_str(&render(Format::Gitlab, report, sources)).unwrap()
    };
    for (sources, report) in examples().iter().chain([&hostile()]) {
        let issues = read(report, sources);
        assert_eq!(issues.len(), report.diagnostics.len());
        let fingerprints: BTreeSet<&String> = issues.iter().map(|issue| &issue.fingerprint).collect();
        assert_eq!(fingerprints.len(), issues.len());
        for (issue, d) in issues.iter().zip(&report.diagnostics) {
            assert_eq!(issue.check_name, d.rule);
            assert!(issue.description.starts_with(&d.finding.message));
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue.severity.as_str()));
            assert_eq!(issue.location.path, sources.get(d.file()).path);
            assert!(issue.location.lines.begin >= 1 && issue.location.lines.begin <= issue.location.lines.end);
        }
    }
    let moved = |text: &str| {
        let sources = Sources::new(Arc::new(MemoryCheckout::new([("Dockerfile", text)])));
        let documents = [sources.load("Dockerfile").unwrap()];
        let report = lint::lint(&sources, &documents, &Options::default());
        read(&report, &sources).into_iter().map(|issue| issue.fingerprint).collect::<Vec<String>>()
    };
    let before = moved("FROM scratch\nENTRYPOINT app\n");
    assert!(!before.is_empty());
    assert_eq!(before, moved("# moved\n\nFROM scratch\n\nENTRYPOINT app\n"));
}

/// The messages of `reviewdog.proto`, whose enum values are names in JSON.
mod rdjson {
    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct DiagnosticResult {
        pub source: Source,
        pub diagnostics: Vec<Item>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Source {
        pub name: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Item {
        pub message: String,
        pub location: Location,
        pub severity: Severity,
        pub code: Code,
        #[serde(default)]
        pub suggestions: Vec<Suggestion>,
    }

    #[derive(Deserialize, PartialEq, Debug)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    pub enum Severity {
        Error,
        Warning,
        Info,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Code {
        pub value: String,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Location {
        pub path: String,
        pub range: Range,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Range {
        pub start: Position,
        pub end: Position,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Position {
        pub line: usize,
        pub column: usize,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Suggestion {
        pub range: Range,
        pub text: String,
    }

    impl Position {
        /// Lines and bytes from 1, as the proto has it.
        pub fn offset(&self, text: &str) -> usize {
            let line: usize = text.split_inclusive('\n').take(self.line - 1).map(str::len).sum();
            line + self.column - 1
        }
    }
}

#[test]
fn a_suggestion_does_what_the_fix_does() {
    let mut suggested = 0;
    for (sources, report) in examples().iter().chain([&hostile()]) {
        let read: rdjson::DiagnosticResult = serde_json::from_str(&render(Format::Rdjson, report, sources)).unwrap();
        assert_eq!((read.source.name.as_str(), read.diagnostics.len()), ("gobin-lint", report.diagnostics.len()));
        for (item, d) in read.diagnostics.iter().zip(&report.diagnostics) {
            let text = &sources.get(d.file()).text;
            assert_eq!(item.location.path, format!("sub/{}", sources.get(d.file()).path));
            assert_eq!(item.code.value, d.rule);
            assert!(item.message.starts_with(&d.finding.message));
            assert_eq!(item.severity == rdjson::Severity::Error, d.severity == Severity::Error);
            let span = d.finding.primary.span.range();
            let range = &item.location.range;
            assert_eq!((range.start.offset(text), range.end.offset(text)), (span.start, span.end));
            let whole = d.finding.fix.as_ref().filter(|fix| {
                fix.applicability > Applicability::Manual && fix.edits.iter().all(|edit| edit.span.file == d.file())
            });
            assert_eq!(item.suggestions.len(), usize::from(whole.is_some()), "{}", d.rule);
            let (Some(fix), [suggestion]) = (whole, item.suggestions.as_slice()) else { continue };
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
            let (mut by_fix, mut by_suggestion) = (text.clone(), text.clone());
            edits.iter().for_each(|edit| by_fix.replace_range(edit.span.range(), &edit.text));
            let range = suggestion.range.start.offset(text)..suggestion.range.end.offset(text);
            by_suggestion.replace_range(range, &suggestion.text);
            assert_eq!(by_suggestion, by_fix, "{}", d.rule);
            suggested += 1;
        }
    }
    assert!(suggested > 20, "only {suggested} suggestions were compared");
}

/// As Jenkins, SonarQube and reviewdog read it.
mod checkstyle {
    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Checkstyle {
        #[serde(rename = "@version")]
        pub version: String,
        #[serde(default)]
        pub file: Vec<File>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct File {
        #[serde(rename = "@name")]
        pub name: String,
        pub error: Vec<Entry>,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct Entry {
        #[serde(rename = "@line")]
        pub line: usize,
        #[serde(rename = "@column")]
        pub column: usize,
        #[serde(rename = "@severity")]
        pub severity: String,
        #[serde(rename = "@message")]
        pub message: String,
        #[serde(rename = "@source")]
        pub source: String,
    }
}

#[test]
fn checkstyle_has_one_entry_a_finding_in_its_file() {
    for (sources, report) in examples().iter().chain([&hostile(), &(hostile().0, Report::default())]) {
        let xml = render(Format::Checkstyle, report, sources);
        let read: checkstyle::Checkstyle = quick_xml::de::from_str(&xml).unwrap();
        assert_eq!(read.version, "4.3");
        let mut expected: BTreeMap<String, usize> = BTreeMap::new();
        for d in &report.diagnostics {
            *expected.entry(format!("sub/{}", sources.get(d.file()).path)).or_default() += 1;
        }
        let found: BTreeMap<String, usize> = read.file.iter().map(|f| (f.name.clone(), f.error.len())).collect();
        assert_eq!(found, expected, "{xml}");
        for entry in read.file.iter().flat_map(|file| &file.error) {
            assert!(entry.line >= 1 && entry.column >= 1 && !entry.message.is_empty());
            assert!(["error", "warning", "info"].contains(&entry.severity.as_str()));
            assert!(entry.source.starts_with("gobin-lint."));
        }
    }
    let (sources, report) = hostile();
    let read: checkstyle::Checkstyle = quick_xml::de::from_str(&render(Format::Checkstyle, &report, &sources)).unwrap();
    let message = &read.file[0].error[0].message;
    assert!(message.starts_with("`]]>` & <x a=\"'\"> \u{fffd}\u{fffd}[31m\u{fffd}\u{fffd} \u{1F600}"), "{message:?}");
}

#[test]
fn what_fails_the_run_is_a_failed_test() {
    for (sources, report) in examples().iter().chain([&hostile()]) {
        let xml = render(Format::Junit, report, sources);
        let read = junit_parser::from_reader(xml.as_bytes()).unwrap_or_else(|e| panic!("{e}: {xml}"));
        let failing = report.diagnostics.iter().filter(|d| d.severity >= Severity::Warning).count();
        assert_eq!((read.tests as usize, read.failures as usize), (report.diagnostics.len(), failing));
        let cases: Vec<_> = read.suites.iter().flat_map(|suite| &suite.cases).collect();
        assert_eq!(cases.iter().filter(|case| case.status.is_failure()).count(), failing);
        for suite in &read.suites {
            assert_eq!(suite.tests as usize, suite.cases.len());
        }
    }
    let clean = Report { files: 3, ..Report::default() };
    let read = junit_parser::from_reader(render(Format::Junit, &clean, &hostile().0).as_bytes()).unwrap();
    assert_eq!((read.tests, read.failures), (1, 0));
    assert_eq!(read.suites[0].cases[0].original_name, "3 files without a finding");
}
