"""A draft made readable before its questions are answered, so that its consequences can be seen."""

from typing import Any

from safety_pipeline.ingest.literature.grades import ANY

UNANSWERED = "not answered yet"
UNKNOWN = "?"


def provisional(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft with a placeholder for each answer that the schema insists on; what is answered stays."""
    document = dict(draft.get("document") or {})
    for key in ("indication", "drug"):
        document[key] = document.get(key) or UNKNOWN
    return {
        **draft,
        "document": document,
        "trial_id": draft.get("trial_id") or document.get("document_id"),
        "arms": [_arm(arm) for arm in draft.get("arms") or []],
        "tables": [_table(table) for table in draft.get("tables") or []],
    }


def _arm(arm: dict[str, Any]) -> dict[str, Any]:
    has_dose = arm.get("dose_mg_per_day") is not None or arm.get("dose_note")
    return arm if has_dose else arm | {"dose_note": UNANSWERED}


def _table(table: dict[str, Any]) -> dict[str, Any]:
    threshold = table.get("threshold")
    is_open = threshold is not None and threshold.get("scope") is None
    return table | {"threshold": None if is_open else threshold, "grades": table.get("grades") or ANY.band}
