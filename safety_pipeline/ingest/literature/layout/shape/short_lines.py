"""Lines of a header that lost their empty places, as copied text does where a name stood over several columns."""

from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.words.wording import is_word, names_events
from safety_pipeline.ingest.literature.numbers.printed import is_blank
from safety_pipeline.tables.delivery import RefusedError

Names = list[Box]


def with_whole_lines(grid: Grid, body: Body, file: str) -> Grid:
    """The grid with the names of short header lines over their columns; raises where that is not sure."""
    if grid.keeps_spans or grid.is_ragged:
        return grid
    for line in range(body.header_rows, body.head - 1, -1):
        row = grid.rows[line - 1]
        if _is_short(grid, body, line):
            corner, names = _parted(row)
            laid = _laid(grid, body, line, names)
            if laid is None:
                raise _unsure(grid, line, len(names), file)
            boxes = (corner, *(replace(box, row=line, column=at) for at, box in enumerate(laid, start=2)))
            grid = replace(grid, rows=(*grid.rows[: line - 1], boxes, *grid.rows[line:]))
    return grid


def _is_short(grid: Grid, body: Body, line: int) -> bool:
    """Whether a line has fewer places than the table; of an only header, one less is a last column without a name."""
    missing = grid.width - len(grid.rows[line - 1])
    is_only = body.head == body.header_rows
    n_texts = sum(not is_blank(box.text) for box in grid.rows[line - 1])
    return missing > int(is_only) and n_texts > 1


def _parted(row: Sequence[Box]) -> tuple[Box, Names]:
    """What stands over the labels, and the names; a line that begins with a name has lost the place of the labels."""
    first = row[0]
    is_corner = is_blank(first.text) or names_events(first.text) or is_word("label_headers", first.text)
    rest = [box for box in (row[1:] if is_corner else row) if not is_blank(box.text)]
    return (first if is_corner else replace(first, text="", bare=None)), rest


def _laid(grid: Grid, body: Body, line: int, names: Names) -> Names | None:
    """A box for each column of counts: one name each, or each name over as many columns that are named alike below."""
    n_columns = grid.width - 1
    size, over = divmod(n_columns, len(names))
    if over or (size > 1 and not _repeats(grid, body, line, size)):
        return None
    return [replace(name, is_repeat=at > 0) for name in names for at in range(size)]


def _repeats(grid: Grid, body: Body, line: int, size: int) -> bool:
    """Whether the lines below name the columns of each group alike, and those of one group differently."""
    lower = range(line + 1, body.header_rows + 1)
    below = [tuple(grid.box(each, at).text.casefold() for each in lower) for at in range(2, grid.width + 1)]
    groups = [below[at : at + size] for at in range(0, len(below), size)]
    return bool(lower) and all(group == groups[0] for group in groups) and len(set(groups[0])) == size


def _unsure(grid: Grid, line: int, n_names: int, file: str) -> RefusedError:
    return RefusedError(
        "cells_stand_apart",
        f"{file}, line {line}: {n_names} names stand over {grid.width - 1} columns, and which belongs to which is not "
        "sure; repeat each name over its columns, or save the table with its empty cells",
        source_file=file,
    )
