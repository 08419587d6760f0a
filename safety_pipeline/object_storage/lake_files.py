"""The files of a lake that a bucket keeps, with their hashes; a file that is as last seen is not read again."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from safety_pipeline.publish.release import DATABASE
from safety_pipeline.tables.storage import TEMPORARY_PREFIX, sha256_of

# Of this machine only: the history of runs, pages to look at before a run, the lock, what is known of the bucket, and
# second names of tables that a run goes on from.
_OF_THIS_MACHINE = (".dagster", "previews")
MEMORY = ".bucket.json"
_LEFT_HERE = (".state/writer.lock", ".state/basis", MEMORY)
_INPUTS = ("landed/", "reference/")
FLAT_DATABASE = f"published/{DATABASE}"


@dataclass(frozen=True)
class LocalFile:
    """A file of a lake in a folder."""

    sha256: str
    size: int
    mtime_ns: int


def is_input(path: str) -> bool:
    """Whether people bring it; everything else is made of what they bring."""
    return path.startswith(_INPUTS)


def unit_of(path: str) -> str:
    """What two people may change without meeting: one delivery, or one file of the reference data."""
    return "/".join(path.split("/")[:3]) if path.startswith("landed/") else path


def files_of(folder: Path, seen: Mapping[str, LocalFile]) -> dict[str, LocalFile]:
    """Each file below the folder that a bucket keeps, by its path in the lake."""
    found = list(_paths(folder))
    with ThreadPoolExecutor() as workers:
        described = workers.map(lambda path: _described(folder, path, seen.get(path)), found)
        return dict(zip(found, described, strict=True))


def _paths(folder: Path) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        at = Path(place).relative_to(folder)
        folders[:] = sorted(name for name in folders if not _is_left_here(at / name))
        for name in sorted(names):
            path = (at / name).as_posix()
            if not name.startswith(TEMPORARY_PREFIX) and path not in _LEFT_HERE and not (folder / path).is_symlink():
                yield path


def _is_left_here(folder: Path) -> bool:
    is_named_so = folder.name.startswith(TEMPORARY_PREFIX) or folder.parts[0].startswith(_OF_THIS_MACHINE)
    return is_named_so or folder.as_posix() in _LEFT_HERE


def _described(folder: Path, path: str, seen: LocalFile | None) -> LocalFile:
    file = folder / path
    now = file.stat()
    if seen is not None and (seen.size, seen.mtime_ns) == (now.st_size, now.st_mtime_ns):
        return seen
    return LocalFile(sha256_of(file), now.st_size, now.st_mtime_ns)
