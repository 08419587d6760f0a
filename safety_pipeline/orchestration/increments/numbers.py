"""The numbers of trials and arms, which count through a release: a new trial moves those of the trials behind it."""

import polars as pl

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.tables import published
from safety_pipeline.tables.column import Table

# The dimension that numbers them, their name and their number.
NUMBERED = ((published.DIM_TRIAL, "trial_id", "trial_key"), (published.DIM_ARM, "arm_id", "arm_key"))


def renumbered(lake: Lake, table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Stored rows of an earlier release with the numbers of this one."""
    for dimension, name, number in NUMBERED:
        if number in table.column_names:
            now = lake.scan(dimension).select(pl.col(name).alias("_name"), number)
            named = rows.drop(number).with_columns(_name=pl.col(name).cast(pl.String))
            rows = named.join(now, on="_name", how="left", validate="m:1", maintain_order="left").drop("_name")
    return rows.select(table.column_names)


def are_moved(then: pl.LazyFrame, now: pl.LazyFrame, name: str, number: str) -> bool:
    """Whether one that is there then and now has another number."""
    both = then.select(name, number).join(now.select(name, then=number), on=name, how="inner")
    return bool(both.select((pl.col(number) != pl.col("then")).any()).collect().item())
