"""The sections on dose: contrasts within randomised trials, and the signal list with its wording."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from safety_pipeline.publish.plots.contrast_dots import MAX_LINES, contrast_dots, with_an_event
from safety_pipeline.publish.plots.gallery import INTERVAL, MAX_PLOTS, contrast_families
from safety_pipeline.publish.plots.volcano import volcano
from safety_pipeline.publish.plots.words import ASSESSMENTS, BANDS, named, points, probability, words

Tables = Mapping[str, pl.DataFrame]
MAX_ROWS = 150


def difference_sections(tables: Tables) -> list[dict[str, Any]]:
    """One section per randomised trial, pair of doses, band and attribution."""
    families = contrast_families(tables["dose_contrast"])
    return [_section(tables, title, rows) for title, rows in list(families.items())[:MAX_PLOTS]]


def hidden_differences(tables: Tables) -> int:
    """How many further comparisons are only in the tables."""
    return max(0, len(contrast_families(tables["dose_contrast"])) - MAX_PLOTS)


def _section(tables: Tables, title: str, rows: pl.DataFrame) -> dict[str, Any]:
    headline = tables["dim_concept"].filter("is_headline").select("concept")
    shown = rows.join(headline, on="concept", how="semi").sort("concept", "row_label")
    return {
        "title": title,
        # Markup: drawn by our own code, which escapes the text inside.
        "dots": Markup(contrast_dots(rows, title)),  # noqa: S704
        "volcano": _volcano(rows, title),
        "rows": [_row(row) for row in shown.to_dicts()],
        "n_rows": rows.height,
        "n_without_event": rows.height - with_an_event(rows).height,
        "n_hidden": max(0, with_an_event(rows).height - MAX_LINES),
        "family": next(iter(rows["family"].drop_nulls()), None),
        "smallest_p_bh": probability(rows["p_bh"].drop_nulls().min()),  # type: ignore[arg-type]
    }


def _volcano(rows: pl.DataFrame, title: str) -> Markup | None:
    has_family = rows["p_bh"].drop_nulls().len() > 0
    return Markup(volcano(rows, f"{title}, adjusted p-values")) if has_family else None  # noqa: S704


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": row["row_label"],
        "low": f"{row['n_affected_low']}/{row['n_at_risk_low']}",
        "high": f"{row['n_affected_high']}/{row['n_at_risk_high']}",
        "difference": points(row["estimate"]),
        "limits": f"{points(row['ci_lower'])} to {points(row['ci_upper'])}",
        "p": probability(row["p_value"]),
        "p_bh": probability(row["p_bh"]),
        "p_double_fdr": probability(row["p_double_fdr"]),
        "higher": probability(row["posterior_prob_higher"]),
    }


def signals(tables: Tables) -> dict[str, Any]:
    """The signal list as it is published, in its own words."""
    is_first = (pl.col("tier") == "headline") | (pl.col("assessment") == "dose_associated")
    rows = tables["signal"].filter(is_first).sort("concept", "drug", "grade_band", "scope")
    listed = [
        {**row, "band": words(BANDS, row["grade_band"]), "wording": words(ASSESSMENTS, row["assessment"])}
        for row in rows.head(MAX_ROWS).to_dicts()
    ]
    return {"rows": listed, "n_hidden": max(0, rows.height - MAX_ROWS), "interval": named(INTERVAL)}
