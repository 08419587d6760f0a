"""The incidence of a dose without each of its trials in turn, estimated as the default row of the dose is."""

import numpy as np
import polars as pl

from safety_pipeline.summarise.dose_default import FEWEST_TRIALS
from safety_pipeline.summarise.estimators.trials import glmm, pooling
from safety_pipeline.summarise.trials import GROUP

KEY = [name for name in GROUP if name != "stratum"]
_REFITTED = ["random_effects_glmm", "censored_logit_normal"]


def leave_one_out(trials: pl.LazyFrame, by_dose: pl.LazyFrame) -> pl.LazyFrame:
    """One row per dose and trial left out, with the remaining patients and the incidence they give."""
    defaults = by_dose.filter("is_default", pl.col("stratum") == "all").select(*KEY, default_method="method")
    counted = trials.filter("is_counted").select(*KEY, "trial_id", "n_affected", "n_at_risk")
    several = counted.filter(pl.len().over(KEY) > 1).join(defaults, on=KEY, how="left", validate="m:1")
    kept = _remaining(several).sort(*KEY, "left_out", "trial_id").collect()
    return _with_estimate(kept).select(
        *KEY,
        pl.col("n_affected").cast(pl.Int64).alias("n_affected_lower"),
        pl.col("n_affected").cast(pl.Int64).alias("n_affected_upper"),
        "n_at_risk",
        "incidence",
        "method",
        analysis=pl.lit("leave_one_trial_out"),
        detail=pl.format("without {}", "left_out"),
    )


def _remaining(trials: pl.LazyFrame) -> pl.LazyFrame:
    """One row per dose, trial left out, and trial that remains."""
    out = trials.select(*KEY, left_out="trial_id")
    return trials.join(out, on=KEY, how="inner").filter(pl.col("trial_id") != pl.col("left_out"))


def _with_estimate(kept: pl.DataFrame) -> pl.LazyFrame:
    """The crude share of the remaining trials; the random-intercept model where that is what the dose shows."""
    sets = kept.group_by(*KEY, "left_out", maintain_order=True).agg(
        pl.col("n_affected").sum(), pl.col("n_at_risk").sum(), pl.col("default_method").first(), k=pl.len()
    )
    number = kept.select(pl.struct(*KEY, "left_out").rle_id()).to_series()
    fitted = _fits(kept, number)
    refit = (
        pl.col("default_method").is_in(_REFITTED) & (pl.col("k") >= FEWEST_TRIALS - 1) & pl.col("fitted").is_not_null()
    )
    with_fit = sets.with_columns(fitted=fitted)
    return with_fit.lazy().with_columns(
        incidence=pl.when(refit).then("fitted").otherwise(pl.col("n_affected") / pl.col("n_at_risk")),
        method=pl.when(refit).then(pl.lit("random_effects_glmm")).otherwise(pl.lit("crude_total")),
    )


def _fits(kept: pl.DataFrame, number: pl.Series) -> pl.Series:
    """The converged estimate of the random-intercept model of each set."""
    if not kept.height:
        return pl.Series([], dtype=pl.Float64)
    counts = pooling.gather(kept["n_affected"].to_numpy(), kept["n_at_risk"].to_numpy(), number.to_numpy())
    fit = glmm.random_intercept(counts)
    return pl.Series(np.where(fit.converged, fit.estimate, np.nan), dtype=pl.Float64).fill_nan(None)
