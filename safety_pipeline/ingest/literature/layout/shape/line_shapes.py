"""What kind of line each line of a grid is, before anything is known of its columns."""

import re
from collections.abc import Sequence

from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.words.bare_grades import are_grades_in_order, begin_above_one
from safety_pipeline.ingest.literature.layout.words.units import split_unit
from safety_pipeline.ingest.literature.layout.words.wording import (
    grades_of,
    grades_within,
    is_word,
    names_events,
    population_of,
    without_population,
)
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.lines.packed import is_packed
from safety_pipeline.ingest.literature.numbers.mending import readable_if_mended
from safety_pipeline.ingest.literature.numbers.printed import is_blank, is_dash, kind_of

# A mean with its spread, or a number with its range: no count, and no name of a column either.
_MEASURED = re.compile(r"[-−–]?\d+\.\d+\s*(?:[(\[±,;–-]|to\b|$)")


def line_shapes(grid: Grid) -> list[str]:
    """`values`, `names` (several texts), `label` (one text), `title` or `blank` for each line.

    Several texts below values are names only where they head columns; otherwise they are values that cannot be read.
    """
    shapes = [_titled(row, _shape(row, is_ragged=grid.is_ragged)) for row in grid.rows]
    first = shapes.index("values") if "values" in shapes else len(shapes)
    if shapes[first + 1 : first + 2] == ["names"] and gives_sizes(grid.rows[first]):
        shapes[first] = "names"
        first = shapes.index("values") if "values" in shapes else len(shapes)
    seen = {box.text for row in grid.rows[:first] for box in row[1:] if not is_blank(box.text)}
    for at in range(first + 1, len(shapes)):
        if shapes[at] == "names" and shapes[at - 1] not in {"blank", "title"} and _stands_below(grid.rows[at], seen):
            shapes[at] = "values"
    return shapes


def gives_sizes(row: Sequence[Box]) -> bool:
    """Whether a line has a word for patients and whole numbers: how many patients the groups of the header have."""
    numbers = [box.text.strip() for box in row[1:] if not is_blank(box.text)]
    return bool(numbers) and is_word("population_columns", row[0].text) and all(map(str.isdecimal, numbers))


def _stands_below(row: Sequence[Box], seen: set[str]) -> bool:
    """Whether a line of several texts is part of the table above it: a section with its patients, or unread values."""
    return _gives_patients(row) or not _heads(row, seen)


def _gives_patients(row: Sequence[Box]) -> bool:
    """Whether "N = 40" alone stands in every place beside a label that is no word for events."""
    texts = [box.text for box in row[1:] if not is_blank(box.text)]
    is_section = bool(row) and not is_blank(row[0].text) and not names_events(row[0].text)
    return is_section and bool(texts) and not any(without_population(text) for text in texts)


def _heads(row: Sequence[Box], seen: set[str]) -> bool:
    """Whether texts stand over columns: words for grades, patients or units, or names that stood over them before."""
    corner = row[0].text if row else ""
    words = ("label_headers", "arm_headers", "grade_headers")
    if is_blank(corner) or names_events(corner) or any(is_word(name, corner) for name in words):
        return True
    return any(box.text in seen or _names_column(box.text) for box in row[1:] if not is_blank(box.text))


def _names_column(text: str) -> bool:
    graded = grades_of(text) or grades_within(text)
    return bool(graded) or population_of(text) is not None or split_unit(text)[1] is not None


def _titled(row: Sequence[Box], shape: str) -> str:
    """`title` instead of `label` for a line that begins "Table 2"."""
    text = next((box.text for box in row if not is_blank(box.text)), "")
    return "title" if shape == "label" and pattern(layout("patterns")["table_title"]).match(text) else shape


def _shape(row: Sequence[Box], *, is_ragged: bool) -> str:
    """`values`, `names` (several texts), `label` (one text) or `blank`; a label that titles a table becomes `title`."""
    filled = [box for box in row if not is_blank(box.text)]
    if not filled:
        return "blank"
    if len(filled) == 1 and not (filled[0].column > 1 and _is_value(filled[0])):
        return "label"
    if len({box.text for box in filled}) == 1 and filled[0].column == 1:
        return "label"
    beside = [box for box in filled if box.column > 1]
    if any(map(_is_value_or_gap, beside)) and not _is_grade_header(filled):
        return "values"
    if all(_MEASURED.match(box.text) for box in beside):
        return "values"
    return "label" if is_ragged else "names"


def _is_value_or_gap(box: Box) -> bool:
    damaged = is_packed(box.text) or readable_if_mended(box.unmarked) is not None
    return _is_value(box) or is_dash(box.text) or damaged


def _is_grade_header(boxes: Sequence[Box]) -> bool:
    """Whether the boxes are the grades in order under a heading word, and so no line of counts."""
    texts = [box.text for box in boxes if box.column > 1]
    heading = next((box.text for box in boxes if box.column == 1), "")
    ranges = len(texts) > 1 and not all(map(str.isdigit, texts)) and all(_is_grades(text) for text in texts)
    named = not heading or is_word("label_headers", heading) or is_word("grade_headers", heading)
    return (are_grades_in_order(texts) or (bool(heading) and begin_above_one(texts)) or ranges) and named


def _is_grades(text: str) -> bool:
    return grades_of(text) is not None or grades_of(f"grade {text}") is not None


def _is_value(box: Box) -> bool:
    return kind_of(box.unmarked) is not None
