//! Any text is read as a shell script.
#![no_main]

use gobin_lint::syntax::fold::Folded;
use gobin_lint_fuzz::alone;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut folded = Folded::new(alone("build.sh"));
    folded.push(text, 0);
    gobin_lint::syntax::shell::parse(&folded);
});
