"""The false discovery rate of exact tests, whose p-values are few: Benjamini-Hochberg over what each can attain.

A table with few events cannot reach a small p-value, whatever it shows, yet counts in full for Benjamini-Hochberg.
Heyse 2011 replaces m times p by the sum over all tests of the largest p-value not above p that each can attain. Never
above Benjamini-Hochberg; that it controls the rate is shown by simulation, not proven for every mixture (Döhler, Durand
and Roquain 2018).
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from safety_pipeline.summarise.estimators.arms.fisher import SLACK
from safety_pipeline.summarise.estimators.arms.odds_ratio import Conditional
from safety_pipeline.summarise.estimators.outcome import FloatArray


@lru_cache(maxsize=65536)
def attainable(n_affected: int, n_one: int, n_other: int) -> FloatArray:
    """The p-values of Fisher's test, smallest first, of every table with these margins."""
    table = Conditional(min(n_affected, n_one), n_one, n_affected - min(n_affected, n_one), n_other)
    p = np.sort(table.probabilities(0.0))
    no_likelier = np.searchsorted(p, p * (1 + SLACK), side="right")
    return np.asarray(np.unique(np.minimum(1.0, np.cumsum(p)[no_likelier - 1])))


def discrete_benjamini_hochberg(p: npt.ArrayLike, attained: Sequence[FloatArray]) -> FloatArray:
    """The adjusted p-value of each test; ``attained`` has the p-values that each test can attain, smallest first."""
    values = np.asarray(p, np.float64)
    if not values.size:
        return values
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    reached = sum(_largest_not_above(each, ranked) for each in attained)
    stepped = np.minimum.accumulate((reached / np.arange(1, values.size + 1))[::-1])[::-1]
    adjusted = np.empty_like(values)
    # The largest keeps its own p-value, and no adjusted one lies below its own.
    adjusted[order] = np.clip(stepped, ranked, 1.0)
    return adjusted


def _largest_not_above(attained: FloatArray, p: FloatArray) -> FloatArray:
    """The largest p-value of a test that is at most each of these; 0 where it has none so small."""
    place = np.searchsorted(attained, p * (1 + SLACK), side="right")
    return np.concatenate([[0.0], attained])[place]
