"""What lies in `landed/` now: one delivery per folder or file, named stably and versioned by its content."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from safety_pipeline.tables.delivery import Delivery

# A folder is one delivery for these kinds; for the others each file is one.
FOLDER_KINDS = ("literature", "cdisc")
FILE_KINDS = ("ctgov",)
EITHER_KINDS = ("aact",)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


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
        with file.open("rb") as handle:
            digest.update(hashlib.file_digest(handle, "sha256").digest())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
