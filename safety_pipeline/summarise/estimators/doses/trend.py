"""Cochran-Armitage trend test over two or more doses of one randomised trial, with the doses as scores.

Sources: Cochran 1954; Armitage 1955; Williams 1988 (the exact form, conditional on the margins).
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm, nan, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import binom, hypergeom

from safety_pipeline.summarise.estimators.arms.odds_ratio import MOST_TABLES
from safety_pipeline.summarise.estimators.outcome import (
    ESTIMATED,
    NOT_ESTIMABLE,
    Estimate,
    FloatArray,
    State,
    count_fault,
    undefined,
)

# Additions to the table of T: about two seconds.
LARGEST_WORK = 2_000_000_000


@dataclass(frozen=True, slots=True)
class TrendTest:
    """The trend statistic and its p-values; NaN where undefined, with the reason."""

    z: float = nan
    two_sided: float = nan
    increasing: float = nan
    decreasing: float = nan
    state: State = ESTIMATED
    reason: str = ""


def _fault(x: FloatArray, n: FloatArray, dose: FloatArray) -> Estimate | None:
    """The refusal of a trend: unusable counts, one dose only, no event, or an event in every patient."""
    for affected, at_risk in zip(x.tolist(), n.tolist(), strict=True):
        if fault := count_fault(affected, at_risk):
            return fault
    if not np.isfinite(dose).all():
        return undefined("a dose is missing")
    if np.unique(dose).size < 2:
        return undefined("fewer than two different doses")
    if x.sum() == 0:
        return undefined("0 events in every arm")
    return undefined("events in every patient") if x.sum() == n.sum() else None


def _arrays(x: npt.ArrayLike, n: npt.ArrayLike, dose: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    return np.asarray(x, np.float64), np.asarray(n, np.float64), np.asarray(dose, np.float64)


def cochran_armitage(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, dose: npt.ArrayLike) -> TrendTest:
    """The z of Σd(x - np) / sqrt(p(1-p)(Σnd² - (Σnd)²/N)): no continuity correction, variance with N."""
    x, n, d = _arrays(n_affected, n_at_risk, dose)
    if fault := _fault(x, n, d):
        return TrendTest(state=fault.state, reason=fault.reason)
    d = d - np.average(d, weights=n)
    p = x.sum() / n.sum()
    z = float((d * (x - n * p)).sum() / sqrt(p * (1 - p) * (n * d * d).sum()))
    return TrendTest(z, 2 * float(ndtr(-abs(z))), float(ndtr(-z)), float(ndtr(z)))


def whole_scores(dose: npt.ArrayLike) -> list[int]:
    """The doses as the smallest whole numbers with the same spacing ratios, from 0: 400, 600, 800 are 0, 1, 2."""
    exact = [Fraction(repr(float(value))) for value in np.asarray(dose, np.float64)]
    shifted = [value - min(exact) for value in exact]
    scale = lcm(*(value.denominator for value in shifted))
    whole = [int(value * scale) for value in shifted]
    return [value // max(1, gcd(*whole)) for value in whole]


def _null_distribution(n: list[int], score: list[int], events: int) -> FloatArray:
    """The probability of each trend statistic T = Σ score x given the number of events, by adding arm after arm."""
    reach = events * max(score)
    ways = np.zeros((events + 1, reach + 1))
    ways[0, 0] = 1.0
    share = events / sum(n)
    for size, weight in zip(n, score, strict=True):
        added = np.zeros_like(ways)
        chance = binom.pmf(np.arange(size + 1), size, share)
        for x in range(min(size, events) + 1):
            added[x:, x * weight :] += chance[x] * ways[: events + 1 - x, : reach + 1 - x * weight]
        ways = added
    return np.asarray(ways[events] / ways[events].sum())


def _two_dose_distribution(n: list[int], score: list[int], events: int) -> FloatArray:
    """The probability of each number affected at the higher of two doses: the hypergeometric distribution."""
    high, low = (n[1], n[0]) if score[1] else (n[0], n[1])
    return np.asarray(hypergeom.pmf(np.arange(events + 1), high + low, high, events), np.float64)


def cochran_armitage_exact(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, dose: npt.ArrayLike) -> TrendTest:
    """Exact p-values given the margins, T = Σ dose x; two-sided P(|T - E(T)| >= |t - E(T)|).

    With two doses the one-sided p-values are Fisher's. Not estimable where the doses share no step that keeps the
    table of T small enough.
    """
    x, n, d = _arrays(n_affected, n_at_risk, dose)
    if fault := _fault(x, n, d):
        return TrendTest(state=fault.state, reason=fault.reason)
    sizes, score = [int(value) for value in n], whole_scores(d)
    events, patients = int(x.sum()), int(n.sum())
    if len(sizes) == 2 and events > MOST_TABLES:
        return TrendTest(state=NOT_ESTIMABLE, reason="too many patients; look whether the counts are right")
    if len(sizes) == 2:
        p = _two_dose_distribution(sizes, score, events)
    elif sum(sizes) * (events + 1) * (events * max(score) + 1) > LARGEST_WORK:
        return TrendTest(state=NOT_ESTIMABLE, reason="too many patients, or doses without a large enough common step")
    else:
        p = _null_distribution(sizes, score, events)
    t = sum(weight * int(affected) for weight, affected in zip(score, x.tolist(), strict=True))
    # Whole numbers throughout: N (T - E(T)), so that equal distances are equal.
    centre = events * sum(weight * size for weight, size in zip(score, sizes, strict=True))
    away = np.abs(patients * np.arange(p.size) - centre) >= abs(patients * t - centre)
    two_sided, increasing, decreasing = (
        min(1.0, float(p[part].sum())) for part in (away, slice(t, None), slice(t + 1))
    )
    return TrendTest(nan, two_sided, increasing, decreasing)
