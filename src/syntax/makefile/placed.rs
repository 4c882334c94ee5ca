//! Knows Makefiles that stand in no file: everything in them stands for the place that made them.
//! Refuses to know what made them.

use super::{Condition, Item, Makefile, RecipeItem, parse};
use crate::source::Span;
use crate::syntax::fold::Folded;

/// Reads lines that `call` made.
pub fn parse_at(call: Span, lines: &str) -> Makefile {
    let mut makefile = parse(call.file, lines);
    makefile.items.iter_mut().for_each(|item| place(item, call));
    makefile
}

/// Makes everything in an item stand for `span`.
fn place(item: &mut Item, span: Span) {
    match item {
        Item::Variable(variable) => {
            move_text(&mut variable.name, span);
            move_text(&mut variable.value, span);
            variable.targets.iter_mut().for_each(|text| move_text(text, span));
            variable.span = span;
        }
        Item::Rule(rule) => {
            move_text(&mut rule.targets, span);
            rule.static_pattern.iter_mut().for_each(|text| move_text(text, span));
            move_text(&mut rule.prerequisites, span);
            move_text(&mut rule.order_only, span);
            rule.recipe.iter_mut().for_each(|item| place_recipe(item, span));
            rule.span = span;
        }
        Item::Export { names, span: own, .. } => {
            names.iter_mut().for_each(|text| move_text(text, span));
            *own = span;
        }
        Item::Include { paths, span: own, .. } => {
            move_text(paths, span);
            *own = span;
        }
        Item::Conditional(conditional) => {
            for (condition, items) in &mut conditional.branches {
                condition.iter_mut().for_each(|condition| place_condition(condition, span));
                items.iter_mut().for_each(|item| place(item, span));
            }
            conditional.span = span;
        }
        Item::Undefine { name, span: own, .. } => {
            move_text(name, span);
            *own = span;
        }
        Item::Expansion { text, span: own } => {
            move_text(text, span);
            *own = span;
        }
    }
}

fn place_recipe(item: &mut RecipeItem, span: Span) {
    match item {
        RecipeItem::Line(line) => {
            move_text(&mut line.text, span);
            line.span = span;
        }
        RecipeItem::Conditional(conditional) => {
            for (condition, items) in &mut conditional.branches {
                condition.iter_mut().for_each(|condition| place_condition(condition, span));
                items.iter_mut().for_each(|item| place_recipe(item, span));
            }
            conditional.span = span;
        }
    }
}

fn place_condition(condition: &mut Condition, at: Span) {
    match condition {
        Condition::Eq { left, right, span, .. } => {
            move_text(left, at);
            move_text(right, at);
            *span = at;
        }
        Condition::Defined { name, span, .. } => {
            move_text(name, at);
            *span = at;
        }
    }
}

fn move_text(text: &mut Folded, span: Span) {
    let mut moved = Folded::new(span.file);
    moved.push_for(&text.text, span.range());
    *text = moved;
}
