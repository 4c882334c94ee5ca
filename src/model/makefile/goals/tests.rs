//! Knows what GNU make 4.3 printed for small Makefiles, and holds make in a stage to it.
//! Refuses to know rules of the linter.

use crate::model::assumptions;
use crate::model::dockerfile::{self, Build};
use crate::model::files::Found;
use crate::model::parsed::Parsed;
use crate::model::trace::{CommandRun, EventKind};
use crate::source::{MemoryCheckout, Sources};
use std::sync::Arc;

fn build(makefile: &str, run: &str) -> Build {
    let dockerfile = format!("FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN {run}\n");
    let files = [
        ("Dockerfile", dockerfile.as_str()),
        ("Makefile", makefile),
        ("Sub.mk", "all:\n\techo [$(A)] [$(B)]\n"),
        ("cmd/x.go", "package main\n"),
        ("empty/keep", ""),
    ];
    let sources = Sources::new(Arc::new(MemoryCheckout::new(files)));
    let id = sources.load("Dockerfile").unwrap();
    let parsed = Parsed::of(&sources);
    dockerfile::build(&parsed, parsed.dockerfile(id), &[], &[], &assumptions::NOTHING)
}

/// What the recipes' `echo` commands print.
fn echoes(build: &Build) -> Vec<String> {
    let words = |run: &CommandRun| run.words.iter().map(|word| word.value.to_string()).collect::<Vec<_>>();
    let commands = build.trace.events.iter().filter_map(|event| match &event.kind {
        EventKind::Command(run) if event.span.file != build.document.file => Some(words(run)),
        _ => None,
    });
    commands
        .filter(|words| words.first().is_some_and(|name| name == "echo"))
        .map(|words| words[1..].join(" "))
        .collect()
}

