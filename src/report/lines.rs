//! Knows which line and column a byte of a text lies in, by an index made once for each text.
//! Refuses to know what is said about the place.

use std::ops::Range;
use std::sync::Arc;

use crate::source::Source;

/// A text with the places where its lines start.
pub struct Lines {
    source: Arc<Source>,
    starts: Vec<usize>,
}

/// Both counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Lines {
    pub fn new(source: Arc<Source>) -> Lines {
        let newlines = source.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(newlines).collect();
        Lines { source, starts }
    }

    pub fn path(&self) -> &str {
        &self.source.path
    }

    pub fn text(&self) -> &str {
        &self.source.text
    }

    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte, counted from 0.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// The bytes of a line counted from 0, with its newline.
    pub fn range(&self, line: usize) -> Range<usize> {
        self.starts[line]..self.starts.get(line + 1).copied().unwrap_or(self.text().len())
    }

    /// Line and column in characters. A byte order mark is no column.
    pub fn position(&self, offset: usize) -> Position {
        self.measure(offset, |before| before.chars().count())
    }

    /// Line and column in UTF-16 code units, as editors and SARIF count.
    pub fn utf16(&self, offset: usize) -> Position {
        self.measure(offset, |before| before.encode_utf16().count())
    }

    /// Line and column in bytes, as they lie in the file.
    pub fn bytes(&self, offset: usize) -> Position {
        let line = self.line(offset);
        Position { line: line + 1, column: offset.min(self.text().len()) - self.starts[line] + 1 }
    }

    fn measure(&self, offset: usize, width: impl Fn(&str) -> usize) -> Position {
        let line = self.line(offset);
        let end = self.text().floor_char_boundary(offset);
        let before = self.text()[self.starts[line]..end].trim_start_matches('\u{feff}');
        Position { line: line + 1, column: width(before) + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Lines {
        Lines::new(Arc::new(Source { path: "x".into(), text: text.into() }))
    }

    #[test]
    fn columns_count_characters_or_utf16_units() {
        let lines = lines("\u{feff}é😀x\r\nb");
        let x = lines.text().find('x').unwrap();
        assert_eq!(lines.position(x), Position { line: 1, column: 3 });
        assert_eq!(lines.utf16(x), Position { line: 1, column: 4 });
        assert_eq!(lines.position(x + 3), Position { line: 2, column: 1 });
        assert_eq!(lines.position(99), Position { line: 2, column: 2 });
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn the_end_of_a_text_is_a_place() {
        assert_eq!(lines("").position(0), Position { line: 1, column: 1 });
        assert_eq!(lines("a\n").position(2), Position { line: 2, column: 1 });
        assert_eq!(lines("a\n").range(1), 2..2);
    }
}
