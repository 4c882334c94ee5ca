//! Knows the loop that fixes: choose, apply in memory, look again, and keep only what is proved better.
//! Refuses to know what a rule means, and disks.

use std::collections::BTreeMap;

use super::{Diagnostic, Options, Report, check, lint};
use crate::allow::additions;
use crate::finding::{Applicability, Fix, Severity};
use crate::fix;
use crate::model::started::{Image, Started, started};
use crate::rules::Rule;
use crate::source::{FileId, Sources, Span};
use crate::syntax::SyntaxError;

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
    /// Fixes that were tried, or could not be, in order of path, rule and message.
    pub withheld: Vec<Withheld>,
}

/// A fix that was not applied although it was asked for. Its finding remains in the report.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Withheld {
    pub path: String,
    pub rule: &'static str,
    /// The finding's message.
    pub message: String,
    /// What the fix does, or would have done: a verb phrase.
    pub reason: String,
}

/// Applies fixes of at least `allowed`, then looks again, until nothing more can be mended. Only files for which `may_write` says
/// yes are changed; a fix lands in all its files or in none.
///
/// Fixes are tried on texts in memory and seen by every rule that is not ignored. One is withheld that does not remove its finding,
/// brings a new one, leaves a text that does not parse, or changes what an image starts.
pub fn fix(
    sources: &Sources,
    documents: &[FileId],
    options: &Options,
    allowed: Applicability,
    may_write: &dyn Fn(&str) -> bool,
) -> Fixed {
    let wanted = |rule: &str| options.wants(rule);
    let look = |sources: &Sources| look(sources, documents, options);
    let mut fixed = Mender { look: &look, wanted: &wanted, may_write, allowed }.mend(sources);
    fixed.report.keep_wanted(options);
    fixed
}

/// Writes a comment for every finding that makes the run fail, or for every one where none does, that allows it, as [`fix()`] would mend it: what stands in the comment's way, or is
/// changed by it, keeps its finding.
pub fn allow(
    sources: &Sources,
    documents: &[FileId],
    options: &Options,
    reason: Option<&str>,
    may_write: &dyn Fn(&str) -> bool,
) -> Fixed {
    let wanted = |rule: &str| options.wants(rule);
    let look = |sources: &Sources| {
        let mut standing = look(sources, documents, options);
        let never = |d: &Diagnostic| options.threshold(&sources.get(d.file()).path).is_none();
        let counts = |d: &Diagnostic| never(d) || options.fails(sources, d);
        let (mut to_allow, mut others): (Vec<&mut Diagnostic>, Vec<&mut Diagnostic>) =
            standing.report.diagnostics.iter_mut().partition(|d| counts(d) && wanted(d.rule));
        let places: Vec<(&str, Span)> = to_allow.iter().map(|d| (d.rule, d.finding.primary.span)).collect();
        let comments = additions(sources, documents, &places, reason);
        to_allow.iter_mut().zip(comments).for_each(|(d, comment)| d.finding.fix = comment);
        others.iter_mut().for_each(|d| d.finding.fix = None);
        standing
    };
    let mender = Mender { look: &look, wanted: &wanted, may_write, allowed: Applicability::Safe };
    let mut done = mender.mend(sources);
    done.report = lint(&done.sources, documents, options);
    done
}

/// Asks every rule that is not ignored, and what the images start.
fn look(sources: &Sources, documents: &[FileId], options: &Options) -> Standing {
    let rules: Vec<&Rule> = options.rules.iter().filter(|rule| options.may_matter(rule.id)).collect();
    let (report, asked) = check(sources, documents, options, rules, |model| {
        let errors: Vec<SyntaxError> = model.syntax_errors().cloned().collect();
        (started(model), errors)
    });
    let mut standing = Standing { report, ..Standing::default() };
    for (images, errors) in asked {
        standing.images.extend(images);
        for error in errors {
            let path = sources.get(error.span.file).path.clone();
            *standing.errors.entry((path, error.message)).or_default() += 1;
        }
    }
    standing
}

/// How often one round may follow another. Each needs a finding less than the one before, so this is for overlapping fixes only.
const ROUNDS: usize = 8;

/// What is known of some texts.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) report: Report,
    /// What each image certainly starts.
    pub(super) images: BTreeMap<Image, Started>,
    /// How often each file has each syntax error.
    pub(super) errors: BTreeMap<(String, String), usize>,
}

/// The loop of [`fix`] with its questions left open.
pub(super) struct Mender<'a> {
    pub(super) look: &'a (dyn Fn(&Sources) -> Standing + Sync),
    pub(super) wanted: &'a dyn Fn(&str) -> bool,
    pub(super) may_write: &'a dyn Fn(&str) -> bool,
    pub(super) allowed: Applicability,
}

