//! Knows what real builders and a real runc made of small Dockerfiles (tests/container-cases, see its README), and asks the model.
//! Refuses to run containers: the outcomes are data, replayed offline. Where two recent engines differ, either is right.

use gobin_lint::kind::Kind;
use gobin_lint::model::Model;
use gobin_lint::model::verdict::{self, BuildFailure, End, StartFailure, Verdict};
use gobin_lint::source::{MemoryCheckout, Sources};
use std::path::Path;
use std::sync::Arc;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/container-cases");
/// Of a hundred cases, how many the model may leave open.
const UNDECIDED: usize = 15;

/// One row of `outcomes.tsv`.
struct Recorded {
    name: String,
    /// Outcome and last words, by Docker 26 and by BuildKit's head.
    engines: [(String, String); 2],
}

fn recorded() -> Vec<Recorded> {
    let text = std::fs::read_to_string(format!("{CASES}/outcomes.tsv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(
            "case\tdocker26-bk\tbuildkit-head\tdocker20-bk\tdocker20-legacy\tbuildah-podman\ttext_docker26\ttext_buildkit_head"
        )
    );
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let engine = |outcome: usize, text: usize| (cells[outcome].to_string(), cells[text].to_string());
            Recorded { name: cells[0].to_string(), engines: [engine(1, 6), engine(2, 7)] }
        })
        .collect()
}

/// The build context of every case, with the case's Dockerfile in it.
fn model_of(name: &str, look: &mut dyn FnMut(&Model)) {
    let mut checkout = MemoryCheckout::default();
    add(Path::new(CASES).join("src").as_path(), "", &mut checkout);
    let text = std::fs::read_to_string(format!("{CASES}/{name}.Dockerfile")).unwrap();
    checkout.insert("Dockerfile", text.clone());
    let sources = Sources::new(Arc::new(checkout));
    let id = sources.add("Dockerfile", text.clone());
    assert_eq!(Kind::of("Dockerfile", &text), Kind::Dockerfile);
    look(&Model::build(&sources, &[id]));
}

fn add(directory: &Path, prefix: &str, checkout: &mut MemoryCheckout) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            add(&entry.path(), &format!("{path}/"), checkout);
        } else {
            checkout.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The words by which a start that failed in this way is known.
fn words(failure: StartFailure) -> &'static [&'static str] {
    match failure {
        StartFailure::NoCommand => &["no command specified"],
        StartFailure::NoUser => &["unable to find user"],
        StartFailure::NotFound => &["stat ", ": no such file or directory: unknown"],
        StartFailure::NotOnPath => &["executable file not found in $PATH"],
        StartFailure::RelativeEntry => &["cannot run executable found relative to current directory"],
        StartFailure::BehindFile => &[": not a directory: unknown"],
        StartFailure::Directory => &[": is a directory: unknown"],
        StartFailure::NotExecutable => &["\": permission denied: unknown"],
        StartFailure::NoInterpreter => &["exec /", ": no such file or directory"],
        StartFailure::Format => &["exec /", "exec format error"],
        StartFailure::OldLibrary => &["version `GLIBC_", "not found"],
        StartFailure::Inherited => &["ELF"],
    }
}

fn agrees(verdict: &Verdict, (outcome, text): &(String, String)) -> bool {
    match verdict.end {
        End::Undecided => false,
        End::Runs => outcome == "runs",
        End::BuildFails(BuildFailure::Syntax | BuildFailure::Step(_)) => outcome == "build-fails",
        End::StartFails(failure) => {
            let runc = text.contains("OCI runtime create failed");
            outcome == "start-fails"
                && words(failure).iter().all(|words| text.contains(words))
                && (failure != StartFailure::NoInterpreter || !runc)
        }
    }
}

#[test]
fn the_model_ends_as_the_engines_did() {
    let cases = recorded();
    let (mut wrong, mut undecided, mut table) = (0, 0, String::new());
    for case in &cases {
        let mut answer = None;
        model_of(&case.name, &mut |model| {
            let verdict = verdict::of(&model.dockerfiles[0]).unwrap();
            let place = verdict.span.map_or_else(String::new, |span| model.text(span).replace('\n', " "));
            answer = Some((verdict, place));
        });
        let (verdict, place) = answer.unwrap();
        let judgement = match verdict.end {
            End::Undecided => {
                undecided += 1;
                "undecided"
            }
            _ if case.engines.iter().any(|engine| agrees(&verdict, engine)) => "agrees",
            _ => {
                wrong += 1;
                "WRONG"
            }
        };
        let outcomes = case.engines.each_ref().map(|(outcome, _)| outcome.as_str()).join("/");
        let end = format!("{:?}", verdict.end);
        table += &format!("{judgement:9} {:42} {outcomes:24} {end:32} {} [{place}]\n", case.name, verdict.reason);
    }
    let all = cases.len();
    let summary = format!("{table}{} agree, {undecided} undecided, {wrong} wrong, of {all}", all - undecided - wrong);
    println!("{summary}");
    assert_eq!(wrong, 0, "{summary}");
    assert!(undecided * 100 <= UNDECIDED * all, "{summary}");
}
