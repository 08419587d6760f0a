"""Other readings of the same tables: attribution, printed severity, v4.03 scale, other reports, and time at risk."""

import polars as pl

from safety_pipeline.summarise.doubts.coverage import superseded_counts
from safety_pipeline.summarise.estimators.exposure import aalen_johansen, exposure_adjusted_rate
from safety_pipeline.summarise.sources import Sources

KEY = ["concept", "drug", "dose_mg_per_day", "grade_band", "attribution"]
NUMBERS = ["n_affected_lower", "n_affected_upper", "n_at_risk"]


def attribution(trials: pl.LazyFrame) -> pl.LazyFrame:
    """The counts of one attribution beside those of another, where both are printed; they are never mixed."""
    counted = trials.filter("is_counted")
    totals = counted.group_by(KEY).agg(
        n_affected_lower=pl.col("n_affected").sum(),
        n_affected_upper=pl.col("n_affected").sum(),
        n_at_risk=pl.col("n_at_risk").sum(),
        named=pl.col("trial_id").sort().str.join(", "),
    )
    others = totals.rename({"attribution": "other"})
    pairs = totals.select(KEY).join(others, on=[name for name in KEY if name != "attribution"], how="inner")
    return pairs.filter(pl.col("attribution") != pl.col("other")).select(
        *KEY,
        *NUMBERS,
        analysis=pl.lit("attribution"),
        detail=pl.format("{} instead of {}: {}", "other", "attribution", "named"),
    )


def severity_as_printed(trials: pl.LazyFrame) -> pl.LazyFrame:
    """Severe counts printed as grade 3 and 4 apart from those of grade 3 or worse, where a dose has both."""
    counted = trials.filter("is_counted", pl.col("grade_band") == "severe")
    printed = counted.filter(pl.col("grade_band_as_reported").is_not_null() & (pl.col("grade_band_as_reported") != ""))
    totals = printed.group_by(*KEY, "grade_band_as_reported").agg(
        n_affected_lower=pl.col("n_affected").sum(),
        n_affected_upper=pl.col("n_affected").sum(),
        n_at_risk=pl.col("n_at_risk").sum(),
        named=pl.col("trial_id").sort().str.join(", "),
    )
    return totals.filter(pl.len().over(KEY) > 1).select(
        *KEY,
        *NUMBERS,
        analysis=pl.lit("severe_as_printed"),
        detail=pl.format("only printed as {}: {}", "grade_band_as_reported", "named"),
    )


def target_scale(trials: pl.LazyFrame) -> pl.LazyFrame:
    """Severe counts as bounds on the v4.03 scale, for doses with a trial that another edition graded.

    A lower bound leaves room up to every patient with the event; an upper bound reaches down to nobody.
    """
    counted = trials.filter("is_counted")
    trial = [*KEY, "trial_id"]
    any_grade = counted.filter(pl.col("grade_band") == "any").select(*trial, any_affected="n_affected")
    severe = counted.filter(pl.col("grade_band") == "severe").join(
        any_grade.with_columns(grade_band=pl.lit("severe")), on=trial, how="left", validate="1:1"
    )
    relation = pl.col("threshold_relation").fill_null("")
    moved = ~relation.is_in(["equal", ""])
    room = pl.col("any_affected").fill_null(pl.col("n_at_risk"))
    keeps_lower, keeps_upper = (
        relation.is_in(["equal", "", "lower_bound"]),
        relation.is_in(["equal", "", "upper_bound"]),
    )
    return (
        severe.with_columns(is_moved=moved)
        .group_by(KEY)
        .agg(
            n_affected_lower=pl.when(keeps_lower).then("n_affected").otherwise(0).sum(),
            n_affected_upper=pl.when(keeps_upper).then("n_affected").otherwise(room).sum(),
            n_at_risk=pl.col("n_at_risk").sum(),
            named=pl.format("{} ({})", "trial_id", "threshold_relation").filter("is_moved").sort().str.join(", "),
        )
        .filter(pl.col("named") != "")
        .select(
            *KEY,
            *NUMBERS,
            analysis=pl.lit("v4_03_scale"),
            detail=pl.format("bounds on the v4.03 scale: {}", "named"),
        )
    )


def other_report(sources: Sources, by_arm: pl.LazyFrame, trials: pl.LazyFrame) -> pl.LazyFrame:
    """The total with one arm's count taken from a report or table that is not the index report."""
    arm = ["arm_id", "concept", "grade_band", "attribution"]
    used = by_arm.filter(pl.col("incidence").is_not_null()).select(
        *arm, "trial_id", "dose_mg_per_day", used_affected="n_affected_lower", used_at_risk="n_at_risk"
    )
    others = superseded_counts(sources).drop("trial_id").filter(pl.col("n_at_risk") > 0)
    replaced = others.join(used, on=arm, how="inner", validate="m:1")
    totals = trials.filter("is_counted").with_columns(
        total=pl.col("n_affected").sum().over(KEY), total_at_risk=pl.col("n_at_risk").sum().over(KEY)
    )
    on = ["concept", "dose_mg_per_day", "grade_band", "attribution", "trial_id"]
    joined = replaced.join(totals.select(*on, "drug", "total", "total_at_risk"), on=on, how="inner")
    moved = pl.col("total") - pl.col("used_affected")
    return joined.select(
        *KEY,
        n_affected_lower=moved + pl.col("n_affected_lower"),
        n_affected_upper=moved + pl.col("n_affected_upper"),
        n_at_risk=pl.col("total_at_risk") - pl.col("used_at_risk") + pl.col("n_at_risk"),
        analysis=pl.lit("other_report"),
        detail=pl.format("{} from {}, {}", "arm_id", "document_id", pl.col("table_label").fill_null("text")),
    )


def time_at_risk(sources: Sources, trials: pl.LazyFrame) -> pl.LazyFrame:
    """A refusal for each headline group with a count: patients affected and at risk carry no rate and no time.

    Trials with the times of their subjects are in `incidence_over_time` instead.
    """
    rate = exposure_adjusted_rate(1, None)
    times = aalen_johansen([], [])
    refusals = pl.LazyFrame(
        {
            "analysis": ["exposure_adjusted_rate", "cumulative_incidence"],
            "detail": [f"{rate.state}: {rate.reason}", f"{times.state}: {times.reason}"],
        }
    )
    headline = sources.concept.filter("is_headline").select("concept")
    timeless = trials.filter("is_counted").join(sources.life_table, on="trial_id", how="anti")
    counted = timeless.select(KEY).unique().join(headline, on="concept", how="semi")
    return counted.join(refusals, how="cross")
