"""The binomial-normal likelihood of many groups of trials by adaptive Gauss-Hermite quadrature.

Trial i has x affected of n with logit incidence beta + theta·u, u standard normal. Source: Pinheiro and Bates 1995;
7 points around each trial's own mode, as in lme4.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from safety_pipeline.summarise.estimators.outcome import BoolArray, FloatArray, IntArray

POINTS = 7
_NODES, _WEIGHTS = np.polynomial.hermite.hermgauss(POINTS)
_LOG_WEIGHTS = np.log(_WEIGHTS) + _NODES**2
MODE_STEPS = 30


@dataclass(frozen=True)
class Binomials:
    """The trials of many groups: affected, at risk, group number."""

    x: FloatArray
    n: FloatArray
    group: IntArray
    n_groups: int

    def only(self, groups: BoolArray) -> "Binomials":
        """The trials of some groups, numbered anew."""
        kept = groups[self.group]
        number = np.cumsum(groups) - 1
        return Binomials(self.x[kept], self.n[kept], number[self.group[kept]], int(groups.sum()))

    def total(self, values: FloatArray) -> FloatArray:
        """The sum of the values over each group."""
        return np.asarray(np.bincount(self.group, values, minlength=self.n_groups), np.float64)


def _mode(trials: Binomials, beta: FloatArray, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The mode of u of each trial and the curvature there, by Newton with bounded steps."""
    u = np.zeros_like(trials.x)
    for _ in range(MODE_STEPS):
        p = expit(beta + theta * u)
        curvature = 1 + theta**2 * trials.n * p * (1 - p)
        step = (theta * (trials.x - trials.n * p) - u) / curvature
        # A full Newton step may leap over the flat part of the logit: 1/theta is its scale.
        bound = 2 / np.maximum(np.abs(theta), 0.2)
        u = u + np.clip(step, -bound, bound)
        if np.max(np.abs(step), initial=0) < 1e-8:
            break
    p = expit(beta + theta * u)
    return u, 1 + theta**2 * trials.n * p * (1 - p)


def log_likelihood(trials: Binomials, beta: FloatArray, theta: FloatArray) -> FloatArray:
    """The log-likelihood of each group, without the constant log C(n, x)."""
    b, t = beta[trials.group], theta[trials.group]
    mode, curvature = _mode(trials, b, t)
    scale = np.sqrt(2 / curvature)
    u = mode[:, None] + scale[:, None] * _NODES
    eta = b[:, None] + t[:, None] * u
    joint = trials.x[:, None] * eta - trials.n[:, None] * np.logaddexp(0, eta) - u**2 / 2 + _LOG_WEIGHTS
    top = joint.max(axis=1)
    integral = top + np.log(np.exp(joint - top[:, None]).sum(axis=1)) + np.log(scale) - np.log(2 * np.pi) / 2
    return trials.total(integral)


def arms_log_likelihood(x: FloatArray, n: FloatArray, trial: IntArray, eta: FloatArray, theta: float) -> float:
    """The log-likelihood when the arms of a trial share one u; ``eta`` is the fixed part of each arm's log odds."""
    k = int(trial.max()) + 1
    u = np.zeros(k)
    for _ in range(MODE_STEPS):
        p = expit(eta + theta * u[trial])
        curvature = 1 + theta**2 * np.bincount(trial, n * p * (1 - p), minlength=k)
        step = (theta * np.bincount(trial, x - n * p, minlength=k) - u) / curvature
        u = u + np.clip(step, -2 / max(abs(theta), 0.2), 2 / max(abs(theta), 0.2))
        if np.abs(step).max() < 1e-9:
            break
    p = expit(eta + theta * u[trial])
    scale = np.sqrt(2 / (1 + theta**2 * np.bincount(trial, n * p * (1 - p), minlength=k)))
    at = u[:, None] + scale[:, None] * _NODES
    full = eta[:, None] + theta * at[trial]
    arms = x[:, None] * full - n[:, None] * np.logaddexp(0, full)
    joint = np.zeros((k, POINTS))
    np.add.at(joint, trial, arms)
    joint = joint - at**2 / 2 + _LOG_WEIGHTS
    top = joint.max(axis=1)
    return float((top + np.log(np.exp(joint - top[:, None]).sum(axis=1) * scale) - np.log(2 * np.pi) / 2).sum())
