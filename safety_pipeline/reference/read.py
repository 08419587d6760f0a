"""Reading of the reference data files; a file that breaks its key or its columns is refused by name and line."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

DATA = Path(__file__).parent / "data"


class ReferenceDataError(Exception):
    """A reference data file cannot be used as it stands."""


def read_rows(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """One row per line of the file, every column as text, an empty cell as empty text."""
    rows = pl.read_csv(path, infer_schema=False).fill_null("")
    if absent := [name for name in columns if name not in rows.columns]:
        raise ReferenceDataError(f"{path.name}: line 1 lacks {', '.join(absent)}; it needs {', '.join(columns)}.")
    return rows.select(columns)


def read_keyed(paths: Sequence[Path], columns: Sequence[str], key: Sequence[str]) -> pl.DataFrame:
    """The files' rows one under another, after proving that no two share a key."""
    numbered = [
        read_rows(path, columns).with_row_index("line", offset=2).with_columns(file=pl.lit(path.name)) for path in paths
    ]
    rows = pl.concat(numbered)
    _refuse_repeated(rows, key)
    return rows.select(columns)


def _refuse_repeated(rows: pl.DataFrame, key: Sequence[str]) -> None:
    repeated = rows.filter(pl.struct(key).is_duplicated()).sort(key)
    if repeated.is_empty():
        return
    first = repeated.filter(pl.struct(key) == pl.struct(key).first()).to_dicts()
    places = " and ".join(f"{row['file']} line {row['line']}" for row in first)
    value = ", ".join(f"{name}={first[0][name]!r}" for name in key)
    raise ReferenceDataError(f"{places}: the same key twice ({value}). Keep one of the lines.")


def whole(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows with the named columns as whole numbers, empty as null."""
    return rows.with_columns(_number(name) for name in names)


def _number(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name)).cast(pl.Int64).alias(name)


def empty_as_null(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows with empty text in the named columns as null."""
    return rows.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
