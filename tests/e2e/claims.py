"""Knows what each rule page claims of its examples. Good and Fixed examples build and start, unless something here says otherwise.
Refuses to know how it is found out.

A claim is `build(text)`, `start(text)`, `make(text)`: this fails, and prints that text; or `runs(look)`: it builds and starts, and what
the page says of it is seen by `look`, which is given the docker, the image's tag and what the program printed, and returns a complaint
or None. Options of a claim: how the example is built, started or made.
"""

from dataclasses import dataclass, field, replace
from typing import Callable

RUNC = "docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "


@dataclass
class Claim:
    fails: str = ""  # "build", "start", "make", or nothing
    text: str = ""
    look: Callable | None = None
    build: list = field(default_factory=list)  # options for docker build
    start: list = field(default_factory=list)  # options for docker run
    args: list = field(default_factory=list)  # arguments of the program
    goals: list | None = None  # of make; all phony ones where nothing is said
    before: str = ""  # shell commands in the golang image ahead of make
    after: str = ""  # and behind it; they fail where the claim is false
    git: bool = False  # the checkout is a git repository with a tag

    def but(self, **more):
        return replace(self, **more)


def build(text, **more):
    return Claim("build", text, **more)


def start(text, **more):
    return Claim("start", text, **more)


def make(text, **more):
    return Claim("make", text, **more)


def runs(look=None, **more):
    return Claim(look=look, **more)


def skip(why):
    return why


def program(path, **wanted):
    """The file is so: dynamic, machine, mode, owner."""

    def look(docker, tag, said):
        file = docker.file(tag, path)
        if file is None:
            return f"there is no {path}"
        for name, value in wanted.items():
            if name == "mode":
                found = file.mode
            elif name == "owner":
                found = file.owner
            else:
                found = getattr(file, {"dynamic": "is_dynamic"}.get(name, name))
            if found != value:
                return f"{path}: {name} is {oct(found) if name == 'mode' else found}"
        return None

    return look


def stored(path, times):
    """The layers above the base hold the file so many times."""

    def look(docker, tag, said):
        size = docker.file(tag, path).size
        found = sum(layer >= size for layer in docker.layers(tag) if layer < 2 * size)
        return None if found == times else f"{path} is stored {found} times"

    return look


def says(text):
    def look(docker, tag, said):
        return None if any(text in line for line in said) else f"it does not say {text!r} but {said}"

    return look


def silent_about(text):
    def look(docker, tag, said):
        return None if all(text not in line for line in said) else f"it says {text!r}"

    return look


APP = "/usr/local/bin/app"
NOT_FOUND = start(f'{RUNC}exec: "{{0}}": stat {{0}}: no such file or directory: unknown.')
ARM64 = ["--platform=linux/arm64"]


def missing(path):
    return NOT_FOUND.but(text=NOT_FOUND.text.format(path))


NO_SHELL = start(f'{RUNC}exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown.')
NOT_IN_PATH = start(f'{RUNC}exec: "app": executable file not found in $PATH: unknown.')
NO_LOADER = start("exec /app: no such file or directory")
FORMAT = start(f"exec {APP}: exec format error")
NO_RACE = "go: -race requires cgo; enable cgo by setting CGO_ENABLED=1"
RELATIVE = "cannot install, GOBIN must be an absolute path"

# (rule, section, title)
CLAIMS = {
}
