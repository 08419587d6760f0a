"""The product's estimators for one's own counts: arrays in, one `Result` out, and a sentence where the input is wrong.

    >>> from safety_pipeline import estimators
    >>> estimators.pool([5, 9, 2, 7, 4], [80, 120, 60, 95, 70]).value.round(3)
    array([0.064])

Every function takes patients affected and patients at risk as arrays of one length, and returns a `Result` of arrays:
value, lower, upper, state and reason, one element a row (of `pool`: one a group). Proportions, levels and p-values are
0 to 1. A row that carries no figure has NaN, a state and a reason; wrong input raises `InputError`. What each method
computes, and from which source, is in `docs/methods.md`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.arms import contrast, odds_ratio
from safety_pipeline.summarise.estimators.families import multiplicity
from safety_pipeline.summarise.estimators.outcome import Estimate, FloatArray, TextArray, attempted
from safety_pipeline.summarise.estimators.trials import glmm, pooling
from safety_pipeline.summarise.estimators.trials.pooling import Counts, Pooled

Fit = TypeVar("Fit")
__all__ = ["METHODS", "InputError", "Result", "adjust", "compare", "interval", "pool"]


class InputError(ValueError):
    """An input that no estimator can use; the message says which, and what is expected."""


@dataclass(frozen=True)
class Result:
    """One figure a row with its limits; NaN where ``state`` is not ``estimated``, with the reason."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    state: TextArray
    reason: TextArray


_POOLS: Mapping[str, Callable[[Counts, float], Pooled]] = {
    "random_effects_glmm": glmm.random_intercept_student,
    "random_effects_reml": lambda counts, level: pooling.hartung_knapp_guarded(counts, "REML", level),
    "random_effects_dl": lambda counts, level: pooling.random_effects(counts, "DL", level),
    "random_effects_pm": lambda counts, level: pooling.random_effects(counts, "PM", level),
    "common_effect": pooling.common_effect,
}
_COMPARISONS: Mapping[str, Callable[..., Estimate]] = {
    "risk_difference_newcombe": contrast.risk_difference_newcombe,
    "risk_difference_miettinen_nurminen": contrast.risk_difference_miettinen_nurminen,
    "risk_ratio_miettinen_nurminen": contrast.risk_ratio_miettinen_nurminen,
    "risk_ratio_wald_log": contrast.risk_ratio_wald_log,
    "odds_ratio_conditional": odds_ratio.odds_ratio_conditional,
    "odds_ratio_woolf": odds_ratio.odds_ratio_woolf,
}
_ADJUSTMENTS: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "benjamini_hochberg": multiplicity.benjamini_hochberg,
    "benjamini_yekutieli": multiplicity.benjamini_yekutieli,
    "holm": multiplicity.holm,
    "bonferroni": multiplicity.bonferroni,
}
_BY_SYSTEM: Mapping[str, Callable[[FloatArray, npt.ArrayLike], FloatArray]] = {
    "double_fdr_2004": multiplicity.double_fdr_2004,
    "double_fdr_2012": multiplicity.double_fdr_2012,
}
# The methods each function knows.
METHODS: Mapping[str, tuple[str, ...]] = {
    "interval": tuple(proportion.INTERVALS),
    "pool": tuple(_POOLS),
    "compare": tuple(_COMPARISONS),
    "adjust": (*_ADJUSTMENTS, *_BY_SYSTEM),
}


def interval(
    n_affected: npt.ArrayLike, n_at_risk: npt.ArrayLike, *, method: str = "wilson", level: float = 0.95
) -> Result:
    """The incidence of each row with its interval."""
    n, total = _counts(n_affected=n_affected, n_at_risk=n_at_risk)
    lower, upper = _known(method, proportion.INTERVALS)(n, total, _level(level))
    state, reason = proportion.proportion_state(n, total)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(state == "estimated", n / total, np.nan)
    return Result(value, lower, upper, state, reason)


