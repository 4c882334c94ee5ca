//! Knows which item, rule and recipe each node of the parser's tree is, and which rules a recipe line belongs to.
//! Refuses to know how one directive is read.

use super::super::fold::Folded;
use super::errors;
use super::text::Source;
use super::{Condition, Conditional, Item, Makefile, RecipeConditional, RecipeItem, RecipeLine, Rule};
use crate::source::{FileId, Span};
use makefile_lossless::{Lang, MakefileVariant, Recipe, SyntaxKind};
use rowan::ast::AstNode;
use std::ops::Range;

pub(super) type Node = rowan::SyntaxNode<Lang>;

/// To how many rules at most one recipe line behind a conditional is given.
const OPEN_RULES: usize = 32;

/// Through how many conditionals without a rule of their own a recipe line still finds the rule before them.
const GUARDS: usize = 8;

/// Reads a whole file.
pub(super) fn makefile(file: FileId, text: &str) -> Makefile {
    if is_another_makes(text) {
        return Makefile { file, items: Vec::new(), another_makes: true, errors: Vec::new() };
    }
    let base = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let source = Source { file, text: &text[base..], base };
    let parsed = makefile_lossless::Makefile::parse_with_variant(source.text, MakefileVariant::GNUMake);
    let root = Node::new_root(parsed.green().clone());
    let mut builder = Builder { source, rules: Vec::new() };
    let mut block = Block::default();
    builder.nodes(root.children(), &mut block);
    let items = builder.finish(block.items);
    let mut errors = errors::parser(&source, &root, parsed.positioned_errors());
    errors.extend(errors::unnoticed(&items));
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    Makefile { file, items, another_makes: false, errors }
}

/// Whether a line is a directive of nmake, Borland's and Watcom's make (`!ifdef`, `.EXTENSIONS:`), or of BSD's (`.if`,
/// `.include <bsd.prog.mk>`).
fn is_another_makes(text: &str) -> bool {
    const CONDITIONS: &[&str] =
        &["if", "ifdef", "ifndef", "elif", "else", "endif", "include", "error", "for", "endfor"];
    text.lines().any(|line| {
        let Some(rest) = line.strip_prefix(['!', '.']) else { return false };
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if line.starts_with(".EXTENSIONS:") {
            return true;
        }
        // `.include:` would be a target.
        CONDITIONS.contains(&word.to_ascii_lowercase().as_str()) && !behind.trim_start().starts_with([':', '='])
    })
}

/// A node's range as offsets of the text.
pub(super) fn range(node: rowan::TextRange) -> Range<usize> {
    node.start().into()..node.end().into()
}

struct Builder<'t> {
    source: Source<'t>,
    /// Rules stay here until their recipes are complete.
    rules: Vec<Option<Rule>>,
}

/// Items of one level, in order.
enum Draft {
    Item(Box<Item>),
    Rule(usize),
    Conditional { branches: Vec<(Option<Condition>, Vec<Draft>)>, span: Span },
}

/// What a file, or one branch of a conditional, has given so far.
#[derive(Default)]
struct Block {
    items: Vec<Draft>,
    /// Recipe lines for the rules that were open before the block.
    lines: Vec<RecipeItem>,
    /// Where the next recipe line goes.
    open: Vec<Target>,
}

/// A place for recipe lines.
#[derive(Clone)]
struct Target {
    place: Place,
    /// Under which branches of finished conditionals it is open, outermost last.
    guards: Vec<Guard>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The rules that were open before this block.
    Before,
    Rule(usize),
}

/// A branch of a conditional with rules in it, seen from behind its `endif`.
#[derive(Clone)]
struct Guard {
    conditions: Vec<Option<Condition>>,
    branch: usize,
    span: Span,
}

impl Guard {
    fn around(&self, item: RecipeItem) -> RecipeItem {
        let mut branches: Vec<_> = self.conditions.iter().map(|c| (c.clone(), Vec::new())).collect();
        branches[self.branch].1.push(item);
        RecipeItem::Conditional(RecipeConditional { branches, span: self.span })
    }
}

