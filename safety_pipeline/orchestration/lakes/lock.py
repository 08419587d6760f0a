"""One writer a lake at a time: the command line, a run that Dagster started, and the sensor alike.

Runs that write nothing but tables of deliveries of their own may share the lake, each with its deliveries.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

LOCK = "writer.lock"
_LOOK_AGAIN_SECONDS = 0.2
_HELD: set[Path] = set()
Say = Callable[[str], None]


class LakeIsBusyError(Exception):
    """Another process writes the lake; the message says which."""


@contextmanager
def only_writer(folder: Path, who: str, *, patience_seconds: float = 0.0, say: Say = lambda _: None) -> Iterator[None]:
    """While it lasts, no other process writes the lake; the system ends it with the process, however that ends.

    Who comes second waits and says for whom. What the holder itself starts in its process may write too.
    """
    place = folder / ".state" / LOCK
    if place in _HELD:
        yield
        return
    with _locked(place, who, _is_taken, patience_seconds, say):
        _HELD.add(place)
        try:
            yield
        finally:
            _HELD.discard(place)


@contextmanager
def writer_of(
    folder: Path, delivery_ids: Iterable[str], who: str, *, patience_seconds: float = 0.0, say: Say = lambda _: None
) -> Iterator[None]:
    """While it lasts, no other process writes these deliveries, and none the whole lake; others write other deliveries.

    For what reads and writes nothing beyond the landed files and the tables of these deliveries.
    """
    state = folder / ".state"
    with ExitStack() as held:
        held.enter_context(_locked(state / LOCK, who, _is_shared, patience_seconds, say))
        # In one order, so that no two wait for each other.
        for name in sorted(set(delivery_ids)):
            held.enter_context(_locked(state / "locks" / f"{name}.lock", who, _is_taken, patience_seconds, say))
        yield


@contextmanager
def _locked(
    place: Path, who: str, take: Callable[[BinaryIO], bool], patience_seconds: float, say: Say
) -> Iterator[None]:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("ab+") as handle:
        _wait(handle, take, patience_seconds, say)
        try:
            _sign(handle, who)
            yield
        finally:
            _release(handle)


def _wait(handle: BinaryIO, take: Callable[[BinaryIO], bool], patience_seconds: float, say: Say) -> None:
    until = time.monotonic() + patience_seconds
    said = ""
    while not take(handle):
        holder = _holder(handle)
        if time.monotonic() >= until:
            raise LakeIsBusyError(f"This lake is being written by {holder}. Wait until it is done, then run again.")
        if holder != said:
            say(f"Waiting for {holder}, which is writing this lake.")
            said = holder
        time.sleep(_LOOK_AGAIN_SECONDS)


def _sign(handle: BinaryIO, who: str) -> None:
    handle.seek(0)
    handle.truncate()
    signed = {"who": who, "process": os.getpid(), "since": datetime.now().astimezone().isoformat(timespec="seconds")}
    handle.write(json.dumps(signed).encode())
    handle.flush()


def _holder(handle: BinaryIO) -> str:
    handle.seek(0)
    try:
        signed = json.loads(handle.read())
        return f"{signed['who']} (process {signed['process']}, since {signed['since']})"
    except (ValueError, KeyError, OSError):  # it has the lock, and has not signed yet
        return "another process"


if sys.platform == "win32":
    import msvcrt

    # The byte lies beyond what is signed: a locked byte cannot be read by others on Windows.
    _BYTE = 1 << 30

    def _is_taken(handle: BinaryIO) -> bool:
        handle.seek(_BYTE)
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    # The system has no shared lock of this kind: runs of deliveries take turns there.
    _is_shared = _is_taken

    def _release(handle: BinaryIO) -> None:
        handle.seek(_BYTE)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _is_taken(handle: BinaryIO) -> bool:
        return _is_locked(handle, fcntl.LOCK_EX)

    def _is_shared(handle: BinaryIO) -> bool:
        return _is_locked(handle, fcntl.LOCK_SH)

    def _is_locked(handle: BinaryIO, kind: int) -> bool:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(handle: BinaryIO) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
