//! Knows what compose files and CI say of an image's build: its context and its Dockerfile, and the scripts that CI runs.
//! Refuses to know the rest of them, and values that something fills in later.

use super::yaml::Yaml;

/// One image that a file has built. Paths as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImageBuild {
    pub context: String,
    /// `None`: `Dockerfile` in the context.
    pub dockerfile: Option<String>,
    /// What the file mounts into its containers: `./data:/data:ro`, or the place alone.
    pub volumes: Vec<String>,
}

/// A script of CI.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Where it starts, from the checkout's root.
    pub directory: String,
    /// The names of the variables that the file sets for it.
    pub variables: Vec<String>,
    pub script: String,
}

/// The `build:` of every service; a Dockerfile is named from its context.
pub fn of_compose(file: &Yaml) -> Vec<ImageBuild> {
    let services = file.get("services").into_iter().flat_map(Yaml::entries);
    let build = |service: &Yaml| Some(ImageBuild { volumes: volumes(service), ..of_service(service.get("build")?)? });
    services.filter_map(|(_, service)| build(service)).collect()
}

/// The short form of each, or the long form's place.
fn volumes(service: &Yaml) -> Vec<String> {
    let all = service.get("volumes").into_iter().flat_map(Yaml::elements);
    all.filter_map(|volume| Some(volume.text().or_else(|| volume.get("target")?.text())?.to_string())).collect()
}

fn of_service(build: &Yaml) -> Option<ImageBuild> {
    if let Some(context) = build.text() {
        return Some(ImageBuild { context: plain(context)?, dockerfile: None, volumes: Vec::new() });
    }
    if build.get("dockerfile_inline").is_some() {
        return None;
    }
    let context = build.get("context").map_or(Some("."), Yaml::text)?;
    Some(ImageBuild { context: plain(context)?, dockerfile: dockerfile(build.get("dockerfile"))?, volumes: Vec::new() })
}

/// Every step of a workflow that uses docker/build-push-action; both paths are named from the checkout's root.
pub fn of_workflow(file: &Yaml) -> Vec<ImageBuild> {
    steps(file).filter_map(|(_, step)| of_action(step)).collect()
}

fn of_action(step: &Yaml) -> Option<ImageBuild> {
    step.get("uses")?.text()?.strip_prefix("docker/build-push-action@")?;
    let with = |name: &str| step.get("with").and_then(|with| with.get(name));
    // Without a context the action has the repository itself built, as git has it.
    let context = with("context").map_or(Some(WHOLE), Yaml::text)?;
    let context = context.strip_prefix(WHOLE).map_or(context, |rest| rest.strip_prefix(':').unwrap_or("."));
    let whole = with("context").and_then(Yaml::text).is_none_or(|text| text == WHOLE);
    let named = dockerfile(with("file"))?;
    Some(ImageBuild {
        context: if whole { ".".to_string() } else { plain(context)? },
        dockerfile: named,
        volumes: Vec::new(),
    })
}

/// What docker/build-push-action calls the repository.
const WHOLE: &str = "{{defaultContext}}";

/// The jobs' steps, each with its job.
fn steps(file: &Yaml) -> impl Iterator<Item = (&Yaml, &Yaml)> {
    let jobs = file.get("jobs").into_iter().flat_map(Yaml::entries);
    jobs.flat_map(|(_, job)| job.get("steps").into_iter().flat_map(Yaml::elements).map(move |step| (job, step)))
        .take(STEPS)
}

/// How many steps of one file are looked at.
const STEPS: usize = 2_000;

/// The `run:` of every step of a workflow.
pub fn scripts_of_workflow(file: &Yaml) -> Vec<Step> {
    let directory = |of: &Yaml| of.get("defaults")?.get("run")?.get("working-directory")?.text().map(str::to_string);
    let all = steps(file).filter_map(|(job, step)| {
        let own = step.get("working-directory").and_then(Yaml::text).map(str::to_string);
        let directory = own.or_else(|| directory(job)).or_else(|| directory(file));
        Some(Step {
            directory: directory.map_or(Some(String::new()), |text| plain(&text))?,
            variables: names([file, job, step].into_iter().filter_map(|level| level.get("env"))),
            script: step.get("run")?.text()?.to_string(),
        })
    });
    all.collect()
}

