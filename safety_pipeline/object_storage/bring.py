"""Bringing files of a folder to those of an index: all are fetched and checked before one of them is replaced."""

import hashlib
import os
import shutil
import stat
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from safety_pipeline.object_storage.index import Entry
from safety_pipeline.object_storage.lake_files import FLAT_DATABASE, LocalFile, is_input
from safety_pipeline.object_storage.objects import Objects, StoreError
from safety_pipeline.object_storage.wanted import RELEASES
from safety_pipeline.object_storage.working_copy import Copy
from safety_pipeline.publish.release import LATEST, point_latest
from safety_pipeline.tables.storage import TEMPORARY_PREFIX, copy, link

SIDE_BY_SIDE = 8
_PUBLISHED = "published/"
_READ_ONLY = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH


def bring(
    objects: Objects,
    to: Copy,
    wanted: Mapping[str, Entry],
    release_id: str | None,
    is_kept: Callable[[str], bool] = lambda _: False,
) -> dict[str, LocalFile]:
    """Make the folder hold the wanted files, and no others but those kept; answers what it holds then."""
    here = to.files()
    missing = {path: entry for path, entry in wanted.items() if _differs(here.get(path), entry)}
    _fetch(objects, to, missing, here)
    gone = [path for path in here if path not in wanted and not is_kept(path)]
    # First, since a folder may come where a file was; readers go on with what is published until they have the new.
    _remove(to.folder, (path for path in gone if not path.startswith(_PUBLISHED)))
    placed = _Placing(to, missing)
    flat = sorted((path for path in missing if _is_flat(path)), key=lambda path: (path == FLAT_DATABASE, path))
    placed.put(path for path in sorted(missing) if not _is_flat(path))
    _switch(to.folder / "published", release_id)
    placed.put(flat)
    _remove(to.folder, (path for path in gone if path.startswith(_PUBLISHED)))
    shutil.rmtree(to.incoming)
    left = {path: local for path, local in here.items() if path not in gone}
    return {**left, **placed.files}


def _differs(local: LocalFile | None, entry: Entry) -> bool:
    return local is None or local.sha256 != entry.sha256


def _is_flat(path: str) -> bool:
    """Whether readers open it under its own name, so that it is switched after the release it belongs to."""
    return path.startswith(_PUBLISHED) and path.count("/") == 1


def _switch(published: Path, release_id: str | None) -> None:
    if release_id is not None:
        published.mkdir(exist_ok=True)
        point_latest(published, release_id)
    else:
        (published / LATEST).unlink(missing_ok=True)


def _fetch(objects: Objects, to: Copy, missing: Mapping[str, Entry], here: Mapping[str, LocalFile]) -> None:
    """The bytes of the missing files, once each, in the folder of what has arrived."""
    own = {local.sha256: to.folder / path for path, local in here.items() if not is_input(path)}
    once = {entry.sha256: (path, entry) for path, entry in missing.items()}
    incoming = to.incoming

    def fetch(each: tuple[str, Entry]) -> None:
        _fetch_one(objects, incoming, *each, own.get(each[1].sha256))

    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        list(workers.map(fetch, once.values()))


def _fetch_one(objects: Objects, incoming: Path, path: str, entry: Entry, own: Path | None) -> None:
    arrived = incoming / entry.sha256
    if arrived.exists():
        return
    temporary = incoming / f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}"
    if own is not None:
        copy(own, temporary)
    else:
        _download(objects, temporary, path, entry)
    temporary.replace(arrived)


def _download(objects: Objects, target: Path, path: str, entry: Entry) -> None:
    hasher, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for chunk in objects.chunks(entry.key):
            hasher.update(chunk)
            size += file.write(chunk)
    if hasher.hexdigest() != entry.sha256:
        target.unlink()
        raise StoreError(
            f"{objects.address}/{entry.key} holds other bytes than recorded ({size} of {entry.size}); they should be "
            f"{path}. Nothing was replaced here. `safety-pipeline verify` names all that differ."
        )


class _Placing:
    """Puts what has arrived in its places; files of the same bytes and time are one file with several names."""

    def __init__(self, to: Copy, missing: Mapping[str, Entry]) -> None:
        self._to = to
        self._missing = missing
        self._linked: dict[str, int] = {}
        self.files: dict[str, LocalFile] = {}

    def put(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._put(path, self._missing[path])

    def _put(self, path: str, entry: Entry) -> None:
        arrived, place = self._to.incoming / entry.sha256, self._to.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")
        # People edit what they brought in its place, and clients open a database to write.
        is_own = is_input(path) or path == FLAT_DATABASE
        if is_own or self._linked.setdefault(entry.sha256, entry.mtime_ns) != entry.mtime_ns:
            shutil.copyfile(arrived, temporary)
        else:
            link(arrived, temporary)
        # The states of the lake tell a file that nothing has written since by its time.
        os.utime(temporary, ns=(entry.mtime_ns, entry.mtime_ns))
        if path.startswith(RELEASES):
            temporary.chmod(_READ_ONLY)
        temporary.replace(place)
        self.files[path] = LocalFile(entry.sha256, entry.size, entry.mtime_ns)


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """The files, and the folders that held nothing else: an empty one would be a delivery."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        for parent in Path(path).parents:
            if parent == Path() or any((folder / parent).iterdir()):
                break
            (folder / parent).rmdir()
