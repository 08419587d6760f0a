"""The comparisons of doses and the signals, one row each, with the measures side by side."""

import polars as pl

from safety_pipeline.publish.marts import wording
from safety_pipeline.publish.marts.names import stable_id, trial_names, with_question_names
from safety_pipeline.publish.plots.words import ASSESSMENTS
from safety_pipeline.tables import compared, marts

_COMPARISON = ["trial_id", "drug", "row_label", "grade_band", "attribution", "dose_low", "dose_high"]
_FIXED = ["concept", "is_main_row", "body_system"]
# The interval shown of each measure; the others are in `dose_contrast`.
INTERVALS = {
    "risk_difference": "newcombe hybrid score",
    "risk_ratio": "miettinen-nurminen",
    "odds_ratio": "conditional exact",
}
_PARTS = {"estimate": "", "ci_lower": "_lower", "ci_upper": "_upper"}
_P_VALUES = ("p_value", "p_bh", "p_double_fdr")


def mart_comparison(contrast: pl.LazyFrame, concept: pl.LazyFrame, trial: pl.LazyFrame) -> pl.LazyFrame:
    """One row per comparison of two doses, its three measures in columns."""
    compared_rows = (
        contrast.filter(pl.col("measure").is_in(list(INTERVALS)))
        .group_by(_COMPARISON)
        .agg(
            *(pl.col(name).first() for name in _FIXED),
            patients_low=_patients("low"),
            patients_high=_patients("high"),
            why=_of("risk_difference", "state"),
            **{f"{measure}{end}": _of(measure, part) for measure in INTERVALS for part, end in _PARTS.items()},
            **{name: _of("risk_difference", name) for name in _P_VALUES},
        )
    )
    rows = (
        with_question_names(compared_rows, concept)
        .join(trial_names(trial), on="trial_id", how="left", validate="m:1")
        .with_columns(
            pl.col("trial_label").fill_null(pl.col("trial_id")),
            comparison_id=stable_id(_COMPARISON),
            doses_label=_doses(),
            label=difference_label(),
        )
    )
    return marts.MART_COMPARISON.conform(rows.select(marts.MART_COMPARISON.column_names)).sort(_COMPARISON)


def _of(measure: str, column: str) -> pl.Expr:
    """The column of the measure with the interval that is shown."""
    is_shown = (pl.col("measure") == measure) & (pl.col("ci_method") == INTERVALS[measure])
    return pl.col(column).filter(is_shown).first()


def _patients(side: str) -> pl.Expr:
    affected, at_risk = pl.col(f"n_affected_{side}").first(), pl.col(f"n_at_risk_{side}").first()
    return wording.patients(affected, affected, at_risk)


def _doses() -> pl.Expr:
    low, high = (wording.plain_number(pl.col(name)) for name in ("dose_low", "dose_high"))
    return pl.format("{} against {} mg/day", high, low).fill_null("doses not stated")


def difference_label() -> pl.Expr:
    """`+5.8 percentage points (−8.3 to +19.7)`, or that there is none."""
    names = ("risk_difference", "risk_difference_lower", "risk_difference_upper")
    return pl.format("{} percentage points ({} to {})", *(wording.points(pl.col(name)) for name in names)).fill_null(
        "not estimable"
    )


def mart_signal(signal: pl.LazyFrame, concept: pl.LazyFrame) -> pl.LazyFrame:
    """One row per signal, its assessment in words."""
    renamed = signal.rename({"ci_lower": "risk_difference_lower", "ci_upper": "risk_difference_upper"})
    named = with_question_names(renamed, concept).with_columns(
        signal_id=stable_id(compared.SIGNAL.key),
        assessment_label=wording.worded(pl.col("assessment"), ASSESSMENTS),
        label=difference_label(),
    )
    return marts.MART_SIGNAL.conform(named.select(marts.MART_SIGNAL.column_names)).sort(compared.SIGNAL.key)
