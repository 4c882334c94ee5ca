//! Any checkout is followed and linted without a panic, and every finding lies in a file of it.
#![no_main]

use gobin_lint::lint::{self, Options};
use gobin_lint_fuzz::tree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (sources, documents) = tree(text);
    let report = lint::lint(&sources, &documents, &Options::default());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    for d in &report.diagnostics {
        let labels = d.finding.labels.iter().map(|label| label.span);
        for span in labels.chain([d.finding.primary.span]) {
            assert!(sources.get(span.file).text.get(span.range()).is_some(), "{}: {span:?}", d.rule);
        }
    }
});
