//! Knows what GNU make does with small Makefiles: numbers in names are those of the collected facts.
//! Refuses to know rules of the linter.

use super::*;
use crate::model::trace::{CommandRun, EventKind, HopKind, Place};
use crate::source::{MemoryCheckout, Sources};

fn follow_files(files: &[(&str, &str)]) -> Recipes {
    let checkout = MemoryCheckout::new(files.iter().copied());
    let sources = Sources::new(Arc::new(checkout));
    let id = sources.load(files[0].0).unwrap();
    let parsed = Parsed::of(&sources);
    follow(&parsed, parsed.makefile(id))
}

fn follow_text(text: &str) -> Recipes {
    follow_files(&[("Makefile", text)])
}

fn value(text: &str, name: &str) -> String {
    match &follow_text(text).variables[name].value {
        Value::Text(text) => text.to_string(),
        other => format!("{other:?}"),
    }
}

/// The commands that all recipes run, as `target: words`.
fn commands(recipes: &Recipes) -> Vec<String> {
    let line = |target: &str, run: &CommandRun| {
        let assigns = run.assigns.iter().map(|(name, value, _)| format!("{name}={value}"));
        let words = run.words.iter().map(|word| word.value.to_string());
        format!("{target}: {}", assigns.chain(words).collect::<Vec<_>>().join(" "))
    };
    let events = recipes.trace.events.iter();
    events
        .filter_map(|event| match (&event.kind, &event.place) {
            (EventKind::Command(run), Place::Recipe { target, .. }) => Some(line(target, run)),
            _ => None,
        })
        .collect()
}

/// What `go version` would see of a variable in the first recipe that runs it.
fn seen(text: &str, name: &str) -> Value {
    let recipes = follow_text(text);
    let run = recipes.trace.events.iter().find_map(|event| match &event.kind {
        EventKind::Go(run) => Some(run),
        _ => None,
    });
    run.unwrap().setting(name).unwrap().value
}

#[test]
fn flavors_of_assignment() {
    assert_eq!(value("A = $(B)\nB = late\n", "A"), "late");
    assert_eq!(value("B = early\nA := $(B)\nB = late\n", "A"), "early");
    assert_eq!(value("A ::= x\n", "A"), "x");
    assert_eq!(value("A = 1\nA ?= 2\n", "A"), "1");
    assert_eq!(value("A ?= 2\n", "A"), "2");
    assert_eq!(value("A = 1\nA += $(B)\nB = 2\n", "A"), "1 2");
    assert_eq!(value("B = 1\nA := x\nA += $(B)\nB = 2\n", "A"), "x 1");
    assert_eq!(value("A != git describe\n", "A"), "$(git describe)");
    assert_eq!(value("define A\none\ntwo\nendef\n", "A"), "one\ntwo");
    assert_eq!(value("override A := 1\nA := 2\n", "A"), "1");
    assert_eq!(value("A = $(A)x\n", "A"), "Unknown(Why { reason: \"`A` refers to itself\", span: None })");
}

#[test]
fn an_empty_default_is_a_value() {
    assert_eq!(value("A :=\nA ?= 2\n", "A"), "");
}

#[test]
fn the_environment_keeps_its_part() {
    assert_eq!(value("GOFLAGS += -mod=vendor\n", "GOFLAGS"), "${GOFLAGS} -mod=vendor");
    assert_eq!(value("A := $(GOPATH)/bin\n", "A"), "${GOPATH}/bin");
}

#[test]
fn the_checkout_has_one_name_109() {
    for text in [
        "$(CURDIR)/bin",
        "$(shell pwd)/bin",
        "$(abspath ./bin)",
        "$(abspath bin)",
        "${PWD}/bin",
        "$(shell cd bin && pwd)",
    ] {
        assert_eq!(value(&format!("A := {text}\n"), "A"), "./bin", "{text}");
        let literal = value(&format!("ifeq ({text},$(CURDIR)/bin)\nA = same\nendif\n"), "A");
        assert_eq!(literal, "same", "{text}");
    }
    let shell = follow_text("a:\n\tmkdir $$(pwd)/bin $$PWD/bin $(CURDIR)/bin\n");
    assert_eq!(commands(&shell).last().unwrap(), "a: mkdir ./bin ./bin ./bin");
    let below = follow_files(&[("build/Makefile", "A := $(abspath ../bin)\nB := $(CURDIR)\n")]);
    assert_eq!(below.variables["A"].value.to_string(), "./bin");
    assert_eq!(below.variables["B"].value.to_string(), "./build");
}

#[test]
fn nobody_knows_what_the_checkout_is_called() {
    assert_eq!(value("A := $(notdir $(CURDIR))\n", "A"), "$(notdir .)");
    let text = "ifeq ($(CURDIR),/src)\nA = 1\nelse\nA = 2\nendif\n";
    assert!(value(text, "A").starts_with("Unknown"));
}

