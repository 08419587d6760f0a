"""The odds ratio of two arms of one randomised trial: sample, Woolf, and conditional on the margins.

Sources: Woolf 1955; Cornfield 1956 (central exact limits); Fisher's noncentral hypergeometric distribution.
"""

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtri

from safety_pipeline.summarise.estimators.arms.contrast import nothing_to_compare, table_fault
from safety_pipeline.summarise.estimators.outcome import Estimate, FloatArray, not_estimable, undefined


def odds_fault(x_high: float, n_high: float, x_low: float, n_low: float) -> Estimate | None:
    """The refusal of an odds ratio: unusable counts, no event at all, or nobody without one."""
    fault = table_fault(x_high, n_high, x_low, n_low) or nothing_to_compare(x_high, x_low)
    if fault is None and x_high == n_high and x_low == n_low:
        return undefined("events in every patient of both arms")
    return fault


@lru_cache(maxsize=65536)
def odds_ratio_woolf(x_high: float, n_high: float, x_low: float, n_low: float, level: float = 0.95) -> Estimate:
    """The sample odds ratio ad/bc with limits exp(log OR ± z se); undefined with a zero cell."""
    sample = odds_ratio_sample(x_high, n_high, x_low, n_low)
    if not sample.is_estimated:
        return sample
    cells = (x_high, n_high - x_high, x_low, n_low - x_low)
    if min(cells) == 0:
        return undefined("a cell is 0: the log odds ratio has no standard error")
    half = float(ndtri(0.5 + level / 2)) * sqrt(sum(1 / cell for cell in cells))
    return Estimate(sample.value, sample.value * exp(-half), sample.value * exp(half))


def odds_ratio_sample(x_high: float, n_high: float, x_low: float, n_low: float) -> Estimate:
    """The sample odds ratio ad/bc, without limits; 0 or infinite with one empty cell."""
    if fault := odds_fault(x_high, n_high, x_low, n_low):
        return fault
    below = (n_high - x_high) * x_low
    return Estimate(x_high * (n_low - x_low) / below if below else inf)


# More tables than memory holds beside everything else: counts that large are a slip of the pen.
MOST_TABLES = 5_000_000


def tables_fault(x_high: float, n_high: float, x_low: float, n_low: float) -> Estimate | None:
    """The refusal of what looks at every table with these margins: there are too many of them."""
    events = x_high + x_low
    n_tables = min(n_high, events) - max(0.0, events - n_low) + 1
    if n_tables <= MOST_TABLES:
        return None
    return not_estimable(f"more than {MOST_TABLES:,} tables share the margins; look whether the counts are right")


class Conditional:
    """The number affected at the higher dose given both margins, as the odds ratio varies."""

    def __init__(self, x_high: float, n_high: float, x_low: float, n_low: float) -> None:
        events = x_high + x_low
        self.observed = x_high
        self.support: FloatArray = np.arange(max(0.0, events - n_low), min(n_high, events) + 1)
        self.log_weight = _log_choose(n_high, self.support) + _log_choose(n_low, events - self.support)

    def probabilities(self, log_odds_ratio: float) -> FloatArray:
        """The probability of each table of the support."""
        log_p = self.log_weight + log_odds_ratio * self.support
        p = np.exp(log_p - log_p.max())
        return np.asarray(p / p.sum())

    def mean(self, log_odds_ratio: float) -> float:
        """The expected number affected at the higher dose."""
        return float(self.probabilities(log_odds_ratio) @ self.support)

    def upper_tail(self, log_odds_ratio: float) -> float:
        """The probability of the observed number or more."""
        return float(self.probabilities(log_odds_ratio)[self.support >= self.observed].sum())

    def lower_tail(self, log_odds_ratio: float) -> float:
        """The probability of the observed number or fewer."""
        return float(self.probabilities(log_odds_ratio)[self.support <= self.observed].sum())

    def solve(self, function: Callable[[float], float], target: float) -> float:
        """The odds ratio at which the monotone function of its logarithm meets the target."""
        return exp(float(brentq(lambda at: function(at) - target, -60, 60, xtol=1e-14, rtol=1e-14)))


def _log_choose(n: float, x: FloatArray) -> FloatArray:
    return np.asarray(gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1))


@lru_cache(maxsize=65536)
def odds_ratio_conditional(x_high: float, n_high: float, x_low: float, n_low: float, level: float = 0.95) -> Estimate:
    """The conditional maximum likelihood odds ratio with central exact limits; not the sample odds ratio."""
    counts = (x_high, n_high, x_low, n_low)
    if fault := odds_fault(*counts) or tables_fault(*counts):
        return fault
    tail = (1 - level) / 2
    table = Conditional(*counts)
    smallest, largest = x_high == table.support[0], x_high == table.support[-1]
    value = inf if largest else 0.0 if smallest else table.solve(table.mean, x_high)
    lower = 0.0 if smallest else table.solve(table.upper_tail, tail)
    return Estimate(value, lower, inf if largest else table.solve(table.lower_tail, tail))
