//! Knows that the SARIF output is valid by the official schema; where that comes from is said in `tests/data/README.md`.
//! Refuses to know what the findings mean.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use gobin_lint::finding::{Applicability, Edit, Finding, Severity};
use gobin_lint::lint::{self, Allowed, Diagnostic, Options, Problem, Report};
use gobin_lint::page::Page;
use gobin_lint::report::{self, Closing, Format, Look, View};
use gobin_lint::rules::RULES;
use gobin_lint::source::{MemoryCheckout, Sources, Span};
use serde_json::Value;

type Rules = [(&'static str, &'static LazyLock<Page>)];

fn render(report: &Report, sources: &Sources, rules: &Rules) -> Value {
    let view = View {
        report,
        sources,
        rules,
        shown: &str::to_string,
        look: Look { color: false, unicode: false, width: 80 },
        overrides: &[("one-rule", Some(Severity::Note)), ("not-listed", None)],
        show_allowed: true,
        fails: &|d| d.severity >= Severity::Warning,
        closing: Some(Closing { elapsed: Duration::ZERO, mended: None }),
    };
    serde_json::from_str(&report::render(Format::Sarif, &view)).unwrap()
}

fn errors(report: &Report, sources: &Sources, rules: &Rules) -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("data/sarif-schema-2.1.0.json")).unwrap();
    let sarif = render(report, sources, rules);
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(&sarif).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

#[test]
fn everything_a_finding_can_hold_is_valid() {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let docker = sources.add("a b/Dockerfile#1", "FROM \u{1F600}\r\nENTRYPOINT [\"a\"]");
    let make = sources.add("Makefile", "");
    let span = Span::new(docker, 5, 9);
    let edits = vec![Edit { span, text: String::new() }, Edit { span: Span::new(make, 0, 0), text: "all:\n".into() }];
    let full = Finding::new(span, "`a` [b](c)")
        .label(Span::new(make, 0, 0), "cause [1]")
        .label(Span::new(docker, 0, 27), "")
        .help("help")
        .fix("mend", Applicability::Unsafe, edits);
    let bare = Finding::new(Span::new(docker, 11, 11), "nothing");
    static PAGE: LazyLock<Page> =
        LazyLock::new(|| Page::parse("---\ntitle: t\nseverity: note\nfix: no\nsince: 0.1.0\n---\nLead.\n"));
    let kept = Diagnostic { rule: "one-rule", severity: Severity::Note, finding: full.clone() };
    let report = Report {
        allowed: vec![Allowed { diagnostic: kept, comment: span, reason: Some("because".into()) }],
        diagnostics: vec![
            Diagnostic { rule: "one-rule", severity: Severity::Error, finding: full },
            Diagnostic { rule: "not-listed", severity: Severity::Note, finding: bare },
        ],
        files: 2,
        problems: vec![
            Problem { rule: Some("one-rule"), message: "panicked".into() },
            Problem { rule: None, message: "panicked".into() },
        ],
    };
    assert_eq!(errors(&report, &sources, &[("one-rule", &PAGE)]), Vec::<String>::new());
    assert_eq!(errors(&Report::default(), &sources, &[]), Vec::<String>::new());
}

/// What GitHub refuses or cuts: <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
#[test]
fn github_shows_all_of_it() {
    let rules: Vec<_> = RULES.iter().map(|rule| (rule.id, rule.page)).collect();
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let file = sources.add("Makefile", "all:\n\techo\n");
    let here = Span::new(file, 0, 3);
    let everywhere = (0..2000).fold(Finding::new(here, "too often"), |finding, i| finding.label(here, format!("{i}")));
    let diagnostics = vec![Diagnostic { rule: RULES[0].id, severity: Severity::Error, finding: everywhere }];
    let sarif = render(&Report { diagnostics, files: 1, ..Report::default() }, &sources, &rules);
    let run = &sarif["runs"][0];
    let length = |text: &Value| text.as_str().unwrap_or_default().chars().count();
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        let (short, full) = (length(&rule["shortDescription"]["text"]), length(&rule["fullDescription"]["text"]));
        assert!((1..=1024).contains(&short) && (1..1024).contains(&full), "{rule}");
        assert!(length(&rule["name"]) <= 255 && length(&rule["help"]["markdown"]) > 0, "{rule}");
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert!(tags.len() <= 10, "{rule}");
        let severity = rule["properties"]["security-severity"].as_str();
        assert_eq!(severity.is_some(), tags.contains(&Value::from("security")), "{rule}");
        assert!(severity.is_none_or(|score| score.parse().is_ok_and(|score: f32| score > 0.0 && score <= 10.0)));
    }
    let result = &run["results"][0];
    let places = result["relatedLocations"].as_array().unwrap();
    assert_eq!(places.len() + 1, 100, "more is not shown, and from 1,000 on the file is refused");
    let linked = places
        .iter()
        .filter(|place| result["message"]["text"].as_str().unwrap().contains(&format!("]({})", place["id"])));
    assert_eq!(linked.count(), places.len());
    assert_eq!(result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 100);
}

#[test]
fn what_the_rules_find_on_their_own_pages_is_valid() {
    let rules: Vec<_> = RULES.iter().map(|rule| (rule.id, rule.page)).collect();
    let examples = rules.iter().flat_map(|(_, page)| page.examples("Bad")).filter(|example| example.title.is_none());
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let mut documents = Vec::new();
    for (i, block) in examples.flat_map(|example| &example.blocks).enumerate() {
        documents.push(sources.add(format!("{i}/{}", block.path), block.plain()));
    }
    let report = lint::lint(&sources, &documents, &Options::default());
    assert_eq!(errors(&report, &sources, &rules), Vec::<String>::new());
}
