//! Knows when an argument is a JSON array of strings, where its elements stand, and when it only looks like one.
//! Refuses to know which instructions take one.

use super::JsonString;
use super::words::Part;
use serde::de::IgnoredAny;

/// What a text is, seen as JSON.
pub(super) enum Json<'l> {
    Strings(Vec<JsonString>),
    /// A JSON array with something else in it, which BuildKit rejects.
    OtherElement(Part<'l>),
    /// Anything else, which BuildKit takes for plain text without a word.
    No,
}

/// Reads a whole argument. Nothing but blanks may follow the array, as in Dockerfile 1.9 and later.
pub(super) fn array(part: Part) -> Json {
    let text = part.text();
    let Some(mut at) = text.starts_with('[').then_some(1) else { return Json::No };
    let mut elements = Vec::new();
    let skip = |at: usize| at + (text[at..].len() - text[at..].trim_start_matches(BLANKS).len());
    at = skip(at);
    if text[at..].starts_with(']') {
        return if skip(at + 1) == text.len() { Json::Strings(elements) } else { Json::No };
    }
    loop {
        if !text[at..].starts_with('"') {
            let end = at + text[at..].find([',', ']', ' ']).unwrap_or(text.len() - at);
            return match serde_json::from_str::<Vec<IgnoredAny>>(text) {
                Ok(_) => Json::OtherElement(part.sub(at..end)),
                Err(_) => Json::No,
            };
        }
        let Some((value, end)) = string(text, at) else { return Json::No };
        elements.push(JsonString { value, span: part.sub(at..end).span() });
        at = skip(end);
        match text.as_bytes().get(at) {
            Some(b',') => at = skip(at + 1),
            Some(b']') if skip(at + 1) == text.len() => return Json::Strings(elements),
            _ => return Json::No,
        }
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The JSON string that starts at `at`, and its end. A lone surrogate becomes U+FFFD, as in Go.
fn string(text: &str, at: usize) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text[at + 1..].char_indices();
    let mut surrogate = None;
    while let Some((i, c)) = chars.next() {
        let mut unit = None;
        let plain = match c {
            '"' => {
                value.extend(surrogate.map(|_| char::REPLACEMENT_CHARACTER));
                return Some((value, at + 1 + i + 1));
            }
            '\\' => match chars.next()?.1 {
                c @ ('"' | '\\' | '/') => c,
                'b' => '\x08',
                'f' => '\x0c',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits = chars.as_str().get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                    let code = u32::from_str_radix(digits, 16).ok()?;
                    chars.nth(3);
                    unit = Some(code);
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                }
                _ => return None,
            },
            c if c < ' ' => return None,
            c => c,
        };
        if let (Some(high), Some(low @ 0xDC00..0xE000)) = (surrogate, unit) {
            let code = 0x10000_u32 + ((high - 0xD800) << 10) + (low - 0xDC00);
            value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            surrogate = None;
            continue;
        }
        value.extend(surrogate.take().map(|_| char::REPLACEMENT_CHARACTER));
        match unit {
            Some(high @ 0xD800..0xDC00) => surrogate = Some(high),
            _ => value.push(plain),
        }
    }
    None
}

