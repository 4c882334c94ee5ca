//! Knows how to turn texts into typed, spanned trees; parsing never fails, it returns a tree and its errors.
//! Refuses to know what the trees mean: variables, files and programs belong to the model.

pub mod dockerfile;
pub mod fold;
pub mod gofile;
pub mod gomod;
pub mod goreleaser;
pub mod image_builds;
pub mod makefile;
pub mod shell;
pub mod yaml;

use crate::source::Span;

/// A place the format's own reader would reject, and why. The rest of the document is still read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    pub span: Span,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}
