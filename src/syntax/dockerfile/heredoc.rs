//! Knows here-documents: which words on a line open one, and where its body ends.
//! Refuses to know whether an instruction may have them, and what runs or stores the body.

use super::Heredoc;
use super::expand::Lexer;
use super::lines::{Line, Lines};
use super::names::KEYWORDS;
use super::words::Part;
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::fold::Folded;
use std::collections::HashMap;
use std::ops::Range;

/// A word that opens a here-document.
pub(super) struct Marker {
    name: String,
    quoted: bool,
    /// `<<\EOF`: quoted for a shell, not for the builder.
    escaped: bool,
    strip_tabs: bool,
    span: Span,
}

/// Reads a word as `<<NAME`, with digits before it and `-` in it where they stand.
pub(super) fn marker(word: Part) -> Option<Marker> {
    let redirect = word.text().trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (rest, strip_tabs) = redirect.strip_prefix('-').map_or((redirect, false), |r| (r, true));
    let rest = rest.trim_start_matches(['\t', '\x0c', '\r', ' ']);
    if rest.contains('<') {
        return None;
    }
    let text = word.text();
    let word_after = word.sub(text.len() - rest.len()..text.len()).folded();
    let mut lexer = Lexer::new(&word_after, '\\');
    let mut name = String::new();
    let (mut quoted, mut escaped) = (false, false);
    while let Some(c) = lexer.peek() {
        let start = lexer.at();
        match c {
            '\'' | '"' => {
                quoted = true;
                name.push_str(&lexer.quoted().ok()?);
            }
            '$' => {
                lexer.skip_reference().ok()?;
                name.push_str(&rest[start..lexer.at()]);
            }
            '\\' => {
                escaped = true;
                lexer.next();
                name.extend(lexer.next());
            }
            c => {
                lexer.next();
                name.push(c);
            }
        }
    }
    (!name.is_empty()).then(|| Marker { name, quoted, escaped, strip_tabs, span: word.span() })
}

/// The here-documents a logical line opens, in order. A line with an open quote or a broken `${` opens none.
/// `for_shell` says whose rule tells a quoted name: the shell's or the builder's.
pub(super) fn markers(line: Part, for_shell: bool) -> Vec<Marker> {
    let words = shell_words(&line.folded()).unwrap_or_default();
    let markers = words.into_iter().filter_map(|word| marker(line.sub(word)));
    markers.map(|m| Marker { quoted: m.quoted || for_shell && m.escaped, ..m }).collect()
}

/// A line's words as the builder's lexer splits them: the blanks behind `<<` do not end a word, and a variable with a
/// modifier forgets what its word held before it. The escape character is always the backslash here.
fn shell_words(line: &Folded) -> Option<Vec<Range<usize>>> {
    let mut lexer = Lexer::new(line, '\\');
    let mut words = Vec::new();
    let mut word: Option<usize> = None;
    while let Some(c) = lexer.peek() {
        let at = lexer.at();
        match c {
            '\'' | '"' => {
                lexer.quoted().ok()?;
                word.get_or_insert(at);
            }
            '$' => {
                if lexer.skip_reference().ok()? {
                    word = None;
                }
                for (i, c) in line.text[at..lexer.at()].char_indices() {
                    if c.is_whitespace() {
                        words.extend(word.take().map(|start| start..at + i));
                    } else {
                        word.get_or_insert(at + i);
                    }
                }
            }
            '<' => {
                word.get_or_insert(at);
                lexer.next();
                if lexer.peek() == Some('<') {
                    lexer.next();
                    while let Some('\t' | '\r' | ' ') = lexer.peek() {
                        lexer.next();
                    }
                }
            }
            '\\' => {
                word.get_or_insert(at);
                lexer.next();
                lexer.next();
            }
            c => {
                lexer.next();
                if c.is_whitespace() {
                    words.extend(word.take().map(|start| start..at));
                } else {
                    word.get_or_insert(at);
                }
            }
        }
    }
    words.extend(word.map(|start| start..line.text.len()));
    Some(words)
}

/// Where lines with a given text stand, so that looking for a terminator costs nothing however often one is missing.
pub(super) struct Terminators<'t> {
    exact: HashMap<&'t str, Vec<Line<'t>>>,
    after_tabs: HashMap<&'t str, Vec<Line<'t>>>,
    between_blanks: HashMap<&'t str, Vec<Line<'t>>>,
}

