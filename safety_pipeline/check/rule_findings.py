"""The row rules as a suite is asked of them: how many rows each looked at and broke, and the cells that broke it."""

import polars as pl

from safety_pipeline.check.delivery import READABLE
from safety_pipeline.check.rules import RULES

_CELL = (
    "delivery_id",
    "source_file",
    "table_label",
    "row_number",
    "column_number",
    "row_label",
    "column_label",
    "printed",
)


def rule_counts(audit: pl.LazyFrame) -> dict[str, tuple[int, int]]:
    """By rule, the rows that broke it and the rows it looked at, over all deliveries."""
    sums = audit.group_by("rule").agg(pl.col("n_failing", "n_checked").sum()).collect(engine="streaming")
    return {rule: (n_failing, n_checked) for rule, n_failing, n_checked in sums.iter_rows()}


def broken_cells(toxicity: pl.LazyFrame, rejected: pl.LazyFrame) -> pl.LazyFrame:
    """One row per refused or flagged cell and rule: where it stands and what is printed there."""
    flagged = toxicity.filter(pl.col("flags").is_not_null()).with_columns(rule=pl.col("flags").str.split("; "))
    of_a_rule = pl.col("rule").is_in([rule.name for rule in RULES])
    # Whatever a reader refuses is one check: no source had to be refused.
    refused = rejected.with_columns(rule=pl.when(of_a_rule).then("rule").otherwise(pl.lit(READABLE)))
    return pl.concat([refused.select(*_CELL, "rule"), flagged.explode("rule").select(*_CELL, "rule")])


def refused_deliveries(rejected: pl.LazyFrame) -> pl.LazyFrame:
    """One row per delivery that was refused as a whole, with the file and the reason: nothing of it has a table."""
    return (
        rejected.filter(pl.col("table_label").is_null(), pl.col("toxicity_id").is_null())
        .group_by("delivery_id", maintain_order=True)
        .agg(pl.col("source_file", "rule", "explanation").first())
    )