impl Builder<'_> {
    fn nodes(&mut self, nodes: impl Iterator<Item = Node>, block: &mut Block) {
        for node in nodes {
            self.node(&node, block);
        }
    }

    fn node(&mut self, node: &Node, block: &mut Block) {
        match node.kind() {
            SyntaxKind::RULE => self.rule(node, block),
            SyntaxKind::CONDITIONAL => self.conditional(node, block),
            SyntaxKind::RECIPE => {
                if let Some(line) = Recipe::cast(node.clone()).and_then(|recipe| self.recipe(&recipe)) {
                    self.deliver(RecipeItem::Line(line), block);
                }
            }
            SyntaxKind::VARIABLE => {
                block.open.clear();
                block.items.extend(self.source.variable(node, None).map(Box::new).map(Draft::Item));
            }
            SyntaxKind::INCLUDE => {
                block.open.clear();
                block.items.extend(self.source.include(node).map(Box::new).map(Draft::Item));
            }
            SyntaxKind::EXPRESSION_STATEMENT => {
                block.open.clear();
                self.expansion(node, block);
            }
            _ => {}
        }
    }

    fn expansion(&mut self, node: &Node, block: &mut Block) {
        let text = self.source.line(content(node));
        let span = text.whole();
        block.items.push(Draft::Item(Box::new(Item::Expansion { text, span })));
    }

    fn rule(&mut self, node: &Node, block: &mut Block) {
        block.open.clear();
        let targets = node.children().find(|child| child.kind() == SyntaxKind::TARGETS);
        let operator = token(node, SyntaxKind::OPERATOR);
        let (Some(targets), Some(operator)) = (targets, operator) else {
            // Not a rule as it stands; what its variables make of it is not known here.
            if node.text().contains_char('$') {
                self.expansion(node, block);
            }
            return;
        };
        let targets = self.source.line(content(&targets));
        let sign = operator.text().to_string();
        let assignment = node.children().find(|child| child.kind() == SyntaxKind::VARIABLE).filter(|child| {
            !node.children().any(|other| other.kind() == SyntaxKind::RECIPE && other.index() < child.index())
        });
        if let Some(variable) = assignment {
            block.items.extend(self.source.variable(&variable, Some(targets)).map(Box::new).map(Draft::Item));
            return;
        }
        let mut end = range(operator.text_range()).end;
        let mut rule = Rule {
            span: targets.whole(),
            static_pattern: None,
            prerequisites: self.source.line(end..end),
            order_only: self.source.line(end..end),
            double_colon: sign.contains("::"),
            grouped: sign.starts_with('&'),
            recipe: Vec::new(),
            targets,
        };
        let mut body = Vec::new();
        for child in node.children() {
            match child.kind() {
                SyntaxKind::TARGETS => {}
                SyntaxKind::TARGET_PATTERN => {
                    end = content(&child).end;
                    rule.static_pattern = Some(self.source.line(content(&child)));
                }
                SyntaxKind::PREREQUISITES => {
                    let all = content(&child);
                    end = end.max(all.end);
                    let bar = child
                        .children_with_tokens()
                        .filter_map(|it| it.into_token())
                        .find(|token| token.kind() == SyntaxKind::OPERATOR && token.text() == "|");
                    let bar = bar.map_or(all.end..all.end, |bar| range(bar.text_range()));
                    rule.prerequisites = self.source.line(all.start..bar.start);
                    rule.order_only = self.source.line(bar.end.min(all.end)..all.end);
                }
                _ => body.push(child),
            }
        }
        let start = range(node.text_range()).start;
        let header = self.source.text[start..end].trim_end().len();
        rule.span = self.source.span(start..start + header);
        self.rules.push(Some(rule));
        let index = self.rules.len() - 1;
        block.items.push(Draft::Rule(index));
        block.open = vec![Target { place: Place::Rule(index), guards: Vec::new() }];
        self.nodes(body.into_iter(), block);
    }

    /// The lines of a recipe line, without the prefix of each.
    fn lines(&self, recipe: &Recipe) -> Vec<Range<usize>> {
        let whole = range(recipe.syntax().text_range());
        let text = &self.source.text[whole.clone()];
        let line = text.strip_suffix('\n').unwrap_or(text);
        // What is one line anyway needs no walk over its tokens.
        let only = whole.start + 1..whole.start + line.len();
        match line.starts_with('\t') && !line.contains(['\n', '\r']) {
            true => vec![only],
            false => recipe.line_ranges().map(range).collect(),
        }
    }

    fn recipe(&self, recipe: &Recipe) -> Option<RecipeLine> {
        let lines = self.lines(recipe);
        let (first, last) = (lines.first()?, lines.last()?);
        let whole = self.source.span(first.start..last.end.max(first.start));
        let text = self.source.recipe(&lines);
        let prefix = text.text.find(|c| !matches!(c, '@' | '-' | '+' | ' ' | '\t')).unwrap_or(text.text.len());
        let inline = recipe.syntax().first_token().is_some_and(|t| t.kind() == SyntaxKind::OPERATOR && t.text() == ";");
        Some(RecipeLine {
            prefix: text.text[..prefix].chars().filter(|c| matches!(c, '@' | '-' | '+')).collect(),
            text: text.slice(prefix..text.text.len()),
            inline,
            span: whole,
        })
    }

    fn deliver(&mut self, item: RecipeItem, block: &mut Block) {
        for target in &block.open {
            let item = target.guards.iter().fold(item.clone(), |item, guard| guard.around(item));
            match target.place {
                Place::Before => block.lines.push(item),
                Place::Rule(index) => {
                    if let Some(rule) = self.rules.get_mut(index).and_then(Option::as_mut) {
                        rule.recipe.push(item);
                    }
                }
            }
        }
    }

    fn conditional(&mut self, node: &Node, block: &mut Block) {
        let mut branches: Vec<(Option<Condition>, Block)> = Vec::new();
        let mut end = range(node.text_range()).start;
        for child in node.children() {
            match child.kind() {
                SyntaxKind::CONDITIONAL_IF | SyntaxKind::CONDITIONAL_ELSE => {
                    let open = vec![Target { place: Place::Before, guards: Vec::new() }];
                    branches.push((self.source.condition(&child), Block { open, ..Block::default() }));
                }
                SyntaxKind::CONDITIONAL_ENDIF => {}
                _ => {
                    if let Some((_, inner)) = branches.last_mut() {
                        self.node(&child, inner);
                    }
                }
            }
            end = content(&child).end;
        }
        let start = range(node.text_range()).start;
        let end = start + self.source.text[start..end.max(start)].trim_end().len();
        let span = self.source.span(start..end);
        if branches.iter().any(|(_, inner)| !inner.lines.is_empty()) {
            let lines = branches.iter_mut().map(|(c, inner)| (c.clone(), std::mem::take(&mut inner.lines))).collect();
            self.deliver(RecipeItem::Conditional(RecipeConditional { branches: lines, span }), block);
        }
        block.open = behind(&branches, &block.open, span);
        if branches.iter().any(|(_, inner)| !inner.items.is_empty()) {
            let branches = branches.into_iter().map(|(condition, inner)| (condition, inner.items)).collect();
            block.items.push(Draft::Conditional { branches, span });
        }
    }

    fn finish(&mut self, drafts: Vec<Draft>) -> Vec<Item> {
        let mut items = Vec::with_capacity(drafts.len());
        for draft in drafts {
            match draft {
                Draft::Item(item) => items.push(*item),
                Draft::Rule(index) => {
                    let rule = self.rules.get_mut(index).and_then(Option::take);
                    items.extend(rule.map(|mut rule| {
                        rule.recipe.shrink_to_fit();
                        Item::Rule(rule)
                    }));
                }
                Draft::Conditional { branches, span } => {
                    let branches = branches.into_iter().map(|(c, drafts)| (c, self.finish(drafts))).collect();
                    items.push(Item::Conditional(Conditional { branches, span }));
                }
            }
        }
        items
    }
}

