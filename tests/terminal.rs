//! Knows what only a person sees who waits at a terminal: the progress bar. Each run has a pseudo terminal of its own.
//! Refuses to know what is found.
#![cfg(unix)]

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// What one run wrote to stderr.
fn errors(dir: &Path, args: &[&str], env: &[(&str, &str)], terminal: bool) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gobin-lint"));
    command.current_dir(dir).args(args).stdin(Stdio::null()).stdout(Stdio::null());
    command.env_remove("CI").env("TERM", "xterm").envs(env.iter().copied());
    if !terminal {
        return String::from_utf8(command.stderr(Stdio::piped()).output().unwrap().stderr).unwrap();
    }
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let line = rustix::fs::open(name.as_c_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    let mut child = command.stderr(Stdio::from(line)).spawn().unwrap();
    // The command keeps its end of the line open, and nobody would ever hang up.
    drop(command);
    let mut seen = Vec::new();
    // When the last process has closed its end, Linux says so by an error, others by an end.
    let _ = File::from(screen).read_to_end(&mut seen);
    assert!(child.wait().unwrap().code().unwrap() < 2);
    String::from_utf8(seen).unwrap()
}

/// A tree, and what a terminal shows of a run over it: as many Makefiles as it takes for this machine and this build to be slow enough.
fn long_run(args: &[&str]) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let recipe =
        "\tcd cmd && CGO_ENABLED=0 go build -o ../bin/$(NAME) . && install -m 0755 ../bin/$(NAME) /usr/local/bin\n";
    let makefile = format!("NAME := $(shell echo app)\nall:\n{}", recipe.repeat(100));
    let mut seen = String::new();
    for count in 1..=1000 {
        std::fs::create_dir(dir.path().join(count.to_string())).unwrap();
        std::fs::write(dir.path().join(format!("{count}/Makefile")), &makefile).unwrap();
        if [4, 12, 36, 108, 324, 1000].contains(&count) {
            seen = errors(dir.path(), args, &[], true);
            if !seen.is_empty() {
                break;
            }
        }
    }
    (dir, seen)
}

/// A bar came, and went.
fn shows_a_bar(seen: &str) {
    assert!(seen.contains(" files ["), "no bar: {seen:?}");
    let cleared = seen.rsplit('\r').next();
    assert_eq!(cleared, Some("\u{1b}[2K"), "the line is not empty again: {seen:?}");
}

#[test]
fn a_bar_is_for_a_waiting_person_only_and_is_gone_before_the_report() {
    let (dir, seen) = long_run(&["--fail-on", "never"]);
    shows_a_bar(&seen);
    assert_eq!(errors(dir.path(), &[], &[], false), "", "a pipe has no bar");
    assert_eq!(errors(dir.path(), &["--quiet"], &[], true), "");
    assert_eq!(errors(dir.path(), &[], &[("TERM", "dumb")], true), "");
    assert_eq!(errors(dir.path(), &[], &[("CI", "true")], true), "");
    let short = tempfile::tempdir().unwrap();
    std::fs::write(short.path().join("Makefile"), "all:\n\techo\n").unwrap();
    let started = Instant::now();
    let seen = errors(short.path(), &[], &[], true);
    assert!(seen.is_empty() || started.elapsed() > Duration::from_millis(300), "nobody waited: {seen:?}");
}

#[test]
fn flow_has_the_same_bar() {
    shows_a_bar(&long_run(&["flow"]).1);
}
