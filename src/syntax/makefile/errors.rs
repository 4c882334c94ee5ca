//! Knows what make says of a broken Makefile, in its own words, and what to do about it.
//! Refuses to know what only shows once variables are expanded.

use super::super::SyntaxError;
use super::convert::{Node, range};
use super::text::Source;
use super::{Condition, Item, RecipeItem, Text, unterminated, words};
use crate::source::Span;
use makefile_lossless::{ParseErrorKind, PositionedParseError, SyntaxKind};
use std::ops::Range;

/// The parser's errors that GNU make has too.
pub(super) fn parser(source: &Source, root: &Node, errors: &[PositionedParseError]) -> Vec<SyntaxError> {
    let mut out: Vec<SyntaxError> = Vec::new();
    let mut seen: Option<usize> = None;
    let mut unclosed = root
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::CONDITIONAL)
        .filter(|node| !node.children().any(|child| child.kind() == SyntaxKind::CONDITIONAL_ENDIF))
        .map(|node| range(node.text_range()).start);
    let conditionals: Vec<Range<usize>> = root
        .children()
        .filter(|node| node.kind() == SyntaxKind::CONDITIONAL)
        .map(|node| range(node.text_range()))
        .collect();
    for error in errors {
        let line = range(error.line_range());
        // make passes over what stands in a branch that is not taken.
        let passed_over =
            matches!(error.kind(), ParseErrorKind::RecipeBeforeFirstTarget | ParseErrorKind::MissingSeparator);
        let after = conditionals.partition_point(|conditional| conditional.start <= line.start);
        let inside = after.checked_sub(1).and_then(|at| conditionals.get(at)).is_some_and(|c| line.start < c.end);
        if passed_over && inside && !source.text[line.clone()].starts_with("if") {
            continue;
        }
        // One line, one error: the parser may stumble twice.
        if error.kind() != ParseErrorKind::MissingEndif && seen.replace(line.start) == Some(line.start) {
            continue;
        }
        let Some((message, help)) = said(error, source, &line) else { continue };
        let line = match error.kind() {
            ParseErrorKind::MissingEndif => {
                let start = unclosed.next().unwrap_or(line.start);
                let rest = &source.text[start..];
                start..start + rest.find('\n').unwrap_or(rest.len())
            }
            _ => line,
        };
        let shown = &source.text[line.clone()];
        let start = line.end - shown.trim_start().len();
        let end = (line.start + shown.trim_end().len()).max(start);
        out.push(SyntaxError { span: source.span(start..end), message, help: Some(help.to_string()) });
    }
    out
}

/// Make's words for an error, and the help; `None` where make accepts the text or only its variables can tell.
fn said(error: &PositionedParseError, source: &Source, line: &Range<usize>) -> Option<(String, &'static str)> {
    use ParseErrorKind::*;
    let text = &source.text[line.clone()];
    let empty_name = text.trim_start().starts_with(['=', ':', '?', '+', '!']);
    let (message, help) = match error.kind() {
        MissingSeparator if text.starts_with("ifeq(") || text.starts_with("ifneq(") => (
            "missing separator (ifeq/ifneq must be followed by whitespace)",
            "write a blank between the word and the parenthesis",
        ),
        MissingSeparator | UnexpectedToken | ExpectedAssignmentOperator if empty_name => {
            ("empty variable name", "write a name before the assignment operator")
        }
        // The line is expanded before make looks for a separator.
        MissingSeparator | UnexpectedToken | ExpectedAssignmentOperator if text.contains('$') => return None,
        MissingSeparator if error.space_indent_range().is_some() => {
            ("missing separator", "a recipe line starts with a tab, not with spaces")
        }
        MissingSeparator | UnexpectedToken | ExpectedAssignmentOperator => (
            "missing separator",
            "make reads `target: prerequisites`, `NAME = value`, a directive or a tabbed recipe line",
        ),
        RecipeBeforeFirstTarget => (
            "recipe commences before first target",
            "a tabbed line belongs to the rule above it; an assignment or a directive in between ends that rule",
        ),
        UnclosedReference => return None,
        UnclosedParenthesis | InvalidConditional => {
            ("invalid syntax in conditional", "write `ifeq (a,b)` or `ifeq \"a\" \"b\"`")
        }
        ExpectedVariableName => ("empty variable name", "write a name before the assignment operator"),
        MissingEndif => ("missing 'endif'", "close this conditional with `endif`"),
        ExtraneousEndif => ("extraneous 'endif'", "no conditional is open here; remove the line"),
        ElseWithoutIf => ("extraneous 'else'", "no conditional is open here; remove the line"),
        DuplicateElse => ("only one 'else' per conditional", "write `else ifeq …`, or remove one"),
        MissingEndef => ("missing 'endef', unterminated 'define'", "close the `define` with `endef`"),
        _ => return None,
    };
    Some((message.to_string(), help))
}

