//! Knows how findings look on a terminal: pictures of the places by miette, and one closing line.
//! Refuses to know which terminal it is; nothing else in gobin-lint knows miette.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use miette::{
    Diagnostic as Miette, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::excerpt::{Excerpt, Place, Room};
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
        .with_context_lines(CONTEXT)
        .with_show_related_as_nested(true)
        .without_syntax_highlighting()
}

/// How many lines are shown before a place and behind.
const CONTEXT: usize = 1;

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
        // What lies in one file is one picture; that of the primary place comes first.
        let mut files: Vec<Vec<&Label>> = vec![vec![&d.finding.primary]];
        for label in &d.finding.labels {
            match files.iter_mut().find(|labels| labels[0].span.file == label.span.file) {
                Some(labels) => labels.push(label),
                None => files.push(vec![label]),
            }
        }
        let pictures = files.iter().enumerate().map(|(at, labels)| {
            let (code_view, labels) = CodeView::of(view, texts, labels, at == 0);
            let message = format!("in {}", code_view.name);
            let (code, help, related) = (None, None, Vec::new());
            Picture { code, severity: Severity::Note, message, help, labels, code_view, related }
        });
        let mut related: Vec<Picture> = pictures.collect();
        let first = related.remove(0);
        Picture {
            code: Some(d.rule),
            severity: d.severity,
            message: wrap(&d.finding.message, view.look.width.saturating_sub(MESSAGE_INDENT)),
            help: help(d).map(|help| wrap(&help, view.look.width.saturating_sub(HELP_INDENT))),
            related,
            ..first
        }
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

/// What miette reads: the lines around the places, found by index; its own sources are read from the start for every label.
struct CodeView<'a> {
    excerpt: Excerpt<'a>,
    name: Arc<str>,
}

impl<'a> CodeView<'a> {
    /// The first place is the primary one where these are the `main` file's.
    fn of(view: &View, texts: &'a Texts, labels: &[&Label], main: bool) -> (CodeView<'a>, Vec<LabeledSpan>) {
        let lines = texts.at(labels[0].span);
        let places: Vec<Place> =
            labels.iter().map(|label| Place { range: label.span.range(), words: &label.text }).collect();
        let excerpt = Excerpt::of(lines, &places, CONTEXT, room(view, lines, &places, main));
        let spans = labels.iter().enumerate().map(|(at, label)| {
            let (text, range) =
                ((!label.text.is_empty()).then(|| label.text.clone()), excerpt.find(&label.span.range()));
            match main && at == 0 {
                true => LabeledSpan::new_primary_with_span(text, range),
                false => LabeledSpan::new_with_span(text, range),
            }
        });
        let spans = spans.collect();
        (CodeView { excerpt, name: (view.shown)(lines.path()).into() }, spans)
    }
}

/// What the frame around the lines leaves: the numbers, the arrows along places of several lines, and how far another file is indented.
fn room(view: &View, lines: &Lines, places: &[Place], main: bool) -> Room {
    let line = |at: usize| lines.line(at);
    let last = places.iter().map(|place| line(place.range.end)).max().unwrap_or(0) + CONTEXT + 1;
    let numbers = " ".len() + last.to_string().len() + " | ".len();
    let long = places.iter().filter(|place| line(place.range.start) < line(place.range.end)).count();
    let arrows = if long > 0 { long + "-> ".len() } else { 0 };
    let indent = if main { 0 } else { "  `-> ".len() };
    let columns = view.look.width.saturating_sub(numbers + arrows + indent);
    Room { columns, mark: if view.look.unicode { "…" } else { "..." } }
}

impl SourceCode for CodeView<'_> {
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let range = span.offset()..span.offset() + span.len();
        let (part, first, column, count) = match before {
            // Asked for the place itself, which is told above the lines.
            0 => {
                let position = self.excerpt.position(range.start);
                (range, position.line - 1, position.column - 1, 1)
            }
            around => {
                let (part, first, count) = self.excerpt.lines(&range, around);
                (part, first, 0, count)
            }
        };
        let data = self.excerpt.text().as_bytes().get(part.clone()).ok_or(MietteError::OutOfBounds)?;
        let part: SourceSpan = (part.start, part.len()).into();
        Ok(Box::new(MietteSpanContents::new_named(self.name.to_string(), data, part, first, column, count)))
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
