"""The crosswalk as single mappings: one row per source grade and v4.03 grade that it may be."""

import polars as pl

from safety_pipeline.reference.references import References
from safety_pipeline.reference.terms import TARGET_EDITION, term_id


def single_mappings(references: References) -> pl.DataFrame:
    """One row per grade of another edition and v4.03 grade that it may be; one without a target where there is none.

    Grade 0 is the absence of the event, which no dictionary holds a code for, and is left out.
    """
    rows = references.grade_map.filter(pl.col("grading_system") != TARGET_EDITION)
    lowest = pl.max_horizontal("grade_lower", pl.lit(1))
    spread = rows.with_columns(
        target_grade=pl.when(pl.col("grade_lower").is_not_null()).then(pl.int_ranges(lowest, pl.col("grade_upper") + 1))
    ).explode("target_grade")
    own = pl.concat_str(
        "term", pl.when(pl.col("select_term") != "").then("select_term"), separator=", ", ignore_nulls=True
    )
    return spread.select(
        "grading_system",
        "mapping_kind",
        "mapping_source",
        "review_status",
        "reviewed_on",
        "rationale",
        "target_grade",
        is_preferred=pl.col("target_grade") == pl.col("grade_preferred"),
        subject_code="grade_map_id",
        subject_label=_with_grade(own, "grade"),
        object_code=_target_code(references),
        object_label=_with_grade(pl.col("ctcae_term"), "target_grade"),
    )


def _with_grade(name: pl.Expr, grade: str) -> pl.Expr:
    return pl.concat_str(name, pl.lit(", grade "), pl.col(grade).cast(pl.String))


def _target_code(references: References) -> pl.Expr:
    """The id of the v4.03 row of that grade, null where the mapping has no target."""
    own = references.term.filter(grading_system=TARGET_EDITION).with_columns(code=term_id())
    codes = pl.col("ctcae_term").replace_strict(own["term"], own["code"], default=None, return_dtype=pl.String)
    return pl.concat_str(codes, pl.lit("/"), pl.col("target_grade").cast(pl.String))
