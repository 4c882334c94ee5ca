//! Knows Go releases as far as a reference or file names them.
//! Refuses to know what changed between them: that stands beside each decision.

use crate::model::tri::Tri;

/// A release `1.minor.patch`, or what is known of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GoVersion {
    /// `None` where it is not known.
    pub minor: Option<u32>,
    /// `None` where it is not known, or nobody said.
    pub patch: Option<u32>,
    /// The minor is not below this. Equal to `minor` where that is known.
    pub at_least: u32,
}

impl GoVersion {
    /// Any release.
    pub const UNKNOWN: GoVersion = GoVersion { minor: None, patch: None, at_least: 0 };

    /// Go 1.`minor`, some patch level.
    pub fn of(minor: u32) -> GoVersion {
        GoVersion { minor: Some(minor), patch: None, at_least: minor }
    }

    /// Go 1.`minor` or newer.
    pub fn from(minor: u32) -> GoVersion {
        GoVersion { minor: None, patch: None, at_least: minor }
    }

    /// `1.24`, `1.24.5`, `go1.24rc1`. `None` for anything else, such as `1`.
    pub fn parse(text: &str) -> Option<GoVersion> {
        let text = text.strip_prefix("go").unwrap_or(text).strip_prefix("1.")?;
        let (minor, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let minor: u32 = minor.parse().ok()?;
        let patch = match rest.strip_prefix('.') {
            Some(patch) => Some(patch.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?),
            None if rest.is_empty() || rest.starts_with("rc") || rest.starts_with("beta") => None,
            None => return None,
        };
        Some(GoVersion { minor: Some(minor), patch, at_least: minor })
    }

    /// Whether it is Go 1.`minor` or newer.
    pub fn at_least(self, minor: u32) -> Tri {
        match self.minor {
            Some(own) => Tri::of(own >= minor),
            None if self.at_least >= minor => Tri::Yes,
            None => Tri::Unknown,
        }
    }

    /// What holds for both. Commutative, associative, idempotent.
    pub fn join(self, other: GoVersion) -> GoVersion {
        let minor = self.minor.filter(|minor| other.minor == Some(*minor));
        GoVersion {
            minor,
            patch: self.patch.filter(|patch| minor.is_some() && other.patch == Some(*patch)),
            at_least: self.at_least.min(other.at_least),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_references_write_them() {
        assert_eq!(GoVersion::parse("1.24.5"), Some(GoVersion { minor: Some(24), patch: Some(5), at_least: 24 }));
        assert_eq!(GoVersion::parse("go1.21rc2"), Some(GoVersion::of(21)));
        for text in ["1", "", "latest", "1.x", "2.1", "1.24.x"] {
            assert_eq!(GoVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn bounds_are_kept_where_the_release_is_not() {
        let joined = GoVersion::of(21).join(GoVersion::of(24));
        assert_eq!(joined, GoVersion::from(21));
        assert_eq!(joined.at_least(20), Tri::Yes);
        assert_eq!(joined.at_least(24), Tri::Unknown);
        assert_eq!(GoVersion::of(19).at_least(20), Tri::No);
        assert_eq!(GoVersion::of(21).join(GoVersion::of(21)), GoVersion::of(21));
    }
}
