"""Knows what each rule page claims of its examples. Good and Fixed examples build and start, unless something here says otherwise.
Refuses to know how it is found out.

A claim is `build(text)`, `start(text)`, `make(text)`: this fails, and prints that text; or `runs(look)`: it builds and starts, and what
the page says of it is seen by `look`, which is given the docker, the image's tag and what the program printed, and returns a complaint
or None. Options of a claim: how the example is built, started or made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable

RUNC = "docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "


@dataclass
class Claim:
    fails: str = ""  # "build", "start", "make", or nothing
    text: str = ""
    look: Callable | None = None
    build: list = field(default_factory=list)  # options for docker build; {context} is the checkout
    start: list = field(default_factory=list)  # options for docker run
    args: list = field(default_factory=list)  # arguments of the program
    goals: list | None = None  # of make; all phony ones where nothing is said
    before: str = ""  # shell commands in the golang image ahead of make
    after: str = ""  # and behind it; they fail where the claim is false
    git: bool = False  # the checkout is a git repository with a tag
    starts: bool = True  # False: the image is for another platform, so it is looked at and not started
    also: tuple | None = None  # options and arguments of a second start, whose words are kept too
    tomorrow: Claim | None = None  # what is true of the example where the proxy has newer versions
    classic: str = ""  # what the classic builder prints; it must fail

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
        found = sum(layer >= size for layer in docker.layers(tag)[:-1])
        return None if found == times else f"{path} is stored {found} times"

    return look


def both(one, other):
    return lambda *seen: one(*seen) or other(*seen)


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
ARM64 = ["--platform=linux/arm64", "--build-context=alpine:3.22=docker-image://arm64/alpine:3.22"]


def missing(path):
    return NOT_FOUND.but(text=NOT_FOUND.text.format(path))


NO_SHELL = start(f'{RUNC}exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown.')
NOT_IN_PATH = start(f'{RUNC}exec: "app": executable file not found in $PATH: unknown.')
NO_LOADER = start("exec /app: no such file or directory")
FORMAT = start(f"exec {APP}: exec format error")
NO_RACE = "go: -race requires cgo; enable cgo by setting CGO_ENABLED=1"
RELATIVE = "cannot install, GOBIN must be an absolute path"

MADE_DYNAMIC = "readelf -lW bin/app | grep -q INTERP"
MADE_STATIC = "! readelf -lW bin/app | grep -q INTERP"
NO_COPY = "failed to compute cache key: failed to calculate checksum of ref <ref>: "
RUNNING = "mkdir -p bin /usr/local/sbin && cp /usr/bin/sleep /usr/local/bin/app && cp /usr/bin/sleep /usr/local/sbin/app && (/usr/local/bin/app 20 & /usr/local/sbin/app 20 &) && sleep 0.3"
NO_ARM64_GOLANG = "nothing here runs a golang image for arm64"
LINTER = "export GOPATH=/root/go && mkdir -p /root/go/bin && cp /bin/true /root/go/bin/golangci-lint"
STORED = "go env -w GOBIN=/home/ann/bin"
NO_CAPABILITIES = ["--cap-drop=ALL"]  # as podman and older Dockers start it
SOME_USER = ["--cap-drop=ALL", "--user=4711"]  # as OpenShift does
NAME = ["--build-arg=NAME=app"]


def cannot(program_name, why):
    return start(f'{RUNC}exec: "{program_name}": {why}')


# (rule, section, title)
CLAIMS = {
    ("cgo-required", "Bad", ""): runs(program(APP, dynamic=False)),
    ("cgo-required", "Bad", "A package of the project has only cgo files"): make("imports example.com/app/native: build constraints exclude all Go files in /src/native"),
    ("cgo-without-compiler", "Bad", ""): build('cgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH'),
    ("cgo-without-compiler", "Bad", "The race detector"): build(NO_RACE),
    ("chmod-after-copy", "Bad", ""): runs(stored(APP, 2)),
    ("chmod-after-copy", "Bad", "Another mode than go gives"): runs(stored(APP, 2)),
    ("chmod-after-copy", "Bad", "The mode is so already"): runs(stored(APP, 2)),
    ("chmod-after-copy", "Bad", "One command of several"): runs(stored(APP, 2)),
    ("chmod-after-copy", "Fixed", ""): runs(stored(APP, 1)),
    ("chmod-after-copy", "Fixed", "Another mode than go gives"): runs(both(stored(APP, 1), program(APP, mode=0o555))),
    ("chmod-after-copy", "Fixed", "The mode is so already"): runs(stored(APP, 1)),
    ("chmod-after-copy", "Fixed", "One command of several"): runs(stored(APP, 1)),
    ("chmod-before-chown", "Bad", ""): runs(after="[ $(stat -c %a /usr/local/bin/app) = 755 ]"),
    ("chmod-before-chown", "Bad", "The setuid bit is lost"): runs(program(APP, mode=0o755)),
    ("chmod-before-chown", "Fixed", "The setuid bit is lost"): runs(program(APP, mode=0o4755)),
    ("chmod-before-chown", "Good", "Owner first"): runs(after="[ $(stat -c %a /usr/local/bin/app) = 4755 ]"),
    ("chmod-before-chown", "Good", "install does both"): runs(after="[ $(stat -c %a /usr/local/bin/app) = 4755 ]"),
    ("chmod-before-chown", "Good", "Two different files"): runs(before="echo app:x:1000:1000::/:/bin/sh >> /etc/passwd && echo app:x:1000: >> /etc/group && mkdir -p /var/lib/app"),
    ("chown-after-copy", "Bad", ""): runs(stored(APP, 2)),
    ("chown-after-copy", "Bad", "A user made before"): runs(stored(APP, 2)),
    ("chown-after-copy", "Bad", "One command of several"): runs(stored(APP, 2)),
    ("chown-after-copy", "Fixed", ""): runs(both(stored(APP, 1), program(APP, owner=(10001, 10001)))),
    ("chown-after-copy", "Fixed", "A user made before"): runs(both(stored(APP, 1), program(APP, owner=(10001, 10001)))),
    ("chown-after-copy", "Fixed", "One command of several"): runs(both(stored(APP, 1), program(APP, owner=(10001, 10001)))),
    ("colliding-binaries", "Bad", ""): runs(after="[ $(ls bin) = agent ]"),
    ("colliding-binaries", "Good", "Each has a name of its own"): runs(after="[ $(ls bin | wc -l) = 2 ]"),
    ("copy-breaks-base", "Bad", ""): build("cannot copy to non-directory"),
    ("copy-breaks-base", "Bad", "--link"): runs(program("/usr/bin/app"), start=["--entrypoint=/bin/sh"], args=["-c", "app"]),  # a builder that does not merge; container case 22 shows one that does
    ("copy-breaks-base", "Bad", "One of busybox' commands"): runs(says("app  runs on"), start=["--entrypoint=/bin/cat"]),
    ("copy-destination", "Bad", ""): cannot(APP, f"stat {APP}: not a directory: unknown: Are you trying to mount a directory onto a file"),
    ("copy-destination", "Bad", "Several sources"): cannot("/opt/programs/api", "stat /opt/programs/api: not a directory").but(
        classic="When using COPY with more than one source file, the destination must be a directory and end with a /"
    ),
    ("copy-source-missing", "Bad", ""): build(f'{NO_COPY}"/go/bin/app": not found'),
    ("copy-source-missing", "Bad", "The name of another directory"): build(f"{NO_COPY}failed to walk <mount>/app: lstat <mount>/app: no such file or directory"),
    ("copy-source-missing", "Bad", "Nothing of that name was built"): build(f'{NO_COPY}"/out/server": not found'),
    ("copy-source-missing", "Bad", ".dockerignore keeps it out"): build(f"{NO_COPY}failed to walk <mount>/bin: lstat <mount>/bin: no such file or directory").but(
        classic="COPY failed: file not found in build context or excluded by .dockerignore: stat bin/app: file does not exist"
    ),
    ("copy-source-missing", "Bad", ".dockerignore keeps a whole directory out"): build(
        f"{NO_COPY}failed to walk <mount>/web: lstat <mount>/web: no such file or directory"
    ),
    ("cross-install-destination", "Bad", ""): build(f'{NO_COPY}"/go/bin/app": not found', build=ARM64),
    ("cross-install-destination", "Good", "go build names its output"): runs(program("/app", machine="arm64"), build=ARM64, starts=False),
    ("dynamic-binary-without-loader", "Bad", ""): NO_LOADER,
    ("dynamic-binary-without-loader", "Bad", "Installed, and into distroless"): NO_LOADER,
    ("dynamic-binary-without-loader", "Bad", "A position-independent executable"): NO_LOADER,
    ("dynamic-binary-without-loader", "Bad", "The program needs C"): NO_LOADER,
    ("entrypoint-needs-shell", "Bad", ""): NO_SHELL,
    ("entrypoint-needs-shell", "Bad", "With arguments"): NO_SHELL,
    ("entrypoint-needs-shell", "Bad", "A variable needs the shell"): NO_SHELL,
    ("entrypoint-needs-shell", "Bad", "A health check"): runs(also=(["--entrypoint=/bin/sh"], ["-c", "/app health"])),
    ("entrypoint-needs-shell", "Bad", "A script without a first line"): start("exec /entry.sh: exec format error"),
    ("entrypoint-needs-shell", "Bad", "A bash script on Alpine"): start("exec /entry.sh: no such file or directory"),
    ("entrypoint-not-executable", "Bad", ""): cannot(APP, "permission denied: unknown."),
    ("entrypoint-not-executable", "Bad", "The COPY gives it that mode"): NOT_IN_PATH,
    ("entrypoint-not-executable", "Bad", "A here-document"): cannot("/entrypoint.sh", "permission denied: unknown."),
    ("entrypoint-not-executable", "Bad", "For its owner alone, and another user starts it"): cannot("/app", "permission denied: unknown.").but(start=NO_CAPABILITIES),
    ("entrypoint-not-executable", "Bad", "For its owner alone, who starts it"): cannot("/app", "permission denied: unknown.").but(start=SOME_USER),
    ("entrypoint-not-executable", "Bad", "In root's home"): start("permission denied", start=NO_CAPABILITIES),
    ("entrypoint-not-executable", "Bad", "In a directory that COPY made for another file"): skip("Docker 26 makes that directory with mode 0755; container case 60 shows what newer builders make"),
    ("entrypoint-not-executable", "Fixed", "For its owner alone, and another user starts it"): runs(start=NO_CAPABILITIES),
    ("entrypoint-not-executable", "Fixed", "For its owner alone, who starts it"): runs(start=SOME_USER),
    ("entrypoint-not-found", "Bad", "A health check that cannot run"): runs(also=(["--entrypoint=/bin/sh"], ["-c", "curl -f http://localhost"])),
    ("entrypoint-not-found", "Bad", ""): missing("/app"),
    ("entrypoint-not-found", "Bad", "A bare name outside PATH"): NOT_IN_PATH,
    ("entrypoint-not-found", "Bad", "The working directory is another one"): missing("./app"),
    ("entrypoint-not-found", "Bad", "It is a directory"): cannot("/app", "is a directory: unknown: permission denied."),
    ("entrypoint-not-found", "Bad", "Two binaries could be meant"): missing("/usr/local/bin/server"),
    ("entrypoint-shell-form", "Bad", ""): runs(silent_about("extra"), args=["extra"]),
    ("entrypoint-shell-form", "Bad", "With a CMD that never arrives"): runs(silent_about("serve")),
    ("entrypoint-shell-form", "Fixed", ""): runs(says("extra"), args=["extra"]),
    ("entrypoint-shell-form", "Fixed", "With a CMD that never arrives"): runs(says("serve")),
    ("foreign-package-manager", "Bad", ""): build("apk: not found"),
    ("foreign-package-manager", "Bad", "The other way round"): build("apt-get: not found"),
    ("glued-argument", "Bad", ""): missing(f"{APP} --verbose"),
    ("glued-argument", "Bad", "Several arguments"): missing("/app serve --port 8080"),
    ("glued-argument", "Bad", "Some are split already"): cannot("app serve", "executable file not found in $PATH: unknown."),
    ("gobin-cross-compile", "Bad", ""): build("go: cannot install cross-compiled binaries when GOBIN is set", build=ARM64),
    ("gobin-cross-compile", "Bad", "A Windows program from a Makefile"): make("go: cannot install cross-compiled binaries when GOBIN is set"),
    ("gobin-cross-compile", "Fixed", ""): runs(program("/app", machine="arm64"), build=ARM64, starts=False),
    ("gobin-cross-compile", "Fixed", "A Windows program from a Makefile"): runs(after="[ -f bin/app.exe ]"),
    ("gobin-cross-compile", "Good", "go build names its output"): runs(program("/app", machine="arm64"), build=ARM64, starts=False),
    ("glued-path", "Bad", ""): runs(after="ls -d /srcbin/"),
    ("glued-path", "Bad", "Quotes in PATH"): make("golangci-lint: No such file or directory", before=f"{LINTER} && make --eval='show: ; @printenv PATH' show"),
    ("glued-path", "Fixed", ""): runs(after="[ -x bin/stringer ]"),
    ("glued-path", "Fixed", "Quotes in PATH"): runs(before=LINTER),
    ("gobin-from-goenv", "Bad", ""): runs(before=STORED, after="[ -x /home/ann/bin/stringer ]"),
    ("gobin-from-goenv", "Bad", "Emptied for all recipes"): runs(before=STORED, after="[ -x /home/ann/bin/stringer ]"),
    ("gobin-from-goenv", "Good", "A place of its own"): runs(before=STORED, after="[ -x bin/stringer ]"),
    ("gobin-from-goenv", "Good", "Without the file"): runs(before=STORED, after="[ -x /root/go/bin/stringer ]"),
    ("implicit-cgo", "Bad", ""): NO_LOADER,
    ("implicit-cgo", "Bad", "Into Alpine"): start(f"exec {APP}: no such file or directory"),
    ("implicit-gobin", "Bad", ""): make("make: *** [Makefile:4: all] Error 127"),
    ("implicit-gobin", "Bad", "A tool variable points into GOPATH"): make("Error 127", before="export GOBIN=/root/other"),
    ("implicit-gobin", "Bad", "The home directory is written out"): make("Error 127", before="export GOBIN=/root/other"),
    ("implicit-gobin", "Bad", "A build stage without GOPATH"): runs(),
    ("implicit-gobin", "Fixed", "A tool variable points into GOPATH"): runs(before="export GOBIN=/root/other"),
    ("implicit-gobin", "Fixed", "The home directory is written out"): runs(before="export GOBIN=/root/other"),
    ("implicit-gobin", "Good", "The Makefile asks go first"): runs(before="export GOBIN=/root/other"),
    ("ineffective-static-flags", "Bad", ""): runs(program(APP, dynamic=True)),
    ("ineffective-static-flags", "Bad", "The old flags"): runs(program("/app", dynamic=False)),
    ("ineffective-static-flags", "Fixed", ""): runs(program(APP, dynamic=False)),
    ("ineffective-static-flags", "Fixed", "The old flags"): runs(program("/app", dynamic=False)),
    ("inherited-entrypoint", "Bad", ""): start("/app: line "),
    ("inherited-entrypoint", "Bad", "With arguments"): start("/app: line "),
    ("install-output-flag", "Bad", ""): make("flag provided but not defined: -o"),
    ("invalid-cgo-value", "Bad", ""): runs(program(APP, dynamic=True)),
    ("invalid-cgo-value", "Bad", "In front of the command"): runs(after=MADE_DYNAMIC),
    ("invalid-cgo-value", "Fixed", ""): runs(program(APP, dynamic=False)),
    ("invalid-cgo-value", "Fixed", "In front of the command"): runs(after=MADE_STATIC),
    ("libc-mismatch", "Bad", ""): start(f"exec {APP}: no such file or directory", also=(["--entrypoint=/bin/sh"], ["-c", APP])),
    ("lost-environment", "Bad", "Not exported"): runs(after=MADE_DYNAMIC),
    ("lost-environment", "Bad", "Gone with its RUN"): runs(program(APP, dynamic=True)),
    ("lost-environment", "Bad", "The next RUN is where it was"): runs(says("main  runs on")),
    ("lost-environment", "Fixed", "Not exported"): runs(after=MADE_STATIC),
    ("lost-environment", "Fixed", "Gone with its RUN"): runs(program(APP, dynamic=False)),
    ("lost-environment", "Fixed", "The next RUN is where it was"): runs(says("tools/app  runs on")),
    ("malformed-exec-form", "Bad", ""): start("/bin/sh: [/usr/local/bin/app]: not found"),
    ("malformed-exec-form", "Bad", "No quotes"): start("/bin/sh: [/usr/local/bin/app]: not found"),
    ("malformed-exec-form", "Bad", "A missing comma"): start("/bin/sh: [/usr/local/bin/app: not found"),
    ("malformed-exec-form", "Bad", "A comma too many"): start("/bin/sh: [/usr/local/bin/app,: not found"),
    ("missing-directory", "Bad", ""): build("cp: cannot create regular file '/out/app': No such file or directory"),
    ("missing-directory", "Bad", "A redirection"): build("cannot create /release/version", git=True),
    ("missing-directory", "Bad", "install"): build("install: cannot create regular file '/opt/app/bin/app': No such file or directory"),
    ("missing-directory", "Fixed", "A redirection"): runs(git=True),
    ("missing-directory", "Good", "A place in the checkout"): skip("the checkout that it speaks of has a directory bin, the sample has none"),
    ("missing-script", "Bad", ""): make("make: ./hack/verify_all.sh: No such file or directory"),
    ("missing-script", "Fixed", ""): runs(before="chmod +x hack/verify-all.sh"),
    ("misspelled-go-variable", "Bad", ""): runs(program("/app", dynamic=True)),
    ("misspelled-go-variable", "Bad", "For the whole stage"): runs(program("/app", dynamic=True)),
    ("misspelled-go-variable", "Bad", "Exported from a Makefile"): runs(after="readelf -h dist/app | grep -q X86-64"),
    ("misspelled-go-variable", "Fixed", ""): runs(program("/app", dynamic=False)),
    ("misspelled-go-variable", "Fixed", "For the whole stage"): runs(program("/app", dynamic=False)),
    ("misspelled-go-variable", "Fixed", "Exported from a Makefile"): runs(after="readelf -h dist/app | grep -q AArch64"),
    ("non-atomic-install", "Bad", ""): make("Text file busy", before=RUNNING),
    ("non-atomic-install", "Bad", "Mode and owner"): make("Text file busy", before=RUNNING),
    ("non-atomic-install", "Fixed", ""): runs(before=RUNNING),
    ("non-atomic-install", "Fixed", "Mode and owner"): runs(before=RUNNING),
    ("non-atomic-install", "Good", "A script of the repository"): runs(before="touch hack/pre-commit", git=True),
    ("ownership-lost-by-copy", "Bad", ""): runs(program("/data", owner=(0, 0))),
    ("ownership-lost-by-copy", "Bad", "A user by name"): runs(program("/data", owner=(0, 0))),
    ("ownership-lost-by-copy", "Fixed", ""): runs(program("/data", owner=(10001, 10001))),
    ("ownership-lost-by-copy", "Fixed", "A user by name"): runs(program("/data", owner=(10001, 10001))),
    ("package-path-without-dot", "Bad", ""): make("package tools/app is not in std"),
    ("platform-mismatch", "Bad", ""): FORMAT,
    ("platform-mismatch", "Bad", "Another system"): FORMAT,
    ("platform-mismatch", "Bad", "Both are pinned"): skip(NO_ARM64_GOLANG),
    ("platform-mismatch", "Good", "Not started"): runs(starts=False),
    ("race-without-cgo", "Bad", ""): make(NO_RACE),
    ("race-without-cgo", "Bad", "Inherited from the whole Makefile"): make(NO_RACE),
    ("race-without-cgo", "Bad", "Inherited from the stage"): build(NO_RACE),
    ("relative-entrypoint", "Bad", ""): missing("./app").but(start=["--workdir=/tmp"]),
    ("relative-entrypoint", "Bad", "A directory below"): missing("bin/app").but(start=["--workdir=/tmp"]),
    ("relative-entrypoint", "Fixed", ""): runs(start=["--workdir=/tmp"]),
    ("relative-entrypoint", "Fixed", "A directory below"): runs(start=["--workdir=/tmp"]),
    ("relative-gobin", "Bad", ""): make(RELATIVE),
    ("relative-gobin", "Bad", "Exported by the Makefile"): make(RELATIVE),
    ("relative-gobin", "Bad", "In a build stage"): build(RELATIVE),
    ("run-without-shell", "Bad", ""): build('exec: "/bin/sh": stat /bin/sh: no such file or directory'),
    ("run-without-shell", "Bad", "Distroless"): build('exec: "/bin/sh": stat /bin/sh: no such file or directory'),
    ("run-without-shell", "Bad", "A program that is not there"): build('exec: "/bin/ls": stat /bin/ls: no such file or directory'),
    ("shadowed-platform-arg", "Bad", ""): runs(program(APP, machine="amd64"), build=ARM64, starts=False),
    ("shadowed-platform-arg", "Bad", "For the whole file"): skip(NO_ARM64_GOLANG),
    ("shadowed-platform-arg", "Fixed", ""): runs(program(APP, machine="arm64"), build=ARM64, starts=False),
    ("shadowed-platform-arg", "Fixed", "For the whole file"): skip(NO_ARM64_GOLANG),
    ("syntax-error", "Bad", ""): build("dockerfile parse error on line 8: unknown flag: flag"),
    ("syntax-error", "Bad", "A number in the array"): build("when using JSON array syntax, arrays must be comprised of strings only"),
    ("syntax-error", "Bad", "A keyword that does not exist"): build("unknown instruction: ENTRYPONT"),
    ("syntax-error", "Bad", "A recipe indented with spaces"): make("missing separator"),
    ("tool-not-on-path", "Bad", ""): make("make: stringer: No such file or directory"),
    ("tool-not-on-path", "Bad", "The Makefile knows where go installs"): make("make: stringer: No such file or directory", goals=["generate"]),
    ("tool-not-on-path", "Bad", "A stage without GOPATH"): build("stringer: not found"),
    ("tool-not-on-path", "Fixed", "The Makefile knows where go installs"): runs(goals=["generate"]),
    ("tool-not-on-path", "Good", "Installed only where it is not on PATH"): runs(before="cp /bin/true /usr/local/bin/staticcheck"),
    ("undeclared-build-arg", "Bad", ""): runs(program(APP, machine="amd64"), build=ARM64, starts=False),
    ("undeclared-build-arg", "Bad", "Declared for FROM lines only"): runs(says("app  runs on")),
    ("undeclared-build-arg", "Bad", "Declared in another stage"): cannot(APP, "is a directory").but(build=NAME),
    ("undeclared-build-arg", "Fixed", ""): runs(program(APP, machine="arm64"), build=ARM64, starts=False),
    ("undeclared-build-arg", "Fixed", "Declared for FROM lines only"): runs(says("app dev runs on")),
    ("undeclared-build-arg", "Fixed", "Declared in another stage"): runs(build=NAME),
    ("undeclared-build-arg", "Good", "Set by the shell"): runs(says("app v1.2.3 runs on"), git=True),
    ("undefined-make-variable", "Bad", ""): runs(after="[ -x /build/bin/app ]"),
    ("undefined-make-variable", "Bad", "A command in a recipe"): runs(git=True, after="bin/app | grep 'app  runs on'"),
    ("undefined-make-variable", "Bad", "Without parentheses"): make("golangci-lint: No such file or directory", before=LINTER),
    ("undefined-make-variable", "Fixed", ""): runs(after="[ -x build/bin/app ]"),
    ("undefined-make-variable", "Fixed", "A command in a recipe"): runs(git=True, after="bin/app | grep 'app v1.2.3 runs on'"),
    ("undefined-make-variable", "Fixed", "Without parentheses"): runs(before=LINTER),
    ("undefined-make-variable", "Good", "The shell is asked"): skip("it starts docker from make"),
    ("unexpanded-variable", "Bad", ""): missing("/usr/local/bin/$NAME"),
    ("unexpanded-variable", "Bad", "An ARG in the shell form"): start("/bin/sh: exec: "),
    ("unexpanded-variable", "Bad", "A name that is given only when the image is built"): missing("/${NAME}").but(build=NAME),
    ("unexpanded-variable", "Good", "One name for all"): runs(build=NAME),
    ("unexported-gobin", "Bad", ""): make("/src/bin/stringer: No such file or directory"),
    ("unexported-gobin", "Bad", "cgo stays on"): runs(after=MADE_DYNAMIC),
    ("unexported-gobin", "Bad", "The target's own variable"): runs(before="go env -w GOOS=darwin", after="! readelf -h dist/app"),
    ("unexported-gobin", "Fixed", "The target's own variable"): runs(before="go env -w GOOS=darwin", after="readelf -h dist/app"),
    ("unexported-gobin", "Fixed", "cgo stays on"): runs(after=MADE_STATIC),
    ("unknown-make-target", "Bad", ""): build("make: *** No rule to make target 'bild'.  Stop."),
    ("unknown-owner", "Bad", ""): start("docker: Error response from daemon: unable to find user nobody: no matching entries in passwd file."),
    ("unknown-owner", "Bad", "COPY into an empty image"): build("invalid user index: -1"),
    ("unknown-owner", "Bad", "BuildKit takes root"): runs(program(APP, owner=(0, 0))),
    ("unknown-owner", "Bad", "No wheel on Debian"): build("chown: invalid group: 'root:wheel'"),
    ("unknown-stage", "Bad", ""): build("buidler: failed to resolve source metadata for docker.io/library/buidler:latest"),
    ("unknown-stage", "Bad", "A number that no stage has"): build("invalid stage index 2"),
    ("unknown-stage", "Bad", "The stage comes later"): build('cannot copy from stage "build", it needs to be defined before current stage "final"', build=["--target=final"]),
    ("unknown-stage", "Bad", "A variable"): build('failed to parse stage name "${STAGE}": invalid reference format'),
    ("unknown-stage", "Good", "A named context"): runs(build=["--build-context=assets={context}/web/dist"]),
    ("unpinned-install", "Bad", ""): runs(says("grpc-health-probe"), tomorrow=runs(says("grpc-health-probe, another program"))),
    # Comments to the linter change nothing for the builder.
    ("unused-allow", "Bad", ""): runs(),
    ("unused-allow", "Bad", "A rule that does not exist"): runs(),
    ("unused-allow", "Bad", "No comment at all"): runs(),
    ("unused-allow", "Good", "A finding that somebody accepts"): skip("the program is mounted when the container starts, and nothing is mounted here"),
    ("unpinned-install", "Bad", "The build runs it"): runs(tomorrow=build("swag: there is no init any more")),
    ("unpinned-install", "Good", "A version"): runs(says("grpc-health-probe"), tomorrow=runs(silent_about("another program"))),
    ("whole-bin-copy", "Bad", ""): runs(program(APP, dynamic=False)),
    ("whole-bin-copy", "Bad", "Several binaries"): runs(both(program(APP), program("/usr/local/bin/migrate"))),
    ("whole-bin-copy", "Bad", "Over the shell of the image"): build("exec /bin/sh: no such file or directory"),
    ("whole-bin-copy", "Bad", "What a script built is not known"): runs(both(program(APP), program("/usr/local/bin/tool"))),  # which hack/build.sh needs alone
    ("world-writable-binary", "Bad", ""): runs(program("/app", mode=0o777)),
    ("world-writable-binary", "Bad", "chmod in the build stage"): runs(program("/app", mode=0o777)),
    ("world-writable-binary", "Bad", "install"): runs(after="[ $(stat -c %a /usr/local/bin/app) = 777 ]", goals=["install"]),
    ("world-writable-binary", "Fixed", ""): runs(program("/app", mode=0o755)),
    ("world-writable-binary", "Fixed", "chmod in the build stage"): runs(program("/app", mode=0o755)),
    ("world-writable-binary", "Fixed", "install"): runs(after="[ $(stat -c %a /usr/local/bin/app) = 755 ]", goals=["install"]),
}
