//! Knows the one road from texts to a report, and back through fixes until nothing more can be mended.
//! Refuses to know disks, arguments and how a report is shown.

mod mend;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::allow::Allows;
use crate::config::{Configs, FailOn, Level};
use crate::finding::{Applicability, Finding, Fix, Severity};
use crate::model::Model;
use crate::rules::{self, Ask, Question, RULES, Rule};
use crate::source::{FileId, Sources, Span, foreign_directory};

pub use mend::{Fixed, Withheld, allow, fix};

/// A finding with the rule that made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub rule: &'static str,
    pub severity: Severity,
    pub finding: Finding,
}

impl Diagnostic {
    /// The file that the finding stands in; its labels may lie in others.
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
    /// The rule at fault; `None` where the model is. Findings of it are missing.
    pub rule: Option<&'static str>,
    pub message: String,
}

/// A finding that a comment keeps from being reported and fixed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Allowed {
    pub diagnostic: Diagnostic,
    /// The comment that allows it.
    pub comment: Span,
    /// What stands behind ` -- `.
    pub reason: Option<String>,
}

/// What a run found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Sorted by path, place, severity and rule; none twice.
    pub diagnostics: Vec<Diagnostic>,
    /// In the same order.
    pub allowed: Vec<Allowed>,
    /// How many documents were read.
    pub files: usize,
    pub problems: Vec<Problem>,
}

impl Report {
    /// How many findings have a fix of at least this applicability.
    pub fn fixable(&self, allowed: Applicability) -> usize {
        self.diagnostics.iter().filter(|d| d.fix(allowed).is_some()).count()
    }

    /// Leaves out what was not asked for.
    fn keep_wanted(&mut self, options: &Options) {
        self.diagnostics.retain(|d| options.wants(d.rule));
        self.allowed.retain(|allowed| options.wants(allowed.diagnostic.rule));
        self.problems.retain(|p| p.rule.is_none_or(|rule| options.wants(rule)));
    }
}

/// Which rules a run asks, and how grave their findings are. What is said for the run beats the configuration.
#[derive(Clone)]
pub struct Options {
    pub rules: &'static [Rule],
    /// Only these ids, where set.
    pub select: Option<Vec<String>>,
    /// None of these ids.
    pub ignore: Vec<String>,
    /// The mildest finding that makes the exit code 1, whatever the configuration says.
    pub fail_on: Option<FailOn>,
    pub config: Configs,
    /// Hears, from any thread, how many documents are done of how many. While texts are mended each round begins at the first again.
    pub progress: Arc<dyn Fn(usize, usize) + Send + Sync>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            rules: RULES,
            select: None,
            ignore: Vec::new(),
            fail_on: None,
            config: Configs::default(),
            progress: Arc::new(|_, _| {}),
        }
    }
}

impl Options {
    /// Whether the findings of this rule are wanted.
    pub fn wants(&self, rule: &str) -> bool {
        self.select.as_ref().is_none_or(|ids| ids.iter().any(|id| id == rule)) && !self.ignores(rule)
    }

    /// Whether a finding makes the run fail.
    pub fn fails(&self, sources: &Sources, diagnostic: &Diagnostic) -> bool {
        let least = self.threshold(&sources.get(diagnostic.file()).path);
        least.is_some_and(|least| diagnostic.severity >= least)
    }

    /// The mildest severity that fails a run; `None` where none does.
    fn threshold(&self, path: &str) -> Option<Severity> {
        self.fail_on.or_else(|| self.config.fail_on(path)).unwrap_or(FailOn::Warning).threshold()
    }

    fn ignores(&self, rule: &str) -> bool {
        self.ignore.iter().any(|id| id == rule)
    }

    /// Neither the run nor the configuration switches it off everywhere.
    fn may_matter(&self, rule: &str) -> bool {
        !self.ignores(rule) && (self.selects(rule) || self.config.want(rule))
    }

    fn selects(&self, rule: &str) -> bool {
        self.select.as_ref().is_some_and(|ids| ids.iter().any(|id| id == rule))
    }

    /// The rules that this run asks otherwise than they ask themselves, in every file: how gravely, or `None` for not at all.
    pub fn overrides(&self) -> Vec<(&'static str, Option<Severity>)> {
        let one = |rule: &Rule| {
            let level = if self.wants(rule.id) { self.config.level_everywhere(rule.id)? } else { Level::Off };
            let asked = level == Level::Off && self.wants(rule.id) && self.selects(rule.id);
            (!asked).then(|| (rule.id, level.severity()))
        };
        self.rules.iter().filter_map(one).collect()
    }

