"""The shape of an event's log odds over dose, where randomised trials compare three doses or more."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import polars as pl

from safety_pipeline.summarise.comparisons.dose_arms import GROUP, dose_arms
from safety_pipeline.summarise.comparisons.measures import number
from safety_pipeline.summarise.estimators.doses import dose_response
from safety_pipeline.summarise.estimators.doses.dose_shape import FEWEST_DOSES, SHAPES, Shape, dose_shapes
from safety_pipeline.summarise.estimators.outcome import BREAKDOWNS, broken_down
from safety_pipeline.tables.compared import DOSE_SHAPE


def dose_shape(contrast: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per group and shape; ``contrast`` is `dose_contrast`, whose pairs name the arms that are compared."""
    arms = _arms(contrast, arm).collect()
    rows = [
        _row(dict(zip(GROUP, key, strict=True)), group, shape)
        for key, group in arms.group_by(GROUP, maintain_order=True)
        for shape in _shapes(group)
    ]
    return DOSE_SHAPE.from_rows(rows).sort(DOSE_SHAPE.key)


def _arms(contrast: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """The arms of groups with doses enough for a shape."""
    return dose_arms(contrast, arm).filter(pl.col("dose_mg_per_day").n_unique().over(GROUP) >= FEWEST_DOSES)


def _shapes(group: pl.DataFrame) -> tuple[Shape, ...]:
    """The shapes of a group; a breakdown is a state."""
    columns = (group[name].to_numpy() for name in ("n_affected", "n_at_risk", "dose_mg_per_day", "trial_id"))
    try:
        return dose_shapes(dose_response.arms(*columns))
    except BREAKDOWNS as fault:
        return tuple(Shape(name, broken_down(fault)) for name in SHAPES)


def _row(key: Mapping[str, Any], group: pl.DataFrame, shape: Shape) -> dict[str, Any]:
    doses, contrast = group["dose_mg_per_day"].unique().sort(), shape.contrast
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
