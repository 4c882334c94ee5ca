//! Knows how builder flags are read off the front of an instruction's arguments, and which the builder refuses.
//! Refuses to know what a flag's value means.

use super::names::{self, Takes};
use super::words::Part;
use super::{Flag, Word};
use crate::syntax::SyntaxError;
use crate::syntax::fold::Folded;

/// Reads the flags at the start of an argument text, and what follows them.
pub(super) fn take(arguments: Part<'_>, escape: char) -> (Vec<Flag>, Part<'_>) {
    let mut flags = Vec::new();
    let mut rest = arguments.trim();
    while rest.text().starts_with("--") {
        let (flag, end) = flag(rest, escape);
        rest = rest.from(end).trim();
        match flag {
            Some(flag) => flags.push(flag),
            None => break,
        }
    }
    (flags, rest)
}

/// Reads one flag and where it ends; no flag for `--` alone, which ends them all.
fn flag(part: Part, escape: char) -> (Option<Flag>, usize) {
    let text = part.text();
    let mut name = String::new();
    let mut value: Option<(usize, Folded)> = None;
    let mut quote = None;
    let mut end = text.len();
    let mut chars = text.char_indices();
    while let Some((mut at, mut c)) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            end = at;
            break;
        }
        if quote == Some(c) {
            quote = None;
            continue;
        }
        if quote.is_none() && matches!(c, '\'' | '"') {
            quote = Some(c);
            continue;
        }
        if c == escape {
            let Some(escaped) = chars.next() else { break };
            (at, c) = escaped;
        }
        let after = at + c.len_utf8();
        match &mut value {
            Some((_, value)) => value.append(part.line(), part.range(at..after)),
            None if c == '=' => value = Some((after, Folded::new(part.line().file()))),
            None => name.push(c),
        }
    }
    if name == "--" && value.is_none() {
        return (None, end);
    }
    let value = value.map(|(start, raw)| {
        let written = part.sub(start..end);
        Word { raw: if raw.text.is_empty() { written.sub(0..0).folded() } else { raw }, span: written.span() }
    });
    let name = name.strip_prefix("--").unwrap_or(&name).to_string();
    (Some(Flag { name, value, span: part.sub(0..end).span() }), end)
}

