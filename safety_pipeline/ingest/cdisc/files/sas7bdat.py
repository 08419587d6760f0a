"""SAS data sets in the program's own format."""

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from safety_pipeline.ingest.cdisc.files.opened import Opened, broken, wanted_names
from safety_pipeline.ingest.cdisc.files.sas import labels_of, parsed

MAGIC = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_EXPORT = "export the data set again, best as a transport file (XPT version 5 or 8)"


def read_sas7bdat(path: Path, file: str, known: Collection[str]) -> Opened:
    """The known variables of the data set, dates as the SAS numbers they are."""
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise broken(file, "does not begin as a SAS data set does", _EXPORT)
    meta = _parsed(path, file, metadataonly=True)[1]
    _prove_size(path, file, meta)
    names = wanted_names(meta.column_names, known, file)
    frame, read, is_recoded = _parsed(path, file, usecols=names)
    if frame.height != meta.number_rows or read.number_rows != meta.number_rows:
        raise broken(file, f"says it has {meta.number_rows} rows, but {frame.height} could be read", _EXPORT)
    return Opened(frame, labels_of(meta, names), is_recoded=is_recoded)


def _prove_size(path: Path, file: str, meta: Any) -> None:
    """Each row takes a byte of the file at least, and one row no more than all: else memory is asked for in vain."""
    size = path.stat().st_size
    if meta.number_rows > size or sum(meta.variable_storage_width.values()) > size:
        raise broken(file, "says that it holds more than a file of its size can", _EXPORT)


def _parsed(path: Path, file: str, **options: Any) -> tuple[pl.DataFrame, Any, bool]:
    return parsed(pyreadstat.read_sas7bdat, path, "data set", partial(broken, file, fix=_EXPORT), **options)
