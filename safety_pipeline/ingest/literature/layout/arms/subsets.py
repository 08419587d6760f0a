"""Arms that are part of another arm: a region, an age group or a mutation beside all patients of one dose."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from safety_pipeline.ingest.literature.layout.guesses import GuessedArm
from safety_pipeline.ingest.literature.layout_data import layout, pattern
from safety_pipeline.ingest.literature.numbers.printed import tidy_spaces

_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?\s*(?:mg|g|µg|mcg|mg/m2|mg/kg)\b", re.IGNORECASE)


def with_wholes(arms: Sequence[GuessedArm]) -> list[GuessedArm]:
    """The arms, each part with the one larger arm of the same treatment that is called the whole."""
    return [replace(arm, subset_of=_whole_of(arm, arms)) for arm in arms]


def same_treatment(arms: Sequence[GuessedArm]) -> Iterator[tuple[GuessedArm, GuessedArm]]:
    """Each arm with an earlier arm of the same treatment, where neither is known to be part of the other."""
    for at, arm in enumerate(arms):
        twin = next((each for each in arms[:at] if _treatment(each) == _treatment(arm) and _treatment(arm)), None)
        if twin is not None and arm.subset_of is None and twin.subset_of is None:
            yield twin, arm


def _whole_of(arm: GuessedArm, arms: Sequence[GuessedArm]) -> str | None:
    larger = [
        each for each in arms if each is not arm and _treatment(each) == _treatment(arm) and _is_larger(each, arm)
    ]
    named = [each for each in larger if _speaks("whole_arm", each) and not _speaks("whole_arm", arm)]
    if not named and _speaks("part_arm", arm):
        named = [each for each in larger if not _speaks("part_arm", each)]
    return named[0].id if len(named) == 1 else None


def _is_larger(one: GuessedArm, other: GuessedArm) -> bool:
    return one.n_at_risk is not None and other.n_at_risk is not None and one.n_at_risk > other.n_at_risk


def _treatment(arm: GuessedArm) -> tuple[str | None, tuple[str, ...]]:
    """The drug and the amounts that a label names."""
    amounts = [re.sub(r"\s", "", each.casefold()) for each in _AMOUNT.findall(tidy_spaces(arm.label))]
    return arm.drug, tuple(amounts)


def _speaks(name: str, arm: GuessedArm) -> bool:
    return bool(pattern(layout("patterns")[name]).search(tidy_spaces(arm.label)))
