"""Two arms of one randomised trial, higher dose first: risk difference and risk ratio.

Sources: Newcombe 1998 (hybrid score, method 10); Miettinen and Nurminen 1985 with the closed form of Farrington and
Manning 1990; Katz 1978 (log ratio). Odds ratios are in ``odds_ratio``, tests in ``fisher`` and ``trend``.
"""

from collections.abc import Callable
from functools import lru_cache
from math import acos, copysign, cos, exp, inf, log, pi, sqrt

from scipy.optimize import brentq
from scipy.special import ndtri

from safety_pipeline.summarise.estimators.outcome import Estimate, count_fault, undefined
from safety_pipeline.summarise.estimators.proportion import wilson

Score = Callable[[float], float]
TINY = 1e-300


def table_fault(x_high: float, n_high: float, x_low: float, n_low: float) -> Estimate | None:
    """The refusal for two arms of which one carries no proportion, or None."""
    return count_fault(x_high, n_high) or count_fault(x_low, n_low)


def nothing_to_compare(x_high: float, x_low: float) -> Estimate | None:
    """The refusal of a ratio when no arm has an event."""
    return undefined("0 events in both arms") if x_high == 0 and x_low == 0 else None


@lru_cache(maxsize=65536)
def risk_difference_newcombe(x_high: float, n_high: float, x_low: float, n_low: float, level: float = 0.95) -> Estimate:
    """The risk of the higher dose minus that of the lower one, with limits from two Wilson intervals."""
    if fault := table_fault(x_high, n_high, x_low, n_low):
        return fault
    high, low = x_high / n_high, x_low / n_low
    (low_high, up_high), (low_low, up_low) = wilson(x_high, n_high, level), wilson(x_low, n_low, level)
    down = sqrt((high - float(low_high)) ** 2 + (float(up_low) - low) ** 2)
    up = sqrt((float(up_high) - high) ** 2 + (low - float(low_low)) ** 2)
    return Estimate(high - low, high - low - down, high - low + up)


def restricted_low_risk(x_high: float, n_high: float, x_low: float, n_low: float, difference: float) -> float:
    """The most likely risk of the lower dose when the higher dose exceeds it by ``difference``."""
    ratio = n_low / n_high
    low, high = x_low / n_low, x_high / n_high
    a = 1 + ratio
    b = -(1 + ratio + high + ratio * low + difference * (ratio + 2))
    # The cubic of Farrington and Manning is written for the risk of the arm that exceeds; it is the higher dose here.
    c = difference**2 + difference * (2 * high + ratio + 1) + high + ratio * low
    d = -high * difference * (1 + difference)
    v = b**3 / (3 * a) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = copysign(sqrt(max(0.0, b * b / (9 * a * a) - c / (3 * a))), v)
    w = (pi + acos(min(1.0, max(-1.0, v / u**3))) if abs(u) > 1e-100 else pi) / 3
    return min(1.0, max(0.0, 2 * u * cos(w) - b / (3 * a) - difference))


def difference_variance(n_high: float, n_low: float, low: float, difference: float) -> float:
    """The variance of a risk difference whose lower dose has the risk ``low``, with the factor N/(N-1)."""
    high = min(1.0, max(0.0, low + difference))
    total = n_high + n_low
    return (high * (1 - high) / n_high + low * (1 - low) / n_low) * total / (total - 1)


def _difference_score(x_high: float, n_high: float, x_low: float, n_low: float) -> Score:
    """The Miettinen-Nurminen z of a risk difference, with the variance factor N/(N-1)."""
    observed = x_high / n_high - x_low / n_low

    def score(difference: float) -> float:
        low = restricted_low_risk(x_high, n_high, x_low, n_low, difference)
        variance = difference_variance(n_high, n_low, low, difference)
        return (observed - difference) / sqrt(max(variance, TINY))

    return score


