# ruff: noqa: E501 - tables stand as they are printed
"""What the headings inside a table say of the lines below them."""

import polars as pl
import pytest
import yaml
from literature_examples import MANIFEST, TABLE

HEADER = "Event,Drug 100 mg (n=60) n,Drug 300 mg (n=62) n\n"


def rows(table, name="t.csv"):
    return HEADER + table, name


def test_events_judged_unrelated_are_not_counted_and_related_ones_are_related(read_draft):
    cell, rules = read_draft(*rows("Not related,,\nFever,8,9\nRash,4,3\nPossibly or probably related,,\nRash,7,11\n"))
    assert cell.select("term_as_reported", "attribution", "n_affected_lower").rows() == [
        ("Rash", "related", 7),
        ("Rash", "related", 11),
    ]
    assert set(rules) == {"row_is_an_event"}


def test_treatment_emergent_events_beside_related_ones_are_those_of_any_cause(read_draft):
    cell, _ = read_draft(*rows("Treatment-emergent events,,\nRash,14,9\nDrug-related events,,\nRash,7,11\n"))
    assert cell.select("attribution", "n_affected_lower").rows() == [
        ("all_causality", 14),
        ("all_causality", 9),
        ("related", 7),
        ("related", 11),
    ]


def test_one_event_below_two_headings_of_grades_is_one_event(read_draft):
    cell, _ = read_draft(*rows("Grade 3 or 4,,\nRash,2,4\nAny grade,,\nRash,20,25\n"))
    assert cell["grade_band_as_reported"].to_list() == ["3-4", "3-4", "any", "any"]
    assert cell["parent_row_label"].null_count() == 4


@pytest.mark.parametrize(
    "heading", ["Number of adverse events", "Total no. of AEs", "No. of events", "Episodes", "Total # of AE*"]
)
def test_under_a_heading_for_numbers_of_events_the_counts_are_episodes(read_draft, heading):
    cell, _ = read_draft(*rows(f"{heading},,\nRash,14,9\nEdema,3,5\n"))
    assert cell.select("count_unit", "n_episodes", "n_affected_upper").rows() == [
        ("episodes", 14, None),
        ("episodes", 9, None),
        ("episodes", 3, None),
        ("episodes", 5, None),
    ]


@pytest.mark.parametrize("heading", ["Patients with events", "Adverse events", "Skin disorders"])
def test_under_another_heading_they_are_patients(read_draft, heading):
    cell, _ = read_draft(*rows(f"{heading},,\nRash,14,9\n"))
    assert cell["count_unit"].to_list() == ["patients", "patients"]


@pytest.mark.parametrize(
    "heading", ["Timing of AE", "Time to onset", "Duration of rash", "Reasons for discontinuation"]
)
def test_lines_about_time_or_reasons_count_no_events(read_draft, heading):
    cell, rules = read_draft(*rows(f"Rash,14,9\n{heading},,\nWeek 1,3,5\n"))
    assert cell["term_as_reported"].to_list() == ["Rash", "Rash"]
    assert rules == ["row_is_an_event"] * 2


@pytest.mark.parametrize(
    ("heading", "patients"),
    [
        ("During surgery (N=41 and N=39)", [41, 39]),
        ("During surgery (N = 41 / N = 39)", [41, 39]),
        ("During surgery,N=41,N=39", [41, 39]),
        ("Number in group,41,39", [41, 39]),
        ("Maintenance phase (41 and 39 patients)", [41, 39]),
        ("Second course: 41 vs 39 subjects", [41, 39]),
        ("Second course (n = 41, 39)", [41, 39]),
        ("During surgery (N=80)", [None, None]),  # of which arm? asked, and not divided by another number
        ("During surgery", [60, 62]),
    ],
)
def test_a_section_is_read_with_its_own_patients(read_draft, heading, patients):
    quoted = heading if heading.count(",") > 1 else f'"{heading}",,'
    cell, _ = read_draft(*rows(f"Rash,14,9\n{quoted}\nFever,3,5\nEdema,1,2\n"))
    assert cell["n_at_risk"].to_list() == [60, 62, *patients, *patients]


