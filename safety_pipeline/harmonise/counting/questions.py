"""The questions subject-level events are asked: which attribution, which band, and how sure an event answers it."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.engine import to_engine_of
from safety_pipeline.harmonise.cells import Frame

SEVERE = 3
QUESTIONS = pl.DataFrame(
    [(attribution, band) for attribution in ("all_causality", "related") for band in ("any", "severe")],
    schema={"attribution": pl.String, "band": pl.String},
    orient="row",
)


def asked(events: Frame) -> Frame:
    """One row per event and question it may answer, with ``is_certain``.

    An ungraded event of a graded package may be severe, an unjudged one may be related, one that is not ``is_placed``
    may be treatment-emergent, one that is no ``is_member`` may belong to its row: each opens an upper bound.
    """
    severe, possibly_severe = _answers("grade", nw.col("grade") >= SEVERE, "has_grades")
    related, possibly_related = _answers("is_related", nw.col("is_related"), "has_judgements")
    any_band = nw.col("band") == "any"
    all_causes = nw.col("attribution") == "all_causality"
    possible = (any_band | possibly_severe) & (all_causes | possibly_related)
    is_member = nw.col("is_member") == 1
    certain = nw.col("is_placed") & is_member & (any_band | severe) & (all_causes | related)
    return (
        events.join(to_engine_of(QUESTIONS, events), how="cross")
        .filter(possible)
        .with_columns(is_certain=certain.cast(nw.Int64))
    )


def _answers(name: str, yes: nw.Expr, has_answers: str) -> tuple[nw.Expr, nw.Expr]:
    """Whether the event certainly, and whether it possibly, answers yes; neither where the package never says."""
    certain = yes.fill_null(value=False)
    return certain, (certain | nw.col(name).is_null()) & nw.col(has_answers)


def what_is_known(events: Frame) -> Frame:
    """One row per document: whether it grades events, judges relation and marks treatment-emergent events at all.

    A mark on a refused row shows that the document tells events apart, so that one without a mark is not known.
    """
    is_kept = ~nw.col("is_refused").fill_null(value=False)
    counted = (
        events.with_columns(nw.when(is_kept).then(nw.col(name)).alias(name) for name in ("grade", "is_related"))
        .group_by("document_id")
        .agg(
            n_graded=nw.col("grade").count(),
            n_judged=nw.col("is_related").count(),
            n_marked=nw.col("is_treatment_emergent").count(),
            is_told=nw.col("is_emergence_told").fill_null(value=False).max(),
        )
    )
    return counted.select(
        "document_id",
        has_grades=nw.col("n_graded") > 0,
        has_judgements=nw.col("n_judged") > 0,
        has_marks=(nw.col("n_marked") > 0) | nw.col("is_told"),
    )


_HAS = ("has_grades", "has_judgements", "has_events")


def questions_of_files(tables: Mapping[str, Frame], counted: Frame) -> Frame:
    """One row per listing of events and question it can answer: bands where it grades, relation where it judges.

    A listing without any event to count answers every question: nobody had anything, so nobody had it severely.
    """
    listings = (
        tables["source_table"].filter(nw.col("table_kind") == "subject_level").select("document_id", "source_file")
    )
    systems = tables["document"].select("document_id", "grading_system")
    occurred = counted.select("document_id").unique().with_columns(has_events=nw.lit(value=True))
    known = what_is_known(tables["event"]).select("document_id", *_HAS[:2])
    files = (
        listings.join(systems, on="document_id", how="inner")
        .join(known, on="document_id", how="left")
        .join(occurred, on="document_id", how="left")
        .with_columns(nw.col(name).fill_null(value=False) for name in _HAS)
    )
    can_grade = (nw.col("band") == "any") | nw.col("has_grades") | ~nw.col("has_events")
    can_judge = (nw.col("attribution") == "all_causality") | nw.col("has_judgements")
    asked_of = files.join(to_engine_of(QUESTIONS, files), how="cross").filter(can_grade & can_judge)
    return asked_of.select("document_id", "source_file", "grading_system", "attribution", "band")
