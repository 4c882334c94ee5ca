//! Knows what `${name<op>word}` gives, in shells and in Dockerfiles alike.
//! Refuses to know where the name's value comes from.

use super::value::{Part, Text, Value, Why};
use std::str::Chars;

/// Whether an operator says what to do where a variable is not set: a default, an alternative, a message.
pub fn speaks_of_unset(op: &str) -> bool {
    matches!(op, ":-" | "-" | ":=" | "=" | ":+" | "+" | ":?" | "?")
}

/// Applies a modifier to a variable's value. `word` is what stands behind the operator, already expanded.
pub fn modify(value: &Value, op: &str, word: &Value, replacement: Option<&Value>, name: &str) -> Value {
    let unset = *value == Value::Unset;
    let decided = match value {
        Value::Text(text) if op.starts_with(':') => match text.as_literal() {
            Some(text) => Some(text.is_empty()),
            // A literal part makes it non-empty whatever the symbols hold.
            None => text.parts().iter().any(|p| matches!(p, Part::Literal(_))).then_some(false),
        },
        Value::Text(text) => match text.parts() {
            [Part::Symbol(_)] => None,
            _ => Some(false),
        },
        Value::Unset => Some(true),
        Value::Unknown(_) => None,
    };
    let undecided = || match value {
        Value::Unknown(why) => Value::Unknown(why.clone()),
        _ => Value::Unknown(Why::new(format!("whether `{name}` is set is not known"))),
    };
    match op {
        ":-" | "-" | ":=" | "=" => match decided {
            Some(true) => word.clone(),
            Some(false) => value.clone(),
            None => undecided(),
        },
        ":+" | "+" => match decided {
            Some(true) => Value::Text(Text::default()),
            Some(false) => word.clone(),
            None => undecided(),
        },
        ":?" | "?" => value.clone(),
        _ if unset => Value::Text(Text::default()),
        _ => edit(value, op, word, replacement, name),
    }
}

/// Patterns are tried at each place of a text; in a longer one than this they are not.
const LONG: usize = 4096;

/// `#`, `##`, `%`, `%%`, `/`, `//` on literal text with literal patterns.
fn edit(value: &Value, op: &str, word: &Value, replacement: Option<&Value>, name: &str) -> Value {
    let unknown = || Value::unknown(format!("`${{{name}{op}…}}` of a value that is not literal"));
    let (Some(text), Some(pattern)) = (value.as_literal(), word.as_literal()) else { return unknown() };
    if text.len() > LONG {
        return unknown();
    }
    let matches = |candidate: &str| glob(pattern, candidate);
    let cuts = || (0..=text.len()).filter(|&i| text.is_char_boundary(i));
    let result = match op {
        "#" => cuts().find(|&i| matches(&text[..i])).map(|i| text[i..].to_string()),
        "##" => cuts().rev().find(|&i| matches(&text[..i])).map(|i| text[i..].to_string()),
        "%" => cuts().rev().find(|&i| matches(&text[i..])).map(|i| text[..i].to_string()),
        "%%" => cuts().find(|&i| matches(&text[i..])).map(|i| text[..i].to_string()),
        "/" | "//" => {
            if pattern.contains(['*', '?', '[']) {
                return unknown();
            }
            let with = replacement.map_or(Some(""), |r| r.as_literal()).filter(|with| with.len() <= LONG);
            let Some(with) = with else { return unknown() };
            Some(match (op, pattern.is_empty()) {
                (_, true) => text.to_string(),
                ("/", _) => text.replacen(pattern, with, 1),
                _ => text.replace(pattern, with),
            })
        }
        _ => return unknown(),
    };
    Value::literal(result.unwrap_or_else(|| text.to_string()))
}

/// A shell pattern over a whole text: `*` and `?` match slashes too, `\\` takes the next character as it is.
fn glob(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // What stands behind the last `*`, and the text that it has not taken: only the last one need take more.
    let mut star: Option<(Chars, Chars)> = None;
    loop {
        let matches = match (pattern.next(), text.clone().next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                star = Some((pattern.clone(), text.clone()));
                continue;
            }
            (None, Some(_)) | (Some(_), None) => false,
            (Some('?'), Some(_)) => true,
            (Some('\\'), Some(c)) => pattern.next() == Some(c),
            (Some(wanted), Some(c)) => wanted == c,
        };
        if matches {
            text.next();
            continue;
        }
        let Some((behind, rest)) = &mut star else { return false };
        if rest.next().is_none() {
            return false;
        }
        (pattern, text) = (behind.clone(), rest.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_as_the_shell_has_them() {
        let set = Value::literal("linux/arm64");
        for (value, op, word, expected) in [
            (&Value::Unset, ":-", "x", "x"),
            (&Value::literal(""), ":-", "x", "x"),
            (&Value::literal(""), "-", "x", ""),
            (&set, ":+", "x", "x"),
            (&Value::Unset, ":+", "x", ""),
            (&set, "#", "*/", "arm64"),
            (&set, "%", "/*", "linux"),
            (&set, "##", "li", "nux/arm64"),
            (&set, "%%", "z", "linux/arm64"),
        ] {
            assert_eq!(
                modify(value, op, &Value::literal(word), None, "X").as_literal(),
                Some(expected),
                "{value} {op} {word}"
            );
        }
        let slash = modify(&set, "//", &Value::literal("/"), Some(&Value::literal("-")), "X");
        assert_eq!(slash.as_literal(), Some("linux-arm64"));
    }

    #[test]
    fn patterns_match_whole_texts_in_time() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a*", "a", true),
            ("*b*c", "abxbc", true),
            ("*b*c", "abxb", false),
            ("a?c", "abc", true),
            ("a\\*c", "a*c", true),
            ("a\\*c", "abc", false),
            ("*a", "aab", false),
            ("?", "", false),
            ("*é?", "xéy", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!glob(&"*a".repeat(200), &format!("{}b", "a".repeat(4000))));
    }

    #[test]
    fn a_symbol_leaves_defaults_undecided() {
        let symbol = Value::Text(Text::symbol("VERSION"));
        assert!(matches!(modify(&symbol, ":-", &Value::literal("x"), None, "VERSION"), Value::Unknown(_)));
    }
}
