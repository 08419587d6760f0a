"""Dose contrasts over several randomised trials, stratified by trial: patients are only compared inside their trial."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy.special import chdtrc

from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.comparisons.counted_once import Pairs, left_out, words
from safety_pipeline.summarise.comparisons.dose_arms import GROUP
from safety_pipeline.summarise.comparisons.measures import estimate_columns, number
from safety_pipeline.summarise.estimators.arms import stratified
from safety_pipeline.summarise.estimators.arms.stratified import Stratified, Tables
from safety_pipeline.summarise.estimators.arms.stratified_score import stratified_score_risk_difference
from safety_pipeline.summarise.estimators.doses import dose_response
from safety_pipeline.summarise.estimators.families import multiplicity
from safety_pipeline.summarise.estimators.outcome import BREAKDOWNS, broken_down, not_estimable
from safety_pipeline.tables.vocabulary import STRATIFIED

Fit = Callable[[Tables], Stratified]
SCORE = "mantel-haenszel, stratified miettinen-nurminen"
MEASURES = (
    ("risk_difference", SCORE, stratified_score_risk_difference),
    ("risk_difference", "mantel-haenszel, sato", stratified.mantel_haenszel_risk_difference),
    ("risk_ratio", "mantel-haenszel, greenland-robins", stratified.mantel_haenszel_risk_ratio),
    ("odds_ratio", "mantel-haenszel, robins-breslow-greenland", stratified.mantel_haenszel_odds_ratio),
)
SLOPE = "logistic with an intercept a trial, log odds ratio per 100 mg/day"
ONE_STAGE = "one stage, random intercept, dose less the trial's mean, log odds ratio per 100 mg/day"


def stratified_contrasts(arms: pl.DataFrame, suspected: Pairs = frozenset()) -> list[dict[str, Any]]:
    """One row per concept, drug, pair of doses, band, attribution and measure that two or more trials compare.

    ``arms`` has one row per group, trial and dose (`dose_arms`); of ``suspected`` pairs of trials one enters.
    """
    several = arms.filter(pl.col("trial_id").n_unique().over(GROUP) > 1)
    groups = several.group_by(GROUP, maintain_order=True)
    return _with_family(
        [row for key, group in groups for row in _of_group(dict(zip(GROUP, key, strict=True)), group, suspected)]
    )


def _of_group(key: Mapping[str, Any], group: pl.DataFrame, suspected: Pairs) -> list[dict[str, Any]]:
    """The rows of the trials that count each patient once; none where that leaves one trial."""
    patients = group.group_by("trial_id").agg(pl.col("n_at_risk").sum())
    out = left_out(dict(patients.iter_rows()), suspected)
    kept = group.filter(~pl.col("trial_id").is_in(list(out)))
    if kept["trial_id"].n_unique() < 2:
        return []
    caution = "; ".join(words(out)) or None
    return [{**row, "caution": caution} for row in (*_pairs(key, kept), *_slope(key, kept))]


def _with_family(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with Benjamini-Hochberg p-values among the concepts of one drug, band, attribution and pair of doses.

    The test is the same beside every measure, so it counts once a concept; any toxicity holds all the others.
    """
    families: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        if row.get("p_value") is not None and row["concept"] != ANY_EVENT:
            families.setdefault(_family(row), {})[row["concept"]] = row["p_value"]
    adjusted = {family: _adjusted(tested) for family, tested in families.items()}
    return [{**row, **adjusted.get(_family(row), {}).get(row["concept"], {})} for row in rows]


def _family(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("p_method", "drug", "grade_band", "attribution", "dose_low", "dose_high"))


