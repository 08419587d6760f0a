"""Which accepted rows enter the summaries, and a reason for each that does not."""

import polars as pl

from safety_pipeline.summarise.sources import SUB_ROW, composites
from safety_pipeline.tables.summarised import ROW_USE

IS_OTHER_OUTCOME = "Only events that led to something, such as discontinuation, are counted: that is no incidence."
KEY = ["arm_id", "concept", "grade_band", "attribution"]
IS_SUB_ROW = "A sub-row is kept as printed but never used in place of its parent."
IS_UNKNOWN_TERM = "The term is not known to the dictionary, so it counts for no concept."
IS_REPEATED = "A review repeats patients that are counted from the report of their own trial."
IS_AGGREGATE = "The group is the union of other groups and is never added to them."


def row_use(
    toxicity: pl.LazyFrame, source_table: pl.LazyFrame, document_use: pl.LazyFrame, arm: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per accepted row; the first reason that applies is the one given."""
    rows = (
        toxicity.pipe(_with_document, document_use)
        .pipe(_with_table, source_table)
        .pipe(_with_composite_parent)
        .pipe(_with_aggregate, arm)
        .with_columns(not_used_reason=_reason())
        .pipe(_prefer_better_table)
    )
    return ROW_USE.conform(
        rows.select(
            "toxicity_id", "document_id", "not_used_reason", is_used=pl.col("not_used_reason").is_null()
        ).select(ROW_USE.column_names)
    ).sort("toxicity_id")


def _with_document(rows: pl.LazyFrame, document_use: pl.LazyFrame) -> pl.LazyFrame:
    use = document_use.select("document_id", "is_index_report", document_reason="reason")
    return rows.join(use, on="document_id", how="left", validate="m:1")


def _with_table(rows: pl.LazyFrame, source_table: pl.LazyFrame) -> pl.LazyFrame:
    """The table's rank, and whether the document also has a proper table (abstracts give way to tables)."""
    tables = source_table.select("document_id", "table_label", "table_kind", "table_priority")
    proper = tables.filter(pl.col("table_kind") != "abstract").group_by("document_id").agg(n_proper_tables=pl.len())
    return rows.join(tables, on=["document_id", "table_label"], how="left", validate="m:1").join(
        proper, on="document_id", how="left", validate="m:1"
    )


def _with_composite_parent(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Whether the row stands under a composite row of its concept, rather than under a heading or another event."""
    parents = composites(rows).with_columns(is_sub_row=pl.lit(True))
    return rows.join(parents, on=SUB_ROW, how="left", validate="m:1")


def _with_aggregate(rows: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """Whether the arm is a union of others, and which document its numbers are taken from."""
    trials = arm.select("trial_id", owner_document_id="document_id").unique("trial_id")
    return rows.join(arm.select("arm_id", "is_aggregate"), on="arm_id", how="left", validate="m:1").join(
        trials, on="trial_id", how="left", validate="m:1"
    )


def _reason() -> pl.Expr:
    return (
        pl.when(~pl.col("is_index_report").fill_null(False))
        .then(pl.col("document_reason"))
        .when(pl.col("owner_document_id") != pl.col("document_id"))
        .then(pl.lit(IS_REPEATED))
        .when(pl.col("column_role") == "total")
        .then(pl.lit("A total over arms is used for checks only."))
        .when(pl.col("is_aggregate").fill_null(False))
        .then(pl.lit(IS_AGGREGATE))
        .when(pl.col("outcome").is_not_null())
        .then(pl.lit(IS_OTHER_OUTCOME))
        .when(pl.col("concept").is_null())
        .then(pl.lit(IS_UNKNOWN_TERM))
        .when(pl.col("is_sub_row").fill_null(False))
        .then(pl.lit(IS_SUB_ROW))
        .when((pl.col("table_kind") == "abstract") & (pl.col("n_proper_tables") > 0))
        .then(pl.lit("A table of the same document is used; the abstract is shown beside it."))
        .when(pl.col("cell_status") == "missing")
        .then(pl.lit("The cell is blank and nothing says what a blank means."))
    )


def _prefer_better_table(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of several tables with the same arm, concept, band and attribution, the one with the best written rank."""
    usable = pl.col("not_used_reason").is_null() & pl.col("grade_band").is_not_null()
    best = rows.filter(usable).group_by(KEY).agg(best_priority=pl.col("table_priority").min())
    worse = usable & (pl.col("table_priority") > pl.col("best_priority"))
    reason = pl.when(worse).then(pl.lit("Another table of the document with a better rank gives this count."))
    return rows.join(best, on=KEY, how="left", validate="m:1").with_columns(
        not_used_reason=reason.otherwise(pl.col("not_used_reason"))
    )
