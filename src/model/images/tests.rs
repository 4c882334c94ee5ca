use super::*;
use crate::model::go::GoVersion;

fn get(reference: &str) -> Image {
    lookup(reference).unwrap_or_else(|| panic!("{reference}"))
}

fn with_symbol(before: &str, after: &str) -> Text {
    Text::literal(before).concat(&Text::symbol("X")).concat(&after.into())
}

#[test]
fn golang_tags_say_version_and_variant() {
    for (tag, minor, patch, libc, glibc) in [
        ("1.24.5", Some(24), Some(5), Libc::Glibc, Fact::Known("2.36")),
        ("1.24.6", Some(24), Some(6), Libc::Glibc, Fact::Known("2.41")),
        ("1.24", Some(24), None, Libc::Glibc, Fact::Known("2.41")),
        ("1.20.4", Some(20), Some(4), Libc::Glibc, Fact::Known("2.31")),
        ("1.22-bookworm", Some(22), None, Libc::Glibc, Fact::Known("2.36")),
        ("1.22-alpine", Some(22), None, Libc::Musl, Fact::Unknown),
        ("1.22.1-alpine3.19", Some(22), Some(1), Libc::Musl, Fact::Unknown),
        ("alpine", None, None, Libc::Musl, Fact::Unknown),
        ("1.21rc2", Some(21), None, Libc::Glibc, Fact::Unknown),
    ] {
        let image = get(&format!("golang:{tag}"));
        let version = image.go.unwrap().version;
        assert_eq!((version.minor, version.patch), (minor, patch), "{tag}");
        assert_eq!((image.libc, image.glibc_version), (libc, glibc), "{tag}");
    }
    assert_eq!(get("golang:1").go.unwrap().version.at_least(20), Tri::Yes);
    assert_eq!(get("golang").go.unwrap().version.at_least(24), Tri::Unknown);
    assert_eq!(get("golang@sha256:00").go.unwrap().version, GoVersion::UNKNOWN);
    assert_eq!(get("golang:1.24@sha256:00").glibc_version, Fact::Unknown);
    assert_eq!(get("golang:1.24-nanoserver").os, Os::Windows);
}

#[test]
fn alpine_builders_have_no_compiler_and_debian_ones_do() {
    let (debian, alpine) = (get("golang:1.24"), get("golang:1.24-alpine"));
    assert_eq!((debian.c_compiler, alpine.c_compiler), (Tri::Yes, Tri::No));
    assert_eq!((debian.bash, alpine.bash), (Tri::Yes, Tri::No));
    assert_eq!((debian.wheel, alpine.wheel), (Tri::No, Tri::Yes));
    assert_eq!(get("golang:1.21-alpine3.18").usr_merged, Tri::No);
    assert_eq!(get("golang:1.25-alpine").usr_merged, Tri::Unknown);
    assert_eq!(debian.usr_merged, Tri::Yes);
    assert_eq!(get("golang:1.10").usr_merged, Tri::Unknown);
}

#[test]
fn an_open_golang_tag_keeps_what_both_variants_share() {
    let open = lookup_text(&with_symbol("golang:", "")).unwrap();
    assert_eq!(open.variable("GOPATH"), Value::literal("/go"));
    assert_eq!(open.workdir, Fact::Known("/go"));
    assert!(open.path.known().unwrap().starts_with("/go/bin:"));
    assert_eq!((open.libc, open.c_compiler, open.wheel), (Libc::Unknown, Tri::Unknown, Tri::Unknown));
    assert_eq!(open.go.unwrap().version, GoVersion::UNKNOWN);
    assert_eq!(open.variable("CGO_ENABLED"), Value::Unset);
    assert!(matches!(open.variable("GOTOOLCHAIN"), Value::Unknown(_)));
    assert_eq!(lookup_text(&with_symbol("golang:", "-alpine")).unwrap().c_compiler, Tri::No);
    assert_eq!(lookup_text(&with_symbol("golang:1.22-alpine", "")).unwrap().go.unwrap().version.minor, Some(22));
    assert_eq!(lookup_text(&with_symbol("golang:", "-bookworm")).unwrap().glibc_version, Fact::Known("2.36"));
    assert_eq!(lookup_text(&with_symbol("golang:1.2", "")).unwrap().go.unwrap().version.minor, None);
    assert_eq!(lookup_text(&with_symbol("golang:1.22.", "-alpine")).unwrap().go.unwrap().version.minor, Some(22));
    assert_eq!(open.has("/go/bin"), Tri::Yes);
    assert_eq!(open.has("/go/bin/app"), Tri::No);
    assert_eq!(open.has("/bin/bash"), Tri::Unknown);
    assert_eq!(lookup_text(&with_symbol("", "/golang:1")), None);
}

