"""Finds where a table begins and ends in its file: caption, header, body, footnotes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from safety_pipeline.ingest.literature.grid import Grid
from safety_pipeline.ingest.literature.layout.shape.flat_header import header_lines
from safety_pipeline.ingest.literature.layout.shape.line_shapes import line_shapes
from safety_pipeline.ingest.literature.layout.words.wording import names_arm
from safety_pipeline.ingest.literature.layout_data import layout
from safety_pipeline.ingest.literature.numbers.printed import is_blank

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


def bodies(grid: Grid) -> list[Body]:
    """The tables of a grid; several where one is stacked on another."""
    shapes = line_shapes(grid)
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
    names = [line for line in range(start, values[0]) if shapes[line - 1] == "names"]
    return [names[0] - 1, *names] if names and _names_only_group(grid, names[0] - 1) else names


def _names_only_group(grid: Grid, line: int) -> bool:
    """Whether the one text of a line stands over the counts and names the only arm, over all of them."""
    filled = [box for box in grid.rows[line - 1] if not is_blank(box.text)] if line > 0 else []
    return len(filled) == 1 and filled[0].column > 1 and names_arm(filled[0].text)


def _header_of_labels(shapes: list[str], start: int, first_values: int) -> int:
    """In a text without borders: the last line of the paragraph above the values that is no section."""
    return max((line for line in range(start, first_values) if shapes[line - 1] in LABELS), default=start - 1)


def _text(grid: Grid, line: int) -> str:
    return " ".join(dict.fromkeys(box.text for box in grid.rows[line - 1] if not is_blank(box.text)))