def test_a_row_with_a_capital_n_is_read_with_its_own_patients(read_draft):
    cell, _ = read_draft(*rows('"Amenorrhoea (women only, N=20 and N=25)",4,6\nRash (n=5),3,2\n'))
    assert cell["n_at_risk"].to_list() == [20, 25, 60, 62]


def test_a_heading_of_grades_holds_for_every_line_below_it(drafted):
    _, draft = drafted(*rows("Skin (grade 3 or 4 only),,\nRash,4,3\nBlisters,1,1\n"))
    assert draft["tables"][0]["rows"] == [
        {"line": 2, "label": "Skin (grade 3 or 4 only)", "role": "section", "grades": "3-4"}
    ]


def test_organ_systems_inside_a_section_repeat_what_it_says(drafted):
    _, draft = drafted(*rows("Treatment-related,,\nSkin disorders,,\nRash,4,3\nVascular disorders,,\nFlushing,1,1\n"))
    said = {row["label"]: row.get("attribution") for row in draft["tables"][0]["rows"]}
    assert said == {"Treatment-related": "related", "Skin disorders": "related", "Vascular disorders": "related"}


def test_a_heading_over_grades_does_not_rename_a_line_that_names_its_event(read_draft):
    table = "Stomatitis,,\nGrade 3,4,2\nGrade 4,1,0\nEdema grade 3,7,8\nRash ≥ grade 3,2,3\n"
    cell, _ = read_draft(*rows(table))
    named = cell.select("term_as_reported", "grade_band_as_reported").unique(maintain_order=True).rows()
    assert named == [("Stomatitis", "3"), ("Stomatitis", "4"), ("Edema", "3"), ("Rash", ">=3")]


def test_a_line_across_the_table_with_a_threshold_is_no_event(drafted):
    understood, _ = drafted(
        "<table><thead><tr><th>Event</th><th>A (n=50)</th><th>B (n=51)</th></tr></thead><tr><td>Any event</td><td>49 (98)</td><td>50 (98)</td></tr>"
        "<tr><td colspan='3'>Common events (≥10% of patients in either group)<sup>a</sup></td></tr><tr><td>Rash</td><td>9 (18)</td><td>8 (16)</td></tr></table>"
    )
    assert [row.role for row in understood.rows] == ["event", "section", "event"]
    assert (understood.threshold.percent, understood.threshold.operator, understood.threshold.scope) == (
        10,
        ">=",
        "any_arm",
    )


def test_a_line_of_grades_belongs_to_the_line_less_far_in(drafted):
    table = "Skin\t20\t21\n  Rash\t9\t8\n    Grade 3\t2\t1\n  Grade 4\t1\t0\n"
    understood, _ = drafted("Event\tA (n=60) n\tB (n=62) n\n" + table, "t.tsv")
    assert [row.term for row in understood.rows if row.grades] == ["Rash", "Skin"]


@pytest.mark.parametrize(
    ("first", "second"), [("Rash and", "Pruritus"), ("Nausea/", "Vomiting"), ("Infection of", "Skin")]
)
def test_a_label_cut_at_the_end_of_a_line_goes_on_in_the_next(read_draft, first, second):
    cell, _ = read_draft(*rows(f"Fever,3,4\n{first},,\n{second},14,9\n"))
    assert cell["term_as_reported"].unique(maintain_order=True).to_list() == ["Fever", f"{first} {second}"]


def test_a_row_and_a_column_of_two_arms_contradict_each_other(read_table):
    manifest = MANIFEST + TABLE + "    rows: [{label: Rash, arm: low}]\n"
    read = read_table("Event\t400 mg\t600 mg\nRash\t3 (4.1)\t5 (6.8)\n", manifest)
    assert read.cell["arm_id"].to_list() == ["T1.low"]
    assert "column 3 is of the arm 'high' and the row of 'low'" in read.explanation


