"""The arm-level tables as the clinical suites look at them: one column a promise, beside the row's key."""

from collections.abc import Callable, Mapping

import polars as pl

View = Callable[[pl.LazyFrame], pl.LazyFrame]


def incidence_by_arm(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each arm-level answer with what its band, its interval and its status promise."""
    line = ["trial_id", "arm_id", "concept", "attribution"]
    any_upper = pl.col("n_affected_upper").filter(pl.col("grade_band") == "any").max().over(line)
    severe = pl.col("grade_band") == "severe"
    has_number = pl.col("incidence").is_not_null()
    inside = pl.col("incidence").is_between(pl.col("ci_lower") - 1e-12, pl.col("ci_upper") + 1e-12)
    return rows.with_columns(
        severe_minus_any=pl.when(severe).then(pl.col("n_affected_lower") - any_upper).fill_null(0),
        upper_minus_at_risk=(pl.col("n_affected_upper") - pl.col("n_at_risk")).fill_null(0),
        is_interval_around_incidence=pl.when(has_number).then(inside).otherwise(True),
        has_proportion_without_patients=has_number & pl.col("reporting_status").is_in(_NEVER_A_PROPORTION),
    )


_NEVER_A_PROPORTION = ["below_threshold", "episodes_only", "rejected_cell", "not_tabulated", "no_results"]


def incidence_by_dose(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each estimate with how many defaults its group has, and whether a crude total claims an interval."""
    group = ["concept", "drug", "dose_mg_per_day", "grade_band", "attribution", "stratum"]
    is_crude = pl.col("method") == "crude_total"
    return rows.with_columns(
        n_defaults_in_group=pl.col("is_default").cast(pl.Int64).sum().over(group),
        has_crude_interval=is_crude & (pl.col("ci_lower").is_not_null() | pl.col("ci_upper").is_not_null()),
    )


def document_use(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each document with how many index reports its patients have."""
    return rows.with_columns(n_index_reports=pl.col("is_index_report").cast(pl.Int64).sum().over("population_id"))


VIEWS: Mapping[str, View] = {
    "incidence_by_arm": incidence_by_arm,
    "incidence_by_dose": incidence_by_dose,
    "document_use": document_use,
}
