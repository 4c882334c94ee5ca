"""Knows which look-alike stands for which base image, and what a golang image has built before.
Refuses to know pages: it is told the names."""

import concurrent.futures
import re
import subprocess

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
GOLANG = [f"ENV PATH=/go/bin:/usr/local/go/bin:{PATH}", "ENV GOLANG_VERSION=1.24.11", "ENV GOTOOLCHAIN=local", "ENV GOPATH=/go", "WORKDIR /go"]
DISTROLESS = [f"ENV PATH={PATH}", "ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"]
ROOT = [*DISTROLESS, "USER 0", "WORKDIR /"]
NONROOT = [*DISTROLESS, "USER 65532", "WORKDIR /home/nonroot"]
RUST = [f"ENV PATH=/usr/local/cargo/bin:{PATH}", "ENV RUSTUP_HOME=/usr/local/rustup", "ENV CARGO_HOME=/usr/local/cargo", 'CMD ["/bin/sh"]']

# Which names a look-alike answers to, the trees it is made of (the later over the earlier), and its configuration.
BASES = [
    (r"golang:1\.24(\.11)?(-bookworm)?", ["debian", "build-tools", "go", "proxy"], [*GOLANG, 'CMD ["bash"]']),
    (r"golang:1\.24(\.11)?-alpine(3\.22)?", ["alpine", "go", "proxy"], [*GOLANG, 'CMD ["/bin/sh"]']),
    (r"debian:(bookworm|12)(-slim)?", ["debian"], [f"ENV PATH={PATH}", 'CMD ["bash"]']),
    (r"alpine:3\.22", ["alpine"], [f"ENV PATH={PATH}", 'CMD ["/bin/sh"]']),
    (r"arm64/alpine:3\.22", ["alpine"], [f"ENV PATH={PATH}", 'CMD ["/bin/sh"]']),
    (r"busybox:1\.37(-\w+)?", ["alpine"], [f"ENV PATH={PATH}", 'CMD ["sh"]']),
    (r"rust:[\d.]+-alpine", ["alpine", "rust"], RUST),
    (r"gcr\.io/distroless/static(-debian12)?(:latest)?", ["static"], ROOT),
    (r"gcr\.io/distroless/static(-debian12)?:nonroot", ["static"], NONROOT),
    (r"gcr\.io/distroless/static(-debian12)?:debug", ["static", "debug"], [*DISTROLESS[1:], f"ENV PATH={PATH}:/busybox", "USER 0", "WORKDIR /", 'ENTRYPOINT ["/busybox/sh"]']),
    (r"gcr\.io/distroless/base(-debian12)?(:latest)?", ["static", "base"], ROOT),
    (r"gcr\.io/distroless/base(-debian12)?:nonroot", ["static", "base"], NONROOT),
]

# What several examples build.
WARM = """
set -e
cd /src
for cgo in 0 1; do
    CGO_ENABLED=$cgo go build -o /dev/null ./cmd/app
    CGO_ENABLED=$cgo go test -o /dev/null -c ./internal/state
done
go vet ./...
go test -race -o /dev/null -c ./internal/state
CGO_ENABLED=0 GOARCH=arm64 go build -o /dev/null ./cmd/app
mkdir /tmp/http && cd /tmp/http
printf 'package main\\n\\nimport "net/http"\\n\\nfunc main() { http.ListenAndServe("", nil) }\\n' > main.go
for cgo in 0 1; do CGO_ENABLED=$cgo go build -o /dev/null main.go; done
"""


def make(docker, work, names, sample, log):
    """Makes the look-alikes of `names` and gives the names that none stands for."""
    unknown, wanted = [], {}
    for name in sorted(set(names)):
        base = next((i for i, (pattern, _, _) in enumerate(BASES) if re.fullmatch(pattern, name)), None)
        unknown.append(name) if base is None else wanted.setdefault(base, []).append(name)
    new = [base for base in wanted if docker.call("image", "inspect", own(base)).returncode]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for base in pool.map(lambda base: import_base(docker, work, base), new):
            log(f"made {wanted[base][0]}")
    golang = [base for base in new if "go" in BASES[base][1]]
    if golang:
        warm(docker, work, golang, sample)
        log("built what the examples build, for Go's cache")
    for base, tags in wanted.items():
        for tag in tags:
            docker.must("tag", own(base), tag)
    return unknown


def own(base):
    return f"base/{base}"


def import_base(docker, work, base):
    name, trees, config = BASES[base]
    at = work / f"mount-{base}"
    at.mkdir()
    # An overlay of the trees is read as one; a tree alone as it is.
    lower = ":".join(str(work / "trees" / tree) for tree in reversed(trees))
    mount = f'mount -t overlay -o "lowerdir={lower}" overlay "{at}"' if len(trees) > 1 else f'mount --bind "{lower}" "{at}"'
    platform = "--platform=linux/arm64" if name.startswith("arm64/") else ""
    changes = " ".join(f"--change '{line}'" for line in config)
    tar = f'tar -C "{at}" --numeric-owner -cf - . | "{docker.client}" import {platform} {changes} - {own(base)}'
    subprocess.run(["unshare", "-m", "bash", "-euo", "pipefail", "-c", f"{mount}; {tar}"], check=True, stdout=subprocess.DEVNULL)
    at.rmdir()
    return base


def warm(docker, work, golang, sample):
    """Go's build cache, filled in the image with a C compiler, becomes a layer of both golang images."""
    cache = work / "cache"
    if not cache.exists():
        cache.mkdir()
        volumes = ["--volume", f"{cache}:/root/.cache/go-build", "--volume", f"{sample}:/src:ro"]
        compiler = next(base for base in golang if "build-tools" in BASES[base][1])
        docker.must("run", "--rm", "--network=none", *volumes, own(compiler), "sh", "-c", WARM)
    dockerfile = work / "cache.Dockerfile"
    for base in golang:
        dockerfile.write_text(f"FROM {own(base)}\nCOPY . /root/.cache/go-build\n")
        docker.must("build", "--quiet", "--network=none", "--tag", own(base), "--file", str(dockerfile), str(cache))

