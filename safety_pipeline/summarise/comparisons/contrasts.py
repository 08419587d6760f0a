"""Dose contrasts inside randomised trials: each printed row, higher dose against lower."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.comparisons.counted_once import suspected_pairs
from safety_pipeline.summarise.comparisons.dose_arms import dose_arms
from safety_pipeline.summarise.comparisons.family import with_body_system, with_family
from safety_pipeline.summarise.comparisons.hierarchical_contrasts import hierarchical_contrasts
from safety_pipeline.summarise.comparisons.measures import (
    Arms,
    count_columns,
    is_telling,
    less_conservative,
    measured,
    number,
    tested,
)
from safety_pipeline.summarise.comparisons.printed_lines import LINE, printed_lines
from safety_pipeline.summarise.comparisons.stratified_contrasts import stratified_contrasts
from safety_pipeline.summarise.estimators.doses import trend
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables.compared import DOSE_CONTRAST

Row = Mapping[str, Any]
_ROW = [*LINE, "drug"]
_FAMILY = ["trial_id", "drug", "grade_band", "attribution", "dose_low", "dose_high"]


def dose_contrast(sources: Sources, body_system: pl.LazyFrame, *, with_hierarchical: bool = False) -> pl.LazyFrame:
    """One row per printed row of a trial, pair of doses, band, attribution and measure, its p-values adjusted.

    ``with_hierarchical`` adds the odds ratios of the three-level model, which takes tens of seconds a family.
    """
    bounded = dose_lines(printed_lines(sources)).collect()
    compared = [pair for group in _groups(bounded) for pair in _pairs(group)]
    if not compared:
        return DOSE_CONTRAST.empty()
    systems = body_system.select("concept", "body_system").collect()
    pairs = with_body_system(compared, systems)
    adjusted = with_family(pairs, _FAMILY, ("_high", "_low"), _named_pair)
    rows = [row for pair in adjusted.to_dicts() for row in _measured(pair)]
    rows += _trends(_counted(bounded))
    rows += (
        hierarchical_contrasts(adjusted.filter(pl.col("n_affected_low").is_not_null(), pl.col("concept").is_not_null()))
        if with_hierarchical
        else []
    )
    return DOSE_CONTRAST.from_rows(rows).sort(DOSE_CONTRAST.key, nulls_last=True)


def with_stratified(contrast: pl.LazyFrame, arm: pl.LazyFrame, suspected: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """The contrasts within trials, and those over the trials of a lake, which are made of them.

    ``suspected`` has one row per pair of trials that may report the same patients, either way round.
    """
    arms = dose_arms(contrast, arm).collect()
    over_trials = DOSE_CONTRAST.from_rows(stratified_contrasts(arms, suspected_pairs(suspected)))
    return pl.concat([contrast, over_trials]).sort(DOSE_CONTRAST.key, nulls_last=True)


def dose_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """One row per printed line, regimen and dose that a randomised trial compares with another dose."""
    dosed = lines.filter(pl.col("dose_mg_per_day").is_not_null()).with_columns(drug="regimen")
    alone = dosed.filter(pl.len().over(*_ROW, "dose_mg_per_day") == 1)
    return alone.filter(pl.len().over(_ROW) > 1).sort(*_ROW, "dose_mg_per_day", nulls_last=True)


def _counted(bounded: pl.DataFrame) -> pl.DataFrame:
    """The lines with one count of patients, which trends are made of."""
    exact = bounded.filter(pl.col("n_affected_lower") == pl.col("n_affected_upper"))
    return exact.with_columns(n_affected="n_affected_lower")


def _groups(printed: pl.DataFrame) -> list[list[dict[str, Any]]]:
    groups = printed.partition_by(_ROW, maintain_order=True)
    return [group.to_dicts() for group in groups if group.height > 1]


def _pairs(group: Sequence[Row]) -> list[dict[str, Any]]:
    return [_pair(low, high) for low, high in combinations(group, 2) if is_telling(low, high)]


def _pair(low: Row, high: Row) -> dict[str, Any]:
    pair = {
        **{name: low[name] for name in _ROW if name not in ("document_id", "table_label")},
        "body_system_as_reported": low["body_system_as_reported"],
        "dose_low": low["dose_mg_per_day"],
        "dose_high": high["dose_mg_per_day"],
        **count_columns(low, "_low"),
        **count_columns(high, "_high"),
    }
    test = tested(Arms.of_pair(pair, "_high", "_low"))
    in_family = low["is_main_row"] and test["p_value"] is not None and low["concept"] != ANY_EVENT
    return {**pair, **test, "in_family": in_family}


def _measured(pair: Row) -> list[dict[str, Any]]:
    arms = Arms.of_pair(pair, "_high", "_low")
    return [*measured(pair, arms), less_conservative(pair, arms)]


def _named_pair(row: Row) -> str:
    return f"{row['dose_high']:g} against {row['dose_low']:g} mg/day"


def _trends(printed: pl.DataFrame) -> list[dict[str, Any]]:
    """Cochran-Armitage rows per printed row with two or more doses, scored by the doses themselves."""
    return [row for group in _groups(printed) for row in _trend(group)]


def _trend(group: Sequence[Row]) -> list[dict[str, Any]]:
    affected, at_risk, doses = ([row[name] for row in group] for name in ("n_affected", "n_at_risk", "dose_mg_per_day"))
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
            "estimate": number(getattr(test, "z", np.nan)),
            "p_value": number(test.two_sided),
            "p_method": method,
            "state": None if test.state == "estimated" else f"{test.state}: {test.reason}",
        }
        for method, test in tests.items()
    ]
