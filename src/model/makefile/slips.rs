//! Knows references that make expands to something else than anybody who writes them can mean.
//! Refuses to know what becomes of the text that they stand in.

use super::Make;
use crate::model::path::Path;
use crate::model::value::Text;
use crate::source::Span;
use crate::syntax::fold::Folded;
use crate::syntax::makefile::Piece;

/// One such reference.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Slip {
    /// The reference as written.
    pub span: Span,
    pub kind: SlipKind,
}

/// What a reference was meant to be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SlipKind {
    /// `$(pwd)`, `$(go env GOPATH)`: the shell's way to write a command, or a function that make does not know so; to make it is the
    /// name of a variable, which nothing sets.
    Command(String),
    /// `$HOME`: make reads `$(H)OME`, and nothing sets `H`.
    OneLetter(String),
    /// `$(CURDIR)bin`: a name right behind a directory that ends without a slash.
    Glued,
}

/// Programs that print one thing, whose name alone is no word for anything that somebody may hand to make.
const LONE: &[&str] = &["pwd", "whoami", "nproc", "uname"];

/// Variables of every environment, or of go, which people write `$NAME` in a shell.
const COMMON: &[&str] =
    &["CURDIR", "GOARCH", "GOBIN", "GOOS", "GOPATH", "GOROOT", "HOME", "PATH", "PWD", "SHELL", "TMPDIR", "USER"];

impl Make<'_> {
    /// Looks at one piece of a text that is being expanded: at what it is, and at what it comes behind.
    ///
    /// `before` is the piece in front of it with its value, `value` its own.
    pub(super) fn look(&mut self, text: &Folded, before: Option<&(&Piece, Text)>, piece: &Piece, value: &Text) {
        // Every place in an evaluated text is the place of the call.
        if self.evaluating > 0 {
            return;
        }
        let found = self.slip(text, before, piece, value);
        self.slips.extend(found.map(|(span, kind)| Slip { span, kind }));
    }

    fn slip(
        &self,
        text: &Folded,
        before: Option<&(&Piece, Text)>,
        piece: &Piece,
        value: &Text,
    ) -> Option<(Span, SlipKind)> {
        if let Piece::Reference { name, range, .. } = piece
            && let Some(command) = self.command(name.written(text))
        {
            return Some((text.span(range.clone()), SlipKind::Command(command)));
        }
        let (Piece::Reference { range, .. } | Piece::Call { range, .. }, directory) = before? else { return None };
        if let Piece::Literal { range: behind } = piece
            && range.len() == 2
        {
            let letter = &text.text[range.start + 1..range.end];
            let rest = text.text[behind.clone()].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
            let name = format!("{letter}{rest}");
            let own = COMMON.contains(&name.as_str()) && !self.may_be_set(letter);
            return own.then(|| (text.span(range.start..behind.start + rest.len()), SlipKind::OneLetter(name)));
        }
        if !value.literal_prefix().starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let (here, root) = (self.cwd(), Path::in_checkout(""));
        let directory = [here, root].into_iter().find(|path| path.text() == directory)?;
        if self.lies_beside(&directory, value) {
            return None;
        }
        // Up to the end of the name.
        let end = match piece {
            Piece::Literal { range } => range.start + name_length(value.literal_prefix()),
            other => other.range().end,
        };
        Some((text.span(range.start..end), SlipKind::Glued))
    }

    /// The shell command that a reference's name is.
    fn command(&self, name: &str) -> Option<String> {
        // No program's name begins otherwise, but for a subshell's parenthesis.
        if !name.trim_start().starts_with(|c: char| c.is_ascii_lowercase() || c == '(') {
            return None;
        }
        let mut words = name.split_whitespace();
        let known = match (words.next(), words.next()) {
            (Some(only), None) => LONE.contains(&only) && !self.may_be_set(only),
            // Nobody hands make a variable with a blank in its name. A reference in the first word may bring the whole name.
            (Some(first), Some(_)) => {
                first.len() > 1 && !first.contains('$') && self.state.table.get(name.trim()).is_none()
            }
            (None, _) => false,
        };
        known.then(|| name.trim().to_string())
    }

    /// Whether a file sets a variable, or one that is not read may.
    fn may_be_set(&self, name: &str) -> bool {
        self.state.open.is_some() || self.state.table.get(name).is_some() || self.is_passing(name)
    }

    /// Whether the repository has something whose name begins with the directory's own.
    fn lies_beside(&self, directory: &Path, behind: &Text) -> bool {
        let Some(own) = directory.checkout_path().filter(|own| !own.is_empty()) else { return false };
        let first = behind.literal_prefix().split('/').next().unwrap_or_default();
        self.sources.checkout().entry(&format!("{own}{first}")).is_some()
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.' | '/')).unwrap_or(text.len())
}
