"""Incidence by dose: the trials of one dose brought together, as far as their number and kind allow."""

from collections.abc import Callable, Mapping

import polars as pl

from safety_pipeline.summarise import censoring
from safety_pipeline.summarise.by_arm import with_interval
from safety_pipeline.summarise.estimators import glmm, pooling
from safety_pipeline.summarise.estimators.outcome import FloatArray
from safety_pipeline.summarise.estimators.pooling import Counts, Pooled
from safety_pipeline.summarise.trials import GROUP, trial_counts
from safety_pipeline.tables.summarised import INCIDENCE_BY_DOSE

MODELS: Mapping[str, Callable[[Counts], Pooled]] = {
    "common_effect": pooling.common_effect,
    "random_effects_dl": lambda counts: pooling.random_effects(counts, "DL"),
    "random_effects_pm": lambda counts: pooling.random_effects(counts, "PM"),
    "random_effects_reml": lambda counts: pooling.hartung_knapp_guarded(counts, "REML"),
    "random_effects_glmm": glmm.random_intercept,
}
CI_METHODS = {
    "common_effect": "wald on the logit",
    "random_effects_dl": "wald on the logit",
    "random_effects_pm": "wald on the logit",
    "random_effects_reml": "hartung-knapp, t (k-1), not below the classic standard error",
    "random_effects_glmm": "wald on the logit, random-intercept binomial model",
}


def incidence_by_dose(by_arm: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per group and method; a dose without any count keeps a row that says so."""
    trials = trial_counts(by_arm, arm).collect()
    groups = _groups(trials)
    pooled = groups.filter(pl.col("k_trials") > 1)
    parts = [
        _not_estimable(groups.filter(pl.col("k_trials") == 0, ~pl.col("has_bounds"))),
        _bounds(groups.filter(pl.col("k_trials") == 0, pl.col("has_bounds"))),
        _single_trial(groups.filter(pl.col("k_trials") == 1)),
        _range_and_total(pooled, trials),
        _models(pooled.filter(pl.col("model_reason").is_null()), trials),
        censoring.censored_estimates(trials, GROUP),
    ]
    rows = pl.concat([part for part in parts if part.height], how="diagonal_relaxed").lazy() if groups.height else None
    if rows is None:
        return INCIDENCE_BY_DOSE.empty()
    judged = _with_every_column(rows).with_columns(is_default=_is_default(), caution=_caution())
    return INCIDENCE_BY_DOSE.conform(judged.select(INCIDENCE_BY_DOSE.column_names)).sort(INCIDENCE_BY_DOSE.key)


def _with_every_column(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Without a pooled group nothing has filled the columns of models."""
    present = rows.collect_schema().names()
    absent = [column for column in INCIDENCE_BY_DOSE.columns if column.name not in present]
    return rows.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in absent)


def _groups(trials: pl.DataFrame) -> pl.DataFrame:
    """One row per group with what its trials say; a group nobody asked about under this attribution is left out."""
    counted = pl.col("is_counted")
    joined = {
        name: pl.col(column).filter(counted).str.split("; ").explode().drop_nulls().unique().sort().str.join("; ")
        for name, column in (
            ("grading_systems", "grading_system"),
            ("threshold_relations", "threshold_relation"),
            ("concept_relations", "concept_relation"),
            ("bands_as_reported", "grade_band_as_reported"),
        )
    }
    groups = trials.group_by(GROUP).agg(
        counted.sum().cast(pl.Int64).alias("k_trials"),
        (pl.col("is_bounded") & ~counted).sum().cast(pl.Int64).alias("k_bounded"),
        pl.col("trial_id").filter(counted).sort().str.join("; ").alias("trial_ids"),
        pl.col("n_affected").filter(counted).sum().alias("n_affected_lower"),
        pl.col("n_affected").filter(counted).sum().alias("n_affected_upper"),
        pl.col("n_at_risk").filter(counted).sum().alias("n_at_risk"),
        *_within_bounds(),
        **joined,
    )
    moved = (pl.col("grade_band") == "severe") & ~pl.col("threshold_relations").is_in(["equal", ""])
    return groups.with_columns(
        model_reason=pl.when(moved).then(pl.lit("severe on another scale than v4.03, so no model is fitted"))
    ).sort(GROUP)


