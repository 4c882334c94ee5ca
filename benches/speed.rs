//! Shows what each step costs on texts made here, once, ten times and a hundred times over: the cost has to grow with the bytes.
//! Run with `make bench`; nothing is asserted.

use std::sync::Arc;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use gobin_lint::lint::{self, Options};
use gobin_lint::model::Model;
use gobin_lint::rules::{Question, RULES};
use gobin_lint::source::{FileId, MemoryCheckout, Sources};
use gobin_lint::syntax;

fn main() {
    divan::main();
}

const TIMES: [usize; 3] = [1, 10, 100];

/// A build stage and an image that takes from it.
fn dockerfile(stages: usize) -> String {
    let mut out = String::from("ARG GO=1.24\n");
    for i in 0..stages {
        out.push_str(&format!(
            "FROM golang:${{GO}} AS build{i}\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n\
             RUN CGO_ENABLED=0 go build -trimpath \\\n    -ldflags \"-s -w\" \\\n    -o /out/app{i} ./cmd/app\n\
             FROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build{i} /out/app{i} /usr/local/bin/app{i}\n\
             ENTRYPOINT [\"/usr/local/bin/app{i}\"]\n"
        ));
    }
    out
}

fn makefile(targets: usize) -> String {
    let mut out = String::from("GOBIN := $(CURDIR)/bin\nexport GOBIN\nTOOLS := stringer\n");
    for i in 0..targets {
        out.push_str(&format!(
            "NAME{i} := app{i}\n.PHONY: build{i}\nbuild{i}: $(wildcard *.go)\n\tCGO_ENABLED=0 go build -o bin/$(NAME{i}) ./cmd/app\n\
             \tinstall -m 0755 bin/$(NAME{i}) $(DESTDIR)/usr/local/bin/\n"
        ));
    }
    out
}

fn project(files: &[(String, String)]) -> (Sources, Vec<FileId>) {
    let module = [
        ("go.mod".to_string(), "module example.com/app\n\ngo 1.24\n".to_string()),
        (
            "cmd/app/main.go".to_string(),
            "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\"\", nil) }\n".to_string(),
        ),
    ];
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files.iter().cloned().chain(module))));
    let documents = files.iter().map(|(path, text)| sources.add(path.clone(), text.clone())).collect();
    (sources, documents)
}

/// Many small services, as a monorepo has them.
fn tree(services: usize) -> Vec<(String, String)> {
    let service = |i: usize| [(format!("svc{i}/Dockerfile"), dockerfile(1)), (format!("svc{i}/Makefile"), makefile(3))];
    (0..services).flat_map(service).collect()
}

#[divan::bench(args = TIMES)]
fn parse_dockerfile(bencher: Bencher, times: usize) {
    let text = dockerfile(times);
    let (_, documents) = project(&[("Dockerfile".into(), text.clone())]);
    bencher.counter(BytesCount::of_str(&text)).bench(|| syntax::dockerfile::parse(documents[0], black_box(&text)));
}

#[divan::bench(args = TIMES)]
fn parse_makefile(bencher: Bencher, times: usize) {
    let text = makefile(times);
    let (_, documents) = project(&[("Makefile".into(), text.clone())]);
    bencher.counter(BytesCount::of_str(&text)).bench(|| syntax::makefile::parse(documents[0], black_box(&text)));
}

#[divan::bench(args = TIMES)]
fn follow_dockerfile(bencher: Bencher, times: usize) {
    let text = dockerfile(times);
    let (sources, documents) = project(&[("Dockerfile".into(), text.clone())]);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Model::build(black_box(&sources), &documents).dockerfiles.len());
}

#[divan::bench(args = TIMES)]
fn follow_makefile(bencher: Bencher, times: usize) {
    let text = makefile(times);
    let (sources, documents) = project(&[("Makefile".into(), text.clone())]);
    bencher.counter(BytesCount::of_str(&text)).bench(|| Model::build(black_box(&sources), &documents).makefiles.len());
}

#[divan::bench(args = TIMES)]
fn ask_rules(bencher: Bencher, times: usize) {
    let files = tree(times);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let (sources, documents) = project(&files);
    let model = Model::build(&sources, &documents);
    let questions = RULES.iter().filter_map(|rule| match rule.question {
        Question::Model(question) => Some(question),
        Question::Comments(_) => None,
    });
    let questions: Vec<_> = questions.collect();
    let ask = || questions.iter().map(|question| question(black_box(&model)).len()).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(ask);
}

#[divan::bench(args = TIMES)]
fn whole_tree(bencher: Bencher, times: usize) {
    let files = tree(times);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    let (sources, documents) = project(&files);
    let options = Options::default();
    bencher.counter(BytesCount::new(bytes)).bench(|| lint::lint(black_box(&sources), &documents, &options));
}

/// One RUN of very many lines.
#[divan::bench(args = [200, 2_000, 20_000])]
fn long_run(bencher: Bencher, lines: usize) {
    let text = format!("FROM golang:1.24\nRUN true{}\n", " \\\n  && echo x".repeat(lines));
    let (sources, documents) = project(&[("Dockerfile".into(), text.clone())]);
    let options = Options::default();
    bencher.counter(BytesCount::of_str(&text)).bench(|| lint::lint(black_box(&sources), &documents, &options));
}
