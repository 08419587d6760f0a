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
    found = [_delivery(kind, path) for kind, path in _places(lake / "landed")]
    return sorted(_with_unique_ids(found), key=lambda delivery: delivery.delivery_id)


def _places(landed: Path) -> Iterator[tuple[str, Path]]:
    for kind in (*FOLDER_KINDS, *FILE_KINDS, *EITHER_KINDS):
        for path in sorted((landed / kind).glob("*")):
            if not path.name.startswith((".", "~")) and not path.name.lower().startswith("readme"):
                yield kind, path


def _delivery(kind: str, path: Path) -> Delivery:
    name = path.name if path.is_dir() else path.stem
    return Delivery(f"{kind}.{_UNSAFE.sub('_', name)}", kind, path, content_hash(path))


def _with_unique_ids(found: list[Delivery]) -> Iterator[Delivery]:
    """The same study may lie in two files (`.json` and `.xml`): the first keeps the short id."""
    taken: set[str] = set()
    for delivery in found:
        delivery_id = delivery.delivery_id
        if delivery_id in taken:
            delivery_id = f"{delivery.kind}.{_UNSAFE.sub('_', delivery.path.name)}"
        taken.add(delivery_id)
        yield Delivery(delivery_id, delivery.kind, delivery.path, delivery.content_sha256)


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
