//! Knows what variables are worth where the builder itself expands them: ARG, ENV, and what BuildKit passes.
//! Refuses to know what a shell makes of them.

use super::Driver;
use crate::model::expand::{modify, speaks_of_unset};
use crate::model::trace::EventKind;
use crate::model::value::{Growing, Text, Value, Why};
use crate::source::Span;
use crate::syntax::dockerfile::expand::{self, Piece};
use crate::syntax::dockerfile::{Assignment, Dockerfile, Instruction, Kind, Word};
use crate::syntax::fold::Folded;

/// An ARG whose default takes the place of what BuildKit would pass.
#[derive(Clone, Debug)]
pub struct Shadow {
    pub name: String,
    /// The default after expansion.
    pub value: String,
    /// `name=default`.
    pub span: Span,
}

/// Variables that BuildKit passes to every build; a stage sees them only if it declares them.
pub const PLATFORM_ARGS: &[&str] = &[
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

impl Driver<'_> {
    /// What `--build-arg` gives an ARG.
    pub(super) fn given(&self, name: &str) -> Option<Value> {
        let arguments = &self.context.invocation()?.arguments;
        arguments.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    /// Writes down which variables the builder itself looks up in vain.
    pub(super) fn log_unset(&mut self, stage: usize, instruction: &Instruction) {
        let flags = ["chown", "chmod"].into_iter().filter_map(|name| instruction.flag(name)?.value.as_ref());
        let words = instruction.kind.expanded_words().into_iter().chain(flags);
        for word in words.filter(|word| word.raw.text.contains('$')) {
            let Ok(pieces) = expand::lex(&word.raw, self.document.escape) else { continue };
            for piece in &pieces {
                let Piece::Variable { name, modifier, span } = piece else { continue };
                let defaulted = modifier.as_ref().is_some_and(|m| speaks_of_unset(m.op));
                let unset = self.stages[stage].world.env.get(name) == Value::Unset;
                // `ARG A=1 B=$A`: the names of one line come one after the other.
                if unset && !defaulted && !instruction.declares(name) {
                    self.shell.event(*span, EventKind::Unset(name.clone()));
                }
            }
        }
    }

    /// Writes down where a default certainly is another value than the one that BuildKit passes.
    pub(super) fn shadow(&mut self, assignment: &Assignment, default: Option<&Value>) {
        let name = &assignment.name.raw.text;
        let Some(value) = default.and_then(Value::as_literal) else { return };
        if PLATFORM_ARGS.contains(&name.as_str()) && self.build_argument(name).as_literal() != Some(value) {
            self.shadows.push(Shadow { name: name.clone(), value: value.to_string(), span: assignment.span });
        }
    }

    pub(super) fn expand_global(&self, word: &Word) -> Value {
        let lookup = |name: &str| match self.globals.get(name) {
            Some(value) => value.clone(),
            None if PLATFORM_ARGS.contains(&name) => self.build_argument(name),
            None => Value::Unset,
        };
        expand_with(&word.raw, self.document.escape, &lookup)
    }

    /// A build argument without a default: whatever `--build-arg` gives, the same in every stage.
    /// The builder's own system is linux, and the target's, too, unless the Dockerfile speaks of Windows: for that it is not followed,
    /// and what its commands then do is open.
    pub(super) fn build_argument(&self, name: &str) -> Value {
        self.given(name).unwrap_or_else(|| self.passed(name))
    }

    /// What BuildKit itself passes under the name of a platform argument; a symbol where that hangs on the machine. The image is for
    /// that platform whatever `--build-arg` says.
    pub(super) fn passed(&self, name: &str) -> Value {
        match (name, self.machine) {
            ("TARGETOS" | "TARGETPLATFORM", _) if self.maybe_windows => Value::Text(Text::symbol(name)),
            ("TARGETOS" | "BUILDOS", _) => Value::literal("linux"),
            ("TARGETARCH", Some(machine)) => Value::literal(machine.target),
            ("BUILDARCH", Some(machine)) => Value::literal(machine.builder),
            ("TARGETPLATFORM", Some(machine)) => Value::literal(format!("linux/{}", machine.target)),
            ("BUILDPLATFORM", Some(machine)) => Value::literal(format!("linux/{}", machine.builder)),
            ("TARGETVARIANT" | "BUILDVARIANT", Some(_)) => Value::literal(""),
            _ => Value::Text(Text::symbol(name)),
        }
    }

    pub(super) fn expand(&self, stage: usize, word: &Word) -> Value {
        self.expand_folded(stage, &word.raw)
    }

    pub(super) fn expand_folded(&self, stage: usize, text: &Folded) -> Value {
        let env = &self.stages[stage].world.env;
        expand_with(text, self.document.escape, &|name| env.get(name))
    }
}

/// Whether a stage is named as one for Windows is, by its base or its platform, or takes a program that only Windows starts.
pub(super) fn may_be_for_windows(document: &Dockerfile) -> bool {
    let windows = |word: &Word| {
        let text = word.raw.text.to_ascii_lowercase();
        text.contains("windows") || text.contains("nanoserver")
    };
    document.instructions.iter().any(|instruction| match &instruction.kind {
        Kind::From { image, .. } => {
            let platform = instruction.flag("platform").and_then(|flag| flag.value.as_ref());
            windows(image) || platform.is_some_and(windows)
        }
        Kind::Copy(copy) if instruction.flag("from").is_some() => {
            copy.sources.iter().any(|source| source.word.raw.text.ends_with(".exe"))
        }
        _ => false,
    })
}

/// Expands a word as BuildKit does.
fn expand_with(word: &Folded, escape: char, lookup: &dyn Fn(&str) -> Value) -> Value {
    if expand::is_plain(word, escape) {
        return Value::literal(word.text.as_str());
    }
    match expand::lex(word, escape) {
        Ok(pieces) => expand_pieces(&pieces, lookup),
        Err(error) => Value::Unknown(Why::at(error.message, error.span)),
    }
}

pub(super) fn expand_pieces(pieces: &[Piece], lookup: &dyn Fn(&str) -> Value) -> Value {
    let mut out = Growing::default();
    for piece in pieces {
        let value = match piece {
            Piece::Literal { text, .. } => Value::literal(text.clone()),
            Piece::Variable { name, modifier, .. } => {
                let value = lookup(name);
                match modifier {
                    None => value,
                    Some(modifier) => {
                        let word = expand_pieces(&modifier.word, lookup);
                        let replacement = modifier.replacement.as_ref().map(|pieces| expand_pieces(pieces, lookup));
                        modify(&value, modifier.op, &word, replacement.as_ref(), name)
                    }
                }
            }
        };
        if let Err(why) = value.into_expansion().and_then(|text| out.push(text)) {
            return Value::Unknown(why);
        }
    }
    Value::Text(out.done())
}
