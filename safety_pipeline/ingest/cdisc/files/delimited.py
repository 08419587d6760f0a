"""Data sets as CSV: a line of variable names, then one line a record."""

import csv
from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from safety_pipeline.ingest.cdisc.files.opened import Opened, broken, wanted_names
from safety_pipeline.ingest.cdisc.package.words import words

_FIX = "export it again as comma-separated UTF-8 with the variable names in the first line"
_SEPARATORS = ",;\t|"


def read_csv(path: Path, file: str, known: Collection[str]) -> Opened:
    """The known variables of a delimited file in UTF-8, else in Windows-1252, which the note says."""
    try:
        return _read(path, file, known, "utf-8-sig")
    except UnicodeDecodeError:
        opened = _read(path, file, known, "cp1252")
        return Opened(opened.frame, is_recoded=True)


def _read(path: Path, file: str, known: Collection[str], encoding: str) -> Opened:
    try:
        with path.open(encoding=encoding, errors=_errors(encoding), newline="") as handle:
            first = handle.readline()
            handle.seek(0)
            separator = max(_SEPARATORS, key=first.count)
            return _opened(csv.reader(handle, delimiter=separator, strict=True), file, known)
    except csv.Error:
        raise broken(file, "is not a CSV table (an open quote, or a cell of more than 131072 signs)", _FIX) from None


def _errors(encoding: str) -> str:
    """Windows-1252 leaves five bytes undefined; they must not stop the last attempt."""
    return "strict" if encoding.startswith("utf") else "replace"


def _opened(lines: Iterator[list[str]], file: str, known: Collection[str]) -> Opened:
    header = [name.strip() for name in next(lines, [])]
    wanted = wanted_names(header, known, file)
    places = [header.index(name) for name in wanted]
    columns: list[list[str]] = [[] for _ in wanted]
    for number, line in enumerate((line for line in lines if line), start=1):
        if len(line) != len(header):
            raise broken(file, f"row {number} has {len(line)} cells instead of {len(header)}", _FIX)
        for column, at in zip(columns, places, strict=True):
            column.append(line[at])
    frame = pl.DataFrame(dict(zip(wanted, columns, strict=True)), schema=dict.fromkeys(wanted, pl.String()))
    return Opened(frame.select(_without_missing(name) for name in wanted))


def _without_missing(name: str) -> pl.Expr:
    """The column with null where a program wrote its sign for a missing value, such as `NA` of R or `.` of SAS."""
    return pl.when(~pl.col(name).str.strip_chars().is_in(list(words("missing")))).then(name).alias(name)
