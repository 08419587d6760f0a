"""The random-intercept binomial model of several trials, by maximum likelihood, for many groups at once.

logit p_i = beta + theta·u_i with u_i standard normal and tau2 = theta². Wald limits on the logit scale from the joint
curvature in (beta, theta), or t limits with k-1 df. Source: Stijnen, Hamza and Ozdemir 2010; the likelihood is in
``quadrature``.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, expit, ndtri, xlogy

from safety_pipeline.summarise.estimators.outcome import ESTIMATED, NOT_ESTIMABLE, BoolArray, FloatArray, TextArray
from safety_pipeline.summarise.estimators.trials.pooling import (
    Counts,
    Pooled,
    group_state,
    hts_limits,
    student_quantile,
)
from safety_pipeline.summarise.estimators.trials.quadrature import Binomials, log_likelihood

STEP = 1e-4
MAX_ITERATIONS = 60
GRADIENT_TOLERANCE = 2e-6
STEP_TOLERANCE = 1e-7
LARGEST_THETA = 30.0
Parameters = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LikelihoodRatio:
    """The likelihood-ratio test that all trials of a group share one incidence."""

    statistic: FloatArray
    df: FloatArray
    p: FloatArray


def model_state(counts: Counts) -> tuple[TextArray, TextArray]:
    """The state of each group: beside the rules of pooling, the logit is infinite without events or non-events."""
    state, reason = group_state(counts)
    open_groups = state == ESTIMATED
    none = open_groups & (counts.total(counts.n_affected) == 0)
    everyone = open_groups & (counts.total(counts.n_at_risk - counts.n_affected) == 0)
    state[none | everyone] = NOT_ESTIMABLE
    reason[none] = "no events in any trial: the logit is minus infinity; show 0/N with an exact interval"
    reason[everyone] = "events in every patient of every trial: the logit is infinite; show N/N with an exact interval"
    return state, reason


def _surface(trials: Binomials, at: Parameters) -> FloatArray:
    """Minus the log-likelihood of each group at its own (beta, theta)."""
    return -log_likelihood(trials, at[:, 0], at[:, 1])


def _slopes(trials: Binomials, at: Parameters, here: FloatArray) -> tuple[Parameters, Parameters]:
    """The gradient and the second derivatives of the surface at each group's point, by central differences."""
    value = {}
    for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)):
        value[i, j] = _surface(trials, at + STEP * np.array([i, j]))
    gradient = np.stack([value[1, 0] - value[-1, 0], value[0, 1] - value[0, -1]], axis=1) / (2 * STEP)
    second = np.empty((*here.shape, 2, 2))
    second[:, 0, 0] = value[1, 0] - 2 * here + value[-1, 0]
    second[:, 1, 1] = value[0, 1] - 2 * here + value[0, -1]
    corners = value[1, 1] + value[-1, -1] - value[1, 0] - value[-1, 0] - value[0, 1] - value[0, -1] + 2 * here
    second[:, 0, 1] = second[:, 1, 0] = corners / 2
    return gradient, second / STEP**2


def _descent(gradient: Parameters, second: Parameters) -> Parameters:
    """The Newton step with every curvature made positive, so that it leads away from the saddle at theta = 0."""
    values, vectors = np.linalg.eigh(second)
    values = np.maximum(np.abs(values), 1e-3)
    along = np.einsum("gij,gi->gj", vectors, gradient) / values
    step = -np.einsum("gij,gj->gi", vectors, along)
    return np.asarray(np.clip(step, -2, 2), np.float64)


def _shorten(trials: Binomials, at: Parameters, here: FloatArray, step: Parameters) -> tuple[Parameters, FloatArray]:
    """Each group's step, halved until the surface does not rise."""
    size = np.ones(here.shape)
    there, value = at + step, here
    for _ in range(12):
        there = at + size[:, None] * step
        value = _surface(trials, there)
        rising = value > here + 1e-12
        if not rising.any():
            break
        size = np.where(rising, size / 2, size)
    stuck = value > here + 1e-12
    return np.where(stuck[:, None], at, there), np.where(stuck, here, value)


def _start(trials: Binomials) -> Parameters:
    """The mean smoothed logit of each group and its spread."""
    y = np.log((trials.x + 0.5) / (trials.n - trials.x + 0.5))
    k = trials.total(np.ones_like(y))
    mean = trials.total(y) / k
    spread = np.sqrt(trials.total((y - mean[trials.group]) ** 2) / k)
    return np.stack([mean, np.clip(spread, 0.2, 3)], axis=1)


def _minimise(trials: Binomials) -> tuple[Parameters, BoolArray]:
    """The lowest point of each group's surface, and whether its gradient vanishes there."""
    at = _start(trials)
    moving = np.ones(trials.n_groups, bool)
    current, place = trials, at.copy()
    here = _surface(current, place)
    for _ in range(MAX_ITERATIONS):
        gradient, second = _slopes(current, place, here)
        step = _descent(gradient, second)
        steep = (np.abs(gradient).max(axis=1) > GRADIENT_TOLERANCE) & (np.abs(step).max(axis=1) > STEP_TOLERANCE)
        steep &= np.abs(place[:, 1]) < LARGEST_THETA
        at[moving] = place
        moving[moving] = steep
        if not steep.any():
            break
        current = current.only(steep)
        place, here = _shorten(current, place[steep], here[steep], step[steep])
    return at, ~moving & (np.abs(at[:, 1]) < LARGEST_THETA)


