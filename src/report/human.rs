//! Knows how findings look on a terminal: pictures of the places by miette, and one closing line.
//! Refuses to know which terminal it is; nothing else in gobin-lint knows miette.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use miette::{
    Diagnostic as Miette, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::lines::Lines;
use super::wrap::wrap;
use super::{Closing, How, Mended, Texts, View, count};
use crate::finding::{Applicability, Label, Severity};
use crate::lint::Diagnostic;
use crate::source::FileId;

pub fn render(view: &View) -> String {
    let texts = Texts::of(view);
    let handler = handler(view);
    let mut out = String::new();
    for d in &view.report.diagnostics {
        // Writing to a String cannot fail; miette fails for a span outside its text, which keeps the line above it.
        if handler.render_report(&mut out, &Picture::of(view, &texts, d)).is_err() {
            out.push_str(&format!("{}: {}\n", texts.at(d.finding.primary.span).path(), d.finding.message));
        }
        out.push('\n');
    }
    let allowed = super::concise::allowed(view, &texts);
    if !allowed.is_empty() {
        out.push_str(&format!("{allowed}\n"));
    }
    if let Some(closing) = &view.closing {
        out.push_str(&summary(view, closing));
        out.push('\n');
        if let Some(mended) = &closing.mended {
            out.push_str(&left_over(view, mended));
        }
    }
    out
}

fn handler(view: &View) -> GraphicalReportHandler {
    let characters = if view.look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if view.look.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(view.look.width)
        .with_links(false)
        // Words are laid into lines here; what hangs below holds source text, which nobody wants in other lines than its own.
        .with_wrap_lines(false)
        .with_context_lines(1)
        .with_show_related_as_nested(true)
        .without_syntax_highlighting()
}

/// How far words are indented behind `  × ` and behind `  help: `, with a margin.
const MESSAGE_INDENT: usize = 6;
const HELP_INDENT: usize = 10;

/// `3 findings in 2 of 14 files (2 fixable with --fix, 1 more with --unsafe-fixes) in 12 ms`
pub(super) fn summary(view: &View, closing: &Closing) -> String {
    let report = view.report;
    let mut files: Vec<FileId> = report.diagnostics.iter().map(Diagnostic::file).collect();
    files.sort_unstable();
    files.dedup();
    let time = match closing.elapsed.as_millis() {
        ms @ ..1000 => format!("in {ms} ms"),
        _ => format!("in {:.1} s", closing.elapsed.as_secs_f32()),
    };
    let fixed = match closing.mended {
        Some(Mended { how, findings, files, .. }) => {
            let done = if how == How::Fixed { "fixed" } else { "allowed" };
            match findings {
                0 => format!("nothing {done}; "),
                _ => format!("{done} {} in {}; ", count(findings, "finding"), count(files, "file")),
            }
        }
        None => String::new(),
    };
    let left = if closing.mended.is_some() { " left" } else { "" };
    let allowed = match report.allowed.len() {
        0 => String::new(),
        n => format!(", {n} allowed"),
    };
    if report.diagnostics.is_empty() {
        return format!("{fixed}no findings{left}{allowed} in {} {time}", count(report.files, "file"));
    }
    let safe = report.fixable(Applicability::Safe);
    let more = report.fixable(Applicability::Unsafe) - safe;
    let fixable = match (safe, more) {
        (0, 0) => String::new(),
        (safe, 0) => format!(" ({safe} fixable with --fix)"),
        (0, more) => format!(" ({more} fixable with --fix --unsafe-fixes)"),
        (safe, more) => format!(" ({safe} fixable with --fix, {more} more with --unsafe-fixes)"),
    };
    // A finding may lie in a file that was only followed into, so there can be more of these than documents.
    let all = report.files.max(files.len());
    format!(
        "{fixed}{}{left}{allowed} in {} of {}{fixable} {time}",
        count(report.diagnostics.len(), "finding"),
        files.len(),
        count(all, "file")
    )
}

/// What nobody fixes but a person, rule by rule, and the fixes that were withheld, each with the reason.
fn left_over(view: &View, mended: &Mended) -> String {
    let mut by_hand: BTreeMap<&str, usize> = BTreeMap::new();
    let unfixed = view.report.diagnostics.iter().filter(|d| d.fix(Applicability::Unsafe).is_none());
    for d in unfixed.filter(|_| mended.how == How::Fixed) {
        *by_hand.entry(d.rule).or_default() += 1;
    }
    let mut out = String::new();
    if !by_hand.is_empty() {
        out.push_str("by hand:\n");
    }
    for (rule, count) in by_hand {
        let page = view.rules.iter().find(|(id, _)| *id == rule).map(|(_, page)| page);
        let why = page.and_then(|page| page.by_hand.as_deref()).unwrap_or("it has no fix");
        out.push_str(&format!("  {count} {rule}: {why}\n"));
    }
    if !mended.withheld.is_empty() {
        out.push_str("withheld:\n");
    }
    for withheld in mended.withheld {
        out.push_str(&format!("  {}\n", super::withheld(withheld, view.shown)));
    }
    out
}

