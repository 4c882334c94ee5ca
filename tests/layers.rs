//! Knows who may import whom, who may touch the disk, and who may print.
//! Refuses to know what the files say otherwise.

use std::path::{Path, PathBuf};

/// Each file or directory of `src`, and what it may name by `crate::`. Its own submodules it may always name.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("kind", &[]),
    ("finding", &["source"]),
    ("page", &["finding"]),
    ("syntax", &["source"]),
    ("model", &["source", "kind", "syntax"]),
    ("rules", &["source", "kind", "finding", "page", "syntax", "model", "allow"]),
    ("fix", &["source", "finding"]),
    ("lint", &["source", "kind", "finding", "page", "syntax", "model", "rules", "fix", "allow", "config"]),
    ("report", &["source", "finding", "page", "model", "lint"]),
    ("project", &["source", "kind", "config"]),
    ("config", &["source", "kind", "finding", "page", "rules", "model"]),
    ("allow", &["source", "kind", "finding", "syntax", "model"]),
    ("cli", &["*"]),
    ("lsp", &["*"]),
    ("lib", &["*"]),
    ("main", &["*"]),
];

/// Texts that only some layers may contain.
const RESERVED: &[(&[&str], &[&str])] = &[
    (&["std::fs", "fs::read", "fs::write", "File::open"], &["project"]),
    (&["println!", "print!", "io::stdout", "io::stderr"], &["cli", "main"]),
    (&["miette"], &["report/human"]),
    (&["shuck_parser", "shuck_ast"], &["syntax/shell"]),
    (&["makefile_lossless", "rowan::"], &["syntax/makefile"]),
];

fn sources() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut dirs = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// `report/human` for `src/report/human.rs`.
fn module(path: &Path) -> String {
    let path = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    path.with_extension("").to_string_lossy().replace('\\', "/")
}

/// The program in a file: without comments, and without tests, which may do as they like.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

fn is_test(module: &str) -> bool {
    module.ends_with("/tests") || module.contains("/tests/")
}

/// The first names behind `crate::`, also of `use crate::{a::b, c}`.
fn imports(code: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut out = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        if code[..at].ends_with("$") {
            continue;
        }
        let rest = &code[at + found.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            out.push(word(rest));
            continue;
        };
        let mut depth = 1;
        let mut start = true;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                c if start && depth == 1 && c.is_alphanumeric() => {
                    out.push(word(&group[i..]));
                    start = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    out
}

/// The modules of the rules in the list. The other files below `rules` are questions that several rules ask.
fn listed_rules() -> Vec<String> {
    let list = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules.rs")).unwrap();
    let lines = list.lines().filter_map(|line| line.trim().strip_prefix("rule!(")?.split_once(", "));
    let modules = lines.map(|(_, rest)| rest.trim_end_matches("),").split(", ").next().unwrap_or_default().to_string());
    modules.filter(|m| !m.contains('$')).collect()
}

#[test]
fn rules_are_found_in_the_list() {
    assert!(listed_rules().contains(&"entrypoint_not_found".to_string()));
}

#[test]
fn layers_import_downwards_only() {
    let mut wrong = Vec::new();
    for path in sources() {
        let module = module(&path);
        let text = std::fs::read_to_string(&path).unwrap();
        let (layer, rest) = module.split_once('/').unwrap_or((&module, ""));
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("src/{module}.rs belongs to no layer; add `{layer}` to LAYERS"));
            continue;
        };
        if allowed.contains(&"*") || is_test(&module) {
            continue;
        }
        for import in imports(&code(&text)) {
            if import != layer && !allowed.contains(&import.as_str()) {
                wrong.push(format!("src/{module}.rs: {layer} may not import {import}"));
            }
        }
        if layer == "rules" && !rest.is_empty() {
            for rule in listed_rules().iter().filter(|rule| *rule != rest) {
                let code = code(&text);
                if [format!("super::{rule}"), format!("crate::rules::{rule}"), format!("{{{rule},")]
                    .iter()
                    .any(|road| code.contains(road))
                {
                    wrong.push(format!("src/{module}.rs: a rule may not import another rule, here {rule}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn disk_terminal_and_parsers_have_one_owner_each() {
    let mut wrong = Vec::new();
    for path in sources() {
        let module = module(&path);
        let code = code(&std::fs::read_to_string(&path).unwrap());
        for (texts, owners) in RESERVED {
            let owned = owners.iter().any(|owner| module == *owner || module.starts_with(&format!("{owner}/")));
            for text in texts.iter().filter(|text| !owned && !is_test(&module) && code.contains(*text)) {
                wrong.push(format!("src/{module}.rs: `{text}` belongs to {}", owners.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_knows_and_what_it_refuses_to_know() {
    let mut wrong = Vec::new();
    for path in sources() {
        let module = module(&path);
        let text = std::fs::read_to_string(&path).unwrap();
        let (first, second) =
            (text.lines().next().unwrap_or_default(), text.lines().take_while(|l| l.starts_with("//!")));
        let refuses = second.skip(1).any(|line| line.contains("Refuses to know"));
        let asks = module.starts_with("rules/") && first.starts_with("//! Asks: ") && first.ends_with('?');
        let told = asks || first.starts_with("//! Knows") && refuses;
        if module != "lib" && !is_test(&module) && !told {
            wrong.push(format!(
                "src/{module}.rs must start with `//! Knows …` and `//! Refuses to know …`, a rule with `//! Asks: …?`"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn imports_are_seen_in_every_form() {
    let code = "use crate::a::B;\nuse crate::{c::{D, e}, f};\nlet x: crate::g::H = 1;\n";
    assert_eq!(imports(code), ["a", "c", "f", "g"]);
}
