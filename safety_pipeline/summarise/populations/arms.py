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
        .join(
            _owners(arm.join(index, on="document_id", how="semi"), document), on=["document_id", "trial_id"], how="semi"
        )
        .join(described, on="document_id", how="left", validate="m:1")
        .select(ARM.column_names)
    ).sort("arm_id")


def _owners(arm: pl.LazyFrame, document: pl.LazyFrame) -> pl.LazyFrame:
    """The one document whose arms of a trial are counted: a review may repeat the arms of trials reported by others."""
    told = document.select("document_id", "document_priority", own_trial_id="trial_id")
    candidates = arm.select("document_id", "trial_id").unique().join(told, on="document_id", how="left", validate="m:1")
    is_review = pl.col("own_trial_id") != pl.col("trial_id")
    ranked = candidates.sort("trial_id", is_review, "document_priority", "document_id")
    return ranked.unique("trial_id", keep="first", maintain_order=True)
