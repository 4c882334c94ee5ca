//! Knows that the rule pages quote: what a page says a tool prints, a tool has printed, for `make e2e` or another recorded run.
//! Refuses to know which example printed it; `tests/e2e` knows that.

use std::path::{Path, PathBuf};

use gobin_lint::page::Page;
use serde_json::Value;

/// Words that nothing on one machine without a network prints: page, their beginning, whose words they are.
const WORDS_OF_OTHERS: &[(&str, &str, &str)] = &[
    ("cgo-required", "Binary was compiled with", "github.com/mattn/go-sqlite3, static_mock.go"),
    ("libc-mismatch", "/dyn: /lib", "the loader of a Debian older than the ones that images are made of here"),
    ("ownership-lost-by-copy", "mkdir /loki/...", "Loki, whose image had this fault"),
    ("unknown-stage", "pull access denied", "the daemon, when a registry answers"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn json(path: &str) -> Vec<Value> {
    serde_json::from_str(&read(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What was printed, one text for each run.
fn printed() -> Vec<String> {
    let lines = |row: &Value| {
        row["says"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    };
    let mut out: Vec<String> = json("tests/data/e2e/outputs.json").iter().map(lines).collect();
    out.extend(
        json("tests/data/go/answers.json").iter().filter_map(|answer| answer["text"].as_str()).map(str::to_string),
    );
    out.extend(read("tests/container-cases/outcomes.tsv").lines().map(str::to_string));
    out
}

/// Whether each line of `quote` stands in a line of `text`, with anything where the quote has `…`.
fn quotes(text: &str, quote: &str) -> bool {
    quote
        .lines()
        .filter(|line| !line.trim().is_empty())
        .all(|quoted| text.lines().any(|line| in_order(line, quoted.trim())))
}

fn in_order(line: &str, quoted: &str) -> bool {
    let mut rest = line;
    quoted.split('…').map(str::trim).all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[test]
fn every_error_that_a_page_quotes_was_printed() {
    let printed = printed();
    let mut pages: Vec<PathBuf> = std::fs::read_dir(root().join("rules")).unwrap().map(|e| e.unwrap().path()).collect();
    pages.sort();
    let mut faults = Vec::new();
    let mut used = vec![false; WORDS_OF_OTHERS.len()];
    for path in pages {
        let rule = path.file_stem().unwrap().to_string_lossy().to_string();
        for quote in Page::parse(&std::fs::read_to_string(&path).unwrap()).quotes {
            if printed.iter().any(|text| quotes(text, &quote.text)) {
                continue;
            }
            match WORDS_OF_OTHERS.iter().position(|(page, words, _)| *page == rule && quote.text.starts_with(words)) {
                Some(at) => used[at] = true,
                None => {
                    faults.push(format!("rules/{rule}.md:{}: no tool printed this: {}", quote.line, quote.text.trim()))
                }
            }
        }
    }
    for ((page, words, _), _) in WORDS_OF_OTHERS.iter().zip(used).filter(|(_, used)| !used) {
        faults.push(format!("{page}: `{words}` needs no excuse"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
