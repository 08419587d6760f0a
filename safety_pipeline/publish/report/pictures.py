"""The pictures over all arms: what is known of each, and how grades divide by edition."""

from collections.abc import Mapping

import polars as pl
from markupsafe import Markup

from safety_pipeline.publish.plots.grade_bars import MAX_BARS, grade_bars
from safety_pipeline.publish.plots.heat_map import MAX_ARMS, MAX_CONCEPTS, heat_map
from safety_pipeline.publish.plots.words import BANDS

Tables = Mapping[str, pl.DataFrame]


def pictures(tables: Tables) -> dict[str, object]:
    """The heat map of each band and the grade bars of the headline concepts; nothing in an empty lake."""
    by_arm = tables["incidence_by_arm"]
    headline = tables["dim_concept"].filter("is_headline").select("concept")
    chosen = by_arm.join(headline, on="concept", how="semi")
    return {
        "heat_maps": _heat_maps(by_arm),
        "bars": Markup(grade_bars(chosen, "Grades by edition")) if by_arm.height else None,  # noqa: S704
        "limits": {"arms": MAX_ARMS, "concepts": MAX_CONCEPTS, "bars": MAX_BARS},
    }


def _heat_maps(by_arm: pl.DataFrame) -> list[tuple[str, Markup]]:
    return [
        (wording, Markup(heat_map(rows, f"Arms and concepts, {wording}")))  # noqa: S704
        for band, wording in BANDS.items()
        if (rows := by_arm.filter(grade_band=band)).height
    ]
