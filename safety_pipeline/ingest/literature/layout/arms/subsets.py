"""Arms that are part of another arm, such as a region, that are others together, or that are others at a later time."""

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


def with_unions(arms: Sequence[GuessedArm]) -> list[GuessedArm]:
    """The arms, those called "pooled", "combined" or "all doses" of as many patients as others together marked so."""
    return [replace(arm, is_aggregate=True) if _is_union(arm, arms) else arm for arm in arms]


def with_phases(arms: Sequence[GuessedArm]) -> list[GuessedArm]:
    """The arms, those named after another stretch of time than an earlier arm of the drug marked as its patients."""
    return [replace(arm, may_overlap=_is_later_phase(arm, arms[:at])) for at, arm in enumerate(arms)]


def _is_later_phase(arm: GuessedArm, earlier: Sequence[GuessedArm]) -> bool:
    """Arms without a drug are of one treatment where both name a stretch, or one dose: "observation" is another."""
    phase = _phase(arm)
    others = [each for each in earlier if each.drug == arm.drug and _phase(each) != phase]
    has_dose = bool(_treatment(arm)[1])
    return bool(phase) and any(
        arm.drug or _phase(each) or (has_dose and _treatment(each) == _treatment(arm)) for each in others
    )


def _phase(arm: GuessedArm) -> frozenset[str]:
    """The words of a label that name a stretch of time."""
    found = pattern(layout("patterns")["phase_arm"]).finditer(tidy_spaces(arm.label))
    return frozenset(each[0].casefold() for each in found)


def _is_union(arm: GuessedArm, arms: Sequence[GuessedArm]) -> bool:
    """Whether the patients of two or more other arms, placed side by side, add up to those of an arm named like all."""
    if arm.n_at_risk is None or not _speaks("union_arm", arm):
        return False
    sizes = [each.n_at_risk for each in arms if each is not arm and each.n_at_risk is not None]
    runs = (sizes[first:stop] for first in range(len(sizes)) for stop in range(first + 2, len(sizes) + 1))
    return any(sum(run) == arm.n_at_risk for run in runs)


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