def _within_bounds() -> list[pl.Expr]:
    """What is known of the trials without a count, where each of their arms has bounds."""
    bounded = pl.col("is_bounded") & pl.col("has_bounds") & ~pl.col("is_counted")
    return [
        bounded.any().alias("has_bounds"),
        pl.col("n_affected").filter(bounded).sum().alias("bounded_lower"),
        pl.col("n_affected_upper").filter(bounded).sum().alias("bounded_upper"),
        pl.col("n_at_risk").filter(bounded).sum().alias("bounded_at_risk"),
        pl.col("trial_id").filter(bounded).sort().str.join("; ").alias("bounded_ids"),
        (pl.col("is_part") & ~pl.col("is_counted")).any().alias("lists_a_part"),
        pl.col("shares_patients").any(),
    ]


def _bounds(groups: pl.DataFrame) -> pl.DataFrame:
    """The outer limits of the trials that are known only within bounds; added over trials they have no interval."""
    known = groups.with_columns(
        n_affected_lower="bounded_lower",
        n_affected_upper="bounded_upper",
        n_at_risk="bounded_at_risk",
        trial_ids="bounded_ids",
        method=pl.lit("bounds"),
    )
    limited = with_interval(known.lazy().with_columns(reporting_status=pl.lit("derived_bounds")), "wilson").collect()
    alone = pl.col("k_bounded") == 1
    return limited.with_columns(
        pl.when(alone).then(pl.col(name)).alias(name) for name in ("ci_lower", "ci_upper", "ci_method")
    )


def _not_estimable(groups: pl.DataFrame) -> pl.DataFrame:
    empty = pl.lit(None, pl.Int64)
    return groups.with_columns(
        method=pl.lit("not_estimable"), n_affected_lower=empty, n_affected_upper=empty, n_at_risk=empty
    )


def _single_trial(groups: pl.DataFrame) -> pl.DataFrame:
    with_limits = with_interval(groups.lazy().with_columns(reporting_status=pl.lit("observed")), "wilson")
    return with_limits.with_columns(
        method=pl.lit("single_trial"), incidence=pl.col("n_affected_lower") / pl.col("n_at_risk")
    ).collect()


def _counts(groups: pl.DataFrame, trials: pl.DataFrame) -> Counts:
    """The counted trials of the groups, numbered by the groups' order."""
    numbered = groups.select(*GROUP, group=pl.int_range(pl.len()))
    rows = trials.filter("is_counted").join(numbered, on=GROUP, how="inner", validate="m:1").sort("group", "trial_id")
    return pooling.gather(rows["n_affected"].to_numpy(), rows["n_at_risk"].to_numpy(), rows["group"].to_numpy())


def _known(values: FloatArray) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _heterogeneity(groups: pl.DataFrame, counts: Counts) -> pl.DataFrame:
    spread = pooling.heterogeneity(counts)
    return groups.with_columns(q=_known(spread.q), q_p=_known(spread.q_p), i2=_known(spread.i2))


def _range_and_total(groups: pl.DataFrame, trials: pl.DataFrame) -> pl.DataFrame:
    """The trials' lowest and highest incidence, and the crude total, which never has an interval."""
    if not groups.height:
        return groups
    share = pl.col("n_affected") / pl.col("n_at_risk")
    limits = trials.filter("is_counted").group_by(GROUP).agg(ci_lower=share.min(), ci_upper=share.max())
    described = _heterogeneity(groups, _counts(groups, trials))
    ranges = described.join(limits, on=GROUP, how="left", validate="1:1").with_columns(
        method=pl.lit("trial_range"), ci_method=pl.lit("lowest and highest trial, not a confidence interval")
    )
    totals = described.with_columns(
        method=pl.lit("crude_total"), incidence=pl.col("n_affected_lower") / pl.col("n_at_risk")
    )
    return pl.concat([ranges, totals], how="diagonal_relaxed")


