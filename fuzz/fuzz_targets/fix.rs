//! Any checkout is fixed without a panic; what is fixed is fixed once, and brings no finding but notes
//! that was not there before.
#![no_main]

use std::collections::BTreeMap;

use gobin_lint::finding::{Applicability, Severity};
use gobin_lint::lint::{self, Options, Report};
use gobin_lint_fuzz::tree;
use libfuzzer_sys::fuzz_target;

fn counts(report: &Report) -> BTreeMap<&str, usize> {
    let mut out = BTreeMap::new();
    let grave = report.diagnostics.iter().filter(|d| d.severity >= Severity::Warning);
    grave.for_each(|d| *out.entry(d.rule).or_default() += 1);
    out
}

fuzz_target!(|text: &str| {
    let (sources, documents) = tree(text);
    let options = Options::default();
    let before = lint::lint(&sources, &documents, &options);
    let fixed = lint::fix(&sources, &documents, &options, Applicability::Unsafe, &|_| true);
    assert!(fixed.report.problems.is_empty(), "{:?}", fixed.report.problems);
    let (old, new) = (counts(&before), counts(&fixed.report));
    for (rule, count) in &new {
        assert!(old.get(rule).is_some_and(|old| old >= count), "{rule}: {count}, before {:?}", old.get(rule));
    }
    let again = lint::fix(&fixed.sources, &documents, &options, Applicability::Unsafe, &|_| true);
    assert!(again.before.is_empty(), "fixed twice: {:?}", again.before.keys());
});
