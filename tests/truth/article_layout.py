"""How an article lays out its grades, which events it lists, and how it writes a count."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from random import Random

from truth.trial import Arm, Counted, Trial

SPANS = {"any": (1, 5), ">=3": (3, 5), "1-2": (1, 2), "3-4": (3, 4)} | {
    str(grade): (grade, grade) for grade in range(1, 6)
}
GRADE_COLUMNS = (
    ("any",),
    ("any", "3-4"),
    ("any", "3-4", "5"),
    ("any", ">=3"),
    ("any", "3", "4"),
    ("any", "3", "4", "5"),
    ("any", ">=3", "3", "4"),
    ("any", "1-2", "3-4"),
    ("1-2", "3", "4", "3-4"),
    ("1-2", "3-4"),
    ("1-2", "3-4", "5"),
    ("1-2", ">=3"),
    ("1-2", ">=3", "3", "4"),
    ("1", "2", "3", "4", "5"),
    ("1", "2", "3", "4"),
    ("1", "2", "3"),
    (">=3",),
    ("3-4",),
    ("3", "4"),
)
CONTENTS = ("n (%)", "n", "%", "n/N", "n/N (%)", "% (n)")


@dataclass(frozen=True)
class Threshold:
    """Which events are listed: those of at least (or more than) so many percent of an arm, or of all arms together."""

    percent: int
    operator: str
    scope: str


@dataclass(frozen=True)
class Layout:
    """One table's form.

    `says_counting` is whether the article tells how grades are counted. `omits` is what a table without a threshold
    leaves out, `unit` what its cells count, `blank` what other cells there are: blanks that mean 0, blanks that mean
    nothing, texts that are no count.
    """

    columns: tuple[str, ...]
    counting: str
    says_counting: bool
    content: str
    decimals: int
    threshold: Threshold | None
    omits: str
    attribution: str
    blank: str
    has_groups: bool
    has_any_event: bool
    says_n: bool
    has_total: bool
    unit: str = "patients"


def random_layout(rng: Random) -> Layout:
    return Layout(
        columns=rng.choice(GRADE_COLUMNS),
        counting=rng.choice(("worst", "worst", "each")),
        says_counting=rng.random() < 0.7,
        content=rng.choice(CONTENTS),
        decimals=rng.choice((0, 0, 1)),
        threshold=_threshold(rng) if rng.random() < 0.4 else None,
        omits=rng.choice(("nothing, and says so", "nothing", "some")),
        attribution=rng.choice(("related", "all_causality", "not_stated")),
        blank=rng.choice(("never", "never", "unknown", "zero", "refused")),
        has_groups=rng.random() < 0.3,
        has_any_event=rng.random() < 0.4,
        says_n=rng.random() < 0.92,
        has_total=rng.random() < 0.2,
        unit="episodes" if rng.random() < 0.05 else "patients",
    )


def _threshold(rng: Random) -> Threshold:
    return Threshold(
        rng.choice((1, 5, 10, 20)), rng.choice((">=", ">")), rng.choice(("any_arm", "any_arm", "overall", "this_arm"))
    )


def count(arm: Arm, names: Collection[str], column: str, counted: Counted, counting: str) -> int:
    """Patients that a grade column counts for a row of these terms.

    A column that is open to grade 5 counts a patient once in both ways of counting; a column that is not counts, by
    worst grade, who has no graver event of the row, and else everyone with an event of its grades.
    """
    low, high = SPANS[column]
    return sum(_is_counted(grades, low, high, counting) for grades in _grades(arm, names, counted))


def episodes(arm: Arm, names: Collection[str], column: str, counted: Counted) -> int:
    """Events that a grade column counts where it counts events: one patient may have several."""
    low, high = SPANS[column]
    return sum(low <= grade <= high for grades in _grades(arm, names, counted) for grade in grades)


def _grades(arm: Arm, names: Collection[str], counted: Counted) -> list[list[int]]:
    return [
        [event.grade for event in patient.events if event.term.name in names and counted(event)]
        for patient in arm.patients
    ]


def _is_counted(grades: list[int], low: int, high: int, counting: str) -> bool:
    if counting == "worst":
        return bool(grades) and low <= max(grades) <= high
    return any(low <= grade <= high for grade in grades)


def is_listed(trial: Trial, names: Collection[str], counted: Counted, layout: Layout) -> bool:
    """Whether the table's threshold lets it print a row."""
    counts = [count(arm, names, base_column(layout), counted, "each") for arm in trial.arms]
    threshold = layout.threshold
    if threshold is None:
        return any(counts)
    sizes = [arm.n for arm in trial.arms]
    if threshold.scope == "overall":
        return reaches(sum(counts), sum(sizes), threshold)
    return any(reaches(n, size, threshold) for n, size in zip(counts, sizes, strict=True))


def base_column(layout: Layout) -> str:
    """What decides on listing a row: events of any grade, or severe ones where the table counts nothing else."""
    return ">=3" if all(SPANS[column][0] >= 3 for column in layout.columns) else "any"


def reaches(n: int, size: int, threshold: Threshold) -> bool:
    if threshold.operator == ">":
        return 100 * n > threshold.percent * size
    return n >= ceil(Decimal(threshold.percent * size) / 100)


def written(n: int, size: int, layout: Layout) -> str:
    """A count as the article prints it; no percentage is made of episodes."""
    if layout.unit == "episodes":
        return str(n)
    percent = percentage(n, size, layout.decimals)
    patterns = {
        "n (%)": f"{n} ({percent})",
        "n": f"{n}",
        "%": f"{percent}%",
        "n/N": f"{n}/{size}",
        "n/N (%)": f"{n}/{size} ({percent}%)",
        "% (n)": f"{percent} ({n})",
    }
    return patterns[layout.content]


def percentage(n: int, size: int, decimals: int) -> str:
    """Rounded half up, as printed."""
    return str((Decimal(100 * n) / size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
