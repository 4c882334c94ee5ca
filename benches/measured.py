"""Runs a command and says what it cost. Used by beside.py and linear.py."""

import dataclasses
import json
import subprocess
import sys

# A process inherits the peak of the one that starts it, and this one's is higher than most that are measured here: a small one is between.
STARTER = """
import json, os, sys, time
silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([wall, cpu, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]))
"""


@dataclasses.dataclass
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system, of all threads
    peak: float  # MiB
    status: int
    errors: str


def run(command, cwd=None):
    """What one run costs; its output is thrown away."""
    starter = [sys.executable, "-I", "-S", "-c", STARTER, *command]
    ran = subprocess.run(starter, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return Cost(*json.loads(ran.stdout), ran.stderr)


def best(command, times, cwd=None, by="cpu"):
    """The cheapest of some runs: what disturbs a machine only ever adds."""
    return min((run(command, cwd) for _ in range(times)), key=lambda cost: getattr(cost, by))


def table(head, rows):
    rows = [head, *rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    for at, row in enumerate(rows):
        cells = [cell.ljust(width) if not i else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |")
        if at == 0:
            print("|" + "|".join("-" * (width + 1) + (":" if i else "-") for i, width in enumerate(widths)) + "|")
