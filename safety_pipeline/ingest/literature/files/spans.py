"""Unfolds cells that span several columns or rows, so that every place of the grid has its text."""

from collections.abc import Sequence
from dataclasses import dataclass

from safety_pipeline.ingest.literature.grid import Box
from safety_pipeline.tables.delivery import RefusedError

WIDEST = 200
MOST_PLACES = 400_000


@dataclass(frozen=True)
class Spanned:
    """One written cell and how far it reaches; `at` is the column it says it begins in, where it says so."""

    text: str
    bare: str | None = None
    indent: int = 0
    columns: int = 1
    rows: int = 1
    at: int | None = None


def unfold(lines: Sequence[Sequence[Spanned]], file: str) -> tuple[tuple[Box, ...], ...]:
    """The boxes of every line; a spanning cell is repeated in each place it covers."""
    places: dict[tuple[int, int], Box] = {}
    for row, cells in enumerate(lines, start=1):
        column = 1
        for cell in cells:
            column = max(column, cell.at or column)
            while (row, column) in places:
                column += 1
            _refuse_vast(column + cell.columns, len(places), file)
            _cover(places, cell, row, column, len(lines))
            column += cell.columns
    width = max((column for _, column in places), default=0)
    return tuple(
        tuple(places.get((row, column), Box("", row, column)) for column in range(1, width + 1))
        for row in range(1, len(lines) + 1)
    )


def _cover(places: dict[tuple[int, int], Box], cell: Spanned, row: int, column: int, height: int) -> None:
    for down in range(row, min(row + cell.rows, height + 1)):
        for right in range(column, column + cell.columns):
            is_repeat = (down, right) != (row, column)
            places.setdefault((down, right), Box(cell.text, down, right, is_repeat, cell.bare, cell.indent))


def _refuse_vast(width: int, n_places: int, file: str) -> None:
    if width > WIDEST + 1 or n_places > MOST_PLACES:
        raise RefusedError(
            "table_is_readable",
            f"{file}: wider than {WIDEST} columns or more than {MOST_PLACES} places; land one printed table a file",
            source_file=file,
        )
