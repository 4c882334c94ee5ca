use super::*;
use crate::model::go::Need;
use crate::source::MemoryCheckout;

fn selection(cgo: Tri) -> Selection {
    Selection {
        os: Some("linux".into()),
        arch: Some("amd64".into()),
        tags: Some(vec!["extra".into()]),
        cgo,
        version: GoVersion::of(24),
        workspace: Tri::Yes,
    }
}

/// Resolves in a checkout that lies at /src; all else is known to be absent.
fn with<T>(files: &[(&str, &str)], ask: impl Fn(&ModuleView, &Path) -> T) -> T {
    let checkout = MemoryCheckout::new(files.iter().copied());
    let map = |path: &Path| path.relative_to(&Path::new("/src"))?.as_literal().map(str::to_string);
    let exists = |path: &Path| Tri::of(map(path).is_some_and(|place| files.iter().any(|(name, _)| *name == place)));
    ask(&ModuleView::new(&checkout, &map, &exists, &GoFiles::default()), &Path::new("/src"))
}

fn one(files: &[(&str, &str)], argument: &str, cgo: Tri) -> Package {
    with(files, |view, cwd| match view.resolve(cwd, &argument.into(), &selection(cgo)) {
        Resolved::Packages(mut packages) if packages.len() == 1 => packages.remove(0),
        other => panic!("{argument}: {other:?}"),
    })
}

const MOD: (&str, &str) = ("go.mod", "module example.com/m\n\ngo 1.24\n\nrequire github.com/mattn/go-sqlite3 v1.0.0\n");

#[test]
fn directories_have_import_paths_and_names() {
    let files =
        [MOD, ("cmd/app/main.go", "package main\nimport \"example.com/m/lib\"\n"), ("lib/a.go", "package lib\n")];
    let app = one(&files, "./cmd/app", Tri::Yes);
    assert_eq!((app.import_path.as_deref(), app.is_main), (Some("example.com/m/cmd/app"), Tri::Yes));
    assert_eq!(app.imports, Imports::none());
    assert_eq!(one(&files, "./lib", Tri::Yes).is_main, Tri::No);
    assert_eq!(one(&files, "example.com/m/cmd/app", Tri::Yes).dir, Some(Path::new("/src/cmd/app")));
    assert_eq!(one(&files, "./cmd/other", Tri::Yes).is_main, Tri::Unknown);
    assert_eq!(one(&files, ".", Tri::Yes).name, Value::literal("m"));
}

#[test]
fn imports_are_followed_through_the_module_and_vendor() {
    let files = [
        MOD,
        ("main.go", "package main\nimport _ \"example.com/m/a\"\n"),
        ("a/a.go", "package a\nimport _ \"x.org/v\"\n"),
        ("vendor/x.org/v/v.go", "package v\nimport _ \"net\"\n"),
    ];
    assert_eq!(one(&files, ".", Tri::Yes).imports, Imports { net: Need::Yes("net".into()), ..Imports::none() });
}

#[test]
fn third_party_sources_that_are_not_there_leave_needs_open() {
    let import = |path: &str| {
        let text = format!("package main\nimport _ \"{path}\"\n");
        one(&[MOD, ("main.go", &text)], ".", Tri::Yes).imports
    };
    assert!(matches!(import("x.org/unheard").net, Need::Unknown(_)));
    assert_eq!(import("github.com/mattn/go-sqlite3").user_cgo, Need::Yes("github.com/mattn/go-sqlite3".into()));
    assert_eq!(import("github.com/spf13/cobra").net, Need::Yes("github.com/spf13/cobra".into()));
    assert!(cgo_module("github.com/mattn/go-sqlite3/x").unwrap().stub);
    assert_eq!(cgo_module("github.com/mattn/go-sqlite3x"), None);
}

