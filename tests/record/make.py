#!/usr/bin/env python3
"""Records what real GNU make makes of small Makefiles, for tests/oracle_make.rs to replay.

    python3 tests/record/make.py --out tests/data/make/answers.json
    python3 tests/record/make.py --check tests/data/make/answers.json

Each Makefile is read three times: with a probe behind it that prints expansions (`$(info ...)`), with `make -p` for the rules as
read, and with `make -n` for what would run. The directory that make runs in is called /T. What make versions may answer otherwise
is not asked; the answers are those of the version that is stored beside them.
"""

import argparse
import contextlib
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

from make_cases import CASES

# When the files of a case were written: 2020.
BEFORE = 1_577_836_800
ASSIGNMENT = re.compile(r"^ *(?:(?:export|override|unexport|private|define)\s+)*([A-Za-z_][\w.-]*)\s*(?:\+|\?|!|:{1,3})?=")
DEFINE = re.compile(r"^(?:override |export )*define\s+([A-Za-z_]\w*)")
# What make says itself, and its removal of files that it made on the way to others.
NOT_OF_A_RECIPE = re.compile(r"make(\[\d+\])?: |rm [^-]")
DATABASE = re.compile(r"^# Files\n(.*?)^# files hash-table stats", re.M | re.S)


def generated(count=140):
    """Makefiles that mix assignments, conditions and functions: what each feature alone does not show."""
    names = ["A", "B", "C", "D"]
    out = []
    for number in range(count):
        dice = random.Random(number)
        word = lambda: dice.choice(["x", "y.c", "a/b.c", "dir/sub/z.o", "-f", "0", "p.q.r", "lib/"])
        def value(depth=2):
            kinds = ["word", "word", "list", "name"] + ["call"] * (3 if depth else 0)
            kind = dice.choice(kinds)
            if kind == "word":
                return word()
            if kind == "list":
                return " ".join(word() for _ in range(dice.randint(0, 4)))
            if kind == "name":
                return dice.choice(["$(%s)", "${%s}"]) % dice.choice(names)
            inner = lambda: value(depth - 1)
            return dice.choice([
                lambda: f"$(subst {dice.choice('xabz')},{dice.choice(['', 'k', 'x y'])},{inner()})",
                lambda: f"$(patsubst {dice.choice(['%.c', '%', 'a/%', 'x'])},{dice.choice(['%.o', 'o/%', 'k'])},{inner()})",
                lambda: f"$({dice.choice(names)}:{dice.choice(['.c=.o', '%.c=%.o', 'a/%=%', '=.x'])})",
                lambda: f"$(filter {dice.choice(['%.c', 'x y.c', '%'])},{inner()})",
                lambda: f"$(filter-out {dice.choice(['%.c', 'x 0', 'dir/%'])},{inner()})",
                lambda: f"$({dice.choice(['sort', 'strip', 'dir', 'notdir', 'basename', 'suffix', 'firstword', 'lastword', 'words'])} {inner()})",
                lambda: f"$(word {dice.randint(1, 4)},{inner()})",
                lambda: f"$(wordlist {dice.randint(1, 3)},{dice.randint(1, 4)},{inner()})",
                lambda: f"$(addprefix {dice.choice(['p/', '-l', ''])},{inner()})",
                lambda: f"$(addsuffix {dice.choice(['.x', '/', ''])},{inner()})",
                lambda: f"$(join {inner()},{inner()})",
                lambda: f"$(findstring {dice.choice(['x', 'a/', 'q'])},{inner()})",
                lambda: f"$(if {inner()},{inner()},{inner()})",
                lambda: f"$(or {inner()},{inner()})",
                lambda: f"$(and {inner()},{inner()})",
                lambda: f"$(foreach i,{inner()},<$(i)>{dice.choice(['', ' $(A)', '$(i:.c=)'])})",
                lambda: f"$(call F,{inner()},{inner()})",
                lambda: f"$(abspath {inner()})",
            ])()
        lines = ["F = $(2)-$(1)", "A := x y.c", "B = $(A) 0"]
        for _ in range(dice.randint(4, 9)):
            name = dice.choice(names)
            sign = dice.choice([":=", ":=", "?=", "+=", "::="])
            line = f"{name} {sign} {value()}"
            if dice.random() < 0.25:
                test = dice.choice(["ifeq ($(%s),%s)" % (dice.choice(names), word()), "ifdef " + dice.choice(names),
                                    "ifneq (,$(filter %s,$(%s)))" % (word(), dice.choice(names)), "ifndef Z"])
                lines += [test, line, "else", f"{dice.choice(names)} := {value(1)}", "endif"]
            else:
                lines.append(line)
        lines += ["all: $(addsuffix .t,$(notdir $(basename $(filter %.c,$(A) $(B) y.c))))", "\t@echo $@ $^ '$(C)'",
                  "%.t:", "\techo $@ $* $(D)", ""]
        out.append({"name": f"generated {number}", "makefile": "\n".join(lines)})
    return out


def names_of(files):
    found = []
    for text in files.values():
        for line in text.replace("\\\n", " ").split("\n"):
            match = not line.startswith("\t") and (ASSIGNMENT.match(line) or DEFINE.match(line))
            if match and match[1] not in found and not match[1].startswith(("MAKE", "SHELL", "ifdef", "ifndef")):
                found.append(match[1])
    return found


