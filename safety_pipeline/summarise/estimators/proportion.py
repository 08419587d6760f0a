"""Intervals for one proportion, on arrays of patients affected and patients at risk.

Every function returns ``(lower, upper)``; both are NaN where the counts carry no proportion (``proportion_state``).
Sources: Wilson 1927; Clopper and Pearson 1934; Brown, Cai and DasGupta 2001 (Jeffreys, Agresti-Coull);
Newcombe 1998 (continuity-corrected score, method 4); Berry and Armitage 1995 (mid-P); Hanley and Lippman-Hand 1983.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import elementwise
from scipy.special import betainc, betaincinv, ndtri

from safety_pipeline.summarise.estimators.outcome import (
    ERROR,
    ESTIMATED,
    NOT_WHOLE,
    UNDEFINED,
    BoolArray,
    FloatArray,
    Limits,
    TextArray,
)

Interval = Callable[..., Limits]


def clean_counts(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Both counts as floats of one shape, NaN in both where they carry no proportion."""
    n, total = np.broadcast_arrays(np.asarray(n_affected, np.float64), np.asarray(n_at_risk, np.float64))
    valid = np.isfinite(n) & np.isfinite(total) & (total > 0) & (n >= 0) & (n <= total) & are_whole(n, total)
    return np.where(valid, n, np.nan), np.where(valid, total, np.nan)


def are_whole(n: FloatArray, total: FloatArray) -> BoolArray:
    """Whether both counts are whole numbers of patients."""
    return np.asarray((n == np.rint(n)) & (total == np.rint(total)))


def proportion_state(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike) -> tuple[TextArray, TextArray]:
    """The state of each pair of counts, and the reason where it is not ``estimated``."""
    n, total = np.broadcast_arrays(np.asarray(n_affected, np.float64), np.asarray(n_at_risk, np.float64))
    missing = ~np.isfinite(n) | ~np.isfinite(total)
    wrong = ~missing & ((n < 0) | (total < 0) | (n > total))
    nobody = ~missing & ~wrong & (total == 0)
    cases: list[BoolArray] = [missing, wrong, nobody, ~are_whole(n, total)]
    state = np.select(cases, [UNDEFINED, ERROR, UNDEFINED, ERROR], ESTIMATED)
    reasons = ["a count is missing", "more affected than at risk, or negative", "nobody at risk", NOT_WHOLE]
    reason = np.select(cases, reasons, "")
    return state.astype(object), reason.astype(object)


def normal_quantile(level: float) -> float:
    """The two-sided normal quantile of a level."""
    return float(ndtri(0.5 + level / 2))


def _pin(n: FloatArray, total: FloatArray, limits: Limits) -> Limits:
    """The limits with the lower one exactly 0 at no events and the upper one exactly 1 at events in all."""
    lower, upper = limits
    return np.where(n == 0, 0.0, lower), np.where(n == total, 1.0, upper)


