"""What lies in `landed/` now: one delivery per folder or file, named stably and versioned by its content."""

import hashlib
import re
import time
from collections.abc import Iterator
from functools import lru_cache
from os import stat_result
from pathlib import Path

from safety_pipeline.tables.delivery import Delivery

# A folder is one delivery for these kinds; for the others each file is one.
FOLDER_KINDS = ("literature", "cdisc")
FILE_KINDS = ("ctgov",)
EITHER_KINDS = ("aact",)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# Two writes within one tick of the file system's clock leave the same times, so a file this young is read each time.
_TICK_NS = 2_000_000_000


def deliveries(lake: Path) -> list[Delivery]:
    """Every delivery landed now, ordered by id; an empty or missing `landed/` is an empty list."""
    found = [_delivery(*named) for named in _named(lake)]
    return sorted(found, key=lambda delivery: delivery.delivery_id)


def delivery_at(lake: Path, path: Path) -> Delivery | None:
    """The delivery that lies at this path, if it is one; the others are not looked into."""
    return next((_delivery(*named) for named in _named(lake) if named[-1].resolve() == path.resolve()), None)


def _places(landed: Path) -> Iterator[tuple[str, Path]]:
    for kind in (*FOLDER_KINDS, *FILE_KINDS, *EITHER_KINDS):
        for path in sorted((landed / kind).glob("*")):
            if not path.name.startswith((".", "~")) and not path.name.lower().startswith("readme"):
                yield kind, path


def _delivery(delivery_id: str, kind: str, path: Path) -> Delivery:
    return Delivery(delivery_id, kind, path, content_hash(path))


def _named(lake: Path) -> Iterator[tuple[str, str, Path]]:
    """The same study may lie in two files (`.json` and `.xml`): the first keeps the short id."""
    taken: set[str] = set()
    for kind, path in _places(lake / "landed"):
        delivery_id = f"{kind}.{_safe(path.name if path.is_dir() else path.stem)}"
        if delivery_id in taken:
            delivery_id = f"{kind}.{_safe(path.name)}"
        taken.add(delivery_id)
        yield delivery_id, kind, path


def _safe(name: str) -> str:
    return _UNSAFE.sub("_", name)


def content_hash(path: Path) -> str:
    """SHA-256 over the names and bytes of a file or of all files of a folder."""
    digest = hashlib.sha256()
    for file in _files(path):
        digest.update(file.relative_to(path.parent).as_posix().encode() + b"\0")
        digest.update(_digest_of(file))
    return digest.hexdigest()


def _digest_of(file: Path) -> bytes:
    """SHA-256 of the bytes of a file; every step of a run asks, so one process reads an unchanged file once."""
    found = file.stat()
    is_settled = time.time_ns() - found.st_ctime_ns > _TICK_NS
    return (_digest_of_version if is_settled else _digest_of_version.__wrapped__)(file, _version(found))


def _version(found: stat_result) -> tuple[int, ...]:
    """What changes with every write: no user can set the time of the last change of a file's state (``ctime``)."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@lru_cache(maxsize=65_536)
def _digest_of_version(file: Path, _version: tuple[int, ...]) -> bytes:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").digest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
