//! Any text is read as a Go file, a go.mod and a go.work.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    gobin_lint::syntax::gofile::parse(text);
    gobin_lint::syntax::gomod::parse(text);
});
