//! Knows JUnit's XML, for servers that show nothing but tests: a finding that fails the run is a test that failed.
//! Refuses to know labels and fixes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::lines::Position;
use super::{Texts, View, count, xml};
use crate::lint::Diagnostic;

/// The run, and each file in it.
#[derive(Serialize)]
#[serde(rename = "testsuites")]
struct Suite {
    #[serde(rename = "@name")]
    name: String,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    #[serde(rename = "testsuite")]
    suites: Vec<Suite>,
    #[serde(rename = "testcase")]
    cases: Vec<TestCase>,
}

impl Suite {
    fn new(name: String, suites: Vec<Suite>, cases: Vec<TestCase>) -> Suite {
        let failed = cases.iter().filter(|case| case.failure.is_some()).count();
        let tests = cases.len() + suites.iter().map(|suite| suite.tests).sum::<usize>();
        let failures = failed + suites.iter().map(|suite| suite.failures).sum::<usize>();
        Suite { name, tests, failures, errors: 0, suites, cases }
    }
}

#[derive(Serialize)]
struct TestCase {
    #[serde(rename = "@name")]
    name: String,
    #[serde(rename = "@classname")]
    classname: String,
    #[serde(rename = "@file", skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(rename = "@line", skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    /// What was found although it does not fail the run.
    #[serde(rename = "system-out", skip_serializing_if = "Option::is_none")]
    out: Option<String>,
}

#[derive(Serialize)]
struct Failure {
    #[serde(rename = "@message")]
    message: String,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "$text")]
    text: String,
}

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let mut cases: BTreeMap<String, Vec<TestCase>> = BTreeMap::new();
    for d in &view.report.diagnostics {
        let (path, at) = texts.place(view.shown, d.finding.primary.span);
        let path = xml::text(path);
        cases.entry(path.clone()).or_default().push(case(view, path, at, d));
    }
    let own = env!("CARGO_PKG_NAME").to_string();
    if cases.is_empty() {
        // Several servers take a report without a test for a broken one.
        let name = format!("{} without a finding", count(view.report.files, "file"));
        let clean = TestCase { name, classname: own.clone(), file: None, line: None, failure: None, out: None };
        cases.insert(own.clone(), vec![clean]);
    }
    let suites = cases.into_iter().map(|(name, cases)| Suite::new(name, Vec::new(), cases)).collect();
    xml::document(&Suite::new(own, suites, Vec::new()))
}

fn case(view: &View, path: String, at: Position, d: &Diagnostic) -> TestCase {
    let place = format!("{path}:{}:{}", at.line, at.column);
    let text = xml::text(format!("{place}: {}[{}] {}", d.severity.name(), d.rule, super::with_help(d)));
    let failure = |text| Failure { message: xml::text(&d.finding.message), kind: d.severity.name(), text };
    let (failure, out) = if (view.fails)(d) { (Some(failure(text)), None) } else { (None, Some(text)) };
    // Servers keep apart what differs in name or class only.
    TestCase {
        name: format!("{} {place}", d.rule),
        classname: path.clone(),
        file: Some(path),
        line: Some(at.line),
        failure,
        out,
    }
}
