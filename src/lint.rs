//! Knows the one road from texts to a report, and back through fixes until nothing more can be mended.
//! Refuses to know disks, arguments and how a report is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use crate::finding::{Applicability, Finding, Fix, Severity};
use crate::fix;
use crate::model::Model;
use crate::rules::{RULES, Rule};
use crate::source::{FileId, Sources};

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
    /// The rule at fault; `None` where the model is.
    pub rule: Option<&'static str>,
    pub message: String,
    /// Findings may be missing. Otherwise only a fix was withheld.
    pub fatal: bool,
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
    check(sources, documents, options.rules.iter().filter(|rule| options.wants(rule.id)).collect())
}

/// What fixing came to.
pub struct Fixed {
    /// The texts afterwards.
    pub sources: Sources,
    /// The files that differ now, by path, with their text before.
    pub before: BTreeMap<String, String>,
    /// How many findings were fixed.
    pub count: usize,
    /// What remains.
    pub report: Report,
}

/// Applies fixes of at least `allowed`, then looks again, until nothing more can be mended.
///
/// Fixes are tried on texts in memory and seen by every rule that is not ignored: one that does not remove its finding, or
/// brings a new one, is withheld and reported as a problem of its rule.
pub fn fix(sources: &Sources, documents: &[FileId], options: &Options, allowed: Applicability) -> Fixed {
    let rules: Vec<&Rule> = options.rules.iter().filter(|rule| !options.ignores(rule.id)).collect();
    let look = |sources: &Sources| check(sources, documents, rules.clone());
    let mut fixed = Mender { look: &look, wanted: &|rule| options.wants(rule), allowed }.mend(sources);
    fixed.report.diagnostics.retain(|d| options.wants(d.rule));
    fixed.report.problems.retain(|p| p.rule.is_none_or(|rule| options.wants(rule)));
    fixed
}

