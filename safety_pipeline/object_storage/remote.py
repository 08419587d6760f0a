"""What a bucket holds at one moment."""

from dataclasses import dataclass

from safety_pipeline.object_storage.index import EMPTY, MANIFEST, Index, Manifest, index_of, manifest_of
from safety_pipeline.object_storage.objects import Objects, StoreError, Version


@dataclass(frozen=True)
class Remote:
    """The lake in the bucket: ``version`` is the state of the manifest, which a swap of it depends on."""

    index: Index
    manifest: Manifest | None
    version: Version | None


def remote_state(objects: Objects) -> Remote:
    """The lake as it is now; an empty one where nobody has written one."""
    read = objects.read(MANIFEST)
    if read is None:
        return Remote(EMPTY, None, None)
    content, version = read
    manifest = manifest_of(content, objects.address)
    return Remote(index_at(objects, manifest.index), manifest, version)


def index_at(objects: Objects, key: str) -> Index:
    read = objects.read(key)
    if read is None:
        raise StoreError(f"{objects.address}/{key} is missing, so that nobody knows which files the lake has.")
    return index_of(read[0], key)
