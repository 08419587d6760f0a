"""The names of the variables of a file, read from its beginning only, to tell which data set it is."""

import re
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pyreadstat

_LOOKED_AT = 1_000_000
_MOST_NAMES = 2_000
_SEPARATOR = re.compile(r"[,;\t|]")
_JSON_NAME = re.compile(r'"name"\s*:\s*"(\w{1,40})"')


def variable_names(path: Path) -> frozenset[str]:
    """The names in upper case; none where the file cannot be read as what its name says."""
    try:
        return frozenset(name.strip().upper() for name in _READERS[path.suffix.lower()](path))
    except Exception:  # noqa: BLE001  (any broken file is simply not known)
        return frozenset()


def _of_text(path: Path) -> list[str]:
    return [name.strip().strip('"') for name in _SEPARATOR.split(_start(path).split("\n", 1)[0])][:_MOST_NAMES]


def _of_json(path: Path) -> list[str]:
    return _JSON_NAME.findall(_start(path))[:_MOST_NAMES]


def _of_xpt(path: Path) -> list[str]:
    _, meta = pyreadstat.read_xport(str(path), metadataonly=True, encoding="WINDOWS-1252")
    return list(meta.column_names)


def _of_parquet(path: Path) -> list[str]:
    return list(pq.read_schema(path).names)


def _start(path: Path) -> str:
    with path.open("rb") as handle:
        return handle.read(_LOOKED_AT).decode("utf-8-sig", errors="replace")


_READERS: dict[str, Callable[[Path], list[str]]] = {
    ".csv": _of_text,
    ".tsv": _of_text,
    ".json": _of_json,
    ".ndjson": _of_json,
    ".xpt": _of_xpt,
    ".parquet": _of_parquet,
}
