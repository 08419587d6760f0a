"""A draft of `document.yaml` from what was understood; what is not known is left empty, so the schema asks for it."""

from typing import Any

from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, GuessedColumn, GuessedRow, Understanding
from safety_pipeline.tables.delivery import RefusedError

Draft = dict[str, Any]
NOT_COUNTS = {
    "population": "patients treated, given as n_at_risk",
    "dose": "dose of the arm",
    "grade": "grades, given by row",
}


def draft_manifest(understood: Understanding, document_id: str) -> Draft:
    """The manifest as far as the table goes; it loads once the questions are answered."""
    if understood.refusal is not None:
        raise RefusedError(understood.refusal.rule, understood.refusal.explanation, source_file=understood.path.name)
    return {
        "document": _document(document_id),
        "trial_id": None,
        "grading_system": {
            "edition": understood.edition or "not stated",
            "basis": "stated" if understood.edition else "not_stated",
            "evidence": "caption or footnote of the table" if understood.edition else None,
        },
        "arms": [_arm(arm) for arm in understood.arms],
        "tables": [_table(understood)],
    }


def _document(document_id: str) -> Draft:
    return {
        "document_id": document_id,
        "title": None,
        "doi": None,
        "year": None,
        "allocation": "not_stated",
        "indication": None,
        "drug": None,
        "has_toxicity_results": True,
        "document_priority": 1,
        "same_patients_as": [],
    }


def _arm(arm: GuessedArm) -> Draft:
    return {
        "id": arm.id,
        "label": arm.label,
        "dose_mg_per_day": arm.dose_mg_per_day,
        "dose_text": arm.dose_text,
        "dose_note": None,
        "n_at_risk": arm.n_at_risk,
    }


def _table(understood: Understanding) -> Draft:
    threshold = understood.threshold
    return {
        "label": understood.label,
        "kind": "table",
        "file": understood.path.name,
        "attribution": understood.attribution or "not_stated",
        "threshold": None
        if threshold is None
        else {"percent": threshold.percent, "operator": threshold.operator, "scope": threshold.scope},
        "grade_counting": "unknown",
        "header_rows": understood.header_rows,
        "last_line": understood.last_line,
        "label_column": understood.label_column,
        "grades": understood.grades,
        "columns": _columns(understood),
        "rows": _rows(understood),
        "note": "; ".join(understood.refused_parts) or None,
    }


def _columns(understood: Understanding) -> list[Draft]:
    by_row = understood.arms_in_rows
    ids = {arm.label: arm.id for arm in understood.arms}
    percents = {column.number for column in understood.columns if column.role == "percent"}
    described = [column for column in understood.columns if column.role not in {"label", "percent"}]
    return [_column(column, ids, percents, by_row=by_row) for column in described]


def _column(column: GuessedColumn, ids: dict[str, str], percents: set[int], *, by_row: bool) -> Draft:
    if column.role != "count":
        return {"number": column.number, "role": "ignore", "reason": column.reason or NOT_COUNTS[column.role]}
    role = "total" if column.is_total else "arm"
    drafted: Draft = {"number": column.number, "label": column.header or None, "role": role}
    if column.is_total:
        drafted["n_at_risk"] = column.n_at_risk
    elif not by_row:
        drafted["arm"] = ids.get(column.arm or "all patients")
    if column.number + 1 in percents:
        drafted["percent_number"] = column.number + 1
    term = (column.term or column.arm) if by_row else None
    return drafted | {"grades": column.grades, "content": column.content, "term": term}


def _rows(understood: Understanding) -> list[Draft]:
    if understood.arms_in_rows:
        events = [row for row in understood.rows if row.role == "event"]
        return [{"line": row.line, "arm": arm.id} for row, arm in zip(events, understood.arms, strict=True)]
    children = {row.parent for row in understood.rows if row.parent}
    graded = any(column.grades for column in understood.columns)
    drafted = (_row(row, understood.rows, is_parent=row.label in children, graded=graded) for row in understood.rows)
    return [row for row in drafted if row is not None]


def _row(row: GuessedRow, rows: tuple[GuessedRow, ...], *, is_parent: bool, graded: bool) -> Draft | None:
    if row.role in {"section", "heading"}:
        return {"line": row.line, "label": row.label, "role": row.role}
    if row.role == "not_an_event":
        return {"line": row.line, "label": row.label, "role": row.role, "reason": row.reason}
    if row.grades is not None and not graded:
        return {"line": row.line, "label": row.label, "grades": row.grades}
    if row.body_system is not None:
        return {"line": row.line, "label": row.label, "parent": row.body_system, "body_system": row.body_system}
    if is_parent:
        below = [{"label": each.label} for each in rows if each.parent == row.label]
        return {"line": row.line, "label": row.label, "sub_rows": below}
    return None
