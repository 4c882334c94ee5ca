//! Any text is read as a Dockerfile, and every place named lies in it.
#![no_main]

use gobin_lint::syntax::dockerfile::parse;
use gobin_lint_fuzz::{alone, lie_in};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| lie_in(text, &parse(alone("Dockerfile"), text).errors));
