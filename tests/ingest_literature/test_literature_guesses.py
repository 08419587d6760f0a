"""What tables mean where their words or places mislead: each is read rightly, left out with its reason, or asked."""

import pytest

from safety_pipeline.ingest.literature import understand


@pytest.fixture
def read(tmp_path):
    def understood(text, name="table.tsv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return understand(tmp_path / name)

    return understood


def counted(understood):
    return [(column.arm, column.grades) for column in understood.columns if column.role == "count"]


GROUPS = "Adverse event\tDrug (n=35)\tControl (n=33)\n"
GRADES = "Grade 1-4\tGrade 3-4\tGrade 1-4\tGrade 3-4\n"
LINES = "Rash\t9 (25.7)\t1 (2.9)\t8 (24.2)\t2 (6.1)\nEdema\t4 (11.4)\t1 (2.9)\t5 (15.2)\t2 (6.1)\n"
FOUR = [("Drug", "1-4"), ("Drug", "3-4"), ("Control", "1-4"), ("Control", "3-4")]


@pytest.mark.parametrize("below", ["\t" + GRADES, GRADES], ids=["with the corner", "without the corner"])
def test_copied_names_of_groups_stand_over_all_their_columns(read, below):
    assert counted(read(GROUPS + below + LINES)) == FOUR


@pytest.mark.parametrize("grades", ["\tGrade 1-4\tGrade 3\tGrade 4\tGrade 5\n", ""], ids=["uneven", "nothing below"])
def test_copied_names_whose_columns_are_not_sure_refuse_the_table(read, grades):
    refusal = read(GROUPS + grades + LINES).refusal
    assert refusal.rule == "cells_stand_apart"
    assert "line 1: 2 names stand over 4 columns" in refusal.explanation


@pytest.mark.parametrize(
    "caption", ["Serious adverse events", "Treatment-emergent SAEs", "Serious treatment-related adverse events"]
)
def test_serious_events_are_no_incidence_of_all_events(read, caption):
    understood = read(f"Table 3. {caption}\nEvent\tDrug (N=50)\nRash\t5 (10)\n")
    assert understood.outcome == "serious"
    assert "tables[0].outcome" in [question.key for question in understood.questions]


@pytest.mark.parametrize(
    "caption", ["Non-serious adverse events", "Adverse events including serious adverse events", "Severe events"]
)
def test_other_events_are_not_taken_for_serious_ones(read, caption):
    assert read(f"Table 3. {caption}\nEvent\tDrug (N=50)\nRash\t5 (10)\n").outcome is None


def test_a_column_of_serious_events_is_no_group(read):
    understood = read("Event\tDrug (N=50)\t\n\tAny AE\tSerious AE\nRash\t15 (30)\t5 (10)\n")
    found = [(column.arm, column.outcome) for column in understood.columns if column.role == "count"]
    assert found == [("Drug", None), ("Drug", "serious")]


@pytest.mark.parametrize(
    "header", ["Drug Week 12 (N=50)\tDrug Week 24 (N=48)", "Drug, cycle 1 (N=50)\tDrug, cycle 2 (N=48)"]
)
def test_a_visit_behind_a_name_makes_no_group(read, header):
    assert "one visit or period" in read(f"Event\t{header}\nRash\t15 (30)\t5 (10)\n").refusal.explanation


def test_how_long_groups_were_treated_tells_them_apart(read):
    understood = read("Event\tDrug 8 weeks (N=50)\tDrug 12 weeks (N=48)\nRash\t15 (30)\t5 (10)\n")
    assert [arm for arm, _ in counted(understood)] == ["Drug 8 weeks", "Drug 12 weeks"]


@pytest.mark.parametrize("header", ["Drug (N=100) G3-4/all grades", "Drug (N=100) grade 3-4 (any grade)"])
def test_two_counts_of_different_grades_in_a_cell_are_not_read_as_one(read, header):
    assert "two counts of different grades" in read(f"Event\t{header}\nRash\t1/52\nEdema\t3/20\n").refusal.explanation


def test_a_line_that_counts_events_counts_no_patients(read):
    first, second = read("\tDrug (N=50)\nTotal No. of AEs\t33\nRash\t20\n").rows
    assert (first.said.count_unit, second.said.count_unit) == ("episodes", None)


@pytest.mark.parametrize(("label", "event"), [("Rasha", "Rash"), ("Nauseab,c", "Nausea"), ("Alopecia1", "Alopecia")])
def test_a_glued_footnote_letter_is_no_part_of_an_event_that_is_known_without_it(read, label, event):
    (row,) = read(f'Event,Drug (N=50)\n"{label}",15 (30)\n', "table.csv").rows
    assert (row.label, row.term) == (label, event)


@pytest.mark.parametrize("label", ["Nausea", "Anemia", "Hepatitis b", "Zosterquuxa", "Dyspnea"])
def test_a_last_letter_of_a_word_is_no_footnote(read, label):
    (row,) = read(f"Event,Drug (N=50)\n{label},15 (30)\n", "table.csv").rows
    assert row.term is None


def test_a_threshold_in_per_cent_is_no_grade_of_a_copied_header(read):
    header = (
        "Events in ≥ 15% of patients, n (%) Drug (n = 47) Placebo (n = 50)\nAny grade Grade 3a Any grade Grade 3a\n"
    )
    understood = read(f"Table 3. Events\n\n{header}Rash 37 (78.7) 7 (14.9) 16 (32.0) 2 (4.0)\n", "table.txt")
    assert counted(understood) == [("Drug", "any"), ("Drug", "3"), ("Placebo", "any"), ("Placebo", "3")]
