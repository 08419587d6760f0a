"""SAS data sets in the program's own format."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from safety_pipeline.ingest.cdisc.files.opened import Opened, broken, wanted_names
from safety_pipeline.ingest.cdisc.files.xpt import FALLBACK_ENCODING

MAGIC = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
_EXPORT = "export the data set again, best as a transport file (XPT version 5 or 8)"


def read_sas7bdat(path: Path, file: str, known: Collection[str]) -> Opened:
    """The known variables of the data set, dates as the SAS numbers they are."""
    with path.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise broken(file, "does not begin as a SAS data set does", _EXPORT)
    meta = _parsed(path, file, metadataonly=True)[1]
    names = wanted_names(meta.column_names, known, file)
    frame, read, is_recoded = _parsed(path, file, usecols=names)
    if frame.height != meta.number_rows or read.number_rows != meta.number_rows:
        raise broken(file, f"says it has {meta.number_rows} rows, but {frame.height} could be read", _EXPORT)
    labels = {name.upper(): str(meta.column_names_to_labels.get(name) or "") for name in names}
    return Opened(frame, labels, is_recoded=is_recoded)


def _parsed(path: Path, file: str, **options: Any) -> tuple[pl.DataFrame, Any, bool]:
    """Rows and metadata, and whether the texts had to be read as Windows-1252."""
    try:
        return *_read(path, **options), False
    except UnicodeDecodeError:
        pass
    except Exception:  # noqa: BLE001  (broken files fail in many ways, and a message may quote a row)
        raise broken(file, "cannot be read as a SAS data set", _EXPORT) from None
    try:
        return *_read(path, encoding=FALLBACK_ENCODING, **options), True
    except Exception:  # noqa: BLE001  (as above)
        raise broken(file, "is neither UTF-8 nor Windows-1252", _EXPORT) from None


def _read(path: Path, **options: Any) -> tuple[pl.DataFrame, Any]:
    frame, meta = pyreadstat.read_sas7bdat(
        str(path), output_format="polars", disable_datetime_conversion=True, **options
    )
    return frame, meta
