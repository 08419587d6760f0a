"""Memory and open files of Dagster's long-lived processes, as the system tells them."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# A word of the command line, and what the process is for; runs end by themselves and are not watched.
ROLES = {"dagster._daemon": "daemon", "dagster_webserver": "webserver", "grpc": "code server", "code-server": "proxy"}


@dataclass(frozen=True)
class Sample:
    """One look at all processes of one role."""

    seconds: float
    role: str
    memory_mb: float
    open_files: int


def look(root: int, began: float) -> list[Sample]:
    """A sample a role, of the processes that a process started and those that they started."""
    seconds = time.monotonic() - began
    found: dict[str, list[int]] = {}
    for process in _below(root):
        if role := _role(process):
            found.setdefault(role, []).append(process)
    samples = []
    for role, processes in found.items():
        try:
            memory, files = sum(map(_memory_mb, processes)), sum(map(_open_files, processes))
        except OSError:  # it ended meanwhile
            continue
        samples.append(Sample(seconds, role, memory, files))
    return samples


def _below(root: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting.extend(parents.get(process, ()))


def _role(process: int) -> str | None:
    try:
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except OSError:
        return None
    return next((role for word, role in ROLES.items() if word in words), None)


def _memory_mb(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE_BYTES / 1e6


def _open_files(process: int) -> int:
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())


def growth(values: Sequence[float]) -> float:
    """How much the median of the last third is above that of the middle third; 0.1 is a tenth."""
    return median(values[-(len(values) // 3) :]) / median_of_the_middle(values) - 1


def median_of_the_middle(values: Sequence[float]) -> float:
    third = len(values) // 3
    return median(values[third:-third])
