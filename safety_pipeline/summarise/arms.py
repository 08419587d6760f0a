"""The arms that are counted: those of the index reports."""

import polars as pl

from safety_pipeline.tables.summarised import ARM


def arms(arm: pl.LazyFrame, document: pl.LazyFrame, document_use: pl.LazyFrame) -> pl.LazyFrame:
    """One row per arm of a population's index report, with what its document says of the trial."""
    index = document_use.filter(pl.col("is_index_report")).select("document_id")
    described = document.select("document_id", "allocation", "indication", "grading_system")
    return ARM.conform(
        arm.drop("delivery_id")
        .join(index, on="document_id", how="semi")
        .join(described, on="document_id", how="left", validate="m:1")
        .select(ARM.column_names)
    ).sort("arm_id")
