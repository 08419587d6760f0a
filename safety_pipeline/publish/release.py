"""Releases: an immutable folder per content, then the switch of everything that readers open."""

import hashlib
import json
import shutil
import stat
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from safety_pipeline.tables.storage import TEMPORARY_PREFIX, copy, link, sha256_of, sync

MANIFEST = "release.json"
DATABASE = "safety.duckdb"
LATEST = "latest"
_ID_LENGTH = 16


def release_id(hashes: Mapping[str, str], code_version: str) -> str:
    """The name of what the inputs and the code make: equal inputs and code give the equal id."""
    digest = hashlib.sha256(json.dumps([code_version, sorted(hashes.items())]).encode())
    return digest.hexdigest()[:_ID_LENGTH]


Fill = Callable[[Path], Mapping[str, str]]


def make_release(published: Path, name: str, fill: Fill) -> Path:
    """The release folder of that name, filled under a temporary name if it is not there yet, and made current.

    ``fill`` answers the hashes it knows, so that no file is read for one again.
    """
    folder = published / "releases" / name
    if not folder.exists():
        _fill(folder, fill)
    point_latest(published, name)
    complete_switch(published)
    return folder


def forget_older(published: Path, kept: int) -> list[str]:
    """Delete the oldest releases beyond so many; the current one always stays. Answers the names of those deleted."""
    current = latest_id(published)
    folders = [manifest.parent for manifest in (published / "releases").glob(f"[!.]*/{MANIFEST}")]
    ordered = sorted(folders, key=lambda folder: (folder / MANIFEST).stat().st_mtime, reverse=True)
    older = [folder for folder in ordered if folder.name != current][max(kept - 1, 0) :]
    for folder in older:
        _discard(folder)
    return [folder.name for folder in older]


def _fill(folder: Path, fill: Fill) -> None:
    temporary = folder.with_name(f"{TEMPORARY_PREFIX}{folder.name}")
    _discard(temporary)
    temporary.mkdir(parents=True)
    known = fill(temporary)
    hashes = {file.name: known.get(file.name) or sha256_of(file) for file in sorted(temporary.iterdir())}
    (temporary / MANIFEST).write_text(json.dumps({"release_id": folder.name, "files": hashes}, indent=2) + "\n")
    for file in temporary.iterdir():
        sync(file)
        file.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    sync(temporary)
    temporary.replace(folder)
    sync(folder.parent)


def _discard(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def point_latest(published: Path, name: str) -> None:
    link = published / LATEST
    target = f"releases/{name}"
    if link.is_symlink() and link.readlink() == Path(target):
        return
    if link.is_dir() and not link.is_symlink():
        # A lake copied without keeping links holds a folder here.
        shutil.rmtree(link)
    temporary = published / f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}"
    temporary.symlink_to(target)
    temporary.replace(link)


def complete_switch(published: Path) -> list[str]:
    """Bring the flat files to the latest release, the database last; answers the names of the files it replaced.

    A run that died between two renames leaves flat files of two releases; running this again mends it.
    """
    manifest = published / LATEST / MANIFEST
    if not manifest.exists():
        return []
    hashes: dict[str, str] = json.loads(manifest.read_text())["files"]
    ordered = sorted(hashes, key=lambda name: (name == DATABASE, name))
    return [name for name in ordered if _replace(published, name, hashes[name])]


def _replace(published: Path, name: str, sha256: str) -> bool:
    flat, released = published / name, published / LATEST / name
    if flat.exists() and (_is_as_released(flat, released) or sha256_of(flat) == sha256):
        return False
    temporary = published / f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}"
    if name == DATABASE:
        # Clients open a database to write as a rule, so it must not be the released file itself.
        copy(released, temporary)
    else:
        link(released, temporary)
    sync(temporary)
    temporary.replace(flat)
    return True


def _is_as_released(flat: Path, released: Path) -> bool:
    """Whether it is the released file itself, or a copy that nothing has written since."""
    is_file, was_file = flat.stat(), released.stat()
    if (is_file.st_dev, is_file.st_ino) == (was_file.st_dev, was_file.st_ino):
        return True
    return (is_file.st_size, is_file.st_mtime_ns) == (was_file.st_size, was_file.st_mtime_ns)


def latest_id(published: Path) -> str | None:
    """The name of the current release, where there is one."""
    manifest = published / LATEST / MANIFEST
    return str(json.loads(manifest.read_text())["release_id"]) if manifest.exists() else None


def latest_file(published: Path, name: str) -> Path | None:
    """A file of the latest release, where there is one."""
    file = published / LATEST / name
    return file if file.exists() else None
