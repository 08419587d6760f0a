"""The lines of a forest plot: the arms of each dose, then the ways in which its trials are brought together."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from safety_pipeline.publish.plots.words import (
    METHODS,
    RELATIONS,
    SCALES,
    STATUSES,
    between,
    of_trials,
    percent,
    percent_with_limits,
    words,
)

Row = Mapping[str, Any]
GROUP = ("drug", "dose_mg_per_day", "attribution")
SCHEMA = pl.Schema(
    {
        "drug": pl.String(),
        "dose_mg_per_day": pl.Float64(),
        "attribution": pl.String(),
        "part": pl.Int64(),
        "label": pl.String(),
        "kind": pl.String(),
        "value": pl.Float64(),
        "lower": pl.Float64(),
        "upper": pl.Float64(),
        "counts": pl.String(),
        "shown": pl.String(),
        "note": pl.String(),
        "is_default": pl.Boolean(),
    }
)
_DRAWN = ("estimate", "bounds")
_BOUNDS = ("derived_bounds", "below_threshold")
_POOLED_KIND = {
    "crude_total": "crude",
    "trial_range": "range",
    "single_trial": "single",
    "not_estimable": "unknown",
    "bounds": "bounds",
}


def forest_rows(by_dose: pl.DataFrame, by_arm: pl.DataFrame) -> pl.DataFrame:
    """One row per line of the plot of one concept and band, sorted by drug, dose and attribution."""
    arms = [_arm(row) for row in by_arm.to_dicts()]
    doses = [_dose(row) for row in of_all_strata(by_dose).to_dicts()]
    rows = pl.DataFrame(arms + doses, schema=SCHEMA, orient="row")
    return rows.sort(*GROUP, "part", "label", nulls_last=True)


def of_all_strata(by_dose: pl.DataFrame) -> pl.DataFrame:
    """The rows by dose that a plot has a line for."""
    return by_dose.filter(pl.col("stratum") == "all")


def leading(by_dose: pl.DataFrame, by_arm: pl.DataFrame, n_lines: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the first drugs and doses, as many as fill so many lines: a large lake has thousands of them."""
    lines = pl.concat([part.select(GROUP) for part in (of_all_strata(by_dose), by_arm)])
    groups = lines.group_by(GROUP).len().sort(*GROUP, nulls_last=True)
    first = groups.filter(pl.col("len").cum_sum() - pl.col("len") < n_lines)
    dose_rows, arm_rows = (part.join(first, on=GROUP, how="semi", nulls_equal=True) for part in (by_dose, by_arm))
    return dose_rows, arm_rows


def _arm(row: Row) -> dict[str, Any]:
    kind = _arm_kind(row)
    n, lower, upper = row["n_at_risk"], row["n_affected_lower"], row["n_affected_upper"]
    limits = (row["ci_lower"], row["ci_upper"]) if kind == "estimate" else _shares(lower, upper, n)
    shown: Callable[[], str] = {
        "estimate": lambda: percent_with_limits(row["incidence"], *limits),
        "bounds": lambda: f"bounds {between(*limits)}",
        "part": lambda: "not known: listed terms only",
        "unknown": lambda: f"not known: {words(STATUSES, row['reporting_status'])}",
    }[kind]
    return {
        **{name: row[name] for name in GROUP},
        "part": 0,
        "label": _arm_label(row),
        "kind": "unknown" if kind == "part" else kind,
        "value": row["incidence"] if kind == "estimate" else None,
        "lower": limits[0] if kind in _DRAWN else None,
        "upper": limits[1] if kind in _DRAWN else None,
        "counts": _counts(lower, upper, n),
        "shown": shown(),
        "note": _arm_note(row),
        "is_default": False,
    }


def _arm_kind(row: Row) -> str:
    """How the arm is drawn; a count of the listed terms is none of the concept, as others may be hidden."""
    if row["concept_relation"] == "subset" and row["reporting_status"] == "derived_bounds":
        return "part"
    if row["incidence"] is not None:
        return "estimate"
    has_bounds = row["reporting_status"] in _BOUNDS and row["n_affected_upper"] is not None and row["n_at_risk"]
    return "bounds" if has_bounds else "unknown"


def _arm_label(row: Row) -> str:
    """The trial and the arm as the source names it; its id where the name is not at hand."""
    trial, arm = row["trial_id"], row["arm_id"]
    if name := row.get("arm_label"):
        return f"{trial}, {name}"
    return str(arm if arm.startswith(trial) else f"{trial}, {arm}")


def _shares(lower: int | None, upper: int | None, n: int | None) -> tuple[float, float]:
    return (lower / n, upper / n) if n and lower is not None and upper is not None else (0.0, 1.0)


def _counts(lower: int | None, upper: int | None, n: int | None) -> str:
    if lower is None or upper is None or n is None:
        return "–"
    return f"{lower}/{n}" if lower == upper else f"{lower}–{upper} of {n}"


def _arm_note(row: Row) -> str:
    relation = row["concept_relation"]
    parts = [
        row["reason"].rstrip("."),
        f"the printed row {words(RELATIONS, relation)}" if relation not in (None, "equal") else "",
        _threshold_note(row),
    ]
    return "; ".join(part for part in parts if part)


def _threshold_note(row: Row) -> str:
    moved = row["grade_band"] == "severe" and row["threshold_relation"] not in (None, "equal")
    relation = words(SCALES, row["threshold_relation"])
    return f"severe as graded with {row['grading_system']}, on the v4.03 scale {relation}" if moved else ""


def _dose(row: Row) -> dict[str, Any]:
    kind = _POOLED_KIND.get(row["method"], "model")
    default = " (default)" if row["is_default"] else ""
    limits = _dose_limits(row, kind)
    return {
        **{name: row[name] for name in GROUP},
        "part": 1 if row["is_default"] else 2,
        "label": f"{words(METHODS, row['method'])}{default}",
        "kind": kind,
        "value": row["incidence"],
        "lower": limits[0],
        "upper": limits[1],
        "counts": _counts(row["n_affected_lower"], row["n_affected_upper"], row["n_at_risk"]),
        "shown": _dose_shown(row, kind),
        "note": row["caution"] or "",
        "is_default": row["is_default"],
    }


def _dose_limits(row: Row, kind: str) -> tuple[float | None, float | None]:
    """The ends of the line drawn for a dose: bounds, the range of the trials, or the interval."""
    if kind == "bounds":
        return _dose_bounds(row)
    return (row["range_lower"], row["range_upper"]) if kind == "range" else (row["ci_lower"], row["ci_upper"])


def _dose_bounds(row: Row) -> tuple[float, float]:
    return _shares(row["n_affected_lower"], row["n_affected_upper"], row["n_at_risk"])


def _dose_shown(row: Row, kind: str) -> str:
    if kind == "range":
        return f"trials {of_trials(row['range_lower'], row['range_upper'])}"
    if kind == "bounds":
        return f"bounds {between(*_dose_bounds(row))}"
    if row["incidence"] is None:
        return "not estimable"
    if kind == "crude":
        return f"{percent(row['incidence'])}, no interval"
    return percent_with_limits(row["incidence"], row["ci_lower"], row["ci_upper"])
