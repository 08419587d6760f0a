"""The sections that account for the sources: coverage, documents, checks and refused rows."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from safety_pipeline.publish.plots.words import ATTRIBUTIONS, BANDS, STATUSES, words

Tables = Mapping[str, pl.DataFrame]
MAX_ROWS = 300


def coverage(tables: Tables) -> dict[str, Any]:
    """What each document says of each headline concept, arm and band; lines that say the same are joined."""
    concepts = tables["dim_concept"].filter("is_headline").select("concept", "label")
    arms = tables["dim_arm"].select("arm_id", arm="label")
    rows = (
        tables["coverage"]
        .join(concepts, on="concept", how="inner")
        .join(arms, on="arm_id", how="left")
        .with_columns(pl.coalesce("arm", "arm_id").alias("arm"), counts=_counts())
    )
    same = ["document_id", "table_label", "arm_id", "arm", "reporting_status", "is_used", "reason", "attribution"]
    joined = (
        rows.sort("concept", "grade_band")
        .group_by(*same, "label", maintain_order=True)
        .agg(pl.col("grade_band"), pl.col("counts"))
        .sort("label", *same, nulls_last=True)
    )
    return {"rows": [_line(row) for row in joined.head(MAX_ROWS).to_dicts()], "n_hidden": _hidden(joined)}


def _hidden(rows: pl.DataFrame) -> int:
    return max(0, rows.height - MAX_ROWS)


def _counts() -> pl.Expr:
    lower, upper, n = (pl.col(name) for name in ("n_affected_lower", "n_affected_upper", "n_at_risk"))
    exact = pl.format("{}/{}", lower, n)
    bounds = pl.format("{}–{} of {}", lower, upper, n)
    known = lower.is_not_null() & upper.is_not_null() & n.is_not_null()
    return pl.when(~known).then(pl.lit("–")).when(lower == upper).then(exact).otherwise(bounds)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    bands = [words(BANDS, band).split(" (", maxsplit=1)[0] for band in row["grade_band"]]
    alike = len(set(row["counts"])) == 1
    pairs = zip(bands, row["counts"], strict=True)
    return {
        **row,
        "counts": f"{' and '.join(bands)}: {row['counts'][0]}"
        if alike
        else ", ".join(": ".join(pair) for pair in pairs),
        "status": words(STATUSES, row["reporting_status"]),
        "attribution": words(ATTRIBUTIONS, row["attribution"]),
    }


def documents(tables: Tables) -> dict[str, Any]:
    """Each document with its trial, its grading edition and whether its numbers are the ones used."""
    rows = tables["dim_document"].sort(
        "population_id", "is_index_report", "document_id", descending=[False, True, False]
    )
    return {"rows": rows.head(MAX_ROWS).to_dicts(), "n_hidden": _hidden(rows), "n": rows.height}


def checks(tables: Tables) -> dict[str, Any]:
    """How many checks passed, by severity, and those that did not."""
    rows = tables["dq_result"]
    summary = (
        rows.group_by("severity").agg(n=pl.len(), n_passed=pl.col("passed").sum()).sort("severity")
    )  # fmt: skip
    failed = rows.filter(~pl.col("passed")).sort("severity", "asset", "check_name")
    return {"summary": summary.to_dicts(), "failed": failed.head(MAX_ROWS).to_dicts(), "n": rows.height}


def rejected(tables: Tables) -> dict[str, Any]:
    """Refused rows, counted by rule."""
    rows = tables["rejected"]
    by_rule = (
        rows.group_by("rule")
        .agg(n=pl.len(), n_documents=pl.col("document_id").n_unique(), explanation=pl.col("explanation").sort().first())
        .sort("n", "rule", descending=[True, False])
    )
    return {"n": rows.height, "rules": by_rule.head(MAX_ROWS).to_dicts()}
