//! Knows how the text of `gobin-lint.toml` becomes a configuration, and what in it cannot be meant.
//! Refuses to know disks. Nothing that it does not understand is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;

use super::file::{File, Levels};
use super::{Config, Globs, Level, Wrong, images};
use crate::model::assumptions::Assumptions;
use crate::rules::{self, RULES};

/// What images are built for: those of Go and BuildKit.
const PLATFORMS: &[&str] = &[
    "linux/amd64",
    "linux/arm64",
    "linux/arm",
    "linux/386",
    "linux/loong64",
    "linux/mips64",
    "linux/mips64le",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
    "windows/amd64",
    "windows/arm64",
];

/// The kernel's names for what Go calls otherwise.
const KERNEL: &[(&str, &str)] = &[("x86_64", "amd64"), ("aarch64", "arm64"), ("armhf", "arm"), ("i386", "386")];

const VARIANTS: &[(&str, &[&str])] =
    &[("arm", &["v5", "v6", "v7"]), ("arm64", &["v8"]), ("amd64", &["v1", "v2", "v3", "v4"])];

pub fn read(text: &str) -> Result<Config, Vec<Wrong>> {
    // Editors on Windows write it; TOML has no word for it.
    let (bare, mark) = match text.strip_prefix('\u{feff}') {
        Some(bare) => (bare, '\u{feff}'.len_utf8()),
        None => (text, 0),
    };
    let mut wrongs = Vec::new();
    let config = match toml::from_str::<File>(bare) {
        Ok(file) => Some(make(&file, &mut wrongs)),
        Err(error) => {
            wrongs.push(shape(bare, &error));
            None
        }
    };
    for wrong in &mut wrongs {
        wrong.place = wrong.place.start + mark..wrong.place.end + mark;
    }
    wrongs.sort_by_key(|wrong| wrong.place.start);
    config.filter(|_| wrongs.is_empty()).ok_or(wrongs)
}

fn make(file: &File, wrongs: &mut Vec<Wrong>) -> Config {
    let select = file.select.as_ref().map(|ids| {
        if ids.get_ref().is_empty() {
            wrongs.push(wrong(ids, "this leaves no rule", "").help("name rules, or remove the line"));
        }
        ids.get_ref().iter().filter_map(|id| known(id, wrongs)).collect::<BTreeSet<_>>()
    });
    let unselected = |id: &str| select.as_ref().is_some_and(|ids| !ids.contains(id));
    let rules = levels(&file.rules, &unselected, wrongs);
    let overrides = file.overrides.iter().map(|one| {
        if one.files.get_ref().is_empty() {
            wrongs.push(
                wrong(&one.files, "this speaks of no file", "").help("name files, or move the rules to `[rules]`"),
            );
        }
        (globs(one.files.get_ref(), wrongs), levels(&one.rules, &unselected, wrongs))
    });
    let overrides = overrides.collect();
    let include = globs(&file.include, wrongs);
    for glob in file.include.iter().filter(|glob| names_everything(glob.get_ref())) {
        let message = format!("`{}` would have every file read as a Dockerfile or Makefile", glob.get_ref());
        wrongs.push(
            wrong(glob, message, "")
                .help("`include` adds files to those that are linted anyway; name them, as in `build/*.docker`"),
        );
    }
    let platforms = file.platforms.as_ref().map(|platforms| {
        if platforms.get_ref().is_empty() {
            wrongs.push(wrong(platforms, "this leaves no platform", "").help("name platforms, or remove the line"));
        }
        platforms.get_ref().iter().for_each(|platform| wrongs.extend(unknown_platform(platform)));
        platforms.get_ref().iter().map(|platform| platform.get_ref().clone()).collect()
    });
    Config {
        include,
        exclude: globs(&file.exclude, wrongs),
        select,
        fail_on: file.fail_on,
        rules,
        overrides,
        assumptions: Assumptions { platforms, images: images::own(&file.images, wrongs) },
    }
}

/// What is wrong with a value, and the words under it.
pub(super) fn wrong<T>(value: &Spanned<T>, message: impl Into<String>, here: impl Into<String>) -> Wrong {
    Wrong { place: value.span(), message: message.into(), here: here.into(), help: None }
}

impl Wrong {
    pub(super) fn help(mut self, help: impl Into<String>) -> Wrong {
        self.help = Some(help.into());
        self
    }
}

/// The closest of several words, as help.
fn nearest(word: &str, all: &[&str]) -> Option<String> {
    let near = similar::get_close_matches(word, all, 1, 0.5);
    near.first().map(|near| format!("did you mean `{near}`?"))
}

