"""The cells of a region of a page, as they go from the process that opened it."""

import re
from collections.abc import Sequence
from itertools import pairwise

from safety_pipeline.ingest.literature.files.pdf.found import Cell, Region
from safety_pipeline.ingest.literature.files.spans import Spanned

MOST_LEVELS = 4
ONE_LEVEL = 3.0


def spanned_lines(region: Region) -> list[list[Spanned]]:
    """The cells of a region, its labels set in as far as they stand in on the page."""
    levels = _levels(region)
    return [[_spanned(cell, levels) for cell in line] for line in region.lines]


def _levels(region: Region) -> list[float]:
    """Where labels of the body begin, from the left; none where they stand in the middle of their column."""
    body = region.lines[region.n_header or 0 :]
    starts = sorted(cell.piece.place.x0 for line in body for cell in line if cell.column == 0 and cell.piece)
    if not starts:
        return []
    levels = [starts[0], *(right for left, right in pairwise(starts) if right - left > ONE_LEVEL)]
    return levels if len(levels) <= MOST_LEVELS else []


def _spanned(cell: Cell, levels: Sequence[float]) -> Spanned:
    piece = cell.piece
    if piece is None:
        return Spanned("", columns=cell.columns, rows=cell.rows, at=cell.column + 1)
    reached = [at for at, start in enumerate(levels) if piece.place.x0 >= start - ONE_LEVEL / 2]
    indent = 2 * reached[-1] if cell.column == 0 and reached else 0
    text = re.sub(r"\s+", " ", piece.text)
    return Spanned(text, piece.bare, indent, cell.columns, cell.rows, cell.column + 1)
