#!/usr/bin/env python3
"""Measures gobin-lint on real faults: each pair is a repository before and after the commit that mended it.

    python3 tests/pairs.py CLONES [--binary target/release/gobin-lint] [--scratch DIR] [--only TEXT] [--verbose]

Run by hand: it needs clones of about fifty public repositories, which are no part of this project and never committed.
CLONES holds them, bare or not, as `owner+name/repo`, `owner+name`, `owner/name` or `owner/name.git`;
`--map FILE` names others, one `owner/name<TAB>path` a line. `--scratch DIR` keeps the rebuilt trees for the next run.

The pairs are in tests/corpus/pairs.tsv: repository, the commit that mends, the files to lint, what was wrong, and in the
column `expected` which rules have to speak, with one of these words in front where they cannot yet:

    later:RULE    a rule, or a bridge from Makefile to Dockerfile, that is not built yet; counted apart
    -             not decidable from the repository, or no fault on today's Go: nothing has to speak

`a|b` means that either rule tells the reader enough. Where `decidable` says REVERSED the commit brought the fault in,
so the faulty tree is the later one.

found            an expected rule speaks of the named files in the faulty tree, and says less, or milder, in the mended one
still reported   it says as much in the mended tree: a false alarm, unless the fix was not one (see `why`)
missed           no expected rule speaks
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def clone_of(clones, named, repo):
    """The git directory of a repository, or None."""
    flat = repo.replace("/", "+")
    places = [named[repo]] if repo in named else []
    places += [clones / flat / "repo", clones / flat, clones / repo, clones / (repo + ".git")]
    for place in places:
        for candidate in (place / ".git", place):
            if (candidate / "HEAD").is_file() and (candidate / "objects").is_dir():
                return candidate
    return None


def git(directory, *args, **more):
    return subprocess.run(["git", f"--git-dir={directory}", *args], check=True, capture_output=True, **more)


def rebuild(directory, revision, tree):
    """Writes a commit's tree, with its exec bits and links, and a `.git` that marks the root and lists the tracked files.

    Not `git archive`: that leaves out what the repository marks `export-ignore`. A clone may lack its largest files;
    they are left empty.
    """
    if (tree / ".git").exists():
        return
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    index = tree.parent / (tree.name + ".index")
    env = {**os.environ, "GIT_INDEX_FILE": str(index), "GIT_LFS_SKIP_SMUDGE": "1"}
    plain = ["-c", "core.bare=false", "-c", "filter.lfs.smudge=", "-c", "filter.lfs.required=false"]
    git(directory, "read-tree", revision, env=env)
    checkout = [*plain, f"--work-tree={tree}", "checkout-index", "--all", "--force"]
    if subprocess.run(["git", f"--git-dir={directory}", *checkout], env=env, capture_output=True).returncode:
        for name in os.fsdecode(git(directory, "ls-files", "-z", env=env).stdout).split("\0"):
            path = tree / name
            if name and not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    (tree / ".git").mkdir()
    index.rename(tree / ".git" / "index")


def lint(binary, tree, paths):
    """The findings on those of the named files that are there, as (rule, file, line, message, weight)."""
    there = [path for path in paths if (tree / path).is_file()]
    if not there:
        return []
    run = subprocess.run([binary, "--format", "json", *there], cwd=tree, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{tree}: exit {run.returncode}\n{run.stderr}")
    out = []
    for finding in json.loads(run.stdout)["findings"]:
        weight = {"error": 3, "warning": 2, "note": 1}[finding["severity"]]
        out.append((finding["rule"], finding["path"], finding["start"]["line"], finding["message"], weight))
    return out


def verdict(expected, before, after):
    wanted = expected.removeprefix("later:").split("|")
    said, says = (sum(f[4] for f in side if f[0] in wanted) for side in (before, after))
    if not said:
        return "missed"
    return "found" if says < said else "still reported"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=pathlib.Path)
    parser.add_argument("--map", type=pathlib.Path)
    parser.add_argument("--pairs", type=pathlib.Path, default=HERE / "corpus" / "pairs.tsv")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "gobin-lint")
    parser.add_argument("--scratch", type=pathlib.Path)
    parser.add_argument("--only", help="pairs whose repository, class or expected rules hold this text")
    parser.add_argument("--verbose", action="store_true", help="show every finding on the named files")
    args = parser.parse_args()
    named = {}
    if args.map:
        for line in args.map.read_text().splitlines():
            repo, path = line.split("\t")
            named[repo] = pathlib.Path(path)
    with args.pairs.open(newline="") as table:
        pairs = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    scratch = args.scratch or pathlib.Path(tempfile.mkdtemp(prefix="pairs-"))
    binary = args.binary.resolve()
    tally = collections.defaultdict(collections.Counter)
    for pair in pairs:
        repo, fix, expected = pair["repo"], pair["fix_commit"], pair["expected"]
        label = f"{repo} {fix[:8]} {pair['class']}"
        if args.only and args.only not in f"{label} {expected}":
            continue
        directory = clone_of(args.clones, named, repo)
        if directory is None:
            print(f"{'no clone':15} {label}")
            tally[pair["class"]]["no clone"] += 1
            continue
        paths = [path.strip() for path in pair["paths"].split(",")]
        sides = []
        for revision in (f"{fix}^", fix):
            tree = scratch / f"{repo.replace('/', '+')}@{fix[:8]}{'-before' if revision.endswith('^') else '-after'}"
            try:
                rebuild(directory, revision, tree)
            except subprocess.CalledProcessError as error:
                sys.exit(f"{repo} {revision}: {error.stderr.decode(errors='replace').strip()}")
            sides.append(lint(binary, tree, paths))
        if "REVERSED" in pair["decidable"]:
            sides.reverse()
        before, after = sides
        if expected == "-":
            answer = "nothing asked"
        else:
            answer = verdict(expected, before, after)
            if expected.startswith("later:"):
                answer = "later: " + answer
        tally[pair["class"]][answer] += 1
        rules = lambda findings: ", ".join(sorted({f[0] for f in findings})) or "-"
        print(f"{answer:21} {label}\n    expected {expected} | faulty: {rules(before)} | mended: {rules(after)}")
        if args.verbose:
            for name, findings in (("faulty", before), ("mended", after)):
                for rule, path, line, message, _ in findings:
                    print(f"    {name} {path}:{line} {rule}: {message}")
    if not args.scratch:
        shutil.rmtree(scratch)
    print()
    total = collections.Counter()
    for name, counts in sorted(tally.items()):
        print(f"{name:20} " + ", ".join(f"{count} {answer}" for answer, count in sorted(counts.items())))
        total.update(counts)
    print(f"{'all':20} " + ", ".join(f"{count} {answer}" for answer, count in sorted(total.items())))


if __name__ == "__main__":
    main()
