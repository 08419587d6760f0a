"""Incidence by dose: the trials of one dose brought together, as far as their number and kind allow."""

import polars as pl

from safety_pipeline.summarise import censoring, pooled_rows
from safety_pipeline.summarise.by_arm import with_interval
from safety_pipeline.summarise.dose_caution import caution
from safety_pipeline.summarise.dose_default import is_default
from safety_pipeline.summarise.trials import GROUP, trial_counts
from safety_pipeline.tables.summarised import INCIDENCE_BY_DOSE


def incidence_by_dose(by_arm: pl.LazyFrame, arm: pl.LazyFrame, suspected: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """One row per group and method; a dose without any count keeps a row that says so.

    ``suspected`` has one row per pair of trials that may report the same patients; a row that adds both says so.
    """
    trials = trial_counts(by_arm, arm).collect()
    groups = _groups(trials)
    if not groups.height:
        return INCIDENCE_BY_DOSE.empty()
    parts = [
        _not_estimable(groups.filter(pl.col("k_trials") == 0, ~pl.col("has_bounds"))),
        _bounds(groups.filter(pl.col("k_trials") == 0, pl.col("has_bounds"))),
        _single_trial(groups.filter(pl.col("k_trials") == 1)),
        *pooled_rows.pooled_rows(groups.filter(pl.col("k_trials") > 1), trials),
        censoring.censored_estimates(trials, groups, GROUP),
    ]
    rows = pl.concat([part for part in parts if part.height], how="diagonal_relaxed").lazy()
    pairs = pl.LazyFrame(schema=dict.fromkeys(_PAIR, pl.String())) if suspected is None else suspected
    marked = _with_suspicion(_with_every_column(rows), pairs)
    ranked = marked.with_columns(is_default=is_default()).with_columns(caution=caution())
    return INCIDENCE_BY_DOSE.conform(ranked.select(INCIDENCE_BY_DOSE.column_names)).sort(INCIDENCE_BY_DOSE.key)


_PAIR = ("trial_id", "other_trial_id")


def _with_suspicion(rows: pl.LazyFrame, pairs: pl.LazyFrame) -> pl.LazyFrame:
    """Whether two trials of the row may report the same patients."""
    numbered = rows.with_row_index("row")
    trials = numbered.select("row", trial_id=pl.col("trial_ids").str.split("; ")).explode("trial_id")
    both = trials.join(pairs, on="trial_id", how="inner").join(
        trials.rename({"trial_id": "other_trial_id"}), on=["row", "other_trial_id"], how="semi"
    )
    marks = both.select("row", has_suspicion=pl.lit(value=True)).unique("row")
    marked = numbered.join(marks, on="row", how="left", validate="1:1").drop("row")
    return marked.with_columns(pl.col("has_suspicion").fill_null(value=False))


def _with_every_column(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Without a pooled group nothing has filled the columns of models."""
    present = rows.collect_schema().names()
    absent = [column for column in INCIDENCE_BY_DOSE.columns if column.name not in present]
    return rows.with_columns(pl.lit(None, column.dtype).alias(column.name) for column in absent)


def _groups(trials: pl.DataFrame) -> pl.DataFrame:
    """One row per group with what its trials say; a group nobody asked about under this attribution is left out."""
    counted = pl.col("is_counted")
    joined = {
        name: pl.col(column).filter(counted).str.split("; ").explode().drop_nulls().unique().sort().str.join("; ")
        for name, column in (
            ("grading_systems", "grading_system"),
            ("threshold_relations", "threshold_relation"),
            ("concept_relations", "concept_relation"),
            ("bands_as_reported", "grade_band_as_reported"),
        )
    }
    groups = trials.group_by(GROUP).agg(
        counted.sum().cast(pl.Int64).alias("k_trials"),
        (pl.col("is_bounded") & ~counted).sum().cast(pl.Int64).alias("k_bounded"),
        pl.col("trial_id").filter(counted).sort().str.join("; ").alias("trial_ids"),
        pl.col("n_affected").filter(counted).sum().alias("n_affected_lower"),
        pl.col("n_affected").filter(counted).sum().alias("n_affected_upper"),
        pl.col("n_at_risk").filter(counted).sum().alias("n_at_risk"),
        (pl.col("is_below_threshold") & ~counted).sum().cast(pl.Int64).alias("k_below_threshold"),
        *_all_or_none(),
        *_within_bounds(),
        **joined,
    )
    moved = (pl.col("grade_band") == "severe") & ~pl.col("threshold_relations").is_in(["equal", ""])
    return groups.with_columns(
        model_reason=pl.when(moved).then(pl.lit("severe on another scale than v4.03, so no model is fitted"))
    ).sort(GROUP)


def _all_or_none() -> list[pl.Expr]:
    """Whether nobody or everybody is affected: in all counted trials, and in any of them."""
    counted = pl.col("is_counted")
    nobody, everybody = pl.col("n_affected") == 0, pl.col("n_affected") == pl.col("n_at_risk")
    return [
        (nobody.filter(counted).all() | everybody.filter(counted).all()).alias("is_all_or_none"),
        (nobody | everybody).filter(counted).any().alias("has_empty_cell"),
    ]


def _within_bounds() -> list[pl.Expr]:
    """What is known of the trials without a count, where each of their arms has bounds."""
    bounded = pl.col("is_bounded") & pl.col("has_bounds") & ~pl.col("is_counted")
    return [
        bounded.any().alias("has_bounds"),
        pl.col("n_affected").filter(bounded).sum().alias("bounded_lower"),
        pl.col("n_affected_upper").filter(bounded).sum().alias("bounded_upper"),
        pl.col("n_at_risk").filter(bounded).sum().alias("bounded_at_risk"),
        pl.col("trial_id").filter(bounded).sort().str.join("; ").alias("bounded_ids"),
        (pl.col("is_part") & ~pl.col("is_counted")).any().alias("lists_a_part"),
        pl.col("shares_patients").any(),
    ]


def _bounds(groups: pl.DataFrame) -> pl.DataFrame:
    """The outer limits of the trials that are known only within bounds; added over trials they have no interval."""
    known = groups.with_columns(
        n_affected_lower="bounded_lower",
        n_affected_upper="bounded_upper",
        n_at_risk="bounded_at_risk",
        trial_ids="bounded_ids",
        method=pl.lit("bounds"),
    )
    limited = with_interval(known.lazy().with_columns(reporting_status=pl.lit("derived_bounds")), "wilson").collect()
    alone = pl.col("k_bounded") == 1
    return limited.with_columns(
        pl.when(alone).then(pl.col(name)).alias(name) for name in ("ci_lower", "ci_upper", "ci_method")
    )


def _not_estimable(groups: pl.DataFrame) -> pl.DataFrame:
    empty = pl.lit(None, pl.Int64)
    return groups.with_columns(
        method=pl.lit("not_estimable"), n_affected_lower=empty, n_affected_upper=empty, n_at_risk=empty
    )


def _single_trial(groups: pl.DataFrame) -> pl.DataFrame:
    with_limits = with_interval(groups.lazy().with_columns(reporting_status=pl.lit("observed")), "wilson")
    return with_limits.with_columns(
        method=pl.lit("single_trial"), incidence=pl.col("n_affected_lower") / pl.col("n_at_risk")
    ).collect()
