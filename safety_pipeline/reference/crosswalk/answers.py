"""For every target and reported range of grades, the union of what the member grades are on CTCAE v4.03."""

import polars as pl

from safety_pipeline.reference.terms import TARGET_EDITION, term_id

# From the most to the least precise; a union is as precise as its least precise member.
KIND_ORDER = ("exact", "narrower", "broader", "ambiguous")
RANGES = pl.DataFrame(
    [(lower, upper) for lower in range(1, 6) for upper in range(lower, 6)],
    schema={"range_lower": pl.Int64, "range_upper": pl.Int64},
    orient="row",
)


def grade_answers(targets: pl.DataFrame, grade_map: pl.DataFrame, term: pl.DataFrame) -> pl.DataFrame:
    """One row per target and range with at least one grade that exists there.

    The preferred grade is kept only where every member prefers the same one.
    """
    members = targets.select("target_id", "own_ctcae_term", pl.col("members").alias("term_id")).explode("term_id")
    rows = grade_map.with_columns(term_id=term_id()).drop("term", "select_term", "category", "grading_system")
    joined = members.join(rows, on="term_id", how="inner", validate="m:m")
    in_range = (pl.col("range_lower") <= pl.col("grade")) & (pl.col("grade") <= pl.col("range_upper"))
    fitted = _fit_to_own_term(joined, term)
    return (
        fitted.join(RANGES, how="cross")
        .filter(in_range)
        .group_by("target_id", "range_lower", "range_upper", maintain_order=True)
        .agg(*_union(), *_words())
        .with_columns(mapping_kind=_kind())
        .drop("worst_kind", "n_unmappable", "n_members")
    )


def _fit_to_own_term(joined: pl.DataFrame, term: pl.DataFrame) -> pl.DataFrame:
    """Where a text names another v4.03 term than the source term's, cut the interval to the grades that one has.

    What does not fit is never clamped: the severity moves to the concept columns and the row says so.
    """
    top = term.filter(grading_system=TARGET_EDITION).select(
        own_ctcae_term="term", top=pl.col("grades_defined").str.slice(-1).cast(pl.Int64)
    )
    moved = pl.col("own_ctcae_term") != pl.col("ctcae_term")
    beyond = (moved & (pl.col("grade_upper") > pl.col("top"))).fill_null(value=False)
    gone = (moved & (pl.col("grade_lower") > pl.col("top"))).fill_null(value=False)
    return joined.join(top, on="own_ctcae_term", how="left", validate="m:1").with_columns(
        concept_grade_lower=pl.when(beyond).then("grade_lower").otherwise("concept_grade_lower"),
        concept_grade_upper=pl.when(beyond).then("grade_upper").otherwise("concept_grade_upper"),
        grade_lower=pl.when(~gone).then("grade_lower"),
        grade_upper=pl.when(~gone).then(pl.when(beyond).then("top").otherwise("grade_upper")),
        grade_preferred=pl.when(~gone).then(
            pl.when(beyond).then(pl.min_horizontal("grade_preferred", "top")).otherwise("grade_preferred")
        ),
        mapping_kind=pl.when(gone)
        .then(pl.lit("unmappable"))
        .when(beyond)
        .then(pl.lit("ambiguous"))
        .otherwise("mapping_kind"),
    )


def _union() -> list[pl.Expr]:
    has_concept = pl.col("concept_grade_lower").is_not_null().any()
    one_term = (pl.col("ctcae_term").n_unique() == 1) & pl.col("own_ctcae_term").is_null().all()
    return [
        # The grades of one term of an edition may belong to several v4.03 terms, as those of ventricular function do.
        pl.when(one_term).then(pl.col("ctcae_term").first()).alias("ctcae_term_of_grades"),
        pl.col("grade_lower").min(),
        pl.col("grade_upper").max(),
        pl.when(pl.col("grade_preferred").n_unique() == 1)
        .then(pl.col("grade_preferred").first())
        .alias("grade_preferred"),
        pl.when(has_concept).then(pl.coalesce("concept_grade_lower", "grade_lower").min()).alias("concept_grade_lower"),
        pl.when(has_concept).then(pl.coalesce("concept_grade_upper", "grade_upper").max()).alias("concept_grade_upper"),
        pl.col("mapping_kind").replace_strict(KIND_ORDER, range(4), default=None).max().alias("worst_kind"),
        (pl.col("mapping_kind") == "unmappable").sum().alias("n_unmappable"),
        pl.len().alias("n_members"),
    ]


def _words() -> list[pl.Expr]:
    by_grade = pl.concat_str(pl.lit("Grade "), "grade", pl.lit(": "), "rationale")
    return [
        pl.col("fallback_ctcae_term").drop_nulls().unique(maintain_order=True).str.join("; ").replace("", None),
        pl.col("mapping_source").unique(maintain_order=True).str.join("; "),
        pl.when(pl.len() == 1)
        .then(pl.col("rationale").first())
        .otherwise(by_grade.unique(maintain_order=True).str.join(" "))
        .alias("grade_rationale"),
        pl.col("grade_map_id").unique(maintain_order=True).str.join("; "),
    ]


def _kind() -> pl.Expr:
    """The least precise kind of the members; ambiguous where only some members have a place on v4.03."""
    return (
        pl.when(pl.col("n_unmappable") == pl.col("n_members"))
        .then(pl.lit("unmappable"))
        .when(pl.col("n_unmappable") > 0)
        .then(pl.lit("ambiguous"))
        .otherwise(pl.col("worst_kind").replace_strict(range(4), KIND_ORDER, default=None))
    )
