"""Whether every object of a lake in a bucket has the bytes that were recorded when it was sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from safety_pipeline.object_storage.bring import SIDE_BY_SIDE
from safety_pipeline.object_storage.index import Entry
from safety_pipeline.object_storage.objects import Objects
from safety_pipeline.object_storage.remote import remote_state


def bucket_faults(objects: Objects) -> Iterator[str]:
    """A sentence for each object that is missing or has other bytes, with the file of the lake that it should be."""
    once = {entry.key: (path, entry) for path, entry in remote_state(objects).index.files.items()}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        found = workers.map(lambda each: _fault(objects, *each), once.values())
        yield from (fault for fault in found if fault is not None)


def _fault(objects: Objects, path: str, entry: Entry) -> str | None:
    there = objects.find(entry.key)
    named = f"{objects.address}/{entry.key} ({path})"
    if there is None:
        return f"{named}: missing"
    if there.size != entry.size:
        return f"{named}: other bytes than recorded, {there.size} of {entry.size}"
    return None if objects.sha256_of(entry.key) == entry.sha256 else f"{named}: other bytes than recorded"
