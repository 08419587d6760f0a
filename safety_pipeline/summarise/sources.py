"""The gathered tables the summaries are made of, and the arms and concepts they must answer for."""

from dataclasses import dataclass

import polars as pl

from safety_pipeline.summarise.evidence.grade_columns import BAND_STARTS


@dataclass(frozen=True)
class Sources:
    """All landed deliveries side by side: accepted and refused rows, their tables, and the arms that are counted."""

    document: pl.LazyFrame
    source_table: pl.LazyFrame
    document_use: pl.LazyFrame
    arm: pl.LazyFrame
    concept: pl.LazyFrame
    toxicity: pl.LazyFrame
    rejected: pl.LazyFrame
    row_use: pl.LazyFrame
    life_table: pl.LazyFrame


def counted_arms(arm: pl.LazyFrame) -> pl.LazyFrame:
    """The arms that hold patients of their own."""
    return arm.filter(~pl.col("is_aggregate"))


def questions(sources: Sources, evidence: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm, concept and band to answer for: headline concepts everywhere, others within their drug."""
    arms = counted_arms(sources.arm)
    headline = arms.select("arm_id").join(sources.concept.filter("is_headline").select("concept"), how="cross")
    drugs = arms.select("arm_id", "drug")
    seen = evidence.select("arm_id", "concept").join(drugs, on="arm_id", how="left", validate="m:1")
    same_drug = drugs.join(seen.select("drug", "concept").unique(), on="drug", how="inner").select("arm_id", "concept")
    bands = pl.LazyFrame({"grade_band": list(BAND_STARTS), "band_start": list(BAND_STARTS.values())})
    return pl.concat([headline, same_drug]).unique().join(bands, how="cross")


def main_rows(rows: pl.LazyFrame, toxicity: pl.LazyFrame) -> pl.LazyFrame:
    """The rows that are not sub-rows of a composite row of their table."""
    composites = toxicity.filter("is_composite").select("document_id", "table_label", parent_row_label="row_label")
    return rows.join(composites.unique(), on=["document_id", "table_label", "parent_row_label"], how="anti")
