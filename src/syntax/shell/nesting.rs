//! Knows where `$( … )` and backticks end: past quotes, comments, nested substitutions and `case` patterns.
//! Refuses to know what is inside them.

/// The closing parenthesis of what opened right before `from`.
pub(super) fn closing_paren(text: &str, from: usize, end: usize) -> Option<usize> {
    scan(text.as_bytes(), from, end, true).or_else(|| scan(text.as_bytes(), from, end, false))
}

/// The closing backtick of one that opened right before `from`.
pub(super) fn closing_backtick(text: &str, from: usize, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < end {
        match bytes[at] {
            b'\\' => at += 2,
            b'`' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// What is open at a point of a script.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Paren,
    Case,
    DoubleQuote,
    Brace,
}

fn scan(bytes: &[u8], from: usize, end: usize, cases: bool) -> Option<usize> {
    let mut open = vec![Open::Paren];
    let mut at = from;
    // Whether a word that starts here is a command's first.
    let mut command = true;
    let mut documents: Vec<(Vec<u8>, bool)> = Vec::new();
    while at < end {
        let quoted = open.last() == Some(&Open::DoubleQuote);
        let braced = open.last() == Some(&Open::Brace);
        let next = (at + 1 < end).then(|| bytes[at + 1]);
        match (bytes[at], next) {
            (b'\\', _) => {
                at += 2;
                continue;
            }
            (b'"', _) if quoted => {
                open.pop();
            }
            (b'"', _) => {
                open.push(Open::DoubleQuote);
                command = false;
            }
            (b'\'', _) if !(quoted || braced && open.contains(&Open::DoubleQuote)) => {
                let dollar = at > from && bytes[at - 1] == b'$';
                at = single_quote(bytes, at + 1, end, dollar)?;
                command = false;
            }
            (b'`', _) => {
                at += 1;
                while at < end && bytes[at] != b'`' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                command = false;
            }
            (b'$', Some(b'(')) => {
                open.push(Open::Paren);
                at += 1;
                command = true;
            }
            (b'$', Some(b'{')) => {
                open.push(Open::Brace);
                at += 1;
                command = false;
            }
            (b'}', _) if braced => {
                open.pop();
            }
            _ if quoted || braced => {}
            (b'(', _) => {
                open.push(Open::Paren);
                command = true;
            }
            (b')', _) => {
                if open.last() != Some(&Open::Case) {
                    open.pop();
                    if open.is_empty() {
                        return Some(at);
                    }
                }
                command = true;
            }
            (b'#', _) if at == from || b" \t\n;&|(".contains(&bytes[at - 1]) => {
                while at + 1 < end && bytes[at + 1] != b'\n' {
                    at += 1;
                }
            }
            (b'<', Some(b'<')) if bytes.get(at + 2) != Some(&b'<') => {
                let (document, next) = here_document(bytes, at + 2, end);
                documents.push(document);
                at = next;
                continue;
            }
            (b'<', Some(b'<')) => at += 2,
            (b'\n', _) => {
                command = true;
                for (delimiter, tabs) in documents.drain(..) {
                    at = behind_document(bytes, at, end, &delimiter, tabs).unwrap_or(at);
                }
            }
            (b';' | b'&' | b'|', _) => command = true,
            (b' ' | b'\t', _) => {}
            _ => {
                let len = bytes[at..end].iter().take_while(|b| !b" \t\n;&|()<>\"'`$\\}".contains(b)).count().max(1);
                let word = &bytes[at..at + len];
                match word {
                    b"case" if command && cases => {
                        open.push(Open::Case);
                        command = false;
                    }
                    b"esac" if command && open.last() == Some(&Open::Case) => {
                        open.pop();
                        command = false;
                    }
                    b"then" | b"do" | b"else" | b"elif" | b"if" | b"while" | b"until" | b"{" | b"!" | b"time" => {}
                    b"in" if open.last() == Some(&Open::Case) => command = true,
                    _ => command = false,
                }
                at += len;
                continue;
            }
        }
        at += 1;
    }
    None
}

fn single_quote(bytes: &[u8], mut at: usize, end: usize, dollar: bool) -> Option<usize> {
    while at < end {
        match bytes[at] {
            b'\'' => return Some(at),
            b'\\' if dollar => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// The delimiter behind `<<`, whether `<<-` drops tabs before it, and where the word ends.
fn here_document(bytes: &[u8], mut at: usize, end: usize) -> ((Vec<u8>, bool), usize) {
    let tabs = at < end && bytes[at] == b'-';
    at += usize::from(tabs);
    at += bytes[at.min(end)..end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let len = bytes[at.min(end)..end].iter().take_while(|b| !b" \t\n;&|()<>".contains(b)).count();
    let word = &bytes[at.min(end)..at.min(end) + len];
    let delimiter = word.iter().copied().filter(|b| !b"'\"\\".contains(b)).collect();
    ((delimiter, tabs), at + len)
}

/// The newline that ends the here-document whose text starts behind the newline at `at`.
fn behind_document(bytes: &[u8], at: usize, end: usize, delimiter: &[u8], tabs: bool) -> Option<usize> {
    let mut line = at + 1;
    while line < end {
        let len = bytes[line..end].iter().position(|b| *b == b'\n').unwrap_or(end - line);
        let mut text = &bytes[line..line + len];
        while let ([b'\t', rest @ ..], true) = (text, tabs) {
            text = rest;
        }
        if text == delimiter {
            return Some(line + len);
        }
        line += len + 1;
    }
    None
}
