//! Knows how getopt splits arguments into options and operands.
//! Refuses to know what any option means.

use crate::model::path::Path;
use crate::model::trace::Argument;
use crate::model::value::{Text, Value};

/// Arguments split as getopt does.
pub(super) struct Parsed<'a> {
    /// Options by their letter or long name; `m=0755` where the value was glued to it.
    pub(super) flags: Vec<(String, Option<&'a Argument>)>,
    pub(super) operands: Vec<&'a Argument>,
    /// The words that are options or their values, as written.
    pub(super) raw: Vec<&'a Argument>,
}

/// Splits arguments into options and operands; `with_value` lists the short options that take one.
pub(super) fn options<'a>(arguments: &'a [Argument], with_value: &str) -> Parsed<'a> {
    let mut out = Parsed { flags: Vec::new(), operands: Vec::new(), raw: Vec::new() };
    let mut only_operands = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let text = match argument.value.as_literal() {
            Some(text) if !only_operands && text.len() > 1 && text.starts_with('-') => text,
            _ => {
                out.operands.push(argument);
                continue;
            }
        };
        out.raw.push(argument);
        if text == "--" {
            only_operands = true;
            continue;
        }
        if let Some(long) = text.strip_prefix("--") {
            out.flags.push((long.to_string(), None));
            continue;
        }
        for (at, flag) in text.char_indices().skip(1) {
            let glued = &text[at + flag.len_utf8()..];
            if !with_value.contains(flag) {
                out.flags.push((flag.to_string(), None));
                continue;
            }
            if glued.is_empty() {
                let value = rest.next();
                out.raw.extend(value);
                out.flags.push((flag.to_string(), value));
            } else {
                out.flags.push((format!("{flag}={glued}"), None));
            }
            break;
        }
    }
    out
}

/// `directory/name` where the name is that of `source`.
pub(super) fn inside(directory: &Path, source: &Argument) -> Option<Path> {
    let Value::Text(text) = &source.value else { return None };
    let name: Text = text.split('/').into_iter().rfind(|c| !c.is_empty())?;
    Some(directory.child(&name))
}
