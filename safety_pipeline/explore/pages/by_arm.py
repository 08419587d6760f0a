"""Incidence by trial and arm: every concept of one trial, or one concept over the trials."""

from collections.abc import Mapping
from typing import Any

from safety_pipeline.explore.charts.bar import bar, scale_of
from safety_pipeline.explore.charts.scale import axis
from safety_pipeline.explore.choices import Option, found
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published

MAX_ROWS = 400
_TRIALS = "SELECT DISTINCT trial_id AS value, trial_label AS label FROM mart_incidence_by_arm ORDER BY label"
_ROWS = """
    SELECT * FROM mart_incidence_by_arm
    WHERE trial_id = $trial AND grade_band = $band AND ($all OR is_headline OR value_kind <> 'not_known')
    ORDER BY is_headline DESC, concept_label, attribution, arm_label LIMIT $limit
"""
BANDS = (Option("any", "any grade"), Option("severe", "severe (grade 3 or worse)"))


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """The events of one trial, the arms of each under one another."""
    trials = [Option(**row) for row in data.lasting(_TRIALS)]
    trial, no_trial = found(asked.get("trial", ""), trials, "trial")
    band, _ = found(asked.get("band", ""), BANDS, "band")
    rows, is_cut = data.first(MAX_ROWS, _ROWS, trial=trial.value, band=band.value, all=bool(asked.get("all")))
    scale = scale_of(rows)
    return Page(
        "by_arm.html.j2",
        f"Events by arm in {trial.label or 'no trial'}, {band.label}",
        {
            "options": {"trial": trials, "band": BANDS},
            "trial": trial,
            "unknown": no_trial,
            "band": band,
            "shows_all": bool(asked.get("all")),
            "groups": _groups([{**row, "bar": bar(row, scale)} for row in rows]),
            "axis": axis(scale),
            "is_cut": is_cut,
            "downloads": _downloads(trial.value, band.value),
        },
    )


def _groups(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["concept_label"], row["attribution_label"]), []).append(row)
    return [{"label": f"{concept}, {attribution}", "rows": each} for (concept, attribution), each in groups.items()]


def _downloads(trial: str, band: str) -> list[tuple[str, str]]:
    chosen = {"trial_id": trial, "grade_band": band}
    files = [
        (f"This table ({kind.upper()})", address(f"/download/mart_incidence_by_arm.{kind}", **chosen))
        for kind in ("csv", "parquet")
    ]
    return [*files, ("Link to this view", address("/arms", trial=trial, band=band))]
