"""A passage of an article that counts patients with severe events, term by term."""

from dataclasses import dataclass
from random import Random

from truth.article_layout import count
from truth.article_table import Table
from truth.trial import Arm


@dataclass(frozen=True)
class Statement:
    """So many patients of an arm with severe events of a term."""

    term: str
    arm: str
    n: int


@dataclass(frozen=True)
class Text:
    """What the passage states; one that `says_all` names every severe event of the trial."""

    attribution: str
    says_all: bool
    statements: tuple[Statement, ...]


def random_text(table: Table, rng: Random) -> Text | None:
    """The severe events that a table counts, all of them or some; nothing where there were none."""
    says_all = rng.random() < 0.5
    found = [each for arm in table.trial.arms for each in _of_arm(table, arm) if says_all or rng.random() < 0.5]
    return Text(table.layout.attribution, says_all, tuple(found)) if found else None


def _of_arm(table: Table, arm: Arm) -> list[Statement]:
    names = sorted({event.term.name for patient in arm.patients for event in patient.events})
    counts = {name: count(arm, {name}, ">=3", table.counted, "worst") for name in names}
    return [Statement(name, arm.name, n) for name, n in counts.items() if n]
