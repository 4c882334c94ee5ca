"""Knows the examples of the rule pages and makes a build context of each.
Refuses to know what should become of it."""

import json
import pathlib
import re
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Example:
    def __init__(self, rule, section, title, line, files):
        self.rule, self.section, self.title, self.line, self.files = rule, section, title or "", line, files

    def __str__(self):
        return f"{self.rule}: {self.section}" + (f", {self.title}" if self.title else "")

    @property
    def key(self):
        return self.rule, self.section, self.title

    @property
    def dockerfile(self):
        """The text of the Dockerfile, without what only a registry can give: its frontend."""
        text = self.files.get("Dockerfile")
        return text and re.sub(r"\A(?:#.*\n)*?# *syntax=.*\n", "", text, flags=re.I)

    @property
    def goals(self):
        return " ".join(re.findall(r"^\.PHONY:(.*)$", self.files.get("Makefile", ""), re.M)).split()

    def images(self):
        """What FROM and COPY --from name and is no stage."""
        stages = {name.lower() for name in re.findall(r"^\s*FROM\s.*\sAS\s+(\S+)", self.dockerfile, re.M | re.I)}
        arguments = dict(re.findall(r"^ARG (\w+)=(\S+)", self.dockerfile, re.M))
        named = re.findall(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)", self.dockerfile, re.M | re.I)
        named += [name for name in re.findall(r"--from=(\S+)", self.dockerfile) if ":" in name]
        named = [re.sub(r"\$\{?(\w+)\}?", lambda m: arguments.get(m[1], m[0]), name) for name in named]
        return [name for name in named if name.lower() not in stages and name != "scratch"]

    def write(self, directory, sums, prebuilt):
        """Writes the example as a checkout, with the sample project where it brings no Go files of its own."""
        brings_go = any(path.endswith(".go") for path in self.files)
        shutil.copytree(HERE / "sample", directory, ignore=shutil.ignore_patterns("*.go") if brings_go else None)
        for path, text in self.files.items():
            at = directory / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(self.dockerfile if path == "Dockerfile" else text)
            if text.startswith("#!"):
                at.chmod(0o755)
        if "Dockerfile" in self.files and re.search(r"^COPY (--\S+ )*(bin|dist)/", self.dockerfile, re.M):
            for place in ("bin", "dist"):
                (directory / place).mkdir()
                shutil.copy2(prebuilt, directory / place / "app")
        required = re.findall(r"^(?:require\s+|\t)(\S+ v\S+)", (directory / "go.mod").read_text(), re.M)
        if required:
            (directory / "go.sum").write_text("".join(sums[line] for line in required))


def read():
    command = ["cargo", "run", "--quiet", "--example", "blocks", "--", "rules"]
    pages = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    examples = []
    for page in pages:
        bad = {}
        for found in page["examples"]:
            example = Example(page["rule"], found["section"], found["title"], found["line"], found["files"])
            if example.section == "Bad":
                bad[example.title] = example.files
            elif example.section == "Fixed":
                # A Fixed example shows what the fix changes; the rest is as in the Bad one.
                example.files = {**bad.get(example.title, {}), **example.files}
            examples.append(example)
    return examples
