"""The files of a snapshot, in a folder or a zip, with only the known tables looked at."""

import atexit
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from safety_pipeline.reference.read import DATA, read_keyed
from safety_pipeline.tables.delivery import RefusedError

# Text packs about twentyfold; much more is a bomb.
MOST_PACKED = 200
MOST_BYTES = 60_000_000_000
_ENOUGH_TO_MATTER = 100_000_000


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
    """The file of each table that is there; a snapshot without a required table is refused."""
    folder = _unpacked(path, content_sha256) if path.is_file() else path
    found = {name: file for name in table_specs() if (file := _file_of(folder, name)) is not None}
    absent = [f"{name}.txt" for name, spec in table_specs().items() if spec.is_required and name not in found]
    if absent:
        raise RefusedError(
            "snapshot_is_complete",
            f"{path.name}: {', '.join(absent)} missing; land the whole snapshot, as a folder or as its zip.",
        )
    return found


def _file_of(folder: Path, name: str) -> Path | None:
    file = folder / f"{name}.txt"
    return file if file.is_file() and not file.is_symlink() else None


_UNPACKED: dict[str, Path] = {}


def _unpacked(path: Path, content_sha256: str) -> Path:
    """A folder with the zip's known tables; it lives as long as the program, since frames are read later."""
    if content_sha256 not in _UNPACKED:
        folder = Path(tempfile.mkdtemp(prefix="safety-pipeline-aact-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        try:
            _unpack(path, folder)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            raise RefusedError("is_a_zip", f"{path.name}: not a readable zip ({error}); download it again.") from error
        _UNPACKED[content_sha256] = folder
    return _UNPACKED[content_sha256]


def _unpack(path: Path, folder: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            name = Path(member.filename).name
            if name.removesuffix(".txt") in table_specs() and name.endswith(".txt"):
                _refuse_bomb(path, member)
                # Only the last part of the name is used, so that no member can leave the folder.
                with packed.open(member) as source, (folder / name).open("xb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)


def _refuse_bomb(path: Path, member: zipfile.ZipInfo) -> None:
    is_large = member.file_size > _ENOUGH_TO_MATTER
    if member.file_size > MOST_BYTES or (is_large and member.file_size > MOST_PACKED * max(member.compress_size, 1)):
        raise RefusedError(
            "zip_is_believable",
            f"{path.name}: {member.filename} would unpack to {member.file_size} bytes from {member.compress_size}; "
            "unpack it yourself and land the folder, if it is what you expect.",
        )
