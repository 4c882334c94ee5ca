//! Knows the one road from texts to a report, and back through fixes until nothing more can be mended.
//! Refuses to know disks, arguments and how a report is shown.

mod mend;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::finding::{Applicability, Finding, Fix, Severity};
use crate::model::Model;
use crate::rules::{RULES, Rule};
use crate::source::{FileId, Sources};

pub use mend::{Fixed, Withheld, fix};

/// A finding with the rule that made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub rule: &'static str,
    pub severity: Severity,
    pub finding: Finding,
}

impl Diagnostic {
    pub fn file(&self) -> FileId {
        self.finding.primary.span.file
    }

    /// The fix, if `allowed` reaches it. A manual fix is never applied.
    pub fn fix(&self, allowed: Applicability) -> Option<&Fix> {
        let least = allowed.max(Applicability::Unsafe);
        self.finding.fix.as_ref().filter(|fix| fix.applicability >= least)
    }
}

/// Something wrong with gobin-lint itself. The rest of the run is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The rule at fault; `None` where the model is. Its findings are missing.
    pub rule: Option<&'static str>,
    pub message: String,
}

/// What a run found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Sorted by path, place, severity and rule; none twice.
    pub diagnostics: Vec<Diagnostic>,
    /// How many documents were read.
    pub files: usize,
    pub problems: Vec<Problem>,
}

impl Report {
    /// How many findings have a fix of at least this applicability.
    pub fn fixable(&self, allowed: Applicability) -> usize {
        self.diagnostics.iter().filter(|d| d.fix(allowed).is_some()).count()
    }

    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(|d| d.severity).max()
    }
}

/// Which rules a run asks.
#[derive(Clone)]
pub struct Options {
    pub rules: &'static [Rule],
    /// Only these ids, where set.
    pub select: Option<Vec<String>>,
    pub ignore: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options { rules: RULES, select: None, ignore: Vec::new() }
    }
}

impl Options {
    /// Whether the findings of this rule are wanted.
    pub fn wants(&self, rule: &str) -> bool {
        self.select.as_ref().is_none_or(|ids| ids.iter().any(|id| id == rule)) && !self.ignores(rule)
    }

    fn ignores(&self, rule: &str) -> bool {
        self.ignore.iter().any(|id| id == rule)
    }
}

/// The one road: texts to documents to a model to findings to a report.
pub fn lint(sources: &Sources, documents: &[FileId], options: &Options) -> Report {
    check(sources, documents, options.rules.iter().filter(|rule| options.wants(rule.id)).collect(), |_| {})
}

/// Asks the rules; `with_model` may look at the model first.
fn check(sources: &Sources, documents: &[FileId], rules: Vec<&Rule>, with_model: impl FnOnce(&Model)) -> Report {
    let mut report = Report { files: documents.len(), ..Report::default() };
    let model = match catch(|| Model::build(sources, documents)) {
        Ok(model) => model,
        Err(message) => {
            report.problems.push(Problem { rule: None, message });
            return report;
        }
    };
    with_model(&model);
    let answers: Vec<Result<Vec<Diagnostic>, Problem>> = rules
        .into_par_iter()
        .map(|rule| match catch(|| (rule.check)(&model)) {
            Ok(findings) => Ok(stamp(rule, findings)),
            Err(message) => Err(Problem { rule: Some(rule.id), message }),
        })
        .collect();
    for answer in answers {
        match answer {
            Ok(diagnostics) => report.diagnostics.extend(diagnostics),
            Err(problem) => report.problems.push(problem),
        }
    }
    sort(sources, &mut report.diagnostics);
    dedupe(&mut report.diagnostics);
    report
}

/// Runs `f`; a panic becomes its message.
fn catch<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        format!("panicked: {}", text.unwrap_or("without a message"))
    })
}

/// Gives each finding its rule's id and, where it has none of its own, its page's severity.
fn stamp(rule: &Rule, findings: Vec<Finding>) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return Vec::new();
    }
    let usual = rule.page().severity;
    findings
        .into_iter()
        .map(|finding| Diagnostic { rule: rule.id, severity: finding.severity.unwrap_or(usual), finding })
        .collect()
}

/// By path, place, severity (the worst first) and rule.
fn sort(sources: &Sources, diagnostics: &mut [Diagnostic]) {
    let paths: Vec<String> = sources.ids().into_iter().map(|id| sources.get(id).path.clone()).collect();
    let path: BTreeMap<FileId, &String> = sources.ids().into_iter().zip(&paths).collect();
    diagnostics.sort_by(|a, b| {
        let key = |d: &Diagnostic| {
            (path.get(&d.file()).copied(), d.finding.primary.span.start, std::cmp::Reverse(d.severity))
        };
        let (left, right) = (key(a), key(b));
        left.cmp(&right).then_with(|| (a.rule, &a.finding.message).cmp(&(b.rule, &b.finding.message)))
    });
}

/// One Makefile recipe may be seen from three Dockerfiles; it is said once.
fn dedupe(diagnostics: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    diagnostics.retain(|d| seen.insert((d.rule, d.finding.primary.span, d.finding.message.clone())));
}

#[cfg(test)]
mod tests;
