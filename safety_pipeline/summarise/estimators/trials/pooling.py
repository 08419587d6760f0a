"""One incidence from several trials: crude total, common effect and random effects on the logit scale.

Every function takes the counts of all trials and the group of each trial, and returns one element a group; with
``group`` left out all trials are one group. Sources: DerSimonian and Laird 1986; Hartung and Knapp 2001; Sidik and
Jonkman 2002; Roever, Knapp and Friede 2015 (the guard); Higgins, Thompson and Spiegelhalter 2009 (prediction).
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, expit, ndtri, stdtrit

from safety_pipeline.summarise.estimators.outcome import (
    ERROR,
    ESTIMATED,
    NOT_ESTIMABLE,
    BoolArray,
    FloatArray,
    IntArray,
    TextArray,
)
from safety_pipeline.summarise.estimators.trials.tau2 import TAU2, Trials, q_profile, scale_factor


@dataclass(frozen=True)
class Pooled:
    """One pooled incidence a group; NaN with a state and a reason where trials do not carry one."""

    k_trials: IntArray
    estimate: FloatArray
    lower: FloatArray
    upper: FloatArray
    logit: FloatArray
    se_logit: FloatArray
    tau2: FloatArray
    prediction_lower: FloatArray
    prediction_upper: FloatArray
    converged: BoolArray
    state: TextArray
    reason: TextArray


@dataclass(frozen=True)
class Heterogeneity:
    """How far the trials of each group differ, from the common-effect weights; NaN below two trials."""

    q: FloatArray
    q_df: FloatArray
    q_p: FloatArray
    i2: FloatArray


@dataclass(frozen=True)
class Counts:
    """The counts of each trial with the number of its group."""

    n_affected: FloatArray
    n_at_risk: FloatArray
    group: IntArray
    n_groups: int

    def total(self, values: npt.ArrayLike) -> FloatArray:
        """The sum of the values over each group."""
        return np.asarray(np.bincount(self.group, np.asarray(values, np.float64), minlength=self.n_groups), np.float64)


def gather(n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, group: npt.ArrayLike | None = None) -> Counts:
    """The counts as arrays; without ``group`` they are one group. Groups are numbered 0, 1, 2, ..."""
    n, total = np.atleast_1d(np.asarray(n_affected, np.float64)), np.atleast_1d(np.asarray(n_at_risk, np.float64))
    number = np.zeros(n.size, np.int64) if group is None else np.asarray(group, np.int64)
    return Counts(n, total, number, int(number.max(initial=0)) + 1)


def group_state(counts: Counts) -> tuple[TextArray, TextArray]:
    """The state of each group: refused with impossible counts, not estimable below two trials."""
    n, total = counts.n_affected, counts.n_at_risk
    faulty = counts.total(~((total > 0) & (n >= 0) & (n <= total) & (n % 1 == 0) & (total % 1 == 0))) > 0
    few = counts.total(np.ones_like(n)) < 2
    state = np.select([faulty, few], [ERROR, NOT_ESTIMABLE], ESTIMATED)
    reason = np.select([faulty, few], ["a trial without usable counts", "fewer than two trials: nothing to pool"], "")
    return state.astype(object), reason.astype(object)


def crude_total(counts: Counts) -> FloatArray:
    """Patients affected over patients at risk, added up over trials: descriptive, without an interval."""
    total = counts.total(counts.n_at_risk)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(total > 0, counts.total(counts.n_affected) / total, np.nan))


def logits(counts: Counts) -> Trials:
    """The logit of each trial and its variance 1/n + 1/(N-n); 0.5 is added to both only at 0/N and N/N."""
    n, rest = counts.n_affected, counts.n_at_risk - counts.n_affected
    bare = np.where((n == 0) | (rest == 0), 0.5, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        y, v = np.log((n + bare) / (rest + bare)), 1 / (n + bare) + 1 / (rest + bare)
    return Trials(y, v, counts.group, counts.n_groups)


def _usable(counts: Counts) -> tuple[Counts, BoolArray]:
    """The trials of the groups that can be pooled, numbered anew, and which groups those are."""
    good = group_state(counts)[0] == ESTIMATED
    kept = good[counts.group]
    number = np.cumsum(good) - 1
    subset = Counts(counts.n_affected[kept], counts.n_at_risk[kept], number[counts.group[kept]], int(good.sum()))
    return subset, good


def _spread(values: FloatArray, good: BoolArray) -> FloatArray:
    """The values placed at the groups that could be pooled, NaN elsewhere."""
    full = np.full(good.shape, np.nan)
    full[good] = values
    return full


def heterogeneity(counts: Counts) -> Heterogeneity:
    """Q, its degrees of freedom and p-value, and I² = max(0, (Q - df) / Q), 0 to 1."""
    usable, good = _usable(counts)
    trials = logits(usable)
    q, df = trials.q(np.zeros(trials.n_groups)), trials.k - 1
    i2 = np.maximum(0, 1 - df / np.maximum(q, 1e-300))
    return Heterogeneity(*(_spread(values, good) for values in (q, df, chdtrc(df, q), i2)))


def i2_from_tau2(counts: Counts, tau2: FloatArray) -> FloatArray:
    """I² = tau2 / (tau2 + typical variance), 0 to 1, as metafor defines it."""
    usable, good = _usable(counts)
    trials = logits(usable)
    typical = (trials.k - 1) / scale_factor(trials)
    return _spread(tau2[good] / (tau2[good] + typical), good)


def tau2_limits(counts: Counts, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Q-profile limits of tau2; an upper limit of 100 or more means that the search ended there."""
    usable, good = _usable(counts)
    lower, upper = q_profile(logits(usable), level)
    return _spread(lower, good), _spread(upper, good)


