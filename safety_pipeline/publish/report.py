"""The release as one page for people: self-contained HTML."""

from collections.abc import Mapping
from html import escape

import polars as pl


def render(tables: Mapping[str, pl.DataFrame], *, release_id: str) -> str:
    """The report of a release; every text from the data is escaped."""
    shown = tables["incidence_by_dose"].filter("is_default", pl.col("stratum") == "all")
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Release {escape(release_id)}</title>{_table(shown)}"
    )


def _table(frame: pl.DataFrame) -> str:
    head = "".join(f"<th>{escape(name)}" for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape('' if value is None else str(value))}" for value in row)
        for row in frame.iter_rows()
    )
    return f"<table><tr>{head}{rows}</table>"
