#!/usr/bin/env python3
"""Asks the linters that people have for Dockerfiles what they say of the faults in the rule pages.

    python3 benches/faults.py [--scratch DIR]

A page has Bad examples and, where there is one, what each looks like mended (`Fixed`). A linter sees a fault if one of its rules speaks of
the Bad example and no more of the mended one, whatever the words. Style is left out: it changes with every line that does. Only examples
whose fault lies in a Dockerfile are asked; hadolint and tally (with all that it can find in the file) come from PyPI.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import beside
import measured

ROOT = pathlib.Path(__file__).resolve().parent.parent


def output(command, cwd):
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def said(tools, files, scratch):
    """The rules of each tool that speak of these files, by tool."""
    with tempfile.TemporaryDirectory(dir=scratch) as tree:
        tree = pathlib.Path(tree)
        for path, text in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
        dockerfiles = [path for path in files if beside.DOCKERFILE.fullmatch(pathlib.Path(path).name)]
        hadolint, tally = tools
        own = json.loads(output([ROOT / "target" / "release" / "gobin-lint", "--format", "json", "--no-config", "."], tree))
        theirs = collections.Counter()
        for path in dockerfiles:
            found = output([tally, "lint", "--format", "json", "--slow-checks", "off", "--fail-level", "none", path], tree)
            for file in json.loads(found or '{"files": []}')["files"] or []:
                theirs.update(one["rule"] for one in file["violations"] or [] if one["severity"] != "style")
        found = json.loads(output([hadolint, "--no-fail", "--format", "json", *dockerfiles], tree) or "[]") if dockerfiles else []
        return {
            "gobin-lint": collections.Counter(one["rule"] for one in own["findings"]),
            "hadolint": collections.Counter(one["code"] for one in found),
            "tally": theirs,
        }, {one["rule"]: one["path"] for one in own["findings"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch", type=pathlib.Path, help="kept for the next run")
    scratch = parser.parse_args().scratch or pathlib.Path(tempfile.mkdtemp(prefix="gobin-lint-"))
    scratch.mkdir(parents=True, exist_ok=True)
    tools = beside.peers(scratch)
    subprocess.run(["cargo", "build", "--quiet", "--release"], cwd=ROOT, check=True)
    pages = json.loads(output(["cargo", "run", "--quiet", "--example", "blocks", "--", "rules"], ROOT))
    rows, seen, asked = [], collections.Counter(), 0
    for page in pages:
        if page["rule"] == "unused-allow":
            # Our own comments.
            continue
        examples = {section: {e["title"]: e["files"] for e in page["examples"] if e["section"] == section} for section in ("Bad", "Fixed")}
        counts, number = collections.Counter(), 0
        for title, bad in examples["Bad"].items():
            fixed = examples["Fixed"].get(title)
            if fixed is None:
                continue
            before, places = said(tools, bad, scratch)
            place = pathlib.Path(places.get(page["rule"], "Makefile")).name
            if not beside.DOCKERFILE.fullmatch(place):
                continue
            after, _ = said(tools, {**bad, **fixed}, scratch)
            number += 1
            counts.update(tool for tool in before if before[tool] - after[tool])
        if number:
            rows.append([page["rule"], str(number), *(str(counts[tool]) for tool in ("gobin-lint", "hadolint", "tally"))])
            seen.update(counts)
            asked += number
    rows.append(["all", str(asked), *(str(seen[tool]) for tool in ("gobin-lint", "hadolint", "tally"))])
    measured.table(["", "examples", "gobin-lint", "hadolint", "tally"], rows)


if __name__ == "__main__":
    main()
