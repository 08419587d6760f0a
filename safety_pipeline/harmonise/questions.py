"""The questions subject-level events are asked: which attribution, which band, and how sure an event answers it."""

import narwhals as nw

from safety_pipeline.harmonise.cells import Frame

SEVERE = 3


def asked(events: Frame) -> Frame:
    """One row per event and question it may answer, with ``is_certain``.

    An ungraded event of a graded package may be severe, an unjudged one may be related: both open an upper bound.
    """
    graded = nw.col("has_grades")
    judged = nw.col("has_judgements")
    severe = (nw.col("grade") >= SEVERE).fill_null(value=False)
    may_be_severe = severe | nw.col("grade").is_null()
    related = nw.col("is_related").fill_null(value=False)
    may_be_related = related | nw.col("is_related").is_null()
    everything = ~nw.col("subject_id").is_null()
    return nw.concat(
        [
            _question(events, "all_causality", "any", certain=everything, possible=everything),
            _question(events, "all_causality", "severe", certain=severe, possible=may_be_severe & graded),
            _question(events, "related", "any", certain=related, possible=may_be_related & judged),
            _question(
                events,
                "related",
                "severe",
                certain=severe & related,
                possible=may_be_severe & may_be_related & graded & judged,
            ),
        ],
        how="vertical",
    )


def _question(events: Frame, attribution: str, band: str, *, certain: nw.Expr, possible: nw.Expr) -> Frame:
    return events.filter(possible).with_columns(
        attribution=nw.lit(attribution), band=nw.lit(band), is_certain=certain.cast(nw.Int64)
    )


def what_is_known(events: Frame) -> Frame:
    """One row per document: whether it grades events, judges relation and marks treatment-emergent events at all."""
    return (
        events.group_by("document_id")
        .agg(
            n_graded=nw.col("grade").count(),
            n_judged=nw.col("is_related").count(),
            n_marked=nw.col("is_treatment_emergent").count(),
        )
        .select(
            "document_id",
            has_grades=nw.col("n_graded") > 0,
            has_judgements=nw.col("n_judged") > 0,
            has_marks=nw.col("n_marked") > 0,
        )
    )
