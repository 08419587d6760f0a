"""The shape of a pipe-delimited file: its header, and the lines that do not have its number of fields."""

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.aact.snapshot import TableSpec
from safety_pipeline.tables.delivery import RefusedError

_LONGEST_FIELD = 100_000_000
_BLOCK = 16 << 20


@dataclass(frozen=True)
class Broken:
    """A record with too few or too many fields: its number in the file, counted from 1 below the header."""

    row_number: int
    n_fields: int
    printed: str


def header(file: Path, spec: TableSpec) -> tuple[str, ...]:
    """The columns that the first line names; a file without those it needs is refused."""
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        first = lines.readline(1_000_000)
    columns = tuple(next(csv.reader([first], delimiter="|"), ()))
    if absent := [name for name in spec.columns if name not in columns]:
        raise RefusedError(
            "file_has_its_columns",
            f"{file.name}: line 1: columns {', '.join(absent)} missing; it needs {', '.join(spec.columns)}, "
            "separated by |.",
        )
    if len(set(columns)) != len(columns):
        raise RefusedError("file_has_its_columns", f"{file.name}: line 1: a column is named twice; correct the header.")
    return columns


def broken_records(file: Path, scanned: pl.LazyFrame, columns: tuple[str, ...], surplus: str) -> tuple[Broken, ...]:
    """The records with another number of fields: looked for one by one only where the separators do not add up."""
    return _one_by_one(file, len(columns)) if _seems_broken(file, scanned, columns, surplus) else ()


def _seems_broken(file: Path, scanned: pl.LazyFrame, columns: tuple[str, ...], surplus: str) -> bool:
    """Whether the separators of the file are other than those between the fields and those inside of them."""
    try:
        n_rows, n_surplus = _numbers(scanned, pl.len(), pl.col(surplus).count())
        extra = _separators(file) - n_rows * (len(columns) - 1)
        if n_surplus or not extra:
            return n_surplus > 0
        inside = [pl.col(name).str.count_matches("|", literal=True).sum() for name in columns]
        return sum(_numbers(scanned, *inside)) != extra
    except pl.exceptions.PolarsError:
        return True


def _numbers(scanned: pl.LazyFrame, *asked: pl.Expr) -> tuple[int, ...]:
    named = [each.alias(str(at)) for at, each in enumerate(asked)]
    return tuple(int(value) for value in scanned.select(named).collect(engine="streaming").row(0))


def _separators(file: Path) -> int:
    """Separators below the header."""
    with file.open("rb") as lines:
        lines.readline()
        return sum(block.count(b"|") for block in iter(lambda: lines.read(_BLOCK), b""))


def _one_by_one(file: Path, n_columns: int) -> tuple[Broken, ...]:
    """The records that do not fit, for files that have some."""
    csv.field_size_limit(_LONGEST_FIELD)
    found = []
    try:
        with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
            reader = csv.reader(lines, delimiter="|", strict=True)
            next(reader, None)
            for number, fields in enumerate(reader, start=1):
                if len(fields) != n_columns:
                    found.append(Broken(number, len(fields), "|".join(fields)[:60]))
    except csv.Error as error:
        raise RefusedError(
            "quotes_are_closed",
            f"{file.name}: a quoted field is not closed or not doubled properly ({error}); download the file again.",
        ) from error
    return tuple(found)
