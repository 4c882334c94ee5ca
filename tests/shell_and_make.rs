//! Knows what must hold for the shell and Makefile trees of any text: no panic, every place inside the file, on whole characters.
//! Refuses to know what the trees should be.

use gobin_lint::source::{FileId, MemoryCheckout, Sources, Span};
use gobin_lint::syntax::SyntaxError;
use gobin_lint::syntax::fold::{Folded, hole_char};
use gobin_lint::syntax::makefile::{self, Condition, Item, Piece, RecipeItem, Unexpanded, unterminated, words};
use gobin_lint::syntax::shell::{self, Node, Redirect, Script, Word, WordPart};
use proptest::prelude::*;
use std::sync::Arc;

fn file() -> FileId {
    Sources::new(Arc::new(MemoryCheckout::default())).add("f", "")
}

/// Visits a tree and asserts that its places are inside the file.
struct Places<'t> {
    file: &'t str,
}

impl Places<'_> {
    fn span(&self, span: Span) {
        let range = span.range();
        assert!(self.file.get(range.clone()).is_some(), "{range:?} is no part of {:?}", self.file);
    }

    fn errors(&self, errors: &[SyntaxError]) {
        errors.iter().for_each(|error| self.span(error.span));
    }

    fn text(&self, text: &Folded) {
        self.span(text.whole());
        self.part(text, &Unexpanded::whole(text), 0);
        words(text).into_iter().for_each(|word| self.span(text.slice(word).whole()));
        if let Some(found) = unterminated(text) {
            self.span(text.span(found.range));
        }
    }

    fn part(&self, text: &Folded, part: &Unexpanded, depth: usize) {
        let mut end = part.range().start;
        for piece in part.pieces(text) {
            let range = piece.range();
            assert_eq!(range.start, end, "pieces tile the text");
            end = range.end;
            self.span(text.span(range));
            if let Piece::Call { arguments, .. } = piece {
                for argument in arguments {
                    self.span(text.span(argument.range()));
                    if depth < 8 {
                        self.part(text, argument, depth + 1);
                    }
                }
            }
        }
        assert_eq!(end, part.range().end);
    }

    fn script(&self, script: &Script) {
        self.errors(&script.errors);
        self.nodes(&script.commands);
    }

    fn nodes(&self, nodes: &[Node]) {
        nodes.iter().for_each(|node| self.node(node));
    }

    fn node(&self, node: &Node) {
        self.span(node.span());
        match node {
            Node::Simple(simple) => {
                for assign in &simple.assigns {
                    self.span(assign.name_span);
                    self.span(assign.span);
                    self.word(&assign.value);
                }
                simple.words.iter().for_each(|word| self.word(word));
                self.redirects(&simple.redirects);
            }
            Node::Pipeline { commands, .. } => self.nodes(commands),
            Node::List { first, rest, .. } => {
                self.node(first);
                rest.iter().for_each(|(_, node)| self.node(node));
            }
            Node::Background { command, .. } | Node::Not { command, .. } => self.node(command),
            Node::Group { body, redirects, .. } | Node::Subshell { body, redirects, .. } => {
                self.nodes(body);
                self.redirects(redirects);
            }
            Node::If { branches, otherwise, .. } => {
                for branch in branches {
                    self.nodes(&branch.condition);
                    self.nodes(&branch.body);
                }
                otherwise.iter().for_each(|body| self.nodes(body));
            }
            Node::While { condition, body, .. } => {
                self.nodes(condition);
                self.nodes(body);
            }
            Node::For { words, body, .. } => {
                words.iter().flatten().for_each(|word| self.word(word));
                self.nodes(body);
            }
            Node::Case { subject, arms, .. } => {
                self.word(subject);
                for arm in arms {
                    arm.patterns.iter().for_each(|word| self.word(word));
                    self.nodes(&arm.body);
                }
            }
            Node::Function { body, .. } => self.nodes(body),
            Node::Opaque { .. } => {}
        }
    }

    fn redirects(&self, redirects: &[Redirect]) {
        for redirect in redirects {
            self.span(redirect.span);
            self.word(&redirect.target);
            redirect.heredoc.iter().for_each(|body| self.span(body.whole()));
        }
    }

    fn word(&self, word: &Word) {
        self.span(word.span);
        for part in &word.parts {
            match part {
                WordPart::Variable { modifier, span, .. } => {
                    self.span(*span);
                    if let Some(modifier) = modifier {
                        self.word(&modifier.word);
                        modifier.replacement.iter().for_each(|word| self.word(word));
                    }
                }
                WordPart::Substitution { script, span, .. } => {
                    self.span(*span);
                    self.script(script);
                }
                WordPart::Opaque { span } => self.span(*span),
                WordPart::Literal { .. } | WordPart::Tilde | WordPart::Hole { .. } => {}
            }
        }
    }

    fn items(&self, items: &[Item]) {
        for item in items {
            match item {
                Item::Variable(variable) => {
                    self.span(variable.span);
                    self.text(&variable.name);
                    self.text(&variable.value);
                    variable.targets.iter().for_each(|text| self.text(text));
                }
                Item::Rule(rule) => {
                    self.span(rule.span);
                    [&rule.targets, &rule.prerequisites, &rule.order_only].iter().for_each(|text| self.text(text));
                    rule.static_pattern.iter().for_each(|text| self.text(text));
                    self.recipe(&rule.recipe);
                }
                Item::Export { names, span, .. } => {
                    self.span(*span);
                    names.iter().for_each(|text| self.text(text));
                }
                Item::Undefine { name, span, .. } => {
                    self.span(*span);
                    self.text(name);
                }
                Item::Include { paths, span, .. } => {
                    self.span(*span);
                    self.text(paths);
                }
                Item::Conditional(conditional) => {
                    self.span(conditional.span);
                    for (condition, items) in &conditional.branches {
                        self.condition(condition.as_ref());
                        self.items(items);
                    }
                }
                Item::Expansion { text, span } => {
                    self.span(*span);
                    self.text(text);
                }
            }
        }
    }

    fn condition(&self, condition: Option<&Condition>) {
        match condition {
            Some(Condition::Eq { left, right, span, .. }) => {
                self.span(*span);
                self.text(left);
                self.text(right);
            }
            Some(Condition::Defined { name, span, .. }) => {
                self.span(*span);
                self.text(name);
            }
            None => {}
        }
    }

    fn recipe(&self, items: &[RecipeItem]) {
        for item in items {
            match item {
                RecipeItem::Line(line) => {
                    self.span(line.span);
                    self.text(&line.text);
                    self.script(&shell::parse(&line.text));
                }
                RecipeItem::Conditional(conditional) => {
                    self.span(conditional.span);
                    for (condition, items) in &conditional.branches {
                        self.condition(condition.as_ref());
                        self.recipe(items);
                    }
                }
            }
        }
    }
}

