"""Files of what a page shows: marts as CSV or Parquet, cells of a number, and figures as SVG."""

import io
from collections.abc import Mapping

import polars as pl
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from safety_pipeline.explore.pages.cells import CELLS
from safety_pipeline.explore.published import Published
from safety_pipeline.publish.formula_safe import csv
from safety_pipeline.publish.plots.contrast_dots import contrast_dots
from safety_pipeline.publish.plots.forest import forest
from safety_pipeline.publish.plots.forest_rows import forest_rows
from safety_pipeline.publish.plots.words import BANDS, words
from safety_pipeline.tables.marts import MARTS

_MARTS = {mart.name: mart for mart in MARTS}
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "svg": "image/svg+xml",
}
_FOREST = "SELECT * FROM {} WHERE concept = $concept AND drug = $drug AND grade_band = $band"
_FAMILY = """
    SELECT d.* FROM dose_contrast AS d JOIN mart_comparison AS m USING (trial_id, row_label, grade_band, attribution)
    WHERE concat_ws('|', m.trial_id, m.drug, m.groups_label, m.attribution) = $family AND grade_band = $band
      AND m.comparison = 'doses' AND d.is_main_row AND d.measure = 'risk_difference'
      AND d.ci_method = 'newcombe hybrid score' AND d.estimate IS NOT NULL
"""


def download(data: Published, request: Request) -> Response:
    """The file of that name; its rows are those the address asks for."""
    name, _, kind = str(request.path_params["name"]).partition(".")
    asked = dict(request.query_params)
    if kind == "svg" and name in _FIGURES:
        return _file(_FIGURES[name](data, asked).encode("utf-8"), name, kind)
    if kind not in ("csv", "parquet"):
        return PlainTextResponse("There is no such file.", status_code=404)
    if name == "cells":
        return _file(_written(data.frame(CELLS, id=asked.get("id", "")), kind), name, kind)
    if name in _MARTS:
        return _file(_written(_rows(data, name, asked), kind), name, kind)
    return PlainTextResponse("There is no such file.", status_code=404)


def _rows(data: Published, mart: str, asked: Mapping[str, str]) -> pl.DataFrame:
    """The rows of a mart whose columns have the values asked for; what is no column of it is passed over."""
    chosen = {name: value for name, value in asked.items() if name in _MARTS[mart].column_names and value}
    where = " AND ".join(f"CAST({name} AS VARCHAR) = ${name}" for name in chosen) or "true"
    return data.frame(f"SELECT * FROM {mart} WHERE {where}", **chosen)  # noqa: S608  (names of declared columns only)


def _written(frame: pl.DataFrame, kind: str) -> bytes:
    if kind == "csv":
        return csv(frame)
    target = io.BytesIO()
    frame.write_parquet(target)
    return target.getvalue()


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type=_TYPES[kind], headers=headers)


def _forest(data: Published, asked: Mapping[str, str]) -> str:
    """The forest plot of the report, of one concept, drug and band."""
    chosen = {name: asked.get(name, "") for name in ("concept", "drug", "band")}
    by_dose, by_arm = (data.frame(_FOREST.format(name), **chosen) for name in ("incidence_by_dose", "incidence_by_arm"))
    return forest(forest_rows(by_dose, by_arm), f"{chosen['concept']}, {words(BANDS, chosen['band'])}")


def _differences(data: Published, asked: Mapping[str, str]) -> str:
    """The dot plot of the report, of one pair of doses."""
    rows = data.frame(_FAMILY, family=asked.get("family", ""), band=asked.get("band", ""))
    return contrast_dots(rows, "Risk differences")


_FIGURES = {"forest": _forest, "differences": _differences}
