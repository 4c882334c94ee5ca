//! Knows how a report is said in SARIF 2.1.0, so that GitHub, reviewdog and editors take it.
//! Refuses to know the format's own structs, which are in `sarif/format.rs`.

mod format;

use std::collections::{BTreeMap, HashMap};

use format::*;

use super::lines::Lines;
use super::{Texts, View, fingerprint};
use crate::finding::{Applicability, Fix as RuleFix, Severity};
use crate::lint::{Allowed, Diagnostic};
use crate::page::Page;
use crate::source::{FileId, Span};

/// GitHub takes no more characters of a rule's description.
const DESCRIPTION: usize = 1024;

/// How many causes are told. GitHub shows 100 places of a result, and refuses the whole file for one that has more than 1,000.
const CAUSES: usize = 99;

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let mut results =
        Results { view, texts: &texts, line_hashes: HashMap::new(), own: fingerprint::Fingerprints::default() };
    let mut all: Vec<ResultItem> = view.report.diagnostics.iter().map(|d| results.result(d)).collect();
    all.extend(view.allowed().iter().map(|allowed| results.allowed(allowed)));
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: driver(view) },
            invocations: [invocation(view)],
            original_uri_base_ids: BTreeMap::from([(ROOT, BaseId { description: text("The root of the checkout") })]),
            column_kind: "utf16CodeUnits",
            results: all,
        }],
    };
    // Strings and numbers only: nothing here can fail to be written.
    let mut out = serde_json::to_string(&log).unwrap_or_default();
    out.push('\n');
    out
}

fn driver<'a>(view: &View<'a>) -> Driver<'a> {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: view.rules.iter().map(|(id, page)| descriptor(id, page)).collect(),
    }
}

fn descriptor<'a>(id: &'a str, page: &'a Page) -> Descriptor<'a> {
    let name = id.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    let full = if page.lead.is_empty() { &page.title } else { &page.lead };
    let mut languages: Vec<String> = page
        .examples("Bad")
        .iter()
        .flat_map(|example| &example.blocks)
        .filter(|block| block.takes_carets())
        .map(|block| block.language.clone())
        .collect();
    languages.push("go".to_string());
    languages.extend(page.security_severity.map(|_| "security".to_string()));
    languages.sort();
    languages.dedup();
    Descriptor {
        id,
        name,
        short_description: text(&page.title),
        full_description: text(full.chars().take(DESCRIPTION).collect::<String>()),
        help: Help { text: page.body.trim().to_string(), markdown: page.body.trim().to_string() },
        default_configuration: Configuration { level: level(page.severity) },
        properties: RuleProperties {
            tags: languages,
            precision: match page.severity {
                Severity::Error => "very-high",
                Severity::Warning => "high",
                Severity::Note => "medium",
            },
            problem_severity: match page.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
            security_severity: page.security_severity.map(|score| format!("{score:.1}")),
        },
    }
}

fn invocation(view: &View) -> Invocation {
    let notification = |problem: &crate::lint::Problem| Notification {
        level: "error",
        message: text(&problem.message),
        associated_rule: problem.rule.map(|id| Reference { id: id.to_string() }),
    };
    let overriding = |(id, severity): &(&str, Option<Severity>)| Override {
        descriptor: Reference { id: id.to_string() },
        configuration: match severity {
            Some(severity) => Overriding::Level { level: level(*severity) },
            None => Overriding::Off { enabled: false },
        },
    };
    Invocation {
        execution_successful: view.report.problems.is_empty(),
        rule_configuration_overrides: view.overrides.iter().map(overriding).collect(),
        tool_execution_notifications: view.report.problems.iter().map(notification).collect(),
    }
}

struct Results<'a> {
    view: &'a View<'a>,
    texts: &'a Texts,
    line_hashes: HashMap<FileId, Vec<String>>,
    own: fingerprint::Fingerprints,
}

