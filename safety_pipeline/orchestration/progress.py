"""Word of how far long work has come: to Dagster's log, and to whoever listens, as the command line does."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Say = Callable[[str], None]
Item = TypeVar("Item")
EVERY_SECONDS = 5.0
_LOG = logging.getLogger("safety_pipeline.progress")


def told(items: Sequence[Item], what: str, say: Say) -> Iterator[Item]:
    """The items one by one; every few seconds a line says how many of them are done."""
    last = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - last >= EVERY_SECONDS:
            line = f"  {what} {done} of {len(items)} deliveries"
            say(line.strip())
            _LOG.info(line)
            last = time.monotonic()
        yield item


@contextmanager
def heard(say: Say) -> Iterator[None]:
    """While it lasts, each line of progress in this process is also said here."""
    handler = _Handler(say)
    before = _LOG.level, _LOG.propagate
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False
    try:
        yield
    finally:
        _LOG.removeHandler(handler)
        _LOG.level, _LOG.propagate = before


class _Handler(logging.Handler):
    def __init__(self, say: Say) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(record.getMessage())
