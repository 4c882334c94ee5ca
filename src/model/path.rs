//! Knows absolute paths whose text may hold symbols: joining, parents, comparing.
//! Refuses to know what lies at a path. A symbol is taken to hold no `..`.

use super::value::{CHECKOUT, Part, Relation, Text};
use std::fmt;

/// An absolute, normalised path: begins with `/`, no `.`, `..`, `//`, and no trailing slash but for the root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Path(Text);

impl Path {
    /// `/`.
    pub fn root() -> Path {
        Path(Text::literal("/"))
    }

    /// A directory of the checkout on the machine that runs make or a CI step; `""` is its root.
    pub fn in_checkout(directory: &str) -> Path {
        Path(Text::literal(joined(CHECKOUT, directory.trim_start_matches('/'))))
    }

    /// The checkout's own name for this path, where it lies in the checkout.
    pub fn checkout_path(&self) -> Option<String> {
        self.relative_to(&Path::new(CHECKOUT))?.as_literal().map(str::to_string)
    }

    /// A literal absolute path; a relative one is taken from the root.
    pub fn new(text: &str) -> Path {
        Path(Text::literal(joined("/", text)))
    }

    /// `text` as seen from here. `None` where it begins with a symbol, since that may hold an absolute path.
    pub fn join(&self, text: &Text) -> Option<Path> {
        if text.is_empty() {
            return Some(self.clone());
        }
        if matches!(text.parts().first(), Some(Part::Symbol(_))) {
            return None;
        }
        if let (Some(base), Some(text)) = (self.as_literal(), text.as_literal()) {
            return Some(Path(Text::literal(joined(base, text))));
        }
        let mut components: Vec<Text> = Vec::new();
        let base = if text.literal_prefix().starts_with('/') { Vec::new() } else { self.0.split('/') };
        for piece in base.into_iter().chain(text.split('/')) {
            match piece.as_literal() {
                Some("" | ".") => {}
                Some("..") => {
                    components.pop();
                }
                _ => components.push(piece),
            }
        }
        let mut out = Text::default();
        for component in &components {
            out.push_str("/");
            out.push(component);
        }
        Some(if out.is_empty() { Path::root() } else { Path(out) })
    }

    /// One component below this path.
    pub fn child(&self, name: &Text) -> Path {
        let mut out = if self.is_root() { Text::default() } else { self.0.clone() };
        out.push_str("/");
        out.push(name);
        Path(out)
    }

    /// The directory that holds it; the root's is the root.
    pub fn parent(&self) -> Path {
        if let Some(text) = self.as_literal() {
            let end = text.rfind('/').filter(|end| *end > 0).unwrap_or(1);
            return Path(Text::literal(&text[..end]));
        }
        let mut components = self.0.split('/');
        components.pop();
        let mut out = Text::default();
        for component in components.iter().filter(|c| !c.is_empty()) {
            out.push_str("/");
            out.push(component);
        }
        if out.is_empty() { Path::root() } else { Path(out) }
    }

    /// The last component; `None` for the root.
    pub fn name(&self) -> Option<Text> {
        match self.as_literal() {
            Some("/") => None,
            Some(text) => text.rsplit('/').next().map(Text::literal),
            None => self.0.split('/').pop(),
        }
    }

    /// Whether it is `/`.
    pub fn is_root(&self) -> bool {
        self.0.as_literal() == Some("/")
    }

    /// As text, which begins with a slash.
    pub fn text(&self) -> &Text {
        &self.0
    }

    /// The path, where no symbol is in it.
    pub fn as_literal(&self) -> Option<&str> {
        self.0.as_literal()
    }

    /// Whether two paths are one, by their texts: links are not followed.
    pub fn compare(&self, other: &Path) -> Relation {
        self.0.compare(&other.0)
    }

    /// Whether it lies below `dir` (not `dir` itself): certainly, certainly not, or perhaps.
    pub fn is_below(&self, dir: &Path) -> Relation {
        if dir.is_root() {
            return if self.is_root() { Relation::Different } else { Relation::Equal };
        }
        if let (Some(own), Some(dir)) = (self.as_literal(), dir.as_literal()) {
            let below = own.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'));
            return if below { Relation::Equal } else { Relation::Different };
        }
        self.0.starts_with(&dir.0.clone().concat(&Text::literal("/")))
    }

