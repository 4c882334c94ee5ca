//! Knows how a text that was put together from pieces of a file maps back to that file.
//! Refuses to know who folds and why: Dockerfile continuations, make's `$$` and variables, YAML blocks all use it.

use crate::source::{FileId, Span};
use smallvec::SmallVec;

/// The first character that stands for a hole in a folded text. Hole `n` is `HOLE + n` (Supplementary Private Use Area-A):
/// a make variable whose value is not literal. The shell adapter gives it back as [`super::shell::WordPart::Hole`].
pub const HOLE: u32 = 0xF_0000;

/// How many different holes one folded text can carry; a further one repeats the last.
pub const MAX_HOLES: u32 = 0xFFFD;

/// The hole a character stands for, if it does.
pub fn hole(c: char) -> Option<usize> {
    let n = (c as u32).wrapping_sub(HOLE);
    (n <= MAX_HOLES).then_some(n as usize)
}

/// The character that stands for hole `n`.
pub fn hole_char(n: usize) -> char {
    char::from_u32(HOLE + (n as u32).min(MAX_HOLES)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Segment {
    /// Where it starts in the folded text.
    text: u32,
    /// Where it starts in the file.
    file: u32,
    /// How many bytes of the file it stands for.
    len: u32,
    /// Byte for byte the same as the file; otherwise every byte of it stands for the whole file range.
    exact: bool,
}

/// A text and the places its bytes came from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Folded {
    pub text: String,
    file: FileId,
    /// Most texts are one piece of their file.
    segments: SmallVec<[Segment; 1]>,
}

impl Folded {
    /// An empty text for bytes of a file.
    pub fn new(file: FileId) -> Folded {
        Folded { text: String::new(), file, segments: SmallVec::new() }
    }

    /// Appends `text`, which stands byte for byte at `at` in the file.
    pub fn push(&mut self, text: &str, at: usize) {
        let start = self.text.len() as u32;
        if let Some(last) = self.segments.last_mut()
            && last.exact
            && last.file + last.len == at as u32
            && last.text + last.len == start
        {
            last.len += text.len() as u32;
        } else {
            self.segments.push(Segment { text: start, file: at as u32, len: text.len() as u32, exact: true });
        }
        self.text.push_str(text);
    }

    /// Appends `text`, all of which stands for the file's bytes `range` (`$$` for `$`, a variable's value for `$(X)`).
    pub fn push_for(&mut self, text: &str, range: std::ops::Range<usize>) {
        let start = self.text.len() as u32;
        self.segments.push(Segment {
            text: start,
            file: range.start as u32,
            len: (range.end - range.start) as u32,
            exact: false,
        });
        self.text.push_str(text);
    }

    /// The file that its bytes stand in.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The file's bytes behind a byte range of the text. An empty text has no place and gives `0..0`.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.locate(range.start, false);
        let end = if range.end > range.start { self.locate(range.end, true) } else { start };
        Span::new(self.file, start.min(end), end.max(start))
    }

    /// The whole text's place.
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// A part of this text as a text of its own.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Folded {
        let mut out = Folded::new(self.file);
        let at = range.start;
        out.append(self, range);
        if out.segments.is_empty() {
            out.push("", self.locate(at, false));
        }
        out
    }

    /// Appends a part of another text of the same file, places included.
    pub fn append(&mut self, from: &Folded, range: std::ops::Range<usize>) {
        let first = from.segments.partition_point(|s| s.text as usize <= range.start).saturating_sub(1);
        for (i, s) in from.segments.iter().enumerate().skip(first) {
            let s_start = s.text as usize;
            if s_start >= range.end {
                break;
            }
            let s_end = from.segments.get(i + 1).map_or(from.text.len(), |n| n.text as usize);
            let (a, b) = (range.start.max(s_start), range.end.min(s_end));
            if a >= b {
                continue;
            }
            let text = &from.text[a..b];
            if s.exact {
                self.push(text, s.file as usize + (a - s_start));
            } else {
                self.push_for(text, s.file as usize..(s.file + s.len) as usize);
            }
        }
    }

    /// Whether the file holds exactly these bytes in one piece, so that an edit may replace a part of them.
    pub fn is_exact(&self, range: std::ops::Range<usize>) -> bool {
        let after = self.segments.partition_point(|s| s.text as usize <= range.start);
        self.segments[..after].iter().rev().take(2).any(|s| s.exact && range.end <= (s.text + s.len) as usize)
    }

    /// File offset of a text offset. At a seam, `end` says whether the offset closes the piece before it.
    fn locate(&self, offset: usize, end: bool) -> usize {
        let offset = offset as u32;
        let i = self.segments.partition_point(|s| if end { s.text < offset } else { s.text <= offset });
        let Some(s) = i.checked_sub(1).and_then(|i| self.segments.get(i)).or(self.segments.first()) else {
            return 0;
        };
        if s.exact {
            (s.file + (offset.saturating_sub(s.text)).min(s.len)) as usize
        } else if end {
            (s.file + s.len) as usize
        } else {
            s.file as usize
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn file() -> FileId {
        Sources::new(Arc::new(MemoryCheckout::default())).add("f", "")
    }

    #[test]
    fn spans_map_through_continuations() {
        // file: `go \` newline `build`
        let mut f = Folded::new(file());
        f.push("go ", 0);
        f.push("build", 5);
        assert_eq!(f.text, "go build");
        assert_eq!(f.span(3..8).range(), 5..10);
        assert_eq!(f.span(0..8).range(), 0..10);
        assert_eq!(f.span(0..3).range(), 0..3);
    }

    #[test]
    fn an_expanded_piece_stands_for_its_reference() {
        // file: `cp $(BIN) x`
        let mut f = Folded::new(file());
        f.push("cp ", 0);
        f.push_for("out/app", 3..9);
        f.push(" x", 9);
        assert_eq!(f.text, "cp out/app x");
        assert_eq!(f.span(3..10).range(), 3..9);
        assert_eq!(f.span(5..8).range(), 3..9);
        assert_eq!(f.span(11..12).range(), 10..11);
        assert!(!f.is_exact(3..10));
        assert!(f.is_exact(11..12));
    }

    #[test]
    fn a_slice_keeps_its_places() {
        let mut f = Folded::new(file());
        f.push("go ", 0);
        f.push("build", 5);
        let s = f.slice(1..5);
        assert_eq!(s.text, "o bu");
        assert_eq!(s.span(2..4).range(), 5..7);
    }

    #[test]
    fn holes_survive_as_characters() {
        assert_eq!(hole(hole_char(7)), Some(7));
        assert_eq!(hole('a'), None);
    }

    #[test]
    fn a_part_keeps_its_places_in_another_text() {
        let mut line = Folded::new(file());
        line.push("go ", 0);
        line.push("build", 5);
        let mut f = Folded::new(file());
        f.append(&line, 0..1);
        f.append(&line, 4..8);
        assert_eq!(f.text, "guild");
        assert_eq!(f.span(1..5).range(), 6..10);
    }
}