def _models(groups: pl.DataFrame, trials: pl.DataFrame) -> pl.DataFrame:
    if not groups.height:
        return groups
    counts = _counts(groups, trials)
    # Higgins, Thompson and Spiegelhalter define their limits around the classic fit, whose error is not widened.
    low, high = pooling.hts_prediction(pooling.random_effects(counts, "DL"))
    described = _heterogeneity(groups, counts).with_columns(prediction_lower=_known(low), prediction_upper=_known(high))
    return pl.concat([_fitted(described, name, fit(counts)) for name, fit in MODELS.items()], how="diagonal_relaxed")


def _fitted(groups: pl.DataFrame, method: str, pooled: Pooled) -> pl.DataFrame:
    if method == "common_effect":
        groups = groups.drop("prediction_lower", "prediction_upper")
    return groups.with_columns(
        method=pl.lit(method),
        incidence=_known(pooled.estimate),
        ci_lower=_known(pooled.lower),
        ci_upper=_known(pooled.upper),
        ci_method=pl.lit(CI_METHODS[method]),
        tau2=_known(pooled.tau2),
        converged=pl.Series(pooled.converged, dtype=pl.Boolean),
        model_reason=pl.Series([reason or None for reason in pooled.reason], dtype=pl.String),
    )


def _is_default() -> pl.Expr:
    """One row a group: the trial, the range below five trials, the model from five on, or its named fallback."""
    fits = (pl.col("method") == "random_effects_glmm") & pl.col("converged") & pl.col("incidence").is_not_null()
    model_stands = fits.any().over(GROUP)
    falls_back = ~model_stands & (pl.col("method") == "random_effects_reml") & pl.col("incidence").is_not_null()
    model = pl.when(model_stands).then(fits).otherwise(falls_back)
    has_model = (pl.col("k_trials") >= 5) & (model_stands | falls_back.any().over(GROUP))
    simple = pl.col("method").is_in(["not_estimable", "bounds", "single_trial", "trial_range"])
    return pl.when(has_model).then(model).otherwise(simple).fill_null(False)


def _caution() -> pl.Expr:
    few = pl.col("k_trials")
    is_model = pl.col("method").is_in([*MODELS, *censoring.METHODS])
    falls_back = _is_default() & (pl.col("method") == "random_effects_reml")
    parts = [
        pl.when(pl.col("method") == "crude_total").then(pl.lit("crude: patients added over trials, no interval")),
        pl.when(is_model & (few == 2)).then(pl.lit("two trials: carries no weight")),
        pl.when(is_model & few.is_between(3, 4)).then(pl.lit("unstable: three or four trials")),
        pl.when(pl.col("method") == "not_estimable").then(pl.lit("no trial at this dose gives a count of patients")),
        pl.when(pl.col("method") == "bounds").then(pl.lit("known only within bounds")),
        pl.when((few == 0) & pl.col("lists_a_part")).then(
            pl.lit("terms of the concept are listed, others may be hidden: see incidence_by_arm")
        ),
        pl.when("shares_patients").then(
            pl.lit("left out: a trial whose arms at this dose may hold the same patients")
        ),
        pl.when(is_model & ~pl.col("converged")).then(pl.lit("did not converge")),
        pl.when(falls_back).then(pl.lit("fallback: the random-intercept model gives no converged estimate")),
        pl.col("model_reason"),
        pl.when((pl.col("k_bounded") > 0) & (pl.col("method") != "bounds")).then(
            pl.format("{} further trial(s) known only within bounds", "k_bounded")
        ),
        pl.when(pl.col("concept_relations").str.contains("superset")).then(
            pl.lit("a printed row holds more than the concept (superset)")
        ),
        pl.when(pl.col("concept_relations").str.contains("subset|overlapping")).then(
            pl.lit("a printed row holds only part of the concept")
        ),
        pl.when((pl.col("grade_band") == "severe") & pl.col("bands_as_reported").str.contains("3-4")).then(
            pl.lit("printed as grade 3-4: fatal events are not counted")
        ),
        pl.when(pl.col("grading_systems").str.contains("; ")).then(pl.lit("graded with several editions")),
    ]  # fmt: skip
    joined = pl.concat_str(parts, separator="; ", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
