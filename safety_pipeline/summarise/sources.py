"""The gathered tables the summaries are made of, and the arms and concepts they must answer for."""

from dataclasses import dataclass, field, replace

import polars as pl

# In place of a concept: what may belong to any, the headline concepts apart, which have rows of their own.
ANY_CONCEPT = ""
UNKNOWN_TERM = {
    "term_as_reported": pl.String(),
    "doubtful_concept": pl.String(),
    "is_readable": pl.Boolean(),
    "counts_absence": pl.Boolean(),
}


@dataclass(frozen=True)
class Sources:
    """All landed deliveries side by side: accepted and refused rows, their tables, and the arms that are counted.

    ``unknown_term`` has one row per term that no dictionary knows and headline concept it may belong to, or which its
    patients do not have (``counts_absence``), so that each of the others may have it;
    ``min_readable_share`` is the share of readable terms below which a document's silence means nothing.
    """

    document: pl.LazyFrame
    source_table: pl.LazyFrame
    document_use: pl.LazyFrame
    arm: pl.LazyFrame
    concept: pl.LazyFrame
    term: pl.LazyFrame
    toxicity: pl.LazyFrame
    rejected: pl.LazyFrame
    row_use: pl.LazyFrame
    life_table: pl.LazyFrame
    unknown_term: pl.LazyFrame = field(default_factory=lambda: pl.LazyFrame(schema=UNKNOWN_TERM))
    min_readable_share: float = 0.0


def counted_arms(arm: pl.LazyFrame) -> pl.LazyFrame:
    """The arms that hold patients of their own."""
    return arm.filter(~pl.col("is_aggregate"))


def apart(arm: pl.LazyFrame) -> pl.LazyFrame:
    """The arms that can be added and compared: each with patients of its own, none a part of another."""
    return counted_arms(arm).filter(pl.col("subset_of").is_null())


def used_rows(sources: Sources) -> pl.LazyFrame:
    """The accepted rows that enter the summaries."""
    return sources.toxicity.join(sources.row_use.filter("is_used"), on="toxicity_id", how="semi")


def of_documents(sources: Sources, documents: pl.LazyFrame) -> Sources:
    """The sources with the rows and tables of some documents only; what they say does not depend on the others."""
    rows = {name: getattr(sources, name) for name in ("toxicity", "rejected", "source_table")}
    return replace(sources, **{name: each.join(documents, on="document_id", how="semi") for name, each in rows.items()})


def composites(toxicity: pl.LazyFrame) -> pl.LazyFrame:
    """One row per composite row and concept it counts for, under the name that its sub-rows bear."""
    named = toxicity.filter("is_composite", pl.col("concept").is_not_null())
    return named.select("document_id", "table_label", "concept", parent_row_label="row_label").unique()


SUB_ROW = ["document_id", "table_label", "parent_row_label", "concept"]


def main_rows(rows: pl.LazyFrame, toxicity: pl.LazyFrame) -> pl.LazyFrame:
    """The rows that are not sub-rows of a composite row of their table that counts for their concept.

    "Rash" beneath "Skin disorders" counts a rash that no other row counts.
    """
    return rows.join(composites(toxicity), on=SUB_ROW, how="anti")