/// What keeps the text from having the shape of the file: TOML itself, an unknown key, a value of another type.
fn shape(text: &str, error: &toml::de::Error) -> Wrong {
    let message = error.message().trim();
    let place = error.span().unwrap_or(0..0);
    let place = clip(text, place);
    // serde's own words: "unknown field `x`, expected one of `a`, `b`".
    let mut quoted = message.split('`').skip(1).step_by(2);
    let what = if message.starts_with("unknown field `") {
        "there is no key"
    } else if message.starts_with("unknown variant `") {
        "this cannot be"
    } else {
        let message = match message {
            "wanted string or table" => "this must be one of the words in quotes".to_string(),
            _ => message.lines().next().unwrap_or("this is no TOML").to_string(),
        };
        return Wrong { place, message, here: String::new(), help: None };
    };
    let name = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    let help = elsewhere(name)
        .filter(|_| what == "there is no key")
        .or_else(|| nearest(name, &known))
        .unwrap_or_else(|| format!("one of {}", list(&known)));
    let message = format!("{what} `{name}`");
    Wrong { place, message, here: String::new(), help: Some(help) }
}

/// Where something stands that other linters have under this key.
fn elsewhere(key: &str) -> Option<String> {
    let said = match key {
        "ignore" | "ignored" | "extend-ignore" | "disable" => {
            "a rule is switched off by `<id> = \"off\"` below `[rules]`"
        }
        "enable" | "extend-select" => {
            "all rules are asked; `select` names the only ones that are, `[rules]` their levels"
        }
        "per-file-ignores" => "levels for some files stand below `[[overrides]]`, with `files` and `rules`",
        "extend-exclude" => "`exclude` adds to what is left out anyway",
        "extend-include" => "`include` adds to what is linted anyway",
        "failure-threshold" => "`fail-on` names the mildest finding that fails",
        "trusted-registries" | "trustedRegistries" => "`[images]` says what images of your own hold",
        _ => return None,
    };
    Some(said.to_string())
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Inside the text, at least one character wide where there is one.
fn clip(text: &str, place: Range<usize>) -> Range<usize> {
    let start = (0..=place.start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = (place.end.max(start).min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at));
    start..end.unwrap_or(text.len())
}

/// The rule of an id.
fn known(id: &Spanned<String>, wrongs: &mut Vec<Wrong>) -> Option<&'static str> {
    let found = RULES.iter().map(|rule| rule.id).find(|known| *known == id.get_ref());
    if found.is_none() {
        let help = match rules::nearest(id.get_ref()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`gobin-lint explain` lists them all".to_string(),
        };
        wrongs.push(wrong(id, format!("there is no rule `{}`", id.get_ref()), "").help(help));
    }
    found
}

fn levels(told: &Levels, unselected: &dyn Fn(&str) -> bool, wrongs: &mut Vec<Wrong>) -> BTreeMap<&'static str, Level> {
    let mut out = BTreeMap::new();
    for (id, level) in told {
        let Some(rule) = known(id, wrongs) else { continue };
        if unselected(rule) && *level.get_ref() != Level::Off {
            let message = format!("`select` leaves `{rule}` out, so its level says nothing");
            wrongs.push(wrong(id, message, "").help("add it to `select`, or remove the line"));
        }
        out.insert(rule, *level.get_ref());
    }
    out
}

fn globs(lines: &[Spanned<String>], wrongs: &mut Vec<Wrong>) -> Globs {
    Globs::new(lines.iter().map(|line| line.get_ref().clone()).collect()).unwrap_or_else(|mistakes| {
        let told = mistakes.into_iter().filter_map(|(at, mistake)| {
            let help = "globs are lines of .gitignore, from the directory of this file";
            Some(wrong(lines.get(at)?, format!("`{}` is no glob: {mistake}", lines[at].get_ref()), "").help(help))
        });
        wrongs.extend(told);
        Globs::default()
    })
}

/// Whether no letter of a file's own name is written.
fn names_everything(glob: &str) -> bool {
    let name = glob.trim_end_matches('/').rsplit('/').next().unwrap_or(glob);
    !glob.starts_with('!') && (glob.ends_with('/') || !name.is_empty() && name.chars().all(|c| c == '*'))
}

fn unknown_platform(platform: &Spanned<String>) -> Option<Wrong> {
    let told = platform.get_ref();
    let parts: Vec<&str> = told.split('/').collect();
    let (base, variant) = match parts.as_slice() {
        [os, arch] => (format!("{os}/{arch}"), None),
        [os, arch, variant] => (format!("{os}/{arch}"), Some((*arch, *variant))),
        _ => (told.clone(), None),
    };
    let has = |(arch, variant)| VARIANTS.iter().any(|(known, all)| *known == arch && all.contains(&variant));
    if PLATFORMS.contains(&base.as_str()) && variant.is_none_or(has) {
        return None;
    }
    let other = KERNEL.iter().find(|(name, _)| parts.last() == Some(name));
    let help = match other {
        Some((_, go)) => format!("did you mean `linux/{go}`?"),
        None => nearest(told, PLATFORMS).unwrap_or_else(|| format!("one of {}", list(PLATFORMS))),
    };
    Some(wrong(platform, format!("there is no platform `{told}`"), "").help(help))
}
