"""Files made to do harm: answered in moments, never followed out of the folder."""

import time

import pytest
from literature_examples import MANIFEST, TABLE

from safety_pipeline.ingest.literature import render, understand

SLOW_FOR_A_NAIVE_PATTERN = {
    "a.txt": "Event All\n" + "1 " * 900 + "x\nRash 1\n",
    "b.tsv": "Event\tLow\nRash\t" + "9)" * 50_000 + "\n",
    "c.tsv": "Event\tLow\nRash\t" + "1a," * 50_000 + "x\n",
    "d.tsv": "Event\t" + "grade " * 20_000 + "\nRash\t5\n",
    "e.tsv": "CTCAE " * 20_000 + "\nEvent\tLow\nRash\t5\n",
    "f.html": "<table>" * 5_000 + "<tr><td>1",
    "g.xml": "<a>" * 100_000,
    "h.html": "<table><tr><td colspan=999999 rowspan=999999>1</td></tr></table>",
}


@pytest.mark.parametrize("name", list(SLOW_FOR_A_NAIVE_PATTERN))
def test_a_file_made_to_be_slow_is_answered_in_moments(tmp_path, name):
    (tmp_path / name).write_text(SLOW_FOR_A_NAIVE_PATTERN[name])
    start = time.monotonic()
    assert render(understand(tmp_path / name))
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("n_at_risk", ["999999999", "10000000000000000000000"])
def test_a_vast_denominator_neither_hangs_nor_overflows(read_table, n_at_risk):
    manifest = (MANIFEST + TABLE).replace("n_at_risk: 73", f"n_at_risk: {n_at_risk}")
    percent = manifest.replace("grades: any}", 'grades: any, content: "%"}')
    read = read_table("Event\t400 mg\t600 mg\nNausea\t12\t12\n", percent)
    assert read.cell.height + read.refusal.height > 0


def test_a_link_out_of_the_delivery_is_not_followed(read_table, tmp_path):
    (tmp_path / "secret.tsv").write_text("Event\t400 mg\t600 mg\nSecret\t1\t2\n")
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "link.tsv").symlink_to(tmp_path / "secret.tsv")
    read = read_table("", (MANIFEST + TABLE).replace("table_1.tsv", "link.tsv"))
    assert read.rules == ["table_file_exists"]
    assert read.cell.is_empty()


def test_a_formula_stays_text_and_is_no_count(read_table):
    read = read_table("Event\t400 mg\t600 mg\n=HYPERLINK(1)\t=1+1\t@SUM(A1)\n")
    assert read.rules == ["cell_is_readable", "cell_is_readable"]


def test_a_file_of_more_lines_than_any_printed_table_is_refused_at_once(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Event,Any grade\n" + "Rash,5\n" * 10_001)
    assert "not one printed table" in understand(path).refusal.explanation


def test_the_longest_table_of_grades_below_events_is_understood_within_seconds(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Event,Drug (N=50)\n" + "Rash,10 (20)\nGrade 3,5 (10)\n" * 4_900)
    started = time.monotonic()
    assert len(understand(path).rows) == 9_800
    assert time.monotonic() - started < 20
