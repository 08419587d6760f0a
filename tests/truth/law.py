"""The law of soundness: what is published must hold for the patients that the source was printed from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from truth.printed import Printed
from truth.terms import HEADLINES, concepts
from truth.trial import BAND_STARTS, Arm, Counted, affected, affected_short_of_death

_POINTS = ("observed", "reported_zero", "zero_by_statement")


@dataclass(frozen=True)
class Judged:
    """One published row of `incidence_by_arm`, the truth, and what is wrong with the row (nothing where it holds)."""

    source: Printed
    row: Mapping[str, Any]
    truth: int
    faults: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, str, str, str, str]:
        """Faults of one kind most likely have one cause."""
        concept = self.row["concept"] if self.row["concept"] in ("any_event", "death_any_cause") else "concept"
        arm, band = self.source.arm_ids[self.row["arm_id"]], self.row["grade_band"]
        cause = self.source.causes[arm, self.row["concept"], self.row["attribution"], band][0]
        return self.source.kind, band, concept, self.faults[0], cause


def judged(by_arm: pl.DataFrame, printed: Iterable[Printed]) -> Iterator[Judged]:
    """Every row of the printed trials, judged; a trial without its headline rows is an error of the lake."""
    rows = by_arm.partition_by("trial_id", as_dict=True)
    for source in printed:
        own = rows.get((source.trial_id,), by_arm.clear()).to_dicts()
        yield from _of_source(source, own)


def _of_source(source: Printed, rows: list[dict[str, Any]]) -> Iterator[Judged]:
    """The rows whose concept and attribution the simulator knows, and what is missing among them."""
    widest = {_question(row): row["n_affected_upper"] for row in rows if row["grade_band"] == "any"}
    for row in rows:
        if row["concept"] in concepts() and row["attribution"] in source.counted:
            arm = source.trial.arms[source.arm_ids[row["arm_id"]]]
            truth = _truth(row, [arm], source.counted[row["attribution"]])
            faults = (*_broken(row, truth, arm.n), *_wider_than(widest.get(_question(row)), row))
            yield Judged(source, row, truth, faults)


def _truth(row: Mapping[str, Any], arms: Sequence[Arm], counted: Counted) -> int:
    """The patients that the row has to hold.

    A source's own severe column that stops at grade 4 is published as that column, and the row says so: deaths may
    stand in it or beside it, so the truth is then the nearest number from those without deaths to those with them.
    """
    truth = sum(affected(arm, row["concept"], row["grade_band"], counted) for arm in arms)
    if not stops_at_4(row) or row["n_affected_upper"] is None:
        return truth
    least = sum(affected_short_of_death(arm, row["concept"], counted) for arm in arms)
    return max(least, min(truth, row["n_affected_upper"]))


def stops_at_4(row: Mapping[str, Any]) -> bool:
    """Whether the row is a source's severe column of grades 3 and 4."""
    label = row.get("grade_band_as_reported")
    if row["grade_band"] != "severe":
        return False
    return label == "3-4" if label is not None else "fatal events are not counted" in (row.get("caution") or "")


def judged_by_dose(by_dose: pl.DataFrame, printed: Iterable[Printed]) -> Iterator[Judged]:
    """The rows of single trials, in which the patients of all arms of one dose are counted once."""
    own = by_dose.filter(method="single_trial", stratum="all").partition_by("trial_ids", as_dict=True)
    for source in printed:
        for row in own.get((source.trial_id,), by_dose.clear()).to_dicts():
            if row["concept"] in concepts() and row["attribution"] in source.counted:
                yield _of_dose(source, row)


def _of_dose(source: Printed, row: dict[str, Any]) -> Judged:
    arms = [arm for arm in source.trial.whole_arms if arm.dose == row["dose_mg_per_day"]]
    counted = source.counted[row["attribution"]]
    truth = _truth(row, arms, counted)
    faults = tuple(f"by dose: {fault}" for fault in _broken(row, truth, sum(arm.n for arm in arms)))
    first = next(arm_id for arm_id, at in source.arm_ids.items() if source.trial.arms[at] == arms[0])
    return Judged(source, {"arm_id": first, "reporting_status": "by dose", **row}, truth, faults)


def missing(by_arm: pl.DataFrame, printed: Iterable[Printed]) -> list[tuple[str, str, str]]:
    """Arm, concept and band of every headline question without an answer."""
    answered = set(by_arm.select("arm_id", "concept", "grade_band").rows())
    asked = (
        (arm_id, concept, band)
        for source in printed
        for arm_id in source.arm_ids
        for concept in HEADLINES
        for band in BAND_STARTS
    )
    return [question for question in asked if question not in answered]


def _question(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["arm_id"], row["concept"], row["attribution"]


def _broken(row: Mapping[str, Any], truth: int, n: int) -> Iterator[str]:
    lower, upper = row["n_affected_lower"], row["n_affected_upper"]
    yield from _bounds_broken(lower, upper, truth, n)
    if row.get("reporting_status") in _POINTS and (lower, upper) != (truth, truth):
        yield "count is not the truth"
    if row["incidence"] is not None and row["incidence"] != truth / n:
        yield "incidence is not the truth"
    if row["n_at_risk"] not in (None, n):
        yield "wrong number at risk"


def _bounds_broken(lower: int | None, upper: int | None, truth: int, n: int) -> Iterator[str]:
    if lower is not None and lower > truth:
        yield "lower bound above the truth"
    if upper is not None and upper < truth:
        yield "upper bound below the truth"
    if upper is not None and upper > n:
        yield "more patients than there are"


def _wider_than(widest: int | None, row: Mapping[str, Any]) -> Iterator[str]:
    upper = row["n_affected_upper"]
    if row["grade_band"] == "severe" and None not in (widest, upper) and upper > widest:
        yield "severe exceeds any"
