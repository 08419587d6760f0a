"""The rows of a dose with several counted trials: their range, the crude total, the exact total and the models."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import polars as pl

from safety_pipeline.summarise.estimators import proportion
from safety_pipeline.summarise.estimators.outcome import FloatArray
from safety_pipeline.summarise.estimators.trials import glmm, pooling
from safety_pipeline.summarise.estimators.trials.pooling import Counts, Pooled
from safety_pipeline.summarise.trials import GROUP


class Model(NamedTuple):
    """How trials are pooled, and the name of the limits it gives."""

    fit: Callable[[Counts], Pooled]
    ci_method: str


_WALD = "wald on the logit"
MODELS: Mapping[str, Model] = {
    "common_effect": Model(pooling.common_effect, _WALD),
    "random_effects_dl": Model(lambda counts: pooling.random_effects(counts, "DL"), _WALD),
    "random_effects_pm": Model(lambda counts: pooling.random_effects(counts, "PM"), _WALD),
    "random_effects_reml": Model(
        lambda counts: pooling.hartung_knapp_guarded(counts, "REML"),
        "hartung-knapp, t (k-1), not below the classic standard error",
    ),
    "random_effects_glmm": Model(
        glmm.random_intercept_student, "t (k-1) on the logit, random-intercept binomial model"
    ),
}
EXACT_TOTAL = "exact_total"


def pooled_rows(groups: pl.DataFrame, trials: pl.DataFrame) -> list[pl.DataFrame]:
    """The rows of the groups with two or more counted trials, a frame a kind of method."""
    if not groups.height:
        return []
    described = _described(groups, trials)
    return [
        described.with_columns(method=pl.lit("trial_range")),
        _with_share(described).with_columns(method=pl.lit("crude_total")),
        _exact_total(described.filter("is_all_or_none")),
        _models(described.filter(pl.col("model_reason").is_null(), ~pl.col("is_all_or_none")), trials),
    ]


def _counts(groups: pl.DataFrame, trials: pl.DataFrame) -> Counts:
    """The counted trials of the groups, numbered by the groups' order."""
    numbered = groups.select(*GROUP, group=pl.int_range(pl.len()))
    rows = trials.filter("is_counted").join(numbered, on=GROUP, how="inner", validate="m:1").sort("group", "trial_id")
    return pooling.gather(rows["n_affected"].to_numpy(), rows["n_at_risk"].to_numpy(), rows["group"].to_numpy())


def _known(values: FloatArray) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _described(groups: pl.DataFrame, trials: pl.DataFrame) -> pl.DataFrame:
    """The groups with the lowest and highest incidence of a trial, and how far the trials differ.

    Without an event, or with nothing else, the half event a trial would decide Q alone: there is none then.
    """
    share = pl.col("n_affected") / pl.col("n_at_risk")
    ends = trials.filter("is_counted").group_by(GROUP).agg(range_lower=share.min(), range_upper=share.max())
    spread = pooling.heterogeneity(_counts(groups, trials))
    figures = {"q": _known(spread.q), "q_p": _known(spread.q_p), "i2": _known(spread.i2)}
    named = groups.with_columns(**figures).join(ends, on=GROUP, how="left", validate="1:1", maintain_order="left")
    return named.with_columns(pl.when(~pl.col("is_all_or_none")).then(pl.col(name)).alias(name) for name in figures)


def _with_share(groups: pl.DataFrame) -> pl.DataFrame:
    return groups.with_columns(incidence=pl.col("n_affected_lower") / pl.col("n_at_risk"))


def _exact_total(groups: pl.DataFrame) -> pl.DataFrame:
    """Nobody or everybody affected in every trial: nothing to model, and the total keeps an exact interval."""
    lower, upper = proportion.clopper_pearson(groups["n_affected_lower"].to_numpy(), groups["n_at_risk"].to_numpy())
    return _with_share(groups).with_columns(
        method=pl.lit(EXACT_TOTAL),
        ci_lower=_known(lower),
        ci_upper=_known(upper),
        ci_method=pl.lit("clopper-pearson of the total"),
    )


def _models(groups: pl.DataFrame, trials: pl.DataFrame) -> pl.DataFrame:
    if not groups.height:
        return groups
    counts = _counts(groups, trials)
    return pl.concat([_fitted(groups, name, counts) for name in MODELS], how="diagonal_relaxed")


def _fitted(groups: pl.DataFrame, method: str, counts: Counts) -> pl.DataFrame:
    """The groups with the figures of one model; a further trial is predicted by the model of the row itself."""
    pooled = MODELS[method].fit(counts)
    further = {} if method == "common_effect" else _prediction(pooled)
    return groups.with_columns(
        method=pl.lit(method),
        incidence=_known(pooled.estimate),
        ci_lower=_known(pooled.lower),
        ci_upper=_known(pooled.upper),
        ci_method=pl.lit(MODELS[method].ci_method),
        tau2=_known(pooled.tau2),
        converged=pl.Series(pooled.converged, dtype=pl.Boolean),
        model_reason=pl.Series([reason or None for reason in pooled.reason], dtype=pl.String),
        **further,
    )


def _prediction(pooled: Pooled) -> dict[str, pl.Series]:
    low, high = pooling.hts_prediction(pooled)
    return {"prediction_lower": _known(low), "prediction_upper": _known(high)}
