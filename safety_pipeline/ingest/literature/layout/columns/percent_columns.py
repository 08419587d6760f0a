"""Columns of percentages that belong to the column of counts beside them."""

from collections.abc import Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.layout.guesses import GuessedColumn


def pair_percentages(guesses: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """A column of percentages belongs to the counts before it; to those after it where every pair stands so."""
    step = 1 if _percentages_first(guesses) else -1
    paired = list(guesses)
    for at, this in enumerate(guesses):
        other = at + step
        if 0 <= other < len(guesses) and _belongs(this, paired[other]):
            paired[at] = replace(this, role="percent")
    return paired


def _belongs(percent: GuessedColumn, count: GuessedColumn) -> bool:
    """Whether the percentages name no arm or grades but those of the counts."""
    own = percent.arm or percent.grades
    same = (percent.arm, percent.grades) == (count.arm, count.grades)
    return percent.content == "%" and count.role == "count" and count.content == "n" and (same or not own)


def _percentages_first(guesses: Sequence[GuessedColumn]) -> bool:
    contents = [guess.content for guess in guesses if guess.role == "count"]
    return bool(contents) and contents == ["%", "n"] * (len(contents) // 2)
