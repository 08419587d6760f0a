"""The safety overview of every trial by arm, and every printed term of one trial."""

from collections.abc import Mapping, Sequence
from typing import Any

from safety_pipeline.explore.choices import Option, found
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published
from safety_pipeline.publish.plots.words import OVERVIEW

MAX_ARMS = 150
MAX_TERMS = 300
_ROWS = "SELECT * FROM mart_overview ORDER BY trial_label, arm_label"
_CONTENT = """
    SELECT kind, count(*) AS documents, count(DISTINCT trial_id) AS trials FROM dim_document GROUP BY kind ORDER BY kind
"""
_TRIALS = """
    SELECT DISTINCT trial_id AS value, trial_label AS label
    FROM incidence_by_term JOIN mart_incidence_by_arm USING (trial_id) ORDER BY label
"""
_TERMS = """
    SELECT t.*, a.label AS arm_label FROM incidence_by_term AS t JOIN dim_arm AS a ON a.arm_id = t.arm_id
    WHERE t.trial_id = $trial ORDER BY t.incidence DESC NULLS LAST, t.term_as_reported, a.label LIMIT $limit
"""


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """The overview as a matrix of arms and categories, and the terms of the trial that is chosen."""
    trials = [Option(**row) for row in data.rows(_TRIALS)]
    trial, no_trial = found(asked.get("trial", ""), trials, "trial")
    terms, is_cut = data.first(MAX_TERMS, _TERMS, trial=trial.value)
    rows = data.rows(_ROWS)
    columns = [name for name in OVERVIEW if any(row["category"] == name for row in rows)]
    arms = _matrix(rows, columns)
    return Page(
        "overview.html.j2",
        "Overview of events",
        {
            "content": data.rows(_CONTENT),
            "columns": [OVERVIEW[name] for name in columns],
            "rows": arms[:MAX_ARMS],
            "n_hidden": max(0, len(arms) - MAX_ARMS),
            "trials": trials,
            "trial": trial,
            "unknown": no_trial,
            "terms": terms,
            "is_cut": is_cut,
            "downloads": [
                ("Overview (CSV)", address("/download/mart_overview.csv")),
                ("Overview (Parquet)", address("/download/mart_overview.parquet")),
                ("Link to this view", address("/overview", trial=trial.value)),
            ],
        },
    )


def _matrix(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> list[dict[str, Any]]:
    """One line an arm, with an answer or nothing for each category."""
    arms: dict[str, dict[str, Any]] = {}
    for row in rows:
        label = f"{row['trial_label']}: {row['arm_label']}"
        arms.setdefault(row["arm_id"], {"label": label, "cells": {}})["cells"][row["category"]] = row
    return [{**arm, "cells": [arm["cells"].get(name) for name in columns]} for arm in arms.values()]
