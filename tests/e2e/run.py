#!/usr/bin/env python3
"""Builds and starts every example of the rule pages with a Docker of its own, and says where a page claims what is not so.

    tests/e2e/run.py                  all of it, below a temporary directory that is removed at the end
    tests/e2e/run.py --work DIR --keep --only whole-bin-copy
    tests/e2e/run.py --record tests/data/e2e/outputs.json     writes down what the tools printed

Needs what `engine.sh can` asks for, about 4 GB in the temporary directory, and a network for packages and Go; builds get none.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True

import bases
import modules
import pages
from claims import CLAIMS, Claim
from docker import Docker, clean

HERE = pathlib.Path(__file__).resolve().parent
GOLANG = "golang:1.24"
TOMORROW = "tomorrow/golang:1.24"  # with newer modules in its proxy
UNTRUE = 77  # exit code of a recipe's shell where make passed and the claim does not hold


class Run:
    def __init__(self, docker, work, sums, unknown):
        self.docker, self.work, self.sums, self.unknown = docker, work, sums, unknown

    def try_to_prove(self, number, example):
        try:
            return self.prove(number, example)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            return "", "", f"it could not be asked: {error}", None, None

    def prove(self, number, example):
        """Gives what was expected, what came, the complaint (None where there is none), why it was skipped, and the record."""
        claim = CLAIMS.get(example.key, Claim())
        if isinstance(claim, str):
            return "", "", None, claim, None
        expected = f"{claim.fails} fails" if claim.fails else "runs"
        directory = self.work / "examples" / str(number)
        shutil.rmtree(directory, ignore_errors=True)
        example.write(directory, self.sums, self.work / "prebuilt/app")
        if claim.git:
            self.make_repository(directory)
        prove = self.prove_image if example.dockerfile else self.prove_make
        observed, says, complaint, skipped = prove(number, example, claim, directory)
        shutil.rmtree(directory, ignore_errors=True)
        if skipped:
            return expected, "", None, skipped, None
        record = {"rule": example.rule, "section": example.section, "title": example.title, **observed, "says": says}
        shown = ", ".join(f"{what}: {'ok' if value is True else 'fails' if value is False else value}" for what, value in observed.items())
        return expected, shown, complaint, None, record

    def prove_image(self, number, example, claim, directory):
        lacking = [name for name in example.images() if name in self.unknown]
        if lacking:
            return {}, [], None, f"nothing here stands for {', '.join(lacking)}"
        tag = f"example/{number}"
        options = [option.format(context=directory) for option in claim.build]
        built, says = self.docker.build(tag, directory, options)
        complaint, classic = None, []
        if claim.classic:
            passed, classic = self.docker.build(tag, directory, options, classic=True)
            complaint = self.judge(Claim("build", claim.classic), "" if passed else "build", classic)
        if not built:
            return {"build": False}, says + classic, complaint or self.judge(claim, "build", says), no_package(says)
        if claim.starts:
            code, says = self.docker.start(tag, f"example-{number}", claim.start, claim.args)
            observed = {"build": True, "start": code in (None, 0), "exit": "still running" if code is None else code}
        else:
            observed, says = {"build": True}, []
        complaint = complaint or self.judge(claim, "" if observed.get("start", True) else "start", says)
        if complaint is None and claim.tomorrow:
            complaint = self.tomorrow(number, directory, claim.tomorrow)
        if claim.also:
            says += self.docker.start(tag, f"example-{number}", *claim.also)[1]
        if complaint is None and claim.look:
            complaint = claim.look(self.docker, tag, says)
        return observed, says + classic, complaint, None

    def tomorrow(self, number, directory, claim):
        """What is wrong with the claim where the proxy has newer versions."""
        tag = f"example/{number}-tomorrow"
        built, says = self.docker.build(tag, directory, [f"--build-context={GOLANG}=docker-image://{TOMORROW}"])
        failed = "" if built else "build"
        if built:
            code, says = self.docker.start(tag, f"example-{number}-tomorrow", claim.start, claim.args)
            failed = "" if code in (None, 0) else "start"
        complaint = self.judge(claim, failed, says)
        if complaint is None and claim.look:
            complaint = claim.look(self.docker, tag, says)
        return complaint and f"tomorrow {complaint}"

    def prove_make(self, number, example, claim, directory):
        """make runs in the golang image, as on the machine of somebody who has Go and set nothing."""
        goals = " ".join(example.goals if claim.goals is None else claim.goals)
        script = f"unset GOPATH; {claim.before or ':'} && make {goals} && {{ {claim.after or ':'} || exit {UNTRUE}; }}"
        done = self.in_golang(directory, script)
        says = clean(done.stdout + done.stderr)[-14:]
        observed = {"make": done.returncode in (0, UNTRUE)}
        complaint = self.judge(claim, "" if observed["make"] else "make", says)
        if done.returncode == UNTRUE:
            complaint = f"behind make, this is not so: {claim.after}"
        return observed, says, complaint, None

    def in_golang(self, directory, script):
        return self.docker.call("run", "--rm", "--network=none", "--volume", f"{directory}:/src", "--workdir", "/src", GOLANG, "bash", "-c", script)

    def judge(self, claim, failed, says):
        if claim.fails != failed:
            return f"{claim.fails or 'nothing'} should have failed, and {failed or 'nothing'} did" + (f": {says[-1]}" if says else "")
        if claim.text and not any(claim.text in line for line in says):
            return f"it should say {claim.text!r}"
        return None

    def make_repository(self, directory):
        script = "git init -q . && git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x && git tag v1.2.3"
        done = self.in_golang(directory, script)
        if done.returncode:
            raise RuntimeError(done.stderr)


def no_package(says):
    return next((line for line in says if "there is no network here to get" in line), None)


def prepare(work, examples, log):
    engine = ["bash", str(HERE / "engine.sh")]
    subprocess.run([*engine, "fetch", str(work)], check=True)
    log("fetched packages and Go")
    subprocess.run(["bash", str(HERE / "trees.sh"), str(work)], check=True)
    log("unpacked look-alikes of the base images")
    tree = work / "trees/proxy/usr/local"
    sums = modules.write(tree / "share/goproxy", modules.named(examples))
    (tree / "go").mkdir(exist_ok=True)
    (tree / "go/go.env").write_text("GOPROXY=file:///usr/local/share/goproxy\nGOSUMDB=off\nGOTOOLCHAIN=local\n")
    subprocess.run([*engine, "up", str(work)], check=True)
    docker = Docker(work / "docker")
    log(f"started Docker {docker.must('version', '--format', '{{.Server.Version}}').strip()}")
    names = {name for example in examples if example.dockerfile for name in example.images()}
    # The daemon sees nothing of this machine but its own directory.
    sample = work / "sample"
    shutil.copytree(HERE / "sample", sample, dirs_exist_ok=True)
    unknown = bases.make(docker, work, names | {GOLANG, "arm64/alpine:3.22"}, sample, log)
    newer = work / "tomorrow"
    modules.write(newer, modules.named(examples, tomorrow=True))
    docker.must("build", "--quiet", "--network=none", "--tag", TOMORROW, "--file=-", str(newer), input=f"FROM {GOLANG}\nCOPY . /usr/local/share/goproxy/\n")
    (work / "prebuilt").mkdir(exist_ok=True)
    volumes = ["--volume", f"{sample}:/src:ro", "--volume", f"{work / 'prebuilt'}:/out"]
    docker.must("run", "--rm", "--network=none", *volumes, "--workdir", "/src", "--env", "CGO_ENABLED=0", GOLANG, "go", "build", "-o", "/out/app", "./cmd/app")
    return Run(docker, work, sums, unknown)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, help="where everything is put; a temporary directory where nothing is said")
    parser.add_argument("--keep", action="store_true", help="leaves the directory and the daemon, so that the next run is quick")
    parser.add_argument("--only", default="", help="only examples whose name contains this")
    parser.add_argument("--record", type=pathlib.Path, help="writes what the tools printed to this file")
    parser.add_argument("--jobs", type=int, default=3)
    options = parser.parse_args()
    began = time.monotonic()
    lock = threading.Lock()

    def log(text):
        with lock:
            print(f"[{time.monotonic() - began:4.0f} s] {text}", flush=True)

    examples = pages.read()
    keys = {example.key for example in examples}
    faults = [f"claims.py speaks of an example that is not there: {key}" for key in CLAIMS if key not in keys]
    faults += [f"claims.py says nothing of {example}" for example in examples if example.section == "Bad" and example.key not in CLAIMS]
    work = (options.work or pathlib.Path(tempfile.mkdtemp(prefix="gobin-lint-e2e-"))).absolute()
    work.mkdir(parents=True, exist_ok=True)
    records, counts = [], {"ok": 0, "skipped": 0, "WRONG": 0}
    try:
        run = prepare(work, examples, log)
        chosen = [(i, example) for i, example in enumerate(examples) if options.only in str(example)]
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            outcomes = pool.map(lambda pair: run.try_to_prove(*pair), chosen)
            for (_, example), (expected, observed, complaint, skipped, record) in zip(chosen, outcomes):
                verdict = "skipped" if skipped else "WRONG" if complaint else "ok"
                counts[verdict] += 1
                log(f"{verdict:7} {str(example):90} {expected:14} {skipped or observed}")
                if complaint:
                    faults.append(f"rules/{example.rule}.md:{example.line}: {example}: {complaint}")
                if record:
                    records.append(record)
                    if complaint:
                        print("\n".join(f"            {line}" for line in record["says"]), flush=True)
    finally:
        if not options.keep:
            subprocess.run(["bash", str(HERE / "engine.sh"), "down", str(work)], check=False)
            shutil.rmtree(work, ignore_errors=True)
    if options.record:
        options.record.parent.mkdir(parents=True, exist_ok=True)
        rows = ",\n".join(json.dumps(record) for record in records)
        options.record.write_text(f"[\n{rows}\n]\n")
    print(f"\n{counts['ok']} examples are as their pages say, {counts['WRONG']} are not, {counts['skipped']} were skipped")
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
