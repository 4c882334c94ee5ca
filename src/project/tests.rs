use tempfile::TempDir;

use super::*;
use crate::source::{Checkout, Entry};

fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// Why the disk does not give a checkout.
fn why(failure: Option<Failure>) -> String {
    match failure {
        Some(Failure::Disk(error)) => error.0,
        other => panic!("{other:?}"),
    }
}

fn open(dir: &TempDir, paths: &[&str]) -> Result<Project, Failure> {
    Project::open(dir.path(), &paths.iter().map(PathBuf::from).collect::<Vec<_>>(), Request::default())
}

fn documents(project: &Project) -> Vec<String> {
    project.documents.iter().map(|id| project.sources.get(*id).path.clone()).collect()
}

fn change(path: &str, before: &str, after: &str) -> (String, String, String) {
    (path.into(), before.into(), after.into())
}

#[test]
fn discovery_takes_documents_by_name_and_place() {
    let dir = tree(&[
        (".gitignore", "dist/\n"),
        (".github/Dockerfile", ""),
        (".devcontainer/Dockerfile", ""),
        (".cache/Dockerfile", ""),
        ("Dockerfile", ""),
        ("Dockerfile.dockerignore", ""),
        ("Makefile/readme", ""),
        ("a/vendor/x/Makefile", ""),
        ("a/testdata/x.mk", ""),
        ("a/testfiles-negative/x/Dockerfile", ""),
        ("dist/Makefile", ""),
        ("node_modules/Makefile", ""),
        ("third_party/x/Dockerfile", ""),
        ("web.Dockerfile", ""),
    ]);
    let project = open(&dir, &["."]).unwrap();
    assert_eq!(documents(&project), [".devcontainer/Dockerfile", ".github/Dockerfile", "Dockerfile", "web.Dockerfile"]);
    assert_eq!(
        documents(&open(&dir, &["dist", "a/vendor", "a/testdata", "dist/Makefile"]).unwrap()),
        ["dist/Makefile", "a/vendor/x/Makefile", "a/testdata/x.mk"].map(|path| path.to_string())
    );
}

#[test]
fn what_git_tracks_is_part_of_the_checkout_though_it_is_ignored() {
    let git = |dir: &TempDir, args: &[&str]| {
        let run = std::process::Command::new("git").current_dir(dir.path()).args(args).output();
        run.is_ok_and(|run| run.status.success())
    };
    for version in ["2", "4"] {
        let dir = tree(&[
            (".gitignore", "*.env\nout/\n"),
            ("Dockerfile", ""),
            ("kept.env", ""),
            ("out/deep/kept", ""),
            ("out/Dockerfile", ""),
            ("out/gone", ""),
            ("own.env", ""),
        ]);
        if !git(&dir, &["init", "-q"]) {
            return;
        }
        assert!(
            git(&dir, &["add", "-f", "kept.env", "out"]) && git(&dir, &["update-index", "--index-version", version])
        );
        fs::remove_file(dir.path().join("out/gone")).unwrap();
        let project = open(&dir, &["."]).unwrap();
        assert_eq!(documents(&project), ["Dockerfile", "out/Dockerfile"]);
        let checkout = project.sources.checkout();
        assert_eq!(checkout.entry("kept.env"), Some(Entry::File));
        assert_eq!(checkout.entry("out/deep"), Some(Entry::Dir));
        assert_eq!(checkout.list("out"), ["Dockerfile", "deep"]);
        assert_eq!((checkout.entry("own.env"), checkout.entry("out/gone")), (None, None));
    }
}

#[test]
fn a_named_file_is_read_whatever_its_name() {
    let dir = tree(&[("build.txt", "FROM scratch\n")]);
    assert_eq!(documents(&open(&dir, &["build.txt"]).unwrap()), ["build.txt"]);
    let error = why(open(&dir, &["nothing"]).err());
    assert!(error.starts_with("cannot read nothing: ") && error.ends_with("; check the path"), "{error}");
}

#[test]
fn what_is_not_utf8_is_named_and_skipped() {
    let dir = tree(&[("Makefile", "all:\n")]);
    fs::write(dir.path().join("Dockerfile"), b"FROM a\n# caf\xE9\n").unwrap();
    let project = open(&dir, &["."]).unwrap();
    assert_eq!(documents(&project), ["Makefile"]);
    assert!(project.skipped[0].0.starts_with("Dockerfile:2: not UTF-8 (byte 0xE9)"), "{:?}", project.skipped);
    assert!(open(&dir, &["Dockerfile"]).is_err());
}

#[test]
fn the_root_is_the_repository_and_paths_are_shown_from_here() {
    let dir = tree(&[(".git/HEAD", ""), ("a/b/Makefile", ""), ("a/c/Dockerfile", ""), ("d/x.mk", "")]);
    let here = dir.path().join("a/b");
    let project = Project::open(&here, &["../c".into(), "Makefile".into()], Request::default()).unwrap();
    assert_eq!(documents(&project), ["a/c/Dockerfile", "a/b/Makefile"]);
    let shown: Vec<String> = ["a/b/Makefile", "a/c/Dockerfile", "d/x.mk"].iter().map(|p| project.shown(p)).collect();
    assert_eq!(shown, ["Makefile", "../c/Dockerfile", "../../d/x.mk"]);
    assert!(project.sources.checkout().entry(".git").is_none());
}

