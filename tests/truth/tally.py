"""How many published rows were judged and how many break the law, by kind, with the smallest example of each."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from truth.law import Judged
from truth.tightness import EXCLUDING, Compared

Kind = tuple[str, ...]


@dataclass
class Tally:
    """Counts by kind of source (`judged`), violations by kind of fault, and by lake what stops its publication."""

    judged: Counter[tuple[str, str]] = field(default_factory=Counter)
    violations: Counter[Kind] = field(default_factory=Counter)
    statuses: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    examples: dict[Kind, Judged] = field(default_factory=dict)
    tightness: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    excluding: dict[Kind, Compared] = field(default_factory=dict)
    unanswered: list[tuple[str, str, str]] = field(default_factory=list)
    n_lakes: int = 0
    unpublished: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        return not (self.violations or self.unanswered or self.excluding or self.unpublished)

    @property
    def n_excluding(self) -> int:
        return sum(n for (_, verdict), n in self.tightness.items() if verdict == EXCLUDING)

    def add(self, rows: Iterable[Judged]) -> None:
        for row in rows:
            self.judged.update((row.source.kind, what) for what in _measures(row))
            if row.faults:
                self.violations[row.kind] += 1
                self.statuses[row.kind, row.row["reporting_status"]] += 1
                self._keep_if_smaller(row)

    def compare(self, rows: Iterable[Compared]) -> None:
        """Count how narrow bounds are; bounds that exclude a completion are kept as an example, the smallest source."""
        for row in rows:
            self.tightness[row.kind, row.verdict] += 1
            if row.verdict == EXCLUDING:
                self._exclude_if_smaller(row)

    def merge(self, other: "Tally") -> None:
        self.judged += other.judged
        self.violations += other.violations
        self.statuses += other.statuses
        self.tightness += other.tightness
        self.unanswered += other.unanswered
        self.n_lakes += other.n_lakes
        self.unpublished |= other.unpublished
        for compared in other.excluding.values():
            self._exclude_if_smaller(compared)
        for example in other.examples.values():
            self._keep_if_smaller(example)

    def _keep_if_smaller(self, row: Judged) -> None:
        kept = self.examples.get(row.kind)
        if kept is None or len(row.source.text()) < len(kept.source.text()):
            self.examples[row.kind] = row

    def _exclude_if_smaller(self, row: Compared) -> None:
        kept = self.excluding.get(row.kind)
        if kept is None or len(row.judged.source.text()) < len(kept.judged.source.text()):
            self.excluding[row.kind] = row


def _measures(row: Judged) -> Iterable[str]:
    yield "rows"
    if row.faults:
        yield "violations"
    if row.row["incidence"] is not None:
        yield "wrong points" if row.faults else "right points"
    elif row.row["n_affected_upper"] is None:
        yield "no bounds"
    elif row.row["n_affected_lower"] == 0 and row.row["n_affected_upper"] == row.row["n_at_risk"]:
        yield "0 to N"
    else:
        yield "bounds"
