"""Between-trial variance on the logit scale, for many groups of trials at once.

``group`` holds the number of the group of each trial, 0 to G-1; every result has one element a group.
Sources: DerSimonian and Laird 1986; Viechtbauer 2005 (REML); Paule and Mandel 1982; Viechtbauer 2007 (Q-profile).
"""

from collections.abc import Callable

import numpy as np
from scipy.special import chdtri

from safety_pipeline.summarise.estimators.outcome import BoolArray, FloatArray, IntArray

Tau2 = Callable[["Trials"], tuple[FloatArray, BoolArray]]

MAX_ITERATIONS = 500
TOLERANCE = 1e-12


class Trials:
    """The logits and their variances of many groups of trials, with sums over each group."""

    def __init__(self, y: FloatArray, v: FloatArray, group: IntArray, n_groups: int) -> None:
        self.y, self.v, self.group, self.n_groups = y, v, group, n_groups
        self.k = self.total(np.ones_like(y))

    def total(self, values: FloatArray) -> FloatArray:
        """The sum of the values over each group."""
        return np.asarray(np.bincount(self.group, values, minlength=self.n_groups), np.float64)

    def weights(self, tau2: FloatArray) -> FloatArray:
        """The weight 1 / (v + tau2) of each trial."""
        return 1 / (self.v + tau2[self.group])

    def mean(self, w: FloatArray) -> FloatArray:
        """The weighted mean logit of each group."""
        return self.total(w * self.y) / self.total(w)

    def q(self, tau2: FloatArray) -> FloatArray:
        """The generalised Q of each group: weighted squares around the weighted mean."""
        w = self.weights(tau2)
        return self.total(w * (self.y - self.mean(w)[self.group]) ** 2)

    def only(self, groups: BoolArray) -> "Trials":
        """The trials of some groups, numbered anew."""
        number = np.cumsum(groups) - 1
        kept = groups[self.group]
        return Trials(self.y[kept], self.v[kept], number[self.group[kept]], int(groups.sum()))


def scale_factor(trials: Trials) -> FloatArray:
    """C = Σw - Σw²/Σw of the common-effect weights: what one unit of tau2 adds to the expected Q."""
    w = 1 / trials.v
    return trials.total(w) - trials.total(w * w) / trials.total(w)


def dersimonian_laird(trials: Trials) -> tuple[FloatArray, BoolArray]:
    """max(0, (Q - (k-1)) / C); always converges."""
    excess = trials.q(np.zeros(trials.n_groups)) - (trials.k - 1)
    return np.maximum(0, excess / scale_factor(trials)), np.ones(trials.n_groups, bool)


def hedges(trials: Trials) -> FloatArray:
    """The unweighted estimate max(0, s² - mean v): the start of the REML iteration."""
    mean = trials.total(trials.y) / trials.k
    spread = trials.total((trials.y - mean[trials.group]) ** 2) / (trials.k - 1)
    return np.maximum(0, spread - trials.total(trials.v) / trials.k)


def _reml_step(trials: Trials, tau2: FloatArray) -> FloatArray:
    """One Fisher scoring step: (y'PPy - tr P) / tr PP with P = W - W1(1'W1)⁻¹1'W."""
    w = trials.weights(tau2)
    s1, s2, s3 = trials.total(w), trials.total(w**2), trials.total(w**3)
    residual = trials.y - trials.mean(w)[trials.group]
    score = trials.total((w * residual) ** 2) - (s1 - s2 / s1)
    return np.asarray(score / (s2 - 2 * s3 / s1 + (s2 / s1) ** 2))


def _paule_mandel_step(trials: Trials, tau2: FloatArray) -> FloatArray:
    """One Newton step towards Q(tau2) = k - 1; from below it never passes the root, as Q is convex."""
    w = trials.weights(tau2)
    residual = trials.y - trials.mean(w)[trials.group]
    q = trials.total(w * residual**2)
    # Trials that agree exactly leave Q at 0 whatever tau2 is: the step then leads far below 0, which ends at 0.
    return np.asarray((q - (trials.k - 1)) / np.maximum(trials.total((w * residual) ** 2), 1e-200))


def _iterate(trials: Trials, start: FloatArray, step: Callable[[Trials, FloatArray], FloatArray]) -> "_Solved":
    """Steps repeated, never below 0, on the groups that still move."""
    tau2, open_groups = start.copy(), np.ones(trials.n_groups, bool)
    current = trials
    for _ in range(MAX_ITERATIONS):
        before = tau2[open_groups]
        after = np.maximum(0, before + step(current, before))
        tau2[open_groups] = after
        moving = np.abs(after - before) > TOLERANCE * (1 + after)
        if moving.all():
            continue
        open_groups[open_groups] = moving
        if not moving.any():
            break
        current = current.only(moving)
    return tau2, ~open_groups


_Solved = tuple[FloatArray, BoolArray]


def reml(trials: Trials) -> tuple[FloatArray, BoolArray]:
    """Restricted maximum likelihood by Fisher scoring from the Hedges estimate, and whether it converged.

    The likelihood may have a second maximum at the boundary tau2 = 0, which is taken where it is the higher one.
    """
    tau2, converged = _iterate(trials, hedges(trials), _reml_step)
    none = np.zeros(trials.n_groups)
    at_zero = restricted_log_likelihood(trials, none) >= restricted_log_likelihood(trials, tau2)
    return np.where(at_zero, none, tau2), converged | at_zero


def restricted_log_likelihood(trials: Trials, tau2: FloatArray) -> FloatArray:
    """The restricted log-likelihood of each group at its tau2, without the constant."""
    w = trials.weights(tau2)
    return np.asarray((trials.total(np.log(w)) - np.log(trials.total(w)) - trials.q(tau2)) / 2)


def paule_mandel(trials: Trials) -> tuple[FloatArray, BoolArray]:
    """The tau2 at which the generalised Q equals k - 1, or 0 where Q is smaller already."""
    return _iterate(trials, np.zeros(trials.n_groups), _paule_mandel_step)


def q_profile(trials: Trials, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Limits of tau2 at which the generalised Q equals the chi-square quantiles (Viechtbauer 2007).

    The search ends at max(100, 10 x the DerSimonian-Laird value): a limit there means "at least".
    """
    tail = (1 - level) / 2
    ceiling = np.maximum(100, 10 * dersimonian_laird(trials)[0])
    lower = _q_crosses(trials, np.asarray(chdtri(trials.k - 1, tail), np.float64), ceiling)
    return lower, _q_crosses(trials, np.asarray(chdtri(trials.k - 1, 1 - tail), np.float64), ceiling)


def _q_crosses(trials: Trials, target: FloatArray, ceiling: FloatArray) -> FloatArray:
    """The tau2 between 0 and the ceiling at which the falling Q meets the target, by bisection."""
    low, high = np.zeros(trials.n_groups), ceiling.copy()
    above_at_end = trials.q(high) > target
    low[above_at_end] = high[above_at_end]
    for _ in range(80):
        middle = (low + high) / 2
        above = trials.q(middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(trials.q(np.zeros(trials.n_groups)) <= target, 0.0, low)


TAU2: dict[str, Tau2] = {"DL": dersimonian_laird, "REML": reml, "PM": paule_mandel}
