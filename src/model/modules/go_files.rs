//! Knows a checkout's Go files, go.mod and go.work as parsed, each read once whoever asks for it.
//! Refuses to know packages and directories.

use crate::source::Checkout;
use crate::syntax::gofile::{self, Header};
use crate::syntax::gomod::{self, GoMod};
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// Parsed files by path; `None` for one that cannot be read.
type Read<T> = RwLock<BTreeMap<String, Option<Arc<T>>>>;

/// The files that were asked for so far.
#[derive(Default)]
pub struct GoFiles {
    headers: Read<Header>,
    modules: Read<GoMod>,
}

impl GoFiles {
    pub(super) fn header(&self, checkout: &dyn Checkout, path: &str) -> Option<Arc<Header>> {
        once(&self.headers, checkout, path, gofile::parse)
    }

    pub(super) fn module(&self, checkout: &dyn Checkout, path: &str) -> Option<Arc<GoMod>> {
        once(&self.modules, checkout, path, gomod::parse)
    }
}

fn once<T>(read: &Read<T>, checkout: &dyn Checkout, path: &str, parse: fn(&str) -> T) -> Option<Arc<T>> {
    if let Some(known) = read.read().unwrap_or_else(|e| e.into_inner()).get(path) {
        return known.clone();
    }
    let parsed = checkout.read(path).map(|text| Arc::new(parse(&text)));
    read.write().unwrap_or_else(|e| e.into_inner()).entry(path.to_string()).or_insert(parsed).clone()
}
