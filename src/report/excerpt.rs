//! Knows what of a text a picture of some places in it shows: the lines around them, and of a line that is wider than the screen
//! what is around the places in it.
//! Refuses to know how a picture is drawn.

use std::ops::Range;

use super::lines::{Lines, Position};

/// A place to be shown, and what is written below it.
pub struct Place<'a> {
    pub range: Range<usize>,
    pub words: &'a str,
}

/// How much room there is for a line, and what stands where a part of it is left out.
#[derive(Clone, Copy)]
pub struct Room {
    pub columns: usize,
    pub mark: &'static str,
}

/// The lines around some places, each as far as there is room for it. Every place that lies in one line is shown whole.
pub struct Excerpt<'a> {
    source: &'a Lines,
    text: String,
    lines: Vec<Line>,
}

struct Line {
    /// Counted from 0.
    number: usize,
    /// Where it starts in the excerpt.
    start: usize,
    /// What is shown of the source.
    part: Range<usize>,
    /// The length of the mark before and of the one behind.
    marks: (usize, usize),
}

impl<'a> Excerpt<'a> {
    /// Each place with `around` lines before it and behind.
    pub fn of(source: &'a Lines, places: &[Place], around: usize, room: Room) -> Excerpt<'a> {
        let mut numbers: Vec<usize> = Vec::new();
        for place in places {
            let (first, last) = lines_of(source, &place.range);
            numbers.extend(first.saturating_sub(around)..=(last + around).min(source.count() - 1));
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut excerpt = Excerpt { source, text: String::new(), lines: Vec::with_capacity(numbers.len()) };
        for number in numbers {
            let whole = source.range(number);
            let end = whole.start + source.text()[whole.clone()].trim_end_matches(['\n', '\r']).len();
            let part = part(source, number, whole.start..end, places, room);
            let mark = |left_out: bool| if left_out { room.mark } else { "" };
            let (before, behind) = (mark(part.start > whole.start), mark(part.end < end));
            let start = excerpt.text.len();
            for piece in [before, &source.text()[part.clone()], behind, &source.text()[end..whole.end]] {
                excerpt.text.push_str(piece);
            }
            excerpt.lines.push(Line { number, start, part, marks: (before.len(), behind.len()) });
        }
        excerpt
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where in the excerpt these bytes of the source are. What lies in several lines may begin or end at a mark.
    pub fn find(&self, range: &Range<usize>) -> Range<usize> {
        let (first, last) = lines_of(self.source, range);
        let start = self.offset(first, range.start);
        start..self.offset(last, range.end).max(start)
    }

    fn offset(&self, number: usize, at: usize) -> usize {
        let line = &self.lines[self.lines.partition_point(|line| line.number < number)];
        let (before, behind) = line.marks;
        if at < line.part.start {
            line.start
        } else if at > line.part.end && behind > 0 {
            line.start + before + line.part.len() + behind
        } else {
            line.start + before + (at.min(self.source.text().len()) - line.part.start)
        }
    }

    /// Where in the source the beginning of a place lies that is at this byte of the excerpt.
    pub fn position(&self, at: usize) -> Position {
        let line = &self.lines[self.line(at)];
        self.source.position(line.part.start + at.saturating_sub(line.start + line.marks.0))
    }

    /// The lines with these bytes of the excerpt and `around` more on each side: where they lie in it, the number of the first, counted
    /// from 0, and how many they are.
    pub fn lines(&self, range: &Range<usize>, around: usize) -> (Range<usize>, usize, usize) {
        let first = self.line(range.start).saturating_sub(around);
        let last = (self.line(last_byte(range)) + around).min(self.lines.len() - 1);
        let end = self.lines.get(last + 1).map_or(self.text.len(), |next| next.start);
        (self.lines[first].start..end, self.lines[first].number, last - first + 1)
    }

    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|line| line.start <= at).saturating_sub(1)
    }
}

fn last_byte(range: &Range<usize>) -> usize {
    range.end.saturating_sub(1).max(range.start)
}

/// The first and the last line of a place.
fn lines_of(source: &Lines, range: &Range<usize>) -> (usize, usize) {
    (source.line(range.start), source.line(last_byte(range)))
}

/// What is shown of a line that has `body` without its end.
fn part(source: &Lines, number: usize, body: Range<usize>, places: &[Place], room: Room) -> Range<usize> {
    let text = &source.text()[body.clone()];
    let width = columns(text);
    if width <= room.columns {
        return body;
    }
    // Where a character may begin, in columns and in bytes.
    let ends = text.char_indices().scan(0, |passed, (at, c)| {
        *passed += columns_of(c);
        Some((*passed, body.start + at + c.len_utf8()))
    });
    let edges: Vec<(usize, usize)> = std::iter::once((0, body.start)).chain(ends).collect();
    let before = |at: usize| edges[edges.partition_point(|edge| edge.1 <= at) - 1].0;
    let behind = |at: usize| edges[edges.partition_point(|edge| edge.1 < at).min(edges.len() - 1)].0;
    // From where to where the places reach, and the words below them.
    let (mut from, mut to, mut words) = (width, 0, 0);
    for place in places {
        let (first, last) = lines_of(source, &place.range);
        if first != number {
            continue;
        }
        let start = before(place.range.start);
        let end = if last == number { behind(place.range.end) } else { start };
        (from, to) = (from.min(start), to.max(end));
        let below = place.words.lines().map(|line| (start + end) / 2 + POINTER + columns(line)).max();
        words = words.max(below.unwrap_or(0));
    }
    let (reach, mark) = (to.max(words), columns(room.mark));
    let (begin, end) = if to.saturating_sub(from) + 2 * mark > room.columns {
        // It does not fit however it is cut, so there is no use in taking much away.
        (from.saturating_sub(room.columns), to + room.columns)
    } else {
        let begin = match reach + mark <= room.columns {
            true => 0,
            false => (reach + 2 * mark).min(width + mark).saturating_sub(room.columns).min(from),
        };
        let left = room.columns - if begin > 0 { mark } else { 0 };
        (begin, if width - begin <= left { width } else { begin + left - mark })
    };
    let start = edges[edges.partition_point(|edge| edge.0 < begin)].1;
    start..edges[edges.partition_point(|edge| edge.0 <= end) - 1].1.max(start)
}

/// What stands between the middle of a place and its words: `╰── `.
const POINTER: usize = 4;

/// How many columns a text takes, or fewer.
fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// At most: a tab reaches the next multiple of four, and what is not ASCII may be twice as wide.
fn columns_of(c: char) -> usize {
    match c {
        '\t' => 4,
        c if c.is_ascii() => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use std::sync::Arc;

    fn lines(text: &str) -> Lines {
        Lines::new(Arc::new(Source { path: "x".into(), text: text.into() }))
    }

    /// What is shown of `text` around `part` where there are so many columns.
    fn shown(text: &str, part: &str, words: &str, columns: usize) -> String {
        let start = text.find(part).unwrap();
        let places = [Place { range: start..start + part.len(), words }];
        Excerpt::of(&lines(text), &places, 1, Room { columns, mark: "..." }).text().to_string()
    }

    #[test]
    fn a_line_that_is_too_wide_is_shown_around_its_place() {
        let text = "FROM x\nRUN one two three four five six seven\nCMD y\nlast\n";
        assert_eq!(shown(text, "two", "", 60), "FROM x\nRUN one two three four five six seven\nCMD y\n");
        assert_eq!(shown(text, "two", "", 20), "FROM x\nRUN one two three...\nCMD y\n");
        assert_eq!(shown(text, "four", "", 20), "FROM x\n...two three four...\nCMD y\n");
        assert_eq!(shown(text, "seven", "", 20), "FROM x\n...ur five six seven\nCMD y\n");
        assert_eq!(shown(text, "CMD y", "", 12), "RUN one t...\nCMD y\nlast\n", "neighbours begin where they begin");
    }

    #[test]
    fn there_is_room_for_the_words_below_if_the_place_is_still_seen_whole() {
        let text = "RUN one two three four five six seven\n";
        assert_eq!(shown(text, "three", "why", 24), "RUN one two three fou...\n");
        assert_eq!(shown(text, "three", "a longer reason", 30), "...wo three four five six s...\n");
        assert_eq!(shown(text, "three", "longer than the whole screen is", 20), "...three four fiv...\n");
        assert_eq!(shown(text, "two three four five", "", 8), "RUN one two three four five six sev...\n");
        assert_eq!(shown(text, "two three", "", 6), "...N one two three four ...\n");
    }

    #[test]
    fn every_place_is_found_again_at_any_width() {
        let text = "FROM x\r\n\tRUN ä b\tcc 漢字 dd && ee ff gg hh ii\r\n\nCMD [\"a long one, too\", \"b\"]";
        let source = lines(text);
        for columns in 0..50 {
            for start in 0..=text.len() {
                for end in start..=text.len() {
                    if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
                        continue;
                    }
                    let places = [Place { range: start..end, words: "words" }];
                    let excerpt = Excerpt::of(&source, &places, 1, Room { columns, mark: "…" });
                    let found = excerpt.find(&(start..end));
                    assert_eq!(excerpt.position(found.start), source.position(start), "{columns} {start}..{end}");
                    let (first, last) = lines_of(&source, &(start..end));
                    if first == last {
                        assert_eq!(&excerpt.text()[found], &text[start..end], "{columns} {start}..{end}");
                    }
                    let fits = super::columns(&text[start..end]) + 2 * super::columns("…") <= columns;
                    let widest = excerpt.text().lines().map(super::columns).max();
                    assert!(!fits || widest <= Some(columns), "{widest:?} of {columns}: {start}..{end}");
                }
            }
        }
    }
}
