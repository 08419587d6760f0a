"""What is printed on a page, by its place: letters and rules, turned upright where the page has them on their side."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pdfplumber.page import Page
from pdfplumber.utils.geometry import rect_to_edges

SHORTEST_RULE = 8.0
THICKEST_RULE = 3.0


@dataclass(frozen=True)
class Box:
    """A place on a page in points, from the left and from the top."""

    x0: float
    top: float
    x1: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.top <= y <= self.bottom

    def around(self, other: "Box") -> "Box":
        """The smallest place that holds both."""
        return Box(
            min(self.x0, other.x0), min(self.top, other.top), max(self.x1, other.x1), max(self.bottom, other.bottom)
        )


@dataclass(frozen=True)
class Letter:
    """One printed character; `size` is its height."""

    text: str
    place: Box
    size: float

    @property
    def middle(self) -> float:
        return (self.place.x0 + self.place.x1) / 2


@dataclass(frozen=True)
class Rule:
    """A straight line of the print; an upright one where `is_upright`."""

    place: Box
    is_upright: bool


@dataclass(frozen=True)
class Print:
    """Everything on one page that a table may be made of; `turned` says which way its letters run.

    `is_scan`: a picture fills the page, so its letters are what a machine recognised.
    """

    number: int
    width: float
    height: float
    letters: tuple[Letter, ...]
    rules: tuple[Rule, ...]
    turned: str
    is_scan: bool

    def on_page(self, place: Box) -> Box:
        """A place of the print as it lies on the page that a reader sees."""
        if self.turned == "upwards":
            return Box(place.top, self.width - place.x1, place.bottom, self.width - place.x0)
        if self.turned == "downwards":
            return Box(self.height - place.bottom, place.x0, self.height - place.top, place.x1)
        return place


def print_of(page: Page) -> Print:
    """The marks of one page."""
    visible = [char for char in page.chars if char["text"].strip()]
    turned = _direction(visible)
    width, height = float(page.width), float(page.height)
    return Print(
        number=page.page_number,
        width=width if turned == "along" else height,
        height=height if turned == "along" else width,
        letters=tuple(_letter(char, turned, width, height) for char in visible if _runs(char) == turned),
        rules=tuple(_rules(page, turned)),
        turned=turned,
        is_scan=any(_fills(image, page) for image in page.images),
    )


def _runs(char: dict[str, Any]) -> str:
    across, up = char["matrix"][0], char["matrix"][1]
    if abs(across) >= abs(up):
        return "along"
    return "upwards" if up > 0 else "downwards"


def _direction(chars: list[dict[str, Any]]) -> str:
    """Which way most letters of the page run."""
    counted = Counter(map(_runs, chars))
    return counted.most_common(1)[0][0] if counted else "along"


def _turn(place: Box, turned: str, width: float, height: float) -> Box:
    if turned == "upwards":
        return Box(height - place.bottom, place.x0, height - place.top, place.x1)
    if turned == "downwards":
        return Box(place.top, width - place.x1, place.bottom, width - place.x0)
    return place


def _place(mark: dict[str, Any]) -> Box:
    return Box(float(mark["x0"]), float(mark["top"]), float(mark["x1"]), float(mark["bottom"]))


def _letter(char: dict[str, Any], turned: str, width: float, height: float) -> Letter:
    place = _turn(_place(char), turned, width, height)
    return Letter(char["text"], place, place.bottom - place.top)


def _rules(page: Page, turned: str) -> Iterator[Rule]:
    """Drawn lines, boxes as thin as lines, and the four sides of outlined boxes; shading is none."""
    for mark in _drawn(page):
        place = _turn(_place(mark), turned, float(page.width), float(page.height))
        across, down = place.x1 - place.x0, place.bottom - place.top
        if max(across, down) >= SHORTEST_RULE and min(across, down) <= THICKEST_RULE:
            yield Rule(place, down > across)


def _drawn(page: Page) -> Iterator[dict[str, Any]]:
    yield from page.lines
    for box in page.rects:
        is_thin = min(box["width"], box["height"]) <= THICKEST_RULE
        yield from [box] if is_thin else rect_to_edges(box) if box.get("stroke") else []


def _fills(image: dict[str, Any], page: Page) -> bool:
    place = _place(image)
    covered = max(0.0, place.x1 - place.x0) * max(0.0, place.bottom - place.top)
    return covered > 0.6 * float(page.width) * float(page.height)