impl<'t> Terminators<'t> {
    /// Of all lines that are still to be read.
    pub fn ahead_of(lines: &Lines<'t>) -> Terminators<'t> {
        let (mut exact, mut after_tabs, mut between_blanks) = (HashMap::new(), HashMap::new(), HashMap::new());
        let mut lines = lines.clone();
        while let Some(line) = lines.physical() {
            let add = |lines: &mut HashMap<&'t str, Vec<Line<'t>>>, text| lines.entry(text).or_default().push(line);
            add(&mut exact, line.text);
            add(&mut after_tabs, line.text.trim_start_matches('\t'));
            add(&mut between_blanks, line.text.trim());
        }
        Terminators { exact, after_tabs, between_blanks }
    }
}

/// The first line from an offset on that has a given text.
fn first<'t>(lines: &HashMap<&'t str, Vec<Line<'t>>>, text: &str, from: usize) -> Option<Line<'t>> {
    let lines = lines.get(text)?;
    lines.get(lines.partition_point(|l| l.start < from)).copied()
}

/// Reads the bodies of a line's here-documents and says where the last line that belongs to them ends.
///
/// A body without a terminator is an error. BuildKit reads it to the end of the file; here it ends at the line that was
/// probably meant as its terminator, or else before the next instruction, so that the rest can still be read.
pub(super) fn bodies<'t>(
    markers: Vec<Marker>,
    lines: &mut Lines<'t>,
    terminators: &Terminators<'t>,
    errors: &mut Vec<SyntaxError>,
) -> (Vec<Heredoc>, Option<usize>) {
    let mut end = None;
    let mut lost = false;
    let mut heredocs = Vec::new();
    for Marker { name, quoted, strip_tabs, span: marker, .. } in markers {
        let mut body = Folded::new(marker.file);
        body.push("", lines.at());
        if !lost {
            let at = lines.at();
            let known = if strip_tabs { &terminators.after_tabs } else { &terminators.exact };
            let terminator = first(known, &name, at).or_else(|| {
                let near = first(&terminators.between_blanks, name.trim(), at);
                errors.push(unterminated(&name, strip_tabs, marker, near.is_some()));
                near
            });
            lost = terminator.is_none();
            let stop = terminator.map_or_else(|| next_instruction(lines), |t| t.start);
            while let Some((line, whole)) = lines.physical_before(stop) {
                let kept = if strip_tabs { whole.trim_start_matches('\t') } else { whole };
                body.push(kept, line.start + whole.len() - kept.len());
                end = Some(line.end());
            }
            if let Some(line) = terminator {
                lines.physical();
                end = Some(line.end());
            }
        }
        heredocs.push(Heredoc { name, quoted, strip_tabs, body, marker });
    }
    (heredocs, end)
}

/// Where the next line that can only be an instruction starts, or the text's end.
fn next_instruction(lines: &Lines) -> usize {
    let mut lines = lines.clone();
    while let Some(line) = lines.peek() {
        if line.text.split_once([' ', '\t']).is_some_and(|(word, _)| KEYWORDS.contains(&word)) {
            break;
        }
        lines.physical();
    }
    lines.at()
}

