//! Knows the format of rule pages and case files: front matter, sections, examples, blocks, caret lines.
//! Refuses to know rules: which page belongs to which rule, and whether its examples are true, is asked elsewhere.

mod block;

use std::ops::Range;

pub use block::Block;

use crate::finding::Severity;

/// What `--fix` does about a rule's findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fixable {
    Safe,
    Unsafe,
    /// Some findings carry a fix, others need a person.
    Sometimes,
    No,
}

impl Fixable {
    /// As the front matter has it.
    pub fn name(self) -> &'static str {
        match self {
            Fixable::Safe => "safe",
            Fixable::Unsafe => "unsafe",
            Fixable::Sometimes => "sometimes",
            Fixable::No => "no",
        }
    }
}

/// A rule's page, or a case file, which has the same sections but only names its rule in front.
///
/// Reading never fails; what is wrong with the page is in `faults`.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rule a case file belongs to; `None` for a rule's own page.
    pub rule: Option<String>,
    /// One clause for lists and headings, without a full stop.
    pub title: String,
    pub severity: Severity,
    pub fix: Fixable,
    /// Why a finding may have no fix, one clause; set where `fix` is sometimes or no.
    pub by_hand: Option<String>,
    /// The first version that has the rule.
    pub since: String,
    /// How grave the fault is to somebody's security, as CVSS counts, above 0 up to 10; `None` where it is none of security's matters.
    pub security_severity: Option<f32>,
    /// The sentences between the front matter and the first section.
    pub lead: String,
    pub sections: Vec<Section>,
    /// What the page says a tool prints: its `text` blocks that are no file.
    pub quotes: Vec<Quote>,
    /// Everything after the front matter, as written.
    pub body: String,
    pub faults: Vec<Fault>,
}

/// Something wrong with a page itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

/// Words of a tool, as a page quotes them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Counted from 1.
    pub line: usize,
    pub text: String,
}

/// What follows a `## ` heading.
#[derive(Clone, Debug)]
pub struct Section {
    pub title: String,
    /// Counted from 1.
    pub line: usize,
    /// The text below the heading, as written.
    pub text: String,
    /// Only of Bad, Fixed and Good.
    pub examples: Vec<Example>,
}

/// The blocks of a section, or of one `### ` heading in it: together they are one checkout.
#[derive(Clone, Debug)]
pub struct Example {
    /// The `### ` heading; `None` before the first one.
    pub title: Option<String>,
    /// Counted from 1.
    pub line: usize,
    pub blocks: Vec<Block>,
}

const SECTIONS: [&str; 5] = ["Why it matters", "Bad", "Fixed", "Good", "See also"];

impl Page {
    /// Reads a page; what is wrong with it is in `faults`.
    pub fn parse(text: &str) -> Page {
        let mut page = Page {
            rule: None,
            title: String::new(),
            severity: Severity::Warning,
            fix: Fixable::No,
            by_hand: None,
            since: String::new(),
            security_severity: None,
            lead: String::new(),
            sections: Vec::new(),
            quotes: Vec::new(),
            body: String::new(),
            faults: Vec::new(),
        };
        let lines = lines(text);
        let rest = page.read_front_matter(text, &lines);
        page.body = lines.get(rest).map_or("", |l| &text[l.range.start..]).to_string();
        page.read_sections(text, &lines[rest..]);
        page.check_sections();
        page
    }

