"""The risk difference over several randomised trials with score limits, which have a width even without an event.

Source: Miettinen and Nurminen 1985 (stratified score limits), here with the weights of Mantel and Haenszel, so that the
difference itself is theirs.
"""

from math import sqrt

from scipy.special import ndtri

from safety_pipeline.summarise.estimators.arms.contrast import (
    TINY,
    Score,
    crossing,
    difference_variance,
    restricted_low_risk,
)
from safety_pipeline.summarise.estimators.arms.stratified import (
    Stratified,
    Tables,
    fault,
    mantel_haenszel_risk_difference,
)
from safety_pipeline.summarise.estimators.outcome import Estimate

NO_EVENT = "0 events in every trial"


def stratified_score_risk_difference(t: Tables, level: float = 0.95) -> Stratified:
    """The Mantel-Haenszel risk difference with stratified Miettinen-Nurminen limits."""
    refusal = fault(t)
    if refusal and refusal.reason != NO_EVENT:
        return Stratified(refusal)
    weight = t.n1 * t.n2 / t.n
    value = float((weight * (t.a / t.n1 - t.c / t.n2)).sum() / weight.sum())
    score, z = _score(t, value), float(ndtri(0.5 + level / 2))
    limits = crossing(score, z, -1, value), crossing(score, -z, value, 1)
    return Stratified(Estimate(value, *limits), q=mantel_haenszel_risk_difference(t, level).q, k_trials=t.a.size)


def _score(t: Tables, value: float) -> Score:
    """The z of a risk difference: the weighted differences against their restricted standard error."""
    weight = t.n1 * t.n2 / t.n
    share = weight / weight.sum()
    trials = list(zip(t.a.tolist(), t.n1.tolist(), t.c.tolist(), t.n2.tolist(), share.tolist(), strict=True))

    def score(difference: float) -> float:
        variance = sum(w**2 * _variance(x1, n1, x2, n2, difference) for x1, n1, x2, n2, w in trials)
        return (value - difference) / sqrt(max(variance, TINY))

    return score


def _variance(x_high: float, n_high: float, x_low: float, n_low: float, difference: float) -> float:
    """The variance of one trial's difference at the restricted maximum likelihood estimates."""
    low = restricted_low_risk(x_high, n_high, x_low, n_low, difference)
    return difference_variance(n_high, n_low, low, difference)
