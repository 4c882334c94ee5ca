//! Knows the pattern languages of a build: Go's `filepath.Match` in COPY, `.dockerignore`, and what `${name#pattern}` takes.
//! Refuses to know which files there are.

/// One step of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Char(char),
    /// `?`: any but `/`.
    One,
    /// `*`: any number, without `/`.
    Star,
    /// `**/` is nothing, or what the next step reads.
    Dirs,
    /// Any directories up to a slash.
    Inside,
    /// Anything: `**` at the end, a shell's `*`.
    Rest,
    /// Any one character: a shell's `?`.
    Any,
    /// `[a-z]`; negated with `^`.
    Class(bool, Vec<(char, char)>),
}

/// Whether a COPY source holds a wildcard.
pub fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

/// Go's `filepath.Match`: the pattern must match all of the path; wildcards never match `/`.
/// `None` for a malformed pattern, which is an error in Go.
pub fn matches(pattern: &str, path: &str) -> Option<bool> {
    if !pattern.contains(['\\', '[']) {
        let literal = pattern.find(['*', '?']).unwrap_or(pattern.len());
        if !path.starts_with(&pattern[..literal]) {
            return Some(false);
        }
    }
    let mut steps = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        steps.push(match c {
            '*' => Step::Star,
            '?' => Step::One,
            '\\' => Step::Char(chars.next()?),
            '[' => {
                let negated = chars.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while ranges.is_empty() || chars.peek() != Some(&']') {
                    let low = class_char(&mut chars)?;
                    let high = if chars.next_if_eq(&'-').is_some() { class_char(&mut chars)? } else { low };
                    ranges.push((low, high));
                }
                chars.next();
                Step::Class(negated, ranges)
            }
            c => Step::Char(c),
        });
    }
    Some(run(&steps, path, false))
}

/// Where the front parts of a text end that a shell's pattern matches, the shortest first. `None` for a pattern with classes, or one
/// that ends in a lone backslash.
pub fn fronts(pattern: &str, text: &str) -> Option<Vec<usize>> {
    Some(ends(&shell_steps(pattern)?, text.chars(), true))
}

/// As [`fronts`], where the back parts begin.
pub fn backs(pattern: &str, text: &str) -> Option<Vec<usize>> {
    let mut steps = shell_steps(pattern)?;
    steps.reverse();
    let lengths = ends(&steps, text.chars().rev(), true);
    Some(lengths.into_iter().map(|length| text.len() - length).collect())
}

/// `*` and `?` match slashes too, `\\` takes the next character as it is.
fn shell_steps(pattern: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        steps.push(match c {
            '*' => Step::Rest,
            '?' => Step::Any,
            '[' => return None,
            '\\' => Step::Char(chars.next()?),
            c => Step::Char(c),
        });
    }
    Some(steps)
}

/// One character of a class in `filepath.Match`: `-` and `]` must be escaped.
fn class_char(chars: &mut std::iter::Peekable<std::str::Chars>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        c => Some(c),
    }
}

/// Whether a pattern matches all of a path.
fn run(steps: &[Step], path: &str, class_takes_slash: bool) -> bool {
    ends(steps, path.chars(), class_takes_slash).last() == Some(&path.len())
}

/// After how many bytes of the text a pattern is at its end. Classes match `/` only where they are told to.
fn ends(steps: &[Step], text: impl Iterator<Item = char>, class_takes_slash: bool) -> Vec<usize> {
    let mut out = Vec::new();
    read(steps, text, class_takes_slash, |bytes| out.push(bytes));
    out
}

/// Runs all ways through a pattern at once, and says where it is at its end: time is length times steps. Whether one of the ways reads
/// the whole text, and may read on.
fn read(
    steps: &[Step],
    text: impl Iterator<Item = char>,
    class_takes_slash: bool,
    mut at_end: impl FnMut(usize),
) -> bool {
    // `reach[i]`: the first i steps match what was read so far.
    let mut reach = vec![false; steps.len() + 1];
    let mut next = reach.clone();
    reach[0] = true;
    close(steps, &mut reach);
    let mut bytes = 0;
    if reach[steps.len()] {
        at_end(bytes);
    }
    for c in text {
        next.fill(false);
        for (i, step) in steps.iter().enumerate() {
            if !reach[i] {
                continue;
            }
            match step {
                Step::Char(own) => next[i + 1] |= *own == c,
                Step::One => next[i + 1] |= c != '/',
                Step::Any => next[i + 1] = true,
                Step::Class(negated, ranges) => {
                    let inside = ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                    next[i + 1] |= inside != *negated && (c != '/' || class_takes_slash);
                }
                Step::Star => next[i] |= c != '/',
                Step::Rest => next[i] = true,
                Step::Inside => {
                    next[i] = true;
                    next[i + 1] |= c == '/';
                }
                Step::Dirs => {}
            }
        }
        if !next.contains(&true) {
            return false;
        }
        close(steps, &mut next);
        std::mem::swap(&mut reach, &mut next);
        bytes += c.len_utf8();
        if reach[steps.len()] {
            at_end(bytes);
        }
    }
    true
}

