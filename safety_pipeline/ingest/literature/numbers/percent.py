"""Which counts a printed percentage allows, in exact arithmetic."""

import math
from fractions import Fraction


def fits(n: int, n_at_risk: int, share: Fraction, decimals: int) -> bool:
    """Whether 100 n/N was printed as this percentage, rounded either way at a half or cut; 0 of nobody is 0 %."""
    if n_at_risk == 0:
        return n == 0 and share == 0
    exact = Fraction(100 * n, n_at_risk)
    unit = Fraction(1, 10**decimals)
    return abs(exact - share) <= unit / 2 or share <= exact < share + unit


def counts_that_fit(n_at_risk: int, share: Fraction, decimals: int) -> tuple[int, int] | None:
    """The fewest and the most patients whose percentage is printed so, or nothing where no count is."""
    unit = Fraction(1, 10**decimals)
    lowest = max(0, math.ceil(n_at_risk * (share - unit / 2) / 100))
    highest = min(n_at_risk, math.ceil(n_at_risk * (share + unit) / 100) - 1)
    return (lowest, highest) if lowest <= highest else None


def counts_below(n_at_risk: int, share: Fraction) -> int:
    """The most patients whose percentage stays under one printed as "<1"."""
    return max(0, math.ceil(n_at_risk * share / 100) - 1)
