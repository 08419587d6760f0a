"""A drug against its control over several randomised trials: patients are only compared inside their trial."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.comparisons.control_counts import EVENT, of_concepts, of_terms, trial_tables
from safety_pipeline.summarise.comparisons.counted_once import Pairs, left_out, suspected_pairs, words
from safety_pipeline.summarise.comparisons.dose_arms import one_edition
from safety_pipeline.summarise.comparisons.measures import BOUNDED, number
from safety_pipeline.summarise.comparisons.sides import COMPARISON, sides
from safety_pipeline.summarise.comparisons.stratified_contrasts import MEASURES, Fit, fitted
from safety_pipeline.summarise.estimators.arms import stratified
from safety_pipeline.summarise.estimators.arms.stratified import Tables
from safety_pipeline.summarise.estimators.families import multiplicity
from safety_pipeline.tables.compared import CONTROL_CONTRAST

Row = dict[str, Any]
# Of the differences only that whose limits have a width even without an event.
_MEASURES = (MEASURES[0], *MEASURES[2:])
_FAMILY = [*COMPARISON, "level", "grade_band", "attribution"]
_GROUP = [*COMPARISON, *EVENT]


def control_contrast(
    by_arm: pl.LazyFrame,
    arm_contrast: pl.LazyFrame,
    arm: pl.LazyFrame,
    body_system: pl.LazyFrame,
    suspected: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """One row per comparison, event, band, attribution, use of bounds and measure that two or more trials give.

    ``suspected`` has one row per pair of trials that may report the same patients; of them the larger enters.
    """
    compared = sides(arm)
    counts = pl.concat([of_concepts(by_arm), of_terms(arm_contrast)], how="diagonal_relaxed")
    graded = one_edition(trial_tables(counts, compared), arm, _GROUP).sort(*_GROUP, "trial_id", nulls_last=True)
    pairs = suspected_pairs(suspected)
    groups = graded.collect().group_by(_GROUP, maintain_order=True)
    rows = [row for key, trials in groups for row in _of_group(dict(zip(_GROUP, key, strict=True)), trials, pairs)]
    systems = body_system.select("concept", "body_system")
    named = _with_family(rows).lazy().drop("body_system").join(systems, on="concept", how="left", validate="m:1")
    return CONTROL_CONTRAST.conform(named.select(CONTROL_CONTRAST.column_names)).sort(
        CONTROL_CONTRAST.key, nulls_last=True
    )


def _of_group(key: Mapping[str, Any], trials: pl.DataFrame, suspected: Pairs) -> list[Row]:
    """The rows of one comparison and event: of the trials that are counted, and of all with their bounds."""
    patients = trials.select("trial_id", pl.col("n_at_risk") + pl.col("n_at_risk_comparator"))
    out = left_out(dict(patients.iter_rows()), suspected)
    once = trials.filter(~pl.col("trial_id").is_in(list(out)))
    counted = once.filter("is_counted")
    n_bounded = once.height - counted.height
    shared = {**key, "k_bounded": n_bounded, "caution": "; ".join(_cautions(once, counted, out)) or None}
    rows: list[Row] = []
    if counted.height > 1:
        rows += _counts(shared, counted)
    if n_bounded and once.height > 1 and _is_telling(once):
        rows += _bounds({**shared, "is_default": not rows}, once)
    return rows


def _is_telling(trials: pl.DataFrame) -> bool:
    """Whether somebody is known to be affected, or a trial is counted."""
    lowest = ("n_affected_lower", "n_affected_lower_comparator")
    return bool(trials["is_counted"].any()) or any(trials[name].sum() > 0 for name in lowest)


def _cautions(once: pl.DataFrame, counted: pl.DataFrame, out: Mapping[str, str]) -> Iterator[str]:
    n_bounded = once.height - counted.height
    if n_bounded and counted.height > 1:
        yield f"{n_bounded} further trial(s) known only within bounds: see the row with bounds"
    yield from words(out)
    relations = "; ".join(once["concept_relation"].drop_nulls())
    if "superset" in relations:
        yield "a printed row holds more than the concept (superset)"
    if "subset" in relations or "overlapping" in relations:
        yield "a printed row holds only part of the concept"


def _counts(shared: Mapping[str, Any], counted: pl.DataFrame) -> list[Row]:
    """The measures of the trials with one count on each side, with the test that they share."""
    tables = _tables(counted, "lower", "lower")
    p = number(stratified.cochran_mantel_haenszel(tables).p)
    method = "cochran-mantel-haenszel" if p is not None else None
    described = {**shared, **_described(counted), "counts_used": "counts", "is_default": True}
    tested = {**described, "p_value": p, "p_method": method}
    return [{**tested, "measure": name, "ci_method": limits, **fitted(fit, tables)} for name, limits, fit in _MEASURES]


def _bounds(shared: Mapping[str, Any], trials: pl.DataFrame) -> list[Row]:
    """The measures of all trials at both ends of their bounds, with the outer limits of the two."""
    lowest, highest = _tables(trials, "lower", "upper"), _tables(trials, "upper", "lower")
    described = {**shared, **_described(trials), "counts_used": "counts and bounds"}
    return [
        {**described, "measure": name, "ci_method": limits, **_outer(fit, lowest, highest)}
        for name, limits, fit in _MEASURES
    ]


def _outer(fit: Fit, lowest: Tables, highest: Tables) -> Row:
    low, high = fitted(fit, lowest), fitted(fit, highest)
    ends = {"estimate_lower": low["estimate"], "estimate_upper": high["estimate"]}
    return {**ends, "ci_lower": low["ci_lower"], "ci_upper": high["ci_upper"], "state": BOUNDED}


def _tables(trials: pl.DataFrame, end: str, comparator_end: str) -> Tables:
    names = (f"n_affected_{end}", "n_at_risk", f"n_affected_{comparator_end}_comparator", "n_at_risk_comparator")
    return stratified.tables(*(trials[name].to_numpy() for name in names))


def _described(trials: pl.DataFrame) -> Row:
    """The trials, and their patients added up for the row's name."""
    return {
        "k_trials": trials.height,
        "trial_ids": "; ".join(trials["trial_id"]),
        **_patients(trials, ""),
        **_patients(trials, "_comparator"),
    }


