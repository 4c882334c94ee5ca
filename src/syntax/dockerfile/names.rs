//! Knows which keywords and flags the language has, and which one a mistyped name was probably meant to be.
//! Refuses to know what they do.

/// Every instruction, in the alphabet's order.
pub(super) const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The keyword a word is, whatever its case.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    KEYWORDS.into_iter().find(|k| k.eq_ignore_ascii_case(word))
}

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    /// `--link`, `--link=true` or `--link=false`.
    Bool,
    One,
    /// A value, and the flag may be repeated.
    Many,
}

/// The flags of an instruction; `None` where BuildKit does not look at them.
pub(super) fn flags(keyword: &str) -> Option<&'static [(&'static str, Takes)]> {
    use Takes::{Bool, Many, One};
    Some(match keyword {
        "ADD" => &[
            ("checksum", One),
            ("chmod", One),
            ("chown", One),
            ("exclude", Many),
            ("keep-git-dir", Bool),
            ("link", Bool),
            ("unpack", Bool),
        ],
        "COPY" => {
            &[("chmod", One), ("chown", One), ("exclude", Many), ("from", One), ("link", Bool), ("parents", Bool)]
        }
        "FROM" => &[("platform", One)],
        "HEALTHCHECK" => {
            &[("interval", One), ("retries", One), ("start-interval", One), ("start-period", One), ("timeout", One)]
        }
        "RUN" => &[("device", Many), ("mount", Many), ("network", One), ("security", One)],
        "ARG" | "STOPSIGNAL" => return None,
        _ => &[],
    })
}

/// The keyword that a word which is none was probably meant to be.
pub(super) fn meant(word: &str) -> Option<&'static str> {
    match word.to_ascii_uppercase().as_str() {
        "EXPORT" | "SET" | "SETENV" => Some("ENV"),
        "CD" => Some("WORKDIR"),
        _ => nearest(word, KEYWORDS),
    }
}

/// The name that a mistyped one is nearest to, if it is near enough to be meant.
pub(super) fn nearest(typed: &str, names: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let typed: String = typed.chars().take(32).map(|c| c.to_ascii_uppercase()).collect();
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(typed.len()) <= 2)
        .map(|name| (strsim::damerau_levenshtein(&typed, &name.to_ascii_uppercase()), name))
        .filter(|(d, name)| *d <= 2 && *d * 2 < name.len().min(typed.len() + 1))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mistyped_keyword_was_meant_to_be_one() {
        for (typed, meant) in [
            ("RUNN", Some("RUN")),
            ("COYP", Some("COPY")),
            ("ENTRYPONT", Some("ENTRYPOINT")),
            ("workdri", Some("WORKDIR")),
            ("FORM", Some("FROM")),
            ("EXPORT", Some("ENV")),
            ("apt-get", None),
            ("&&", None),
            ("", None),
        ] {
            assert_eq!(super::meant(typed), meant, "{typed}");
        }
    }
}
