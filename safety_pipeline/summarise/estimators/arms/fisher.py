"""Fisher's exact test of two arms and its mid-p forms, conditional on both margins.

``minlike`` adds up all tables no likelier than the observed one; ``central`` doubles the smaller tail.
Sources: Fisher 1935; Lancaster 1961 (mid-p); Fay 2010 (the two-sided forms and their names).
"""

from dataclasses import dataclass
from functools import lru_cache
from math import nan

from safety_pipeline.summarise.estimators.arms.contrast import nothing_to_compare, table_fault
from safety_pipeline.summarise.estimators.arms.odds_ratio import Conditional, tables_fault
from safety_pipeline.summarise.estimators.outcome import ESTIMATED, State

# Tables whose probabilities differ only by rounding count as equally likely, as in R's fisher.test.
SLACK = 1e-7


@dataclass(frozen=True, slots=True)
class FisherTest:
    """Every p-value of one table; NaN in all where the test is undefined, with the reason."""

    minlike: float = nan
    central: float = nan
    greater: float = nan
    less: float = nan
    midp_minlike: float = nan
    midp_minlike_observed_only: float = nan
    midp_central: float = nan
    state: State = ESTIMATED
    reason: str = ""


@lru_cache(maxsize=65536)
def fisher_exact(x_high: float, n_high: float, x_low: float, n_low: float) -> FisherTest:
    """The p-values of one table; ``greater`` asks whether the higher dose has the higher risk."""
    counts = (x_high, n_high, x_low, n_low)
    fault = table_fault(*counts) or nothing_to_compare(x_high, x_low) or tables_fault(*counts)
    if fault:
        return FisherTest(state=fault.state, reason=fault.reason)
    table = Conditional(*counts)
    p = table.probabilities(0.0)
    observed = float(p[table.support == x_high][0])
    no_likelier = float(p[p <= observed * (1 + SLACK)].sum())
    equally = float(p[abs(p - observed) <= observed * SLACK].sum())
    greater, less = table.upper_tail(0.0), table.lower_tail(0.0)
    return FisherTest(
        minlike=min(1.0, no_likelier),
        central=min(1.0, 2 * min(greater, less)),
        greater=min(1.0, greater),
        less=min(1.0, less),
        midp_minlike=no_likelier - equally / 2,
        midp_minlike_observed_only=no_likelier - observed / 2,
        midp_central=min(1.0, 2 * min(greater, less) - observed),
    )
