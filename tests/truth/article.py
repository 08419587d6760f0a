"""An article's toxicity table, with the `document.yaml` of a user who says what the article says and no more."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import yaml

from truth.article_layout import SPANS, Layout, base_column, count, is_listed, random_layout, reaches, written
from truth.printed import Printed
from truth.terms import HEADLINES, concepts
from truth.trial import Arm, Counted, Trial, all_causes, events_of, random_trial, related
from truth.trial import EDITIONS, Size

_GROUPS = {"edema": "Edema", "haemorrhage": "Hemorrhage", "rash": "Rash"}
_UNREADABLE = ("see text", "12;3", "~", "3 or 4")


ANY_EVENT = "Any adverse event"


@dataclass(frozen=True)
class Row:
    """A printed row: a label, the terms it counts, and the row above it that counts them too."""

    label: str
    names: frozenset[str]
    parent: str | None = None


@dataclass(frozen=True)
class Cell:
    """The text of a cell, and why it does not give its count, if it does not."""

    text: str
    gap: str | None = None


@dataclass(frozen=True)
class Line:
    """A printed row with the cells of each arm."""

    row: Row
    cells: tuple[tuple[Cell, ...], ...]

    def texts(self) -> list[str]:
        label = f"  {self.row.label}" if self.row.parent else self.row.label
        return [label, *(cell.text for cells in self.cells for cell in cells)]


def print_article(seed: int, number: int, size: Size) -> Printed:
    rng = Random(f"article {seed} {number}")
    trial = random_trial(seed, number, rng, rng.choice(EDITIONS[:3]), size)
    layout = random_layout(rng)
    return article(trial, layout, rng)


def article(trial: Trial, layout: Layout, rng: Random) -> Printed:
    document_id = f"article_{trial.seed}_{trial.number}"
    counted = _counted(layout, rng)
    rows = _rows(trial, layout, counted, rng)
    lines = [_line(trial, row, layout, counted, rng) for row in rows]
    table = [_header(trial, layout), *(line.texts() for line in lines)]
    manifest = _manifest(document_id, trial, layout, rows)
    folder = f"literature/{document_id}"
    return Printed(
        kind="article",
        trial=trial,
        trial_id=document_id,
        files={
            f"{folder}/document.yaml": yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True),
            f"{folder}/table.csv": _as_csv(table),
        },
        arm_ids={f"{document_id}.{arm.name}": place for place, arm in enumerate(trial.arms)},
        counted={layout.attribution: counted},
        features=_features(layout),
        causes={
            (place, concept): tuple(causes(arm, place, concept, lines, layout, counted))
            for place, arm in enumerate(trial.arms)
            for concept in concepts()
        },
    )


def _counted(layout: Layout, rng: Random) -> Counted:
    """What the table counts; where the article does not say, either of the two."""
    which = {"related": related, "all_causality": all_causes}
    return which.get(layout.attribution) or rng.choice((related, all_causes))


def _features(layout: Layout) -> tuple[str, ...]:
    threshold = layout.threshold
    return (
        f"columns {', '.join(layout.columns)}",
        f"counting {layout.counting if layout.says_counting else 'not said'}",
        f"content {layout.content}",
        f"omits {layout.omits}" if threshold is None else f"threshold {threshold.operator} {threshold.scope}",
        f"blank {layout.blank}",
        "no N" if not layout.says_n else "N",
    )


def _rows(trial: Trial, layout: Layout, counted: Counted, rng: Random) -> list[Row]:
    """The rows that the table's rule lets it print; an article without a rule may leave out any."""
    occurred = {e.term.name: e.term for arm in trial.arms for p in arm.patients for e in p.events}
    singles = [Row(name, frozenset({name})) for name in sorted(occurred)]
    groups = [_group(concept, occurred) for concept in HEADLINES] if layout.has_groups else []
    grouped = [row for row in groups if len(row.names) > 1]
    inside = {name for row in grouped for name in row.names}
    rows: list[Row] = []
    for group in grouped:
        below = [Row(name, frozenset({name}), group.label) for name in sorted(group.names)]
        if _is_printed(trial, group, layout, counted, rng):
            rows += [group, *(row for row in below if rng.random() < 0.8)]
    rows += [row for row in singles if row.label not in inside and _is_printed(trial, row, layout, counted, rng)]
    if layout.has_any_event or not rows:
        rows.insert(0, Row(ANY_EVENT, frozenset(occurred)))
    return rows


def _group(concept: str, occurred: dict) -> Row:
    names = frozenset(name for name, term in occurred.items() if term.concept == concept)
    return Row(_GROUPS[concept], names)


def _is_printed(trial: Trial, row: Row, layout: Layout, counted: Counted, rng: Random) -> bool:
    if layout.threshold is None and layout.omits == "some":
        return rng.random() < 0.6
    return is_listed(trial, row.names, counted, layout)


