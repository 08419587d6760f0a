"""Puts back how far a header reached in a file that cannot say it, where what stands below leaves one reading."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.shape.bodies import Body
from safety_pipeline.ingest.literature.layout.shape.line_shapes import gives_sizes
from safety_pipeline.ingest.literature.layout.words.wording import grades_of, is_word, names_events, without_population
from safety_pipeline.ingest.literature.numbers.printed import is_blank, tidy_spaces

Levels = list[tuple[str, ...]]


def with_spans(grid: Grid, body: Body) -> Grid:
    """The grid with each name of a group over all columns of its group, where every group has the same columns."""
    if grid.keeps_spans or grid.is_ragged:
        return grid
    for line in range(body.header_rows, body.head - 1, -1):
        reach = _reach(grid, body, line)
        if reach:
            row = tuple(_covered(grid, line, at, reach) for at in range(1, grid.width + 1))
            grid = replace(grid, rows=(*grid.rows[: line - 1], row, *grid.rows[line:]))
    return grid


def _covered(grid: Grid, line: int, at: int, reach: dict[int, int]) -> Box:
    box = grid.box(line, reach.get(at, at))
    return replace(box, column=at, is_repeat=at in reach)


def _reach(grid: Grid, body: Body, line: int) -> dict[int, int]:
    """Column without a name in this line, to the column whose name reaches over it."""
    below = [_below(grid, body, line, at) for at in range(1, grid.width + 1)]
    inside = [at for at in range(2, grid.width + 1) if any(below[at - 1])]
    starts = [at for at in inside if not is_blank(grid.box(line, at).text)]
    inside = _without_labels(inside, starts, below)
    if not starts or len(starts) == len(inside) or not _has_corner(grid, line):
        return {}
    groups = [[at for at in inside if first <= at < stop] for first, stop in pairwise([*starts, grid.width + 1])]
    is_whole = starts[0] == inside[0] and _are_alike([[below[at - 1] for at in group] for group in groups])
    if not is_whole:
        return {at: group[0] for group in groups for at in group[1:] if _is_one_name(grid, body, line, group[0], at)}
    if any(_crosses(grid, above, group) for above in range(body.head, line) for group in groups):
        return {}
    return {at: group[0] for group in groups for at in group[1:]}


def _without_labels(inside: list[int], starts: list[int], below: Sequence[tuple[str, ...]]) -> list[int]:
    """The columns of groups: not those before the first name that hold grades or arms beside the labels."""
    first = starts[0] if starts else 0
    kinds = ("grade_headers", "arm_headers", "label_headers")
    are_labels = all(any(is_word(kind, below[at - 1][-1]) for kind in kinds) for at in inside if at < first)
    return [at for at in inside if at >= first] if are_labels else inside


def _are_alike(shapes: Sequence[Levels]) -> bool:
    """Whether every group has the same columns, and no two of one group are the same."""
    return all(shape == shapes[0] for shape in shapes) and len(set(shapes[0])) == len(shapes[0])


def _is_one_name(grid: Grid, body: Body, line: int, first: int, at: int) -> bool:
    """Whether one name of the line below reaches from one column to another: what stands over a part is over all."""
    if line == body.header_rows:
        return False
    return all(grid.box(line + 1, each).is_repeat for each in range(first + 1, at + 1))


def _below(grid: Grid, body: Body, line: int, at: int) -> tuple[str, ...]:
    """What the other lines of the header say of a column, without the number of patients.

    Lines above are asked where they name every column, as grades do that stand over the arms.
    """
    lower = [each for each in range(line + 1, body.header_rows + 1) if not gives_sizes(grid.rows[each - 1])]
    upper = [each for each in range(body.head, line) if _is_full(grid, each)]
    texts = (tidy_spaces(grid.box(each, at).text) for each in (*upper, *lower))
    return tuple(name.casefold() for text in texts if (name := without_population(text)))


def _crosses(grid: Grid, above: int, group: Sequence[int]) -> bool:
    """Whether a group would lie below several names of a line whose names reach over groups: it is part of one."""
    texts = [grid.box(above, at).text for at in range(2, grid.width + 1)]
    spans = _is_full(grid, above) and any(one == other for one, other in pairwise(texts))
    return spans and len({grid.box(above, at).text for at in group}) > 1


def _is_full(grid: Grid, line: int) -> bool:
    return not any(is_blank(grid.box(line, at).text) for at in range(2, grid.width + 1))


def _has_corner(grid: Grid, line: int) -> bool:
    """Whether what stands over the labels belongs to them: nothing, a word for events, or one for patients."""
    corner, gives = grid.box(line, 1).text, gives_sizes(grid.rows[line - 1])
    said: Sequence[bool] = (is_blank(corner), names_events(corner), is_word("arm_headers", corner), gives)
    return any(said) and grades_of(corner) is None