/// Whether a command that begins with `[` and is not JSON was probably meant as the exec form, not as the shell's `[`.
///
/// The shell's `[` is a command and needs a blank behind it, and what it tests stands between blanks. So the exec form
/// was meant where the first element is quoted and followed by `,`, by `]` that ends the text or touches the bracket
/// before, by nothing, or by another string that is not a test's operand; or where it is bare, and either a comma
/// follows it or no blank precedes it and it could be a path or a name, or it is one variable and all there is. `[[` never is.
pub(super) fn meant_as_exec(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[').filter(|t| !t.starts_with('[')) else { return false };
    let first = inside.trim_start();
    let touches = first.len() == inside.len();
    let Some(open) = first.chars().next() else { return true };
    if let Some(close) = closing_quote(open) {
        let quoted = &first[open.len_utf8()..];
        let Some(end) = quoted.find(close) else { return touches };
        let element = &quoted[..end];
        let rest = quoted[end..].trim_start_matches(close).trim_start();
        return match rest.chars().next() {
            None | Some(',') => true,
            Some(']') => touches || matches!(rest[1..].trim_start().chars().next(), None | Some('#')),
            Some(c) if closing_quote(c).is_some() => !element.starts_with(['-', '!', '$']),
            Some(_) => false,
        };
    }
    let end = first.find(|c: char| c == ',' || c == ']' || c.is_whitespace()).unwrap_or(first.len());
    // PowerShell's `[Net.ServicePointManager]::SecurityProtocol`.
    if first[end..].starts_with("]::") {
        return false;
    }
    let variable = first.starts_with('$') && !first.starts_with("$(") && first[end..].trim() == "]";
    variable
        || first[end..].starts_with(',')
        || touches && (end == 0 || first.starts_with(|c: char| c.is_alphanumeric() || "/._".contains(c)))
}

/// Straight quotes, and those that word processors and chats make of them.
fn closing_quote(open: char) -> Option<&'static [char]> {
    Some(match open {
        '"' => &['"'],
        '\'' => &['\''],
        '“' | '”' | '„' => &['”', '“', '"'],
        '‘' | '’' => &['’', '‘', '\''],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryCheckout, Sources};
    use crate::syntax::fold::Folded;
    use std::sync::Arc;

    /// The elements as `value@text`, or what else it is.
    fn read(text: &str) -> Vec<String> {
        let mut line = Folded::new(Sources::new(Arc::new(MemoryCheckout::default())).add("Dockerfile", text));
        line.push(text, 0);
        match array(Part::of(&line)) {
            Json::Strings(all) => all.into_iter().map(|s| format!("{}@{}", s.value, &text[s.span.range()])).collect(),
            Json::OtherElement(part) => vec![format!("other {}", part.text())],
            Json::No => vec!["no".to_string()],
        }
    }

    #[test]
    fn an_array_of_strings_has_its_places() {
        assert_eq!(read(r#"["a", "b\"c" ,"é"]"#), [r#"a@"a""#, r#"b"c@"b\"c""#, r#"é@"é""#]);
        assert_eq!(read("[ ]"), [""; 0]);
        assert_eq!(read(r#"["\u0041\ud83d\ude00"]"#), [r#"A😀@"\u0041\ud83d\ude00""#]);
        assert_eq!(read(r#"["\ud83dx\ude00"]"#)[0].split('@').next(), Some("\u{fffd}x\u{fffd}"));
    }

    #[test]
    fn anything_else_is_no_array() {
        let texts = [
            "",
            "a",
            "['a']",
            r#"["a",]"#,
            r#"["a""#,
            r#"["a"#,
            r#"["a"] x"#,
            r#"["a" "b"]"#,
            r#"["\x"]"#,
            "[a]",
            "[",
            "[] x",
            "[1,]",
            "[\"a\tb\"]",
            r#"["\u12"]"#,
            r#"["\u1é"]"#,
            "[,]",
        ];
        for text in texts {
            assert_eq!(read(text), ["no"], "{text}");
        }
    }

    #[test]
    fn another_kind_of_element_is_told_apart() {
        assert_eq!(read(r#"["a", 1, "b"]"#), ["other 1"]);
        assert_eq!(read("[null]"), ["other null"]);
        assert_eq!(read(r#"[["a"]]"#), [r#"other ["a""#]);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).len(), 1);
    }

    #[test]
    fn the_exec_form_is_told_from_the_shells_test() {
        let exec = [
            "['app']",
            "['app', 'x']",
            r#"["app",]"#,
            r#"["app""#,
            r#"["app"#,
            r#"["app"] # c"#,
            "[app]",
            "[/app, x]",
            "[ 'app' ]",
            r#"[ "app" "x" ]"#,
            "[ app, x ]",
            "[“app”]",
            r#"["app"] && y"#,
            "[",
            r#"["sh", "-c", "x"] y"#,
            "[ ${NAME} ]",
            "[$NAME]",
        ];
        for text in exec {
            assert!(meant_as_exec(text), "{text}");
        }
        let shell = [
            "[ -f x ] && y",
            "[[ a == b ]]",
            "[[ -n $X ]] || y",
            r#"[ "$X" = y ] && z"#,
            r#"[ "$X" ] && y"#,
            r#"["$X" = "y" ]"#,
            "[ x = y ]",
            "[ ! -e x ]",
            "[-f x ] && y",
            r#"[ "-f" "x" ]"#,
            "[ 'a b' != c ]",
            "[ $(id -u) -eq 0 ]",
            "[ $A = b ]",
            "[ $A ] && y",
            "[ $(id -u) ]",
            "[Net.ServicePointManager]::SecurityProtocol = x; y",
            "echo [",
        ];
        for text in shell {
            assert!(!meant_as_exec(text), "{text}");
        }
    }
}
