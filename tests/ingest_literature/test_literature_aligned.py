"""Copied text whose columns stand one below another: places tell which column a value is of."""

import polars as pl
import pytest

ALIGNED = """Table 3. Toxicities, n (%)

                    Low dose            High dose
                    (n = 40)            (n = 42)
Event            All    Gr 3/4       All    Gr 3/4
Oedema         12 (30)   1 (3)     19 (45)   2 (5)
Rash           10 (25)             14 (33)   1 (2)
Haemorrhage               1 (3)               2 (5)
Values are numbers of patients.
"""


@pytest.fixture
def counted(read_draft):
    """Line, arm, grades and number of each count of a text, and the rules of its refusals."""

    def read(text):
        cell, rules = read_draft(text, "t.txt")
        rows = cell.filter(pl.col("n_affected_lower").is_not_null())
        names = ("row_label", pl.col("arm_id").str.strip_prefix("T."), "grade_band_as_reported", "n_affected_lower")
        return rows.select(names).rows(), rules

    return read


def test_a_value_is_of_the_column_it_stands_below(counted):
    found, rules = counted(ALIGNED)
    assert found == [
        ("Oedema", "low_dose", "any", 12), ("Oedema", "low_dose", "3-4", 1),
        ("Oedema", "high_dose", "any", 19), ("Oedema", "high_dose", "3-4", 2),
        ("Rash", "low_dose", "any", 10), ("Rash", "high_dose", "any", 14), ("Rash", "high_dose", "3-4", 1),
        ("Haemorrhage", "low_dose", "3-4", 1), ("Haemorrhage", "high_dose", "3-4", 2)]  # fmt: skip
    assert rules == []


@pytest.mark.parametrize("rows", [
    "Rash    10    14\nItch    12    19\nHead    2",  # labels of one length: a lost cell looks alike
    "Rash    10    14\nOedema    12    19\nCough    2",  # four spaces, no places
])  # fmt: skip
def test_a_value_is_placed_nowhere_where_cells_are_only_set_apart_by_spaces(counted, rows):
    found, rules = counted(f"Event    Low (n=40)    High (n=42)\n{rows}\n")
    assert len(found) == 4
    assert "values_have_one_place" in rules


def test_whole_lines_are_read_however_their_cells_are_set_apart(counted):
    found, rules = counted("Event    Low (n=40)    High (n=42)\nRash    10    14\nOedema    12    19\n")
    assert [n for *_, n in found] == [10, 14, 12, 19]
    assert rules == []


def test_a_value_between_two_columns_is_not_placed(counted):
    header, rash = "Event           Low (n=40)    High (n=42)", "Rash            10            14"
    text = f"{header}\n{rash}\nOedema          12            19\nItching                 3\n"
    found, rules = counted(text)
    assert [n for *_, n in found] == [10, 14, 12, 19]
    assert "values_have_one_place" in rules
