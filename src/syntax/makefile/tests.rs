//! Knows what Makefiles must read as.
//! Refuses to know the parser's tree.

use super::*;
use crate::source::{MemoryCheckout, Sources};
use std::sync::Arc;

fn file() -> FileId {
    Sources::new(Arc::new(MemoryCheckout::default())).add("Makefile", "")
}

fn read(text: &str) -> Makefile {
    parse(file(), text)
}

fn folded(text: &str) -> Folded {
    let mut out = Folded::new(file());
    out.push(text, 0);
    out
}

/// Items as one line each.
fn show(items: &[Item]) -> String {
    items.iter().map(item).collect::<Vec<_>>().join("\n")
}

fn item(item: &Item) -> String {
    match item {
        Item::Variable(v) => {
            let flags =
                [(v.export, "export "), (v.unexport, "unexport "), (v.overrides, "override "), (v.private, "private ")];
            let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, text)| *text).collect();
            let targets = v.targets.as_ref().map_or(String::new(), |t| format!("<{}> ", t.text));
            let define = if v.define { "define " } else { "" };
            format!("{targets}{flags}{define}{:?} {:?} {:?}", v.op, v.name.text, v.value.text)
        }
        Item::Rule(r) => {
            let pattern = r.static_pattern.as_ref().map_or(String::new(), |p| format!(" ({})", p.text));
            let sign = match (r.double_colon, r.grouped) {
                (false, false) => ":",
                (true, false) => "::",
                (false, true) => "&:",
                (true, true) => "&::",
            };
            let order_only =
                if r.order_only.text.is_empty() { String::new() } else { format!(" | {}", r.order_only.text) };
            format!("{}{sign}{pattern} {}{order_only}{}", r.targets.text, r.prerequisites.text, recipe(&r.recipe))
        }
        Item::Export { names, undo, .. } => {
            let names: Vec<&str> = names.iter().map(|n| n.text.as_str()).collect();
            format!("{}export {names:?}", if *undo { "un" } else { "" })
        }
        Item::Undefine { name, overrides, .. } => {
            format!("{}undefine {:?}", if *overrides { "override " } else { "" }, name.text)
        }
        Item::Include { paths, optional, .. } => format!("{}include {}", if *optional { "-" } else { "" }, paths.text),
        Item::Conditional(c) => {
            let branches: Vec<String> =
                c.branches.iter().map(|(c, items)| format!("{} {{{}}}", condition(c), show(items))).collect();
            branches.join(" ")
        }
        Item::Expansion { text, .. } => format!("expand {}", text.text),
    }
}

fn recipe(items: &[RecipeItem]) -> String {
    let shown = |item: &RecipeItem| match item {
        RecipeItem::Line(line) => {
            format!("; {}{}{}", if line.inline { "inline " } else { "" }, line.prefix, line.text.text)
        }
        RecipeItem::Conditional(c) => {
            let branches: Vec<String> =
                c.branches.iter().map(|(c, items)| format!("{} {{{}}}", condition(c), recipe(items))).collect();
            format!("; {}", branches.join(" "))
        }
    };
    items.iter().map(shown).collect()
}

