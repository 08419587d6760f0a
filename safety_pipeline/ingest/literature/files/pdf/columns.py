"""Columns of a table without frames, from where its values stand one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from safety_pipeline.ingest.literature.files.pdf.found import Cell, UnclearError
from safety_pipeline.ingest.literature.files.pdf.marks import Rule
from safety_pipeline.ingest.literature.files.pdf.text_lines import Piece, TextLine, joined_pieces
from safety_pipeline.ingest.literature.lines.packed import is_packed
from safety_pipeline.ingest.literature.numbers.printed import holds_value, is_dash, kind_of

OVERLAP = 0.5
NEAR = 3.0
LONGEST_ROW = 8
RUN_INTO = "columns run into each other, so a value may belong to either"
NO_LABEL = "values stand where the names of events should be"
HEADER_UNCLEAR = "it is not clear over which columns a header stands"


@dataclass(frozen=True)
class Span:
    """How far a column of the body reaches from left to right."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    def overlap(self, piece: Piece) -> float:
        return min(self.x1, piece.place.x1) - max(self.x0, piece.place.x0)


def is_value(piece: Piece) -> bool:
    """Whether a piece is a count, a percentage, both, or a sign for none."""
    text = piece.bare or piece.text
    return kind_of(text) is not None or is_dash(text)


def is_value_line(line: TextLine) -> bool:
    """Whether values stand beside something: several pieces, and one after the first is a value, or several in one."""
    if len(line.pieces) == 1:
        return _holds_values(line.pieces[0]) and len(line.text.split()) <= LONGEST_ROW
    return any(is_value(piece) or _holds_values(piece) for piece in line.pieces[1:])


def _holds_values(piece: Piece) -> bool:
    """Whether counts stand together with something else."""
    text = piece.bare or piece.text
    return not is_value(piece) and (holds_value(text) or is_packed(text))


def columns_of(lines: Sequence[TextLine]) -> list[Span]:
    """The columns of the body; pieces that overlap from line to line stand in one."""
    places = sorted((piece.place.x0, piece.place.x1) for line in lines if is_value_line(line) for piece in line.pieces)
    columns: list[Span] = []
    for x0, x1 in places:
        if columns and x0 < columns[-1].x1 - OVERLAP:
            columns[-1] = Span(columns[-1].x0, max(columns[-1].x1, x1))
        else:
            columns.append(Span(x0, x1))
    return columns


def body_cells(line: TextLine, columns: Sequence[Span]) -> list[Cell]:
    """The cells of one line of the body; raises where a piece stands in two columns, or two values in one."""
    if any(_holds_values(piece) for piece in line.pieces):
        raise UnclearError(RUN_INTO)
    if len(line.pieces) == 1 and not is_value(line.pieces[0]):
        return [Cell(line.pieces[0], 0)]
    found: dict[int, Piece] = {}
    for piece in line.pieces:
        at = _column_of(piece, columns)
        found[at] = _together(found[at], piece) if at in found else piece
    if 0 in found and kind_of(found[0].text) not in {None, "n"}:
        raise UnclearError(NO_LABEL)
    return [Cell(piece, at) for at, piece in found.items()]


def _column_of(piece: Piece, columns: Sequence[Span]) -> int:
    over = [at for at, column in enumerate(columns) if column.overlap(piece) > OVERLAP]
    if len(over) != 1:
        raise UnclearError(RUN_INTO)
    return over[0]


def _together(left: Piece, right: Piece) -> Piece:
    """Two pieces in one column: words of a label, or a count and its percentage."""
    both = joined_pieces(left, right)
    if is_value(left) and not (kind_of(both.text) or "").startswith("n (%)"):
        raise UnclearError(RUN_INTO)
    if not is_value(left) and is_value(right):
        raise UnclearError(RUN_INTO)
    return both


def header_cells(
    line: TextLine, columns: Sequence[Span], rules: Sequence[Rule], *, has_lines_below: bool
) -> list[Cell]:
    """The cells of one line of the header, each over the columns that it stands for."""
    taken: set[int] = set()
    cells = []
    for piece in line.pieces:
        others = [each for each in line.pieces if each is not piece]
        first, last = _reach(piece, others, columns, rules, has_lines_below=has_lines_below)
        if taken & set(range(first, last + 1)):
            raise UnclearError(HEADER_UNCLEAR)
        taken |= set(range(first, last + 1))
        cells.append(Cell(piece, first, last - first + 1))
    return cells


