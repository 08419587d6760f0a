"""The population that printed percentages imply; a suggestion for a question, never a denominator."""

from collections import Counter
from collections.abc import Sequence

from safety_pipeline.ingest.literature.percent import fits
from safety_pipeline.ingest.literature.printed import Printed

LARGEST = 3_000


def implied_population(values: Sequence[Printed]) -> str | None:
    """The N that most of the printed `n (%)` values fit, in words; nothing where there is no value to go by."""
    usable = [value for value in values if value.n and value.share][:60]
    if not usable:
        return None
    lowest = max(value.n or 0 for value in usable)
    fitting = Counter({n: sum(_fits(value, n) for value in usable) for n in range(max(1, lowest), LARGEST)})
    most = max(fitting.values())
    best = [n for n, count in fitting.items() if count == most]
    which = str(best[0]) if len(best) == 1 else f"{best[0]} to {best[-1]}"
    return f"{most} of its {len(usable)} percentages fit N = {which}"


def _fits(value: Printed, n_at_risk: int) -> bool:
    return (
        value.n is not None and value.share is not None and fits(value.n, n_at_risk, value.share, value.decimals or 0)
    )
