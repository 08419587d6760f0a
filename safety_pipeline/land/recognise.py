"""Which kind of delivery a file or folder is, by its names and its first bytes, without unpacking it."""

import gzip
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path, PurePosixPath

from safety_pipeline.reference.data_sets import role_by_variables
from safety_pipeline.reference.read import DATA, read_keyed
from safety_pipeline.tables.archive import BROKEN_ARCHIVE

MANIFEST = "document.yaml"
_LOOKED_AT = 1_000_000
_MOST_NAMES = 20_000
_MOST_DATA_SETS = 200
_SUBJECT_LEVEL = re.compile(r"(?:ae|dm|adae|adsl)\.(?:xpt|sas7bdat|json|ndjson|csv|tsv|parquet)", re.IGNORECASE)
_RECORD = re.compile(r".*\.(?:json|ndjson|jsonl|xml)(?:\.gz)?", re.IGNORECASE)
_REGISTER = re.compile(rb'"(?:protocolSection|ProtocolSection|FullStudiesResponse)"\s*:|<clinical_study\b')
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(path: Path) -> str | None:
    """The kind of delivery, or nothing: a table cut from an article, say, or a folder of several deliveries."""
    if path.is_dir():
        return _kind_of_folder(path)
    if zipfile.is_zipfile(path) and path.suffix.lower() == ".zip":
        return _kind_of_zip(path)
    return "ctgov" if _RECORD.fullmatch(path.name) and _is_register_record(path) else None


def _kind_of_folder(folder: Path) -> str | None:
    """What lies in it decides; below it, only a whole snapshot alone or the data sets of one package."""
    seen = [each for each in folder.iterdir() if not _is_passed_over([each.name])]
    files = [each for each in seen if each.is_file()]
    if MANIFEST in (each.name for each in files):
        return "literature"
    own = _kind_of_names((each.name for each in files), is_one_folder=True) or _kind_by_variables(files)
    if own is not None or any(kind_of(each) is not None for each in files):
        return own
    inside = {_kind_of_folder(each) for each in seen if each.is_dir() and not each.is_symlink()}
    if inside == {"aact"} and len(seen) == 1:
        return "aact"
    return _kind_of_names(_names_in(folder)) if inside <= {"cdisc", None} else None


def _names_in(folder: Path) -> list[str]:
    files = (each for each in folder.rglob("*") if not _is_passed_over(each.relative_to(folder).parts))
    return [each.name for each in islice(files, _MOST_NAMES) if each.is_file()]


def _is_passed_over(parts: Iterable[str]) -> bool:
    return any(part.startswith((".", "~")) or part == "__MACOSX" for part in parts)


def _kind_by_variables(files: Iterable[Path]) -> str | None:
    """A package whose data sets have names of their own: one file lists subjects, and one their events."""
    roles = {role_by_variables(each) for each in islice(files, _MOST_DATA_SETS)}
    return "cdisc" if {"subjects", "events"} <= roles else None


def _kind_of_names(names: Iterable[str], *, is_one_folder: bool = False) -> str | None:
    """A snapshot or a package; where a table or data set is there twice, they are several, and none by itself.

    In one folder a data set may lie in several formats.
    """
    found = Counter(name.lower().removesuffix(".gz") for name in names)
    tables = _snapshot_tables()
    if tables <= set(found):
        return "aact" if all(found[table] == 1 for table in tables) else None
    named = (name for name in found.elements() if _SUBJECT_LEVEL.fullmatch(name))
    data = Counter(name if is_one_folder else name.split(".")[0] for name in named)
    return "cdisc" if data and max(data.values()) == 1 else None


@cache
def _snapshot_tables() -> frozenset[str]:
    rows = read_keyed([DATA / "register" / "aact_table.csv"], ("table", "is_required"), ("table",))
    return frozenset(f"{table}.txt" for table, required in rows.iter_rows() if required == "true")


def _kind_of_zip(path: Path) -> str | None:
    with zipfile.ZipFile(path) as packed:
        inside = [PurePosixPath(name) for name in packed.namelist() if not name.endswith("/")]
        seen = [each for each in inside if not _is_passed_over(each.parts)]
        if (kind := _kind_of_names(each.name for each in seen)) is not None:
            return kind
        starts = (_start_of_member(packed, str(each)) for each in seen if _RECORD.fullmatch(each.name))
        return "ctgov" if any(map(_begins_a_record, islice(starts, 10))) else None


def _start_of_member(packed: zipfile.ZipFile, name: str) -> bytes:
    try:
        with packed.open(name) as member:
            return member.read(_LOOKED_AT)
    except BROKEN_ARCHIVE:
        return b""


def _is_register_record(path: Path) -> bool:
    with path.open("rb") as handle:
        return _begins_a_record(handle.read(_LOOKED_AT))


def _begins_a_record(start: bytes) -> bool:
    plain = b"".join(_unpacked(start)) if start.startswith(b"\x1f\x8b") else start
    if plain.startswith(_UTF16):
        plain = plain.decode("utf-16", errors="ignore").encode()
    return _REGISTER.search(plain) is not None


def _unpacked(start: bytes) -> Iterator[bytes]:
    """As much of a gzip file as its beginning gives."""
    try:
        yield zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(start, _LOOKED_AT)
    except (zlib.error, gzip.BadGzipFile):
        return
