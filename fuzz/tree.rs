//! Knows how a fuzzer's bytes become a checkout, one file or several behind one another, each below a line `### path`.
//! Refuses to know what is done with it.

use std::sync::Arc;

use gobin_lint::kind::Kind;
use gobin_lint::source::{FileId, MemoryCheckout, Sources};
use gobin_lint::syntax::SyntaxError;

/// A name for a text that stands alone.
pub fn alone(path: &str) -> FileId {
    Sources::new(Arc::new(MemoryCheckout::default())).add(path, "")
}

/// Every error's place is a place of the text.
pub fn lie_in(text: &str, errors: &[SyntaxError]) {
    for error in errors {
        assert!(text.get(error.span.range()).is_some(), "{error:?}");
    }
}

/// The checkout and the documents in it; what stands before the first such line is a Dockerfile.
pub fn tree(text: &str) -> (Sources, Vec<FileId>) {
    let mut files: Vec<(&str, String)> = vec![("Dockerfile", String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("### ") {
            Some(path) => files.push((path.trim(), String::new())),
            None => files.last_mut().into_iter().for_each(|(_, text)| text.push_str(line)),
        }
    }
    files.retain(|(path, text)| !path.is_empty() && !text.is_empty());
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files.clone())));
    let documents = files.iter().filter(|(path, _)| Kind::of_path(path).is_some());
    let mut documents: Vec<FileId> = documents.filter_map(|(path, _)| sources.load(path)).collect();
    documents.dedup();
    (sources, documents)
}
