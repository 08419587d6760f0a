"""What is known of each term of each edition: its v4.03 term, its concept, and what its severe counts are on v4.03."""

import polars as pl

from safety_pipeline.reference.layout import TERM_KEY

TARGET_EDITION = "CTCAE v4.03"
_SHORT = pl.col("grading_system").str.extract(r"(v[0-9.]+)$", 1)


def described_terms(
    term: pl.DataFrame, grade_map: pl.DataFrame, member: pl.DataFrame, threshold: pl.DataFrame
) -> pl.DataFrame:
    """One row per term of an edition; a term not in the grade map has nulls, never fewer rows."""
    mapped = grade_map.group_by(TERM_KEY, maintain_order=True).agg(
        pl.col("ctcae_term", "mapping_source").drop_nulls().first(), _severe_relation().alias("computed")
    )
    soc = term.filter(grading_system=TARGET_EDITION).select("term", soc="category")
    known = (
        term.with_columns(term_id=term_id())
        .join(mapped, on=TERM_KEY, how="left", validate="1:1")
        .join(threshold.select(*TERM_KEY, "threshold_relation"), on=TERM_KEY, how="left", validate="1:1")
        .join(soc, left_on="ctcae_term", right_on="term", how="left", validate="m:1")
    )
    return (
        _with_concept(known, member)
        .with_columns(threshold_relation=pl.coalesce("threshold_relation", "computed"))
        .drop("computed")
    )


def term_id() -> pl.Expr:
    """A readable id: the edition, the term and the select term in small letters."""
    slugs = pl.concat_str(
        slug("term"), pl.when(pl.col("select_term") != "").then(slug("select_term")), separator="/", ignore_nulls=True
    )
    return pl.concat_str(_SHORT, slugs, separator="/")


def slug(name: str) -> pl.Expr:
    """The column in small letters and digits, anything else an underscore."""
    return pl.col(name).str.to_lowercase().str.replace_all("[^a-z0-9]+", "_").str.strip_chars("_")


def _severe_relation() -> pl.Expr:
    lower = pl.coalesce("concept_grade_lower", "grade_lower")
    upper = pl.coalesce("concept_grade_upper", "grade_upper")
    severe = pl.col("grade") >= 3
    may_fall = (severe & (lower < 3)).any()
    may_rise = (~severe & (upper >= 3)).any()
    return (
        pl.when(may_fall & may_rise)
        .then(pl.lit("not_comparable"))
        .when(may_fall)
        .then(pl.lit("upper_bound"))
        .when(may_rise)
        .then(pl.lit("lower_bound"))
        .otherwise(pl.lit("equal"))
    )


def _with_concept(known: pl.DataFrame, member: pl.DataFrame) -> pl.DataFrame:
    """Own membership first, then that of the v4.03 term, then a concept of the term's own."""
    given = member.select(*TERM_KEY, "concept", "concept_relation")
    inherited = given.filter(grading_system=TARGET_EDITION).select(
        ctcae_term="term", inherited="concept", inherited_relation="concept_relation"
    )
    return (
        known.join(given, on=TERM_KEY, how="left", validate="1:1")
        .join(inherited, on="ctcae_term", how="left", validate="m:1")
        .with_columns(
            concept=pl.coalesce("concept", "inherited", slug("ctcae_term"), slug("term")),
            concept_relation=pl.coalesce("concept_relation", "inherited_relation", pl.lit("equal")),
        )
        .drop("inherited", "inherited_relation")
    )
