"""Lines of a table without frames from its lines of text: a label may go over several of them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from safety_pipeline.ingest.literature.files.pdf.columns import OVERLAP, Span, is_value, is_value_line
from safety_pipeline.ingest.literature.files.pdf.found import UnclearError
from safety_pipeline.ingest.literature.files.pdf.text_lines import Piece, TextLine, joined_pieces

UNCLEAR_LINES = "it is not clear which lines of text make one line of the table"


def whole_rows(body: Sequence[TextLine], columns: Sequence[Span]) -> Iterator[TextLine]:
    """The lines of the body, those that belong to one line of the table joined."""
    gap = _inner_gap(body)
    row: list[TextLine] = []
    for line in body:
        if row and (_is_within(row[-1], line, gap) or _continues(row, line)):
            row.append(line)
            continue
        if row:
            yield _one(row, columns)
        row = [line]
    if row:
        yield _one(row, columns)


def _inner_gap(body: Sequence[TextLine]) -> float:
    """The distance up to which two lines of text are one line of the table."""
    size = median(line.size for line in body)
    usual = pitch(body)
    gaps = [b.baseline - a.baseline for a, b in pairwise(body) if not (is_value_line(a) and is_value_line(b))]
    closest = min(gaps, default=0.0)
    if usual is not None and closest and closest < 0.9 * usual:
        return max(closest + 0.4 * (usual - closest), 0.9 * size)
    return 0.9 * size


def _is_within(upper: TextLine, lower: TextLine, gap: float) -> bool:
    return lower.baseline - upper.baseline <= gap and not (is_value_line(upper) and is_value_line(lower))


def _continues(row: Sequence[TextLine], line: TextLine) -> bool:
    """Whether a label that stands alone goes on: the next begins in small letters, or the first is not finished."""
    alone, other = (row[-1], line) if not is_value_line(row[-1]) else (line, row[-1])
    if is_value_line(alone) or len(alone.pieces) > 1 or is_value(alone.pieces[0]):
        return False
    if line is alone:
        return re.match(r"[a-z(]", alone.text) is not None
    return (
        re.match(r"[a-z(]", other.text) is not None
        or re.search(r"(?:[,/-]|\b(?:and|or|of|the|to))$", alone.text) is not None
    )


def _one(row: Sequence[TextLine], columns: Sequence[Span]) -> TextLine:
    """One line of the table from its lines of text: labels joined in their order, values from one line only."""
    if len(row) == 1:
        return row[0]
    valued = [line for line in row if is_value_line(line)]
    if len(valued) > 1:
        raise UnclearError(UNCLEAR_LINES)
    found: dict[int, Piece] = {}
    for line in row:
        for piece in line.pieces:
            at = _column_of_part(piece, columns, is_beside_values=bool(valued))
            found[at] = _longer_label(found[at], piece) if at in found else piece
    joined = [found[at] for at in sorted(found)]
    base = valued[0] if valued else row[0]
    return TextLine(tuple(joined), base.baseline, base.size)


def _column_of_part(piece: Piece, columns: Sequence[Span], *, is_beside_values: bool) -> int:
    over = [at for at, column in enumerate(columns) if column.overlap(piece) > OVERLAP]
    if len(over) != 1 and is_beside_values:
        raise UnclearError(UNCLEAR_LINES)
    return over[0] if over else 0


def _longer_label(first: Piece, second: Piece) -> Piece:
    if is_value(first):
        raise UnclearError(UNCLEAR_LINES)
    return joined_pieces(first, second)


def pitch(lines: Sequence[TextLine]) -> float | None:
    """How far lines of values usually stand below one another."""
    gaps = [b.baseline - a.baseline for a, b in pairwise(lines) if is_value_line(a) and is_value_line(b)]
    return median(gaps) if gaps else None
