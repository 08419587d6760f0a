"""Tables without frames: where they begin and end among lines of text, and what they consist of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from safety_pipeline.ingest.literature.files.pdf.areas import is_prose
from safety_pipeline.ingest.literature.files.pdf.columns import (
    NEAR,
    Span,
    body_cells,
    columns_of,
    header_cells,
    is_value_line,
    widened,
)
from safety_pipeline.ingest.literature.files.pdf.found import Around, Cell, Lines
from safety_pipeline.ingest.literature.files.pdf.marks import Box, Rule
from safety_pipeline.ingest.literature.files.pdf.text_lines import TextLine, joined_pieces
from safety_pipeline.ingest.literature.files.pdf.whole_rows import pitch, whole_rows
from safety_pipeline.ingest.literature.files.pdf.words import CAPTION

MOST_HEADER, MOST_CAPTION, MOST_NOTES, MOST_BETWEEN = 10, 6, 15, 3
WIDE_GAP, PART_GAP = 2.6, 4.0
NO_HEADER = "no header stands above its values"


@dataclass(frozen=True)
class Stretch:
    """The lines of one table within an area: header from `head`, values from `first` to `last`."""

    caption: tuple[int, int]
    head: int
    first: int
    last: int


def stretches(lines: Sequence[TextLine], rules: Sequence[Rule]) -> Iterator[Stretch]:
    """Each run of lines of values, with the header and caption above it."""
    at = 0
    while at < len(lines):
        if not is_value_line(lines[at]):
            at += 1
            continue
        last = _last(lines, at)
        head, caption = _head(lines, rules, at)
        yield Stretch(caption, head, at, last)
        at = last + 1


def _last(lines: Sequence[TextLine], first: int) -> int:
    """The last line of a body: values, with at most a few labels between them."""
    last, between = first, 0
    for at in range(first + 1, len(lines)):
        if _ends(lines, at) or between > MOST_BETWEEN:
            break
        between = 0 if is_value_line(lines[at]) else between + 1
        last = at if between == 0 else last
    return _with_end_of_label(lines, first, last)


def _ends(lines: Sequence[TextLine], at: int) -> bool:
    line = lines[at]
    gap = line.baseline - lines[at - 1].baseline
    is_text = not is_value_line(line) and any(is_prose(piece) for piece in line.pieces) and len(line.text) > 60
    return CAPTION.match(line.text) is not None or gap > PART_GAP * line.size or is_text


def _with_end_of_label(lines: Sequence[TextLine], first: int, last: int) -> int:
    """A last label may go on in the line below: closer than lines of the table stand, in letters as large."""
    usual = pitch(lines[first : last + 1])
    if last + 1 >= len(lines) or usual is None:
        return last
    line, before = lines[last + 1], lines[last]
    is_close = line.baseline - before.baseline < 0.9 * usual
    is_label = len(line.pieces) == 1 and line.place.x1 <= (before.pieces[1].place.x0 if before.pieces[1:] else 0)
    return last + 1 if is_close and is_label and abs(line.size - before.size) < 0.5 else last


def _head(lines: Sequence[TextLine], rules: Sequence[Rule], first: int) -> tuple[int, tuple[int, int]]:
    """Where the header begins, and the lines of the caption above it."""
    top = _top_rule(lines, rules, first)
    head, begun = first, None
    for at in range(first - 1, max(-1, first - MOST_HEADER - MOST_CAPTION), -1):
        line = lines[at]
        if lines[at + 1].baseline - line.baseline > PART_GAP * line.size or is_value_line(line):
            break
        if CAPTION.match(line.text):
            begun = at
            break
        head = at
    if begun is None:
        return _below_rule(lines, top, head, first), (0, -1)
    head = _after_caption(lines, begun, first, top)
    return head, (begun, head - 1)


def _after_caption(lines: Sequence[TextLine], begun: int, first: int, top: float | None) -> int:
    """The first line of the header: below the rule at its top, else the first that is not more of the caption."""
    if top is not None and top > lines[begun].baseline - lines[begun].size:
        return next((at for at in range(begun, first) if lines[at].baseline > top), first)
    for at in range(begun + 1, first):
        is_more = len(lines[at].pieces) == 1 and abs(lines[at].place.x0 - lines[begun].place.x0) < 2
        if not is_more or lines[at].baseline - lines[at - 1].baseline > 1.6 * lines[at].size:
            return at
        if abs(lines[at].size - lines[begun].size) > 0.3:
            return at
    return first


def _below_rule(lines: Sequence[TextLine], top: float | None, head: int, first: int) -> int:
    """Without a caption only what stands below a rule, or has several pieces, is a header."""
    below = [at for at in range(head, first) if top is not None and lines[at].baseline > top]
    if any(len(lines[at].pieces) > 1 for at in below):
        return below[0]
    while head < first and len(lines[head].pieces) == 1 and is_prose(lines[head].pieces[0]):
        head += 1
    return head


def _top_rule(lines: Sequence[TextLine], rules: Sequence[Rule], first: int) -> float | None:
    """The highest of the long rules above the values, below the line of text that comes before the header."""
    place = lines[first].place
    ends = max(0, first - MOST_HEADER)
    above = [
        rule.place.top
        for rule in rules
        if not rule.is_upright
        and lines[ends].place.top - 2 * lines[ends].size < rule.place.top < lines[first].baseline
        and min(rule.place.x1, place.x1) - max(rule.place.x0, place.x0) > 0.6 * (place.x1 - place.x0)
    ]
    captions = [lines[at].baseline for at in range(ends, first) if CAPTION.match(lines[at].text)]
    below = [each for each in above if not captions or each > captions[-1]]
    return min(below) if below else None


def around(lines: Sequence[TextLine], found: Stretch) -> Around:
    """The caption above, and the lines of notes below until text in other letters or a gap."""
    caption = " ".join(line.text for line in lines[found.caption[0] : found.caption[1] + 1])
    return Around(caption, " ".join(line.text for line in lines[found.last + 1 : _notes_end(lines, found)]))


def _notes_end(lines: Sequence[TextLine], found: Stretch) -> int:
    at = found.last + 1
    while at < min(len(lines), found.last + 1 + MOST_NOTES):
        gap = lines[at].baseline - lines[at - 1].baseline
        is_first = at == found.last + 1
        if gap > (WIDE_GAP if is_first else 1.7) * lines[at].size or CAPTION.match(lines[at].text):
            break
        if not is_first and lines[at].size > lines[found.last + 1].size + 0.3:
            break
        at += 1
    return at


def place_of(lines: Sequence[TextLine], found: Stretch) -> Box:
    """The place of a table, its caption included."""
    start = found.caption[0] if found.caption[1] >= found.caption[0] else found.head
    place = lines[found.first].place
    for line in lines[start : found.last + 1]:
        place = place.around(line.place)
    return place


def unruled_lines(
    lines: Sequence[TextLine], rules: Sequence[Rule], found: Stretch
) -> tuple[Lines, int, tuple[float, ...]]:
    """The lines of cells, how many of them are the header, and where the columns begin; raises where unclear."""
    body = lines[found.first : found.last + 1]
    columns = columns_of(body)
    cells = [body_cells(line, columns) for line in whole_rows(body, columns)]
    header = list(_header(lines[found.head : found.first], columns, rules))
    return [*header, *cells], len(header), tuple(column.x0 for column in columns)


def _header(lines: Sequence[TextLine], columns: Sequence[Span], rules: Sequence[Rule]) -> Iterator[list[Cell]]:
    """The lines of the header; a text that goes on in the next line is joined to it."""
    waiting: tuple[TextLine, list[Cell]] | None = None
    for found in zip(lines, _cells_from_below(lines, columns, rules), strict=True):
        if waiting is not None and _goes_on(waiting, found, rules):
            waiting = (found[0], _stacked(waiting[1], found[1]))
            continue
        if waiting is not None:
            yield waiting[1]
        waiting = found
    if waiting is not None:
        yield waiting[1]


def _cells_from_below(lines: Sequence[TextLine], columns: Sequence[Span], rules: Sequence[Rule]) -> list[list[Cell]]:
    """The cells of each line of the header; names over single columns widen them before the line above is read."""
    cells: list[list[Cell]] = []
    for line in reversed(lines):
        cells.append(header_cells(line, columns, rules, has_lines_below=bool(cells)))
        columns = widened(columns, cells[-1])
    return cells[::-1]


def _goes_on(upper: tuple[TextLine, list[Cell]], lower: tuple[TextLine, list[Cell]], rules: Sequence[Rule]) -> bool:
    """Whether the lower line only finishes texts of the upper one: same places, close, and begun in mid-sentence."""
    homes = [_home(cell, upper[1]) for cell in lower[1]]
    if None in homes or len(set(homes)) < len(homes):
        return False
    if lower[0].baseline - upper[0].baseline > 1.7 * lower[0].size or _is_ruled_between(upper[0], lower[0], rules):
        return False
    texts = [cell.piece.text for cell in lower[1] if cell.piece]
    if len(texts) > 1 and len(set(texts)) == 1:
        return False
    if any(cell.piece and cell.piece.text.count("(") > cell.piece.text.count(")") for cell in upper[1]):
        return True
    return any(text[:1].islower() or text[:1] in "(/+=" for text in texts)


def _is_ruled_between(upper: TextLine, lower: TextLine, rules: Sequence[Rule]) -> bool:
    return any(
        not rule.is_upright
        and upper.baseline - 2 <= rule.place.top <= lower.baseline - lower.size / 2
        and rule.place.x0 < lower.place.x1
        and rule.place.x1 > lower.place.x0
        for rule in rules
    )


def _home(cell: Cell, upper: Sequence[Cell]) -> int | None:
    """The column of the cell above that a text goes on from: of the same reach, or wider and with the same middle."""
    for each in upper:
        if (cell.column, cell.columns) == (each.column, each.columns):
            return each.column
        is_inside = each.column <= cell.column and cell.column + cell.columns <= each.column + each.columns
        if is_inside and cell.piece and each.piece and abs(cell.piece.middle - each.piece.middle) <= NEAR:
            return each.column
    return None


def _stacked(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
    below = {_home(cell, upper): cell.piece for cell in lower}
    return [
        replace(cell, piece=joined_pieces(cell.piece, more))
        if (more := below.get(cell.column)) is not None and cell.piece is not None
        else cell
        for cell in upper
    ]
