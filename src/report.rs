//! Knows the formats a report can be shown in and what all of them need.
//! Refuses to know rules, and decides nothing: what is in the report is shown, as bytes for somebody else to print.

pub mod baseline;
mod checkstyle;
mod concise;
pub mod diff;
mod excerpt;
mod fingerprint;
pub mod flow;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod lines;
mod rdjson;
mod sarif;
mod wrap;
mod xml;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

pub use json::schema;

use crate::finding::Severity;
use crate::lint::{Allowed, Diagnostic, Report, Withheld};
use crate::page::Page;
use crate::source::{FileId, Sources, Span};
use lines::{Lines, Position};

/// How a report is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    /// Pictures of the places, for people
    Human,
    /// One line a finding
    Concise,
    /// Everything, as one versioned document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands that GitHub shows in the diff
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit XML: a finding that fails the run is a failed test
    Junit,
    /// Checkstyle XML, for Jenkins, SonarQube and others
    Checkstyle,
    /// reviewdog's own format, with suggestions
    Rdjson,
}

/// What a renderer is given.
pub struct View<'a> {
    pub report: &'a Report,
    pub sources: &'a Sources,
    /// All rules with their pages, whether they found something or not.
    pub rules: &'a [(&'static str, &'a LazyLock<Page>)],
    /// How a person in this directory names a path of the checkout.
    pub shown: &'a (dyn Fn(&str) -> String + Sync),
    pub look: Look,
    /// The rules that this run asks otherwise than they ask themselves: how gravely, or `None` for not at all.
    pub overrides: &'a [(&'static str, Option<Severity>)],
    /// Whether findings that comments allow are shown, too.
    pub show_allowed: bool,
    /// Whether a finding makes the exit code 1.
    pub fails: &'a (dyn Fn(&Diagnostic) -> bool + Sync),
    /// The last lines for people, if any are wanted.
    pub closing: Option<Closing<'a>>,
}

impl<'a> View<'a> {
    /// The findings that comments allow, where they are shown.
    fn allowed(&self) -> &'a [Allowed] {
        if self.show_allowed { &self.report.allowed } else { &[] }
    }
}

/// What the terminal can do.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub color: bool,
    pub unicode: bool,
    pub width: usize,
}

/// What the last lines tell beside the findings.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    pub elapsed: Duration,
    /// After fixing, or after allowing.
    pub mended: Option<Mended<'a>>,
}

/// What was just fixed, and what could not be.
#[derive(Clone, Copy, Debug)]
pub struct Mended<'a> {
    pub how: How,
    pub findings: usize,
    pub files: usize,
    pub withheld: &'a [Withheld],
}

/// What became of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    Fixed,
    Allowed,
}

/// The report in a format, ready to be written.
pub fn render(format: Format, view: &View) -> String {
    match format {
        Format::Human => human::render(view),
        Format::Concise => concise::render(view),
        Format::Json => json::render(view),
        Format::Sarif => sarif::render(view),
        Format::Github => github::render(view),
        Format::Gitlab => gitlab::render(view),
        Format::Junit => junit::render(view),
        Format::Checkstyle => checkstyle::render(view),
        Format::Rdjson => rdjson::render(view),
    }
}

/// A page for a terminal: its front matter in words, then the page without the marks of Markdown, in lines of the terminal's width.
pub fn page(id: &str, page: &Page, look: Look) -> String {
    let fix = match page.fix {
        crate::page::Fixable::No => "no fix".to_string(),
        fix => format!("fix: {}", fix.name()),
    };
    let bold = |text: &str| if look.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_string() };
    let mut out = format!("{}: {}\n{}, {fix}, since {}\n\n", bold(id), page.title, page.severity.name(), page.since);
    let mut paragraph = String::new();
    let mut in_block = false;
    for line in page.body.trim().lines().chain([""]) {
        let fence = line.starts_with("```");
        let begins = line.is_empty() || line.starts_with(['#', '-', '|']);
        if !paragraph.is_empty() && (in_block || fence || begins) {
            let hang = if paragraph.starts_with("- ") { "  " } else { "" };
            let text = wrap::wrap(&std::mem::take(&mut paragraph), look.width.saturating_sub(hang.len()));
            out.push_str(&text.replace('\n', &format!("\n{hang}")));
            out.push('\n');
        }
        if fence {
            in_block = !in_block;
            if let (true, Some((_, file))) = (in_block, line.split_once(' ')) {
                out.push_str(&format!("    # {file}\n"));
            }
            continue;
        }
        let heading = line.trim_start_matches('#').trim_start();
        match (in_block, line.starts_with("##")) {
            (true, _) => out.push_str(format!("    {line}").trim_end()),
            (false, true) if line.starts_with("###") => out.push_str(&bold(heading)),
            (false, true) => out.push_str(&bold(&heading.to_uppercase())),
            (false, false) if line.is_empty() => {}
            (false, false) => {
                paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
                paragraph.push_str(line.trim());
                continue;
            }
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// One line a rule: id, severity, title.
pub fn rules(rules: &[(&str, &LazyLock<Page>)]) -> String {
    let width = rules.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    rules.iter().map(|(id, page)| format!("{id:width$}  {:7}  {}\n", page.severity.name(), page.title)).collect()
}

/// How often each rule found something, the most frequent first, and the closing line.
pub fn statistics(view: &View) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for d in &view.report.diagnostics {
        *counts.entry(d.rule).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    let closing = view.closing.iter().map(|closing| human::summary(view, closing) + "\n");
    counts.into_iter().map(|(rule, count)| format!("{count:>6}  {rule}\n")).chain(closing).collect()
}

/// One line on a fix that was not made.
pub fn withheld(withheld: &Withheld, shown: &dyn Fn(&str) -> String) -> String {
    let Withheld { path, rule, message, reason } = withheld;
    format!("{}: {rule}: {message}: the fix {reason}", shown(path))
}

/// The indexed texts of every file that a report speaks of.
struct Texts(BTreeMap<FileId, Lines>);

impl Texts {
    fn of(view: &View) -> Texts {
        let allowed = view.allowed().iter();
        let comments = allowed.clone().map(|allowed| allowed.comment);
        let findings = view.report.diagnostics.iter().chain(allowed.map(|allowed| &allowed.diagnostic));
        let places = findings.map(|d| &d.finding).flat_map(|finding| {
            let labels = finding.labels.iter().map(|label| label.span);
            let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            labels.chain(edits).chain([finding.primary.span])
        });
        Texts::under(view.sources, comments.chain(places))
    }

    /// Of every file that one of the spans lies in.
    fn under(sources: &Sources, spans: impl Iterator<Item = Span>) -> Texts {
        let mut files = BTreeMap::new();
        for span in spans {
            files.entry(span.file).or_insert_with(|| Lines::new(sources.get(span.file)));
        }
        Texts(files)
    }

    /// Every span that is shown has its file here.
    fn at(&self, span: Span) -> &Lines {
        &self.0[&span.file]
    }

    /// Where a span begins: the file as a person names it, and the place in it.
    fn place(&self, shown: &dyn Fn(&str) -> String, span: Span) -> (String, Position) {
        let lines = self.at(span);
        (shown(lines.path()), lines.position(span.range().start))
    }
}

/// What is wrong, and in a line of its own what to do.
fn with_help(d: &Diagnostic) -> String {
    let help = d.finding.help.iter().flat_map(|help| ["\n", help]);
    std::iter::once(d.finding.message.as_str()).chain(help).collect()
}

/// `1 file`, `2 files`.
fn count(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
