//! Knows where containers of an image get something mounted when they are started: what compose files say, and whoever runs `docker build`
//! and then `docker run -v`.
//! Refuses to know what is mounted there.

use super::invocation::Invocation;
use super::path::Path;
use super::value::Text;
use std::collections::BTreeMap;

/// A `docker run` that mounts something.
#[derive(Clone, Debug)]
pub struct ContainerRun {
    /// One of them is the image.
    words: Vec<Text>,
    places: Vec<Path>,
}

impl ContainerRun {
    /// What stands behind `run`. `None` where nothing is mounted.
    pub fn read(words: Vec<Text>) -> Option<ContainerRun> {
        let next = words.iter().skip(1).map(Some).chain([None]);
        let places = words.iter().zip(next).filter_map(|(word, next)| match word.as_literal() {
            Some("-v" | "--volume") => of_volume(next?),
            Some("--mount") => of_mount(next?),
            _ => match (word.strip_prefix("--mount="), word.strip_prefix("--volume=").or(word.strip_prefix("-v"))) {
                (Some(mount), _) => of_mount(&mount),
                (_, volume) => of_volume(&volume?),
            },
        });
        let places: Vec<Path> = places.collect();
        (!places.is_empty()).then_some(ContainerRun { words, places })
    }

    fn starts(&self, tag: &Text) -> bool {
        let bare = |text: &Text| text.strip_suffix(":latest").unwrap_or_else(|| text.clone());
        self.words.iter().any(|word| bare(word) == bare(tag))
    }
}

/// The place of `HOST:/place:ro`, or of `/place` alone.
pub fn of_volume(text: &Text) -> Option<Path> {
    let parts = text.split(':');
    let behind = parts.iter().skip(1).find(|part| part.literal_prefix().starts_with('/'));
    Path::root().join(behind.or(parts.first().filter(|part| part.literal_prefix().starts_with('/')))?)
}

/// The place of `type=bind,source=HOST,target=/place`.
fn of_mount(text: &Text) -> Option<Path> {
    let parts = text.split(',').into_iter();
    let mut places =
        parts.filter_map(|part| ["target=", "destination=", "dst="].iter().find_map(|name| part.strip_prefix(name)));
    Path::root().join(&places.next()?)
}

/// By the Dockerfile, as a path of the checkout.
#[derive(Clone, Default, Debug)]
pub struct Mounts {
    places: BTreeMap<String, Vec<Path>>,
}

impl Mounts {
    /// What is mounted into containers of images that the same script or Makefile builds.
    pub fn told(invocations: &[Invocation], runs: &[ContainerRun]) -> Mounts {
        let mut out = Mounts::default();
        for (invocation, run) in invocations.iter().flat_map(|i| runs.iter().map(move |run| (i, run))) {
            if invocation.tags.iter().any(|tag| run.starts(tag)) {
                out.add(&invocation.dockerfile, run.places.iter().cloned());
            }
        }
        out
    }

    pub fn add(&mut self, dockerfile: &str, places: impl IntoIterator<Item = Path>) {
        let all = self.places.entry(dockerfile.to_string()).or_default();
        for place in places {
            if !all.contains(&place) {
                all.push(place);
            }
        }
    }

    pub fn join(mut self, other: Mounts) -> Mounts {
        other.places.into_iter().for_each(|(dockerfile, places)| self.add(&dockerfile, places));
        self
    }

    pub fn of(&self, dockerfile: &str) -> &[Path] {
        self.places.get(dockerfile).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_run() {
        let read = |line: &str| {
            let run = ContainerRun::read(line.split(' ').map(Text::literal).collect())?;
            Some(run.places.iter().map(Path::to_string).collect::<Vec<_>>().join(" "))
        };
        for (line, places) in [
            ("--rm -v .:/src app", Some("/src")),
            ("-v/a:/b:ro --volume=/c app", Some("/b /c")),
            ("--mount type=bind,src=/a,dst=/b --mount=type=tmpfs,destination=/c app", Some("/b /c")),
            ("-v data:relative app", None),
            ("--rm app", None),
        ] {
            assert_eq!(read(line).as_deref(), places, "{line}");
        }
    }
}
