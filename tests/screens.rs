//! Knows the README's screens: what the program prints of the project that the README begins with, as text there and as SVG
//! in `docs/`, and which Rust builds it. `BLESS=1 cargo test --test screens` writes the pictures again.
//! Refuses to know what should be found; that is in the rules' own tests.

use std::path::Path;
use std::process::Command;

const DOCKERFILE: &str = "FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/api ./cmd/api\n\n\
    FROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=build /out/api /usr/local/bin/api\nENTRYPOINT [\"/api\"]\n";

/// What the program prints, with a prompt before it; how long it took is not the same twice.
fn screen(dir: &Path, color: &str, args: &[&str]) -> String {
    let colored: &[&str] = if args[0] == "flow" { &[] } else { &["--color", color] };
    let output = Command::new(env!("CARGO_BIN_EXE_gobin-lint"))
        .args(args)
        .args(colored)
        .current_dir(dir)
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "90")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert!(output.status.code().unwrap() < 2, "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| match line.rsplit_once(" in ") {
        Some((before, time)) if time.ends_with(" ms") => format!("{before} in 4 ms\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn the_screens_show_what_is_printed() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let readme: Vec<&str> = readme.lines().map(str::trim_end).collect();
    let readme = readme.join("\n");
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("Dockerfile"), DOCKERFILE).unwrap();
    let screens: [(&str, &[&str]); 3] = [("report", &["."]), ("flow", &["flow", "."]), ("fix", &["--diff", "."])];
    for (name, args) in screens {
        assert!(readme.contains(&format!("docs/{name}.svg")), "the README does not show docs/{name}.svg");
        let plain = screen(dir.path(), "never", args);
        let shown: Vec<&str> = plain.lines().map(str::trim_end).collect();
        // The closing line is told in the README's own words.
        let shown = shown.strip_suffix(&["1 finding in 1 of 1 file (1 fixable with --fix) in 4 ms"]).unwrap_or(&shown);
        let shown = shown.join("\n");
        assert!(
            readme.contains(shown.trim_end()),
            "the README does not show what `gobin-lint {}` prints:\n{shown}",
            args.join(" ")
        );
        let prompt = format!("\u{1b}[1;32m$\u{1b}[0m gobin-lint {}\n", args.join(" "));
        let svg = anstyle_svg::Term::new().render_svg(&format!("{prompt}{}", screen(dir.path(), "always", args)));
        let path = format!("docs/{name}.svg");
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all("docs").unwrap();
            std::fs::write(&path, &svg).unwrap();
        }
        assert!(std::fs::read_to_string(&path).is_ok_and(|kept| kept == svg), "{path} shows something else");
    }
}

#[test]
fn the_readme_says_what_it_takes_to_build() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let version = env!("CARGO_PKG_RUST_VERSION");
    assert!(readme.contains(&format!("Rust {version} or newer")), "the README does not ask for Rust {version}");
}
