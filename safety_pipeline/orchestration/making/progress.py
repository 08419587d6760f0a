"""Reports how far long work has come: to Dagster's log, and to the command line while it listens."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Say = Callable[[str], None]
Item = TypeVar("Item")
EVERY_SECONDS = 5.0
_LISTENERS: list[Say] = []


def with_progress(items: Sequence[Item], what: str, say: Say) -> Iterator[Item]:
    """The items one by one; every few seconds a line says how many of them are done."""
    last = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - last >= EVERY_SECONDS:
            for listener in (say, *_LISTENERS):
                listener(f"{what} {done} of {len(items)} deliveries")
            last = time.monotonic()
        yield item


@contextmanager
def progress_to(say: Say) -> Iterator[None]:
    """While it lasts, each line of progress in this process is also said here."""
    _LISTENERS.append(say)
    try:
        yield
    finally:
        _LISTENERS.remove(say)
