"""Runs a command and says what it cost. Used by beside.py and linear.py."""

import dataclasses
import os
import subprocess
import time


@dataclasses.dataclass
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system, of all threads
    peak: float  # MiB
    status: int
    errors: str


def run(command, cwd=None):
    """What one run costs; its output is thrown away."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode, errors)


def best(command, times, cwd=None):
    """The cheapest of some runs: what disturbs a machine only ever adds."""
    return min((run(command, cwd) for _ in range(times)), key=lambda cost: cost.cpu)


def table(head, rows):
    rows = [head, *rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    for at, row in enumerate(rows):
        cells = [cell.ljust(width) if not i else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |")
        if at == 0:
            print("|" + "|".join("-" * (width + 1) + (":" if i else "-") for i, width in enumerate(widths)) + "|")
