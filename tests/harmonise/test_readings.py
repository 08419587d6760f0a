"""The stored readings of the crosswalk: what was read, and that the crosswalk stands as decided."""

import polars as pl
import pytest

from safety_pipeline.reference import load
from safety_pipeline.reference.readers.readings import decisions, drawn_for, faults, frequent_toxicities, readings

MAP = load().grade_map
DECISIONS = decisions()
READABLE = MAP.filter(pl.col("grade") != 5, ~pl.col("review_status").is_in(["same text", "identity"]))
GRADES = ("grade_lower", "grade_upper", "grade_preferred")


def test_every_row_of_a_frequent_toxicity_was_read():
    frequent = READABLE.filter(pl.col("ctcae_term").is_in(frequent_toxicities().to_list()))
    unread = frequent.join(DECISIONS, on="grade_map_id", how="anti")
    assert frequent.height > 2000
    # What was not read says a v4.03 grade word for word, which a law proves.
    assert set(unread["mapping_kind"]) <= {"exact", "narrower"}
    assert unread.height < 0.03 * frequent.height


def test_every_row_whose_preferred_grade_is_another_one_was_read():
    moved = READABLE.filter(pl.col("grade_preferred") != pl.col("grade"))
    assert moved.height > 250
    assert moved.join(DECISIONS, on="grade_map_id", how="anti").select("grade_map_id").rows() == []


def test_frequent_toxicities_are_v4_03_terms():
    terms = load().term.filter(grading_system="CTCAE v4.03")["term"]
    assert set(frequent_toxicities()) <= set(terms)


def test_the_crosswalk_stands_as_decided():
    last = DECISIONS.unique("grade_map_id", keep="last", maintain_order=True)
    now = last.join(
        MAP.select("grade_map_id", *(pl.col(name).alias(f"now_{name}") for name in GRADES)), on="grade_map_id"
    )
    same = [pl.col(f"decided_{name[6:]}").eq_missing(pl.col(f"now_{name}")) for name in GRADES]
    assert now.height == last.height == readings().filter(reader="reader 1").height
    assert now.filter(~pl.all_horizontal(same)).select("grade_map_id").rows() == []


def test_a_row_on_which_the_readings_differed_has_a_reason_that_says_so():
    decided = DECISIONS.filter(pl.col("decided_by") != "agreed").join(
        MAP.select("grade_map_id", "rationale"), on="grade_map_id"
    )
    said = pl.col("rationale").str.contains(
        "Crosswalk and blind reading differed, a third reading decided.", literal=True
    )
    assert decided.height > 1000
    assert decided.filter(~said).select("grade_map_id").rows() == []


@pytest.mark.parametrize(
    "drawn, n_rows, goal", [("sample 20261130", 200, (0.02, 0.05)), ("second blind reader", 2484, (0.02, 0.05))]
)
def test_the_newest_readings_meet_the_goals(drawn, n_rows, goal):
    rows = drawn_for(DECISIONS, drawn)
    assert rows.height == n_rows
    assert rows["wrong"].mean() <= goal[0]
    assert rows["too_wide"].mean() <= goal[1]


@pytest.mark.parametrize(
    "then, decided, fault",
    [
        ((2, 2, 2), (2, 2, 2), (0, 0, 0)),
        ((2, 3, 2), (2, 2, 2), (0, 1, 0)),
        ((2, 2, 2), (2, 3, 2), (1, 0, 1)),
        ((2, 3, 3), (2, 3, 2), (1, 0, 0)),
        ((3, 4, 3), (1, 4, 3), (1, 0, 1)),
        ((None, None, None), (2, 2, 2), (1, 0, 0)),
        ((None, None, None), (None, None, None), (0, 0, 0)),
    ],
)
def test_a_fault_is_a_grade_left_out_one_too_many_or_a_wrong_side_of_grade_3(
    tmp_path, monkeypatch, then, decided, fault
):
    cells = ",".join("" if grade is None else str(grade) for grade in (*then, *decided))
    head = "grade_map_id,drawn_for,crosswalk_version,review_status,grade_lower,grade_upper,grade_preferred"
    (tmp_path / "reading").mkdir()
    file = tmp_path / "reading" / "decision.csv"
    file.write_text(f"{head},decided_lower,decided_upper,decided_preferred,decided_by\na,b,1.1,read,{cells},agreed\n")
    monkeypatch.setattr("safety_pipeline.reference.readers.readings.DATA", tmp_path)
    assert faults(decisions(), "review_status").row(0)[2:] == fault
