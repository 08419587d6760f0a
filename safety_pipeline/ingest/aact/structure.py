"""The shape of a pipe-delimited file: its header, and the lines that do not have its number of fields."""

import csv
from dataclasses import dataclass
from pathlib import Path

from pyarrow import csv as arrow_csv
from pyarrow.lib import ArrowInvalid

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


@dataclass(frozen=True)
class Structure:
    """The columns of a file and the records that do not fit them."""

    columns: tuple[str, ...]
    broken: tuple[Broken, ...]


def structure(file: Path, spec: TableSpec) -> Structure:
    """The file's shape; a file without its columns, or with a quote that is never closed, is refused."""
    columns = _header(file)
    if absent := [name for name in spec.columns if name not in columns]:
        raise RefusedError(
            "file_has_its_columns",
            f"{file.name}: line 1: columns {', '.join(absent)} missing; it needs {', '.join(spec.columns)}, "
            "separated by |.",
        )
    if len(set(columns)) != len(columns):
        raise RefusedError("file_has_its_columns", f"{file.name}: line 1: a column is named twice; correct the header.")
    return Structure(columns, _broken(file, len(columns)) if _has_broken(file, columns) else ())


def _header(file: Path) -> tuple[str, ...]:
    with file.open(newline="", encoding="utf-8", errors="replace") as lines:
        first = lines.readline(1_000_000)
    return tuple(next(csv.reader([first], delimiter="|"), ()))


def _has_broken(file: Path, columns: tuple[str, ...]) -> bool:
    """Whether any record has another number of fields, asked of a parser that only counts."""
    found: list[int] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        found.append(row.actual_columns)
        return "skip"

    options = {
        "read_options": arrow_csv.ReadOptions(block_size=_BLOCK, use_threads=True),
        "parse_options": arrow_csv.ParseOptions(
            delimiter="|", newlines_in_values=True, invalid_row_handler=note, ignore_empty_lines=False
        ),
        "convert_options": arrow_csv.ConvertOptions(include_columns=[columns[0]], check_utf8=False),
    }
    try:
        with arrow_csv.open_csv(file, **options) as batches:
            for _ in batches:
                if found:
                    return True
    except ArrowInvalid:
        return True
    return bool(found)


def _broken(file: Path, n_columns: int) -> tuple[Broken, ...]:
    """The records that do not fit, found the slow way, for files that have some."""
    csv.field_size_limit(_LONGEST_FIELD)
    found = []
    try:
        with file.open(newline="", encoding="utf-8", errors="replace") as lines:
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
