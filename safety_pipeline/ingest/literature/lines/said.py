"""What a row says of its own counts, or a section of the counts of every row below it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """Each is nothing where the row does not say it; an empty `n_at_risk` says that the patients are not known."""

    grades: str | None = None
    attribution: str | None = None
    count_unit: str | None = None
    outcome: str | None = None
    n_at_risk: Mapping[str, int] | None = None

    def within(self, above: "Said") -> "Said":
        """The same, with what stands above it where it says nothing itself."""
        return Said(
            grades=self.grades or above.grades,
            attribution=self.attribution or above.attribution,
            count_unit=self.count_unit or above.count_unit,
            outcome=self.outcome or above.outcome,
            n_at_risk=above.n_at_risk if self.n_at_risk is None else self.n_at_risk,
        )

    @property
    def is_nothing(self) -> bool:
        """Whether the row says nothing of its counts."""
        return self == Said()


NOTHING = Said()
