"""Letters joined to pieces of text: one piece for what stands close together on a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from safety_pipeline.ingest.literature.files.cell_text import bare_text
from safety_pipeline.ingest.literature.files.pdf.marks import Box, Letter, Rule

# Of the height of a letter: a gap this wide parts two words, and one this wide parts two columns.
WORD_GAP, COLUMN_GAP = 0.18, 0.55
SMALL = 0.95
ONE_LINE = 0.45


@dataclass(frozen=True)
class Piece:
    """Text that stands close together on one line; `bare` is it without raised footnote marks."""

    text: str
    place: Box
    bare: str | None = None

    @property
    def middle(self) -> float:
        return (self.place.x0 + self.place.x1) / 2


@dataclass(frozen=True)
class TextLine:
    """The pieces of one line from left to right, and the height of its letters."""

    pieces: tuple[Piece, ...]
    baseline: float
    size: float

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    @property
    def place(self) -> Box:
        place = self.pieces[0].place
        for piece in self.pieces[1:]:
            place = place.around(piece.place)
        return place


def text_lines(letters: Sequence[Letter], rules: Sequence[Rule] = ()) -> list[TextLine]:
    """The lines of an area, from the top; an upright rule parts what stands on both its sides."""
    walls = [rule.place for rule in rules if rule.is_upright]
    return [_line(row, walls) for row in _rows(letters)]


def text_in(letters: Sequence[Letter]) -> Piece | None:
    """All that stands in one cell, its lines joined by spaces."""
    pieces = [_piece(row) for row in _rows(letters)]
    if not pieces:
        return None
    joined = pieces[0]
    for each in pieces[1:]:
        joined = joined_pieces(joined, each)
    return joined


def joined_pieces(first: Piece, second: Piece) -> Piece:
    """Two pieces of one cell; a word parted at the end of a line keeps its hyphen."""
    between = "" if first.text.endswith(("-", "/", "–")) else " "
    text = f"{first.text}{between}{second.text}"
    bare = f"{first.bare or first.text}{between}{second.bare or second.text}" if first.bare or second.bare else None
    return Piece(text, first.place.around(second.place), bare)


def _rows(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Letters with one baseline; smaller ones, raised or lowered, go to the line they stand beside."""
    if not letters:
        return []
    size = median(letter.size for letter in letters)
    full = sorted((each for each in letters if each.size >= SMALL * size), key=lambda each: each.place.bottom)
    rows: list[list[Letter]] = []
    for letter in full:
        if rows and letter.place.bottom - rows[-1][0].place.bottom <= ONE_LINE * size:
            rows[-1].append(letter)
        else:
            rows.append([letter])
    small = [each for each in letters if each.size < SMALL * size]
    own: list[Letter] = []
    for letter in sorted(small, key=lambda each: each.place.x0):
        home = _home(letter, rows, size)
        if home is None:
            own.append(letter)
        else:
            home.append(letter)
    rows += _rows(own) if len(own) < len(letters) else [own]
    return [sorted(row, key=lambda each: each.place.x0) for row in sorted(rows, key=_baseline)]


def _home(letter: Letter, rows: Sequence[list[Letter]], size: float) -> list[Letter] | None:
    """The line with a letter right before the raised or lowered one."""
    for row in rows:
        for each in row:
            beside = -0.3 * size <= letter.place.x0 - each.place.x1 <= 0.6 * size
            overlap = min(letter.place.bottom, each.place.bottom) - max(letter.place.top, each.place.top)
            if beside and overlap > 0.2 * letter.size and each.size >= letter.size:
                return row
    return None


def _baseline(row: Sequence[Letter]) -> float:
    return median(letter.place.bottom for letter in row)


def _line(row: Sequence[Letter], walls: Sequence[Box]) -> TextLine:
    size = median(letter.size for letter in row)
    baseline = _baseline(row)
    crossed = [wall.x0 for wall in walls if wall.top <= baseline - size / 2 <= wall.bottom]
    pieces = tuple(_piece(group) for group in _groups(row, COLUMN_GAP * size, crossed))
    return TextLine(pieces, baseline, size)


def _groups(row: Sequence[Letter], gap: float, walls: Sequence[float]) -> Iterator[list[Letter]]:
    group: list[Letter] = []
    for letter in row:
        if group and (letter.place.x0 - group[-1].place.x1 > gap or _is_parted(group[-1], letter, walls)):
            yield group
            group = []
        group.append(letter)
    if group:
        yield group


def _is_parted(left: Letter, right: Letter, walls: Sequence[float]) -> bool:
    return any(left.middle < wall < right.middle for wall in walls)


def _piece(group: Sequence[Letter]) -> Piece:
    size = max(letter.size for letter in group)
    line = [letter for letter in group if letter.size >= SMALL * size]
    baseline = _baseline(line)
    parts: list[tuple[str, bool]] = []
    before: Letter | None = None
    for letter in group:
        is_raised = letter.size < SMALL * size and letter.place.bottom < baseline - 0.1 * size
        space = " " if before is not None and letter.place.x0 - before.place.x1 > WORD_GAP * size else ""
        parts.append((f"{space}{letter.text}", is_raised))
        before = letter
    place = group[0].place
    for letter in group[1:]:
        place = place.around(letter.place)
    text = " ".join("".join(text for text, _ in parts).split())
    return Piece(text, place, bare_text(_joined(parts)))


def _joined(parts: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Letters that follow one another and are raised, or are not, as one text."""
    joined: list[tuple[str, bool]] = []
    for text, raised in parts:
        if joined and joined[-1][1] == raised:
            joined[-1] = (joined[-1][0] + text, raised)
        else:
            joined.append((text, raised))
    return joined