fn shell_holds(text: &str) {
    let mut folded = Folded::new(file());
    folded.push(text, 0);
    Places { file: text }.script(&shell::parse(&folded));
}

/// Every `$$` of the file stands for one `$`, every `@` for a hole; `¦` is left out as a continuation is.
fn folded_shell_holds(text: &str) {
    let mut folded = Folded::new(file());
    let mut at = 0;
    let mut holes = 0;
    while let Some(c) = text[at..].chars().next() {
        let len = if text[at..].starts_with("$$") { 2 } else { c.len_utf8() };
        match c {
            '$' if len == 2 => folded.push_for("$", at..at + 2),
            '@' => {
                folded.push_for(&hole_char(holes).to_string(), at..at + 1);
                holes += 1;
            }
            '¦' => {}
            _ => folded.push(&text[at..at + len], at),
        }
        at += len;
    }
    Places { file: text }.script(&shell::parse(&folded));
}

fn makefile_holds(text: &str) {
    let makefile = makefile::parse(file(), text);
    let places = Places { file: text };
    places.errors(&makefile.errors);
    places.items(&makefile.items);
}

/// Texts made of what means something to a shell.
fn shell_text() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "a",
        "go build",
        "é",
        " ",
        "\n",
        "\\\n",
        "\\",
        "'",
        "\"",
        "`",
        "$",
        "$$",
        "$(",
        ")",
        "(",
        "((",
        "))",
        "${",
        "}",
        "{ ",
        "; ",
        ";;",
        "&&",
        "||",
        "|",
        "&",
        "!",
        "x=",
        "+=",
        "#",
        "~",
        ":",
        "-",
        "/",
        "%",
        "*",
        "[",
        "]",
        "[[ ",
        "]] ",
        "<",
        ">",
        "<<",
        "<<-",
        "<<<",
        "EOF",
        "2>&1",
        "if ",
        "then ",
        "elif ",
        "else ",
        "fi",
        "for ",
        "in ",
        "do ",
        "done",
        "while ",
        "until ",
        "case ",
        "esac",
        "export ",
        "local ",
        "exit ",
        "return",
        "time ",
        "function ",
        "f()",
        "select ",
        "coproc ",
        "@",
        "¦",
        "\t",
        "\r\n",
        "$'\\x",
        "\0",
    ]);
    prop::collection::vec(tokens, 0..40).prop_map(|tokens| tokens.concat())
}

/// Texts made of what means something to make.
fn make_text() -> impl Strategy<Value = String> {
    let tokens = prop::sample::select(vec![
        "a",
        "b.o",
        "é",
        " ",
        "\n",
        "\n\t",
        "\n",
        "\\\n",
        "\\",
        "\t",
        "#",
        "\\#",
        "$",
        "$$",
        "$(",
        "${",
        ")",
        "}",
        "(",
        ",",
        "=",
        ":=",
        "?=",
        "+=",
        "!=",
        ":",
        "::",
        "&:",
        "|",
        ";",
        "%",
        "@",
        "-",
        "+",
        "\"",
        "'",
        "ifeq ",
        "ifneq ",
        "ifdef ",
        "ifndef ",
        "else",
        "else ifeq ",
        "endif",
        "define ",
        "endef",
        "export ",
        "unexport ",
        "override ",
        "private ",
        "undefine ",
        "include ",
        "-include ",
        "vpath ",
        "$(shell ",
        "$(patsubst ",
        "$@",
        "$(@D)",
        ".RECIPEPREFIX",
        ">",
        "\r\n",
        "\u{feff}",
        "\0",
    ]);
    prop::collection::vec(tokens, 0..40).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_by_the_shell_adapter(text in any::<String>()) {
        shell_holds(&text);
        folded_shell_holds(&text);
    }

    #[test]
    fn shell_like_texts_keep_their_places(text in shell_text()) {
        shell_holds(&text);
        folded_shell_holds(&text);
    }

    #[test]
    fn any_text_is_read_by_the_makefile_adapter(text in any::<String>()) {
        makefile_holds(&text);
    }

    #[test]
    fn make_like_texts_keep_their_places(text in make_text()) {
        makefile_holds(&text);
    }
}
