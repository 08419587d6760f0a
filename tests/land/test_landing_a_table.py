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


ARMS = "Event,Alfatinib 10 mg daily (N=40) n (%),Betalimus 20 mg daily (N=41) n (%)\nRash,4 (10.0),8 (19.5)\n"


def test_every_cell_is_shown_as_it_will_become(land):
    shown = land(ARMS, "two.csv").output
    lines = [line.split() for line in shown.splitlines()]
    assert ["2", "Alfatinib", "10", "mg", "daily", "alfatinib", "10", "Rash"] in [line[:8] for line in lines]
    assert any("20" in line and "betalimus" in line and "41" in line for line in lines)
    assert "any?" in shown  # the grades are asked


def test_the_page_says_the_same_and_fetches_nothing(land, tmp_path):
    land(ARMS.replace("Rash", "Rash <b>"), "two.csv")
    page = (tmp_path / "lake" / "previews" / "two.html").read_text("utf-8")
    assert "Rash &lt;b&gt;" in page
    assert "betalimus" in page
    assert "http" not in page
    assert "<script" not in page


def test_each_question_stands_above_the_key_that_answers_it(land, tmp_path):
    land(f'"Table 1. Events of 2020",,\n{ARMS}Worst grade per patient,,\n', "two.csv")
    lines = (tmp_path / "lake" / "landed" / "literature" / "two" / "document.yaml").read_text("utf-8").splitlines()
    stripped = [line.strip() for line in lines]
    for comment, key in [
        ("# Which drug is the document about?", "drug: null"),
        ("# Taken from the name of the arm 'Betalimus 20 mg daily'. Is it right?", "drug: betalimus"),
        (
            "# Which grades do the columns count? One answer here holds for all that have none of their own.",
            "grades: null",
        ),
    ]:
        assert stripped[stripped.index(comment) + 1] == key
    assert "# Caption: Table 1. Events of 2020" in stripped
    assert any(line.startswith("# Footnotes: Worst grade per patient") for line in stripped)


def test_landing_again_keeps_the_answers(land, tmp_path):
    land(ARMS, "two.csv")
    manifest = tmp_path / "lake" / "landed" / "literature" / "two" / "document.yaml"
    answered = manifest.read_text("utf-8").replace("trial_id: null", "trial_id: T-9")
    manifest.write_text(answered, encoding="utf-8")
    answer = land(ARMS.replace("4 (10.0)", "5 (12.5)"), "two.csv")
    assert answer.exit_code == 0
    assert manifest.read_text("utf-8") == answered
    assert "5 of 40" in answer.output


def test_another_table_does_not_take_the_place_of_a_landed_one(land, tmp_path):
    land(ARMS, "two.csv")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "two.tsv").write_text(TABLE, encoding="utf-8")
    answer = CliRunner().invoke(main, ["land", str(tmp_path / "other" / "two.tsv"), "--lake", str(tmp_path / "lake")])
    assert answer.exit_code != 0
    assert "does not name two.tsv" in answer.output


def test_a_landed_article_is_previewed_as_its_manifest_stands(land, tmp_path):
    land(ARMS, "two.csv")
    manifest = tmp_path / "lake" / "landed" / "literature" / "two" / "document.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("grades: null", "grades: '>=3'", 1), encoding="utf-8")
    shown = CliRunner().invoke(main, ["preview", "two", "--lake", str(tmp_path / "lake")]).output
    assert ">=3" in shown
    assert "any?" not in shown


def test_a_count_that_a_run_will_refuse_is_told_before_it(land):
    answer = land("Adverse event,Drug 5 mg (n=50)\nRash,10 (20)\nAnemia,10 (25)\n", "two.csv")
    assert "10 of 50  observed" in answer.output
    assert "10 of 50  to be refused" in answer.output
    assert "n = 10 of N = 50 is 20.0 %, printed is 25.0 %; it would fit N near 40." in answer.output


def test_there_is_no_preview_of_what_is_not_landed(tmp_path):
    answer = CliRunner().invoke(main, ["preview", "nothing", "--lake", str(tmp_path / "lake")])
    assert answer.exit_code != 0
    assert "nothing of this name is landed" in answer.output


LISTING = "usubjid,aeterm,aestdtc\nSOMEBODY-1,Rash,2021-01-05\nSOMEBODY-2,Edema,2021-02-07\n"


def test_a_listing_of_subjects_is_neither_shown_nor_kept(land, tmp_path):
    answer = land(LISTING, "events.csv")
    assert answer.exit_code != 0
    assert "SOMEBODY" not in answer.output
    assert not (tmp_path / "lake").exists()


def test_a_listing_in_the_folder_of_an_article_is_not_kept_either(tmp_path):
    folder = tmp_path / "article"
    folder.mkdir()
    (folder / "document.yaml").write_text("document: {}\n", encoding="utf-8")
    (folder / "table_1.csv").write_text(LISTING, encoding="utf-8")
    answer = CliRunner().invoke(main, ["land", str(folder), "--lake", str(tmp_path / "lake")])
    assert answer.exit_code != 0
    assert "SOMEBODY" not in answer.output
    assert not (tmp_path / "lake" / "landed").exists()
