"""The charts of the dashboard: one row of a mart is one row of a chart, drawn, in words, and linked to its cells."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safety_pipeline.superset.identity import VERSION, identity


@dataclass(frozen=True)
class Chart:
    """One chart: its title, what it says, the mart it shows, Superset's kind of chart with its settings, its size.

    ``width`` is in twelfths of the page, ``height`` in Superset's units of 8 pixels.
    """

    name: str
    title: str
    description: str
    table: str
    kind: str
    settings: Mapping[str, Any]
    width: int = 12
    height: int = 50


def exported(chart: Chart) -> dict[str, Any]:
    """The chart as Superset imports it."""
    return {
        "slice_name": chart.title,
        "description": chart.description,
        "viz_type": chart.kind,
        "params": {"viz_type": chart.kind, "adhoc_filters": [], **chart.settings},
        "uuid": identity("chart", chart.name),
        "dataset_uuid": identity("dataset", chart.table),
        "version": VERSION,
    }


# Widths in pixels; the other columns share what is left.
_WIDTHS = {
    "concept_label": 95,
    "grade_band_label": 105,
    "dose_label": 95,
    "groups_label": 120,
    "scope": 170,
    "bar": 170,
    "label": 150,
    "why": 210,
    "basis": 230,
    "reason": 280,
}
_COLUMNS = {
    **{name: {"columnWidth": width} for name, width in _WIDTHS.items()},
    "p_double_fdr": {"d3NumberFormat": ".3f"},
}


def _rows(columns: Sequence[str], order: Sequence[str]) -> dict[str, Any]:
    """The settings of a table that shows rows as they are, without bringing any together."""
    return {
        "query_mode": "raw",
        "all_columns": list(columns),
        # What was printed as related to the drug comes before what is not attributed.
        "order_by_cols": [json.dumps([column, column != "attribution_label"]) for column in order],
        "row_limit": 10_000,
        "page_length": 50,
        "include_search": True,
        "show_cell_bars": False,
        "color_pn": False,
        "allow_render_html": True,
        "column_config": _COLUMNS,
    }


def _number(metric: str) -> dict[str, Any]:
    return {"metric": metric, "header_font_size": 0.6}


_QUESTION = ("concept_label", "grade_band_label", "attribution_label")
_NOT_NARROWED = "Edition and trial do not narrow it: the explorer computes an answer anew without a trial or edition."

CHARTS = (
    Chart(
        "release",
        "Release shown",
        "The release the numbers are of. It changes by itself when a new one is published.",
        "release",
        "table",
        {**_rows(("release_id", "released_at", "n_documents"), ()), "include_search": False, "page_length": 0},
        width=6,
        height=16,
    ),
    Chart(
        "share_with_a_count",
        "Questions with a count",
        "Share of the questions asked of the documents that have one exact count. A share of questions, not patients.",
        "mart_coverage",
        "big_number_total",
        _number("share_with_a_count"),
        width=3,
        height=16,
    ),
    Chart(
        "comparisons",
        "Comparisons",
        "Comparisons inside trials, whatever they show. With many comparisons some are extreme by chance.",
        "mart_comparison",
        "big_number_total",
        _number("comparisons"),
        width=3,
        height=16,
    ),
    Chart(
        "by_dose",
        "Incidence by dose",
        "The answer of each dose, 0 to 100 %. Two to four trials give their range, which is no confidence interval. "
        + _NOT_NARROWED,
        "mart_incidence_by_dose",
        "table",
        _rows(
            (*_QUESTION, "drug", "dose_label", "bar", "label", "cells", "why"),
            (*_QUESTION, "drug", "dose_mg_per_day"),
        ),
        height=64,
    ),
    Chart(
        "by_arm",
        "Incidence by trial and arm",
        "The arms behind the answers, 0 to 100 %. Compare doses inside a trial, not across rows of different trials.",
        "mart_incidence_by_arm",
        "table",
        _rows(
            (*_QUESTION, "trial_label", "arm_label", "dose_label", "bar", "label", "cells", "grading_system", "why"),
            (*_QUESTION, "dose_mg_per_day", "trial_label", "arm_label"),
        ),
        height=64,
    ),
    Chart(
        "comparison",
        "Comparison of doses and arms inside trials",
        "Risk difference with its 95 % limits, from -100 to +100 percentage points. A difference that is not shown is "
        "not excluded. Edition does not narrow it.",
        "mart_comparison",
        "table",
        _rows(
            (
                *_QUESTION,
                "trial_label",
                "row_label",
                "groups_label",
                "group_patients",
                "reference_patients",
                "bar",
                "label",
                "p_double_fdr",
                "cells",
                "why",
            ),
            (*_QUESTION, "trial_label", "row_label"),
        ),
    ),
    Chart(
        "signals",
        "Signals",
        "What these tables show of a dose difference: never a cause, never a proof of safety. Attribution, edition and "
        "trial do not narrow it: the scope of a signal names them.",
        "mart_signal",
        "table",
        _rows(
            (
                "concept_label",
                "grade_band_label",
                "drug",
                "scope",
                "assessment_label",
                "bar",
                "label",
                "cells",
                "basis",
            ),
            ("concept_label", "grade_band_label", "scope"),
        ),
    ),
    Chart(
        "coverage",
        "Coverage: how each count is known",
        "Each trial and arm against each event. Not listed is not zero: a blank is a question that nothing speaks of.",
        "mart_coverage",
        "pivot_table_v2",
        {
            "groupbyRows": ["concept_label", "grade_band_label", "attribution_label"],
            "groupbyColumns": ["trial_label", "arm_label"],
            "metrics": ["how_known"],
            "aggregateFunction": "List Unique Values",
            "metricsLayout": "COLUMNS",
            "row_limit": 10_000,
            "rowTotals": False,
            "colTotals": False,
            "rowOrder": "key_a_to_z",
            "colOrder": "key_a_to_z",
        },
        height=64,
    ),
    Chart(
        "reasons",
        "Coverage: why not more is known",
        "Every question asked of a document and arm, with the reason for its answer. Edition does not narrow it.",
        "mart_coverage",
        "table",
        _rows(
            ("document_label", "table_label", "arm_label", *_QUESTION, "status_label", "patients", "reason"),
            (*_QUESTION, "document_label"),
        ),
    ),
    Chart(
        "overview",
        "Overview of events",
        "Patients with any, serious, fatal and other categories of events in each arm, 0 to 100 %.",
        "mart_overview",
        "table",
        _rows(
            ("trial_label", "arm_label", "dose_label", "category_label", "bar", "label", "source"),
            ("trial_label", "arm_label", "category_label"),
        ),
        height=40,
    ),
)