def pool(
    n_affected: npt.ArrayLike,
    n_at_risk: npt.ArrayLike,
    group: npt.ArrayLike | None = None,
    *,
    method: str = "random_effects_glmm",
    level: float = 0.95,
) -> Result:
    """The incidence of each group of trials, in the order of the groups' names; without ``group`` all are one."""
    n, total = _counts(n_affected=n_affected, n_at_risk=n_at_risk)
    fit = _known(method, _POOLS)
    number = _numbered(group, n.size)
    found = fit(pooling.gather(n, total, number), _level(level))
    return Result(found.estimate, found.lower, found.upper, found.state, found.reason)


def compare(
    n_affected: npt.ArrayLike,
    n_at_risk: npt.ArrayLike,
    n_affected_reference: npt.ArrayLike,
    n_at_risk_reference: npt.ArrayLike,
    *,
    method: str = "risk_difference_newcombe",
    level: float = 0.95,
) -> Result:
    """Two arms of one randomised trial a row, the arm against its reference."""
    arrays = _counts(
        n_affected=n_affected,
        n_at_risk=n_at_risk,
        n_affected_reference=n_affected_reference,
        n_at_risk_reference=n_at_risk_reference,
    )
    fit, checked = _known(method, _COMPARISONS), _level(level)
    found = [attempted(fit, *row, checked) for row in zip(*(array.tolist() for array in arrays), strict=True)]
    return Result(
        value=np.array([each.value for each in found]),
        lower=np.array([each.lower for each in found]),
        upper=np.array([each.upper for each in found]),
        state=np.array([each.state for each in found], object),
        reason=np.array([each.reason for each in found], object),
    )


def adjust(p: npt.ArrayLike, system: npt.ArrayLike | None = None, *, method: str = "benjamini_hochberg") -> FloatArray:
    """The adjusted p-value of each term; the double false discovery rates also ask for its body system."""
    values = _numbers("p", p)
    if ((values < 0) | (values > 1)).any():
        raise InputError(f"p holds {values[(values < 0) | (values > 1)][0]:g}; a p-value lies between 0 and 1.")
    _known(method, dict.fromkeys([*_ADJUSTMENTS, *_BY_SYSTEM]))
    if method in _ADJUSTMENTS:
        return _ADJUSTMENTS[method](values)
    if system is None:
        raise InputError(f"{method} adjusts within body systems: give the system of each term.")
    _refuse_unequal({"p": values.size, "system": np.size(np.asarray(system))})
    return _BY_SYSTEM[method](values, system)


def _counts(**counts: npt.ArrayLike) -> tuple[FloatArray, ...]:
    arrays = {name: _numbers(name, values) for name, values in counts.items()}
    _refuse_unequal({name: array.size for name, array in arrays.items()})
    return tuple(arrays.values())


def _numbers(name: str, values: npt.ArrayLike) -> FloatArray:
    try:
        numbers = np.atleast_1d(np.asarray(values, np.float64))
    except (TypeError, ValueError):
        raise InputError(f"{name} is not a list of numbers.") from None
    if numbers.ndim > 1:
        raise InputError(f"{name} has {numbers.ndim} dimensions; give one number a row.")
    return numbers


def _refuse_unequal(sizes: Mapping[str, int]) -> None:
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise InputError(f"The arrays differ in length: {told}.")


def _numbered(group: npt.ArrayLike | None, size: int) -> npt.NDArray[np.int64] | None:
    if group is None:
        return None
    names = np.asarray(group)
    _refuse_unequal({"n_affected": size, "group": names.size})
    try:
        return np.unique(names, return_inverse=True)[1].astype(np.int64)
    except TypeError:
        raise InputError(
            "group mixes names of several kinds, or leaves some out; name the group of each row."
        ) from None


def _level(level: float) -> float:
    if not isinstance(level, Real) or not 0 < level < 1:
        raise InputError(f"level = {level} is not between 0 and 1; write 95 % as 0.95.")
    return float(level)


def _known(method: str, methods: Mapping[str, Fit]) -> Fit:
    if not isinstance(method, str) or method not in methods:
        raise InputError(f"No method is called {method!r}; known are {', '.join(methods)}.")
    return methods[method]