fn unterminated(name: &str, strip_tabs: bool, span: Span, near: bool) -> SyntaxError {
    let word: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let help = if near && strip_tabs {
        format!("Only tabs may stand before {name} on the line that ends it, and nothing behind it.")
    } else if near {
        format!("{name} must stand alone on the line that ends it, without blanks around it.")
    } else if !word.is_empty() && word != name {
        format!("The builder looks for a line `{name}`: put a blank behind {word}.")
    } else {
        format!("Add a line that holds {name} and nothing else.")
    };
    SyntaxError { span, message: "unterminated heredoc".to_string(), help: Some(help) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors, heredocs, parsed, text_of};
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn opened(text: &str) -> Vec<String> {
        let mut line = Folded::new(Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text));
        line.push(text, 0);
        markers(Part::of(&line), text.starts_with("RUN"))
            .into_iter()
            .map(|m| format!("{}{}{}", if m.strip_tabs { "-" } else { "" }, if m.quoted { "'" } else { "" }, m.name))
            .collect()
    }

    #[test]
    fn a_line_opens_here_documents() {
        assert_eq!(opened("RUN <<EOF"), ["EOF"]);
        assert_eq!(opened("RUN cat <<-'E F' >/x && y 3<<\"B\" << C"), ["-'E F", "'B", "C"]);
        assert_eq!(opened(r"RUN cat <<\EOF"), ["'EOF"]);
        assert_eq!(opened(r"COPY <<\EOF /x"), ["EOF"]);
        assert_eq!(opened("RUN cat <<E$X"), ["E$X"]);
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in
            ["RUN cat <<<EOF", "RUN cat <<< EOF", "RUN x<<EOF", "RUN '<<EOF'", "RUN it's <<EOF", "RUN <<", "RUN <<''"]
        {
            assert_eq!(opened(text), [""; 0], "{text}");
        }
        for text in ["RUN ${x <<EOF", "RUN $((1<<2))", "RUN <<${x:-EOF}"] {
            assert_eq!(opened(text), [""; 0], "{text}");
        }
        assert_eq!(opened("RUN echo $(( 1 << 2 ))"), ["2"]);
    }

    #[test]
    fn run_takes_its_documents() {
        let text = "FROM a\nRUN cat <<A >/a && cat <<-B\none\nA\n\ttwo\n\t\tB\nUSER x\n";
        let docs = heredocs(text, 1);
        assert_eq!(
            docs.iter().map(|d| (d.name.as_str(), d.body.text.as_str())).collect::<Vec<_>>(),
            [("A", "one\n"), ("B", "two\n")]
        );
        assert_eq!(text_of(text, docs[1].body.whole()), "two\n");
        assert_eq!(text_of(text, docs[0].marker), "<<A");
        assert_eq!(text_of(text, docs[1].marker), "<<-B");
        let file = parsed(text);
        assert_eq!(text_of(text, file.instructions[1].span), "RUN cat <<A >/a && cat <<-B\none\nA\n\ttwo\n\t\tB");
        assert_eq!(file.instructions.len(), 3);
    }

    #[test]
    fn bodies_may_hold_anything() {
        let text = "FROM a\r\nCOPY <<EOF /x\r\n# no comment \\\r\n\r\nFROM b\r\n EOF\r\nEOF\r\nRUN x\r\n";
        assert!(errors(text).is_empty());
        assert_eq!(heredocs(text, 1)[0].body.text, "# no comment \\\r\n\r\nFROM b\r\n EOF\r\n");
        assert_eq!(parsed(text).instructions.len(), 3);
        assert_eq!(heredocs("FROM a\nRUN <<EOF\nEOF", 1)[0].body.text, "");
        assert_eq!(heredocs("FROM a\nONBUILD RUN <<EOF\nx\nEOF", 1)[0].body.text, "x\n");
        assert_eq!(heredocs("FROM a\nRUN x \\\n  <<EOF\ny\nEOF", 1)[0].body.text, "y\n");
    }

    #[test]
    fn only_run_copy_and_add_have_them() {
        assert_eq!(parsed("FROM a\nCMD cat <<EOF\nRUN x\n").instructions.len(), 3);
        assert_eq!(parsed("FROM a\nRUN [\"cat\", \"<<EOF\"]\nRUN x\n").instructions.len(), 3);
    }

    #[test]
    fn a_missing_terminator_does_not_hide_the_rest() {
        let text = "FROM a\nRUN <<EOF\nx\n  EOF\nRUN y\n";
        assert_eq!(errors(text), [("unterminated heredoc".to_string(), "<<EOF".to_string())]);
        assert!(parsed(text).errors[0].help.as_ref().unwrap().contains("without blanks"));
        assert_eq!(heredocs(text, 1)[0].body.text, "x\n");
        assert_eq!(parsed(text).instructions.len(), 3);

        let text = "FROM a\nRUN <<A <<B\nx\ny\nCOPY a b\n";
        assert_eq!(errors(text).len(), 1);
        assert_eq!(heredocs(text, 1)[0].body.text, "x\ny\n");
        assert_eq!(parsed(text).instructions.len(), 3);

        let help = parsed("FROM a\nRUN cat <<EOF>/x\nx\nEOF\n").errors[0].help.clone().unwrap();
        assert!(help.contains("put a blank behind EOF"), "{help}");
    }
}
