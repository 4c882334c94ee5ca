use super::*;

fn wrongs(text: &str) -> Vec<(String, String, Option<String>)> {
    let all = Config::parse(text).unwrap_err();
    all.into_iter().map(|wrong| (text[wrong.place].to_string(), wrong.message, wrong.help)).collect()
}

/// The words at fault, what is wrong, and the help.
fn wrong(text: &str) -> (String, String, String) {
    let (place, message, help) = wrongs(text).remove(0);
    (place, message, help.unwrap_or_default())
}

#[test]
fn an_empty_file_and_the_commented_one_say_nothing() {
    assert_eq!(Config::parse("").unwrap(), Config::default());
    assert_eq!(Config::parse(&commented()).unwrap(), Config::default());
    assert_eq!(Config::parse("\u{feff}# x\n").unwrap(), Config::default());
}

/// The commented file with its examples switched on.
fn examples() -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') && !rest.is_empty() => rest.to_string(),
        _ => line.to_string(),
    };
    commented().lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn every_key_has_an_example_that_says_something() {
    let text = examples();
    // `select` leaves out what the levels speak of.
    let without = text.lines().filter(|line| !line.starts_with("select = ")).map(|line| format!("{line}\n"));
    let config = Config::parse(&without.collect::<String>()).unwrap();
    let Config { include, exclude, select, fail_on, rules, overrides, assumptions } = &config;
    let nothing = Config::default();
    assert!(*include != nothing.include && *exclude != nothing.exclude && select.is_none() && fail_on.is_some());
    assert!(!rules.is_empty() && !overrides.is_empty() && assumptions.platforms.is_some());
    assert_ne!(assumptions.images, nothing.assumptions.images);
    let schema = schema();
    for key in schema.get("properties").unwrap().as_object().unwrap().keys() {
        assert!(text.lines().any(|line| line.trim_start_matches('[').starts_with(key)), "{key}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}

#[test]
fn unknown_keys_bring_the_nearest_name_and_their_place() {
    let said = wrong("exclude = []\nfail_on = 'error'\n");
    assert_eq!(said, ("fail_on".into(), "there is no key `fail_on`".into(), "did you mean `fail-on`?".into()));
    let said = wrong("[[overrides]]\nfile = ['x']\nrules = {}\n");
    assert_eq!((said.0.as_str(), said.2.as_str()), ("file", "did you mean `files`?"));
    let said = wrong("[images.x]\nbase-on = 'alpine'\n");
    assert_eq!((said.0.as_str(), said.2.as_str()), ("base-on", "did you mean `based-on`?"));
    assert!(wrong("ignore = ['x']\n").2.contains("below `[rules]`"));
    assert!(wrong("quux = 1\n").2.starts_with("one of `include`, "));
}

#[test]
fn rules_and_levels_are_those_that_exist() {
    let text = "[rules]\nimplicit-gobn = 'off'\nglued-path = 'error'\n[[overrides]]\nfiles = ['x']\nrules = { nothing-like-it-at-all = 'off' }\n";
    let said = wrongs(text);
    assert_eq!((said[0].0.as_str(), said[0].2.as_deref()), ("implicit-gobn", Some("did you mean `implicit-gobin`?")));
    assert_eq!(said[1].2.as_deref(), Some("`gobin-lint explain` lists them all"));
    let said = wrong("[rules]\nglued-path = 'warn'\n");
    assert_eq!(said, ("'warn'".into(), "this cannot be `warn`".into(), "did you mean `warning`?".into()));
    assert_eq!(wrong("fail-on = 'info'\n").0, "'info'");
    assert_eq!(wrong("fail-on = 1\n").1, "this must be one of the words in quotes");
    assert_eq!(wrong("select = ['glued-paths']\n").0, "'glued-paths'");
}

#[test]
fn what_says_nothing_is_told() {
    let said = wrong("select = ['glued-path']\n[rules]\nimplicit-gobin = 'error'\n");
    assert_eq!(said.0, "implicit-gobin");
    for text in [
        "select = []\n",
        "platforms = []\n",
        "exclude = ['']\n",
        "[images.x]\n",
        "[[overrides]]\nfiles = []\nrules = {}\n",
    ] {
        assert_eq!(wrongs(text).len(), 1, "{text}");
    }
    assert!(wrong("[[overrides]]\nfiles = ['x']\n").1.contains("missing field `rules`"));
}

#[test]
fn globs_platforms_and_types_are_held() {
    assert_eq!(wrong("exclude = ['a', 'a{b']\n").0, "'a{b'");
    assert!(wrong("include = ['services/**']\n").1.contains("every file"));
    assert!(Config::parse("include = ['services/**/*.docker', '!*']\n").is_ok());
    assert_eq!(wrong("platforms = ['linux/x86_64']\n").2, "did you mean `linux/amd64`?");
    assert_eq!(wrong("platforms = ['linux/amd46']\n").2, "did you mean `linux/amd64`?");
    assert!(Config::parse("platforms = ['linux/arm/v7', 'linux/arm64/v8', 'windows/amd64']\n").is_ok());
    assert_eq!(wrong("platforms = ['linux/amd64/v9']\n").0, "'linux/amd64/v9'");
    assert_eq!(wrong("exclude = 'a'\n").0, "'a'");
    let said = wrong("exclude = [\n");
    assert!(!said.1.is_empty());
    assert_eq!(Config::parse("rules = 1\n").unwrap_err().len(), 1);
}

#[test]
fn places_are_right_behind_a_byte_order_mark() {
    let text = "\u{feff}# ü\nexlude = []\n";
    assert_eq!(wrong(text).0, "exlude");
}

#[test]
fn own_images_are_held_to_what_can_be() {
    for (text, place) in [
        ("[images.'a b']\nuser = 'x'\n", "'a b'"),
        ("[images.a]\nbased-on = 'nobody/knows:1'\n", "'nobody/knows:1'"),
        ("[images.a]\nsame-as = 'golang'\nuser = 'x'\n", "'golang'"),
        ("[images.a]\nsame-as = '*'\n", "'*'"),
        ("[images.a]\nshell = 'sh'\n", "'sh'"),
        ("[images.a]\nhas = ['bin/x']\n", "'bin/x'"),
        ("[images.a]\nhas = ['x']\nlacks = ['x']\n", "'x'"),
        ("[images.a]\ngo = '2'\n", "'2'"),
        ("[images.a]\nlibc = 'gnu'\n", "'gnu'"),
    ] {
        assert_eq!(wrong(text).0, place, "{text}");
    }
}

#[test]
fn levels_of_overrides_come_after_those_of_the_file() {
    let text = "[rules]\nglued-path = 'note'\n[[overrides]]\nfiles = ['a/']\nrules = { glued-path = 'error' }\n\
        [[overrides]]\nfiles = ['*.mk']\nrules = { glued-path = 'off' }\n";
    let config = Config::parse(text).unwrap();
    let level = |path| config.level("glued-path", Some(path));
    assert_eq!(level("Makefile"), Some(Level::Note));
    assert_eq!((level("a/Makefile"), level("a/x.mk")), (Some(Level::Error), Some(Level::Off)));
    assert_eq!(config.level("syntax-error", Some("a/x.mk")), None);
    let off = Config::parse("[rules]\nglued-path = 'off'\n").unwrap();
    assert!(config.wants("glued-path") && !off.wants("glued-path"));
}

#[test]
fn any_text_is_taken_or_told_what_is_wrong_with_it() {
    let commented = examples();
    let hostile = [
        "\0",
        "[",
        "[[[[",
        "=",
        "ü = ü",
        "exclude = ['\u{301}{']",
        "\"\\u0000\" = 1",
        "[images.'${']\nuser=''",
        "a.b.c = 1",
    ];
    let cuts = (0..commented.len()).step_by(7).filter(|at| commented.is_char_boundary(*at)).map(|at| &commented[..at]);
    let deep = format!("exclude = {}", "[".repeat(100_000));
    for text in hostile.into_iter().chain(cuts).chain([deep.as_str()]) {
        for wrong in Config::parse(text).err().into_iter().flatten() {
            assert!(text.get(wrong.place.clone()).is_some() && !wrong.message.is_empty(), "{text:?}: {wrong:?}");
        }
    }
}