def widened(columns: Sequence[Span], cells: Sequence[Cell]) -> list[Span]:
    """The columns as wide as what stands over them alone."""
    wide = list(columns)
    for cell in cells:
        if cell.columns == 1 and cell.piece is not None:
            at, place = cell.column, cell.piece.place
            left = wide[at - 1].x1 if at else place.x0
            right = wide[at + 1].x0 if at + 1 < len(wide) else place.x1
            wide[at] = Span(min(wide[at].x0, max(place.x0, left)), max(wide[at].x1, min(place.x1, right)))
    return wide


def _reach(
    piece: Piece, others: Sequence[Piece], columns: Sequence[Span], rules: Sequence[Rule], *, has_lines_below: bool
) -> tuple[int, int]:
    """First and last column under a piece of the header."""
    ruled = _ruled(piece, columns, rules)
    if ruled is not None:
        return ruled
    over = [at for at, column in enumerate(columns) if column.overlap(piece) > OVERLAP]
    if not over:
        over = _nearest(piece, columns)
    if not has_lines_below:
        return over[0], over[-1]
    return _centred(piece, others, columns, (over[0], over[-1]))


def _nearest(piece: Piece, columns: Sequence[Span]) -> list[int]:
    """The column beside a piece that stands over none: between two, it is over both."""
    left = [at for at, column in enumerate(columns) if column.x1 <= piece.place.x0 + OVERLAP]
    right = [at for at, column in enumerate(columns) if column.x0 >= piece.place.x1 - OVERLAP]
    if left and right and left[-1] > 0:
        return [left[-1], right[0]]
    if left and right:
        return [right[0]] if columns[right[0]].x0 - piece.place.x1 < piece.place.x0 - columns[0].x1 else [0]
    return [left[-1] if left else right[0]]


def _ruled(piece: Piece, columns: Sequence[Span], rules: Sequence[Rule]) -> tuple[int, int] | None:
    """The columns over which the rule right below a piece runs, where it is not one below the whole header."""
    height = piece.place.bottom - piece.place.top
    for rule in rules:
        place = rule.place
        is_below = -0.3 * height <= place.top - piece.place.bottom <= 0.9 * height
        if rule.is_upright or not is_below or not place.x0 - NEAR <= piece.middle <= place.x1 + NEAR:
            continue
        under = [at for at, column in enumerate(columns) if place.x0 - NEAR <= column.middle <= place.x1 + NEAR]
        if under and 0 not in under:
            return under[0], under[-1]
    return None


def _centred(piece: Piece, others: Sequence[Piece], columns: Sequence[Span], over: tuple[int, int]) -> tuple[int, int]:
    """The group of columns whose middle a piece stands over, among those no other piece of its line stands over.

    Where it begins with a column, how far it reaches is left to what stands below it.
    """
    if over[0] == 0:
        return over
    groups = _groups(others, columns, over)
    centred = [group for group in groups if _is_over_middle(piece, columns, group)]
    if over in centred and len(centred) > 1:
        raise UnclearError(HEADER_UNCLEAR)
    if _is_at_left(piece, columns, over) and over not in centred:
        return over[0], over[0]
    return centred[0] if len(centred) == 1 else over


def _groups(others: Sequence[Piece], columns: Sequence[Span], over: tuple[int, int]) -> list[tuple[int, int]]:
    """Neighbouring columns around those a piece stands over, with no other piece of the line over them."""
    own = set(range(over[0], over[1] + 1))
    free = {at for at, column in enumerate(columns) if not any(column.overlap(each) > 0 for each in others)}
    return [
        (first, last)
        for first in range(1, over[0] + 1)
        for last in range(over[1], len(columns))
        if set(range(first, last + 1)) <= free | own
    ]


def _is_over_middle(piece: Piece, columns: Sequence[Span], group: tuple[int, int]) -> bool:
    middle = (columns[group[0]].x0 + columns[group[1]].x1) / 2
    return abs(piece.middle - middle) <= NEAR * (1 + group[1] - group[0])


def _is_at_left(piece: Piece, columns: Sequence[Span], group: tuple[int, int]) -> bool:
    return abs(piece.place.x0 - columns[group[0]].x0) <= NEAR
