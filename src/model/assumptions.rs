//! Knows what a project says of the world outside of its files: what it builds for, and which images of its own it builds on.
//! Refuses to know where that is written.

use super::images::OwnImages;

/// What a project's configuration says for some of its files.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumptions {
    /// `os/arch`, perhaps with a variant; `None` for whatever somebody builds for.
    pub platforms: Option<Vec<String>>,
    pub images: OwnImages,
}

/// The project says nothing.
pub static NOTHING: Assumptions = Assumptions { platforms: None, images: OwnImages::NONE };

impl Assumptions {
    /// Whether images for a platform are built at all.
    pub fn builds_for(&self, platform: &str) -> bool {
        let base = |platform: &str| platform.splitn(3, '/').take(2).map(str::to_string).collect::<Vec<_>>();
        self.platforms.as_ref().is_none_or(|all| all.iter().any(|own| base(own) == base(platform)))
    }
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        NOTHING.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_of_one_platform() {
        let own = Assumptions { platforms: Some(vec!["linux/arm64".to_string()]), ..Assumptions::default() };
        assert!(own.builds_for("linux/arm64/v8") && !own.builds_for("linux/amd64"));
        assert!(NOTHING.builds_for("linux/s390x"));
    }
}
