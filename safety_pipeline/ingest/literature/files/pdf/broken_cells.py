"""Cells that narrow columns broke in two: a count over its percentage in brackets, the word "Grade" over its digit."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from safety_pipeline.ingest.literature.files.pdf.columns import OVERLAP, is_value
from safety_pipeline.ingest.literature.files.pdf.text_lines import Piece, TextLine, joined_pieces

_IN_BRACKETS = re.compile(r"[(\[]\s*[<≤]?\s*\d{1,3}(?:[.,·]\d{1,3})?\s*%?\s*[)\]]\S{0,2}")
_COUNT = re.compile(r"\d{1,6}")
_GRADE, _GRADE_WORD = re.compile(r"[1-5][^\d\s]{0,2}"), re.compile(r"grades?", re.IGNORECASE)
_BEFORE_GRADE_WORD = re.compile(r"any|all", re.IGNORECASE)
# Of the height of a letter: lines of one cell stand no farther apart.
_CLOSE = 1.7


def with_whole_cells(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of text; what only finishes the cells of the line right above it is put behind them."""
    whole: list[TextLine] = []
    for line, after in zip_longest(lines, lines[1:]):
        joined = _joined(whole[-1], line, after) if whole else None
        whole[-1:] = [joined] if joined else [*whole[-1:], line]
    return whole


def _joined(upper: TextLine, lower: TextLine, after: TextLine | None) -> TextLine | None:
    """Both lines as one, where they stand together and every text of the lower one finishes one of the upper."""
    if not _is_nearer(upper, lower, after):
        return None
    return _with_grades(upper, lower) or _with_shares(upper, lower)


def _is_nearer(upper: TextLine, lower: TextLine, after: TextLine | None) -> bool:
    """Whether the lower line is close to the upper, and no farther from it than from the line after it."""
    gap = lower.baseline - upper.baseline
    is_nearer = after is None or gap <= after.baseline - lower.baseline
    return gap <= _CLOSE * max(upper.size, lower.size) and is_nearer


def _with_shares(upper: TextLine, lower: TextLine) -> TextLine | None:
    """Counts with the percentages below them, and the end of a label behind its beginning."""
    rest, shares = _parted(lower)
    if not shares or is_value(upper.pieces[0]) or (rest and not re.match(r"[a-z]", rest[0].text)):
        return None
    whole = _with_pieces(upper, shares, _COUNT)
    if whole is None or not rest:
        return whole
    return replace(whole, pieces=(joined_pieces(whole.pieces[0], rest[0]), *whole.pieces[1:]))


def _with_grades(upper: TextLine, lower: TextLine) -> TextLine | None:
    """Words for grades with what they begin or end in: "Grade" over "3", "Any" over "grade"."""
    digits = [piece for piece in lower.pieces if _GRADE.fullmatch(piece.text)]
    named = [piece for piece in lower.pieces if _GRADE_WORD.fullmatch(piece.text)]
    if not digits or len(digits) + len(named) < len(lower.pieces):
        return None
    whole = _with_pieces(upper, digits, _GRADE_WORD)
    return _with_pieces(whole, named, _BEFORE_GRADE_WORD) if whole else None


def _with_pieces(upper: TextLine, lower: Sequence[Piece], wanted: re.Pattern[str]) -> TextLine | None:
    """The upper line with each lower piece behind the one right above it; nothing where that is not what is wanted."""
    places = {at: piece for piece in lower if (at := _above(upper, piece, wanted)) is not None}
    if len(places) < len(lower):
        return None
    pieces = (joined_pieces(each, places[at]) if at in places else each for at, each in enumerate(upper.pieces))
    return replace(upper, pieces=tuple(pieces))


def _above(upper: TextLine, piece: Piece, wanted: re.Pattern[str]) -> int | None:
    """Which piece stands above another, where it is the only one and is of the kind wanted."""
    over = [at for at, each in enumerate(upper.pieces) if _overlap(each, piece) > OVERLAP]
    is_wanted = len(over) == 1 and wanted.fullmatch(upper.pieces[over[0]].bare or upper.pieces[over[0]].text)
    return over[0] if is_wanted else None


def _overlap(one: Piece, other: Piece) -> float:
    return min(one.place.x1, other.place.x1) - max(one.place.x0, other.place.x0)


def _parted(line: TextLine) -> tuple[list[Piece], list[Piece]]:
    """The end of a label, and the percentages; no percentages where anything else stands in the line."""
    shares = [piece for piece in line.pieces if _IN_BRACKETS.fullmatch(piece.text)]
    rest = [piece for piece in line.pieces if piece not in shares]
    is_only_label = not rest or (len(rest) == 1 and rest[0] is line.pieces[0])
    return (rest, shares) if is_only_label else (rest, [])
