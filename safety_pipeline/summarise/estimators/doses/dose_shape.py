"""The shape of the log odds over dose inside trials: flat, linear, log-linear or Emax, compared by AICc.

Each shape is a logistic model with an intercept for each trial, so that only doses compared inside a trial decide. The
observations that AICc counts are patients: with arms it had no value for one trial of three doses. Sources: Burnham and
Anderson 2002 (AICc, weights); Macdougall 2006 (Emax); Bretz, Pinheiro and Branson 2005 (candidate shapes).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import exp, isfinite, isnan, log, nan

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from safety_pipeline.summarise.estimators.doses.dose_response import (
    MG_PER_UNIT,
    Arms,
    curvature,
    informative,
    newton,
    profile,
    separated,
)
from safety_pipeline.summarise.estimators.outcome import (
    Estimate,
    FloatArray,
    not_estimable,
    refused,
    undefined,
)

Score = Callable[[FloatArray], FloatArray]
# How far below the lowest and above the highest dose the dose of half the effect is looked for.
REACH = 20.0
GRID = 25
NEAR_THE_END = 1e-2
# The curvature of a log-likelihood that is flat but for rounding.
FLAT = 1e-4
FEWEST_DOSES = 3
UNSETTLED = "the likelihood has no settled maximum"


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: the log odds ratio of the highest dose against the lowest, and how well the shape fits.

    ``half_dose`` is the dose of half the effect of an Emax curve, in mg/day; ``weight`` is the share of evidence among
    the shapes that could be fitted.
    """

    name: str
    contrast: Estimate
    half_dose: float = nan
    log_likelihood: float = nan
    n_parameters: int = 0
    aicc: float = nan
    weight: float = nan
    is_chosen: bool = False


def dose_shapes(trials: Arms, level: float = 0.95) -> tuple[Shape, ...]:
    """The shapes fitted to the arms of one or more trials; the one with the smallest AICc is chosen."""
    if fault := _fault(trials):
        return tuple(Shape(name, fault) for name in SHAPES)
    a = informative(trials)
    return _compared([fit(a, level) for fit in SHAPES.values()], float(a.n.sum()))


def _fault(trials: Arms) -> Estimate | None:
    """Why no shapes are compared, or None."""
    if not ((trials.n > 0) & (trials.x >= 0) & (trials.x <= trials.n)).all():
        return refused("an arm without usable counts")
    a = informative(trials)
    if not a.n_trials:
        return not_estimable("no trial compares two doses with events and non-events")
    if np.unique(a.dose).size < FEWEST_DOSES:
        return not_estimable("fewer than three doses: every shape is a line")
    return not_estimable("the events are separated by dose: a curve has no end") if separated(a) else None


def _flat(a: Arms, _: float) -> Shape:
    value = profile(a, 0.0)[0]
    return Shape("flat", Estimate(0.0, nan, nan), log_likelihood=value, n_parameters=a.n_trials)


def _of_score(name: str, score: Score) -> Callable[[Arms, float], Shape]:
    """The fit of a shape that is a line over some score of the dose."""

    def fit(a: Arms, level: float) -> Shape:
        if not np.isfinite(score(a.dose)).all():
            return Shape(name, undefined("a dose of 0 has no logarithm"))
        contrast, se, value, settled = newton(_scored(a, score))
        if not settled:
            return Shape(name, not_estimable(UNSETTLED))
        return Shape(name, _with_limits(contrast, se, level), log_likelihood=value, n_parameters=a.n_trials + 1)

    return fit


def _log(dose: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(dose))


def _scored(a: Arms, score: Score) -> Arms:
    """The arms with scores from 0 at the lowest dose to 1 at the highest, so that the slope is the contrast of both."""
    lowest, highest = score(np.array([a.dose.min(), a.dose.max()]))
    return replace(a, dose=(score(a.dose) - lowest) / (highest - lowest))


def _with_limits(contrast: float, se: float, level: float) -> Estimate:
    half = float(ndtri(0.5 + level / 2)) * se
    return Estimate(contrast, contrast - half, contrast + half)


def _emax_score(log_half: float) -> Score:
    return lambda dose: dose / (exp(log_half) + dose)


def _emax(a: Arms, level: float) -> Shape:
    """The Emax curve, its half dose at the best likelihood; no figure where that lies at an end of the search."""
    doses = a.dose[a.dose > 0]
    ends = log(doses.min() / REACH), log(doses.max() * REACH)

    def fitted(log_half: float) -> float:
        return newton(_scored(a, _emax_score(log_half)))[2]

    grid = np.linspace(*ends, GRID)
    start = int(np.argmax([fitted(each) for each in grid]))
    around = grid[max(0, start - 1)], grid[min(grid.size - 1, start + 1)]
    found = minimize_scalar(lambda each: -fitted(each), bounds=around, method="bounded", options={"xatol": 1e-6})
    log_half = float(found.x)
    if min(log_half - ends[0], ends[1] - log_half) < NEAR_THE_END:
        return Shape("emax", not_estimable("the half dose lies far outside these doses, so they cannot tell it"))
    contrast, _, value, settled = newton(_scored(a, _emax_score(log_half)))
    if not settled:
        return Shape("emax", not_estimable(UNSETTLED))
    se = _emax_error(a, contrast, log_half)
    if isnan(se):
        return Shape("emax", not_estimable("these counts do not determine the half dose"))
    half_dose = exp(log_half) * MG_PER_UNIT
    return Shape("emax", _with_limits(contrast, se, level), half_dose, value, a.n_trials + 2)


def _emax_error(a: Arms, contrast: float, log_half: float) -> float:
    """The standard error of the contrast with the half dose free; NaN where the likelihood has no peak in both."""

    def surface(at: FloatArray) -> float:
        return -profile(_scored(a, _emax_score(float(at[1]))), float(at[0]))[0]

    second = curvature(surface, np.array([contrast, log_half]))
    if np.linalg.eigvalsh(second).min() <= FLAT:
        return nan
    return float(np.linalg.inv(second)[0, 0] ** 0.5)


def _compared(fitted: list[Shape], n_patients: float) -> tuple[Shape, ...]:
    """The shapes with AICc, and their weights among those that could be fitted."""
    scored = [replace(shape, aicc=_aicc(shape, n_patients)) for shape in fitted]
    best = min((shape.aicc for shape in scored if isfinite(shape.aicc)), default=nan)
    likely = [exp((best - shape.aicc) / 2) if isfinite(shape.aicc) else nan for shape in scored]
    total = float(np.nansum(likely))
    return tuple(
        replace(shape, weight=share / total, is_chosen=shape.aicc == best)
        for shape, share in zip(scored, likely, strict=True)
    )


def _aicc(shape: Shape, n: float) -> float:
    k = shape.n_parameters
    if not shape.contrast.is_estimated or n <= k + 1:
        return nan
    return 2 * k - 2 * shape.log_likelihood + 2 * k * (k + 1) / (n - k - 1)


SHAPES: Mapping[str, Callable[[Arms, float], Shape]] = {
    "flat": _flat,
    "linear": _of_score("linear", lambda dose: dose),
    "log_linear": _of_score("log_linear", _log),
    "emax": _emax,
}
