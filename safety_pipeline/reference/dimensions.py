"""The reference tables as they are published."""

import polars as pl

from safety_pipeline.reference.terms import TARGET_EDITION
from safety_pipeline.tables.reference import DIM_CONCEPT, DIM_GRADE_MAP, DIM_TERM


def dim_grade_map(grade_map: pl.DataFrame, crosswalk_version: pl.DataFrame) -> pl.LazyFrame:
    """One row per edition, term and grade that exists there, and what it is on CTCAE v4.03."""
    version = crosswalk_version["version"].last()
    return DIM_GRADE_MAP.conform(grade_map.lazy().with_columns(crosswalk_version=pl.lit(version)))


def dim_term(terms: pl.DataFrame, threshold: pl.DataFrame) -> pl.LazyFrame:
    """One row per term of an edition, with its v4.03 term, its concept and what its severe counts are on v4.03."""
    reasons = threshold.select("grading_system", "term", "select_term", "rationale")
    described = terms.join(reasons, on=["grading_system", "term", "select_term"], how="left", validate="1:1")
    return DIM_TERM.conform(described.lazy().select(DIM_TERM.column_names))


def dim_concept(concept: pl.DataFrame, targets: pl.DataFrame) -> pl.LazyFrame:
    """One row per concept: those with a written boundary first, then one for each v4.03 term that is its own."""
    written = concept.select("concept", "label", "definition", "boundary", is_headline=pl.col("is_headline") == "true")
    named = targets.select("concept", "ctcae_term", "source_term").unique("concept", keep="first", maintain_order=True)
    label = pl.coalesce("ctcae_term", "source_term")
    own = named.join(written, on="concept", how="anti").select(
        "concept",
        label=pl.when(pl.col("concept").str.contains("_"))
        .then(pl.col("concept").str.replace_all("_", " "))
        .otherwise("concept"),
        definition=pl.concat_str(pl.lit("Events graded as "), label, pl.lit(f" ({TARGET_EDITION}).")),
        boundary=pl.lit(None, pl.String),
        is_headline=pl.lit(value=False),
    )
    return DIM_CONCEPT.conform(pl.concat([written, own.sort("concept")]).lazy())
