"""The change of the log odds per 100 mg/day over several trials; within and between trials are never mixed.

``within_trial_slope`` is a logistic model with an intercept for each trial: only doses compared inside a trial enter.
``one_stage_slopes`` splits each dose into the trial's mean dose and the distance from it, with a random intercept; its
between-trial slope compares trials, not randomised patients. Sources: Cox and Snell 1989 (stratified logistic model);
Neuhaus and Kalbfleisch 1998 (the split); Burke, Ensor and Riley 2017 (one-stage models).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import chdtrc, expit, ndtri, xlogy

from safety_pipeline.summarise.estimators.outcome import Estimate, FloatArray, IntArray, not_estimable, refused
from safety_pipeline.summarise.estimators.trials.quadrature import arms_log_likelihood

MG_PER_UNIT = 100.0
MAX_STEPS = 50
LARGEST_SLOPE = 25.0


@dataclass(frozen=True)
class Arms:
    """The arms of several trials: dose in 100 mg/day, trial number, counts."""

    x: FloatArray
    n: FloatArray
    dose: FloatArray
    trial: IntArray
    n_trials: int


@dataclass(frozen=True)
class WithinTrials:
    """The slope inside trials, the test that it differs between trials, and how many trials carry it."""

    slope: Estimate
    heterogeneity: float = nan
    heterogeneity_df: float = nan
    heterogeneity_p: float = nan
    k_trials: int = 0


@dataclass(frozen=True)
class OneStage:
    """Both slopes of the one-stage model with tau2 of the intercepts; ``between`` is not randomised evidence."""

    within: Estimate
    between: Estimate
    tau2: float = nan
    converged: bool = False
    caution: str = field(default="the between-trial slope compares trials, not randomised patients")


def arms(x: npt.ArrayLike, n: npt.ArrayLike, dose_mg: npt.ArrayLike, trial: npt.ArrayLike) -> Arms:
    """The arms of trials given as patients affected, patients at risk, mg/day and a label of the trial."""
    _, number = np.unique(np.asarray(trial), return_inverse=True)
    counts = np.asarray(x, np.float64), np.asarray(n, np.float64)
    return Arms(*counts, np.asarray(dose_mg, np.float64) / MG_PER_UNIT, number.astype(np.int64), int(number.max()) + 1)


def _total(values: FloatArray, a: Arms) -> FloatArray:
    return np.asarray(np.bincount(a.trial, values, minlength=a.n_trials), np.float64)


def informative(a: Arms) -> Arms:
    """The arms of the trials that compare doses and have both events and patients without one."""
    lowest, highest = np.full(a.n_trials, np.inf), np.full(a.n_trials, -np.inf)
    np.minimum.at(lowest, a.trial, a.dose)
    np.maximum.at(highest, a.trial, a.dose)
    events, patients = _total(a.x, a), _total(a.n, a)
    kept = ((highest > lowest) & (events > 0) & (events < patients))[a.trial]
    _, number = np.unique(a.trial[kept], return_inverse=True)
    size = int(number.max(initial=-1)) + 1
    return Arms(a.x[kept], a.n[kept], a.dose[kept], number.astype(np.int64), size)


def _fault(a: Arms) -> Estimate | None:
    """The refusal of a slope, or None; ``a`` holds informative trials only."""
    if not a.n_trials:
        return not_estimable("no trial compares two doses with events and non-events")
    return not_estimable("the events are separated by dose: the slope is infinite") if separated(a) else None


def separated(a: Arms) -> bool:
    """Whether in every trial all events lie at or beyond one dose and all non-events at or before it."""
    return _one_sided(a, a.dose) or _one_sided(a, -a.dose)


def _one_sided(a: Arms, dose: FloatArray) -> bool:
    first_event, last_other = np.full(a.n_trials, np.inf), np.full(a.n_trials, -np.inf)
    np.minimum.at(first_event, a.trial[a.x > 0], dose[a.x > 0])
    np.maximum.at(last_other, a.trial[a.x < a.n], dose[a.x < a.n])
    return bool((first_event >= last_other).all())


def _intercepts(a: Arms, offset: FloatArray) -> FloatArray:
    """The intercept of each trial that reproduces its events, given the rest of the log odds."""
    share = np.clip(_total(a.x, a) / _total(a.n, a), 1e-12, 1 - 1e-12)
    level = np.log(share / (1 - share)) - _total(a.n * offset, a) / _total(a.n, a)
    for _ in range(MAX_STEPS):
        p = expit(level[a.trial] + offset)
        step = (_total(a.x, a) - _total(a.n * p, a)) / np.maximum(_total(a.n * p * (1 - p), a), 1e-12)
        level = level + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-12:
            break
    return level


def profile(a: Arms, slope: float) -> tuple[float, float, float]:
    """Log-likelihood, score and information of the slope with every trial's intercept at its best."""
    eta = _intercepts(a, slope * a.dose)[a.trial] + slope * a.dose
    p = expit(eta)
    w = a.n * p * (1 - p)
    mean = _total(w * a.dose, a) / _total(w, a)
    information = float((w * (a.dose - mean[a.trial]) ** 2).sum())
    value = float((a.x * eta - a.n * np.logaddexp(0, eta)).sum())
    return value, float(((a.x - a.n * p) * a.dose).sum()), information


