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

/// A tree that keeps this machine and this build busy for long enough.
fn long_tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let recipe =
        "\tcd cmd && CGO_ENABLED=0 go build -o ../bin/$(NAME) . && install -m 0755 ../bin/$(NAME) /usr/local/bin\n";
    let makefile = format!("NAME := $(shell echo app)\nall:\n{}", recipe.repeat(100));
    let mut count = 0;
    loop {
        for _ in 0..20 {
            count += 1;
            std::fs::create_dir(dir.path().join(count.to_string())).unwrap();
            std::fs::write(dir.path().join(format!("{count}/Makefile")), &makefile).unwrap();
        }
        let started = Instant::now();
        assert_eq!(errors(dir.path(), &["--fail-on", "never"], &[], false), "", "a pipe has no bar");
        if started.elapsed() > Duration::from_millis(700) {
            return dir;
        }
    }
}

#[test]
fn a_bar_is_for_a_waiting_person_only_and_is_gone_before_the_report() {
    let dir = long_tree();
    let seen = errors(dir.path(), &["--fail-on", "never"], &[], true);
    assert!(seen.contains(" files ["), "no bar: {seen:?}");
    let cleared = seen.rsplit('\r').next();
    assert_eq!(cleared, Some("\u{1b}[2K"), "the line is not empty again: {seen:?}");
    assert_eq!(errors(dir.path(), &["--quiet"], &[], true), "");
    assert_eq!(errors(dir.path(), &[], &[("TERM", "dumb")], true), "");
    assert_eq!(errors(dir.path(), &[], &[("CI", "true")], true), "");
    let short = tempfile::tempdir().unwrap();
    std::fs::write(short.path().join("Makefile"), "all:\n\techo\n").unwrap();
    assert_eq!(errors(short.path(), &[], &[], true), "", "nobody waited");
}
