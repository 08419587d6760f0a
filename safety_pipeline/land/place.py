"""Putting a file or folder a user has where its kind of delivery belongs, without trusting it."""

import re
import shutil
import stat
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from safety_pipeline.land.recognise import kind_of
from safety_pipeline.tables.delivery import RefusedError
from safety_pipeline.tables.storage import TEMPORARY_PREFIX

MOST_MEMBERS = 100_000
MOST_PACKED = 200
_ENOUGH_TO_MATTER = 100_000_000


def place(path: Path, lake: Path) -> Path:
    """A copy in `landed/<kind>/`; one of the same name gives way only to a complete new one."""
    kind = kind_of(path)
    if kind is None:
        raise RefusedError(
            "kind_is_known",
            f"{path.name}: neither a document folder, a register record, an AACT snapshot nor a data package; "
            "see docs/registers.md for what each holds.",
        )
    _refuse_hidden(path)
    target = lake / "landed" / kind / path.name
    if path.resolve() == target.resolve():
        return target
    _refuse_unsafe(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(path, target)
    return target


def _refuse_hidden(path: Path) -> None:
    if path.name.startswith((".", "~")) or path.name.lower().startswith("readme"):
        raise RefusedError(
            "name_is_seen", f"{path.name}: a name like this is passed over; rename it and land it again."
        )


def _refuse_unsafe(path: Path) -> None:
    for each in (path, *path.rglob("*")) if path.is_dir() else (path,):
        mode = each.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise RefusedError("has_no_links", f"{path.name}: {each.name} is a link; put the file itself there.")
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise RefusedError("has_plain_files", f"{path.name}: {each.name} is no plain file; remove it.")
    if path.suffix.lower() == ".zip":
        _refuse_unsafe_zip(path)


def _refuse_unsafe_zip(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise RefusedError("zip_is_believable", f"{path.name}: holds {len(members)} files; land the folder instead.")
    for member, problem in _problems(members):
        raise RefusedError(
            "zip_is_believable", f"{path.name}: {member.filename[:80]!r} {problem}; unpack it yourself and look."
        )


def _problems(members: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    for member in members:
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or re.match(r"[A-Za-z]:", member.filename):
            yield member, "points outside of the zip"
        elif stat.S_ISLNK(member.external_attr >> 16):
            yield member, "is a link"
        elif member.file_size > max(_ENOUGH_TO_MATTER, MOST_PACKED * member.compress_size):
            yield member, f"would unpack to {member.file_size} bytes from {member.compress_size}"


def _copy(path: Path, target: Path) -> None:
    """Copied under a hidden name first, so that no run sees half a delivery."""
    waiting = target.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    try:
        if path.is_dir():
            shutil.copytree(path, waiting)
        else:
            shutil.copyfile(path, waiting)
        _put(waiting, target)
    finally:
        _remove(waiting)


def _put(waiting: Path, target: Path) -> None:
    """A folder cannot replace a folder in one step: the old one is put aside for the moment between."""
    if not target.is_dir():
        waiting.replace(target)
        return
    aside = target.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex}")
    target.rename(aside)
    waiting.rename(target)
    _remove(aside)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
