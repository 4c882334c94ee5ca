//! Knows the text of go.mod and go.work: directives, blocks, comments, quoted strings.
//! Refuses to know which modules exist and what versions mean.

use std::ops::Range;

/// A word and its bytes in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    pub text: String,
    pub range: Range<usize>,
}

/// `path [version] => to [version]`; `to` is a directory where it begins with `./`, `../` or `/`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replace {
    pub path: Word,
    pub to: Word,
}

/// A go.mod or go.work; each has some of these.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GoMod {
    pub module: Option<Word>,
    pub go: Option<Word>,
    pub toolchain: Option<Word>,
    /// Module paths of `require`, with their versions.
    pub requires: Vec<(Word, Word)>,
    pub replaces: Vec<Replace>,
    /// Import paths of `tool` (1.24 and later).
    pub tools: Vec<Word>,
    /// Directories of go.work's `use`.
    pub uses: Vec<Word>,
}

/// Reads as much as there is; a line that does not fit is passed over.
pub fn parse(text: &str) -> GoMod {
    let mut out = GoMod::default();
    let mut block: Option<String> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = words(line, start);
        start += line.len();
        let Some(first) = words.first() else { continue };
        match &block {
            Some(_) if first.text == ")" => block = None,
            Some(directive) => directive_line(&mut out, directive, &words),
            None if words.get(1).is_some_and(|word| word.text == "(") => block = Some(first.text.clone()),
            None => directive_line(&mut out, &first.text, &words[1..]),
        }
    }
    out
}

fn directive_line(out: &mut GoMod, directive: &str, words: &[Word]) {
    let Some(first) = words.first().cloned() else { return };
    match directive {
        "module" => out.module = Some(first),
        "go" => out.go = Some(first),
        "toolchain" => out.toolchain = Some(first),
        "tool" => out.tools.push(first),
        "use" => out.uses.push(first),
        "require" => {
            if let Some(version) = words.get(1) {
                out.requires.push((first, version.clone()));
            }
        }
        "replace" => {
            let arrow = words.iter().position(|word| word.text == "=>");
            if let Some(to) = arrow.and_then(|at| words.get(at + 1)) {
                out.replaces.push(Replace { path: first, to: to.clone() });
            }
        }
        _ => {}
    }
}

fn words(line: &str, start: usize) -> Vec<Word> {
    let mut out = Vec::new();
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'/' if bytes.get(at + 1) == Some(&b'/') => break,
            quote @ (b'"' | b'`') => {
                let inner = at + 1;
                let end = bytes[inner..].iter().position(|b| *b == quote).map_or(bytes.len(), |n| inner + n);
                out.push(Word { text: line[inner..end].to_string(), range: start + inner..start + end });
                at = end + 1;
            }
            paren @ (b'(' | b')') => {
                out.push(Word { text: (paren as char).to_string(), range: start + at..start + at + 1 });
                at += 1;
            }
            _ => {
                let rest = &line[at..];
                let end = rest.find([' ', '\t', '\r', '\n', '(', ')']).unwrap_or(rest.len());
                let end = rest.find("//").filter(|slash| *slash < end).unwrap_or(end);
                out.push(Word { text: rest[..end].to_string(), range: start + at..start + at + end });
                at += end;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_alone_and_in_blocks() {
        let text = "module example.com/m // main\n\ngo 1.24.1\ntoolchain go1.25.0\n\nrequire (\n\ta.b/c v1.0.0 // indirect\n\t\
                    \"d.e/f\" v2.0.0\n)\nrequire x.y/z v0.1.0\nreplace a.b/c v1.0.0 => ../c\ntool (\n\tx.y/z/cmd/gen\n)\n";
        let parsed = parse(text);
        let module = parsed.module.unwrap();
        assert_eq!((module.text.as_str(), &text[module.range]), ("example.com/m", "example.com/m"));
        assert_eq!(parsed.go.unwrap().text, "1.24.1");
        assert_eq!(parsed.toolchain.unwrap().text, "go1.25.0");
        let requires: Vec<_> = parsed.requires.iter().map(|(path, _)| path.text.as_str()).collect();
        assert_eq!(requires, ["a.b/c", "d.e/f", "x.y/z"]);
        assert_eq!(parsed.replaces[0].to.text, "../c");
        assert_eq!(parsed.tools[0].text, "x.y/z/cmd/gen");
    }

    #[test]
    fn workspaces_and_broken_files_are_read_as_far_as_they_go() {
        let parsed = parse("go 1.22\nuse (\n\t./a\n\t./b\n");
        assert_eq!(parsed.uses.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["./a", "./b"]);
        assert_eq!(parse("use ./x\nmodule \"open").module.unwrap().text, "open");
        // A form feed is no blank to go, and part of a word.
        assert_eq!(parse("module a\u{c}b\n\u{c}").module.unwrap().text, "a\u{c}b");
        assert_eq!(parse("(((\n)\nrequire\n=> =>"), GoMod::default());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(text in "(?s)([a-z \\n\\t\"`/*(){};=>!&|.]|package|import|//go:build|.){0,60}") {
            parse(&text);
        }
    }
}