    /// The path from `dir` to here, where it is certainly below or the same (`""`).
    pub fn relative_to(&self, dir: &Path) -> Option<Text> {
        if let (Some(own), Some(dir)) = (self.as_literal(), dir.as_literal()) {
            let rest = own.strip_prefix(if dir == "/" { "" } else { dir })?;
            return if rest.is_empty() { Some(Text::default()) } else { rest.strip_prefix('/').map(Text::literal) };
        }
        if self == dir {
            return Some(Text::default());
        }
        if self.is_below(dir) != Relation::Equal {
            return None;
        }
        if dir.is_root() {
            return self.0.strip_prefix("/");
        }
        let skip = dir.0.parts().len();
        let mut out = Text::default();
        for (i, part) in self.0.parts().iter().enumerate().skip(skip.saturating_sub(1)) {
            match (part, dir.0.parts().get(i)) {
                (Part::Literal(own), Some(Part::Literal(base))) => out.push_str(&own[base.len()..]),
                (Part::Symbol(_), Some(Part::Symbol(_))) => {}
                (Part::Literal(own), None) => out.push_str(own),
                (Part::Symbol(symbol), _) => out.push(&Text::symbol(symbol.0.clone())),
                (Part::Literal(_), Some(Part::Symbol(_))) => return None,
            }
        }
        out.strip_prefix("/")
    }
}

/// A literal path as seen from another.
fn joined(base: &str, text: &str) -> String {
    let mut out = String::with_capacity(base.len() + text.len() + 1);
    if !text.starts_with('/') {
        out.push_str(base.trim_end_matches('/'));
    }
    for piece in components(text) {
        match piece {
            "" | "." => {}
            ".." => out.truncate(out.rfind('/').unwrap_or(0)),
            piece => {
                out.push('/');
                out.push_str(piece);
            }
        }
    }
    if out.is_empty() { "/".to_string() } else { out }
}

/// The parts between the slashes. Components are short: to look at each byte is quicker than to search.
pub(super) fn components(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.bytes().position(|byte| byte == b'/');
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_as_the_kernel_would() {
        let src = Path::new("/src");
        for (text, expected) in [
            ("cmd/app", "/src/cmd/app"),
            ("./x/", "/src/x"),
            ("/abs//y", "/abs/y"),
            ("../z", "/z"),
            ("../../..", "/"),
            (".", "/src"),
        ] {
            assert_eq!(src.join(&text.into()).map(|p| p.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(src.join(&Text::symbol("OUT")), None);
    }

    #[test]
    fn the_checkout_has_a_place_of_its_own() {
        assert_eq!(Path::in_checkout("").join(&"./bin/app".into()), Some(Path::in_checkout("bin/app")));
        assert_eq!(Path::in_checkout("build").join(&"../bin".into()), Some(Path::in_checkout("bin")));
        assert_eq!(Path::in_checkout("bin/app").to_string(), "./bin/app");
        assert_eq!(Path::in_checkout("bin/app").checkout_path().as_deref(), Some("bin/app"));
        assert_eq!(Path::new("/usr/bin").checkout_path(), None);
    }

    #[test]
    fn relative_paths_keep_symbols() {
        let out = Path::new("/out").child(&Text::symbol("BIN"));
        assert_eq!(out.to_string(), "/out/${BIN}");
        assert_eq!(out.relative_to(&Path::new("/out")), Some(Text::symbol("BIN")));
        let deep = out.join(&"x/y".into()).unwrap();
        assert_eq!(deep.relative_to(&out), Some("x/y".into()));
        assert_eq!(deep.relative_to(&Path::new("/go")), None);
        assert_eq!(Path::new("/a").relative_to(&Path::root()), Some("a".into()));
        assert_eq!(out.parent(), Path::new("/out"));
        assert_eq!(out.name(), Some(Text::symbol("BIN")));
    }
}
