"""Finds where a table begins and ends in its file: caption, header, body, footnotes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from safety_pipeline.ingest.literature.grid import Box, Grid
from safety_pipeline.ingest.literature.layout.flat_header import header_lines
from safety_pipeline.ingest.literature.layout.wording import grades_of, is_word
from safety_pipeline.ingest.literature.layout_data import layout
from safety_pipeline.ingest.literature.mending import readable_if_mended
from safety_pipeline.ingest.literature.packed import is_packed
from safety_pipeline.ingest.literature.printed import is_blank, is_dash, kind_of

LONGEST_LABEL = 90
LABELS = ("label", "title")


@dataclass(frozen=True)
class Body:
    """The lines of one table within a grid: header from `head` to `header_rows`, body from there to `last`."""

    caption: str
    head: int
    header_rows: int
    last: int
    footnotes: str
    after_others: bool = False

    @property
    def lines(self) -> range:
        return range(self.header_rows + 1, self.last + 1)


def is_value(box: Box) -> bool:
    return kind_of(box.unmarked) is not None


def bodies(grid: Grid) -> list[Body]:
    """The tables of a grid; several where one is stacked on another."""
    shapes = [_titled(row, _shape(row, is_ragged=grid.is_ragged)) for row in grid.rows]
    if grid.n_header_rows:
        return [*_marked_bodies(grid, shapes, grid.n_header_rows)]
    found = [body for start, end in _stretches(shapes) if (body := _body(grid, shapes, start, end))]
    return [replace(_with_surroundings(grid, body), after_others=at > 0) for at, body in enumerate(found)]


def _with_surroundings(grid: Grid, body: Body) -> Body:
    """The body with what the file says around the whole table."""
    caption = " ".join(part for part in (grid.label, grid.caption, body.caption) if part)
    return replace(body, caption=caption, footnotes=" ".join([body.footnotes, *grid.footnotes]).strip())


def _marked_bodies(grid: Grid, shapes: list[str], header: int) -> Iterator[Body]:
    """The tables of a file that says where its header ends; names right below it belong to the header too."""
    while header + 1 < grid.height and shapes[header] == "names" and "values" in shapes[header + 1 :]:
        header += 1
    starts = [start for start, _ in _stretches(shapes[header:])[1:]]
    last = starts[0] + header - 1 if starts else grid.height
    end = last
    while last > header + 1 and (shapes[last - 1] == "blank" or _is_footnote(grid, shapes, last)):
        last -= 1
    notes = [_text(grid, line) for line in range(last + 1, end + 1)]
    yield _with_surroundings(grid, Body("", 1, header, last, " ".join(notes)))
    for start, stop in _stretches(shapes[header:])[1:]:
        if (body := _body(grid, shapes, start + header, stop + header)) is not None:
            yield replace(_with_surroundings(grid, body), after_others=True)


def _is_footnote(grid: Grid, shapes: list[str], line: int) -> bool:
    """Whether a last line without values is a note on the table: it begins like one, or is too long for a label."""
    if shapes[line - 1] not in LABELS:
        return False
    text = _text(grid, line).casefold()
    return len(text) > LONGEST_LABEL or text.startswith(tuple(layout("words")["footnote_starts"]))


def _titled(row: Sequence[Box], shape: str) -> str:
    """`title` instead of `label` for a line that begins "Table 2"."""
    text = next((box.text for box in row if not is_blank(box.text)), "")
    return (
        "title"
        if shape == "label" and re.match(r"(?:supplementary )?table\s+\w{1,4}\b", text, re.IGNORECASE)
        else shape
    )


def _shape(row: Sequence[Box], *, is_ragged: bool) -> str:
    """`values`, `names` (several texts), `label` (one text) or `blank`; a label that titles a table becomes `title`."""
    filled = [box for box in row if not is_blank(box.text)]
    if not filled:
        return "blank"
    if len(filled) == 1 and not (filled[0].column > 1 and is_value(filled[0])):
        return "label"
    if len({box.text for box in filled}) == 1 and filled[0].column == 1:
        return "label"
    if any(_is_value_or_gap(box) for box in filled if box.column > 1) and not _is_grade_header(filled):
        return "values"
    return "label" if is_ragged else "names"


def _is_value_or_gap(box: Box) -> bool:
    damaged = is_packed(box.text) or readable_if_mended(box.unmarked) is not None
    return is_value(box) or is_dash(box.text) or damaged


def _is_grade_header(boxes: Sequence[Box]) -> bool:
    """Whether the boxes are the grades in order under a heading word, and so no line of counts."""
    texts = [box.text for box in boxes if box.column > 1]
    heading = next((box.text for box in boxes if box.column == 1), "")
    in_order = len(texts) > 2 and all(re.fullmatch("[0-5]", text) for text in texts) and texts == sorted(set(texts))
    ranges = len(texts) > 1 and not all(map(str.isdigit, texts)) and all(_is_grades(text) for text in texts)
    return (in_order or ranges) and (not heading or is_word("label_headers", heading))


def _is_grades(text: str) -> bool:
    return grades_of(text) is not None or grades_of(f"grade {text}") is not None


def _stretches(shapes: list[str]) -> list[tuple[int, int]]:
    """First and last line of each table: a new one begins at a header after values."""
    starts = [1]
    seen_values = False
    for line, shape in enumerate(shapes, start=1):
        if shape in {"names", "title"} and seen_values and "values" in shapes[line:]:
            starts.append(_caption_above(shapes, line))
            seen_values = False
        seen_values = seen_values or shape == "values"
    return [(start, end - 1) for start, end in zip(starts, [*starts[1:], len(shapes) + 1], strict=True)]


def _caption_above(shapes: list[str], line: int) -> int:
    """The first of the single texts right above a header, where a blank line parts them from the table before."""
    first = line
    while shapes[first - 2] in LABELS:
        first -= 1
    return first if shapes[first - 2] == "blank" else line


def _body(grid: Grid, shapes: list[str], start: int, end: int) -> Body | None:
    lines = [line for line in range(start, end + 1) if shapes[line - 1] == "values"]
    if not lines:
        return None
    names = _names(grid, shapes, start, lines)
    header = names[-1] if names else _header_of_labels(shapes, start, lines[0])
    head = names[0] if names else header
    while header + 1 < lines[0] and is_blank(grid.box(header + 1, 1).text) and shapes[header] in LABELS:
        header += 1
    last = lines[-1]
    caption = " ".join(_text(grid, line) for line in range(start, head) if shapes[line - 1] != "blank")
    footnotes = " ".join(_text(grid, line) for line in range(last + 1, end + 1) if shapes[line - 1] != "blank")
    return Body(caption, head, header, last, footnotes)


def _names(grid: Grid, shapes: list[str], start: int, values: list[int]) -> list[int]:
    """The lines of the header: those of several texts, or in a text without borders those that name columns."""
    if grid.is_ragged:
        return header_lines(grid, start, values[0], max(len(grid.rows[line - 1]) for line in values))
    return [line for line in range(start, values[0]) if shapes[line - 1] == "names"]


def _header_of_labels(shapes: list[str], start: int, first_values: int) -> int:
    """In a text without borders: the last line of the paragraph above the values that is no section."""
    return max((line for line in range(start, first_values) if shapes[line - 1] in LABELS), default=start - 1)


def _text(grid: Grid, line: int) -> str:
    return " ".join(dict.fromkeys(box.text for box in grid.rows[line - 1] if not is_blank(box.text)))
