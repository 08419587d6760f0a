"""The population that printed percentages imply; a suggestion for a question, never a denominator."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from safety_pipeline.ingest.literature.numbers.percent import fits
from safety_pipeline.ingest.literature.numbers.printed import Printed

LARGEST = 3_000
MOST_VALUES = 60
FEW_VALUES = 2


def implied_population(values: Sequence[Printed]) -> str | None:
    """The N that most of the printed `n (%)` values fit, in words; nothing where there is no value to go by."""
    usable = [value for value in values if value.n and value.share][:MOST_VALUES]
    fitting = Counter(n for value in usable for n in _fitting(value))
    if not fitting:
        return None
    most = max(fitting.values())
    best = sorted(n for n, count in fitting.items() if count == most)
    which = str(best[0]) if len(best) == 1 else f"{best[0]} to {best[-1]}"
    return f"{most} of its {len(usable)} percentages fit N = {which}"


def fit_another(values: Sequence[Printed], n_at_risk: int) -> bool:
    """Whether most of several percentages are not those of this number of patients."""
    usable = [value for value in values if value.n and value.share][:MOST_VALUES]
    wrong = sum(not fits(value.n or 0, n_at_risk, value.share or Fraction(0), value.decimals or 0) for value in usable)
    return len(usable) > FEW_VALUES and 2 * wrong > len(usable)


def _fitting(value: Printed) -> Iterator[int]:
    """Each population of which the count is printed as this percentage."""
    n, share, decimals = value.n or 0, value.share or Fraction(0), value.decimals or 0
    unit = Fraction(1, 10**decimals)
    lowest = max(n, math.floor(100 * n / (share + unit)))
    highest = LARGEST if share <= unit else min(LARGEST, math.ceil(100 * n / (share - unit)))
    return (each for each in range(lowest, highest + 1) if fits(n, each, share, decimals))
