//! Knows parser directives: which lines at the top of a file are one, and what `escape` may be.
//! Refuses to know what `syntax` and `check` do to a build.

use super::Directive;
use super::lines::{Line, Lines};
use crate::source::{FileId, Span};
use crate::syntax::SyntaxError;

/// What stands above the first instruction, comment or blank line.
pub(super) struct Directives {
    pub all: Vec<Directive>,
    pub escape: char,
    pub errors: Vec<SyntaxError>,
}

/// Reads the directives and leaves `lines` at the first line that is none.
///
/// BuildKit looks for `syntax` and `check` below a `#!` line too, but its parser takes that line for a comment,
/// which ends the place where `escape` counts.
pub(super) fn read(file: FileId, lines: &mut Lines) -> Directives {
    let mut read = Directives { all: Vec::new(), escape: '\\', errors: Vec::new() };
    let shebang = lines.peek().is_some_and(|l| l.text.starts_with("#!"));
    if shebang {
        lines.physical();
    }
    while let Some(line) = lines.peek() {
        let Some(directive) = directive(file, line) else { break };
        lines.physical();
        let mut error = |message: String, help: &str| {
            read.errors.push(SyntaxError { span: directive.span, message, help: Some(help.to_string()) });
        };
        if read.all.iter().any(|d| d.name == directive.name) {
            error(format!("only one {} parser directive can be used", directive.name), "Remove one of the two lines.");
            continue;
        }
        if directive.name == "escape" {
            if shebang {
                continue;
            }
            match directive.value.as_str() {
                "\\" => read.escape = '\\',
                "`" => read.escape = '`',
                other => error(
                    format!("invalid escape token '{other}' does not match ` or \\"),
                    "Write `# escape=\\` or ``# escape=` ``; nothing else can escape.",
                ),
            }
        }
        read.all.push(directive);
    }
    read
}

/// Go's `\s`.
const BLANKS: [char; 5] = ['\t', '\n', '\x0c', '\r', ' '];

fn directive(file: FileId, line: Line) -> Option<Directive> {
    let comment = line.text.trim_start();
    let (name, value) = comment.strip_prefix('#')?.trim_start().split_once('=')?;
    let name = name.trim_end_matches(BLANKS).to_ascii_lowercase();
    if value.is_empty() || !matches!(name.as_str(), "syntax" | "escape" | "check") {
        return None;
    }
    let span = Span::new(file, line.end() - comment.len(), line.start + line.text.trim_end().len());
    Some(Directive { name, value: value.trim_matches(BLANKS).to_string(), span })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors, parsed};

    fn names(text: &str) -> Vec<(String, String)> {
        parsed(text).directives.into_iter().map(|d| (d.name, d.value)).collect()
    }

    #[test]
    fn directives_stand_at_the_very_top() {
        let text = "# syntax=docker/dockerfile:1\n#ESCAPE = `\n# check=skip=JSONArgsRecommended;error=true\nFROM a\n";
        assert_eq!(
            names(text),
            [("syntax", "docker/dockerfile:1"), ("escape", "`"), ("check", "skip=JSONArgsRecommended;error=true")]
                .map(|(a, b)| (a.to_string(), b.to_string()))
        );
        assert_eq!(parsed(text).escape, '`');
        assert_eq!(parsed("\n# escape=`\nFROM a").escape, '\\');
        assert_eq!(parsed("# hello\n# escape=`\nFROM a").escape, '\\');
        assert_eq!(parsed("FROM a\n# escape=`\n").escape, '\\');
        assert!(names("# unknown=1\n# syntax=x\nFROM a").is_empty());
    }

    #[test]
    fn a_byte_order_mark_and_crlf_do_not_hide_one() {
        let text = "\u{feff}# escape=`\r\nFROM a\r\n";
        let file = parsed(text);
        assert_eq!(file.escape, '`');
        assert_eq!(&text[file.directives[0].span.range()], "# escape=`");
        assert_eq!(&text[file.instructions[0].keyword.range()], "FROM");
    }

    #[test]
    fn a_shebang_line_is_tolerated() {
        assert_eq!(names("#!/usr/bin/env x\n# syntax=a/b\n# escape=`\nFROM a").len(), 1);
        assert_eq!(parsed("#!/usr/bin/env x\n# escape=`\nFROM a").escape, '\\');
    }

    #[test]
    fn wrong_directives_are_errors() {
        assert_eq!(
            errors("# escape=^\nFROM a"),
            [("invalid escape token '^' does not match ` or \\".to_string(), "# escape=^".to_string())]
        );
        assert_eq!(
            errors("# escape=`\n# escape=\\\nFROM a")[0],
            ("only one escape parser directive can be used".to_string(), "# escape=\\".to_string())
        );
    }
}
