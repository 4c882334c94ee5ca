//! Knows the file of findings that a project has accepted for now: written once, and only what is new is reported from then on.
//! Refuses to know disks, and whether a run asked enough to call an entry gone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprints;
use super::json::pretty;
use crate::lint::Report;
use crate::source::Sources;

/// Of this format, not of gobin-lint.
const VERSION: u32 = 1;

/// Findings are known by their rule, path, message and line, wherever the line has moved to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Baseline {
    version: u32,
    findings: Vec<Accepted>,
}

/// One accepted finding. Only the fingerprint is compared; the rest is for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Accepted {
    pub fingerprint: String,
    pub rule: String,
    pub path: String,
    pub message: String,
}

impl Baseline {
    /// Everything that a report has.
    pub fn of(report: &Report, sources: &Sources) -> Baseline {
        let mut fingerprints = Fingerprints::default();
        let mut findings: Vec<Accepted> = Vec::new();
        for d in &report.diagnostics {
            let source = sources.get(d.file());
            findings.push(Accepted {
                fingerprint: fingerprints.next(d, &source),
                rule: d.rule.to_string(),
                path: source.path.clone(),
                message: d.finding.message.clone(),
            });
        }
        let key = |a: &Accepted| (a.path.clone(), a.rule.clone(), a.message.clone(), a.fingerprint.clone());
        findings.sort_by_cached_key(key);
        Baseline { version: VERSION, findings }
    }

    /// Reads what [`Baseline::text`] wrote; an error says what to do.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let baseline: Baseline =
            serde_json::from_str(text).map_err(|e| format!("{e}; write it anew with --write-baseline"))?;
        match baseline.version {
            VERSION => Ok(baseline),
            version => Err(format!("version {version} is not known here; write it anew with --write-baseline")),
        }
    }

    /// As it is kept in a file.
    pub fn text(&self) -> String {
        pretty(self)
    }

    /// How many findings are accepted.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether nothing is accepted.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Takes the accepted findings out of a report; what is left of the baseline has no finding any more.
    pub fn take_out(&self, report: &mut Report, sources: &Sources) -> Vec<&Accepted> {
        let mut fingerprints = Fingerprints::default();
        let mut open: BTreeMap<&str, &Accepted> = self.findings.iter().map(|a| (a.fingerprint.as_str(), a)).collect();
        report.diagnostics.retain(|d| {
            let own = fingerprints.next(d, &sources.get(d.file()));
            open.remove(own.as_str()).is_none()
        });
        let gone = |accepted: &&Accepted| open.contains_key(accepted.fingerprint.as_str());
        self.findings.iter().filter(gone).collect()
    }
}
