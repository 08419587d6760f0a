"""Documents of different trials that look as if they reported the same patients."""

from collections.abc import Mapping

import polars as pl

_CELL = ["concept", "grade_band", "attribution", "n_at_risk"]
_OF_ARM = ("arm_id", "n_affected")


def suspected_duplicates(
    toxicity: pl.LazyFrame, document_use: pl.LazyFrame, rules: Mapping[str, float]
) -> pl.LazyFrame:
    """One row per pair of documents of different populations whose arms agree in size and in nearly every count.

    Only counts above 0 are compared: rare events are 0 in most tables, so zeros agree by themselves. Where arms of
    equal size could be paired in several ways, the pairing with the most equal counts is taken.
    """
    cells = _cells(toxicity, document_use).collect(engine="streaming").lazy()
    candidates = _candidates(cells, rules["min_duplicate_counts"]).collect(engine="streaming").lazy()
    other = cells.drop("population_id").rename({name: f"other_{name}" for name in ("document_id", *_OF_ARM)})
    compared = cells.join(candidates, on="document_id", how="inner").join(other, on=["other_document_id", *_CELL])
    pairs = compared.filter((pl.col("n_affected") > 0) | (pl.col("other_n_affected") > 0))
    arms = pairs.group_by("document_id", "other_document_id", "arm_id", "other_arm_id").agg(
        n_matching=(pl.col("n_affected") == pl.col("other_n_affected")).sum().cast(pl.Int64),
        n_cells=pl.len().cast(pl.Int64),
    )
    best = arms.sort("n_matching", "other_arm_id", descending=[True, False]).unique(
        ["document_id", "other_document_id", "arm_id"], keep="first", maintain_order=True
    )
    documents = best.group_by("document_id", "other_document_id").agg(
        n_matching_counts=pl.col("n_matching").sum(), n_compared=pl.col("n_cells").sum()
    )
    return documents.filter(
        pl.col("n_matching_counts") >= rules["min_duplicate_counts"],
        pl.col("n_matching_counts") >= rules["min_duplicate_share"] * pl.col("n_compared"),
    ).sort("document_id", "other_document_id")


def _candidates(cells: pl.LazyFrame, min_counts: float) -> pl.LazyFrame:
    """Pairs of documents of different populations that share enough equal counts, in whichever arms.

    Only of these is every cell compared: most arms of one size share no count, and there are thousands of each size.
    """
    equal = pl.struct(*_CELL, "n_affected").hash()
    counts = cells.filter(pl.col("n_affected") > 0).select("document_id", "population_id", equal=equal)
    other = counts.rename({"document_id": "other_document_id", "population_id": "other_population_id"})
    pairs = counts.join(other, on="equal", how="inner").filter(
        pl.col("document_id") < pl.col("other_document_id"),
        pl.col("population_id") != pl.col("other_population_id"),
    )
    shared = pairs.group_by("document_id", "other_document_id").agg(n_equal=pl.len())
    return shared.filter(pl.col("n_equal") >= min_counts).drop("n_equal")


def _cells(toxicity: pl.LazyFrame, document_use: pl.LazyFrame) -> pl.LazyFrame:
    """One exact count of patients per document, arm, concept, band and attribution."""
    exact = toxicity.filter(
        pl.col("column_role") == "arm",
        pl.col("count_unit") == "patients",
        pl.col("n_affected_lower") == pl.col("n_affected_upper"),
        *(pl.col(name).is_not_null() for name in ("concept", "grade_band", "arm_id", "n_at_risk")),
    )
    rows = exact.group_by("document_id", "arm_id", *_CELL).agg(
        n_affected=pl.col("n_affected_lower").max(), n_rows=pl.len()
    )
    # Several rows of one concept have no union; only concepts with a row of their own are compared.
    populations = document_use.select("document_id", "population_id")
    return (
        rows.filter(pl.col("n_rows") == 1)
        .drop("n_rows")
        .join(populations, on="document_id", how="inner", validate="m:1")
    )


def suspected_trials(suspected: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per pair of counted trials, either way round, whose documents may report the same patients."""
    trials = arm.select("document_id", "trial_id").unique()
    pairs = suspected.join(trials, on="document_id", how="inner").join(
        trials.rename({"document_id": "other_document_id", "trial_id": "other_trial_id"}),
        on="other_document_id",
        how="inner",
    )
    there = pairs.select("trial_id", "other_trial_id")
    return pl.concat([there, there.select(trial_id="other_trial_id", other_trial_id="trial_id")]).unique()
