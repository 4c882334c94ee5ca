//! Knows a checkout's Go files, go.mod and go.work as parsed, each read once while one document is followed.
//! Refuses to know packages and directories.

use crate::source::Checkout;
use crate::syntax::gofile::{self, Header};
use crate::syntax::gomod::{self, GoMod};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Parsed files by path; `None` for one that cannot be read.
type Read<T> = RefCell<BTreeMap<String, Option<Arc<T>>>>;

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
    if let Some(known) = read.borrow().get(path) {
        return known.clone();
    }
    let parsed = checkout.read(path).map(|text| Arc::new(parse(&text)));
    read.borrow_mut().insert(path.to_string(), parsed.clone());
    parsed
}