#[test]
fn functions_of_text() {
    for (call, expected) in [
        ("$(dir a/b c)", "a/ ./"),
        ("$(notdir a/b c)", "b c"),
        ("$(basename a/b.go c)", "a/b c"),
        ("$(suffix a/b.go c)", ".go"),
        ("$(addprefix bin/,a b)", "bin/a bin/b"),
        ("$(addsuffix .exe,a b)", "a.exe b.exe"),
        ("$(join a b,1 2)", "a1 b2"),
        ("$(patsubst %.c,%.o,a.c b.h)", "a.o b.h"),
        ("$(subst :, ,a:b)", "a b"),
        ("$(strip  a   b )", "a b"),
        ("$(firstword a b)", "a"),
        ("$(lastword a b)", "b"),
        ("$(word 2,a b c)", "b"),
        ("$(words a b c)", "3"),
        ("$(wordlist 2,3,a b c d)", "b c"),
        ("$(filter %.go x,a.go b.c x)", "a.go x"),
        ("$(filter-out %.go,a.go b.c)", "b.c"),
        ("$(sort b a b)", "a b"),
        ("$(findstring a,bar)", "a"),
        ("$(foreach x,a b,<$(x)>)", "<a> <b>"),
        ("$(if x,yes,no)", "yes"),
        ("$(if ,yes,no)", "no"),
        ("$(or ,b)", "b"),
        ("$(and a,b)", "b"),
        ("$(F)", "1"),
        ("$(call f,x,y)", "x-y"),
        ("$(SRC:.c=.o)", "a.o"),
        ("$(SRC:%.c=%.x)", "a.x"),
        ("$(origin F)", "file"),
        ("$(value f)", "$(1)-$(2)"),
        ("$(shell echo x)", "x"),
        ("$(shell go env GOPATH)/bin", "$(go env GOPATH)/bin"),
        ("$(shell git describe --tags)", "$(git describe --tags)"),
        ("$(firstword $(subst :, ,$(GOPATH)))", "$(firstword $(subst :, ,${GOPATH}))"),
        ("$(lastword $(MAKEFILE_LIST))", "Makefile"),
        ("$(dir $(abspath $(lastword $(MAKEFILE_LIST))))", "./"),
        ("$(realpath Makefile)", "./Makefile"),
        ("$(wildcard Make*)", "Makefile"),
        ("$$HOME", "$HOME"),
        ("$(error x)", ""),
    ] {
        let text = format!("F = 1\nSRC = a.c\nf = $(1)-$(2)\nA := {call}\n");
        assert_eq!(value(&text, "A"), expected, "{call}");
    }
}

#[test]
fn eval_writes_lines() {
    assert_eq!(value("$(foreach x,A B,$(eval $(x) := 1$(x)))\n", "B"), "1B");
    let text = "define rule\n$(1): $(2)\n\tgo version $$@ $(GOPATH)\nendef\n$(eval $(call rule,app,main.go))\n";
    let recipes = follow_text(text);
    assert_eq!(commands(&recipes), ["app: go version app ${GOPATH}"]);
}

#[test]
fn decided_conditions_take_one_branch() {
    assert_eq!(value("X = 1\nifeq ($(X),1)\nA = yes\nelse\nA = no\nendif\n", "A"), "yes");
    assert_eq!(value("ifdef X\nA = yes\nelse ifeq (a,a)\nA = else\nendif\nX = 1\n", "A"), {
        "Unknown(Why { reason: \"`A` depends on a condition that is not known\", span: Some(Span { file: FileId(0), start: 8, end: 15 }) })"
    });
    assert_eq!(value("X = 1\nifndef X\nA = yes\nelse\nA = no\nendif\n", "A"), "no");
}

#[test]
fn undecided_conditions_are_joined() {
    let text =
        "ifeq (,$(shell go env GOBIN))\nGOBIN=$(shell go env GOPATH)/bin\nelse\nGOBIN=$(shell go env GOBIN)\nendif\n";
    assert!(value(text, "GOBIN").starts_with("Unknown"));
    assert_eq!(value("ifdef V\nA = 1\nelse\nA = 1\nendif\n", "A"), "1");
    let quiet = "ifdef V\nQ =\nelse\nQ = @\nendif\na:\n\t$(Q)go version\n";
    assert_eq!(commands(&follow_text(quiet)), ["a: go version"]);
    let quiet = "ifneq ($(V),1)\nQ := @\nendif\na:\n\t$(Q)go version\n";
    assert_eq!(commands(&follow_text(quiet)), ["a: go version"]);
    let flags = "ifdef V\nFLAGS =\nendif\na:\n\tgo build $(FLAGS)\n";
    assert_eq!(commands(&follow_text(flags)), ["a: go build …"]);
    let export = follow_text("GOBIN := /x\nifdef CI\nexport GOBIN\nendif\n");
    assert_eq!(export.variables["GOBIN"].exported, Export::Maybe);
}

