"""From a number to what is behind it: an answer's arms, an arm's printed cells, and how each was read."""

from collections.abc import Mapping, Sequence
from typing import Any

from safety_pipeline.explore.charts.bar import bar, scale_of
from safety_pipeline.explore.charts.scale import axis
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published
from safety_pipeline.publish.plots.words import INTERVALS

Row = Mapping[str, Any]
_ANSWER = "SELECT * FROM mart_incidence_by_dose WHERE dose_id = $id"
_ARMS = """
    SELECT m.*, b.is_in_answer FROM bridge_dose_trial AS b JOIN mart_incidence_by_arm AS m USING (incidence_id)
    WHERE b.dose_id = $id ORDER BY m.trial_label, m.arm_label
"""
_OTHER_READINGS = """
    SELECT analysis, detail, n_affected_lower, n_affected_upper, n_at_risk, incidence, is_robust FROM sensitivity
    WHERE concept = $concept AND drug = $drug AND dose_mg_per_day = $dose AND grade_band = $band
      AND attribution = $attribution ORDER BY analysis, detail
"""
_NUMBER = """
    SELECT m.*, d.title, d.index_report_reason, a.dose_text, a.dose_note, a.analysis_population, i.toxicity_ids,
           i.ci_method
    FROM mart_incidence_by_arm AS m LEFT JOIN dim_document AS d USING (document_id)
    LEFT JOIN dim_arm AS a ON a.arm_id = m.arm_id JOIN incidence_by_arm AS i USING (incidence_id)
    WHERE m.incidence_id = $id
"""
CELLS = """
    SELECT f.* FROM bridge_incidence_toxicity JOIN fact_toxicity AS f USING (toxicity_id)
    WHERE incidence_id = $id ORDER BY f.document_id, f.table_label, f.row_number, f.column_number
"""
_SAME_ROWS = """
    SELECT * FROM fact_toxicity WHERE arm_id = $arm AND concept = $concept AND NOT list_contains($ids, toxicity_id)
    ORDER BY is_used DESC, document_id, table_label, row_number, column_number LIMIT 200
"""
_CROSSWALK = """
    SELECT DISTINCT g.grading_system, g.term, g.select_term, g.grade, g.ctcae_term, g.grade_lower, g.grade_upper,
           g.mapping_kind, g.rationale, g.review_status
    FROM bridge_incidence_toxicity JOIN bridge_toxicity_grade_map USING (toxicity_id)
    JOIN dim_grade_map AS g USING (grade_map_id) WHERE incidence_id = $id ORDER BY ALL
"""
_INTERVALS = """
    SELECT ci_method, ci_lower, ci_upper FROM incidence_interval
    WHERE arm_id = $arm AND concept = $concept AND grade_band = $band AND attribution = $attribution ORDER BY ci_method
"""
_SAID = """
    SELECT document_label, table_label, status_label, patients, is_used, reason FROM mart_coverage
    WHERE arm_id = $arm AND concept = $concept AND grade_band = $band ORDER BY is_used DESC, document_label, table_label
"""
_REFUSED = """
    SELECT table_label, row_label, column_label, printed, rule, explanation FROM rejected
    WHERE document_id = $document ORDER BY ALL LIMIT 50
"""


def answer(data: Published, dose_id: str) -> Page:
    """One answer by dose and the arms it is made of."""
    found = data.rows(_ANSWER, id=dose_id)
    if not found:
        return missing("answer", dose_id)
    row = found[0]
    arms = data.rows(_ARMS, id=dose_id)
    scale = scale_of([row, *arms])
    drawn = [{**arm, "bar": bar(arm, scale)} for arm in arms]
    question = {name: row[name] for name in ("concept", "drug", "attribution")}
    readings = data.rows(_OTHER_READINGS, dose=row["dose_mg_per_day"], band=row["grade_band"], **question)
    return Page(
        "answer.html.j2",
        f"{row['concept_label']}, {row['grade_band_label']}: {row['drug']} {row['dose_label']}, "
        f"{row['attribution_label']}",
        {
            "row": row,
            "bar": bar(row, scale),
            "axis": axis(scale),
            "arms": drawn,
            "readings": readings,
            "back": address("/dose", **question),
        },
    )


def number(data: Published, incidence_id: str) -> Page:
    """One number of one arm: its printed cells, how they were read, what else is said, and what was refused."""
    found = data.rows(_NUMBER, id=incidence_id)
    if not found:
        return missing("number", incidence_id)
    row = found[0]
    places = {"arm": row["arm_id"], "concept": row["concept"]}
    band = {**places, "band": row["grade_band"]}
    cells = data.rows(CELLS, id=incidence_id)
    ids = [cell["toxicity_id"] for cell in cells]
    return Page(
        "number.html.j2",
        f"{row['concept_label']}, {row['grade_band_label']}, in {row['trial_label']}: {row['arm_label']}",
        {
            "row": row,
            "cells": cells,
            "others": data.rows(_SAME_ROWS, ids=ids, **places),
            "crosswalk": data.rows(_CROSSWALK, id=incidence_id),
            "intervals": data.rows(_INTERVALS, attribution=row["attribution"], **band),
            "interval_names": INTERVALS,
            "said": data.rows(_SAID, **band),
            "refused": data.rows(_REFUSED, document=row["document_id"]),
            "flags": _flags(cells),
            "back": address("/dose", concept=row["concept"], drug=row["drug"]),
        },
    )


def _flags(cells: Sequence[Row]) -> list[str]:
    """The rules that flagged a cell behind the number, each once."""
    return sorted({flag for cell in cells for flag in (cell["flags"] or "").split("; ") if flag})


def missing(kind: str, name: str) -> Page:
    """The page for an address that names nothing in this release."""
    return Page("missing.html.j2", "Not in this release", {"kind": kind, "name": name}, status=404)
