"""Every completion of a tiny source: all patients that would print the same, and the counts they may have.

A completion gives each patient of an arm a state; the sum of the states' marks are the printed counts. All sums that
an arm of n patients can have are found one patient at a time, which is the same as trying every combination.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from math import ceil
from pathlib import Path

Marks = tuple[int, ...]
Bounds = tuple[int, int]


def sums(states: Iterable[Marks], n_patients: int, limits: Sequence[int]) -> set[Marks]:
    """All sums of the marks of n patients that stay within the limits."""
    marks = set(states)
    found = {tuple(0 for _ in limits)}
    for _ in range(n_patients):
        found = {
            added
            for so_far in found
            for mark in marks
            if within(added := tuple(map(sum, zip(so_far, mark, strict=True))), limits)
        }
    return found


def within(marks: Marks, limits: Sequence[int]) -> bool:
    return all(mark <= limit for mark, limit in zip(marks, limits, strict=True))


def bounds(values: Iterable[int]) -> Bounds:
    found = set(values)
    return min(found), max(found)


def n_hidden_slots(n_patients: int, n_hidden_each: int, n_terms: int) -> int:
    """How many unlisted terms are needed to hide every patient, of those that the vocabulary has."""
    if n_hidden_each == 0:
        return 0
    return min(n_terms, ceil(n_patients / n_hidden_each))


@cache
def n_terms(edition: str, concept: str) -> int:
    """How many terms of the concept the edition has; a concept that is a term itself has one."""
    with Path(__file__).with_name("vocabulary.csv").open(encoding="utf-8", newline="") as lines:
        sizes = {(row["edition"], row["concept"]): int(row["n_terms"]) for row in csv.DictReader(lines)}
    return sizes.get((edition, concept), 1)
