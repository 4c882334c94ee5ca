//! Knows how make runs recipes.
//! Refuses to know shells.

use super::trace::Trace;
use crate::source::Sources;
use crate::syntax::makefile::Makefile;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Recipes {
    pub document: Arc<Makefile>,
    pub trace: Trace,
}

pub fn follow(_sources: &Sources, document: Arc<Makefile>) -> Recipes {
    Recipes { document, trace: Trace::default() }
}
