"""What these tables show of a dose difference, by concept, drug and band, with the evidence it rests on."""

from collections.abc import Mapping

import polars as pl

from safety_pipeline.tables.compared import SIGNAL

_CONTRAST = ["concept", "drug", "grade_band", "trial_id", "dose_low", "dose_high"]
_EVIDENCE = ["risk_difference", "ci_lower", "ci_upper", "p_value", "p_bh", "p_double_fdr", "posterior_prob_higher"]


def signal(
    concept: pl.LazyFrame,
    by_arm: pl.LazyFrame,
    by_dose: pl.LazyFrame,
    contrast: pl.LazyFrame,
    rules: Mapping[str, float],
) -> pl.LazyFrame:
    """One row per headline concept, drug, band and scope: each randomised pair of doses, and each other dose."""
    headline = concept.filter("is_headline").select("concept")
    within = _within_trials(contrast, rules).join(
        _toxicity_ids(by_arm), on=["concept", "grade_band", "trial_id"], how="left"
    )
    rows = pl.concat([within, _across_trials(by_dose, contrast)], how="diagonal_relaxed")
    return SIGNAL.complete(rows.join(headline, on="concept", how="semi")).sort(SIGNAL.key)


def _within_trials(contrast: pl.LazyFrame, rules: Mapping[str, float]) -> pl.LazyFrame:
    """Each pair of randomised doses, assessed on its main row by the rules of the data file."""
    rows = contrast.filter(
        "is_main_row", pl.col("ci_method") == "newcombe hybrid score", pl.col("concept").is_not_null()
    ).rename({"estimate": "risk_difference"})
    return rows.with_columns(scope=_scope(), assessment=_assessment(rules), basis=_basis(rules)).select(
        *_CONTRAST, *_EVIDENCE, "scope", "assessment", "basis"
    )


def _scope() -> pl.Expr:
    doses = (pl.col(name).cast(pl.Int64).cast(pl.String) for name in ("dose_high", "dose_low"))
    return pl.format("{} against {} mg/day, randomised within {}, {}", *doses, "trial_id", "attribution")


def _is_associated(rules: Mapping[str, float]) -> pl.Expr:
    """Evidence after adjustment for the family, with an interval that leaves out no difference."""
    adjusted = (pl.col("p_bh") < rules["max_p_bh"]) | (pl.col("p_double_fdr") < rules["max_p_double_fdr"])
    return (adjusted & ((pl.col("ci_lower") > 0) | (pl.col("ci_upper") < 0))).fill_null(False)


def _assessment(rules: Mapping[str, float]) -> pl.Expr:
    return (
        pl.when(_is_associated(rules))
        .then(pl.lit("dose_associated"))
        .when(pl.col("risk_difference").is_null())
        .then(pl.lit("not_estimable"))
        .otherwise(pl.lit("no_dose_difference_shown"))
    )


def _points(name: str) -> pl.Expr:
    """Percentage points as shown; a minus zero would read as a direction."""
    rounded = (pl.col(name) * 100).round(1)
    return pl.when(rounded == 0).then(0.0).otherwise(rounded)


def _basis(rules: Mapping[str, float]) -> pl.Expr:
    shown = (_points("risk_difference"), _points("ci_lower"), _points("ci_upper"))
    associated = pl.format("Dose-associated in these tables: {} percentage points ({} to {}).", *shown)
    none_shown = pl.format(
        "No dose difference shown: {} percentage points ({} to {}); differences inside the interval are not excluded.",
        *shown,
    )
    return (
        pl.when(_is_associated(rules))
        .then(associated)
        .when(pl.col("risk_difference").is_null())
        .then(pl.lit("The randomised arms give no estimate of the difference."))
        .otherwise(none_shown)
    )


def _toxicity_ids(by_arm: pl.LazyFrame) -> pl.LazyFrame:
    keys = ["concept", "grade_band", "trial_id"]
    return by_arm.filter(pl.col("toxicity_ids").is_not_null()).group_by(keys).agg(
        pl.col("toxicity_ids").sort().str.join("; ")
    )  # fmt: skip


def _across_trials(by_dose: pl.LazyFrame, contrast: pl.LazyFrame) -> pl.LazyFrame:
    """Doses that no randomised trial compares: a difference between trials is not a difference between doses."""
    keys = ["concept", "drug", "grade_band"]
    doses = by_dose.filter("is_default", pl.col("stratum") == "all").select(*keys, "dose_mg_per_day", "k_trials")
    compared = pl.concat(
        [contrast.select(*keys, dose_mg_per_day="dose_low"), contrast.select(*keys, dose_mg_per_day="dose_high")]
    ).unique()
    alone = doses.join(compared, on=[*keys, "dose_mg_per_day"], how="anti")
    grouped = alone.group_by(*keys, "dose_mg_per_day").agg(k_trials=pl.col("k_trials").sum())
    dose = pl.col("dose_mg_per_day").cast(pl.Int64)
    counted = pl.when(pl.col("k_trials") > 0).then(
        pl.format(
            "{} mg/day is reported by single arms only; across trials, more than the dose differs.",
            dose,
        )
    )
    return grouped.with_columns(
        scope=pl.format("{} mg/day against other doses, across trials", dose),
        assessment=pl.lit("not_estimable"),
        basis=counted.otherwise(
            pl.format("No trial at {} mg/day gives a count of patients, and none compares it with another dose.", dose)
        ),
    ).select(*keys, "scope", "assessment", "basis")