#[test]
fn golang_version_and_toolchain_variables() {
    assert_eq!(get("golang:1.24.5").variable("GOLANG_VERSION"), Value::literal("1.24.5"));
    assert_eq!(get("golang:1.20.0").variable("GOLANG_VERSION"), Value::literal("1.20"));
    assert!(matches!(get("golang:1.24").variable("GOLANG_VERSION"), Value::Unknown(_)));
    assert_eq!(get("golang:1.24").variable("GOTOOLCHAIN"), Value::literal("local"));
    assert_eq!(get("golang:1.20").variable("GOTOOLCHAIN"), Value::Unset);
    assert!(matches!(get("golang:1.21.0").variable("GOTOOLCHAIN"), Value::Unknown(_)));
    assert_eq!(get("golang:1.24").variable("GOBIN"), Value::Unset);
    assert!(matches!(
        get("ubi9/go-toolset".replace("ubi9", "registry.access.redhat.com/ubi9").as_str()).variable("CGO_ENABLED"),
        Value::Unknown(_)
    ));
}

#[test]
fn scratch_lacks_everything_and_has_a_path() {
    let scratch = get("scratch");
    for path in ["/bin/sh", "/etc/passwd", "/tmp", "/app", "/usr/local/bin"] {
        assert_eq!(scratch.has(path), Tri::No, "{path}");
    }
    assert_eq!(scratch.has("/"), Tri::Yes);
    assert_eq!(scratch.has("/etc/resolv.conf"), Tri::Unknown);
    assert_eq!(scratch.path, Fact::Known(DEFAULT_PATH));
    assert_eq!(scratch.has_user("nobody"), Tri::No);
    assert!(
        lookup("scratch:latest").is_none(),
        "the name is reserved; whatever it stands for, it is not the empty image"
    );
}

#[test]
fn distroless_has_no_shell_whatever_the_tag() {
    let image = get("gcr.io/distroless/static-debian12:nonroot");
    assert_eq!((image.user, image.workdir), (Fact::Known("65532"), Fact::Known("/home/nonroot")));
    assert_eq!((image.usr_merged, image.libc), (Tri::No, Libc::None));
    assert_eq!(get("gcr.io/distroless/static").usr_merged, Tri::Unknown);
    assert_eq!(get("gcr.io/distroless/base-debian13").glibc_version, Fact::Known("2.41"));
    let debug = get("gcr.io/distroless/static:debug");
    assert_eq!((debug.bin_sh, debug.shell), (Tri::No, Fact::Known(Some("/busybox/sh"))));
    assert_eq!(debug.entrypoint, Fact::Known(&["/busybox/sh"][..]));
    assert_eq!((debug.has("/bin/sh"), debug.has("/busybox/sh")), (Tri::No, Tri::Yes));
    let open = lookup_text(&with_symbol("gcr.io/distroless/static-debian12:", "")).unwrap();
    assert_eq!((open.user, open.bin_sh, open.shell), (Fact::Unknown, Tri::No, Fact::Unknown));
    assert_eq!((image.has_user("nonroot"), image.has_user("app")), (Tri::Yes, Tri::No));
    assert_eq!(image.has("/etc/ssl/certs/ca-certificates.crt"), Tri::Yes);
    assert_eq!(image.has("/home/nonroot"), Tri::Yes);
    assert_eq!(image.has("/app"), Tri::No);
}

