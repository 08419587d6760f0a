"""SAS transport files, versions 5 and 8."""

import mmap
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from safety_pipeline.ingest.cdisc.files.opened import Opened, broken, wanted_names
from safety_pipeline.ingest.cdisc.files.sas import labels_of, parsed

RECORD = 80
LONGEST_ROW = 10_000_000
_MAGIC = (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!")
_MEMBER = b"HEADER RECORD*******MEMB"
_ROWS_BEGIN = b"HEADER RECORD*******OBS"
_EXPORT = "export the data set again as a transport file (XPT version 5 or 8)"


def read_xpt(path: Path, file: str, known: Collection[str]) -> Opened:
    """The known variables of the one data set in a transport file, dates as the SAS numbers they are."""
    rows_begin, n_stated = _structure(path, file)
    meta = _parsed(path, file, metadataonly=True)[1]
    names = wanted_names(meta.column_names, known, file)
    frame, _, is_recoded = _parsed(path, file, usecols=names)
    if n_stated is not None and frame.height != n_stated:
        raise broken(file, f"says it has {n_stated} rows, but {frame.height} could be read", _EXPORT)
    width = sum(meta.variable_storage_width.values())
    _prove_complete(path, file, rows_begin, frame.height * width)
    frame = frame.head(frame.height - _n_padding_rows(path, rows_begin, frame.height, width))
    return Opened(frame, labels_of(meta, names), is_recoded=is_recoded)


def _structure(path: Path, file: str) -> tuple[int, int | None]:
    """Where the rows begin, and how many there are where version 8 says so."""
    size = path.stat().st_size
    if size < RECORD * 8:
        raise broken(file, "is cut short: a transport file has a header of at least 640 bytes", _EXPORT)
    with path.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[: len(_MAGIC[0])] not in _MAGIC:
            raise broken(file, "does not begin as a SAS transport file does", _EXPORT)
        at = content.find(_ROWS_BEGIN)
        if at < 0 or size % RECORD:
            raise broken(file, f"is cut short: it is not a whole number of records of {RECORD} bytes", _EXPORT)
        if content.find(_MEMBER, at) >= 0:
            raise broken(file, "holds more than one data set", "export one data set a file")
        stated = content[at + 48 : at + RECORD].split()
    return at + RECORD, int(stated[0]) if _is_count(stated) else None


def _is_count(stated: list[bytes]) -> bool:
    """Version 5 has thirty zeros where version 8 has the number of rows."""
    return len(stated) == 1 and stated[0].isdigit() and len(stated[0]) < 18


def _parsed(path: Path, file: str, **options: Any) -> tuple[pl.DataFrame, Any, bool]:
    return parsed(pyreadstat.read_xport, path, "transport file", partial(broken, file, fix=_EXPORT), **options)


def _n_padding_rows(path: Path, rows_begin: int, n_rows: int, width: int) -> int:
    """How many rows at the end are nothing but NUL bytes that fill up the last record of 80 bytes."""
    n_last = min(n_rows, RECORD // max(width, 1))
    with path.open("rb") as handle:
        handle.seek(rows_begin + (n_rows - n_last) * width)
        last = handle.read(n_last * width)
    rows = [last[at : at + width] for at in range(0, n_last * width, width)]
    return next((number for number, row in enumerate(reversed(rows)) if row.strip(b"\0 ")), n_last)


def _prove_complete(path: Path, file: str, rows_begin: int, n_used: int) -> None:
    """What is left after the last row must be padding: version 5 does not say how many rows there are."""
    left = path.stat().st_size - rows_begin - n_used
    with path.open("rb") as handle:
        handle.seek(rows_begin + n_used)
        rest = handle.read(LONGEST_ROW) if left > 0 else b""
    if left < 0 or left > len(rest) or rest.strip(b" \0"):
        raise broken(file, "is cut short: it ends inside a row", _EXPORT)
