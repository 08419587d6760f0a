"""Footnote letters that a file without raised text has glued to the names of events: "Rasha" for "Rash" with note a."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from safety_pipeline.ingest.literature.layout.guesses import GuessedRow
from safety_pipeline.reference.read import DATA, read_rows

_GLUED = re.compile(r"(?P<name>.*[^\W\d_]|.*\))(?P<mark>[a-j](?:,[a-j])*|[1-9])")


def without_glued_marks(rows: Sequence[GuessedRow]) -> Iterator[GuessedRow]:
    """The rows; an event that no dictionary knows is the one that it is without its last letter, where that is one."""
    for row in rows:
        name = _known_without_mark(row.label) if row.role == "event" and row.term is None else None
        yield row if name is None else replace(row, term=name)


def _known_without_mark(label: str) -> str | None:
    found = _GLUED.fullmatch(label)
    if not found or label.casefold() in _known() or found["name"].casefold() not in _known():
        return None
    return found["name"]


@cache
def _known() -> frozenset[str]:
    """Every term and wording of the dictionaries, in small letters."""
    terms = read_rows(DATA / "term.csv", ("term",)).to_series()
    wordings = read_rows(DATA / "synonym.csv", ("text",)).to_series()
    return frozenset(text.casefold() for text in (*terms, *wordings) if text)