def _common_logit(trials: Binomials) -> FloatArray:
    """The logit of each group's crude total."""
    x = trials.total(trials.x)
    return np.asarray(np.log(x / (trials.total(trials.n) - x)))


def _settle_at_zero(trials: Binomials, at: Parameters) -> Parameters:
    """The point with theta = 0 and the crude logit wherever the fitted one is no better than that."""
    flat = np.stack([_common_logit(trials), np.zeros(trials.n_groups)], axis=1)
    no_better = _surface(trials, flat) <= _surface(trials, at) + 1e-9
    return np.where(no_better[:, None], flat, at)


def _fit(trials: Binomials) -> tuple[Parameters, FloatArray, BoolArray]:
    """(beta, theta), the standard error of beta, and whether the fit converged, for each group."""
    at, converged = _minimise(trials)
    at = _settle_at_zero(trials, at)
    converged = converged | (at[:, 1] == 0)
    _, second = _slopes(trials, at, _surface(trials, at))
    # The surface is even in theta, so at theta = 0 the mixed derivative is 0 and theta tells nothing about beta.
    mixed = np.where(at[:, 1] == 0, 0.0, second[:, 0, 1] ** 2 / np.where(second[:, 1, 1] > 0, second[:, 1, 1], np.nan))
    information = second[:, 0, 0] - mixed
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.where(information > 0, 1 / np.sqrt(information), np.nan)
    return at, se, converged & np.isfinite(se)


def random_intercept(counts: Counts, level: float = 0.95) -> Pooled:
    """The incidence of a typical trial of each group (median over trials), its Wald limits and HTS prediction."""
    state, reason = model_state(counts)
    good = state == ESTIMATED
    trials = Binomials(counts.n_affected, counts.n_at_risk, counts.group, counts.n_groups).only(good)
    fitted = np.full((counts.n_groups, 3), np.nan)
    converged = np.zeros(counts.n_groups, bool)
    if good.any():
        at, se, converged[good] = _fit(trials)
        fitted[good] = np.column_stack([at[:, 0], se, at[:, 1] ** 2])
    endless = good & ~converged & ~((fitted[:, 2] < LARGEST_THETA**2) & np.isfinite(fitted[:, 1]))
    state[endless], fitted[endless] = NOT_ESTIMABLE, np.nan
    reason[endless] = "the likelihood has no maximum with a standard error: it rises as tau2 grows"
    reason[good & ~endless & ~converged] = "the iteration did not settle"
    return _result(counts, fitted, converged, (state, reason), level)


def _result(
    counts: Counts, fitted: Parameters, converged: BoolArray, states: tuple[TextArray, TextArray], level: float
) -> Pooled:
    """The fit as pooled incidences; a fit that did not settle keeps its numbers and says so."""
    logit, se, tau2 = fitted.T
    half = ndtri(0.5 + level / 2) * se
    k = counts.total(np.ones_like(counts.n_at_risk)).astype(np.int64)
    lower, upper = hts_limits(logit, se**2 + tau2, k, level)
    limits = expit(logit - half), expit(logit + half)
    return Pooled(k, expit(logit), *limits, logit, se, tau2, lower, upper, converged, *states)


def random_intercept_student(counts: Counts, level: float = 0.95) -> Pooled:
    """The random-intercept incidence with limits from t with k-1 df: tau2 is estimated from k trials only."""
    pooled = random_intercept(counts, level)
    half = student_quantile(pooled.k_trials - 1, level) * pooled.se_logit
    return replace(pooled, lower=expit(pooled.logit - half), upper=expit(pooled.logit + half))


def common_intercept(counts: Counts, level: float = 0.95) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The crude total read as a logistic model with one incidence, and its Wald limits on the logit scale."""
    good = model_state(counts)[0] == ESTIMATED
    x, n = counts.total(counts.n_affected), counts.total(counts.n_at_risk)
    x, n = np.where(good, x, np.nan), np.where(good, n, np.nan)
    logit, half = np.log(x / (n - x)), ndtri(0.5 + level / 2) * np.sqrt(n / (x * (n - x)))
    return x / n, expit(logit - half), expit(logit + half)


def homogeneity_test(counts: Counts) -> LikelihoodRatio:
    """The saturated logistic model against one incidence: chi-square with k-1 df."""
    good = model_state(counts)[0] == ESTIMATED
    x, n = counts.n_affected, counts.n_at_risk
    with np.errstate(invalid="ignore", divide="ignore"):
        free = counts.total(xlogy(x, x / n) + xlogy(n - x, 1 - x / n))
        one = counts.total(x) / counts.total(n)
        shared = xlogy(counts.total(x), one) + xlogy(counts.total(n) - counts.total(x), 1 - one)
    statistic = np.where(good, np.maximum(0, 2 * (free - shared)), np.nan)
    df = np.where(good, counts.total(np.ones_like(x)) - 1, np.nan)
    return LikelihoodRatio(statistic, df, np.where(good, chdtrc(df, statistic), np.nan))
