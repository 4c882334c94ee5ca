//! Knows how words are laid into lines of a width. What stands between backquotes is kept together, for somebody to copy.
//! Refuses to know what is indented how.

/// The text in lines of at most `width` characters, as far as there are blanks to break at; its own line ends stay.
pub fn wrap(text: &str, width: usize) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| wrap_line(line, width)).collect();
    lines.join("\n")
}

fn wrap_line(line: &str, width: usize) -> String {
    let (mut out, mut column) = (String::with_capacity(line.len()), 0);
    for word in words(line) {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// What stands between blanks that are not between backquotes.
fn words(line: &str) -> Vec<&str> {
    let (mut out, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        match c {
            '`' => quoted = !quoted && line[at + 1..].contains('`'),
            ' ' if !quoted => {
                out.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(&line[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_at_blanks_outside_of_backquotes() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("one two\nthree", 100), "one two\nthree");
        assert_eq!(wrap("write `$(shell go env GOOS)` here", 10), "write\n`$(shell go env GOOS)`\nhere");
        assert_eq!(wrap("a `b c d", 3), "a\n`b\nc d");
        assert_eq!(wrap("./a/very/long-path ü", 4), "./a/very/long-path\nü");
        assert_eq!(wrap("", 4), "");
    }
}