#[test]
fn files_of_the_distributions() {
    let (alpine, debian) = (get("alpine:3.20"), get("debian:bookworm-slim"));
    for (path, in_alpine, in_debian) in [
        ("/bin/sh", Tri::Yes, Tri::Yes),
        ("/usr/bin/sh", Tri::Unknown, Tri::Yes),
        ("/bin/bash", Tri::No, Tri::Yes),
        ("/usr/bin/env", Tri::Yes, Tri::Yes),
        ("/usr/local/bin", Tri::Yes, Tri::Yes),
        ("/usr/local/bin/app", Tri::No, Tri::No),
        ("/usr/bin/myapp", Tri::No, Tri::No),
        ("/app", Tri::No, Tri::No),
        ("/app/server", Tri::No, Tri::No),
        ("/opt/x", Tri::No, Tri::No),
        ("/home/app", Tri::No, Tri::No),
        ("/root/app", Tri::No, Tri::No),
        ("/root/.profile", Tri::Unknown, Tri::Unknown),
        ("/etc/passwd", Tri::Yes, Tri::Yes),
        ("/etc/os-release", Tri::Unknown, Tri::Unknown),
        ("/etc/ssl/certs/ca-certificates.crt", Tri::Yes, Tri::No),
        ("/lib/ld-musl-x86_64.so.1", Tri::Yes, Tri::No),
        ("/lib64/ld-linux-x86-64.so.2", Tri::No, Tri::Yes),
        ("/tmp/", Tri::Yes, Tri::Yes),
    ] {
        assert_eq!((alpine.has(path), debian.has(path)), (in_alpine, in_debian), "{path}");
    }
    assert_eq!((alpine.has_user("app"), debian.has_user("app")), (Tri::No, Tri::No));
    assert_eq!((alpine.has_group("wheel"), debian.has_group("wheel")), (Tri::Yes, Tri::No));
    assert_eq!(get("golang:1.24").has("/usr/bin/gcc"), Tri::Yes);
    assert_eq!(get("golang:1.24").has("/src"), Tri::No);
    assert_eq!(get("golang:1.24").has("/usr/local/go/bin/go"), Tri::Yes);
}

#[test]
fn other_names_and_tags() {
    assert_eq!(get("registry.access.redhat.com/ubi9-minimal").package_manager, PackageManager::Microdnf);
    assert_eq!(get("registry.access.redhat.com/ubi9/ubi-minimal:9.4").name, "UBI minimal");
    assert_eq!(get("registry.access.redhat.com/ubi8/go-toolset").user, Fact::Known("1001"));
    assert_eq!(get("registry.redhat.io/rhel8/go-toolset").name, "UBI go-toolset");
    assert_eq!(get("busybox:1.36-musl").loaders, Fact::Known(&[][..]));
    assert_eq!(get("busybox").libc, Libc::Glibc);
    assert_eq!(get("cgr.dev/acme/static").user, Fact::Known("65532"));
    assert_eq!(get("cgr.dev/chainguard/go:latest-dev").shell, Fact::Known(Some("/bin/sh")));
    assert_eq!(get("ubuntu:24.04").has_user("ubuntu"), Tri::Yes);
    assert_eq!(get("debian:12.5-slim").glibc_version, Fact::Known("2.36"));
    assert_eq!(get("amazonlinux:2").package_manager, PackageManager::Yum);
    assert_eq!(lookup("busybox:buildroot-2014.02"), None);
    assert_eq!(lookup("acme/base:1"), None);
    assert_eq!(lookup("Scratch"), None);
}

#[test]
fn flavours_of_names_that_are_less_common() {
    let manager = |name| get(name).package_manager;
    assert_eq!(manager("rockylinux:9-minimal"), PackageManager::Microdnf);
    assert_eq!(manager("rockylinux/rockylinux:9.6-ubi"), PackageManager::Dnf);
    assert_eq!(manager("rockylinux@sha256:00"), PackageManager::Unknown);
    assert_eq!((get("rockylinux:9").glibc_release(), get("rockylinux:8.9").glibc_release()), (Some(34), Some(28)));
    let microsoft = |tag: &str| get(&format!("mcr.microsoft.com/oss/go/microsoft/golang:{tag}"));
    assert!(microsoft("1.22-bookworm").path.known().unwrap().starts_with("/go/bin:/usr/local/go/bin:"));
    assert_eq!((microsoft("1.22-bookworm").wheel, microsoft("1.22-bullseye").glibc_release()), (Tri::No, Some(31)));
    assert_eq!((microsoft("1.22-cbl-mariner2.0").path, microsoft("1.22").wheel), (Fact::Unknown, Tri::Unknown));
    let kaniko = |tag: &str| get(&format!("gcr.io/kaniko-project/executor{tag}"));
    assert_eq!((kaniko(":v1.23.2").bin_sh, kaniko(":v1.23.2-debug").bin_sh), (Tri::No, Tri::Yes));
    assert_eq!(kaniko("@sha256:00").bin_sh, Tri::Unknown);
    assert_eq!(kaniko("").path, Fact::Known("/usr/local/bin:/kaniko"));
}

