"""The safety overview by arm: any, related, serious, fatal events and worst grades, from each source that has them."""

from collections.abc import Mapping

import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.by_arm import with_interval
from safety_pipeline.summarise.evidence.row_use import IS_OTHER_OUTCOME
from safety_pipeline.summarise.sources import Sources
from safety_pipeline.tables.summarised import AE_OVERVIEW

# Subject data counts what tables print; where both speak of an arm, its own subjects are counted.
_ORDER = ("subject data", "printed")
_ARM = ["trial_id", "document_id", "arm_id"]
_COUNTS = ["n_affected_lower", "n_affected_upper", "n_at_risk"]
_ROW = [*_ARM, "category", "attribution", *_COUNTS]
# A threshold hides terms, never "any event": its bounds say nothing of that.
_NOTHING_KNOWN = ["not_tabulated", "no_results", "rejected_cell", "below_threshold"]
_FATAL = 5
_RELATED = ("related", "serious_related")
# What the printed outcome of events of any kind answers. One kind of dose change is not all of them.
_OF_OUTCOME: Mapping[str, str] = {
    "serious": "serious",
    "discontinuation": "discontinuation",
    "dose_change": "dose_change",
    "death": "fatal",
}
_OPEN = "dose_change"


def ae_overview(sources: Sources, overview: pl.LazyFrame, by_arm: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm and category that a source answers."""
    arms = sources.arm.filter(~pl.col("is_aggregate")).select(
        "arm_id", "document_id", "label", "drug", "dose_mg_per_day"
    )
    cause = pl.when(pl.col("category").is_in(_RELATED)).then(pl.lit("related")).otherwise(pl.lit("all_causality"))
    counted = overview.with_columns(attribution=cause).select(_ROW).with_columns(source=pl.lit(_ORDER[0]))
    printed = _once(pl.concat([_of_bands(by_arm), _of_columns(sources), _of_outcomes(sources)]))
    rows = pl.concat([counted, printed.with_columns(source=pl.lit(_ORDER[1]))]).join(
        arms, on=["arm_id", "document_id"], how="inner", validate="m:1"
    )
    rank = pl.col("source").replace_strict(_ORDER, range(len(_ORDER)))
    best = rows.with_columns(_rank=rank).sort("_rank").unique([*_ARM, "category"], keep="first", maintain_order=True)
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
    # Grades 3 and 4 as printed say nothing of deaths.
    without_deaths = (pl.col("grade_band") == "severe") & (pl.col("grade_band_as_reported") == "3-4")
    upper = pl.when(without_deaths).then("n_at_risk").otherwise("n_affected_upper")
    return rows.with_columns(category=category, n_affected_upper=upper).select(_ROW).drop_nulls()


def _of_columns(sources: Sources) -> pl.LazyFrame:
    """The rows printed for any toxicity by single worst grade, grade 5 also as fatal, or for serious events."""
    used = sources.toxicity.join(sources.row_use.filter("is_used"), on="toxicity_id", how="semi")
    rows = used.filter(pl.col("concept") == ANY_EVENT, pl.col("count_unit") == "patients")
    grade = pl.col("grade_lower_reported")
    all_causes = pl.col("attribution") != "related"
    single = (grade == pl.col("grade_upper_reported")) & (pl.col("grade_counting") == "worst")
    category = (
        pl.when(pl.col("seriousness") == "serious")
        .then(pl.lit("serious"))
        .when(single & all_causes)
        .then(pl.format("worst_grade_{}", grade))
    )
    deaths = rows.filter(grade == _FATAL, all_causes).with_columns(category=pl.lit("fatal"))
    return pl.concat([rows.with_columns(category=category).select(_ROW), deaths.select(_ROW)]).drop_nulls()


def _of_outcomes(sources: Sources) -> pl.LazyFrame:
    """The rows that count events of any kind which were serious, stopped the treatment, changed its dose or killed."""
    shown = sources.row_use.filter(pl.col("not_used_reason") == IS_OTHER_OUTCOME)
    rows = sources.toxicity.join(shown, on="toxicity_id", how="semi").filter(
        pl.col("concept") == ANY_EVENT,
        pl.col("count_unit") == "patients",
        pl.col("grade_lower_reported") == 1,
        pl.col("grade_upper_reported") == _FATAL,
    )
    asked = pl.col("outcome").replace_strict(_OF_OUTCOME, default=None, return_dtype=pl.String)
    related = pl.col("attribution") == "related"
    category = pl.when(~related).then(asked).when(asked == "serious").then(pl.lit("serious_related"))
    upper = pl.when(asked == _OPEN).then("n_at_risk").otherwise("n_affected_upper")
    return rows.with_columns(category=category, n_affected_upper=upper).select(_ROW).drop_nulls()


def _once(printed: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm and category: of a stated attribution before none, and of several counts the widest reading.

    Several rows may count parts of the category, or all of it again: at least the largest, at most their sum.
    """
    is_stated = pl.col("attribution") != "not_stated"
    stated = printed.filter(is_stated | ~is_stated.any().over(*_ARM, "category"))
    return stated.group_by(*_ARM, "category", "attribution").agg(
        pl.col("n_affected_lower").max(),
        pl.min_horizontal(pl.col("n_affected_upper").sum(), pl.col("n_at_risk").max()),
        pl.col("n_at_risk").max(),
    ).select(_ROW)  # fmt: skip


def _with_share(rows: pl.LazyFrame) -> pl.LazyFrame:
    limited = with_interval(rows.with_columns(reporting_status=pl.lit("derived_bounds")), "wilson")
    agree = (pl.col("n_affected_lower") == pl.col("n_affected_upper")) & (pl.col("n_at_risk") > 0)
    return limited.with_columns(incidence=pl.when(agree).then(pl.col("n_affected_lower") / pl.col("n_at_risk")))
