"""What the reference data say of the texts of one delivery: where that is the same, so is what is harmonised."""

import hashlib
from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.harmonise.cells import reported_cells
from safety_pipeline.harmonise.counting.meanings import meanings, with_wording
from safety_pipeline.harmonise.matching.terms import Frame, graded
from safety_pipeline.harmonise.refusals import refusals
from safety_pipeline.reference.references import References

_TEXT = ("grading_system", "source_kind", "term_as_reported", "parent_row_label")
# Every range of grades that a column or a band can ask for; 0 to 0 is none stated.
_RANGES = pl.DataFrame(
    [(None, None), *((low, high) for low in range(6) for high in range(low, 6))],
    schema={"grade_lower_reported": pl.Int64, "grade_upper_reported": pl.Int64},
    orient="row",
)


def text_answers(tables: Mapping[str, pl.LazyFrame], references: References) -> str:
    """A hash of every answer that the delivery's texts can get, and of the concepts that its subjects are counted for.

    ``tables`` are those of `ingested`. Equal hashes mean equal harmonised tables of one delivery.
    """
    meant = nw.to_native(meanings(with_wording(nw.from_native(tables["event"])), references))
    of_subjects = meant.select(
        "grading_system",
        source_kind=pl.lit("subject"),
        term_as_reported="label",
        parent_row_label=pl.lit(None, pl.String),
    )
    cells = nw.to_native(reported_cells(nw.from_native(tables["cell"]), nw.from_native(tables["document"])))
    texts = pl.concat([cells.select(_TEXT), of_subjects.select(_TEXT)]).unique()
    asked: Frame = nw.from_native(texts.join(_RANGES.lazy(), how="cross"))
    parts = (
        nw.to_native(graded(asked, references)),
        meant,
        refusals(tables["refusal"], references).select("term_as_reported", "parent_row_label", "concept"),
        references.concept.lazy(),
    )
    return hashlib.sha256(b"\0".join(map(_as_bytes, parts))).hexdigest()


def _as_bytes(rows: pl.LazyFrame) -> bytes:
    """Equal rows in any order as equal bytes."""
    distinct = rows.unique().collect(engine="streaming")
    return distinct.sort(pl.all()).write_csv().encode()
