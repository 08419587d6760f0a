"""Dose contrasts inside randomised trials: each printed row, higher dose against lower."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from safety_pipeline.summarise.comparisons.hierarchical_contrasts import hierarchical_contrasts
from safety_pipeline.summarise.comparisons.stratified_contrasts import ANY_EVENT, stratified_contrasts
from safety_pipeline.summarise.estimators import contrast, multiplicity, odds_ratio, trend
from safety_pipeline.summarise.estimators.fisher import fisher_exact
from safety_pipeline.summarise.estimators.outcome import Estimate, attempted
from safety_pipeline.summarise.estimators.posterior import probability_higher
from safety_pipeline.summarise.evidence.grade_columns import lines
from safety_pipeline.summarise.evidence.row_use import IS_SUB_ROW
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.summarise.trials import regimen
from safety_pipeline.tables.compared import DOSE_CONTRAST

Row = Mapping[str, Any]
_ROW = [
    "trial_id",
    "drug",
    "document_id",
    "table_label",
    "row_label",
    "is_main_row",
    "concept",
    "grade_band",
    "attribution",
]
_FAMILY = ["trial_id", "drug", "grade_band", "attribution", "dose_low", "dose_high"]
Measure = tuple[str, str, Callable[[float, float, float, float], Estimate]]
MEASURES: tuple[Measure, ...] = (
    ("risk_difference", "newcombe hybrid score", contrast.risk_difference_newcombe),
    ("risk_difference", "miettinen-nurminen", contrast.risk_difference_miettinen_nurminen),
    ("risk_ratio", "miettinen-nurminen", contrast.risk_ratio_miettinen_nurminen),
    ("risk_ratio", "wald on the log", contrast.risk_ratio_wald_log),
    ("odds_ratio", "conditional exact", odds_ratio.odds_ratio_conditional),
)


def dose_contrast(sources: Sources, body_system: pl.LazyFrame, *, with_hierarchical: bool = False) -> pl.LazyFrame:
    """One row per printed row, pair of doses, band, attribution and measure, with p-values adjusted in its family.

    ``with_hierarchical`` adds the odds ratios of the three-level model, which takes tens of seconds a family.
    """
    printed = printed_rows(sources).collect()
    compared = [pair for group in _groups(printed) for pair in _pairs(group)]
    if not compared:
        return DOSE_CONTRAST.empty()
    systems = body_system.select("concept", "body_system")
    tested = (
        pl.DataFrame(compared, infer_schema_length=None).lazy().join(systems, on="concept", how="left", validate="m:1")
    )
    adjusted = _with_family(tested.collect())
    rows = [row for pair in adjusted.to_dicts() for row in _measured(pair)]
    rows += _trends(printed) + stratified_contrasts(printed)
    rows += hierarchical_contrasts(adjusted) if with_hierarchical else []
    return DOSE_CONTRAST.from_rows(rows).sort(DOSE_CONTRAST.key, nulls_last=True)


def printed_rows(sources: Sources) -> pl.LazyFrame:
    """One row per printed row, arm and band with one exact count of patients, in randomised trials."""
    shown = sources.row_use.filter(pl.col("is_used") | (pl.col("not_used_reason") == IS_SUB_ROW))
    rows = sources.toxicity.join(shown, on="toxicity_id", how="semi").filter(
        pl.col("seriousness").is_null(), pl.col("count_unit") == "patients"
    )
    composites = rows.filter("is_composite").select("document_id", "table_label", parent_row_label="row_label").unique()
    # Arms that may hold the same patients are no independent samples.
    own = sources.arm.filter(pl.col("allocation") == "randomised", ~pl.col("is_aggregate"), ~pl.col("may_overlap"))
    arms = own.select("arm_id", "dose_mg_per_day", drug=regimen())
    on_parent = ["document_id", "table_label", "parent_row_label"]
    return (
        lines(rows, sources.term)
        .rename({"term_as_reported": "row_label"})
        .filter(
            pl.col("is_whole"),
            ~pl.col("is_contradictory"),
            pl.col("n_affected_lower") == pl.col("n_affected_upper"),
            pl.col("n_at_risk") > 0,
        )
        .join(composites.with_columns(is_sub_row=pl.lit(True)), on=on_parent, how="left", validate="m:1")
        .join(arms.filter(pl.col("dose_mg_per_day").is_not_null()), on="arm_id", how="inner", validate="m:1")
        .with_columns(is_main_row=pl.col("is_sub_row").is_null())
        .group_by(*_ROW, "dose_mg_per_day")
        .agg(
            pl.col("grading_system").first(),
            n_affected=pl.col("n_affected_lower").sum(),
            n_at_risk=pl.col("n_at_risk").sum(),
            n_lines=pl.len(),
        )
        .filter(pl.col("n_lines") == 1)
        .sort(*_ROW, "dose_mg_per_day", nulls_last=True)
    )


def _groups(printed: pl.DataFrame) -> list[list[dict[str, Any]]]:
    groups = printed.partition_by(_ROW, maintain_order=True)
    return [group.to_dicts() for group in groups if group.height > 1]


def _pairs(group: Sequence[Row]) -> list[dict[str, Any]]:
    return [_pair(low, high) for low, high in combinations(group, 2)]


def _pair(low: Row, high: Row) -> dict[str, Any]:
    counts = (high["n_affected"], high["n_at_risk"], low["n_affected"], low["n_at_risk"])
    test = fisher_exact(*counts)
    has_event = low["n_affected"] + high["n_affected"] > 0
    return {
        **{name: low[name] for name in _ROW if name not in ("document_id", "table_label")},
        "dose_low": low["dose_mg_per_day"],
        "dose_high": high["dose_mg_per_day"],
        "n_affected_low": low["n_affected"],
        "n_at_risk_low": low["n_at_risk"],
        "n_affected_high": high["n_affected"],
        "n_at_risk_high": high["n_at_risk"],
        "p_value": test.minlike if has_event else None,
        "p_mid": test.midp_minlike if has_event else None,
        "posterior_prob_higher": _number(attempted(probability_higher, *counts).value),
        "in_family": low["is_main_row"] and has_event and low["concept"] != ANY_EVENT,
    }


def _with_family(tested: pl.DataFrame) -> pl.DataFrame:
    """Adjusted p-values among the printed main rows with an event, of one trial, band, attribution and dose pair."""
    parts = []
    for _, family in tested.group_by(_FAMILY, maintain_order=True):
        members = family.filter("in_family")
        others = family.filter(~pl.col("in_family"))
        parts += [_adjusted(members), others] if members.height else [others]
    return pl.concat(parts, how="diagonal_relaxed")


def _adjusted(members: pl.DataFrame) -> pl.DataFrame:
    p = members["p_value"].to_numpy()
    systems = members["body_system"].fill_null("not assigned").to_numpy()
    first = members.row(0, named=True)
    name = (
        f"{members.height} main rows of {first['trial_id']}, {first['grade_band']}, {first['attribution']}, "
        f"{first['dose_high']:g} against {first['dose_low']:g} mg/day"
    )
    return members.with_columns(
        p_bh=pl.Series(multiplicity.benjamini_hochberg(p)),
        p_double_fdr=pl.Series(multiplicity.double_fdr_2012(p, systems)),
        family=pl.lit(name),
    )


def _measured(pair: Row) -> list[dict[str, Any]]:
    """One row per measure; the exact test stands beside each."""
    counts = (pair["n_affected_high"], pair["n_at_risk_high"], pair["n_affected_low"], pair["n_at_risk_low"])
    shared = {name: value for name, value in pair.items() if name not in ("in_family", "p_mid")}
    tested = {**shared, "p_method": "fisher, minimum likelihood" if pair["p_value"] is not None else None}
    rows = [
        {**tested, "measure": measure, "ci_method": ci_method, **_figures(attempted(estimate, *counts))}
        for measure, ci_method, estimate in MEASURES
    ]
    return [*rows, _less_conservative(shared, pair["p_mid"], attempted(odds_ratio.odds_ratio_woolf, *counts))]


def _less_conservative(shared: Row, p_mid: float | None, estimate: Estimate) -> dict[str, Any]:
    """The odds ratio with the mid-p test; adjusted p-values belong to the exact test and stay with it."""
    unadjusted = dict.fromkeys(("p_bh", "p_double_fdr", "family"))
    method = "fisher, mid-p" if p_mid is not None else None
    named = {"measure": "odds_ratio", "ci_method": "woolf", "p_value": p_mid, "p_method": method}
    return {**shared, **unadjusted, **named, **_figures(estimate)}


def _figures(estimate: Estimate) -> dict[str, Any]:
    return {
        "estimate": _number(estimate.value),
        "ci_lower": _number(estimate.lower),
        "ci_upper": _number(estimate.upper),
        "state": None if estimate.is_estimated else f"{estimate.state}: {estimate.reason}",
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _trends(printed: pl.DataFrame) -> list[dict[str, Any]]:
    """One Cochran-Armitage row per printed row with two or more doses, scored by the doses themselves."""
    return [row for group in _groups(printed) for row in _trend(group)]


def _trend(group: Sequence[Row]) -> list[dict[str, Any]]:
    affected, at_risk, doses = ([row[name] for row in group] for name in ("n_affected", "n_at_risk", "dose_mg_per_day"))
    if len(set(doses)) < 2:
        return []
    shared = {name: group[0][name] for name in _ROW if name not in ("document_id", "table_label")}
    tests = {
        "cochran-armitage, asymptotic": trend.cochran_armitage(affected, at_risk, doses),
        "cochran-armitage, exact": trend.cochran_armitage_exact(affected, at_risk, doses),
    }
    return [
        {
            **shared,
            "dose_low": min(doses),
            "dose_high": max(doses),
            "measure": "trend",
            "ci_method": method,
            "estimate": _number(getattr(test, "z", np.nan)),
            "p_value": _number(test.two_sided),
            "p_method": method,
            "state": None if test.state == "estimated" else f"{test.state}: {test.reason}",
        }
        for method, test in tests.items()
    ]
