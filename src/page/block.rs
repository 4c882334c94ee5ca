//! Knows one example file: its text, and the caret lines in it that point at findings.
//! Refuses to know the page around it.

use std::ops::Range;

/// A fenced block that is a file of its example's checkout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    pub language: String,
    /// Relative to the checkout's root.
    pub path: String,
    /// The lines between the fences, each with its newline; caret lines included.
    pub text: String,
    /// Where `text` stands in the page, in bytes.
    pub range: Range<usize>,
    /// The line of the opening fence, counted from 1.
    pub line: usize,
}

impl Block {
    /// The file's text: the block without its caret lines.
    pub fn plain(&self) -> String {
        self.text.split_inclusive('\n').filter(|line| !is_caret_line(line)).collect()
    }

    /// Whether `#` starts a comment in this language, so that caret lines can stand in it.
    pub fn takes_carets(&self) -> bool {
        matches!(self.language.as_str(), "dockerfile" | "makefile" | "yaml" | "yml" | "sh" | "bash" | "shell")
    }

    /// The block as it must be written where these are its findings: byte range of the plain text and message, in order.
    pub fn with_carets(&self, findings: &[(Range<usize>, &str)]) -> String {
        let plain = self.plain();
        let mut out = String::new();
        let mut start = 0;
        for line in plain.split_inclusive('\n') {
            let end = start + line.len();
            out.push_str(line);
            for (range, message) in findings {
                let here = start <= range.start && (range.start < end || (end == plain.len() && range.start == end));
                if here && self.takes_carets() {
                    out.push_str(&caret_line(
                        line.trim_end_matches(['\n', '\r']),
                        range.start - start,
                        range.end - start,
                        message,
                    ));
                }
            }
            start = end;
        }
        out
    }
}

/// The comment under `line` that points at its bytes `start..end`. Tabs are kept, so that it stays below in any editor.
fn caret_line(line: &str, start: usize, end: usize, message: &str) -> String {
    let mut out = String::from("#");
    let mut carets = 0;
    for (at, c) in line.char_indices() {
        if at >= start && at < end {
            carets += usize::from(at > 0 || line.len() == c.len_utf8());
        } else if at < start && (at > 0 || c == '\t') {
            out.push(if c == '\t' { '\t' } else { ' ' });
        }
    }
    out.push_str(&"^".repeat(carets.max(1)));
    out.push(' ');
    out.push_str(message);
    out.push('\n');
    out
}

pub(super) fn is_caret_line(line: &str) -> bool {
    let Some(rest) = line.strip_prefix('#') else { return false };
    let rest = rest.trim_start_matches([' ', '\t']);
    let message = rest.trim_start_matches('^');
    message.len() < rest.len() && message.starts_with(' ')
}
