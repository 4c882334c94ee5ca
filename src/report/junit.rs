//! Knows JUnit's XML, for servers that show nothing but tests: a finding that fails the run is a test that failed.
//! Refuses to know labels and fixes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Texts, View, count, xml};
use crate::lint::Diagnostic;

#[derive(Serialize)]
#[serde(rename = "testsuites")]
struct TestSuites {
    #[serde(rename = "@name")]
    name: &'static str,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    testsuite: Vec<TestSuite>,
}

#[derive(Serialize)]
struct TestSuite {
    #[serde(rename = "@name")]
    name: String,
    #[serde(rename = "@tests")]
    tests: usize,
    #[serde(rename = "@failures")]
    failures: usize,
    #[serde(rename = "@errors")]
    errors: usize,
    testcase: Vec<TestCase>,
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
        let path = xml::text((view.shown)(texts.at(d.finding.primary.span).path()));
        cases.entry(path.clone()).or_default().push(case(view, &texts, path, d));
    }
    let mut testsuite: Vec<TestSuite> = cases.into_iter().map(|(name, cases)| suite(name, cases)).collect();
    if testsuite.is_empty() {
        // Several servers take a report without a test for a broken one.
        let name = format!("{} without a finding", count(view.report.files, "file"));
        let classname = env!("CARGO_PKG_NAME").to_string();
        let clean = TestCase { name, classname: classname.clone(), file: None, line: None, failure: None, out: None };
        testsuite.push(suite(classname, vec![clean]));
    }
    let tests = testsuite.iter().map(|suite| suite.tests).sum();
    let failures = testsuite.iter().map(|suite| suite.failures).sum();
    xml::document(&TestSuites { name: env!("CARGO_PKG_NAME"), tests, failures, errors: 0, testsuite })
}

fn suite(name: String, testcase: Vec<TestCase>) -> TestSuite {
    let failures = testcase.iter().filter(|case| case.failure.is_some()).count();
    TestSuite { name, tests: testcase.len(), failures, errors: 0, testcase }
}

fn case(view: &View, texts: &Texts, path: String, d: &Diagnostic) -> TestCase {
    let span = d.finding.primary.span;
    let at = texts.at(span).position(span.range().start);
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
