"""The slope of published log risk ratios against dose by generalised least squares (Greenland and Longnecker 1992).

For trials or studies that print adjusted ratios against one shared reference group, so that the ratios of a study are
correlated. Two stages: one slope a study, then the slopes pooled as any estimate with a variance.
"""

from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from safety_pipeline.summarise.estimators.outcome import ESTIMATED, NOT_ESTIMABLE, FloatArray, State
from safety_pipeline.summarise.estimators.trials.tau2 import TAU2, Trials

Design = Literal["case_control", "cumulative_incidence", "incidence_rate"]
MAX_ITERATIONS = 100


@dataclass(frozen=True, slots=True)
class Slope:
    """A change of the log ratio per unit of dose with its standard error, limits and between-study variance."""

    slope: float = nan
    se: float = nan
    lower: float = nan
    upper: float = nan
    tau2: float = nan
    converged: bool = False
    state: State = ESTIMATED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One study as printed: dose, cases and size (patients or person-time) of each group, log ratio and its se.

    The reference group is the first; its log ratio is 0 and its se is not used.
    """

    dose: FloatArray
    cases: FloatArray
    size: FloatArray
    log_ratio: FloatArray
    se: FloatArray
    design: Design


def published(
    dose: npt.ArrayLike,
    cases: npt.ArrayLike,
    size: npt.ArrayLike,
    log_ratio: npt.ArrayLike,
    se: npt.ArrayLike,
    design: Design = "cumulative_incidence",
) -> Published:
    """One study from plain lists, reference group first; ``size`` counts everyone in the group, cases too."""
    dose, cases, size = (np.asarray(values, np.float64) for values in (dose, cases, size))
    return Published(dose, cases, size, np.asarray(log_ratio, np.float64), np.asarray(se, np.float64), design)


def _others(study: Published, cases: FloatArray) -> FloatArray:
    """What the cases are compared with: non-cases in a case-control study, everyone otherwise."""
    return study.size - cases if study.design == "case_control" else study.size


def fitted_cases(study: Published) -> tuple[FloatArray, bool]:
    """Cases of each group that keep the total and reproduce the adjusted ratios, and whether Newton settled."""
    cases, total = study.cases.astype(np.float64), float(study.cases.sum())
    for _ in range(MAX_ITERATIONS):
        rest = _others(study, cases)
        odds = np.log(cases / rest)
        miss = study.log_ratio[1:] - (odds[1:] - odds[0])
        own = 1 / cases + (1 / rest if study.design == "case_control" else 0.0)
        jacobian = np.diag(own[1:]) + own[0]
        step = np.linalg.solve(jacobian, miss)
        cases = np.concatenate([[total - (cases[1:] + step).sum()], cases[1:] + step])
        if (cases <= 0).any() or np.abs(step).max() < 1e-10:
            break
    return cases, bool((cases > 0).all() and np.abs(step).max() < 1e-6)


def covariance(study: Published) -> tuple[FloatArray, bool]:
    """The covariance of the log ratios: the reference group's share of the variance fixes their correlation."""
    cases, settled = fitted_cases(study)
    own = {
        "case_control": lambda: 1 / cases + 1 / (study.size - cases),
        "cumulative_incidence": lambda: 1 / cases - 1 / study.size,
        "incidence_rate": lambda: 1 / cases,
    }[study.design]()
    spread = own[0] + own[1:]
    correlation = own[0] / np.sqrt(np.outer(spread, spread))
    np.fill_diagonal(correlation, 1.0)
    return correlation * np.outer(study.se[1:], study.se[1:]), settled


def study_slope(study: Published, level: float = 0.95) -> Slope:
    """The slope of one study through its reference group: (d'V⁻¹d)⁻¹ d'V⁻¹y."""
    v, settled = covariance(study)
    if not settled:
        return Slope(state=NOT_ESTIMABLE, reason="no cases reproduce the printed ratios")
    d = study.dose[1:] - study.dose[0]
    weighted = np.linalg.solve(v, d)
    information = float(d @ weighted)
    slope, se = float(weighted @ study.log_ratio[1:]) / information, information**-0.5
    half = float(ndtri(0.5 + level / 2)) * se
    return Slope(slope, se, slope - half, slope + half, nan, True)


def pooled_slope(slopes: list[Slope], method: str = "REML", level: float = 0.95) -> Slope:
    """The mean slope of several studies, ``common`` or with tau2 by ``DL``, ``REML`` or ``PM``, and normal limits."""
    fitted = [slope for slope in slopes if slope.state == ESTIMATED]
    if len(fitted) < 2:
        return Slope(state=NOT_ESTIMABLE, reason="fewer than two studies: nothing to pool")
    y, v = np.array([one.slope for one in fitted]), np.array([one.se**2 for one in fitted])
    trials = Trials(y, v, np.zeros(y.size, np.int64), 1)
    tau2, converged = (np.zeros(1), np.ones(1, bool)) if method == "common" else TAU2[method](trials)
    w = trials.weights(tau2)
    mean, se = float(trials.mean(w)[0]), float(1 / np.sqrt(w.sum()))
    half = float(ndtri(0.5 + level / 2)) * se
    return Slope(mean, se, mean - half, mean + half, float(tau2[0]), bool(converged[0]))
