"""The evidence a signal is judged on: one row per concept, drug, band and scope, whatever it will come to say."""

import polars as pl

from safety_pipeline.summarise.comparisons.measures import NEWCOMBE
from safety_pipeline.summarise.comparisons.stratified_contrasts import SCORE
from safety_pipeline.summarise.sources import apart
from safety_pipeline.summarise.trials import regimen
from safety_pipeline.tables.vocabulary import STRATIFIED, UNMATCHED

_KEY = ["concept", "drug", "grade_band"]
_PAIR = [*_KEY, "attribution", "trial_id", "dose_low", "dose_high"]
_CITED = ["concept", "grade_band", "attribution", "trial_id", "arm_id", "dose_mg_per_day", "toxicity_ids"]
_FIGURES = [
    "risk_difference",
    "ci_lower",
    "ci_upper",
    "p_value",
    "p_bh",
    "p_double_fdr",
    "p_double_fdr_2004",
    "p_discrete_fdr",
    "posterior_prob_higher",
]


def evidence(
    arm: pl.LazyFrame, by_arm: pl.LazyFrame, by_term: pl.LazyFrame, by_dose: pl.LazyFrame, contrast: pl.LazyFrame
) -> pl.LazyFrame:
    """Each pair of doses compared inside trials, and each other dose, with its figures and the rows behind it."""
    pairs = _compared(contrast)
    unmatched = by_term.filter(~pl.col("is_matched")).with_columns(concept=unmatched_term("term_as_reported"))
    counts = pl.concat([each.select(_CITED) for each in (by_arm, unmatched)])
    cited = pairs.join(_cited(arm, counts, pairs), on=_PAIR, how="left", validate="1:1")
    return pl.concat([cited, _not_compared(arm, by_dose, contrast)], how="diagonal_relaxed")


def _compared(contrast: pl.LazyFrame) -> pl.LazyFrame:
    """The risk difference of the main row of each pair: inside one trial, or stratified over several.

    Where several rows belong to the concept, none of them counts its patients: the pair stays, without figures.
    """
    is_stratified = pl.col("trial_id").str.starts_with(STRATIFIED)
    trials = pl.col("trial_id").str.strip_prefix(STRATIFIED)
    rows = contrast.filter("is_main_row", pl.col("ci_method").is_in([NEWCOMBE, SCORE])).rename(
        {"estimate": "risk_difference"}
    )
    named = pl.coalesce("concept", unmatched_term("row_label"))
    design = pl.when(is_stratified).then(pl.lit("stratified")).otherwise(pl.lit("randomised"))
    alone = pl.len() == 1
    pairs = rows.with_columns(concept=named, design=design, trial_id=trials).group_by(*_PAIR, "design")
    return pairs.agg(
        *(pl.when(alone).then(pl.col(name).first()).alias(name) for name in _FIGURES),
        row_label=pl.col("row_label").sort().str.join("; "),
        n_rows=pl.len().cast(pl.Int64),
        k_trials=pl.col("trial_id").first().str.split("; ").list.len().cast(pl.Int64),
    ).with_columns(scope=_scope())


def plain_dose(name: str) -> pl.Expr:
    """A dose in words: 400, or 7.5; cut to a whole number two doses would share one signal."""
    return pl.col(name).cast(pl.String).str.strip_suffix(".0")


def unmatched_term(name: str) -> pl.Expr:
    """What stands for the concept of a term that no dictionary knows, however its letters are written."""
    return pl.lit(UNMATCHED) + pl.col(name).str.strip_chars().str.to_lowercase()


def _scope() -> pl.Expr:
    where = pl.when(pl.col("design") == "stratified").then(pl.lit("stratified over"))
    doses = (plain_dose(name) for name in ("dose_high", "dose_low"))
    how = where.otherwise(pl.lit("randomised within"))
    return pl.format("{} against {} mg/day, {} {}, {}", *doses, how, "trial_id", "attribution")


def _cited(arm: pl.LazyFrame, counts: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of `fact_toxicity` behind the two doses of each pair."""
    regimens = arm.select("arm_id", _regimen=regimen())
    rows = (
        counts.filter(pl.col("toxicity_ids").is_not_null())
        .join(regimens, on="arm_id", how="left", validate="m:1")
        .select(*_KEY[::2], "attribution", "toxicity_ids", _trial="trial_id", _dose="dose_mg_per_day", drug="_regimen")
    )
    each = pairs.select(_PAIR).with_columns(_trial=pl.col("trial_id").str.split("; ")).explode("_trial")
    cited = each.join(rows, on=[*_KEY, "attribution", "_trial"], how="inner")
    at_either = (pl.col("_dose") == pl.col("dose_low")) | (pl.col("_dose") == pl.col("dose_high"))
    return cited.filter(at_either).group_by(_PAIR).agg(pl.col("toxicity_ids").sort().str.join("; "))


def _not_compared(arm: pl.LazyFrame, by_dose: pl.LazyFrame, contrast: pl.LazyFrame) -> pl.LazyFrame:
    """Doses that no randomised trial compares: a difference between trials is not a difference between doses."""
    doses = by_dose.filter("is_default", pl.col("stratum") == "all").select(*_KEY, "dose_mg_per_day", "k_trials")
    compared = pl.concat(
        [contrast.select(*_KEY, dose_mg_per_day="dose_low"), contrast.select(*_KEY, dose_mg_per_day="dose_high")]
    ).unique()
    alone = doses.join(compared, on=[*_KEY, "dose_mg_per_day"], how="anti")
    grouped = alone.group_by(*_KEY, "dose_mg_per_day").agg(k_trials=pl.col("k_trials").sum())
    of_dose = grouped.join(_designs(arm), on=["drug", "dose_mg_per_day"], how="left", validate="m:1")
    dose = plain_dose("dose_mg_per_day")
    return of_dose.select(
        *_KEY,
        "k_trials",
        "design",
        dose_high="dose_mg_per_day",
        scope=pl.format("{} mg/day against other doses, across trials", dose),
    )


def _designs(arm: pl.LazyFrame) -> pl.LazyFrame:
    """What an arm at the dose is of: a trial of several arms, at best a randomised one, or of no other."""
    own = apart(arm).with_columns(drug=regimen(), _beside=pl.len().over("trial_id") > 1)
    randomised = pl.col("_beside") & (pl.col("allocation") == "randomised").fill_null(value=False)
    design = (
        pl.when(randomised.any())
        .then(pl.lit("randomised arms"))
        .when(pl.col("_beside").any())
        .then(pl.lit("arms not randomised"))
        .otherwise(pl.lit("single arms"))
    )
    return own.group_by("drug", "dose_mg_per_day").agg(design=design)