/// One finding in one file as miette wants it; what lies in other files hangs below.
struct Picture<'a> {
    code: Option<&'a str>,
    severity: Severity,
    message: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    code_view: CodeView<'a>,
    related: Vec<Picture<'a>>,
}

impl<'a> Picture<'a> {
    fn of(view: &View, texts: &'a Texts, d: &'a Diagnostic) -> Picture<'a> {
        let primary = &d.finding.primary;
        let mut picture = Picture {
            code: Some(d.rule),
            severity: d.severity,
            message: wrap(&d.finding.message, view.look.width.saturating_sub(MESSAGE_INDENT)),
            help: help(d).map(|help| wrap(&help, view.look.width.saturating_sub(HELP_INDENT))),
            labels: vec![labeled(primary, true)],
            code_view: CodeView::of(view, texts, primary),
            related: Vec::new(),
        };
        for label in &d.finding.labels {
            if label.span.file == primary.span.file {
                picture.labels.push(labeled(label, false));
                continue;
            }
            let code_view = CodeView::of(view, texts, label);
            if let Some(other) = picture.related.iter_mut().find(|p| p.code_view.name == code_view.name) {
                other.labels.push(labeled(label, false));
                continue;
            }
            picture.related.push(Picture {
                code: None,
                severity: Severity::Note,
                message: format!("in {}", code_view.name),
                help: None,
                labels: vec![labeled(label, false)],
                code_view,
                related: Vec::new(),
            });
        }
        picture
    }
}

/// The finding's help, and how far its fix goes; where both say the same, it is said once.
fn help(d: &Diagnostic) -> Option<String> {
    let help = d.finding.help.as_deref();
    let Some(fix) = &d.finding.fix else { return help.map(str::to_string) };
    let how = match fix.applicability {
        Applicability::Safe => "--fix",
        Applicability::Unsafe => "--fix --unsafe-fixes",
        Applicability::Manual => "by hand",
    };
    Some(match help {
        Some(help) if help == fix.title => format!("{help} ({how})"),
        Some(help) => format!("{help}\n{how}: {}", fix.title),
        None => format!("{} ({how})", fix.title),
    })
}

fn labeled(label: &Label, primary: bool) -> LabeledSpan {
    let text = (!label.text.is_empty()).then(|| label.text.clone());
    let range = label.span.range();
    if primary { LabeledSpan::new_primary_with_span(text, range) } else { LabeledSpan::new_with_span(text, range) }
}

/// A text whose lines are found by index; miette's own sources are read from the start for every label.
struct CodeView<'a> {
    lines: &'a Lines,
    name: Arc<str>,
}

impl<'a> CodeView<'a> {
    fn of(view: &View, texts: &'a Texts, label: &Label) -> CodeView<'a> {
        let lines = texts.at(label.span);
        CodeView { lines, name: (view.shown)(lines.path()).into() }
    }
}

impl SourceCode for CodeView<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let (lines, text) = (self.lines, self.lines.text());
        let end = span.offset() + span.len();
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let first = lines.line(span.offset()).saturating_sub(before);
        let last = (lines.line(end.saturating_sub(1).max(span.offset())) + after).min(lines.count() - 1);
        let (range, column) = if before == 0 {
            (span.offset()..end, lines.position(span.offset()).column - 1)
        } else {
            (lines.range(first).start..lines.range(last).end, 0)
        };
        let part: SourceSpan = (range.start, range.len()).into();
        let data = &text.as_bytes()[range];
        let contents =
            MietteSpanContents::new_named(self.name.to_string(), data, part, first, column, last - first + 1);
        Ok(Box::new(contents))
    }
}

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Picture<'_> {}

impl Miette for Picture<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.code.map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.code_view)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'b>(&'b self) -> Option<Box<dyn Iterator<Item = &'b dyn Miette> + 'b>> {
        (!self.related.is_empty())
            .then(|| Box::new(self.related.iter().map(|p| p as &dyn Miette)) as Box<dyn Iterator<Item = _>>)
    }
}