def wilson(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Score limits without continuity correction: (n + z²/2 ± z sqrt(n(N-n)/N + z²/4)) / (N + z²)."""
    n, total = clean_counts(n_affected, n_at_risk)
    z = normal_quantile(level)
    centre = n + z * z / 2
    half = z * np.sqrt(n * (total - n) / total + z * z / 4)
    return _pin(n, total, ((centre - half) / (total + z * z), (centre + half) / (total + z * z)))


def wilson_continuity_corrected(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Score limits with continuity correction (Newcombe 1998, method 4).

    The correction is min(1/2, |n - N/2|) as in R's ``prop.test``: none where exactly half are affected.
    """
    n, total = clean_counts(n_affected, n_at_risk)
    z = normal_quantile(level)
    shift = np.minimum(0.5, np.abs(n - total / 2))

    def side(count: FloatArray, sign: int) -> FloatArray:
        root = np.sqrt(np.maximum(0, count * (total - count) / total + z * z / 4))
        return np.clip((count + z * z / 2 + sign * z * root) / (total + z * z), 0, 1)

    return _pin(n, total, (side(n - shift, -1), side(n + shift, 1)))


def wald_unclipped(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Limits p ± z sqrt(pq/N), which may leave [0, 1]: for comparison in tests only, never shown."""
    n, total = clean_counts(n_affected, n_at_risk)
    p = n / total
    half = normal_quantile(level) * np.sqrt(p * (1 - p) / total)
    return p - half, p + half


def agresti_coull_unclipped(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Wald limits around (n + z²/2) / (N + z²), which may leave [0, 1]."""
    n, total = clean_counts(n_affected, n_at_risk)
    z = normal_quantile(level)
    p = (n + z * z / 2) / (total + z * z)
    half = z * np.sqrt(p * (1 - p) / (total + z * z))
    return p - half, p + half


def agresti_coull(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Agresti-Coull limits clipped to [0, 1]."""
    lower, upper = agresti_coull_unclipped(n_affected, n_at_risk, level)
    return np.clip(lower, 0, 1), np.clip(upper, 0, 1)


def on_distinct_pairs(compute: Callable[[FloatArray, FloatArray], Limits], n: FloatArray, total: FloatArray) -> Limits:
    """Limits computed once for each distinct pair of counts: beta quantiles are slow and tables repeat themselves."""
    lower, upper = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    valid = ~np.isnan(n)
    counts, totals = n[valid], total[valid]
    if not counts.size:
        return lower, upper
    # One number a pair: exact for whole counts below 2**26, and sorting floats beats sorting pairs.
    width = float(np.max(totals)) + 1
    _, first, inverse = np.unique(counts * width + totals, return_index=True, return_inverse=True)
    pair_lower, pair_upper = compute(counts[first], totals[first])
    lower[valid], upper[valid] = pair_lower[inverse], pair_upper[inverse]
    return lower, upper


def clopper_pearson(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Exact central limits: Beta(n, N-n+1) and Beta(n+1, N-n) quantiles; 0 at n=0, 1 at n=N."""
    tail = (1 - level) / 2

    def compute(n: FloatArray, total: FloatArray) -> Limits:
        lower = betaincinv(np.maximum(n, 1), total - n + 1, tail)
        upper = 1 - betaincinv(np.maximum(total - n, 1), n + 1, tail)
        return _pin(n, total, (np.asarray(lower, np.float64), np.asarray(upper, np.float64)))

    return on_distinct_pairs(compute, *clean_counts(n_affected, n_at_risk))


def one_sided_clopper_pearson(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Exact limits that each hold alone at the level; at n=0 the upper one is 1 - (1-level)^(1/N)."""
    return clopper_pearson(n_affected, n_at_risk, 2 * level - 1)


def jeffreys(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Equal-tailed quantiles of Beta(n+0.5, N-n+0.5), unchanged at the ends: the lower one is above 0 at n=0."""
    tail = (1 - level) / 2

    def compute(n: FloatArray, total: FloatArray) -> Limits:
        a, b = n + 0.5, total - n + 0.5
        return np.asarray(betaincinv(a, b, tail), np.float64), np.asarray(1 - betaincinv(b, a, tail), np.float64)

    return on_distinct_pairs(compute, *clean_counts(n_affected, n_at_risk))


def jeffreys_modified(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Jeffreys limits with 0 at n=0 and 1 at n=N (Brown, Cai and DasGupta 2001)."""
    n, total = clean_counts(n_affected, n_at_risk)
    return _pin(n, total, jeffreys(n, total, level))


def _midp_lower(n: FloatArray, total: FloatArray, tail: float) -> FloatArray:
    """The p at which P(X > n) + P(X = n)/2 equals the tail, for n >= 1."""

    def excess(p: FloatArray, n: FloatArray, total: FloatArray) -> FloatArray:
        above = np.where(n < total, betainc(n + 1, np.maximum(total - n, 1), p), 0.0)
        return np.asarray((betainc(n, total - n + 1, p) + above) / 2 - tail)

    # The mid-P tail is the mean of two beta tails, so it crosses between their quantiles.
    low = betaincinv(n, total - n + 1, tail)
    high = np.where(n < total, betaincinv(n + 1, np.maximum(total - n, 1), tail), 1.0)
    root = elementwise.find_root(excess, (low, high), args=(n, total), tolerances={"xrtol": 1e-13, "xatol": 1e-18})
    return np.asarray(root.x, np.float64)


def midp(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95) -> Limits:
    """Central mid-P limits: Clopper-Pearson with half weight on the observed point; 0 at n=0, 1 at n=N."""
    tail = (1 - level) / 2

    def compute(n: FloatArray, total: FloatArray) -> Limits:
        lower, upper = np.zeros(n.shape), np.ones(n.shape)
        some, rest = n > 0, n < total
        lower[some] = _midp_lower(n[some], total[some], tail)
        upper[rest] = 1 - _midp_lower((total - n)[rest], total[rest], tail)
        return lower, upper

    return on_distinct_pairs(compute, *clean_counts(n_affected, n_at_risk))


def rule_of_three(n_at_risk: npt.ArrayLike) -> FloatArray:
    """The approximate upper 95 % limit 3/N when nobody is affected; above 1 for N below 3."""
    _, total = clean_counts(0, n_at_risk)
    return np.asarray(3 / total)


def on_bounds(
    method: Interval, n_lower: npt.ArrayLike, n_upper: npt.ArrayLike, n_at_risk: npt.ArrayLike, level: float = 0.95
) -> Limits:
    """The outer limits over every count between the bounds: the lower of the smallest, the upper of the largest."""
    low, high = np.asarray(n_lower, np.float64), np.asarray(n_upper, np.float64)
    crossed = ~(low <= high)
    lower, upper = method(low, n_at_risk, level)[0], method(high, n_at_risk, level)[1]
    unusable = crossed | np.isnan(lower) | np.isnan(upper)
    return np.where(unusable, np.nan, lower), np.where(unusable, np.nan, upper)


INTERVALS: dict[str, Interval] = {
    "wilson": wilson,
    "clopper_pearson": clopper_pearson,
    "jeffreys": jeffreys,
    "jeffreys_modified": jeffreys_modified,
    "agresti_coull": agresti_coull,
    "midp": midp,
    "wilson_continuity_corrected": wilson_continuity_corrected,
}