/// Goes past steps that may match nothing.
fn close(steps: &[Step], reach: &mut [bool]) {
    for (i, step) in steps.iter().enumerate() {
        match step {
            Step::Star | Step::Rest if reach[i] => reach[i + 1] = true,
            Step::Dirs if reach[i] => {
                reach[i + 1] = true;
                reach[i + 2] = true;
            }
            _ => {}
        }
    }
}

/// A `.dockerignore` file, as moby/patternmatcher reads it.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    /// `!`: takes back what was ignored.
    exception: bool,
    steps: Vec<Step>,
}

impl Ignore {
    /// Comments and blank lines are passed over; a broken pattern, which fails the build, too.
    pub fn parse(text: &str) -> Ignore {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut patterns = Vec::new();
        for line in text.lines() {
            // A comment begins in the first column.
            if line.starts_with('#') {
                continue;
            }
            let line = line.trim();
            let (exception, line) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            if line.is_empty() {
                continue;
            }
            let cleaned = clean(line);
            let cleaned = if cleaned.len() > 1 { cleaned.trim_start_matches('/') } else { &cleaned };
            if let Some(steps) = ignore_steps(cleaned) {
                patterns.push(Pattern { exception, steps });
            }
        }
        Ignore { patterns }
    }

    /// Whether a path (relative to the context's root, with `/`, without `./`) stays out of the build:
    /// the last pattern that matches it or one of its parents decides.
    pub fn ignores(&self, path: &str) -> bool {
        let mut ignored = false;
        for pattern in self.patterns.iter().filter(|pattern| !pattern.steps.is_empty()) {
            if pattern.exception == ignored {
                let is_parent = |end: &usize| path[*end..].is_empty() || path[*end..].starts_with('/');
                if ends(&pattern.steps, path.chars(), true).iter().any(is_parent) {
                    ignored = !pattern.exception;
                }
            }
        }
        ignored
    }

    /// Whether a `!` may take something back in that lies below an ignored directory.
    pub fn may_let_in_below(&self, directory: &str) -> bool {
        let below = || directory.chars().chain(['/']);
        self.patterns.iter().any(|pattern| pattern.exception && read(&pattern.steps, below(), true, |_| ()))
    }
}

/// Go's `filepath.Clean` for slash paths.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if out.last().is_some_and(|last| *last != "..") => {
                out.pop();
            }
            ".." if rooted => {}
            part => out.push(part),
        }
    }
    let joined = out.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_string(),
        (false, false) => joined,
    }
}