/// A fix that was tried: its path, rule and message. Places shift from round to round, these do not.
type Name = (String, &'static str, String);

/// Texts after some fixes, and what is known of them.
struct State {
    sources: Sources,
    standing: Standing,
}

impl Mender<'_> {
    pub(super) fn mend(&self, sources: &Sources) -> Fixed {
        let sources = sources.overlay(BTreeMap::new());
        let standing = (self.look)(&sources);
        let mut now = State { sources, standing };
        let mut before: BTreeMap<String, String> = BTreeMap::new();
        let mut withheld: BTreeMap<Name, String> = BTreeMap::new();
        let mut count = 0;
        for _ in 0..ROUNDS {
            let candidates: Vec<Diagnostic> =
                self.candidates(&now).filter(|d| !withheld.contains_key(&name(&now, d))).cloned().collect();
            let mut refused: Vec<(usize, String)> = Vec::new();
            let mut open: Vec<usize> = Vec::new();
            for (index, candidate) in candidates.iter().enumerate() {
                match self.foreign(&now, candidate) {
                    Some(path) => refused.push((index, format!("also changes {path}, which was not named"))),
                    None => open.push(index),
                }
            }
            let fixes: Vec<&Fix> = open.iter().filter_map(|i| candidates[*i].fix(self.allowed)).collect();
            let choice = fix::choose(&now.sources, &fixes);
            refused.extend(choice.broken.iter().map(|i| (open[*i], "has edits that do not fit the text".to_string())));
            let chosen: Vec<usize> = choice.chosen.iter().map(|i| open[*i]).collect();
            let mut accepted: Vec<usize> = Vec::new();
            let next = self.accept(&now, &candidates, &chosen, &mut accepted, &mut refused);
            let stuck = next.is_none() && refused.is_empty();
            for (index, reason) in refused {
                withheld.insert(name(&now, &candidates[index]), reason);
            }
            if let Some(next) = next {
                let edits = accepted.iter().filter_map(|i| candidates[*i].fix(self.allowed)).flat_map(|fix| &fix.edits);
                for edit in edits {
                    let source = now.sources.get(edit.span.file);
                    before.entry(source.path.clone()).or_insert_with(|| source.text.clone());
                }
                count += accepted.len();
                now = next;
                // In the new texts a fix may read otherwise, or no longer get in the way of another.
                withheld.clear();
            } else if stuck {
                break;
            }
        }
        before.retain(|path, old| now.sources.load(path).is_some_and(|id| now.sources.get(id).text != *old));
        let remains = names(&now);
        let withheld = withheld.into_iter().filter(|(name, _)| remains.contains_key(name));
        let withheld =
            withheld.map(|((path, rule, message), reason)| Withheld { path, rule, message, reason }).collect();
        Fixed { sources: now.sources, before, count, report: now.standing.report, withheld }
    }

    fn candidates<'s>(&'s self, now: &'s State) -> impl Iterator<Item = &'s Diagnostic> {
        now.standing.report.diagnostics.iter().filter(|d| (self.wanted)(d.rule) && d.fix(self.allowed).is_some())
    }

    /// A file that the fix changes and that nobody named.
    fn foreign(&self, now: &State, candidate: &Diagnostic) -> Option<String> {
        let edits = candidate.fix(self.allowed).into_iter().flat_map(|fix| &fix.edits);
        let known = now.sources.ids();
        let paths = edits.filter(|e| known.contains(&e.span.file)).map(|e| now.sources.get(e.span.file).path.clone());
        paths.into_iter().find(|path| !(self.may_write)(path))
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
        let next = State { standing: (self.look)(&sources), sources };
        let (old, new) = (&now.standing, &next.standing);
        if let Some(problem) = new.report.problems.iter().find(|p| !old.report.problems.contains(p)) {
            return Err(format!("makes gobin-lint fail ({})", problem.message));
        }
        if let Some((path, message)) = new.errors.keys().find(|e| new.errors.get(*e) > old.errors.get(*e)) {
            return Err(format!("would leave {path} unreadable: {message}"));
        }
        let (before, after) = (grave(&old.report), grave(&new.report));
        if let Some((rule, message)) = after.keys().find(|key| after.get(*key) > before.get(*key)) {
            return Err(format!("would bring \"{message}\" ({rule})"));
        }
        let all_safe = fixes.iter().all(|fix| fix.applicability == Applicability::Safe);
        if let Some((path, _)) = old.images.iter().find_map(|(image, started)| {
            let same = new.images.get(image).is_some_and(|now| same_start(started, now, all_safe));
            (!same).then_some(image)
        }) {
            return Err(format!("would change what the image of {path} starts"));
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

/// The same program as the same user. Unsafe fixes may give it other arguments: the exec form passes on what a shell dropped.
fn same_start(before: &Started, after: &Started, arguments: bool) -> bool {
    let same_program = match (&before.program, &after.program) {
        (Some(before), Some(after)) => before == after,
        _ => true,
    };
    same_program && before.user == after.user && (!arguments || before.arguments == after.arguments)
}

fn name(state: &State, d: &Diagnostic) -> Name {
    (state.sources.get(d.file()).path.clone(), d.rule, d.finding.message.clone())
}

fn names(state: &State) -> BTreeMap<Name, usize> {
    let mut out = BTreeMap::new();
    for d in &state.standing.report.diagnostics {
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