def run(top, item, args):
    env = {"HOME": "/T/home", "PATH": "/usr/bin:/bin", "LC_ALL": "C", "PWD": "/T", **item.get("env", {})}
    env = {name: value.replace("/T", str(top / "T")) for name, value in env.items() if value is not None}
    done = subprocess.run(["make", "--no-print-directory", *args], cwd=top / "T", env=env, text=True, capture_output=True)
    return done.returncode, done.stdout.replace(str(top), ""), done.stderr.replace(str(top), "")


def without_file(item):
    args = item.get("args", [])
    return args[2:] if args[:1] == ["-f"] else args


def ask(top, item, questions):
    """What each text expands to behind the last line; None where make stops before."""
    (top / "probe.mk").write_text("".join(f"$(info \x01{at}\x02{text}\x03)\n" for at, text in enumerate(questions)))
    _, out, _ = run(top, item, ["-n", "-f", item.get("read", "Makefile"), "-f", "../probe.mk", *without_file(item)])
    found = {int(at): text for at, text in re.findall("\x01(\\d+)\x02(.*?)\x03", out, re.S)}
    if not found:
        return None
    answered = ((text, found[at]) for at, text in enumerate(questions) if at in found)
    return [[text, answer.replace(" ../probe.mk", "")] for text, answer in answered]


def rules(top, item):
    """The targets that the files name, with their prerequisites, as read."""
    (top / "stop.mk").write_text("__stop__:;@:\n")
    code, out, _ = run(top, item, ["-pn", "-f", item.get("read", "Makefile"), "-f", "../stop.mk", "__stop__"])
    database = DATABASE.search(out)
    if code != 0 or not database:
        return None
    found = {}
    for block in database[1].split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("# Not a target"):
            continue
        rule = next((line for line in lines if line and not line.startswith(("#", "\t"))), None)
        match = rule and re.match(r"(.*?)(::?)(?: (.*))?$", rule)
        if not match or match[1].startswith(".") or match[1] == "__stop__" or "=" in rule:
            continue
        wanted, _, order = (match[3] or "").partition("|")
        if match[1] in found:
            found[match[1]] = None
        else:
            found[match[1]] = [wanted.split(), order.split()]
    return {name: both for name, both in found.items() if both}


def scratch():
    """A new directory whose name holds nothing that a case asks for: `$(findstring q,$(abspath x))` must not hang on chance."""
    for number in itertools.count():
        top = pathlib.Path(tempfile.gettempdir(), "mkrec", str(number))
        try:
            top.mkdir(parents=True)
            return top
        except FileExistsError:
            continue


def record(item):
    top = scratch()
    try:
        (top / "T").mkdir()
        files = {"Makefile": item["makefile"], **item.get("files", {})} if "makefile" in item else item["files"]
        for name, text in files.items():
            path = top / "T" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            # Equally old, or a tick of the clock decides what is newer.
            os.utime(path, (BEFORE, BEFORE))
        names = names_of(files) + item.get("names", [])
        questions = [f"$({kind}{name})" for name in names for kind in ("", "origin ", "flavor ")] + item.get("ask", [])
        code, out, error = run(top, item, ["-n", *item.get("args", [])])
        said = re.search(r"\*\*\* (.*)", error)
        return {
            "name": item["name"],
            "files": files,
            "env": item.get("env", {}),
            "args": item.get("args", []),
            "read": item.get("read", "Makefile"),
            "answers": ask(top, item, questions + ["$(.DEFAULT_GOAL)"]),
            "rules": rules(top, item),
            "code": code,
            "text": said[1] if said else "",
            "lines": [line for line in out.split("\n") if line and not NOT_OF_A_RECIPE.match(line)],
        }
    finally:
        shutil.rmtree(top, ignore_errors=True)
        with contextlib.suppress(OSError):
            top.parent.rmdir()


def compare(stored, answers):
    known = {answer["name"]: answer for answer in stored}
    wrong = [answer for answer in answers if known.get(answer["name"]) != answer]
    for answer in wrong:
        old = known.get(answer["name"]) or {}
        print(f"make answers otherwise: {answer['name']}")
        for key in answer:
            if old.get(key) != answer[key]:
                print(f"  {key}\n    stored: {json.dumps(old.get(key))}\n    now:    {json.dumps(answer[key])}")
    print(f"{len(answers) - len(wrong)} of {len(answers)} answers are as stored")
    return 1 if wrong or len(known) != len(answers) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=pathlib.Path, help="where the answers are written")
    target.add_argument("--check", type=pathlib.Path, help="answers that must be the same; nothing is written")
    parser.add_argument("--only", default="", help="records only cases whose name contains this")
    options = parser.parse_args()
    version = subprocess.run(["make", "--version"], text=True, capture_output=True, check=True).stdout.split("\n")[0]
    items = [item for item in CASES + generated() if options.only in item["name"]]
    names = [item["name"] for item in items]
    assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    answers = [record(item) for item in items]
    if options.check:
        stored = json.loads(options.check.read_text())
        print(f"stored: {stored['version']}; here: {version}")
        wrong = compare([row for row in stored["cases"] if options.only in row["name"]], answers)
        # Versions differ in blanks that `+=` adds, in `.SHELLFLAGS`, in words of messages: to be read, not to be failed on.
        sys.exit(wrong if version == stored["version"] else 0)
    rows = ",\n".join(json.dumps(answer, sort_keys=True) for answer in answers)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(f'{{"version": {json.dumps(version)}, "cases": [\n{rows}\n]}}\n')
    print(f"{len(answers)} Makefiles, {sum(len(a['answers'] or []) for a in answers)} expansions, by {version}")


if __name__ == "__main__":
    main()
