"""One incidence from several trials of which some only bound their count, as below a reporting threshold.

A trial with bounds enters as P(lower <= X <= upper), a printed count as P(X = n), and a trial that says nothing
([0, N]) as 1. Leaving the bounded trials out ("available case") overestimates a rare event, since only the trials in
which it happened to be common print it. Limits are profile-likelihood limits. Sources: Skellam 1948 (beta-binomial);
Kalbfleisch and Sprott 1970 (profile); Tobin 1958 (the censored cell).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import hypot, isfinite, log, nan

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize_scalar
from scipy.special import betaln, expit, gammaln, logit, ndtri, stdtrit

from safety_pipeline.summarise.estimators.outcome import NOT_ESTIMABLE, Estimate, FloatArray, not_estimable, refused
from safety_pipeline.summarise.estimators.proportion import clean_counts
from safety_pipeline.summarise.estimators.trials.censored_quadrature import LOWEST, Chances, log_between

Likelihood = Callable[[float, float], float]
# The log of a + b, and of tau, between which the spread is looked for; the end of the widest spread is no maximum.
LOG_SIZE, LOG_TAU = (-2.0, 14.0), (-7.0, log(10.0))
LOCATION = (-20.0, 20.0)
NEAR_THE_END = 1e-3
# An error of the spread moves its likelihood by the square only.
INNER, OUTER = 2e-4, 1e-6


@dataclass(frozen=True, slots=True)
class Censored:
    """A pooled incidence with profile limits; ``spread`` is rho (beta-binomial) or tau2 (logit-normal).

    ``further`` is the range expected for a further trial, given by the logit-normal model from three trials on. Where
    no trial is known to have an event there is no value, but an upper limit.
    """

    estimate: Estimate
    further: tuple[float, float] = (nan, nan)
    spread: float = nan
    log_likelihood: float = nan
    converged: bool = False
    k_trials: int = 0
    k_bounded: int = 0


@dataclass(frozen=True)
class Bounds:
    """The bounds of each trial's count, without the trials that say nothing."""

    lower: FloatArray
    upper: FloatArray
    n: FloatArray


def bounds(n_lower: npt.ArrayLike, n_upper: npt.ArrayLike, n_at_risk: npt.ArrayLike) -> Bounds:
    """The trials as arrays; those bounded by 0 and N alone are left out, as they carry no information."""
    low, high, n = (np.atleast_1d(np.asarray(values, np.float64)) for values in (n_lower, n_upper, n_at_risk))
    told = ~((low == 0) & (high == n))
    return Bounds(low[told], high[told], n[told])


def _fault(b: Bounds) -> Estimate | None:
    """The refusal of a pooled incidence, or None."""
    usable = ~np.isnan(clean_counts(b.lower, b.n)[0]) & ~np.isnan(clean_counts(b.upper, b.n)[0])
    if not usable.all() or (b.lower > b.upper).any():
        return refused("a trial without usable bounds")
    if b.n.size < 2:
        return not_estimable("fewer than two trials: nothing to pool")
    if (b.lower == 0).all():
        return _without_known_event(b)
    return (
        not_estimable("every trial may have only events: the estimate would be 1") if (b.upper == b.n).all() else None
    )


def _without_known_event(b: Bounds, level: float = 0.95) -> Estimate:
    """The limits when every trial may be without an event, if all shared one incidence; exact where all count 0."""
    tail = log((1 - level) / 2)

    def excess(p: float) -> float:
        return float(log_between(b.lower, b.upper, b.n, np.full(b.n.shape, p)).sum()) - tail

    upper = float(brentq(excess, 0.0, 1.0 - 1e-12)) if (b.upper < b.n).any() else 1.0
    return Estimate(nan, 0.0, upper, NOT_ESTIMABLE, "no trial is known to have an event: an upper limit only")


def beta_binomial_likelihood(b: Bounds) -> Likelihood:
    """Log-likelihood by the logit of the mean and the log of a + b, where each risk is Beta(a, b)."""
    sizes = (b.upper - b.lower + 1).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    trial = np.repeat(np.arange(b.n.size), sizes)
    x = np.arange(trial.size) - first[trial] + b.lower[trial]
    n = b.n[trial]
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)

    def log_likelihood(location: float, log_size: float) -> float:
        size = np.exp(log_size)
        a, c = size * expit(location), size * expit(-location)
        log_p = choose + betaln(x + a, n - x + c) - betaln(a, c)
        chance = np.add.reduceat(np.exp(np.maximum(log_p, LOWEST)), first)
        return float(np.log(chance).sum())

    return log_likelihood


