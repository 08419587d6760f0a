"""The chance of each trial's bounds when the risks are normal on the logit scale, by Gauss-Legendre panels.

Given the risk, the chance of "5 of 60" has one peak and that of "at most 69 of 1,400" one steep fall, both narrower
than any fixed grid where trials are large and differ much. Each trial is therefore integrated in panels of its own that
end eight standard errors to either side of the places where its chance changes.
"""

import numpy as np
from scipy.special import bdtr, expit, gammaln, logit

from safety_pipeline.summarise.estimators.outcome import FloatArray

POINTS = 24
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
# Beyond 8.5 standard deviations a normal holds 2e-17.
FURTHEST = 8.5
LOWEST = -700.0


def log_chances(lower: FloatArray, upper: FloatArray, n: FloatArray, location: float, tau: float) -> FloatArray:
    """The logarithm of P(lower <= X <= upper) of each trial, X binomial with logit risk N(location, tau²)."""
    u, weight = _panels(lower, upper, n, location, tau)
    joint = _log_binomial(lower, upper, n, location + tau * u) - u**2 / 2 - np.log(2 * np.pi) / 2
    top = joint.max(axis=1)
    return np.asarray(top + np.log((np.exp(joint - top[:, None]) * weight).sum(axis=1)))


def _panels(
    lower: FloatArray, upper: FloatArray, n: FloatArray, location: float, tau: float
) -> tuple[FloatArray, FloatArray]:
    """The nodes and weights of each trial, in standard deviations from the location."""
    ends = np.stack([_place(count, n) for count in (lower, upper)])
    reach = 8 * _standard_error(lower, upper, n)
    marks = np.concatenate([ends - reach, ends, ends + reach])
    inner = np.clip((marks - location) / tau, -FURTHEST, FURTHEST)
    edges = np.vstack([np.full_like(n, -FURTHEST), np.sort(inner, axis=0), np.full_like(n, FURTHEST)]).T
    half, middle = np.diff(edges) / 2, (edges[:, :-1] + edges[:, 1:]) / 2
    nodes = middle[:, :, None] + half[:, :, None] * _NODES
    weights = half[:, :, None] * _WEIGHTS
    return nodes.reshape(n.size, -1), weights.reshape(n.size, -1)


def _place(count: FloatArray, n: FloatArray) -> FloatArray:
    """The logit at which a count is typical."""
    return np.asarray(logit((count + 0.5) / (n + 1)))


def _standard_error(lower: FloatArray, upper: FloatArray, n: FloatArray) -> FloatArray:
    """The wider standard error of the logit at the two bounds."""
    shares = [(count + 0.5) / (n + 1) for count in (lower, upper)]
    return np.asarray(np.max([1 / np.sqrt(n * share * (1 - share)) for share in shares], axis=0))


def _log_binomial(lower: FloatArray, upper: FloatArray, n: FloatArray, eta: FloatArray) -> FloatArray:
    """The logarithm of P(lower <= X <= upper) for X binomial with logit ``eta``, a row a trial."""
    exact = lower == upper
    log_p = np.empty(eta.shape)
    x, size = lower[exact, None], n[exact, None]
    choose = gammaln(size + 1) - gammaln(x + 1) - gammaln(size - x + 1)
    log_p[exact] = choose + x * eta[exact] - size * np.logaddexp(0, eta[exact])
    some = ~exact
    log_p[some] = log_between(lower[some, None], upper[some, None], n[some, None], expit(eta[some]))
    return log_p


def log_between(lower: FloatArray, upper: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """The logarithm of P(lower <= X <= upper) for X binomial with risk ``p``."""
    # scipy's bdtr wants whole numbers as integers and has no value below 0.
    size = n.astype(np.int64)
    below = np.where(lower > 0, bdtr(np.maximum(lower - 1, 0), size, p), 0.0)
    return np.asarray(np.log(np.maximum(bdtr(upper, size, p) - below, np.exp(LOWEST))))