impl<'a> Results<'a> {
    fn result(&mut self, d: &'a Diagnostic) -> ResultItem<'a> {
        let finding = &d.finding;
        let related: Vec<Location> = finding
            .labels
            .iter()
            .take(CAUSES)
            .enumerate()
            .map(|(i, label)| Location { id: Some(i + 1), ..self.location(label.span, Some(&label.text)) })
            .collect();
        let code_flows = if related.is_empty() { Vec::new() } else { vec![self.code_flow(d)] };
        let own_fix = finding.fix.as_ref().filter(|fix| fix.applicability > Applicability::Manual);
        ResultItem {
            rule_id: d.rule,
            rule_index: self.view.rules.iter().position(|(id, _)| *id == d.rule),
            level: level(d.severity),
            message: text(message(d)),
            locations: [self.location(finding.primary.span, None)],
            related_locations: related,
            code_flows,
            fixes: own_fix.map(|fix| self.fix(fix)).into_iter().collect(),
            partial_fingerprints: self.fingerprints(d),
            suppressions: Vec::new(),
        }
    }

    fn allowed(&mut self, allowed: &'a Allowed) -> ResultItem<'a> {
        let suppression = Suppression {
            kind: "inSource",
            location: self.location(allowed.comment, None),
            justification: allowed.reason.clone(),
        };
        ResultItem { suppressions: vec![suppression], ..self.result(&allowed.diagnostic) }
    }

    fn location(&self, span: Span, said: Option<&str>) -> Location {
        let lines = self.texts.at(span);
        let snippet = lines.text().get(span.range()).filter(|s| !s.is_empty()).map(text);
        Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: artifact(lines),
                region: Region { snippet, ..region(lines, span) },
            },
            message: said.filter(|said| !said.is_empty()).map(text),
        }
    }

    /// The causes in their order, then the place of the finding.
    fn code_flow(&self, d: &Diagnostic) -> CodeFlow {
        let here = if d.finding.primary.text.is_empty() { &d.finding.message } else { &d.finding.primary.text };
        let causes = d.finding.labels.iter().take(CAUSES).map(|label| (label.span, label.text.as_str()));
        let locations = causes.chain([(d.finding.primary.span, here.as_str())]);
        let locations = locations.map(|(span, said)| ThreadFlowLocation { location: self.location(span, Some(said)) });
        CodeFlow { thread_flows: [ThreadFlow { locations: locations.collect() }] }
    }

    fn fix(&self, fix: &RuleFix) -> Fix {
        let mut files: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
        for edit in &fix.edits {
            let deleted_region = region(self.texts.at(edit.span), edit.span);
            let replacement = Replacement { deleted_region, inserted_content: text(&edit.text) };
            files.entry(edit.span.file).or_default().push(replacement);
        }
        let change =
            |(file, replacements)| ArtifactChange { artifact_location: artifact(&self.texts.0[&file]), replacements };
        Fix {
            description: text(&fix.title),
            artifact_changes: files.into_iter().map(change).collect(),
            properties: FixProperties { applicability: fix.applicability },
        }
    }

    fn fingerprints(&mut self, d: &Diagnostic) -> Fingerprints {
        let span = d.finding.primary.span;
        let lines = self.texts.at(span);
        let line = lines.line(span.range().start);
        let hashes = self.line_hashes.entry(span.file).or_insert_with(|| fingerprint::line_hashes(lines.text()));
        let own = self.own.next(d, &self.view.sources.get(span.file));
        Fingerprints { line_hash: hashes.get(line).cloned(), own }
    }
}

/// The message with a link to each cause: GitHub shows related places only where the message links them.
fn message(d: &Diagnostic) -> String {
    let links: Vec<String> = d
        .finding
        .labels
        .iter()
        .take(CAUSES)
        .enumerate()
        .filter(|(_, label)| !label.text.is_empty())
        .map(|(i, label)| {
            format!("[{}]({})", label.text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"), i + 1)
        })
        .collect();
    if links.is_empty() { d.finding.message.clone() } else { format!("{} ({})", d.finding.message, links.join(", ")) }
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

fn artifact(lines: &Lines) -> ArtifactLocation {
    ArtifactLocation { uri: uri(lines.path()), uri_base_id: ROOT }
}

fn region(lines: &Lines, span: Span) -> Region {
    let (start, end) = (lines.utf16(span.range().start), lines.utf16(span.range().end));
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        snippet: None,
    }
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let encode = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b',' | b'=' => {
            (b as char).to_string()
        }
        _ => format!("%{b:02X}"),
    };
    path.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_is_a_uri_reference() {
        assert_eq!(super::uri("a b/ü:#%.mk"), "a%20b/%C3%BC%3A%23%25.mk");
    }
}
