"""One searchable page of the whole crosswalk for a reviewing physician; it works without a network."""

import json
from pathlib import Path

import polars as pl

from safety_pipeline.reference.references import References

_COLUMNS = (
    "grading_system",
    "category",
    "term",
    "select_term",
    "grade",
    "ctcae_term",
    "grade_lower",
    "grade_upper",
    "grade_preferred",
    "concept_grade_lower",
    "concept_grade_upper",
    "mapping_kind",
    "concept",
    "threshold_relation",
    "mapping_source",
    "review_status",
    "rationale",
)
_TEMPLATE = Path(__file__).parent / "data" / "review_page.html"


def review_page(references: References) -> str:
    """The page, with the crosswalk inside as data; the script writes cells as text, never as markup."""
    rows = _rows(references)
    payload = json.dumps(
        {"columns": list(_COLUMNS), "rows": [list(row) for row in rows.iter_rows()]}, ensure_ascii=True
    )
    return _TEMPLATE.read_text(encoding="utf-8").replace("@@CROSSWALK@@", _inside_script(payload))


def _rows(references: References) -> pl.DataFrame:
    terms = references.terms.select("grading_system", "term", "select_term", "concept", "threshold_relation")
    joined = references.grade_map.join(terms, on=["grading_system", "term", "select_term"], how="left", validate="m:1")
    return joined.select(_COLUMNS)


def _inside_script(payload: str) -> str:
    """No sequence that could end the script element or open a comment."""
    return payload.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
