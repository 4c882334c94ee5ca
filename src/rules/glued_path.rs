//! Asks: which path in a Makefile is another one than its parts say: a slash is missing, or quotes are part of it?

use super::edit;
use crate::finding::{Applicability, Edit, Finding};
use crate::model::Model;
use crate::model::makefile::slips::SlipKind;
use crate::model::makefile::variables::{Export, is_always_set};
use crate::model::makefile::{Known, Recipes};
use crate::model::value::{Part, Text};
use crate::source::Span;
use std::collections::BTreeSet;

/// Directories, or lists of directories, that programs take from their environment as they are.
const PATHS: &[&str] = &["PATH", "GOBIN", "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "GOTMPDIR"];

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out: Vec<Finding> = Vec::new();
    for recipes in &model.makefiles {
        out.extend(glued(model, recipes));
        out.extend(PATHS.iter().filter_map(|name| quoted(model, name, recipes.variables.get(*name)?)));
    }
    let mut seen = BTreeSet::new();
    out.retain(|finding| seen.insert(finding.primary.span));
    out
}

/// `$(CURDIR)bin`
fn glued(model: &Model, recipes: &Recipes) -> Vec<Finding> {
    let mut out = Vec::new();
    for slip in &recipes.slips {
        if slip.kind != SlipKind::Glued || recipes.only_shows(slip.span) {
            continue;
        }
        let written = model.text(slip.span);
        let Some(behind) = end_of_reference(&written) else { continue };
        let (reference, name) = written.split_at(behind);
        let at = slip.span.start as usize + behind;
        let finding = Finding::new(slip.span, format!("a slash is missing between `{reference}` and `{name}`"))
            .here("a name beside the directory, not in it")
            .help(format!("write `{reference}/{name}`"));
        let edit = edit::replace(Span::new(slip.span.file, at, at), "/");
        out.push(finding.fix("put a slash between them", Applicability::Safe, vec![edit]));
    }
    out
}

/// Where the reference that a text begins with ends.
fn end_of_reference(written: &str) -> Option<usize> {
    let (open, close) = match written.as_bytes().get(1)? {
        b'(' => ('(', ')'),
        b'{' => ('{', '}'),
        _ => return None,
    };
    let mut depth = 0;
    for (at, c) in written.char_indices() {
        depth += i32::from(c == open) - i32::from(c == close);
        if depth == 0 && c == close {
            return Some(at + 1);
        }
    }
    None
}

/// `PATH := "$(GOPATH)/bin:$(PATH)"`: make takes no quotes off.
fn quoted(model: &Model, name: &str, known: &Known) -> Option<Finding> {
    let exported = known.exported == Export::Yes || known.exported == Export::Unsaid && is_always_set(name);
    let entry = known.candidates.iter().flat_map(|text| text.split(':')).find(is_quoted)?;
    let span = known.assignments.iter().rev().copied().find(|span| model.text(*span).contains(['"', '\'']))?;
    if !exported {
        return None;
    }
    let mut finding = Finding::new(span, format!("the quotes are a part of `{name}`: make takes none off"))
        .here(format!("one directory of it is `{entry}`"))
        .help("write it without quotes: make needs none, not even around blanks");
    if let Some(edits) = unquoted(model, span) {
        finding = finding.fix("write it without quotes", Applicability::Safe, edits);
    }
    Some(finding)
}

fn is_quoted(entry: &Text) -> bool {
    let quote = |c: char| matches!(c, '"' | '\'');
    let ends = |part: Option<&Part>, end: fn(&str, &dyn Fn(char) -> bool) -> bool| match part {
        Some(Part::Literal(text)) => end(text, &quote),
        _ => false,
    };
    ends(entry.parts().first(), |text, quote| text.starts_with(quote))
        || ends(entry.parts().last(), |text, quote| text.ends_with(quote))
}

/// Takes the quotes off a value that they enclose, and that has no others.
fn unquoted(model: &Model, span: Span) -> Option<Vec<Edit>> {
    let text = model.text(span);
    let value = text.split_once('=')?.1.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    if inner.contains(['"', '\'']) {
        return None;
    }
    let (start, end) = (span.end as usize - value.len(), span.end as usize);
    let drop = |at: usize| edit::replace(Span::new(span.file, at, at + 1), "");
    Some(vec![drop(start), drop(end - 1)])
}
