//! Any text is read as a shell script.
#![no_main]

use std::sync::Arc;

use gobin_lint::source::{MemoryCheckout, Sources};
use gobin_lint::syntax::fold::Folded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let mut folded = Folded::new(sources.add("build.sh", text));
    folded.push(text, 0);
    gobin_lint::syntax::shell::parse(&folded);
});
