"""Bridges from a number to what it is made of, so that nobody has to split a list."""

import polars as pl

from safety_pipeline.tables import marts

_DOSE = ["concept", "drug", "dose_mg_per_day", "grade_band", "attribution"]


def bridge_incidence_toxicity(by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per row by arm and count behind it."""
    return _exploded(by_arm, "incidence_id", "toxicity_ids", "toxicity_id").pipe(
        marts.BRIDGE_INCIDENCE_TOXICITY.conform
    )


def bridge_toxicity_grade_map(fact: pl.LazyFrame) -> pl.LazyFrame:
    """One row per count and crosswalk row that made its grades."""
    return _exploded(fact, "toxicity_id", "grade_map_id", "grade_map_id").pipe(marts.BRIDGE_TOXICITY_GRADE_MAP.conform)


def bridge_dose_trial(mart_by_dose: pl.LazyFrame, mart_by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per answer on a dose and row by arm at that dose."""
    arms = mart_by_arm.select(*_DOSE, "incidence_id", "trial_key", "trial_id", "arm_id")
    rows = (
        mart_by_dose.select(*_DOSE, "dose_id", "trial_ids")
        .join(arms, on=_DOSE, how="inner")
        .with_columns(is_in_answer=pl.col("trial_ids").str.split("; ").list.contains(pl.col("trial_id")))
    )
    return marts.BRIDGE_DOSE_TRIAL.conform(rows.select(marts.BRIDGE_DOSE_TRIAL.column_names)).sort(
        "dose_id", "incidence_id"
    )


def _exploded(rows: pl.LazyFrame, name: str, listed: str, member: str) -> pl.LazyFrame:
    """One row per member of a list that is joined by `; `, in the order of the rows."""
    split = rows.filter(pl.col(listed).is_not_null()).select(name, pl.col(listed).str.split("; ").alias(member))
    return split.explode(member).unique(maintain_order=True)
