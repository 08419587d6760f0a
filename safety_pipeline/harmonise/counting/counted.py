"""Arm-level counts of subjects in the shape of a printed cell."""

from collections.abc import Mapping

import narwhals as nw
import polars as pl

from safety_pipeline.engine import on_small_frame
from safety_pipeline.harmonise.cells import Frame
from safety_pipeline.harmonise.counting.nested import GROUP
from safety_pipeline.harmonise.counting.small_cells import without_small_cells

_TEXT_NULLS = (
    "parent_row_label",
    "printed",
    "seriousness",
    "outcome",
    "repair",
    "given_relation",
    "given_site",
)

# Why the bounds of a count differ, and how it is said.
DOUBTS = {
    "is_opened": "The upper bound counts subjects with an event that is not known to be treatment-emergent.",
    "has_refused_rows": "The upper bound counts refused rows, whose event or subject cannot be read.",
    "has_unread_terms": "The upper bound counts subjects with an event that may belong here by its term.",
}
_SUPPRESSED = "Suppressed: the package shows no cell below its smallest one, and none that could be read off this one."


def as_reported(counts: Frame, tables: Mapping[str, Frame], members: Frame) -> Frame:
    """One reported row per count, with the table it came from and the arm's denominator; small cells as bounds."""
    placed = _without_small_cells(_with_place(counts, tables), members)
    severe = nw.col("band") == "severe"
    certain = nw.col("n_lower") == nw.col("n_upper")
    zero = nw.col("n_upper") == 0
    return placed.with_columns(
        *(nw.lit(None, dtype=nw.String).alias(name) for name in _TEXT_NULLS),
        row_number=_rank("label"),
        column_number=_rank("column_label"),
        row_label=nw.col("label"),
        term_as_reported=nw.col("label"),
        column_role=nw.lit("arm"),
        percent_printed=nw.lit(None, dtype=nw.Float64),
        percent_decimals=nw.lit(None, dtype=nw.Int64),
        n_episodes=nw.lit(None, dtype=nw.Int64),
        source_kind=nw.lit("subject"),
        is_composite=nw.col("given_concept") != "",
        grade_lower_reported=nw.when(severe).then(nw.lit(3)).otherwise(nw.lit(1)).cast(nw.Int64),
        grade_upper_reported=nw.lit(5).cast(nw.Int64),
        grade_band_as_reported=nw.when(severe).then(nw.lit(">=3")).otherwise(nw.lit("any")),
        grade_counting=nw.lit("worst"),
        count_unit=nw.lit("patients"),
        n_printed=nw.when(certain).then(nw.col("n_lower")).cast(nw.Int64),
        n_affected_lower=nw.col("n_lower").cast(nw.Int64),
        n_affected_upper=nw.col("n_upper").cast(nw.Int64),
        cell_status=nw.when(zero)
        .then(nw.lit("reported_zero"))
        .when(certain)
        .then(nw.lit("observed"))
        .otherwise(nw.lit("derived_bounds")),
        given_concept=nw.when(nw.col("given_concept") != "").then(nw.col("given_concept")),
        note=nw.when(nw.col("is_suppressed")).then(nw.lit(_SUPPRESSED)).otherwise(_doubts()),
    )


def _doubts() -> nw.Expr:
    """The sentences of the doubts that a count has, null where it has none."""
    said = [nw.when(nw.col(name)).then(nw.lit(sentence)) for name, sentence in DOUBTS.items()]
    joined = nw.concat_str(*said, separator=" ", ignore_nulls=True)
    return nw.when(nw.any_horizontal(*(nw.col(name) for name in DOUBTS), ignore_nulls=True)).then(joined)


_COUNTED = {
    **dict.fromkeys((*GROUP, "in_concept"), pl.String()),
    **dict.fromkeys(("n_lower", "n_upper", "n_at_risk", "min_cell"), pl.Int64()),
}


def _without_small_cells(placed: Frame, members: Frame) -> Frame:
    """The counts with the bounds that may be shown; ``is_suppressed`` where these are not the counted ones."""
    terms = members.select("label", given_concept=nw.lit(""), in_concept=nw.col("concept"))
    counted = placed.join(terms, on=["label", "given_concept"], how="left").select(*_COUNTED)
    allowed = on_small_frame(counted, without_small_cells, {**_COUNTED, "is_suppressed": pl.Boolean()})
    told = allowed.select(*GROUP, "n_lower", "n_upper", "is_suppressed")
    return placed.drop("n_lower", "n_upper").join(told, on=list(GROUP), how="left")


def _with_place(counts: Frame, tables: Mapping[str, Frame]) -> Frame:
    """The counts with delivery, trial, table label, denominator and a readable id."""
    documents = tables["document"].select("document_id", "delivery_id", "trial_id")
    labels = (
        tables["source_table"]
        .filter(nw.col("table_kind") == "subject_level")
        .select("document_id", "source_file", "table_label", "min_cell")
    )
    arms = tables["arm"].select("document_id", "arm_id", "n_at_risk")
    placed = (
        counts.join(documents, on="document_id", how="left")
        .join(labels, on=["document_id", "source_file"], how="left")
        .join(arms, on=["document_id", "arm_id"], how="left")
        .join(n_subjects(tables["subject"]), on=["document_id", "arm_id"], how="left")
    )
    return placed.with_columns(
        table_label=nw.coalesce(nw.col("table_label"), nw.col("source_file"), nw.lit("subject events")),
        n_at_risk=nw.coalesce(nw.col("n_at_risk"), nw.col("n_subjects")),
        column_label=nw.concat_str(nw.col("arm_id"), nw.col("band"), nw.col("attribution"), separator=" / "),
    ).with_columns(toxicity_id=_readable_id())


def n_subjects(subject: Frame) -> Frame:
    """One row per arm with how many subjects its safety population has."""
    safety = subject.filter(nw.col("is_safety_population") & ~nw.col("arm_id").is_null())
    return safety.group_by("document_id", "arm_id").agg(n_subjects=nw.len().cast(nw.Int64))


def _readable_id() -> nw.Expr:
    level = nw.when(nw.col("given_concept") != "").then(nw.lit("concept")).otherwise(nw.lit("term"))
    names = ("delivery_id", "document_id", "table_label")
    return nw.concat_str(
        *(nw.col(name) for name in names),
        level,
        nw.col("label"),
        nw.col("column_label"),
        nw.col("grading_system"),
        separator="/",
    )


def _rank(name: str) -> nw.Expr:
    """A stable number for a row or column that no printed table numbers."""
    return nw.col(name).rank("dense").over("document_id", "source_file").cast(nw.Int64)