fn check(sources: &Sources, documents: &[FileId], rules: Vec<&Rule>) -> Report {
    let mut report = Report { files: documents.len(), ..Report::default() };
    let model = match catch(|| Model::build(sources, documents)) {
        Ok(model) => model,
        Err(message) => {
            report.problems.push(Problem { rule: None, message, fatal: true });
            return report;
        }
    };
    let invoked: Vec<Model> = model.invoked.iter().map(|build| model.invoked_alone(build)).collect();
    let answers: Vec<Result<Vec<Diagnostic>, Problem>> = rules
        .into_par_iter()
        .map(|rule| match catch(|| ask(rule, &model, &invoked, documents)) {
            Ok(findings) => Ok(stamp(rule, findings)),
            Err(message) => Err(Problem { rule: Some(rule.id), message, fatal: true }),
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

/// What a rule says of every document, and of Dockerfiles only where a recipe builds them. The latter names the recipe.
fn ask(rule: &Rule, model: &Model, invoked: &[Model], documents: &[FileId]) -> Vec<Finding> {
    let mut findings = (rule.check)(model);
    for alone in invoked {
        let Some(invocation) = alone.dockerfiles.iter().find_map(|build| build.invocation.as_ref()) else { continue };
        for finding in (rule.check)(alone) {
            let at = finding.primary.span;
            if documents.contains(&at.file) && !findings.iter().any(|other| other.primary.span == at) {
                findings.push(match invocation.builds {
                    true => finding.label(invocation.span, format!("`make {}` builds the image here", invocation.goal)),
                    false => finding,
                });
            }
        }
    }
    findings
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

/// How often one round may follow another. Each needs a finding less than the one before, so this is for overlapping fixes only.
const ROUNDS: usize = 8;

/// The loop of [`fix`] with its questions left open.
struct Mender<'a> {
    look: &'a (dyn Fn(&Sources) -> Report + Sync),
    wanted: &'a dyn Fn(&str) -> bool,
    allowed: Applicability,
}

/// A fix that was tried: its rule, message and path. Places shift from round to round, these do not.
type Name = (&'static str, String, String);

/// Texts after some fixes, and what is found in them.
struct State {
    sources: Sources,
    report: Report,
}

impl Mender<'_> {
    fn mend(&self, sources: &Sources) -> Fixed {
        let sources = sources.overlay(BTreeMap::new());
        let report = (self.look)(&sources);
        let mut now = State { sources, report };
        let mut before: BTreeMap<String, String> = BTreeMap::new();
        let mut withheld: BTreeMap<Name, Problem> = BTreeMap::new();
        let mut count = 0;
        for _ in 0..ROUNDS {
            let candidates: Vec<Diagnostic> =
                self.candidates(&now).filter(|d| !withheld.contains_key(&name(&now, d))).cloned().collect();
            let fixes: Vec<&Fix> = candidates.iter().filter_map(|d| d.fix(self.allowed)).collect();
            let choice = fix::choose(&now.sources, &fixes);
            let mut refused: Vec<(usize, String)> =
                choice.broken.iter().map(|i| (*i, "has edits that do not fit the text".to_string())).collect();
            let mut accepted: Vec<usize> = Vec::new();
            let next = self.accept(&now, &candidates, &choice.chosen, &mut accepted, &mut refused);
            for (index, reason) in refused {
                let (rule, message, path) = name(&now, &candidates[index]);
                let text = format!("the fix for \"{message}\" in {path} {reason}; it was left out");
                withheld.insert((rule, message, path), Problem { rule: Some(rule), message: text, fatal: false });
            }
            if let Some(next) = next {
                let edits = accepted.iter().filter_map(|i| candidates[*i].fix(self.allowed)).flat_map(|fix| &fix.edits);
                for edit in edits {
                    let source = now.sources.get(edit.span.file);
                    before.entry(source.path.clone()).or_insert_with(|| source.text.clone());
                }
                count += accepted.len();
                now = next;
            } else if choice.broken.is_empty() && choice.chosen.is_empty() {
                break;
            }
        }
        before.retain(|path, old| now.sources.load(path).is_some_and(|id| now.sources.get(id).text != *old));
        now.report.problems.extend(withheld.into_values());
        Fixed { sources: now.sources, before, count, report: now.report }
    }

    fn candidates<'s>(&'s self, now: &'s State) -> impl Iterator<Item = &'s Diagnostic> {
        now.report.diagnostics.iter().filter(|d| (self.wanted)(d.rule) && d.fix(self.allowed).is_some())
    }

    /// Tries `group` on top of what is accepted; where that goes wrong, its halves, down to single fixes.
    fn accept(
        &self,
        now: &State,
        candidates: &[Diagnostic],
        group: &[usize],
        accepted: &mut Vec<usize>,
        refused: &mut Vec<(usize, String)>,
    ) -> Option<State> {
        if group.is_empty() {
            return None;
        }
        let mut together: Vec<usize> = accepted.iter().chain(group).copied().collect();
        together.sort_unstable();
        match self.attempt(now, together.iter().map(|i| &candidates[*i]).collect()) {
            Ok(state) => {
                *accepted = together;
                Some(state)
            }
            Err(reason) => {
                if let [only] = group {
                    refused.push((*only, reason));
                    return None;
                }
                let (left, right) = group.split_at(group.len() / 2);
                let first = self.accept(now, candidates, left, accepted, refused);
                self.accept(now, candidates, right, accepted, refused).or(first)
            }
        }
    }

    /// Applies the fixes and looks again. An error says what is worse than before.
    fn attempt(&self, now: &State, tried: Vec<&Diagnostic>) -> Result<State, String> {
        let fixes: Vec<&Fix> = tried.iter().filter_map(|d| d.fix(self.allowed)).collect();
        let sources = now.sources.overlay(fix::apply(&now.sources, &fixes));
        let next = State { report: (self.look)(&sources), sources };
        if let Some(problem) = next.report.problems.iter().find(|p| !now.report.problems.contains(p)) {
            return Err(format!("makes gobin-lint fail ({})", problem.message));
        }
        let (before, after) = (grave(&now.report), grave(&next.report));
        if let Some((rule, message)) = after.keys().find(|key| after.get(*key) > before.get(*key)) {
            return Err(format!("would bring \"{message}\" ({rule})"));
        }
        let (before, after) = (names(now), names(&next));
        let mut removed: BTreeMap<Name, usize> = BTreeMap::new();
        for diagnostic in tried {
            *removed.entry(name(now, diagnostic)).or_default() += 1;
        }
        let count = |names: &BTreeMap<Name, usize>, name: &Name| names.get(name).copied().unwrap_or(0);
        if removed.iter().any(|(name, n)| count(&after, name) + n > count(&before, name)) {
            return Err("does not remove its finding".to_string());
        }
        Ok(next)
    }
}

fn name(state: &State, d: &Diagnostic) -> Name {
    (d.rule, d.finding.message.clone(), state.sources.get(d.file()).path.clone())
}

fn names(state: &State) -> BTreeMap<Name, usize> {
    let mut out = BTreeMap::new();
    for d in &state.report.diagnostics {
        *out.entry(name(state, d)).or_default() += 1;
    }
    out
}

/// How often each rule says each thing, notes left out.
fn grave(report: &Report) -> BTreeMap<(&'static str, &str), usize> {
    let mut out = BTreeMap::new();
    for d in report.diagnostics.iter().filter(|d| d.severity >= Severity::Warning) {
        *out.entry((d.rule, d.finding.message.as_str())).or_default() += 1;
    }
    out
}

#[cfg(test)]
mod tests;
