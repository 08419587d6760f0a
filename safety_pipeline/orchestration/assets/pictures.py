"""Plots of a summary as Dagster shows them: SVG inside Markdown, nothing fetched from elsewhere."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from safety_pipeline.orchestration.lakes.lake import Lake
from safety_pipeline.orchestration.lakes.left_out import tried
from safety_pipeline.orchestration.making.stages import references
from safety_pipeline.publish.plots.gallery import plots_for
from safety_pipeline.tables.column import Table

# What people open first; the report holds the rest.
_DRAWN = ("incidence_by_dose",)


def pictures(lake: Lake, table: Table) -> Mapping[str, Any]:
    """The table's plots of headline concepts, any grade; nothing for other tables."""
    if table.stage != "summarised" or table.name not in _DRAWN:
        return {}
    headline = references(lake).dim_concept().filter("is_headline").select("concept")
    shown = lake.scan(table).filter(pl.col("grade_band") == "any").join(headline, on="concept", how="semi")
    drawn = tried(lambda: plots_for(table.name, shown.collect()))
    # A picture that cannot be drawn is no reason to go without the table.
    if isinstance(drawn, BaseException) or not drawn:
        return {}
    return {"plots": dg.MetadataValue.md("\n\n".join(_image(*each) for each in drawn.items()))}


def _image(title: str, svg: str) -> str:
    return f"**{title}**\n\n![{title}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
