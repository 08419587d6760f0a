"""Which printed lines of a concept speak, where several of one arm, band and attribution do."""

import polars as pl

from safety_pipeline.reference.totals import ANY_EVENT
from safety_pipeline.summarise.evidence.listings import PREFERRED_TERMS

KEY = ["trial_id", "arm_id", "concept", "grade_band", "attribution"]
_OF_PATIENTS = pl.col("count_unit") == "patients"
_OF_ANY_EVENT = (pl.col("concept") == ANY_EVENT) & (pl.col("concept_relation") == "equal")
_SAME_PATIENTS = [
    *KEY,
    "count_unit",
    "is_composite",
    "seriousness",
    "n_affected_lower",
    "n_affected_upper",
    "n_at_risk",
]


def speaking(told: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that speak where others of their claim give way, with ``is_uncounted``.

    None gives way where all count patients of a whole band and none is the union of others, as in nearly every
    document of a register: its lines are not compared with each other.
    """
    is_plain = _OF_PATIENTS & pl.col("is_whole") & ~pl.col("is_composite")
    once = _once_of_any_event(told)
    documents = once.filter(~is_plain.fill_null(value=False)).select("document_id").unique()
    alone = once.join(documents, on="document_id", how="anti").with_columns(is_uncounted=pl.lit(value=False))
    compared = once.join(documents, on="document_id", how="semi").pipe(_prefer_patients)
    compared = compared.pipe(_prefer_tables_of_the_band).pipe(_prefer_composites)
    return pl.concat([alone, compared.pipe(_prefer_whole_lines_of_any_event)])


def _once_of_any_event(told: pl.LazyFrame) -> pl.LazyFrame:
    """Of lines of any event that agree the first: "any event" beside the others of "no event".

    The totals of a register's serious and of its other events are two, even where they agree.
    """
    of_all = (_OF_ANY_EVENT & pl.col("is_whole") & pl.col("n_affected_lower").is_not_null()).fill_null(value=False)
    is_first = pl.col("toxicity_ids").rank("ordinal").over(_SAME_PATIENTS) == 1
    return pl.concat([told.filter(~of_all), told.filter(of_all).filter(is_first)])


def _prefer_patients(printed: pl.LazyFrame) -> pl.LazyFrame:
    """Episodes speak only where no line of the concept and band counts patients.

    Episodes of a term that its own document counts no patients of are patients that nobody counted: ``is_uncounted``.
    """
    is_counted = _OF_PATIENTS.any().over([*KEY, "term_as_reported", "seriousness"])
    is_listed = pl.col("table_kind").is_in(PREFERRED_TERMS)
    marked = printed.with_columns(is_uncounted=(~is_counted & is_listed).any().over(KEY))
    return marked.filter(_OF_PATIENTS | ~_OF_PATIENTS.any().over(KEY))


def _prefer_tables_of_the_band(printed: pl.LazyFrame) -> pl.LazyFrame:
    """A table of severe events says nothing of any grade beside a table that counts it: their bounds meet later."""
    of_key = pl.col("is_whole").any().over(KEY)
    of_table = pl.col("is_whole").any().over([*KEY, "table_label"])
    return printed.filter(of_table | ~of_key)


def _prefer_composites(printed: pl.LazyFrame) -> pl.LazyFrame:
    """A row that counts patients with any of its sub-rows is the union that rows elsewhere could only bound.

    A row of its own table that is none of its sub-rows counts patients that the composite row may not hold.
    """
    whole = pl.col("is_composite") & (pl.col("concept_relation") != "subset")
    of_subjects = (pl.col("table_kind") == "subject_level").fill_null(value=False)
    of_table = whole.any().over([*KEY, "table_label"]) & ~of_subjects
    return printed.filter(whole | ~whole.any().over(KEY) | of_table)


def _prefer_whole_lines_of_any_event(printed: pl.LazyFrame) -> pl.LazyFrame:
    """Every line of any event counts the same patients: one of some grades adds none to one that covers the band."""
    has_whole = (pl.col("is_whole") & _OF_ANY_EVENT).any().over(KEY)
    return printed.filter(pl.col("is_whole") | ~_OF_ANY_EVENT | ~has_whole)
