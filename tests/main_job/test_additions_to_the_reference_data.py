"""An addition to a lake's reference data: only deliveries that hold a text with another answer are read again."""

import csv
import shutil
from pathlib import Path

import pytest
from lakes import bring_up_to_date, published

from safety_pipeline.reference.layout import FILES

HEADACHE = "v2.0/headache/3"
VERDICT = f"""grade_map_id,verdict,grade_lower,grade_upper,grade_preferred,comment,reviewer,reviewed_on
{HEADACHE},change,2,3,2,for the test,A. Reader,2026-11-28
"""
SYNONYM = {
    "grading_system": "CTC v2.0",
    "text": "zephyritis",
    "term": "Nausea",
    "match_kind": "synonym",
    "rationale": "For the test.",
    "source": "test",
}


def _add_synonym(lake, **changed):
    (lake / "reference").mkdir(exist_ok=True)
    with (lake / "reference" / "synonym.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, FILES["synonym"].columns, restval="")
        table.writeheader()
        table.writerow(SYNONYM | changed)


@pytest.fixture(scope="module")
def story(shipped_lake, tmp_path_factory):
    """One lake in one process: a synonym that nobody printed, another look, a changed grade, both taken back."""
    lake = Path(shutil.copytree(shipped_lake, tmp_path_factory.mktemp("additions") / "lake", symlinks=True))
    told = {"facts at first": published(lake, "fact_toxicity")}
    _add_synonym(lake)
    told["synonym"] = bring_up_to_date(lake)
    told["second look"] = bring_up_to_date(lake)
    (lake / "reference" / "verdict.csv").write_text(VERDICT)
    told["grade"] = bring_up_to_date(lake)
    told["facts with the grade"] = published(lake, "fact_toxicity")
    shutil.rmtree(lake / "reference")
    told["taken back"] = bring_up_to_date(lake)
    told["facts at last"] = published(lake, "fact_toxicity")
    return told


def test_a_synonym_for_a_text_that_nobody_printed_reads_no_delivery_again(story):
    assert (story["synonym"].faults, story["synonym"].computed, story["synonym"].was_current) == ((), (), False)


def test_a_second_look_at_an_addition_asks_nothing_again(story):
    assert story["second look"].was_current


def test_a_changed_grade_reads_the_deliveries_with_its_term_and_no_other(story):
    assert story["grade"].computed == ("literature.gist_400_vs_600_2002",)


def test_a_second_addition_in_one_process_is_read_as_it_is_then(story):
    headache = story["facts with the grade"].filter(source_term="Headache", grade_lower_reported=3)
    assert headache["grade_lower"].unique().to_list() == [2]


def test_an_addition_that_is_taken_back_leaves_what_was_there_before(story):
    assert story["taken back"].computed == ("literature.gist_400_vs_600_2002",)
    assert not story["facts with the grade"].equals(story["facts at first"])
    assert story["facts at last"].equals(story["facts at first"])
