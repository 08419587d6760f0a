"""Parts of a page that are read by themselves: columns of text, and what reaches across them."""

from collections.abc import Iterator, Sequence

from safety_pipeline.ingest.literature.files.pdf.marks import Box, Letter, Print, Rule
from safety_pipeline.ingest.literature.files.pdf.text_lines import Piece, TextLine, text_lines

PROSE_WORDS = 6
NARROWEST_GUTTER = 8.0
FEWEST_LINES = 4


def areas(page: Print) -> list[list[Letter]]:
    """The letters of each area, from the top; a page without columns of text is one."""
    lines = text_lines(page.letters, page.rules)
    gutter = _gutter(page, [piece for line in lines for piece in line.pieces if is_prose(piece)])
    if gutter is None:
        return [list(page.letters)]
    return [
        found
        for top, bottom, is_parted in _bands(page, lines, gutter)
        for found in _in_band(page, gutter, top, bottom, is_parted=is_parted)
    ]


def is_prose(piece: Piece) -> bool:
    """Whether a piece reads like a line of running text."""
    words = piece.text.split()
    return len(words) >= PROSE_WORDS and sum(word[0].islower() for word in words) >= len(words) / 2


def _gutter(page: Print, prose: Sequence[Piece]) -> float | None:
    """The middle of the space between two columns of running text."""
    left = [piece.place for piece in prose if piece.place.x1 < 0.56 * page.width]
    right = [piece.place for piece in prose if piece.place.x0 > 0.44 * page.width]
    if len(left) + len(right) < FEWEST_LINES or 2 * (len(left) + len(right)) < len(prose):
        return None
    start = max((each.x1 for each in left), default=0.0)
    end = min((each.x0 for each in right), default=page.width)
    if left and right and end - start < NARROWEST_GUTTER:
        return None
    if not left:
        return end - NARROWEST_GUTTER / 2
    return start + NARROWEST_GUTTER / 2 if not right else (start + end) / 2


def _bands(page: Print, lines: Sequence[TextLine], gutter: float) -> Iterator[tuple[float, float, bool]]:
    """Stretches of the page from top to bottom, each with whether the gutter parts it."""
    crossing = sorted(_crossing(page, lines, gutter), key=lambda place: place.top)
    at = 0.0
    for place in _joined(crossing):
        if place.top > at:
            yield at, place.top, True
        yield place.top, place.bottom, False
        at = place.bottom
    yield at, page.height, True


def _crossing(page: Print, lines: Sequence[TextLine], gutter: float) -> Iterator[Box]:
    """What reaches over the gutter: pieces of text, and everything between rules that do."""
    for line in lines:
        yield from (piece.place for piece in line.pieces if piece.place.x0 < gutter - 4 and piece.place.x1 > gutter + 4)
    across = [r.place for r in page.rules if not r.is_upright and r.place.x0 < gutter - 20 and r.place.x1 > gutter + 20]
    for upper, lower in zip(sorted(across, key=_top), sorted(across, key=_top)[1:], strict=False):
        if not _holds_prose(lines, upper, lower):
            yield Box(upper.x0, upper.top, upper.x1, lower.bottom)


def _holds_prose(lines: Sequence[TextLine], upper: Box, lower: Box) -> bool:
    inside = [line for line in lines if upper.bottom <= line.baseline <= lower.top]
    return sum(is_prose(piece) for line in inside for piece in line.pieces) > max(2, len(inside) / 3)


def _top(place: Box) -> float:
    return place.top


def _joined(places: Sequence[Box]) -> list[Box]:
    """Places one below the other, those that touch or nearly touch joined."""
    joined: list[Box] = []
    for place in places:
        if joined and place.top - joined[-1].bottom < 14:
            joined[-1] = joined[-1].around(place)
        else:
            joined.append(place)
    return joined


def _in_band(page: Print, gutter: float, top: float, bottom: float, *, is_parted: bool) -> Iterator[list[Letter]]:
    inside = [each for each in page.letters if top <= (each.place.top + each.place.bottom) / 2 < bottom]
    halves = ([e for e in inside if e.middle < gutter], [e for e in inside if e.middle >= gutter])
    yield from (half for half in (halves if is_parted else (inside,)) if half)


def rules_in(rules: Sequence[Rule], area: Box) -> list[Rule]:
    """The rules that lie in an area, or reach into it by more than half."""
    return [
        rule
        for rule in rules
        if area.holds((rule.place.x0 + rule.place.x1) / 2, (rule.place.top + rule.place.bottom) / 2)
    ]
