"""What leaves a count open: counts that are printed but refused or blank, and unknown terms that may belong to it."""

import polars as pl

from safety_pipeline.summarise.evidence.listings import BANDS
from safety_pipeline.summarise.sources import Sources, counted_arms, main_rows

QUESTION = ["arm_id", "concept", "grade_band"]
_PLACE = ["document_id", "table_label", "row_label", *QUESTION]


def openings(sources: Sources, used: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept and band of which a main row holds a count that nobody can read.

    A used cell of the same row that covers the band leaves nothing open.
    """
    found = pl.concat([_refused(sources), _blank(sources)], how="vertical")
    same_rows = used.join(found.select("document_id", "arm_id").unique(), on=["document_id", "arm_id"], how="semi")
    settled = same_rows.filter(pl.col("grade_band").is_not_null(), pl.col("n_affected_upper").is_not_null())
    return (
        found.join(settled.select(_PLACE).unique(), on=_PLACE, how="anti")
        .group_by(QUESTION)
        .agg(
            is_opened=pl.lit(value=True),
            refused_rule=pl.col("rule").drop_nulls().unique().sort().str.join("; "),
            refused_table=pl.col("table_label").first(),
        )
        .with_columns(is_refused=pl.col("refused_rule") != "")
    )


def _refused(sources: Sources) -> pl.LazyFrame:
    """Refused counts of a concept: one of no known arm may be of each arm, one of no known band of both."""
    rows = main_rows(sources.rejected, sources.toxicity).filter(pl.col("concept").is_not_null())
    arms = counted_arms(sources.arm).select("document_id", "arm_id")
    of_arms = rows.filter(pl.col("arm_id").is_not_null()).select(*_PLACE, "rule")
    of_none = rows.filter(pl.col("arm_id").is_null()).drop("arm_id").join(arms, on="document_id", how="inner")
    return _in_both_bands(pl.concat([of_arms, of_none.select(*_PLACE, "rule")]))


def _blank(sources: Sources) -> pl.LazyFrame:
    """Blank cells that nobody explained, in the documents that are counted."""
    rows = sources.toxicity.filter(pl.col("cell_status") == "missing", pl.col("concept").is_not_null())
    arms = counted_arms(sources.arm).select("document_id", "arm_id")
    kept = main_rows(rows, sources.toxicity).join(arms, on=["document_id", "arm_id"], how="semi")
    return _in_both_bands(kept.select(*_PLACE, rule=pl.lit(None, pl.String)))


def _in_both_bands(rows: pl.LazyFrame) -> pl.LazyFrame:
    known = rows.filter(pl.col("grade_band").is_not_null())
    unknown = rows.filter(pl.col("grade_band").is_null()).drop("grade_band")
    return pl.concat([known, unknown.join(BANDS.select("grade_band"), how="cross").select(*_PLACE, "rule")])


def doubtful_patients(sources: Sources) -> pl.LazyFrame:
    """One row per arm and concept: most patients with events whose unknown terms may belong to the concept.

    Null where one of them is not counted. A severe event is one of any grade, so one number serves both bands.
    """
    rows = main_rows(sources.toxicity.filter(pl.col("match_kind") == "unmatched"), sources.toxicity)
    counted = rows.filter(pl.col("column_role") == "arm", pl.col("arm_id").is_not_null())
    # What subjects' unknown terms may be is part of the union that counts them.
    listings = sources.source_table.filter(pl.col("table_kind") == "subject_level").select("document_id", "table_label")
    printed = counted.join(listings, on=["document_id", "table_label"], how="anti")
    named = printed.join(sources.unknown_term, on="term_as_reported", how="inner")
    index = counted_arms(sources.arm).select("document_id", "arm_id")
    most = (
        named.join(index, on=["document_id", "arm_id"], how="semi")
        .group_by("document_id", "table_label", "row_number", "arm_id", "doubtful_concept")
        .agg(pl.col("n_affected_upper").max(), is_open=pl.col("n_affected_upper").is_null().any())
    )
    summed = most.group_by("arm_id", concept="doubtful_concept").agg(
        n_doubtful=pl.col("n_affected_upper").sum(), is_open=pl.col("is_open").any()
    )
    return summed.select("arm_id", "concept", n_doubtful=pl.when(~pl.col("is_open")).then("n_doubtful"))
