//! Knows how the shape of `gobin-lint.toml` is shown to a person: every key with what it means and an example, as comments.
//! Refuses to know what the keys are; the schema has them.

use serde_json::{Map, Value};

use super::schema;

const HEAD: &str = "\
# gobin-lint reads this file for all that lies here and below, up to a directory that has one of its own.
# Nothing is set yet: all is as without this file. Remove a `#` to change something.
";

/// How wide a comment gets.
const WIDTH: usize = 100;

/// A file that says nothing, with an example of every key.
pub fn commented() -> String {
    let schema = schema();
    let properties = |of: &Value| of.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut out = HEAD.to_string();
    for (key, property) in &properties(schema.as_value()) {
        out.push('\n');
        out.push_str(&comment(property, ""));
        if key == "images" {
            let facts = schema.get("definitions").and_then(|all| all.get("Image")).map(properties).unwrap_or_default();
            out.push_str(&table_of(&facts));
        }
        let example = property.get("examples").and_then(|all| all.get(0)).unwrap_or(&Value::Null);
        let text = assigned(key, example);
        out.extend(text.lines().map(|line| if line.is_empty() { "\n".to_string() } else { format!("#{line}\n") }));
    }
    out
}

/// What may be said of an image, key by key.
fn table_of(facts: &Map<String, Value>) -> String {
    let width = facts.keys().map(String::len).max().unwrap_or(0);
    let line = |(key, property): (&String, &Value)| comment(property, &format!("  {key:width$}  "));
    facts.iter().map(line).collect()
}

/// The description of a property, wrapped; `lead` stands before its first line and as blanks before the others.
fn comment(property: &Value, lead: &str) -> String {
    let words = property.get("description").and_then(Value::as_str).unwrap_or_default();
    let mut out = String::new();
    let mut line = format!("#{lead}");
    let mut bare = true;
    for word in words.split_whitespace() {
        if !bare && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&format!("{}\n", line.trim_end()));
            line = format!("#{}", " ".repeat(lead.len()));
            bare = true;
        }
        if !bare || lead.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        bare = false;
    }
    out + line.trim_end() + "\n"
}

/// A top-level key with a value: a line, a table, or several tables.
fn assigned(key: &str, value: &Value) -> String {
    let lines = |table: &Map<String, Value>| -> String {
        table.iter().map(|(key, value)| format!("{} = {}\n", bare(key), inline(value))).collect()
    };
    match value {
        Value::Object(all) if all.values().all(Value::is_object) => {
            let tables = all.iter().filter_map(|(name, value)| Some((name, value.as_object()?)));
            tables
                .map(|(name, table)| format!("[{key}.{}]\n{}", bare(name), lines(table)))
                .collect::<Vec<_>>()
                .join("\n")
        }
        Value::Object(table) => format!("[{key}]\n{}", lines(table)),
        Value::Array(all) if all.iter().all(Value::is_object) => {
            let tables = all.iter().filter_map(Value::as_object);
            tables.map(|table| format!("[[{key}]]\n{}", lines(table))).collect::<Vec<_>>().join("\n")
        }
        value => format!("{} = {}\n", bare(key), inline(value)),
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(all) => {
            let pairs = all.iter().map(|(key, value)| format!("{} = {}", bare(key), inline(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        // JSON writes texts, numbers and truths as TOML does.
        other => other.to_string(),
    }
}

/// A key, in quotes where it needs them.
fn bare(key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if key.chars().all(plain) { key.to_string() } else { Value::from(key).to_string() }
}
