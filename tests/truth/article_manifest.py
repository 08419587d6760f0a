"""The `document.yaml` of a user who says what the article says, and no more."""

from collections.abc import Sequence
from typing import Any

from truth.article_layout import SPANS, Layout, base_column
from truth.article_table import Line, Table
from truth.article_text import Text
from truth.trial import Arm, Trial

Entry = dict[str, Any]


def manifest(document_id: str, trial: Trial, tables: Sequence[Table], text: Text | None) -> Entry:
    says_n = any(table.layout.says_n or "N" in table.layout.content for table in tables)
    return {
        "document": {
            "document_id": document_id,
            "allocation": "randomised" if len(trial.whole_arms) > 1 else "single_arm",
            "indication": "GIST",
            "drug": trial.drug,
            "has_toxicity_results": True,
            "document_priority": 1,
        },
        "trial_id": document_id,
        "grading_system": {"edition": trial.edition, "basis": "stated"},
        "arms": [_arm(arm, says_n=says_n) for arm in trial.arms],
        "tables": [
            *(_table(number, table) for number, table in enumerate(tables, start=1)),
            *([_text(text)] if text else []),
        ],
    }


def _arm(arm: Arm, *, says_n: bool) -> Entry:
    part = {"subset_of": arm.subset_of} if arm.subset_of else {}
    said: Entry = {"id": arm.name, "label": f"{arm.dose} mg", "dose_mg_per_day": arm.dose, **part}
    return {**said, "n_at_risk": arm.n} if says_n else said


def _table(number: int, table: Table) -> Entry:
    layout = table.layout
    return {
        "label": f"Table {number}",
        "file": f"table_{number}.csv",
        "priority": number,
        "attribution": layout.attribution,
        "header_rows": 1,
        "grade_counting": layout.counting if layout.says_counting else "unknown",
        "columns": [_column(place, *column, layout) for place, column in enumerate(table.columns(), start=2)],
        **_rule_of_listing(layout),
        **_meaning_of_blanks(layout),
        **_rows(table.lines),
    }


def _text(text: Text) -> Entry:
    return {
        "label": "Results",
        "kind": "text",
        "priority": 3,
        "attribution": text.attribution,
        "grade_counting": "worst",
        **({"complete_from_grade": 3} if text.says_all else {}),
        "statements": [{"term": said.term, "grades": ">=3", "arm": said.arm, "n": said.n} for said in text.statements],
    }


def _column(place: int, arm: Arm, column: str, layout: Layout) -> Entry:
    whose = {"role": "total", "n_at_risk": arm.n} if arm.name == "total" else {"arm": arm.name}
    said = {"content": layout.content} if layout.unit == "patients" else {"content": "n", "count_unit": "episodes"}
    return {"number": place, **whose, "grades": column, **said}


def _rule_of_listing(layout: Layout) -> Entry:
    if layout.threshold is not None:
        rule = layout.threshold
        return {"threshold": {"percent": rule.percent, "operator": rule.operator, "scope": rule.scope}}
    if layout.omits == "nothing, and says so":
        return {"complete_from_grade": SPANS[base_column(layout)][0]}
    return {}


def _meaning_of_blanks(layout: Layout) -> Entry:
    if layout.blank != "zero" or (layout.threshold is not None and layout.threshold.scope == "this_arm"):
        return {"blank_means": {"value": "unknown"}}
    return {"blank_means": {"value": 0, "status": "reported_zero", "source": "footnote"}}


def _rows(lines: Sequence[Line]) -> Entry:
    """What a label does not say: a row named like a concept counts patients with any of the rows below it."""
    parents = [line.row for line in lines if line.row.parent is None and line.row.label in _labels_above(lines)]
    entries = [
        {
            "label": parent.label,
            "concept_relation": "equal",
            "sub_rows": [{"label": line.row.label} for line in lines if line.row.parent == parent.label],
        }
        for parent in parents
    ]
    return {"rows": entries} if entries else {}


def _labels_above(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(line.row.parent for line in lines if line.row.parent is not None)
