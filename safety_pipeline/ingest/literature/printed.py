"""What one printed cell says: a count, a percentage, a denominator, or nothing."""

import re
from dataclasses import dataclass
from fractions import Fraction

# A count, a percentage or both, as they stand in running text; no groups, so that findall gives whole values.
VALUE = r"(?:\d+(?:[.,·]\d+)?\s*\(\s*[<≤]?\s*\d+(?:[.,·]\d+)?\s*%?\s*\)|\d+(?:[.,·]\d+)?(?:\s*%)?)"
_PERCENT = r"(?P<percent>\d{1,3}(?:[.,·]\d+)?)\s*%?"
_COUNT = r"(?P<n>\d{1,3}(?:,\d{3})+|\d+)"
_SHAPES = {
    "n (%)": re.compile(rf"{_COUNT}\s*\(\s*{_PERCENT}\s*\)"),
    "% (n)": re.compile(rf"{_PERCENT}\s*\(\s*{_COUNT}\s*\)"),
    "n": re.compile(_COUNT),
    "%": re.compile(_PERCENT),
    "n/N (%)": re.compile(rf"{_COUNT}\s*/\s*(?P<of>\d+)\s*\(\s*{_PERCENT}\s*\)"),
    "n/N": re.compile(rf"{_COUNT}\s*/\s*(?P<of>\d+)"),
}
# A count may stand without its percentage: a bare 0 under "n (%)" is how most tables print none.
_SHORTER = {"n (%)": ("n",), "n/N (%)": ("n/N", "n (%)", "n"), "n/N": ("n",), "% (n)": (), "n": (), "%": ()}


@dataclass(frozen=True)
class Printed:
    """The numbers of one cell, as printed; `percent` keeps its digits, since they say how it was rounded."""

    text: str
    n: int | None = None
    percent: str | None = None
    n_at_risk: int | None = None

    @property
    def decimals(self) -> int | None:
        return None if self.percent is None else len(self.percent.partition(".")[2])

    @property
    def share(self) -> Fraction | None:
        """The percentage as an exact number on 0-100."""
        return None if self.percent is None else Fraction(self.percent)


def read_printed(text: str, content: str) -> Printed | None:
    """The numbers in a cell of the stated content, or nothing where the cell is not of that kind."""
    tidy = tidy_spaces(text)
    for shape in (content, *_SHORTER[content]):
        found = _SHAPES[shape].fullmatch(tidy)
        if found:
            return _printed(text, found.groupdict())
    return None


def tidy_spaces(text: str) -> str:
    """The text with every kind of space made plain and none at the ends."""
    return " ".join(text.split())


def _printed(text: str, parts: dict[str, str | None]) -> Printed:
    n, percent, of = parts.get("n"), parts.get("percent"), parts.get("of")
    return Printed(
        text=tidy_spaces(text),
        n=int(n.replace(",", "")) if n else None,
        percent=percent.replace(",", ".").replace("·", ".") if percent else None,
        n_at_risk=int(of) if of else None,
    )


_DASH = re.compile(r"[-–—−]+|\.{2,}|…")


def is_blank(text: str) -> bool:
    """Whether nothing is printed."""
    return not text.strip()


def is_dash(text: str) -> bool:
    """Whether a sign is printed that stands for no number."""
    return bool(_DASH.fullmatch(text.strip()))