#[test]
fn an_unexported_variable_stays_in_make_104() {
    assert!(matches!(seen("GOBIN := /x\na:\n\tgo version\n", "GOBIN"), Value::Unknown(_)));
    assert_eq!(seen("a:\n\tgo version\n", "GOBIN"), Value::Text(Text::symbol("GOBIN")));
    assert_eq!(seen("unexport GOBIN\na:\n\tgo version\n", "GOBIN"), Value::Unset);
}

#[test]
fn exported_variables_reach_the_shell_105_107() {
    for text in [
        "export GOBIN := /x\na:\n\tgo version\n",
        "GOBIN := /x\nexport GOBIN\na:\n\tgo version\n",
        "a:\n\tgo version\nGOBIN := /x\nexport GOBIN\n",
        "export\nGOBIN := /x\na:\n\tgo version\n",
        ".EXPORT_ALL_VARIABLES:\nGOBIN := /x\na:\n\tgo version\n",
        "export GOBIN ?= /x\na:\n\tgo version\n",
        "a: export GOBIN := /x\na:\n\tgo version\n",
        "%: export GOBIN := /x\na:\n\tgo version\n",
        "a:\n\tGOBIN=/x go version\n",
        ".ONESHELL:\na:\n\texport GOBIN=/x\n\tgo version\n",
        "b: export GOBIN := /x\nb: a\n\ttrue\nc:\n\tgo version\na:\n\tgo version $$GOBIN\n",
    ] {
        let recipes = follow_text(text);
        let seen = recipes.trace.events.iter().any(|event| match &event.kind {
            EventKind::Go(run) => run.setting("GOBIN").is_some_and(|s| s.value == Value::literal("/x")),
            _ => false,
        });
        assert!(seen, "{text}");
    }
}

#[test]
fn each_line_is_a_shell_of_its_own_106() {
    let text = "a:\n\texport GOBIN=/x\n\tcd src\n\tgo version $$GOBIN\n";
    assert_eq!(commands(&follow_text(text)).last().unwrap(), "a: go version ${GOBIN}");
    let recipes = follow_text(text);
    let Some(EventKind::Go(run)) = recipes.trace.events.last().map(|e| &e.kind) else { panic!() };
    assert_eq!(run.directory, Ok(crate::model::path::Path::in_checkout("")));
}

#[test]
fn blanks_do_not_make_a_recipe() {
    let recipes = follow_text("docker: app\n  CGO_ENABLED=0\n\napp:\n\tgo version\n");
    assert_eq!(recipes.variables["CGO_ENABLED"].value, Value::literal("0"));
    assert_eq!(commands(&recipes), ["app: go version"]);
}

#[test]
fn automatic_variables() {
    let text = "bin/app: main.go go.mod | bin\n\tgo version $@ $< $^ $(@D) $(@F) $|\n";
    assert_eq!(commands(&follow_text(text)), ["bin/app: go version bin/app main.go main.go go.mod bin app bin"]);
    let text = "bin/%: cmd/%/main.go\n\tgo version $* $<\nall: bin/app\n\techo $^\n";
    assert_eq!(commands(&follow_text(text)), ["bin/$*: go version $* cmd/$*/main.go", "all: echo bin/app"]);
    let text = "TOOLS = bin/a bin/b\n$(TOOLS): bin/%: cmd/%\n\tgo version $* $@\n";
    assert_eq!(commands(&follow_text(text)), ["bin/a: go version a bin/a", "bin/b: go version b bin/b"]);
}

#[test]
fn prerequisites_run_first_and_say_nothing() {
    let recipes = follow_text("all: one two\n\techo all\none: two\n\techo one\ntwo:\n\ttouch x\n");
    assert_eq!(commands(&recipes), ["all: echo all", "one: echo one", "two: touch x"]);
    let files = follow_text("all: x\n\tcp x bin/y\nx:\n\ttouch x\n");
    let copied = files.trace.hops.iter().find(|hop| hop.kind == HopKind::Copied);
    assert!(copied.is_none_or(|hop| hop.previous.is_some()));
}

#[test]
fn included_files_are_read() {
    let recipes = follow_files(&[
        ("Makefile", "include build/*.mk\ninclude $(TOP)tools.mk\na:\n\tgo version $(A)\n"),
        ("build/a.mk", "A = 1\nTOP = ./\n"),
        ("tools.mk", "b:\n\tgo version b\ninclude Makefile\n"),
    ]);
    assert_eq!(commands(&recipes), ["b: go version b", "a: go version 1"]);
    assert!(!recipes.open);
    let open = follow_text("-include local.mk\na:\n\tgo version $(GOBIN)\n");
    assert!(open.open);
    assert!(matches!(seen("-include local.mk\na:\n\tgo version\n", "GOBIN"), Value::Unknown(_)));
    assert!(follow_files(&[("rules.mk", "a:\n\tgo version\n")]).open);
}

