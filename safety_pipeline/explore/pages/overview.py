"""The safety overview of every trial by arm, and every printed term of one trial."""

from collections.abc import Mapping, Sequence
from typing import Any

from safety_pipeline.explore.choices import Option, found
from safety_pipeline.explore.layout import Page, address
from safety_pipeline.explore.published import Published
from safety_pipeline.publish.plots.words import OVERVIEW

MAX_ARMS = 150
MAX_TERMS = 300
_ARMS = "SELECT DISTINCT trial_label, arm_label, arm_id FROM mart_overview ORDER BY ALL LIMIT $limit"
_N_ARMS = "SELECT count(DISTINCT arm_id) AS n FROM mart_overview"
_CATEGORIES = "SELECT DISTINCT category FROM mart_overview"
_ROWS = "SELECT * FROM mart_overview WHERE list_contains($arms, arm_id) ORDER BY trial_label, arm_label, arm_id"
_CONTENT = """
    SELECT kind, count(*) AS documents, count(DISTINCT trial_id) AS trials FROM dim_document GROUP BY kind ORDER BY kind
"""
_TRIALS = """
    SELECT DISTINCT trial_id AS value, trial_label AS label
    FROM mart_incidence_by_arm SEMI JOIN incidence_by_term USING (trial_id) ORDER BY label
"""
_TERMS = """
    SELECT t.*, a.label AS arm_label FROM incidence_by_term AS t JOIN dim_arm AS a ON a.arm_id = t.arm_id
    WHERE t.trial_id = $trial ORDER BY t.incidence DESC NULLS LAST, t.term_as_reported, a.label LIMIT $limit
"""


def page(data: Published, asked: Mapping[str, str]) -> Page:
    """The overview as a matrix of arms and categories, and the terms of the trial that is chosen."""
    trials = [Option(**row) for row in data.lasting(_TRIALS)]
    trial, no_trial = found(asked.get("trial", ""), trials, "trial")
    terms, is_cut = data.first(MAX_TERMS, _TERMS, trial=trial.value)
    present = {row["category"] for row in data.lasting(_CATEGORIES)}
    columns = [name for name in OVERVIEW if name in present]
    shown = [row["arm_id"] for row in data.rows(_ARMS, limit=MAX_ARMS)]
    [all_arms] = data.lasting(_N_ARMS)
    return Page(
        "overview.html.j2",
        "Overview of events",
        {
            "content": data.lasting(_CONTENT),
            "columns": [OVERVIEW[name] for name in columns],
            "rows": _matrix(data.rows(_ROWS, arms=shown), columns),
            "n_hidden": all_arms["n"] - len(shown),
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
