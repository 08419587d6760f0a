"""The files of a snapshot, in a folder or a zip, with only the known tables looked at."""

import atexit
import gzip
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO

from safety_pipeline.reference.read import DATA, read_keyed
from safety_pipeline.tables.archive import BROKEN_ARCHIVE
from safety_pipeline.tables.delivery import RefusedError

EVENTS, TOTALS = "reported_events", "reported_event_totals"
# Text packs about twentyfold; much more is a bomb.
MOST_PACKED = 200
MOST_BYTES = 60_000_000_000
_ENOUGH_TO_MATTER = 100_000_000
_BLOCK = 1 << 20
_BROKEN = (*BROKEN_ARCHIVE, ValueError)


@dataclass(frozen=True)
class TableSpec:
    """A table of the snapshot: the columns it must have, those it may have, and what is lost without it."""

    name: str
    is_required: bool
    columns: tuple[str, ...]
    optional: tuple[str, ...]
    gives: str


@cache
def table_specs() -> Mapping[str, TableSpec]:
    """The tables we read, from `reference/data/register/aact_table.csv`."""
    wanted = ("table", "is_required", "columns", "optional_columns", "what_it_gives")
    rows = read_keyed([DATA / "register" / "aact_table.csv"], wanted, ("table",)).rows()
    return {
        name: TableSpec(name, required == "true", _names(columns), _names(optional), gives)
        for name, required, columns, optional, gives in rows
    }


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(";")) if listed else ()


def table_files(path: Path, content_sha256: str) -> dict[str, Path]:
    """The file of each table that is there; a snapshot without a required table is refused.

    Names may be written in any case, files may be packed with gzip, and all may lie in one folder inside.
    """
    folder = _unpacked(path, content_sha256) if path.is_file() else path
    found = {name: _plain(file) for name, file in _files_of(folder).items()}
    absent = [f"{name}.txt" for name, spec in table_specs().items() if spec.is_required and name not in found]
    if absent:
        raise RefusedError(
            "snapshot_is_complete",
            f"{path.name}: {', '.join(absent)} missing; land the whole snapshot, as a folder or as its zip.",
        )
    return {name: found[name] for name in table_specs() if name in found}


def _table_of(file_name: str) -> str | None:
    """The table that a file of this name holds, if it is one of ours."""
    name = file_name.lower().removesuffix(".gz")
    table = name.removesuffix(".txt")
    return table if name.endswith(".txt") and table in table_specs() else None


def _files_of(folder: Path) -> dict[str, Path]:
    own = _tables_in(folder)
    inside = [each for each in sorted(folder.iterdir()) if each.is_dir() and not each.is_symlink()]
    below = [found for each in inside if (found := _tables_in(each))]
    if own or len(below) != 1:
        return own
    return below[0]


def _tables_in(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for file in sorted(folder.iterdir()):
        table = _table_of(file.name)
        if table is None or file.is_symlink() or not file.is_file():
            continue
        if table in found:
            raise _twice(folder.name, found[table].name, file.name)
        found[table] = file
    return found


def _twice(place: str, first: str, second: str) -> RefusedError:
    return RefusedError(
        "table_is_there_once",
        f"{place}: {first[:80]} and {second[:80]} are the same table; leave out the one that is not meant.",
    )


_UNPACKED: dict[str, Path] = {}


def new_folder() -> Path:
    """A folder that lives as long as the program, since frames are read later."""
    folder = Path(tempfile.mkdtemp(prefix="safety-pipeline-aact-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _unpacked(path: Path, content_sha256: str) -> Path:
    """A folder with the zip's known tables."""
    if content_sha256 not in _UNPACKED:
        folder = new_folder()
        try:
            _unpack(path, folder)
        except _BROKEN as error:
            raise RefusedError("is_a_zip", f"{path.name}: not a readable zip ({error}); download it again.") from error
        _UNPACKED[content_sha256] = folder
    return _UNPACKED[content_sha256]


def _unpack(path: Path, folder: Path) -> None:
    done: dict[str, str] = {}
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            # Only the last part of the name is used, so that no member can leave the folder.
            file_name = PurePosixPath(member.filename.replace("\\", "/")).name
            table = _table_of(file_name)
            if table is None or member.is_dir():
                continue
            if table in done:
                raise _twice(path.name, done[table], member.filename)
            done[table] = member.filename
            _refuse_bomb(path, member)
            ending = ".txt.gz" if file_name.lower().endswith(".gz") else ".txt"
            with packed.open(member) as source, (folder / f"{table}{ending}").open("xb") as target:
                shutil.copyfileobj(source, target, _BLOCK)


def _refuse_bomb(path: Path, member: zipfile.ZipInfo) -> None:
    if _is_bomb(member.file_size, member.compress_size):
        raise _bomb(path.name, f"{member.filename[:80]} would unpack to {member.file_size} bytes")


def _is_bomb(size: int, packed: int) -> bool:
    return size > MOST_BYTES or (size > _ENOUGH_TO_MATTER and size > MOST_PACKED * max(packed, 1))


def _bomb(place: str, what: str) -> RefusedError:
    return RefusedError(
        "zip_is_believable", f"{place}: {what}; unpack it yourself and land the folder, if it is what you expect."
    )


def _plain(file: Path) -> Path:
    """The file itself, or what is packed in it."""
    if file.suffix.lower() != ".gz":
        return file
    target = new_folder() / f"{_table_of(file.name)}.txt"
    try:
        with gzip.open(file) as source, target.open("xb") as plain:
            _copy_believable(source, plain, file)
    except _BROKEN as error:
        raise RefusedError("is_packed", f"{file.name}: not readable as gzip ({error}); download it again.") from error
    return target


def _copy_believable(source: gzip.GzipFile, target: IO[bytes], file: Path) -> None:
    """Gzip does not say how much it holds, so that it is watched while it unpacks."""
    size, packed = 0, file.stat().st_size
    while block := source.read(_BLOCK):
        size += len(block)
        if _is_bomb(size, packed):
            raise _bomb(file.name, f"it unpacks to more than {size} bytes from {packed}")
        target.write(block)
