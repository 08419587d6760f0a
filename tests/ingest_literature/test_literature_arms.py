# ruff: noqa: E501 - tables stand in lines
"""Whom a count counts: arms in headers, in columns, over lines, and in tables of their own."""

import pytest
from literature_reading import asked

from safety_pipeline.tables.delivery import RefusedError


def _rows(*lines):
    return [(arm, term, grades, n, size) for arm, term, size, *pairs in lines for grades, n in pairs]


def test_arm_and_grades_in_one_line_of_header(counted):
    text = 'Event,"Drug A (n=56), any grade","Drug A (n=56), grade ≥3","Drug B (n=60), any grade","Drug B (n=60), grade ≥3"\nRash,12 (21.4),1 (1.8),6 (10),0\n'
    assert counted(text, "t.csv") == (
        _rows(("drug_a", "Rash", 56, ("any", 12), (">=3", 1)), ("drug_b", "Rash", 60, ("any", 6), (">=3", 0))),
        [],
    )


def test_grades_before_the_arm_in_one_line_of_header(counted):
    text = 'Event,"All grades, Drug A","All grades, Drug B","Grade III-IV, Drug A"\nRash,12,1,6\n'
    found, _ = counted(text, "t.csv")
    assert [row[:4] for row in found] == [("drug_a", "Rash", "any", 12), ("drug_b", "Rash", "any", 1), ("drug_a", "Rash", "3-4", 6)]  # fmt: skip


@pytest.mark.parametrize("header", ["Grade 3-4 toxicity (%)", "Worst CTCAE grade 3-4", "Patients with grade 3-4"])
def test_words_about_grading_beside_grades_are_no_arm(drafted, header):
    understood, _ = drafted(f"Event,{header}\nRash,12 (21.4)\n", "t.csv")
    assert [(column.arm, column.grades) for column in understood.columns[1:]] == [(None, "3-4")]
    assert [arm.label for arm in understood.arms] == ["all patients"]


def test_arms_in_a_column_beside_spanning_events(counted):
    page = """<table><tr><th>Event</th><th>Arm</th><th>Grade 1</th><th>Grade 2</th></tr>
    <tr><td rowspan=2>Rash</td><td>A (n=20)</td><td>5 (25)</td><td>2 (10)</td></tr><tr><td>B (n=22)</td><td>3 (13.6)</td><td>1 (4.5)</td></tr></table>"""
    assert counted(page) == (_rows(("a", "Rash", 20, ("1", 5), ("2", 2)), ("b", "Rash", 22, ("1", 3), ("2", 1))), [])


def test_arms_in_a_column_below_an_event_that_is_printed_once(counted):
    text = "Adverse event,Arm,Any grade\nRash,A (n=20),5 (25)\n,B (n=25),10 (40)\nEdema,A (n=20),2 (10)\n,B (n=25),0\n"
    assert counted(text, "t.csv") == (
        _rows(("a", "Rash", 20, ("any", 5)), ("b", "Rash", 25, ("any", 10)), ("a", "Edema", 20, ("any", 2)), ("b", "Edema", 25, ("any", 0))),
        [],
    )  # fmt: skip


def test_an_arm_printed_once_holds_for_the_events_below_it(counted):
    text = "Treatment,Adverse event,Any grade\nDrug (n=20),Rash,5 (25)\n,Edema,1 (5)\nPlacebo (n=25),Rash,10 (40)\n"
    found, _ = counted(text, "t.csv")
    assert [(row[0], row[1], row[4]) for row in found] == [("drug", "Rash", 20), ("drug", "Edema", 20), ("placebo", "Rash", 25)]  # fmt: skip


def test_doses_and_patients_in_columns_beside_events(counted):
    text = "Event,Dose (mg),n,Grade 1,Grade 2\nRash,400,20,5,1\nRash,600,25,10,2\nEdema,400,20,4,1\nEdema,600,25,8,0\n"
    found, rules = counted(text, "t.csv")
    assert found[:4] == _rows(("400", "Rash", 20, ("1", 5), ("2", 1)), ("600", "Rash", 25, ("1", 10), ("2", 2)))
    assert rules == []


def test_arms_and_grades_in_columns(counted):
    text = "Event,Grade,Arm,n (%)\nRash,Any,A (n=20),5 (25)\nRash,Any,B (n=20),6 (30)\nRash,3-4,A (n=20),1 (5)\n"
    assert [row[0:4:2] + row[3:4] for row in counted(text, "t.csv")[0]] == [("a", "any", 5), ("b", "any", 6), ("a", "3-4", 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("over", "ids", "sizes"),
    [
        (("Arm A (n=50)", "Arm B (n=40)"), ["arm_a", "arm_b"], [50, 40]),
        (("400 mg/day", "600 mg/day"), ["400_mg_day", "600_mg_day"], [None, None]),
        (("Placebo", "Drugomab arm"), ["placebo", "drugomab_arm"], [None, None]),
    ],
)
def test_a_line_that_names_an_arm_heads_the_lines_below_it(counted, over, ids, sizes):
    text = f"Event,Any grade\n{over[0]},\nSkin disorders,\nRash,20\n{over[1]},\nRash,10\n"
    found, _ = counted(text, "t.csv")
    assert [(row[0], row[3], row[4]) for row in found] == [(ids[0], 20, sizes[0]), (ids[1], 10, sizes[1])]


def test_a_section_of_organs_with_a_number_is_no_arm(drafted):
    understood, _ = drafted("Event,Any grade\nSkin disorders (n=12),\nRash,10\n", "t.csv")
    assert [arm.label for arm in understood.arms] == ["all patients"]


def test_tables_that_count_the_same_events_without_naming_an_arm_count_different_patients(counted):
    text = "Low dose (n=50),,\nEvent,Grade 1-2,Grade 3-4\nRash,20 (40),3 (6)\n,,\nHigh dose (n=40),,\nEvent,Grade 1-2,Grade 3-4\nRash,12 (30),2 (5)\n"
    found, _ = counted(text, "t.csv")
    assert [(row[0], row[3], row[4]) for row in found] == [
        ("all_patients_1", 20, 50), ("all_patients_1", 3, 50), ("all_patients_2", 12, 40), ("all_patients_2", 2, 40),
    ]  # fmt: skip


SECOND = "Table 1. Related events\n\n| Event | Drug (n=50), any grade |\n|---|---|\n| Rash | 10 (20) |\n\nTable 2. Toxicity\n\n| Event | {arm}, any grade |\n|---|---|\n| Anemia | 10 (25) |\n"


def test_a_second_table_may_have_fewer_patients_of_the_same_arm(counted):
    found, _ = counted(SECOND.format(arm="Drug (n=40)"), "t.md")
    assert [(row[0], row[1], row[4]) for row in found] == [("drug", "Rash", 50), ("drug", "Anemia", 40)]


def test_an_arm_that_only_a_second_table_has_is_asked_about(drafted):
    understood, draft = drafted(SECOND.format(arm="Placebo"), "t.md")
    assert [arm["id"] for arm in draft["arms"]] == ["drug", "placebo"]
    assert {"arms[1].dose_mg_per_day", "arms[1].n_at_risk"} <= set(asked(understood))


def test_two_tables_side_by_side_are_refused(drafted):
    text = "Event,Any grade,Event,Any grade\nRash,20 (40),Nausea,10 (20)\n"
    with pytest.raises(RefusedError, match="side by side"):
        drafted(text, "t.csv")
