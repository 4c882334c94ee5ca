#!/usr/bin/env python3
"""Shows that the cost grows with the bytes: trees made here of one, ten and a hundred times the size, and files that nobody writes.

    python3 benches/linear.py [--binary target/release/gobin-lint] [--times 3]

CPU is user and system time of all threads, the least of some runs; the peak is that of the same run. Of a start the least wall time
counts, beside that of a program which does nothing.
"""

import argparse
import pathlib
import tempfile

import measured

ROOT = pathlib.Path(__file__).resolve().parent.parent
# How often one file is looked at: of a start the wall time counts, which one run in ten shows undisturbed.
START = 40

GO = "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\"\", nil) }\n"
STAGES = """\
FROM golang:1.24 AS build{i}
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/app{i} ./cmd/app
FROM gcr.io/distroless/static-debian12:nonroot{alias}
COPY --from=build{i} /out/app{i} /usr/local/bin/app{i}
ENTRYPOINT ["/usr/local/bin/app{i}"]
"""
TARGETS = """\
NAME{i} := app{i}
.PHONY: build{i} image{i}
build{i}: {before}
\tCGO_ENABLED=0 go build -o bin/$(NAME{i}) ./cmd/app
\tinstall -m 0755 bin/$(NAME{i}) $(DESTDIR)/usr/local/bin/
image{i}: build{i}
\tdocker build --build-arg VERSION=$(VERSION) -t example.com/$(NAME{i}) .
"""
HEAD = "GOBIN := $(CURDIR)/bin\nexport GOBIN\nVERSION ?= $(shell git describe --tags)\n.PHONY: generate\ngenerate:\n\tgo generate ./...\n"


def stages(count):
    return "".join(STAGES.format(i=i, alias=f" AS image{i}") for i in range(count))


def targets(count):
    return HEAD + "".join(TARGETS.format(i=i, before="generate") for i in range(count))


def service(directory):
    module = {"go.mod": "module example.com/app\n\ngo 1.24\n", "cmd/app/main.go": GO}
    return {f"{directory}{path}": text for path, text in module.items()}


def tree(services):
    out = {}
    for i in range(services):
        out |= service(f"svc{i}/") | {f"svc{i}/Dockerfile": stages(1), f"svc{i}/Makefile": targets(3)}
    return out


def of_size(bytes):
    text = targets(1)
    each = len(targets(2)) - len(text)
    return targets(bytes // each)


def cases():
    for times in (1, 10, 100):
        yield f"{times * 10} services", tree(times * 10)
    for times in (1, 10, 100):
        yield f"a Makefile of {times * 5} targets", service("") | {"Makefile": targets(times * 5)}
    for times in (1, 10, 100):
        yield f"a Dockerfile of {times * 5 * 2} stages", service("") | {"Dockerfile": stages(times * 5)}
    yield "a Makefile of 5 MB, variables", {"Makefile": "".join(f"NAME{i} := value{i} $(NAME{i - 1})\n" for i in range(175_000))}
    yield "a Makefile of 5 MB, targets", service("") | {"Makefile": of_size(5_000_000)}
    yield "a RUN of 20,000 lines", {"Dockerfile": "FROM golang:1.24\nRUN true" + " \\\n && echo x" * 20_000 + "\n"}
    yield "500 stages", service("") | {"Dockerfile": stages(250)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "gobin-lint")
    parser.add_argument("--times", type=int, default=3, help="of each, the cheapest run counts")
    options = parser.parse_args()
    binary = options.binary.resolve()
    nothing = measured.best(["true"], START, by="wall")
    rows = [["`true`, which does nothing", "", f"{nothing.wall * 1000:,.1f} ms", f"{nothing.cpu * 1000:,.1f} ms", "", f"{nothing.peak:.0f} MiB"]]
    with tempfile.TemporaryDirectory(prefix="gobin-lint-") as scratch:
        for at, (name, files) in enumerate([("one Dockerfile: start-up", {"Dockerfile": "FROM scratch\n"}), *cases()]):
            root = pathlib.Path(scratch) / str(at)
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            command = [binary, "--quiet", "--format", "concise", "."]
            cost = measured.best(command, options.times, root) if at else measured.best(command, START, root, by="wall")
            size = sum(len(text) for text in files.values()) / 1000
            per = cost.cpu / size * 1e6
            rows.append([name, f"{size:,.1f} KB", f"{cost.wall * 1000:,.1f} ms", f"{cost.cpu * 1000:,.1f} ms", f"{per:,.0f} µs" if at else "", f"{cost.peak:.0f} MiB"])
    measured.table(["", "size", "wall", "CPU", "CPU a KB", "peak"], rows)


if __name__ == "__main__":
    main()