def _adjusted(tested: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    p = multiplicity.benjamini_hochberg(np.array(list(tested.values())))
    name = f"{len(tested)} concepts that two or more trials compare"
    return {concept: {"p_bh": float(value), "family": name} for concept, value in zip(tested, p, strict=True)}


def _pairs(key: Mapping[str, Any], group: pl.DataFrame) -> list[dict[str, Any]]:
    doses = group["dose_mg_per_day"].unique().sort().to_list()
    return [row for low, high in combinations(doses, 2) for row in _pair(key, group, low, high)]


def _pair(key: Mapping[str, Any], group: pl.DataFrame, low: float, high: float) -> list[dict[str, Any]]:
    numbers = ["trial_id", "n_affected", "n_at_risk"]
    at_low, at_high = (group.filter(dose_mg_per_day=dose).select(numbers) for dose in (low, high))
    both = at_high.join(at_low, on="trial_id", suffix="_low", validate="1:1").sort("trial_id")
    if both.height < 2:
        return []
    columns = ("n_affected", "n_at_risk", "n_affected_low", "n_at_risk_low")
    tables = stratified.tables(*(both[name].to_numpy() for name in columns))
    test = stratified.cochran_mantel_haenszel(tables)
    shared = {
        **_described(key, both["trial_id"], low, high),
        **_totals(tables),
        "p_value": number(test.p),
        "p_method": "cochran-mantel-haenszel" if not np.isnan(test.p) else None,
    }
    return [
        {**shared, "measure": measure, "ci_method": method, **fitted(fit, tables)} for measure, method, fit in MEASURES
    ]


def _totals(t: Tables) -> dict[str, int]:
    """Patients added over the trials, described as such by the row's name."""
    affected = {"high": int(t.a.sum()), "low": int(t.c.sum())}
    counts = {f"n_affected_{dose}{end}": n for dose, n in affected.items() for end in ("", "_min", "_max")}
    return {**counts, "n_at_risk_high": int(t.n1.sum()), "n_at_risk_low": int(t.n2.sum())}


def fitted(fit: Fit, trials: Tables) -> dict[str, Any]:
    """The figures of a measure, and how far the trials differ from it; a breakdown is a state."""
    try:
        found = fit(trials)
        return {
            **estimate_columns(found.estimate),
            **(_heterogeneity(fit, trials, found) if found.estimate.is_estimated else {}),
        }
    except BREAKDOWNS as fault:
        return estimate_columns(broken_down(fault))


def _heterogeneity(fit: Fit, trials: Tables, found: Stratified) -> dict[str, Any]:
    """Q and I² of the trials, with Tarone's form of the Breslow-Day test where an odds ratio is meant."""
    df = trials.a.size - 1
    if np.isnan(found.q):
        return {}
    figures = {"q": found.q, "i2": max(0.0, 1 - df / found.q) if found.q else 0.0}
    if fit is not stratified.mantel_haenszel_odds_ratio:
        return {**figures, "heterogeneity_p": float(chdtrc(df, found.q)), "heterogeneity_method": "q"}
    _, tarone = stratified.breslow_day(trials)
    return {**figures, "heterogeneity_p": number(tarone.p), "heterogeneity_method": "breslow-day, tarone"}


def _slope(key: Mapping[str, Any], group: pl.DataFrame) -> list[dict[str, Any]]:
    doses = group["dose_mg_per_day"]
    numbers = (group[name].to_numpy() for name in ("n_affected", "n_at_risk", "dose_mg_per_day", "trial_id"))
    arms = dose_response.arms(*numbers)
    described = _described(key, group["trial_id"], float(doses.to_numpy().min()), float(doses.to_numpy().max()))
    fits = {SLOPE: _slope_of, ONE_STAGE: _one_stage_of}
    return [{**described, "measure": "trend", "ci_method": name, **fit(arms)} for name, fit in fits.items()]


def _slope_of(arms: dose_response.Arms) -> dict[str, Any]:
    """The common slope, with the test that each trial has its own; a breakdown is a state."""
    try:
        found = dose_response.within_trial_slope(arms)
    except BREAKDOWNS as fault:
        return estimate_columns(broken_down(fault))
    test = {"q": number(found.heterogeneity), "heterogeneity_p": number(found.heterogeneity_p)}
    return {**estimate_columns(found.slope), **test, "heterogeneity_method": "likelihood ratio of separate slopes"}


def _one_stage_of(arms: dose_response.Arms) -> dict[str, Any]:
    """The slope inside trials when their levels are drawn from one normal; the one between trials is left out.

    It compares trials, not randomised patients, and only its place in the model keeps it out of the slope inside them.
    """
    try:
        found = dose_response.one_stage_slopes(arms)
    except BREAKDOWNS as fault:
        return estimate_columns(broken_down(fault))
    if not found.between.is_estimated:
        return estimate_columns(found.between)
    return estimate_columns(found.within if found.converged else not_estimable("the likelihood has no settled maximum"))


def _described(key: Mapping[str, Any], trials: pl.Series, low: float, high: float) -> dict[str, Any]:
    named = "; ".join(sorted(set(trials)))
    ends = {"dose_low": low, "dose_high": high}
    return {**key, **ends, "trial_id": f"{STRATIFIED}{named}", "row_label": key["concept"], "is_main_row": True}
