//! Knows the texts of a run as parsed, each parsed once whoever asks for it.
//! Refuses to know what they do.

use super::makefile::Readings;
use super::modules::GoFiles;
use crate::source::{FileId, Sources, Span};
use crate::syntax::dockerfile::{self, Dockerfile};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{self, Makefile};
use crate::syntax::shell::{self, Script};
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, RwLock};

type Once<T> = RwLock<BTreeMap<FileId, Arc<T>>>;

/// The texts of a run, and what has been parsed of them.
pub struct Parsed<'a> {
    sources: &'a Sources,
    pub go_files: GoFiles,
    /// Makefiles as they were read in one realm or another.
    pub readings: Readings,
    dockerfiles: Once<Dockerfile>,
    makefiles: Once<Makefile>,
    files: Once<Script>,
    /// What recipes and RUN instructions hand to shells.
    scripts: Cache<Folded, Arc<Script>>,
    /// What `$(eval …)` reads, by the call's place.
    evaluated: Cache<(Span, String), Arc<Makefile>>,
}

/// How many scripts of recipes and RUN instructions, and how many evaluated texts, are kept: one document's recipes run for many
/// targets, and on several machines.
const KEPT: usize = 512;

impl<'a> Parsed<'a> {
    /// Nothing is parsed yet.
    pub fn of(sources: &'a Sources) -> Parsed<'a> {
        let (dockerfiles, makefiles, files) = (RwLock::default(), RwLock::default(), RwLock::default());
        let (go_files, readings) = (GoFiles::default(), Readings::default());
        let (scripts, evaluated) = (Cache::new(KEPT), Cache::new(KEPT));
        Parsed { sources, go_files, readings, dockerfiles, makefiles, files, scripts, evaluated }
    }

    /// A text as a Dockerfile, parsed once.
    pub fn dockerfile(&self, file: FileId) -> Arc<Dockerfile> {
        self.once(&self.dockerfiles, file, dockerfile::parse)
    }

    /// A text as a Makefile, parsed once.
    pub fn makefile(&self, file: FileId) -> Arc<Makefile> {
        self.once(&self.makefiles, file, makefile::parse)
    }

    /// A file as a shell reads it.
    pub fn shell_file(&self, file: FileId) -> Arc<Script> {
        self.once(&self.files, file, |file, text| {
            let mut folded = Folded::new(file);
            folded.push(text, 0);
            shell::parse(&folded)
        })
    }

    /// A text as a shell reads it.
    pub fn script(&self, text: &Folded) -> Arc<Script> {
        if let Some(known) = self.scripts.get(text) {
            return known;
        }
        let script = Arc::new(shell::parse(text));
        self.scripts.insert(text.clone(), script.clone());
        script
    }

    /// The lines that a call of `eval` reads. Everything in them stands for the call.
    pub fn evaluated(&self, call: Span, lines: String) -> Arc<Makefile> {
        let key = (call, lines);
        if let Some(known) = self.evaluated.get(&key) {
            return known;
        }
        let read = Arc::new(makefile::parse_at(call, &key.1));
        self.evaluated.insert(key, read.clone());
        read
    }

    fn once<T>(&self, parsed: &Once<T>, file: FileId, parse: fn(FileId, &str) -> T) -> Arc<T> {
        if let Some(known) = parsed.read().unwrap_or_else(|e| e.into_inner()).get(&file) {
            return known.clone();
        }
        // Two that ask at the same time parse the same text twice; the first keeps its place.
        let new = Arc::new(parse(file, &self.sources.get(file).text));
        parsed.write().unwrap_or_else(|e| e.into_inner()).entry(file).or_insert(new).clone()
    }
}

impl Deref for Parsed<'_> {
    type Target = Sources;

    fn deref(&self) -> &Sources {
        self.sources
    }
}
