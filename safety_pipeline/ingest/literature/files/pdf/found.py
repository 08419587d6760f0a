"""What was found on a page: one table, read or refused, with its place."""

from dataclasses import dataclass

from safety_pipeline.ingest.literature.files.pdf.marks import Box
from safety_pipeline.ingest.literature.files.pdf.text_lines import Piece

MILLIMETRES = 25.4 / 72
# A cell of a found table: its text, and how many columns and lines it covers.
Lines = list[list["Cell"]]


@dataclass(frozen=True)
class Cell:
    """One written cell, the column it begins in (from 0), and how far it reaches."""

    piece: Piece | None
    column: int
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True)
class Around:
    """What stands around a table: its label and caption above, the notes below."""

    caption: str = ""
    footnotes: str = ""


@dataclass(frozen=True)
class Region:
    """One table of a page: its lines of cells, or the `problem` for which it cannot be read.

    `parts` are the pages and places it lies on; `n_header` lines are its header where the print tells; `columns` are
    where its columns begin. `words` are the lines of a region that cannot be read.
    """

    parts: tuple[tuple[int, Box], ...]
    around: Around
    lines: Lines
    n_header: int | None = None
    columns: tuple[float, ...] = ()
    problem: str | None = None
    words: tuple[tuple[str, ...], ...] = ()
    keeps_spans: bool = False

    @property
    def where(self) -> str:
        """Page and place of each part, in millimetres."""
        return " and ".join(_where(page, place) for page, place in self.parts)


def _where(page: int, place: Box) -> str:
    ends = (place.x0, place.x1, place.top, place.bottom)
    left, right, top, bottom = (round(each * MILLIMETRES) for each in ends)
    return f"page {page}, {left} to {right} mm from the left and {top} to {bottom} mm from the top"


class UnclearError(Exception):
    """Why the letters of a region do not make one table only."""
