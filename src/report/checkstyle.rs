//! Knows Checkstyle's XML, which Jenkins, SonarQube, reviewdog and many editors read.
//! Refuses to know labels and fixes: the format has no place for them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::lines::Position;
use super::{Texts, View, xml};
use crate::finding::Severity;
use crate::lint::Diagnostic;

#[derive(Serialize)]
#[serde(rename = "checkstyle")]
struct Checkstyle {
    /// Of the format; readers look for a number like this one.
    #[serde(rename = "@version")]
    version: &'static str,
    file: Vec<File>,
}

#[derive(Serialize)]
struct File {
    /// As seen from the working directory.
    #[serde(rename = "@name")]
    name: String,
    error: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    #[serde(rename = "@line")]
    line: usize,
    #[serde(rename = "@column")]
    column: usize,
    #[serde(rename = "@severity")]
    severity: &'static str,
    #[serde(rename = "@message")]
    message: String,
    #[serde(rename = "@source")]
    source: String,
}

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let mut files: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for d in &view.report.diagnostics {
        let (path, at) = texts.place(view.shown, d.finding.primary.span);
        files.entry(xml::text(path)).or_default().push(entry(at, d));
    }
    let file = files.into_iter().map(|(name, error)| File { name, error }).collect();
    xml::document(&Checkstyle { version: "4.3", file })
}

fn entry(at: Position, d: &Diagnostic) -> Entry {
    Entry {
        line: at.line,
        column: at.column,
        severity: match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "info",
        },
        message: xml::text(super::with_help(d)),
        source: format!("{}.{}", env!("CARGO_PKG_NAME"), d.rule),
    }
}