/// The `before_script:` and `script:` of every job of a `.gitlab-ci.yml`, in one shell.
pub fn scripts_of_gitlab(file: &Yaml) -> Vec<Step> {
    let lines = |of: &Yaml, key: &str| of.get(key).map(|script| script.texts().collect::<Vec<_>>().join("\n"));
    let jobs = file.entries().filter(|(_, job)| job.get("script").is_some()).take(STEPS);
    jobs.map(|(_, job)| {
        let before = lines(job, "before_script").or_else(|| lines(file, "before_script"));
        Step {
            directory: String::new(),
            variables: names([file, job].into_iter().filter_map(|level| level.get("variables"))),
            script: [before.unwrap_or_default(), lines(job, "script").unwrap_or_default()].join("\n"),
        }
    })
    .collect()
}

fn names<'y>(maps: impl Iterator<Item = &'y Yaml>) -> Vec<String> {
    maps.flat_map(Yaml::entries).map(|(name, _)| name.to_string()).collect()
}

/// The outer `None`: which one is not known.
fn dockerfile(value: Option<&Yaml>) -> Option<Option<String>> {
    value.map_or(Some(None), |value| Some(Some(plain(value.text()?)?)))
}

/// A path of the checkout as written: no variable, no expression, no address.
fn plain(text: &str) -> Option<String> {
    let elsewhere = text.contains(['$', ':', '{']) || text.starts_with('/');
    (!elsewhere && !text.is_empty()).then(|| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml::parse;

    fn build(context: &str, dockerfile: Option<&str>) -> ImageBuild {
        ImageBuild { context: context.into(), dockerfile: dockerfile.map(str::to_string), volumes: Vec::new() }
    }

    #[test]
    fn compose_names_a_context_and_a_dockerfile_in_it() {
        let text = "services:\n  a:\n    build: ./a\n  b:\n    build:\n      context: .\n      dockerfile: b/Dockerfile\n  \
                    c:\n    image: redis\n  d:\n    build: ${DIR}\n  e:\n    build: https://example.com/e.git\n";
        let file = parse(text).unwrap();
        assert_eq!(of_compose(&file), [build("./a", None), build(".", Some("b/Dockerfile"))]);
    }

    #[test]
    fn compose_names_what_it_mounts() {
        let text = "services:\n  a:\n    build: .\n    volumes:\n      - ./src:/src:ro\n      - {type: bind, source: ., target: /b}\n";
        assert_eq!(of_compose(&parse(text).unwrap())[0].volumes, ["./src:/src:ro", "/b"]);
    }

    #[test]
    fn a_step_that_builds_names_both_from_the_root() {
        let step = |with: &str| format!("      - uses: docker/build-push-action@v6\n        with: {{{with}}}\n");
        let text = [
            "jobs:\n  image:\n    steps:\n      - uses: actions/checkout@v4\n".to_string(),
            step("context: ., file: build/Dockerfile"),
            step("file: '${{ matrix.image }}/Dockerfile'"),
            step(""),
            step("context: '{{defaultContext}}:svc'"),
            step("context: '{{defaultContext}}', file: x/Dockerfile"),
        ];
        let built = of_workflow(&parse(&text.concat()).unwrap());
        let expected = [
            build(".", Some("build/Dockerfile")),
            build(".", None),
            build("svc", None),
            build(".", Some("x/Dockerfile")),
        ];
        assert_eq!(built, expected);
    }

    #[test]
    fn scripts_with_where_they_start_and_what_is_set() {
        let text = "env: {A: 1}\ndefaults: {run: {working-directory: svc}}\njobs:\n  x:\n    env: {B: 2}\n    steps:\n      \
                    - run: make\n        env: {C: 3}\n      - run: ls\n        working-directory: ${{ matrix.dir }}\n      \
                    - run: pwd\n        working-directory: .\n";
        let step = |directory: &str, variables: &[&str], script: &str| Step {
            directory: directory.into(),
            variables: variables.iter().map(|name| name.to_string()).collect(),
            script: script.into(),
        };
        let steps = scripts_of_workflow(&parse(text).unwrap());
        assert_eq!(steps, [step("svc", &["A", "B", "C"], "make"), step(".", &["A", "B"], "pwd")]);
        let text = "variables: {A: 1}\nbefore_script: [cd svc]\nstages: [x]\nbuild:\n  variables: {B: 2}\n  script:\n    \
                    - make\n    - docker build .\n";
        let steps = scripts_of_gitlab(&parse(text).unwrap());
        assert_eq!(steps, [step("", &["A", "B"], "cd svc\nmake\ndocker build .")]);
    }
}
