"""Which CDISC data set a file is, by the names of its variables, read from its beginning only."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pyreadstat

from safety_pipeline.reference.read import DATA, read_keyed

_LOOKED_AT = 1_000_000
_MOST_NAMES = 2_000
_SEPARATOR = re.compile(r"[,;\t|]")
_JSON_NAME = re.compile(r'"name"\s*:\s*"(\w{1,40})"')


def role_by_variables(path: Path) -> str | None:
    """What the data set in a file is for (`subjects`, `events`, ...); nothing where its variables are of none."""
    name = data_set_by_variables(path)
    return None if name is None else str(_data_sets().filter(dataset=name)["role"].item())


def data_set_by_variables(path: Path) -> str | None:
    """The data set whose variables a file has, whatever it is called."""
    names = variable_names(path)
    for dataset, known_by, unless in _data_sets().select("dataset", "known_by", "unless").iter_rows():
        asked = [part.split("|") for part in known_by.split(";") if part]
        has_all = asked and all(any(name in names for name in part) for part in asked)
        if has_all and not any(name in names for name in unless.split("|")):
            return str(dataset)
    return None


@cache
def _data_sets() -> pl.DataFrame:
    """The data sets in the order in which they are told apart."""
    return read_keyed([DATA / "cdisc" / "dataset.csv"], ("dataset", "role", "known_by", "unless"), ("dataset",))


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


def _of_sas(path: Path) -> list[str]:
    _, meta = pyreadstat.read_sas7bdat(str(path), metadataonly=True, encoding="WINDOWS-1252")
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
    ".sas7bdat": _of_sas,
    ".parquet": _of_parquet,
}