/// patternmatcher turns patterns into regular expressions: `**` crosses directories, classes are the expression's own.
fn ignore_steps(pattern: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let step = match c {
            '*' if chars.next_if_eq(&'*').is_some() => {
                chars.next_if_eq(&'/');
                if chars.peek().is_none() {
                    Step::Rest
                } else {
                    steps.push(Step::Dirs);
                    Step::Inside
                }
            }
            '*' => Step::Star,
            '?' => Step::One,
            '\\' => Step::Char(chars.next().unwrap_or('\\')),
            '[' => {
                let negated = chars.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let low = match chars.next()? {
                        ']' if !ranges.is_empty() => break,
                        '\\' => chars.next()?,
                        c => c,
                    };
                    let mut ahead = chars.clone();
                    let high = match (ahead.next(), ahead.next()) {
                        (Some('-'), Some(high)) if high != ']' => {
                            chars = ahead;
                            high
                        }
                        _ => low,
                    };
                    if high < low {
                        return None;
                    }
                    ranges.push((low, high));
                }
                Step::Class(negated, ranges)
            }
            c => Step::Char(c),
        };
        steps.push(step);
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_globs_stay_inside_one_component() {
        // The table of Go's own path/filepath tests, and COPY's.
        for (pattern, path, expected) in [
            ("abc", "abc", Some(true)),
            ("*", "abc", Some(true)),
            ("*c", "abc", Some(true)),
            ("a*", "ab/c", Some(false)),
            ("a*/b", "abc/b", Some(true)),
            ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", Some(false)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Some(true)),
            ("ab[c]", "abc", Some(true)),
            ("ab[^c]", "abc", Some(false)),
            ("a[^a]b", "a☺b", Some(true)),
            ("[a-ζ]*", "α", Some(true)),
            ("a?b", "a/b", Some(false)),
            ("a[/]b", "a/b", Some(false)),
            ("[\\]a]", "]", Some(true)),
            ("[]a]", "]", None),
            ("[-]", "-", None),
            ("[", "a", None),
            ("a\\", "a", None),
            ("go/bin/*", "go/bin/app", Some(true)),
            ("go/bin/*", "go/bin/linux_arm64/app", Some(false)),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn dockerignore_as_moby_reads_it() {
        for (file, path, expected) in [
            ("bin", "bin/app", true),
            ("bin", "cmd/bin", false),
            ("**/app", "cmd/app/main.go", true),
            ("**/app", "app", true),
            ("**/app", "myapp", false),
            ("*", "a/b", true),
            ("*\n!bin/app", "bin/app", false),
            ("*\n!bin/app", "bin/other", true),
            ("*.md\n!README.md", "README.md", false),
            ("!README.md\n*.md", "README.md", true),
            ("/dist/", "dist/x", true),
            ("./dist", "dist", true),
            ("# bin", "# bin", false),
            ("  bin  ", "bin", true),
            ("**", "a/b/c", true),
            ("**/*.go", "a/b.go", true),
            ("**/*.go", "b.go", true),
            ("*/*/x", "a/b/x", true),
            ("*/temp*", "dir/temporary.txt", true),
            ("*/temp*", "temporary", false),
            ("temp?", "tempa", true),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/xb", false),
            ("a/**", "a/x", true),
            ("**/a**/b", "a/ab", true),
            ("[a-b].txt", "b.txt", true),
            ("[^a].txt", "a.txt", false),
            ("! bin\nbin", "bin", true),
            ("!", "x", false),
            (".git", ".gitignore", false),
            ("a.b", "axb", false),
        ] {
            assert_eq!(Ignore::parse(file).ignores(path), expected, "{file:?} {path}");
        }
        for (file, directory, expected) in [
            ("*\n!dist/app", "dist", true),
            ("*\n!dist/linux/app", "dist", true),
            ("*\n!d?st/*", "dist", true),
            ("*\n!**/app", "dist", true),
            ("*\n!dist2/app", "dist", false),
            ("*\n!dist", "dist/bin", false),
            ("*\n!cmd", "dist", false),
            ("dist", "dist", false),
        ] {
            assert_eq!(Ignore::parse(file).may_let_in_below(directory), expected, "{file:?} {directory}");
        }
        assert!(!Ignore::default().ignores("x"));
    }

    #[test]
    fn shells_cut_at_either_end() {
        for (pattern, text, fronts_end, backs_begin) in [
            ("", "", vec![0], vec![0]),
            ("", "ab", vec![0], vec![2]),
            ("*", "ab", vec![0, 1, 2], vec![2, 1, 0]),
            ("*/", "a/b/c", vec![2, 4], vec![]),
            ("/*", "a/b/c", vec![], vec![3, 1]),
            ("a*", "aba", vec![1, 2, 3], vec![2, 0]),
            ("*b*c", "abxbc", vec![5], vec![3, 2, 1, 0]),
            ("*b*c", "abxb", vec![], vec![]),
            ("a?c", "a/c", vec![3], vec![0]),
            ("a\\*c", "a*c", vec![3], vec![0]),
            ("a\\*c", "abc", vec![], vec![]),
            ("?", "", vec![], vec![]),
            ("*é?", "xéy", vec![4], vec![1, 0]),
        ] {
            assert_eq!(fronts(pattern, text), Some(fronts_end), "{pattern} {text}");
            assert_eq!(backs(pattern, text), Some(backs_begin), "{pattern} {text}");
        }
        assert_eq!(fronts("[vV]", "v1"), None);
        assert_eq!(backs("a\\", "a"), None);
    }

    #[test]
    fn long_patterns_take_no_exponential_time() {
        let pattern = "*a".repeat(200);
        assert_eq!(matches(&pattern, &"a".repeat(150)), Some(false));
        assert!(!Ignore::parse(&"**/a".repeat(200)).ignores(&"a/".repeat(150)));
        let text = format!("{}b", "a".repeat(4000));
        assert_eq!(fronts(&"*a".repeat(200), &text).map(|ends| ends.len()), Some(3801));
        assert_eq!(backs(&format!("*{}c", "a".repeat(400)), &text), Some(Vec::new()));
    }

    proptest::proptest! {
        #[test]
        fn any_pattern_has_an_answer(pattern in ".{0,20}", path in ".{0,20}") {
            matches(&pattern, &path);
            Ignore::parse(&pattern).ignores(&path);
            for at in fronts(&pattern, &path).into_iter().chain(backs(&pattern, &path)).flatten() {
                assert!(path.is_char_boundary(at));
            }
        }
    }
}
