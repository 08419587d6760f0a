"""What the tables of the shared articles print, recounted from their plain renderings without the code under test."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# The group, its patients and the grades of each column of counts; no grades where the lines say them.
Column = tuple[str, int, str | None]
Cell = tuple[str, str, int, str, int | None]
COLUMNS: Mapping[str, tuple[int, Mapping[int, Column]]] = {
    "PMC2678276_T3": (2, {1: ("xeliri", 41, None), 2: ("folfiri", 46, None)}),
    "PMC3018908_NOQ142TB4": (2, {1: ("10_m", 41, "3-4"), 2: ("80_m", 49, "3-4"), 3: ("standard", 45, "3-4")}),
    "PMC3664086_T4": (
        3,
        {1: ("de_plus", 35, "1-4"), 2: ("de_plus", 35, "3-4"), 3: ("de", 33, "1-4"), 4: ("de", 33, "3-4")},
    ),
    "PMC5301372_Tab3": (
        2,
        {
            1: ("dovitinib", 47, "any"),
            2: ("dovitinib", 47, "3"),
            3: ("placebo", 50, "any"),
            4: ("placebo", 50, "3"),
        },
    ),
    "PMC5340016_Tab6": (1, {1: ("fec", 151, "3-4"), 2: ("pe", 142, "3-4")}),
}
# Settled by a reader of the articles, not by the tables: the last two events of the first have no grade of their own.
UNGRADED = "any"


@dataclass(frozen=True)
class Truth:
    """The cells of one table: event, group, patients, grades, count (none where nothing is printed)."""

    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, samples: Path, name: str) -> "Truth":
        n_header, columns = COLUMNS[name]
        with (samples / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))[n_header:]
        counted = [line for line in lines if any(_count(line[at]) is not None for at in columns)]
        return cls(tuple(_cell(line, at, column) for line in counted for at, column in columns.items()))


def _cell(line: list[str], at: int, column: Column) -> Cell:
    group, n_at_risk, grades = column
    graded = re.fullmatch(r"Grade (\d)", line[0].strip())
    return (plain(line[0]), group, n_at_risk, grades or (graded[1] if graded else UNGRADED), _count(line[at]))


def _count(text: str) -> int | None:
    found = re.match(r"\d+", text.strip())
    return int(found[0]) if found else None


def plain(label: str) -> str:
    """A label without spaces and case, so that a broken line makes no difference."""
    return re.sub(r"\s", "", label).casefold()
