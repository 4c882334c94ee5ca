//! Knows how a finding is recognised in the next run: GitHub's hash of lines, and one of our own that survives moved lines.
//! Refuses to know SARIF.

use std::collections::HashMap;

use crate::lint::Diagnostic;
use crate::source::Source;

/// As many characters as one hash looks at.
const BLOCK: usize = 100;
const MOD: i64 = 37;
/// Stands for the end of the file.
const EOF: i64 = 65535;

/// The `primaryLocationLineHash` of every line, in order, as GitHub's upload action computes it
/// (github/codeql-action, `src/fingerprints.ts`): a rolling hash over the hundred UTF-16 units from the line's start that are
/// neither blank nor tab, and how often the same hash was seen.
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut roller = Roller {
        window: [0; BLOCK],
        pending: [false; BLOCK],
        hash: 0,
        first: (0..BLOCK).fold(1, |product: i64, _| product.wrapping_mul(MOD)),
        index: 0,
        seen: HashMap::new(),
        out: Vec::new(),
    };
    let (mut line_start, mut after_cr) = (true, false);
    for unit in text.encode_utf16().map(i64::from).chain([EOF]) {
        let blank = matches!(unit, 32 | 9) || (after_cr && unit == 10);
        after_cr = unit == 13;
        if blank {
            continue;
        }
        let unit = if after_cr { 10 } else { unit };
        roller.step(unit, line_start);
        line_start = unit == 10;
    }
    for _ in 0..BLOCK {
        roller.step(0, false);
    }
    roller.out
}

struct Roller {
    window: [i64; BLOCK],
    /// Whether a line starts at this place of the window and still waits for its hash.
    pending: [bool; BLOCK],
    hash: i64,
    /// The weight of the character that leaves the window.
    first: i64,
    index: usize,
    seen: HashMap<i64, usize>,
    out: Vec<String>,
}

impl Roller {
    fn step(&mut self, unit: i64, starts_line: bool) {
        if self.pending[self.index] {
            let count = self.seen.entry(self.hash).or_default();
            *count += 1;
            self.out.push(format!("{:x}:{count}", self.hash));
        }
        self.pending[self.index] = starts_line;
        let leaving = std::mem::replace(&mut self.window[self.index], unit);
        self.hash = MOD.wrapping_mul(self.hash).wrapping_add(unit).wrapping_sub(self.first.wrapping_mul(leaving));
        self.index = (self.index + 1) % BLOCK;
    }
}

/// gobin-lint's own fingerprints of a report's findings, asked in order: equal findings on equal lines are counted.
#[derive(Default)]
pub struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    pub fn next(&mut self, d: &Diagnostic, source: &Source) -> String {
        let at = d.finding.primary.span.range().start.min(source.text.len());
        let start = source.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = source.text[start..].lines().next().unwrap_or_default();
        let own = stable(&[d.rule, &source.path, &d.finding.message, line.trim()]);
        let count = self.0.entry(own.clone()).or_default();
        *count += 1;
        format!("{own}:{count}")
    }
}

/// A hash of these parts that is the same on every machine and in every release (FNV-1a, 64 bit).
fn stable(parts: &[&str]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of github/codeql-action's own test.
    #[test]
    fn lines_hash_as_github_hashes_them() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let greetings = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(line_hashes(text), greetings, "{text:?}");
        }
        let lorem = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(
            lorem[5..],
            [
                "a7f2ff13bc495cf2:6",
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1"
            ]
        );
    }

    #[test]
    fn the_stable_hash_tells_where_parts_end() {
        assert_eq!(stable(&[]), "cbf29ce484222325");
        assert_ne!(stable(&["a", "b"]), stable(&["ab", ""]));
    }
}
