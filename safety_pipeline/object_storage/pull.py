"""Bringing a working copy to what the bucket holds."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from safety_pipeline.object_storage.bring import bring
from safety_pipeline.object_storage.index import EMPTY
from safety_pipeline.object_storage.merge import Merged, merged
from safety_pipeline.object_storage.objects import Objects, StoreError
from safety_pipeline.object_storage.remote import Remote, remote_state
from safety_pipeline.object_storage.wanted import Wanted
from safety_pipeline.object_storage.working_copy import Copy, Memory

Say = Callable[[str], None]
_KEPT_BY_ALL = ("landed/", "published/")


def pull_to_read(objects: Objects, copy: Copy, wanted: Wanted) -> Remote:
    """Make the copy a snapshot of the bucket as it is now, as far as it is wanted."""
    remote = _remote_of(objects, copy)
    if remote.manifest is None:
        raise StoreError(f"{objects.address} holds no lake yet: `safety-pipeline land` and `run` with it make one.")
    here = copy.files()
    hashes = {path: local.sha256 for path, local in here.items()}
    files = {
        path: entry
        for path, entry in remote.index.files.items()
        if wanted(path, remote.index.release_id) or hashes.get(path) == entry.sha256
    }
    seen = bring(objects, copy, files, remote.index.release_id)
    copy.remember(Memory(remote.index, seen=seen))
    return remote


def pull_to_write(objects: Objects, copy: Copy, say: Say) -> Remote:
    """Bring the copy to the bucket, but for what its owner brought and nobody has seen yet.

    Where nobody else has written, everything stays as it is: also what an interrupted run or push has left.
    """
    remote = _remote_of(objects, copy)
    memory = _memory_of_what_is_there(copy)
    if memory.target is None and memory.base.key == remote.index.key:
        return remote
    here = {path: local.sha256 for path, local in copy.files().items()}
    known = (memory.base.hashes, *([memory.target.hashes] if memory.target is not None else []))
    both = merged(here, known, remote.index.hashes)
    _set_aside(copy, both, remote, say)
    copy.remember(replace(memory, target=remote.index, seen=copy.files()))
    seen = bring(objects, copy, both.files(remote.index), remote.index.release_id, both.is_kept)
    copy.remember(Memory(remote.index, seen=seen, push=memory.push))
    return remote


def _remote_of(objects: Objects, copy: Copy) -> Remote:
    remote = remote_state(objects)
    if remote.manifest is None and copy.remembered().base.key != EMPTY.key:
        raise StoreError(
            f"{objects.address} held a lake and holds none now: its manifest.json is gone. Nothing was changed; what "
            f"this machine knows of it lies in {copy.root}."
        )
    return remote


def _memory_of_what_is_there(copy: Copy) -> Memory:
    """What is remembered of the copy; nothing where somebody has emptied it, which is no wish to empty the bucket."""
    memory, here = copy.remembered(), copy.files()
    is_emptied = not any(path.startswith(_KEPT_BY_ALL) for path in here)
    return Memory() if is_emptied and any(path.startswith(_KEPT_BY_ALL) for path in memory.base.files) else memory


def _set_aside(copy: Copy, both: Merged, remote: Remote, say: Say) -> None:
    """Move what was changed here and there out of the lake, and tell where it lies."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%f")
    who = remote.manifest.told if remote.manifest else "somebody"
    for unit in sorted(both.met):
        if not (copy.folder / unit).exists():
            say(
                f"{unit}: you withdrew it, and it was changed by {who}: theirs stands. Withdraw it again if it must go."
            )
            continue
        place = copy.set_aside / moment / unit
        _move(copy.folder / unit, place)
        say(f"{unit}: changed here, and by {who}: theirs stands, yours lies in {place}.")


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