    /// The configured level of a finding: `None` where it is off.
    fn severity(&self, path: &str, rule: &str, own: Severity) -> Option<Severity> {
        match self.config.level(rule, path) {
            // It was asked for by name.
            Some(Level::Off) if self.selects(rule) => Some(own),
            Some(level) => level.severity(),
            None => Some(own),
        }
    }
}

/// The one road: texts to documents to a model to findings to a report.
pub fn lint(sources: &Sources, documents: &[FileId], options: &Options) -> Report {
    let wanted = |rule: &&Rule| options.wants(rule.id);
    // Whether a comment allows something, only the rule that it names can tell.
    let all = options.select.is_some() && options.rules.iter().filter(wanted).any(Rule::comes_last);
    let asked = |rule: &&Rule| options.may_matter(rule.id) && (all || wanted(rule));
    let (mut report, _) = check(sources, documents, options, options.rules.iter().filter(asked).collect(), |_| ());
    report.keep_wanted(options);
    report
}

/// Asks the rules about one document after the other; `also` is what else is asked about each.
fn check<T: Send>(
    sources: &Sources,
    documents: &[FileId],
    options: &Options,
    rules: Vec<&Rule>,
    also: impl Fn(&Model) -> T + Sync,
) -> (Report, Vec<T>) {
    let mut report = Report { files: documents.len(), ..Report::default() };
    let assumed = |path: &str| options.config.assumptions(path);
    let asked_of: BTreeSet<FileId> = documents.iter().copied().collect();
    let questions: Vec<(&Rule, Ask)> = rules
        .iter()
        .filter_map(|rule| match rule.question {
            Question::Model(question) => Some((*rule, question)),
            Question::Comments(_) => None,
        })
        .collect();
    let answers = |model: Model| {
        let ask = |(_, question): &(_, Ask)| catch(|| ask(*question, &model, &asked_of));
        (also(&model), questions.iter().map(ask).collect::<Vec<_>>())
    };
    let (besides, answers): (Vec<T>, Vec<_>) =
        match catch(|| Model::each(sources, documents, &assumed, &*options.progress, &answers)) {
            Ok(answers) => answers.into_iter().unzip(),
            Err(message) => {
                report.problems.push(Problem { rule: None, message });
                return (report, Vec::new());
            }
        };
    let mut answers: Vec<_> = answers.into_iter().map(Vec::into_iter).collect();
    for (rule, _) in questions {
        report.take(rule, answers.iter_mut().filter_map(Iterator::next).collect());
    }
    report.leave_out_foreign(sources, documents);
    let mut files: BTreeSet<FileId> = documents.iter().copied().collect();
    files.extend(report.diagnostics.iter().map(Diagnostic::file));
    let mut allows = Allows::of(sources, files, documents);
    report.set_allowed_apart(&mut allows);
    let answered = |id: &str| {
        let asked = rules.iter().any(|rule| rule.id == id && !rule.comes_last());
        asked && report.problems.iter().all(|problem| problem.rule != Some(id))
    };
    let exists = |id: &str| RULES.iter().chain(rules.iter().copied()).any(|rule| rule.id == id);
    let idle = allows.idle(&answered, &exists, &rules::nearest);
    for rule in &rules {
        if let Question::Comments(question) = rule.question {
            report.take(rule, vec![catch(|| Said { plainly: question(&idle), invoked: Vec::new() })]);
        }
    }
    report.set_allowed_apart(&mut allows);
    report.set_levels(sources, documents, options);
    sort(sources, &mut report.diagnostics, |d| d);
    sort(sources, &mut report.allowed, |allowed| &allowed.diagnostic);
    dedupe(&mut report.diagnostics, |d| d);
    dedupe(&mut report.allowed, |allowed| &allowed.diagnostic);
    (report, besides)
}