def _pooled(counts: Counts, logit: FloatArray, se: FloatArray, tau2: FloatArray, converged: BoolArray) -> Pooled:
    """A result without limits yet, for the groups that could be pooled."""
    good = group_state(counts)[0] == ESTIMATED
    k = counts.total(np.ones_like(counts.n_at_risk)).astype(np.int64)
    nothing = np.full(counts.n_groups, np.nan)
    settled = np.zeros(counts.n_groups, bool)
    settled[good] = converged
    state, reason = group_state(counts)
    logit, se, tau2 = (_spread(values, good) for values in (logit, se, tau2))
    return Pooled(k, expit(logit), nothing, nothing, logit, se, tau2, nothing, nothing, settled, state, reason)


def _with_limits(pooled: Pooled, quantile: FloatArray, *, predict: bool) -> Pooled:
    """The result with limits logit ± quantile x se and, for random effects, metafor's prediction limits."""
    half = quantile * pooled.se_logit
    limited = replace(pooled, lower=expit(pooled.logit - half), upper=expit(pooled.logit + half))
    if not predict:
        return limited
    wide = quantile * np.sqrt(pooled.se_logit**2 + pooled.tau2)
    return replace(limited, prediction_lower=expit(pooled.logit - wide), prediction_upper=expit(pooled.logit + wide))


def _normal(pooled: Pooled, level: float) -> FloatArray:
    """The normal quantile, once a group."""
    return np.full(pooled.logit.shape, ndtri(0.5 + level / 2))


def student_quantile(df: IntArray, level: float) -> FloatArray:
    """The t quantile of each group, NaN without degrees of freedom."""
    return np.asarray(np.where(df > 0, stdtrit(np.maximum(df, 1), 0.5 + level / 2), np.nan))


def common_effect(counts: Counts, level: float = 0.95) -> Pooled:
    """The inverse-variance mean logit, as if all trials of a group shared one incidence."""
    usable, _ = _usable(counts)
    trials = logits(usable)
    w = 1 / trials.v
    settled = np.ones(trials.n_groups, bool)
    se = np.sqrt(1 / trials.total(w))
    pooled = _pooled(counts, trials.mean(w), se, np.full(trials.n_groups, np.nan), settled)
    return _with_limits(pooled, _normal(pooled, level), predict=False)


def random_effects(counts: Counts, method: str = "REML", level: float = 0.95) -> Pooled:
    """The random-effects mean logit with tau2 by ``DL``, ``REML`` or ``PM`` and normal limits."""
    usable, _ = _usable(counts)
    trials = logits(usable)
    tau2, converged = TAU2[method](trials)
    w = trials.weights(tau2)
    pooled = _pooled(counts, trials.mean(w), np.sqrt(1 / trials.total(w)), tau2, converged)
    return _with_limits(pooled, _normal(pooled, level), predict=True)


def _hartung_knapp_se(counts: Counts, pooled: Pooled) -> FloatArray:
    """The Hartung-Knapp standard error: the classic one times sqrt(Σw(y-m)² / (k-1))."""
    usable, good = _usable(counts)
    trials = logits(usable)
    return pooled.se_logit * _spread(np.sqrt(trials.q(pooled.tau2[good]) / (trials.k - 1)), good)


def hartung_knapp(counts: Counts, method: str = "REML", level: float = 0.95) -> Pooled:
    """Random effects with Hartung-Knapp limits, t with k-1 df, without a floor under the standard error."""
    pooled = random_effects(counts, method, level)
    pooled = replace(pooled, se_logit=_hartung_knapp_se(counts, pooled))
    return _with_limits(pooled, student_quantile(pooled.k_trials - 1, level), predict=True)


def hartung_knapp_guarded(counts: Counts, method: str = "REML", level: float = 0.95) -> Pooled:
    """Hartung-Knapp limits whose standard error is never below the classic one (the product's choice)."""
    pooled = random_effects(counts, method, level)
    pooled = replace(pooled, se_logit=np.fmax(pooled.se_logit, _hartung_knapp_se(counts, pooled)))
    return _with_limits(pooled, student_quantile(pooled.k_trials - 1, level), predict=True)


def hts_limits(
    logit: FloatArray, variance: FloatArray, k: IntArray, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Prediction limits on the 0-1 scale: logit ± t(k-2) sqrt(se² + tau2); NaN below three trials."""
    half = student_quantile(k - 2, level) * np.sqrt(variance)
    return expit(logit - half), expit(logit + half)


def hts_prediction(pooled: Pooled, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Higgins-Thompson-Spiegelhalter prediction limits around a fit that carries its classic standard error."""
    return hts_limits(pooled.logit, pooled.se_logit**2 + pooled.tau2, pooled.k_trials, level)