def logit_normal_likelihood(b: Bounds) -> Likelihood:
    """Log-likelihood by the typical trial's logit and the log of tau, the risks being normal on the logit scale."""
    chances = Chances(b.lower, b.upper, b.n)
    return lambda location, log_tau: chances.log_likelihood(location, float(np.exp(log_tau)))


class _Profile:
    """The likelihood of the location with the spread at its best."""

    def __init__(self, likelihood: Likelihood, spread: tuple[float, float]) -> None:
        self.likelihood, self.spread = likelihood, spread

    def at(self, location: float) -> tuple[float, float]:
        """The best log-likelihood at a location, and the spread there."""
        ends = [(self.likelihood(location, end), end) for end in self.spread]
        inside = minimize_scalar(
            lambda s: -self.likelihood(location, s), bounds=self.spread, method="bounded", options={"xatol": INNER}
        )
        return max([*ends, (-float(inside.fun), float(inside.x))])

    def best(self) -> tuple[float, bool]:
        """The location with the highest profile, and whether it lies inside its range."""
        found = minimize_scalar(
            lambda m: -self.at(m)[0], bounds=(-12.0, 12.0), method="bounded", options={"xatol": OUTER}
        )
        location = float(found.x)
        return location, bool(found.success) and abs(location) < 11.9

    def cross(self, location: float, drop: float, end: float) -> float:
        """Where the profile has fallen by ``drop`` towards one end; NaN where it never does."""
        level = self.at(location)[0] - drop
        inner, step = location, 0.5 if end > location else -0.5
        while abs(inner) < abs(end) and self.at(inner + step)[0] > level:
            inner, step = inner + step, 2 * step
        if abs(inner) >= abs(end):
            return nan
        return float(brentq(lambda m: self.at(m)[0] - level, inner, inner + step, xtol=OUTER))


def _fit(b: Bounds, likelihood: Likelihood, spread: tuple[float, float], level: float) -> tuple[Censored, float]:
    """The fit with its profile limits, and the log spread at the best point."""
    profile = _Profile(likelihood, spread)
    location, inside = profile.best()
    value, at_best = profile.at(location)
    drop = float(ndtri(0.5 + level / 2)) ** 2 / 2
    lower, upper = (profile.cross(location, drop, end) for end in LOCATION)
    bounded = int((b.lower < b.upper).sum())
    converged = inside and isfinite(lower) and isfinite(upper)
    estimate = Estimate(float(expit(location)), float(expit(lower)), float(expit(upper)))
    return Censored(estimate, (nan, nan), nan, value, converged, b.n.size, bounded), at_best


def censored_beta_binomial(b: Bounds, level: float = 0.95) -> Censored:
    """The mean incidence of the trials when their risks are beta distributed; ``spread`` is rho = 1 / (a + b + 1)."""
    if fault := _fault(b):
        return Censored(fault, k_trials=b.n.size)
    fit, log_size = _fit(b, beta_binomial_likelihood(b), LOG_SIZE, level)
    settled = fit.converged and log_size > LOG_SIZE[0] + NEAR_THE_END
    return replace(fit, spread=float(1 / (np.exp(log_size) + 1)), converged=settled)


def censored_logit_normal(b: Bounds, level: float = 0.95) -> Censored:
    """The incidence of a typical trial when the risks are normal on the logit scale; ``spread`` is tau2."""
    if fault := _fault(b):
        return Censored(fault, k_trials=b.n.size)
    fit, log_tau = _fit(b, logit_normal_likelihood(b), LOG_TAU, level)
    tau2 = float(np.exp(2 * log_tau))
    settled = fit.converged and log_tau < LOG_TAU[1] - NEAR_THE_END
    return replace(fit, spread=tau2, converged=settled, further=_further(fit, tau2, level))


def _further(fit: Censored, tau2: float, level: float) -> tuple[float, float]:
    """The range expected for a further trial: t with k-2 df, a side with the standard error that its limit implies."""
    if fit.k_trials < 3:
        return nan, nan
    t, own = float(stdtrit(fit.k_trials - 2, 0.5 + level / 2)), float(ndtri(0.5 + level / 2))
    middle, *ends = (float(logit(value)) for value in (fit.estimate.value, fit.estimate.lower, fit.estimate.upper))
    low, high = (t * hypot((end - middle) / own, tau2**0.5) for end in ends)
    return float(expit(middle - low)), float(expit(middle + high))
