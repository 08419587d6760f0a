"""Tables in plain text whose columns stand one below another, set apart by two spaces or more."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

from safety_pipeline.ingest.literature.numbers.printed import is_dash, kind_of

_PIECE = re.compile(r"\S+(?: \S+)*")
_FEWEST_LINES = 2
_FEWEST_COLUMNS = 2
_OFF_MIDDLE = 2  # twice what rounding moves a middle by


@dataclass(frozen=True)
class _Piece:
    """A text of a line with the places it takes, the last one left out."""

    text: str
    start: int
    end: int

    @property
    def is_value(self) -> bool:
        return kind_of(self.text) is not None or is_dash(self.text)


_Line = list[_Piece]
_Column = tuple[int, int]


def aligned_lines(text: str) -> list[list[str]] | None:
    """The cells of each line, empty ones included; nothing where places do not say which column a text is of.

    They say it where some line fills every column, every value of every line stands below exactly one of that line's,
    and no text between the first and the last line of values stands anywhere else. Where some line leaves a column
    empty, the lines must prove that places were kept: a text whose cells are set apart by a few spaces looks alike.
    """
    lines = [[_Piece(found[0], found.start(), found.end()) for found in _PIECE.finditer(each)] for each in _plain(text)]
    valued = [at for at, line in enumerate(lines) if _values(line)]
    columns = _columns([_values(lines[at]) for at in valued])
    if len(valued) < _FEWEST_LINES or columns is None:
        return None
    body = lines[valued[0] : valued[-1] + 1]
    if _is_broken(body, columns) or not _stand_by_place([lines[at] for at in valued], columns):
        return None
    head = _head(lines[: valued[0]], columns)
    if head is None:
        return None
    tail = [[_joined(line)] for line in lines[valued[-1] + 1 :]]
    return [*head, *(_cells(line, columns) for line in body), *tail]


def _plain(text: str) -> list[str]:
    return [line.replace("\u00a0", " ") for line in text.splitlines()]


def _values(line: _Line) -> _Line:
    """The values at the end of a line, after a label."""
    at = len(line)
    while at > 1 and line[at - 1].is_value:
        at -= 1
    return line[at:] if line else []


def _columns(lines: Sequence[_Line]) -> list[_Column] | None:
    """The places that the values of all lines take together, where one line has a value in each of them."""
    merged: list[_Column] = []
    for start, end in sorted((piece.start, piece.end) for line in lines for piece in line):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    is_filled = len(merged) == max(map(len, lines), default=0)
    return merged if is_filled and len(merged) >= _FEWEST_COLUMNS else None


def _is_broken(body: Sequence[_Line], columns: Sequence[_Column]) -> bool:
    """Whether a text is neither a label before all columns nor alone in a column, or a label goes on in the next."""
    return any(not _fits(line, columns) for line in body if line) or any(starmap(_goes_on, pairwise(body)))


def _fits(line: _Line, columns: Sequence[_Column]) -> bool:
    values = _values(line)
    labels = line[: len(line) - len(values)]
    places = [_column_of(piece, columns) for piece in values]
    is_apart = all(first is not None and second is not None and first < second for first, second in pairwise(places))
    is_label = all(piece.end <= columns[0][0] or len(line) == 1 for piece in labels)
    return is_apart and is_label and None not in places


def _stand_by_place(lines: Sequence[_Line], columns: Sequence[_Column]) -> bool:
    """Whether no line leaves a column empty, or labels of unlike length stand beside straight columns."""
    if all(len(_values(line)) == len(columns) for line in lines):
        return True
    beside = [(line[-len(values) - 1], values[0]) for line in lines if (values := _values(line))]
    gaps = {first.start - label.end for label, first in beside if _column_of(first, columns) == 0}
    pieces: list[_Line] = [[] for _ in columns]
    for piece in (piece for line in lines for piece in _values(line)):
        pieces[_column_of(piece, columns) or 0].append(piece)
    return len(gaps) > 1 and all(map(_has_one_line, pieces))


def _goes_on(line: _Line, after: _Line) -> bool:
    """Whether a label alone in its line goes on in the next, which begins with a small letter."""
    return len(line) == 1 and bool(after) and after[0].text[0].islower()


def _has_one_line(pieces: _Line) -> bool:
    """Whether texts one below another begin, end or have their middle at one place."""
    middles = [piece.start + piece.end for piece in pieces]
    edges = ({piece.start for piece in pieces}, {piece.end for piece in pieces})
    return any(len(edge) == 1 for edge in edges) or max(middles) - min(middles) <= _OFF_MIDDLE


def _column_of(piece: _Piece, columns: Sequence[_Column]) -> int | None:
    """The first column that stands below or above some part of a text."""
    return next((at for at, (start, end) in enumerate(columns) if piece.start < end and start < piece.end), None)


def _cells(line: _Line, columns: Sequence[_Column]) -> list[str]:
    values = _values(line)
    cells = [_joined(line[: len(line) - len(values)]), *("" for _ in columns)]
    for piece in values:
        cells[(_column_of(piece, columns) or 0) + 1] = piece.text
    return cells


def _joined(pieces: _Line) -> str:
    """The texts with the space between them, and before the first, which is an indent."""
    if not pieces:
        return ""
    return " " * pieces[0].start + " ".join(piece.text for piece in pieces)


def _head(lines: Sequence[_Line], columns: Sequence[_Column]) -> list[list[str]] | None:
    """The lines above the values: names over columns, above them captions; nothing where a line is neither."""
    placed = [_names(line, columns) for line in lines]
    named = [at for at, names in enumerate(placed) if names is not None]
    if not named:
        return None
    filled = {at for at, line in enumerate(lines) if line and at > named[0]}
    is_whole = all(placed[at] is not None or len(lines[at]) == 1 for at in filled)
    return [names or [_joined(line)] for line, names in zip(lines, placed, strict=True)] if is_whole else None


def _names(line: _Line, columns: Sequence[_Column]) -> list[str] | None:
    """The names of a line of the header over their columns, each over the first it stands over."""
    labels = [piece for piece in line if piece.end <= columns[0][0]]
    names = list(_placed(line[len(labels) :], columns))
    if not names or len(names) != len(line) - len(labels) or len({at for at, _ in names}) != len(names):
        return None
    cells = [_joined(labels), *("" for _ in columns)]
    for at, text in names:
        cells[at + 1] = text
    return cells


def _placed(pieces: _Line, columns: Sequence[_Column]) -> Iterator[tuple[int, str]]:
    for piece in pieces:
        if (at := _column_of(piece, columns)) is not None and piece.start >= columns[0][0] - len(piece.text):
            yield at, piece.text
