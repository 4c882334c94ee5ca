use super::*;

fn described(key: &str, described: Described) -> (String, Meaning) {
    (key.to_string(), Meaning::Described(Box::new(described)))
}

fn mirror(key: &str, of: &str) -> (String, Meaning) {
    (key.to_string(), Meaning::Mirror(of.to_string()))
}

fn on(base: &str) -> Described {
    Described { based_on: Some(base.to_string()), ..Described::default() }
}

fn go_of(images: &OwnImages, reference: &Text) -> Option<Option<u32>> {
    images.lookup(reference).map(|image| image.go.and_then(|go| go.version.minor))
}

#[test]
fn what_is_based_on_an_image_may_have_more_but_not_less() {
    let alpine = Described { lacks: vec!["git".into()], user: Some("app".into()), ..on("alpine:3.22") };
    let images = OwnImages::new(&[described("registry.example/base", alpine)]).unwrap();
    let image = images.lookup(&"registry.example/base:1".into()).unwrap();
    assert_eq!((image.libc, image.bin_sh, image.user), (Libc::Musl, Tri::Yes, Fact::Known("app")));
    assert_eq!((image.c_compiler, image.git, image.bash), (Tri::Unknown, Tri::No, Tri::Unknown));
    assert_eq!((image.has("/bin/ls"), image.has("/usr/local/bin/tool")), (Tri::Yes, Tri::Unknown));
    assert_eq!((image.has("/usr/bin/git"), image.has("/lib64/ld-linux-x86-64.so.2")), (Tri::No, Tri::No));
    assert_eq!((image.has_user("root"), image.has_user("builder")), (Tri::Yes, Tri::Unknown));
}

#[test]
fn of_an_image_that_is_based_on_nothing_only_what_is_said_is_known() {
    let own = Described {
        libc: Some(Libc::Glibc),
        shell: Some(None),
        env: BTreeMap::from([("GOPATH".to_string(), "/go".to_string())]),
        users: BTreeMap::from([("app".to_string(), 10001)]),
        has: vec!["/opt/tools/tini".into(), "make".into()],
        lacks: vec!["/opt/old".into()],
        ..Described::default()
    };
    let images = OwnImages::new(&[described("base:1", own)]).unwrap();
    let image = images.lookup(&"base:1".into()).unwrap();
    assert_eq!((image.has("/opt/tools"), image.has("/opt/tools/other")), (Tri::Yes, Tri::Unknown));
    assert_eq!((image.has("/opt/old/x"), image.has("/bin/sh"), image.make), (Tri::No, Tri::No, Tri::Yes));
    assert_eq!(image.has("/lib/ld-musl-x86_64.so.1"), Tri::No);
    assert_eq!((image.variable("GOPATH"), image.has_user("app")), (super::super::Value::literal("/go"), Tri::Yes));
    assert!(matches!(image.variable("GOBIN"), super::super::Value::Unknown(_)));
    assert_eq!(images.lookup(&"base:2".into()), None);
}

#[test]
fn a_mirror_is_the_same_image_with_the_same_tag() {
    let all = [mirror("mirror.example/*", "*"), mirror("${REGISTRY}/go", "golang"), mirror("old/go", "golang:1.20")];
    let images = OwnImages::new(&all).unwrap();
    assert_eq!(go_of(&images, &"mirror.example/golang:1.24-alpine".into()), Some(Some(24)));
    assert_eq!(images.lookup(&"mirror.example/alpine:3.22".into()), lookup_text(&"alpine:3.22".into()));
    assert_eq!(images.lookup(&"mirror.example/nobody-knows".into()), None);
    let registry = Text::symbol("REGISTRY").concat(&"/go:1.23@sha256:00".into());
    assert_eq!(go_of(&images, &registry), Some(Some(23)));
    assert_eq!(go_of(&images, &"old/go:2".into()), Some(Some(20)));
    let tagged = Text::literal("mirror.example/golang:1.24-").concat(&Text::symbol("OS"));
    assert_eq!(images.lookup(&tagged), lookup_text(&Text::literal("golang:1.24-").concat(&Text::symbol("OS"))));
}

#[test]
fn the_key_that_names_more_of_a_reference_is_taken() {
    let all =
        [described("go*", on("golang:1.20")), described("golang:1.2*-own", on("alpine:3.22")), mirror("x", "golang")];
    let images = OwnImages::new(&all).unwrap();
    assert_eq!(go_of(&images, &"golang:1.24-own".into()), Some(None));
    assert_eq!(go_of(&images, &"golang:1.24".into()), Some(Some(20)));
    assert_eq!(go_of(&images, &"alpine".into()), Some(None));
    let open = Text::literal("golang:").concat(&Text::symbol("V"));
    assert_eq!(images.lookup(&open), None, "it may be the one with the suffix");
}

#[test]
fn descriptions_may_build_on_each_other_and_not_in_a_circle() {
    let all = [described("b", Described { user: Some("b".into()), ..on("a:1") }), described("a", on("golang:1.24"))];
    let image = OwnImages::new(&all).unwrap().lookup(&"b".into()).unwrap();
    assert_eq!((image.user, image.c_compiler), (Fact::Known("b"), Tri::Yes));
    let circle = [described("a", on("b")), described("b", on("a")), mirror("c", "nobody/knows"), mirror("*", "golang")];
    let unknown = |at| (at, Mistake::UnknownBase);
    assert_eq!(OwnImages::new(&circle), Err(vec![unknown(0), unknown(1), unknown(2), (3, Mistake::Key)]));
}