/// What make rejects and the parser lets pass: references that nothing closes, target patterns without `%`.
pub(super) fn unnoticed(items: &[Item]) -> Vec<SyntaxError> {
    let mut out = Vec::new();
    for item in items {
        match item {
            Item::Variable(variable) => {
                reference(&variable.name, &mut out);
                // A `define` may be read with `$(value …)` only, and then anything may stand in it.
                if !variable.define {
                    reference(&variable.value, &mut out);
                }
                variable.targets.iter().for_each(|targets| reference(targets, &mut out));
            }
            Item::Rule(rule) => {
                [&rule.targets, &rule.prerequisites, &rule.order_only].into_iter().for_each(|t| reference(t, &mut out));
                if let Some(pattern) = &rule.static_pattern {
                    reference(pattern, &mut out);
                    target_pattern(pattern, &mut out);
                }
                recipe(&rule.recipe, &mut out);
            }
            Item::Export { names, .. } => names.iter().for_each(|name| reference(name, &mut out)),
            Item::Include { paths, .. } => reference(paths, &mut out),
            Item::Undefine { name, .. } => reference(name, &mut out),
            Item::Expansion { text, .. } => reference(text, &mut out),
            Item::Conditional(conditional) => {
                for (condition, items) in &conditional.branches {
                    match condition {
                        Some(Condition::Eq { left, right, .. }) => {
                            reference(left, &mut out);
                            reference(right, &mut out);
                        }
                        Some(Condition::Defined { name, .. }) => reference(name, &mut out),
                        None => {}
                    }
                    out.extend(unnoticed(items));
                }
            }
        }
    }
    out
}

fn recipe(items: &[RecipeItem], out: &mut Vec<SyntaxError>) {
    for item in items {
        match item {
            RecipeItem::Line(line) => reference(&line.text, out),
            RecipeItem::Conditional(conditional) => {
                conditional.branches.iter().for_each(|(_, items)| recipe(items, out));
            }
        }
    }
}

fn reference(text: &Text, out: &mut Vec<SyntaxError>) {
    let Some(found) = text.text.contains('$').then(|| unterminated(text)).flatten() else { return };
    let first_line = text.text[found.range.clone()].find('\n').unwrap_or(found.range.len());
    let span = text.span(found.range.start..found.range.start + first_line);
    if out.iter().any(|error| error.span == span) {
        return;
    }
    let message = match found.function {
        Some(function) => format!("unterminated call to function '{function}': missing '{}'", found.missing),
        None => "unterminated variable reference".to_string(),
    };
    let help = format!("close it with `{}`; a `$` meant for the shell is written `$$`", found.missing);
    out.push(SyntaxError { span, message, help: Some(help) });
}

fn target_pattern(pattern: &Text, out: &mut Vec<SyntaxError>) {
    let mut reject = |span: Span, message: &str, help: &str| {
        out.push(SyntaxError { span, message: message.to_string(), help: Some(help.to_string()) });
    };
    if pattern.text.contains('$') {
        return;
    }
    match words(pattern).len() {
        0 => reject(pattern.whole(), "missing target pattern", "write `targets: %.o: %.c`"),
        1 if !pattern.text.contains('%') => reject(
            pattern.whole(),
            "target pattern contains no '%'",
            "a second colon makes a static pattern rule; write a `%` in its pattern, or remove the colon",
        ),
        1 => {}
        _ => reject(pattern.whole(), "multiple target patterns", "a static pattern rule has one target pattern"),
    }
}
