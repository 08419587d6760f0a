"""Tables whose every cell is framed by rules."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from safety_pipeline.ingest.literature.files.pdf.found import Cell, Lines
from safety_pipeline.ingest.literature.files.pdf.marks import Box, Letter, Rule
from safety_pipeline.ingest.literature.files.pdf.text_lines import text_in, text_lines
from safety_pipeline.ingest.literature.numbers.printed import is_dash, kind_of

NEAR = 3.0
MOST_RULES = 5_000
Frame = list[Box]


def frames(rules: Sequence[Rule]) -> list[Frame]:
    """The cells of each framed table that has several columns and lines."""
    if len(rules) > MOST_RULES:
        return []
    edges = [_edge(rule) for rule in rules]
    merged = merge_edges(edges, NEAR, NEAR, NEAR, NEAR)
    cells = intersections_to_cells(edges_to_intersections(merged, NEAR, NEAR))
    tables = [[Box(*map(float, cell)) for cell in table] for table in cells_to_tables(cells)]
    return [table for table in tables if len(_steps(table, across=True)) > 2 and len(_steps(table, across=False)) > 3]


def _edge(rule: Rule) -> dict[str, object]:
    """The rule as pdfplumber knows edges."""
    place = rule.place
    x1, bottom = (place.x0, place.bottom) if rule.is_upright else (place.x1, place.top)
    ends = {"x0": place.x0, "x1": x1, "top": place.top, "bottom": bottom}
    sizes = {"width": x1 - place.x0, "height": bottom - place.top}
    return {"orientation": "v" if rule.is_upright else "h", **ends, **sizes}


def place_of(frame: Frame) -> Box:
    """The place of a framed table."""
    place = frame[0]
    for cell in frame[1:]:
        place = place.around(cell)
    return place


def columns_of_frame(frame: Frame) -> tuple[float, ...]:
    """Where the columns of a framed table begin."""
    return tuple(_steps(frame, across=True)[:-1])


def framed_lines(frame: Frame, letters: Sequence[Letter]) -> Lines | None:
    """The cells line by line; nothing where a frame holds several lines of counts, so that it parts columns only."""
    columns, rows = _steps(frame, across=True), _steps(frame, across=False)
    lines: Lines = [[] for _ in rows[1:]]
    for cell in sorted(frame, key=lambda each: (each.top, each.x0)):
        inside = [each for each in letters if cell.holds(each.middle, (each.place.top + each.place.bottom) / 2)]
        if _stacks_counts(inside):
            return None
        top, left = _at(rows, cell.top), _at(columns, cell.x0)
        wide, tall = _at(columns, cell.x1) - left, _at(rows, cell.bottom) - top
        lines[top].append(Cell(text_in(inside), left, max(1, wide), max(1, tall)))
    return lines


def _stacks_counts(letters: Sequence[Letter]) -> bool:
    texts = [line.text for line in text_lines(letters)]
    return sum(kind_of(text) is not None or is_dash(text) for text in texts) > 1


def _steps(frame: Frame, *, across: bool) -> list[float]:
    """Where columns, or lines, begin and end; edges that nearly agree are one."""
    ends = sorted(end for cell in frame for end in ((cell.x0, cell.x1) if across else (cell.top, cell.bottom)))
    return [ends[0], *(right for left, right in pairwise(ends) if right - left > NEAR)]


def _at(steps: Sequence[float], end: float) -> int:
    return min(range(len(steps)), key=lambda at: abs(steps[at] - end))


def uncovered(letters: Sequence[Letter], taken: Sequence[Box]) -> Iterator[Letter]:
    """The letters outside of all framed tables."""
    for letter in letters:
        middle = (letter.place.top + letter.place.bottom) / 2
        if not any(place.holds(letter.middle, middle) for place in taken):
            yield letter
