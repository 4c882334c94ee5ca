//! Knows which recipes count as building an image, with what, and what lies in the context by then.
//! Refuses to know what rules make of it.

use super::*;
use crate::model::Model;
use crate::source::MemoryCheckout;

const MAIN: &str = "package main\n\nimport \"net/http\"\n\nfunc main() { _ = http.ListenAndServe(\":80\", nil) }\n";
const IMAGE: &str = "FROM scratch\nARG NAME=other\nCOPY bin/$NAME /app\nENTRYPOINT [\"/app\"]\n";

fn model<T>(makefile: &str, files: &[(&str, &str)], look: impl Fn(&Model) -> T) -> T {
    let mut all =
        vec![("Makefile", makefile), ("Dockerfile", IMAGE), ("go.mod", "module m\n\ngo 1.24\n"), ("main.go", MAIN)];
    all.extend(files);
    let sources = Sources::new(Arc::new(MemoryCheckout::new(all.iter().copied())));
    let documents: Vec<FileId> =
        all.iter().filter(|(path, _)| path.contains("file")).filter_map(|(path, _)| sources.load(path)).collect();
    look(&Model::build(&sources, &documents))
}

/// The ways in which recipes build the Dockerfile: the goal, the arguments, the platforms, and what lies in the context.
fn ways(makefile: &str) -> Vec<String> {
    model(makefile, &[], |model| {
        let ways = model.invoked.iter().filter_map(|build| build.invocation.as_ref());
        ways.map(|way| {
            let arguments: Vec<String> = way.arguments.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let made: Vec<String> = way.made().into_iter().map(|(path, _)| path).collect();
            format!("{} [{}] {} {}", way.goal, arguments.join(" "), way.platforms.join(","), made.join(" "))
        })
        .collect()
    })
}

#[test]
fn what_a_recipe_built_lies_in_the_context() {
    let build = "image:\n\tgo build -o bin/app .\n";
    for (command, way) in [
        ("docker build --build-arg NAME=app -t x .", "image [NAME=app]  bin/app"),
        ("docker image build -qt x .", "image []  bin/app"),
        ("docker buildx build --platform=linux/arm64 --load . -t x", "image [] linux/arm64 bin/app"),
        ("podman build -f./Dockerfile $(CURDIR)", "image []  bin/app"),
        ("$(DOCKER) build --pull $(FLAGS) \"$$PWD\"/.", ""),
        ("DOCKER_BUILDKIT=1 docker build --label a=b --no-cache .", "image []  bin/app"),
        ("docker build --file=Dockerfile ./", "image []  bin/app"),
        ("docker build bin -f Dockerfile", "image []  app"),
    ] {
        let ways = ways(&format!("{build}\t{command}\n"));
        assert_eq!(ways.first().map_or("", String::as_str), way, "{command}");
    }
}

#[test]
fn what_is_not_known_of_the_command_line_is_no_invocation() {
    let build = "image:\n\tgo build -o bin/app .\n";
    for command in [
        "docker build - < Dockerfile",
        "docker build -f - . < Dockerfile",
        "docker build https://git.example.com/app.git",
        "docker build $(shell cat options) .",
        "docker build --build-context base=../base .",
        "docker build --brand-new option .",
        "docker build ../elsewhere",
        "docker build -f other.Dockerfile .",
        "docker push x",
        "if [ -n \"$$CI\" ]; then docker build .; fi",
    ] {
        assert_eq!(ways(&format!("{build}\t{command}\n")), Vec::<String>::new(), "{command}");
    }
}

#[test]
fn the_goal_with_its_own_recipe_names_the_way() {
    let makefile = "all: image\n\nbin/app:\n\tgo build -o $@ .\n\nimage: bin/app\n\tdocker build .\n\npush: image\n\tdocker push x\n";
    assert_eq!(ways(makefile), ["image []  bin/app"]);
    let apart = "all: build image\n\nbuild:\n\tgo build -o bin/app .\n\nimage:\n\tdocker build .\n";
    assert_eq!(ways(apart), ["all []  bin/app"]);
}

#[test]
fn recipes_that_agree_decide_the_context() {
    let context = |makefile: &str| {
        let files = [("svc/x.Dockerfile", "FROM golang\nCOPY . .\n"), ("svc/main.go", MAIN)];
        model(makefile, &files, |model| {
            let path = |build: &&Arc<Build>| model.sources.get(build.document.file).path == "svc/x.Dockerfile";
            model.dockerfiles.iter().find(path).and_then(|build| build.context.clone())
        })
    };
    assert_eq!(context("image:\n\techo\n"), None);
    assert_eq!(context("image:\n\tdocker build -f svc/x.Dockerfile .\n").as_deref(), Some(""));
    assert_eq!(context("image:\n\tcd svc && docker build -f x.Dockerfile .\n").as_deref(), Some("svc"));
    let two = "a:\n\tdocker build -f svc/x.Dockerfile .\nb:\n\tdocker build -f svc/x.Dockerfile svc\n";
    assert_eq!(context(two), None);
}

#[test]
fn makes_that_recipes_start_are_followed() {
    let sub = "image:\n\tgo build -o ../bin/$(NAME) ..\n\tdocker build --build-arg NAME=$(NAME) ..\nNAME ?= app\n";
    let seen = |makefile: &str| {
        let files = [("sub/Makefile", sub)];
        model(makefile, &files, |model| {
            let ways = model.invoked.iter().filter_map(|build| build.invocation.as_ref());
            ways.map(|way| {
                let made: Vec<String> = way.made().into_iter().map(|(path, _)| path).collect();
                format!("{} {}", way.goal, made.join(" "))
            })
            .collect::<Vec<_>>()
        })
    };
    assert_eq!(seen("all:\n\techo\n"), ["image bin/app"]);
    assert_eq!(seen("all:\n\t$(MAKE) -C sub image NAME=own\n"), ["image bin/app", "all bin/own"]);
    assert_eq!(seen("export NAME = own\nall:\n\tcd sub && make\n"), ["image bin/app", "all bin/own"]);
    // What make starts itself again and again ends.
    assert_eq!(seen("all:\n\t$(MAKE) all\n\t$(MAKE) all\n\t$(MAKE) -C sub\n").len(), 1);
}

#[test]
fn a_recipe_goes_on_where_the_make_that_it_starts_ends() {
    let makefile = "all: bin/app\n\t$(MAKE) image\nimage:\n\tdocker build .\nbin/app:\n\tgo build -o $@ .\n";
    assert_eq!(ways(makefile), ["all []  bin/app"]);
    let behind = "all:\n\t$(MAKE) bin/app\n\tdocker build .\nbin/app:\n\tgo build -o $@ .\n";
    assert_eq!(ways(behind), ["all []  bin/app"]);
}
