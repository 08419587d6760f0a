"""One toxicity table of an article: which rows it prints, what stands in each cell, and why a cell may say nothing."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from truth.article_layout import Layout, base_column, count, episodes, is_listed, reaches, written
from truth.terms import HEADLINES, Term
from truth.trial import Arm, Counted, Trial

ANY_EVENT = "Any adverse event"
GROUPS = {"edema": "Edema", "haemorrhage": "Hemorrhage", "rash": "Rash"}
_UNREADABLE = ("see text", "12;3", "~", "3 or 4")


@dataclass(frozen=True)
class Row:
    """A printed row: a label, the terms it counts, and the row above it that counts them too."""

    label: str
    names: frozenset[str]
    parent: str | None = None


@dataclass(frozen=True)
class Cell:
    """The text of a cell, and why it does not give its count, where it does not."""

    text: str
    gap: str | None = None


@dataclass(frozen=True)
class Line:
    """A printed row with the cells of each arm, and of all arms together where the table has such columns."""

    row: Row
    cells: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[str]:
        label = f"  {self.row.label}" if self.row.parent else self.row.label
        return [label, *(cell.text for cells in self.cells for cell in cells)]


@dataclass(frozen=True)
class Table:
    """A printed table; `counted` says which events it counts."""

    trial: Trial
    layout: Layout
    counted: Counted
    lines: tuple[Line, ...]

    def columns(self) -> list[tuple[Arm, str]]:
        return [(arm, column) for arm in groups(self.trial, self.layout) for column in self.layout.columns]

    def main_lines(self) -> list[Line]:
        return [line for line in self.lines if line.row.parent is None]

    def as_csv(self) -> str:
        text = io.StringIO()
        rows = [_header(self), *(line.texts() for line in self.lines)]
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()


def groups(trial: Trial, layout: Layout) -> list[Arm]:
    """The arms that have columns; the last may be all arms together."""
    together = Arm("total", 0, tuple(patient for arm in trial.arms for patient in arm.patients))
    return [*trial.arms, together] if layout.has_total and len(trial.arms) > 1 else list(trial.arms)


def random_table(trial: Trial, layout: Layout, counted: Counted, rng: Random) -> Table:
    lines = [_line(trial, row, layout, counted, rng) for row in _rows(trial, layout, counted, rng)]
    return Table(trial, layout, counted, tuple(lines))


def _rows(trial: Trial, layout: Layout, counted: Counted, rng: Random) -> list[Row]:
    """The rows that the table's rule lets it print; an article without a rule may leave out any."""
    occurred = {e.term.name: e.term for arm in trial.arms for p in arm.patients for e in p.events}
    grouped = _grouped(occurred) if layout.has_groups else []
    inside = frozenset[str]().union(*(group.names for group in grouped))
    singles = [Row(name, frozenset({name})) for name in sorted(occurred.keys() - inside)]
    rows: list[Row] = []
    for row in [*grouped, *singles]:
        if _is_printed(trial, row, layout, counted, rng):
            rows += [row, *_below(row, rng)]
    if layout.has_any_event or not rows:
        rows.insert(0, Row(ANY_EVENT, frozenset(occurred)))
    return rows


def _grouped(occurred: dict[str, Term]) -> list[Row]:
    """A row for each headline concept that has several terms."""
    found = [
        Row(GROUPS[concept], frozenset(name for name, term in occurred.items() if term.concept == concept))
        for concept in HEADLINES
    ]
    return [row for row in found if len(row.names) > 1]


def _below(row: Row, rng: Random) -> list[Row]:
    """Some of the terms that a row counts, as rows below it."""
    if len(row.names) == 1:
        return []
    return [Row(name, frozenset({name}), row.label) for name in sorted(row.names) if rng.random() < 0.8]


def _is_printed(trial: Trial, row: Row, layout: Layout, counted: Counted, rng: Random) -> bool:
    if layout.threshold is None and layout.omits == "some":
        return rng.random() < 0.6
    return is_listed(trial, row.names, counted, layout)


def _line(trial: Trial, row: Row, layout: Layout, counted: Counted, rng: Random) -> Line:
    return Line(row, tuple(tuple(_cells(arm, row, layout, counted, rng)) for arm in groups(trial, layout)))


def _cells(arm: Arm, row: Row, layout: Layout, counted: Counted, rng: Random) -> Iterator[Cell]:
    hidden = _is_hidden_here(arm, row, layout, counted)
    for column in layout.columns:
        n = _n(arm, row, column, layout, counted)
        yield Cell("", "blank cell") if hidden else _cell(n, arm, layout, rng)


def _n(arm: Arm, row: Row, column: str, layout: Layout, counted: Counted) -> int:
    if layout.unit == "episodes":
        return episodes(arm, row.names, column, counted)
    return count(arm, row.names, column, counted, layout.counting)


def _is_hidden_here(arm: Arm, row: Row, layout: Layout, counted: Counted) -> bool:
    """A rule for each arm leaves the cells of the arms blank that do not reach it."""
    if layout.threshold is None or layout.threshold.scope != "this_arm" or row.label == ANY_EVENT:
        return False
    n = count(arm, row.names, base_column(layout), counted, "each")
    return not reaches(n, arm.n, layout.threshold)


def _cell(n: int, arm: Arm, layout: Layout, rng: Random) -> Cell:
    if layout.blank == "zero" and n == 0 and rng.random() < 0.7:
        return Cell("")
    if layout.blank == "unknown" and rng.random() < 0.15:
        return Cell(rng.choice(("", "–")), "blank cell")
    if layout.blank == "refused" and rng.random() < 0.15:
        return Cell(rng.choice(_UNREADABLE), "refused cell")
    return Cell(written(n, arm.n, layout))


def _header(table: Table) -> list[str]:
    named = {"total": "All patients"}
    return ["Event", *(f"{_name(arm, table.layout, named)} grade {column}" for arm, column in table.columns())]


def _name(arm: Arm, layout: Layout, named: dict[str, str]) -> str:
    name = named.get(arm.name, f"{arm.dose} mg, Europe" if arm.subset_of else f"{arm.dose} mg")
    return f"{name} (N={arm.n})" if layout.says_n else name
