"""What a change to the crosswalk does to the harmonised counts, in numbers."""

import polars as pl

MAPPED = (
    "match_kind",
    "ctcae_term",
    "mapping_kind",
    "grade_lower",
    "grade_upper",
    "grade_preferred",
    "concept",
    "concept_relation",
    "threshold_relation",
)


def changed_counts(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.LazyFrame:
    """One row per harmonised count and mapped column that reads otherwise afterwards; appeared or gone is null."""
    sides = [_long(frame).rename({"value": name}) for frame, name in ((before, "before"), (after, "after"))]
    both = sides[0].join(sides[1], on=["toxicity_id", "column"], how="full", coalesce=True, validate="1:1")
    return both.filter(pl.col("before").ne_missing(pl.col("after"))).sort("toxicity_id", "column")


def summary_of_changes(changes: pl.LazyFrame) -> str:
    """A sentence for the reviewer: how many counts change, and in what."""
    rows = changes.collect()
    if rows.is_empty():
        return "No published count changes."
    n_counts = rows["toxicity_id"].n_unique()
    by_column = rows.group_by("column").len().sort("len", "column", descending=[True, False]).rows()
    parts = ", ".join(f"{column} of {n}" for column, n in by_column)
    return f"{n_counts} published {'count changes' if n_counts == 1 else 'counts change'}: {parts}."


def _long(frame: pl.LazyFrame) -> pl.LazyFrame:
    texts = frame.select("toxicity_id", *(pl.col(name).cast(pl.String) for name in MAPPED))
    return texts.unpivot(index="toxicity_id", variable_name="column", value_name="value")