/// Where recipe lines behind an `endif` go, given its branches and what was open before it.
fn behind(branches: &[(Option<Condition>, Block)], before: &[Target], span: Span) -> Vec<Target> {
    let untouched =
        |block: &Block| matches!(block.open.as_slice(), [Target { place: Place::Before, guards }] if guards.is_empty());
    if branches.iter().all(|(_, inner)| untouched(inner)) {
        return before.to_vec();
    }
    let mut conditions: Vec<Option<Condition>> = branches.iter().map(|(condition, _)| condition.clone()).collect();
    let complete = conditions.last().is_some_and(Option::is_none);
    if !complete {
        conditions.push(None);
    }
    let mut out = Vec::new();
    let unguarded = [Target { place: Place::Before, guards: Vec::new() }];
    let opens = branches.iter().map(|(_, inner)| inner.open.as_slice());
    for (branch, open) in opens.chain((!complete).then_some(&unguarded[..])).enumerate() {
        let guard = Guard { conditions: conditions.clone(), branch, span };
        for target in open {
            match target.place {
                // A rule of the branch is there only where the branch is taken.
                Place::Rule(_) => out.push(target.clone()),
                Place::Before => {
                    let depth = |outer: &Target| target.guards.len() + 1 + outer.guards.len();
                    out.extend(before.iter().filter(|outer| depth(outer) <= GUARDS).map(|outer| {
                        let guards = target.guards.iter().chain([&guard]).chain(&outer.guards).cloned().collect();
                        Target { place: outer.place, guards }
                    }));
                }
            }
        }
    }
    out.drain(..out.len().saturating_sub(OPEN_RULES));
    out
}

/// The range of a node without the comment and the line break at its end.
pub(super) fn content(node: &Node) -> Range<usize> {
    let whole = range(node.text_range());
    let end = node
        .children_with_tokens()
        .filter_map(|it| it.into_token())
        .find(|token| token.kind() == SyntaxKind::COMMENT)
        .map_or(whole.end, |comment| range(comment.text_range()).start);
    whole.start..end
}

/// The first token of a kind directly below a node.
pub(super) fn token(node: &Node, kind: SyntaxKind) -> Option<rowan::SyntaxToken<Lang>> {
    node.children_with_tokens().filter_map(|it| it.into_token()).find(|token| token.kind() == kind)
}

/// The names of a list, each as a text of its own.
pub(super) fn each(list: &Folded) -> Vec<Folded> {
    super::words(list).into_iter().map(|range| list.slice(range)).collect()
}
