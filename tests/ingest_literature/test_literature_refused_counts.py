"""A refused count keeps its place: its concept is printed, so it is neither unreported nor below a threshold."""

import pytest
from literature_examples import MANIFEST, TABLE

PLACE = ("arm_id", "term_as_reported", "grade_band_as_reported", "n_affected_lower", "n_at_risk")


def test_a_refused_cell_keeps_an_empty_place_beside_its_refusal(read_table):
    read = read_table("Event\t400\t600\nRash\tmany\t9 (12.2)\n", MANIFEST + TABLE)
    assert read.rules == ["cell_is_readable"]
    assert read.kept_empty.select(PLACE).rows() == [("T1.low", "Rash", "any", None, 73)]
    assert read.cell["arm_id"].to_list() == ["T1.high"]


def test_a_line_whose_values_have_no_one_place_keeps_the_places_of_all_its_columns(read_table):
    manifest = (MANIFEST + TABLE).replace("table_1.tsv", "t.txt")
    read = read_table("Event 400 600\nRash 5\n", manifest, "t.txt")
    assert read.rules == ["values_have_one_place"]
    assert read.kept_empty.select(PLACE).rows() == [
        ("T1.low", "Rash", "any", None, 73),
        ("T1.high", "Rash", "any", None, 74),
    ]


@pytest.mark.parametrize("cell", ["5 (6.8)", "", "-", "NR"])
def test_a_count_a_blank_or_a_dash_is_not_refused(read_table, cell):
    assert read_table(f"Event\t400\t600\nRash\t{cell}\t9\n", MANIFEST + TABLE).kept_empty.is_empty()


def test_a_row_that_is_no_event_keeps_no_place(read_table):
    rows = '    rows: [{label: Stopped, role: not_an_event, reason: "a decision"}]\n'
    read = read_table("Event\t400\t600\nStopped\t5\t9\n", MANIFEST + TABLE + rows)
    assert read.rules == ["row_is_an_event"] * 2
    assert read.kept_empty.is_empty()


def test_a_line_without_a_label_keeps_the_places_of_an_unspecified_event(read_table):
    read = read_table("Event\t400\t600\n\t5\t9\n", MANIFEST + TABLE)
    assert set(read.rules) == {"row_is_named"}
    assert read.kept_empty.select(PLACE).rows() == [
        ("T1.low", "unspecified", "any", None, 73),
        ("T1.high", "unspecified", "any", None, 74),
    ]


def test_a_count_under_a_column_without_grades_keeps_its_event(read_table):
    manifest = (MANIFEST + TABLE).replace("grades: any", "label: unknown", 1)
    read = read_table("Event\t400\t600\nRash\t5\t9\n", manifest)
    assert read.rules == ["cell_is_described"]
    assert read.refusal["term_as_reported"].to_list() == ["Rash"]
