"""The section on time: rates per exposure and incidence by a day, for the arms whose subjects' times are known."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from safety_pipeline.publish.plots.words import ATTRIBUTIONS, BANDS, words

Tables = Mapping[str, pl.DataFrame]
MAX_ROWS = 60
_RATE = "exposure_adjusted_rate"
_LINE = ["concept", "label", "trial_id", "arm_id", "grade_band", "attribution"]


def over_time(tables: Tables) -> dict[str, Any]:
    """One line per headline concept, arm, band and attribution: its rate, then its incidence by each day."""
    concepts = tables["dim_concept"].filter("is_headline").select("concept", "label")
    rows = tables["incidence_over_time"].join(concepts, on="concept", how="inner").sort(*_LINE, "by_day")
    # A day that no arm reached has nothing to show.
    days = rows.filter(pl.col("measure") != _RATE, pl.col("n_affected_upper").is_not_null())["by_day"].unique().sort()
    lines = rows.partition_by(_LINE, maintain_order=True)
    return {
        "days": days.to_list(),
        "rows": [_line(line, days) for line in lines[:MAX_ROWS]],
        "n_hidden": max(0, len(lines) - MAX_ROWS),
    }


def _line(line: pl.DataFrame, days: Iterable[int]) -> dict[str, Any]:
    first = line.row(0, named=True)
    found = {(row["measure"], row["by_day"]): row for row in line.to_dicts()}
    rate = next(row for (measure, _), row in found.items() if measure == _RATE)
    return {
        "label": first["label"],
        "arm": first["arm_id"],
        "asked": f"{words(BANDS, first['grade_band'])}, {words(ATTRIBUTIONS, first['attribution'])}",
        "rate": _shown(rate, 1.0, ""),
        "by_day": [_shown(found["cumulative_incidence", day], 100.0, " %") for day in days],
    }


def _shown(row: Mapping[str, Any], scale: float, unit: str) -> str:
    """The figure with its limits; bounds alone where the days of events are not known."""
    estimate, lower, upper = (row[name] for name in ("estimate", "ci_lower", "ci_upper"))
    shown = "–" if estimate is None else f"{scale * estimate:.1f}{unit}"
    if lower is None or upper is None:
        return shown
    limits = f"{scale * lower:.1f} to {scale * upper:.1f}"
    return f"within {limits}{unit}" if estimate is None else f"{shown} ({limits})"
