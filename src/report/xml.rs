//! Knows how a report becomes an XML document that every parser takes.
//! Refuses to know what the elements mean.

use serde::Serialize;

/// A document as text, its elements indented. Attributes are fields whose name starts with `@`.
pub fn document(root: &impl Serialize) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut serializer = quick_xml::se::Serializer::new(&mut out);
    serializer.indent(' ', 2);
    // Structs of strings and numbers only: nothing here can fail to be written.
    let _ = root.serialize(serializer);
    out.push('\n');
    out
}

/// XML 1.0 has no place for most control characters, not even escaped; they become U+FFFD.
pub fn text(text: impl Into<String>) -> String {
    let may_stand = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.into().chars().map(|c| if may_stand(c) { c } else { '\u{fffd}' }).collect()
}
