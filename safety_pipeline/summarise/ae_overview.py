"""The safety overview by arm: any, related, serious, fatal events and worst grades, from each source that has them."""

import polars as pl

from safety_pipeline.summarise.by_arm import with_interval
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables.summarised import AE_OVERVIEW

ANY_EVENT = "any_event"
# Subject data counts what tables print; where both speak of an arm, its own subjects are counted.
_ORDER = ("subject data", "printed")
_ARM = ["trial_id", "document_id", "arm_id"]
_COUNTS = ["n_affected_lower", "n_affected_upper", "n_at_risk"]
# A threshold hides terms, never "any event": its bounds say nothing of that.
_NOTHING_KNOWN = ["not_tabulated", "no_results", "rejected_cell", "below_threshold"]


def ae_overview(sources: Sources, overview: pl.LazyFrame, by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm and category that a source answers."""
    arms = sources.arm.filter(~pl.col("is_aggregate")).select(
        "arm_id", "document_id", "label", "drug", "dose_mg_per_day"
    )
    counted = overview.select(*_ARM, "category", *_COUNTS, source=pl.lit(_ORDER[0]))
    printed = pl.concat([_of_bands(by_arm), _of_columns(sources)]).with_columns(source=pl.lit(_ORDER[1]))
    rows = pl.concat([counted, printed]).join(arms, on=["arm_id", "document_id"], how="inner", validate="m:1")
    rank = pl.col("source").replace_strict(_ORDER, range(len(_ORDER)))
    best = rows.with_columns(_rank=rank).sort("_rank", "n_affected_lower").unique([*_ARM, "category"], keep="first")
    return AE_OVERVIEW.conform(_with_share(best).select(AE_OVERVIEW.column_names)).sort(AE_OVERVIEW.key)


def _of_bands(by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """The rows printed for any toxicity, by grade band and attribution."""
    rows = by_arm.filter(pl.col("concept") == ANY_EVENT, ~pl.col("reporting_status").is_in(_NOTHING_KNOWN))
    related, any_grade = pl.col("attribution") == "related", pl.col("grade_band") == "any"
    category = (
        pl.when(related & any_grade)
        .then(pl.lit("related"))
        .when(~related & any_grade)
        .then(pl.lit("any"))
        .when(~related)
        .then(pl.lit("grade_3_or_worse"))
    )
    return rows.select(*_ARM, category=category, **{name: pl.col(name) for name in _COUNTS}).drop_nulls()


def _of_columns(sources: Sources) -> pl.LazyFrame:
    """The rows printed for any toxicity by single worst grade, or for serious events."""
    used = sources.toxicity.join(sources.row_use.filter("is_used"), on="toxicity_id", how="semi")
    rows = used.filter(pl.col("concept") == ANY_EVENT, pl.col("count_unit") == "patients")
    grade = pl.col("grade_lower_reported")
    single = (grade == pl.col("grade_upper_reported")) & (pl.col("grade_counting") == "worst")
    category = (
        pl.when(pl.col("seriousness") == "serious")
        .then(pl.lit("serious"))
        .when(single & (pl.col("attribution") != "related"))
        .then(pl.format("worst_grade_{}", grade))
    )
    return rows.select(*_ARM, category=category, **{name: pl.col(name) for name in _COUNTS}).drop_nulls()


def _with_share(rows: pl.LazyFrame) -> pl.LazyFrame:
    limited = with_interval(rows.with_columns(reporting_status=pl.lit("derived_bounds")), "wilson")
    agree = (pl.col("n_affected_lower") == pl.col("n_affected_upper")) & (pl.col("n_at_risk") > 0)
    return limited.with_columns(incidence=pl.when(agree).then(pl.col("n_affected_lower") / pl.col("n_at_risk")))
