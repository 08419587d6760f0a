"""What an estimator returns: a figure with its limits, or a state and the reason why there is no figure.

One rule for the whole package. A function on one table returns an ``Estimate``. A function on arrays returns
arrays in which NaN stands for "no figure", beside arrays ``state`` and ``reason`` that say why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

import numpy as np
import numpy.typing as npt

State = Literal["estimated", "undefined", "not estimable", "error"]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.object_]
Limits = tuple[FloatArray, FloatArray]

ESTIMATED: State = "estimated"
UNDEFINED: State = "undefined"
NOT_ESTIMABLE: State = "not estimable"
ERROR: State = "error"
BREAKDOWNS = (ArithmeticError, ValueError, IndexError)
NOT_WHOLE = "a count of patients is not a whole number"


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with its limits; NaN in all three where ``state`` is not ``estimated``.

    ``undefined``: the quantity has no value for these counts. ``not estimable``: it has a value, but this design or
    these counts do not carry it. ``error``: the counts contradict themselves. A p-value has no limits.
    """

    value: float = nan
    lower: float = nan
    upper: float = nan
    state: State = ESTIMATED
    reason: str = ""

    @property
    def is_estimated(self) -> bool:
        """Whether there is a figure."""
        return self.state == ESTIMATED


def undefined(reason: str) -> Estimate:
    """A quantity that has no value for these counts."""
    return Estimate(state=UNDEFINED, reason=reason)


def not_estimable(reason: str) -> Estimate:
    """A quantity that this design or these counts do not carry."""
    return Estimate(state=NOT_ESTIMABLE, reason=reason)


def refused(reason: str) -> Estimate:
    """A quantity refused because its counts contradict themselves."""
    return Estimate(state=ERROR, reason=reason)


def count_fault(n_affected: float, n_at_risk: float) -> Estimate | None:
    """The refusal for one pair of counts that carries no proportion, or None."""
    if not isfinite(n_affected) or not isfinite(n_at_risk):
        return undefined("a count is missing")
    if n_at_risk == 0 and n_affected == 0:
        return undefined("nobody at risk")
    if n_affected < 0 or n_affected > n_at_risk:
        return refused("more patients affected than at risk, or a negative count")
    return refused(NOT_WHOLE) if n_affected % 1 or n_at_risk % 1 else None


def attempted(fit: Callable[..., Estimate], *counts: float) -> Estimate:
    """The estimate, or a refusal where its computation breaks down: one odd table never stops the others."""
    try:
        return fit(*counts)
    except BREAKDOWNS as fault:
        return broken_down(fault)


def broken_down(fault: Exception) -> Estimate:
    """The refusal of a figure whose computation broke down."""
    return refused(f"the computation broke down: {fault}")