SOME_GRADED = """Event\t20 mg (N=50)\t40 mg (N=52)
Skin\t\t
Rash\t12\t15
Rash grade 3-4\t1\t2
Itching\t9\t11
General\t\t
Edema\t20\t26
Edema grade 3-4\t1\t3
Fatigue\t13\t17
"""


def test_the_grades_of_lines_that_name_none_are_one_question(drafted):
    understood, _ = drafted(SOME_GRADED, "t.tsv")
    (question,) = (each for each in understood.questions if each.key.endswith("grades"))
    assert question.key == "tables[0].grades"
    assert "the 4 lines count that name none ('Rash', 'Itching', 'Edema' ...)" in question.text


@pytest.mark.parametrize(
    ("edits", "fatigue"), [({}, "any"), ({"General": "2-4"}, "2-4"), ({"General": "2-4", "Fatigue": "1-2"}, "1-2")]
)
def test_one_answer_holds_for_the_table_but_a_sections_and_a_lines_own_come_first(
    drafted, read_delivery, edits, fatigue
):
    _, draft = drafted(SOME_GRADED, "t.tsv")
    draft |= {"trial_id": "T", "arms": [arm | {"dose_note": "not said"} for arm in draft["arms"]]}
    draft["document"] |= {"indication": "x", "drug": "d"}
    table = draft["tables"][0] | {"grades": "any"}
    others = [row for row in table["rows"] if row["label"] not in edits]
    said = [
        {"label": label, "grades": grades, "role": "section" if label == "General" else "event"}
        for label, grades in edits.items()
    ]
    draft["tables"] = [table | {"rows": [*others, *said]}]
    cells = read_delivery({"document.yaml": yaml.safe_dump(draft), "t.tsv": SOME_GRADED}).cell
    low = cells.filter(pl.col("arm_id").str.ends_with("20_mg"))
    found = dict(low.select("row_label", "grade_band_as_reported").iter_rows())
    assert (found["Rash"], found["Rash grade 3-4"], found["Fatigue"]) == ("any", "3-4", fatigue)


def test_columns_that_only_arm_or_unit_tells_apart_ask_for_their_grades_once(drafted):
    table = "Event\t20 mg (N=50)\t\t40 mg (N=52)\t\n\tPatients\tEvents\tPatients\tEvents\nRash\t12\t15\t20\t33\n"
    understood, _ = drafted(table, "t.tsv")
    assert [each.key for each in understood.questions if each.key.endswith("grades")] == ["tables[0].grades"]


def test_grades_of_a_label_are_those_of_its_counts_below_a_column_of_more_grades(read_draft):
    head = "Event\tAny grade (N=80)\tGrade 3 or worse (N=80)\tGrade 4 (N=80)\n"
    lines = "Rash, grade 3 or higher\t4 (5)\t\t1 (1)\nEdema, grade 1-2\t9 (11)\t2 (3)\t\n"
    cell, rules = read_draft(head + lines, "t.tsv")
    counted = cell.filter(pl.col("n_affected_lower").is_not_null())
    assert counted.select("row_label", "grade_band_as_reported", "n_affected_lower").rows() == [
        ("Rash, grade 3 or higher", ">=3", 4),
        ("Rash, grade 3 or higher", "4", 1),
        ("Edema, grade 1-2", "1-2", 9),
    ]
    assert set(rules) == {"cell_is_described"}


def test_patients_over_the_labels_are_those_of_an_only_arm(drafted):
    understood, _ = drafted("Toxicity (N=80)\tAny grade\tGrade 3\nRash\t4 (5)\t1 (1)\n", "t.tsv")
    assert [arm.n_at_risk for arm in understood.arms] == [80]
