"""Knows how a Go module proxy lies on a disk, and makes one of stubs for every module that the rule pages name.
Refuses to know what those modules do: a program of theirs prints its name."""

import base64
import hashlib
import io
import json
import re
import zipfile

SQLITE = {
    "sqlite3.go": '//go:build cgo\n\npackage sqlite3\n\n// #include <stdlib.h>\nimport "C"\n\nfunc init() { C.abs(1) }\n',
    "static_mock.go": "//go:build !cgo\n\npackage sqlite3\n",
}


def named(examples, tomorrow=False):
    """{module: {version: files}} for every `package@version` and `require` in the pages. Tomorrow, what no version is said for is a newer one."""
    modules = {}

    def add(module, version, files):
        modules.setdefault(module, {}).setdefault(version, {}).update(files)

    texts = [text for example in examples for text in example.files.values()]
    pinned, floating = set(), set()
    for text in texts:
        for package, version in re.findall(r"\b((?:[\w-]+\.)+[a-z]+/[\w./-]+)@([\w.$\{]+)", text):
            (pinned if re.match(r"v\d", version) else floating).add((package, version))
        for module, version in re.findall(r"^(?:require\s+|\t)((?:[\w-]+\.)+[a-z]+/[\w./-]+) (v\S+)", text, re.M):
            add(module, version, SQLITE if module.endswith("/go-sqlite3") else {"stub.go": "package stub\n"})
    for package, version in pinned:
        add(*program(package, version))
    for package, version in floating:
        module, _, files = program(package, "")
        newest = max(modules.get(module, {"v1.0.0": {}}))
        if tomorrow:
            major = re.search(r"/(v\d+)$", module)
            newest, files = f"{major[1] if major else 'v1'}.99.0", program(package, "", NEWER)[2]
        add(module, newest, files)
        if version.isalpha() and version != "latest":
            add(module, f"{version}={newest}", {})
    return modules


PRINTS = 'fmt.Println("{name}")'
NEWER = 'if len(os.Args) > 1 {{\n\t\tfmt.Println("{name}: there is no", os.Args[1], "any more")\n\t\tos.Exit(1)\n\t}}\n\tfmt.Println("{name}, another program")'


def program(package, version, does=PRINTS):
    module, cmd, rest = package.partition("/cmd/")
    name = rest or module.rsplit("/", 1)[-1]
    imports = [f'import "{wanted}"\n' for wanted in ("fmt", "os") if f"{wanted}." in does]
    source = f"package main\n\n{''.join(imports)}\nfunc main() {{\n\t{does.format(name=name)}\n}}\n"
    return module, version, {f"cmd/{rest}/main.go" if cmd else "main.go": source}


def write(proxy, modules):
    """Writes the proxy and gives {module version: lines of go.sum}."""
    sums = {}
    for module, versions in modules.items():
        at = proxy / re.sub(r"[A-Z]", lambda upper: "!" + upper[0].lower(), module) / "@v"
        at.mkdir(parents=True, exist_ok=True)
        kept = [version for version in versions if "=" not in version]
        (at / "list").write_text("\n".join(kept) + "\n")
        for version, files in versions.items():
            name, _, meant = version.partition("=")
            (at / f"{name}.info").write_text(json.dumps({"Version": meant or name, "Time": "2025-01-01T00:00:00Z"}))
            if meant:
                continue
            mod = f"module {module}\n\ngo 1.21\n"
            inside = {f"{module}@{name}/{path}": text for path, text in {**files, "go.mod": mod}.items()}
            archive = io.BytesIO()
            with zipfile.ZipFile(archive, "w") as out:
                for path, text in inside.items():
                    out.writestr(path, text)
            (at / f"{name}.mod").write_text(mod)
            (at / f"{name}.zip").write_bytes(archive.getvalue())
            sums[f"{module} {name}"] = f"{module} {name} {h1(inside)}\n{module} {name}/go.mod {h1({'go.mod': mod})}\n"
    return sums


def h1(files):
    lines = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {path}\n" for path, text in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()
