"""The trials of one dose: what each counts or bounds, before they are brought together."""

import polars as pl

from safety_pipeline.summarise.sources import apart

GROUP = ["concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "stratum"]
_TRIAL = [*GROUP, "trial_id"]
# Known within bounds: shown as a number of trials beside the estimate, never inside it.
_BOUNDED = ["derived_bounds", "below_threshold", "rejected_cell", "episodes_only"]


def trial_counts(by_arm: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per group and trial: arms of one trial at one dose hold different patients and are added.

    Where they may hold the same patients (periods of a crossover, say), neither their sum nor a bound is known:
    the trial ``shares_patients`` and counts nothing at that dose.
    """
    regimens = apart(arm).select("arm_id", "may_overlap", regimen=regimen())
    dosed = by_arm.join(regimens, on="arm_id", how="inner", validate="m:1").with_columns(drug="regimen")
    known = dosed.filter(pl.col("dose_mg_per_day").is_not_null(), pl.col("drug").is_not_null())
    everywhere = known.with_columns(stratum=pl.lit("all"))
    by_indication = known.filter(pl.col("indication").is_not_null()).with_columns(stratum="indication")
    return pl.concat([everywhere, by_indication]).group_by(_TRIAL).agg(
        (_counts_the_concept().all() & ~_shares_patients()).alias("is_counted"),
        (_is_bounded().any() & ~_shares_patients()).alias("is_bounded"),
        (_is_below_threshold() & ~_shares_patients()).alias("is_below_threshold"),
        (pl.col("n_affected_upper").is_not_null().all() & ~_shares_patients()).alias("has_bounds"),
        _shares_patients().alias("shares_patients"),
        _is_part().any().alias("is_part"),
        pl.col("n_affected_lower").sum().alias("n_affected"),
        pl.col("n_affected_upper").sum(),
        pl.when(~_shares_patients()).then(pl.col("n_at_risk").sum()).alias("n_at_risk"),
        pl.col("grading_system").unique().sort().str.join("; ").alias("grading_system"),
        pl.col("threshold_relation").unique().sort().str.join("; ").alias("threshold_relation"),
        pl.col("concept_relation").unique().sort().str.join("; ").alias("concept_relation"),
        pl.col("grade_band_as_reported").unique().sort().str.join("; ").alias("grade_band_as_reported"),
    ).sort(_TRIAL)  # fmt: skip


def _shares_patients() -> pl.Expr:
    """Whether the arms of the trial at this dose are several, and one may hold patients of another."""
    return (pl.len() > 1) & pl.col("may_overlap").any()


def _counts_the_concept() -> pl.Expr:
    return pl.col("incidence").is_not_null()


def _is_bounded() -> pl.Expr:
    """Known within bounds that do not agree on one count."""
    return pl.col("reporting_status").is_in(_BOUNDED) & pl.col("incidence").is_null()


def _is_part() -> pl.Expr:
    """Only some terms of the concept are listed, so that its patients are known from below."""
    return ((pl.col("concept_relation") == "subset") & _is_bounded()).fill_null(value=False)


def _is_below_threshold() -> pl.Expr:
    """Every arm of the trial is counted or bounded by a reporting threshold, and one is bounded."""
    below = (pl.col("reporting_status") == "below_threshold") & pl.col("n_affected_upper").is_not_null()
    return (below | _counts_the_concept()).all() & below.any()


def regimen() -> pl.Expr:
    """Drugs given together are a regimen of their own, never pooled with the drug alone."""
    together = pl.col("combination_drugs").str.replace_all("; ", " + ", literal=True)
    return pl.when(together.is_null()).then("drug").otherwise(pl.format("{} + {}", "drug", together))
