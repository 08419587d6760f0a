"""Writes the many ways to name grades as one: "III or IV" as "3 or 4", "at least grade 3" as "grade >=3"."""

import re
from functools import cache, lru_cache, partial

from safety_pipeline.ingest.literature.grades import HIGHEST
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_ROMAN = re.compile(r"\b(?:III|II|IV|I|V)\b")


@lru_cache(maxsize=8192)
def plain_grades(text: str) -> str:
    """The text with plain spaces, Roman numerals as digits, and each bound of grades after its word."""
    numerals = layout("patterns")["grades"]["roman"]
    plain = _ROMAN.sub(lambda found: str(numerals[found[0]]), tidy_spaces(text))
    for shape, form in _rules():
        plain = shape.sub(partial(_plain, form), plain)
    return plain


@cache
def _rules() -> list[tuple[re.Pattern[str], str]]:
    word = layout("patterns")["grade_word"]
    return [
        (pattern(rule["pattern"].replace("{G}", word)), rule["plain"]) for rule in layout("patterns")["plain_grades"]
    ]


def _plain(form: str, found: re.Match[str]) -> str:
    """The plain form with the numbers found; a bound that leaves its own grade out begins at the next."""
    said = {name: number for name, number in found.groupdict().items() if number}
    if "below" in said:
        said["above"] = str(min(HIGHEST, int(said["below"]) + 1))
    return form.format(**{"upper": said.get("most", ""), **said})
