"""A change to the crosswalk is told in numbers."""

import polars as pl

from safety_pipeline.harmonise.changes import MAPPED, changed_counts, summary_of_changes

BEFORE = pl.LazyFrame({"toxicity_id": ["a", "b", "c"], **{name: ["x", "x", None] for name in MAPPED}})


def test_only_what_reads_otherwise_is_named():
    after = BEFORE.with_columns(
        ctcae_term=pl.Series(["x", "y", "y"]),
        grade_lower=pl.Series(["x", "z", None]),
    )
    changes = changed_counts(BEFORE, after)
    assert changes.collect().rows() == [
        ("b", "ctcae_term", "x", "y"),
        ("b", "grade_lower", "x", "z"),
        ("c", "ctcae_term", None, "y"),
    ]
    assert summary_of_changes(changes) == "2 published counts change: ctcae_term of 2, grade_lower of 1."


def test_nothing_changed_is_said_so():
    assert summary_of_changes(changed_counts(BEFORE, BEFORE)) == "No published count changes."