#[test]
fn a_value_with_lines_starts_several_shells() {
    let text = "define build\n@cd src\n\ngo version\nendef\na:\n\t$(build)\n";
    let recipes = follow_text(text);
    assert_eq!(commands(&recipes), ["a: cd src", "a: go version"]);
    let span = recipes.trace.events[1].span;
    assert_eq!(&text[span.range()], "$(build)");
}

#[test]
fn places_lie_in_the_file() {
    let text = "DIR = /x\na:\n\t@GOBIN=$(DIR)/bin \\\n\t  go version $$HOME\n";
    let recipes = follow_text(text);
    assert_eq!(commands(&recipes), ["a: GOBIN=/x/bin go version ${HOME}"]);
    let event = &recipes.trace.events[0];
    assert_eq!(&text[event.span.range()], "GOBIN=$(DIR)/bin \\\n\t  go version $$HOME");
    let EventKind::Command(run) = &event.kind else { panic!() };
    assert_eq!(&text[run.assigns[0].2.range()], "GOBIN=$(DIR)/bin");
    assert!(!run.words[2].exact);
}

#[test]
fn undefined_names_in_front_of_a_command_are_nothing() {
    assert_eq!(commands(&follow_text("a:\n\t$(SUDO) cp a b\n")), ["a: cp a b"]);
}

#[test]
fn endless_texts_end() {
    let mut text = String::from("A0 = xxxxxxxxxxxxxxxx\n");
    for i in 1..40 {
        text.push_str(&format!("A{i} = $(A{}) $(A{})\n", i - 1, i - 1));
    }
    text.push_str("a:\n\techo $(A39)\n$(eval $(eval $(eval a)))\nf = $(call f)\nB := $(f)\n");
    let recipes = follow_text(&text);
    assert!(matches!(recipes.variables["A39"].value, Value::Unknown(_)));
}

#[test]
fn another_shell_is_not_followed() {
    assert!(commands(&follow_text("SHELL := pwsh\na:\n\tRemove-Item x\n")).is_empty());
    assert_eq!(commands(&follow_text("SHELL := /usr/bin/env bash\na:\n\techo\n")), ["a: echo"]);
    assert_eq!(commands(&follow_text("SHELL := env PATH=$(PATH) $(SHELL)\na:\n\techo\n")), ["a: echo"]);
    assert_eq!(commands(&follow_text("ifdef W\nSHELL := pwsh\nendif\na:\n\techo\n")), ["a: echo"]);
}

#[test]
fn a_program_that_was_looked_up_is_that_program() {
    assert_eq!(seen("GO := $(shell which go)\na:\n\tGOBIN=/x $(GO) version\n", "GOBIN"), Value::literal("/x"));
}

/// Pieces that meet in Makefiles, also where they make no sense together.
const PIECES: &[&str] = &[
    "A",
    "B",
    "GOBIN",
    " = ",
    " := ",
    " += ",
    " ?= ",
    "\n",
    "\n",
    "\n\t",
    ": ",
    "%",
    "$(A)",
    "$(B)",
    "$@",
    "$*",
    "$(@D)",
    "$$",
    "$(",
    ")",
    ",",
    "$(eval A = $(B))",
    "$(call A,",
    "$(foreach x,a b,$(x))",
    "$(shell pwd)",
    "$(patsubst %,",
    "$(A:%.c=%)",
    "$(wildcard *)",
    "$(abspath ",
    "$(dir $(A))",
    "$(subst /,,$(CURDIR))",
    "$(notdir ",
    "$(basename ",
    "$(word 2,",
    "$(wordlist 3,1,",
    "$(firstword ",
    "\nifeq (",
    "\nifdef A\n",
    "\nelse\n",
    "\nendif\n",
    "\ndefine A\n",
    "\nendef\n",
    "\ninclude ",
    "export ",
    "unexport ",
    "override ",
    ".ONESHELL:\n",
    "../",
    "/",
    "~",
    "\u{e000}",
    "ü",
    "go install x@v1",
    "cp a b",
    "\\\n",
    "#",
    "'",
    "\"",
    "`",
    "; ",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn any_makefile_is_followed_to_its_end(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        let text = pieces.concat();
        let recipes = follow_text(&text);
        for event in &recipes.trace.events {
            let range = event.span.range();
            proptest::prop_assert!(text.get(range).is_some(), "{text:?}");
        }
    }
}
