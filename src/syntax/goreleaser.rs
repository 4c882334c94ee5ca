//! Knows which Dockerfiles a goreleaser configuration builds images from, and what lies in the context of each.
//! Refuses to know templates: a name that one decides is not known.

use super::yaml::Yaml;

/// An entry of `dockers:`. Its context is a directory of its own: the Dockerfile, the programs and what `extra_files` name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReleaseImage {
    /// As written, from the checkout's root.
    pub dockerfile: String,
    /// The line that it begins at, counted from 1.
    pub line: usize,
    /// The programs, whichever of them it takes; `None` where a name is not known.
    pub programs: Option<Vec<String>>,
    /// As written; one may name a directory, or be a pattern.
    pub extra_files: Vec<String>,
    /// nFPM's packages lie beside the programs.
    pub packages: bool,
}

/// The names by which a goreleaser configuration goes, first come.
pub const NAMES: [&str; 6] = [
    ".config/goreleaser.yml",
    ".config/goreleaser.yaml",
    ".goreleaser.yml",
    ".goreleaser.yaml",
    "goreleaser.yml",
    "goreleaser.yaml",
];

/// Every entry of `dockers:` whose Dockerfile is named without a template.
pub fn images(file: &Yaml) -> Vec<ReleaseImage> {
    // What these bring is not here.
    let more = ["includes", "monorepo", "dockers_v2"].iter().any(|key| file.get(key).is_some());
    let programs = programs(file).filter(|_| !more);
    let entries = file.get("dockers").into_iter().flat_map(Yaml::elements);
    let of_entry = |entry: &Yaml| {
        let dockerfile = entry.get("dockerfile").map_or(Some("Dockerfile"), Yaml::text)?;
        let known = entry.get("templated_extra_files").is_none() && entry.get("templated_dockerfile").is_none();
        let extra_files: Vec<String> =
            entry.get("extra_files").into_iter().flat_map(Yaml::texts).map(str::to_string).collect();
        let known = known && !extra_files.iter().any(|file| file.contains("{{"));
        (!dockerfile.contains("{{")).then(|| ReleaseImage {
            dockerfile: dockerfile.to_string(),
            line: entry.line,
            programs: programs.clone().filter(|_| known),
            extra_files,
            packages: file.get("nfpms").is_some(),
        })
    };
    entries.filter_map(of_entry).collect()
}

/// What the builds are called: `binary`, by default the project's name.
fn programs(file: &Yaml) -> Option<Vec<String>> {
    let project = file.get("project_name").and_then(Yaml::text).filter(|name| !name.contains("{{"));
    let Some(builds) = file.get("builds") else { return Some(vec![project?.to_string()]) };
    let of_build = |build: &Yaml| {
        let go = build.get("builder").is_none_or(|builder| builder.text() == Some("go"));
        let name = match build.get("binary") {
            None => project?.to_string(),
            Some(name) => named(name.text()?, project)?,
        };
        go.then_some(name)
    };
    builds.elements().map(of_build).collect()
}

/// A name whose only template is the project's name.
fn named(text: &str, project: Option<&str>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, template)) = rest.split_once("{{") {
        let (template, after) = template.split_once("}}")?;
        out.push_str(before);
        out.push_str(project.filter(|_| template.trim() == ".ProjectName")?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

impl ReleaseImage {
    /// Whether a path of the context is there; `None` where that is not known.
    pub fn has(&self, path: &str) -> Option<bool> {
        let clean = |path: &str| path.trim_start_matches("./").trim_matches('/').to_string();
        let (path, programs) = (clean(path), self.programs.as_ref()?);
        let over = |one: &str, other: &str| one == other || other.strip_prefix(one).is_some_and(|o| o.starts_with('/'));
        let extra = self.extra_files.iter().map(|file| clean(file));
        let package = [".deb", ".rpm", ".apk", ".zst", ".ipk"].iter().any(|suffix| path.ends_with(suffix));
        // `binary: bin/app` lies in `bin`; older releases took its name alone.
        let alone = programs.iter().filter_map(|program| program.rsplit('/').next()).map(str::to_string);
        let mut there = extra.chain(programs.iter().cloned()).chain(alone).chain([clean(&self.dockerfile)]);
        if self.packages && package {
            return None;
        }
        Some(path.is_empty() || there.any(|own| over(&own, &path) || over(&path, &own)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml::parse;

    fn only(text: &str) -> ReleaseImage {
        let [only] = <[ReleaseImage; 1]>::try_from(images(&parse(text).unwrap())).unwrap();
        only
    }

    #[test]
    fn the_context_holds_the_programs_and_the_extra_files() {
        let image =
            only("project_name: app\nbuilds:\n  - env: [CGO_ENABLED=0]\ndockers:\n  - extra_files: [conf/x.yml]\n");
        assert_eq!((image.dockerfile.as_str(), image.line), ("Dockerfile", 5));
        for (path, there) in [("app", true), ("./app", true), ("conf", true), ("/conf/x.yml", true), ("", true)] {
            assert_eq!(image.has(path), Some(there), "{path}");
        }
        for path in ["main", "apps", "conf/y.yml", "bin/app", "app.apk"] {
            assert_eq!(image.has(path), Some(false), "{path}");
        }
        let below = only("builds: [{binary: bin/app}]\ndockers: [{}]\n");
        for (path, there) in [("bin/app", true), ("bin", true), ("app", true), ("bin/apps", false)] {
            assert_eq!(below.has(path), Some(there), "{path}");
        }
        let packaged = only("project_name: app\nnfpms: [{}]\ndockers: [{}]\n");
        assert_eq!((packaged.has("x.apk"), packaged.has("x")), (None, Some(false)));
    }

    #[test]
    fn names() {
        let programs = |builds: &str| only(&format!("project_name: p\nbuilds: {builds}\ndockers: [{{}}]\n")).programs;
        assert_eq!(programs("[{binary: a}, {binary: 'x/{{ .ProjectName }}d'}]"), Some(vec!["a".into(), "x/pd".into()]));
        for open in ["[{binary: 'a-{{ .Os }}'}]", "[{builder: prebuilt}]"] {
            assert_eq!(programs(open), None, "{open}");
        }
        for open in ["dockers: [{}]\n", "project_name: p\ndockers_v2: []\ndockers: [{}]\n"] {
            assert_eq!(only(open).programs, None, "{open}");
        }
        assert_eq!(only("builds: [{binary: a}]\ndockers: [{}]\n").programs, Some(vec!["a".into()]));
        assert_eq!(images(&parse("dockers: [{dockerfile: '{{ .Os }}.Dockerfile'}]\n").unwrap()), []);
    }
}
