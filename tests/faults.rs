//! Knows what can go wrong while `--fix` writes: a full disk, links, another run, a kill. Nothing may be lost by any of them.
//! Refuses to know any rule by name: what gets fixed is taken from the rules' own pages.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use gobin_lint::rules::RULES;
use tempfile::TempDir;

/// A document and what `--fix --unsafe-fixes` makes of it, which is longer.
struct Case {
    rule: &'static str,
    name: String,
    before: String,
    after: String,
}

fn case() -> Case {
    let growing = |rule: &gobin_lint::rules::Rule| {
        let page = rule.page;
        let (bad, fixed) = (page.examples("Bad").first()?.clone(), page.examples("Fixed").first()?.clone());
        let ([before], [after]) = (bad.blocks.as_slice(), fixed.blocks.as_slice()) else { return None };
        let case = Case { rule: rule.id, name: before.path.clone(), before: before.plain(), after: after.text.clone() };
        (bad.title == fixed.title && case.after.len() > case.before.len()).then_some(case)
    };
    RULES.iter().find_map(growing).expect("some page has a fix that adds something")
}

impl Case {
    fn write(&self, dir: &Path) -> PathBuf {
        fs::create_dir_all(dir).unwrap();
        let path = dir.join(&self.name);
        fs::write(&path, &self.before).unwrap();
        path
    }

    /// The same with a comment behind it, so that it has exactly this many bytes.
    fn padded(&self, size: usize) -> Case {
        let pad = |text: &str| format!("{text}# {}\n", "x".repeat(size - self.before.len() - 3));
        Case { rule: self.rule, name: self.name.clone(), before: pad(&self.before), after: pad(&self.after) }
    }
}

fn start(case: &Case, dir: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gobin-lint"));
    command.args(["--select", case.rule, "--fix", "--unsafe-fixes", "--quiet", "."]).current_dir(dir);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn fix(case: &Case, dir: &Path) -> Output {
    start(case, dir).wait_with_output().unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The names in a directory.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A disk of a few pages; taken away again when dropped.
struct Disk(TempDir);

impl Disk {
    /// `None` where this process may not mount, which is said.
    fn of(bytes: usize) -> Option<Disk> {
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={bytes}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            eprintln!("cannot mount a small disk here (needs root on Linux): a full disk was not tested");
            return None;
        }
        Some(Disk(dir))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

const PAGE: usize = 4096;

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let case = case().padded(PAGE);
    let Some(disk) = Disk::of(PAGE) else { return };
    let path = case.write(disk.0.path());
    let output = fix(&case, disk.0.path());
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("cannot write {}", case.name)), "{said}");
    assert_eq!(read(&path), case.before);
    assert_eq!(names(disk.0.path()), [case.name]);
}

#[test]
fn a_full_disk_leaves_a_file_with_two_names_as_it_was() {
    let case = case().padded(PAGE);
    // Room for the file and its copy, and none for what the fix adds.
    let Some(disk) = Disk::of(2 * PAGE) else { return };
    let path = case.write(disk.0.path());
    let twin = disk.0.path().join("twin.txt");
    fs::hard_link(&path, &twin).unwrap();
    let output = fix(&case, disk.0.path());
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((read(&path), read(&twin)), (case.before.clone(), case.before));
    assert_eq!(names(disk.0.path()), [case.name.as_str(), "twin.txt"]);
}

#[test]
fn one_file_that_does_not_fit_leaves_the_others_as_they_were() {
    let case = case();
    let large = case.padded(3 * PAGE);
    // Room for both files and the small one's new text.
    let Some(disk) = Disk::of(6 * PAGE) else { return };
    let (small_path, large_path) = (case.write(&disk.0.path().join("a")), large.write(&disk.0.path().join("b")));
    let output = fix(&case, disk.0.path());
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((read(&small_path), read(&large_path)), (case.before, large.before));
}

#[test]
fn modes_symbolic_links_and_hard_links_survive() {
    let case = case();
    let dir = tempfile::tempdir().unwrap();
    let path = case.write(&dir.path().join("real"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let twin = dir.path().join("real/twin.txt");
    fs::hard_link(&path, &twin).unwrap();
    let link = dir.path().join(&case.name);
    symlink(&path, &link).unwrap();
    assert_eq!(fix(&case, dir.path()).status.code(), Some(0));
    assert_eq!((read(&path), read(&twin), read(&link)), (case.after.clone(), case.after.clone(), case.after));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.mode() & 0o7777, metadata.nlink()), (0o640, 2));
    assert_eq!(names(&dir.path().join("real")), [case.name.as_str(), "twin.txt"]);
}

#[test]
fn runs_at_the_same_time_end_in_one_fixed_text() {
    let case = case();
    let dir = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = (0..20).map(|i| case.write(&dir.path().join(i.to_string()))).collect();
    let runs: Vec<Child> = (0..6).map(|_| start(&case, dir.path())).collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() || said.contains("changed on disk"), "{said}");
    }
    // A run that came too late wrote nothing; one more finds what is left.
    assert_eq!(fix(&case, dir.path()).status.code(), Some(0));
    for path in &paths {
        assert_eq!(read(path), case.after);
        assert_eq!(names(path.parent().unwrap()), [case.name.as_str()]);
    }
}

#[test]
fn a_kill_leaves_every_file_whole() {
    let case = case();
    for try_after in [0, 1, 3] {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..60).map(|i| case.write(&dir.path().join(format!("{i:03}")))).collect();
        let mut run = start(&case, dir.path());
        // Files are replaced in order of path: once the first is, the others are on their way.
        let started = Instant::now();
        while read(&paths[0]) == case.before && started.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_micros(50));
        }
        std::thread::sleep(Duration::from_millis(try_after));
        run.kill().unwrap();
        run.wait().unwrap();
        for path in &paths {
            let text = read(path);
            assert!(text == case.before || text == case.after, "{}: {text}", path.display());
        }
        assert_eq!(fix(&case, dir.path()).status.code(), Some(0), "the next run does the rest");
        assert!(paths.iter().all(|path| read(path) == case.after));
    }
}
