"""An addition to a lake's reference data: only deliveries that hold a text with another answer are read again."""

import csv
import shutil

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


def test_a_synonym_for_a_text_that_nobody_printed_reads_no_delivery_again(computed_lake):
    _add_synonym(computed_lake)
    report = bring_up_to_date(computed_lake)
    assert report.faults == ()
    assert report.computed == ()


def test_a_changed_grade_reads_the_deliveries_with_its_term_and_no_other(computed_lake):
    (computed_lake / "reference").mkdir()
    (computed_lake / "reference" / "verdict.csv").write_text(VERDICT)
    assert bring_up_to_date(computed_lake).computed == ("literature.gist_400_vs_600_2002",)


def test_an_addition_that_is_taken_back_leaves_what_was_there_before(computed_lake):
    before = published(computed_lake, "fact_toxicity")
    (computed_lake / "reference").mkdir()
    (computed_lake / "reference" / "verdict.csv").write_text(VERDICT)
    bring_up_to_date(computed_lake)
    changed = published(computed_lake, "fact_toxicity")

    shutil.rmtree(computed_lake / "reference")
    report = bring_up_to_date(computed_lake)

    assert report.computed == ("literature.gist_400_vs_600_2002",)
    assert not changed.equals(before)
    assert published(computed_lake, "fact_toxicity").equals(before)


def test_a_second_look_at_an_addition_asks_nothing_again(computed_lake):
    _add_synonym(computed_lake)
    bring_up_to_date(computed_lake)
    assert bring_up_to_date(computed_lake).was_current


def test_a_second_addition_in_one_process_is_read_as_it_is_then(computed_lake):
    _add_synonym(computed_lake)
    bring_up_to_date(computed_lake)

    (computed_lake / "reference" / "verdict.csv").write_text(VERDICT)

    assert bring_up_to_date(computed_lake).computed == ("literature.gist_400_vs_600_2002",)
    headache = published(computed_lake, "fact_toxicity").filter(source_term="Headache", grade_lower_reported=3)
    assert headache["grade_lower"].unique().to_list() == [2]
