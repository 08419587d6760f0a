"""A report of several trials together, and the reports of these trials."""

import polars as pl
import pytest

from safety_pipeline.summarise.populations.document_use import document_use
from safety_pipeline.tables.ingested import DOCUMENT


def used(*documents):
    """The documents whose numbers are counted; each is named with trial, patients, priority and what it names."""
    names = ("document_id", "trial_id", "n_safety", "document_priority", "same_patients_as")
    unknown = dict.fromkeys(DOCUMENT.column_names)
    rows = [
        unknown | dict(zip(names, each, strict=True)) | {"delivery_id": each[0], "has_toxicity_results": True}
        for each in documents
    ]
    frame = pl.DataFrame(rows, schema={column.name: column.dtype for column in DOCUMENT.columns})
    return document_use(frame).filter("is_index_report")["document_id"].to_list()


FIRST, SECOND = ("a", "A", 50, 1, None), ("b", "B", 60, 1, None)


@pytest.mark.parametrize(
    ("pool", "counted"),
    [
        (("pool", "P", 110, 2, "a; b"), ["a", "b"]),
        # With a better priority it stands for both.
        (("pool", "P", 110, 0, "a; b"), ["pool"]),
        # Without its patients, or with others, it may be one more report of one trial under three names.
        (("pool", "P", None, 2, "a; b"), ["a"]),
        (("pool", "P", 90, 2, "a; b"), ["a"]),
        (("pool", "P", 110, 2, "a"), ["a", "b"]),
    ],
)
def test_a_report_of_several_trials_together_gives_way_to_theirs(pool, counted):
    assert used(FIRST, SECOND, pool) == counted


def test_trials_that_name_the_report_of_both_are_not_one():
    assert used(("a", "A", 50, 1, "pool"), ("b", "B", 60, 1, "pool"), ("pool", "P", 110, 2, "a; b")) == ["a", "b"]
