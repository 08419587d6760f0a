"""Doses, or drugs, compared inside randomised trials: each printed row with its difference, and how far from chance."""

from collections.abc import Mapping
from typing import Any

from safety_pipeline.explore.charts.bar import difference, difference_scale
from safety_pipeline.explore.charts.scale import axis
from safety_pipeline.explore.charts.volcano import volcano
from safety_pipeline.explore.choices import Option, found
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.pages.by_arm import BANDS
from safety_pipeline.explore.pages.cells import missing
from safety_pipeline.explore.published import Published
from safety_pipeline.tables.vocabulary import STRATIFIED

MAX_ROWS = 300
# Of an estimate over trials the trials differ from event to event; together they are one choice.
_SEVERAL = "stratified"
_TRIAL = f"CASE WHEN trial_id LIKE '{STRATIFIED}%' THEN '{_SEVERAL}' ELSE trial_id END"
_TRIAL_NAME = f"CASE WHEN trial_id LIKE '{STRATIFIED}%' THEN 'Several trials' ELSE trial_label END"
_ROWS = f"""
    SELECT * FROM mart_comparison
    WHERE concat_ws('|', {_TRIAL}, drug, groups_label, attribution) = $family AND grade_band = $band
      AND ($sub_rows OR is_main_row) AND (group_patients NOT LIKE '0/%' OR reference_patients NOT LIKE '0/%')
    ORDER BY is_headline DESC, p_value NULLS LAST, row_label LIMIT $limit
"""  # noqa: S608  (a text of our own)
_FAMILIES = f"""
    SELECT DISTINCT concat_ws('|', {_TRIAL}, drug, groups_label, attribution) AS value,
           concat_ws(', ', {_TRIAL_NAME}, groups_label, attribution_label) AS label
    FROM mart_comparison ORDER BY label
"""  # noqa: S608  (a text of our own)
_ONE = "SELECT * FROM mart_comparison WHERE comparison_id = $id"
_MEASURES = "measure, estimate, estimate_lower, estimate_upper, ci_lower, ci_upper, ci_method, p_value, p_method, state"
# As the mart words it: `400 mg/day`, `7.5 mg/day`.
_DOSE = "replace({}::VARCHAR || ' mg/day', '.0 mg', ' mg')"
_EVERY_MEASURE = f"""
    SELECT {_MEASURES} FROM dose_contrast
    WHERE trial_id = $trial_id AND row_label = $row_label AND grade_band = $grade_band AND attribution = $attribution
      AND $comparison = 'doses' AND {_DOSE.format("dose_high")} = $group_label
      AND {_DOSE.format("dose_low")} = $reference_label
    UNION ALL SELECT {_MEASURES} FROM arm_contrast AS c
    JOIN dim_arm AS a ON a.arm_id = c.arm_id JOIN dim_arm AS b ON b.arm_id = c.comparator_arm_id
    WHERE c.trial_id = $trial_id AND row_label = $row_label AND grade_band = $grade_band AND attribution = $attribution
      AND a.label = $group_label AND b.label = $reference_label
    UNION ALL SELECT {_MEASURES} FROM control_contrast
    WHERE concat('{STRATIFIED}', trial_ids) = $trial_id AND row_label = $row_label AND grade_band = $grade_band
      AND attribution = $attribution AND comparator_drug = $reference_label
      AND drug || coalesce(', ' || {_DOSE.format("dose_mg_per_day")}, '') = $group_label ORDER BY ALL
"""  # noqa: S608  (a list of our own columns)
_CELLS = f"""
    SELECT f.printed, f.row_label, f.column_label, f.document_id, f.table_label, f.source_file, f.row_number,
           f.column_number, a.label AS arm_label
    FROM fact_toxicity AS f JOIN dim_arm AS a USING (arm_id)
    WHERE list_contains(string_split(replace($trial_id, '{STRATIFIED}', ''), '; '), f.trial_id)
      AND (f.row_label = $row_label OR ($trial_id LIKE '{STRATIFIED}%'
           AND (f.concept = $row_label OR lower(f.term_as_reported) = lower($row_label))))
      AND f.grade_band = $grade_band AND f.attribution = $attribution
    ORDER BY f.document_id, f.table_label, f.row_number, f.column_number
"""  # noqa: S608  (a text of our own)


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """One pair of groups of one trial: dots with intervals, then the plane of differences and p-values."""
    families = [Option(**row) for row in data.lasting(_FAMILIES)]
    family, no_family = found(asked.get("family", ""), families, "comparison")
    band, _ = found(asked.get("band", ""), BANDS, "band")
    has_sub_rows = bool(asked.get("sub_rows"))
    rows, is_cut = data.first(MAX_ROWS, _ROWS, family=family.value, band=band.value, sub_rows=has_sub_rows)
    scale = difference_scale(rows)
    title = f"{family.label or 'No comparison'}, {band.label}"
    return Page(
        "compare.html.j2",
        title,
        {
            "options": {"family": families, "band": BANDS},
            "family": family,
            "unknown": no_family,
            "band": band,
            "has_sub_rows": has_sub_rows,
            "rows": [{**row, "bar": difference(row, scale)} for row in rows],
            "axis": axis(scale),
            "is_cut": is_cut,
            "volcano": volcano(rows, title),
            "downloads": _downloads(family.value, band.value),
        },
    )


def _downloads(family: str, band: str) -> list[tuple[str, str]]:
    trial, *_, groups, attribution = family.split("|") if family.count("|") > 1 else ("", "", "")
    chosen = {"trial_id": trial, "grade_band": band}
    if trial == _SEVERAL:
        chosen = {"groups_label": groups, "attribution": attribution, "grade_band": band}
    files = [
        (f"These comparisons ({kind})", address(f"/download/mart_comparison.{kind.lower()}", **chosen))
        for kind in ("CSV", "Parquet")
    ]
    figure = ("Figure (SVG)", address("/download/differences.svg", family=family, band=band))
    drawn = [] if trial == _SEVERAL else [figure]
    return [*files, *drawn, ("Link to this view", address("/compare", family=family, band=band))]


def comparison(data: Published, comparison_id: str) -> Page:
    """One comparison: every measure of it, and the printed cells that are compared."""
    rows = data.rows(_ONE, id=comparison_id)
    if not rows:
        return missing("comparison", comparison_id)
    row = rows[0]
    place = {name: row[name] for name in ("trial_id", "row_label", "grade_band", "attribution")}
    groups = {name: row[name] for name in ("comparison", "group_label", "reference_label")}
    return Page(
        "comparison.html.j2",
        f"{row['row_label']}, {row['grade_band_label']}: {row['groups_label']} in {row['trial_label']}",
        {
            "row": row,
            "measures": data.rows(_EVERY_MEASURE, **place, **groups),
            "cells": data.rows(_CELLS, **place),
            "back": address("/compare", family=_family(row), band=row["grade_band"]),
        },
    )


def _family(row: Mapping[str, Any]) -> str:
    """The value of the list of trials and groups that the comparison stands in."""
    trial = _SEVERAL if row["trial_id"].startswith(STRATIFIED) else row["trial_id"]
    parts = (trial, row["drug"], row["groups_label"], row["attribution"])
    return "|".join(part for part in parts if part is not None)
