"""Adjusted p-values for the terms of one family, and false discovery rates by body system.

A term without a p-value (NaN) is not in the family. Sources: Benjamini and Hochberg 1995; Benjamini and Yekutieli
2001; Holm 1979; Hu, Zhao and Zhou 2010 (group BH); Mehrotra and Heyse 2004 and Mehrotra and Adewale 2012 (double FDR).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from safety_pipeline.summarise.estimators.outcome import BoolArray, FloatArray, IntArray


def _within_family(adjust: Callable[[FloatArray], FloatArray], p: npt.ArrayLike) -> FloatArray:
    """The adjustment applied to the terms that have a p-value, NaN for the others."""
    values = np.asarray(p, np.float64)
    adjusted, tested = np.full(values.shape, np.nan), ~np.isnan(values)
    # m p / rank at the largest p may fall below p by rounding, and no adjusted p-value lies below its own.
    adjusted[tested] = np.maximum(adjust(values[tested]), values[tested])
    return adjusted


def _step_up(p: FloatArray, factor: float) -> FloatArray:
    """The smallest factor x m p / rank over this and all larger p-values, at most 1."""
    order = np.argsort(p, kind="stable")
    ranked = factor * p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1, np.minimum.accumulate(ranked[::-1])[::-1])
    return adjusted


def benjamini_hochberg(p: npt.ArrayLike) -> FloatArray:
    """P-values adjusted for the false discovery rate."""
    return _within_family(lambda values: _step_up(values, 1.0), p)


def benjamini_yekutieli(p: npt.ArrayLike) -> FloatArray:
    """P-values adjusted for the false discovery rate under any dependence: Benjamini-Hochberg times Σ1/i."""
    return _within_family(lambda values: _step_up(values, float((1 / np.arange(1, values.size + 1)).sum())), p)


def holm(p: npt.ArrayLike) -> FloatArray:
    """P-values adjusted for the family-wise error, step down."""

    def step_down(values: FloatArray) -> FloatArray:
        order = np.argsort(values, kind="stable")
        ranked = values[order] * np.arange(values.size, 0, -1)
        adjusted = np.empty_like(values)
        adjusted[order] = np.minimum(1, np.maximum.accumulate(ranked))
        return adjusted

    return _within_family(step_down, p)


def bonferroni(p: npt.ArrayLike) -> FloatArray:
    """P-values times the number of terms tested, at most 1."""
    return _within_family(lambda values: np.minimum(1, values * values.size), p)


def _systems(system: npt.ArrayLike) -> tuple[IntArray, int]:
    """The number of the body system of each term, and how many systems there are."""
    names, number = np.unique(np.asarray(system), return_inverse=True)
    return number.astype(np.int64), names.size


def _per_system(values: FloatArray, number: IntArray, adjust: Callable[[npt.ArrayLike], FloatArray]) -> FloatArray:
    """The adjustment applied within each body system."""
    adjusted = np.full(values.shape, np.nan)
    for one in np.unique(number):
        adjusted[number == one] = adjust(values[number == one])
    return adjusted


def double_fdr(p: npt.ArrayLike, system: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Two adjusted p-values a term: Benjamini-Hochberg within its body system, and that of the system itself.

    A system is represented by its smallest within-system adjusted p-value; these are adjusted over the systems that
    have a tested term.
    """
    values = np.asarray(p, np.float64)
    number, n_systems = _systems(system)
    within = _per_system(values, number, benjamini_hochberg)
    smallest = np.full(n_systems, np.inf)
    tested = ~np.isnan(within)
    np.minimum.at(smallest, number[tested], within[tested])
    of_system = benjamini_hochberg(np.where(np.isinf(smallest), np.nan, smallest))
    return within, of_system[number]


def double_fdr_2004(p: npt.ArrayLike, system: npt.ArrayLike) -> FloatArray:
    """The smallest alpha at which a term is flagged by Mehrotra and Heyse 2004: both adjusted p-values <= alpha."""
    within, of_system = double_fdr(p, system)
    return np.maximum(within, of_system)


def flagged_2012(p: npt.ArrayLike, system: npt.ArrayLike, alpha: float) -> BoolArray:
    """Whether each term is flagged by Mehrotra and Adewale 2012 at one alpha.

    Systems whose adjusted p-value is at most alpha are flagged; Benjamini-Hochberg over all their terms follows.
    """
    _, of_system = double_fdr(p, system)
    candidates = np.where(of_system <= alpha, np.asarray(p, np.float64), np.nan)
    return np.asarray(benjamini_hochberg(candidates) <= alpha)


def double_fdr_2012(p: npt.ArrayLike, system: npt.ArrayLike) -> FloatArray:
    """The smallest alpha at which a term is flagged by Mehrotra and Adewale 2012.

    The family of the second step grows as alpha passes the adjusted p-value of a further system, so the smallest
    alpha is looked for between these steps.
    """
    values = np.asarray(p, np.float64)
    _, of_system = double_fdr(values, system)
    steps = np.unique(of_system[~np.isnan(of_system)])
    smallest = np.where(np.isnan(values), np.nan, np.inf)
    for start, end in zip(steps, [*steps[1:], np.inf], strict=True):
        adjusted = benjamini_hochberg(np.where(of_system <= start, values, np.nan))
        alpha = np.maximum(start, adjusted)
        smallest = np.where(alpha < end, np.fmin(smallest, alpha), smallest)
    return smallest


def true_null_share(p: FloatArray, alpha: float) -> float:
    """The share of true nulls of one group by the two-stage estimator (Benjamini, Krieger and Yekutieli 2006)."""
    rejected = int((benjamini_hochberg(p) <= alpha / (1 + alpha)).sum())
    return (p.size - rejected) / p.size


def flagged_group_bh(p: npt.ArrayLike, system: npt.ArrayLike, alpha: float) -> BoolArray:
    """Whether each term is flagged by group BH: p weighted by pi0 / (1 - pi0) of its body system."""
    values = np.asarray(p, np.float64)
    tested = ~np.isnan(values)
    number, n_systems = _systems(system)
    share = np.array([_share_of(values[tested & (number == one)], alpha) for one in range(n_systems)])
    each = share[number][tested]
    if (each >= 1).all():
        return np.zeros(values.shape, bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        weighted = np.where(each >= 1, np.inf, np.where(each <= 0, 0.0, values[tested] * each / (1 - each)))
    flagged = np.zeros(values.shape, bool)
    flagged[tested] = _step_up_flags(weighted, alpha / (1 - each.mean()))
    return flagged


def _share_of(p: FloatArray, alpha: float) -> float:
    """The share of true nulls of a group, 1 where no term of it was tested."""
    return true_null_share(p, alpha) if p.size else 1.0


def _step_up_flags(weighted: FloatArray, alpha: float) -> BoolArray:
    """The terms up to the last one whose weighted p is at most rank x alpha / m."""
    order = np.argsort(weighted, kind="stable")
    passing = np.flatnonzero(weighted[order] <= np.arange(1, weighted.size + 1) * alpha / weighted.size)
    flags = np.zeros(weighted.shape, bool)
    flags[order[: passing[-1] + 1 if passing.size else 0]] = True
    return flags