def crossing(score: Score, target: float, low: float, high: float) -> float:
    """The point between low and high where the falling score meets the target; the end it does not reach."""
    if score(low) <= target:
        return low
    if score(high) >= target:
        return high
    return float(brentq(lambda at: score(at) - target, low, high, xtol=1e-14, rtol=1e-14, maxiter=200))


@lru_cache(maxsize=65536)
def risk_difference_miettinen_nurminen(
    x_high: float, n_high: float, x_low: float, n_low: float, level: float = 0.95
) -> Estimate:
    """The risk difference with score limits from the restricted maximum likelihood estimates."""
    if fault := table_fault(x_high, n_high, x_low, n_low):
        return fault
    z = float(ndtri(0.5 + level / 2))
    observed = x_high / n_high - x_low / n_low
    score = _difference_score(x_high, n_high, x_low, n_low)
    return Estimate(observed, crossing(score, z, -1, observed), crossing(score, -z, observed, 1))


def restricted_low_risk_of_ratio(x_high: float, n_high: float, x_low: float, n_low: float, ratio: float) -> float:
    """The most likely risk of the lower dose when the higher dose has ``ratio`` times that risk."""
    total = n_high + n_low
    a = total * ratio
    b = n_high * ratio + x_high + n_low + x_low * ratio
    c = x_high + x_low
    # The smaller root of a p² - b p + c, in the form that keeps its digits when a is small.
    root = 2 * c / (b + sqrt(max(0.0, b * b - 4 * a * c)))
    return min(1.0, max(0.0, root))


def _ratio_score(x_high: float, n_high: float, x_low: float, n_low: float) -> Score:
    """The Miettinen-Nurminen z of a log risk ratio, with the variance factor N/(N-1)."""
    total = n_high + n_low

    def score(log_ratio: float) -> float:
        ratio = exp(log_ratio)
        low = restricted_low_risk_of_ratio(x_high, n_high, x_low, n_low, ratio)
        high = min(1.0, ratio * low)
        variance = (high * (1 - high) / n_high + ratio**2 * low * (1 - low) / n_low) * total / (total - 1)
        return (x_high / n_high - ratio * x_low / n_low) / sqrt(max(variance, TINY))

    return score


@lru_cache(maxsize=65536)
def risk_ratio_miettinen_nurminen(
    x_high: float, n_high: float, x_low: float, n_low: float, level: float = 0.95
) -> Estimate:
    """The risk ratio with score limits; 0 or infinite with an empty arm, undefined with two."""
    if fault := table_fault(x_high, n_high, x_low, n_low) or nothing_to_compare(x_high, x_low):
        return fault
    z = float(ndtri(0.5 + level / 2))
    score = _ratio_score(x_high, n_high, x_low, n_low)
    ratio = (x_high / n_high) / (x_low / n_low) if x_low else inf
    middle = log(ratio) if 0 < ratio < inf else 0.0
    lower = exp(crossing(score, z, -60, middle if ratio < inf else 60)) if x_high else 0.0
    upper = exp(crossing(score, -z, middle if ratio > 0 else -60, 60)) if x_low else inf
    return Estimate(ratio, lower, upper)


@lru_cache(maxsize=65536)
def risk_ratio_wald_log(x_high: float, n_high: float, x_low: float, n_low: float, level: float = 0.95) -> Estimate:
    """The risk ratio with limits exp(log RR ± z se), without any correction: undefined with an empty arm."""
    if fault := table_fault(x_high, n_high, x_low, n_low):
        return fault
    if x_high == 0 or x_low == 0:
        return undefined("0 events in an arm: the log ratio has no standard error")
    if x_high == n_high and x_low == n_low:
        return undefined("events in every patient of both arms: the log ratio has no standard error")
    ratio = (x_high / n_high) / (x_low / n_low)
    half = float(ndtri(0.5 + level / 2)) * sqrt(1 / x_high - 1 / n_high + 1 / x_low - 1 / n_low)
    return Estimate(ratio, ratio * exp(-half), ratio * exp(half))