def _patients(trials: pl.DataFrame, side: str) -> Row:
    lower, upper = (int(trials[f"n_affected_{end}{side}"].sum()) for end in ("lower", "upper"))
    return {
        f"n_affected{side}": lower if lower == upper else None,
        f"n_affected{side}_min": lower,
        f"n_affected{side}_max": upper,
        f"n_at_risk{side}": int(trials[f"n_at_risk{side}"].sum()),
    }


def _with_family(rows: list[Row]) -> pl.DataFrame:
    """The rows with Benjamini-Hochberg p-values among the events of their comparison, band and attribution.

    The test is the same beside every measure, so it counts once an event; any toxicity holds all the others.
    """
    made = CONTROL_CONTRAST.from_rows(rows).collect()
    is_member = pl.col("p_value").is_not_null() & (pl.col("concept").fill_null("") != ANY_EVENT)
    members = made.filter(is_member).unique(_GROUP, maintain_order=True)
    parts = [_adjusted(family) for _, family in members.group_by(_FAMILY, maintain_order=True)]
    if not parts:
        return made
    adjusted = pl.concat(parts).with_columns(counts_used=pl.lit("counts"))
    return made.drop("p_bh", "family").join(
        adjusted, on=[*_GROUP, "counts_used"], how="left", nulls_equal=True, validate="m:1"
    )


def _adjusted(family: pl.DataFrame) -> pl.DataFrame:
    p = multiplicity.benjamini_hochberg(family["p_value"].to_numpy().astype(np.float64))
    name = f"{family.height} {family['level'][0]}s that two or more trials compare"
    return family.select(*_GROUP, p_bh=pl.Series(p), family=pl.lit(name))
