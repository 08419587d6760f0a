"""The posterior probability that the higher dose has the higher risk, with independent Beta priors.

Source: Gelman and others 2013, section 2.4; Jeffreys 1946 (the Beta(0.5, 0.5) prior).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betainc, betaincinv, betaln, expit, log_expit, logit

from safety_pipeline.summarise.estimators.contrast import table_fault
from safety_pipeline.summarise.estimators.outcome import Estimate

JEFFREYS = 0.5
UNIFORM = 1.0
GRID = 4001


@dataclass(frozen=True, slots=True)
class BetaPosterior:
    """The posterior Beta(a, b) of one arm's risk."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The posterior mean risk."""
        return self.a / (self.a + self.b)


def posterior(n_affected: float, n_at_risk: float, prior: float = JEFFREYS) -> BetaPosterior:
    """The posterior of one arm under a Beta(prior, prior) prior."""
    return BetaPosterior(n_affected + prior, n_at_risk - n_affected + prior)


def _probability_above(high: BetaPosterior, low: BetaPosterior) -> float:
    """P(high > low) = ∫ f_high F_low on the logit scale, where the integrand is smooth and falls off at both ends."""
    start, end = (_logit_quantile(high, tail) for tail in (1e-17, -1e-17))
    t, step = np.linspace(start, end, GRID, retstep=True)
    log_density = high.a * log_expit(t) + high.b * log_expit(-t) - betaln(high.a, high.b)
    below = np.where(t < 0, betainc(low.a, low.b, expit(t)), 1 - betainc(low.b, low.a, expit(-t)))
    return float((np.exp(log_density) * below).sum() * step)


def _logit_quantile(beta: BetaPosterior, tail: float) -> float:
    """The logit of a far quantile of a Beta; a negative tail asks for the upper end."""
    if tail < 0:
        return -_logit_quantile(BetaPosterior(beta.b, beta.a), -tail)
    return float(logit(max(float(betaincinv(beta.a, beta.b, tail)), 1e-300)))


@lru_cache(maxsize=65536)
def probability_higher(x_high: float, n_high: float, x_low: float, n_low: float, prior: float = JEFFREYS) -> Estimate:
    """Pr(risk at the higher dose > risk at the lower dose), by numerical integration."""
    if fault := table_fault(x_high, n_high, x_low, n_low):
        return fault
    value = _probability_above(posterior(x_high, n_high, prior), posterior(x_low, n_low, prior))
    return Estimate(min(1.0, max(0.0, value)))
