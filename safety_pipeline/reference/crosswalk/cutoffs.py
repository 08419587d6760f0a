"""Intervals of laboratory grades, computed by intersecting the cut-offs of two editions; never written by hand."""

import polars as pl

from safety_pipeline.reference.layout import TERM_KEY
from safety_pipeline.reference.terms import TARGET_EDITION

# Where a term has several units, the first one that both editions use for at least two grades.
UNITS = pl.DataFrame(
    {"unit": ["x ULN", "x LLN", "mmol/L", "10e9/L", "g/dL", "mg/dL", "/mm3", "s", "ms"], "unit_rank": range(9)}
)


def computed_intervals(cutoff: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """One row per laboratory grade of another edition: the lowest and highest v4.03 grade its values overlap.

    A grade with several ranges (with and without symptoms, of a normal and of an abnormal baseline) is their union.
    Grade 0 is reachable where a fixed first limit may lie inside the laboratory's normal range, where v4.03 begins.
    A v4.03 grade without a number is reachable only from values that have no end.
    """
    limits = _severity_limits(_in_multiples_of_normal(cutoff))
    target = limits.filter(grading_system=TARGET_EDITION).select(
        "unit", ctcae_term="term", target_grade="grade", target_mild="mild", target_severe="severe"
    )
    source = limits.filter(pl.col("grading_system") != TARGET_EDITION).join(
        terms.select(*TERM_KEY, "ctcae_term"), on=TERM_KEY, how="left", validate="m:1"
    )
    paired = _in_one_unit(source, target)
    return _overlaps(paired, _without_number(target, terms))


def _in_multiples_of_normal(cutoff: pl.DataFrame) -> pl.DataFrame:
    """Multiples of a baseline above normal as multiples of the upper normal limit.

    Such a baseline is at least that limit, so the milder end keeps its number; the other end is as far as the highest
    baseline lets it be, and open where the criterion names none.
    """
    of_baseline = pl.col("unit") == "x baseline"
    highest = pl.when(pl.col("highest_baseline") != "").then("highest_baseline").cast(pl.Float64)
    severe = pl.when(pl.col("severe_limit") != "").then("severe_limit").cast(pl.Float64)
    farthest = (severe * highest).cast(pl.String).fill_null("")
    return cutoff.with_columns(
        unit=pl.when(of_baseline).then(pl.lit("x ULN")).otherwise("unit"),
        severe_limit=pl.when(of_baseline).then(farthest).otherwise("severe_limit"),
    )


def _severity_limits(cutoff: pl.DataFrame) -> pl.DataFrame:
    """Cut-offs on a scale that grows with severity: low values count negative, the normal limit as minus infinity."""
    sign = pl.when(pl.col("direction") == "high").then(1.0).otherwise(-1.0)
    is_normal_limit = pl.col("mild_limit").is_in(["ULN", "LLN"])
    mild = pl.when(is_normal_limit).then(None).otherwise(pl.col("mild_limit")).cast(pl.Float64)
    severe = pl.when(pl.col("severe_limit") != "").then(pl.col("severe_limit")).cast(pl.Float64)
    return cutoff.with_columns(
        mild=pl.when(is_normal_limit).then(float("-inf")).otherwise(sign * mild),
        severe=(sign * severe).fill_null(float("inf")),
    )


def _in_one_unit(source: pl.DataFrame, target: pl.DataFrame) -> pl.DataFrame:
    """Every source grade beside every target grade, in the first unit both editions use."""
    many = pl.col("grade").n_unique().over(*TERM_KEY, "unit") >= 2
    many_there = pl.col("target_grade").n_unique().over("ctcae_term", "unit") >= 2
    paired = source.filter(many).join(target.filter(many_there), on=["ctcae_term", "unit"], how="inner", validate="m:m")
    ranked = paired.join(UNITS, on="unit", how="left", validate="m:1")
    return ranked.filter(pl.col("unit_rank") == pl.col("unit_rank").min().over(*TERM_KEY))


def _without_number(target: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """One row per v4.03 laboratory term with its highest grade below death that has no number in any unit."""
    defined = terms.filter(grading_system=TARGET_EDITION).select(
        ctcae_term="term", target_grade=pl.col("grades_defined").str.split("")
    )
    grades = defined.explode("target_grade").with_columns(pl.col("target_grade").cast(pl.Int64))
    numbered = target.select("ctcae_term", "target_grade").unique()
    clinical = grades.filter(pl.col("target_grade") < 5).join(numbered, on=["ctcae_term", "target_grade"], how="anti")
    return clinical.group_by("ctcae_term").agg(clinical_grade=pl.col("target_grade").max())


def _overlaps(paired: pl.DataFrame, clinical: pl.DataFrame) -> pl.DataFrame:
    hit = pl.max_horizontal("mild", "target_mild") < pl.min_horizontal("severe", "target_severe")
    # A value between two fixed limits may be normal only if it also lies in the grade that v4.03 lets begin at normal.
    from_normal = hit & (pl.col("target_mild") == float("-inf")) & (pl.col("mild") > float("-inf"))
    is_first = pl.col("grade") == pl.col("grade").min().over(*TERM_KEY)
    in_multiples = pl.col("unit").is_in(["x ULN", "x LLN"])
    marked = paired.with_columns(hit=hit, may_be_normal=is_first & from_normal & ~in_multiples).join(
        clinical, on="ctcae_term", how="left", validate="m:1"
    )
    found = marked.group_by(*TERM_KEY, "ctcae_term", "grade", "unit", maintain_order=True).agg(
        lowest=pl.col("target_grade").filter("hit").min(),
        highest=pl.col("target_grade").filter("hit").max(),
        may_be_normal=pl.col("may_be_normal").any(),
        has_no_end=pl.col("severe").max() == float("inf"),
        clinical_grade=pl.col("clinical_grade").first(),
    )
    return found.select(
        *TERM_KEY,
        "ctcae_term",
        "grade",
        "unit",
        grade_lower=pl.when("may_be_normal").then(0).otherwise("lowest").cast(pl.Int64),
        grade_upper=pl.when("has_no_end").then(pl.max_horizontal("highest", "clinical_grade")).otherwise("highest"),
    )
