"""A table as a rectangle of boxes, text untouched, each with the line and column it stands in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """One place of the grid; a box that spans several places is repeated in each of them.

    `bare` is the text without its raised footnote marks, where it has some; `indent` the width of the space before it.
    """

    text: str
    row: int
    column: int
    is_repeat: bool = False
    bare: str | None = None
    indent: int = 0

    @property
    def unmarked(self) -> str:
        """The text without its raised footnote marks."""
        return self.text if self.bare is None else self.bare


@dataclass(frozen=True)
class Grid:
    """The boxes line by line, and what stands around the table.

    `is_ragged`: the lines lost their empty places, so the position of a box does not say its column.
    `keeps_spans`: the file says how far each box reaches, and so which columns a header stands over.
    `place` is the page and the place on it, where the file has pages.
    """

    rows: tuple[tuple[Box, ...], ...]
    label: str | None = None
    caption: str | None = None
    footnotes: tuple[str, ...] = ()
    n_header_rows: int | None = None
    is_ragged: bool = False
    keeps_spans: bool = False
    place: str | None = None

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def is_blank(self) -> bool:
        return not any(box.text.strip() for row in self.rows for box in row)

    def box(self, row: int, column: int) -> Box:
        """The box at a line and column, both counted from 1; an empty one where a short line has none."""
        line = self.rows[row - 1]
        return line[column - 1] if column <= len(line) else Box("", row, column)

    def numbered(self) -> Iterator[tuple[int, tuple[Box, ...]]]:
        return enumerate(self.rows, start=1)


def grid_of(lines: Sequence[Sequence[str]], *, is_ragged: bool = False) -> Grid:
    """A grid of plain texts; space before a text is its indent."""
    rows = tuple(
        tuple(plain_box(text, row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(lines, start=1)
    )
    return Grid(rows, is_ragged=is_ragged)


def plain_box(text: str, row: int, column: int) -> Box:
    """A box of plain text, without the space around it."""
    return Box(text.strip(), row, column, indent=indent_of(text))


def indent_of(text: str) -> int:
    """The width of the space before a text; none where it begins with a line break, which is only source layout."""
    space = text[: len(text) - len(text.lstrip())]
    return 0 if "\n" in space or "\r" in space else sum(2 if each in "\u2003\t" else 1 for each in space)
