//! Knows how go reads its command line and GOFLAGS: which flags take a value, where flags end, what `-C` does.
//! Refuses to know what the flags do to the outputs.

use super::{Failure, FailureKind, Flag, GoVersion};
use crate::model::tri::Tri;
use crate::model::value::{Part, Text, Value, Why};

/// Build flags that take a value (`go help build`, 1.15 to 1.27), and those of `go test` and `go run`.
const WITH_VALUE: &[&str] = &[
    "C",
    "asmflags",
    "bench",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "buildmode",
    "compiler",
    "count",
    "covermode",
    "coverpkg",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "debug-actiongraph",
    "debug-trace",
    "exec",
    "fuzz",
    "fuzzminimizetime",
    "fuzztime",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "list",
    "memprofile",
    "memprofilerate",
    "mod",
    "modfile",
    "mutexprofile",
    "mutexprofilefraction",
    "o",
    "outputdir",
    "overlay",
    "p",
    "parallel",
    "pgo",
    "pkgdir",
    "run",
    "shuffle",
    "skip",
    "tags",
    "timeout",
    "toolexec",
    "trace",
    "vet",
    "vettool",
];

/// Flags without a value, or with one only behind `=`.
const BOOLEAN: &[&str] = &[
    "a",
    "asan",
    "artifacts",
    "benchmem",
    "buildvcs",
    "c",
    "cover",
    "d",
    "failfast",
    "fix",
    "fullpath",
    "i",
    "insecure",
    "json",
    "linkshared",
    "modcacherw",
    "msan",
    "n",
    "race",
    "short",
    "t",
    "trimpath",
    "u",
    "v",
    "work",
    "x",
];

/// A command line taken apart.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub flags: Vec<Flag>,
    pub packages: Vec<(usize, Value)>,
    /// Words that may be flags we cannot see.
    pub open: Option<Why>,
    pub failure: Option<Failure>,
}

fn symbol_first(text: &Text) -> bool {
    matches!(text.parts().first(), Some(Part::Symbol(_)))
}

fn looks_like_flag(value: &Value) -> bool {
    // A lone `-` is a package to go.
    matches!(value, Value::Text(text) if text.literal_prefix().starts_with('-') && text.as_literal() != Some("-"))
}

/// Reads the words behind the subcommand; `first` is the position of the first of them in the whole command.
pub(super) fn parse(subcommand: &str, words: &[Value], first: usize, version: GoVersion) -> Arguments {
    let mut out = Arguments::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let argument = first + at;
        at += 1;
        let text = match word {
            Value::Text(text) => text,
            Value::Unset => continue,
            Value::Unknown(why) => {
                out.open = Some(why.clone());
                continue;
            }
        };
        if symbol_first(text)
            && (at < words.len() || text.parts().len() == 1 && words[at..].iter().any(looks_like_flag))
        {
            // More words follow, so this one may be a flag, as in `go build ${FLAGS} ./cmd/app`.
            out.open = Some(Why::new(format!("what flags {text} holds is not known")));
            continue;
        }
        let prefix = text.literal_prefix();
        if !prefix.starts_with('-') || prefix == "-" {
            at -= 1;
            break;
        }
        if prefix == "--" && text.as_literal().is_some() {
            break;
        }
        let body = prefix.strip_prefix("--").unwrap_or(&prefix[1..]);
        let (name, value) = match body.split_once('=') {
            Some((name, _)) => {
                let skip = prefix.len() - body.len() + name.len() + 1;
                (name, text.strip_prefix(&prefix[..skip]).map(Value::Text))
            }
            None if text.as_literal().is_none() => {
                out.open = Some(Why::new(format!("what flag {text} is, is not known")));
                continue;
            }
            None => (body, None),
        };
        let name = name.strip_prefix("test.").unwrap_or(name);
        if name == "args" && subcommand == "test" {
            return out;
        }
        if let Some(failure) = refused(subcommand, name, argument, out.flags.is_empty(), version) {
            out.failure.get_or_insert(failure);
        }
        let value = match value {
            Some(value) => value,
            None if WITH_VALUE.contains(&name) && !(name == "vet" && subcommand != "test") => match words.get(at) {
                Some(value) => {
                    at += 1;
                    value.clone()
                }
                None => {
                    out.failure.get_or_insert(Failure {
                        kind: FailureKind::BadFlag,
                        text: format!("flag needs an argument: -{name}"),
                        argument: Some(argument),
                    });
                    Value::Unset
                }
            },
            None if BOOLEAN.contains(&name) => Value::literal("true"),
            None => {
                out.open = Some(Why::new(format!("flag -{name} is not known")));
                Value::literal("true")
            }
        };
        out.flags.push(Flag { name: name.to_string(), value, argument: Some(argument) });
    }
    for (offset, word) in words.iter().enumerate().skip(at) {
        if subcommand == "test" && looks_like_flag(word) {
            let rest = parse(subcommand, &words[offset..], first + offset, version);
            out.flags.extend(rest.flags);
            out.packages.extend(rest.packages);
            out.open = out.open.or(rest.open);
            break;
        }
        if *word != Value::Unset {
            out.packages.push((first + offset, word.clone()));
        }
    }
    out
}

