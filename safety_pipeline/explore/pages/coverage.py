"""What is known of every arm and headline concept, as a matrix, and why not more."""

from collections.abc import Mapping, Sequence
from typing import Any

from safety_pipeline.explore.choices import Option, found
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published

MAX_ARMS = 150
MAX_REASONS = 300
# What a status amounts to for a reader; the colour repeats what the words say.
_SHADES = {
    "observed": "known",
    "reported_zero": "known",
    "zero_by_statement": "known",
    "derived_bounds": "partly",
    "below_threshold": "partly",
    "episodes_only": "partly",
    "rejected_cell": "refused",
}
_DRUGS = "SELECT DISTINCT drug AS value, drug AS label FROM mart_incidence_by_arm WHERE drug IS NOT NULL ORDER BY label"
_ARMS = """
    SELECT DISTINCT trial_label, arm_label, arm_id FROM mart_incidence_by_arm
    WHERE is_headline AND ($drug = '' OR drug = $drug) ORDER BY ALL LIMIT $limit
"""
_N_ARMS = """
    SELECT count(DISTINCT arm_id) AS n FROM mart_incidence_by_arm
    WHERE is_headline AND ($drug = '' OR drug = $drug)
"""
_COLUMNS = """
    SELECT DISTINCT concept_label, grade_band FROM mart_incidence_by_arm
    WHERE is_headline AND ($drug = '' OR drug = $drug) ORDER BY ALL
"""
_CELLS = """
    SELECT trial_label, arm_id, arm_label, dose_label, concept, concept_label, grade_band, grade_band_label,
           arg_min(incidence_id, rank) AS incidence_id, arg_min(reporting_status, rank) AS reporting_status,
           arg_min(status_label, rank) AS status_label, arg_min(coalesce(patients, '–'), rank) AS patients,
           arg_min(why, rank) AS why, count(*) AS n
    FROM (SELECT *, row_number() OVER (ORDER BY value_kind = 'not_known', attribution) AS rank
          FROM mart_incidence_by_arm
          WHERE is_headline AND ($drug = '' OR drug = $drug) AND list_contains($arms, arm_id))
    GROUP BY ALL ORDER BY trial_label, arm_label, arm_id, concept_label, grade_band
"""
_REASONS = """
    SELECT document_label, table_label, arm_label, concept_label, grade_band_label, status_label, patients, is_used,
           reason
    FROM mart_coverage AS c
    WHERE is_headline AND ($drug = '' OR arm_id IN (SELECT arm_id FROM mart_incidence_by_arm WHERE drug = $drug))
    ORDER BY document_label, arm_label, concept_label, grade_band LIMIT $limit
"""


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """The matrix of arms and headline concepts, then every reason."""
    drugs = [Option(**row) for row in data.lasting(_DRUGS)]
    chosen, no_drug = found(asked.get("drug", ""), drugs, "drug", Option("", "every drug"))
    drug = chosen.value
    shown = [row["arm_id"] for row in data.rows(_ARMS, drug=drug, limit=MAX_ARMS)]
    [all_arms] = data.rows(_N_ARMS, drug=drug)
    cells = data.rows(_CELLS, drug=drug, arms=shown)
    columns = [(row["concept_label"], row["grade_band"]) for row in data.rows(_COLUMNS, drug=drug)]
    reasons, is_cut = data.first(MAX_REASONS, _REASONS, drug=drug)
    return Page(
        "coverage.html.j2",
        "What is known of each arm" + (f" of {drug}" if drug else ""),
        {
            "options": {"drug": drugs},
            "drug": drug,
            "unknown": no_drug,
            "columns": columns,
            "rows": _matrix(cells, columns),
            "n_hidden": all_arms["n"] - len(shown),
            "reasons": reasons,
            "is_cut": is_cut,
            "downloads": [
                ("Every reason (CSV)", address("/download/mart_coverage.csv")),
                ("Every reason (Parquet)", address("/download/mart_coverage.parquet")),
                ("Link to this view", address("/coverage", drug=drug)),
            ],
        },
    )


def _matrix(cells: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """One row an arm, a cell for each concept and band; null where the arm has none."""
    arms: dict[str, dict[str, Any]] = {}
    for cell in cells:
        label = f"{cell['trial_label']}: {cell['arm_label']}"
        arm = arms.setdefault(cell["arm_id"], {"label": label, "dose": cell["dose_label"], "cells": {}})
        shade = _SHADES.get(cell["reporting_status"], "silent")
        arm["cells"][cell["concept_label"], cell["grade_band"]] = {**cell, "shade": shade}
    return [{**arm, "cells": [arm["cells"].get(column) for column in columns]} for arm in arms.values()]
