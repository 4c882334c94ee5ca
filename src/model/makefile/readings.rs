//! Knows Makefiles that were read before: a make that is called the same way, and whose realm gives the answers that the reading
//! asked for, finds what that one left behind.
//! Refuses to know how a Makefile is read.

use super::read::State;
use super::realm::Asked;
use super::slips::Slip;
use super::{Call, Make};
use crate::model::value::Text;
use crate::syntax::makefile::Makefile;
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

/// How many readings are kept: those of one project's Dockerfiles, and of one Makefile's recipes, come one after the other.
const READINGS: usize = 8;

/// The last readings, the latest first.
#[derive(Default)]
pub struct Readings(Mutex<VecDeque<Arc<Reading>>>);

/// How make was called, what it asked, and what it held behind the last line.
struct Reading {
    call: Call,
    asked: Asked,
    state: State,
    undefined: BTreeSet<String>,
    slips: Vec<Slip>,
    symbols: Vec<Text>,
    including: Vec<String>,
    documents: Vec<Arc<Makefile>>,
    included: usize,
    revision: usize,
    steps_left: usize,
}

impl Readings {
    /// Gives a make that has not read its files what an equal one left behind. Whether there was one.
    pub(super) fn recall(&self, make: &mut Make, call: &Call) -> bool {
        let all: Vec<Arc<Reading>> = {
            let kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
            kept.iter().filter(|reading| reading.is_of(call)).cloned().collect()
        };
        let Some(reading) = all.into_iter().find(|reading| reading.asked.holds(make)) else { return false };
        make.state = reading.state.clone();
        make.undefined = reading.undefined.clone();
        make.slips = reading.slips.clone();
        make.symbols = reading.symbols.clone();
        make.including = reading.including.clone();
        make.documents = reading.documents.clone();
        (make.included, make.revision, make.steps_left) = (reading.included, reading.revision, reading.steps_left);
        true
    }

    /// Keeps what a make that has read its files holds.
    pub(super) fn keep(&self, make: &Make, call: &Call, asked: Asked) {
        let reading = Reading {
            call: call.clone(),
            asked,
            state: make.state.clone(),
            undefined: make.undefined.clone(),
            slips: make.slips.clone(),
            symbols: make.symbols.clone(),
            including: make.including.clone(),
            documents: make.documents.clone(),
            included: make.included,
            revision: make.revision,
            steps_left: make.steps_left,
        };
        let mut kept = self.0.lock().unwrap_or_else(|e| e.into_inner());
        kept.truncate(READINGS - 1);
        kept.push_front(Arc::new(reading));
    }
}

impl Reading {
    /// Whether make was called the same way, whatever its goals: those count only where the Makefile asks for them.
    fn is_of(&self, call: &Call) -> bool {
        let own = &self.call;
        (own.document.file, own.environment) == (call.document.file, call.environment)
            && own.name == call.name
            && own.directory == call.directory
            && own.variables == call.variables
            && own.evals == call.evals
            && own.includes == call.includes
    }
}
