"""Files that a library opens in a process of its own: one made to take hours or all memory ends only that process."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

SECONDS = 120
PATIENCE = 180
MOST_MEMORY = 2_000_000_000


class GaveUpError(Exception):
    """The other process found no answer: it failed, or was ended for its time or memory."""


def ask(module: str, content: bytes, *arguments: str) -> Any:
    """What the module's `main` answers to the content, as JSON."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise GaveUpError from error


def answer(read: Callable[[bytes, list[str]], Any]) -> None:
    """Runs a reader on standard input with time and memory limited, and writes its answer."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not there on every system

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read(sys.stdin.buffer.read(), sys.argv[1:]), sys.stdout)
