"""Rows that break a critical promise are taken out of their table, so that the others can be published."""

from collections.abc import Sequence

import polars as pl

from safety_pipeline.check.promises import taking_out
from safety_pipeline.check.suites import Suite, asked_rows, check_names, expectations
from safety_pipeline.tables.checked import REJECTED
from safety_pipeline.tables.column import Table

# What refuses is never refused itself: nothing may be lost.
NEVER_TAKEN_OUT = ("rejected", "audit")
REASON = ("taken_out_by", "taken_out_because")


def broken_rows(rows: pl.LazyFrame, table: Table, suites: Sequence[Suite]) -> pl.DataFrame:
    """The rows of a table that break a critical promise about a row, each with the first such check as its rule."""
    if table.name in NEVER_TAKEN_OUT:
        return _none(table)
    parts = [_broken(rows, table, suite) for suite in suites if taking_out(suite)]
    found = pl.concat([_none(table), *parts])
    return found.unique(table.column_names, keep="first", maintain_order=True)


def _none(table: Table) -> pl.DataFrame:
    return table.empty().with_columns(pl.lit(None, pl.String).alias(name) for name in REASON).collect()


def _broken(rows: pl.LazyFrame, table: Table, suite: Suite) -> pl.DataFrame:
    breaks = taking_out(suite)
    explained = {
        name: f"Taken out of {table.path} by the check {name}: {each['meta'].get('finding', each['description'])}"
        for name, each in zip(check_names(suite), expectations(suite), strict=True)
    }
    first = pl.coalesce(pl.when(broken).then(pl.lit(name)) for name, broken in breaks.items())
    judged = (
        asked_rows(rows, table, suite).with_columns(taken_out_by=first).filter(pl.col("taken_out_by").is_not_null())
    )
    because = pl.col("taken_out_by").replace_strict(explained, return_dtype=pl.String)
    return (
        judged.with_columns(taken_out_because=because).select(*table.column_names, *REASON).collect(engine="streaming")
    )


def kept_rows(rows: pl.LazyFrame, broken: pl.DataFrame, table: Table) -> pl.LazyFrame:
    """The rows that are not among the broken ones, in their order."""
    names = table.column_names
    return rows.join(broken.lazy().select(names), on=names, how="anti", nulls_equal=True, maintain_order="left")


def as_rejected(broken: pl.LazyFrame, table: Table, deliveries: pl.LazyFrame) -> pl.LazyFrame:
    """The broken rows as rows of `checked/rejected`; ``deliveries`` has the delivery of each document and trial.

    A row of a summary stands in no source: its table and key say which it is, and where it came from several
    deliveries, all of them are named.
    """
    reason = {"rule": pl.col("taken_out_by"), "explanation": pl.col("taken_out_because")}
    place = _place(table)
    known = [name for name in table.column_names if name in REJECTED.column_names and name not in {*reason, *place}]
    rows = broken.select(*known, **place, **reason).pipe(_with_delivery, deliveries)
    return REJECTED.complete(
        rows.select(name for name in REJECTED.column_names if name in rows.collect_schema().names())
    )


def _place(table: Table) -> dict[str, pl.Expr]:
    if table.stage == "checked":
        return {}
    key = pl.concat_str(
        [pl.format("{}={}", pl.lit(name), pl.col(name).cast(pl.String).fill_null("")) for name in table.key],
        separator=", ",
    )
    return {"table_label": pl.lit(table.path), "row_label": key}


def _with_delivery(rows: pl.LazyFrame, deliveries: pl.LazyFrame) -> pl.LazyFrame:
    names = rows.collect_schema().names()
    if "delivery_id" in names:
        return rows
    for name in ("document_id", "trial_id"):
        if name in names:
            joined = pl.col("delivery_id").unique().sort().str.join("; ")
            of_each = deliveries.group_by(name).agg(joined)
            return rows.join(of_each, on=name, how="left").with_columns(pl.col("delivery_id").fill_null(_SEVERAL))
    return rows.with_columns(delivery_id=pl.lit(_SEVERAL))


_SEVERAL = "several deliveries"
