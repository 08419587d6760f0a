"""Rates per exposure and incidence by a day, for the arms whose subjects' times are known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from safety_pipeline.summarise.estimators.exposure import (
    CENSORED,
    COMPETING,
    EVENT,
    aalen_johansen,
    exposure_adjusted_rate,
)
from safety_pipeline.summarise.estimators.outcome import ESTIMATED, Estimate, IntArray, not_estimable
from safety_pipeline.summarise.sources import Sources, counted_arms
from safety_pipeline.tables.summarised import INCIDENCE_OVER_TIME

_DAYS_A_YEAR = 365.25
_STATUS = {"event": EVENT, "death": COMPETING, "censored": CENSORED}
_GROUP = ["document_id", "arm_id", "concept", "grade_band", "attribution"]
_ON_TREATMENT = "Observed to the first event or the last dose; events after treatment are not counted here."
_UNDATED = "Bounds: {n} patients have an event whose day or nature is not known."
_NO_LIMITS = "Nobody had it by that day, so the curve has no limits; incidence_by_arm has an interval."
_SUPPRESSED = "the package suppresses small cells, and times would show them"


@dataclass(frozen=True)
class Observed:
    """How the observation of each group of subjects of one arm ended, arrays of one length."""

    day: IntArray
    status: IntArray
    has_possible: IntArray
    has_certain: IntArray
    n: IntArray

    @property
    def is_event(self) -> IntArray:
        return np.asarray((self.status == EVENT) | (self.has_certain == 1), np.int64)

    @property
    def is_open(self) -> IntArray:
        """Whether the first event has no known day or is not certain."""
        return np.asarray((self.has_possible == 1) | (self.has_certain == 1), np.int64)


def incidence_over_time(sources: Sources, time_points: Sequence[int]) -> pl.LazyFrame:
    """One row per arm, concept, band, attribution and measure: the rate, and the incidence by each day asked for."""
    arms = counted_arms(sources.arm).select("arm_id", "document_id", "trial_id", "drug", "dose_mg_per_day")
    smallest = sources.source_table.group_by("document_id").agg(pl.col("min_cell").max())
    # An arm whose events stand in several files is answered for by the first.
    first = pl.col("source_file") == pl.col("source_file").min().over(_GROUP)
    rows = (
        sources.life_table.filter(first)
        .drop("trial_id")
        .join(arms, on=["arm_id", "document_id"], how="inner", validate="m:1")
        .join(smallest, on="document_id", how="left", validate="m:1")
        .sort(*_GROUP, "day", "outcome", "earlier_event")
        .collect()
    )
    made = [row for group in rows.partition_by(_GROUP, maintain_order=True) for row in _measures(group, time_points)]
    return INCIDENCE_OVER_TIME.from_rows(made).sort(INCIDENCE_OVER_TIME.key)


def _measures(group: pl.DataFrame, time_points: Sequence[int]) -> Iterable[dict[str, Any]]:
    place = group.row(0, named=True)
    named = {name: place[name] for name in (*_GROUP, "trial_id", "drug", "dose_mg_per_day")}
    seen = _observed(group)
    refused = not_estimable(_SUPPRESSED) if place["min_cell"] else None
    yield {**named, **_rate(seen, refused)}
    for day in time_points:
        yield {**named, **_by_day(seen, day, refused)}


def _observed(group: pl.DataFrame) -> Observed:
    earlier = group["earlier_event"]
    return Observed(
        group["day"].to_numpy(),
        group["outcome"].replace_strict(_STATUS, return_dtype=pl.Int64).to_numpy(),
        (earlier == "possible").cast(pl.Int64).to_numpy(),
        (earlier == "certain").cast(pl.Int64).to_numpy(),
        group["n_subjects"].to_numpy(),
    )


def _rate(seen: Observed, refused: Estimate | None) -> dict[str, Any]:
    """First events per 100 patient-years. Lower bound: no doubtful event, longest times."""
    shortest = np.where(seen.is_open == 1, 1, seen.day)
    at_most = np.maximum(seen.is_event, seen.has_possible)
    years = [_total(days, seen.n) / _DAYS_A_YEAR for days in (seen.day, shortest)]
    counts = [_total(flags, seen.n) for flags in (seen.is_event, at_most)]
    lower, upper = (refused or exposure_adjusted_rate(n, time / 100) for n, time in zip(counts, years, strict=True))
    return {
        **_row(seen, lower, upper, refused),
        "measure": "exposure_adjusted_rate",
        "by_day": int(seen.day.max()),
        "patient_years": None if refused else years[0],
        "unit": "patients with a first event per 100 patient-years",
        "ci_method": "poisson exact (garwood)",
        **({} if refused else {"n_affected_lower": counts[0], "n_affected_upper": counts[1]}),
    }


def _by_day(seen: Observed, day: int, refused: Estimate | None) -> dict[str, Any]:
    """The incidence by one day with death as a competing event (Aalen-Johansen)."""
    if refused is None and day > int(seen.day.max()):
        refused = not_estimable(f"nobody was observed for {day} days")
    lower, upper = (refused or _curve_at(seen, day, latest=latest) for latest in (False, True))
    certain = _total((seen.is_event == 1) & (seen.day <= day), seen.n)
    at_most = _total((seen.is_open == 1) | ((seen.status == EVENT) & (seen.day <= day)), seen.n)
    return {
        **_row(seen, lower, upper, refused),
        "measure": "cumulative_incidence",
        "by_day": day,
        "unit": "proportion",
        "ci_method": "aalen-johansen, log-log",
        **({} if refused else {"n_affected_lower": certain, "n_affected_upper": at_most}),
    }


def _curve_at(seen: Observed, day: int, *, latest: bool) -> Estimate:
    """The curve at a day, with the events of unknown day where they make it highest (``latest``) or lowest.

    An event gives its subject's whole share of the curve, and the share grows with every subject censored before it:
    the curve is highest with the event as late as it may be by that day, and lowest with none by that day or, where
    it must be, on the first.
    """
    time, status = seen.day.copy(), seen.status.copy()
    open_ones = seen.is_open == 1
    if latest:
        time[open_ones] = np.minimum(time[open_ones], day)
        status[open_ones] = EVENT
    else:
        must_be = open_ones & (seen.is_event == 1)
        time[must_be & (seen.day <= day)] = 1
        status[must_be] = EVENT
    curve = aalen_johansen(np.repeat(time, seen.n), np.repeat(status, seen.n))
    return curve.at(day) if curve.state == ESTIMATED else Estimate(0.0)


def _row(seen: Observed, lower: Estimate, upper: Estimate, refused: Estimate | None) -> dict[str, Any]:
    same = lower.value == upper.value
    return {
        "n_at_risk": _total(np.ones_like(seen.n), seen.n),
        "n_dead": None if refused else _total(seen.status == COMPETING, seen.n),
        "estimate": _number(lower.value) if same else None,
        "ci_lower": 0.0 if lower.value == 0 and upper.value > 0 else _number(lower.lower),
        "ci_upper": _number(upper.upper),
        "state": None if lower.is_estimated else f"{lower.state}: {lower.reason}",
        "caution": " ".join([_ON_TREATMENT, *([] if refused else _cautions(seen, upper))]),
    }


def _cautions(seen: Observed, upper: Estimate) -> list[str]:
    n_open = _total(seen.is_open, seen.n)
    undated = [_UNDATED.format(n=n_open)] if n_open else []
    return undated + ([_NO_LIMITS] if upper.value == 0 and np.isnan(upper.upper) else [])


def _total(values: Any, n: IntArray) -> int:
    return int((np.asarray(values, np.int64) * n).sum())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
