//! Prints the examples of rule pages as JSON, so that `tests/e2e` need not read pages itself: `cargo run --example blocks -- rules`.

use std::path::{Path, PathBuf};

use gobin_lint::page::Page;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).unwrap_or_else(|| "rules".to_string());
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    pages.retain(|path| path.extension().is_some_and(|e| e == "md"));
    pages.sort();
    let all = pages.iter().map(|path| page(path)).collect::<Result<Vec<Value>, _>>()?;
    println!("{}", serde_json::to_string_pretty(&all)?);
    Ok(())
}

fn page(path: &Path) -> std::io::Result<Value> {
    let page = Page::parse(&std::fs::read_to_string(path)?);
    let examples: Vec<Value> = page
        .sections
        .iter()
        .flat_map(|section| section.examples.iter().map(move |example| (section, example)))
        .map(|(section, example)| {
            let files = example.blocks.iter().map(|b| (b.path.clone(), Value::String(b.plain())));
            json!({
                "section": section.title,
                "title": example.title,
                "line": example.line,
                "files": files.collect::<serde_json::Map<_, _>>(),
            })
        })
        .collect();
    Ok(json!({ "rule": path.file_stem().map(|s| s.to_string_lossy()), "examples": examples }))
}
