//! Knows the texts of a run as parsed: Makefiles once, whoever asks; of all else, what was asked for last.
//! Refuses to know what they do.

use super::makefile::{Parts, Readings};
use super::modules::GoFiles;
use crate::source::{FileId, Sources, Span};
use crate::syntax::dockerfile::{self, Dockerfile};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{self, Makefile};
use crate::syntax::shell::{self, Script};
use foldhash::fast::RandomState;
use quick_cache::sync::{self, DefaultLifecycle};
use quick_cache::{OptionsBuilder, UnitWeighter};
use std::collections::BTreeMap;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::{Arc, RwLock};

type Cache<K, T> = sync::Cache<K, T, UnitWeighter, RandomState>;

/// The texts of a run, and what has been parsed of them.
pub struct Parsed<'a> {
    sources: &'a Sources,
    pub go_files: GoFiles,
    /// Makefiles as they were read in one realm or another.
    pub readings: Readings,
    /// Which Makefiles others include.
    pub parts: Parts,
    /// Each is followed by itself, and then forgotten.
    dockerfiles: Cache<FileId, Arc<Dockerfile>>,
    /// All of them: what they assign is asked before they are followed.
    makefiles: RwLock<BTreeMap<FileId, Arc<Makefile>>>,
    files: Cache<FileId, Arc<Script>>,
    /// What recipes and RUN instructions hand to shells.
    scripts: Cache<Folded, Arc<Script>>,
    /// What `$(eval …)` reads, by the call's place.
    evaluated: Cache<(Span, String), Arc<Makefile>>,
}

/// How many scripts of recipes and RUN instructions, and how many evaluated texts, are kept: one document's recipes run for many
/// targets, and on several machines.
const KEPT: usize = 1024;
/// How many Dockerfiles, and how many files of shells, are kept: more than one project's documents ask for by turns.
const FILES: usize = 64;

impl<'a> Parsed<'a> {
    /// Nothing is parsed yet.
    pub fn of(sources: &'a Sources) -> Parsed<'a> {
        Parsed {
            sources,
            go_files: GoFiles::default(),
            readings: Readings::default(),
            parts: Parts::default(),
            dockerfiles: cache(FILES),
            makefiles: RwLock::default(),
            files: cache(FILES),
            scripts: cache(KEPT),
            evaluated: cache(KEPT),
        }
    }

    /// A text as a Dockerfile.
    pub fn dockerfile(&self, file: FileId) -> Arc<Dockerfile> {
        kept(&self.dockerfiles, &file, |file| dockerfile::parse(*file, &self.sources.get(*file).text))
    }

    /// A text as a Makefile, parsed once.
    pub fn makefile(&self, file: FileId) -> Arc<Makefile> {
        if let Some(known) = self.makefiles.read().unwrap_or_else(|e| e.into_inner()).get(&file) {
            return known.clone();
        }
        // Two that ask at the same time parse the same text twice; the first keeps its place.
        let new = Arc::new(makefile::parse(file, &self.sources.get(file).text));
        self.makefiles.write().unwrap_or_else(|e| e.into_inner()).entry(file).or_insert(new).clone()
    }

    /// Forgets the Makefiles: whoever asks for one from now on parses it again.
    pub fn forget_makefiles(&self) {
        self.makefiles.write().unwrap_or_else(|e| e.into_inner()).clear();
    }

    /// A file as a shell reads it.
    pub fn shell_file(&self, file: FileId) -> Arc<Script> {
        kept(&self.files, &file, |file| {
            let mut folded = Folded::new(*file);
            folded.push(&self.sources.get(*file).text, 0);
            shell::parse(&folded)
        })
    }

    /// A text as a shell reads it.
    pub fn script(&self, text: &Folded) -> Arc<Script> {
        kept(&self.scripts, text, shell::parse)
    }

    /// The lines that a call of `eval` reads. Everything in them stands for the call.
    pub fn evaluated(&self, call: Span, lines: String) -> Arc<Makefile> {
        kept(&self.evaluated, &(call, lines), |(call, lines)| makefile::parse_at(*call, lines))
    }
}

/// An empty cache in as many shards as several threads need; how many cores there are is known here, and costs more to find out again.
/// A document asks for what it asked for last: what is new stays, and what was asked for often goes where nobody asks any more.
fn cache<K: Eq + Hash, T: Clone>(items: usize) -> Cache<K, T> {
    let mut options = OptionsBuilder::new();
    options.shards(4 * rayon::current_num_threads()).hot_allocation(0.2);
    options.estimated_items_capacity(items).weight_capacity(items as u64);
    let options = options.build().expect("all that it asks for is set");
    Cache::with_options(options, UnitWeighter, RandomState::default(), DefaultLifecycle::default())
}

/// What is in a cache, or is put there now.
fn kept<K: Clone + Eq + Hash, T>(cache: &Cache<K, Arc<T>>, key: &K, make: impl FnOnce(&K) -> T) -> Arc<T> {
    cache.get(key).unwrap_or_else(|| {
        let new = Arc::new(make(key));
        cache.insert(key.clone(), new.clone());
        new
    })
}

impl Deref for Parsed<'_> {
    type Target = Sources;

    fn deref(&self) -> &Sources {
        self.sources
    }
}
