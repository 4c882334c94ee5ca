//! Knows what whole Dockerfiles are to be read as: one test for each trait of the language.
//! Refuses to know the parts a reading is made of; each has its own tests.

use super::*;
use crate::source::{MemoryCheckout, Sources};
use std::sync::Arc;

pub(super) fn parsed(text: &str) -> Dockerfile {
    parse(Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text), text)
}

/// Messages and the texts they point at.
pub(super) fn errors(text: &str) -> Vec<(String, String)> {
    parsed(text).errors.into_iter().map(|e| (e.message, text[e.span.range()].to_string())).collect()
}

pub(super) fn text_of(text: &str, span: Span) -> &str {
    &text[span.range()]
}

pub(super) fn heredocs(text: &str, instruction: usize) -> Vec<Heredoc> {
    let mut kind = parsed(text).instructions.remove(instruction).kind;
    if let Kind::Onbuild(inner) = kind {
        kind = inner.kind;
    }
    match kind {
        Kind::Run(Command::Shell { heredocs, .. }) => heredocs,
        Kind::Copy(transfer) | Kind::Add(transfer) => transfer.heredocs,
        other => panic!("no here-documents in {other:?}"),
    }
}

/// An instruction in a short form: every argument as `raw text` where it stands, folded.
fn show(kind: &Kind) -> String {
    let word = |w: &Word| w.raw.text.clone();
    let list = |all: Vec<String>| all.join("|");
    let elements = |all: &[JsonString]| format!("json {}", list(all.iter().map(|e| e.value.clone()).collect()));
    let command = |c: &Command| match c {
        Command::Exec { elements: all, .. } => elements(all),
        Command::Shell { text, malformed_json: false, .. } => format!("shell {}", text.text),
        Command::Shell { text, .. } => format!("malformed {}", text.text),
    };
    let pairs = |all: &[Assignment]| {
        list(
            all.iter()
                .map(|a| match &a.value {
                    Some(value) => format!("{} = {}", word(&a.name), word(value)),
                    None => word(&a.name),
                })
                .collect(),
        )
    };
    match kind {
        Kind::From { image, alias } => format!("{} as {:?}", word(image), alias.as_ref().map(word)),
        Kind::Run(c) | Kind::Cmd(c) | Kind::Entrypoint(c) => command(c),
        Kind::Copy(t) | Kind::Add(t) => format!(
            "{}{} -> {}",
            if t.json { "json " } else { "" },
            list(t.sources.iter().map(|p| word(&p.word)).collect()),
            t.destination.as_ref().map_or("nowhere".to_string(), |p| word(&p.word))
        ),
        Kind::Env(all) | Kind::Arg(all) | Kind::Label(all) => pairs(all),
        Kind::Workdir(w) | Kind::User(w) | Kind::StopSignal(w) => word(w),
        Kind::Volume(Words::Plain(all)) | Kind::Expose(all) => list(all.iter().map(word).collect()),
        Kind::Volume(Words::Json { elements: all, .. }) | Kind::Shell { elements: all, .. } => elements(all),
        Kind::Healthcheck(None) => "none".to_string(),
        Kind::Healthcheck(Some(c)) => command(c),
        Kind::Onbuild(inner) => format!("onbuild {}", show(&inner.kind)),
        Kind::Maintainer(name) => name.text.clone(),
        Kind::Unknown => "unknown".to_string(),
    }
}

/// One instruction below a FROM, which must be free of errors.
fn one(text: &str) -> String {
    let text = format!("FROM a\n{text}");
    assert_eq!(errors(&text), [], "{text}");
    show(&parsed(&text).instructions[1].kind)
}

/// The errors of one instruction below a FROM, and what is read of it nevertheless.
fn wrong(text: &str) -> (Vec<(String, String)>, String) {
    let text = format!("FROM a\n{text}");
    (errors(&text), show(&parsed(&text).instructions[1].kind))
}

fn error(message: &str, place: &str) -> Vec<(String, String)> {
    vec![(message.to_string(), place.to_string())]
}

