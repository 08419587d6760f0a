"""Deleting objects that no lake uses any more, once nobody can be reading or sending them.

An object has the name of the push that sent it, so that one nobody uses is never used again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from safety_pipeline.object_storage.objects import Found, Objects, StoreError
from safety_pipeline.object_storage.remote import index_at, remote_state

_CLOCK = "clock"
_OURS = ("objects/", "published/")


@dataclass(frozen=True)
class Cleaned:
    """How many objects were deleted, and their bytes."""

    n_objects: int
    n_bytes: int


def clean(objects: Objects, grace: timedelta, *, is_rehearsal: bool = False) -> Cleaned:
    """Delete what no state of the lake has used for so long, and what was sent so long ago and never used."""
    before = remote_state(objects).manifest
    if before is None:
        raise StoreError(f"{objects.address} holds no lake; nothing was deleted.")
    oldest = _now(objects) - grace
    used = set(_used_since(objects, before.index, oldest))
    unused = [each for each in objects.listed() if _is_unused(each, used, oldest)]
    if not is_rehearsal:
        now = remote_state(objects).manifest
        if now is None or now.swap != before.swap:
            raise StoreError(f"{objects.address} was written meanwhile; nothing was deleted. Run again.")
        objects.delete([each.key for each in unused])
    return Cleaned(len(unused), sum(each.size for each in unused))


def _now(objects: Objects) -> datetime:
    """The time of the server, which dates its objects; this machine's clock may be another one."""
    objects.write(_CLOCK, b"")
    found = objects.find(_CLOCK)
    objects.delete([_CLOCK])
    if found is None:
        raise StoreError(f"{objects.address} does not keep what is written to it.")
    return found.written_at


def _used_since(objects: Objects, index_key: str, oldest: datetime) -> Iterator[str]:
    """The objects of the current state, and of each that was current after the moment: who reads it may be busy yet."""
    key: str | None = index_key
    while key is not None and (found := objects.find(key)) is not None:
        index = index_at(objects, key)
        yield key
        yield from index.keys
        key = index.previous if found.written_at > oldest else None


def _is_unused(found: Found, used: set[str], oldest: datetime) -> bool:
    return found.key.startswith(_OURS) and found.key not in used and found.written_at <= oldest