def _header(trial: Trial, layout: Layout) -> list[str]:
    names = [f"{arm.dose} mg (N={arm.n})" if layout.says_n else f"{arm.dose} mg" for arm in trial.arms]
    return ["Event", *(f"{name} grade {column}" for name in names for column in layout.columns)]


def _line(trial: Trial, row: Row, layout: Layout, counted: Counted, rng: Random) -> Line:
    return Line(row, tuple(tuple(_cells(arm, row, layout, counted, rng)) for arm in trial.arms))


def _cells(arm: Arm, row: Row, layout: Layout, counted: Counted, rng: Random) -> Iterator[Cell]:
    hidden = _is_hidden_here(arm, row, layout, counted)
    for column in layout.columns:
        n = count(arm, row.names, column, counted, layout.counting)
        yield Cell("", "blank cell") if hidden else _cell(n, arm, layout, rng)


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


def causes(
    arm: Arm, place: int, concept: str, lines: Sequence[Line], layout: Layout, counted: Counted
) -> Iterator[str]:
    """Why this table does not simply say how many patients of the arm had the concept."""
    events = events_of(arm, concept, counted)
    own = {event.term.name: event for event in events}
    speaking = [line for line in lines if line.row.names & own.keys() or line.row.names == own.keys()]
    main = [
        line
        for line in speaking
        if line.row.parent is None and (concept == "any_event") == (line.row.label == ANY_EVENT)
    ]
    listed = frozenset[str]().union(*(line.row.names for line in main)) if main else frozenset()
    if any(not event.term.is_known for event in own.values() if event.term.name in listed):
        yield "term no dictionary knows"
    yield from sorted({cell.gap for line in main for cell in line.cells[place] if cell.gap}, reverse=True)
    if own.keys() - listed:
        yield "term below the threshold" if layout.threshold else f"term left out ({layout.omits})"
    if _lacks_fatal(layout) and any(event.grade == 5 for event in events):
        yield "fatal, no column of grade 5"
    if len(main) > 1:
        yield "several rows"
    yield f"columns {', '.join(layout.columns)}"


def _lacks_fatal(layout: Layout) -> bool:
    return not any(SPANS[column][0] >= 3 and SPANS[column][1] == 5 for column in layout.columns)


def _as_csv(table: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()


def _manifest(document_id: str, trial: Trial, layout: Layout, rows: list[Row]) -> dict:
    return {
        "document": {
            "document_id": document_id,
            "allocation": "randomised" if len(trial.arms) > 1 else "single_arm",
            "indication": "GIST",
            "drug": f"drug {trial.seed} {trial.number}",
            "has_toxicity_results": True,
            "document_priority": 1,
        },
        "trial_id": document_id,
        "grading_system": {"edition": trial.edition, "basis": "stated"},
        "arms": [_manifest_arm(arm, layout) for arm in trial.arms],
        "tables": [_manifest_table(trial, layout, rows)],
    }


def _manifest_arm(arm: Arm, layout: Layout) -> dict:
    said = {"id": arm.name, "label": f"{arm.dose} mg", "dose_mg_per_day": arm.dose}
    return {**said, "n_at_risk": arm.n} if layout.says_n or "N" in layout.content else said


def _manifest_table(trial: Trial, layout: Layout, rows: list[Row]) -> dict:
    places = [(arm, column) for arm in trial.arms for column in layout.columns]
    table = {
        "label": "Table 1",
        "file": "table.csv",
        "attribution": layout.attribution,
        "header_rows": 1,
        "grade_counting": layout.counting if layout.says_counting else "unknown",
        "columns": [
            {"number": place, "arm": arm.name, "grades": column, "content": layout.content}
            for place, (arm, column) in enumerate(places, start=2)
        ],
    }
    return {**table, **_rule_of_listing(layout), **_meaning_of_blanks(layout), **_grouped(rows)}


def _rule_of_listing(layout: Layout) -> dict:
    if layout.threshold is not None:
        rule = layout.threshold
        return {"threshold": {"percent": rule.percent, "operator": rule.operator, "scope": rule.scope}}
    return {"complete_from_grade": SPANS[base_column(layout)][0]} if layout.omits == "nothing, and says so" else {}


def _meaning_of_blanks(layout: Layout) -> dict:
    if layout.blank != "zero" or (layout.threshold is not None and layout.threshold.scope == "this_arm"):
        return {"blank_means": {"value": "unknown"}}
    return {"blank_means": {"value": 0, "status": "reported_zero", "source": "footnote"}}


def _grouped(rows: list[Row]) -> dict:
    """A group row counts patients with any of its sub-rows, which stand below it; its name is the concept's."""
    groups = [row for row in rows if row.label in _GROUPS.values() and len(row.names) > 1 and row.parent is None]
    below = {group.label: [{"label": row.label} for row in rows if row.parent == group.label] for group in groups}
    named = [
        {"label": label, "concept_relation": "equal", **({"sub_rows": sub_rows} if sub_rows else {})}
        for label, sub_rows in below.items()
    ]
    return {"rows": named} if named else {}
