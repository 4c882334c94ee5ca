//! Knows how physical lines become logical ones: BOM, line ends, comments, blank lines and continuations.
//! Refuses to know what a line says.

use crate::source::FileId;
use crate::syntax::fold::Folded;
use memchr::memchr;

/// The byte order mark that BuildKit skips at the very start of a file.
const BOM: char = '\u{feff}';

/// Reads a file from top to bottom.
#[derive(Clone)]
pub(super) struct Lines<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
}

/// A physical line.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub start: usize,
    /// Without its line end.
    pub text: &'t str,
}

impl Line<'_> {
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// An instruction's line with its continuations folded away.
pub(super) struct Logical {
    pub text: Folded,
    pub start: usize,
    /// The end of the last physical line that belongs to it, line end excluded.
    pub end: usize,
}

impl<'t> Lines<'t> {
    pub fn new(file: FileId, text: &'t str) -> Lines<'t> {
        let at = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        Lines { file, text, at }
    }

    /// Where the next line starts.
    pub fn at(&self) -> usize {
        self.at
    }

    pub fn peek(&self) -> Option<Line<'t>> {
        self.clone().physical()
    }

    pub fn physical(&mut self) -> Option<Line<'t>> {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let end = memchr(b'\n', rest.as_bytes());
        self.at += end.map_or(rest.len(), |end| end + 1);
        let line = &rest[..end.unwrap_or(rest.len())];
        (!rest.is_empty()).then(|| Line { start, text: line.trim_end_matches('\r') })
    }

    /// The next line if it starts before an offset, also with its line end.
    pub fn physical_before(&mut self, stop: usize) -> Option<(Line<'t>, &'t str)> {
        let line = self.peek().filter(|l| l.start < stop)?;
        self.physical();
        Some((line, &self.text[line.start..self.at]))
    }

    /// The next instruction's line; comments and blank lines, before it and inside it, are left out.
    pub fn logical(&mut self, escape: char) -> Option<Logical> {
        let first = loop {
            let line = self.physical()?;
            let trimmed = line.text.trim_start();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                break Line { start: line.end() - trimmed.len(), text: trimmed };
            }
        };
        let mut logical = Logical { text: Folded::new(self.file), start: first.start, end: first.end() };
        let (kept, mut continues) = without_continuation(first.text, escape);
        logical.text.push(kept, first.start);
        while continues {
            let Some(line) = self.physical() else { break };
            let trimmed = line.text.trim_start();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let kept;
            (kept, continues) = without_continuation(line.text, escape);
            logical.text.push(kept, line.start);
            logical.end = line.end();
        }
        Some(logical)
    }
}

/// Cuts off the escape character at a line's end (blanks may follow), which joins the next line to this one.
/// After another escape character it means itself, however many there are.
fn without_continuation(line: &str, escape: char) -> (&str, bool) {
    match line.trim_end_matches([' ', '\t']).strip_suffix(escape) {
        Some(before) if !before.ends_with(escape) => (before, true),
        _ => (line, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn folded(text: &str, escape: char) -> Vec<String> {
        let file = Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text);
        let mut lines = Lines::new(file, text);
        std::iter::from_fn(|| lines.logical(escape)).map(|l| l.text.text).collect()
    }

    #[test]
    fn continuations_fold() {
        assert_eq!(folded("RUN a \\\n  b\nCMD c", '\\'), ["RUN a   b", "CMD c"]);
        assert_eq!(folded("RUN a \\ \t\n  b\n", '\\'), ["RUN a   b"]);
        assert_eq!(folded("RUN a \\\r\n  b\r\n", '\\'), ["RUN a   b"]);
        assert_eq!(folded("RU\\\nN a", '\\'), ["RUN a"]);
        assert_eq!(folded("RUN a `\n b\\\nCMD", '`'), ["RUN a  b\\", "CMD"]);
        assert_eq!(folded("RUN a \\", '\\'), ["RUN a "]);
    }

    #[test]
    fn a_doubled_escape_character_is_no_continuation() {
        assert_eq!(folded("RUN a \\\\\nCMD b", '\\'), ["RUN a \\\\", "CMD b"]);
        assert_eq!(folded("RUN a \\\\\\\nCMD b", '\\'), ["RUN a \\\\\\", "CMD b"]);
        assert_eq!(folded("\\\nRUN a", '\\'), ["RUN a"]);
    }

    #[test]
    fn comments_and_blank_lines_are_left_out() {
        assert_eq!(folded("# c\n\n  # c\n RUN a \\\n # c \\\n\n \t\n  b\n", '\\'), ["RUN a   b"]);
        assert_eq!(folded("RUN a \\\n# c\n", '\\'), ["RUN a "]);
    }

    #[test]
    fn the_end_is_that_of_the_last_line_with_content() {
        let text = "RUN a \\\n# c\n\nCMD b  \n";
        let file = Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text);
        let line = Lines::new(file, text).logical('\\').unwrap();
        assert_eq!(&text[line.start..line.end], "RUN a \\\n# c\n\nCMD b  ");
    }
}
