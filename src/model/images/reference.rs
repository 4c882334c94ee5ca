//! Knows how image references are written: registry, name, tag, digest, and the mirrors of Docker's library.
//! Refuses to know what the images hold.

use crate::model::value::{Part, Text};

/// An image reference, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Without the registry for Docker's official images (`golang`), with it for all others.
    pub name: String,
    /// `None` where there is none, which means `latest` unless there is a digest.
    pub tag: Option<Text>,
    /// `@sha256:…`: the digest decides, the tag is only documentation.
    pub digest: bool,
}

/// Prefixes whose rest names an image of Docker's library. The last four are conventions of mirrors.
const LIBRARY: &[&str] = &[
    "docker.io/library/",
    "index.docker.io/library/",
    "registry-1.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
    "mirror.gcr.io/",
    "docker.m.daocloud.io/library/",
    "registry.hub.docker.com/library/",
    "quay.io/lib/",
    "library/",
];

/// Docker Hub under other names; the rest is `user/image`, or a library image in short.
const HUB: &[&str] = &["docker.io/", "index.docker.io/"];

impl Reference {
    /// `None` where the name is not literal or is empty.
    pub fn parse(text: &Text) -> Option<Reference> {
        let first = match text.parts().first()? {
            Part::Literal(first) => first.as_str(),
            Part::Symbol(_) => return None,
        };
        let last_slash = first.rfind('/').map_or(0, |at| at + 1);
        let end = first[last_slash..].find([':', '@']).map(|at| at + last_slash);
        if end.is_none() && text.parts().len() > 1 {
            return None;
        }
        let name = &first[..end.unwrap_or(first.len())];
        if name.is_empty() || name.ends_with('/') {
            return None;
        }
        let rest = text.strip_prefix(name)?;
        // A symbol with a slash in it would make all before it a registry with a port; FROM lines do not do that.
        let (tag, digest) = match rest.strip_prefix(":") {
            Some(tag) => {
                let mut pieces = tag.split('@');
                let digest = pieces.len() > 1;
                (Some(pieces.swap_remove(0)), digest)
            }
            None => (None, !rest.is_empty()),
        };
        let name = LIBRARY.iter().chain(HUB).find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        Some(Reference { name: name.to_string(), tag, digest })
    }

    /// The tag where it decides the image: `latest` where there is none.
    /// `None` where a digest decides.
    pub fn deciding_tag(&self) -> Option<Text> {
        match (&self.tag, self.digest) {
            (_, true) => None,
            (Some(tag), false) => Some(tag.clone()),
            (None, false) => Some(Text::literal("latest")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        Reference::parse(&Text::literal(text)).map(|r| r.name)
    }

    #[test]
    fn official_images_have_one_name_whatever_the_registry() {
        for text in [
            "golang",
            "golang:1.24",
            "docker.io/library/golang:1.24@sha256:00",
            "library/golang",
            "docker.io/golang:1",
            "public.ecr.aws/docker/library/golang",
            "mirror.gcr.io/golang",
        ] {
            assert_eq!(name(text).as_deref(), Some("golang"), "{text}");
        }
        assert_eq!(name("localhost:5000/golang:1").as_deref(), Some("localhost:5000/golang"));
        assert_eq!(name(""), None);
        assert_eq!(name("x/"), None);
    }

    #[test]
    fn symbols_are_allowed_behind_the_name_only() {
        let tagged = Text::literal("golang:").concat(&Text::symbol("V")).concat(&"-alpine".into());
        let parsed = Reference::parse(&tagged).unwrap();
        assert_eq!(parsed.tag, Some(Text::symbol("V").concat(&"-alpine".into())));
        assert_eq!(Reference::parse(&Text::symbol("R").concat(&"/golang".into())), None);
        assert_eq!(Reference::parse(&Text::literal("golang").concat(&Text::symbol("R"))), None);
        let digest = Text::literal("alpine@").concat(&Text::symbol("D"));
        assert_eq!(Reference::parse(&digest).unwrap().deciding_tag(), None);
        assert_eq!(Reference::parse(&"alpine".into()).unwrap().deciding_tag(), Some("latest".into()));
    }
}
