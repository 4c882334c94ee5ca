//! Knows the unified diff that `git apply` and `patch -p1` take.
//! Refuses to know why a text changed.

use similar::TextDiff;

/// The change of one file of the checkout; empty where nothing changed.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    // Lines end at `\n` alone, as git has it; a lone carriage return is part of its line.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    diff.unified_diff().context_radius(3).header(&name("a", path), &name("b", path)).to_string()
}

/// Quoted as git does where the path would be misread; a blank needs a tab behind the name.
fn name(side: &str, path: &str) -> String {
    let name = format!("{side}/{path}");
    if name.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        let escape = |c: char| match c {
            '"' | '\\' => format!("\\{c}"),
            '\n' => "\\n".to_string(),
            '\t' => "\\t".to_string(),
            c if c.is_control() => c.to_string().bytes().map(|b| format!("\\{b:03o}")).collect(),
            c => c.to_string(),
        };
        return format!("\"{}\"", name.chars().map(escape).collect::<String>());
    }
    if name.contains(' ') { format!("{name}\t") } else { name }
}

/// A unified diff for a terminal: what goes in red, what comes in green, where in cyan.
pub fn colored(diff: &str) -> String {
    let paint = |line: &str| {
        let color = match line.as_bytes() {
            [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => "1",
            [b'-', ..] => "31",
            [b'+', ..] => "32",
            [b'@', ..] => "36",
            _ => return line.to_string(),
        };
        let text = line.trim_end_matches('\n');
        format!("\u{1b}[{color}m{text}\u{1b}[0m{}", &line[text.len()..])
    };
    diff.split_inclusive('\n').map(paint).collect()
}
