"""What share of the reported rows, counts and events is known."""

import polars as pl
import pytest

from safety_pipeline.harmonise import grade
from safety_pipeline.harmonise.matching.coverage import ALL_EVENTS, HEADLINE, matched_shares

ROWS = [
    ("Nausea", 10),
    ("Nausea", 20),
    ("Rash", 4),
    ("Blister", 6),
    ("Weather", 5),
    ("Nervous system disorders", 100),
]


@pytest.fixture(scope="module")
def shares(references):
    asked = pl.LazyFrame(
        [("not stated", "register", text, None, 1, 5) for text, _ in ROWS],
        schema=[
            "grading_system",
            "source_kind",
            "term_as_reported",
            "parent_row_label",
            "grade_lower_reported",
            "grade_upper_reported",
        ],
        schema_overrides={"parent_row_label": pl.String},
        orient="row",
    )
    counted = asked.with_columns(n_affected_upper=pl.Series([n for _, n in ROWS]), source=pl.lit("register"))
    found = matched_shares(grade(counted, references), references)
    return {row["events"]: row for row in found.iter_rows(named=True)}


def test_rows_counts_and_distinct_events_are_shares_of_their_own_and_a_body_system_is_no_event(shares):
    row = shares[ALL_EVENTS]
    assert (row["matched_rows"], row["rows"]) == (3, 5)
    assert (row["matched_counts"], row["counts"]) == (34, 45)
    assert (row["matched_terms"], row["terms"]) == (2, 4)


def test_an_event_that_may_be_of_a_headline_concept_counts_among_them_until_it_is_known(shares):
    row = shares[HEADLINE]
    assert (row["matched_counts"], row["counts"]) == (4, 10)
