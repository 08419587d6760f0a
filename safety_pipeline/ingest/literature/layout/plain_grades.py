"""Writes the many ways to name grades as one: "III or IV" as "3 or 4", "at least grade 3" as "grade >=3"."""

import re
from functools import partial

from safety_pipeline.ingest.literature.grades import HIGHEST
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.printed import tidy_spaces

_ROMAN = re.compile(r"\b(?:III|II|IV|I|V)\b")


def plain_grades(text: str) -> str:
    """The text with plain spaces, Roman numerals as digits, and each bound of grades after its word."""
    numerals = layout("patterns")["grades"]["roman"]
    plain = _ROMAN.sub(lambda found: str(numerals[found[0]]), tidy_spaces(text))
    for rule in layout("patterns")["plain_grades"]:
        written = rule["pattern"].replace("{G}", layout("patterns")["grade_word"])
        plain = pattern(written).sub(partial(_plain, rule["plain"]), plain)
    return plain


def _plain(form: str, found: re.Match[str]) -> str:
    """The plain form with the numbers found; a bound that leaves its own grade out begins at the next."""
    said = {name: number for name, number in found.groupdict().items() if number}
    if "below" in said:
        said["above"] = str(min(HIGHEST, int(said["below"]) + 1))
    return form.format(**{"upper": said.get("most", ""), **said})