#[test]
fn files_of_two_repositories_are_refused() {
    let dir = tree(&[("a/.git/HEAD", ""), ("a/Makefile", ""), ("b/.git/HEAD", ""), ("b/Makefile", "")]);
    assert!(why(open(&dir, &["a", "b"]).err()).contains("are different repositories"));
}

#[test]
fn a_checkout_has_what_git_would_check_out() {
    let dir = tree(&[(".gitignore", "*.log\n"), ("x.log", ""), ("vendor/a.go", "package a\n"), ("big", "")]);
    fs::write(dir.path().join("big"), vec![b'a'; LARGEST as usize + 1]).unwrap();
    let checkout = DiskCheckout::new(dir.path().to_path_buf());
    assert_eq!(checkout.list(""), [".gitignore", "big", "vendor"]);
    assert_eq!(checkout.entry(""), Some(Entry::Dir));
    assert_eq!(checkout.entry("vendor"), Some(Entry::Dir));
    assert_eq!((checkout.entry("vendor/a.go"), checkout.is_executable("vendor/a.go")), (Some(Entry::File), false));
    assert_eq!(checkout.read("vendor/a.go").as_deref(), Some("package a\n"));
    assert_eq!((checkout.entry("x.log"), checkout.read("x.log"), checkout.read("big")), (None, None, None));
}

#[test]
fn a_text_from_elsewhere_belongs_where_its_path_says() {
    let dir = tree(&[(".git/HEAD", ""), ("a/go.mod", "module x\n")]);
    let project =
        Project::of_text(dir.path(), Path::new("a/Dockerfile"), "FROM x\n".into(), Request::default()).unwrap();
    assert_eq!(documents(&project), ["a/Dockerfile"]);
    assert!(project.sources.load("a/go.mod").is_some());
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn writing_keeps_the_mode_and_follows_links() {
        let dir = tree(&[("real/Makefile", "a\r\n")]);
        let real = dir.path().join("real/Makefile");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o2750)).unwrap();
        symlink("real/Makefile", dir.path().join("Makefile")).unwrap();
        let project = open(&dir, &["Makefile"]).unwrap();
        assert_eq!(documents(&project), ["Makefile"]);
        project.write(&[change("Makefile", "a\r\n", "b\r\n")]).unwrap();
        assert!(fs::symlink_metadata(dir.path().join("Makefile")).unwrap().is_symlink());
        assert_eq!((fs::read_to_string(&real).unwrap().as_str(), mode(&real)), ("b\r\n", 0o2750));
        assert_eq!(fs::read_dir(dir.path().join("real")).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn one_file_that_cannot_be_written_stops_all() {
        let dir = tree(&[("Dockerfile", "d\n"), ("Makefile", "m\n"), ("x.mk", "x\n")]);
        fs::set_permissions(dir.path().join("Makefile"), fs::Permissions::from_mode(0o444)).unwrap();
        let project = open(&dir, &["."]).unwrap();
        fs::write(dir.path().join("x.mk"), "somebody else\n").unwrap();
        let changes =
            [change("Dockerfile", "d\n", "D\n"), change("Makefile", "m\n", "M\n"), change("x.mk", "x\n", "X\n")];
        let errors = project.write(&changes).unwrap_err();
        assert!(errors[0].0.starts_with("cannot write Makefile: it is read-only"), "{errors:?}");
        assert!(errors[1].0.starts_with("cannot write x.mk: it changed on disk"), "{errors:?}");
        let texts: Vec<String> = ["Dockerfile", "Makefile", "x.mk"]
            .iter()
            .map(|f| fs::read_to_string(dir.path().join(f)).unwrap())
            .collect();
        assert_eq!(texts, ["d\n", "m\n", "somebody else\n"]);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3, "no temporary file is left");
    }

    #[test]
    fn scripts_are_executable_and_links_are_not_followed() {
        let dir = tree(&[("run.sh", "#!/bin/sh\n")]);
        fs::set_permissions(dir.path().join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        symlink("run.sh", dir.path().join("Makefile")).unwrap();
        let checkout = DiskCheckout::new(dir.path().to_path_buf());
        assert_eq!((checkout.entry("run.sh"), checkout.is_executable("run.sh")), (Some(Entry::File), true));
        assert_eq!(checkout.entry("Makefile"), Some(Entry::Symlink("run.sh".into())));
        assert_eq!(checkout.read("Makefile"), None);
        assert_eq!(documents(&open(&dir, &["."]).unwrap()), Vec::<String>::new());
    }
}

#[test]
fn what_an_ignore_file_names_is_not_linted_but_is_there() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(".git")).unwrap();
    for (path, text) in [(".ignore", "/examples/\n"), ("Makefile", "all:\n"), ("examples/Dockerfile", "FROM x\n")] {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::open(dir.path(), &[".".into()], Request::default()).unwrap();
    assert_eq!(documents(&project), ["Makefile"]);
    assert!(project.sources.checkout().read("examples/Dockerfile").is_some());
    let named = Project::open(dir.path(), &["examples/Dockerfile".into()], Request::default()).unwrap();
    assert_eq!(documents(&named), ["examples/Dockerfile"]);
}
