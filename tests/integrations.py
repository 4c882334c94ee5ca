#!/usr/bin/env python3
"""Shows that gobin-lint works where people use it: as a wheel, a pre-commit hook, a GitHub action, a GitLab job and an image, and that
Mermaid itself draws the pictures of `flow`.

Each is used as a stranger would, on a scratch repository with one fault in it, which must be told, and on the same one
mended, which must pass. What GitHub and GitLab would do around our own lines (checking out, caching, uploading) is not run.
Needs cargo, git, bash and python3 with venv and pip. Run by hand: `make integrations`; it compiles several times.

The image is built by a Docker of its own on a look-alike of its base image (`tests/e2e/rust.sh`), where `tests/e2e/engine.sh can` run;
that takes rustup, some 6 GB in the temporary directory and ten minutes, and is skipped elsewhere."""

import argparse
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
E2E = ROOT / "tests/e2e"
sys.dont_write_bytecode = True
sys.path.insert(0, str(E2E))

import bases
from docker import Docker

BROKEN = 'FROM golang:1.24 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/app .\n\nFROM scratch\nCOPY --from=build /out/app /app\nENTRYPOINT ["/server"]\n'
MENDED = BROKEN.replace("/server", "/app")
RULE = "entrypoint-not-found"


def run(command, where, env=None, **more):
    shown = subprocess.run(command, cwd=where, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, **more)
    return shown.returncode, shown.stdout


def must(command, where, env=None):
    code, out = run(command, where, env)
    if code:
        sys.exit(f"{command} failed with {code}:\n{out}")
    return out


def repository(at, dockerfile):
    at.mkdir(parents=True)
    (at / "Dockerfile").write_text(dockerfile)
    (at / "go.mod").write_text("module example.com/app\n\ngo 1.24\n")
    (at / "main.go").write_text("package main\n\nfunc main() {}\n")
    must(["git", "init", "-q"], at)
    must(["git", "add", "-A"], at)
    return at


def both(scratch, name, use):
    """Uses it on the broken and on the mended repository; `use` answers (exit code, output)."""
    code, out = use(repository(scratch / name / "broken", BROKEN))
    assert code == 1 and RULE in out, f"{name}, broken: exit {code}\n{out}"
    code, out = use(repository(scratch / name / "mended", MENDED))
    assert code == 0 and RULE not in out, f"{name}, mended: exit {code}\n{out}"


def venv(scratch, *packages):
    at = scratch / "venv" / str(len(packages) and packages[0].split("/")[-1])
    must([sys.executable, "-m", "venv", str(at)], scratch)
    must([str(at / "bin" / "pip"), "install", "-q", *packages], ROOT)
    return at / "bin"


def wheel(scratch):
    bin = venv(scratch, str(ROOT))
    both(scratch, "wheel", lambda at: run([str(bin / "gobin-lint"), "."], at))


def hook(scratch):
    bin = venv(scratch, "pre-commit")
    # The files as they are, committed or not: pre-commit clones.
    source = scratch / "source"
    source.mkdir()
    listed = must(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes((ROOT / path).read_bytes())
    must(["git", "init", "-q"], source)
    must(["git", "add", "-A"], source)
    must(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"], source)
    env = {"PRE_COMMIT_HOME": str(scratch / "pre-commit")}
    revision = must(["git", "rev-parse", "HEAD"], source).strip()

    def use(at, hook="gobin-lint"):
        (at / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {source}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n")
        must(["git", "add", "-A"], at)
        return run([str(bin / "pre-commit"), "run", "--all-files"], at, env)

    both(scratch, "hook", use)
    at = repository(scratch / "hook" / "fix", BROKEN)
    code, out = use(at, "gobin-lint-fix")
    # pre-commit fails a hook that changed a file, so that the change is looked at.
    assert code == 1 and (at / "Dockerfile").read_text() == MENDED, f"fix: exit {code}\n{out}"


def steps(document, values):
    """The steps that run something, with their environment, as GitHub would fill them in."""
    def filled(text):
        for name, value in values.items():
            text = text.replace("${{ %s }}" % name, value)
        assert "${{" not in text, text
        return text

    for step in document["runs"]["steps"]:
        if "run" in step:
            yield step["name"], step["run"], {name: filled(value) for name, value in step.get("env", {}).items()}


def yaml(scratch, path):
    """A YAML file as data, read by PyYAML in an environment of its own."""
    bin = scratch / "venv" / "pyyaml" / "bin"
    if not bin.exists():
        venv(scratch, "pyyaml")
    read = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))"
    return json.loads(must([str(bin / "python"), "-c", read, str(ROOT / path)], ROOT))


def action(scratch):
    document = yaml(scratch, "action.yml")
    inputs = {f"inputs.{name}": str(one["default"]) for name, one in document["inputs"].items()}
    temp = scratch / "action" / "temp"
    temp.mkdir(parents=True)

    def use(at, arguments=""):
        values = {**inputs, "inputs.arguments": arguments, "github.action_path": str(ROOT), "runner.temp": str(temp)}
        path, output, out = at / ".git" / "path", at / ".git" / "output", ""
        for name, script, env in steps(document, values):
            env = {**env, "GITHUB_PATH": str(path), "GITHUB_OUTPUT": str(output)}
            env["PATH"] = ":".join([*(path.read_text().split() if path.exists() else []), os.environ["PATH"]])
            code, said = run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], at, env)
            out += said
            if code:
                assert name == "Judge", f"{name}: exit {code}\n{said}"
                break
        sarif = dict(line.split("=", 1) for line in output.read_text().split())["sarif"]
        results = json.loads(pathlib.Path(sarif).read_text())["runs"][0]["results"]
        assert bool(results) == ("broken" in str(at)), results
        return code, out

    both(scratch, "action", use)
    code, out = use(repository(scratch / "action" / "broken-but-ignored", BROKEN), f"--fail-on 'never'")
    assert code == 0 and RULE in out, out


