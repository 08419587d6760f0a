"""The shape of a pipe-delimited file: its header, and whether quotes and separators are where they belong."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from safety_pipeline.ingest.aact.snapshot import TableSpec
from safety_pipeline.tables.delivery import RefusedError

# Small enough for the processor's cache, long enough for any line.
_BLOCK = 1 << 20
_SEPARATOR, _QUOTE, _NEWLINE, _RETURN = b'|"\n\r'


def header(file: Path, spec: TableSpec) -> tuple[str, ...]:
    """The columns that the first line names; a file without those it needs is refused."""
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        first = lines.readline(1_000_000)
    columns = tuple(name.strip().lower() for name in next(csv.reader([first], delimiter="|"), ()))
    if absent := [name for name in spec.columns if name not in columns]:
        raise RefusedError(
            "file_has_its_columns",
            f"{file.name}: line 1: columns {', '.join(absent)} missing; it needs {', '.join(spec.columns)}, "
            "separated by |.",
        )
    if len(set(columns)) != len(columns):
        raise RefusedError("file_has_its_columns", f"{file.name}: line 1: a column is named twice; correct the header.")
    return columns


@dataclass(frozen=True)
class Presumed:
    """All that a file's records are, provided that each has its fields; ``n_separators`` stand below the header."""

    scanned: pl.LazyFrame
    columns: tuple[str, ...]
    surplus: str
    n_separators: int

    def holds(self) -> bool:
        """Whether every record has its fields, by a pass over all of them."""
        try:
            return self.holds_for(*_numbers(self.scanned, pl.len(), pl.col(self.surplus).count()))
        except pl.exceptions.PolarsError:
            return False

    def holds_for(self, n_rows: int, n_too_long: int) -> bool:
        """The same where the records, and those among them with a field too many, are counted already."""
        extra = self.n_separators - n_rows * (len(self.columns) - 1)
        if n_too_long or not extra:
            return n_too_long == 0
        inside = [pl.col(name).str.count_matches("|", literal=True).sum() for name in self.columns]
        return sum(_numbers(self.scanned, *inside)) == extra


def n_separators(file: Path) -> int | None:
    """The separators below the header; nothing where a quote neither opens, closes nor doubles.

    Counting bytes costs a twentieth of looking at each record. A quote that is not closed, or that stands inside of a
    field, turns the rest of the file inside out for any fast reader, so that no number it gives can be believed.
    """
    n, is_well_quoted = _measured(file)
    return n if is_well_quoted else None


def _numbers(scanned: pl.LazyFrame, *asked: pl.Expr) -> tuple[int, ...]:
    named = [each.alias(str(at)) for at, each in enumerate(asked)]
    return tuple(int(value) for value in scanned.select(named).collect(engine="streaming").row(0))


def _measured(file: Path) -> tuple[int, bool]:
    """The separators below the header, and whether each quote there opens, closes or doubles."""
    n, is_inside = 0, False
    with file.open("rb", buffering=0) as lines:
        for codes in _blocks(lines):
            n += int(np.count_nonzero(codes == _SEPARATOR))
            quotes = np.flatnonzero(codes == _QUOTE)
            if quotes.size and not _fit(codes, quotes, is_inside=is_inside):
                return n, False
            is_inside ^= bool(quotes.size % 2)
    return n, not is_inside


def _blocks(lines: RawIOBase) -> Iterator[NDArray[np.uint8]]:
    """The bytes below the header in blocks of whole lines, each of them gone when the next is asked for.

    They share one room: making new ones takes longer than the counting. A line too long for it is cut.
    """
    room = bytearray(_BLOCK)
    kept, is_header = 0, True
    while n_read := lines.readinto(memoryview(room)[kept:]):
        filled = kept + n_read
        start = room.find(b"\n", 0, filled) + 1 if is_header else 0
        end = room.rfind(b"\n", 0, filled) + 1 or filled
        is_header = is_header and start == 0
        if not is_header:
            yield np.frombuffer(room, np.uint8, end - start, start)
        kept = filled - end
        room[:kept] = room[end:filled]
    if kept and not is_header:
        yield np.frombuffer(room, np.uint8, kept)


def _fit(codes: NDArray[np.uint8], quotes: NDArray[np.intp], *, is_inside: bool) -> bool:
    """Whether quotes open after a separator or line break and close before one, doubled quotes doing both at once.

    A quote that opens at the very beginning is seen to follow the last byte, which is the line break of these lines.
    """
    opening, closing = quotes[int(is_inside) :: 2], quotes[1 - int(is_inside) :: 2]
    before, after = codes[opening - 1], codes.take(closing + 1, mode="clip")
    opens = (before == _SEPARATOR) | (before == _NEWLINE) | (before == _QUOTE)
    closes = (after == _SEPARATOR) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    return bool(opens.all() and closes.all())


def is_well_quoted(record: str) -> bool:
    """Whether the quotes of one record, its line break left away, stand where they belong."""
    codes = np.frombuffer(f"{record}\n".encode(), np.uint8)
    quotes = np.flatnonzero(codes == _QUOTE)
    return quotes.size % 2 == 0 and _fit(codes, quotes, is_inside=False)
