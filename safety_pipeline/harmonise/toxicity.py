"""Every kind of source in one table, on the CTCAE v4.03 vocabulary."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.harmonise.cells import Frame, reported_cells
from safety_pipeline.harmonise.counting.subjects import counted_subjects
from safety_pipeline.harmonise.matching.terms import graded
from safety_pipeline.reference.references import References
from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.tables.harmonised import TOXICITY

# A union over subjects counts a concept, not a term: what describes a term stays empty.
_OF_A_TERM = (
    "source_category",
    "source_term",
    "source_select_term",
    "ctcae_term",
    "fallback_ctcae_term",
    "mapping_kind",
    "mapping_source",
    "grade_map_id",
    "grade_lower",
    "grade_upper",
    "grade_preferred",
    "concept_grade_lower",
    "concept_grade_upper",
)
_UNION_RATIONALE = "A union over subjects: each subject with at least one event of the concept counts once."


def toxicity(tables: Mapping[str, pl.LazyFrame], references: References) -> pl.LazyFrame:
    """One row per cell and per arm-level count from subject data, graded as intervals; no input row is lost.

    A source without subjects may leave ``subject`` and ``event`` out: counting nobody takes as long as counting many.
    """
    frames = {name: nw.from_native(frame) for name, frame in tables.items()}
    parts = [reported_cells(frames["cell"], frames["document"])]
    if "subject" in frames:
        # Cells come in the order of their tables; counts of subjects come in none.
        parts.append(counted_subjects(frames, references).sort("toxicity_id"))
    reported = nw.concat([part.select(*REPORTED_COLUMNS) for part in parts], how="vertical")
    native: pl.LazyFrame = nw.to_native(harmonised(reported, references))
    return TOXICITY.conform(native.select(TOXICITY.column_names))


def toxicity_of_cells(cell: Frame, document: Frame, references: References, *beside: str) -> Frame:
    """One row per cell with its terms, grades, concept and band, on the engine that holds the cells.

    ``beside`` names columns of the cells to keep: an engine that has no order of rows finds it again by them.
    """
    reported = reported_cells(cell, document).select(*REPORTED_COLUMNS, *beside)
    return harmonised(reported, references).select(*TOXICITY.column_names, *beside)


def harmonised(reported: Frame, references: References) -> Frame:
    """Reported rows with their terms, grades, concept and band; what the manifest says wins."""
    return _with_band(_with_given(graded(reported, references)))


def _with_given(frame: Frame) -> Frame:
    is_union = ~nw.col("given_concept").is_null()
    # A union is no term of the source: "Rash" of one preferred term is not the rash of any.
    any_term = nw.concat_str(nw.col("term_as_reported"), nw.lit(", any term"))
    is_of_terms = is_union & (nw.col("given_concept") != ANY_EVENT)
    blank = [nw.when(~is_union).then(nw.col(name)).alias(name) for name in _OF_A_TERM]
    return frame.with_columns(
        *blank,
        term_as_reported=nw.when(is_of_terms).then(any_term).otherwise(nw.col("term_as_reported")),
        concept=nw.coalesce(nw.col("given_concept"), nw.col("concept")),
        concept_relation=nw.coalesce(nw.col("given_relation"), nw.col("concept_relation")),
        site=nw.coalesce(nw.col("given_site"), nw.col("site")),
        rationale=nw.when(is_union).then(nw.lit(_UNION_RATIONALE)).otherwise(nw.col("rationale")),
    )


def _with_band(frame: Frame) -> Frame:
    """`any` for all grades, `severe` for grade 3 and everything above that the source has; else no band.

    A column of grade 3 alone, or of grades 1-2, is neither: bounds are derived from it later.
    """
    lower = nw.col("grade_lower_reported").fill_null(1)
    upper = nw.col("grade_upper_reported").fill_null(5)
    return frame.with_columns(
        grade_band=nw.when((lower == 1) & (upper >= 4))
        .then(nw.lit("any"))
        .when((lower == 3) & (upper >= 4))
        .then(nw.lit("severe"))
    )


_ADDED = {
    "match_kind",
    "source_category",
    "source_term",
    "source_select_term",
    "ctcae_term",
    "fallback_ctcae_term",
    "mapping_kind",
    "mapping_source",
    "rationale",
    "grade_map_id",
    "concept",
    "concept_relation",
    "site",
    "grade_band",
    "grade_lower",
    "grade_upper",
    "grade_preferred",
    "concept_grade_lower",
    "concept_grade_upper",
    "threshold_relation",
}
REPORTED_COLUMNS = (
    *(name for name in TOXICITY.column_names if name not in _ADDED),
    "source_kind",
    "given_concept",
    "given_relation",
    "given_site",
)
