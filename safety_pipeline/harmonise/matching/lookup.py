"""One question answered: what a term and grade of an edition are on CTCAE v4.03."""

from typing import Any

import narwhals as nw
import polars as pl

from safety_pipeline.harmonise.matching.terms import graded
from safety_pipeline.reference.references import References
from safety_pipeline.tables.reference import DIM_GRADE_MAP
from safety_pipeline.tables.vocabulary import GRADING_SYSTEMS

_ASKED = {
    "grading_system": pl.String,
    "source_kind": pl.String,
    "term_as_reported": pl.String,
    "parent_row_label": pl.String,
    "grade_lower_reported": pl.Int64,
    "grade_upper_reported": pl.Int64,
}


class NoAnswerError(Exception):
    """The question cannot be answered; the message says which editions, terms or grades there are."""


def lookup(system: str, term: str, grade: int, references: References) -> dict[str, Any]:
    """The answer with the columns of ``dim_grade_map``, then the concept and how the text was matched.

    The term may be worded as in its edition or as printed in a table.
    """
    if system not in GRADING_SYSTEMS[:-1]:
        raise NoAnswerError(f"There is no edition {system!r}. The editions are: {', '.join(GRADING_SYSTEMS[:-1])}.")
    row = _graded(system, term, grade, references)
    if row["match_kind"] == "unmatched":
        raise NoAnswerError(_no_such_term(system, term, references))
    if row["grade_map_id"] is None:
        raise NoAnswerError(_no_such_grade(system, row, grade, references))
    return _answer(row, grade, references)


def _graded(system: str, term: str, grade: int, references: References) -> dict[str, Any]:
    question = pl.LazyFrame([(system, "literature", term, None, grade, grade)], schema=_ASKED, orient="row")
    answered: pl.LazyFrame = nw.to_native(graded(nw.from_native(question), references))
    return answered.collect().row(0, named=True)


def _answer(row: dict[str, Any], grade: int, references: References) -> dict[str, Any]:
    own = references.grade_map.filter(pl.col("grade_map_id").is_in(row["grade_map_id"].split("; ")))
    renamed = {
        **row,
        "category": row["source_category"],
        "term": row["source_term"],
        "select_term": row["source_select_term"],
        "grade": grade,
        "review_status": "; ".join(own["review_status"].unique(maintain_order=True)),
        "reviewed_on": own["reviewed_on"].max(),
        "crosswalk_version": references.crosswalk_version["version"].last(),
    }
    more = ("concept", "concept_relation", "threshold_relation", "match_kind")
    return {name: renamed[name] for name in (*DIM_GRADE_MAP.column_names, *more)}


def _no_such_term(system: str, term: str, references: References) -> str:
    near = references.near_terms(system, term)
    return f"{system} has no term {term!r}, and no synonym for it is known. Near: {'; '.join(near)}."


def _no_such_grade(system: str, row: dict[str, Any], grade: int, references: References) -> str:
    if row["source_term"] is None:
        return (
            f"{row['term_as_reported']!r} is no term of {system}, so it has no grades; it is read as the concept "
            f"{row['concept']!r}. Ask for one of the terms of that concept."
        )
    names = {"grading_system": system, "term": row["source_term"], "select_term": row["source_select_term"]}
    known = references.term.filter(**names)["grades_defined"].item()
    name = " / ".join(part for part in (row["source_term"], row["source_select_term"]) if part)
    return f"{system} {name} has no grade {grade}. The grades that exist are {', '.join(known)}."
