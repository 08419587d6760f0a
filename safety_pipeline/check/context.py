"""The columns a row rule needs beside its own row: same row other bands, same row other arms, its edition's grades."""

from typing import Any

import narwhals as nw

from safety_pipeline.check.contradictions import contradictory_events
from safety_pipeline.engine import lookup_join

Frame = nw.LazyFrame[Any]

# One printed line of one table; bands and arms vary inside it.
LINE = (
    "document_id",
    "table_label",
    "row_number",
    "row_label",
    "parent_row_label",
    "attribution",
    "seriousness",
    "outcome",
)
# One printed event of one arm, whether its grades stand in columns or in lines.
EVENT = ("document_id", "table_label", "term_as_reported", "parent_row_label", "attribution", "seriousness", "outcome")
BAND = ("grade_lower_reported", "grade_upper_reported", "grade_band_as_reported")
_ANSWER = ("document_id", "arm_id", "concept", "grade_band", "attribution")
_NOTHING = "\u0000"
_OF_OTHER_ROWS = {
    **dict.fromkeys(("n_any", "n_arms", "n_at_risk_arms", "n_total", "n_at_risk_total"), nw.Int64()),
    "do_tables_disagree": nw.Boolean(),
    "do_grades_disagree": nw.Boolean(),
}


def with_context(toxicity: Frame, comparable: Frame, term: Frame) -> Frame:
    """Each row with ``n_any``, ``n_arms``, ``n_total``, ``n_same`` and ``grades_defined`` beside it; in any order.

    The rows that are ``comparable`` are told apart because they are looked at again and again, and the others once.
    """
    alone = toxicity.join(comparable.select("document_id").unique(), on="document_id", how="anti").with_columns(
        nw.lit(None, dtype).alias(name) for name, dtype in _OF_OTHER_ROWS.items()
    )
    beside_others = _with_other_rows(comparable).select(alone.collect_schema().names())
    both = nw.concat([alone, beside_others], how="vertical")
    return both.pipe(_with_repeats, toxicity).pipe(_with_grades_defined, term)


def comparable_documents(toxicity: Frame) -> Frame:
    """Documents with rows that others of theirs can contradict: bands, totals, or two tables of the same.

    In a register's record there is seldom one, and registers have most of the rows.
    """
    is_of_several = (
        (nw.col("column_role") == "total") | nw.col("grade_band").is_null() | (nw.col("grade_band") != "any")
    )
    of_several = toxicity.filter(is_of_several).select("document_id")
    tables = _said(toxicity).group_by("document_id").agg(n_tables=nw.col("table_label").n_unique())
    of_two_tables = tables.filter(nw.col("n_tables") > 1).select("document_id")
    return nw.concat([of_several, of_two_tables], how="vertical").unique()


def _with_other_rows(rows: Frame) -> Frame:
    """Joins treat null as no match, so the nullable parts of a line are filled with a sentinel first."""
    names = dict.fromkeys((*LINE, *EVENT, *BAND, "arm_id", "column_role"))
    keyed = rows.with_columns(*(nw.col(name).cast(nw.String).fill_null(_NOTHING).alias(f"_{name}") for name in names))
    return (
        keyed.pipe(_with_any_grade).pipe(_with_contradictions).pipe(_with_arms_against_total).pipe(_with_other_tables)
    )


def _event() -> list[str]:
    return [f"_{name}" for name in (*EVENT, "arm_id", "column_role")]


def _with_contradictions(rows: Frame) -> Frame:
    """``do_grades_disagree``: whether no patients satisfy all grade columns of the event in the arm."""
    return rows.join(contradictory_events(rows, _event()), on=_event(), how="left")


def _line(*more: str) -> list[str]:
    return [f"_{name}" for name in (*LINE, *more)]


def _with_any_grade(rows: Frame) -> Frame:
    """``n_any``: the most patients the any-grade cell of the same event and arm allows."""
    any_grade = (
        rows.filter(nw.col("grade_band") == "any", nw.col("count_unit") == "patients")
        .group_by(_event())
        .agg(nw.col("n_affected_upper").max().alias("n_any"))
    )
    return rows.join(any_grade, on=_event(), how="left")


def _with_arms_against_total(rows: Frame) -> Frame:
    """``n_arms`` and ``n_total``: what the arms of the same line and band add to, and the printed total."""
    keys = _line(*BAND)
    exact = rows.filter(nw.col("n_affected_lower") == nw.col("n_affected_upper"))
    arms = (
        exact.filter(nw.col("column_role") == "arm")
        .group_by(keys)
        .agg(nw.col("n_affected_lower").sum().alias("n_arms"), nw.col("n_at_risk").sum().alias("n_at_risk_arms"))
    )
    total = (
        exact.filter(nw.col("column_role") == "total")
        .group_by(keys)
        .agg(nw.col("n_affected_lower").max().alias("n_total"), nw.col("n_at_risk").max().alias("n_at_risk_total"))
    )
    return rows.join(arms, on=keys, how="left").join(total, on=keys, how="left")


def _said(rows: Frame) -> Frame:
    """The counts that two tables of a document can give differently."""
    return rows.filter(
        (nw.col("count_unit") == "patients")
        & nw.col("seriousness").is_null()
        & nw.col("outcome").is_null()
        & nw.col("parent_row_label").is_null()
        & (nw.col("n_affected_lower") == nw.col("n_affected_upper"))
        & ~nw.any_horizontal(*(nw.col(name).is_null() for name in _ANSWER), ignore_nulls=False)
    )


def _with_other_tables(rows: Frame) -> Frame:
    """``do_tables_disagree``: whether tables of one document give one arm, concept and band different numbers."""
    single = (
        _said(rows)
        .group_by(*_ANSWER, "table_label")
        .agg(
            nw.len().alias("n_rows"), nw.col("n_affected_lower").max().alias("n"), nw.col("n_at_risk").max().alias("of")
        )
        .filter(nw.col("n_rows") == 1)
    )
    spread = single.group_by(*_ANSWER).agg(
        *(nw.col(name).max().alias(f"{name}_most") for name in ("n", "of")),
        *(nw.col(name).min().alias(f"{name}_least") for name in ("n", "of")),
    )
    differs = (nw.col("n_most") != nw.col("n_least")) | (nw.col("of_most") != nw.col("of_least"))
    answered = spread.select(*_ANSWER, differs.alias("do_tables_disagree"))
    return rows.join(answered, on=list(_ANSWER), how="left")


def _with_repeats(rows: Frame, toxicity: Frame) -> Frame:
    """``n_same``: rows that carry the same id; null for one alone."""
    counted = toxicity.group_by("toxicity_id").agg(nw.len().alias("n_same"))
    return lookup_join(rows, counted.filter(nw.col("n_same") > 1), ["toxicity_id"])


def _with_grades_defined(rows: Frame, term: Frame) -> Frame:
    """``grades_defined``: the grades the edition has for the matched term, null where nothing was matched."""
    grades = term.select(
        "grading_system",
        nw.col("category").alias("source_category"),
        nw.col("term").alias("source_term"),
        nw.col("select_term").alias("source_select_term"),
        "grades_defined",
    )
    keys = ["grading_system", "source_category", "source_term", "source_select_term"]
    return lookup_join(rows, grades, keys)
