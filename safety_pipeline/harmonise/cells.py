"""Printed cells and registry counts as reported rows."""

from typing import Any

import narwhals as nw

from safety_pipeline.engine import lookup_join
from safety_pipeline.tables.vocabulary import REGISTER_KINDS

Frame = nw.LazyFrame[Any]


def reported_cells(cell: Frame, document: Frame) -> Frame:
    """One row per cell with its id, the kind of its source, and the manifest's own site and relation put aside."""
    kinds = document.select("document_id", nw.col("kind").alias("document_kind"))
    return (
        lookup_join(cell, kinds, ["document_id"])
        .with_columns(source_kind=source_kind(), toxicity_id=_place())
        .rename({"concept_relation": "given_relation", "site": "given_site"})
        .with_columns(given_concept=nw.lit(None, dtype=nw.String))
        .drop("document_kind")
    )


def source_kind() -> nw.Expr:
    """How a source words its terms: freely, with preferred terms of a register, or as a subject's event."""
    kind = nw.col("document_kind")
    return (
        nw.when(kind.is_in(REGISTER_KINDS))
        .then(nw.lit("register"))
        .when(kind == "cdisc")
        .then(nw.lit("subject"))
        .otherwise(nw.lit("literature"))
    )


def _place() -> nw.Expr:
    """Delivery, table, row and column of a cell in one text; the same while the delivery is unchanged."""
    row = _joined(nw.concat_str(nw.lit("r"), _text("row_number")), _text("sub_row_number"), separator=".")
    column = nw.concat_str(nw.lit("c"), _text("column_number"))
    return _joined(nw.col("delivery_id"), nw.col("table_id"), row, column, separator=":")


def _text(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String)


def _joined(*parts: nw.Expr, separator: str) -> nw.Expr:
    return nw.concat_str(*parts, separator=separator, ignore_nulls=True)
