"""From CTCAE v4.03 back to an older or newer edition, and what is lost on the way there and back."""

import polars as pl

from safety_pipeline.reference.terms import TARGET_EDITION


def reverse_map(grade_map: pl.DataFrame, term: pl.DataFrame, grading_system: str) -> pl.DataFrame:
    """One row per v4.03 term, grade and term of the other edition: the grades there that may be meant.

    A v4.03 grade that no grade of the edition reaches is a row without grades, ``unmappable``: its loss is total.
    """
    reached = _reached(grade_map.filter(grading_system=grading_system)).group_by(
        "ctcae_term", "ctcae_grade", "term", "select_term", maintain_order=True
    )
    found = reached.agg(
        grade_lower=pl.col("grade").min(),
        grade_upper=pl.col("grade").max(),
        mapping_kind=_reverse_kind(),
        grade_map_id=pl.col("grade_map_id").str.join("; "),
    )
    every = _every_grade(term)
    missing = every.join(found, on=["ctcae_term", "ctcae_grade"], how="anti").with_columns(
        mapping_kind=pl.lit("unmappable")
    )
    both = pl.concat([found, missing], how="diagonal").with_columns(grading_system=pl.lit(grading_system))
    return both.sort("ctcae_term", "ctcae_grade", "term", "select_term", nulls_last=True)


def round_trip(grade_map: pl.DataFrame, term: pl.DataFrame, grading_system: str) -> pl.DataFrame:
    """One row per grade of the edition: the grades it may come back as over v4.03, and how many were not meant."""
    forward = _reached(grade_map.filter(grading_system=grading_system))
    back = reverse_map(grade_map, term, grading_system).select(
        "ctcae_term", "ctcae_grade", "term", "select_term", back_lower="grade_lower", back_upper="grade_upper"
    )
    joined = forward.join(back, on=["ctcae_term", "ctcae_grade", "term", "select_term"], how="left", validate="m:1")
    returned = joined.group_by("grade_map_id", maintain_order=True).agg(
        pl.col("back_lower").min(), pl.col("back_upper").max()
    )
    own = grade_map.filter(grading_system=grading_system).select("grade_map_id", "term", "select_term", "grade")
    width = pl.col("back_upper") - pl.col("back_lower")
    return own.join(returned, on="grade_map_id", how="left", validate="1:1").with_columns(loss=width)


def _reached(rows: pl.DataFrame) -> pl.DataFrame:
    """Each mapped grade beside every v4.03 grade it may be."""
    mapped = rows.filter(pl.col("grade_lower").is_not_null())
    span = pl.int_ranges(pl.max_horizontal("grade_lower", 1), pl.col("grade_upper") + 1)
    return mapped.with_columns(ctcae_grade=span).explode("ctcae_grade").filter(pl.col("ctcae_grade").is_not_null())


def _reverse_kind() -> pl.Expr:
    one = pl.col("grade").min() == pl.col("grade").max()
    return (
        pl.when(one & (pl.col("mapping_kind") == "exact").all())
        .then(pl.lit("exact"))
        .when(one)
        .then(pl.lit("broader"))
        .otherwise(pl.lit("ambiguous"))
    )


def _every_grade(term: pl.DataFrame) -> pl.DataFrame:
    own = term.filter(grading_system=TARGET_EDITION).select(
        ctcae_term="term", ctcae_grade=pl.col("grades_defined").str.split("")
    )
    return own.explode("ctcae_grade").with_columns(pl.col("ctcae_grade").cast(pl.Int64))
