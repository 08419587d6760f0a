"""The arms that randomised trials compare by dose, one count each, as `dose_contrast` names them."""

import polars as pl

from safety_pipeline.summarise.comparisons.measures import NEWCOMBE
from safety_pipeline.tables.vocabulary import STRATIFIED

GROUP = ["drug", "concept", "grade_band", "attribution"]
_ARM = [*GROUP, "trial_id", "dose_mg_per_day"]


def dose_arms(contrast: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per group, trial and dose: where one main row stands for the concept, with one count.

    Only trials with two such doses; severe events only where all trials of the group were graded with one edition.
    """
    pairs = contrast.filter(
        "is_main_row",
        pl.col("concept").is_not_null(),
        pl.col("ci_method") == NEWCOMBE,
        ~pl.col("trial_id").str.starts_with(STRATIFIED),
    )
    rows = pl.concat([_end(pairs, "low"), _end(pairs, "high")]).unique()
    counted = rows.filter(pl.len().over(_ARM) == 1, pl.col("n_affected").is_not_null())
    several = counted.filter(pl.len().over(*GROUP, "trial_id") > 1)
    return one_edition(several, arm, GROUP).drop("row_label").sort(_ARM)


def _end(pairs: pl.LazyFrame, end: str) -> pl.LazyFrame:
    """The arms at the lower or the higher dose of each pair."""
    names = {name: f"{name}_{end}" for name in ("n_affected", "n_at_risk")}
    return pairs.select(*GROUP, "trial_id", "row_label", dose_mg_per_day=f"dose_{end}", **names)


def one_edition(rows: pl.LazyFrame, arm: pl.LazyFrame, group: list[str]) -> pl.LazyFrame:
    """The rows of any grade, and those of severe events where all trials of the group were graded alike."""
    editions = arm.group_by("trial_id").agg(_edition=pl.col("grading_system").unique().sort().str.join("; "))
    graded = rows.join(editions, on="trial_id", how="left", validate="m:1")
    is_alike = pl.col("_edition").n_unique().over(group) == 1
    return graded.filter((pl.col("grade_band") == "any") | is_alike).drop("_edition")
