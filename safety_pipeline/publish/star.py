"""The star schema: dimensions and facts as dashboards read them."""

import polars as pl

from safety_pipeline.engine import streamed_lookup
from safety_pipeline.tables import published

_FIRST = ["registry_id", "phase", "allocation", "indication", "drug", "n_enrolled", "n_safety"]


def dim_document(document: pl.LazyFrame, document_use: pl.LazyFrame) -> pl.LazyFrame:
    """One row per document, with whether its numbers are the ones used."""
    use = document_use.select("document_id", "is_index_report", "population_id", index_report_reason="reason")
    rows = document.join(use, on="document_id", how="left", validate="1:1")
    return published.DIM_DOCUMENT.conform(rows.select(published.DIM_DOCUMENT.column_names)).sort("document_id")


def dim_trial(document: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per trial; each fact from the document with the best priority that states it.

    A trial that only a review of several trials reports is known by its arms.
    """
    ranked = document.sort("trial_id", pl.col("has_toxicity_results").not_(), "document_priority", "document_id")
    rows = ranked.group_by("trial_id", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in _FIRST), n_documents=pl.len()
    )
    reviewed = (
        arm.join(document, on="trial_id", how="anti")
        .group_by("trial_id")
        .agg(
            pl.col("drug", "indication", "allocation").drop_nulls().first(),
            n_documents=pl.col("document_id").n_unique(),
        )
    )
    trials = pl.concat([rows, reviewed], how="diagonal_relaxed").sort("trial_id")
    numbered = trials.with_columns(trial_key=_number())
    return published.DIM_TRIAL.conform(numbered.select(published.DIM_TRIAL.column_names))


def dim_arm(arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm of a trial."""
    numbered = arm.sort("arm_id").with_columns(arm_key=_number())
    return published.DIM_ARM.conform(numbered.select(published.DIM_ARM.column_names))


def _number() -> pl.Expr:
    """The place of the row: a number that BI tools join on faster than on texts."""
    return pl.int_range(1, pl.len() + 1, dtype=pl.Int64)


def fact_toxicity(toxicity: pl.LazyFrame, row_use: pl.LazyFrame) -> pl.LazyFrame:
    """One row per accepted count, with whether it is used, in the order of the deliveries and their tables."""
    # A blank nobody explained says nothing of the count: the reporting status for that is `not_tabulated`.
    status = pl.col("cell_status").replace({"missing": "not_tabulated"})
    # In their order: sorting millions of rows would hold all their texts.
    used = streamed_lookup(toxicity, row_use.drop("document_id"), "toxicity_id", validate="1:1")
    rows = used.with_columns(reporting_status=status)
    return published.FACT_TOXICITY.conform(rows.select(published.FACT_TOXICITY.column_names))


def rejected(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row per refused delivery, file, table, cell or row."""
    return published.REJECTED.conform(rows.select(published.REJECTED.column_names)).sort(pl.all(), nulls_last=True)
