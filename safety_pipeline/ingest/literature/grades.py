"""The grades a column counts, from the words of a manifest."""

import re
from typing import NamedTuple

HIGHEST = 5


class GradeRange(NamedTuple):
    """Lowest and highest grade counted, and the band as the tables write it."""

    lower: int
    upper: int
    band: str

    def within(self, other: "GradeRange") -> bool:
        """Whether every event counted here is counted there too."""
        return self.lower >= other.lower and self.upper <= other.upper

    def both(self, other: "GradeRange") -> "GradeRange | None":
        """The grades counted here and there; nothing where no grade is in both."""
        for inner, outer in ((self, other), (other, self)):
            if inner.within(outer):
                return inner
        lower, upper = max(self.lower, other.lower), min(self.upper, other.upper)
        return (
            GradeRange(lower, upper, str(lower) if lower == upper else f"{lower}-{upper}") if lower <= upper else None
        )


ANY = GradeRange(1, HIGHEST, "any")
_SHAPE = re.compile(r"(?P<from>>=)?(?P<lower>[1-5])(?:-(?P<upper>[1-5]))?")


def parse_grades(text: str) -> GradeRange:
    """The range behind `any`, `3`, `3-4`, `1-2`, `>=3` or `≥3`."""
    tidy = text.strip().lower().replace("≥", ">=").replace("–", "-").replace(" ", "")
    if tidy == ANY.band:
        return ANY
    found = _SHAPE.fullmatch(tidy)
    if not found or (found["from"] and found["upper"]):
        raise ValueError(f"{text!r} is not a grade or a range of grades; write any, 3, 3-4 or >=3")
    lower = int(found["lower"])
    upper = HIGHEST if found["from"] else int(found["upper"] or lower)
    if upper < lower:
        raise ValueError(f"{text!r} runs backwards; write {upper}-{lower}")
    return GradeRange(lower, upper, tidy)