/// What the builder refuses about an instruction's flags.
pub(super) fn check(keyword: &str, flags: &[Flag], errors: &mut Vec<SyntaxError>) {
    let Some(known) = names::flags(keyword) else { return };
    let mut seen = vec![false; known.len()];
    for flag in flags {
        let name = &flag.name;
        let mut error = |message: String, help: String| {
            errors.push(SyntaxError { span: flag.span, message, help: Some(help) });
        };
        let Some(which) = known.iter().position(|(known, _)| known == name) else {
            let help = match names::nearest(name, known.iter().map(|k| k.0)) {
                Some(meant) => format!("Did you mean --{meant}?"),
                None if matches!(keyword, "CMD" | "ENTRYPOINT" | "SHELL") => format!(
                    "The builder takes words that begin with -- after {keyword} for its own flags. Write the command and \
                     its arguments as a JSON array: {keyword} [\"program\", \"--{name}\"]."
                ),
                None if known.is_empty() => format!("{keyword} takes no flags."),
                None => format!(
                    "{keyword} takes {}.",
                    known.iter().map(|k| format!("--{}", k.0)).collect::<Vec<_>>().join(", ")
                ),
            };
            error(format!("unknown flag: --{name}"), help);
            continue;
        };
        let takes = known[which].1;
        if std::mem::replace(&mut seen[which], true) && takes != Takes::Many {
            error(format!("duplicate flag specified: --{name}"), "Keep one of them.".to_string());
            continue;
        }
        match (&flag.value, takes) {
            (None, Takes::Bool) => {}
            (Some(value), Takes::Bool) if value.raw.text.is_empty() => {
                error(format!("missing a value on flag: --{name}"), format!("Write --{name} alone, or --{name}=true."));
            }
            (Some(value), Takes::Bool) => {
                let text = &value.raw.text;
                if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") {
                    error(
                        format!("expecting boolean value for flag --{name}, not: {text}"),
                        "Write true or false; variables are not expanded here.".to_string(),
                    );
                }
            }
            (None, _) => {
                error(
                    format!("missing a value on flag: --{name}"),
                    format!("Write --{name}=value, with = and without a blank."),
                );
            }
            (Some(_), _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{errors, parsed};

    fn flags(text: &str) -> Vec<(String, Option<String>, String)> {
        let file = parsed(text);
        let flags = &file.instructions.last().unwrap().flags;
        flags
            .iter()
            .map(|f| (f.name.clone(), f.value.as_ref().map(|v| v.raw.text.clone()), text[f.span.range()].to_string()))
            .collect()
    }

    fn flag(name: &str, value: Option<&str>, span: &str) -> (String, Option<String>, String) {
        (name.to_string(), value.map(str::to_string), span.to_string())
    }

    #[test]
    fn flags_stand_before_the_arguments() {
        assert_eq!(
            flags("FROM a\nCOPY --link --from=b --chown='1:1' /x /y --z"),
            [
                flag("link", None, "--link"),
                flag("from", Some("b"), "--from=b"),
                flag("chown", Some("1:1"), "--chown='1:1'")
            ]
        );
        assert_eq!(
            flags("FROM a\nRUN --mount=type=cache,\\\n# c\ntarget=/x \\\n  --network=none go build"),
            [
                flag("mount", Some("type=cache,target=/x"), "--mount=type=cache,\\\n# c\ntarget=/x"),
                flag("network", Some("none"), "--network=none")
            ]
        );
    }

    #[test]
    fn a_value_keeps_its_places() {
        let text = "FROM a\nCOPY --from=\"b\\\"c\" /x /y";
        let file = parsed(text);
        let value = file.instructions[1].flags[0].value.as_ref().unwrap();
        assert_eq!(value.raw.text, "b\"c");
        assert_eq!(&text[value.span.range()], "\"b\\\"c\"");
        assert_eq!(&text[value.raw.span(2..3).range()], "c");
    }

    #[test]
    fn two_dashes_end_the_flags() {
        assert_eq!(flags("FROM a\nCOPY --link -- --x /y").len(), 1);
        assert!(errors("FROM a\nCOPY --link -- --x /y").is_empty());
        assert!(errors("FROM a\nRUN --").is_empty());
    }

    #[test]
    fn wrong_flags_are_errors_in_their_place() {
        let e = |text: &str| errors(&format!("FROM a\n{text}"));
        let is = |m: &str, s: &str| vec![(m.to_string(), s.to_string())];
        assert_eq!(e("CMD --flag value"), is("unknown flag: --flag", "--flag"));
        assert_eq!(e("COPY --frm=b x y"), is("unknown flag: --frm", "--frm=b"));
        assert_eq!(e("COPY --from=a --from=b x y"), is("duplicate flag specified: --from", "--from=b"));
        assert_eq!(e("COPY --chmod x y"), is("missing a value on flag: --chmod", "--chmod"));
        assert_eq!(e("COPY --link=$X x y"), is("expecting boolean value for flag --link, not: $X", "--link=$X"));
        assert_eq!(e("COPY --link= x y"), is("missing a value on flag: --link", "--link="));
        assert!(e("COPY --exclude=a --exclude=b --parents=FALSE x y").is_empty());
        assert!(e("STOPSIGNAL --x TERM").is_empty());
        assert!(e("RUN --mount=type=ssh --mount=type=cache,target=/x --network=none --security=insecure x").is_empty());
    }

    #[test]
    fn help_names_the_flag_that_was_meant() {
        let help = |text: &str| parsed(text).errors[0].help.clone().unwrap();
        assert_eq!(help("FROM a\nCOPY --frm=b x y"), "Did you mean --from?");
        assert!(help("FROM a\nENTRYPOINT --port 80").contains("JSON array: ENTRYPOINT [\"program\", \"--port\"]"));
        assert_eq!(help("FROM a\nWORKDIR --x /y"), "WORKDIR takes no flags.");
    }
}