impl Report {
    /// Takes what a rule says of the documents. Of a recipe or script that several of them run the gravest is said, else what its own
    /// Makefile says; and what it is as a recipe builds an image only where nobody says it without.
    fn take(&mut self, rule: &Rule, answers: Vec<Result<Said, String>>) {
        let mut gravest: BTreeMap<Span, (Severity, usize)> = BTreeMap::new();
        let (mut plainly, mut invoked) = (Vec::new(), Vec::new());
        for (document, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(answer) => {
                    for diagnostic in stamp(rule, answer.plainly) {
                        let known =
                            gravest.entry(diagnostic.finding.primary.span).or_insert((diagnostic.severity, document));
                        if diagnostic.severity > known.0 {
                            *known = (diagnostic.severity, document);
                        }
                        plainly.push((document, diagnostic));
                    }
                    invoked.extend(stamp(rule, answer.invoked));
                }
                Err(message) => {
                    let problem = Problem { rule: Some(rule.id), message };
                    if !self.problems.contains(&problem) {
                        self.problems.push(problem);
                    }
                }
            }
        }
        plainly.retain(|(document, d)| gravest.get(&d.finding.primary.span).is_some_and(|(_, by)| by == document));
        self.diagnostics.extend(plainly.into_iter().map(|(_, diagnostic)| diagnostic));
        let mut said: BTreeSet<Span> = gravest.into_keys().collect();
        invoked.retain(|d| said.insert(d.finding.primary.span));
        self.diagnostics.extend(invoked);
    }

    /// Other people's scripts are followed, but what they do is for their authors to mend, unless somebody named their directory.
    fn leave_out_foreign(&mut self, sources: &Sources, documents: &[FileId]) {
        let path = |file: FileId| sources.get(file).path.clone();
        let paths: Vec<String> = documents.iter().map(|id| path(*id)).collect();
        let named: BTreeSet<&str> = paths.iter().filter_map(|path| foreign_directory(path)).collect();
        self.diagnostics.retain(|d| foreign_directory(&path(d.file())).is_none_or(|foreign| named.contains(foreign)));
    }

    /// Gives findings the configured levels; what is off, or lies in a file that is left out, goes.
    fn set_levels(&mut self, sources: &Sources, documents: &[FileId], options: &Options) {
        let level = |d: &mut Diagnostic| {
            let path = &sources.get(d.file()).path;
            let severity = options.severity(path, d.rule, d.severity);
            d.severity = severity.unwrap_or(d.severity);
            severity.is_some() && (documents.contains(&d.file()) || !options.config.exclude(path))
        };
        self.diagnostics.retain_mut(level);
        self.allowed.retain_mut(|allowed| level(&mut allowed.diagnostic));
    }

    fn set_allowed_apart(&mut self, allows: &mut Allows) {
        for diagnostic in std::mem::take(&mut self.diagnostics) {
            match allows.allowing(diagnostic.rule, diagnostic.finding.primary.span) {
                Some(allow) => {
                    let (comment, reason) = (allow.comment, allow.reason.clone());
                    self.allowed.push(Allowed { diagnostic, comment, reason });
                }
                None => self.diagnostics.push(diagnostic),
            }
        }
    }
}

/// What a rule says of one document.
struct Said {
    plainly: Vec<Finding>,
    /// Of a Dockerfile only where a recipe builds it. The findings name the recipe.
    invoked: Vec<Finding>,
}

fn ask(question: Ask, model: &Model, documents: &BTreeSet<FileId>) -> Said {
    let mut invoked = Vec::new();
    for build in &model.invoked {
        let Some(invocation) = &build.invocation else { continue };
        let findings = question(&model.invoked_alone(build)).into_iter();
        invoked.extend(findings.filter(|finding| documents.contains(&finding.primary.span.file)).map(|finding| {
            match invocation.builds {
                true => finding.label(invocation.span, format!("`make {}` builds the image here", invocation.goal)),
                false => finding,
            }
        }));
    }
    Said { plainly: question(model), invoked }
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
    let usual = rule.page.severity;
    findings
        .into_iter()
        .map(|finding| Diagnostic { rule: rule.id, severity: finding.severity.unwrap_or(usual), finding })
        .collect()
}

/// By path, place, severity (the worst first) and rule.
fn sort<T>(sources: &Sources, items: &mut [T], of: impl Fn(&T) -> &Diagnostic) {
    let paths: Vec<String> = sources.ids().into_iter().map(|id| sources.get(id).path.clone()).collect();
    let path: BTreeMap<FileId, &String> = sources.ids().into_iter().zip(&paths).collect();
    items.sort_by(|a, b| {
        let (a, b) = (of(a), of(b));
        let key = |d: &Diagnostic| {
            (path.get(&d.file()).copied(), d.finding.primary.span.start, std::cmp::Reverse(d.severity))
        };
        let (left, right) = (key(a), key(b));
        left.cmp(&right).then_with(|| (a.rule, &a.finding.message).cmp(&(b.rule, &b.finding.message)))
    });
}

/// One Makefile recipe may be seen from three Dockerfiles; it is said once.
fn dedupe<T>(items: &mut Vec<T>, of: impl Fn(&T) -> &Diagnostic) {
    let mut seen = BTreeSet::new();
    items.retain(|item| {
        let d = of(item);
        seen.insert((d.rule, d.finding.primary.span, d.finding.message.clone()))
    });
}

#[cfg(test)]
mod tests;
