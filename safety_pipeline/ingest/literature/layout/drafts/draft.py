"""A draft of `document.yaml` from what was understood; what is not known is left empty, so the schema asks for it."""

from dataclasses import replace
from typing import Any

from safety_pipeline.ingest.literature.layout.drafts.article_facts import Facts, article_facts
from safety_pipeline.ingest.literature.layout.guesses import GuessedArm, GuessedColumn, GuessedRow, Understanding
from safety_pipeline.ingest.literature.lines.said import Said
from safety_pipeline.tables.delivery import RefusedError

Draft = dict[str, Any]
NOT_COUNTS = {
    "population": "patients treated, given as n_at_risk",
    "dose": "dose of the arm",
    "grade": "grades, given by row",
    "arm": "arms, given by row",
}


def draft_manifest(understood: Understanding, document_id: str) -> Draft:
    """The manifest as far as the table goes; it loads once the questions are answered."""
    if understood.refusal is not None:
        raise RefusedError(understood.refusal.rule, understood.refusal.explanation, source_file=understood.path.name)
    sizes = {arm.id: arm.n_at_risk for arm in understood.all_arms}
    return {
        "document": _document(document_id, article_facts(understood.path)),
        "trial_id": None,
        "grading_system": {
            "edition": understood.edition or "not stated",
            "basis": "stated" if understood.edition else "not_stated",
            "evidence": "caption or footnote of the table" if understood.edition else None,
        },
        "arms": [_arm(arm) for arm in understood.all_arms],
        "tables": _with_labels_of_their_own(
            [draft for each in understood.all_tables for draft in _tables(each, sizes)]
        ),
    }


def _with_labels_of_their_own(tables: list[Draft]) -> list[Draft]:
    labels = [table["label"] for table in tables]
    return [
        table | {"label": f"{table['label']}, part {labels[: at + 1].count(table['label'])}"}
        if labels.count(table["label"]) > 1
        else table
        for at, table in enumerate(tables)
    ]


def _tables(understood: Understanding, sizes: dict[str, int | None]) -> list[Draft]:
    """One entry, or one for each attribution where the columns have several."""
    counted = [column for column in understood.columns if column.role == "count"]
    attributions = list(dict.fromkeys(column.attribution for column in counted))
    if len(attributions) < 2:
        return [_table(understood, sizes)]
    return [_table(_of_attribution(understood, each), sizes) for each in attributions]


def _of_attribution(understood: Understanding, attribution: str | None) -> Understanding:
    other = "events of another attribution, read in an entry of their own"
    columns = tuple(
        replace(column, role="ignore", reason=other)
        if column.role in {"count", "percent"} and column.attribution != attribution
        else column
        for column in understood.columns
    )
    return replace(understood, columns=columns, attribution=attribution or understood.attribution)


def _document(document_id: str, facts: Facts) -> Draft:
    return {
        "document_id": document_id,
        "title": facts.get("title"),
        "doi": facts.get("doi"),
        "year": facts.get("year"),
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
        "drug": arm.drug,
        **({"combination_drugs": list(arm.combination_drugs)} if arm.combination_drugs else {}),
        "dose_mg_per_day": arm.dose_mg_per_day,
        "dose_text": arm.dose_text,
        "dose_note": None,
        "n_at_risk": arm.n_at_risk,
        **({"subset_of": arm.subset_of} if arm.subset_of else {}),
        **({"is_aggregate": True} if arm.is_aggregate else {}),
        **({"may_overlap": True} if arm.may_overlap else {}),
    }


def _table(understood: Understanding, sizes: dict[str, int | None]) -> Draft:
    threshold = understood.threshold
    return {
        "label": understood.label,
        "kind": "table",
        "file": understood.path.name,
        "table_number": understood.table_number,
        "attribution": understood.attribution or "not_stated",
        "threshold": None
        if threshold is None
        else {"percent": threshold.percent, "operator": threshold.operator, "scope": threshold.scope},
        "grade_counting": "worst" if understood.is_worst_grade else "unknown",
        "outcome": understood.outcome,
        "n_at_risk": {
            arm.id: arm.n_at_risk for arm in understood.arms if arm.n_at_risk not in {None, sizes.get(arm.id)}
        },
        "header_rows": understood.header_rows,
        "last_line": understood.last_line,
        "label_column": understood.label_column,
        "grades": understood.grades,
        "term": understood.term,
        "columns": _columns(understood),
        "rows": _rows(understood),
        "evidence": understood.grid.place,
        "note": "; ".join(understood.refused_parts) or None,
    }


