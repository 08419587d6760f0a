"""What is known of every arm, by the names of its document, trial and arm."""

import polars as pl

from safety_pipeline.publish.marts import wording
from safety_pipeline.publish.marts.names import (
    arm_names,
    document_names,
    stable_id,
    trial_names,
    with_question_names,
)
from safety_pipeline.publish.plots.words import STATUSES
from safety_pipeline.tables import marts, summarised


def mart_coverage(
    coverage: pl.LazyFrame, concept: pl.LazyFrame, trial: pl.LazyFrame, arm: pl.LazyFrame, document: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per document, table, arm and question, with the sentence that says why."""
    counted = wording.patients(pl.col("n_affected_lower"), pl.col("n_affected_upper"), pl.col("n_at_risk"))
    doses = arm.select("arm_id", dose_label=wording.dose(pl.col("dose_mg_per_day")))
    rows = (
        with_question_names(coverage, concept)
        .join(trial_names(trial), on="trial_id", how="left", validate="m:1")
        .join(arm_names(arm), on="arm_id", how="left", validate="m:1")
        .join(doses, on="arm_id", how="left", validate="m:1")
        .join(document_names(document), on="document_id", how="left", validate="m:1")
        .with_columns(
            pl.coalesce("arm_label", "arm_id", pl.lit("no arm")).alias("arm_label"),
            coverage_id=stable_id(summarised.COVERAGE.key),
            status_label=wording.worded(pl.col("reporting_status"), STATUSES),
            patients=counted,
        )
    )
    return marts.MART_COVERAGE.conform(rows.select(marts.MART_COVERAGE.column_names)).sort(
        "document_id", "table_label", "arm_id", "concept", "grade_band", "attribution", nulls_last=True
    )
