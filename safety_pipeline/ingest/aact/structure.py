"""The shape of a pipe-delimited file: its header, and whether quotes and separators are where they belong."""

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
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


def has_its_fields(rows: pl.LazyFrame, surplus: str, printed: pl.LazyFrame, n_separators: int) -> bool:
    """Whether every record has its fields, where ``n_separators`` stand below the header.

    ``rows`` are asked how many they are and whether one has a ``surplus`` field, ``printed`` for the separators that
    stand inside of fields, all of which it has.
    """
    n_rows, n_too_long = _numbers(rows, pl.len(), pl.col(surplus).count())
    columns = printed.collect_schema().names()
    extra = n_separators - n_rows * (len(columns) - 1)
    if n_too_long or not extra:
        return n_too_long == 0
    inside = [pl.col(name).str.count_matches("|", literal=True).sum() for name in columns]
    return sum(_numbers(printed, *inside)) == extra


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


@dataclass(frozen=True)
class _Part:
    """What one part of a file's lines holds; whether its quotes fit is told for none left open before, and for one."""

    n_separators: int
    has_odd_quotes: bool
    fits: tuple[bool, bool]


def _measured(file: Path) -> tuple[int, bool]:
    """The separators below the header, and whether each quote there opens, closes or doubles."""
    with ThreadPoolExecutor() as workers:
        parts = list(workers.map(partial(_looked_at, file), *_bounds(file, pl.thread_pool_size())))
    is_inside, is_well_quoted = False, True
    for part in parts:
        is_well_quoted &= part.fits[is_inside]
        is_inside ^= part.has_odd_quotes
    return sum(part.n_separators for part in parts), is_well_quoted and not is_inside


def _bounds(file: Path, n_parts: int) -> tuple[list[int], list[int]]:
    """Where parts of whole lines below the header begin and end."""
    size = file.stat().st_size
    with file.open("rb") as lines:
        begins = [len(lines.readline())]
        for part in range(1, n_parts):
            lines.seek(max(begins[0], size * part // n_parts))
            lines.readline()
            begins.append(lines.tell())
    return begins, [*begins[1:], size]


def _looked_at(file: Path, begin: int, end: int) -> _Part:
    n, is_odd, fits = 0, False, [True, True]
    with file.open("rb", buffering=0) as lines:
        lines.seek(begin)
        for codes in _blocks(lines, end - begin):
            n += int(np.count_nonzero(codes == _SEPARATOR))
            quotes = np.flatnonzero(codes == _QUOTE)
            if quotes.size:
                fits = [fits[before] and _fit(codes, quotes, is_inside=is_odd != bool(before)) for before in (0, 1)]
            is_odd ^= bool(quotes.size % 2)
    return _Part(n, is_odd, (fits[0], fits[1]))


def _blocks(lines: RawIOBase, n_bytes: int) -> Iterator[NDArray[np.uint8]]:
    """So many bytes in blocks of whole lines, each of them gone when the next is asked for.

    They share one room: making new ones takes longer than the counting. A line too long for it is cut.
    """
    room = bytearray(_BLOCK)
    kept = 0
    while n_read := lines.readinto(memoryview(room)[kept : kept + n_bytes]):
        n_bytes -= n_read
        filled = kept + n_read
        end = room.rfind(b"\n", 0, filled) + 1 or filled
        yield np.frombuffer(room, np.uint8, end)
        kept = filled - end
        room[:kept] = room[end:filled]
    if kept:
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
