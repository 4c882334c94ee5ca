//! Knows what `${name<op>word}` gives, in shells and in Dockerfiles alike.
//! Refuses to know where the name's value comes from.

use super::matching;
use super::value::{Part, Text, Value, Why};

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

/// How long a text may be that is edited.
const LONG: usize = 4096;

/// `#`, `##`, `%`, `%%`, `/`, `//` on literal text with literal patterns.
fn edit(value: &Value, op: &str, word: &Value, replacement: Option<&Value>, name: &str) -> Value {
    let unknown = || Value::unknown(format!("`${{{name}{op}…}}` of a value that is not literal"));
    let (Some(text), Some(pattern)) = (value.as_literal(), word.as_literal()) else { return unknown() };
    if text.len() > LONG {
        return unknown();
    }
    let result = match op {
        "#" | "##" => {
            let Some(ends) = matching::fronts(pattern, text) else { return unknown() };
            let end = if op == "#" { ends.first() } else { ends.last() };
            end.map(|end| text[*end..].to_string())
        }
        "%" | "%%" => {
            let Some(begins) = matching::backs(pattern, text) else { return unknown() };
            let begin = if op == "%" { begins.first() } else { begins.last() };
            begin.map(|begin| text[..*begin].to_string())
        }
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
            (&set, "##", "*", ""),
            (&set, "%%", "z", "linux/arm64"),
            (&set, "%%", "?arm64", "linux"),
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
    fn classes_are_not_taken_for_letters() {
        let value = Value::literal("v1.2");
        assert!(matches!(modify(&value, "#", &Value::literal("[vV]"), None, "X"), Value::Unknown(_)));
    }

    #[test]
    fn a_symbol_leaves_defaults_undecided() {
        let symbol = Value::Text(Text::symbol("VERSION"));
        assert!(matches!(modify(&symbol, ":-", &Value::literal("x"), None, "VERSION"), Value::Unknown(_)));
    }
}
