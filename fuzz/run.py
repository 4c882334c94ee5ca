#!/usr/bin/env python3
"""Fuzzes gobin-lint: seeds from the rule pages and cases, then each target for some time. Needs cargo-fuzz."""

import argparse
import hashlib
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
TARGETS = ["dockerfile", "makefile", "shell", "go", "model", "fix"]


def examples():
    """Every example of every page, as {path: text}."""
    for folder in ["rules", "tests/cases"]:
        out = subprocess.run(["cargo", "run", "-q", "--example", "blocks", "--", folder], cwd=ROOT, check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        for page in json.loads(out):
            for example in page["examples"]:
                yield example["files"]


def belongs(target, path):
    name = path.rsplit("/", 1)[-1].lower()
    return {
        "dockerfile": "dockerfile" in name or "containerfile" in name,
        "makefile": "makefile" in name or name.endswith(".mk"),
        "shell": name.endswith(".sh"),
        "go": name.endswith((".go", "go.mod", "go.work")),
    }[target]


def seed():
    for files in examples():
        tree = "".join(f"### {path}\n{text}" + ("" if text.endswith("\n") else "\n") for path, text in files.items())
        for target in TARGETS:
            if target in ("model", "fix"):
                keep(target, tree)
                continue
            for path, text in files.items():
                if belongs(target, path):
                    keep(target, text)
            if target == "shell":
                for text in files.values():
                    for line in text.splitlines():
                        if line.startswith(("\t", "RUN ")):
                            keep(target, line.removeprefix("RUN ").strip())


def keep(target, text):
    at = HERE / "corpus" / target
    at.mkdir(parents=True, exist_ok=True)
    (at / hashlib.sha256(text.encode()).hexdigest()[:16]).write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    args = parser.parse_args()
    seed()
    # libFuzzer needs coverage flags that only a nightly compiler takes without being asked. No sanitizer: nothing here is unsafe,
    # and its larger frames would overflow stacks that suffice.
    env = {"RUSTC_BOOTSTRAP": "1", **os.environ}
    failed = []
    for target in args.targets or TARGETS:
        if target not in TARGETS:
            sys.exit(f"no target {target}; there are {', '.join(TARGETS)}")
        code = subprocess.run(["cargo", "fuzz", "run", "--sanitizer", "none", target, "--", f"-max_total_time={args.seconds}",
                               "-max_len=8192", "-timeout=20", "-rss_limit_mb=2048"], cwd=ROOT, env=env).returncode
        print(f"{target}: {'ok' if code == 0 else f'exit {code}'}", flush=True)
        if code:
            failed.append(target)
    sys.exit(f"found something: {', '.join(failed)}" if failed else 0)


main()
