"""The posterior probability that the higher dose has the higher risk, with independent Beta priors.

Source: Gelman and others 2013, section 2.4; Jeffreys 1946 (the Beta(0.5, 0.5) prior).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betainc, betaincinv, betaln, expit, log_expit, logit

from safety_pipeline.summarise.estimators.arms.contrast import table_fault
from safety_pipeline.summarise.estimators.outcome import Estimate

JEFFREYS = 0.5
UNIFORM = 1.0
GRID = 1501


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
    """P(high > low) on the logit scale, where the integrand is smooth and falls off at both ends.

    The density integrated over is that of the better known arm: the other arm's distribution is smooth on its scale.
    """
    range_high, range_low = _logit_range(high), _logit_range(low)
    if range_high[1] - range_high[0] <= range_low[1] - range_low[0]:
        return _expected_share_below(high, low, range_high)
    return 1 - _expected_share_below(low, high, range_low)


def _expected_share_below(arm: BetaPosterior, other: BetaPosterior, ends: tuple[float, float]) -> float:
    """The mean, over the posterior of one arm, of the probability that the other arm lies below it."""
    t, step = np.linspace(*ends, GRID, retstep=True)
    log_density = arm.a * log_expit(t) + arm.b * log_expit(-t) - betaln(arm.a, arm.b)
    return float((np.exp(log_density) * betainc(other.a, other.b, expit(t))).sum() * step)


def _logit_range(beta: BetaPosterior) -> tuple[float, float]:
    """The logits between which all but 1e-17 of a Beta lies at each end."""
    return _logit_quantile(beta, 1e-17), _logit_quantile(beta, -1e-17)


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
