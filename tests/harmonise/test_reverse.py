"""From v4.03 back to v2.0 and v3.0; expected values follow from the forward rows of the notes."""

import polars as pl
import pytest

from safety_pipeline.reference.crosswalk.reverse import reverse_map, round_trip

TERM = ["ctcae_term", "term", "select_term"]


@pytest.fixture(scope="module")
def back(references):
    def ask(edition, ctcae_term, grade, term):
        rows = reverse_map(references.grade_map, references.term, edition)
        row = rows.filter(ctcae_term=ctcae_term, ctcae_grade=grade, term=term).row(0, named=True)
        return row["grade_lower"], row["grade_upper"], row["mapping_kind"]

    return ask


def test_epistaxis_grade_2_was_v2_grade_1(back):
    assert back("CTC v2.0", "Epistaxis", 2, "Epistaxis") == (1, 1, "broader")


def test_rash_grade_3_may_have_been_any_of_three_v2_grades(back):
    assert back("CTC v2.0", "Rash maculo-papular", 3, "Rash/desquamation") == (1, 3, "ambiguous")


def test_an_exact_pair_returns_exactly(back):
    assert back("CTC v2.0", "Flatulence", 2, "Flatulence") == (2, 2, "exact")


def test_a_grade_no_old_grade_reaches_is_unmappable(references):
    rows = reverse_map(references.grade_map, references.term, "CTC v2.0")
    lost = rows.filter(ctcae_term="Papulopustular rash")
    assert lost["mapping_kind"].unique().to_list() == ["unmappable"]
    assert lost["grade_lower"].null_count() == lost.height == 5


@pytest.mark.parametrize("edition", ["CTC v2.0", "CTCAE v3.0", "CTCAE v5.0", "CTCAE v6.0"])
def test_a_round_trip_contains_the_grade_it_began_with_or_loses_it_entirely(references, edition):
    rows = round_trip(references.grade_map, references.term, edition)
    inside = pl.col("grade").is_between(pl.col("back_lower"), pl.col("back_upper"))
    lost = pl.col("back_lower").is_null()
    assert rows.filter(~(inside | lost).fill_null(value=False)).is_empty()


def test_a_round_trip_states_its_loss(references):
    rows = round_trip(references.grade_map, references.term, "CTC v2.0")
    loss = dict(
        rows.filter(pl.col("term").is_in(["Flatulence", "Rash/desquamation"])).select("grade_map_id", "loss").rows()
    )
    assert loss["v2.0/flatulence/1"] == 0
    assert loss["v2.0/rash_desquamation/1"] == 2
    assert loss["v2.0/rash_desquamation/5"] is None
