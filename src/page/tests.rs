use super::*;

const PAGE: &str = "\
---
title: The road breaks
severity: error
fix: sometimes
by-hand: which road was meant is for you to say
since: 0.1.0
---
It breaks.

## Why it matters

```text
exec: no such file
```

## Bad

```dockerfile
FROM scratch
ENTRYPOINT [\"/app\"]
#           ^^^^^^ nothing put `/app` there
```

### In a recipe

Prose.

```makefile
all:
\tgo install .
#\t^^^^^^^^^^ somewhere
```

```go cmd/api/main.go
package main
```

## Good

````dockerfile
FROM alpine
````
";

fn block(language: &str, text: &str) -> Block {
    Block { language: language.into(), path: "x".into(), text: text.into(), range: 0..0, line: 1 }
}

#[test]
fn a_page_is_read_whole() {
    let page = Page::parse(PAGE);
    assert_eq!(page.faults, []);
    assert_eq!(
        (page.title.as_str(), page.severity, page.fix),
        ("The road breaks", Severity::Error, Fixable::Sometimes)
    );
    assert_eq!(page.lead, "It breaks.");
    assert_eq!(page.quotes, [Quote { line: 12, text: "exec: no such file\n".into() }]);
    let bad = page.examples("Bad");
    assert_eq!(bad.len(), 2);
    assert_eq!(bad[0].blocks[0].plain(), "FROM scratch\nENTRYPOINT [\"/app\"]\n");
    assert_eq!(bad[1].title.as_deref(), Some("In a recipe"));
    let paths: Vec<&str> = bad[1].blocks.iter().map(|b| b.path.as_str()).collect();
    assert_eq!(paths, ["Makefile", "cmd/api/main.go"]);
    assert_eq!(&PAGE[bad[0].blocks[0].range.clone()], bad[0].blocks[0].text);
    assert!(page.section("Why it matters").is_some_and(|s| s.examples.is_empty()));
    assert_eq!(page.examples("Good")[0].blocks[0].text, "FROM alpine\n");
}

#[test]
fn carets_come_back_as_written() {
    let page = Page::parse(PAGE);
    let first = &page.examples("Bad")[0].blocks[0];
    let at = first.plain().find("\"/app\"").unwrap();
    assert_eq!(first.with_carets(&[(at..at + 6, "nothing put `/app` there")]), first.text);
    let recipe = &page.examples("Bad")[1].blocks[0];
    let at = recipe.plain().find("go install").unwrap();
    assert_eq!(recipe.with_carets(&[(at..at + 10, "somewhere")]), recipe.text);
}

#[test]
fn carets_start_in_column_one_and_end_with_the_line() {
    let b = block("dockerfile", "RUN a \\\n  b\n");
    assert_eq!(b.with_carets(&[(0..11, "m"), (4..5, "n")]), "RUN a \\\n#^^^^^^ m\n#   ^ n\n  b\n");
    assert_eq!(b.with_carets(&[(12..12, "end")]), "RUN a \\\n  b\n#  ^ end\n");
    assert_eq!(block("go", "package x\n").with_carets(&[(0..3, "m")]), "package x\n");
}

#[test]
fn only_comments_of_carets_and_a_message_are_caret_lines() {
    for line in ["#^ m\n", "#   ^^^ m", "#\t\t^ m"] {
        assert!(block::is_caret_line(line), "{line:?}");
    }
    for line in ["# a ^ m", "#^^^\n", " #^ m", "# m"] {
        assert!(!block::is_caret_line(line), "{line:?}");
    }
}

#[test]
fn faults_are_named_with_their_line() {
    let page = Page::parse(
        "---\ntitle: X.\nseverity: bad\ncolour: red\nsecurity-severity: 11\n---\n\n## Goood\n\n## Bad\n### Empty\n```text\n",
    );
    let faults: Vec<String> = page.faults.iter().map(|f| format!("{}: {}", f.line, f.message)).collect();
    for part in [
        "2: a title",
        "3: severity",
        "4: nobody reads",
        "5: a security-severity",
        "1: the front matter lacks `fix:`",
        "1: `by-hand:` says why",
        "8: there is no section",
        "11: this example has no block",
        "12: this block is never closed",
        "1: the section `## Good` is missing",
    ] {
        assert!(faults.iter().any(|f| f.starts_with(part)), "{part} not in {faults:#?}");
    }
}

#[test]
fn a_case_file_only_names_its_rule() {
    let case = Page::parse("---\nrule: x\n---\n## Good\n```makefile a.mk\nall:\n```\n");
    assert_eq!(case.faults, []);
    assert_eq!(case.rule.as_deref(), Some("x"));
    assert_eq!(case.examples("Good")[0].blocks[0].path, "a.mk");
}
