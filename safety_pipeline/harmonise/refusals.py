"""What readers refused, with the concept it was counted for, so that nothing is concluded from its absence."""

import narwhals as nw
import polars as pl

from safety_pipeline.harmonise.matching.terms import matched
from safety_pipeline.reference.references import References
from safety_pipeline.tables.harmonised import REFUSAL
from safety_pipeline.tables.vocabulary import REGISTER_KINDS

_TEXT = ("grading_system", "source_kind", "_term", "_parent")


def refusals(refusal: pl.LazyFrame, references: References) -> pl.LazyFrame:
    """One row per refusal; ``concept`` is null where no event can be read, or one that no concept is known of."""
    is_register = pl.col("delivery_id").str.split(".").list.first().is_in(REGISTER_KINDS)
    named = refusal.with_columns(
        grading_system=pl.col("grading_system").fill_null("not stated"),
        source_kind=pl.when(is_register).then(pl.lit("register")).otherwise(pl.lit("literature")),
        _term=pl.col("term_as_reported"),
        _parent=pl.col("parent_row_label").fill_null(""),
    )
    texts = named.filter(pl.col("_term").is_not_null()).select(_TEXT).unique()
    concepts = references.targets.lazy().select("target_id", "concept")
    known = (
        nw.to_native(matched(nw.from_native(texts), references))
        .join(concepts, on="target_id", how="inner", validate="m:1")
        .select(*_TEXT, "concept")
    )
    return REFUSAL.conform(
        named.join(known, on=_TEXT, how="left", validate="m:1", maintain_order="left").select(REFUSAL.column_names)
    )