#[test]
fn from_names_an_image_and_a_stage() {
    let from = |text: &str| show(&parsed(text).instructions[0].kind);
    assert_eq!(from("FROM golang:1.25"), "golang:1.25 as None");
    assert_eq!(from("from --platform=$BUILDPLATFORM golang:${V} aS build"), "golang:${V} as Some(\"build\")");
    assert_eq!(parsed("FROM --platform=$BUILDPLATFORM a").instructions[0].flag("platform").unwrap().name, "platform");

    let text = "FROM a b";
    assert_eq!(errors(text), error("FROM requires either one or three arguments", "b"));
    assert_eq!(from(text), "a as None");
    assert_eq!(
        errors("FROM a AS b # the builder"),
        error("FROM requires either one or three arguments", "# the builder")
    );
    assert!(parsed("FROM a AS b # c").errors[0].help.as_ref().unwrap().contains("`# c`"));
    assert_eq!(errors("FROM a AS"), error("FROM requires either one or three arguments", "AS"));
    assert_eq!(errors("FROM"), error("FROM requires either one or three arguments", "FROM"));
    assert_eq!(
        errors("FROM a AS 1st"),
        error("invalid name for build stage: \"1st\", name can't start with a number or contain symbols", "1st")
    );
}

#[test]
fn commands_are_json_or_shell() {
    assert_eq!(one(r#"CMD ["a", "b"]"#), "json a|b");
    assert_eq!(one("ENTRYPOINT []"), "json ");
    assert_eq!(one("CMD"), "shell ");
    assert_eq!(one("CMD a \"$b\" && c"), "shell a \"$b\" && c");
    assert_eq!(one("ENTRYPOINT ['a']"), "malformed ['a']");
    assert_eq!(one("ENTRYPOINT [\"a\"] # c"), "malformed [\"a\"] # c");
    assert_eq!(one("RUN [ -f x ] && y"), "shell [ -f x ] && y");
    assert_eq!(one("RUN [[ -f x ]] && y"), "shell [[ -f x ]] && y");
    assert_eq!(
        wrong("CMD [\"a\", 1]"),
        (error("when using JSON array syntax, arrays must be comprised of strings only", "1"), "unknown".to_string())
    );
}

#[test]
fn json_elements_have_their_places() {
    let text = "FROM a\nENTRYPOINT [\"/a\\u0062\", \\\n  # c\n  \"c\\\nd\" ]\n";
    let Kind::Entrypoint(Command::Exec { elements, span }) = &parsed(text).instructions[1].kind else { panic!() };
    assert_eq!(elements.iter().map(|e| e.value.as_str()).collect::<Vec<_>>(), ["/ab", "cd"]);
    assert_eq!(elements.iter().map(|e| text_of(text, e.span)).collect::<Vec<_>>(), ["\"/a\\u0062\"", "\"c\\\nd\""]);
    assert_eq!(text_of(text, *span), "[\"/a\\u0062\", \\\n  # c\n  \"c\\\nd\" ]");
}

#[test]
fn run_folds_its_lines() {
    let text = "FROM a\nRUN --mount=type=cache,target=/x \\\n    go build \\\n # why\n\n    ./...  \nCMD x";
    let file = parsed(text);
    let Kind::Run(Command::Shell { text: shell, .. }) = &file.instructions[1].kind else { panic!() };
    assert_eq!(shell.text, "go build     ./...");
    assert_eq!(text_of(text, shell.span(13..18)), "./...");
    assert_eq!(text_of(text, file.instructions[1].span).lines().last(), Some("    ./...  "));
    assert_eq!(errors(text), []);
}

#[test]
fn copy_and_add_take_paths() {
    assert_eq!(one("COPY a b /c/"), "a|b -> /c/");
    assert_eq!(one("COPY [\"a b\", \"/c\"]"), "json a b -> /c");
    assert_eq!(one("COPY ['a', 'b']"), "['a', -> 'b']");
    assert_eq!(one("COPY --link --parents a b"), "a -> b");
    assert_eq!(one("ADD --checksum=sha256:1 --keep-git-dir=true https://x/y /z"), "https://x/y -> /z");
    assert_eq!(one("COPY --from=b /go/bin/\\\nmy\\\n app /app"), "/go/bin/my|app -> /app");
    assert_eq!(one("COPY é ü"), "é -> ü");
    let few = "COPY requires at least two arguments, but only one was provided. Destination could not be determined.";
    assert_eq!(wrong("COPY a"), (error(few, "a"), "a -> nowhere".to_string()));
    assert_eq!(wrong("COPY"), (error(few, "COPY"), " -> nowhere".to_string()));
    assert_eq!(wrong("COPY [\"a\"]"), (error(few, "[\"a\"]"), "json a -> nowhere".to_string()));
}

#[test]
fn json_paths_have_their_places() {
    let text = "FROM a\nCOPY [\"a b\", \"\\u0063\"]";
    let Kind::Copy(transfer) = &parsed(text).instructions[1].kind else { panic!() };
    let source = &transfer.sources[0].word;
    assert!(transfer.json && transfer.sources[0].json && source.raw.is_exact(0..3));
    assert_eq!(text_of(text, source.raw.whole()), "a b");
    assert_eq!(text_of(text, source.span), "\"a b\"");
    let destination = &transfer.destination.as_ref().unwrap().word;
    assert_eq!((destination.raw.text.as_str(), text_of(text, destination.raw.whole())), ("c", "\"\\u0063\""));
}

#[test]
fn copy_takes_documents() {
    let text = "FROM a\nCOPY --chmod=755 <<EOF x <<-'B' /dir/\n$a\nEOF\n\tb\n\tB\nADD <<A /a\nA\n";
    assert_eq!(errors(text), []);
    let file = parsed(text);
    assert_eq!(show(&file.instructions[1].kind), "x -> /dir/");
    assert_eq!(show(&file.instructions[2].kind), " -> /a");
    let docs: Vec<_> = heredocs(text, 1).into_iter().map(|d| (d.name, d.quoted, d.strip_tabs, d.body.text)).collect();
    assert_eq!(
        docs,
        [("EOF".to_string(), false, false, "$a\n".to_string()), ("B".to_string(), true, true, "b\n".to_string())]
    );
    assert_eq!(errors("FROM a\nCOPY x <<EOF\nEOF\n"), error("COPY cannot accept a heredoc as a destination", "<<EOF"));
    assert_eq!(
        errors("FROM a\nCOPY <<EOF /x\nif ${a^^}\nEOF\n"),
        error("unsupported modifier (^) in substitution", "${a^")
    );
    assert_eq!(errors("FROM a\nCOPY <<'EOF' /x\nif ${a^^}\nEOF\n"), []);
}

#[test]
fn assignments_come_in_several_forms() {
    assert_eq!(one("ENV a=b c='d e' f=\"g\\\"h\" i=j\\ k"), "a = b|c = 'd e'|f = \"g\\\"h\"|i = j\\ k");
    assert_eq!(one("ENV a b  c"), "a = b  c");
    assert_eq!(one("ENV X="), "X = ");
    assert_eq!(one("ENV a.b=c PS1=\"\\u@$X:\\w\\$ \""), "a.b = c|PS1 = \"\\u@$X:\\w\\$ \"");
    assert_eq!(one("ENV a=b \\\n  # c\n  c=d"), "a = b|c = d");
    assert_eq!(one("ARG A B=c D=\"e f\" G="), "A|B = c|D = \"e f\"|G = ");
    assert_eq!(one("ARG A=${X:+\"y\"} B=${T/\\//-}"), "A = ${X:+\"y\"}|B = ${T/\\//-}");
    assert_eq!(one("LABEL \"a b\"=c \\\n  d=e\\\nf"), "\"a b\" = c|d = ef");
    assert_eq!(one("LABEL description a b"), "description = a b");
}

#[test]
fn assignments_have_their_places() {
    let text = "FROM a\nENV A=b \\\n  C=\"d\\\ne\"\nENV F g h\nARG I";
    let file = parsed(text);
    let places: Vec<(&str, Option<&str>, &str)> = file
        .instructions
        .iter()
        .flat_map(|i| if let Kind::Env(all) | Kind::Arg(all) = &i.kind { all.as_slice() } else { &[] })
        .map(|a| (text_of(text, a.name.span), a.value.as_ref().map(|v| text_of(text, v.span)), text_of(text, a.span)))
        .collect();
    assert_eq!(
        places,
        [
            ("A", Some("b"), "A=b"),
            ("C", Some("\"d\\\ne\""), "C=\"d\\\ne\""),
            ("F", Some("g h"), "F g h"),
            ("I", None, "I")
        ]
    );
}

#[test]
fn wrong_assignments() {
    assert_eq!(wrong("ENV a"), (error("ENV must have two arguments", "a"), "a".to_string()));
    assert_eq!(wrong("ENV").0, error("ENV requires at least one argument", "ENV"));
    assert_eq!(wrong("ARG").0, error("ARG requires at least one argument", "ARG"));
    assert_eq!(
        wrong("ENV a=b # c d=e"),
        (
            error("Syntax error - can't find = in \"#\". Must be of the form: name=value", "#"),
            "a = b|d = e".to_string()
        )
    );
    assert_eq!(wrong("ENV =a").0, error("ENV names can not be blank", "=a"));
    assert_eq!(wrong("ARG =a").0, error("ARG names can not be blank", "=a"));
    assert_eq!(
        wrong("LABEL a=it's").0,
        error("unexpected end of statement while looking for matching single-quote", "'s")
    );
    assert_eq!(wrong("ENV A=${B^^}").0, error("unsupported modifier (^) in substitution", "${B^"));
}

#[test]
fn words_and_single_arguments() {
    assert_eq!(one("WORKDIR /a b"), "/a b");
    assert_eq!(one("USER nobody:nobody"), "nobody:nobody");
    assert_eq!(one("STOPSIGNAL 9"), "9");
    assert_eq!(one("MAINTAINER A <a@b>"), "A <a@b>");
    assert_eq!(one("EXPOSE 80/tcp  81"), "80/tcp|81");
    assert_eq!(one("VOLUME /a /b"), "/a|/b");
    assert_eq!(one("VOLUME [\"/a\"]"), "json /a");
    assert_eq!(one("SHELL [\"/busybox/sh\", \"-c\"]"), "json /busybox/sh|-c");
    for keyword in ["WORKDIR", "USER", "STOPSIGNAL", "MAINTAINER"] {
        assert_eq!(
            wrong(keyword),
            (error(&format!("{keyword} requires exactly one argument"), keyword), "unknown".to_string())
        );
    }
    for keyword in ["EXPOSE", "VOLUME", "SHELL", "HEALTHCHECK", "ONBUILD", "LABEL"] {
        assert_eq!(wrong(keyword).0, error(&format!("{keyword} requires at least one argument"), keyword));
    }
    assert_eq!(
        wrong("SHELL bash -c"),
        (error("SHELL requires the arguments to be in JSON form", "bash -c"), "unknown".to_string())
    );
    assert_eq!(wrong("VOLUME [\" \"]").0, error("VOLUME specified can not be an empty string", "\" \""));
}

#[test]
fn healthchecks() {
    assert_eq!(one("HEALTHCHECK NONE"), "none");
    assert_eq!(one("HEALTHCHECK --interval=5m --timeout=3s \\\n cmd [\"/app\", \"-x\"]"), "json /app|-x");
    assert_eq!(one("HEALTHCHECK CMD curl --fail x || exit 1"), "shell curl --fail x || exit 1");
    assert_eq!(one("HEALTHCHECK CMD [ -f x ] || exit 1"), "shell [ -f x ] || exit 1");
    assert_eq!(wrong("HEALTHCHECK NONE x").0, error("HEALTHCHECK NONE takes no arguments", "x"));
    assert_eq!(wrong("HEALTHCHECK CMD").0, error("Missing command after HEALTHCHECK CMD", "CMD"));
    assert_eq!(wrong("HEALTHCHECK /app").0, error("Unknown type \"/APP\" in HEALTHCHECK (try CMD)", "/app"));
}

#[test]
fn onbuild_holds_an_instruction() {
    assert_eq!(one("ONBUILD COPY --from=x a b"), "onbuild a -> b");
    let text = "FROM a\nONBUILD  run --mount=type=ssh x \\\n  y\nUSER z";
    let Kind::Onbuild(inner) = &parsed(text).instructions[1].kind else { panic!() };
    assert_eq!(text_of(text, inner.keyword), "run");
    assert_eq!(text_of(text, inner.span), "run --mount=type=ssh x \\\n  y");
    assert_eq!(inner.flags.len(), 1);
    assert_eq!(
        wrong("ONBUILD ONBUILD RUN x"),
        (error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", "ONBUILD"), "onbuild unknown".to_string())
    );
    assert_eq!(wrong("ONBUILD FROM x").0, error("FROM isn't allowed as an ONBUILD trigger", "FROM"));
    assert_eq!(wrong("ONBUILD RUNN x").0, error("unknown instruction: RUNN", "RUNN"));
}

#[test]
fn templates_are_not_read() {
    for placeholder in [
        "__CROSS_BUILD_COPY__ qemu /usr/bin/",
        "__CROSS__COPY qemu /usr/bin/",
        "@INSTALL@",
        "{{ if .Debug }}",
        "{%- if debug %}",
        "WORKDIR /go/src/{{REPOSITORY}}",
        "COPY <%= name %>.sh /",
        "<% if x %>",
        "${LABELS}",
        "...",
    ] {
        let template = parsed(&format!("FROM a\n{placeholder}\nRUNN y\n"));
        assert!(template.instructions.is_empty() && template.errors.is_empty(), "{placeholder}");
    }
    for base in
        ["__BASE__/alpine", "alpine:__VERSION__", "BASEIMAGE", "ARCH/alpine:3", "example.com/ARCH/alpine@sha256:0"]
    {
        let template = parsed(&format!("FROM {base}\nRUNN y\n"));
        assert!(template.instructions.is_empty() && template.errors.is_empty(), "{base}");
    }
    assert_eq!(parsed("FROM a\nCMD [\"/x\", \"--format={{.Name}}\"]\n").instructions.len(), 2);
    for base in ["alpine:LATEST", "a__b__c/alpine", "localhost:5000/a"] {
        assert_eq!(parsed(&format!("FROM {base}\nUSER y\n")).instructions.len(), 2, "{base}");
    }
    let text = "FROM a\n__ x\nRUN <<E\n{{ x }}\nE\n";
    assert_eq!((parsed(text).instructions.len(), errors(text)), (3, error("unknown instruction: __", "__")));
}

#[test]
fn another_frontends_language_is_not_read() {
    for frontend in ["ghcr.io/project-dalec/dalec/frontend:0.18", "dhi.io/build:2-alpine3.22"] {
        let other = parsed(&format!("# syntax={frontend}\nargs:\n  VERSION: 1\n"));
        assert!(other.instructions.is_empty() && other.errors.is_empty(), "{frontend}");
    }
    for frontend in
        ["docker/dockerfile", "docker/dockerfile-upstream:master", "mirror.gcr.io/docker/dockerfile:1.9-labs@sha256:0"]
    {
        assert_eq!(parsed(&format!("# syntax = {frontend}\nFROM a\n")).instructions.len(), 1, "{frontend}");
    }
}

#[test]
fn unknown_instructions_do_not_hide_the_rest() {
    let text = "FROM a\nRUNN x\nUSER y\n";
    assert_eq!(errors(text), error("unknown instruction: RUNN", "RUNN"));
    assert_eq!(parsed(text).errors[0].help.as_deref(), Some("Did you mean RUN?"));
    assert_eq!(parsed(text).instructions.len(), 3);
    assert!(matches!(parsed(text).instructions[1].kind, Kind::Unknown));

    let torn = parsed("FROM a\nRUN x \\\n  && y\n  && z\n  && zz\nUSER y\n\n&& z\n");
    assert_eq!(torn.instructions.len(), 6);
    assert_eq!(torn.errors.len(), 2);
    assert!(torn.errors[0].help.as_ref().unwrap().contains("end that line with \\"));

    let blank = parsed("FROM\u{a0}a");
    assert!(blank.errors[0].help.as_ref().unwrap().contains("blank behind FROM"), "{:?}", blank.errors);
    assert_eq!(errors("FROM a\n\\\n").len(), 1);
}

#[test]
fn a_file_needs_a_stage() {
    assert_eq!(errors(""), error("file with no instructions", ""));
    assert_eq!(errors("# syntax=docker/dockerfile:1\n# c\n\n"), error("file with no instructions", ""));
    assert_eq!(errors("ARG V=1\nRUN x\nFROM a"), error("no build stage in current context", "RUN"));
    assert_eq!(errors("ARG V=1\n"), error("dockerfile contains no stages to build", "ARG"));
    assert_eq!(errors("ARG V=1\nFROM a:$V"), []);
}

#[test]
fn a_line_has_an_end() {
    let text = |blanks: usize| format!("FROM a\nRUN x\\\n{}y\nUSER z", " ".repeat(blanks));
    assert_eq!(errors(&text(65_534)), []);
    assert_eq!(errors(&text(65_535))[0].0, "dockerfile line greater than max allowed size of 65535");
    assert_eq!(parsed(&text(65_535)).instructions.len(), 3);
}

#[test]
fn keywords_have_any_case_and_may_be_torn() {
    assert_eq!(one("cOpY a b"), "a -> b");
    let text = "FROM a\nCO\\\nPY a b";
    assert_eq!(text_of(text, parsed(text).instructions[1].keyword), "CO\\\nPY");
    assert_eq!(show(&parsed(text).instructions[1].kind), "a -> b");
}

#[test]
fn the_escape_directive_counts_everywhere() {
    let text = "# escape=`\nFROM a\nENV A=b` c D=\"e`\"f\"\nRUN x `\n  C:\\\nCOPY a `\n b\n";
    let file = parsed(text);
    assert_eq!(errors(text), []);
    assert_eq!(
        file.instructions.iter().map(|i| show(&i.kind)).collect::<Vec<_>>()[1..],
        ["A = b` c|D = \"e`\"f\"", "shell x   C:\\", "a -> b"]
    );
}

#[test]
fn byte_order_mark_crlf_and_no_last_newline() {
    let text = "\u{feff}FROM a\r\nRUN x \\\r\n  y\r\nCMD [\"z\"]";
    let file = parsed(text);
    assert_eq!(errors(text), []);
    assert_eq!(
        file.instructions.iter().map(|i| text_of(text, i.span)).collect::<Vec<_>>(),
        ["FROM a", "RUN x \\\r\n  y", "CMD [\"z\"]"]
    );
    assert_eq!(show(&file.instructions[1].kind), "shell x   y");
}

#[test]
fn long_repetition_and_deep_nesting_are_read() {
    let lines = 50_000;
    for text in [
        format!("FROM a\nENV \\\n{}", "  A=\"b\" \\\n".repeat(lines)),
        format!("FROM a\nRUN x{}", " \\\n # c\n && y".repeat(lines)),
        format!("FROM a\nCOPY{}", " \\\n  a".repeat(lines)),
        format!("FROM a\nCMD [\"a\"{}]", ", \\\n \"b\"".repeat(lines)),
        format!("FROM a\nRUN{} x", " \\\n --mount=x".repeat(lines)),
        format!("FROM a\nRUN{} x", " --network=x".repeat(lines)),
        (0..lines).fold("FROM a\n".to_string(), |text, i| text + &format!("RUN <<E{i}\n")),
        format!("FROM a\nRUN{}\n", " <<E".repeat(lines)),
        format!("FROM a\n{}", "RUN <<E\n  E\n".repeat(lines)),
        format!("FROM a\n{}", "word x\n".repeat(lines)),
        format!("FROM a\nRUN {}", "ONBUILD ".repeat(lines)),
        format!("FROM a\n{}", "ONBUILD ".repeat(lines)),
        format!("FROM a\nCMD {}", "[".repeat(lines)),
        format!("FROM a\nWORKDIR {}", "${x:-".repeat(lines)),
    ] {
        parsed(&text);
    }
}