/// Name, Makefile, command, and what make printed.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    (
        "the default goal is the first target that does not begin with a dot",
        ".hidden:\n\techo hidden\n%.o:\n\techo pattern\nall: one\n\techo all\none:\n\techo one\n",
        "make",
        &["one", "all"],
    ),
    (
        ".DEFAULT_GOAL",
        "all:\n\techo all\nother:\n\techo other\n.DEFAULT_GOAL := other\n",
        "make",
        &["other"],
    ),
    (
        "an empty ENV defeats ?=, an absent one does not",
        "A ?= a\nB ?= b\nall:\n\techo [$(A)] [$(B)] [$(C)]\n",
        "A= C=c make",
        &["[] [b] [c]"],
    ),
    (
        "the environment loses to the file, which passes its own value on",
        "A = file\nall:\n\techo $(A) $$A\n",
        "A=env make",
        &["file file"],
    ),
    (
        "the command line wins, and recipes and other makes see it",
        "A = file\nall: A = target\nall:\n\techo $(A) $$A\n\t$(MAKE) -s sub\nsub:\n\techo $(A)\n",
        "make -s A=line",
        &["line line", "line"],
    ),
    (
        "an assignment that is not exported does not reach another make",
        "A = file\nexport B = file\nall:\n\t$(MAKE) -s -f Sub.mk\n",
        "make -s",
        &["[] [file]"],
    ),
    (
        "a target's variable reaches its prerequisites, and them alone",
        "release: M = r\nrelease: build\nall: other release\nbuild:\n\techo build $(M)\nother:\n\techo other $(M)\n",
        "make all",
        &["other", "build r"],
    ),
    (
        "each prerequisite is made once",
        "all: a b\na: c\n\techo a\nb: c\n\techo b\nc:\n\techo c\n",
        "make all c",
        &["c", "a", "b"],
    ),
    (
        "what is there and needs nothing is up to date",
        "all: here phony\n\techo all\nhere:\n\techo here\n.PHONY: phony\nphony:\n\techo phony\n",
        "touch here phony && make",
        &["phony", "all"],
    ),
    (
        "what is there is made again for what was made",
        "all: here\nhere: new\n\techo here\nnew:\n\techo new\n",
        "touch here && make",
        &["new", "here"],
    ),
    (
        "a directory of the target's name is up to date",
        "cmd:\n\techo cmd\n",
        "make cmd",
        &[],
    ),
    (
        "-B makes everything",
        "here:\n\techo here\n",
        "touch here && make -B here",
        &["here"],
    ),
    (
        "-C, and PWD is not CURDIR",
        "all:\n\techo $(notdir $(CURDIR)) $(notdir $(PWD)) $(MAKECMDGOALS)\n",
        "cd cmd && make -sC .. all",
        &["src cmd all"],
    ),
    (
        "options with and without values",
        "all:\n\techo $(X)\n",
        "make -j 4 -sk --no-print-directory -l2 X=1 --jobs=3 all",
        &["1"],
    ),
    (
        "automatic variables",
        "all: out/app.bin\nout/%.bin: cmd/x.go\n\techo $@ $< $* $(@D) $(@F)\n",
        "make",
        &["out/app.bin cmd/x.go app out app.bin"],
    ),
    (
        "static patterns",
        "P = bin/a bin/b\nall: $(P)\n$(P): bin/%: cmd/x.go\n\techo $* $@\n",
        "make",
        &["a bin/a", "b bin/b"],
    ),
    (
        "ifeq asks the environment, ifdef an empty variable",
        "ifeq ($(A),1)\nall:\n\techo one\nelse\nall:\n\techo other\nendif\nifdef B\nX = set\nendif\nall: x\nx:\n\techo x $(X)\n",
        "A=1 B= make",
        &["x", "one"],
    ),
    (
        "cd and export end with their line",
        "all:\n\tcd cmd; export A=1\n\techo [$$A]\n",
        "make",
        &["[]"],
    ),
    (
        ".ONESHELL",
        ".ONESHELL:\nall:\n\tA=1\n\techo [$$A]\n",
        "make",
        &["[1]"],
    ),
    (
        "+= goes on from the environment",
        "A += more\nall:\n\techo $(A)\n",
        "A=env make",
        &["env more"],
    ),
    (
        "origins",
        "A = x\nall:\n\techo $(origin A) $(origin B)\n",
        "make B=1",
        &["file command line"],
    ),
    (
        "make stops at the first unknown goal",
        "all:\n\techo all\n",
        "make nothing all || true",
        &[],
    ),
    (
        "wildcards see the stage",
        "all:\n\techo $(wildcard cmd/*.go)\n",
        "make",
        &["cmd/x.go"],
    ),
    (
        "a goal of which a part is not known is made by its pattern",
        "build.%:\n\techo [$*]\nall:\n\techo all\n",
        "make build.$(cat arch)",
        &["[$(cat arch)]"],
    ),
    (
        "-e lets the environment win over the file, override over both",
        "A = a\noverride B = b\nC = c\nall:\n\techo [$(A)] [$(B)] [$(C)]\n",
        "A=1 B=2 make -e",
        &["[1] [b] [c]"],
    ),
    (
        "--eval is read before the file",
        "A ?= a\nall: ; echo [$(A)]\n",
        "make --eval='A = x'",
        &["[x]"],
    ),
    (
        "-I is where files to include are looked for",
        "include Sub.mk\n",
        "cd empty && make -I .. -f ../Makefile A=1",
        &["[1] []"],
    ),
    (
        ".EXPORT_ALL_VARIABLES, unexport, and the export of one target",
        ".EXPORT_ALL_VARIABLES:\nA = 1\nB = 2\nunexport B\nall: export B = 3\nall:\n\techo [$$A] [$$B]\n",
        "make",
        &["[1] [3]"],
    ),
    (
        "unexport hides what the environment has",
        "unexport A\nall:\n\techo [$$A] [$(A)]\n",
        "A=1 make",
        &["[] [1]"],
    ),
    (
        "another sign in front of recipe lines",
        ".RECIPEPREFIX = >\nall:\n> echo one\n",
        "make",
        &["one"],
    ),
    (
        "an optional file that is absent",
        "-include absent.mk\nall:\n\techo all\n",
        "cd empty && make -f ../Makefile",
        &["all"],
    ),
];

