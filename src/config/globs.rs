//! Knows globs as lines of `.gitignore`.
//! Refuses to know which files there are, and what the globs are for.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Several lines; a later one has the last word, `!` takes back.
#[derive(Clone, Debug)]
pub struct Globs {
    lines: Vec<String>,
    matcher: Gitignore,
}

impl Globs {
    /// An error names a line by its place, and says what is wrong with it.
    pub fn new(lines: Vec<String>) -> Result<Globs, Vec<(usize, String)>> {
        let wrong: Vec<(usize, String)> =
            lines.iter().enumerate().filter_map(|(at, line)| Some((at, mistake(line)?))).collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        match matcher(&lines) {
            Ok(matcher) => Ok(Globs { lines, matcher }),
            Err(error) => Err(vec![(0, error)]),
        }
    }

    /// Whether a file is meant, or a directory above it.
    pub fn cover(&self, path: &str) -> bool {
        !path.is_empty() && self.matcher.matched_path_or_any_parents(path, false).is_ignore()
    }

    /// Whether a path is meant by its own name, and not by that of a directory above it.
    pub fn name(&self, path: &str, is_dir: bool) -> bool {
        !path.is_empty() && self.matcher.matched(path, is_dir).is_ignore()
    }
}

impl Default for Globs {
    fn default() -> Globs {
        Globs { lines: Vec::new(), matcher: Gitignore::empty() }
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Globs) -> bool {
        self.lines == other.lines
    }
}

fn matcher(lines: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        builder.add_line(None, line).map_err(|e| said(&e))?;
    }
    builder.build().map_err(|e| said(&e))
}

/// Without the glob, which stands beside it.
fn said(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    }
}

fn mistake(line: &str) -> Option<String> {
    if line.trim_start_matches('!').split('/').any(|part| part == "..") {
        return Some("a glob cannot leave the directory of its file".to_string());
    }
    match matcher(&[line.to_string()]) {
        Err(error) => Some(error),
        Ok(matcher) => matcher.is_empty().then(|| "this matches nothing".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(lines: &[&str]) -> Result<Globs, Vec<(usize, String)>> {
        Globs::new(lines.iter().map(|line| line.to_string()).collect())
    }

    #[test]
    fn lines_mean_what_they_mean_to_git() {
        let globs = globs(&["testdata/", "/Makefile", "*.mk", "!keep.mk"]).unwrap();
        for path in ["testdata/Makefile", "a/testdata/b/Dockerfile", "Makefile", "a/x.mk"] {
            assert!(globs.cover(path), "{path}");
        }
        for path in ["a/Makefile", "a/keep.mk", "testdata"] {
            assert!(!globs.cover(path), "{path}");
        }
        assert!(!globs.name("testdata/Makefile", false) && globs.name("a/x.mk", false) && globs.name("testdata", true));
    }

    #[test]
    fn what_matches_nothing_is_a_mistake() {
        let wrong = globs(&["a", "", "# x", "a{b", "../x", "[z-a]"]).unwrap_err();
        assert_eq!(wrong.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }
}