/// `go env` has three boolean flags of its own, of which `-u` means another thing than `go get`'s.
pub(super) fn parse_env(words: &[Value], first: usize) -> Arguments {
    let mut out = Arguments::default();
    for (offset, word) in words.iter().enumerate() {
        match word {
            Value::Text(text) if symbol_first(text) => {
                out.open = Some(Why::new(format!("what {text} holds is not known")));
            }
            Value::Text(text) => match text.as_literal().and_then(|word| word.strip_prefix('-')) {
                Some(name) if out.packages.is_empty() => out.flags.push(Flag {
                    name: name.trim_start_matches('-').to_string(),
                    value: Value::literal("true"),
                    argument: Some(first + offset),
                }),
                _ => out.packages.push((first + offset, word.clone())),
            },
            Value::Unset => {}
            Value::Unknown(why) => out.open = Some(why.clone()),
        }
    }
    out
}

/// Flags that this command or release refuses.
fn refused(subcommand: &str, name: &str, argument: usize, is_first: bool, version: GoVersion) -> Option<Failure> {
    let failure = |kind, text: String| Some(Failure { kind, text, argument: Some(argument) });
    match name {
        // Fact 16.
        "o" if matches!(subcommand, "install" | "get") => failure(
            FailureKind::InstallOutputFlag,
            format!(
                "flag provided but not defined: -o\nusage: go {subcommand} [build flags] [packages]\n\
                 Run 'go help {subcommand}' for details."
            ),
        ),
        // Fact 48.
        "C" if version.at_least(20).is_no() => {
            failure(FailureKind::BadFlag, "flag provided but not defined: -C".to_string())
        }
        "C" if !is_first && version.at_least(21).is_yes() => {
            failure(FailureKind::BadFlag, "-C flag must be first flag on command line".to_string())
        }
        _ => None,
    }
}

/// The flags of GOFLAGS. Err where they cannot be read.
pub(super) fn goflags(value: &Value, version: GoVersion) -> Result<Vec<Flag>, Why> {
    let text = match value {
        Value::Unset => return Ok(Vec::new()),
        Value::Unknown(why) => return Err(why.clone()),
        Value::Text(text) => text,
    };
    // Quotes count from 1.20 on (fact 85); before, an entry ends at every blank.
    let has_quotes = text.literal_prefix().contains(['\'', '"']);
    let words = if has_quotes && version.at_least(20) != Tri::Yes {
        return Err(Why::new("GOFLAGS holds quotes, which this Go may not read"));
    } else {
        words(text)
    };
    let mut flags = Vec::new();
    for word in words {
        let literal = word.literal_prefix();
        let Some(body) = literal.strip_prefix("--").or_else(|| literal.strip_prefix('-')) else {
            return Err(Why::new(format!("what flags {word} holds is not known")));
        };
        let (name, value) = match body.split_once('=') {
            Some((name, _)) => {
                let skip = literal.len() - body.len() + name.len() + 1;
                (name, word.strip_prefix(&literal[..skip]).unwrap_or_default())
            }
            None if word.as_literal().is_some() => (body, Text::literal("true")),
            None => return Err(Why::new(format!("what flags {word} holds is not known"))),
        };
        flags.push(Flag { name: name.to_string(), value: Value::Text(value), argument: None });
    }
    Ok(flags)
}

