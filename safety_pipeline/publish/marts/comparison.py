"""The comparisons of doses and the signals, one row each, with the measures side by side."""

from typing import NamedTuple

import polars as pl

from safety_pipeline.publish.marts import wording
from safety_pipeline.publish.marts.names import stable_id, trial_names, with_question_names
from safety_pipeline.publish.plots.words import ASSESSMENTS
from safety_pipeline.tables import compared, marts
from safety_pipeline.tables.vocabulary import STRATIFIED

_QUESTION = ["trial_id", "drug", "row_label", "grade_band", "attribution"]
_FIXED = ["concept", "is_main_row", "body_system"]
_GROUPS = ["comparison", "group_label", "reference_label"]
# The interval shown of each measure, within a trial and over trials; the others are in `dose_contrast`.
INTERVALS = {
    "risk_difference": ("newcombe hybrid score", "mantel-haenszel, stratified miettinen-nurminen"),
    "risk_ratio": ("miettinen-nurminen", "mantel-haenszel, greenland-robins"),
    "odds_ratio": ("conditional exact", "mantel-haenszel, robins-breslow-greenland"),
}
_PARTS = {"estimate": "", "ci_lower": "_lower", "ci_upper": "_upper"}
_P_VALUES = ("p_value", "p_bh", "p_double_fdr")


class Contrasts(NamedTuple):
    """The three tables of contrasts: of doses and of arms within trials, and of drugs and controls over trials."""

    doses: pl.LazyFrame
    arms: pl.LazyFrame
    controls: pl.LazyFrame


def mart_comparison(
    contrasts: Contrasts, concept: pl.LazyFrame, trial: pl.LazyFrame, arm: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per comparison of two doses, two arms given different drugs, or a drug and its control over trials.

    Its three measures stand in columns.
    """
    kinds = [_of_doses(contrasts.doses), _of_arms(contrasts.arms, arm), _of_controls(contrasts.controls)]
    every = pl.concat(kinds, how="diagonal_relaxed")
    of_measures = every.filter(pl.col("measure").is_in(list(INTERVALS)))
    wide = of_measures.group_by(*_QUESTION, *_GROUPS, "level").agg(
        *(pl.col(name).first() for name in _FIXED),
        group_patients=_patients("group"),
        reference_patients=_patients("reference"),
        why=_of("risk_difference", "state"),
        **{f"{measure}{end}": _of(measure, part) for measure in INTERVALS for part, end in _PARTS.items()},
        **{name: _of("risk_difference", name) for name in (*_P_VALUES, "k_trials", "i2", "caution")},
        heterogeneity_p=_of("odds_ratio", "heterogeneity_p"),
    )
    rows = (
        with_question_names(wide, concept)
        .join(trial_names(trial), on="trial_id", how="left", validate="m:1")
        .with_columns(
            pl.col("trial_label").fill_null(pl.col("trial_id")),
            comparison_id=_comparison_id(),
            groups_label=pl.format("{} against {}", "group_label", "reference_label"),
            label=difference_label(),
        )
    )
    return marts.MART_COMPARISON.conform(rows.select(marts.MART_COMPARISON.column_names)).sort(*_QUESTION, *_GROUPS)


def _comparison_id() -> pl.Expr:
    """A name made of the key; that of an event over trials says too whether a concept or a term is meant."""
    key = [*_QUESTION, *_GROUPS]
    return pl.when(pl.col("level").is_null()).then(stable_id(key)).otherwise(stable_id([*key, "level"]))


def _of_controls(contrast: pl.LazyFrame) -> pl.LazyFrame:
    """Drugs and their controls over trials; of a dose its own row where the trials have it apart."""
    dose = pl.when(pl.col("dose_mg_per_day").is_null()).then(pl.lit("")).otherwise(
        pl.lit(", ") + wording.dose(pl.col("dose_mg_per_day"))
    )  # fmt: skip
    return _sides(contrast.filter("is_default"), "", "_comparator").with_columns(
        trial_id=pl.lit(STRATIFIED) + pl.col("trial_ids"),
        is_main_row=pl.lit(value=True),
        group_label=pl.col("drug") + dose,
        reference_label="comparator_drug",
    )


def _of_doses(contrast: pl.LazyFrame) -> pl.LazyFrame:
    """Doses as groups: the higher one and its reference, the lower one."""
    is_stratified = pl.col("trial_id").str.starts_with(STRATIFIED)
    trials = pl.col("trial_id").str.strip_prefix(STRATIFIED).str.split("; ").list.len().cast(pl.Int64)
    return _sides(contrast, "_high", "_low").with_columns(
        k_trials=pl.when(is_stratified).then(trials),
        comparison=pl.lit("doses"),
        group_label=wording.dose(pl.col("dose_high")),
        reference_label=wording.dose(pl.col("dose_low")),
    )


def _of_arms(contrast: pl.LazyFrame, arm: pl.LazyFrame) -> pl.LazyFrame:
    """Arms as groups, by their names: the arm and its reference, the comparator."""
    names = arm.select("arm_id", group_label="label")
    named = contrast.join(names, on="arm_id", how="left", validate="m:1").join(
        names.rename({"arm_id": "comparator_arm_id", "group_label": "reference_label"}),
        on="comparator_arm_id",
        how="left",
        validate="m:1",
    )
    return _sides(named, "", "_comparator")


def _sides(contrast: pl.LazyFrame, group: str, reference: str) -> pl.LazyFrame:
    """The counts of both sides under names that say the side."""
    return contrast.with_columns(
        pl.col(f"n_{what}{side}{end}").alias(f"n_{what}_of_{name}{end}")
        for side, name in ((group, "group"), (reference, "reference"))
        for what, end in (("affected", "_min"), ("affected", "_max"), ("at_risk", ""))
    )


def _of(measure: str, column: str) -> pl.Expr:
    """The column of the measure with the interval that is shown."""
    is_shown = (pl.col("measure") == measure) & pl.col("ci_method").is_in(INTERVALS[measure])
    return pl.col(column).filter(is_shown).first()


def _patients(side: str) -> pl.Expr:
    names = (f"n_affected_of_{side}_min", f"n_affected_of_{side}_max", f"n_at_risk_of_{side}")
    lower, upper, at_risk = (pl.col(name).drop_nulls().first() for name in names)
    return wording.patients(lower, upper, at_risk)


def difference_label() -> pl.Expr:
    """`+5.8 percentage points (−8.3 to +19.7)`; of bounds the outer limits; or that there is none."""
    value, *limits = (
        wording.points(pl.col(name)) for name in ("risk_difference", "risk_difference_lower", "risk_difference_upper")
    )
    told = pl.format("{} percentage points ({} to {})", value, *limits)
    return pl.coalesce(told, pl.format("within {} to {} percentage points", *limits), pl.lit("not estimable"))


def mart_signal(signal: pl.LazyFrame, concept: pl.LazyFrame) -> pl.LazyFrame:
    """One row per signal, its assessment in words."""
    renamed = signal.rename({"ci_lower": "risk_difference_lower", "ci_upper": "risk_difference_upper"})
    named = with_question_names(renamed, concept).with_columns(
        signal_id=stable_id(compared.SIGNAL.key),
        assessment_label=wording.worded(pl.col("assessment"), ASSESSMENTS),
        label=difference_label(),
    )
    return marts.MART_SIGNAL.conform(named.select(marts.MART_SIGNAL.column_names)).sort(compared.SIGNAL.key)
