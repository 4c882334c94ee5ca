//! Any text is read as a Makefile, and every place named lies in it.
#![no_main]

use gobin_lint::syntax::makefile::parse;
use gobin_lint_fuzz::{alone, lie_in};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| lie_in(text, &parse(alone("Makefile"), text).errors));