fn condition(condition: &Option<Condition>) -> String {
    match condition {
        None => "else".into(),
        Some(Condition::Eq { left, right, negated, .. }) => {
            format!("[{}|{}]{}", left.text, right.text, if *negated { "!" } else { "" })
        }
        Some(Condition::Defined { name, negated, .. }) => format!("[{}]{}", name.text, if *negated { "!" } else { "" }),
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    let makefile = read(text);
    assert_eq!(makefile.errors, [], "{text}");
    assert_eq!(show(&makefile.items), expected, "{text}");
}

#[track_caller]
fn rejects(text: &str, message: &str, at: std::ops::Range<usize>) {
    let errors = read(text).errors;
    let [error] = errors.as_slice() else { panic!("{text}: {errors:?}") };
    assert_eq!((error.message.as_str(), error.span.range()), (message, at), "{text}");
    assert!(error.help.is_some());
}

#[test]
fn every_assignment() {
    reads(
        "A = b\nB := b\nC ::= b\nE ?= b\nF += b\nG != b\n",
        "Recursive \"A\" \"b\"\nSimple \"B\" \"b\"\nSimple \"C\" \"b\"\nDefault \"E\" \"b\"\nAppend \"F\" \"b\"\nShell \"G\" \"b\"",
    );
    reads("A=\nB :=  \n$(C)_x = 1", "Recursive \"A\" \"\"\nSimple \"B\" \"\"\nRecursive \"$(C)_x\" \"1\"");
    reads(
        "override A = 1\nprivate B = 2\nexport C := 3\nunexport D = 4\n",
        "override Recursive \"A\" \"1\"\nprivate Recursive \"B\" \"2\"\nexport Simple \"C\" \"3\"\nunexport Recursive \"D\" \"4\"",
    );
    reads("undefine X\n", "undefine \"X\"");
}

#[test]
fn values_keep_what_make_keeps() {
    reads("A =  b c  # d\n", "Recursive \"A\" \"b c  \"");
    reads(
        "A = b\\#c # d\nB = $(shell echo '#' \\#)\n",
        "Recursive \"A\" \"b#c \"\nRecursive \"B\" \"$(shell echo '#' \\\\#)\"",
    );
    reads(
        "A = a \\\n   b\\\nc\nB := \\\n x\nC = a \\\n \\\n b\n",
        "Recursive \"A\" \"a b c\"\nSimple \"B\" \"x\"\nRecursive \"C\" \"a b\"",
    );
    reads("A = a\\\\\\\n b\n", "Recursive \"A\" \"a\\\\ b\"");
    let text = "A = a \\\n   b\n";
    let makefile = read(text);
    let Item::Variable(variable) = &makefile.items[0] else { panic!() };
    assert_eq!(&text[variable.value.span(2..3).range()], "b");
    assert_eq!(variable.span.range(), 0..text.len() - 1);
}

#[test]
fn definitions_collapse_their_lines() {
    reads(
        "define A =\nx \\\n  y # z\n\n  w\nendef\ndefine B\nendef\n",
        "define Recursive \"A\" \"x y # z\\n\\n  w\"\ndefine Recursive \"B\" \"\"",
    );
    reads("export define C :=\nx\nendef\n", "export define Simple \"C\" \"x\"");
}

#[test]
fn exports_without_values() {
    reads("export\nunexport A\nexport A $(B) # c\n", "export []\nunexport [\"A\"]\nexport [\"A\", \"$(B)\"]");
}

#[test]
fn rules_of_every_kind() {
    reads("a b: c $(D) | e\n", "a b: c $(D) | e");
    reads("%.o: %.c\n\tcc\n", "%.o: %.c; cc");
    reads("a.o b.o: %.o: %.c | d\n", "a.o b.o: (%.o) %.c | d");
    reads("a:: b\na &: b\nc &:: d\n", "a:: b\na&: b\nc&:: d");
    reads("a: b # c\n\n# d\n\n\tx\n", "a: b; x");
    reads(".PHONY: a \\\n  b\n", ".PHONY: a b");
    let text = "a: b # c\n\tx\n";
    let Item::Rule(rule) = &read(text).items[0] else { panic!() };
    assert_eq!(&text[rule.span.range()], "a: b");
}

#[test]
fn target_specific_assignments() {
    reads(
        "t: A = 1\nt u : export override B += 2\n%.x: private C := 3\n",
        "<t> Recursive \"A\" \"1\"\n<t u> export override Append \"B\" \"2\"\n<%.x> private Simple \"C\" \"3\"",
    );
    reads("t:\n  A = 1\n", "t: \nRecursive \"A\" \"1\"");
}

#[test]
fn recipe_lines_are_what_the_shell_gets() {
    reads("a:\n\t@-go build \\\n\t  -o x\n\t+ $(Q)y # z\n", "a: ; @-go build \\\n  -o x; +$(Q)y # z");
    reads("a: b ; @x\n\ty\nc: ;\n", "a: b; inline @x; y\nc: ; inline ");
    reads(".RECIPEPREFIX = >\na:\n>x\n", "Recursive \".RECIPEPREFIX\" \">\"\na: ; x");
    let text = "a:\n\t@go \\\n\t  x\n";
    let Item::Rule(rule) = &read(text).items[0] else { panic!() };
    let RecipeItem::Line(line) = &rule.recipe[0] else { panic!() };
    assert_eq!(&text[line.span.range()], "@go \\\n\t  x");
    let at = line.text.text.find('x').expect("x");
    assert_eq!(&text[line.text.span(at..at + 1).range()], "x");
    assert_eq!(line.text.span(0..2).range(), 5..7);
}

#[test]
fn conditionals_of_both_quotings() {
    reads(
        "ifeq ($(A),b)\nX=1\nelse ifneq \"c\" 'd'\nX=2\nelse\nX=3\nendif\n",
        "[$(A)|b] {Recursive \"X\" \"1\"} [c|d]! {Recursive \"X\" \"2\"} else {Recursive \"X\" \"3\"}",
    );
    reads(
        "ifdef A # x\nB=1\nendif\nifndef $(C)\nB=2\nendif # y\n",
        "[A] {Recursive \"B\" \"1\"}\n[$(C)]! {Recursive \"B\" \"2\"}",
    );
    reads("ifeq ( a , $(call f,b) )\nX=1\nendif\n", "[ a|$(call f,b) ] {Recursive \"X\" \"1\"}");
    reads("ifeq (,$(A))\nifdef B\nX=1\nendif\nendif\n", "[|$(A)] {[B] {Recursive \"X\" \"1\"}}");
}

#[test]
fn conditionals_inside_recipes() {
    reads("a:\n\t1\nifdef X\n\t2\nelse\n\t3\nendif\n\t4\n", "a: ; 1; [X] {; 2} else {; 3}; 4");
    reads("a:\n\t1\nifdef X\n\t2\nB=1\nendif\n", "a: ; 1; [X] {; 2}\n[X] {Recursive \"B\" \"1\"}");
}

#[test]
fn recipe_lines_behind_an_endif_find_their_rules() {
    reads("ifdef X\na:\n\t1\nelse\na:\n\t2\nendif\n\t3\n", "[X] {a: ; 1; 3} else {a: ; 2; 3}");
    reads("b:\nifdef X\na:\n\t1\nendif\n\t3\n", "b: ; [X] {} else {; 3}\n[X] {a: ; 1; 3}");
}

#[test]
fn includes_and_expansions() {
    reads(
        "include a $(B) # c\n-include d\nsinclude e\n$(eval X=1)\n$(info a)\n",
        "include a $(B)\n-include d\n-include e\nexpand $(eval X=1)\nexpand $(info a)",
    );
    reads("x $(y)\n", "expand x $(y)");
}

#[test]
fn a_byte_order_mark_shifts_the_places() {
    let makefile = read("\u{feff}A = 1\n");
    let Item::Variable(variable) = &makefile.items[0] else { panic!() };
    assert_eq!(variable.name.text, "A");
    assert_eq!(variable.name.whole().range(), 3..4);
    assert_eq!(variable.span.range(), 3..8);
}

#[test]
fn carriage_returns_end_lines_too() {
    reads(
        "A = 1\r\na: b\r\n\tx \\\r\n\ty\r\ndefine D\r\n1\r\n2\r\nendef\r\n",
        "Recursive \"A\" \"1\"\na: b; x \\\ny\ndefine Recursive \"D\" \"1\\n2\"",
    );
}

#[test]
fn errors_in_make_s_own_words() {
    rejects("a:\nfoo bar\n", "missing separator", 3..10);
    rejects("a:\n    go build\n", "missing separator", 7..15);
    assert!(read("ifeq (a,$(X))\n\texit\nendif\na:\n").errors.is_empty());
    rejects("\tx\na:\n", "recipe commences before first target", 1..2);
    rejects("ifdef A\nB=1\n", "missing 'endif'", 0..7);
    rejects("endif\n", "extraneous 'endif'", 0..5);
    rejects("else\n", "extraneous 'else'", 0..4);
    rejects("ifdef A\nelse\nelse\nendif\n", "only one 'else' per conditional", 13..17);
    rejects("define A\nb\n", "missing 'endef', unterminated 'define'", 0..8);
    rejects("= 3\n", "empty variable name", 0..3);
    rejects("ifeq (a,b\nendif\n", "invalid syntax in conditional", 0..9);
    rejects("ifeq(a,b)\nendif\n", "missing separator (ifeq/ifneq must be followed by whitespace)", 0..9);
    rejects("A = $(foo\n", "unterminated variable reference", 4..9);
    rejects("A = x $(shell b\nC = 1\n", "unterminated call to function 'shell': missing ')'", 6..15);
    rejects("a:\n\techo ${b\n", "unterminated variable reference", 9..12);
    rejects("a: b: c\n", "target pattern contains no '%'", 3..4);
}

#[test]
fn what_make_accepts_is_no_error() {
    for text in ["$(a) b\n", "endif_x = 1\n", "ifdef A\nendif x\n", ": b\n", "include\n"] {
        let errors = read(text).errors;
        assert!(errors.iter().all(|e| e.message.starts_with("unterminated")), "{text}: {errors:?}");
    }
}

#[test]
fn one_broken_line_does_not_hide_the_rest() {
    let makefile = read("A = 1\nbad line\na: b\n\tx\n");
    assert_eq!(makefile.errors.len(), 1);
    assert_eq!(show(&makefile.items), "Recursive \"A\" \"1\"\na: b; x");
}

/// Pieces with their texts.
fn split(text: &str) -> String {
    let folded = folded(text);
    let at = |part: &Unexpanded| part.written(&folded).to_string();
    let shown = |piece: &Piece| match piece {
        Piece::Literal { range } => format!("'{}'", &text[range.clone()]),
        Piece::Dollar { .. } => "$".into(),
        Piece::Reference { name, substitution: None, .. } => format!("<{}>", at(name)),
        Piece::Reference { name, substitution: Some(both), .. } => {
            format!("<{}:{}={}>", at(name), at(&both.0), at(&both.1))
        }
        Piece::Call { function, arguments, .. } => {
            format!("{function}({})", arguments.iter().map(at).collect::<Vec<_>>().join("|"))
        }
        Piece::Automatic { symbol, flavor, .. } => {
            format!("auto{symbol}{}", flavor.map_or("".into(), |f| format!("{f:?}")))
        }
    };
    Unexpanded::whole(&folded).pieces(&folded).iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn references_are_split_as_make_does() {
    assert_eq!(split("a$(B)c${D}$E"), "'a' <B> 'c' <D> <E>");
    assert_eq!(split("$$x $$$$"), "$ 'x ' $ $");
    assert_eq!(split("$(X:.c=.o) $(X:a)"), "<X:.c=.o> ' ' <X:a>");
    assert_eq!(split("$(patsubst a,b,c,d)"), "patsubst(a|b|c,d)");
    assert_eq!(split("$(shell a, b $(c) (d,e))"), "shell(a, b $(c) (d,e))");
    assert_eq!(split("$(call f,$(a),(b,c),)"), "call(f|$(a)|(b,c)|)");
    assert_eq!(
        split("$@ $(@) $(@D) ${<F} $(@:.o=.c) $(*)"),
        "auto@ ' ' auto@ ' ' auto@Directory ' ' auto<File ' ' <@:.o=.c> ' ' auto*"
    );
    assert_eq!(split("$($(X)_y) $(a$(b:c=d)e)"), "<$(X)_y> ' ' <a$(b:c=d)e>");
    assert_eq!(split("$(shell) $(shellx a) $(foreach v,a b,$(v))"), "<shell> ' ' <shellx a> ' ' foreach(v|a b|$(v))");
    assert_eq!(split("a$(b"), "'a$(b'");
    assert_eq!(split("a$"), "'a$'");
    assert_eq!(split("$((a) b)"), "<(a> ' b)'");
    assert_eq!(split("$(wildcard  *.go)"), "wildcard(*.go)");
}

#[test]
fn unterminated_references_are_found_at_any_depth() {
    let text = folded("$(if a,${b");
    assert_eq!(unterminated(&text).map(|u| (u.range, u.missing)), Some((0..10, ')')));
    let text = folded("$(if a,${b)");
    assert_eq!(unterminated(&text).map(|u| (u.range, u.missing)), Some((7..10, '}')));
    assert_eq!(unterminated(&folded("$$(a $(b)")), None);
}

#[test]
fn long_and_deep_files_are_read_in_time() {
    let texts = [
        "$(".repeat(20_000),
        format!("A = {}", "$(a ".repeat(20_000)),
        format!("A = {}", "$((a)".repeat(20_000)),
        format!("A = {}", "x \\\n".repeat(20_000)),
        format!("a: {}", "b ".repeat(20_000)),
        "ifdef A\n".repeat(5_000),
        "ifdef A\na:\nendif\n".repeat(500) + "\tx\n",
        format!("a:\n{}", "\tx\n".repeat(20_000)),
        format!("A = {}", "\\#$(".repeat(20_000)),
    ];
    let all = move || texts.iter().map(|text| read(text).items.len()).sum::<usize>();
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(all).expect("a thread");
    assert!(thread.join().is_ok());
}

#[test]
fn targets_as_they_are_written() {
    let makefile = read("a b: c\n%.o: %.c\nkind-%-$(X):\n$(Y):\nifdef Z\nd:\nendif\n.PHONY: a\n");
    for (name, named) in
        [("a", true), ("b", true), ("c", false), ("x.o", true), (".o", false), ("kind-x-y", false), ("d", false)]
    {
        assert_eq!(makefile.names_target(name), named, "{name}");
    }
    assert!(!makefile.names_target("$(Y)") && !makefile.names_target(".PHONY"));
}

#[test]
fn includes_as_they_are_written() {
    let makefile = read("include a.mk b/c.mk\n-include d.mk $(E) f/*.mk\nifdef Z\ninclude g.mk\nendif\n");
    assert_eq!(makefile.includes().collect::<Vec<_>>(), ["a.mk", "b/c.mk", "d.mk"]);
}

#[test]
fn another_makes_language_is_not_read() {
    for line in [
        "!ifdef DEBUG",
        "!IF \"$(X)\" == \"\"",
        ".include <bsd.prog.mk>",
        ".if defined(X)",
        "!error no",
        ".EXTENSIONS: .l",
    ] {
        let other = read(&format!("A = b &\n    c\n{line}\n"));
        assert!(other.items.is_empty() && other.errors.is_empty(), "{line}");
    }
    for line in [".include: a", "\t!if x", ".if = a"] {
        assert!(!read(&format!("a:\n{line}\n")).items.is_empty(), "{line}");
    }
}
