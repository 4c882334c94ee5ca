//! Knows what real go did in small projects (tests/record/go.py recorded it), and asks the model the same.
//! Refuses to run go: the answers are data, replayed offline. Equal or Unknown passes, wrong fails.

use gobin_lint::model::go::{Answer, Call, GoVersion, LinkKind, Outcome, Platform, run};
use gobin_lint::model::images::Libc;
use gobin_lint::model::modules::{GoFiles, ModuleView};
use gobin_lint::model::path::Path;
use gobin_lint::model::tri::Tri;
use gobin_lint::model::value::Value;
use gobin_lint::source::MemoryCheckout;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    version: String,
    name: String,
    cwd: String,
    args: Vec<String>,
    env: BTreeMap<String, String>,
    settings: BTreeMap<String, String>,
    gcc: bool,
    files: BTreeMap<String, String>,
    dirs: Vec<String>,
    code: i32,
    text: String,
    wrote: BTreeMap<String, Wrote>,
}

#[derive(Deserialize)]
struct Wrote {
    kind: String,
    mode: String,
}

/// How much of the project the model is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sight {
    All,
    /// No sources and no go.mod: as behind a `git clone`.
    NoSources,
    NoVersion,
    /// Whether there is gcc is not known.
    NoCompiler,
}

fn ask(case: &Case, sight: Sight) -> Answer {
    let checkout = MemoryCheckout::new(case.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let args: Vec<Value> = case.args.iter().map(|word| Value::literal(word.as_str())).collect();
    let look = |map: &BTreeMap<String, String>, key: &str| match map.get(key) {
        Some(value) => Value::literal(value.as_str()),
        None => Value::Unset,
    };
    let place = |path: &Path| {
        path.as_literal().and_then(|path| path.strip_prefix("/T")).map(|rest| rest.trim_start_matches('/').to_string())
    };
    let is_dir = |path: &Path| {
        let Some(place) = place(path) else { return Tri::No };
        let below = |name: &String| *name == place || name.starts_with(&format!("{place}/"));
        let parent = |name: &String| name.starts_with(&format!("{place}/"));
        Tri::of(case.dirs.iter().any(below) || case.files.keys().any(parent))
    };
    let exists = |path: &Path| match sight {
        Sight::NoSources => Tri::Unknown,
        _ => Tri::of(place(path).is_some_and(|place| case.files.contains_key(&place))),
    };
    let map = |path: &Path| if sight == Sight::NoSources { None } else { place(path) };
    let cwd = Path::new("/T").join(&case.cwd.as_str().into()).unwrap();
    run(&Call {
        version: if sight == Sight::NoVersion { GoVersion::UNKNOWN } else { GoVersion::parse(&case.version).unwrap() },
        env: &|key| look(&case.env, key),
        settings: &|key| look(&case.settings, key),
        args: &args,
        cwd: &cwd,
        host: &Platform::new("linux", "amd64"),
        c_compiler: if sight == Sight::NoCompiler { Tri::Unknown } else { Tri::of(case.gcc) },
        libc: Libc::Glibc,
        glibc: None,
        packages: &ModuleView::new(&checkout, &map, &exists, &GoFiles::default()),
        is_dir: &is_dir,
    })
}

/// `Ok(false)`: equal; `Ok(true)`: the model does not know (all of it); Err: it is wrong.
fn judge(case: &Case, sight: Sight, answer: &Answer) -> Result<bool, String> {
    match &answer.outcome {
        Outcome::Unknown(_) => Ok(true),
        Outcome::Fails(failure) => {
            let first = failure.text.lines().next().unwrap_or_default();
            if case.code == 0 {
                Err(format!("model: fails with {first:?}; go: rc 0, wrote {:?}", case.wrote.keys()))
            } else if !case.text.contains(first) {
                Err(format!("model: {first:?}; go: {:?}", case.text))
            } else {
                Ok(false)
            }
        }
        // What is written is said for the case that go succeeds and the package is a program; here the model is not
        // told enough to say whether they do. Nor does it know whether the program that CC names exists.
        Outcome::Writes(_)
            if (sight != Sight::All || case.env.contains_key("CC")) && (case.code != 0 || case.wrote.is_empty()) =>
        {
            Ok(true)
        }
        // Sources that the model does not see: it says where the program lies once they are there.
        Outcome::Writes(outputs)
            if case.code != 0 && outputs.iter().all(|output| output.linkage.kind == LinkKind::Unknown) =>
        {
            Ok(true)
        }
        _ if case.code != 0 => Err(format!("model: {:?}; go: rc {} {:?}", answer.outcome, case.code, case.text)),
        Outcome::Nothing | Outcome::Opaque(_) | Outcome::Settings(_) if case.wrote.is_empty() => Ok(false),
        Outcome::Nothing | Outcome::Opaque(_) | Outcome::Settings(_) => {
            Err(format!("model: nothing; go wrote {:?}", case.wrote.keys()))
        }
        Outcome::Writes(outputs) => {
            let mut open = false;
            let mut known = Vec::new();
            for output in outputs {
                let Ok(path) = &output.path else {
                    open = true;
                    continue;
                };
                let path = path.to_string();
                let Some(real) = case.wrote.get(&path) else {
                    return Err(format!("model: {path}; go wrote {:?}", case.wrote.keys()));
                };
                match (output.linkage.kind, real.kind.as_str()) {
                    (LinkKind::Static, "static" | "static-pie") => {}
                    (LinkKind::DynamicGlibc, "glibc") | (LinkKind::DynamicMusl, "musl") => {}
                    (LinkKind::Library, "library") => {}
                    (LinkKind::Unknown, _) | (LinkKind::Dynamic, "glibc" | "musl") => open = true,
                    (kind, real) => {
                        return Err(format!("{path}: model: {kind:?} ({}); go: {real}", output.linkage.why));
                    }
                }
                let program = sight != Sight::NoSources;
                if program && format!("{:o}", output.mode) != real.mode && real.kind != "other" {
                    return Err(format!("{path}: model: mode {:o}; go: {}", output.mode, real.mode));
                }
                known.push(path);
            }
            if !open && known.len() != case.wrote.len() {
                return Err(format!("model: {known:?}; go wrote {:?}", case.wrote.keys()));
            }
            Ok(open)
        }
    }
}

#[test]
fn the_model_agrees_with_recorded_go() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("data/go/answers.json")).unwrap();
    assert!(cases.len() > 300, "only {} recorded answers", cases.len());
    let mut wrong = Vec::new();
    for sight in [Sight::All, Sight::NoVersion, Sight::NoCompiler, Sight::NoSources] {
        let mut unknown = Vec::new();
        for case in &cases {
            match judge(case, sight, &ask(case, sight)) {
                Ok(false) => {}
                Ok(true) => unknown.push(format!("{} {}", case.version, case.name)),
                Err(what) => wrong.push(format!("{sight:?} {} {}: {what}", case.version, case.name)),
            }
        }
        println!("{sight:?}: {} of {} answers are Unknown", unknown.len(), cases.len());
        if sight == Sight::All {
            println!("{}", unknown.join("\n"));
            assert!(unknown.len() * 6 < cases.len(), "with everything in sight the model should know nearly all");
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