    /// A section by its heading.
    pub fn section(&self, title: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.title == title)
    }

    /// The examples of Bad, Fixed or Good; empty where the page has no such section.
    pub fn examples(&self, section: &str) -> &[Example] {
        self.section(section).map_or(&[], |s| &s.examples)
    }

    fn fault(&mut self, line: usize, message: impl Into<String>) {
        self.faults.push(Fault { line, message: message.into() });
    }

    /// Reads the lines between the two `---` and gives the number of lines used.
    fn read_front_matter(&mut self, text: &str, lines: &[Line]) -> usize {
        let is_rule = |l: &Line| text[l.range.clone()].trim_end() == "---";
        let close = lines.iter().skip(1).position(is_rule).map(|i| i + 1);
        let (true, Some(close)) = (lines.first().is_some_and(is_rule), close) else {
            self.fault(1, "the page must start with front matter between two lines of `---`");
            return 0;
        };
        let mut seen: Vec<&str> = Vec::new();
        for line in &lines[1..close] {
            let content = text[line.range.clone()].trim();
            let Some((key, value)) = content.split_once(':').map(|(k, v)| (k.trim(), v.trim())) else {
                self.fault(line.number, format!("`{content}` is not `key: value`"));
                continue;
            };
            if seen.contains(&key) {
                self.fault(line.number, format!("`{key}` stands here twice"));
            }
            seen.push(key);
            self.read_entry(line.number, key, value);
        }
        if self.rule.is_some() {
            if seen.len() > 1 {
                self.fault(1, "the front matter of a case file has only `rule: <id>`; the rest is in the rule's page");
            }
        } else {
            for key in ["title", "severity", "fix", "since"] {
                if !seen.contains(&key) {
                    self.fault(1, format!("the front matter lacks `{key}:`"));
                }
            }
            if self.by_hand.is_some() != matches!(self.fix, Fixable::Sometimes | Fixable::No) {
                self.fault(1, "`by-hand:` says why a finding has no fix; it belongs to `fix: sometimes` and `fix: no`");
            }
        }
        close + 1
    }

    fn read_entry(&mut self, line: usize, key: &str, value: &str) {
        match key {
            "rule" => self.rule = Some(value.to_string()),
            "title" => {
                if value.ends_with('.') {
                    self.fault(line, "a title is one clause without a full stop");
                }
                self.title = value.to_string();
            }
            "severity" => match value {
                "error" => self.severity = Severity::Error,
                "warning" => self.severity = Severity::Warning,
                "note" => self.severity = Severity::Note,
                _ => self.fault(line, format!("severity is error, warning or note, not `{value}`")),
            },
            "fix" => match value {
                "safe" => self.fix = Fixable::Safe,
                "unsafe" => self.fix = Fixable::Unsafe,
                "sometimes" => self.fix = Fixable::Sometimes,
                "no" => self.fix = Fixable::No,
                _ => self.fault(line, format!("fix is safe, unsafe, sometimes or no, not `{value}`")),
            },
            "by-hand" => self.by_hand = Some(value.to_string()),
            "since" => self.since = value.to_string(),
            "security-severity" => {
                self.security_severity = value.parse().ok().filter(|score| *score > 0.0 && *score <= 10.0);
                if self.security_severity.is_none() {
                    self.fault(line, format!("a security-severity is above 0 and at most 10, not `{value}`"));
                }
            }
            _ => {
                let known = "title, severity, fix, by-hand, since, security-severity";
                self.fault(line, format!("nobody reads `{key}:`; known are {known}"));
            }
        }
    }

    fn read_sections(&mut self, text: &str, lines: &[Line]) {
        let mut fence: Option<Fence> = None;
        let mut start = lines.first().map_or(text.len(), |l| l.range.start);
        for line in lines {
            let content = &text[line.range.clone()];
            if let Some(open) = &fence {
                if open.closed_by(content) {
                    let range = open.content_start..line.range.start;
                    let open = fence.take();
                    self.add_block(open, text, range);
                }
                continue;
            }
            if let Some(open) = Fence::open(content, line) {
                fence = Some(open);
            } else if let Some(title) = content.strip_prefix("## ") {
                self.close_section(&text[start..line.range.start]);
                start = line.next;
                let title = title.trim().to_string();
                self.sections.push(Section { title, line: line.number, text: String::new(), examples: Vec::new() });
            } else if let Some(title) = content.strip_prefix("### ")
                && let Some(section) = self.sections.last_mut()
                && section.holds_examples()
            {
                let title = Some(title.trim().to_string());
                section.examples.push(Example { title, line: line.number, blocks: Vec::new() });
            }
        }
        self.close_section(&text[start..]);
        if let Some(open) = fence {
            self.fault(open.line, "this block is never closed");
        }
    }

    fn close_section(&mut self, text: &str) {
        match self.sections.last_mut() {
            Some(section) => section.text = text.to_string(),
            None => self.lead = text.trim().to_string(),
        }
    }

    fn add_block(&mut self, open: Option<Fence>, text: &str, range: Range<usize>) {
        let Some(open) = open else { return };
        if open.language == "text" && open.file.is_none() {
            self.quotes.push(Quote { line: open.line, text: text[range].to_string() });
            return;
        }
        let Some(section) = self.sections.last_mut().filter(|s| s.holds_examples()) else { return };
        let Some(path) = open.path() else { return };
        if section.examples.is_empty() {
            section.examples.push(Example { title: None, line: open.line, blocks: Vec::new() });
        }
        let Some(example) = section.examples.last_mut() else { return };
        let doubled = example.blocks.iter().any(|b| b.path == path);
        let block = Block {
            language: open.language,
            path: path.clone(),
            text: text[range.clone()].into(),
            range,
            line: open.line,
        };
        example.blocks.push(block);
        if doubled {
            self.fault(open.line, format!("`{path}` stands twice in one example; start another with `### title`"));
        }
    }

    fn check_sections(&mut self) {
        let mut faults: Vec<(usize, String)> = Vec::new();
        let mut last = 0;
        for section in &self.sections {
            match SECTIONS.iter().position(|known| *known == section.title) {
                None => faults.push((
                    section.line,
                    format!("there is no section `{}`; known are {}", section.title, SECTIONS.join(", ")),
                )),
                Some(at) if at < last => {
                    faults.push((
                        section.line,
                        format!("sections stand once each and in this order: {}", SECTIONS.join(", ")),
                    ));
                }
                Some(at) => last = at + 1,
            }
            for (i, example) in section.examples.iter().enumerate() {
                if example.blocks.is_empty() {
                    faults.push((example.line, "this example has no block that is a file".to_string()));
                }
                if section.examples[..i].iter().any(|other| other.title == example.title) {
                    faults.push((example.line, "two examples of one section have the same title".to_string()));
                }
            }
        }
        if self.rule.is_none() {
            if self.lead.is_empty() {
                faults.push((1, "a sentence must follow the front matter that says what is wrong".to_string()));
            }
            for title in ["Why it matters", "Bad", "Good"] {
                if self.section(title).is_none() {
                    faults.push((1, format!("the section `## {title}` is missing")));
                }
            }
        }
        for (line, message) in faults {
            self.fault(line, message);
        }
        self.faults.sort_by_key(|f| f.line);
    }
}

