//! Any text is read as a Dockerfile, and every place named lies in it.
#![no_main]

use std::sync::Arc;

use gobin_lint::source::{MemoryCheckout, Sources};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let file = sources.add("Dockerfile", text);
    for error in gobin_lint::syntax::dockerfile::parse(file, text).errors {
        assert!(text.get(error.span.range()).is_some());
    }
});
