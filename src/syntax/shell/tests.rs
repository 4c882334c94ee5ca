//! Knows what shell texts must read as.
//! Refuses to know shuck's tree.

use super::super::fold::{Folded, hole_char};
use super::*;
use crate::source::{FileId, MemoryCheckout, Sources};
use std::fmt::Write;
use std::sync::Arc;

fn file() -> FileId {
    Sources::new(Arc::new(MemoryCheckout::default())).add("f", "")
}

fn folded(text: &str) -> Folded {
    let mut out = Folded::new(file());
    out.push(text, 0);
    out
}

/// A script as one line: words as `'literal'` (quoted), `literal`, `$name`, `$(script)`, `#hole`, `?` (opaque).
fn show(script: &Script) -> String {
    let mut out = nodes(&script.commands);
    for error in &script.errors {
        let _ = write!(out, " !{}", error.message);
    }
    out
}

fn nodes(nodes: &[Node]) -> String {
    nodes.iter().map(node).collect::<Vec<_>>().join("; ")
}

fn words(list: &[Word]) -> String {
    list.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn node(node: &Node) -> String {
    let body = nodes;
    match node {
        Node::Simple(simple) => {
            let mut items: Vec<String> = simple
                .assigns
                .iter()
                .map(|a| format!("{}{}{}", a.name, if a.append { "+=" } else { "=" }, word(&a.value)))
                .collect();
            items.extend(simple.words.iter().map(word));
            items.extend(simple.redirects.iter().map(redirect));
            format!("[{}]", items.join(" "))
        }
        Node::Pipeline { commands, .. } => {
            format!("pipe({})", commands.iter().map(self::node).collect::<Vec<_>>().join(" "))
        }
        Node::List { first, rest, .. } => {
            let rest: String = rest.iter().map(|(c, n)| format!(" {c:?} {}", self::node(n))).collect();
            format!("({}{rest})", self::node(first))
        }
        Node::Background { command, .. } => format!("{}&", self::node(command)),
        Node::Not { command, .. } => format!("!{}", self::node(command)),
        Node::Group { body: b, redirects, .. } => {
            format!("{{{}}}{}", body(b), redirects.iter().map(redirect).collect::<String>())
        }
        Node::Subshell { body: b, redirects, .. } => {
            format!("sub({}){}", body(b), redirects.iter().map(redirect).collect::<String>())
        }
        Node::If { branches, otherwise, .. } => {
            let branches: Vec<String> =
                branches.iter().map(|b| format!("{} then {}", body(&b.condition), body(&b.body))).collect();
            let otherwise = otherwise.as_ref().map_or(String::new(), |b| format!(" else {}", body(b)));
            format!("if({}{otherwise})", branches.join(" elif "))
        }
        Node::While { condition, body: b, .. } => format!("while({} do {})", body(condition), body(b)),
        Node::For { name, words: list, body: b, .. } => {
            format!("for({name} in {} do {})", list.as_deref().map_or("@".into(), words), body(b))
        }
        Node::Case { subject, arms, .. } => {
            let arms: Vec<String> = arms.iter().map(|a| format!("{}) {}", words(&a.patterns), body(&a.body))).collect();
            format!("case({} {})", word(subject), arms.join(" "))
        }
        Node::Function { name, body: b, .. } => format!("fn {name}({})", body(b)),
        Node::Opaque { .. } => "?".into(),
    }
}

fn redirect(r: &Redirect) -> String {
    let fd = r.fd.map_or(String::new(), |fd| fd.to_string());
    let body = r.heredoc.as_ref().map_or(String::new(), |h| format!("{:?}", h.text));
    format!("{fd}{}{}{body}", r.op, word(&r.target))
}

fn word(word: &Word) -> String {
    let mark = |quoted: bool| if quoted { "\"" } else { "" };
    let parts = word.parts.iter().map(|part| match part {
        WordPart::Literal { text, quoted: true } => format!("'{text}'"),
        WordPart::Literal { text, quoted: false } => text.to_string(),
        WordPart::Variable { name, modifier: None, quoted, .. } => format!("${}{name}", mark(*quoted)),
        WordPart::Variable { name, modifier: Some(m), quoted, .. } => {
            let replacement = m.replacement.as_ref().map_or(String::new(), |w| format!("/{}", self::word(w)));
            format!("${}{{{name}{}{}{replacement}}}", mark(*quoted), m.op, self::word(&m.word))
        }
        WordPart::Substitution { script, quoted, .. } => format!("${}({})", mark(*quoted), show(script)),
        WordPart::Tilde => "~".into(),
        WordPart::Hole { index, quoted } => format!("#{}{index}", mark(*quoted)),
        WordPart::Opaque { .. } => "?".into(),
    });
    let parts: String = parts.collect();
    if word.parts.is_empty() { "ε".into() } else { parts }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(show(&parse(&folded(text))), expected, "{text}");
}

fn only(script: &Script) -> &Simple {
    match script.commands.as_slice() {
        [Node::Simple(simple)] => simple,
        other => panic!("not one simple command: {other:?}"),
    }
}

#[test]
fn assignments_words_and_redirects() {
    reads("A=1 B=$(x) >f cmd a 2>&1", "[A=1 B=$([x]) cmd a >f 2>&1]");
    reads("A=1 B=", "[A=1 B=ε]");
    reads("A+=x", "[A+=x]");
    reads(">f", "[>f]");
    reads("a <<<\"z\" >&- 2>|q <i", "[a <<<'z' 1>&- 2>|q <i]");
    reads("2>&1 a $(b)", "[a $([b]) 2>&1]");
    reads("a &>>f", "[a >>f 2>&1]");
    reads("a=(1 2) b[1]=2 cmd", "[a=? b=? cmd]");
}

#[test]
fn declarations_are_ordinary_words() {
    reads("export A=1 -x B C+=$x \"D=2\" E=~/x", "[export A=1 -x B C+=$x 'D=2' E=~/x]");
    reads("local x=\"a b\"", "[local x='a b']");
    reads("X=1 readonly Y", "[X=1 readonly Y]");
    reads("declare -a z=(1 2)", "[declare -a z=?]");
    reads("A=1 exit 3 >f", "[A=1 exit 3 >f]");
    reads("return", "[return]");
}

#[test]
fn quotes_and_escapes_are_removed() {
    reads(r#"a\ b"c\"d\q$x"'q'"#, r#"[a' 'b'c"d\q'$"x'q']"#);
    reads(r"a '' $'x\ny'", "[a '' 'x\ny']");
    reads("echo \"\"", "[echo '']");
    reads("a *.go \\*", "[a *.go '*']");
    reads("a\\\nb c\\\n", "[ab c]");
}

#[test]
fn a_continuation_is_not_part_of_the_word_before_it() {
    for text in ["foo\\\n", "foo \\\n", "foo\\\n\\\n"] {
        let script = parse(&folded(text));
        let simple = only(&script);
        assert_eq!(simple.words[0].span.range(), 0..3, "{text:?}");
        assert!(simple.words[0].exact);
        assert_eq!(simple.span.range(), 0..3, "{text:?}");
    }
    let script = parse(&folded("a b\\\nc d"));
    let simple = only(&script);
    assert_eq!(simple.words[1].literal().as_deref(), Some("bc"));
    assert!(!simple.words[1].exact);
    assert_eq!(simple.words[2].span.range(), 7..8);
}

#[test]
fn variables_keep_their_modifiers() {
    reads("a $x ${y} $1 $@ \"$#\"", "[a $x $y $1 $@ $\"#]");
    reads("a ${x:-b} ${x-} ${x:=\"c d\"} ${x:+y} ${x?m}", "[a ${x:-b} ${x-ε} ${x:='c d'} ${x:+y} ${x?m}]");
    reads("a ${x%%.*} ${x#v} ${x%/*} ${x##*/}", "[a ${x%%.*} ${x#v} ${x%/*} ${x##*/}]");
    reads(r"a ${x/a/b} ${x//\//-}", "[a ${x/a/b} ${x//'/'/-}]");
    reads("a \"${x:-$y z}\"", "[a $\"{x:-$\"y' z'}]");
    reads("a ${#x} ${x:1:2} ${!x} ${x^^} ${a[0]} $((1+1))", "[a ? ? ? ? ? ?]");
}

#[test]
fn tildes_only_where_the_shell_expands_them() {
    reads("a ~ ~/x b~ \"~\" ~\"x\" x=~/y", "[a ~ ~/x b~ '~' ~'x' x=~/y]");
    let script = parse(&folded("a ~ ~x/y '~'"));
    let simple = only(&script);
    assert!(matches!(simple.words[1].parts[..], [WordPart::Tilde]));
    assert!(matches!(simple.words[2].parts[..], [WordPart::Opaque { .. }, WordPart::Literal { .. }]));
    let script = parse(&folded("P=~/a:~/b:c~"));
    let parts = &only(&script).assigns[0].value.parts;
    assert_eq!(parts.iter().filter(|p| matches!(p, WordPart::Tilde)).count(), 2);
}

#[test]
fn substitutions_have_scripts_with_places() {
    let text = "a \"$(b $(c d))\" `e f`";
    reads(text, "[a $\"([b $([c d])]) $([e f])]");
    let script = parse(&folded(text));
    let WordPart::Substitution { script: outer, span, .. } = &only(&script).words[1].parts[0] else { panic!() };
    assert_eq!(&text[span.range()], "$(b $(c d))");
    let WordPart::Substitution { script: inner, .. } = &only(outer).words[1].parts[0] else { panic!() };
    assert_eq!(&text[only(inner).words[1].span.range()], "d");
    let WordPart::Substitution { script: ticks, .. } = &only(&script).words[2].parts[0] else { panic!() };
    assert_eq!(&text[only(ticks).words[1].span.range()], "f");
}

#[test]
fn backticks_nest_through_escapes() {
    let text = r#"a `b \`c d\` "\$x"` "`e \"f g\"`""#;
    reads(text, "[a $([b $([c d]) $\"x]) $\"([e 'f g'])]");
    let script = parse(&folded(text));
    let WordPart::Substitution { script: outer, .. } = &only(&script).words[1].parts[0] else { panic!() };
    let WordPart::Substitution { script: inner, .. } = &only(outer).words[1].parts[0] else { panic!() };
    assert_eq!(&text[only(inner).words[1].span.range()], "d");
}

#[test]
fn lists_pipelines_and_background() {
    reads("a && b || c; d & e", "([a] And [b] Or [c]); [d]&; [e]");
    reads("! a | b && c |& d", "(!pipe([a] [b]) And pipe([c] [d]))");
    reads("time -p go build && y", "([go build] And [y])");
    let text = "  a |  b  && c  ;";
    let script = parse(&folded(text));
    let Node::List { first, span, .. } = &script.commands[0] else { panic!() };
    assert_eq!(&text[span.range()], "a |  b  && c");
    assert_eq!(&text[first.span().range()], "a |  b");
}

#[test]
fn compound_commands() {
    reads("if a; then b; elif c; then d; else e; fi", "if([a] then [b] elif [c] then [d] else [e])");
    reads("while a; do b; done; until c; do d; done", "while([a] do [b]); while([c] do [d])");
    reads("for x in a \"$@\"; do b; done; for y; do c; done", "for(x in a $\"@ do [b]); for(y in @ do [c])");
    reads("case $x in a|b*\"c\") y;; *) z;; esac", "case($x a b*'c') [y] *) [z])");
    reads("f() { a; }; function g { b; }; h() ( c )", "fn f([a]); fn g([b]); fn h(sub([c]))");
    reads("{ a; } >f; (b) 2>g; if c; then d; fi >h", "{[a]}>f; sub([b])2>g; {if([c] then [d])}>h");
    reads("[[ -f x ]] && (( 1 )); for ((;;)); do a; done; select x in a; do b; done", "(? And ?); while(? do [a]); ?");
}

#[test]
fn compound_commands_end_where_they_end() {
    for (text, at) in [
        ("{ a; }  ; b", 0..6),
        ("(  a  ) ; b", 0..7),
        ("if a; then b; fi  ; c", 0..16),
        ("f() { a; } ; c", 0..10),
        ("for x in a; do b; done   # c", 0..22),
        ("{ a; } > f ; b", 0..10),
        ("sleep 1 & b", 0..9),
    ] {
        assert_eq!(parse(&folded(text)).commands[0].span().range(), at, "{text}");
    }
}

#[test]
fn here_documents_bring_their_text() {
    reads("cat <<EOF >f\na $x\nEOF\nb", "[cat <<EOF\"a $x\\n\" >f]; [b]");
    reads("cat <<-'E'\n\t\ta\n\tb\n\tE\n", "[cat <<-'E'\"a\\nb\\n\"]");
    let text = "cat <<-E\n\ta\n\tb\n\tE\n";
    let script = parse(&folded(text));
    let body = only(&script).redirects[0].heredoc.clone().expect("a body");
    assert_eq!(&text[body.span(2..3).range()], "b");
}

#[test]
fn holes_and_expanded_pieces() {
    // file: `$(GO) build -o $(OUT)/app "$$x"`
    let mut text = Folded::new(file());
    text.push_for(&hole_char(3).to_string(), 0..5);
    text.push(" build -o ", 5);
    text.push_for("bin", 15..21);
    text.push("/app \"", 21);
    text.push_for("$", 27..29);
    text.push("x\"", 29);
    let script = parse(&text);
    assert_eq!(show(&script), "[#3 build -o bin/app $\"x]");
    let simple = only(&script);
    assert_eq!(simple.words[0].span.range(), 0..5);
    assert_eq!(simple.words[3].span.range(), 15..25);
    assert!(!simple.words[3].exact);
    assert!(simple.words[1].exact);
    let WordPart::Variable { span, .. } = &simple.words[4].parts[0] else { panic!() };
    assert_eq!(span.range(), 27..30);
    let marked = format!("a{0}b \"{0}\" ${0}", hole_char(0));
    reads(&marked, "[a#0b #\"0 $#0]");
}

#[test]
fn broken_texts_keep_what_can_be_read() {
    let script = parse(&folded("a b\nif x; then\n"));
    assert_eq!(node(&script.commands[0]), "[a b]");
    assert_eq!(script.errors.len(), 1);
    let script = parse(&folded("echo 'x"));
    assert_eq!(script.errors.len(), 1);
    assert_eq!(script.errors[0].help.as_deref(), Some("close the `'`; no backslash works inside single quotes"));
    let script = parse(&folded("echo a}"));
    assert!(script.errors.is_empty(), "no shell rejects it");
    assert!(parse(&folded("")).commands.is_empty());
}

#[test]
fn where_the_parser_panics_the_text_is_not_followed() {
    reads("echo \" \\\naé`a`\"$C d", "?");
}

#[test]
fn deep_and_long_texts_do_not_overflow() {
    for (open, close) in
        [("(", ")"), ("{ ", "; }"), ("$(", ")"), ("\"$(", ")\""), ("if a; then ", "; fi"), ("${x:-", "}")]
    {
        let text = format!("echo {}{}{}", open.repeat(5_000), "b", close.repeat(5_000));
        parse(&folded(&text));
        parse(&folded(&format!("; {text}").replacen("echo ", "", 1)));
    }
    let chain = format!("a{}", " && b".repeat(20_000));
    assert!(parse(&folded(&chain)).errors.is_empty());
    parse(&folded(&format!("a{}", " | b".repeat(20_000))));
    parse(&folded(&"`\\`".repeat(5_000)));
}
