"""Knows how the private Docker is asked: build, start, look into an image.
Refuses to know rules and pages."""

import io
import re
import struct
import subprocess
import tarfile
import time

STARTS = 1.5  # seconds after which a program that still runs has started
LATE = 3  # seconds within which the daemon has written down what a container printed


class Docker:
    def __init__(self, client):
        self.client = str(client)

    def call(self, *args, errors="replace", **more):
        return subprocess.run([self.client, *args], capture_output=True, errors=errors, **more)

    def must(self, *args, **more):
        done = self.call(*args, **more)
        if done.returncode:
            raise RuntimeError(f"docker {' '.join(args[:3])}: {done.stderr.strip()}")
        return done.stdout

    def build(self, tag, context, options=(), classic=False):
        """Builds `context` and gives whether it did, and what the builder says of the step that failed."""
        progress = [] if classic else ["--progress=plain"]
        env = {"DOCKER_BUILDKIT": "0" if classic else "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        done = self.call("build", *progress, "--network=none", "--tag", tag, *options, str(context), env=env)
        if done.returncode == 0:
            return True, []
        return False, clean(done.stderr)[-1:] if classic else failure(done.stdout + done.stderr)

    def start(self, tag, name, options=(), args=()):
        """Starts an image and gives (exit code, or None while it runs; what it printed)."""
        try:
            done = self.call("run", "--detach", "--network=none", "--name", name, *options, tag, *args)
            if done.returncode:
                return done.returncode, clean(done.stderr)
            try:
                code = int(self.must("wait", name, timeout=STARTS))
            except subprocess.TimeoutExpired:
                code = None
            return code, self.printed(name, wait=bool(code))
        finally:
            self.call("rm", "--force", name)

    def printed(self, name, wait):
        """What a container printed. Of one that could not start the daemon may tell the exit code before it has written down why."""
        until = time.monotonic() + LATE
        while True:
            logs = self.call("logs", name)
            said = clean(logs.stdout + logs.stderr)
            if said or not wait or time.monotonic() > until:
                return said
            time.sleep(0.1)

    def file(self, tag, path):
        """A file of an image, or None."""
        container = self.must("create", tag, "none").strip()
        try:
            done = self.call("cp", f"{container}:{path}", "-", errors=None)
            if done.returncode:
                return None
            with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
                return File(archive)
        finally:
            self.call("rm", container)

    def layers(self, tag):
        """The sizes of an image's layers, the newest first."""
        history = self.must("history", "--human=false", "--format", "{{.Size}}", tag)
        return [int(size) for size in history.split()]


class File:
    """A file or directory that was taken out of an image."""

    def __init__(self, archive):
        members = archive.getmembers()
        top = members[0]
        self.mode, self.owner, self.size, self.is_dir = top.mode, (top.uid, top.gid), top.size, top.isdir()
        self.entries = [member.name for member in members[1:]]
        self.data = archive.extractfile(top).read() if top.isfile() else b""

    @property
    def machine(self):
        return {62: "amd64", 183: "arm64", 3: "386"}.get(struct.unpack_from("<H", self.data, 18)[0])

    @property
    def is_dynamic(self):
        """Whether the kernel is told to load an interpreter first."""
        offset, = struct.unpack_from("<Q", self.data, 32)
        size, count = struct.unpack_from("<HH", self.data, 54)
        return any(struct.unpack_from("<I", self.data, offset + i * size)[0] == 3 for i in range(count))


def clean(text):
    """Lines without what differs from run to run."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"(ref )[a-z0-9-]+::[a-z0-9]+", r"\1<ref>", text)
    text = re.sub(r"sha256:[0-9a-f]{12,}", "sha256:<digest>", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "<id>", text)
    text = re.sub(r"/[^ :\"]*/(overlay2/[^/ ]+/merged|buildkit-mount[0-9]+)", "<mount>", text)
    text = re.sub(r"failed to do request: .*", "…", text)
    text = re.sub(r"/tmp/go-build[0-9]+", "/tmp/go-build<n>", text)
    text = re.sub(r"\(0x[0-9a-f]+\)|\b[0-9.]+m?s\b|[0-9T:.-]{19,}Z?", "<n>", text)
    lines = [line.rstrip() for line in text.splitlines()]
    return [line for line in lines if line not in ("", "<n>") and not line.startswith(("See 'docker run --help'", "Run 'docker run --help'"))]


def failure(output):
    """What the builder printed of the step that failed, and its last words."""
    failed = re.findall(r"^#(\d+) ERROR:", output, re.M)
    step = re.findall(rf"^#{failed[-1]} (?:\d+\.\d+ )?(.*)$", output, re.M) if failed else []
    last = re.findall(r"^ERROR: .*$" if step else r"^[^#\n].*$", output, re.M)
    return list(dict.fromkeys(clean("\n".join([*step, *last]))))[-14:]


