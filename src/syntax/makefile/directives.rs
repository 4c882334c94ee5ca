//! Knows assignments, `export`, `include` and conditions, each from its own line.
//! Refuses to know rules, recipes and what is defined.

use super::super::fold::Folded;
use super::convert::{Node, content, each, range, token};
use super::text::{Source, trim};
use super::{Condition, Item, Op, Text, Variable};
use makefile_lossless::{SyntaxKind, VariableDefinition};
use rowan::ast::AstNode;

impl Source<'_> {
    /// An assignment, `define`, `undefine`, `export` or `unexport`.
    pub(super) fn variable(&self, node: &Node, targets: Option<Text>) -> Option<Item> {
        let definition = VariableDefinition::cast(node.clone())?;
        let keywords = definition.keyword_ranges();
        let has = |keyword: &str| keywords.iter().any(|(text, _)| text == keyword);
        let start = range(node.text_range()).start;
        let operator = token(node, SyntaxKind::OPERATOR);
        let define = has("define");
        let body = content(node);
        let behind_keywords =
            keywords.iter().filter(|(text, _)| text != "endef").map(|(_, at)| range(*at).end).max().unwrap_or(start);
        if operator.is_none() && !define && !has("undefine") {
            let names = each(&self.line(behind_keywords..body.end.max(behind_keywords)));
            let end = names.last().map_or(behind_keywords, |name| name.whole().end as usize - self.base);
            return Some(Item::Export { names, undo: has("unexport"), span: self.span(start..end.max(start)) });
        }
        let value_range = definition.value_range().map(range);
        let name_end = match (&operator, &value_range) {
            (Some(operator), _) => range(operator.text_range()).start,
            (None, Some(value)) => value.start,
            (None, None) => body.end,
        };
        let name = self.line(behind_keywords..name_end.max(behind_keywords));
        if has("undefine") {
            let span = self.span(start..name_end.max(start));
            return Some(Item::Undefine { name, overrides: has("override"), span });
        }
        let op = operator.as_ref().map_or(Op::Recursive, |operator| op(operator.text()));
        let at = operator.as_ref().map_or(name_end, |operator| range(operator.text_range()).end);
        let value_range = value_range.unwrap_or(at..at);
        let value = if define { self.body(value_range.clone()) } else { self.value(value_range.clone()) };
        let end = keywords.iter().find(|(text, _)| text == "endef").map_or(value_range.end, |(_, at)| range(*at).end);
        Some(Item::Variable(Variable {
            name,
            op,
            value,
            export: has("export"),
            unexport: has("unexport"),
            overrides: has("override"),
            private: has("private"),
            targets,
            define,
            span: self.span(start..end.max(at)),
        }))
    }

    pub(super) fn include(&self, node: &Node) -> Option<Item> {
        let keyword = token(node, SyntaxKind::IDENTIFIER)?;
        let body = content(node);
        let from = range(keyword.text_range()).end;
        let paths = self.line(from..body.end.max(from));
        let optional = keyword.text() != "include";
        let end = if paths.text.is_empty() { from } else { paths.whole().end as usize - self.base };
        Some(Item::Include { paths, optional, span: self.span(body.start..end.max(body.start)) })
    }

    /// The condition of an `if…` or `else if…` line; `None` for a plain `else`.
    pub(super) fn condition(&self, node: &Node) -> Option<Condition> {
        let keyword = node
            .children_with_tokens()
            .filter_map(|it| it.into_token())
            .find(|token| token.kind() == SyntaxKind::IDENTIFIER && token.text().starts_with("if"))?;
        let from = range(keyword.text_range());
        let text = self.line(from.end..content(node).end.max(from.end));
        let end = if text.text.is_empty() { from.end } else { text.whole().end as usize - self.base };
        let span = self.span(from.start..end.max(from.start));
        Some(match keyword.text() {
            "ifdef" => Condition::Defined { name: text, negated: false, span },
            "ifndef" => Condition::Defined { name: text, negated: true, span },
            keyword => {
                let (left, right) = sides(&text).unwrap_or_else(|| (text.slice(0..0), text.clone()));
                Condition::Eq { left, right, negated: keyword == "ifneq", span }
            }
        })
    }
}

/// The two sides of `(a,b)`, `"a" "b"` or `'a' 'b'`; `None` where make refuses the text.
fn sides(text: &Folded) -> Option<(Folded, Folded)> {
    let all = text.text.as_str();
    let open = all.chars().next()?;
    if open == '(' {
        let comma = outside_parens(all, 1, b',')?;
        let close = outside_parens(all, comma + 1, b')')?;
        let left = text.slice(1..comma);
        let left = left.slice(0..left.text.trim_end_matches([' ', '\t']).len());
        return Some((left, trim(&text.slice(comma + 1..close), false)));
    }
    let (left, behind) = quoted(all, 0)?;
    let rest = &all[behind..];
    let (right, _) = quoted(all, behind + (rest.len() - rest.trim_start().len()))?;
    Some((text.slice(left), text.slice(right)))
}

/// The first `sign` behind `from` that is in no parentheses.
fn outside_parens(text: &str, from: usize, sign: u8) -> Option<usize> {
    let mut depth = 0i32;
    text.bytes().enumerate().skip(from).find_map(|(at, byte)| {
        if byte == sign && depth <= 0 {
            return Some(at);
        }
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        None
    })
}

/// The inside of the quotes that open at `at`, and what is behind them.
fn quoted(text: &str, at: usize) -> Option<(std::ops::Range<usize>, usize)> {
    let quote = text[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = at + 1 + text[at + 1..].find(quote)?;
    Some((at + 1..end, end + 1))
}

fn op(text: &str) -> Op {
    match text {
        ":=" | "::=" => Op::Simple,
        ":::=" => Op::Immediate,
        "?=" => Op::Default,
        "+=" => Op::Append,
        "!=" => Op::Shell,
        _ => Op::Recursive,
    }
}