def _columns(understood: Understanding) -> list[Draft]:
    by_row = understood.arms_in_rows
    ids = {arm.label: arm.id for arm in understood.arms}
    percents = {column.number for column in understood.columns if column.role == "percent"}
    described = [column for column in understood.columns if column.role not in {"label", "percent"}]
    of_grades = understood.lines_are_grades
    return [_column(column, ids, percents, by_row=by_row, lines_are_grades=of_grades) for column in described]


def _column(
    column: GuessedColumn, ids: dict[str, str], percents: set[int], *, by_row: bool, lines_are_grades: bool
) -> Draft:
    if column.role != "count":
        return {"number": column.number, "role": "ignore", "reason": column.reason or NOT_COUNTS[column.role]}
    role = "total" if column.is_total else "arm"
    drafted: Draft = {"number": column.number, "label": column.header or None, "role": role}
    if column.is_total:
        drafted["n_at_risk"] = column.n_at_risk
    elif not by_row:
        drafted["arm"] = None if column.is_alike else ids.get(column.arm or "all patients")
    others = {"count_unit": column.count_unit if column.count_unit != "patients" else None, "outcome": column.outcome}
    drafted |= {key: value for key, value in others.items() if value}
    beside = [number for number in (column.number + 1, column.number - 1) if number in percents]
    if beside and column.content == "n":
        drafted["percent_number"] = beside[0]
    term = (column.term or column.arm or column.header) if by_row else (column.term if lines_are_grades else None)
    return drafted | {"grades": column.grades, "content": column.content, "term": term}


def _rows(understood: Understanding) -> list[Draft]:
    if understood.arms_in_rows:
        events = [row for row in understood.rows if row.role == "event"]
        return [{"line": row.line, "arm": arm.id} for row, arm in zip(events, understood.arms, strict=True)]
    if understood.arms_beside_rows:
        ids = {arm.label: arm.id for arm in understood.arms}
        return [_beside_arm(row, ids) for row in understood.rows]
    children = {row.parent for row in understood.rows if row.parent}
    graded = any(column.grades for column in understood.columns)
    under = {row.reason for row in understood.rows if row.role == "section" and row.reason}
    rows = [row for row in understood.rows if row.role == "section" or row.reason not in under]
    drafted = (_row(row, understood.rows, is_parent=row.label in children, graded=graded) for row in rows)
    return [row for row in drafted if row is not None]


def _graded(row: GuessedRow) -> Draft:
    said = {"line": row.line, "label": row.label, "grades": row.grades, "term": row.term}
    return {key: value for key, value in said.items() if value}


def _beside_arm(row: GuessedRow, ids: dict[str, str]) -> Draft:
    """A line that belongs to an arm, or heads others."""
    said = _row(row, (), is_parent=False, graded=False) or {"line": row.line, "label": row.label or None}
    arm = {"arm": ids[row.arm], "term": said.get("term") or row.term} if row.arm else {}
    return {key: value for key, value in (said | arm).items() if value is not None}


def _row(row: GuessedRow, rows: tuple[GuessedRow, ...], *, is_parent: bool, graded: bool) -> Draft | None:
    named = {"line": row.line, "label": row.label}
    said = _said(row.said, graded=graded)
    if row.role in {"section", "heading"}:
        return named | {"role": row.role} | ({"reason": row.reason} if row.reason else said)
    if row.role == "not_an_event":
        return named | {"role": row.role, "reason": row.reason} | said
    if (row.grades is not None and not graded) or (row.term and row.grades is None):
        return _graded(row) | said
    if row.body_system is not None:
        return {"line": row.line, "label": row.label, "parent": row.body_system, "body_system": row.body_system}
    if is_parent:
        below = [{"label": each.label} for each in rows if each.parent == row.label]
        return {"line": row.line, "label": row.label, "sub_rows": below} | said
    return named | said if said else None


def _said(said: Said, *, graded: bool) -> Draft:
    """What a line says of its own counts or of those below it; grades only where the columns have none."""
    known = {
        "grades": None if graded else said.grades,
        "attribution": said.attribution,
        "count_unit": said.count_unit,
        "outcome": said.outcome,
        "n_at_risk": said.n_at_risk if said.n_at_risk is None else dict(said.n_at_risk),
    }
    return {key: value for key, value in known.items() if value is not None}