#[test]
fn what_distroless_runtimes_start() {
    let starts = |name: &str| get(&format!("gcr.io/distroless/{name}")).entrypoint;
    assert_eq!(starts("python3-debian13:nonroot"), Fact::Known(&["/usr/bin/python3.13"][..]));
    assert_eq!((starts("python3-debian12"), starts("python3@sha256:00")), (Fact::Unknown, Fact::Unknown));
    assert_eq!(starts("java21-debian13"), Fact::Known(&["/usr/bin/java", "-jar"][..]));
    assert_eq!(starts("java-base-debian13"), Fact::Known(&[][..]));
    assert_eq!(starts("nodejs24-debian13"), Fact::Known(&["/nodejs/bin/node"][..]));
    assert_eq!(starts("cc-debian13"), Fact::Known(&[][..]));
}

#[test]
fn glibc_releases() {
    for (name, release) in [
        ("debian:bullseye-slim", Some(31)),
        ("golang:1.22", Some(36)),
        ("ubuntu:18.04", Some(27)),
        ("ubuntu:20.04", Some(31)),
        ("ubuntu:22.04", Some(35)),
        ("gcr.io/distroless/base-debian11", Some(31)),
        ("gcr.io/distroless/base", None),
        ("registry.access.redhat.com/ubi8/ubi-minimal", Some(28)),
        ("amazonlinux:2", Some(26)),
        ("alpine:3.20", None),
        ("cgr.dev/chainguard/glibc-dynamic", None),
    ] {
        assert_eq!(get(name).glibc_release(), release, "{name}");
    }
}

#[test]
fn variables_of_images_whose_history_was_read() {
    for name in ["ubuntu:24.04", "ubuntu", "amazonlinux:2", "amazonlinux:2023", "fedora:43", "fedora", "debian:12"] {
        assert_eq!(get(name).variable("GOBIN"), Value::Unset, "{name}");
        assert_eq!((get(name).path, get(name).workdir), (Fact::Known(DEFAULT_PATH), Fact::Known("/")), "{name}");
    }
    for name in ["fedora:20", "amazonlinux:2018.03", "registry.fedoraproject.org/fedora:43", "photon:5.0"] {
        assert!(matches!(get(name).variable("GOBIN"), Value::Unknown(_)), "{name}");
    }
    assert!(matches!(get("fedora:43").variable("DISTTAG"), Value::Unknown(_)));
    assert!(matches!(get("registry.access.redhat.com/ubi9").variable("container"), Value::Unknown(_)));
}

#[test]
fn packages_bring_compilers_and_loaders() {
    let apk = |name| package_brings(PackageManager::Apk, name);
    assert!(apk("build-base").unwrap().gcc);
    assert!(apk("gcc=13.2.1-r0").unwrap().gcc);
    assert!(!apk("musl-dev").unwrap().gcc && apk("musl-dev").unwrap().libc_headers);
    assert_eq!(apk("libc6-compat").unwrap().loader, Some(Libc::Glibc));
    assert!(!apk("clang").unwrap().gcc && apk("clang").unwrap().other_compiler);
    assert_eq!(apk("some-unheard-package"), None);
    assert!(package_brings(PackageManager::Apt, "gcc").unwrap().libc_headers);
    assert_eq!(package_brings(PackageManager::Unknown, "gcc"), None);
}

#[test]
fn joining_is_commutative_associative_and_idempotent() {
    let images: Vec<Image> = [
        "golang:1.24",
        "golang:1.19-alpine",
        "alpine:3.20",
        "scratch",
        "gcr.io/distroless/static:nonroot",
        "registry.access.redhat.com/ubi9",
    ]
    .iter()
    .map(|name| get(name))
    .collect();
    for a in &images {
        assert_eq!(a.join(a), *a);
        for b in &images {
            assert_eq!(a.join(b), b.join(a));
            for c in &images {
                assert_eq!(a.join(b).join(c), a.join(&b.join(c)));
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_reference_and_path_has_an_answer(name in "(golang|alpine|gcr.io/distroless/static|debian|ubuntu)?[:@a-z0-9./-]{0,20}", path in ".{0,30}") {
        for text in [Text::literal(name.as_str()), with_symbol(&name, "-x")] {
            if let Some(image) = lookup_text(&text) {
                image.has(&path);
                image.has_user(&path);
                image.variable(&path);
            }
        }
    }
}
