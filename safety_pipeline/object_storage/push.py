"""Bringing a bucket to what a working copy holds: new objects first, then one swap of the manifest."""

import getpass
import json
import socket
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from safety_pipeline.object_storage.bring import SIDE_BY_SIDE
from safety_pipeline.object_storage.index import MANIFEST, Entry, Index, Manifest
from safety_pipeline.object_storage.lake_files import LocalFile
from safety_pipeline.object_storage.objects import Objects, StoreError, SwapLostError
from safety_pipeline.object_storage.remote import Remote, remote_state
from safety_pipeline.object_storage.wanted import RELEASES
from safety_pipeline.object_storage.working_copy import Copy, Memory
from safety_pipeline.publish import release
from safety_pipeline.tables.published import DQ_RESULT

# Much shorter than the shortest time that unused objects are left alone: what was sent earlier is sent again.
_GOES_ON_FOR = timedelta(days=1)


def push(objects: Objects, copy: Copy, remote: Remote) -> Manifest | None:
    """Make the copy the lake in the bucket, which is still as it was pulled; nothing where they are equal.

    Raises SwapLostError where somebody else has written meanwhile, and leaves theirs as it is.
    """
    _complete(copy)
    here, memory = copy.files(), copy.remembered()
    began = memory.push if memory.push is not None and _goes_on(memory.push) else None
    name = began or _new_push()
    index = index_of_folder(copy.folder, here, remote, name)
    if index.files == remote.index.files and index.release_id == remote.index.release_id:
        return None
    copy.remember(replace(memory, push=name))
    _upload_missing(objects, copy, index, remote, arrived=_arrived(objects, name) if began else {})
    objects.write(index.key, index.content)
    manifest = _manifest(index, remote)
    _swap(objects, copy, manifest, remote)
    copy.remember(Memory(index, seen=here))
    return manifest


def _new_push() -> str:
    """A name that no other push has, so that an object nobody uses is never used again."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def _goes_on(push: str) -> bool:
    began = datetime.strptime(push.split("-", maxsplit=1)[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return timedelta() <= datetime.now(UTC) - began < _GOES_ON_FOR


def _complete(copy: Copy) -> None:
    """A run that was killed between two renames leaves flat files of two releases; those never leave this machine."""
    here = {path: local.sha256 for path, local in copy.files().items()}
    published = copy.folder / "published"
    manifest = published / release.LATEST / release.MANIFEST
    if not manifest.exists():
        return
    released: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    # The results of checks may be newer than the release.
    flat = {name: sha for name, sha in released.items() if name != f"{DQ_RESULT.name}.parquet"}
    if any(here.get(f"published/{name}") != sha for name, sha in flat.items()):
        release.complete_switch(published)


def index_of_folder(folder: Path, here: Mapping[str, LocalFile], remote: Remote, push: str) -> Index:
    """The index of the files of a folder; a file that is as in the bucket keeps its object and its time."""
    of_releases = _keys_of_new_releases(folder, here, remote.index, push)
    by_content = {entry.sha256: entry.key for entry in remote.index.files.values()}
    by_content |= {here[path].sha256: key for path, key in of_releases.items() if here[path].sha256 not in by_content}
    files = {}
    for path, local in here.items():
        before = remote.index.files.get(path)
        if before is not None and before.sha256 == local.sha256 and path not in of_releases:
            files[path] = before
        else:
            known = of_releases.get(path) or by_content.get(local.sha256)
            files[path] = Entry(known or f"objects/{local.sha256}-{push}", local.sha256, local.size, local.mtime_ns)
    return Index(files, release.latest_id(folder / "published"), remote.manifest.index if remote.manifest else None)


def _keys_of_new_releases(folder: Path, here: Mapping[str, LocalFile], there: Index, push: str) -> dict[str, str]:
    """The objects of files of releases, which any Parquet reader finds below one prefix a release.

    It has the name of the push: two machines that make one release of the same inputs write other databases and dates.
    """
    keys = {}
    for path in here:
        is_release = path.startswith(RELEASES) and path.endswith(f"/{release.MANIFEST}")
        if not is_release or there.hashes.get(path) == here[path].sha256:
            continue
        place = path.removesuffix(release.MANIFEST)
        listed: dict[str, str] = json.loads((folder / path).read_text(encoding="utf-8"))["files"]
        for name, sha256 in {**listed, release.MANIFEST: here[path].sha256}.items():
            if (local := here.get(f"{place}{name}")) is not None and local.sha256 == sha256:
                keys[f"{place}{name}"] = f"published/{place.split('/')[2]}-{push}/{name}"
    return keys


def _upload_missing(objects: Objects, copy: Copy, index: Index, remote: Remote, arrived: Mapping[str, int]) -> None:
    there = remote.index.keys
    missing = {
        entry.key: path
        for path, entry in index.files.items()
        if entry.key not in there and arrived.get(entry.key) != entry.size
    }
    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        list(workers.map(lambda path: _upload(objects, copy.folder / path, index.files[path]), missing.values()))


def _arrived(objects: Objects, push: str) -> dict[str, int]:
    """The size of each object that the push has sent before it was interrupted."""
    return {found.key: found.size for found in objects.listed() if push in found.key}


def _upload(objects: Objects, file: Path, entry: Entry) -> None:
    objects.upload(entry.key, file)
    now = file.stat()
    if (now.st_size, now.st_mtime_ns) != (entry.size, entry.mtime_ns):
        objects.delete([entry.key])
        raise StoreError(f"{file} was changed while it was copied to {objects.address}; run again.")


def _manifest(index: Index, remote: Remote) -> Manifest:
    current = index.files.get(f"{RELEASES}{index.release_id}/{release.MANIFEST}")
    return Manifest(
        index=index.key,
        release_id=index.release_id,
        published=current.key.removesuffix(release.MANIFEST) if current else None,
        number=remote.manifest.number + 1 if remote.manifest else 1,
        written_by=_who(),
        written_at=datetime.now(UTC).isoformat(timespec="seconds"),
        swap=uuid.uuid4().hex,
    )


def _who() -> str:
    try:
        return f"{getpass.getuser()} on {socket.gethostname()}"
    except (OSError, KeyError):  # a user without a name, as in some containers
        return f"somebody on {socket.gethostname()}"


def _swap(objects: Objects, copy: Copy, manifest: Manifest, remote: Remote) -> None:
    try:
        objects.swap(MANIFEST, manifest.content, remote.version)
    except SwapLostError as error:
        now = remote_state(objects).manifest
        # An answer that was lost on its way makes the library ask again, and be refused by its own success.
        if now is not None and now.swap == manifest.swap:
            return
        by = now.told if now else "somebody"
        raise SwapLostError(
            f"{objects.address} was written by {by}, while this command worked. Nothing of theirs was overwritten, and "
            f"what you brought is kept in {copy.folder}. `safety-pipeline run` with this lake takes over theirs and "
            "adds yours."
        ) from error
