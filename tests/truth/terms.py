"""What each invented event is called and which concept it belongs to: by hand, never from the code under test."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HEADLINES = ("edema", "haemorrhage", "rash")


@dataclass(frozen=True)
class Term:
    """An event as one edition or dictionary names it, with the grades it has there.

    `is_known` is false where no dictionary has the words.
    """

    edition: str
    name: str
    concept: str
    grades: tuple[int, ...]
    is_known: bool


@cache
def terms(edition: str) -> tuple[Term, ...]:
    return tuple(term for term in _all() if term.edition == edition)


@cache
def concepts() -> frozenset[str]:
    """Every concept that the simulator can judge, the union of all events included."""
    return frozenset({term.concept for term in _all()} | {"any_event", "death_any_cause"})


@cache
def _all() -> tuple[Term, ...]:
    with Path(__file__).with_name("terms.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Term(row["edition"], row["term"], row["concept"], tuple(map(int, row["grades"])), row["is_known"] == "yes")
            for row in csv.DictReader(lines)
        )