def newton(a: Arms) -> tuple[float, float, float, bool]:
    """Slope, its standard error, the log-likelihood there, and whether the iteration settled."""
    slope = 0.0
    for _ in range(MAX_STEPS):
        value, score, information = profile(a, slope)
        step = float(np.clip(score / information, -1, 1)) if information > 0 else nan
        if not abs(step) > 1e-11 or abs(slope) > LARGEST_SLOPE:
            break
        slope += step
    value, _, information = profile(a, slope)
    settled = abs(step) <= 1e-11 and abs(slope) < LARGEST_SLOPE and information > 0
    return slope, information**-0.5 if settled else nan, value, settled


def within_trial_slope(trials: Arms, level: float = 0.95) -> WithinTrials:
    """The common log odds ratio per 100 mg/day with an intercept a trial, and the test for a slope of each trial."""
    if not ((trials.n > 0) & (trials.x >= 0) & (trials.x <= trials.n)).all():
        return WithinTrials(refused("an arm without usable counts"))
    a = informative(trials)
    if fault := _fault(a):
        return WithinTrials(fault, k_trials=a.n_trials)
    slope, se, value, settled = newton(a)
    if not settled:
        return WithinTrials(not_estimable("the likelihood has no settled maximum"), k_trials=a.n_trials)
    half = float(ndtri(0.5 + level / 2)) * se
    statistic, df = 2 * (_separate_slopes(a) - value), float(a.n_trials - 1)
    p = float(chdtrc(df, max(0.0, statistic))) if df else nan
    return WithinTrials(Estimate(slope, slope - half, slope + half), max(0.0, statistic), df, p, a.n_trials)


def _separate_slopes(a: Arms) -> float:
    """The log-likelihood when every trial has its own slope; a separated trial reaches each arm's own proportion."""
    total = 0.0
    for one in range(a.n_trials):
        mine = a.trial == one
        alone = Arms(a.x[mine], a.n[mine], a.dose[mine], np.zeros(int(mine.sum()), np.int64), 1)
        total += _saturated(alone) if separated(alone) else newton(alone)[2]
    return total


def _saturated(a: Arms) -> float:
    """The log-likelihood when every arm has its own proportion."""
    share = a.x / a.n
    return float((xlogy(a.x, share) + xlogy(a.n - a.x, 1 - share)).sum())


def one_stage_slopes(trials: Arms, level: float = 0.95) -> OneStage:
    """Within- and between-trial slopes per 100 mg/day: logit p = a + u + w (d - trial mean d) + b (trial mean d)."""
    mean = (_total(trials.n * trials.dose, trials) / _total(trials.n, trials))[trials.trial]
    inner = trials.dose - mean
    if fault := _fault(informative(trials)):
        return OneStage(fault, fault)
    if np.unique(mean).size < 3:
        few = not_estimable("fewer than three different mean doses: no slope between trials")
        return OneStage(within_trial_slope(trials, level).slope, few)
    centre = float(mean.mean())
    design = np.column_stack([np.ones_like(mean), inner, mean - centre])
    return _fit(trials, design, level)


def _fit(a: Arms, design: FloatArray, level: float) -> OneStage:
    """The maximum likelihood fit of (intercept, within, between, theta)."""

    def surface(at: FloatArray) -> float:
        return -arms_log_likelihood(a.x, a.n, a.trial, design @ at[:3], float(at[3]))

    share = a.x.sum() / a.n.sum()
    start = np.array([np.log(share / (1 - share)), 0.0, 0.0, 0.5])
    found = minimize(surface, start, method="BFGS", options={"gtol": 1e-5})
    variance = np.linalg.pinv(curvature(surface, found.x))
    se = np.sqrt(np.maximum(0.0, np.diag(variance)))
    z = float(ndtri(0.5 + level / 2))
    within, between = (
        Estimate(float(found.x[i]), float(found.x[i] - z * se[i]), float(found.x[i] + z * se[i])) for i in (1, 2)
    )
    # BFGS may stop at the rounding of the surface: a small gradient is what counts.
    return OneStage(within, between, float(found.x[3] ** 2), bool(np.abs(found.jac).max() < 1e-3))


def curvature(surface: Callable[[FloatArray], float], at: FloatArray, step: float = 1e-3) -> FloatArray:
    """The second derivatives of the surface by central differences."""
    size = at.size
    second = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            e, f = np.eye(size)[i] * step, np.eye(size)[j] * step
            corners = surface(at + e + f) - surface(at + e - f) - surface(at - e + f) + surface(at - e - f)
            second[i, j] = corners / (4 * step * step)
    return second
