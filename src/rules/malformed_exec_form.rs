//! Asks: which instruction was meant as the exec form, but is no JSON and so goes to a shell?

use super::edit;
use crate::finding::{Applicability, Finding};
use crate::model::Model;
use crate::syntax::dockerfile::{Command, Instruction, Kind};

pub fn check(model: &Model) -> Vec<Finding> {
    let mut out = Vec::new();
    for build in &model.dockerfiles {
        out.extend(build.document.instructions.iter().filter_map(finding));
    }
    out
}

fn finding(instruction: &Instruction) -> Option<Finding> {
    let (keyword, command) = match &instruction.kind {
        Kind::Run(command) => ("RUN", command),
        Kind::Cmd(command) => ("CMD", command),
        Kind::Entrypoint(command) => ("ENTRYPOINT", command),
        Kind::Healthcheck(Some(command)) => ("HEALTHCHECK", command),
        Kind::Onbuild(inner) => return finding(inner),
        _ => return None,
    };
    let Command::Shell { text, malformed_json: true, .. } = command else { return None };
    let span = text.whole();
    let mut finding = Finding::new(span, format!("this {keyword} is not a JSON array, so a shell is asked to run it"))
        .here("becomes `/bin/sh -c \"[…\"`")
        .help("write every element in double quotes, with commas between them");
    if let Some(elements) = repair(&text.text) {
        finding = finding.fix(
            "write it as a JSON array",
            Applicability::Safe,
            vec![edit::replace(span, edit::json_array(&elements))],
        );
    }
    Some(finding)
}

/// The elements that were meant: quotes of either kind, or none, commas that may be missing or too many, a comment behind.
/// `None` where that is not clear, or where a variable would stop being expanded.
fn repair(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?;
    let (inner, behind) = match inner.rsplit_once(']') {
        Some(parts) => parts,
        // The closing bracket was forgotten.
        None if inner.ends_with(['"', '\'']) => (inner, ""),
        None => return None,
    };
    let behind = behind.trim();
    if !behind.is_empty() && !behind.starts_with('#') || inner.contains(['$', '`', '[', ']', ';', '|', '&', '\\']) {
        return None;
    }
    let mut elements = Vec::new();
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’'));
        let (element, behind) = match quote {
            Some('“' | '”') => rest[3..].split_once(['“', '”'])?,
            Some('‘' | '’') => rest[3..].split_once(['‘', '’'])?,
            Some(quote) => rest[1..].split_once(quote)?,
            None => {
                let end = rest.find([',', ' ', '\t']).unwrap_or(rest.len());
                rest.split_at(end)
            }
        };
        if quote.is_none() && element.contains(['"', '\'']) {
            return None;
        }
        elements.push(element.to_string());
        rest = behind.trim_start().trim_start_matches(',').trim_start();
    }
    (!elements.is_empty() && !elements[0].is_empty()).then_some(elements)
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn what_was_meant_is_read_from_what_stands_there() {
        for (text, expected) in [
            ("['app']", Some(vec!["app"])),
            ("[/usr/bin/yq]", Some(vec!["/usr/bin/yq"])),
            ("[\"app\" \"--flag\"]", Some(vec!["app", "--flag"])),
            ("[\"app\", \"x\",]", Some(vec!["app", "x"])),
            ("[“app”, “x”]", Some(vec!["app", "x"])),
            ("[\"app\"] # comment", Some(vec!["app"])),
            ("[ ${NAME} ]", None),
            ("[ -f x ] && app", None),
            ("[\"app", None),
            ("[]", None),
        ] {
            let expected: Option<Vec<String>> = expected.map(|e: Vec<&str>| e.into_iter().map(String::from).collect());
            assert_eq!(repair(text), expected, "{text}");
        }
    }
}
