"""A table as a rectangle of boxes, text untouched, each with the line and column it stands in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Box:
    """One place of the grid; a box that spans several places is repeated in each of them."""

    text: str
    row: int
    column: int
    is_repeat: bool = False
    marks: str = ""


@dataclass(frozen=True)
class Grid:
    """The boxes line by line, and what stands around the table.

    `is_ragged`: the lines lost their empty places, so the position of a box does not say its column.
    """

    rows: tuple[tuple[Box, ...], ...]
    label: str | None = None
    caption: str | None = None
    footnotes: tuple[str, ...] = ()
    n_header_rows: int | None = None
    is_ragged: bool = False
    repairs: tuple[str, ...] = field(default=())

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @property
    def height(self) -> int:
        return len(self.rows)

    def box(self, row: int, column: int) -> Box:
        """The box at a line and column, both counted from 1; an empty one where a short line has none."""
        line = self.rows[row - 1]
        return line[column - 1] if column <= len(line) else Box("", row, column)

    def numbered(self) -> Iterator[tuple[int, tuple[Box, ...]]]:
        return enumerate(self.rows, start=1)


def grid_of(lines: Sequence[Sequence[str]], *, is_ragged: bool = False) -> Grid:
    """A grid of plain texts."""
    rows = tuple(
        tuple(Box(text, row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(lines, start=1)
    )
    return Grid(rows, is_ragged=is_ragged)
