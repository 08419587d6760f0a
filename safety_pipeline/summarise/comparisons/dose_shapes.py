"""The shape of an event's log odds over dose, where randomised trials compare three doses or more."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import polars as pl

from safety_pipeline.summarise.comparisons.measures import NEWCOMBE, number
from safety_pipeline.summarise.comparisons.stratified_contrasts import STRATIFIED
from safety_pipeline.summarise.estimators import dose_response
from safety_pipeline.summarise.estimators.dose_shape import FEWEST_DOSES, SHAPES, Shape, dose_shapes
from safety_pipeline.summarise.estimators.outcome import BREAKDOWNS, broken_down
from safety_pipeline.tables.compared import DOSE_SHAPE

_GROUP = ["concept", "drug", "grade_band", "attribution"]
_ARM = [*_GROUP, "trial_id", "dose"]


def dose_shape(contrast: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per group and shape; ``contrast`` is `dose_contrast`, whose pairs name the arms that are compared."""
    arms = _arms(contrast, arm).collect()
    rows = [
        _row(dict(zip(_GROUP, key, strict=True)), group, shape)
        for key, group in arms.group_by(_GROUP, maintain_order=True)
        for shape in _shapes(group)
    ]
    return DOSE_SHAPE.from_rows(rows).sort(DOSE_SHAPE.key)


def _arms(contrast: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """The arms with one count, of trials in which one main row stands for the concept; severe only of one edition."""
    pairs = contrast.filter(
        "is_main_row",
        pl.col("concept").is_not_null(),
        pl.col("ci_method") == NEWCOMBE,
        ~pl.col("trial_id").str.starts_with(STRATIFIED),
    )
    ends = [
        pairs.select(
            *_GROUP,
            "trial_id",
            "row_label",
            dose=f"dose_{end}",
            n_affected=f"n_affected_{end}",
            n_at_risk=f"n_at_risk_{end}",
        )
        for end in ("low", "high")
    ]
    rows = pl.concat(ends).unique().filter(pl.len().over(_ARM) == 1, pl.col("n_affected").is_not_null())
    editions = arm.group_by("trial_id").agg(edition=pl.col("grading_system").unique().sort().str.join("; "))
    graded = rows.join(editions, on="trial_id", how="left", validate="m:1").filter(
        (pl.col("grade_band") == "any") | (pl.col("edition").n_unique().over(_GROUP) == 1)
    )
    compared = graded.filter(pl.col("dose").n_unique().over(*_GROUP, "trial_id") > 1)
    return compared.filter(pl.col("dose").n_unique().over(_GROUP) >= FEWEST_DOSES).sort(_ARM)


def _shapes(group: pl.DataFrame) -> tuple[Shape, ...]:
    """The shapes of a group; a breakdown is a state."""
    columns = (group[name].to_numpy() for name in ("n_affected", "n_at_risk", "dose", "trial_id"))
    try:
        return dose_shapes(dose_response.arms(*columns))
    except BREAKDOWNS as fault:
        return tuple(Shape(name, broken_down(fault)) for name in SHAPES)


def _row(key: Mapping[str, Any], group: pl.DataFrame, shape: Shape) -> dict[str, Any]:
    doses, contrast = group["dose"].unique().sort(), shape.contrast
    return {
        **key,
        "shape": shape.name,
        "is_chosen": shape.is_chosen,
        "k_trials": group["trial_id"].n_unique(),
        "n_doses": len(doses),
        "dose_low": doses[0],
        "dose_high": doses[-1],
        "n_at_risk": int(group["n_at_risk"].sum()),
        "log_odds_ratio": number(contrast.value),
        "ci_lower": number(contrast.lower),
        "ci_upper": number(contrast.upper),
        "half_dose": number(shape.half_dose),
        "aicc": number(shape.aicc),
        "weight": shape.weight if isfinite(shape.weight) else None,
        "trial_ids": "; ".join(group["trial_id"].unique().sort()),
        "state": None if contrast.is_estimated else f"{contrast.state}: {contrast.reason}",
    }
