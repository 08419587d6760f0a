"""The marts as datasets: every column with its meaning, and the metrics of `dashboards/metrics.yaml`."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from safety_pipeline.publish.metrics import metrics
from safety_pipeline.superset.bars import answer_bar, difference_bar, link, link_to_chart
from safety_pipeline.superset.identity import VERSION, identity
from safety_pipeline.tables import marts, released
from safety_pipeline.tables.column import Column, Table

DATABASE = "safety"
TABLES = (
    marts.MART_INCIDENCE_BY_DOSE,
    marts.MART_INCIDENCE_BY_ARM,
    marts.MART_COMPARISON,
    marts.MART_SIGNAL,
    marts.MART_COVERAGE,
    marts.MART_OVERVIEW,
    released.RELEASE,
)
_SHARE = ("0 to 100 %", "Drawn for the eye: the words stand in `label`.", answer_bar())
_DIFFERENCE = ("−100 to +100 points", "Drawn for the eye: the words stand in `label`.", difference_bar())


def _cells(sql: str) -> tuple[str, str, str]:
    return ("Behind it", "Leads to the printed cells in the explorer.", sql)


# Table to calculated column: its heading, what it means, and its SQL.
CALCULATED: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "mart_incidence_by_dose": {"bar": _SHARE, "cells": _cells(link("answer", "dose_id"))},
    "mart_incidence_by_arm": {"bar": _SHARE, "cells": _cells(link("number", "incidence_id"))},
    "mart_comparison": {"bar": _DIFFERENCE, "cells": _cells(link("comparison", "comparison_id"))},
    "mart_signal": {"bar": _DIFFERENCE, "cells": _cells(link_to_chart())},
    "mart_overview": {"bar": _SHARE},
}
_TYPES = {
    pl.String: "STRING",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE PRECISION",
    pl.Boolean: "BOOLEAN",
    pl.Datetime: "TIMESTAMP",
}


def database() -> dict[str, Any]:
    """The published database; where it lies is known to the configuration of Superset, not to the bundle."""
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": "duckdb:///safety.duckdb",
        "expose_in_sqllab": True,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {"allows_virtual_table_explore": False},
        "uuid": identity("database", DATABASE),
        "version": VERSION,
    }


def dataset(table: Table) -> dict[str, Any]:
    """One table of the release as Superset knows it."""
    calculated = CALCULATED.get(table.name, {})
    return {
        "table_name": table.name,
        "schema": "main",
        "description": f"{table.description} Choose a row; do not add rows up.",
        "uuid": identity("dataset", table.name),
        "database_uuid": identity("database", DATABASE),
        "columns": [
            *(_column(column, table) for column in table.columns),
            *(_calculated(name, *said) for name, said in calculated.items()),
        ],
        "metrics": [_metric(row) for row in metrics().filter(table_name=table.name).collect().to_dicts()],
        "version": VERSION,
    }


def _column(column: Column, table: Table) -> dict[str, Any]:
    meaning = " ".join(part for part in (column.description, column.caution) if part)
    code = "code" if f"{column.name}_label" in table.schema else ""
    return {
        "column_name": column.name,
        "verbose_name": f"{readable(column.name)} ({code})" if code else readable(column.name),
        "description": meaning,
        "type": _TYPES[type(column.dtype)],
        "is_dttm": isinstance(column.dtype, pl.Datetime),
        "groupby": not column.dtype.is_float(),
        "filterable": True,
    }


def _calculated(name: str, heading: str, description: str, sql: str) -> dict[str, Any]:
    return {
        "column_name": name,
        "verbose_name": heading,
        "description": description,
        "expression": sql,
        "type": "STRING",
        "groupby": True,
        "filterable": False,
    }


def readable(name: str) -> str:
    """The heading of a column: `grade_band_label` is headed "Grade band"."""
    words = name.removesuffix("_label").replace("_", " ")
    return "Answer" if name == "label" else words[:1].upper() + words[1:]


def _metric(row: Mapping[str, Any]) -> dict[str, Any]:
    """A metric may be shown only as it is written: it is empty where a chart brings several questions together."""
    return {
        "metric_name": row["metric"],
        "verbose_name": readable(row["metric"]),
        "expression": row["expression"],
        "description": f"{row['description']} Grain: {row['grain']}.",
        "d3format": None if row["format"] == "text" else row["format"],
        "warning_text": row["caution"],
    }