def gitlab(scratch):
    document = yaml(scratch, ".gitlab/gobin-lint.yml")
    job = document["gobin-lint"]
    cargo = scratch / "gitlab" / "cargo"
    values = {**document["variables"], "GOBIN_LINT_SOURCE": f"--path {ROOT} --root {cargo}"}
    env = {**values, "PATH": f"{cargo / 'bin'}:{os.environ['PATH']}"}

    def use(at):
        out = ""
        for line in job["before_script"] + job["script"]:
            code, said = run(["bash", "-eo", "pipefail", "-c", line], at, env)
            out += said
            if code:
                break
        report = json.loads((at / job["artifacts"]["reports"]["codequality"]).read_text())
        assert bool(report) == ("broken" in str(at)), report
        return code, out

    both(scratch, "gitlab", use)


def mermaid(scratch):
    draw = "import sys, mermaidx; mermaidx.render(open(sys.argv[1]).read()).save(sys.argv[2])"
    python, drawn = str(venv(scratch, "mermaidx") / "python"), scratch / "flow.svg"
    for picture in sorted(ROOT.glob("fixtures/*/expected/flow.mmd")):
        must([python, "-c", draw, str(picture), str(drawn)], ROOT)
        texts = html.unescape(re.sub(r"<style.*?</style>|<[^>]*>", "", drawn.read_text(), flags=re.S))
        for label in re.findall(r'\["(.*?)"\]', picture.read_text()):
            for line in label.split("<br/>"):
                line = html.unescape(re.sub(r"#(\d+);", r"&#\1;", line))
                assert "".join(line.split()) in "".join(texts.split()), f"{picture}: {line} is not drawn"


def image(scratch):
    engine = ["bash", str(E2E / "engine.sh")]
    code, why = run([*engine, "can"], ROOT)
    if code or not shutil.which("rustup"):
        return why.strip() or "needs rustup"
    # Below what the daemon sees of this machine.
    work = scratch / "image"
    base, version = re.search(r"^FROM (rust:([\d.]+)-alpine) ", (ROOT / "Dockerfile").read_text(), re.M).groups()
    must([*engine, "fetch", str(work)], ROOT)
    must(["bash", str(E2E / "trees.sh"), str(work)], ROOT)
    must(["bash", str(E2E / "rust.sh"), str(work), version], ROOT)
    must([*engine, "up", str(work)], ROOT)
    try:
        docker = Docker(work / "docker")
        assert not bases.make(docker, work, [base], None, print)
        built, says = docker.build("gobin-lint", ROOT)
        assert built, "\n".join(says)
        print(f"    {int(docker.must('image', 'inspect', '--format', '{{.Size}}', 'gobin-lint')) / 1e6:.1f} MB")

        def use(at, *options, mode="ro", arguments=()):
            done = docker.call("run", "--rm", "--network=none", "--read-only", "--volume", f"{at}:/work:{mode}", *options, "gobin-lint", *arguments, text=True)
            return done.returncode, done.stdout + done.stderr

        both(work, "used", use)
        at = repository(work / "used" / "fix", BROKEN)
        for path in [at, *at.rglob("*")]:
            os.chown(path, 1234, 1234)
        code, out = use(at, "--user=1234:1234", mode="rw", arguments=["--fix"])
        mended = at / "Dockerfile"
        assert code == 0 and mended.read_text() == MENDED and mended.stat().st_uid == 1234, f"fix: exit {code}\n{out}"
    finally:
        run([*engine, "down", str(work)], ROOT)


def main():
    uses = {"wheel": wheel, "hook": hook, "action": action, "gitlab": gitlab, "mermaid": mermaid, "image": image}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=uses, action="append")
    asked = parser.parse_args().only or uses
    with tempfile.TemporaryDirectory() as scratch:
        # One place for what is compiled: dependencies once, gobin-lint once a use.
        os.environ.setdefault("CARGO_TARGET_DIR", str(pathlib.Path(scratch) / "target"))
        for name in asked:
            skipped = uses[name](pathlib.Path(scratch))
            print(f"skipped  {name}: {skipped}" if skipped else f"ok  {name}", flush=True)


main()