#[test]
fn make_in_a_stage_prints_what_make_prints() {
    let mut wrong = Vec::new();
    for (name, makefile, run, expected) in CASES {
        let printed = echoes(&build(makefile, run));
        if printed != *expected {
            wrong.push(format!("{name}: {printed:?}, but make prints {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn at(build: &Build, path: &str) -> Found {
    struct Nothing;
    impl crate::model::files::Context for Nothing {
        fn find(&self, _: &crate::model::files::Tree, path: &str) -> Found {
            Found::NotInCheckout { context_path: path.into() }
        }
        fn executable(&self, _: &str) -> bool {
            false
        }
    }
    build.stages[0].world.files.find(&crate::model::path::Path::new(path), &Nothing)
}

#[test]
fn files_stay_and_the_environment_does_not() {
    let build = build("export A = 1\nall:\n\tcd cmd && touch made\n", "make && touch after");
    assert!(at(&build, "/src/cmd/made").file().is_some());
    assert!(at(&build, "/src/after").file().is_some());
    assert_eq!(build.stages[0].world.env.binding("A"), None);
}

#[test]
fn what_is_not_followed_taints() {
    let tainted = |makefile: &str, run: &str| matches!(at(&build(makefile, run), "/src/out"), Found::Unknown(_));
    assert!(!tainted("all:\n\ttrue\n", "make"));
    assert!(tainted("all:\n\ttrue\n", "make -f other.mk"), "no such Makefile");
    assert!(tainted("all:\n\ttrue\n", "make -t"), "an option that is not followed");
    assert!(tainted("all:\n\ttrue\n", "make $(cat goals)"), "goals that are not known");
    assert!(tainted("include gone.mk\nall:\n\ttrue\n", "make build"), "a rule in a file that is not there");
    assert!(tainted("$(shell ./rules.sh)\nall:\n\ttrue\n", "make build"), "rules that a script prints");
    assert!(tainted("all:\n\t$(MAKE) all\n", "make"), "make that starts itself for ever");
    assert!(tainted("all: $(TOOLS)/x\n$(shell ls):\n\ttrue\n", "make"), "a prerequisite that any rule may make");
}

#[test]
fn the_goal_that_nothing_makes_is_told() {
    let unknown = |makefile: &str, run: &str| {
        let build = build(makefile, run);
        build.trace.events.iter().find_map(|event| match &event.kind {
            EventKind::Make(run) => run.unknown.as_ref().map(|goal| goal.value.to_string()),
            _ => None,
        })
    };
    assert_eq!(unknown("all:\n\ttrue\n", "make al").as_deref(), Some("al"));
    assert_eq!(unknown("all:\n\ttrue\n", "make all"), None);
    assert_eq!(unknown("all:\n\ttrue\n", "make cmd/x.go"), None, "a file");
    assert_eq!(unknown("all:\n\ttrue\n%: %.c\n\tcc\n", "make al"), None, "a pattern");
    assert_eq!(unknown("-include gone.mk\nall:\n\ttrue\n", "make al"), None, "a file that may be there");
    assert_eq!(unknown(".DEFAULT:\n\ttrue\n", "make al"), None);
    assert_eq!(unknown("VPATH = cmd\nall:\n\ttrue\n", "make x.go"), None);
    assert_eq!(unknown("$(foreach x,a b,$(eval $(x): ; true))\nall:\n\ttrue\n", "make c").as_deref(), Some("c"));
    assert_eq!(unknown("$(eval $(shell ./rules.sh))\nall:\n\ttrue\n", "make c"), None);
    assert_eq!(unknown("ifdef X\nc:\n\ttrue\nendif\nall:\n\ttrue\n", "make c X=1"), None);
    assert_eq!(unknown("ifdef X\nc:\n\ttrue\nendif\nall:\n\ttrue\n", "make c").as_deref(), Some("c"));
}

#[test]
fn a_reading_is_used_again_only_where_its_answers_hold() {
    let makefile =
        "A ?= a\nB := $(wildcard cmd/*.go)\nC := $(MAKECMDGOALS)\nall again:\n\techo [$(A)] [$(B)] [$(C)] [$@]\n";
    let told = |run: &str| echoes(&build(makefile, run));
    let first = "[a] [cmd/x.go] [all] [all]";
    assert_eq!(told("make all && make all"), [first, first]);
    assert_eq!(told("make all && A=b make all"), [first, "[b] [cmd/x.go] [all] [all]"]);
    assert_eq!(told("make all && make again"), [first, "[a] [cmd/x.go] [again] [again]"]);
    assert_eq!(told("make all && touch cmd/y.go && make all")[0], first);
    assert_eq!(told("make all && make all A=c"), [first, "[c] [cmd/x.go] [all] [all]"]);
    assert_eq!(told("make all && rm -r cmd && make all").len(), 2);
    assert_ne!(told("make all && rm -r cmd && make all")[1], first);
}
