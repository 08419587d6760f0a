"""Estimates by dose that use what a reporting threshold says of the trials that do not list an event."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from safety_pipeline.summarise.estimators.trials.censored import (
    Censored,
    bounds,
    censored_beta_binomial,
    censored_logit_normal,
)

METHODS: Mapping[str, Callable[..., Censored]] = {
    "censored_beta_binomial": censored_beta_binomial,
    "censored_logit_normal": censored_logit_normal,
}
PROFILE = "profile likelihood"
ONE_INCIDENCE = "exact, one incidence in all trials"


def censored_estimates(trials: pl.DataFrame, groups: pl.DataFrame, group: Sequence[str]) -> pl.DataFrame:
    """One row per group and likelihood, where one of several trials is below its threshold.

    Only for any grade: a severe count that is not printed has no relation to the v4.03 scale, so no model carries it.
    """
    told = trials.filter(pl.col("is_counted") | pl.col("is_below_threshold"), grade_band="any", stratum="all")
    several = pl.col("is_below_threshold").any() & (pl.len() > 1)
    rows = [
        row
        for key, members in told.filter(several.over(group)).group_by(group, maintain_order=True)
        for row in _rows(dict(zip(group, key, strict=True)), members)
    ]
    if not rows:
        return pl.DataFrame()
    bounded = groups.select(*group, "k_bounded", "k_below_threshold")
    return pl.DataFrame(rows, infer_schema_length=None).join(bounded, on=group, how="left", validate="m:1")


def _rows(key: Mapping[str, Any], trials: pl.DataFrame) -> list[dict[str, Any]]:
    known = tuple(trials.select("n_affected", "n_affected_upper", "n_at_risk").iter_rows())
    n_bounded = int(trials["is_below_threshold"].sum())
    shared = {
        **key,
        "k_trials": trials.height,
        "trial_ids": "; ".join(sorted(trials["trial_id"])),
        "grading_systems": "; ".join(sorted({name for text in trials["grading_system"] for name in text.split("; ")})),
        "n_affected_lower": int(trials["n_affected"].sum()),
        "n_affected_upper": int(trials["n_affected_upper"].sum()),
        "n_at_risk": int(trials["n_at_risk"].sum()),
        "concept_relations": "; ".join(sorted({text for text in trials["concept_relation"].drop_nulls() if text})),
        "bands_as_reported": "",
        "threshold_relations": "",
    }
    return [{**shared, **_fitted(name, _fit(name, known), n_bounded)} for name in METHODS]


@lru_cache(maxsize=4096)
def _fit(method: str, trials: tuple[tuple[int, int, int], ...]) -> Censored:
    """The fit of trials given as bounds and patients at risk; many concepts of a table have the same counts."""
    lower, upper, at_risk = zip(*trials, strict=True)
    return METHODS[method](bounds(lower, upper, at_risk))


def _fitted(method: str, fit: Censored, n_bounded: int) -> dict[str, Any]:
    figures = {
        "incidence": fit.estimate.value,
        "ci_lower": fit.estimate.lower,
        "ci_upper": fit.estimate.upper,
        "prediction_lower": fit.further[0],
        "prediction_upper": fit.further[1],
    }
    entered = f"{n_bounded} of the trials below the reporting threshold, entered as bounds"
    reason = f"; {fit.estimate.reason}" if fit.estimate.reason else ""
    return {
        "method": method,
        "ci_method": _ci_method(fit),
        "converged": fit.converged,
        "tau2": fit.spread if method == "censored_logit_normal" and not np.isnan(fit.spread) else None,
        "model_reason": entered + reason,
        **{name: None if np.isnan(value) else float(value) for name, value in figures.items()},
    }


def _ci_method(fit: Censored) -> str | None:
    if fit.estimate.is_estimated:
        return PROFILE
    return None if np.isnan(fit.estimate.upper) else ONE_INCIDENCE