/// Splits as go splits flag lists: at blanks, but not inside `'…'` or `"…"`. Symbols are taken to hold no blank.
pub(super) fn words(text: &Text) -> Vec<Text> {
    let mut out: Vec<Text> = Vec::new();
    let mut current: Option<Text> = None;
    let mut quote: Option<char> = None;
    for part in text.parts() {
        let literal = match part {
            Part::Symbol(symbol) => {
                current.get_or_insert_with(Text::default).push(&Text::symbol(symbol.0.clone()));
                continue;
            }
            Part::Literal(literal) => literal,
        };
        for c in literal.chars() {
            match quote {
                Some(open) if c == open => quote = None,
                Some(_) => current.get_or_insert_with(Text::default).push_str(c.encode_utf8(&mut [0; 4])),
                None if c.is_ascii_whitespace() => out.extend(current.take()),
                // A quote opens only where a word begins.
                None if matches!(c, '\'' | '"') && current.is_none() => {
                    quote = Some(c);
                    current = Some(Text::default());
                }
                None => current.get_or_insert_with(Text::default).push_str(c.encode_utf8(&mut [0; 4])),
            }
        }
    }
    out.extend(current);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> Vec<Value> {
        words
            .iter()
            .map(|word| match word.strip_prefix('$') {
                Some(name) => Value::Text(Text::symbol(name)),
                None => Value::literal(*word),
            })
            .collect()
    }

    fn read(words: &[&str]) -> Arguments {
        parse("build", &line(words), 1, GoVersion::of(24))
    }

    #[test]
    fn flags_are_read_as_go_reads_them() {
        let out = read(&["-o", "x", "--tags=netgo", "-race", "-ldflags", "-s -w", "./cmd/app", "-v"]);
        let names: Vec<_> = out.flags.iter().map(|f| (f.name.as_str(), f.value.to_string())).collect();
        assert_eq!(
            names,
            [
                ("o", "x".to_string()),
                ("tags", "netgo".to_string()),
                ("race", "true".to_string()),
                ("ldflags", "-s -w".to_string())
            ]
        );
        assert_eq!(out.packages, [(7, Value::literal("./cmd/app")), (8, Value::literal("-v"))]);
        assert_eq!(out.open, None);
    }

    #[test]
    fn a_symbol_among_flags_may_hold_more_of_them() {
        assert!(read(&["$FLAGS", "-o", "x", "."]).open.is_some());
        let last = read(&["-o", "x", "$PKG"]);
        assert_eq!((last.open, last.packages.len()), (None, 1));
        assert!(read(&["-newflag", "x"]).open.is_some());
    }

    #[test]
    fn refused_flags() {
        let install = parse("install", &line(&["-o", "x", "."]), 1, GoVersion::of(24));
        assert_eq!(install.failure.map(|f| (f.kind, f.argument)), Some((FailureKind::InstallOutputFlag, Some(1))));
        assert_eq!(read(&["-v", "-C", "x", "."]).failure.map(|f| f.kind), Some(FailureKind::BadFlag));
        assert_eq!(read(&["-C", "x", "."]).failure, None);
        assert!(parse("build", &line(&["-C", "x"]), 1, GoVersion::of(19)).failure.is_some());
        assert!(read(&["-o"]).failure.is_some());
    }

    #[test]
    fn goflags_split_at_blanks_outside_quotes() {
        let flags = goflags(&Value::literal("-mod=mod '-ldflags=-s -w'"), GoVersion::of(24)).unwrap();
        assert_eq!(flags.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["mod", "ldflags"]);
        assert_eq!(flags[1].value, Value::literal("-s -w"));
        assert!(goflags(&Value::unknown("x"), GoVersion::of(24)).is_err());
        assert!(goflags(&Value::Text(Text::symbol("F")), GoVersion::of(24)).is_err());
        assert_eq!(goflags(&Value::Unset, GoVersion::UNKNOWN), Ok(Vec::new()));
    }
}
