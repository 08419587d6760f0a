"""What is estimated of two arms of one randomised trial, from counts or from their bounds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from safety_pipeline.summarise.estimators.arms import contrast, odds_ratio
from safety_pipeline.summarise.estimators.arms.fisher import FisherTest, fisher_exact
from safety_pipeline.summarise.estimators.arms.posterior import probability_higher
from safety_pipeline.summarise.estimators.outcome import Estimate, attempted

BOUNDED = "the counts are known only within bounds: limits are the outer ones"
NEWCOMBE = "newcombe hybrid score"


class Measure(NamedTuple):
    """A measure with the name of its limits; ``fit`` takes affected and at risk of both arms, the reference last."""

    name: str
    ci_method: str
    fit: Callable[[float, float, float, float], Estimate]


class Arms(NamedTuple):
    """Two arms: the bounds of the patients affected, and the patients at risk; the compared arm first."""

    lower: int
    upper: int
    n: int
    lower_ref: int
    upper_ref: int
    n_ref: int

    @property
    def are_counts(self) -> bool:
        """Whether both arms have one count."""
        return self.lower == self.upper and self.lower_ref == self.upper_ref

    @property
    def have_event(self) -> bool:
        """Whether anybody may have had the event."""
        return self.upper + self.upper_ref > 0

    @classmethod
    def of_pair(cls, pair: Mapping[str, Any], compared: str, reference: str) -> "Arms":
        """The arms of a pair that `count_columns` described under these suffixes."""
        names = ("n_affected{}_min", "n_affected{}_max", "n_at_risk{}")
        return cls(*(pair[name.format(suffix)] for suffix in (compared, reference) for name in names))


def count_columns(row: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """The patients of one arm of a pair: their number where it is known, its bounds, and the patients at risk."""
    lower, upper = row["n_affected_lower"], row["n_affected_upper"]
    return {
        f"n_affected{suffix}": lower if lower == upper else None,
        f"n_affected{suffix}_min": lower,
        f"n_affected{suffix}_max": upper,
        f"n_at_risk{suffix}": row["n_at_risk"],
    }


def is_telling(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two arms say anything together: somebody is known to be affected, or it is certain that nobody is."""
    arms = (one, other)
    are_counts = all(arm["n_affected_lower"] == arm["n_affected_upper"] for arm in arms)
    return are_counts or any(arm["n_affected_lower"] > 0 for arm in arms)


MEASURES = (
    Measure("risk_difference", NEWCOMBE, contrast.risk_difference_newcombe),
    Measure("risk_difference", "miettinen-nurminen", contrast.risk_difference_miettinen_nurminen),
    Measure("risk_ratio", "miettinen-nurminen", contrast.risk_ratio_miettinen_nurminen),
    Measure("risk_ratio", "wald on the log", contrast.risk_ratio_wald_log),
    Measure("odds_ratio", "conditional exact", odds_ratio.odds_ratio_conditional),
)
# One of each kind, for arms of registers with their thousands of lines.
ONE_OF_EACH = (MEASURES[0], MEASURES[2], MEASURES[4])
WOOLF = Measure("odds_ratio", "woolf", odds_ratio.odds_ratio_woolf)


def figures(measure: Measure, arms: Arms) -> dict[str, Any]:
    """The estimate with its limits; on bounds, the estimate of both ends and the outer limits of the two."""
    named = {"measure": measure.name, "ci_method": measure.ci_method}
    lowest = attempted(measure.fit, arms.lower, arms.n, arms.upper_ref, arms.n_ref)
    if arms.are_counts:
        return {**named, **estimate_columns(lowest)}
    highest = attempted(measure.fit, arms.upper, arms.n, arms.lower_ref, arms.n_ref)
    ends = {"estimate_lower": number(lowest.value), "estimate_upper": number(highest.value)}
    limits = {"ci_lower": number(lowest.lower), "ci_upper": number(highest.upper)}
    return {**named, **ends, **limits, "estimate": None, "state": BOUNDED}


def estimate_columns(estimate: Estimate) -> dict[str, Any]:
    """The figures of an estimate, or its state and reason."""
    value = number(estimate.value)
    return {
        "estimate": value,
        "estimate_lower": value,
        "estimate_upper": value,
        "ci_lower": number(estimate.lower),
        "ci_upper": number(estimate.upper),
        "state": None if estimate.is_estimated else f"{estimate.state}: {estimate.reason}",
    }


def tested(arms: Arms) -> dict[str, Any]:
    """The exact test, its mid-p form and the posterior; none of bounds, and no test without an event."""
    if not arms.are_counts:
        return {"p_value": None, "p_mid": None, "posterior_prob_higher": None}
    counts = (arms.lower, arms.n, arms.lower_ref, arms.n_ref)
    test = fisher_exact(*counts) if arms.have_event else FisherTest()
    return {
        "p_value": number(test.minlike),
        "p_mid": number(test.midp_minlike),
        "posterior_prob_higher": number(attempted(probability_higher, *counts).value),
    }


def number(value: float) -> float | None:
    """The figure, or nothing where there is none."""
    return None if np.isnan(value) else float(value)


def measured(pair: Mapping[str, Any], arms: Arms, measures: Sequence[Measure] = MEASURES) -> list[dict[str, Any]]:
    """One row per measure of a pair; the exact test stands beside each."""
    shared = {name: value for name, value in pair.items() if name not in ("in_family", "p_mid")}
    exact = {**shared, "p_method": "fisher, minimum likelihood" if pair["p_value"] is not None else None}
    return [{**exact, **figures(measure, arms)} for measure in measures]


def less_conservative(pair: Mapping[str, Any], arms: Arms) -> dict[str, Any]:
    """Woolf's odds ratio with the mid-p test; adjusted p-values belong to the exact test and stay with it."""
    shared = {name: value for name, value in pair.items() if name not in ("in_family", "p_mid")}
    unadjusted = dict.fromkeys(("p_bh", "p_double_fdr", "p_double_fdr_2004", "p_discrete_fdr", "family"))
    p_mid = pair["p_mid"]
    method = "fisher, mid-p" if p_mid is not None else None
    return {**shared, **unadjusted, "p_value": p_mid, "p_method": method, **figures(WOOLF, arms)}
