"""What is wrong with the machine, not with the data: a full disk, a folder that may not be written, a lost cluster."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path

_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run again",
    errno.EDQUOT: "the disk quota is used up: free some space and run again",
    errno.EACCES: "this folder may not be written by you: change its rights or choose another lake with --lake",
    errno.EPERM: "this folder may not be written by you: change its rights or choose another lake with --lake",
    errno.EROFS: "this folder is read-only: choose another lake with --lake",
    errno.ENOTDIR: "a part of this path is a file, not a folder: choose another lake with --lake",
    errno.EEXIST: "a file is where the folder should be: choose another lake with --lake",
    errno.EIO: "the disk cannot be read or written: check it, then run again",
    errno.EMFILE: "too many files are open: raise the limit (ulimit -n) and run again",
}
# Polars, DuckDB and SQLite tell a full disk in words.
_WORDS = (
    (re.compile(r"os error 28\b|No space left on device|database or disk is full", re.IGNORECASE), errno.ENOSPC),
    (re.compile(r"os error 13\b|Permission denied", re.IGNORECASE), errno.EACCES),
    (re.compile(r"os error 30\b|Read-only file system|readonly database", re.IGNORECASE), errno.EROFS),
    (re.compile(r"os error 24\b|Too many open files", re.IGNORECASE), errno.EMFILE),
)


class UnusableFolderError(Exception):
    """A lake that cannot be made where it was asked for; the message says why."""


class UnusableClusterError(Exception):
    """A cluster that cannot be reached, or that does not do what it was asked; the message says why."""


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = _ADVICE.get(error.errno or 0, f"{error.strerror}: choose another lake with --lake")
        raise UnusableFolderError(f"The lake {folder} cannot be made: {why}.") from error


def is_of_the_machine(error: BaseException) -> bool:
    """Whether disk, memory, rights or a cluster are at fault, and no code."""
    return isinstance(error, (MemoryError, UnusableClusterError)) or any(
        _code(each) in _ADVICE for each in _causes(error)
    )


def sentence(error: BaseException) -> str | None:
    """What a person can do about it; nothing where the fault is another one."""
    if isinstance(error, (UnusableFolderError, UnusableClusterError)):
        return str(error)
    if isinstance(error, MemoryError):
        return "The memory does not suffice: close other programs, or run on a larger machine."
    for each in _causes(error):
        if (code := _code(each)) in _ADVICE:
            named = getattr(each, "filename", None)
            return f"{f'{named}: ' if named else ''}{_ADVICE[code]}. What was published before stands."
    return None


def advice_on(message: str) -> str | None:
    """The same for a message whose exception is gone."""
    found = next((code for words, code in _WORDS if words.search(message)), None)
    return None if found is None else f"{_ADVICE[found]}. What was published before stands."


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__


def _code(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    return next((code for words, code in _WORDS if words.search(str(error))), None)
