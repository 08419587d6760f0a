"""The one dashboard: how its charts are laid out, what narrows them, and how their shapes look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safety_pipeline.reference.references import load
from safety_pipeline.superset.charts import CHARTS, Chart
from safety_pipeline.superset.datasets import TABLES
from safety_pipeline.superset.identity import VERSION, identity

SLUG = "safety"
_WIDTH = 12
_STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
_GUIDE = (Path(__file__).parent / "guide.md").read_text(encoding="utf-8")
_GUIDE_HEIGHT = 19


@dataclass(frozen=True)
class Filter:
    """One filter: its words, and the column of a table that its values come from.

    It narrows every chart of which the table has that column, and no other.
    """

    name: str
    table: str
    column: str
    chosen: tuple[str, ...] = ()


def filters() -> tuple[Filter, ...]:
    """The filters, in their order; the headline concepts are chosen at first."""
    headlines = tuple(sorted(load().headlines["concept_label"]))
    return (
        Filter("Drug", "mart_incidence_by_arm", "drug"),
        Filter("Event", "mart_incidence_by_arm", "concept_label", headlines),
        Filter("Grade band", "mart_incidence_by_arm", "grade_band_label"),
        Filter("Attribution", "mart_incidence_by_arm", "attribution_label"),
        Filter("Edition", "mart_incidence_by_arm", "grading_system"),
        Filter("Trial", "mart_incidence_by_arm", "trial_label"),
    )


def dashboard() -> dict[str, Any]:
    """The dashboard as Superset imports it."""
    return {
        "dashboard_title": "Adverse events by dose",
        "description": "One row of a chart is the answer to one question; every answer leads to its printed cells.",
        "slug": SLUG,
        "css": _STYLE,
        "published": True,
        "uuid": identity("dashboard", SLUG),
        "position": _layout(),
        "metadata": {
            "native_filter_configuration": [_exported(each) for each in filters()],
            "filter_bar_orientation": "HORIZONTAL",
            "cross_filters_enabled": False,
            "refresh_frequency": 0,
            "color_scheme": "supersetColors",
        },
        "version": VERSION,
    }


def is_narrowed(chart: Chart, by: Filter) -> bool:
    """Whether the filter narrows the chart."""
    table = next(table for table in TABLES if table.name == chart.table)
    return by.column in table.schema


def _exported(asked: Filter) -> dict[str, Any]:
    chosen = list(asked.chosen) or None
    narrowed = {"filters": [{"col": asked.column, "op": "IN", "val": chosen}]} if chosen else {}
    return {
        "id": f"NATIVE_FILTER-{asked.column}",
        "name": asked.name,
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "description": "",
        "targets": [{"datasetUuid": identity("dataset", asked.table), "column": {"name": asked.column}}],
        "controlValues": {
            "multiSelect": True,
            "enableEmptyFilter": False,
            "defaultToFirstItem": False,
            "inverseSelection": False,
            "searchAllOptions": False,
        },
        "defaultDataMask": {"extraFormData": narrowed, "filterState": {"value": chosen}},
        "cascadeParentIds": [],
        "scope": {
            "rootPath": ["ROOT_ID"],
            "excluded": [_number(chart) for chart in CHARTS if not is_narrowed(chart, asked)],
        },
    }


def _number(chart: Chart) -> int:
    """The chart's number within the bundle; Superset gives it another."""
    return CHARTS.index(chart) + 1


def _layout() -> dict[str, Any]:
    """The guide on top and the charts under it, side by side as long as the page is wide enough."""
    guide = _block("MARKDOWN", "guide", "ROW-0", code=_GUIDE, width=_WIDTH, height=_GUIDE_HEIGHT)
    rows: list[list[dict[str, Any]]] = [[guide]]
    rows += [[_chart(chart, f"ROW-{number}") for chart in row] for number, row in enumerate(_in_rows(CHARTS), start=1)]
    blocks = [_row(f"ROW-{number}", [block["id"] for block in blocks]) for number, blocks in enumerate(rows)]
    root: Mapping[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": "Adverse events by dose"}},
        "GRID_ID": {
            "id": "GRID_ID",
            "type": "GRID",
            "parents": ["ROOT_ID"],
            "children": [block["id"] for block in blocks],
        },
    }
    return {**root, **{block["id"]: block for block in [*blocks, *(each for row in rows for each in row)]}}


def _in_rows(charts: Sequence[Chart]) -> list[list[Chart]]:
    rows: list[list[Chart]] = [[]]
    for chart in charts:
        if sum(each.width for each in rows[-1]) + chart.width > _WIDTH:
            rows.append([])
        rows[-1].append(chart)
    return rows


def _row(name: str, children: list[str]) -> dict[str, Any]:
    return {
        "id": name,
        "type": "ROW",
        "parents": ["ROOT_ID", "GRID_ID"],
        "children": children,
        "meta": {"background": "BACKGROUND_TRANSPARENT"},
    }


def _chart(chart: Chart, row: str) -> dict[str, Any]:
    sizes = {"width": chart.width, "height": chart.height}
    known = {"chartId": _number(chart), "uuid": identity("chart", chart.name), "sliceName": chart.title}
    return _block("CHART", chart.name, row, **known, **sizes)


def _block(kind: str, name: str, row: str, **meta: Any) -> dict[str, Any]:
    return {
        "id": f"{kind}-{name}",
        "type": kind,
        "parents": ["ROOT_ID", "GRID_ID", row],
        "children": [],
        "meta": meta,
    }
