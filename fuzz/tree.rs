//! Knows how a fuzzer's bytes become a checkout: files behind one another, each below a line `### path`.

use std::sync::Arc;

use gobin_lint::kind::Kind;
use gobin_lint::source::{FileId, MemoryCheckout, Sources};

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