impl Section {
    fn holds_examples(&self) -> bool {
        matches!(self.title.as_str(), "Bad" | "Fixed" | "Good")
    }
}

struct Line {
    /// Without the newline.
    range: Range<usize>,
    /// Where the next line starts.
    next: usize,
    number: usize,
}

fn lines(text: &str) -> Vec<Line> {
    let mut start = 0;
    let mut out = Vec::new();
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\n', '\r']);
        out.push(Line { range: start..start + content.len(), next: start + line.len(), number: i + 1 });
        start += line.len();
    }
    out
}

/// An opening line of three or more backticks or tildes.
struct Fence {
    mark: String,
    language: String,
    file: Option<String>,
    content_start: usize,
    line: usize,
}

impl Fence {
    fn open(content: &str, line: &Line) -> Option<Fence> {
        let c = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = content.trim_start_matches(c);
        let mark = &content[..content.len() - info.len()];
        if mark.len() < 3 {
            return None;
        }
        let mut words = info.split_whitespace();
        Some(Fence {
            mark: mark.to_string(),
            language: words.next().unwrap_or_default().to_string(),
            file: words.next().map(str::to_string),
            content_start: line.next,
            line: line.number,
        })
    }

    fn closed_by(&self, content: &str) -> bool {
        let content = content.trim_end();
        content.starts_with(&self.mark) && content.chars().all(|c| self.mark.starts_with(c))
    }

    /// The file this block is, if it is one.
    fn path(&self) -> Option<String> {
        self.file.clone().or(match self.language.as_str() {
            "dockerfile" => Some("Dockerfile".to_string()),
            "makefile" => Some("Makefile".to_string()),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
