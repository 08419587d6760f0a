"""`safety-pipeline land` on a table cut from an article: what a new user sees, and what lies in the lake after it."""

import pytest
from click.testing import CliRunner

from safety_pipeline.cli import main

TABLE = """Event\tLow 400 mg/d (n=70)\tHigh (n=80)
Rash, any grade\t14 (20.0)\t20 (25.0)
Rash, grade 3-4\t7 (10.0)\t-
"""
CASES = "Patient,Age,Event,Grade\nPt 1,60,Rash,3\nPt 2,61,Edema,2\n"


@pytest.fixture
def land(tmp_path):
    def land_text(text, name="table_2.tsv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["land", str(tmp_path / name), "--lake", str(tmp_path / "lake")])

    return land_text


def test_the_columns_are_listed_with_what_they_are_taken_for(land):
    shown = land(TABLE).output
    assert "  2: Low 400 mg/d; grades by row; n (%)" in shown
    assert "2     event any  Rash, any grade  14 (20.0)            20 (25.0)" in shown
    assert "low_400_mg_d: Low 400 mg/d; N = 70; 400 mg/day" in shown
    assert "arms[1].dose_mg_per_day: What total daily dose was 'High' assigned" in shown


def test_values_are_never_cut_and_a_line_of_the_page_is_short(land):
    header = "Event\t" + "\t".join(f"A very long name of the treatment group {at} (n=150)" for at in range(6))
    lines = land(header + "\nRash\t" + "\t".join(["100 (66.7)"] * 6) + "\n").output.splitlines()
    grid = [line for line in lines if line.startswith(("line", "1  ", "2  "))]
    assert grid[2].count("100 (66.7)") == 6
    assert max(len(line) for line in grid) <= 100


def test_a_refused_table_leaves_nothing_behind(land, tmp_path):
    answer = land(CASES, "cases.csv")
    assert answer.exit_code != 0
    assert "one patient a line" in answer.output
    assert "Nothing was landed." in answer.output
    assert not (tmp_path / "lake").exists()


def test_every_table_of_a_file_is_shown_and_drafted(land, tmp_path):
    second = TABLE.replace("Rash", "Edema")
    shown = land(f"Table 1. Skin\t\t\n{TABLE}Table 2. Fluids\t\t\n{second}", "both.tsv").output
    assert "both.tsv: Table 1" in shown
    assert "both.tsv: Table 2" in shown
    drafted = (tmp_path / "lake" / "landed" / "literature" / "both" / "document.yaml").read_text("utf-8")
    assert drafted.count("file: both.tsv") == 2
