"""The chance of each trial's bounds when the risks are normal on the logit scale, by Gauss-Legendre panels.

Given the risk, the chance of "5 of 60" has one peak and that of "at most 69 of 1,400" one steep fall, both narrower
than any fixed grid where trials are large and differ much. Each trial is therefore integrated in panels of its own that
end eight standard errors to either side of the places where its chance changes.
"""

from abc import ABC, abstractmethod

import numpy as np
from scipy.special import bdtr, expit, gammaln, logit

from safety_pipeline.summarise.estimators.outcome import FloatArray

POINTS = 20
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
# Beyond 8.5 standard deviations a normal holds 2e-17.
FURTHEST = 8.5
LOWEST = -700.0
TINY = 1e-300
_LOG_NORMAL = -np.log(2 * np.pi) / 2


class Chances:
    """P(lower <= X <= upper) of each trial, X binomial with a normal logit risk; made once, asked at many normals."""

    def __init__(self, lower: FloatArray, upper: FloatArray, n: FloatArray) -> None:
        exact = lower == upper
        self.counted = _Counted(lower[exact], n[exact])
        self.bounded = _Bounded(lower[~exact], upper[~exact], n[~exact])

    def log_likelihood(self, location: float, tau: float) -> float:
        """The sum of the logarithms over the trials for N(location, tau²)."""
        return float(self.counted.logs(location, tau).sum() + self.bounded.logs(location, tau).sum())


class _Panels(ABC):
    """Trials integrated between the places where their chance changes."""

    def __init__(self, marks: FloatArray) -> None:
        self.marks = np.sort(marks, axis=0)

    def logs(self, location: float, tau: float) -> FloatArray:
        """The logarithm of each trial's chance."""
        inner = np.clip((self.marks - location) / tau, -FURTHEST, FURTHEST)
        ends = np.full((1, inner.shape[1]), FURTHEST)
        edges = np.vstack([-ends, inner, ends]).T
        half, middle = np.diff(edges) / 2, (edges[:, :-1] + edges[:, 1:]) / 2
        shape = edges.shape[0], half.shape[1] * POINTS
        u = (middle[:, :, None] + half[:, :, None] * _NODES).reshape(shape)
        weight = (half[:, :, None] * _WEIGHTS).reshape(shape)
        joint = self.log_binomial(location + tau * u) - u**2 / 2 + _LOG_NORMAL
        top = joint.max(axis=1)
        # A panel without a width may hold the highest point.
        integral = np.maximum((np.exp(joint - top[:, None]) * weight).sum(axis=1), TINY)
        return np.asarray(top + np.log(integral))

    @abstractmethod
    def log_binomial(self, eta: FloatArray) -> FloatArray:
        """The logarithm of the chance given the logit risk, a row a trial."""


class _Counted(_Panels):
    """The trials with one count."""

    def __init__(self, x: FloatArray, n: FloatArray) -> None:
        place, reach = _place(x, n), 8 * _standard_error(x, n)
        super().__init__(np.stack([place - reach, place, place + reach]))
        self.x, self.n = x[:, None], n[:, None]
        self.choose = gammaln(self.n + 1) - gammaln(self.x + 1) - gammaln(self.n - self.x + 1)

    def log_binomial(self, eta: FloatArray) -> FloatArray:
        return np.asarray(self.choose + self.x * eta - self.n * np.logaddexp(0, eta))


class _Bounded(_Panels):
    """The trials whose count lies within bounds."""

    def __init__(self, lower: FloatArray, upper: FloatArray, n: FloatArray) -> None:
        low, high = _place(lower, n), _place(upper, n)
        by_low, by_high = 8 * _standard_error(lower, n), 8 * _standard_error(upper, n)
        super().__init__(np.stack([low - by_low, low, low + by_low, high - by_high, high, high + by_high]))
        self.lower, self.upper, self.n = lower[:, None], upper[:, None], n[:, None]

    def log_binomial(self, eta: FloatArray) -> FloatArray:
        return log_between(self.lower, self.upper, self.n, expit(eta))


def _place(count: FloatArray, n: FloatArray) -> FloatArray:
    """The logit at which a count is typical."""
    return np.asarray(logit((count + 0.5) / (n + 1)))


def _standard_error(count: FloatArray, n: FloatArray) -> FloatArray:
    """The standard error of that logit."""
    share = (count + 0.5) / (n + 1)
    return np.asarray(1 / np.sqrt(n * share * (1 - share)))


def log_between(lower: FloatArray, upper: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """The logarithm of P(lower <= X <= upper) for X binomial with risk ``p``."""
    # scipy's bdtr wants whole numbers as integers and has no value below 0.
    size = n.astype(np.int64)
    at_most = bdtr(upper, size, p)
    below = np.where(lower > 0, bdtr(np.maximum(lower - 1, 0), size, p), 0.0) if (lower > 0).any() else 0.0
    return np.asarray(np.log(np.maximum(at_most - below, np.exp(LOWEST))))