#[test]
fn constraints_names_and_tags_choose_files() {
    for (name, text, net) in [
        ("x.go", "package main\nimport _ \"net\"", Tri::Yes),
        ("x_test.go", "package main\nimport _ \"net\"", Tri::No),
        ("x_windows.go", "package main\nimport _ \"net\"", Tri::No),
        ("x_linux_amd64.go", "package main\nimport _ \"net\"", Tri::Yes),
        ("x_linux_arm64.go", "package main\nimport _ \"net\"", Tri::No),
        ("linux.go", "package main\nimport _ \"net\"", Tri::Yes),
        ("_x.go", "package main\nimport _ \"net\"", Tri::No),
        ("x.go", "//go:build !linux\n\npackage main\nimport _ \"net\"", Tri::No),
        ("x.go", "//go:build unix && go1.20\n\npackage main\nimport _ \"net\"", Tri::Yes),
        ("x.go", "//go:build extra\n\npackage main\nimport _ \"net\"", Tri::Yes),
        ("x.go", "//go:build ignore\n\npackage main\nimport _ \"net\"", Tri::No),
        ("x.go", "//go:build cgo\n\npackage main\nimport _ \"net\"", Tri::Unknown),
        ("x.go", "// +build ignore\n\npackage main\nimport _ \"net\"", Tri::Unknown),
    ] {
        let package = one(&[MOD, ("main.go", "package main\n"), (name, text)], ".", Tri::Unknown);
        assert_eq!(package.imports.net.tri(), net, "{name} {text}");
    }
}

#[test]
fn a_package_behind_an_open_constraint_is_open_too() {
    let files = [
        MOD,
        ("main.go", "package main\n"),
        ("x.go", "//go:build cgo\n\npackage main\nimport _ \"example.com/m/a\"\n"),
        ("a/a.go", "package a\nimport _ \"net\"\n"),
    ];
    assert_eq!(one(&files, ".", Tri::Unknown).imports.net.tri(), Tri::Unknown);
    assert_eq!(one(&files, ".", Tri::Yes).imports.net.tri(), Tri::Yes);
    assert_eq!(one(&files, ".", Tri::No).imports.net.tri(), Tri::No);
}

#[test]
fn cgo_files_count_while_cgo_is_on() {
    let files = [MOD, ("main.go", "package main\nimport \"C\"\n")];
    assert_eq!(one(&files, ".", Tri::Yes).imports.user_cgo.tri(), Tri::Yes);
    let off = one(&files, ".", Tri::No).imports;
    assert_eq!((off.user_cgo.tri(), off.cgo_only.tri()), (Tri::No, Tri::Yes));
    let stub = [MOD, ("main.go", "package main\nimport \"C\"\n"), ("stub.go", "package main\n")];
    assert_eq!(one(&stub, ".", Tri::No).imports.cgo_only, Need::No);
}

#[test]
fn patterns_list_visible_packages_of_one_module() {
    let files = [
        MOD,
        ("cmd/a/main.go", "package main\n"),
        ("cmd/b/main.go", "package main\n"),
        ("lib/l.go", "package lib\n"),
        ("testdata/x/main.go", "package main\n"),
        ("nested/go.mod", "module example.com/n\n"),
        ("nested/main.go", "package main\n"),
        ("win/x_windows.go", "package main\n"),
    ];
    with(&files, |view, cwd| {
        let Resolved::Packages(found) = view.resolve(cwd, &"./...".into(), &selection(Tri::Yes)) else { panic!() };
        let paths: Vec<_> = found.iter().filter_map(|package| package.import_path.as_deref()).collect();
        assert_eq!(paths, ["example.com/m/cmd/a", "example.com/m/cmd/b", "example.com/m/lib"]);
        assert_eq!(view.in_module(cwd), Tri::Yes);
        assert_eq!(view.in_module(&Path::new("/other")), Tri::No);
        assert_eq!(view.required(cwd, true), Some((GoVersion::of(24), "go.mod")));
    });
}

#[test]
fn workspaces_find_their_modules() {
    let files = [
        ("go.work", "go 1.22\nuse ./svc\n"),
        ("svc/go.mod", "module example.com/server\n"),
        ("svc/main.go", "package main\n"),
    ];
    assert_eq!(one(&files, "./svc", Tri::Yes).name, Value::literal("server"));
    assert_eq!(one(&files, "example.com/server", Tri::Yes).is_main, Tri::Yes);
}

#[test]
fn import_paths_without_a_dot_are_the_standard_library() {
    with(&[MOD], |view, cwd| {
        let resolve = |argument: &str| view.resolve(cwd, &argument.into(), &selection(Tri::Yes));
        assert!(matches!(resolve("cmd/flux"), Resolved::Refused(FailureKind::NotInStd, _)));
        assert!(matches!(resolve("internal/x"), Resolved::Packages(_)));
        assert!(matches!(resolve("pkg/x"), Resolved::Refused(FailureKind::NotInStd, _)));
        assert!(matches!(resolve("net/http"), Resolved::Packages(_)));
        assert!(matches!(resolve("cmd/go"), Resolved::Unknown(_)));
    });
}
